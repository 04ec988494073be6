"""Tests of builds that are interrupted: what Ctrl-C reports, and what a killed build leaves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from excerpt.errors import BuildInterrupted
from excerpt.search.index import Index
from shell import Shell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

WORDS = " ".join(f"word{number}" for number in range(200))
UNCHANGED = "Stopped; the index is unchanged. Build again to continue.\n"
PROGRAM = """
import os, signal, sys
from excerpt.indexing import plan_runner, worker_pool
from excerpt.indexing.committer import IndexCommitter
plan_runner.BATCH_BYTES = plan_runner.SMALL_BYTES = 1  # so that there is a worker process
plan_runner.COMMIT_SECONDS = -1.0 if {is_late} else 60.0
def stop():
    os.kill(os.getpid(), signal.{signal})
    signal.pause()
def commit(self, *arguments, real=IndexCommitter.commit):
    real(self, *arguments)
    stop()
IndexCommitter.commit = commit
def index(self, batches, on_start, real=worker_pool.WorkerPool.index):
    with open("workers", "w") as file:
        file.write(" ".join(str(worker._process.pid) for worker in self._workers))
    for message in real(self, batches, on_start):
        yield message
        {is_late} or stop()
worker_pool.WorkerPool.index = index
from excerpt.cli import main
sys.argv[1:] = {arguments}
main()
"""


def run_and_stop(
    shell: Shell,
    *arguments: str,
    is_late: bool = False,
    signal: str = "SIGINT",
) -> "subprocess.CompletedProcess[str]":
    """Run a command whose build with workers is stopped, after its first commit if `is_late`."""
    code = PROGRAM.format(arguments=list(arguments), is_late=is_late, signal=signal)
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=shell.folder,
        env=shell.environment({}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def fill(shell: Shell) -> Shell:
    """Write a corpus of four files."""
    return shell.write({f"{number}.txt": f"{WORDS} {number}" for number in range(4)})


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell with a corpus of four files."""
    return fill(Shell(tmp_path))


@pytest.mark.parametrize("command", [["build"], ["search", "word1"]])
def test_ctrl_c_leaves_the_index_unchanged(shell: Shell, command: list[str]) -> None:
    """One line says so, and no worker is left; the next build continues."""
    done = run_and_stop(shell, *command)
    note = (
        "" if command == ["build"] else "There is no index at index yet. Building it from corpus.\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", note + UNCHANGED)
    workers = list(map(int, (shell.folder / "workers").read_text().split()))
    assert workers
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)
    assert shell.run("build").out.startswith("4 new; ")


def test_ctrl_c_during_an_update_keeps_the_last_commit(shell: Shell) -> None:
    """The index answers as before."""
    assert shell.run("build").code == 0
    shell.write({f"{number}.txt": f"{WORDS} new{number}" for number in range(4, 9)})
    done = run_and_stop(shell, "build")
    assert (done.returncode, done.stderr) == (130, UNCHANGED)
    assert shell.run("search", "word1", "-c").out == "4\n"
    assert shell.run("build").out.startswith("5 new, 4 unchanged; ")


def test_ctrl_c_after_a_commit_reports_what_is_indexed(shell: Shell) -> None:
    """Some files are in the index: it is not unchanged."""
    shell.write({f"{number}.txt": f"{WORDS} {number}" for number in range(4, 12)})
    done = run_and_stop(shell, "build", is_late=True)
    with Index(shell.folder / "index") as index:
        n_files = index.status().counts.files
    assert 0 < n_files < 12
    message = f"Stopped; {n_files} of 12 files are indexed. Build again to continue.\n"
    assert (done.returncode, done.stderr) == (130, message)
    assert f"{12 - n_files} new, {n_files} unchanged; " in shell.run("build").out


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the first build was killed; tests must copy it."""
    shell = fill(Shell(tmp_path_factory.mktemp("killed")))
    assert run_and_stop(shell, "build", signal="SIGKILL").returncode == -9
    return shell.folder


@pytest.fixture
def after_kill(killed: Path, tmp_path: Path) -> Shell:
    """Return a shell in which the first build was killed."""
    return Shell(shutil.copytree(killed, tmp_path / "killed"))


def test_a_build_that_was_killed_before_its_first_commit_is_reported(after_kill: Shell) -> None:
    """Every command that reads says so, with the remedy; `build` builds from the same corpus."""
    shell = after_kill
    with pytest.raises(BuildInterrupted, match="a build was interrupted before its first commit"):
        Index(shell.folder / "index")
    for command in ("status", "coverage", "verify"):
        done = shell.run(command)
        assert done.code == 2
        assert done.err.splitlines() == [
            "excerpt: index: a build was interrupted before its first commit.",
            "Build it again: excerpt build --corpus FOLDER",
        ]
    assert shell.run("build").out.startswith("4 new; ")


def test_a_search_continues_a_killed_build(after_kill: Shell) -> None:
    """With the default folders, the index is built as for any first search."""
    done = after_kill.run("search", "word1", "-c")
    assert done.out == "4\n"
    assert done.err == (
        "index: a build was interrupted before its first commit. Building it from corpus.\n"
    )


def test_a_killed_build_without_a_corpus_has_a_remedy(after_kill: Shell) -> None:
    """The error says that the corpus must be named."""
    shell = after_kill
    (shell.folder / "corpus").rename(shell.folder / "texts")
    done = shell.run("search", "word1")
    assert done.code == 2
    assert "a build was interrupted before its first commit" in done.err
    assert "excerpt build --corpus FOLDER" in done.err
    assert shell.run("build").code == 2
    assert shell.run("build", "texts").code == 0
