"""`excerpt.index.search.block_max` and the postings it works on: none of the best is missed."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from excerpt.arrays import Mask
from excerpt.index.arrays import DocIds, Scores
from excerpt.index.read.norms import Norms
from excerpt.index.search import postings_cache
from excerpt.index.search.accumulators import Accumulators
from excerpt.index.search.block_max import Conjunction, Disjunction, threshold
from excerpt.index.search.dense_postings import DensePostings
from excerpt.index.search.postings_cache import PostingsCache
from excerpt.index.search.term_postings import MAX_FREQUENCY, SparsePostings, TermPostings
from excerpt.query.ast import Near, Operand, Word

N = 30_000
"""Passages: more blocks than are scored first."""
DENSE = 0.09
"""The postings of a term in more than this share of the passages are dense here."""
ACCUMULATORS = Accumulators(N)
SHARES = st.lists(st.sampled_from([0.0001, 0.003, 0.2, 0.9]), min_size=1, max_size=5)
TENTHS = st.lists(st.integers(1, int(MAX_FREQUENCY) * 10), max_size=50)


def norms_of(n: int, length: int = 50) -> Norms:
    """Return the norms of `n` passages of average length."""
    return Norms(np.full(n, length, np.uint32), float(length))


def ones(doc_ids: DocIds, norms: Norms) -> SparsePostings:
    """Return the postings of a term that occurs once in each of `doc_ids`."""
    return SparsePostings(doc_ids, np.ones(doc_ids.size), doc_ids.size, norms)


class RandomPostings:
    """Postings of random terms, and the scores that follow from them directly."""

    def __init__(self, shares: Sequence[float], seed: int, *, has_field_only: bool) -> None:
        chance = np.random.default_rng(seed)
        self.norms = Norms(chance.integers(1, 200, N).astype(np.uint32), 100.0)
        self.weights: list[float] = chance.uniform(0.01, 9, len(shares)).tolist()
        self.postings: list[SparsePostings] = []
        self.scores: Scores = np.zeros(N)
        self.is_in_body: Mask = np.zeros(N, np.bool_)
        self.has_all: Mask = np.ones(N, np.bool_)
        for share, weight in zip(shares, self.weights, strict=True):
            doc_ids = np.flatnonzero(chance.random(N) < share)
            # A dense term has no occurrences with other accents than typed alone: 1.0 and more.
            smallest = 10 if share > DENSE else 1
            frequencies = np.rint(chance.exponential(15, doc_ids.size) + smallest) / 10
            only = chance.random(doc_ids.size) < 0.3
            field_only = only if has_field_only and only.any() else None
            postings = SparsePostings(doc_ids, frequencies, 1, self.norms, field_only)
            self.postings.append(postings)
            self.scores[doc_ids] += weight * postings.saturations
            self.is_in_body[postings.in_body] = True
            self.has_all &= np.isin(np.arange(N), doc_ids)


def check_candidates(found: Disjunction, k: int, scores: Scores, matches: Mask) -> None:
    """Check the total, and that the candidates are ascending matches that contain the best `k`."""
    assert found.total == np.count_nonzero(matches)
    scores = np.where(matches, scores, 0)
    best = np.argsort(-scores, kind="stable")[: min(k, found.total)]
    candidates = found.candidates(k)
    assert set(best.tolist()) <= set(candidates.tolist())
    assert np.all(np.diff(candidates) > 0)
    assert matches[candidates].all()


@given(st.lists(st.integers(0, 30), max_size=2000), st.integers(1, 5))
def test_the_best_scores_and_their_ties_reach_the_threshold(scores: list[int], k: int) -> None:
    """The threshold is at most the k-th best score, even when rounded to 32 bits."""
    reached = threshold(np.array(scores, np.float32), k)
    last = sorted(scores, reverse=True)[:k][-1] if scores else 0
    assert reached <= last


@given(st.integers(1, 20), st.integers(2000, 6000))
def test_few_scores_reach_the_threshold(k: int, n: int) -> None:
    """Not many more than k scores reach the threshold if all scores differ."""
    scores = np.random.default_rng(n).permutation(n).astype(np.float64)
    assert np.count_nonzero(scores >= threshold(scores, k)) <= 2 * k + 2


@settings(max_examples=60)
@given(SHARES, st.integers(1, 20), st.integers(0, 1 << 30), st.booleans())
def test_candidates_of_a_disjunction_contain_the_best(
    shares: list[float], k: int, seed: int, has_field_only: bool
) -> None:
    """None of the best passages is missed, and the total is exact.

    This holds whatever share of passages has each term, with sparse and dense postings, and with
    terms in title or headings alone.
    """
    terms = RandomPostings(shares, seed, has_field_only=has_field_only)
    postings: list[TermPostings] = [
        DensePostings(each, terms.norms) if share > DENSE else each
        for share, each in zip(shares, terms.postings, strict=True)
    ]
    found = Disjunction(terms.weights, postings, terms.norms, ACCUMULATORS)
    check_candidates(found, k, terms.scores, terms.is_in_body)


@settings(max_examples=60)
@given(
    st.lists(st.floats(0.1, 0.9), min_size=2, max_size=4),
    st.integers(1, 20),
    st.integers(0, 1 << 30),
    st.booleans(),
)
def test_candidates_of_a_conjunction_contain_the_best(
    shares: list[float], k: int, seed: int, has_field_only: bool
) -> None:
    """The same holds for passages with all terms, where all postings are dense."""
    terms = RandomPostings(shares, seed, has_field_only=has_field_only)
    dense = [DensePostings(each, terms.norms) for each in terms.postings]
    found = Conjunction(terms.weights, dense, terms.norms, ACCUMULATORS)
    check_candidates(found, k, terms.scores, terms.is_in_body & terms.has_all)


@given(
    st.lists(st.just(0) | st.integers(10, int(MAX_FREQUENCY) * 10), min_size=1, max_size=50),
    st.integers(0, 1 << 30),
)
def test_dense_postings_are_exact(tenths: list[int], seed: int) -> None:
    """Dense postings return the saturations of sparse ones to the last bit.

    This holds up to the greatest frequency and in passages of any length.
    """
    n = len(tenths)
    norms = Norms(np.random.default_rng(seed).integers(1, 5000, n).astype(np.uint32), 120.0)
    doc_ids, frequencies = np.arange(n), np.array(tenths) / 10
    sparse = SparsePostings(doc_ids, frequencies, n, norms)
    dense = DensePostings(sparse, norms)
    assert dense.saturation_at(doc_ids).tolist() == sparse.saturations.tolist()


def test_an_interrupted_query_leaves_the_accumulators_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Totals and candidates are those of the query itself.

    It makes no difference where the query before it was interrupted.
    """
    norms, accumulators = norms_of(200), Accumulators(200)

    def found(first: int, last: int) -> Disjunction:
        sparse = ones(np.arange(first, last), norms)
        dense = DensePostings(ones(np.arange(0, 200, 4), norms), norms)
        return Disjunction([1.0, 0.5], [sparse, dense], norms, accumulators)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    former = found(100, 200)
    with monkeypatch.context() as patched:
        patched.setattr(np, "packbits", interrupt)
        with pytest.raises(KeyboardInterrupt):
            _ = former.total
    with monkeypatch.context() as patched:
        patched.setattr(Disjunction, "_candidates_of_dense", interrupt)
        with pytest.raises(KeyboardInterrupt):
            former.candidates(1)
    assert found(0, 10).total == 10 + 47
    assert found(0, 10).candidates(3).tolist() == [0, 4, 8]


