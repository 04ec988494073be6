"""The kinds of blocks as flags, in the column `passages.block_kinds` of a segment."""

from typing import Final

from excerpt.model import SET_APART, BlockKind

__all__ = ["KIND_BITS", "SET_APART_BITS"]

KIND_BITS: Final = {kind: 1 << number for number, kind in enumerate(BlockKind)}
"""The flag of each kind of block."""
SET_APART_BITS: Final = sum(KIND_BITS[kind] for kind in SET_APART)
"""The flags of passages that are set apart."""
