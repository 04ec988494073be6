"""The report of a benchmark shows every figure, in a table, as JSON and as a plot."""

import json
from dataclasses import replace

import pytest

from excerpt.benchmark.html_rate import HtmlRate
from excerpt.benchmark.peer_runner import BuildCost, ReadCost
from excerpt.benchmark.queries import USUAL_KINDS
from excerpt.benchmark.speed import BenchmarkOptions, KindResult, PeerResult, SpeedResult
from excerpt.benchmark.speed_report import json_report, speed_record, table_lines
from excerpt.benchmark.start_up import StartUpTime
from excerpt.benchmark.timing import LatencyStats, Timing


def kind_result(milliseconds: float, ratio: float, reading: ReadCost | None) -> KindResult:
    """Return the results of three queries that take this time in every way."""
    timing = Timing(LatencyStats(3, milliseconds, milliseconds, 1e3 / milliseconds), ratio)
    return KindResult(timing, timing, timing, timing, timing, timing, timing, 3, 12_345, reading)


def speed_result() -> SpeedResult:
    """Return results of excerpt and of FTS5, which takes twice as long and has no fuzzy words."""
    ours = PeerResult("excerpt", {"version": "1"}, BuildCost(2.0, 60_000_000, 3_000_000))
    ours.unchanged = 0.25
    ours.kinds = {kind: kind_result(0.5, 1.0, ReadCost(2e3, 1e-4)) for kind in USUAL_KINDS}
    other = PeerResult("fts5", {"version": "3"}, BuildCost(4.0, 0, 1_000_000))
    other.kinds = {kind: kind_result(1.0, 2.0, None) for kind in USUAL_KINDS if kind != "fuzzy"}
    return SpeedResult(
        corpus="texts",
        n_documents=12,
        n_bytes=2_000_000,
        n_passages=24,
        n_words=4_000,
        n_terms=300,
        options=BenchmarkOptions(against=("fts5",), n_queries=3, rounds=1, processes=1),
        n_sampled=40,
        n_used=36,
        n_warm_up=35,
        unmatched=(),
        peers=(ours, other),
        left_out={"tantivy": "No module named tantivy"},
        starts={"words": StartUpTime(0.1, 0.08, 1.25), "operators": StartUpTime(0.2, 0.1, 2.0)},
        html=None,
        is_evicted=True,
        load=0.5,
    )


def test_the_table_shows_every_figure() -> None:
    """Each engine has a row in the table of builds and two for each kind; numbers are aligned."""
    lines = list(table_lines(speed_result()))
    assert lines[0].endswith("texts: 12 documents, 2.0 MB, 24 passages, 4,000 words (300 distinct)")
    assert "left out    tantivy: No module named tantivy" in lines
    rows = [line for line in lines if line.startswith(USUAL_KINDS)]
    assert len(rows) == 2 * len(USUAL_KINDS)
    times, rates = (number for number, line in enumerate(lines) if line.startswith("query "))
    for number, shown in ((times, rows[: len(USUAL_KINDS)]), (rates, rows[len(USUAL_KINDS) :])):
        end = lines[number].index("median ms") + len("median ms")
        assert {row[end] for row in shown} == {" "}
        assert all(row[end - 1].isdigit() for row in shown)
    assert [line for line in lines if line.startswith("start ")][1].count("operators") == 1
    groups = [group.strip() for group in lines[times - 1].split("  ") if group]
    assert groups == ["uncached", "highlighted", "repeated", "cold"]
    assert {line[:11].strip() for line in lines} > set(groups)


def test_a_dash_stands_for_missing_highlights() -> None:
    """In JSON they are null."""
    result = speed_result()
    ours, other = result.peers
    kinds = {name: replace(kind, highlighted=None) for name, kind in other.kinds.items()}
    changed = replace(result, peers=(ours, replace(other, kinds=kinds)))
    rows = [line for line in table_lines(changed) if " fts5 " in line]
    assert sum(line.split().count("-") == 3 for line in rows) == len(USUAL_KINDS) - 1
    assert speed_record(changed)["engines"][1]["kinds"]["one word"]["highlighted"] is None


