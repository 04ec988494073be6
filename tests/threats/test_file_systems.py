"""Threat "file systems": names, clocks, permissions, missing folders, and stale locks."""

import os
import shutil
import stat
from pathlib import Path
from tempfile import gettempdir

import pytest

from excerpt.errors import ExcerptError
from excerpt.files import hold_lock
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index
from shell import Shell


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return a small index."""
    shell = Shell(tmp_path).write({"a.txt": "The harbour.\n", "b.txt": "The queen.\n"})
    build(tmp_path / "corpus", shell.folder / "index", processes=1)
    return tmp_path / "index"


def test_names_that_differ_only_in_case_are_two(tmp_path: Path) -> None:
    """Two names are two files where the system distinguishes them; a new case is a move."""
    shell = Shell(tmp_path).write({"Letter.txt": "The harbour.\n", "letter.txt": "The queen.\n"})
    if len(list((tmp_path / "corpus").iterdir())) < 2:
        pytest.skip("this file system does not tell case apart")
    build(tmp_path / "corpus", tmp_path / "index")
    assert shell.run("search", "harbour", "-l").lines == ["Letter.txt"]
    (tmp_path / "corpus" / "letter.txt").rename(tmp_path / "corpus" / "LETTER.txt")
    assert build(None, tmp_path / "index").moved == 1
    assert shell.run("search", "queen", "-l").lines == ["LETTER.txt"]


@pytest.mark.parametrize("ahead", [-40 * 365 * 86_400, 40 * 365 * 86_400])
def test_a_wrong_clock_hides_no_change(
    tmp_path: Path, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit is noticed whatever the clock said during the build, and whatever time a file has."""
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


def test_a_folder_that_disappears_during_the_walk_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is removed before it is read is a failure with a reason."""
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
    """3,000 files in one folder (100,000 in the full form) are read, and then found unchanged."""
    n_files = 100_000 if is_full else 3_000
    (tmp_path / "corpus").mkdir()
    for number in range(n_files):
        (tmp_path / "corpus" / f"{number}.txt").write_text(f"Harbour {number}.")
    assert build(tmp_path / "corpus", tmp_path / "index").new == n_files
    assert build(None, tmp_path / "index").unchanged == n_files
    with Index(tmp_path / "index") as index:
        assert index.search("harbour").total == n_files


def test_a_read_only_index_is_searched(index: Path) -> None:
    """An index of another user is searched and verified; a build is refused with a remedy.

    If the tests run as root, the other user is nobody.
    """
    for path in (index, *index.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in index.parents:
        is_shared = path.stat().st_mode & stat.S_ISVTX
        if path.is_relative_to(gettempdir()) and not is_shared:
            path.chmod(0o755)
    outcome = as_nobody(index)
    for path in (index, *index.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert outcome == "1 sound; refused with a remedy"


def as_nobody(index: Path) -> str:
    """Return what another user, in a separate process, can do with an index."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            os.write(theirs, _try_index(index).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        outcome = pipe.read()
    os.waitpid(child, 0)
    return outcome


def _try_index(index: Path) -> str:
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


def test_a_lock_of_a_dead_process_does_not_block(index: Path) -> None:
    """The system holds the lock for a living process, whatever the lock file contains."""
    (index / "lock").write_text(str(os.getpid()))
    with hold_lock(index / "lock"):
        pass
    assert build(None, index).unchanged == 2
