"""A build that dies or fails at any step leaves the index before or the index after, and the next one completes."""

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
from excerpt.indexing import execution
from excerpt.indexing.pipeline import build
from states import state_of, stray_files

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(
    ["excerpt.indexing.pipeline", "excerpt.index.write.index_writer", __name__]
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus as it is first, and as it is later."""
    first = {"a.txt": "Winter.", "b.txt": "Miners.", "d/c.txt": "Queen.", "e.txt": "Petition."}
    later = {"a.txt": "Winter.", "b.txt": "Harbour.", "moved.txt": "Queen.", "new.txt": "Miners."}
    later |= {f"more{number}.txt": f"Harbour {number}." for number in range(3)}
    for name, texts in (("first", first), ("later", later)):
        for path, text in texts.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
    return tmp_path / "corpus"


def show(corpus: Path, name: str) -> None:
    """Make the corpus what it is at a time."""
    if corpus.exists():
        shutil.rmtree(corpus)
    shutil.copytree(corpus.with_name(name), corpus)


class Scene:
    """An index before a build, and what it must say before and after."""

    def __init__(self, corpus: Path, is_first: bool, engine: str = "columnar") -> None:
        self.corpus = corpus
        self.engine = engine
        self.index = corpus.with_name("index")
        self.saved = corpus.with_name("saved")
        self.before: Any = None
        show(corpus, "first")
        if not is_first:
            build(corpus, self.index, engine=engine)
            self.before = state_of(self.index)
            show(corpus, "later")
            shutil.copytree(self.index, self.saved)
        build(corpus, corpus.with_name("undisturbed"))
        self.after = state_of(corpus.with_name("undisturbed"))

    def reset(self) -> None:
        """Bring the index back to what it was before the build."""
        if self.index.exists():
            shutil.rmtree(self.index)
        if self.saved.exists():
            shutil.copytree(self.saved, self.index)

    def check(self) -> None:
        """See that the index is the one before or the one after, and what the next build makes of it."""
        try:
            assert state_of(self.index) in (self.before, self.after)
        except IndexMissing:
            assert self.before is None
        build(self.corpus, self.index, engine=self.engine)
        assert state_of(self.index) == self.after
        assert stray_files(self.index) == set()


def at_step(number: int, act: Callable[[], None], when: str = "") -> Callable[[str, Path], None]:
    """An observer that does `act` at the step with this number and later ones, of those whose name starts `when`."""
    seen = 0

    def observe(step: str, _path: Path) -> None:
        nonlocal seen
        seen += step.startswith(when)
        if seen >= number and step.startswith(when):
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
    """A kill at every step of a first build and of a rebuild, one after the other until none is left."""
    scene = Scene(corpus, is_first, engine)
    number, exit_code = 0, -signal.SIGKILL
    while exit_code == -signal.SIGKILL:
        number += 1
        scene.reset()
        child = CHILDREN.Process(target=kill_at, args=(number, scene.corpus, scene.index, engine))
        child.start()
        child.join()
        exit_code = child.exitcode or 0
        scene.check()
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
    """A disk that is full or broken from any step on is an error with a remedy."""
    scene = Scene(corpus, is_first, engine)

    def fail() -> None:
        raise OSError(code, os.strerror(code))

    told: list[str] = []
    number, is_done = 0, False
    while not is_done:
        number += 1
        scene.reset()
        with monkeypatch.context() as patch:
            patch.setattr(files, "observer", at_step(number, fail, "before-"))
            try:
                build(scene.corpus, scene.index, engine=engine)
                is_done = True
            except ExcerptError as error:
                told.append(error.message if error.remedies else "")
        scene.check()
    assert number > 8
    assert all(os.strerror(code) in message for message in told)


@pytest.mark.parametrize(
    ("is_first", "engine"), [(True, "columnar"), (False, "columnar"), (False, "whoosh")]
)
def test_a_build_that_fails_leaves_no_litter(
    corpus: Path, is_first: bool, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure at any one step takes the files with it that no state names, before any later build succeeds."""
    scene = Scene(corpus, is_first, engine)

    def fail_at(number: int) -> Callable[[str, Path], None]:
        steps = count(1)

        def observe(step: str, _path: Path) -> None:
            if step.startswith("before-") and next(steps) == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return observe

    for number in count(1):
        scene.reset()
        with monkeypatch.context() as patch:
            patch.setattr(files, "observer", fail_at(number))
            try:
                build(scene.corpus, scene.index, engine=engine)
                break
            except ExcerptError:
                assert segments_of(scene.index) <= named_by(scene.index)
    assert number > 8


def test_a_build_sweeps_up_after_one_that_was_killed(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a killed first build has left is gone when the next one writes its first file, even if that one fails."""
    scene = Scene(corpus, is_first=True)
    (scene.index / "segments").mkdir(parents=True)
    (scene.index / "segments" / "left.segment").write_bytes(b"half of it")

    def fail(step: str, path: Path) -> None:
        if step == "before-write" and path.parent.name == "segments":
            assert segments_of(scene.index) == set()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "observer", fail)
    with pytest.raises(ExcerptError, match="No space left"):
        build(scene.corpus, scene.index)
    assert segments_of(scene.index) == set()


def segments_of(index: Path) -> set[str]:
    """The names of the engine's files."""
    return {path.name for folder in ("segments", "whoosh") for path in index.glob(f"{folder}/*")}


def named_by(index: Path) -> set[str]:
    """The names of the engine's files that the committed state has."""
    try:
        return segments_of(index) - {Path(path).name for path in stray_files(index)}
    except IndexMissing:
        return set()


def test_every_commit_of_a_long_build_is_whole(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure at any step between many commits leaves complete documents only, and the next build goes on."""
    scene = Scene(corpus, is_first=False)
    monkeypatch.setattr(execution, "BATCH_BYTES", 1)
    monkeypatch.setattr(execution, "COMMIT_SECONDS", -1.0)

    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    number, is_done = 0, False
    while not is_done:
        number += 1
        scene.reset()
        with monkeypatch.context() as patch:
            patch.setattr(files, "observer", at_step(number, fail, "before-"))
            try:
                build(scene.corpus, scene.index)
                is_done = True
            except ExcerptError:
                pass
        state_of(scene.index)
        with Catalog.open(scene.index) as catalog:
            for record in catalog.documents():
                assert record.files
        build(scene.corpus, scene.index)
        assert state_of(scene.index) == scene.after
        assert stray_files(scene.index) == set()
    assert number > 30


def limit_at(size: int, corpus: Path, index: Path) -> None:
    """Build with files of `size` bytes at most; exit code 3 for an error of excerpt."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        build(corpus, index)
    except ExcerptError:
        os._exit(3)


@pytest.mark.parametrize("is_first", [True, False])
def test_files_that_cannot_grow_lose_nothing(corpus: Path, is_first: bool) -> None:
    """Where the system refuses a file its size, SQLite's own included, the build fails and the index stays."""
    scene = Scene(corpus, is_first)
    codes = set()
    for size in (0, 100, 1000, 3000, 5000, 10_000, 20_000, 40_000, 60_000, 100_000, 10_000_000):
        scene.reset()
        child = CHILDREN.Process(target=limit_at, args=(size, scene.corpus, scene.index))
        child.start()
        child.join()
        codes.add(child.exitcode)
        scene.check()
    assert codes == {0, 3}
