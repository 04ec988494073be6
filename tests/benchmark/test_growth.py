"""The same queries run at several sizes, for the ten best passages and for the total."""

import json
import random
from itertools import product
from pathlib import Path

import pytest

from excerpt.benchmark.growth import CorpusSize, GrowthResult, GrowthSeries, measure_growth
from excerpt.benchmark.growth_report import json_report, table_lines
from excerpt.benchmark.peer_runner import BuildCost
from excerpt.benchmark.speed import BenchmarkOptions
from excerpt.benchmark.timing import LatencyStats
from excerpt.errors import ExcerptError

WORDS = [
    f"{stem}{end}"
    for stem, end in product(("stone", "river", "cloud", "forest"), "abcdefghijklmnopq")
]
OPTIONS = BenchmarkOptions(kinds=("one word", "title"), n_queries=3, rounds=2, processes=1)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten texts of two paragraphs."""
    folder = tmp_path_factory.mktemp("growth") / "texts"
    folder.mkdir()
    for number in range(10):
        words = random.Random(number).choices(WORDS, k=120)
        (folder / f"{number}.txt").write_text(
            f"{' '.join(words[:60])}.\n\n{' '.join(words[60:])}.\n"
        )
    return folder


def growth_result() -> GrowthResult:
    """Return results at two sizes."""
    series = GrowthSeries((LatencyStats(3, 0.5, 0.6, 2_000), LatencyStats(3, 1.5, 2.0, 700)), 3.0)
    return GrowthResult(
        corpus="texts",
        n_passages=20,
        options=OPTIONS,
        n_used=3,
        sizes=(
            CorpusSize(1, 1_000_000, BuildCost(0.5, 50_000_000, 2_000_000)),
            CorpusSize(3, 3_000_000, BuildCost(1.5, 60_000_000, 6_000_000)),
        ),
        kinds={"one word": series},
        totals={"one word": series},
    )


@pytest.mark.benchmark
def test_queries_are_run_at_every_size(texts: Path) -> None:
    """Kinds without a matching query are left out."""
    result = measure_growth(texts, (1, 3), OPTIONS)
    assert [size.times for size in result.sizes] == [1, 3]
    one, three = result.sizes
    assert one.n_bytes * 2.8 <= three.n_bytes < one.n_bytes * 3.2
    assert min(one.built.size, one.built.seconds) > 0
    for kinds in (result.kinds, result.totals):
        assert list(kinds) == ["one word"]
        assert [stats.n for stats in kinds["one word"].stats] == [3, 3]
        assert kinds["one word"].ratio > 0
    assert result.corpus == texts.name


@pytest.mark.benchmark
def test_queries_without_a_match_are_an_error(texts: Path) -> None:
    """There is nothing to measure."""
    options = BenchmarkOptions(kinds=("title",), n_queries=2, rounds=1, processes=1)
    with pytest.raises(ExcerptError, match="no query matches anything"):
        measure_growth(texts, (1,), options)


def test_the_table_has_a_column_for_each_size() -> None:
    """Each kind has a row for the ten best passages and one for the total."""
    lines = list(table_lines(growth_result()))
    heads = [line for line in lines if "median ms" in line]
    assert [head.split(",")[0] for head in heads] == ["ten best", "total"]
    assert all(head.split("  ")[-3:] == ["1 times", "3 times", "3 to 1"] for head in heads)
    rows = [line.split() for line in lines if line.startswith("one word")]
    assert rows == [["one", "word", "3", "0.500", "1.50", "3.00"]] * 2


def test_json_lists_the_times_in_order_of_size() -> None:
    """The settings and the machine are included."""
    record = json.loads(json_report(growth_result()))
    assert [size["times"] for size in record["sizes"]] == [1, 3]
    assert record["kinds"]["one word"]["median_ms"] == [0.5, 1.5]
    assert record["totals"]["one word"]["p95_ms"] == [0.6, 2.0]
    assert record["settings"] == {"rounds": 2, "processes": 1, "seed": 1, "ranking": "default"}
    assert {"python", "processors"} <= record["machine"].keys()


def test_the_plot_names_every_kind_and_size() -> None:
    """The same results give the same SVG."""
    pytest.importorskip("matplotlib", reason="plots need the extra bench")
    from excerpt.benchmark.plot import growth_plot

    svg = growth_plot(growth_result())
    assert svg == growth_plot(growth_result())
    for name in ("one word", "1", "3"):
        assert f">{name}<".encode() in svg
