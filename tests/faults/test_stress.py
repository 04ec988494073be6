"""Readers, builds and kills side by side: every answer is that of a committed state.

The suite's form is short. EXCERPT_TEST_ROUNDS=300 goes on for some minutes, EXCERPT_TEST_SEED sets the random choices.
"""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from excerpt import files
from excerpt.build import build
from excerpt.search import Index
from shell import Shell

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["excerpt.build", "excerpt.search", "excerpt.engines.columnar.writer"])
N_ROUNDS = int(os.environ.get("EXCERPT_TEST_ROUNDS", "12"))
SEED = int(os.environ.get("EXCERPT_TEST_SEED", "1"))
N_READERS = 3


def texts_of(version: int) -> dict[str, str]:
    """The corpus in a version: files that come, go, move, change and stay."""
    texts = {"stays.txt": "The harbour stays.\n"}
    for number in range(4 + version % 3):
        texts[f"{number}.txt"] = f"The harbour in version{version} of text {number}.\n"
    texts[f"moves/{version % 2}.txt"] = "The harbour moves.\n"
    return texts


def write(corpus: Path, version: int) -> None:
    """Make the corpus that of a version."""
    texts = texts_of(version)
    for path in corpus.rglob("*.txt"):
        if path.relative_to(corpus).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text)


def build_version(corpus: Path, index: Path) -> None:
    """One build, in a process that may be killed."""
    build(corpus, index, wait=60, allow_removals=True)


def read(index: Path, pipe: Connection) -> None:
    """Ask and check until told to stop; send the versions that were seen, or what was wrong."""
    seen: set[int] = set()
    rounds = 0
    while not pipe.poll():
        with Index(index) as opened:
            found = {hit.path: hit.snippet.text + "\n" for hit in opened.search("harbour", limit=None)}
            versions = [version for version in range(N_ROUNDS + 1) if texts_of(version) == found]
            rounds += 1
            if not versions or opened.status().counts["places"] != len(found):
                pipe.send((seen, f"no version has {sorted(found.items())}"))
                return
            if rounds % 10 == 0:
                opened.verify()
        seen.add(versions[0])
    pipe.send((seen, ""))


def test_readers_see_committed_states_whatever_is_built_or_killed(tmp_path: Path) -> None:
    """While builds follow each other, some of them killed, each answer fits one version of the corpus as a whole."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write(corpus, 0)
    build(corpus, index)
    pipes, children = [], []
    for _ in range(N_READERS):
        ours, theirs = CHILDREN.Pipe()
        child = CHILDREN.Process(target=read, args=(index, theirs))
        child.start()
        theirs.close()
        pipes.append(ours)
        children.append(child)
    n_killed = sum(_advance(corpus, index, version) for version in range(1, N_ROUNDS + 1))
    for pipe in pipes:
        pipe.send("stop")
    told = [pipe.recv() for pipe in pipes]
    for child in children:
        child.join()
    assert [wrong for _, wrong in told if wrong] == [], f"seed {SEED}"
    assert len(set.union(*(seen for seen, _ in told))) > 1
    print(f"{n_killed} of {N_ROUNDS} builds killed, versions seen: {[len(seen) for seen, _ in told]}")  # noqa: T201
    with Index(index) as opened:
        opened.verify()
        assert {hit.path for hit in opened.search("harbour", limit=None)} == texts_of(N_ROUNDS).keys()


def _advance(corpus: Path, index: Path, version: int) -> bool:
    """Write and build the next version, every other time after a build that is killed on its way."""
    chance = random.Random(SEED * 1000 + version)
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


def hold_up(corpus: Path, index: Path, pipe: Connection) -> None:
    """A build that takes its time once it holds the lock."""

    def observe(step: str, path: Path) -> None:
        if (step, path.name) == ("after-write", "lock"):
            pipe.send("begun")
            pipe.recv()

    files.observer = observe
    build(corpus, index)


def test_a_second_build_waits_or_gives_up(tmp_path: Path) -> None:
    """Without --wait it fails at once, with it after some time, or goes on when the first is done; a search never waits."""
    shell = Shell(tmp_path).write({"a.txt": "The geese came.\n"})
    assert shell.run("build").code == 0
    shell.write({"b.txt": "The geese stayed.\n"})
    ours, theirs = CHILDREN.Pipe()
    first: BaseProcess = CHILDREN.Process(
        target=hold_up, args=(tmp_path / "corpus", tmp_path / "index", theirs)
    )
    first.start()
    assert ours.recv() == "begun"
    try:
        refused = shell.run("build")
        assert (refused.code, refused.out) == (2, "")
        assert f"excerpt: index: the index is being built by process {first.pid}.\n" in refused.err
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
