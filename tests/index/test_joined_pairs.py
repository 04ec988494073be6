"""Pairs of joined terms that fit two wildcards: the text of all pairs against each pair."""

from fnmatch import fnmatchcase
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.term_dictionary import JOINED_SEPARATOR
from excerpt.index.read.joined_pairs import JoinedPairs

TERMS = st.text("abé.", min_size=1, max_size=4)
PATTERNS = st.text("ab?**é.", min_size=1, max_size=5)
PAIRS = st.lists(st.tuples(TERMS, TERMS), max_size=8)


def pairs_of(*segments: list[tuple[str, str]]) -> JoinedPairs:
    """Return the joined pairs of segments."""

    def dictionary(pairs: list[tuple[str, str]]) -> Any:
        joined = [JOINED_SEPARATOR.join(pair) for pair in pairs]
        return SimpleNamespace(
            pairs=lambda: iter(joined),
            joined_to=lambda term, beginning: (
                second for first, second in pairs if first == term and second.startswith(beginning)
            ),
            is_joined=lambda term: any(first == term for first, _ in pairs),
        )

    return JoinedPairs(cast("Any", list(map(dictionary, segments))))


@given(PAIRS, PAIRS, PATTERNS, PATTERNS)
def test_the_pairs_that_fit_are_found(
    one: list[tuple[str, str]], other: list[tuple[str, str]], first: str, second: str
) -> None:
    """Both terms must fit, in any segment."""
    joined = pairs_of(one, other)
    fitting = [
        {pair for pair in pairs if fnmatchcase(pair[0], first) and fnmatchcase(pair[1], second)}
        for pairs in (one, other)
    ]
    assert [joined.has(number, first, second) for number in (0, 1)] == list(map(bool, fitting))
    assert joined.find(first, second, 99) == fitting[0] | fitting[1]
    assert joined.has_first(first) is any(fnmatchcase(pair[0], first) for pair in one + other)


def test_too_many_pairs_are_not_listed() -> None:
    """None stands for them."""
    joined = pairs_of([("a", "b"), ("a", "c")])
    assert joined.find("a", "*", 1) is None
    assert joined.find("a", "*", 2) == {("a", "b"), ("a", "c")}


def test_many_stars_do_not_backtrack() -> None:
    """A pattern with many stars is decided as fast as one with few."""
    joined = pairs_of([("a" * 60, "b")])
    assert not joined.has(0, "*a" * 20 + "c", "*")
