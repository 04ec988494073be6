"""Measuring the ranking on a judged collection, with stand-in metrics and through the command."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from benchmark_texts import JUDGED_FILES, write_files
from excerpt.benchmark import quality
from excerpt.benchmark.judged_collection import Judgements
from excerpt.benchmark.metrics import METRICS, MetricValues
from excerpt.benchmark.quality import measure_quality
from excerpt.benchmark.quality_report import json_report, table_lines
from excerpt.benchmark.run_files import DEPTH, TrecRun
from excerpt.cli import main
from excerpt.errors import ExcerptError
from excerpt.query.ast import Query
from excerpt.query.parser import parse
from shell import Shell

ANSWERS = (
    '{"_id": "q1", "answers": ["the early  MORNING", "noon"]}\n{"_id": "q2", "answers": ["moo"]}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A judged collection."""
    return write_files(tmp_path / "collection", JUDGED_FILES)


def grade_of_first(run: TrecRun, judgements: Judgements) -> MetricValues:
    """Return the grade of the first document of each query as the value of every metric."""
    values = {
        query: float(grades.get(run[query][0][0], 0)) if run.get(query) else 0.0
        for query, grades in judgements.items()
    }
    return dict.fromkeys(METRICS, values)


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the metrics of ir-measures by the grade of the first document."""
    monkeypatch.setattr(quality, "import_ir_measures", lambda: None)
    monkeypatch.setattr(quality, "evaluate", grade_of_first)


@pytest.mark.usefixtures("without_library")
def test_a_document_ranks_by_its_best_passage(tmp_path: Path) -> None:
    """A long document is listed once, with the score of its best passage."""
    chapter = "The harbour was quiet and the ships lay still. " * 40
    sources = [
        {
            "_id": "long",
            "text": f"{chapter}\n\nA whale came into the bay.\n\n{chapter}\n\nWhale, whale!\n",
        },
        {"_id": "short", "text": "One whale was seen among the many ships of the quiet harbour."},
    ]
    files = {
        "corpus.jsonl": "\n".join(map(json.dumps, sources)),
        "queries.jsonl": '{"_id": "q", "text": "whale"}',
        "qrels.tsv": "q\tlong\t1",
    }
    run = measure_quality(write_files(tmp_path / "collection", files)).run
    assert sorted(document for document, _ in run["q"]) == ["long", "short"]
    assert len(run["q"]) == 2
    assert run["q"][0][1] >= run["q"][1][1] > 0


@pytest.mark.usefixtures("without_library")
def test_enough_documents_are_fetched(tmp_path: Path) -> None:
    """Documents with many passages do not crowd out others that rank lower."""
    page = "\n\n".join(f"# {n}\n\nOwl owl owl owl." for n in range(300))
    sources = [{"_id": "many", "text": page}]
    sources += [
        {"_id": f"d{n}", "text": "Once an owl sat upon the roof of a barn."}
        for n in range(DEPTH + 5)
    ]
    files = {
        "corpus.jsonl": "\n".join(map(json.dumps, sources)),
        "queries.jsonl": '{"_id": "q", "text": "owl"}',
        "qrels.tsv": "q\tmany\t1",
    }
    run = measure_quality(write_files(tmp_path / "collection", files)).run
    assert len({document for document, _ in run["q"]}) == len(run["q"]) == DEPTH
    assert run["q"][0][0] == "many"


@pytest.mark.usefixtures("without_library")
def test_queries_are_shortened_to_their_rarest_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that occur nowhere are left out, and the others keep their order."""
    parsed: list[str] = []

    def recording_parse(text: str, **options: bool) -> Query:
        parsed.append(text)
        return parse(text, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("excerpt.benchmark.quality.parse", recording_parse)
    measure_quality(folder)
    assert parsed == [
        *("Which baker bakes the bread of the morning?", "moon and tides", "xylophone"),
        *("baker bakes bread", "moon and tides", ""),
        *("baker bakes", "and tides", ""),
    ]


@pytest.mark.usefixtures("without_library")
def test_answers_must_occur_as_whole_words(folder: Path) -> None:
    """The first passage contains an answer of q1; that of q2 is part of a word; q5 has none."""
    result = measure_quality(write_files(folder, {"answers.jsonl": ANSWERS}))
    assert result.answered == 0.5
    line = "The first passage contains the answer to 50.0% of the queries."
    assert line in table_lines(result)


@pytest.mark.usefixtures("without_library")
def test_queries_can_be_expanded(tmp_path: Path) -> None:
    """A document without a word of the query is found by a word of the first passage."""
    texts = (
        "An owl, a bird of the night.",
        "A bird that sings.",
        *(f"Stone {n} on stone." for n in range(9)),
    )
    files = {
        "corpus.jsonl": "\n".join(
            json.dumps({"_id": f"d{n}", "text": text}) for n, text in enumerate(texts, 1)
        ),
        "queries.jsonl": '{"_id": "q", "text": "owl"}',
        "qrels.tsv": "q\td2\t1",
    }
    collection = write_files(tmp_path / "collection", files)
    plain, expanded = (
        measure_quality(collection, expand=expand).run["q"] for expand in (False, True)
    )
    assert [document for document, _ in plain] == ["d1"]
    assert [document for document, _ in expanded][:2] == ["d1", "d2"]


@pytest.mark.usefixtures("without_library")
def test_an_earlier_run_is_compared_query_by_query(folder: Path) -> None:
    """A query that is missing in the earlier run counts as 0 there."""
    result = measure_quality(folder, {"q1": [("d2", 1.0)]})
    assert result.comparisons["MRR"].before == pytest.approx(2 / 3)
    assert result.comparisons["MRR"].difference == pytest.approx(1 / 3)
    assert json.loads(json_report(result))["against"]["MRR"]["p_value"] == 1.0
    assert any(line.startswith("difference") for line in table_lines(result))


@pytest.mark.usefixtures("without_library")
def test_a_run_of_another_collection_is_refused(folder: Path) -> None:
    """Such a run has none of the queries, so there is nothing to compare."""
    with pytest.raises(ExcerptError, match="none of the queries"):
        measure_quality(folder, {"other": [("d2", 1.0)]})


def test_a_missing_library_is_reported_with_its_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message has the command that installs it, before anything is read."""
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    assert main(["quality", str(folder)]) == 2
    assert 'pip install "excerpt[quality]"' in capsys.readouterr().err


@pytest.mark.skipif(
    importlib.util.find_spec("ir_measures") is None, reason="ir-measures is not installed"
)
def test_the_command_reports_the_metrics_of_trec_eval(folder: Path, tmp_path: Path) -> None:
    """A run that is compared with itself does not differ."""
    shell = Shell(tmp_path)
    done = shell.run("quality", str(folder), "--json", "--run", "first.run")
    assert done.code == 0, done.err
    metrics = json.loads(done.out)["metrics"]["whole queries"]
    # q1 finds all, q2 one of two (the other does not exist), q5 nothing.
    ideal = 1 + 1 / 1.5849625007211562
    assert metrics["nDCG@10"] == pytest.approx((1 + 1 / ideal) / 3)
    assert metrics["MAP@100"] == pytest.approx((1 + 0.5) / 3)
    assert metrics["recall@100"] == pytest.approx((1 + 0.5) / 3)
    assert metrics["MRR"] == pytest.approx(2 / 3)
    again = shell.run("quality", str(folder), "--json", "--against", "first.run")
    for compared in json.loads(again.out)["against"].values():
        assert (compared["difference"], compared["p_value"]) == (0.0, 1.0)
