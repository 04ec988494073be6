"""Tests of metadata from paths and from metadata.csv."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import Unreadable
from excerpt.ingest.decode import decode
from excerpt.ingest.metadata_table import read_metadata
from excerpt.ingest.path_dates import metadata_of_path


def test_columns_become_names() -> None:
    """The first row names the columns; empty cells are left out."""
    data = b'Path,Title,Author,language\nletters/a.txt,"One, two",,en\n./b.txt,B,Ann,\n'
    assert read_metadata(data).by_path == {
        "letters/a.txt": (("title", "One, two"), ("language", "en")),
        "b.txt": (("title", "B"), ("author", "Ann")),
    }


def test_tables_of_spreadsheets_are_read() -> None:
    """Byte order marks, semicolons, tabs and Windows line ends are accepted."""
    expected = {"a.txt": (("date", "1848"),)}
    assert read_metadata("\ufeffpath;date\r\na.txt;1848\r\n".encode()) == (expected, ())
    assert read_metadata("path\tdate\na.txt\t1848\n".encode("utf-16")).by_path == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("path,date\na.txt,1848\nb.txt,\n", ""),
        (
            "path,date\na.txt,sometime\n",
            "1 date is not recognised: 'sometime' (row 2). Recognised forms are 1848, ",
        ),
        (
            "Year,path\nn. d.,a.txt\n\nn.  d.,b.txt\n1848?,c.txt\n31/2/48,d.txt\n",
            "3 dates are not recognised: 'n. d.' (row 2 and 1 more), '31/2/48' (row 6). Recog",
        ),
        (
            "path,lang\na.txt,klingon\nb.txt,deu\n",
            "1 language is not recognised: 'klingon' (row 2). ",
        ),
        ("path,title\n,A\nb.txt,B\n", "1 row has no path: row 2. "),
        ("path,title\na.txt,A\na.txt,B\n", "1 row is overridden by a later one: 'a.txt' (row 2). "),
        (
            "path,title\n./a.txt,A\na.txt,B\na  b.txt,C\na b.txt,D\n",
            "1 row is overridden by a later one: 'a.txt' (row 2). ",
        ),
        (
            "path,title\na.txt,Masters, men and wages\n",
            "1 row has more cells than there are columns: row 2. ",
        ),
        (
            "path,date\n" + "".join(f"{n}.txt,day {n}\n" for n in range(7)),
            "7 dates are not recognised: "
            + ", ".join(f"'day {n}' (row {n + 2})" for n in range(5))
            + " and 2 more. ",
        ),
    ],
)
def test_problems_are_reported(table: str, expected: str) -> None:
    """A problem has its value, the row as counted by spreadsheets, and what would be accepted."""
    problems = read_metadata(table.encode()).problems
    starts = [problem[: len(expected)] for problem in problems]
    assert starts == ([expected] if expected else [])


def test_a_guessed_encoding_is_reported() -> None:
    """The warnings of decoding are among the problems of a table."""
    assert (
        read_metadata(b"path,author\na.txt,M\xfcller\n").problems
        == decode(b"path,author\na.txt,M\xfcller\n").warnings
    )


@pytest.mark.parametrize("data", [b"", b"title,author\nx,y\n", b'path,title\n"a.txt,b'])
def test_a_table_without_paths_is_refused(data: bytes) -> None:
    """The remedy for a file without a column `path` names the column."""
    with pytest.raises(Unreadable) as caught:
        read_metadata(data)
    assert "path" in str(caught.value)


@given(st.binary(max_size=100))
def test_any_bytes_give_a_table_or_unreadable(data: bytes) -> None:
    """No other exception is raised."""
    with suppress(Unreadable):
        table = read_metadata(b"path,title\n" + data)
        assert all(path and all(map(all, pairs)) for path, pairs in table.by_path.items())


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("speeches/1861-03-04-inaugural.txt", "1861-03-04"),
        ("works/1848/manifesto.htm", "1848"),
        ("works/1848/01/letter-1849.htm", "1849"),
        ("Session 16 - 1961/NER_16_1961.txt", "1961"),
        ("works/1848_02/a.txt", "1848-02"),
        ("letters-1848-1850/a.txt", "1848..1850"),
        ("box/12345678.txt", None),
        ("a.txt", None),
        ("windows-1251/a.txt", None),
        ("iso-1848/cp-1252.txt", None),
        ("IMG_1848.txt", None),
        ("Box 1911/no. 1848.txt", None),
        ("box-1911/1848.txt", "1848"),
        ("scan-1911-05-04.txt", "1911-05-04"),
        ("protocol-1848.txt", "1848"),
    ],
)
def test_a_path_may_contain_a_date(path: str, date: str | None) -> None:
    """The name of the file takes precedence over folders; numbers are not dates."""
    assert dict(metadata_of_path(path)).get("date") == date


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("path,date\na,31 February 1848", "1 date is not recognised: '31 February 1848' (row 2)"),
        ("path,date\na,1848-13-01", "1 date is not recognised: '1848-13-01' (row 2)"),
        ("path,date\na,1848-02-30..1849", "1 date is not recognised: '1848-02-30..1849' (row 2)"),
        ("path,language\na,xx", "1 language is not recognised: 'xx' (row 2)"),
        ("path,Date,date\na,1848,1849", "several columns have the same name: 'date'."),
    ],
)
def test_what_no_search_can_use_is_reported(table: str, problem: str) -> None:
    """Days that no calendar has, unknown languages and two columns of one name are problems."""
    (found,) = read_metadata(table.encode()).problems
    assert found.startswith(problem)


@pytest.mark.parametrize(
    "date",
    ["29 February 1848", "1848", "London, May 1848", "c. 1848", "1848/49", "44 BC", "Summer 1848"],
)
def test_possible_dates_are_no_problem(date: str) -> None:
    """Vague dates, and a year within other words, can be searched."""
    assert read_metadata(f'path,date\na,"{date}"'.encode()).problems == ()


def test_a_row_of_another_table_is_named_as_it_is_cited() -> None:
    """`letters.csv row 4` is the member `letters.csv/4`."""
    table = read_metadata(b"path,author\na/letters.csv row 4,Ada\nx.jsonl/2,Bo\nrow 3,Cy\n")
    assert set(table.by_path) == {"a/letters.csv/4", "x.jsonl/2", "row 3"}
