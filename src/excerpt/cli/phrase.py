"""`excerpt phrase`: every place where words stand in a row, one a line, in its context."""

from pathlib import Path
from typing import Any

import click

from excerpt.cli.concordance import line_options, reach, write_lines
from excerpt.cli.options import color_option, opened, place_options, words_argument

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt phrase to be or not to be
  excerpt phrase 'class* struggle'
  excerpt phrase united front --csv > united-front.csv
"""


@click.command("phrase", epilog=_EPILOG)
@words_argument("WORDS...")
@line_options
@color_option
@place_options
def command(
    words: tuple[str, ...], corpus: Path, index: Path, *, form: str | None, around: int | None, color: Any
) -> int:
    """List every place where WORDS stand in a row, as written, in the order of paths and places.

    Case, marks and whatever stands between the words do not matter; * and ? are wildcards.
    """
    with opened(index, corpus) as searched:
        lines = searched.phrase(" ".join(words), around=reach(form, around))
        return write_lines(lines, form, around, color)
