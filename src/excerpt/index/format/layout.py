"""The folder of the engine's files, and the flags in a column of a segment."""

import os
from typing import Final

from excerpt.model import SET_APART, BlockKind

__all__ = ["FOLDER", "KIND_BITS", "SET_APART_BITS", "random_name"]

FOLDER: Final = "segments"
"""The folder, within that of the index, of segments and document tables."""
KIND_BITS: Final = {kind: 1 << number for number, kind in enumerate(BlockKind)}
"""The flag of each kind of block in the column `passages.block_kinds`."""
SET_APART_BITS: Final = sum(KIND_BITS[kind] for kind in SET_APART)
"""The flags of passages that are set apart."""


def random_name() -> str:
    """Return the name of a new file, without a suffix."""
    return os.urandom(8).hex()
