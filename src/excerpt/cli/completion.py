"""Completion of arguments by the shell."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["complete_path"]

_MAX_SUGGESTIONS = 1_000
"""The most paths that are suggested."""


def complete_path(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001 - click's signature
    incomplete: str,
) -> "list[CompletionItem[str]]":
    """Return the paths of indexed documents that begin with `incomplete`, folder by folder.

    Nothing is suggested if there is no readable index; a shell must not see an error.
    """
    from click.shell_completion import CompletionItem

    from excerpt.catalog import Catalog
    from excerpt.errors import ExcerptError

    # In quotation marks, bash adds a slash after those: "My texts/"/
    incomplete = re.sub("/+", "/", incomplete)
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
    return [CompletionItem(path, is_path=True) for path in sorted(suggestions)[:_MAX_SUGGESTIONS]]


def _up_to_folder(path: str, start: int) -> str:
    """Return `path` up to the end of the folder that begins after `start`, or as a whole."""
    end = path.find("/", start)
    return path if end < 0 else path[: end + 1]
