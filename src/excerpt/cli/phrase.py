"""`excerpt phrase`: every place where words stand in a row, one a line, in its context."""

from pathlib import Path
from typing import Any

import click

from excerpt.cli.concordance import line_options, write_occurrences
from excerpt.cli.options import color_option, opened, place_options, words_argument
from excerpt.query.formatting import quote_phrase

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt phrase to be or not to be
  excerpt phrase 'class* struggle' --sort left
  excerpt phrase united front --csv > united-front.csv
"""


@click.command("phrase", epilog=_EPILOG)
@words_argument("WORDS...")
@line_options
@color_option
@place_options
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    form: str | None,
    around: int | None,
    sort: Any,
    color: Any,
) -> int:
    """List every place where WORDS stand in a row, as written.

    Case, marks and whatever stands between the words do not matter; * and ? are wildcards.
    """
    with opened(index, corpus) as searched:
        return write_occurrences(
            searched,
            quote_phrase(" ".join(words)),
            form=form,
            around=around,
            sort=sort,
            color=color,
        )
