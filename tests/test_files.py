"""Steps towards something durable: seen before and after, explained when they fail."""

import errno
import multiprocessing
import os
import threading
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from excerpt import files
from excerpt.errors import ExcerptError, IndexBusy


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The steps that are seen, with the names of their files."""
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(files, "observer", lambda step, path: seen.append((step, path.name)))
    return seen


def test_a_new_file_is_written_and_synced(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    """A file holds its parts one after the other, and is synced before its writing ends."""
    assert files.write_new(tmp_path / "f", [b"one ", memoryview(b"two")]) == 7
    assert (tmp_path / "f").read_bytes() == b"one two"
    assert steps == [
        ("before-write", "f"),
        ("before-sync", "f"),
        ("after-sync", "f"),
        ("after-write", "f"),
    ]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    """What is there stays, and is told as such."""
    (tmp_path / "f").write_text("mine")
    with pytest.raises(ExcerptError, match="File exists"):
        files.write_new(tmp_path / "f", [b"other"])
    assert (tmp_path / "f").read_text() == "mine"


@pytest.mark.parametrize("failing", ["before-write", "before-sync"])
def test_a_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is an error with a remedy, and no half of a file stays behind."""

    def observe(step: str, _path: Path) -> None:
        if step == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "observer", observe)
    with pytest.raises(ExcerptError, match="No space left") as raised:
        files.write_new(tmp_path / "f", [b"text"])
    assert "Make room" in raised.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_the_holder_of_a_lock_can_be_asked_for(tmp_path: Path) -> None:
    """Without taking it; nobody holds one that is not there or was left."""
    assert files.lock_holder(tmp_path / "lock") == ""
    with files.hold_lock(tmp_path / "lock"):
        assert files.lock_holder(tmp_path / "lock") == str(os.getpid())
    assert files.lock_holder(tmp_path / "lock") == ""


def test_folders_are_made_with_their_parents(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    """Each missing folder is made and its name synced; one that is there costs nothing."""
    files.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    assert [name for step, name in steps if step == "after-mkdir"] == ["a", "b"]
    steps.clear()
    files.make_folder(tmp_path / "a" / "b")
    assert steps == []


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """Where a file is no folder can be made."""
    (tmp_path / "f").touch()
    with pytest.raises(ExcerptError, match="mkdir failed"):
        files.make_folder(tmp_path / "f")


def test_removing_what_is_gone_is_fine(tmp_path: Path) -> None:
    """A file is removed, also twice; a folder is not."""
    (tmp_path / "f").touch()
    files.remove(tmp_path / "f")
    files.remove(tmp_path / "f")
    assert not (tmp_path / "f").exists()
    with pytest.raises(ExcerptError):
        files.remove(tmp_path)


def test_a_digest_is_that_of_the_parts_joined() -> None:
    """However bytes are cut into parts, their digest is the same, and other bytes have another."""
    assert files.digest_of([b"ab", b"c"]) == files.digest_of([b"abc"]) != files.digest_of([b"abd"])
    assert len(files.digest_of([])) == 32


def hold(path: Path, ready: Event) -> None:
    """Hold a lock until the process ends."""
    with files.hold_lock(path):
        ready.set()
        time.sleep(1000)


def test_a_lock_is_held_by_one_and_dropped_by_death(tmp_path: Path) -> None:
    """A second holder is told who the first is; when that dies the lock is free."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    child = context.Process(target=hold, args=(tmp_path / "lock", ready))
    child.start()
    try:
        assert ready.wait(30)
        with (
            pytest.raises(IndexBusy, match=f"by process {child.pid}"),
            files.hold_lock(tmp_path / "lock"),
        ):
            pass
    finally:
        child.kill()
        child.join()
    with files.hold_lock(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    """A holder that ends in time is followed by who waits; one that does not, is not."""
    ended = threading.Event()

    def hold_until_ended() -> None:
        with files.hold_lock(tmp_path / "lock"):
            held.set()
            ended.wait(30)

    held = threading.Event()
    holder = threading.Thread(target=hold_until_ended)
    holder.start()
    try:
        assert held.wait(30)
        with pytest.raises(IndexBusy), files.hold_lock(tmp_path / "lock", wait=0.05):
            pass
        threading.Timer(0.3, ended.set).start()
        with files.hold_lock(tmp_path / "lock", wait=30):
            assert ended.is_set()
    finally:
        ended.set()
        holder.join()


def test_a_lock_where_nothing_may_be_written_is_explained(tmp_path: Path) -> None:
    """A folder that is not there has no room for a lock."""
    with (
        pytest.raises(ExcerptError, match="lock failed"),
        files.hold_lock(tmp_path / "nowhere" / "lock"),
    ):
        pass
