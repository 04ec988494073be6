"""Wildcards, fuzzy words and patterns → whether a term fits. The reference that every faster expansion must equal."""

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache

from excerpt.errors import QueryError
from excerpt.model import Span
from excerpt.query.tree import Fuzzy, Node, Pattern, Wildcard

__all__ = ["LONGEST_MATCHED", "MOST_TERMS", "accepts", "distance", "refuse_expansion"]

LONGEST_MATCHED = 100
"""Letters of a word that a pattern is tried on; longer ones are noise, and would make backtracking slow."""
MOST_TERMS = 50_000
"""A node that stands for more terms of an index than this is refused."""


@lru_cache(maxsize=256)
def accepts(node: Wildcard | Fuzzy | Pattern) -> Callable[[str], bool]:
    """A function that says whether a folded word is one of those `node` stands for.

    >>> accepts(Wildcard("wom?n"))("women"), accepts(Fuzzy("engels"))("engles")
    (True, True)
    """
    match node:
        case Wildcard(pattern):
            # Its gaps are atomic: no pattern of stars makes it slow.
            return _fits(re.compile(translate(pattern.replace("[", "[[]"))))
        case Pattern(pattern):
            fits = _fits(re.compile(pattern, re.DOTALL))
            return lambda term: len(term) <= LONGEST_MATCHED and fits(term)
        case Fuzzy(term, most):
            return lambda other: abs(len(other) - len(term)) <= most and distance(term, other) <= most


def _fits(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda term: pattern.fullmatch(term) is not None


def distance(first: str, second: str) -> int:
    """How many letters to insert, drop, change or swap with their neighbour to make `second` of `first`.

    No letter is touched twice (optimal string alignment).

    >>> distance("engles", "engels"), distance("ca", "abc")
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


def refuse_expansion(node: Node) -> QueryError:
    """The error for a `node` that stands for more than `MOST_TERMS` terms of an index."""
    from excerpt.query.describe import describe

    return QueryError(
        f"{describe(node)} stands for more than {MOST_TERMS:,} words of this index",
        "",
        Span(0, 0),
        "Write more of the word.",
    )
