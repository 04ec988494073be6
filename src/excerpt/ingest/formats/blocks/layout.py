"""A text → the layout of its lines: wrapped or not, with blank lines between all or not."""

import re
from bisect import bisect_left
from typing import Final, NamedTuple

__all__ = ["Lineation", "measure_layout"]

LONG_LINE: Final = 160
"""Characters of a line that nobody wrapped. If a text has mostly such lines, each line is a
paragraph."""
MAX_SPACED_WIDTH: Final = 120
"""Characters of a full line in a text with blank lines between all lines."""
MIN_SPACED: Final = 0.05
"""Share of the blank lines that must interrupt sentences in such a text; in others, hardly any
does, except at the end of a page."""
MIN_INTERRUPTIONS: Final = 3
MAX_WRAPPED: Final = 0.25
"""Line ends within paragraphs, for each blank line, in such a text."""
MIN_BLANK_LINES: Final = 20
MIN_UNFINISHED: Final = 0.6
"""Share of the blank lines that must follow a line without a full stop, if no small letters show
that sentences continue."""
_SAMPLE: Final = 1 << 20
"""Characters that are measured."""

_INTERRUPTION = re.compile(
    r"\n(?<=[^\n]{12}(?:[^\W\d_]|[,\-\u00ac\u2010\u2e17])\n)\n"
    r"(?=[a-zß-öø-ÿά-ώа-яё]|[^\W\d_A-Za-z\u00c0-\u052f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])"
    r"[^\n]{10}"
)
"""A blank line between a word or comma and a small letter, or a letter of a script without case.

Thai, Lao, Burmese and Khmer are left out: their sentences end without a mark.
"""
_UNFINISHED = re.compile(r"\n(?<=[\w,\-\u00ac\u2010\u2e17]\n)\n(?=[^\s#=])")
"""A blank line after a line that ends no sentence."""


class Lineation(NamedTuple):
    """The layout of a text.

    width             characters of a full line, 0 if each line is a paragraph
    is_double_spaced  True if there are blank lines between the lines of a paragraph, as in the
                      output of some OCR programs: a blank line means nothing then
    """

    width: int
    is_double_spaced: bool


def measure_layout(text: str) -> Lineation:
    """Return the layout of `text`."""
    sample = text[:_SAMPLE]
    lengths = sorted(map(len, sample.split("\n")))
    n_in_long_lines = sum(lengths[bisect_left(lengths, LONG_LINE) :])
    if n_in_long_lines * 2 > sum(lengths):
        return Lineation(0, is_double_spaced=False)
    not_empty = lengths[bisect_left(lengths, 1) :]
    width = not_empty[len(not_empty) * 9 // 10] if not_empty else 0
    n_ends, n_empty = len(lengths) - 1, len(lengths) - len(not_empty)
    # Most texts need no more: they have too few empty lines, even if each of them is a blank line.
    may_be_spaced = width <= MAX_SPACED_WIDTH and not _has_many_wrapped(n_ends, n_empty)
    return Lineation(width, may_be_spaced and _is_double_spaced(sample, n_ends))


def _has_many_wrapped(n_ends: int, n_blank_lines: int) -> bool:
    """Return whether too many of the line ends are within paragraphs for a double-spaced text."""
    return n_ends - 2 * n_blank_lines > n_blank_lines * MAX_WRAPPED


def _is_double_spaced(text: str, n_ends: int) -> bool:
    # Counted so roughly, because this is many times as fast.
    n_blank_lines = text.count("\n\n")
    if _has_many_wrapped(n_ends, n_blank_lines):
        return False
    n_interruptions = sum(1 for _ in _INTERRUPTION.finditer(text))
    if n_interruptions >= MIN_INTERRUPTIONS and n_interruptions > n_blank_lines * MIN_SPACED:
        return True
    # Capitals do not show whether a sentence continues, but few lines end one.
    n_unfinished = sum(1 for _ in _UNFINISHED.finditer(text))
    return n_blank_lines >= MIN_BLANK_LINES and n_unfinished > n_blank_lines * MIN_UNFINISHED
