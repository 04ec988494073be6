"""A text → a warning if its lines run across columns, as a newspaper's do in some OCR output.

The text is read as it is: each line has words of all columns, so that a phrase ends where its
column does. Nobody could tell this from a search that finds nothing, so it is reported.
"""

import re
from collections import Counter
from typing import Final

__all__ = ["columns_warning"]

_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_MIN_LINES: Final = 20
"""Lines with text in two columns that make a text one of columns, ..."""
_MIN_SHARE: Final = 0.3
"""... and their share of all lines that are not blank."""
_MIN_WORDS: Final = 3
"""Words of a line in each column: a table has fewer."""
_MAX_LINES: Final = 2_000
"""Lines that are examined."""


def columns_warning(text: str) -> tuple[str, ...]:
    """Return the warning about columns side by side, nothing if there are none."""
    if text.count("   ") < _MIN_LINES:
        return ()
    lines = [line for line in text.split("\n", _MAX_LINES)[:_MAX_LINES] if line.strip()]
    columns: Counter[int] = Counter()
    for line in lines:
        n_words, n_before, start = len(line.split()), 0, 0
        for gap in _GAP.finditer(line):
            n_before += len(line[start : gap.end()].split())
            start = gap.end()
            if min(n_before, n_words - n_before) >= _MIN_WORDS:
                columns[start // 4] += 1
    # A line is set with a ragged edge, so that two neighbouring columns of characters count.
    n_lines = max((n + columns[at + 1] for at, n in list(columns.items())), default=0)
    if n_lines < _MIN_LINES or n_lines < _MIN_SHARE * len(lines):
        return ()
    warning = (
        f"{n_lines:,} of {len(lines):,} lines seem to run across two columns: no phrase continues"
        " from one line of a column to the next"
    )
    return (warning,)
