"""The rows of tables: lines, with a tab between two cells, in each format that has tables."""

from collections.abc import Sequence

import pytest

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.text_builder import MAX_CELL_LENGTH
from extracted import check_blocks
from packages import docx, odt

Row = Sequence[str]
TABLES: list[tuple[list[Row], str]] = [
    ([("Year", "Place"), ("1842", "Bolton")], "Year\tPlace\n1842\tBolton"),
    ([("", "Place"), ("1842", "", "miners"), ("1843",)], "Place\n1842\t\tminers\n1843"),
    ([("one",), ("two", "three", "")], "one\ntwo\tthree"),
    ([("long " * MAX_CELL_LENGTH, "short"), ("a", "b")], ""),
]
LONG = f"{'long ' * MAX_CELL_LENGTH}".strip() + "\n\nshort\na\tb"


def html(rows: list[Row]) -> bytes:
    """Return a web page; its second paragraph follows a table."""
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    table = "".join(f"<tr class=r>{row}</tr>" for row in cells)
    return f"<p>Before.</p><table>{table}</table><p>After.</p>".encode()


def tei(rows: list[Row]) -> bytes:
    """Return a document in TEI."""
    cells = ("".join(f"<cell>{cell}</cell>" for cell in row) for row in rows)
    table = "".join(f"<row>{row}</row>" for row in cells)
    body = f"<p>Before.</p><table>{table}</table><p>After.</p>"
    start = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body>'
    return f"{start}{body}</body></text></TEI>".encode()


def rtf(rows: list[Row]) -> bytes:
    """Return a document in RTF."""
    lines = ("".join(rf"\pard\intbl {cell}\cell" for cell in row) for row in rows)
    table = "".join(rf"\trowd\cellx900\cellx1800{line}\row " for line in lines)
    return rf"{{\rtf1\ansi Before.\par {table}\pard After.\par}}".encode()


def word(rows: list[Row]) -> bytes:
    """Return a document in DOCX."""
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>".format
    cells = (
        "".join(f"<w:tc>{paragraph(cell) if cell else '<w:p/>'}</w:tc>" for cell in row)
        for row in rows
    )
    table = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    return docx(f"{paragraph('Before.')}<w:tbl>{table}</w:tbl>{paragraph('After.')}")


def writer(rows: list[Row]) -> bytes:
    """Return a document in ODT."""
    cells = (
        "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        for row in rows
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    return odt(f"<text:p>Before.</text:p><table:table>{table}</table:table><text:p>After.</text:p>")


@pytest.mark.parametrize(("rows", "expected"), TABLES)
@pytest.mark.parametrize(
    ("name", "make"),
    [("a.html", html), ("a.xml", tei), ("a.rtf", rtf), ("a.docx", word), ("a.odt", writer)],
)
def test_rows_are_lines(name: str, make: object, rows: list[Row], expected: str) -> None:
    """Empty cells have their tabs, except at the end of a row and of the text before a table.

    A long cell is a paragraph.
    """
    assert callable(make)
    document = read_document(name, make(rows))
    assert document.text == f"Before.\n\n{expected or LONG}\n\nAfter."
    check_blocks(document)


def test_the_paragraphs_of_a_cell_remain_apart() -> None:
    """Only the first of them follows a tab."""
    source = "<table><tr><td>a<td><p>b</p><p>B</p><td>f<tr><td>g<td>h</table>"
    document = read_document("a.html", source.encode())
    check_blocks(document)
    assert document.text == "a\tb\n\nB\tf\ng\th"


def test_the_cells_of_a_table_without_texts_are_kept() -> None:
    """A table of numbers and names is read as its rows."""
    source = "year\tplace\tnumber\n1842\tBolton\t12\n1843\t\t7\n"
    document = read_document("a.tsv", source.encode())
    assert document.text == "year\tplace\tnumber\n1842\tBolton\t12\n1843\t\t7"
