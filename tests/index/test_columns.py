"""`engines.columnar.storage`: arrays come back as they were written, or not at all."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from excerpt.engines.protocol import StoredFile
from excerpt.errors import ExcerptError, IndexDamaged, rebuild, repair
from excerpt.index.arrays import Array
from excerpt.index.format.columns import Columns, write_columns
from excerpt.index.format.string_column import StringColumn, string_columns

ARRAYS = st.sampled_from([np.uint8, np.uint16, np.uint32, np.int64]).flatmap(
    lambda dtype: arrays.arrays(dtype, st.integers(0, 50))
)


@given(st.dictionaries(st.text("abc.", min_size=1, max_size=5), ARRAYS, max_size=5))
@settings(max_examples=40)
def test_arrays_come_back(columns: dict[str, Array]) -> None:
    """Every array is read back with its type and values, whole and in part."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        described = write_columns(Path(folder) / "x", columns.items(), {"note": "é"})
        read = Columns(Path(folder) / "x", described)
        assert read.attributes == {"note": "é"}
        for name, array in columns.items():
            assert read.read(name).dtype == array.dtype
            assert read.read(name).tolist() == array.tolist()
            assert read.read(name, 1, 3).tolist() == array[1:3].tolist()


def small_file(folder: Path) -> tuple[Path, StoredFile, dict[str, Array]]:
    """A file of two arrays over more than one block."""
    columns: dict[str, Array] = {
        "wide": np.arange(20_000, dtype=np.uint32),
        "narrow": np.arange(100, dtype=np.uint8),
    }
    path = folder / "x.segment"
    return path, write_columns(path, columns.items(), {}), columns


def test_a_flipped_bit_is_never_read(tmp_path: Path) -> None:
    """One flipped bit anywhere gives the right values or IndexDamaged with the file's name, and `verify` finds it
    unless it lies in the padding that nothing is read from."""
    path, described, columns = small_file(tmp_path)
    whole = path.read_bytes()
    for at in [*range(0, len(whole), 997), *range(len(whole) - 120, len(whole))]:
        damaged = bytearray(whole)
        damaged[at] ^= 1 << (at % 8)
        path.write_bytes(damaged)
        with suppress(IndexDamaged):
            read = Columns(path, described)
            assert all(np.array_equal(read.read(name), array) for name, array in columns.items())
        with pytest.raises(IndexDamaged):
            Columns(path, described).verify()


def test_damage_is_told_with_its_remedy(tmp_path: Path) -> None:
    """The message of damage names the file and what to do."""
    path, described, _ = small_file(tmp_path)
    path.write_bytes(b"\x01" + path.read_bytes()[1:])
    with pytest.raises(IndexDamaged) as raised:
        Columns(path, described).read("wide")
    assert raised.value.where == path
    assert raised.value.remedies == (rebuild(path.parent.parent), repair(path.parent.parent))


def test_scattered_elements_are_checked_too(tmp_path: Path) -> None:
    """`take` reads no element from a block that is not what was written, and needs no other block."""
    path, described, _ = small_file(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[70_000] ^= 1
    path.write_bytes(damaged)
    read = Columns(path, described)
    assert read.take("wide", np.array([5, 9])).tolist() == [5, 9]
    with pytest.raises(IndexDamaged):
        read.take("wide", np.array([5, 17_500]))


@given(flipped=st.integers(0, 8 * 80_000 - 1), value=st.integers(0, 20_001))
def test_a_search_that_is_misled_is_damage(flipped: int, value: int) -> None:
    """Whatever bit is flipped, `place` and `find` give the right place or IndexDamaged; without a flip always the place."""
    import tempfile

    texts = [f"{number:05}" for number in range(16_000)]
    columns = {"wide": np.arange(20_000, dtype=np.uint32), **string_columns("texts", texts)}
    wanted = f"{value:05}"
    expected = min(value, 20_000), value if value < 16_000 else -1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.segment"
        described = write_columns(path, columns.items(), {})
        read = Columns(path, described)
        assert (
            read.bisect_left("wide", value),
            StringColumn(read, "texts").find(wanted),
        ) == expected
        damaged = bytearray(path.read_bytes())
        damaged[flipped // 8] ^= 1 << flipped % 8
        damaged[80_000 + flipped // 8] ^= 1 << flipped % 8
        path.write_bytes(damaged)
        read = Columns(path, described)
        with suppress(IndexDamaged):
            assert read.bisect_left("wide", value) == expected[0]
        with suppress(IndexDamaged):
            assert StringColumn(read, "texts").find(wanted) == expected[1]


def test_a_misleading_bit_does_not_stay_unnoticed(tmp_path: Path) -> None:
    """Where bisection begins, a flipped bit leads every search for what is greater astray."""
    path, described, _ = small_file(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[4 * 10_000 + 3] ^= 0x80
    path.write_bytes(damaged)
    with pytest.raises(IndexDamaged):
        Columns(path, described).bisect_left("wide", 19_000)
    assert Columns(path, described).bisect_left("wide", 50) == 50


@pytest.mark.parametrize("length", [0, 1, 23, 24, 1000])
def test_a_file_cut_short_is_damaged(tmp_path: Path, length: int) -> None:
    """A truncated, empty or missing file is reported with its name."""
    path, described, _ = small_file(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(IndexDamaged, match=r"x\.segment"):
        Columns(path, described)
    path.unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        Columns(path, described)


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    """Writing over an existing file is refused and leaves it as it was."""
    path, described, _ = small_file(tmp_path)
    with pytest.raises(ExcerptError):
        write_columns(path, (), {})
    Columns(path, described).verify()


def test_a_file_in_the_place_of_another_is_found(tmp_path: Path) -> None:
    """A sound file that is not the one which the manifest describes is told from it when everything is read."""
    path, described, columns = small_file(tmp_path)
    path.rename(tmp_path / "first")
    others = {name: column[::-1] for name, column in columns.items()}
    assert write_columns(path, others.items(), {}).size == described.size
    with pytest.raises(IndexDamaged, match="not the file that"):
        Columns(path, described).verify()
