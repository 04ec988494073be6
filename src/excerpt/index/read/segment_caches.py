"""The caches that the segments of an open index share, so that their number does not matter."""

from excerpt.index.arrays import Array
from excerpt.index.read.term_forms import TermForms
from excerpt.memory import BoundedCache
from excerpt.query.ast import Operand

__all__ = ["SegmentCaches"]


class SegmentCaches:
    """What recent queries found out about the segments of one open index, which owns it.

    Keys begin with the number of the segment.

    stem_ids  the stems in a segment that a query word stands for
    forms     the written forms in a segment that a word, term or form stands for
    bitmaps   a bit for each position of a segment, set where one of some forms stands
    """

    def __init__(self, bitmap_bytes: int = 64_000_000) -> None:
        self.stem_ids: BoundedCache[tuple[int, str], list[int]] = BoundedCache(4_000_000)
        self.forms: BoundedCache[tuple[int, Operand], TermForms] = BoundedCache(8_000_000)
        self.bitmaps: BoundedCache[tuple[int, bytes, bytes], Array] = BoundedCache(bitmap_bytes)
