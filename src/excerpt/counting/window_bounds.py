"""A passage or match of a document → the first and last passage of the window that a reader gets.

A window has `WINDOW` passages, or fewer if these have more than `MAX_MATCHES` matches, so that it
takes a browser as long to lay out whatever the query. Passages are counted from 0, as shown.
"""

from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.counting.document_columns import END, DocumentMatches, DocumentOutline

__all__ = ["MAX_MATCHES", "WINDOW", "WindowBounds"]

WINDOW: Final = 200
"""Passages of a window. More would make a page too large for a browser to lay out at once."""
MAX_MATCHES: Final = 1_000
"""Matches of a window, unless one passage has more: five in each passage. Showing these takes about
as long as showing the passages without them."""
LEAD: Final = 40
"""Passages before the one that a reader comes for, …"""
MAX_LEAD_MATCHES: Final = MAX_MATCHES // 4
"""… and the most matches in them."""


class WindowBounds(NamedTuple):
    """The windows of a document with matches."""

    outline: DocumentOutline
    matches: DocumentMatches

    def around(self, target: int) -> tuple[int, int]:
        """Return the first passage of a window with passage `target`, and the one after its last.

        It begins with the document, if it can.
        """
        first = 0
        if target >= min(WINDOW - LEAD, self._after(0)):
            first = self._before(target, LEAD, MAX_LEAD_MATCHES)
        first, end = self.from_passage(first)
        return first, max(end, min(target + 1, self.outline.n_shown))

    def from_passage(self, first: int) -> tuple[int, int]:
        """Return the same for a window that begins with passage `first`.

        At the end of the document it begins earlier, to be as long as elsewhere.
        """
        n_shown = self.outline.n_shown
        first = max(0, min(first, n_shown - 1))
        if self._after(first) == n_shown:
            first = min(first, self._before(n_shown, WINDOW, MAX_MATCHES))
        return first, self._after(first)

    def earlier(self, first: int) -> int:
        """Return where the window begins that ends with the passage before `first`."""
        return max(0, min(first - 1, self._before(first, WINDOW, MAX_MATCHES)))

    def _after(self, first: int) -> int:
        """Return the number after that of the last passage of a window that begins at `first`."""
        n_shown = self.outline.n_shown
        counts = self._n_before(first, min(n_shown, first + WINDOW))
        end = first + _last_within(counts - counts[0], MAX_MATCHES)
        return max(end, min(first + 1, n_shown))

    def _before(self, end: int, n: int, n_matches: int) -> int:
        """Return the first of at most `n` passages before `end`, with at most `n_matches`."""
        counts = self._n_before(max(0, end - n), end)[::-1]
        return end - _last_within(counts[0] - counts, n_matches)

    def _n_before(self, low: int, high: int) -> Int64Array:
        """Return the number of matches before each of the passages from `low` to `high`."""
        starts = self.outline.shown_starts[low : high + 1]
        if high == self.outline.n_shown:
            starts = np.append(starts, END)
        return self.matches.n_before(starts)


def _last_within(counts: Int64Array, most: int) -> int:
    """Return the index of the last of the ascending `counts` that is at most `most`."""
    return int(counts.searchsorted(most, "right")) - 1
