"""Every way in which a file can change is seen by the next build, however well it hides; see also `test_rebuild`."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from excerpt.catalog import Catalog
from excerpt.catalog.records import stat_of
from excerpt.catalog.writer import CatalogWriter, FileRecord
from excerpt.errors import CorpusError, RemovalRefused
from excerpt.indexing.changes import CLOCK_GRAIN_NS, IndexedCorpus
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
    """A corpus with an index beside it. The clock of its file system is fine: times vouch for files at once."""
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "corpus" / name).write_text(text)
    build(tmp_path / "corpus", tmp_path / "index")
    return tmp_path / "corpus"


def found(corpus: Path, word: str) -> list[str]:
    """The files in which the index finds a word, after a build."""
    index = corpus.with_name("index")
    build(None, index)
    with Index(index) as opened:
        return list(opened.paths(word))


@pytest.mark.parametrize("number", range(4))
def test_each_of_the_four_numbers_counts(number: int) -> None:
    """Size, both times and inode: a file is settled only if all are as they were, and old enough at the last walk."""
    numbers = [10, 1_000, 2_000, 7]
    file = SourceFile("a.txt", *numbers)
    known = IndexedCorpus(
        {"a.txt": FileRecord(1, stat_of(file), ())},
        {1: ""},
        {},
        {1: b""},
        walked_ns=2_001 + CLOCK_GRAIN_NS,
    )
    assert known.split([file]) == ([file], [])
    numbers[number] -= 1
    other = SourceFile("a.txt", *numbers)
    assert known.split([other]) == ([], [other])


@pytest.mark.parametrize("late", ["mtime", "ctime"])
def test_either_time_may_be_too_young_to_vouch(late: str) -> None:
    """A file whose time of change or of status lies within the clock's grain before the last walk is looked at again."""
    times = (2_001, 1_000) if late == "mtime" else (1_000, 2_001)
    file = SourceFile("a.txt", 10, *times, 7)
    known = IndexedCorpus(
        {"a.txt": FileRecord(1, stat_of(file), ())},
        {1: ""},
        {},
        {1: b""},
        walked_ns=2_001 + CLOCK_GRAIN_NS,
    )
    assert known.split([file]) == ([], [file])


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
    """An edit or another file of the same size in its place, with the time of before, an older one or one to come."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    path = corpus / "a.txt"
    before = path.stat()
    change(path)
    time = before.st_mtime_ns + years * 365 * 86_400 * 10**9
    os.utime(path, ns=(time, time))
    assert found(corpus, "ducks") == ["a.txt"]
    assert found(corpus, "harbour") == []


def test_files_that_change_places_are_seen(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files of the same size and times in each other's place."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    for name in ("d/c.txt", "d/d.txt"):
        os.utime(corpus / name, ns=(10**18, 10**18))
    build(None, corpus.with_name("index"))
    (corpus / "d/c.txt").rename(corpus / "x")
    (corpus / "d/d.txt").rename(corpus / "d/c.txt")
    (corpus / "x").rename(corpus / "d/d.txt")
    assert found(corpus, "queen") == ["d/d.txt"]
    assert found(corpus, "winter") == ["d/c.txt"]


def test_a_link_that_leads_elsewhere_now_is_seen(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if both files have the same size; and an edit of the file to which it leads."""
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


def test_a_folder_that_takes_the_place_of_a_file_is_seen(corpus: Path) -> None:
    """And a file in the place of a folder."""
    (corpus / "a.txt").unlink()
    (corpus / "a.txt").mkdir()
    (corpus / "a.txt" / "in.txt").write_text("The ducks.\n")
    shutil.rmtree(corpus / "d")
    (corpus / "d").write_text("The swans.\n")
    build(None, corpus.with_name("index"), allow_removals=True)
    assert found(corpus, "ducks OR swans") == ["a.txt/in.txt", "d"]
    assert found(corpus, "harbour OR queen") == []


def test_checksum_trusts_nothing(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file system lies in all four numbers, only a look at the bytes tells."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    index = corpus.with_name("index")
    _edit(corpus / "a.txt")
    (file,) = (each for each in walk(corpus).files if each.path == "a.txt")
    with CatalogWriter.open(index, extraction=_extraction(index)) as catalog:
        place = catalog.files()["a.txt"]
        catalog.put_file("a.txt", stat_of(file), place.document)
        catalog.commit(catalog.settings._replace(walked_ns=file.ctime_ns + 10**9))
    assert found(corpus, "ducks") == []
    assert build(None, index, checksum=True).changed == 1
    assert found(corpus, "ducks") == ["a.txt"]


def _extraction(index: Path) -> int:
    with Catalog.open(index) as catalog:
        return int(catalog.settings.versions["extraction"])


def test_a_file_that_changes_before_its_turn_is_reported_and_read_next_time(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read is what was decided on, or nothing: the file is a problem until the next build."""
    index = corpus.with_name("index")
    (corpus / "new.txt").write_text("The ducks.\n")
    real = source.read

    def late(root: Path, file: SourceFile) -> bytes:
        (corpus / "new.txt").write_text("The swans.\n")
        return real(root, file)

    with monkeypatch.context() as patch:
        patch.setattr("excerpt.indexing.indexer.source.read", _after_the_look(real, late))
        (problem,) = build(None, index, processes=1).unreadable
    assert (problem.path, "changed" in problem.reason) == ("new.txt", True)
    assert build(None, index).unreadable == ()
    assert found(corpus, "swans") == ["new.txt"]


def _after_the_look(
    real: Callable[[Path, SourceFile], bytes], late: Callable[[Path, SourceFile], bytes]
) -> Callable[[Path, SourceFile], bytes]:
    """The first reading, which decides, is `real`; those after it are `late`."""
    seen: set[str] = set()

    def read(root: Path, file: SourceFile) -> bytes:
        if file.path in seen:
            return late(root, file)
        seen.add(file.path)
        return real(root, file)

    return read


def test_a_disk_that_is_not_there_removes_nothing(corpus: Path) -> None:
    """An empty corpus, or one without the folder that holds most of it, is refused until it is said to be meant."""
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
