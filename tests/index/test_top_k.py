"""`engines.columnar.any_of`: the choice of those passages that may be among the best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from excerpt.index.search import cache as cache_module
from excerpt.index.search.block_max import AllOf, AnyOf, Scratch, least
from excerpt.index.search.cache import FrequencyCache
from excerpt.index.search.frequencies import (
    MOST,
    DensePostings,
    Frequencies,
    Norms,
    SparsePostings,
)
from excerpt.query.ast import Near, Operand, Word


@given(st.lists(st.integers(0, 30), max_size=2000), st.integers(1, 5))
def test_the_least_score_keeps_the_best_with_their_ties(scores: list[int], wanted: int) -> None:
    """Every score that is as good as the last that is wanted reaches the least, whatever 32 bits round off."""
    reached = least(np.array(scores, np.float32), wanted)
    last = sorted(scores, reverse=True)[:wanted][-1] if scores else 0
    assert reached <= last


@given(st.integers(1, 20), st.integers(2000, 6000))
def test_few_reach_the_least_score(wanted: int, n: int) -> None:
    """Of scores that all differ not many more are kept than are wanted."""
    scores = np.random.default_rng(n).permutation(n).astype(np.float64)
    assert np.count_nonzero(scores >= least(scores, wanted)) <= 2 * wanted + 2


N = 30_000
"""Passages: more blocks than are looked at first."""
SCRATCH = Scratch(N)
SHARES = st.lists(st.sampled_from([0.0001, 0.003, 0.2, 0.9]), min_size=1, max_size=5)


@settings(max_examples=60)
@given(SHARES, st.integers(1, 20), st.integers(0, 1 << 30), st.booleans())
def test_what_may_be_best_of_any_holds_the_best(
    shares: list[float], wanted: int, seed: int, is_aside: bool
) -> None:
    """Whatever share of passages has each leaf, listed or in columns, some of them in headings alone: none of the best is
    missed, and the total is exact."""
    chance = np.random.default_rng(seed)
    lengths = Norms(chance.integers(1, 200, N).astype(np.uint32), 100.0)
    weights = chance.uniform(0.01, 9, len(shares)).tolist()
    frequencies: list[Frequencies] = []
    scores, is_own = np.zeros(N), np.zeros(N, np.bool_)
    for share, weight in zip(shares, weights, strict=True):
        passages = np.flatnonzero(chance.random(N) < share)
        frequency = np.rint(chance.exponential(15, passages.size) + 1) / 10
        aside = chance.random(passages.size) < 0.3
        listed = SparsePostings(
            passages, frequency, 1, lengths, aside if is_aside and aside.any() else None
        )
        scores[passages] += weight * lengths.saturation(frequency, passages)
        is_own[listed.own] = True
        frequencies.append(DensePostings(listed, lengths) if share > 0.1 else listed)
    scores[~is_own] = 0
    found = AnyOf(weights, frequencies, lengths, SCRATCH)
    assert found.total == np.count_nonzero(is_own)
    best = np.argsort(-scores, kind="stable")[: min(wanted, found.total)]
    likely = found.likely(wanted)
    assert set(best.tolist()) <= set(likely.tolist())
    assert np.all(np.diff(likely) > 0)
    assert is_own[likely].all()


@settings(max_examples=60)
@given(st.integers(2, 4), st.integers(1, 20), st.integers(0, 1 << 30), st.booleans())
def test_what_may_be_best_of_all_holds_the_best(
    n: int, wanted: int, seed: int, is_aside: bool
) -> None:
    """The same of all leaves, where all have columns."""
    chance = np.random.default_rng(seed)
    lengths = Norms(chance.integers(1, 200, N).astype(np.uint32), 100.0)
    weights = chance.uniform(0.01, 9, n).tolist()
    columns = []
    scores, is_own, is_in = np.zeros(N), np.zeros(N, np.bool_), np.ones(N, np.bool_)
    for weight in weights:
        has = chance.random(N) < chance.uniform(0.1, 0.9)
        passages = np.flatnonzero(has)
        frequency = np.rint(chance.exponential(15, passages.size) + 1) / 10
        aside = chance.random(passages.size) < 0.3
        listed = SparsePostings(passages, frequency, 1, lengths, aside if is_aside else None)
        scores[passages] += weight * lengths.saturation(frequency, passages)
        is_own[listed.own] = True
        is_in &= has
        columns.append(DensePostings(listed, lengths))
    scores[~(is_own & is_in)] = 0
    found = AllOf(weights, columns, lengths, SCRATCH)
    assert found.total == np.count_nonzero(is_own & is_in)
    best = np.argsort(-scores, kind="stable")[: min(wanted, found.total)]
    likely = found.likely(wanted)
    assert set(best.tolist()) <= set(likely.tolist())
    assert (is_own & is_in)[likely].all()


@given(st.lists(st.integers(0, int(MOST) * 10), min_size=1, max_size=50), st.integers(0, 1 << 30))
def test_a_column_knows_its_frequencies_to_the_last_bit(tenths: list[int], seed: int) -> None:
    """Up to the greatest it may hold, in passages of any length."""
    n = len(tenths)
    lengths = Norms(np.random.default_rng(seed).integers(1, 5000, n).astype(np.uint32), 120.0)
    passages, frequency = np.arange(n), np.array(tenths) / 10
    listed = SparsePostings(passages, frequency, n, lengths)
    assert (
        DensePostings(listed, lengths).saturation(passages).tolist() == listed.saturations.tolist()
    )


def test_a_query_that_was_interrupted_leaves_nothing_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Totals and scores are those of a query's own words, wherever the one before it ended."""
    lengths, scratch = Norms(np.full(200, 50, np.uint32), 50.0), Scratch(200)

    def found(first: int, last: int) -> AnyOf:
        listed = SparsePostings(
            np.arange(first, last), np.ones(last - first), last - first, lengths
        )
        every = np.arange(0, 200, 4)
        column = DensePostings(
            SparsePostings(every, np.ones(every.size), every.size, lengths), lengths
        )
        return AnyOf([1.0, 0.5], [listed, column], lengths, scratch)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    former = found(100, 200)
    with monkeypatch.context() as patched:
        patched.setattr(np, "packbits", interrupt)
        with pytest.raises(KeyboardInterrupt):
            _ = former.total
    with monkeypatch.context() as patched:
        patched.setattr(AnyOf, "_likely_of_columns", interrupt)
        with pytest.raises(KeyboardInterrupt):
            former.likely(1)
    assert found(0, 10).total == 10 + 47
    assert found(0, 10).likely(3).tolist() == [0, 4, 8]


