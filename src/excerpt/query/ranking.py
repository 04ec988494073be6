"""Frequencies → score: term weight × saturated term frequency, summed over the query's terms.

For each passage,

    score = Σ boost · term_weight · f / (f + norm)
    norm  = K1 · (1 − B + B · max(l, MIN_LENGTH))

over the query terms (`ast.query_terms`), as often as each stands in the query. The boost is the
weight that the query gives a term ("^3"), f is the frequency of the term in the passage, and l is
the passage's length divided by the average length. The fraction is that of BM25 (S. Robertson,
H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, 2009).

For a word, f is a weighted sum over fields, as in BM25F (S. Robertson, H. Zaragoza, M. Taylor:
Simple BM25 Extension to Multiple Weighted Fields, 2004): its forms, the word exactly as typed once
more, and the words of the heading path and of the title, which say what a passage is about.

Forms with other accents than typed are probably other words. Together, they add only
`OTHER_ACCENTS_FREQUENCY` for each field, so that f < 1 if the passage has no other forms; the term
then contributes `OTHER_ACCENTS_WEIGHT` of its part of the score. So they never outweigh a form with
the accents as typed.

    term_weight = −ln p · (1 − p) · min(MAX_BURST, (F + BURST_PRIOR) / (n + BURST_PRIOR))
    p           = (n + ½) / (N + 1)

for a term that occurs F times in n of N passages:

- −ln p is the inverse document frequency (K. Spärck Jones: A Statistical Interpretation of Term
  Specificity, 1972).
- The quotient is burstiness: how often a term occurs where it occurs at all. A text repeats what it
  is about, and does not repeat what it only mentions (K. Church, W. Gale: Poisson Mixtures, 1995;
  K. Kwok: A New Method of Weighting Query Terms for Ad-Hoc Retrieval, 1996). R. Cummins and
  C. O'Riordan found a similar factor by genetic programming (Evolving Local and Global Weighting
  Schemes in Information Retrieval, 2006).
- Common words recur by chance alone, the more so the more passages contain them; 1 − p corrects for
  that.
- A term in few passages gives little evidence of burstiness, so BURST_PRIOR passages with one
  occurrence each are added. MAX_BURST keeps one much-repeated word from outweighing the rest of the
  query.

The functions accept numbers and arrays alike. All statistics are of live passages, so a score does
not depend on the history of an index.
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
    "OTHER_ACCENTS_FREQUENCY",
    "OTHER_ACCENTS_WEIGHT",
    "TITLE_WEIGHT",
    "B",
    "norm",
    "saturate",
    "saturation",
    "term_weight",
    "weaken",
    "word_frequency",
]

# Chosen by reasoning and by experiments on several judged collections, none for the sake of one of
# them; `excerpt help ranking` has the measurements.
K1 = 1.2
"""The frequency at which a passage of average length reaches half of the largest saturation."""
B = 0.6
"""The share of length normalisation: 0 ignores the length of a passage."""
MIN_LENGTH = 0.5
"""Shorter passages count as this share of the average length: a title page or a list of links is
not better for being short."""
MAX_BURST = 3.0
BURST_PRIOR = 5.0
EXACT_WEIGHT = 0.1
"""The value that an occurrence of the word exactly as typed adds to its occurrence as a stem."""
OTHER_ACCENTS_FREQUENCY = 0.1
"""The frequency as which all occurrences with other accents than those typed count in a field.
Fields are three, so that a frequency is below 1 where a term has only such occurrences, and only
there."""
OTHER_ACCENTS_WEIGHT = 0.01
"""The share of its score that a term contributes where it has only such occurrences. One with the
accents as typed contributes more in any passage of less than 500 times the average length."""
HEADING_WEIGHT = 2.0
TITLE_WEIGHT = 2.0
"""The value of an occurrence in a heading or the title, compared with one in the passage."""

Number = Any
"""A float, or an array of floats (this module does not need NumPy)."""


def term_weight(n_passages: int, n_holding: int, n_occurrences: int) -> float:
    """Return the weight of a term that occurs in `n_holding` of `n_passages`; it is above 0.

    `n_occurrences` counts its occurrences in all of them.

    >>> round(term_weight(1000, 10, 10), 2), round(term_weight(1000, 10, 40), 2)
    (4.51, 13.53)
    >>> round(term_weight(1000, 990, 9000), 4)
    0.0003
    """
    share = (n_holding + 0.5) / (n_passages + 1.0)
    burst = min(MAX_BURST, (n_occurrences + BURST_PRIOR) / (n_holding + BURST_PRIOR))
    return -log(share) * (1.0 - share) * burst


def word_frequency(
    stems: Number, exact: Number, headings: Number, title: Number, other_accents: Number
) -> Number:
    """Return the weighted frequency of a word from its frequencies in the fields of a passage.

    `exact` counts those of `stems` that are written as typed. Occurrences with other accents count
    in none of these; `other_accents` is the number of fields that have any.
    """
    in_body = stems + EXACT_WEIGHT * exact + OTHER_ACCENTS_FREQUENCY * other_accents
    return in_body + HEADING_WEIGHT * headings + TITLE_WEIGHT * title


def saturation(frequency: Number, length: Number, average: float) -> Number:
    """Return the saturated `frequency`, from 0 to 1, in a passage of `length` words.

    `average` is the average length of a passage in words.
    """
    return weaken(saturate(frequency, norm(length, average)), frequency)


def norm(length: Number, average: float) -> Number:
    """Return the frequency with saturation ½ in a passage of `length` words.

    `average` is the average length of a passage in words.
    """
    shortest = MIN_LENGTH * average
    # max(length, shortest), written so that it works for numbers and arrays alike.
    counted = (length + shortest + abs(length - shortest)) / 2
    return K1 * (1.0 - B) + K1 * B / average * counted


def saturate(frequency: Number, norm: Number) -> Number:
    """Return the saturated `frequency`, from 0 to 1, in a passage with this `norm`."""
    return frequency / (frequency + norm)


def weaken(saturated: Number, frequency: Number) -> Number:
    """Return what a saturated frequency counts: little if all occurrences have other accents."""
    return saturated * (OTHER_ACCENTS_WEIGHT + (1.0 - OTHER_ACCENTS_WEIGHT) * (frequency >= 1.0))
