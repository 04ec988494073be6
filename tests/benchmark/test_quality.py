"""Measuring the ranking: collections, runs, chance, and the command `excerpt quality`."""

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.benchmark import quality
from excerpt.benchmark.judged import Judgements, read_collection
from excerpt.benchmark.metrics import METRICS, Values, chance_of
from excerpt.benchmark.quality_report import json_of, lines_of
from excerpt.benchmark.run_files import DEPTH, Run, read_run, write_run
from excerpt.cli import main
from excerpt.errors import ExcerptError
from excerpt.query.ast import Query
from excerpt.query.parser import parse
from shell import Shell

FILES = {
    "corpus.jsonl": (
        '{"_id": "d1", "title": "Tides", "text": "The moon raises the tides of the sea."}\n'
        '{"_id": "d2", "title": "", "text": "Bread is baked in the early morning by the bakers."}\n\n'
        '{"_id": "d3", "text": "The moon is made of rock, and the rock of minerals."}\n'
        '{"_id": "d4", "text": ""}\n'
    ),
    "queries.jsonl": (
        '{"_id": "q1", "text": "Which baker bakes the bread of the morning?"}\n'
        '{"_id": "q2", "text": "moon and tides"}\n'
        '{"_id": "q3", "text": "nothing is judged here"}\n'
        '{"_id": "q4", "text": "of this nothing is relevant"}\n'
        '{"_id": "q5", "text": "xylophone"}\n'
    ),
    "qrels.tsv": "q1\td2\t2\nq1\td1\t-1\nq2\td1\t1\nq2\td9\t1\nq4\td1\t0\nq5\td3\t1\nq8\td1\t1\n",
}
ANSWERS = (
    '{"_id": "q1", "answers": ["the early  MORNING", "noon"]}\n{"_id": "q2", "answers": ["moo"]}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A judged collection."""
    return written(tmp_path / "collection", FILES)


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """The folder with `files` in it."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


class Library:
    """In place of ir_measures: what the first document of each ranking is judged, under every name."""

    @staticmethod
    def values_of(run: Run, judgements: Judgements) -> Values:
        """The value of each query."""
        first = {
            q: float(grades.get(run[q][0][0], 0)) if run.get(q) else 0.0
            for q, grades in judgements.items()
        }
        return dict.fromkeys(METRICS, first)


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The measurement with the metrics of `Library`."""
    monkeypatch.setattr(quality, "library", lambda: None)
    monkeypatch.setattr(quality, "values_of", Library.values_of)


def test_queries_without_a_relevant_document_are_left_out_and_counted(folder: Path) -> None:
    """What says nothing about a ranking is not asked, and judgements of what is not there are told."""
    collection = read_collection(folder)
    assert list(collection.queries) == ["q1", "q2", "q5"]
    assert (collection.n_left_out, collection.n_absent) == (2, 1)
    assert collection.judgements["q1"] == {"d2": 2, "d1": 0}
    assert [source.title for source in collection.sources] == ["Tides", "", "", ""]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("corpus.jsonl", "{", "corpus.jsonl:1: this is no JSON"),
        ("corpus.jsonl", "[]", "corpus.jsonl:1: this is no object with an _id"),
        (
            "corpus.jsonl",
            '{"_id": "a b", "text": ""}',
            "corpus.jsonl:1: this is no object with an _id",
        ),
        ("corpus.jsonl", '{"_id": "a", "text": 1}', 'corpus.jsonl:1: "text" is no string'),
        (
            "queries.jsonl",
            FILES["queries.jsonl"] * 2,
            "queries.jsonl:6: this is no object with an _id",
        ),
        ("queries.jsonl", "", "no query in queries.jsonl has a relevant document"),
        (
            "qrels.tsv",
            "query-id\tcorpus-id\tscore\n",
            "qrels.tsv:1: this is no judgement: query-id",
        ),
        ("qrels.tsv", "q1\td1\t1\nq1 d2 1\n", "qrels.tsv:2: this is no judgement: q1 d2 1"),
        (
            "answers.jsonl",
            '{"_id": "q1", "answers": "noon"}',
            'answers.jsonl:1: "answers" is no list',
        ),
    ],
)
def test_a_line_that_is_not_what_it_should_be_is_pointed_at(
    folder: Path, name: str, text: str, said: str
) -> None:
    """The message names the file, the line, and what a line should be."""
    written(folder, {name: text})
    with pytest.raises(ExcerptError) as caught:
        read_collection(folder)
    assert said in caught.value.message
    assert caught.value.remedies


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """Each of the three files is needed."""
    (folder / name).unlink()
    with pytest.raises(ExcerptError, match=f"{name}: there is no such file"):
        read_collection(folder)


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5)
runs = st.dictionaries(
    names,
    st.lists(
        st.tuples(names, st.floats(0, 50)), min_size=1, max_size=8, unique_by=lambda hit: hit[0]
    ),
    max_size=4,
)


