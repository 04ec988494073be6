"""Tests of `changes`: the next build notices every kind of change; see also `test_rebuild`."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from excerpt.catalog import Catalog
from excerpt.catalog.records import stat_of
from excerpt.catalog.writer import CatalogWriter, FileRecord
from excerpt.errors import CorpusError, RemovalRefused
from excerpt.indexing.changes import CLOCK_GRAIN_NS, Changes, IndexedCorpus
from excerpt.indexing.pipeline import build
from excerpt.ingest import source
from excerpt.ingest.walk import walk
from excerpt.model import SourceFile
from excerpt.search.index import Index

TEXTS = {
    "a.txt": "The harbour.\n",
    "b.txt": "The miners.\n",
    "d/c.txt": "The queen..\n",
    "d/d.txt": "The winter.\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus whose index is in the folder next to it."""
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "corpus" / name).write_text(text)
    build(tmp_path / "corpus", tmp_path / "index")
    return tmp_path / "corpus"


def found(corpus: Path, word: str) -> list[str]:
    """Build, and return the files in which the index finds a word."""
    index = corpus.with_name("index")
    build(None, index)
    with Index(index) as opened:
        return list(opened.paths(word))


@pytest.mark.parametrize("number", range(4))
def test_each_of_the_four_numbers_counts(number: int) -> None:
    """A file is unchanged only if its size, both times and its inode are as they were."""
    file = SourceFile("a.txt", 10, 1_000, 2_000, 7)
    known = IndexedCorpus(
        {"a.txt": FileRecord(1, stat_of(file), ())},
        {1: ""},
        {},
        {1: b""},
        walked_ns=2_001 + CLOCK_GRAIN_NS,
    )
    assert Changes(known).split([file], str) == ([file], [])
    name = SourceFile._fields[1 + number]
    other = file._replace(**{name: getattr(file, name) - 1})
    assert Changes(known).split([other], str) == ([], [other])


@pytest.mark.parametrize("late", ["mtime", "ctime"])
def test_recent_times_are_not_trusted(late: str) -> None:
    """A file whose times lie within the grain of the clock before the walk is looked at."""
    times = (2_001, 1_000) if late == "mtime" else (1_000, 2_001)
    file = SourceFile("a.txt", 10, *times, 7)
    known = IndexedCorpus(
        {"a.txt": FileRecord(1, stat_of(file), ())},
        {1: ""},
        {},
        {1: b""},
        walked_ns=2_001 + CLOCK_GRAIN_NS,
    )
    assert Changes(known).split([file], str) == ([], [file])


def _edit(path: Path) -> None:
    path.write_text("The ducks...\n")


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("The ducks...\n")
    other.replace(path)


