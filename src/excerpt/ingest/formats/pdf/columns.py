"""Lines of a PDF that run on from one column into the next → the lines of each column.

Some programs draw a page of several columns row by row. PDFium then gives each row as one line. If
several rows have a wide gap at the same place, and the text on both sides is more than that of the
cells of a table, the rows are cut there, and the columns are put one after the other.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final, NamedTuple

__all__ = ["Gap", "Stretch", "find_gutters", "is_across", "is_row_by_row"]

_BIN: Final = 2.0
"""Width in points of the strips in which gaps are counted."""
_MIN_ROWS: Final = 5
"""Rows with a gap at one place."""
_SHARE: Final = 0.6
"""The share of rows across a place that have a gap there."""
_MIN_CHARACTERS: Final = 16
"""Characters of the usual piece of a row between two gaps; in a table, there are fewer."""
_N_SAMPLES: Final = 8
"""Lines of a page in which gaps are sought before all others are looked at."""


class Gap(NamedTuple):
    """A gap in a line, or a jump back to its left.

    offset         of the text after it
    before, after  where the text before it ends and the text after it begins, in points
    """

    offset: int
    before: float
    after: float

    def is_cut(self, gutters: Sequence[float]) -> bool:
        """Return whether another column begins after it."""
        return self.after < self.before or is_across(self.before, self.after, gutters)


class Stretch(NamedTuple):
    """A stretch of the text of a page on one line.

    text         without white space around it
    index_of     returns PDFium's index of the character at an offset in it
    breaks_word  True if its last word continues on the next line
    """

    text: str
    index_of: Callable[[int], int]
    breaks_word: bool


def is_row_by_row(
    stretches: Sequence[Stretch], gaps_in: Callable[[Stretch], Sequence[Gap]]
) -> bool:
    """Return whether some of the longer lines of a page have wide gaps, by a sample of them."""
    longer = [each for each in stretches if len(each.text) >= 2 * _MIN_CHARACTERS]
    step = max(1, len(longer) // _N_SAMPLES)
    sample = longer[::step][:_N_SAMPLES]
    return 4 * sum(bool(gaps_in(each)) for each in sample) >= max(4, len(sample))


def find_gutters(
    stretches: Sequence[Stretch], gaps: Sequence[Sequence[Gap]], ends: Sequence[tuple[float, float]]
) -> list[float]:
    """Return the x coordinates between columns, from left to right.

    `ends` are the coordinates where each line begins and ends, `gaps` the gaps in it.
    """
    n_across: Counter[int] = Counter()
    n_gaps: Counter[int] = Counter()
    for own, (begin, end) in zip(gaps, ends, strict=True):
        jumps = [gap for gap in own if gap.after < gap.before]
        begins = [begin, *(gap.after for gap in jumps)]
        for left, right in zip(begins, [*(gap.before for gap in jumps), end], strict=True):
            n_across.update(range(int(left / _BIN) + 1, int(right / _BIN)))
        for gap in own:
            n_gaps.update(range(int(gap.before / _BIN) + 1, int(gap.after / _BIN) + 1))
    found = sorted(
        x for x, count in n_gaps.items() if count >= _MIN_ROWS and count >= _SHARE * n_across[x]
    )
    runs: list[list[int]] = []
    for x in found:
        if runs and x - runs[-1][-1] <= 2:
            runs[-1].append(x)
        else:
            runs.append([x])
    gutters = [_BIN * max(run, key=lambda x: n_gaps[x]) for run in runs]
    pieces = [
        end - start
        for stretch, own in zip(stretches, gaps, strict=True)
        if own
        for start, end in _pieces(stretch, own, gutters)
    ]
    return gutters if pieces and median(pieces) >= _MIN_CHARACTERS else []


def _pieces(
    stretch: Stretch, gaps: Sequence[Gap], gutters: Sequence[float]
) -> list[tuple[int, int]]:
    cuts = [gap.offset for gap in gaps if gap.is_cut(gutters)]
    return list(zip([0, *cuts], [*cuts, len(stretch.text)], strict=True))


def is_across(left: float, right: float, gutters: Sequence[float]) -> bool:
    """Return whether a gutter lies between two coordinates."""
    return any(left <= gutter <= right for gutter in gutters)
