"""Wildcard, fuzzy word or pattern → whether a term matches it.

This is the reference that every faster expansion must equal. Each test takes time linear in the
term, for any query.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from typing import Any

from excerpt.errors import Instruction, QueryError
from excerpt.memory import memoized
from excerpt.model import Span
from excerpt.query.ast import Fuzzy, Node, Pattern, QuerySyntaxError, Term, Wildcard
from excerpt.text.normalizer import lower

__all__ = [
    "MAX_TERMS",
    "edit_distance",
    "expansion_error",
    "find_matching_terms",
    "spelling_matcher",
    "term_matcher",
]

MAX_TERMS = 50_000
"""Terms of an index that one node may match."""


def term_matcher(node: Wildcard | Fuzzy | Pattern) -> Callable[[str], bool]:
    """Return a function that tells whether `node` matches a term.

    >>> term_matcher(Wildcard("wom?n"))("women"), term_matcher(Fuzzy("engels"))("engles")
    (True, True)
    """
    match node:
        case Wildcard(pattern):
            return _full_matcher(_wildcard(pattern))
        case Pattern(pattern):
            return _full_matcher(_compiled(pattern))
        case Fuzzy(term, distance):
            return lambda other: (
                abs(len(other) - len(term)) <= distance and edit_distance(term, other) <= distance
            )


def spelling_matcher(node: Term | Wildcard | Fuzzy) -> Callable[[str], bool]:
    """Return a function that tells whether a form has the accents of `node` as typed.

    >>> spelling_matcher(Wildcard("nai*", spelling="naï*"))("Naïve")
    True
    """
    if isinstance(node, Term | Fuzzy):
        return lambda form: lower(form) == node.spelling
    matches = term_matcher(Wildcard(node.spelling))
    return lambda form: matches(lower(form))


@memoized(1_000_000)
def _wildcard(pattern: str) -> re.Pattern[str]:
    # `translate` makes the gaps atomic, so that many stars do not backtrack.
    return re.compile(translate(pattern.replace("[", "[[]")))


def find_matching_terms(node: Pattern, terms: Any) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each term that `node` matches in the buffer `terms`.

    The buffer contains terms in UTF-8, each followed by a line feed. This is many times faster
    than `term_matcher` for each term.

    >>> list(find_matching_terms(Pattern("w.*"), b"war\\npeace\\nwords\\n"))
    [(0, 3), (10, 15)]
    """
    spans = (found.span() for found in _compiled(node.pattern, of_lines=True).finditer(terms))
    return (span for span in spans if span[0] < span[1])


def _compiled(pattern: str, *, of_lines: bool = False) -> Any:
    """Return the compiled `pattern`, or raise `QueryError` if it is not valid.

    The parser has checked the patterns of queries, so the error is for trees made in Python.
    """
    from excerpt.query.patterns import compile_pattern

    try:
        return compile_pattern(pattern, of_lines=of_lines)
    except QuerySyntaxError as error:
        span = error.span or Span(0, len(pattern))
        raise QueryError(error.message, pattern, span, Instruction(error.remedy)) from None


def _full_matcher(pattern: Any) -> Callable[[str], bool]:
    return lambda term: pattern.fullmatch(term) is not None


def edit_distance(first: str, second: str) -> int:
    """Return the number of edits between two words: the optimal string alignment distance.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours; no letter is edited
    twice.

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
    """Return the error for a `node` that matches more than `MAX_TERMS` terms of an index."""
    from excerpt.query.formatting import format_query

    return QueryError(
        f"{format_query(node)} matches more than {MAX_TERMS:,} different words of this index.",
        "",
        Span(0, 0),
        Instruction("Write more of the word."),
    )
