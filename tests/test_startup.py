"""`startup`: frozen values behave like frozen dataclasses, and a process ends properly."""

import gc
import inspect
import json  # noqa: F401 - a module that is imported already
import os
import subprocess
import sys
from importlib import import_module

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


PARTS = ["numpy.linalg", "numpy._core._add_newdocs", "numpy._typing", "pickle", "urllib.parse"]
USES = """
import io
import sys
from excerpt.startup import import_in_part
import_in_part()
import_in_part()
import numpy as np
from importlib import import_module
from pathlib import Path
print(*sorted({parts!r} & sys.modules.keys()))
print(np.vander([1, 2]).tolist(), (np.matrix([[1, 1], [0, 1]]) ** 3).tolist())
print(np.polyfit([0, 1, 2], [1, 3, 5], 1).round(6).tolist(), np.linalg.inv([[2.0]]).tolist())
file = io.BytesIO()
np.save(file, np.array([{{1}}], object), allow_pickle=True)
file.seek(0)
print(np.load(file, allow_pickle=True).tolist(), Path("/a b").as_uri())
import pickle
print(pickle.loads(pickle.dumps(np.arange(2))).tolist(), issubclass(pickle.PickleError, Exception))
from urllib.parse import SplitResult, quote
print(isinstance(SplitResult, type), quote(" "))
from numpy.typing import NDArray
print(len(np.linalg.eigvals([[3.0]])), NDArray is not None)
"""


def test_parts_that_are_not_imported_work_when_they_are_used() -> None:
    """Parts of NumPy and pathlib are imported only when one of their functions is called."""
    done = subprocess.run(
        [sys.executable, "-c", USES.format(parts=set(PARTS))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n") == [
        "",
        "[[1, 1], [2, 1]] [[1, 3], [0, 1]]",
        "[2.0, 1.0] [[0.5]]",
        "[{1}] file:///a%20b",
        "[0, 1] True",
        "True %20",
        "1 True",
        "",
    ]


def test_modules_that_are_imported_already_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only modules that are not yet imported get a placeholder, and none is left behind."""
    import_module("numpy")
    before = dict(sys.modules)
    startup.import_in_part()
    assert sys.modules == before
    monkeypatch.setattr(startup, "_UNUSED_PARTS", {"excerpt.no_such_module": ("colorsys", "json")})
    sys.modules.pop("colorsys", None)
    with pytest.raises(ModuleNotFoundError):
        startup.import_in_part()
    assert "colorsys" not in sys.modules
    assert sys.modules["json"] is before["json"]


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
