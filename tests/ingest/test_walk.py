"""Tests of walking a corpus and of reading the files found."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import CorpusError, Unreadable
from excerpt.ingest.source import read
from excerpt.ingest.walk import Walk, walk
from excerpt.model import SourceFile


def corpus(root: Path, *paths: str) -> Path:
    """Write a small file at each of `paths` below `root`, and return `root`."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"text of {path}", encoding="utf-8")
    return root


def paths(found: Walk) -> list[str]:
    """Return the paths of the files to be read."""
    return [file.path for file in found.files]


def reasons(found: Walk) -> dict[str, str]:
    """Return the reason for each skipped path."""
    return {skipped.path: skipped.reason for skipped in found.skipped}


def test_files_are_sorted_with_their_stat_fields(tmp_path: Path) -> None:
    """Files are sorted by path and have the fields that show whether they changed."""
    found = walk(corpus(tmp_path, "b.txt", "a/z.txt", "a.txt"))
    assert paths(found) == ["a.txt", "a/z.txt", "b.txt"]
    stat = (tmp_path / "a.txt").stat()
    assert found.files[0] == SourceFile(
        "a.txt", stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino
    )


def test_folders_without_sources_are_not_entered(tmp_path: Path) -> None:
    """A version control repository is reported once, not file by file."""
    found = walk(corpus(tmp_path, "a.txt", ".git/HEAD", "x/node_modules/m/r.txt", ".hidden/h.txt"))
    assert paths(found) == ["a.txt"]
    assert set(reasons(found)) == {".git/", "x/node_modules/", ".hidden/"}
    assert "version control" in reasons(found)[".git/"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".note", "hidden"),
        ("a.txt~", "backup"),
        ("#a.txt#", "backup"),
        ("metadata.csv", "metadata"),
        ("a.DJVU", "djvu scan: not supported yet"),
        ("a.rar", "archive"),
        ("a.jpeg", "image"),
    ],
)
def test_a_file_skipped_for_its_name_has_a_reason(tmp_path: Path, name: str, reason: str) -> None:
    """A file that a rule leaves out is not a failure."""
    found = walk(corpus(tmp_path, name))
    assert paths(found) == []
    assert reason in reasons(found)[name].lower()
    assert not found.skipped[0].is_failure


@pytest.mark.parametrize(
    ("name", "data", "is_read"),
    [
        ("a.doc", rb"{\rtf1 text}", True),
        ("A.DOC", b"\xef\xbb\xbf\n<html>", True),
        ("a.dot", b"PK\3\4", True),
        ("a.xls", b"<table>", True),
        ("a.doc", b"%PDF-1.4", True),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", False),
        ("a.doc", b"", False),
        ("a.msg", b"Return-Path: <a@example.org>\nSubject: x", True),
        ("a.msg", b"From ann@example.org Sun", True),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", False),
        (".a.doc", rb"{\rtf1 text}", False),
        ("a.mp3", b"<html>", False),
    ],
)
def test_a_suffix_that_is_often_wrong_does_not_leave_out_a_file(
    tmp_path: Path, name: str, data: bytes, is_read: bool
) -> None:
    """Word saves rich text and web pages as .doc, and other programs save web pages as .xls."""
    (tmp_path / name).write_bytes(data)
    (tmp_path / "folder.doc").mkdir()
    found = walk(tmp_path)
    assert (paths(found) == [name]) is is_read
    assert (name in reasons(found)) is not is_read


def test_file_names_may_contain_any_bytes(tmp_path: Path) -> None:
    """Spaces, backslashes, line ends and bytes that are not UTF-8 are kept in names."""
    names = ["with space.txt", "back\\slash.txt", "line\nend.txt", "caf\udce9.txt", "e\u0301.txt"]
    for name in names:
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = walk(tmp_path)
    assert paths(found) == sorted(names)
    assert all(read(tmp_path, file) == b"x" for file in found.files)


