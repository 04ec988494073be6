"""Readers, builds and kills at the same time: every answer is that of a committed state.

The short form has 3 readers and 12 versions. The full form has 8 readers, 2 writers and 200
versions, and takes some minutes.
"""

import fcntl
import multiprocessing
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from excerpt import files
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index
from shell import Shell

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(
    ["excerpt.indexing.pipeline", "excerpt.search.index", "excerpt.index.write.index_writer"]
)
SHORT, FULL = (12, 3), (200, 8)
"""The numbers of versions and of readers."""


def texts_of(version: int) -> dict[str, str]:
    """Return the corpus of a version: files that appear, disappear, move, change and stay."""
    texts = {"stays.txt": "The harbour stays.\n"}
    for number in range(4 + version % 3):
        texts[f"{number}.txt"] = f"The harbour in version{version} of text {number}.\n"
    texts[f"moves/{version % 2}.txt"] = "The harbour moves.\n"
    return texts


def write(corpus: Path, version: int) -> None:
    """Give the corpus the contents of a version."""
    texts = texts_of(version)
    for path in corpus.rglob("*.txt"):
        if path.relative_to(corpus).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text)


def build_version(corpus: Path, index: Path) -> None:
    """Build once, in a process that may be killed."""
    with corpus_lock(corpus):
        build(corpus, index, wait=60, allow_removals=True)


@contextmanager
def corpus_lock(corpus: Path, *, is_written: bool = False) -> Iterator[None]:
    """Hold the lock of the corpus: no version is written while any build reads one."""
    with corpus.with_name("versions").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX if is_written else fcntl.LOCK_SH)
        yield


def build_repeatedly(corpus: Path, index: Path, pipe: Connection) -> None:
    """Build again and again until told to stop, as the second writer; send how often."""
    n_builds = 0
    while not pipe.poll():
        build_version(corpus, index)
        n_builds += 1
        time.sleep(0.02)  # gives the other writer a chance to take the lock
    pipe.send(({n_builds}, ""))


def read_repeatedly(index: Path, n_versions: int, pipe: Connection) -> None:
    """Search and check until told to stop; send the versions seen and any problem."""
    seen: set[int] = set()
    rounds = 0
    while not pipe.poll():
        with Index(index) as opened:
            found = {
                hit.path: hit.snippet.text + "\n" for hit in opened.search("harbour", limit=None)
            }
            versions = [version for version in range(n_versions + 1) if texts_of(version) == found]
            rounds += 1
            if not versions or opened.status().counts.files != len(found):
                pipe.send((seen, f"no version has {sorted(found.items())}"))
                return
            if rounds % 10 == 0:
                opened.verify()
        seen.add(versions[0])
    pipe.send((seen, ""))


def test_readers_see_committed_states(tmp_path: Path, is_full: bool, seed: int) -> None:
    """Every answer fits one version, while two writers build and some builds are killed."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    n_versions, n_readers = FULL if is_full else SHORT
    write(corpus, 0)
    build(corpus, index)
    writer = start(build_repeatedly, corpus, index)
    readers = [start(read_repeatedly, index, n_versions) for _ in range(n_readers)]
    chance = random.Random(seed)
    n_killed = sum(_advance(corpus, index, version, chance) for version in range(1, n_versions + 1))
    ((n_builds,), _), *outcomes = [_stopped(each) for each in (writer, *readers)]
    assert [problem for _, problem in outcomes if problem] == [], f"--seed {seed}"
    assert len(set.union(*(seen for seen, _ in outcomes))) > 1
    assert n_builds > 0
    seen = [len(versions) for versions, _ in outcomes]
    print(  # noqa: T201
        f"{n_killed} of {n_versions} builds killed, {n_builds} by the other, versions seen: {seen}"
    )
    with Index(index) as opened:
        opened.verify()
        assert {hit.path for hit in opened.search("harbour", limit=None)} == texts_of(
            n_versions
        ).keys()


def start(act: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """Start a child process that calls `act`, and return it with the pipe to it."""
    ours, theirs = CHILDREN.Pipe()
    child = CHILDREN.Process(target=act, args=(*arguments, theirs))
    child.start()
    theirs.close()
    return child, ours


def _stopped(child: tuple[BaseProcess, Connection]) -> tuple[set[int], str]:
    process, pipe = child
    pipe.send("stop")
    outcome: tuple[set[int], str] = pipe.recv()
    process.join()
    return outcome


def _advance(corpus: Path, index: Path, version: int, chance: random.Random) -> bool:
    """Write and build the next version; every second time, kill a build before."""
    with corpus_lock(corpus, is_written=True):
        write(corpus, version)
    is_killed = version % 2 == 0
    if is_killed:
        child = CHILDREN.Process(target=build_version, args=(corpus, index))
        child.start()
        time.sleep(chance.random() * 0.3)
        child.kill()
        child.join()
        is_killed = child.exitcode == -signal.SIGKILL
    build_version(corpus, index)
    return is_killed


def build_slowly(corpus: Path, index: Path, pipe: Connection) -> None:
    """Build, but wait for a message once the lock is held."""

    def observe(step: str, path: Path) -> None:
        if (step, path.name) == ("after-write", "lock"):
            pipe.send("begun")
            pipe.recv()

    files.observer = observe
    build(corpus, index)


def test_a_second_build_waits_or_gives_up(tmp_path: Path) -> None:
    """A second build fails at once, or waits with --wait; a search never waits."""
    shell = Shell(tmp_path).write({"a.txt": "The geese came.\n"})
    assert shell.run("build").code == 0
    shell.write({"b.txt": "The geese stayed.\n"})
    ours, theirs = CHILDREN.Pipe()
    first: BaseProcess = CHILDREN.Process(
        target=build_slowly, args=(tmp_path / "corpus", tmp_path / "index", theirs)
    )
    first.start()
    assert ours.recv() == "begun"
    try:
        refused = shell.run("build")
        assert (refused.code, refused.out) == (2, "")
        assert (
            f"excerpt: index: the index is being built by process {first.pid}; it can be searched"
            in refused.err
        )
        assert "--wait" in refused.err
        late = shell.run("build", "--wait", "0.2")
        assert late.code == 2
        assert "Waiting for up to 0.2 s.\n" in late.err
        assert shell.run("search", "geese", "-c").lines == ["1"]
    finally:
        ours.send("go on")
    done = shell.run("build", "--wait", "60")
    first.join()
    assert (done.code, first.exitcode) == (0, 0)
    assert shell.run("search", "geese", "-c").lines == ["2"]
