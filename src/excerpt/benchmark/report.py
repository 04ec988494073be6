"""The parts that the reports of `excerpt bench` share: machine, number formats, aligned columns."""

import os
import platform
from collections.abc import Iterator
from math import floor, log10
from typing import Any, Final

import numpy as np

from excerpt._version import __version__

__all__ = ["MEGA", "SCHEMA", "align_columns", "labelled", "machine_record", "short_number"]

SCHEMA: Final = 3
"""Version of the JSON objects."""
MEGA: Final = 1e6


def machine_record(load: float) -> dict[str, Any]:
    """Return what the results depend on, except for the corpus; `load` is the load average."""
    return {
        "excerpt": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": round(load, 1),
    }


def labelled(label: str, record: dict[str, Any] | str) -> str:
    """Return a line of the report: a label, and a text or the entries of a record.

    >>> labelled("machine", {"processors": 2, "load": 0.1})
    'machine     processors 2, load 0.1'
    """
    text = record
    if isinstance(record, dict):
        text = ", ".join(f"{name} {value}" for name, value in record.items())
    return f"{label:<11} {text}"


def short_number(value: float) -> str:
    """Return `value` with three significant digits, or all digits of its whole part.

    >>> short_number(0.012345), short_number(1234.5), short_number(12.0)
    ('0.0123', '1,234', '12.0')
    """
    if value >= 100 or not value:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - floor(log10(value)))}f}"


def align_columns(rows: list[tuple[str, ...]], n_names: int) -> Iterator[str]:
    """Yield `rows` as lines: the first `n_names` columns aligned left, numbers right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        names = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)][:n_names]
        numbers = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)][n_names:]
        yield "  ".join(names + numbers).rstrip()
