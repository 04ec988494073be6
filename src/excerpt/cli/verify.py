"""`excerpt verify`: check the index, and repair its engine files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from excerpt.cli.options import choose_corpus, index_options
from excerpt.cli.output import note, plural, write
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
    help="If only files of the engine are damaged or missing, rebuild them from the texts.",
)
@index_options
def command(corpus: Path, index: Path, *, is_repair: bool) -> int:
    """Check the whole index against its checksums, and its parts against each other.

    The exit code is 2 if anything is damaged. The source texts are neither read nor needed, even
    for a repair.
    """
    state = "is intact"
    try:
        counts = _verify(index, corpus)
    except IndexDamaged as error:
        if not is_repair:
            raise
        note(error.message)
        repair(index)
        counts = _verify(index, corpus)
        state = "was repaired from its texts"
    contents = f"{plural(counts.documents, 'document')}, {plural(counts.passages, 'passage')}"
    write([f"{printable_path(str(index))} {state}: {contents}."])
    return 0


def _verify(index: Path, corpus: Path) -> "IndexCounts":
    """Verify the index and return its counts."""
    with Index(index) as opened:
        choose_corpus(opened, corpus, index)
        opened.verify()
        return opened.status().counts
