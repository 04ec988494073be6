"""The score of a passage: a sum over the leaves of a query, of how much a leaf tells × how much there is of it.

    score = Σ over the leaves of  leaf's own weight (`^3`) · importance · f / (f + K1 · (1 − B + B · max(l, SHORT)))

for a leaf that occurs f times in a passage of l times the average length. This second part is that of BM25 (S. Robertson,
H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, 2009). For a word, f is a weighted sum over fields
as in BM25F (S. Robertson, H. Zaragoza, M. Taylor: Simple BM25 Extension to Multiple Weighted Fields, 2004): its stems,
the very word once more, and the words of the heading path and of the title, which say what a passage is about.

    importance = −ln p · (1 − p) · min(MOST, (F + BURST) / (n + BURST))        with p = (n + ½) / (N + 1)

for a leaf that occurs F times in n of N passages. −ln p is the inverse document frequency (K. Spärck Jones: A Statistical
Interpretation of Term Specificity, 1972). The quotient says how often a leaf occurs where it occurs at all: what a text
is about it repeats, what it merely mentions it does not (K. Church, W. Gale: Poisson Mixtures, 1995; K. Kwok: A New
Method of Weighting Query Terms for Ad-Hoc Retrieval, 1996; also what R. Cummins and C. O'Riordan found by search:
Evolving Local and Global Weighting Schemes in Information Retrieval, 2006). Common words come again by mere chance, the
more surely the more passages have them; 1 − p takes that back. A leaf of few passages tells little of its habits: BURST
passages with one occurrence each are added to those it has; and MOST keeps a litany from drowning the rest of the query.

The formulas take numbers and arrays alike. Every leaf of `tree.leaves` counts, wherever it stands in the query, and as
often as it stands there; all statistics are of live passages, so a score does not depend on the history of an index.
"""

from math import log
from typing import Any

__all__ = [
    "BURST_PRIOR",
    "EXACT_WEIGHT",
    "HEADING_WEIGHT",
    "K1",
    "MAX_BURST",
    "MIN_LENGTH",
    "TITLE_WEIGHT",
    "B",
    "norm",
    "term_weight",
    "saturate",
    "saturation",
    "word_frequency",
]

K1 = 1.2
B = 0.6
BURST_PRIOR = 5.0
EXACT_WEIGHT = 0.1
HEADING_WEIGHT = 2.0
MAX_BURST = 3.0
TITLE_WEIGHT = 2.0
MIN_LENGTH = 0.5
"""Chosen by reason and by trying them on judged collections, none for the sake of one of them (see the README)."""

Number = Any
"""A float, or an array of them (this module needs no NumPy)."""


def term_weight(n_passages: int, n_holding: int, n_occurrences: int) -> float:
    """How much a leaf tells that occurs `n_occurrences` times, in `n_holding` of `n_passages` live passages; above 0.

    >>> round(term_weight(1000, 10, 10), 2), round(term_weight(1000, 10, 40), 2), round(term_weight(1000, 990, 9000), 4)
    (4.51, 13.53, 0.0003)
    """
    share = (n_holding + 0.5) / (n_passages + 1.0)
    burst = min(MAX_BURST, (n_occurrences + BURST_PRIOR) / (n_holding + BURST_PRIOR))
    return -log(share) * (1.0 - share) * burst


def word_frequency(stems: Number, exact: Number, headings: Number, title: Number) -> Number:
    """The frequency of a word from those of its stems, of the word as typed, in headings and in the title."""
    return stems + EXACT_WEIGHT * exact + HEADING_WEIGHT * headings + TITLE_WEIGHT * title


def saturation(frequency: Number, length: Number, average: float) -> Number:
    """How much a frequency says in a passage of `length` words, where passages have `average` words: 0 to 1."""
    return saturate(frequency, norm(length, average))


def norm(length: Number, average: float) -> Number:
    """The frequency that says half of all there is to say, in a passage of `length` words where they have `average` words.

    Passages below `MIN_LENGTH` of the average count as that long: a title page or a list of links is no better for its brevity.
    """
    short = MIN_LENGTH * average
    counted = (
        length + short + abs(length - short)
    ) / 2  # the greater of both, for numbers and arrays alike
    return K1 * (1.0 - B) + K1 * B / average * counted


def saturate(frequency: Number, half: Number) -> Number:
    """How much a frequency says where `norm` of all is said by that frequency: 0 to 1."""
    return frequency / (frequency + half)
