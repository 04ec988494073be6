"""A query typed in a shell → the duration of its process, compared with its unavoidable imports."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

__all__ = ["MINIMAL_IMPORTS", "StartUpTime", "measure_start_up"]

MINIMAL_IMPORTS: Final = {"words": "numpy, click", "operators": "numpy, click, whoosh.qparser"}
"""Third-party modules that a search imports, for plain words and for a query with operators."""


@dataclass(frozen=True, slots=True)
class StartUpTime:
    """Seconds of `excerpt search` in a new process, of its minimal imports, and their ratio.

    Each is the median over runs in turn.
    """

    search: float
    imports: float
    ratio: float


def measure_start_up(query: str, imports: str, index: Path, compiled: Path, n: int) -> StartUpTime:
    """Run a search and `imports` `n` times in turn.

    A first run, which does not count, writes compiled modules into the folder `compiled`.
    """
    search = ["-m", "excerpt", "search", query, "--index", str(index)]
    others = ["-c", f"import {imports}"]
    pairs = [(_run(search, compiled), _run(others, compiled)) for _ in range(n + 1)][1:]
    ours, theirs = zip(*pairs, strict=True)
    return StartUpTime(median(ours), median(theirs), median(our / their for our, their in pairs))


def _run(arguments: list[str], compiled: Path) -> float:
    """Return the seconds of a Python process with compiled modules, like an installed command."""
    variables = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - the running interpreter
        [sys.executable, *arguments],
        env=variables | {"PYTHONPYCACHEPREFIX": str(compiled)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started
