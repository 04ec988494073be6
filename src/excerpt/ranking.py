"""The score of a passage: BM25 over the leaves of a query, with the word's own form, headings and titles on top.

score = Σ over the leaves of  weight · idf · f / (f + k1 · (1 − b + b · max(length / average length, ½)))

with idf = ln(1 + (N − n + ½) / (n + ½)) for n of N live passages that hold the leaf (S. Robertson, H. Zaragoza: The
Probabilistic Relevance Framework: BM25 and Beyond, 2009; the idf as Lucene has it, never negative). A leaf's
frequency f counts its occurrences that begin in the passage. For a word, f is a weighted sum over fields as in BM25F
(S. Robertson, H. Zaragoza, M. Taylor: Simple BM25 Extension to Multiple Weighted Fields, 2004):
occurrences of its stems, those of the very word once more, in the heading path and in the title.

The formulas take numbers and arrays alike. Every leaf of `tree.leaves` counts, wherever it stands in the query; all
statistics are of live passages, so a score does not depend on the history of an index.
"""

from math import log
from typing import Any

__all__ = ["EXACT", "HEADING", "K1", "SHORT", "TITLE", "B", "idf", "saturation", "word_frequency"]

K1 = 1.2
B = 0.75
EXACT = 0.1
HEADING = 0.5
TITLE = 1.0
SHORT = 0.5
"""Chosen by reason and by trying them on five judged collections (see `excerpt quality`)."""

Number = Any
"""A float, or an array of them (this module needs no NumPy)."""


def idf(n_passages: int, n_holding: int) -> float:
    """The weight of a leaf that `n_holding` of `n_passages` live passages hold.

    >>> round(idf(1000, 10), 5)
    4.55738
    """
    return log(1.0 + (n_passages - n_holding + 0.5) / (n_holding + 0.5))


def word_frequency(stems: Number, exact: Number, headings: Number, title: Number) -> Number:
    """The frequency of a word from those of its stems, of the word as typed, in headings and in the title."""
    return stems + EXACT * exact + HEADING * headings + TITLE * title


def saturation(frequency: Number, length: Number, average: float) -> Number:
    """How much a frequency says in a passage of `length` words, where passages have `average` words: 0 to 1.

    Passages below `SHORT` of the average count as that long: a title page or a list of links is no better for its brevity.
    """
    short = SHORT * average
    counted = (length + short + abs(length - short)) / 2  # the greater of both, for numbers and arrays alike
    return frequency / (frequency + K1 * (1.0 - B) + K1 * B / average * counted)
