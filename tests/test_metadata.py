"""What is said of files outside of them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import Unreadable
from excerpt.ingest.metadata import metadata_of_path, read_metadata


def test_columns_become_names() -> None:
    """Each line describes one path by the columns of the first; empty cells say nothing."""
    data = b'Path,Title,Author,language\nletters/a.txt,"One, two",,en\n./b.txt,B,Ann,\n'
    assert read_metadata(data) == {
        "letters/a.txt": (("title", "One, two"), ("language", "en")),
        "b.txt": (("title", "B"), ("author", "Ann")),
    }


def test_tables_of_spreadsheets_are_read() -> None:
    """A byte order mark, semicolons, tabs and Windows line ends are what spreadsheets write."""
    expected = {"a.txt": (("date", "1848"),)}
    assert read_metadata("\ufeffpath;date\r\na.txt;1848\r\n".encode()) == expected
    assert read_metadata("path\tdate\na.txt\t1848\n".encode("utf-16")) == expected


@pytest.mark.parametrize("data", [b"", b"title,author\nx,y\n", b'path,title\n"a.txt,b'])
def test_what_is_no_such_table_is_refused(data: bytes) -> None:
    """A file without a column `path`, or that is no table, is refused and the remedy says what is needed."""
    with pytest.raises(Unreadable) as caught:
        read_metadata(data)
    assert "path" in caught.value.remedy


@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but Unreadable is raised."""
    with suppress(Unreadable):
        read_metadata(b"path,title\n" + data)


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("speeches/1861-03-04-inaugural.txt", "1861-03-04"),
        ("works/1848/manifesto.htm", "1848"),
        ("works/1848/01/letter-1849.htm", "1849"),
        ("Session 16 - 1961/NER_16_1961.txt", "1961"),
        ("works/1848_02/a.txt", "1848-02"),
        ("letters-1848-1850/a.txt", None),
        ("box/12345678.txt", None),
        ("a.txt", None),
    ],
)
def test_a_path_tells_a_date_if_it_names_one(path: str, date: str | None) -> None:
    """The file's name comes before its folders'; a range of years is no date."""
    assert dict(metadata_of_path(path)).get("date") == date
