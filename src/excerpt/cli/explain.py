"""`excerpt explain`: how a query was understood, and how the score of a passage comes about."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from excerpt.cli.options import (
    expand_option,
    note,
    opened,
    place_options,
    query_options,
    words_argument,
    write,
)
from excerpt.present import export
from excerpt.present.terminal import clean

if TYPE_CHECKING:
    from excerpt.search.explain import Explanation

__all__ = ["command"]

_MOST_SHOWN = 20


@click.command("explain")
@words_argument("QUERY...")
@click.option("--passage", metavar="ID", help="Take the score of this passage apart.")
@query_options
@expand_option
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@place_options
def command(
    words: tuple[str, ...],
    corpus: Path,
    index: Path,
    *,
    passage: str | None,
    is_json: bool,
    **ways: bool,
) -> int:
    """Say how QUERY is understood: with its brackets, and with what each word stands for in the index.

    --passage takes a score apart into parts that add up to it, and says what a passage lacks that does not match;
    --expand lists the words it would add.
    """
    with opened(index, corpus) as searched:
        explanation = searched.explain(" ".join(words), passage=passage, **ways)
    if is_json:
        write([export.explanation_json(explanation) + "\n"], is_data=True)
        return 0
    write(_lines(explanation, has_score=passage is not None))
    for notice in explanation.notices:
        note(notice)
    return 0


def _lines(explanation: "Explanation", *, has_score: bool) -> Iterator[str]:
    yield clean(explanation.description)
    for leaf, words in explanation.expansions:
        shown = ", ".join(words[:_MOST_SHOWN]) or "nothing in the index"
        rest = f" and {len(words) - _MOST_SHOWN:,} more" if len(words) > _MOST_SHOWN else ""
        yield clean(f"  {leaf}: {shown}{rest}")
    if explanation.added:
        yield ""
        yield "Added from the first passages, with their weights:"
        for word, weight in explanation.added:
            yield f"{weight:9.4f}  {clean(word)}"
    if explanation.is_match is False:
        yield ""
        yield "The passage does not match the query; no search gives it the score below."
        for title, told in (("has", explanation.has), ("lacks", explanation.lacks)):
            yield from (clean(f"  {title:<7}{condition}") for condition in told)
    if has_score:
        yield ""
        for what, score in (
            *explanation.parts,
            ("score", sum(score for _, score in explanation.parts)),
        ):
            yield f"{score:9.4f}  {clean(what)}"
