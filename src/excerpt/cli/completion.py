"""Completion of arguments by the shell."""

import os
from pathlib import Path

import click

__all__ = ["complete_path"]

_MAX_SUGGESTIONS = 1_000
"""The most paths that are suggested."""


def complete_path(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001 - click's signature
    incomplete: str,
) -> list[str]:
    """Return the paths of indexed documents that begin with `incomplete`, folder by folder.

    Nothing is suggested if there is no readable index; a shell must not see an error.
    """
    from excerpt.catalog import Catalog
    from excerpt.errors import ExcerptError

    folder = context.params.get("index") or os.environ.get("EXCERPT_INDEX") or "index"
    try:
        with Catalog.open(Path(folder)) as catalog:
            suggestions = {
                _up_to_folder(path, len(incomplete))
                for path in catalog.paths()
                if path.startswith(incomplete)
            }
    except ExcerptError:
        return []
    return sorted(suggestions)[:_MAX_SUGGESTIONS]


def _up_to_folder(path: str, start: int) -> str:
    """Return `path` up to the end of the folder that begins after `start`, or as a whole."""
    end = path.find("/", start)
    return path if end < 0 else path[: end + 1]
