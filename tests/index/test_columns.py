"""`storage.columns`: arrays are read as they were written, or IndexDamaged is raised."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from excerpt.arrays import Array
from excerpt.errors import ExcerptError, IndexDamaged, rebuild_remedy, repair_remedy
from excerpt.index.format.string_column import StringColumn, string_columns
from excerpt.storage import StoredFile
from excerpt.storage.columns import Columns, write_columns

ARRAYS = st.sampled_from([np.uint8, np.uint16, np.uint32, np.int64]).flatmap(
    lambda dtype: arrays.arrays(dtype, st.integers(0, 50))
)


@given(st.dictionaries(st.text("abc.", min_size=1, max_size=5), ARRAYS, max_size=5))
@settings(max_examples=40)
def test_arrays_are_read_back(columns: dict[str, Array]) -> None:
    """With their dtypes and values, whole and in part, and the attributes of the file."""
    with TemporaryDirectory() as folder:
        recorded = write_columns(Path(folder) / "x", columns.items(), {"note": "é"})
        read = Columns(Path(folder) / "x", recorded)
        assert read.attributes == {"note": "é"}
        assert list(read.names) == list(columns)
        for name, array in columns.items():
            assert read.read(name).dtype == array.dtype
            assert read.read(name).tolist() == array.tolist()
            assert read.read(name, 1, 3).tolist() == array[1:3].tolist()


def small_file(folder: Path) -> tuple[Path, StoredFile, dict[str, Array]]:
    """Write a file of two arrays over more than one block; return its path, record and arrays."""
    columns: dict[str, Array] = {
        "wide": np.arange(20_000, dtype=np.uint32),
        "narrow": np.arange(100, dtype=np.uint8),
    }
    path = folder / "x.segment"
    return path, write_columns(path, columns.items(), {}), columns


def test_a_flipped_bit_is_never_read(tmp_path: Path) -> None:
    """Whichever bit is flipped, values are right or IndexDamaged is raised; `verify` finds it."""
    path, recorded, columns = small_file(tmp_path)
    intact = path.read_bytes()
    for index in [*range(0, len(intact), 997), *range(len(intact) - 120, len(intact))]:
        damaged = bytearray(intact)
        damaged[index] ^= 1 << (index % 8)
        path.write_bytes(damaged)
        with suppress(IndexDamaged):
            read = Columns(path, recorded)
            assert all(np.array_equal(read.read(name), array) for name, array in columns.items())
        with pytest.raises(IndexDamaged):
            Columns(path, recorded).verify()


def test_damage_is_reported_with_its_remedies(tmp_path: Path) -> None:
    """The error names the file, and how the index can be rebuilt."""
    path, recorded, _ = small_file(tmp_path)
    path.write_bytes(b"\x01" + path.read_bytes()[1:])
    with pytest.raises(IndexDamaged) as raised:
        Columns(path, recorded).read("wide")
    assert raised.value.where == path
    assert raised.value.remedies == (
        repair_remedy(path.parent.parent),
        rebuild_remedy(path.parent.parent),
    )


def test_scattered_elements_are_verified(tmp_path: Path) -> None:
    """`take` verifies the blocks of the elements it returns, and no others."""
    path, recorded, _ = small_file(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[70_000] ^= 1
    path.write_bytes(damaged)
    read = Columns(path, recorded)
    assert read.take("wide", np.array([5, 9])).tolist() == [5, 9]
    with pytest.raises(IndexDamaged):
        read.take("wide", np.array([5, 17_500]))


@given(flipped=st.integers(0, 8 * 80_000 - 1), value=st.integers(0, 20_001))
def test_a_misled_bisection_is_noticed(flipped: int, value: int) -> None:
    """Whichever bit is flipped, bisection gives the right index or raises IndexDamaged."""
    strings = [f"{number:05}" for number in range(16_000)]
    columns = {"wide": np.arange(20_000, dtype=np.uint32), **string_columns("strings", strings)}
    wanted = f"{value:05}"
    expected = min(value, 20_000), value if value < 16_000 else -1
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.segment"
        recorded = write_columns(path, columns.items(), {})
        read = Columns(path, recorded)
        assert (
            read.bisect_left("wide", value),
            StringColumn(read, "strings").find(wanted),
        ) == expected
        damaged = bytearray(path.read_bytes())
        damaged[flipped // 8] ^= 1 << flipped % 8
        damaged[80_000 + flipped // 8] ^= 1 << flipped % 8
        path.write_bytes(damaged)
        read = Columns(path, recorded)
        with suppress(IndexDamaged):
            assert read.bisect_left("wide", value) == expected[0]
        with suppress(IndexDamaged):
            assert StringColumn(read, "strings").find(wanted) == expected[1]


def test_damage_in_the_middle_is_noticed(tmp_path: Path) -> None:
    """A flipped bit where bisection begins misleads every search for a greater value."""
    path, recorded, _ = small_file(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[4 * 10_000 + 3] ^= 0x80
    path.write_bytes(damaged)
    with pytest.raises(IndexDamaged):
        Columns(path, recorded).bisect_left("wide", 19_000)
    assert Columns(path, recorded).bisect_left("wide", 50) == 50


@pytest.mark.parametrize("length", [0, 1, 23, 24, 1000])
def test_a_truncated_file_is_damaged(tmp_path: Path, length: int) -> None:
    """The error names the file, also if it is empty or missing."""
    path, recorded, _ = small_file(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(IndexDamaged, match=r"x\.segment"):
        Columns(path, recorded)
    path.unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        Columns(path, recorded)


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    """Writing to the path of an existing file raises an error and leaves it unchanged."""
    path, recorded, _ = small_file(tmp_path)
    with pytest.raises(ExcerptError):
        write_columns(path, (), {})
    Columns(path, recorded).verify()


def test_another_file_of_the_same_name_and_size_is_noticed(tmp_path: Path) -> None:
    """An intact file that is not the recorded one is found by `verify`."""
    path, recorded, columns = small_file(tmp_path)
    path.rename(tmp_path / "first")
    others = {name: column[::-1] for name, column in columns.items()}
    assert write_columns(path, others.items(), {}).size == recorded.size
    with pytest.raises(IndexDamaged, match="not the file that"):
        Columns(path, recorded).verify()
