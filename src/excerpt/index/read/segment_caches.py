"""The caches that all segments of an open index share.

Shared caches keep one bound, whatever the number of segments.
"""

from typing import Final

from excerpt.index.arrays import Bits
from excerpt.index.read.term_forms import TermForms, WordTerms
from excerpt.memory import BoundedCache
from excerpt.query.ast import Operand

__all__ = ["SegmentCaches"]

_WORD_BYTES: Final = 8_000_000
_FORM_BYTES: Final = 4_000_000
_BITMAP_BYTES: Final = 64_000_000
"""The bounds of the caches: thousands of words, and the bitmaps of a hundred million positions for
five words."""


class SegmentCaches:
    """Results of recent queries on the segments of one open index, which owns these caches.

    Each key begins with the number of a segment.

    words     what a query word stands for
    forms     the written forms that a term or exact form stands for
    bitmaps   the positions at which any of some forms occur
    """

    def __init__(self) -> None:
        self.words: BoundedCache[tuple[int, Operand], WordTerms] = BoundedCache(_WORD_BYTES)
        self.forms: BoundedCache[tuple[int, Operand], TermForms] = BoundedCache(_FORM_BYTES)
        self.bitmaps: BoundedCache[tuple[int, bytes, bytes], Bits] = BoundedCache(_BITMAP_BYTES)
