"""Tests of `files`: each durable step is observed, and explained when it fails."""

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
    """The observed steps, each with the name of its file."""
    seen: list[tuple[str, str]] = []
    monkeypatch.setattr(files, "observer", lambda step, path: seen.append((step, path.name)))
    return seen


def test_a_new_file_is_written_and_synced(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    """A new file holds its parts in order and is synced before the write step ends."""
    assert files.write_new(tmp_path / "f", [b"one ", memoryview(b"two")]) == 7
    assert (tmp_path / "f").read_bytes() == b"one two"
    assert steps == [
        ("before-write", "f"),
        ("before-sync", "f"),
        ("after-sync", "f"),
        ("after-write", "f"),
    ]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    """`write_new` refuses to replace a file and leaves it unchanged."""
    (tmp_path / "f").write_text("mine")
    with pytest.raises(ExcerptError, match="File exists"):
        files.write_new(tmp_path / "f", [b"other"])
    assert (tmp_path / "f").read_text() == "mine"


@pytest.mark.parametrize("failing", ["before-write", "before-sync"])
def test_a_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk raises an error with a remedy and leaves no partial file."""

    def observe(step: str, _path: Path) -> None:
        if step == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "observer", observe)
    with pytest.raises(ExcerptError, match="No space left") as raised:
        files.write_new(tmp_path / "f", [b"text"])
    assert "Free some disk space" in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_the_holder_of_a_lock_is_known(tmp_path: Path) -> None:
    """`lock_holder` returns the process id, and "" for a missing or released lock."""
    assert files.lock_holder(tmp_path / "lock") == ""
    with files.hold_lock(tmp_path / "lock"):
        assert files.lock_holder(tmp_path / "lock") == str(os.getpid())
    assert files.lock_holder(tmp_path / "lock") == ""


def test_folders_are_made_with_their_parents(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    """Each missing folder is created and synced; an existing one takes no step."""
    files.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    assert [name for step, name in steps if step == "after-mkdir"] == ["a", "b"]
    steps.clear()
    files.make_folder(tmp_path / "a" / "b")
    assert steps == []


def test_a_folder_is_not_created_over_a_file(tmp_path: Path) -> None:
    """`make_folder` raises an error if a file has the name."""
    (tmp_path / "f").touch()
    with pytest.raises(ExcerptError, match="cannot create the folder"):
        files.make_folder(tmp_path / "f")


def test_a_file_may_be_removed_twice(tmp_path: Path) -> None:
    """Removing a missing file is allowed; removing a folder is an error."""
    (tmp_path / "f").touch()
    files.remove(tmp_path / "f")
    files.remove(tmp_path / "f")
    assert not (tmp_path / "f").exists()
    with pytest.raises(ExcerptError):
        files.remove(tmp_path)


def test_a_digest_does_not_depend_on_the_parts() -> None:
    """The digest depends on the bytes, not on how they are cut into parts."""
    assert files.digest_of([b"ab", b"c"]) == files.digest_of([b"abc"]) != files.digest_of([b"abd"])
    assert len(files.digest_of([])) == 32


def hold(path: Path, ready: Event) -> None:
    """Hold the lock until the process ends."""
    with files.hold_lock(path):
        ready.set()
        time.sleep(1000)


def test_the_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    """A second process learns who holds the lock; when the holder dies, the lock is free."""
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
    """A waiting process gets the lock if the holder releases it in time, else an error."""
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


def test_a_lock_needs_a_folder(tmp_path: Path) -> None:
    """A lock in a missing folder is an error."""
    with (
        pytest.raises(ExcerptError, match="cannot open the lock file"),
        files.hold_lock(tmp_path / "nowhere" / "lock"),
    ):
        pass


def test_unlisted_files_are_removed(tmp_path: Path) -> None:
    """Files without a listed name go; listed ones, folders and linked folders stay."""
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for name in ("listed", "other"):
        (folder / name).touch()
    (tmp_path / "link").symlink_to(folder)
    files.remove_unlisted(tmp_path / "link", {"listed"})
    assert sorted(path.name for path in folder.iterdir()) == ["listed", "other", "sub"]
    files.remove_unlisted(folder, {"listed"})
    assert sorted(path.name for path in folder.iterdir()) == ["listed", "sub"]