@given(run=runs)
def test_a_run_is_read_as_it_was_written(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Documents keep their order, whatever their scores, and scores their value."""
    file = tmp_path_factory.mktemp("run") / "a.run"
    write_run(file, run)
    assert read_run(file) == run


def test_a_run_is_not_written_over_another(tmp_path: Path) -> None:
    """A measurement is not lost by the next one."""
    file = written(tmp_path, {"a.run": "kept"}) / "a.run"
    with pytest.raises(ExcerptError, match="is there already"):
        write_run(file, {})
    assert file.read_text(encoding="utf-8") == "kept"


def test_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    """The message names the line."""
    file = written(tmp_path, {"a.run": "q Q0 d 1 0.5 tag\nq Q0 d first 0.5 tag\n"}) / "a.run"
    with pytest.raises(ExcerptError, match=r"a\.run:2: this is no line of a run"):
        read_run(file)


@given(differences=st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=1, max_size=9))
def test_chance_knows_no_direction(differences: list[float]) -> None:
    """A loss is as probable as the gain of the same size, and no probability is above 1."""
    chance = chance_of(differences, 500)
    assert chance == chance_of([-one for one in differences], 500)
    assert 0 < chance <= 1


def test_chance_is_that_of_all_signs() -> None:
    """Four equal gains come about in two of sixteen ways at least as far from 0."""
    assert chance_of([0.25] * 4) == pytest.approx(2 / 16, abs=0.02)
    assert chance_of([0.5, -0.5]) == 1.0


@pytest.mark.usefixtures("without_library")
def test_a_document_ranks_by_its_best_passage(tmp_path: Path) -> None:
    """A long document is found once, with the score of the passage that fits best."""
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
    run = quality.measure(written(tmp_path / "collection", files)).run
    assert sorted(document for document, _ in run["q"]) == ["long", "short"]
    assert len(run["q"]) == 2
    assert run["q"][0][1] >= run["q"][1][1] > 0


@pytest.mark.usefixtures("without_library")
def test_all_the_documents_that_count_are_fetched(tmp_path: Path) -> None:
    """Documents of many passages do not crowd out those that follow them in the ranking."""
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
    run = quality.measure(written(tmp_path / "collection", files)).run
    assert len({document for document, _ in run["q"]}) == len(run["q"]) == DEPTH
    assert run["q"][0][0] == "many"


@pytest.mark.usefixtures("without_library")
def test_queries_are_cut_to_their_rarest_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that stand nowhere do not count among them, and the order of the query is kept."""
    asked: list[str] = []

    def heard(text: str, **ways: bool) -> Query:
        asked.append(text)
        return parse(text, **ways)  # type: ignore[arg-type]

    monkeypatch.setattr("excerpt.benchmark.quality.parse", heard)
    quality.measure(folder)
    assert asked == [
        *("Which baker bakes the bread of the morning?", "moon and tides", "xylophone"),
        *("baker bakes bread", "moon and tides", ""),
        *("baker bakes", "and tides", ""),
    ]


@pytest.mark.usefixtures("without_library")
def test_answers_are_looked_for_as_words_in_a_row(folder: Path) -> None:
    """The first passage holds one of the answers of q1; q2's is no word of it, and q5 has none."""
    measured = quality.measure(written(folder, {"answers.jsonl": ANSWERS}))
    assert measured.answered == 0.5
    assert "The first passage holds the answer to 50.0% of the questions." in lines_of(measured)


@pytest.mark.usefixtures("without_library")
def test_words_are_added_to_queries_where_that_is_wished(tmp_path: Path) -> None:
    """A document is found by what it shares with the first, though it has no word of the query."""
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
    collection = written(tmp_path / "collection", files)
    asked, wider = (quality.measure(collection, expand=expand).run["q"] for expand in (False, True))
    assert [document for document, _ in asked] == ["d1"]
    assert [document for document, _ in wider][:2] == ["d1", "d2"]


@pytest.mark.usefixtures("without_library")
def test_an_earlier_run_is_compared_query_by_query(folder: Path) -> None:
    """A query that the earlier run does not answer counts as nothing found."""
    measured = quality.measure(folder, {"q1": [("d2", 1.0)]})
    assert measured.comparisons["MRR"].before == pytest.approx(2 / 3)
    assert measured.comparisons["MRR"].difference == pytest.approx(1 / 3)
    assert json.loads(json_of(measured))["against"]["MRR"]["chance"] == 1.0
    assert any(line.startswith("difference") for line in lines_of(measured))


@pytest.mark.usefixtures("without_library")
def test_a_run_of_another_collection_is_refused(folder: Path) -> None:
    """Nothing is compared with rankings of other queries."""
    with pytest.raises(ExcerptError, match="none of the queries"):
        quality.measure(folder, {"other": [("d2", 1.0)]})


def test_without_the_library_it_is_said_how_to_install_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message has the line to type, before anything is read."""
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    assert main(["quality", str(folder)]) == 2
    assert 'pip install "excerpt[quality]"' in capsys.readouterr().err


@pytest.mark.skipif(
    importlib.util.find_spec("ir_measures") is None, reason="ir-measures is not installed"
)
def test_the_command_measures_with_the_library(folder: Path, tmp_path: Path) -> None:
    """The figures are those of trec_eval; a run that is compared with itself differs in nothing."""
    shell = Shell(tmp_path)
    done = shell.run("quality", str(folder), "--json", "--run", "first.run")
    assert done.code == 0, done.err
    figures = json.loads(done.out)["figures"]["whole queries"]
    # q1 finds all, q2 the one of two that is there, q5 nothing.
    ideal = 1 + 1 / 1.5849625007211562
    assert figures["nDCG@10"] == pytest.approx((1 + 1 / ideal) / 3)
    assert figures["MAP@100"] == pytest.approx((1 + 0.5) / 3)
    assert figures["recall@100"] == pytest.approx((1 + 0.5) / 3)
    assert figures["MRR"] == pytest.approx(2 / 3)
    again = shell.run("quality", str(folder), "--json", "--against", "first.run")
    for compared in json.loads(again.out)["against"].values():
        assert (compared["difference"], compared["chance"]) == (0.0, 1.0)
