"""`excerpt cite`: a citation of a passage or a document."""

from pathlib import Path
from typing import Any

import click

from excerpt.cli.completion import complete_path
from excerpt.cli.options import index_options, open_index
from excerpt.cli.output import note, write

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt cite united-front.txt:80
  excerpt cite 94f7126523ab01cd --format bibtex >> sources.bib
  excerpt cite united-front.txt --quote 'a popular front' --format html
"""


@click.command("cite", epilog=_EPILOG)
@click.argument("location", metavar="LOCATION", shell_complete=complete_path)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["chicago", "bibtex", "ris", "csl", "html"]),
    default="chicago",
    show_default=True,
    help="A note in the style of the Chicago Manual, or a record for a reference manager (csl is"
    " CSL-JSON), or a quotation in HTML.",
)
@click.option(
    "--quote", metavar="WORDS", help="Quote these words, and cite their own pages and lines."
)
@index_options
def command(location: str, corpus: Path, index: Path, *, format_: Any, quote: str | None) -> int:
    """Cite a document, or the passage at a LOCATION.

    A LOCATION is that of `excerpt show`: a path, path:line, path#anchor, "path p. 12", "table.csv
    row 17", or the id of a passage. The line with the digest lets anyone check later that the
    source is still the same (excerpt help citations).
    """
    from excerpt.citing import format_citations
    from excerpt.present.terminal import printable_path

    with open_index(index, corpus) as opened:
        citation = opened.citation(location, quote=quote)
    if citation.check.is_stale:
        path = printable_path(citation.path)
        note(f"{path} has changed or disappeared since it was indexed; it is cited as it was.")
    write([format_citations([citation], format_)], is_data=True)
    return 0
