"""`excerpt verify`: whether the index is what was written."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from excerpt.cli.options import note, place_options, refuse_other, write
from excerpt.errors import IndexDamaged
from excerpt.indexing.repair import repair
from excerpt.present.terminal import printable_path
from excerpt.search.index import Index

if TYPE_CHECKING:
    from excerpt.catalog import IndexCounts

__all__ = ["command"]


@click.command("verify")
@click.option(
    "--repair",
    "is_repair",
    is_flag=True,
    help="Where only the files of segments/ are damaged or gone, make them anew from the catalog.",
)
@place_options
def command(corpus: Path, index: Path, *, is_repair: bool) -> int:
    """Read all of the index and check it against its checksums, and its parts against each other.

    Exit code 2 if anything is not what was written; the sources are not looked at, and not needed for a repair.
    """
    state = "is intact"
    try:
        counts = _verified(index, corpus)
    except IndexDamaged as error:
        if not is_repair:
            raise
        note(error.message)
        repair(index)
        counts = _verified(index, corpus)
        state = "was repaired from its catalog"
    documents = "1 document" if counts.documents == 1 else f"{counts.documents:,} documents"
    passages = "1 passage" if counts.passages == 1 else f"{counts.passages:,} passages"
    write([f"{printable_path(str(index))} {state}: {documents}, {passages}."])
    return 0


def _verified(index: Path, corpus: Path) -> "IndexCounts":
    """The counts of an index that is sound."""
    with Index(index) as searched:
        refuse_other(corpus, searched.corpus, index)
        searched.verify()
        return searched.status().counts
