"""`model`: a span behaves like a frozen, ordered dataclass."""

import pickle
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.model import Span


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """The dataclass that `Span` stands for."""

    start: int
    end: int


offsets = st.integers(0, 3)
pairs = st.builds(Pair, offsets, offsets)


def span_of(pair: Pair) -> Span:
    """Return the span with the fields of `pair`."""
    return Span(pair.start, pair.end)


@given(pairs, pairs)
def test_spans_compare_like_dataclasses(one: Pair, other: Pair) -> None:
    """Equality, order and hash are those of the pair of offsets."""
    assert (span_of(one) == span_of(other)) == (one == other)
    assert (span_of(one) < span_of(other)) == (one < other)
    assert hash(span_of(one)) == hash(one)
    assert span_of(one) != one


def test_a_span_cannot_be_changed() -> None:
    """Neither field can be set or deleted."""
    span = Span(1, 4)
    with pytest.raises(AttributeError, match=r"Span\.start cannot be changed"):
        span.start = 2
    with pytest.raises(AttributeError, match=r"Span\.end cannot be removed"):
        del span.end
    assert span == Span(start=1, end=4)


def test_a_span_survives_pickling() -> None:
    """Workers send spans to the writer."""
    span = pickle.loads(pickle.dumps(Span(1, 4)))
    assert (span, repr(span), len(span)) == (Span(1, 4), "Span(start=1, end=4)", 3)