def test_words_that_stand_nowhere_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of a leaf takes memory however few passages have it: a misspelt word is dropped like any other."""
    lengths = Norms(np.full(8, 50, np.uint32), 50.0)
    monkeypatch.setattr(cache_module, "LIST_BYTES", 100_000)
    cache = FrequencyCache()
    for number in range(1000):
        cache.keep(
            Word(f"wrod{number}"), SparsePostings(np.empty(0, np.int64), np.empty(0), 0, lengths)
        )
    assert cache.get(Word("wrod0"), lengths) is None
    assert cache.get(Word("wrod999"), lengths) is not None


def test_what_took_long_to_make_is_not_dropped_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many words are asked for after it; and of either no more is kept than there is room for."""
    lengths = Norms(np.full(N, 50, np.uint32), 50.0)
    column = DensePostings(
        SparsePostings(np.arange(0, N, 2), np.ones(N // 2), N // 2, lengths), lengths
    )
    monkeypatch.setattr(cache_module, "WORD_BYTES", 11 * column.n_bytes - 1)
    monkeypatch.setattr(cache_module, "MADE_BYTES", 3 * column.n_bytes - 1)
    cache = FrequencyCache()
    near = [Near(Word("war"), Word("peace"), distance) for distance in range(3)]
    words = [Word(f"w{number}") for number in range(100)]
    leaves: list[Operand] = [*near, *words]
    for leaf in leaves:
        cache.keep(leaf, column)
    kept = [cache.get(leaf, lengths) is column for leaf in leaves]
    assert kept == [False, True, True, *[False] * 90, *[True] * 10]


@given(st.lists(st.integers(1, int(MOST) * 10), max_size=50), st.booleans())
def test_kept_lists_are_as_they_were(tenths: list[int], is_aside: bool) -> None:
    """However they are packed, to the last bit."""
    n = len(tenths)
    lengths = Norms(np.full(2 * n + 1, 120, np.uint32), 120.0)
    aside = np.arange(n) % 3 == 0 if is_aside else None
    listed = SparsePostings(np.arange(n) * 2, np.array(tenths, np.float64) / 10, 7, lengths, aside)
    cache = FrequencyCache()
    cache.keep(Word("war"), listed)
    kept = cache.get(Word("war"), lengths)
    assert isinstance(kept, SparsePostings)
    assert kept.passages.tolist() == listed.passages.tolist()
    assert kept.frequencies.tolist() == listed.frequencies.tolist()
    assert kept.own.tolist() == listed.own.tolist()
    assert kept.n_occurrences == 7


def test_weights_may_be_as_small_as_they_like() -> None:
    """What 32 bits cannot hold is found none the less."""
    lengths = Norms(np.full(N, 50, np.uint32), 50.0)
    columns = [
        DensePostings(
            SparsePostings(np.arange(start, N, 2), np.ones(N // 2), N // 2, lengths), lengths
        )
        for start in (0, 1)
    ]
    found = AnyOf([1e-60, 1e-59], columns, lengths, SCRATCH)
    assert found.total == N
    assert found.likely(3)[0] % 2 == 1
    assert AnyOf([1e300, 1e-60], columns, lengths, SCRATCH).likely(N).size == N