def test_patterns_are_those_of_gitignore(tmp_path: Path) -> None:
    """The last pattern decides, and a deeper .excerptignore takes precedence."""
    corpus(tmp_path, "a.txt", "draft/b.txt", "c.tmp", "keep.tmp", "deep/d.tmp", "deep/e.txt")
    (tmp_path / ".excerptignore").write_text("*.tmp\n!keep.tmp\n", encoding="utf-8")
    (tmp_path / "deep/.excerptignore").write_text("!d.tmp\n/e.txt\n", encoding="utf-8")
    found = walk(tmp_path, exclude=["draft/"])
    assert paths(found) == ["a.txt", "deep/d.tmp", "keep.tmp"]
    assert reasons(found)["draft/"] == "excluded by 'draft/' in --exclude"
    assert reasons(found)["c.tmp"] == "excluded by '*.tmp' in .excerptignore"
    assert reasons(found)["deep/e.txt"] == "excluded by '/e.txt' in deep/.excerptignore"


def test_an_index_is_never_read(tmp_path: Path) -> None:
    """A folder that contains an index, or that the caller names, is not entered."""
    corpus(tmp_path, "a.txt", "one/catalog.sqlite", "one/x.txt", "two/y.txt")
    found = walk(tmp_path, prune=[tmp_path / "two", tmp_path / "gone"])
    assert paths(found) == ["a.txt"]
    assert set(reasons(found)) == {"one/", "two/"}


def test_an_index_is_not_a_corpus(tmp_path: Path) -> None:
    """Walking an index is an error, not an empty corpus."""
    corpus(tmp_path, "one/catalog.sqlite", "two/a.txt")
    with pytest.raises(CorpusError, match="holds an index"):
        walk(tmp_path / "one")
    with pytest.raises(CorpusError, match="holds an index"):
        walk(tmp_path / "two", prune=[tmp_path / "two"])


def test_links_are_followed_inside_the_corpus_only(tmp_path: Path) -> None:
    """Links that are broken, lead outside, to folders or to themselves are reported."""
    outside = corpus(tmp_path / "outside", "secret.txt")
    root = corpus(tmp_path / "root", "a.txt", "folder/b.txt")
    (root / "inside.txt").symlink_to("folder/b.txt")
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "nothing.txt").symlink_to("gone.txt")
    (root / "folder/up").symlink_to("..")
    (root / "ring").symlink_to("ring")
    found = walk(root)
    assert paths(found) == ["a.txt", "folder/b.txt", "inside.txt"]
    assert set(reasons(found)) == {"out.txt", "nothing.txt", "folder/up", "ring"}
    assert read(root, found.files[2]) == b"text of folder/b.txt"


def test_pipes_and_sockets_are_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything other than a file is never opened, since reading it could block."""
    os.mkfifo(tmp_path / "pipe.txt")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        found = walk(tmp_path)
    assert paths(found) == []
    assert reasons(found) == {
        "pipe.txt": "a named pipe, not a file",
        "socket.txt": "a socket, not a file",
    }


def test_an_unreadable_folder_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be read is reported, and the walk continues."""
    corpus(tmp_path, "a.txt", "closed/b.txt")
    real = os.scandir

    def refuse(place: str) -> "os._ScandirIterator[str]":
        if place.endswith("closed"):
            raise PermissionError(13, "Permission denied", place)
        return real(place)

    monkeypatch.setattr(os, "scandir", refuse)
    found = walk(tmp_path)
    assert paths(found) == ["a.txt"]
    (skipped,) = found.skipped
    assert (skipped.path, skipped.is_failure) == ("closed/", True)
    assert "permission denied" in skipped.reason


@pytest.mark.parametrize("name", ["gone", "file.txt"])
def test_a_root_that_is_not_a_folder_is_an_error(tmp_path: Path, name: str) -> None:
    """A missing root is an error with a remedy, not an empty corpus."""
    corpus(tmp_path, "file.txt")
    with pytest.raises(CorpusError) as caught:
        walk(tmp_path / name)
    assert name in caught.value.message
    assert caught.value.remedies


