"""Tests of moved, linked and copied corpora: an index belongs to the files, not to a path."""

import os
import shutil
from pathlib import Path

import pytest

from excerpt.catalog import Catalog
from excerpt.errors import CorpusError
from excerpt.indexing import pipeline
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus of three texts."""
    folder = tmp_path / "corpus"
    (folder / "letters").mkdir(parents=True)
    for name, word in (("a", "lantern"), ("letters/b", "harbour"), ("letters/c", "winter")):
        (folder / f"{name}.txt").write_text(f"The {word} of the town.\n")
    return folder


@pytest.fixture
def index(corpus: Path, tmp_path: Path) -> Path:
    """Return the index of the corpus."""
    build(corpus, tmp_path / "index")
    return tmp_path / "index"


def test_a_folder_may_become_a_link_and_a_folder_again(corpus: Path, index: Path) -> None:
    """The files stay the same while the path of their folder changes twice."""
    behind = corpus.with_name("behind")
    corpus.rename(behind)
    corpus.symlink_to(behind)
    assert build(corpus, index).unchanged == 3
    corpus.unlink()
    behind.rename(corpus)
    report = build(corpus, index)
    assert (report.unchanged, report.n_bytes, report.former_corpus) == (3, 0, behind)
    assert build(None, index).former_corpus is None


def test_a_link_may_point_to_another_release(corpus: Path, index: Path, tmp_path: Path) -> None:
    """A release that most files have come through unchanged is the same corpus."""
    link, release = tmp_path / "current", tmp_path / "release"
    link.symlink_to(corpus)
    assert build(link, index).unchanged == 3
    shutil.copytree(corpus, release)
    (release / "a.txt").write_text("The lamp of the town.\n")
    (release / "new.txt").write_text("The queen of the town.\n")
    link.unlink()
    link.symlink_to(release)
    report = build(link, index)
    assert (report.unchanged, report.changed, report.new) == (2, 1, 1)
    assert report.former_corpus == corpus


@pytest.mark.parametrize("move", [os.rename, shutil.copytree])
def test_a_moved_or_copied_corpus_is_the_same(
    corpus: Path, index: Path, tmp_path: Path, move: "object"
) -> None:
    """No text is read again, and the index remembers the new location."""
    assert callable(move)
    move(corpus, tmp_path / "elsewhere")
    report = build(tmp_path / "elsewhere", index)
    assert (report.unchanged, report.n_bytes) == (3, 0)
    with Catalog.open(index) as catalog:
        assert catalog.corpus == tmp_path / "elsewhere"


@pytest.mark.parametrize("name", ["corpus/", "./corpus", "sub/../corpus", "link", "link/"])
def test_the_path_may_be_written_in_any_way(
    corpus: Path, index: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All files may have changed: it is the same folder."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("corpus")
    monkeypatch.chdir(tmp_path)
    for path in corpus.rglob("*.txt"):
        path.write_text(path.read_text() + "More.\n")
    assert build(Path(name), index).changed == 3
    assert build(name, Path("index")).unchanged == 3


def test_the_same_files_at_other_paths_are_another_corpus(
    corpus: Path, index: Path, tmp_path: Path
) -> None:
    """A folder within the corpus, or around it, is another one."""
    for folder in (corpus / "letters", tmp_path):
        with pytest.raises(CorpusError, match="this index was built from"):
            build(folder, index)
    corpus.rename(tmp_path / "moved")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.txt").write_text("Another text.\n")
    with pytest.raises(CorpusError, match="this index was built from"):
        build(tmp_path / "other", index)


def test_a_copy_of_corpus_and_index_belongs_together(
    corpus: Path, index: Path, tmp_path: Path
) -> None:
    """A change of the copy is indexed there, although the original is where it was."""
    for folder in (corpus, index):
        shutil.copytree(folder, tmp_path / "copy" / folder.name)
    (tmp_path / "copy" / "corpus" / "new.txt").write_text("The queen of the town.\n")
    report = build(None, tmp_path / "copy" / "index")
    assert (report.unchanged, report.new) == (3, 1)
    with Catalog.open(tmp_path / "copy" / "index") as catalog:
        assert catalog.corpus == tmp_path / "copy" / "corpus"
    assert build(None, index).unchanged == 3


def test_an_index_that_is_moved_alone_keeps_its_corpus(
    corpus: Path, index: Path, tmp_path: Path
) -> None:
    """Another corpus next to its new location is not taken for its own."""
    (tmp_path / "other" / "corpus").mkdir(parents=True)
    (tmp_path / "other" / "corpus" / "z.txt").write_text("Another text.\n")
    index.rename(tmp_path / "other" / "index")
    with Catalog.open(tmp_path / "other" / "index") as catalog:
        assert catalog.corpus == corpus
    assert build(None, tmp_path / "other" / "index").unchanged == 3


def test_a_moved_corpus_is_recognised_by_an_index_of_an_older_version(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are compared before the index is rebuilt."""
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "READERS_VERSION", 0)
        build(corpus, tmp_path / "index")
    corpus.rename(tmp_path / "moved")
    report = build(tmp_path / "moved", tmp_path / "index")
    assert (report.new, report.rebuild_reason[:14]) == (3, "it had readers")


def test_an_index_without_its_corpus_can_be_searched(
    corpus: Path, index: Path, tmp_path: Path
) -> None:
    """Changes of files are then unknown, and known again with the new location."""
    corpus.rename(tmp_path / "moved")
    with Index(index) as opened:
        assert not opened.has_corpus
        (hit,) = opened.search("lantern")
        (line,) = opened.phrase("the lantern")
        (passage,) = opened.show("a.txt")
        assert (hit.is_stale, line.is_stale, opened.is_stale(passage)) == (None, None, None)
    with Index(index, tmp_path / "moved") as opened:
        assert opened.has_corpus
        (hit,) = opened.search("lantern")
        assert hit.is_stale is False
        (tmp_path / "moved" / "a.txt").unlink()
        (hit,) = opened.search("lantern")
        assert hit.is_stale is True
