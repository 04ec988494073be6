"""Columns that were written to a file and mapped again, intact or with a damaged byte."""

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest

from excerpt.errors import IndexDamaged
from excerpt.storage import columns as columns_module
from excerpt.storage.columns import Column, Columns, write_columns

BLOCK_BITS = 6
"""Blocks of 64 bytes, to which columns are aligned: so each has checksums of its own."""


def stored(columns: Iterable[Column], attributes: dict[str, Any] | None = None) -> Columns:
    """Write `columns` to a file and return them as they are read from it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.segment"
        return Columns(path, write_columns(path, columns, attributes or {}))


def check_damage(columns: Iterable[Column], read: Callable[[Columns], object]) -> None:
    """Assert that `read` returns the right value or raises IndexDamaged, whatever is damaged.

    Fail also if it never raises.
    """
    n_raised = 0
    with (
        TemporaryDirectory() as folder,
        patch.multiple(columns_module, _BLOCK_BITS=BLOCK_BITS, _BLOCK_SIZE=1 << BLOCK_BITS),
    ):
        path = Path(folder) / "x.segment"
        recorded = write_columns(path, columns, {})
        intact = path.read_bytes()
        expected = read(Columns(path, recorded))
        for start in range(0, Columns(path, recorded).data_size, 1 << BLOCK_BITS):
            damaged = bytearray(intact)
            damaged[start] ^= 0x55
            path.write_bytes(damaged)
            try:
                assert read(Columns(path, recorded)) == expected
            except IndexDamaged:
                n_raised += 1
    if not n_raised:
        pytest.fail("no damage was noticed")
