"""Judged collections are read completely, and malformed lines are pointed out."""

from pathlib import Path

import pytest

from benchmark_texts import JUDGED_FILES, write_files
from excerpt.benchmark.judged_collection import read_collection
from excerpt.errors import ExcerptError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A judged collection."""
    return write_files(tmp_path / "collection", JUDGED_FILES)


def test_queries_without_a_relevant_document_are_left_out(folder: Path) -> None:
    """They are counted, and so are judgements of documents that do not exist."""
    collection = read_collection(folder)
    assert list(collection.queries) == ["q1", "q2", "q5"]
    assert (collection.n_left_out, collection.n_absent) == (2, 1)
    assert collection.judgements["q1"] == {"d2": 2, "d1": 0}
    assert [document.title for document in collection.documents] == ["Tides", "", "", ""]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("corpus.jsonl", "{", "corpus.jsonl:1: this is not JSON"),
        ("corpus.jsonl", "[]", "corpus.jsonl:1: this is not an object with a unique _id"),
        (
            "corpus.jsonl",
            '{"_id": "a b", "text": ""}',
            "corpus.jsonl:1: this is not an object with a unique _id",
        ),
        ("corpus.jsonl", '{"_id": "a", "text": 1}', 'corpus.jsonl:1: "text" is not a string'),
        (
            "queries.jsonl",
            JUDGED_FILES["queries.jsonl"] * 2,
            "queries.jsonl:6: this is not an object with a unique _id",
        ),
        ("queries.jsonl", "", "no query in queries.jsonl has a relevant document"),
        (
            "qrels.tsv",
            "query-id\tcorpus-id\tscore\n",
            "qrels.tsv:1: this is not a judgement: query-id",
        ),
        ("qrels.tsv", "q1\td1\t1\nq1 d2 1\n", "qrels.tsv:2: this is not a judgement: q1 d2 1"),
        (
            "answers.jsonl",
            '{"_id": "q1", "answers": "noon"}',
            'answers.jsonl:1: "answers" is not a list',
        ),
    ],
)
def test_a_malformed_line_is_pointed_out(folder: Path, name: str, text: str, message: str) -> None:
    """The message names the file and the line; the remedy shows a correct one."""
    write_files(folder, {name: text})
    with pytest.raises(ExcerptError) as caught:
        read_collection(folder)
    assert message in caught.value.message
    assert caught.value.remedies


@pytest.mark.parametrize("name", JUDGED_FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    """All three files are required."""
    (folder / name).unlink()
    with pytest.raises(ExcerptError, match=f"{name}: there is no such file"):
        read_collection(folder)


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    """The message names the file."""
    (folder / "corpus.jsonl").write_bytes(b"\xff\n")
    with pytest.raises(ExcerptError, match=r"corpus\.jsonl: this is not UTF-8"):
        read_collection(folder)
