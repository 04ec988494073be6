"""The best passages of a query → weighted words to add to it (pseudo-relevance feedback).

Words that the best passages have in common are likely to occur in other relevant passages, even in
those that use other words than the query. Each of the best passages votes for its words:

    vote(word) = Σ over N_PASSAGES passages (score / best score)^TRUST · saturation(f, l) ·
    rarity(word)

for a word that occurs f times in a passage of l words. The votes are the vector of J. Rocchio
(Relevance Feedback in Information Retrieval, 1971) with the weights of our own ranking. The weight
of a passage falls with its score, as in a relevance model (V. Lavrenko, W. Croft: Relevance-Based
Language Models, 2001): if the first passage is far ahead, it votes almost alone, so a query with a
single answer is not diluted.

The MAX_WORDS best words are added. Their weights are proportional to their votes and add up to
SHARE of the weight of the query. This is the interpolation of RM3 (N. Abdul-Jaleel et al.: UMass at
TREC 2004: Novelty and HARD, 2004) with its usual setting of equal parts. Words of the query can be
among them, and then weigh more.

The words are ordinary query nodes, so engines need no support for this.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from excerpt.catalog import Catalog
from excerpt.engines import Engine, ScoredKey
from excerpt.query.ast import And, MatchAll, Node, Operand, Or, Term, Word, query_terms
from excerpt.query.ranking import saturation
from excerpt.text import tokenize
from excerpt.text.stemmer import stems

__all__ = ["N_PASSAGES", "Sample", "add_words", "choose_words", "read_samples"]

N_PASSAGES: Final = 10
"""The number of best passages that vote."""
MAX_WORDS: Final = 30
"""The maximum number of words that are added."""
SHARE: Final = 1.0
"""The total weight of the added words, as a share of the weight of the query."""
TRUST: Final = 4
"""The exponent by which the vote of a passage falls with its score."""
_MAX_CANDIDATES: Final = 60
"""Words whose document frequency is looked up: those with the most votes before rarity counts."""
_DECIMALS: Final = 4
"""Decimals of a weight, few enough to read it and to type it into a query."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A passage that votes.

    score       its score
    text        its text
    language    its language, or the one that it is taken for; "" if unknown
    hyphenated  the hyphenated compounds of its document (see `Document.hyphenated`)
    """

    score: float
    text: str
    language: str
    hyphenated: frozenset[str] = frozenset()


def read_samples(hits: Sequence[ScoredKey], catalog: Catalog) -> list[Sample]:
    """Return the passages `hits` with their texts."""
    stored = catalog.passages([key for key, _ in hits])
    main_language = catalog.manifest.main_language
    return [
        Sample(
            score,
            passage.text,
            passage.document.language or main_language,
            passage.document.hyphenated,
        )
        for passage, (_, score) in zip(stored, hits, strict=True)
    ]


def choose_words(
    tree: Node, samples: Sequence[Sample], engine: Engine, *, is_exact: bool = False
) -> tuple[Word | Term, ...]:
    """Return the words that `samples`, the best passages for `tree`, add to it, heaviest first.

    With `is_exact`, these are exact words, without inflected forms. There are none if no
    sample has a score.
    """
    samples = [sample for sample in samples[:N_PASSAGES] if sample.score > 0]
    terms: list[Operand] = list(query_terms(tree))  # type: ignore[arg-type]
    weight = SHARE * sum(term.weight for term in terms)
    if not samples or weight <= 0:
        return ()
    make_node = Term if is_exact else Word
    votes = _votes(samples, is_exact=is_exact)
    n_passages = engine.count(MatchAll())
    for term in votes:
        votes[term] *= _rarity(n_passages, engine.count(make_node(term)))
    candidates = filter(votes.__getitem__, votes)
    best = sorted(candidates, key=lambda term: (-votes[term], term))[:MAX_WORDS]
    if not best:
        return ()
    unit = weight / sum(votes[term] for term in best)
    words = (make_node(term, round(votes[term] * unit, _DECIMALS)) for term in best)
    return tuple(word for word in words if word.weight > 0)


def add_words(tree: Node, words: Sequence[Word | Term], *, is_open: bool) -> Node:
    """Return `tree` with `words` added.

    Passages that match the result are those that match `tree`; the words only contribute to their
    scores. If `is_open` and `tree` is a choice of words, the words become further alternatives, so
    that passages with one of them match as well.
    """
    if not words:
        return tree
    if is_open and isinstance(tree, Or | Word | Term):
        return Or((*(tree.nodes if isinstance(tree, Or) else (tree,)), *words))
    return And((tree, Or((MatchAll(), *words))))


def _votes(samples: Sequence[Sample], *, is_exact: bool) -> dict[str, float]:
    """Return the votes, without rarity, for the words with the most votes.

    Words with the same stem are counted together and named by their most frequent folded form.
    """
    tokenized = [(sample, *_tokenize(sample, is_exact=is_exact)) for sample in samples]
    average = sum(len(terms) for _, terms, _ in tokenized) / len(tokenized)
    votes: defaultdict[str, float] = defaultdict(float)
    terms_of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sample, terms, its_stems in tokenized:
        trust = (sample.score / samples[0].score) ** TRUST
        for stem, count in Counter(its_stems).items():
            votes[stem] += trust * saturation(count, len(its_stems), average)
        for stem, term in zip(its_stems, terms, strict=True):
            terms_of[stem][term] += 1
    candidates = sorted(votes, key=lambda stem: (-votes[stem], stem))[:_MAX_CANDIDATES]
    return {
        min(terms_of[stem], key=_by_frequency(terms_of[stem])): votes[stem] for stem in candidates
    }


def _by_frequency(counts: Counter[str]) -> Callable[[str], tuple[int, str]]:
    """Return a sort key: the most frequent term first, ties in alphabetical order."""
    return lambda term: (-counts[term], term)


def _tokenize(sample: Sample, *, is_exact: bool) -> tuple[list[str], list[str]]:
    """Return the folded words of a passage and their stems (with `is_exact`, the words again)."""
    tokens = tokenize(sample.text, 0, sample.hyphenated)
    terms = [token.term for token in tokens]
    if is_exact:
        return terms, terms
    return terms, stems(sample.language, [token.form for token in tokens])


def _rarity(n_passages: int, n_with_word: int) -> float:
    """Return the weight of a word in `n_with_word` of `n_passages`; 0 if half of them have it.

    This is the relevance weight without relevance information (S. Robertson, K. Spärck Jones:
    Relevance Weighting of Search Terms, 1976).
    """
    return max(0.0, log((n_passages - n_with_word + 0.5) / (n_with_word + 0.5)))