def test_weights_may_be_very_small_or_large() -> None:
    """Weights that 32 bits cannot hold do not change which passages are candidates."""
    norms = norms_of(N)
    dense = [DensePostings(ones(np.arange(start, N, 2), norms), norms) for start in (0, 1)]
    found = Disjunction([1e-60, 1e-59], dense, norms, ACCUMULATORS)
    assert found.total == N
    assert found.candidates(3)[0] % 2 == 1
    assert Disjunction([1e300, 1e-60], dense, norms, ACCUMULATORS).candidates(N).size == N


def test_postings_of_absent_words_are_dropped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even empty postings take memory: those of a misspelt word are dropped like any others."""
    monkeypatch.setattr(postings_cache, "SPARSE_BYTES", 100_000)
    norms = norms_of(8)
    cache = PostingsCache()
    for number in range(1000):
        cache.put(Word(f"wrod{number}"), ones(np.empty(0, np.int64), norms))
    assert cache.get(Word("wrod0"), norms) is None
    assert cache.get(Word("wrod999"), norms) is not None


def test_postings_that_take_long_to_make_are_not_dropped_for_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Postings of phrases and the like remain however many words follow, within their own bound."""
    norms = norms_of(N)
    dense = DensePostings(ones(np.arange(0, N, 2), norms), norms)
    monkeypatch.setattr(postings_cache, "WORD_BYTES", 11 * dense.n_bytes - 1)
    monkeypatch.setattr(postings_cache, "COMPUTED_BYTES", 3 * dense.n_bytes - 1)
    cache = PostingsCache()
    near = [Near(Word("war"), Word("peace"), distance) for distance in range(3)]
    words = [Word(f"w{number}") for number in range(100)]
    terms: list[Operand] = [*near, *words]
    for term in terms:
        cache.put(term, dense)
    is_cached = [cache.get(term, norms) is dense for term in terms]
    assert is_cached == [False, True, True, *[False] * 90, *[True] * 10]


@given(TENTHS, st.booleans())
def test_cached_postings_are_unchanged(tenths: list[int], has_field_only: bool) -> None:
    """Sparse postings are packed in the cache without losing a bit."""
    n = len(tenths)
    norms = norms_of(2 * n + 1, 120)
    field_only = np.arange(n) % 3 == 0 if has_field_only else None
    sparse = SparsePostings(np.arange(n) * 2, np.array(tenths) / 10, 7, norms, field_only)
    cache = PostingsCache()
    cache.put(Word("war"), sparse)
    cached = cache.get(Word("war"), norms)
    assert isinstance(cached, SparsePostings)
    assert cached.doc_ids.tolist() == sparse.doc_ids.tolist()
    assert cached.frequencies.tolist() == sparse.frequencies.tolist()
    assert cached.in_body.tolist() == sparse.in_body.tolist()
    assert cached.n_occurrences == 7
