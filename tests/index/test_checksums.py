"""The checksums of blocks that the kernel computes, against those of zlib."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt import native

pytestmark = pytest.mark.skipif(native.kernel is None, reason="the kernel is not compiled")


@given(data=st.binary(max_size=700), bits=st.integers(0, 9), flipped=st.integers(0, 10_000))
def test_blocks_are_verified_as_by_zlib(data: bytes, bits: int, flipped: int) -> None:
    """Blocks of any size: all intact ones up to the first that is damaged are marked."""
    assert native.kernel is not None
    size = 1 << bits
    starts = range(0, len(data), size)
    checksums = np.array([zlib.crc32(data[n : n + size]) for n in starts], "<u4")
    blocks = np.arange(checksums.size)
    unverified = bytearray(b"\x01" * checksums.size)
    assert native.kernel.verify_blocks((memoryview(data), unverified, checksums, bits), blocks)
    assert not any(unverified)
    if data:
        changed = bytearray(data)
        changed[flipped % len(data)] ^= 1 << flipped % 8
        damaged = flipped % len(data) // size
        unverified = bytearray(b"\x01" * checksums.size)
        file = memoryview(changed), unverified, checksums, bits
        assert native.kernel.verify_blocks(file, blocks) is None
        assert list(unverified) == [int(block >= damaged) for block in blocks.tolist()]
        assert native.kernel.verify_blocks(file, blocks[:damaged]) is True


def test_there_are_no_other_blocks() -> None:
    """A number beyond the file, or a negative one, is damage; nothing outside is read."""
    assert native.kernel is not None
    file = memoryview(b"abc"), bytearray(b"\x01"), np.array([zlib.crc32(b"abc")], "<u4"), 2
    for block in (1, -1, 2**62):
        assert native.kernel.verify_blocks(file, np.array([block])) is None
    assert native.kernel.verify_blocks(file, np.array([0, 0])) is True
