"""Statistics of durations, and the timing of a series by an injected clock."""

from collections.abc import Callable, Iterator
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark_texts import word_query
from excerpt.benchmark.peer_process import SeriesResult, run_series
from excerpt.benchmark.peers import Answer, Duration
from excerpt.benchmark.timing import (
    Timing,
    compare_concurrent,
    compare_rounds,
    latency_stats,
    median_ratio,
    percentile,
)

SECONDS = st.lists(st.floats(1e-6, 10.0), min_size=1, max_size=20)


@given(SECONDS, st.floats(0, 1))
def test_a_percentile_lies_within_the_values(values: list[float], share: float) -> None:
    """A percentile grows with the share, from the minimum to the maximum."""
    assert min(values) <= percentile(values, share) <= max(values)
    assert percentile(values, 0) == min(values)
    assert percentile(values, 1) == max(values)
    assert percentile(values, share / 2) <= percentile(values, share)


def test_a_query_counts_with_its_median_round() -> None:
    """A single slow round changes nothing."""
    stats = latency_stats([[0.001, 0.003], [0.001, 0.003], [9.0, 9.0]])
    assert stats.n == 2
    assert stats.median_ms == pytest.approx(2.0)
    assert stats.p95_ms == pytest.approx(2.9)
    assert stats.per_second == pytest.approx(500.0)


def test_a_ratio_compares_within_each_round() -> None:
    """A slow spell of the machine affects both engines."""
    assert median_ratio([[2.0, 2.0], [20.0, 20.0]], [[1.0, 1.0], [10.0, 10.0]]) == 2.0


def test_a_ratio_compares_the_same_queries() -> None:
    """Only those that both answered count, in case one engine had no time for all."""
    assert median_ratio([[1.0, 1.0, 9.0, 9.0, 9.0]], [[1.0, 1.0]]) == 1.0


def test_an_engine_has_the_ratio_1_to_itself() -> None:
    """Rounds and concurrent answers are compared in the same way."""
    rounds = [[0.25, 0.5], [0.5, 0.25]]
    stats = latency_stats(rounds)
    assert compare_rounds(rounds, rounds) == Timing(stats, 1.0)
    assert compare_concurrent(rounds, rounds).ratio == 1.0


def clock_of(*durations: float) -> Callable[[], Duration]:
    """Return a clock on which the answers of a series take `durations`, half of it working."""
    steps = [step for duration in durations for step in (0.0, duration)]
    readings: Iterator[float] = accumulate(steps)

    def read() -> Duration:
        reading = next(readings)
        return Duration(reading, reading / 2)

    return read


def test_a_series_records_each_duration_and_answer() -> None:
    """The durations are those of the clock, in the order of the queries."""
    answers = {"one": Answer(7, ("text",)), "two": Answer(None, ())}
    result = run_series(
        [word_query(word) for word in answers],
        lambda query: answers[query.words[0]],
        clock_of(0.25, 0.5),
    )
    assert result == SeriesResult((0.25, 0.5), (0.125, 0.25), (7, None), (1, 0))


def test_an_engine_in_another_process_times_itself() -> None:
    """Only the duration that it gives counts, not the exchange with that process."""
    answer = Answer(1, ("text",), duration=Duration(0.125, 0.0625))
    result = run_series([word_query("one")], lambda _: answer, clock_of(8.0))
    assert result == SeriesResult((0.125,), (0.0625,), (1,), (1,))


@pytest.mark.parametrize(("duration", "n_run"), [(0.25, 17), (1.0, 5), (8.0, 5), (0.125, 20)])
def test_a_series_ends_after_its_time(duration: float, n_run: int) -> None:
    """Once more than four seconds have passed, no further query runs, but at least five do."""
    queries = [word_query("word")] * 20
    result = run_series(queries, lambda _: Answer(1, ()), clock_of(*[duration] * 20))
    assert result.seconds == (duration,) * n_run


def test_a_series_without_queries_is_empty() -> None:
    """An engine may answer no query of a kind."""
    assert run_series([], lambda _: Answer(1, ())) == SeriesResult((), (), (), ())
