"""A question typed in a shell → how long the new process takes, beside the imports that it cannot do without."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

__all__ = ["IMPORTS", "Start", "start_of"]

IMPORTS: Final = {"words": "numpy, click", "operators": "numpy, click, whoosh.qparser"}
"""For plain words, and for a query that needs the grammar: what Python itself would import."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds of `excerpt search QUERY` in a new process, of the imports it cannot do without, and how many times as
    long the first takes; medians of runs in turn."""

    search: float
    imports: float
    ratio: float


def start_of(query: str, imports: str, index: Path, compiled: Path, n: int) -> Start:
    """Run both `n` times in turn, after once to have the modules compiled into the folder `compiled`."""
    search = ["-m", "excerpt", "search", query, "--index", str(index)]
    others = ["-c", f"import {imports}"]
    pairs = [(_run(search, compiled), _run(others, compiled)) for _ in range(n + 1)][1:]
    mine, theirs = zip(*pairs, strict=True)
    return Start(median(mine), median(theirs), median(one / other for one, other in pairs))


def _run(arguments: list[str], compiled: Path) -> float:
    """Seconds of a Python process that finds its modules compiled, as installed ones are, from the second time on."""
    variables = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, *arguments],
        env=variables | {"PYTHONPYCACHEPREFIX": str(compiled)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started
