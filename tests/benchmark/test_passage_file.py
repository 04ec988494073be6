"""The corpus of a benchmark is split like that of a build, and copied completely."""

import shutil
from pathlib import Path

import pytest

from excerpt.benchmark.passage_file import (
    PassageFile,
    check_disk_space,
    copy_corpus,
    read_passages,
)
from excerpt.errors import CorpusError, ExcerptError
from excerpt.indexing.pipeline import build
from excerpt.query.ast import MatchAll
from excerpt.search.index import Index


def test_passages_are_those_of_a_build(corpus: Path, passages: PassageFile, tmp_path: Path) -> None:
    """Engines get each distinct text once, without unreadable and ignored files."""
    build(corpus, tmp_path / "index")
    with Index(tmp_path / "index") as index:
        built = [stored.text for stored in index.passages(MatchAll())]
    assert [each.text for each in read_passages(passages.file)] == built
    assert (passages.n_documents, passages.n_passages) == (12, len(built))


def test_a_passage_is_read_by_its_index(passages: PassageFile) -> None:
    """Random access returns the same passages as reading the file in order."""
    in_order = list(read_passages(passages.file))
    assert [passages.passage(index) for index in range(passages.n_passages)] == in_order


def test_the_median_document_has_median_size(corpus: Path, passages: PassageFile) -> None:
    """The path and the texts of its passages are returned with it."""
    document, path, texts = passages.median_document()
    sizes = sorted(each.stat().st_size for each in corpus.glob("[01]*.txt"))
    assert (corpus / path).stat().st_size == sizes[6]
    of_document = [e.text for e in read_passages(passages.file) if e.document == document]
    assert texts == of_document
    assert texts[0] in (corpus / path).read_text()


def test_a_copy_contains_sources_and_metadata(corpus: Path, tmp_path: Path) -> None:
    """Ignored files are not copied."""
    shutil.copytree(corpus, tmp_path / "corpus")
    (tmp_path / "corpus" / "metadata.csv").write_text("path,author\n00.txt,Ann\n")
    copy_corpus(tmp_path / "corpus", tmp_path / "copy")
    names = {path.name for path in (tmp_path / "copy").rglob("*")}
    assert {"00.txt", "copy.txt", "metadata.csv"} <= names
    assert "ignored.txt" not in names


def test_a_corpus_without_texts_is_refused(tmp_path: Path) -> None:
    """The message names the folder."""
    with pytest.raises(CorpusError, match="there are no texts"):
        copy_corpus(tmp_path, tmp_path / "copy")


def test_nothing_is_copied_without_disk_space(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the remedy and leaves an empty folder."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1}))
    with pytest.raises(ExcerptError, match="TMPDIR"):
        copy_corpus(corpus, tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


def test_every_engine_needs_disk_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each index takes as much again as the corpus and its passages."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 6_000}))
    check_disk_space(1_000, tmp_path, 2)
    with pytest.raises(ExcerptError, match="disk space"):
        check_disk_space(1_000, tmp_path, 3)
