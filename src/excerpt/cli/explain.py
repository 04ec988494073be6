"""`excerpt explain`: the meaning of a query, and the score of a passage."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from excerpt.cli.options import (
    expand_option,
    index_options,
    open_index,
    query_options,
    words_argument,
)
from excerpt.cli.output import fit, note, write
from excerpt.present.json_text import dump_report
from excerpt.present.reports import explanation_record
from excerpt.present.terminal import clean

if TYPE_CHECKING:
    from excerpt.search.explain import Explanation

__all__ = ["command"]

_MAX_WORDS = 20
"""Words to list of an expansion; --json has all of them."""


@click.command("explain")
@words_argument("QUERY...")
@query_options
@expand_option
@click.option("--passage", metavar="ID", help="Explain the score of the passage ID.")
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@index_options
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    passage: str | None,
    is_json: bool,
    **options: Any,
) -> int:
    """Explain how QUERY is understood.

    This shows the query with all its parentheses, and the words of the index that each of its
    words stands for. --expand lists the words that would be added. --passage shows the parts
    that add up to a score or, for a passage that does not match, what it lacks.
    """
    with open_index(index, corpus) as opened:
        explanation = opened.explain(" ".join(words), passage=passage, **options)
    if is_json:
        write([dump_report(explanation_record(explanation))], is_data=True)
        return 0
    write(fit(_lines(explanation, has_score=passage is not None)))
    for notice in explanation.notices:
        note(notice)
    return 0


def _listed(name: str, words: Sequence[str]) -> str:
    """Return a line with the first of `words` after a name."""
    shown = ", ".join(words[:_MAX_WORDS]) or "nothing in the index"
    rest = f" and {len(words) - _MAX_WORDS:,} more" if len(words) > _MAX_WORDS else ""
    return clean(f"  {name}: {shown}{rest}")


def _lines(explanation: "Explanation", *, has_score: bool) -> Iterator[str]:
    yield clean(explanation.meaning)
    for operand, words in explanation.expansions:
        yield _listed(operand, words)
    if explanation.spellings:
        yield ""
        yield "Other spellings that are searched, too:"
        yield from (_listed(word, spellings) for word, spellings in explanation.spellings)
    if explanation.added:
        yield ""
        yield "Added from the best passages, with their weights:"
        for word, weight in explanation.added:
            yield f"{weight:9.4f}  {clean(word)}"
    if explanation.is_match is False:
        yield ""
        yield "The passage does not match the query. The score is that of the words it contains."
        for title, conditions in (("meets", explanation.meets), ("fails", explanation.fails)):
            yield from (clean(f"  {title:<7}{condition}") for condition in conditions)
    if has_score:
        yield ""
        total = sum(score for _, score in explanation.parts)
        for part, score in (*explanation.parts, ("score", total)):
            yield f"{score:9.4f}  {clean(part)}"
