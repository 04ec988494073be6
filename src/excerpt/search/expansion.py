"""The first passages of a ranking → words to add to its query, each with a weight (pseudo-relevance feedback).

What the best passages have in common is likely to be what others like them are about, also where those use other words.
Each of the first passages speaks for its words by how much they say in it, which is the vector of J. Rocchio (Relevance
Feedback in Information Retrieval, 1971) with the weights of our own ranking:

    vote(word) = Σ over the first PASSAGES  (score / best score)^TRUST · saturation(f, l) · rarity(word)

The weights of the passages fall with their scores, as in a relevance model (V. Lavrenko, W. Croft: Relevance-Based
Language Models, 2001): where the first is far ahead, it speaks alone, and a query that has one answer is not led astray.
The best WORDS are taken, with weights in proportion to their votes, so that all of them together weigh SHARE of what the
query weighs: the interpolation of RM3 (N. Abdul-Jaleel et al.: UMass at TREC 2004: Novelty and HARD, 2004), which with
equal parts is its common setting. Words of the query are among them, and weigh more for it.

The words are nodes like any other, so engines need nothing new. Texts come from outside: nothing here reads an index but
to ask in how many passages a word stands.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from excerpt.engines import Engine
from excerpt.query.ast import And, MatchAll, Node, Or, Term, Word, query_terms
from excerpt.query.ranking import saturation
from excerpt.text import tokenize
from excerpt.text.stemmer import stems

__all__ = ["PASSAGES", "Sample", "added_to", "expanded"]

PASSAGES: Final = 10
"""The first passages that are read."""
WORDS: Final = 30
"""The words that are added, at most."""
SHARE: Final = 1.0
"""What they weigh together, measured by the words of the query."""
TRUST: Final = 4
"""How fast trust in a passage falls with its score."""
_ASKED: Final = 60
"""The words whose frequency in the index is asked for: those that say most in the passages."""
_DIGITS: Final = 4
"""Decimals of a weight: so short that it can be read, and typed into a query as it stands."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A passage of a ranking: its score and its text, in a language, with the compounds that its document keeps apart."""

    score: float
    text: str
    language: str
    hyphenated: frozenset[str] = frozenset()


def added_to(
    tree: Node, samples: Sequence[Sample], engine: Engine, *, is_exact: bool = False
) -> tuple[Word | Term, ...]:
    """The words that the first passages of the ranking of `tree` add to it, the weightiest first.

    `is_exact`: written words, without their inflected forms. None if there is no passage, or none that has a score.
    """
    samples = [sample for sample in samples[:PASSAGES] if sample.score > 0]
    weight = SHARE * sum(leaf.weight for leaf in query_terms(tree))  # type: ignore[union-attr, misc]
    if not samples or weight <= 0:
        return ()
    make = Term if is_exact else Word
    votes = _votes(samples, is_exact=is_exact)
    n_passages = engine.count(MatchAll())
    for term in votes:
        votes[term] *= _rarity(n_passages, engine.count(make(term)))
    best = sorted(filter(votes.__getitem__, votes), key=lambda term: (-votes[term], term))[:WORDS]
    if not best:
        return ()
    unit = weight / sum(votes[term] for term in best)
    words = (make(term, round(votes[term] * unit, _DIGITS)) for term in best)
    return tuple(word for word in words if word.weight > 0)


def expanded(tree: Node, added: Sequence[Word | Term], *, is_open: bool) -> Node:
    """`tree` with the words `added`: as alternatives, if it is an open choice of words and `is_open`; else they only weigh
    in the ranking, and it means the same passages as before."""
    if not added:
        return tree
    if is_open and isinstance(tree, Or | Word | Term):
        return Or((*(tree.nodes if isinstance(tree, Or) else (tree,)), *added))
    return And((tree, Or((MatchAll(), *added))))


def _votes(samples: Sequence[Sample], *, is_exact: bool) -> dict[str, float]:
    """What the samples say for each word, by the folded form that is the most frequent of its stem; of the weightiest."""
    read = [(sample, *_read(sample, is_exact=is_exact)) for sample in samples]
    average = sum(len(terms) for _, terms, _ in read) / len(read)
    votes: defaultdict[str, float] = defaultdict(float)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sample, terms, found in read:
        trust = (sample.score / samples[0].score) ** TRUST
        for stem, count in Counter(found).items():
            votes[stem] += trust * saturation(count, len(found), average)
        for stem, term in zip(found, terms, strict=True):
            forms[stem][term] += 1
    weightiest = sorted(votes, key=lambda stem: (-votes[stem], stem))[:_ASKED]
    return {min(forms[stem], key=_by_frequency(forms[stem])): votes[stem] for stem in weightiest}


def _by_frequency(counts: Counter[str]) -> Callable[[str], tuple[int, str]]:
    return lambda term: (-counts[term], term)


def _read(sample: Sample, *, is_exact: bool) -> tuple[list[str], list[str]]:
    """The words of a passage, folded, and their stems."""
    words = tokenize(sample.text, 0, sample.hyphenated)
    terms = [word.term for word in words]
    return terms, terms if is_exact else stems(sample.language, [word.form for word in words])


def _rarity(n_passages: int, n_holding: int) -> float:
    """How much it tells that a word stands somewhere that `n_holding` of `n_passages` have; 0 for those that half of them
    have (S. Robertson, K. Spärck Jones: Relevance Weighting of Search Terms, 1976; with nothing known of relevance)."""
    return max(0.0, log((n_passages - n_holding + 0.5) / (n_holding + 0.5)))
