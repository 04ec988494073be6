"""`excerpt phrase`: every occurrence of a phrase, one per line, in its context."""

from pathlib import Path
from typing import Any

import click

from excerpt.cli.concordance import line_options, write_concordance
from excerpt.cli.options import color_option, index_options, open_index, words_argument
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
@index_options
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    output: str | None,
    around: int | None,
    sort: Any,
    limit: int,
    offset: int,
    color: Any,
) -> int:
    """List every occurrence of the phrase WORDS in its context.

    The words match as typed, without inflected forms; case, accents and punctuation are ignored.
    * and ? are wildcards.
    """
    query = quote_phrase(" ".join(words))
    with open_index(index, corpus) as opened:
        return write_concordance(
            opened,
            query,
            output=output,
            around=around,
            sort=sort,
            limit=limit,
            offset=offset,
            color=color,
        )
