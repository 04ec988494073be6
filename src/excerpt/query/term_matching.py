"""Wildcards, fuzzy words and patterns → whether a term fits. The reference that every faster expansion must equal.

Each takes time linear in the term, whatever was asked.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from typing import Any

from excerpt.errors import Advice, QueryError
from excerpt.memory import memoized
from excerpt.model import Span
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard

__all__ = ["MAX_TERMS", "term_matcher", "edit_distance", "find_matching_terms", "expansion_error"]

MAX_TERMS = 50_000
"""A node that stands for more terms of an index than this is refused."""


def term_matcher(node: Wildcard | Fuzzy | Pattern) -> Callable[[str], bool]:
    """A function that says whether a folded word is one of those `node` stands for.

    >>> term_matcher(Wildcard("wom?n"))("women"), term_matcher(Fuzzy("engels"))("engles")
    (True, True)
    """
    match node:
        case Wildcard(pattern):
            return _fits(_wildcard(pattern))
        case Pattern(pattern):
            return _fits(_compiled(pattern))
        case Fuzzy(term, most):
            return lambda other: (
                abs(len(other) - len(term)) <= most and edit_distance(term, other) <= most
            )


@memoized(1_000_000)
def _wildcard(pattern: str) -> re.Pattern[str]:
    # Its gaps are atomic: no pattern of stars makes it slow.
    return re.compile(translate(pattern.replace("[", "[[]")))


def find_matching_terms(node: Pattern, terms: Any) -> Iterator[tuple[int, int]]:
    """Where in `terms` – a buffer of folded words in UTF-8, a line feed after each – those stand that fit.

    Many times faster than asking `term_matcher` of each.

    >>> list(find_matching_terms(Pattern("w.*"), b"war\\npeace\\nwords\\n"))
    [(0, 3), (10, 15)]
    """
    spans = (found.span() for found in _compiled(node.pattern, of_lines=True).finditer(terms))
    return (span for span in spans if span[0] < span[1])


def _compiled(pattern: str, *, of_lines: bool = False) -> Any:
    from excerpt.query.patterns import compile_pattern  # late: few queries have patterns
    from excerpt.query.syntax_error import QuerySyntaxError

    try:
        return compile_pattern(pattern, of_lines=of_lines)
    except QuerySyntaxError as misfit:  # of a tree that no query was read into
        raise QueryError(
            misfit.message, pattern, misfit.at or Span(0, len(pattern)), Advice(misfit.remedy)
        ) from None


def _fits(pattern: Any) -> Callable[[str], bool]:
    return lambda term: pattern.fullmatch(term) is not None


def edit_distance(first: str, second: str) -> int:
    """How many letters to insert, drop, change or swap with their neighbour to make `second` of `first`.

    No letter is touched twice (optimal string alignment).

    >>> edit_distance("engles", "engels"), edit_distance("ca", "abc")
    (1, 3)
    """
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, here in enumerate(first, 1):
        two_before, before, row = before, row, [i]
        for j, there in enumerate(second, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (here != there))
            if i > 1 and j > 1 and here == second[j - 2] and first[i - 2] == there:
                best = min(best, two_before[j - 2] + 1)
            row.append(best)
    return row[-1]


def expansion_error(node: Node) -> QueryError:
    """The error for a `node` that stands for more than `MAX_TERMS` terms of an index."""
    from excerpt.query.formatting import format_query

    return QueryError(
        f"{format_query(node)} stands for more than {MAX_TERMS:,} words of this index",
        "",
        Span(0, 0),
        Advice("Write more of the word."),
    )
