"""`excerpt verify`: whether the index is what was written."""

from pathlib import Path

import click

from excerpt.cli.options import place_options, write

__all__ = ["command"]


@click.command("verify")
@place_options
def command(corpus: Path, index: Path) -> int:  # noqa: ARG001 - taken by every command alike
    """Read all of the index and check it against its checksums, and its parts against each other.

    Exit code 2 if anything is not what was written; the sources are not looked at.
    """
    from excerpt.present.terminal import shown_path
    from excerpt.search import Index

    with Index(index) as searched:
        searched.verify()
        counts = searched.status().counts
    told = [
        f"{counts[name]:,} {name.removesuffix('s') if counts[name] == 1 else name}"
        for name in ("documents", "passages")
    ]
    write([f"{shown_path(str(index))} is what was written: {', '.join(told)}."])
    return 0
