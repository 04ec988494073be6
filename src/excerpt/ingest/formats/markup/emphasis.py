"""The signs of emphasis in a stretch of Markdown → marks: `**ver**y`, `_word_`, `~~gone~~`.

The rules are those of CommonMark: a run of signs opens emphasis if text follows it, closes it if
text precedes it, and underscores within a word do neither. A sign without a partner is text. Two
kinds of emphasis may overlap here, since only the signs matter.
"""

from collections.abc import Iterator
from typing import Final

__all__ = ["EmphasisReader"]

MAX_OPEN: Final = 2000
"""Runs of one sign that wait for their partners at a time."""
_EXACT: Final = {"~": (1, 2), "=": (2,)}
"""The lengths of a run of these signs; they must be equal at both ends."""


class EmphasisReader:
    """The runs of signs in a stretch of text that have no partner yet."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        # For each sign the runs that may open, as start and end; a run shrinks as it is used up.
        self._open: dict[str, list[tuple[int, int]]] = {}

    def read(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the spans of the signs that the run from `start` to `end` pairs off."""
        sign = self._text[start]
        if end - start not in _EXACT.get(sign, (end - start,)):
            return
        may_open, may_close = self._flanks(start, end)
        key = sign * (end - start) if sign in _EXACT else sign
        runs = self._open.setdefault(key, [])
        while may_close and runs and start < end:
            first, last = runs.pop()
            size = min(last - first, end - start)
            yield last - size, last
            yield start, start + size
            start += size
            if first < last - size:
                runs.append((first, last - size))
        if may_open and start < end:
            if len(runs) >= MAX_OPEN:
                del runs[: MAX_OPEN // 2]
            runs.append((start, end))

    def _flanks(self, start: int, end: int) -> tuple[bool, bool]:
        """Return whether the run may open emphasis, and whether it may close it."""
        before = self._text[start - 1] if start > self._start else " "
        after = self._text[end] if end < self._end else " "
        if before.isdigit() and after.isdigit():
            return False, False  # a product: 3*4*5
        is_left = not after.isspace() and (after.isalnum() or not before.isalnum())
        is_right = not before.isspace() and (before.isalnum() or not after.isalnum())
        if self._text[start] == "_":
            return (
                is_left and (not is_right or not before.isalnum()),
                is_right and (not is_left or not after.isalnum()),
            )
        return is_left, is_right
