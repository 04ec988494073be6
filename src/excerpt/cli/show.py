"""`excerpt show`: a document or a passage as it is in the index."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from excerpt.cli.options import color_option, note, opened, place_options, write
from excerpt.cli.output_format import form_option
from excerpt.present import export
from excerpt.present.render import MAX_COLUMNS, render_headings, render_passage, render_title
from excerpt.present.terminal import (
    Style,
    choose_style,
    escape_path,
    printable_path,
    terminal_width,
)

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage

__all__ = ["command"]


@click.command("show")
@click.argument("what", metavar="PATH|PATH:LINE|PASSAGE")
@click.option(
    "--context",
    type=click.IntRange(0),
    default=0,
    help="Show so many passages before and after as well.",
)
@form_option("--json", form="json", help="Write one JSON object.")
@form_option("--raw", form="raw", help="Write the text to the letter, with its own line ends.")
@color_option
@place_options
def command(
    what: str, corpus: Path, index: Path, *, context: int, form: str | None, color: Any
) -> int:
    """Show the document at PATH, the passage at PATH:LINE, or the passage with the id PASSAGE.

    Paths are those of the corpus, as search shows them, or lead to it from here; of an id its beginning is enough.
    """
    with opened(index, corpus) as searched:
        shown = searched.show(what, context=context)
        places = shown[0].document.files if shown else ()
        stale = [place.path for place in places if searched.is_stale(place)]
    for path in stale:
        note(f"{printable_path(path)} has changed or gone since it was indexed as shown.")
    if not shown:
        note(f"{printable_path(what)} has no text.")
    if form == "json":
        write([_json(shown, stale)], is_data=True)
    elif form == "raw":
        write(_raw(shown), is_data=True)
    else:
        write(
            _lines(shown, terminal_width(sys.stdout, MAX_COLUMNS), choose_style(sys.stdout, color))
        )
    return 0


def _json(shown: Sequence["StoredPassage"], stale: Sequence[str]) -> str:
    whole = {
        "schema": export.SCHEMA,
        "passages": [export.passage_record(stored) for stored in shown],
        "stale": list(map(escape_path, stale)),
    }
    return export.dump(whole, indent=2) + "\n"


def _raw(shown: Sequence["StoredPassage"]) -> Iterator[str]:
    for stored in shown:
        yield stored.text if stored.text.endswith("\n") else stored.text + "\n"


def _lines(shown: Sequence["StoredPassage"], width: int, style: "Style") -> Iterator[str]:
    """Title and places of the document, then its passages, each heading path once."""
    if not shown:
        return
    yield from render_title(shown[0].document, width, style)
    headings: tuple[str, ...] = ()
    for stored in shown:
        if stored.passage.headings != headings:
            headings = stored.passage.headings
            yield from render_headings(headings, width, style)
        yield from render_passage(stored, width, style)
        yield ""