@pytest.mark.parametrize(("n_processes", "text"), [(1, "by 1 process,"), (2, "by 2 processes,")])
def test_the_rate_on_html_is_shown(n_processes: int, text: str) -> None:
    """The line has the rates of both and their quotient."""
    result = speed_result()
    options = replace(result.options, processes=n_processes)
    html = HtmlRate(60, 40_000_000, 4.0, 2.0, 0.5)
    (line,) = (
        line
        for line in table_lines(replace(result, html=html, options=options))
        if line.startswith("html ")
    )
    assert "60 documents, 40.0 MB: built at 10.0 MB/s " + text in line
    assert "50.0 % of the rate of Beautiful Soup" in line


def test_json_has_results_and_settings() -> None:
    """The object has a schema, the versions, and all settings that results depend on."""
    result = speed_result()
    record = json.loads(json_report(result))
    assert record["schema"] == 3
    assert (record["corpus"]["words"], record["corpus"]["terms"]) == (4_000, 300)
    assert record["html"] is None
    assert record["start"].keys() == {"words", "operators"}
    assert {"excerpt", "python", "numpy", "processors"} <= record["machine"].keys()
    assert record["settings"] == {
        "rounds": 1,
        "processes": 1,
        "queries": 3,
        "kinds": list(USUAL_KINDS),
        "seed": 1,
        "ranking": "default",
        "evicted": True,
    }
    assert record["queries"] == {
        "given": 0,
        "sampled": 40,
        "used": 36,
        "warm_up": 35,
        "unmatched": [],
    }


def test_json_has_the_figures_of_each_kind() -> None:
    """Reading is known for excerpt alone: the uncached median is five times that of numpy.sum."""
    ours, other = speed_record(speed_result())["engines"]
    assert ours["build"]["size_to_text"] == 1.5
    assert ours["build"]["megabytes_per_second"] == 1.0
    word = ours["kinds"]["one word"]
    assert (word["queries"], word["found"], word["matches"]) == (3, 3, 12_345)
    assert (word["read"], word["times_reading"]) == (2e3, pytest.approx(5.0))
    assert other["kinds"]["one word"]["read"] is None
    timings = ["uncached", "uncached_cpu", "highlighted", "repeated", "repeated_cpu"]
    for name in [*timings, "concurrent", "cold"]:
        assert other["kinds"]["one word"][name] == {
            "median_ms": 1.0,
            "p95_ms": 1.0,
            "per_second": 1_000.0,
            "ratio": 2.0,
        }


def test_the_same_results_give_the_same_plot() -> None:
    """The SVG names every engine and every kind."""
    pytest.importorskip("matplotlib", reason="plots need the extra bench")
    from excerpt.benchmark.plot import speed_plot

    result = speed_result()
    svg = speed_plot(result)
    assert svg == speed_plot(result)
    for name in ("excerpt", "fts5", *USUAL_KINDS):
        assert f">{name}<".encode() in svg


def test_the_plot_and_the_main_column_show_uncached_queries() -> None:
    """Repeated queries, which caches answer, have columns of their own and are not drawn."""
    pytest.importorskip("matplotlib", reason="plots need the extra bench")
    from excerpt.benchmark.plot import speed_plot

    result = speed_result()
    ours, other = result.peers
    fast = Timing(LatencyStats(3, 0.001, 0.001, 1e6), 1.0)
    kinds = {name: replace(kind, repeated=fast) for name, kind in ours.kinds.items()}
    changed = replace(result, peers=(replace(ours, kinds=kinds), other))
    assert speed_plot(changed) == speed_plot(result)
    row = next(line for line in table_lines(changed) if line.startswith("one word"))
    assert row.split()[3:5] == ["3", "0.500"]
