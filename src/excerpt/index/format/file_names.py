"""The folder of the engine's files, and their names."""

import os
from typing import Final

__all__ = ["FOLDER", "random_name"]

FOLDER: Final = "segments"
"""The folder, within that of the index, of segments and document tables."""


def random_name() -> str:
    """Return the name of a new file, without a suffix."""
    return os.urandom(8).hex()
