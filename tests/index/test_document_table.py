"""`index.format.document_table`: the live documents come back in the order of their paths."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.dates import day_range
from excerpt.errors import IndexDamaged
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.file_names import FOLDER
from excerpt.index.write.document_table_writer import (
    DocumentEntry,
    read_entries,
    write_document_table,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=5)
PATHS = st.lists(TEXT | st.just("\udcff.txt"), min_size=1, max_size=3, unique=True).map(sorted)
METADATA = st.lists(st.tuples(st.sampled_from(["date", "author"]), TEXT), max_size=3)


@st.composite
def entries(draw: st.DrawFn) -> list[DocumentEntry]:
    """Generate the live documents of some segments."""
    made = []
    for number in range(draw(st.integers(0, 6))):
        entry = DocumentEntry(
            document_id=100 - number,
            segment=draw(st.integers(0, 2)),
            number=number,
            format=draw(st.sampled_from(["text", "html"])),
            language=draw(st.sampled_from(["", "de", "en"])),
        )
        entry.describe(draw(PATHS), draw(METADATA))
        made.append(entry)
    return made


@given(entries())
def test_entries_are_read_back_by_path(written: list[DocumentEntry]) -> None:
    """A writer continues from the entries that it wrote, in the order of their paths."""
    with TemporaryDirectory() as folder:
        recorded = write_document_table(Path(folder), written)
        table = DocumentTable(Path(folder), recorded)
        expected = sorted(written, key=lambda entry: (entry.paths, entry.document_id))
        assert read_entries(table) == expected
        assert table.n == len(written)
        assert table.document_ids.tolist() == [entry.document_id for entry in expected]
        assert table.formats == [entry.format for entry in expected]
        assert table.languages == [entry.language for entry in expected]
        assert table.known_languages == {entry.language for entry in written}
        for segment in range(3):
            ranks, numbers = table.of_segment(segment)
            ranked = [(rank, each) for rank, each in enumerate(expected) if each.segment == segment]
            assert ranks.tolist() == [rank for rank, _ in ranked]
            assert numbers.tolist() == [entry.number for _, entry in ranked]


@given(st.lists(st.tuples(PATHS, METADATA), max_size=5))
def test_paths_and_metadata_are_read_back(
    described: list[tuple[list[str], list[tuple[str, str]]]],
) -> None:
    """They come back as lists, whatever characters they contain."""
    written = []
    for number, (paths, metadata) in enumerate(described):
        entry = DocumentEntry(number, 0, number, "text", "")
        entry.describe(paths, metadata)
        written.append(entry)
    with TemporaryDirectory() as folder:
        table = DocumentTable(Path(folder), write_document_table(Path(folder), written))
        by_id = dict(zip(table.document_ids.tolist(), table.paths, strict=True))
        assert by_id == {number: tuple(paths) for number, (paths, _) in enumerate(described)}
        metadata_by_id = dict(zip(table.document_ids.tolist(), table.metadata, strict=True))
        assert metadata_by_id == {n: tuple(pairs) for n, (_, pairs) in enumerate(described)}


def test_dates_overlap_ranges_of_days(tmp_path: Path) -> None:
    """A document without a date overlaps no range, not even the widest."""
    written = []
    for number, date in enumerate(["1848", "1871-03-18", ""]):
        entry = DocumentEntry(number, 0, number, "text", "")
        entry.describe([f"{number}.txt"], [("date", date)] if date else [])
        written.append(entry)
    table = DocumentTable(tmp_path, write_document_table(tmp_path, written))
    assert table.overlapping(day_range("1848-02", "1849")).tolist() == [True, False, False]
    assert table.overlapping(day_range("", "")).tolist() == [True, True, False]


def test_a_damaged_table_is_noticed(tmp_path: Path) -> None:
    """Whichever byte is damaged, opening or verifying the table raises IndexDamaged."""
    entry = DocumentEntry(1, 0, 0, "text", "en")
    entry.describe(["a.txt"], [("author", "Ann")])
    recorded = write_document_table(tmp_path, [entry])
    path = tmp_path / FOLDER / recorded.name
    intact = path.read_bytes()
    for index in range(0, len(intact), 13):
        damaged = bytearray(intact)
        damaged[index] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged):
            DocumentTable(tmp_path, recorded).verify()
