"""`excerpt verify-quotes`: whether the quotations of a manuscript are in the sources."""

from pathlib import Path

import click

from excerpt.cli.options import index_options, open_index
from excerpt.cli.output import format_option, write

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt verify-quotes chapter-3.docx
  excerpt verify-quotes chapter-3.docx --html > report.html
"""


@click.command("verify-quotes", epilog=_EPILOG)
@click.argument("file", type=click.Path(path_type=Path))
@format_option("--json", output="json", description="Write one JSON object.")
@format_option("--html", output="html", description="Write a page that shows the differences.")
@index_options
def command(file: Path, corpus: Path, index: Path, *, output: str | None) -> int:
    """Check the quotations in FILE: Markdown, DOCX, HTML, plain text or another format.

    Each quotation is exact, has the same words, differs, is elsewhere than its note says, occurs at
    several locations, was not found, or cannot be checked (excerpt help citations). The exit code
    is 1 if one differs, is elsewhere or was not found.
    """
    from excerpt.present.json_text import dump_report
    from excerpt.quotations.report import report_lines, report_record

    with open_index(index, corpus) as opened:
        report = opened.verify_quotes(file)
    if output == "json":
        write([dump_report(report_record(report))], is_data=True)
    elif output == "html":
        write([report.to_html()], is_data=True)
    else:
        write(report_lines(report))
    return 0 if report.is_right else 1
