"""Tests of the location of a corpus: recorded paths, other paths to one folder, and its files."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from excerpt.catalog.connection import connect_reader
from excerpt.catalog.corpus_location import holds_indexed_files, is_same_folder, locate_corpus
from excerpt.indexing.pipeline import build


def test_a_corpus_is_found_where_it_was_or_next_to_the_index(tmp_path: Path) -> None:
    """The recorded path that exists is the corpus; if both do, the files decide."""
    old, new = tmp_path / "old", tmp_path / "new"
    (new / "corpus").mkdir(parents=True)
    (new / "index").mkdir()

    def located(name: str, *, is_right: bool) -> Path:
        return locate_corpus(str(old / name), f"../{name}", new / "index", lambda folder: is_right)

    assert located("corpus", is_right=False) == new / "corpus"
    assert located("no", is_right=True) == old / "no"
    (old / "corpus").mkdir(parents=True)
    assert located("corpus", is_right=True) == new / "corpus"
    assert located("corpus", is_right=False) == old / "corpus"
    shutil.rmtree(new / "corpus")
    assert located("corpus", is_right=True) == old / "corpus"


def test_paths_to_one_folder_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths, slashes and links lead to one folder; one that is gone has a name."""
    folder = tmp_path / "texts"
    (folder / "in").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    for name in ("texts", "./texts", "texts/", "texts/in/..", "link", "link/in/..", str(folder)):
        assert is_same_folder(Path(name), folder)
    assert not is_same_folder(Path("other"), folder)
    folder.rename("moved")
    assert is_same_folder(Path("texts/"), folder)
    assert not is_same_folder(Path("moved"), folder)


def test_letters_of_another_case_may_be_the_same(tmp_path: Path) -> None:
    """The file system decides whether two names are one folder."""
    (tmp_path / "Texts").mkdir()
    if not (tmp_path / "texts").exists():
        pytest.skip("this file system distinguishes letters by their case")
    assert is_same_folder(tmp_path / "texts", tmp_path / "Texts")


def test_a_folder_that_is_mounted_twice_is_the_same(tmp_path: Path) -> None:
    """A bind mount has no link that could be resolved."""
    for name in ("texts", "mount"):
        (tmp_path / name).mkdir()
    command = ["mount", "--bind", str(tmp_path / "texts"), str(tmp_path / "mount")]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting is not permitted")
    try:
        assert is_same_folder(tmp_path / "texts", tmp_path / "mount")
    finally:
        subprocess.run(["umount", str(tmp_path / "mount")], check=True)


def test_a_corpus_is_recognised_by_half_of_its_files(tmp_path: Path) -> None:
    """A file counts if it is at the same path with the same bytes, whatever its times are."""
    corpus, copy = tmp_path / "corpus", tmp_path / "copy"
    corpus.mkdir()
    for number in range(40):
        (corpus / f"{number:02}.txt").write_text(f"Text {number} of the series.\n")
    build(corpus, tmp_path / "index", processes=1)
    shutil.copytree(corpus, copy, copy_function=shutil.copyfile)
    with closing(connect_reader(tmp_path / "index" / "catalog.sqlite")) as connection:
        assert holds_indexed_files(connection, copy)
        for path in sorted(copy.iterdir())[:18]:
            path.write_text(path.read_text().replace("Text", "Note"))
        assert holds_indexed_files(connection, copy)
        for path in sorted(copy.iterdir())[:24]:
            path.unlink(missing_ok=True)
        assert not holds_indexed_files(connection, copy)
        assert not holds_indexed_files(connection, tmp_path / "nowhere")
    with closing(sqlite3.connect(":memory:")) as connection:
        assert not holds_indexed_files(connection, corpus)