@given(exclude=st.lists(st.text(st.characters(exclude_characters="\0"), max_size=8), max_size=3))
def test_any_pattern_is_valid_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, exclude: list[str]
) -> None:
    """With any pattern, each file is read or skipped, or the pattern is a CorpusError."""
    root = corpus(tmp_path_factory.mktemp("corpus"), "a.txt", "b.txt")
    try:
        found = walk(root, exclude=exclude)
    except CorpusError:
        return
    assert sorted(paths(found) + list(reasons(found))) == ["a.txt", "b.txt"]


def test_a_file_that_disappears_is_unreadable(tmp_path: Path) -> None:
    """The reason says that the file disappeared after the walk."""
    (file,) = walk(corpus(tmp_path, "a.txt")).files
    (tmp_path / "a.txt").unlink()
    with pytest.raises(Unreadable, match="has disappeared"):
        read(tmp_path, file)


def test_a_replaced_file_is_not_read(tmp_path: Path) -> None:
    """A pipe, folder or link in place of a file is Unreadable and does not block."""
    root = corpus(tmp_path / "root", "a.txt", "b.txt", "c.txt")
    corpus(tmp_path, "secret.txt")
    files = walk(root).files
    for file in files:
        (root / file.path).unlink()
    os.mkfifo(root / "a.txt")
    (root / "b.txt").mkdir()
    (root / "c.txt").symlink_to(tmp_path / "secret.txt")
    for file, reason in zip(files, ["pipe", "folder", "outside the corpus"], strict=True):
        with pytest.raises(Unreadable, match=reason):
            read(root, file)


def test_an_unreadable_excerptignore_skips_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is a failure, since its rules are unknown; others are not affected."""
    (tmp_path / "deep").mkdir()
    for name in ("a.txt", "deep/b.txt", "deep/.excerptignore"):
        (tmp_path / name).write_text("x")

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    found = walk(tmp_path)
    assert [file.path for file in found.files] == ["a.txt"]
    assert reasons(found)["deep/"] == "its .excerptignore cannot be read: permission denied"


def test_a_file_that_changes_once_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that changes while it is read is read twice; one that keeps changing is refused."""
    (file,) = walk(corpus(tmp_path, "a.txt")).files
    n_changes = 1
    real = os.read

    def change(descriptor: int, most: int) -> bytes:
        nonlocal n_changes
        if n_changes:
            n_changes -= 1
            (tmp_path / "a.txt").write_bytes(b"changed" * (n_changes + 2))
            os.utime(tmp_path / "a.txt", ns=(n_changes, n_changes))
            monkeypatch.setattr(os, "fstat", _stale_once(os.fstat))
        return real(descriptor, most)

    monkeypatch.setattr(os, "read", change)
    assert read(tmp_path, file) == b"changedchanged"
    n_changes = 9
    with pytest.raises(Unreadable, match="keeps changing"):
        read(tmp_path, file)


def test_a_file_is_read_to_its_end_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is read completely, however few bytes each call returns."""
    (file,) = walk(corpus(tmp_path, "a.txt")).files
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, most: real(descriptor, min(most, 3)))
    for text in (b"", b"abc", b"abcdefgh"):
        (tmp_path / "a.txt").write_bytes(text)
        assert read(tmp_path, file) == text


def _stale_once(fstat: "object") -> "object":
    """Return a function like `fstat` whose first result has another time."""
    calls = 0

    def stale(descriptor: int) -> os.stat_result:
        nonlocal calls
        calls += 1
        found: os.stat_result = fstat(descriptor)  # type: ignore[operator]
        return os.stat_result((*found[:6], found[6] - 1, *found[7:])) if calls == 1 else found

    return stale


def test_the_walk_opens_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty files are found without opening one."""
    corpus(tmp_path, *(f"{n % 5}/{n}.txt" for n in range(50)))
    opened: list[object] = []
    monkeypatch.setattr(os, "open", lambda *arguments: opened.append(arguments))
    assert len(walk(tmp_path).files) == 50
    assert opened == []
