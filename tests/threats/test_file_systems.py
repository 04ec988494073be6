"""Threats of file systems: names, clocks, rights, folders that go, and locks of the dead."""

import os
import shutil
from pathlib import Path

import pytest

from excerpt.errors import ExcerptError
from excerpt.files import hold_lock
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index
from shell import Shell


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A small index, to be given to a stranger and taken back."""
    shell = Shell(tmp_path).write({"a.txt": "The harbour.\n", "b.txt": "The queen.\n"})
    build(tmp_path / "corpus", shell.folder / "index", processes=1)
    return tmp_path / "index"


def test_names_that_differ_in_case_only_are_two(tmp_path: Path) -> None:
    """Row file system: where the system tells them apart; a change of case alone is a move."""
    shell = Shell(tmp_path).write({"Letter.txt": "The harbour.\n", "letter.txt": "The queen.\n"})
    if len(list((tmp_path / "corpus").iterdir())) < 2:
        pytest.skip("this file system does not tell case apart")
    build(tmp_path / "corpus", tmp_path / "index")
    assert shell.run("search", "harbour", "-l").lines == ["Letter.txt"]
    (tmp_path / "corpus" / "letter.txt").rename(tmp_path / "corpus" / "LETTER.txt")
    assert build(None, tmp_path / "index").moved == 1
    assert shell.run("search", "queen", "-l").lines == ["LETTER.txt"]


@pytest.mark.parametrize("ahead", [-40 * 365 * 86_400, 40 * 365 * 86_400])
def test_a_clock_that_is_wrong_hides_nothing(
    tmp_path: Path, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row file system: whatever the clock said at a build, and whatever times a file has, an edit is seen."""
    import time

    real = time.time_ns
    path = tmp_path / "corpus" / "a.txt"
    Shell(tmp_path).write({"a.txt": "The harbour.\n"})
    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: real() + ahead * 10**9)
        build(tmp_path / "corpus", tmp_path / "index")
    before = path.stat()
    path.write_text("The miners..\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert build(None, tmp_path / "index").changed == 1


def test_a_folder_that_goes_during_the_walk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row file system: a folder that is removed between being listed and being read is a failure with its reason."""
    from excerpt.ingest import walk as walking

    Shell(tmp_path).write({"a.txt": "The harbour.\n", "d/b.txt": "The queen.\n"})
    build(tmp_path / "corpus", tmp_path / "index")
    real = walking._read_folder

    def read(walker: walking._Walker, folder: walking._Folder) -> list[walking._Folder]:
        if folder.path == "d/":
            shutil.rmtree(folder.location)
        return real(walker, folder)

    monkeypatch.setattr(walking, "_read_folder", read)
    report = build(tmp_path / "corpus", tmp_path / "index")
    (problem,) = report.unreadable
    assert (problem.path, "no such file" in problem.reason) == ("d/", True)
    assert (report.unchanged, report.removed) == (1, 1)


def test_many_files_in_one_folder_are_read(tmp_path: Path, is_full: bool) -> None:
    """Row file system: 3,000 files side by side (100,000 in full); a build that has nothing to do looks at each once."""
    n_files = 100_000 if is_full else 3_000
    (tmp_path / "corpus").mkdir()
    for number in range(n_files):
        (tmp_path / "corpus" / f"{number}.txt").write_text(f"Harbour {number}.")
    assert build(tmp_path / "corpus", tmp_path / "index").new == n_files
    assert build(None, tmp_path / "index").unchanged == n_files
    with Index(tmp_path / "index") as index:
        assert index.search("harbour").total == n_files


def test_an_index_that_may_only_be_read_is_searched(index: Path) -> None:
    """Row file system: on read-only media, or where it is another user's, an index is searched and verified; a build is
    refused with a remedy. The one who looks is nobody, if the tests run as root."""
    for path in (index, *index.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in index.parents:
        if path != Path("/tmp") and os.access(path, os.W_OK) and path.is_relative_to(Path("/tmp")):
            path.chmod(0o755)
    told = as_nobody(index)
    for path in (index, *index.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert told == "1 sound; refused with a remedy"


def as_nobody(index: Path) -> str:
    """What another user, in a process of its own, finds out about an index."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            os.write(theirs, _found_out(index).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


def _found_out(index: Path) -> str:
    try:
        with Index(index) as opened:
            opened.verify()
            total = opened.search("harbour").total
    except ExcerptError as error:
        return str(error)
    try:
        build(None, index)
    except ExcerptError as error:
        return f"{total} sound; refused with {'a remedy' if error.remedies else 'none'}"
    return f"{total} sound; built"


def test_a_lock_of_a_dead_process_is_not_in_the_way(index: Path) -> None:
    """Row file system: whatever stands in the file, it is the system that holds the lock, and only for the living."""
    (index / "lock").write_text(str(os.getpid()))
    with hold_lock(index / "lock"):
        pass
    assert build(None, index).unchanged == 2
