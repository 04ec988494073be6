"""A build that dies or fails at any step leaves the state before or after it.

The next build completes, and leaves no stray files.
"""

import errno
import multiprocessing
import os
import resource
import shutil
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from excerpt import files
from excerpt.catalog import Catalog
from excerpt.errors import ExcerptError, IndexMissing
from excerpt.indexing import plan_runner
from excerpt.indexing.pipeline import build
from states import state_of, stray_files

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(
    ["excerpt.indexing.pipeline", "excerpt.index.write.index_writer", __name__]
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return the path of a corpus, with its first and its later content in folders next to it."""
    first = {"a.txt": "Winter.", "b.txt": "Miners.", "d/c.txt": "Queen.", "e.txt": "Petition."}
    later = {"a.txt": "Winter.", "b.txt": "Harbour.", "moved.txt": "Queen.", "new.txt": "Miners."}
    later |= {f"more{number}.txt": f"Harbour {number}." for number in range(3)}
    for name, texts in (("first", first), ("later", later)):
        for path, text in texts.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
    return tmp_path / "corpus"


def set_content(corpus: Path, name: str) -> None:
    """Give the corpus its content with this name."""
    if corpus.exists():
        shutil.rmtree(corpus)
    shutil.copytree(corpus.with_name(name), corpus)


class Scenario:
    """An index before a build, and what it contains before and after the build."""

    def __init__(self, corpus: Path, is_first: bool, engine: str = "columnar") -> None:
        self.corpus = corpus
        self.engine = engine
        self.index = corpus.with_name("index")
        self.saved = corpus.with_name("saved")
        self.before: Any = None
        set_content(corpus, "first")
        if not is_first:
            build(corpus, self.index, engine=engine)
            self.before = state_of(self.index)
            set_content(corpus, "later")
            shutil.copytree(self.index, self.saved)
        build(corpus, corpus.with_name("undisturbed"))
        self.after = state_of(corpus.with_name("undisturbed"))

    def reset(self) -> None:
        """Restore the index from before the build."""
        if self.index.exists():
            shutil.rmtree(self.index)
        if self.saved.exists():
            shutil.copytree(self.saved, self.index)

    def check_index(self) -> None:
        """Check that the index has the state before or after, and that the next build completes."""
        try:
            assert state_of(self.index) in (self.before, self.after)
        except IndexMissing:
            assert self.before is None
        build(self.corpus, self.index, engine=self.engine)
        assert state_of(self.index) == self.after
        assert stray_files(self.index) == set()


def at_step(number: int, act: Callable[[], None], prefix: str = "") -> Callable[[str, Path], None]:
    """Return an observer that calls `act` at a step and at all later ones.

    Steps are counted from 1; only those whose name starts with `prefix` count.
    """
    seen = 0

    def observe(step: str, _path: Path) -> None:
        nonlocal seen
        seen += step.startswith(prefix)
        if seen >= number and step.startswith(prefix):
            act()

    return observe


def kill_at(number: int, corpus: Path, index: Path, engine: str) -> None:
    """Build, and be killed at the step with this number."""
    files.observer = at_step(number, lambda: os.kill(os.getpid(), signal.SIGKILL))
    build(corpus, index, engine=engine)


@pytest.mark.parametrize(
    ("is_first", "engine"), [(True, "columnar"), (False, "columnar"), (False, "whoosh")]
)
def test_a_build_that_is_killed_at_any_step_loses_nothing(
    corpus: Path, is_first: bool, engine: str
) -> None:
    """A build is killed at its first step, then at its second, until it completes."""
    scenario = Scenario(corpus, is_first, engine)
    number, exit_code = 0, -signal.SIGKILL
    while exit_code == -signal.SIGKILL:
        number += 1
        scenario.reset()
        child = CHILDREN.Process(
            target=kill_at, args=(number, scenario.corpus, scenario.index, engine)
        )
        child.start()
        child.join()
        exit_code = child.exitcode or 0
        scenario.check_index()
    assert exit_code == 0
    assert number > 8


@pytest.mark.parametrize(
    ("is_first", "code", "engine"),
    [
        *(
            (is_first, code, "columnar")
            for is_first in (True, False)
            for code in (errno.ENOSPC, errno.EIO)
        ),
        (True, errno.ENOSPC, "whoosh"),
    ],
)
def test_a_disk_that_fails_at_any_step_loses_nothing(
    corpus: Path, is_first: bool, code: int, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full or fails from any step on ends the build with a remedy."""
    scenario = Scenario(corpus, is_first, engine)

    def fail() -> None:
        raise OSError(code, os.strerror(code))

    messages: list[str] = []
    number, is_done = 0, False
    while not is_done:
        number += 1
        scenario.reset()
        with monkeypatch.context() as patch:
            patch.setattr(files, "observer", at_step(number, fail, "before-"))
            try:
                build(scenario.corpus, scenario.index, engine=engine)
                is_done = True
            except ExcerptError as error:
                messages.append(error.message if error.remedies else "")
        scenario.check_index()
    assert number > 8
    assert all(os.strerror(code) in message for message in messages)


@pytest.mark.parametrize(
    ("is_first", "engine"), [(True, "columnar"), (False, "columnar"), (False, "whoosh")]
)
def test_a_failed_build_leaves_no_stray_files(
    corpus: Path, is_first: bool, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that fails at any step removes its files itself."""
    scenario = Scenario(corpus, is_first, engine)

    def fail_at(number: int) -> Callable[[str, Path], None]:
        steps = count(1)

        def observe(step: str, _path: Path) -> None:
            if step.startswith("before-") and next(steps) == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return observe

    for number in count(1):
        scenario.reset()
        with monkeypatch.context() as patch:
            patch.setattr(files, "observer", fail_at(number))
            try:
                build(scenario.corpus, scenario.index, engine=engine)
                break
            except ExcerptError:
                assert engine_files(scenario.index) <= committed_files(scenario.index)
    assert number > 8


def test_a_build_removes_the_files_of_a_killed_one(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of a killed first build are gone before the next build writes its first file."""
    scenario = Scenario(corpus, is_first=True)
    (scenario.index / "segments").mkdir(parents=True)
    (scenario.index / "segments" / "left.segment").write_bytes(b"half of it")
    (scenario.index / "store").mkdir()
    (scenario.index / "store" / "left.texts").write_bytes(b"half of it")

    def fail(step: str, path: Path) -> None:
        if step == "before-write" and path.parent.name == "segments":
            assert engine_files(scenario.index) == set()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "observer", fail)
    with pytest.raises(ExcerptError, match="No space left"):
        build(scenario.corpus, scenario.index)
    assert engine_files(scenario.index) == set()


FOLDERS = ("segments", "whoosh", "store")


def engine_files(index: Path) -> set[str]:
    """Return the names of the files of the engine and of the text store."""
    return {path.name for folder in FOLDERS for path in index.glob(f"{folder}/*")}


def committed_files(index: Path) -> set[str]:
    """Return the names of the engine's files that belong to the committed state."""
    try:
        return engine_files(index) - {Path(path).name for path in stray_files(index)}
    except IndexMissing:
        return set()


def test_every_commit_of_a_long_build_is_complete(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failure between many commits, all documents are complete; a rebuild continues."""
    scenario = Scenario(corpus, is_first=False)
    monkeypatch.setattr(plan_runner, "BATCH_BYTES", 1)
    monkeypatch.setattr(plan_runner, "COMMIT_SECONDS", -1.0)

    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    number, is_done = 0, False
    while not is_done:
        number += 1
        scenario.reset()
        with monkeypatch.context() as patch:
            patch.setattr(files, "observer", at_step(number, fail, "before-"))
            try:
                build(scenario.corpus, scenario.index)
                is_done = True
            except ExcerptError:
                pass
        state_of(scenario.index)
        with Catalog.open(scenario.index) as catalog:
            for record in catalog.documents():
                assert record.files
        build(scenario.corpus, scenario.index)
        assert state_of(scenario.index) == scenario.after
        assert stray_files(scenario.index) == set()
    assert number > 30


def limit_at(size: int, corpus: Path, index: Path) -> None:
    """Build with a limit on file sizes; exit with 3 after an error of excerpt."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        build(corpus, index)
    except ExcerptError:
        os._exit(3)


@pytest.mark.parametrize("is_first", [True, False])
def test_files_that_cannot_grow_lose_nothing(corpus: Path, is_first: bool) -> None:
    """A build that hits the limit on file sizes, in SQLite too, fails and keeps the index."""
    scenario = Scenario(corpus, is_first)
    codes = set()
    for size in (0, 100, 1000, 3000, 5000, 10_000, 20_000, 40_000, 60_000, 100_000, 10_000_000):
        scenario.reset()
        child = CHILDREN.Process(target=limit_at, args=(size, scenario.corpus, scenario.index))
        child.start()
        child.join()
        codes.add(child.exitcode)
        scenario.check_index()
    assert codes == {0, 3}
