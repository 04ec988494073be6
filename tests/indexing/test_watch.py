"""Tests of `excerpt watch`: a build after every change, one line for each build, a clean end."""

import contextlib
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from excerpt.catalog import schema
from excerpt.indexing.pipeline import build
from shell import Shell

LONG = 60.0
"""Seconds to wait for an event that should come soon."""


class Watch:
    """A running `excerpt watch`, and the lines that it writes."""

    def __init__(self, shell: Shell, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "excerpt", "watch", *arguments],
            cwd=shell.folder,
            env=shell.environment({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.out: queue.Queue[str] = queue.Queue()
        self.err: queue.Queue[str] = queue.Queue()
        self._threads = [
            threading.Thread(target=self._pass_on, args=pair)
            for pair in ((self.process.stdout, self.out), (self.process.stderr, self.err))
        ]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _pass_on(stream: Iterator[str], lines: "queue.Queue[str]") -> None:
        for line in stream:
            lines.put(line.rstrip("\n"))

    def end(self) -> int:
        """Interrupt the command as Ctrl-C does, and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(LONG)
        finally:
            self.process.kill()
            for thread in self._threads:
                thread.join()
            for stream in (self.process.stdout, self.process.stderr):
                assert stream is not None
                stream.close()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell with a corpus of one file."""
    return Shell(tmp_path).write({"a.txt": "The geese came.\n"})


def test_every_save_is_built(shell: Shell, tmp_path: Path) -> None:
    """New, changed, moved and removed files are indexed when their line appears."""
    corpus = tmp_path / "corpus"
    watching = Watch(shell)
    try:
        assert watching.err.get(timeout=LONG) == "Watching corpus. Press Ctrl-C to stop."
        assert " 1 new; " in watching.out.get(timeout=LONG)
        shell.write({"b.txt": "The geese stayed.\n", ".hidden": "x"})
        assert " 1 new, 1 unchanged; " in watching.out.get(timeout=LONG)
        assert shell.run("search", "geese", "-l").lines == ["a.txt", "b.txt"]
        shell.write({"b.txt": "The ducks stayed.\n"})
        assert " 1 changed, 1 unchanged; " in watching.out.get(timeout=LONG)
        (corpus / "b.txt").rename(corpus / "c.txt")
        assert " 1 moved, 1 unchanged; " in watching.out.get(timeout=LONG)
        (corpus / "c.txt").unlink()
        assert " 1 removed, 1 unchanged; " in watching.out.get(timeout=LONG)
        assert shell.run("search", "ducks").code == 1
    finally:
        code = watching.end()
    assert (code, watching.err.get(timeout=LONG)) == (0, "Stopped.")
    assert watching.err.empty()
    assert watching.out.empty()


def test_an_error_does_not_end_the_watch(shell: Shell, tmp_path: Path) -> None:
    """A corpus that disappears removes nothing, and is built again when it is back."""
    watching = Watch(shell)
    try:
        assert watching.err.get(timeout=LONG).startswith("Watching")
        assert " 1 new; " in watching.out.get(timeout=LONG)
        shutil.move(tmp_path / "corpus", tmp_path / "away")
        shell.write({"b.txt": "The ducks came.\n", "a.txt": "The geese came.\n"})
        assert " 1 new, 1 unchanged; " in watching.out.get(timeout=LONG)
        shell.write({"b.txt": "The swans came.\n"})
        assert " 1 changed, 1 unchanged; " in watching.out.get(timeout=LONG)
        (tmp_path / "corpus" / "a.txt").unlink()
        (tmp_path / "corpus" / "b.txt").unlink()
        line = watching.err.get(timeout=LONG)
        while "nothing was changed" not in line:
            line = watching.err.get(timeout=LONG)
        assert shell.run("search", "geese", "-c").lines == ["1"]
    finally:
        assert watching.end() == 0


def test_missing_files_do_not_hold_up_new_ones(shell: Shell, tmp_path: Path) -> None:
    """The removal of most documents waits, and is reported once, until the files are back."""
    corpus, away = tmp_path / "corpus", tmp_path / "away"
    away.mkdir()
    for number in range(20):
        shell.write({f"f{number}.txt": f"The geese number{number}.\n"})
    (corpus / "a.txt").unlink()
    watching = Watch(shell, "--index", "ix")
    try:
        assert watching.err.get(timeout=LONG).startswith("Watching")
        assert " 20 new; " in watching.out.get(timeout=LONG)
        for number in range(12):
            (corpus / f"f{number}.txt").rename(away / f"f{number}.txt")
        note = watching.err.get(timeout=LONG)
        assert note.endswith(
            " 12 files are missing; the index keeps their texts. Put them back, or confirm the"
            " removal: excerpt build --allow-removals --index ix"
        )
        for number, word in enumerate(("sloe", "damson", "medlar")):
            for copy in range(3):
                shell.write({f"{word}{copy}.txt": f"The {word} {copy}.\n"})
            while shell.run("search", word, "-c", "--index", "ix").out != "3\n":
                assert " 12 missing; " in watching.out.get(timeout=LONG)
            assert shell.run("search", "geese", "-c", "--index", "ix").out == "20\n"
            assert watching.err.empty(), number
        for number in range(12):
            (away / f"f{number}.txt").rename(corpus / f"f{number}.txt")
        assert watching.err.get(timeout=LONG).endswith(" No indexed file is missing any more.")
    finally:
        assert watching.end() == 0
    assert shell.run("build", "--index", "ix").out.startswith("29 unchanged; ")


def test_a_removal_is_confirmed_by_another_build(shell: Shell, tmp_path: Path) -> None:
    """The watch goes on with what the other build has left."""
    shell.write({f"f{number}.txt": f"The geese number{number}.\n" for number in range(4)})
    watching = Watch(shell)
    try:
        assert " 5 new; " in watching.out.get(timeout=LONG)
        assert watching.err.get(timeout=LONG).startswith("Watching")
        for number in range(4):
            (tmp_path / "corpus" / f"f{number}.txt").unlink()
        assert "files are missing" in watching.err.get(timeout=LONG)
        assert shell.run("build", "--allow-removals").code == 0
        shell.write({"b.txt": "The ducks came.\n"})
        assert watching.err.get(timeout=LONG).endswith(" No indexed file is missing any more.")
        assert shell.run("search", "geese", "-l").lines == ["a.txt"]
        assert shell.run("search", "ducks", "-l").lines == ["b.txt"]
    finally:
        assert watching.end() == 0


def test_a_watch_reports_that_it_rebuilt_an_old_index(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index of an older version is rebuilt from its own corpus, which has any name."""
    (tmp_path / "corpus").rename(tmp_path / "texts")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "FORMAT", schema.FORMAT - 1)
        build(tmp_path / "texts", tmp_path / "index")
    watching = Watch(shell)
    try:
        assert watching.err.get(timeout=LONG).startswith(f"Watching {tmp_path / 'texts'}.")
        assert " 1 new; " in watching.out.get(timeout=LONG)
        note = watching.err.get(timeout=LONG)
        former = schema.FORMAT - 1
        assert f"The index was rebuilt from scratch: it had format {former}, not" in note
    finally:
        assert watching.end() == 0


def test_metadata_problems_are_reported_once(shell: Shell) -> None:
    """A problem is not repeated with every build, but a different one is reported."""
    watching = Watch(shell)
    try:
        assert watching.err.get(timeout=LONG).startswith("Watching")
        shell.write({"metadata.csv": "path,date\na.txt,sometime\n"})
        assert "Warning: metadata.csv: 1 date is not recognised: 'sometime'" in watching.err.get(
            timeout=LONG
        )
        assert " 1 new" in watching.out.get(timeout=LONG)
        shell.write({"b.txt": "The ducks came.\n"})
        assert " 1 new" in watching.out.get(timeout=LONG)
        shell.write({"metadata.csv": "path,date\na.txt,one day\n"})
        assert "Warning: metadata.csv: 1 date is not recognised: 'one day'" in watching.err.get(
            timeout=LONG
        )
    finally:
        assert watching.end() == 0


def test_an_index_inside_its_corpus_causes_no_builds(shell: Shell, tmp_path: Path) -> None:
    """After a build, the next line belongs to the next change of a source."""
    watching = Watch(shell, "--index", "corpus/index")
    try:
        assert " 1 new; " in watching.out.get(timeout=LONG)
        shell.write({"b.txt": "The ducks came.\n"})
        assert " 1 new, 1 unchanged; " in watching.out.get(timeout=LONG)
    finally:
        assert watching.end() == 0


def test_a_missing_corpus_is_an_error(tmp_path: Path) -> None:
    """The error names the folder, and nothing is created."""
    done = Shell(tmp_path).run("watch", "--corpus", "texts")
    assert done.code == 2
    assert "texts" in done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_flood_of_changes_is_indexed_completely(shell: Shell, tmp_path: Path) -> None:
    """Thousands of changes without a pause are all in the index soon after the last.

    An interruption in the middle of a flood is clean, and the next build continues.
    """
    corpus = tmp_path / "corpus"
    watching = Watch(shell)
    try:
        assert " 1 new; " in watching.out.get(timeout=LONG)
        for number in range(1500):
            (corpus / f"{number % 300}.txt").write_text(f"The ducks number{number}.\n")
            if number % 5 == 0:
                (corpus / f"{number % 300}.txt").rename(corpus / f"moved{number % 60}.txt")
        (corpus / "last.txt").write_text("The swans came last.\n")
        while shell.run("search", "swans", "-c").out != "1\n":
            watching.out.get(timeout=LONG)
        with contextlib.suppress(queue.Empty):
            while watching.out.get(timeout=2):
                pass
        for number in range(300):
            (corpus / f"late{number}.txt").write_text("The cranes.\n")
    finally:
        code = watching.end()
    assert code == 0
    told = list(watching.err.queue)
    assert told[0].startswith("Watching")
    assert told[-1] == "Stopped."
    assert shell.run("verify").code == 0
    assert shell.run("build").code == 0
    there = sorted(path.name for path in corpus.glob("*.txt"))
    found = shell.run("search", "ducks OR swans OR geese OR cranes", "-l").lines
    assert found == there
