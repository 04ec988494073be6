"""`excerpt show`: a document or a passage as it was indexed."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from excerpt.cli.completion import complete_path
from excerpt.cli.options import color_option, index_options, open_index
from excerpt.cli.output import format_option, note, write
from excerpt.present.json_text import dump_report
from excerpt.present.records import passages_record
from excerpt.present.render import MAX_COLUMNS, render_headings, render_passage, render_title
from excerpt.present.terminal import choose_style, printable_path, text_width, with_links

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage
    from excerpt.present.terminal import Style

__all__ = ["command"]


@click.command("show")
@click.argument("what", metavar="LOCATION", shell_complete=complete_path)
@click.option(
    "--context",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Show N passages before and after.",
)
@format_option("--json", output="json", description="Write one JSON object.")
@format_option("--raw", output="raw", description="Write the exact text, without wrapping.")
@color_option
@index_options
def command(
    what: str, corpus: Path, index: Path, *, context: int, output: str | None, color: Any
) -> int:
    """Show a document, or the passage at a LOCATION.

    A LOCATION is what search results show: a path for the whole document; path:line, path#anchor or
    "path p. 12" for a passage, with "¶7" where several passages share it: "path:line ¶7"; or the id
    of a passage, or the beginning of it. A path is relative
    to the corpus or to the current folder.
    """
    with open_index(index, corpus) as opened:
        passages = opened.show(what, context=context)
        files = passages[0].document.files if passages else ()
        stale = [file.path for file in files if opened.is_stale(file)]
        root = opened.corpus
        is_known = opened.has_corpus
    for path in stale:
        note(f"{printable_path(path)} has changed or disappeared since it was indexed as shown.")
    if not passages:
        note(f"{printable_path(what)} has no text.")
    if output == "json":
        record = passages_record(passages, stale if is_known else None)
        write([dump_report(record)], is_data=True)
    elif output == "raw":
        write(_raw(passages), is_data=True)
    else:
        style = with_links(choose_style(sys.stdout, color), sys.stdout, root)
        width = text_width(sys.stdout, MAX_COLUMNS)
        write(_lines(passages, width, style))
    return 0


def _raw(passages: Sequence["StoredPassage"]) -> Iterator[str]:
    for stored in passages:
        yield stored.text if stored.text.endswith("\n") else stored.text + "\n"


def _lines(passages: Sequence["StoredPassage"], width: int, style: "Style") -> Iterator[str]:
    """Yield the title of the document, then its passages, each heading path once."""
    if not passages:
        return
    yield from render_title(passages[0].document, width, style)
    headings: tuple[str, ...] = ()
    for stored in passages:
        here = stored.passage.headings
        if here != headings:
            begins_with_heading = any(str(b.kind) == "heading" for b in stored.passage.blocks[:1])
            above = here[:-1] if begins_with_heading else here  # its own is in its text
            if above != headings[: len(above)]:
                yield from render_headings(above, width, style)
            headings = here
        yield from render_passage(stored, width, style)
        yield ""