@pytest.mark.parametrize("change", [_edit, _replace])
@pytest.mark.parametrize("years", [0, -30, 30])
def test_restored_times_hide_nothing(
    corpus: Path, change: Callable[[Path], None], years: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit or a replacement of equal size is noticed, whatever time the file is given."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    path = corpus / "a.txt"
    before = path.stat()
    change(path)
    time = before.st_mtime_ns + years * 365 * 86_400 * 10**9
    os.utime(path, ns=(time, time))
    assert found(corpus, "ducks") == ["a.txt"]
    assert found(corpus, "harbour") == []


def test_files_that_change_places_are_noticed(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files of equal size and times change places."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    for name in ("d/c.txt", "d/d.txt"):
        os.utime(corpus / name, ns=(10**18, 10**18))
    build(None, corpus.with_name("index"))
    (corpus / "d/c.txt").rename(corpus / "x")
    (corpus / "d/d.txt").rename(corpus / "d/c.txt")
    (corpus / "x").rename(corpus / "d/d.txt")
    assert found(corpus, "queen") == ["d/d.txt"]
    assert found(corpus, "winter") == ["d/c.txt"]


def test_a_link_to_another_file_is_noticed(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to another file of equal size is noticed, and so is an edit of its target."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    link = corpus / "link.txt"
    link.symlink_to("d/c.txt")
    assert found(corpus, "queen") == ["d/c.txt", "link.txt"]
    link.unlink()
    link.symlink_to("d/d.txt")
    assert found(corpus, "queen") == ["d/c.txt"]
    assert found(corpus, "winter") == ["d/d.txt", "link.txt"]
    (corpus / "d/d.txt").write_text("The ducks...\n")
    assert found(corpus, "ducks") == ["d/d.txt", "link.txt"]
    link.unlink()
    link.write_text("The winter.\n")
    assert found(corpus, "winter") == ["link.txt"]


def test_a_folder_in_place_of_a_file_is_noticed(corpus: Path) -> None:
    """A folder in place of a file is noticed, and a file in place of a folder."""
    (corpus / "a.txt").unlink()
    (corpus / "a.txt").mkdir()
    (corpus / "a.txt" / "in.txt").write_text("The ducks.\n")
    shutil.rmtree(corpus / "d")
    (corpus / "d").write_text("The swans.\n")
    build(None, corpus.with_name("index"), allow_removals=True)
    assert found(corpus, "ducks OR swans") == ["a.txt/in.txt", "d"]
    assert found(corpus, "harbour OR queen") == []


def test_checksum_reads_every_file(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that size, times and inode do not show is noticed with `checksum`."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    index = corpus.with_name("index")
    _edit(corpus / "a.txt")
    (file,) = (each for each in walk(corpus).files if each.path == "a.txt")
    with CatalogWriter.open(index, readers=_readers(index)) as catalog:
        record = catalog.files()["a.txt"]
        catalog.put_file("a.txt", stat_of(file), record.document)
        catalog.commit(catalog.settings.replace(walked_ns=file.ctime_ns + 10**9))
    assert found(corpus, "ducks") == []
    assert build(None, index, checksum=True).changed == 1
    assert found(corpus, "ducks") == ["a.txt"]


def _readers(index: Path) -> int:
    with Catalog.open(index) as catalog:
        return int(catalog.settings.versions["readers"])


def test_a_file_that_changes_during_a_build_is_read_by_the_next(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the bytes that were decided about are indexed; otherwise the file is a problem."""
    index = corpus.with_name("index")
    (corpus / "new.txt").write_text("The ducks.\n")
    real = source.read

    def late(root: Path, file: SourceFile) -> bytes:
        (corpus / "new.txt").write_text("The swans.\n")
        return real(root, file)

    with monkeypatch.context() as patch:
        patch.setattr("excerpt.indexing.indexer.source.read", _first_then(real, late))
        (problem,) = build(None, index, processes=1).unreadable
    assert (problem.path, "changed" in problem.reason) == ("new.txt", True)
    assert build(None, index).unreadable == ()
    assert found(corpus, "swans") == ["new.txt"]


def _first_then(
    real: Callable[[Path, SourceFile], bytes], late: Callable[[Path, SourceFile], bytes]
) -> Callable[[Path, SourceFile], bytes]:
    """Return a reader that is `real` for the first reading of a file, and `late` afterwards."""
    seen: set[str] = set()

    def read(root: Path, file: SourceFile) -> bytes:
        if file.path in seen:
            return late(root, file)
        seen.add(file.path)
        return real(root, file)

    return read


def test_a_missing_disk_removes_nothing(corpus: Path) -> None:
    """A corpus that is empty, or has lost most of its files, is refused."""
    index = corpus.with_name("index")
    (corpus / "d/e.txt").write_text("The ducks.\n")
    build(None, index)
    (corpus / "d").rename(corpus.with_name("away"))
    (corpus / "d").mkdir()
    with pytest.raises(RemovalRefused, match="allow_removals"):
        build(None, index)
    corpus.rename(corpus.with_name("unmounted"))
    corpus.mkdir()
    with pytest.raises(CorpusError, match="disk is mounted"):
        build(None, index)
    with Index(index) as opened:
        assert opened.search("queen").total == 1
