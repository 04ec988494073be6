"""`startup`: frozen values behave like frozen dataclasses, and a process ends properly."""

import gc
import inspect
import os
import subprocess
import sys

import pytest

from excerpt import startup
from excerpt.startup import FrozenValue


class Fragment(FrozenValue):
    """A value with a default."""

    text: str
    weight: float = 1.0


def test_a_frozen_value_shows_its_signature() -> None:
    """The fields are the parameters of the class, with their defaults and annotations."""
    assert str(inspect.signature(Fragment)) == "(text: str, weight: float = 1.0)"
    assert repr(Fragment("war", weight=2.0)) == "Fragment(text='war', weight=2.0)"


def test_variables_of_the_user_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only variables that are not set are set to one thread."""
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    startup.limit_blas_threads()
    assert os.environ["OMP_NUM_THREADS"] == "4"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_garbage_is_collected_less_often() -> None:
    """The threshold of the youngest generation is raised."""
    before = gc.get_threshold()
    try:
        startup.collect_garbage_less_often()
        assert gc.get_threshold()[0] > before[0]
    finally:
        gc.set_threshold(*before)


@pytest.mark.parametrize("thread", ["", "threading.Timer(0.2, print, ['thread']).start()"])
def test_the_process_ends_with_everything_done(thread: str) -> None:
    """Exit handlers run, output is flushed, threads are awaited, and the exit code is kept."""
    code = (
        "import atexit, sys, threading\n"
        "from excerpt.startup import end_process\n"
        "atexit.register(print, 'handler')\n"
        f"{thread}\n"
        "sys.stdout.write('output ')\n"
        "end_process(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")
    assert sorted(done.stdout.split()) == sorted(
        ["output", "handler", *(["thread"] if thread else [])]
    )
