"""Records → CSV for spreadsheets (RFC 4180).

A cell that a spreadsheet would take for a formula gets an apostrophe in front, and control
characters are made visible.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from excerpt.present.terminal import clean

__all__ = ["csv_rows"]

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Characters with which a formula begins in spreadsheets (OWASP, "CSV Injection")."""


def csv_rows(records: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    """Yield a header row of `columns`, then a row for each of `records`.

    Lists are joined by " › ". Line ends within a cell are kept, tabs are written as bars.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def written(cells: Sequence[str]) -> str:
        writer.writerow(cells)
        row = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return row

    yield written(columns)
    for record in records:
        yield written([_cell(record[name]) for name in columns])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = " › ".join(map(str, value))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # Numbers are harmless: only a text can be a formula.
    is_formula = isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA_SIGNS)
    shown = "\n".join(clean(_with_bars(line)) for line in text.split("\n"))
    return f"'{shown}" if is_formula else shown


def _with_bars(line: str) -> str:
    """Return a line with bars in place of tabs, which stand between the cells of a table.

    Programs that import a table may take a tab for the end of a cell.
    """
    inner = line.lstrip("\t")
    return " " * (len(line) - len(inner)) + inner.replace("\t", " | ")
