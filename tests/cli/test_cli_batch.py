"""`excerpt batch`: a count for each query of a file, and one file of hits."""

import codecs
import csv
import io
import json
import subprocess
import sys

import pytest

from shell import Shell

FILES = {
    "a.txt": "The strike began. The strike went on.",
    "b.txt": "No strike can last. A lockout may.",
    "c.txt": "Geese fly south.",
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a shell with an index of three files."""
    made = Shell(tmp_path_factory.mktemp("batch")).write(FILES)
    assert made.run("build").code == 0
    return made


def table_of(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV table."""
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    "source",
    [
        'name,query\nstrikes,strike\n,"""no strike"""\nbirds,south OR duck\n',
        'query,name,note\nstrike,strikes,x\n"""no strike""",,y\nsouth OR duck,birds\n\n',
        'strike\n\n"no strike"\nsouth OR duck\n',
    ],
    ids=["table", "other columns", "lines"],
)
def test_each_query_has_its_counts(shell: Shell, source: str) -> None:
    """The counts are those of the queries one by one."""
    (shell.folder / "queries").write_text(source)
    result = shell.run("batch", "queries")
    assert result.code == 0
    rows = table_of(result.out)
    assert [row["query"] for row in rows] == ["strike", '"no strike"', "south OR duck"]
    assert [row["passages"] for row in rows] == ["2", "1", "1"]
    assert [row["documents"] for row in rows] == ["2", "1", "1"]
    assert [row["occurrences"] for row in rows] == ["3", "1", "1"]
    if "name" in source:
        assert [row["name"] for row in rows] == ["strikes", "", "birds"]


def test_all_hits_are_in_one_file(shell: Shell) -> None:
    """Each hit has the name of its query; a limit applies to each query."""
    (shell.folder / "queries").write_text("name,query\ns,strike\ng,geese\n")
    assert shell.run("batch", "queries", "--hits", "hits.csv").code == 0
    rows = table_of((shell.folder / "hits.csv").read_text())
    assert [(row["name"], row["path"]) for row in rows][-1] == ("g", "c.txt")
    assert sorted(row["path"] for row in rows) == ["a.txt", "b.txt", "c.txt"]
    assert rows[0]["match"].startswith("strike")
    assert shell.run("batch", "queries", "--hits", "hits.jsonl", "-n", "1").code == 0
    lines = (shell.folder / "hits.jsonl").read_text().splitlines()
    assert [json.loads(line)["query"] for line in lines] == ["strike", "geese"]


def test_a_malformed_query_does_not_stop_the_others(shell: Shell) -> None:
    """The error is in the table and on standard error, and the exit code is 2."""
    (shell.folder / "queries").write_text("geese\n(strike\nstrike\n")
    result = shell.run("batch", "queries", "--hits", "hits.csv")
    assert result.code == 2
    rows = table_of(result.out)
    assert [row["passages"] for row in rows] == ["1", "", "2"]
    assert rows[1]["error"]
    assert rows[1]["error"] in result.err
    assert len(table_of((shell.folder / "hits.csv").read_text())) == 3


def test_a_file_without_queries_is_an_error(shell: Shell) -> None:
    """A missing file is an error, too."""
    (shell.folder / "empty").write_text("\n\n")
    for name in ("empty", "missing"):
        result = shell.run("batch", name)
        assert (result.code, result.out) == (2, "")
        assert result.err


TABLE = 'name,query\r\nsaviour,"Strike"\r\n\u00e9t\u00e9,geese\r\n'


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"),
        TABLE.replace("\r\n", "\r").encode(),
    ],
    ids=["UTF-8", "UTF-8 with BOM", "UTF-16-LE", "UTF-16-BE", "carriage returns"],
)
def test_queries_are_in_an_encoding_of_unicode(shell: Shell, data: bytes) -> None:
    """A byte order mark names the encoding, as in source texts."""
    (shell.folder / "encoded").write_bytes(data)
    result = shell.run("batch", "encoded")
    assert (result.code, result.err) == (0, "")
    rows = table_of(result.out)
    assert [(row["name"], row["query"], row["passages"]) for row in rows] == [
        ("saviour", "Strike", "2"),
        ("\u00e9t\u00e9", "geese", "1"),
    ]


UNREADABLE = [
    (b"query\ncaf\xe9\n", "line 2 is not valid UTF-8."),
    (b"caf\xe9", "line 1 is not valid UTF-8."),
    (codecs.BOM_UTF16_LE + b"a\0\n\0b", "line 2 is not valid UTF-16-LE."),
    (TABLE.encode("utf-16-le"), "not valid UTF-8."),
    ("strike".encode("utf-16-le"), "it is not text"),
    (bytes(range(256)), "is not valid UTF-8."),
    (b'query\n"' + b"a " * 100_000, "the table is malformed before line"),
]
"""Files of queries that cannot be read, and a part of the message."""


@pytest.mark.parametrize(("data", "message"), UNREADABLE)
def test_a_file_that_is_not_unicode_is_an_error(shell: Shell, data: bytes, message: str) -> None:
    """The message names the fault, the place and a remedy, also for standard input."""
    (shell.folder / "foreign").write_bytes(data)
    result = shell.run("batch", "foreign")
    assert (result.code, result.out) == (2, "")
    assert "foreign: " in result.err
    assert message in result.err
    assert "Save it as UTF-8" in result.err or "Correct it" in result.err
    assert "bug" not in result.err
    piped = subprocess.run(
        [sys.executable, "-m", "excerpt", "batch", "-"],
        cwd=shell.folder,
        input=data,
        env=shell.environment({}),
        capture_output=True,
        check=False,
    )
    assert (piped.returncode, piped.stdout) == (2, b"")
    assert "standard input: " in piped.stderr.decode()
    assert message in piped.stderr.decode()


@pytest.mark.parametrize(
    "table",
    [
        "name;query\none;strike\ntwo;last\n",
        "name\tquery\none\tstrike\ntwo\tlast\n",
        "sep=;\nname;query\none;strike\ntwo;last\n",
        "sep=,\nname,query\none,strike\ntwo,last\n",
        'Name ; "Query"\none;"strike"\ntwo;last\n',
        "query|name\nstrike|one\nlast|two\n",
    ],
)
def test_the_separator_of_a_table_is_detected(shell: Shell, table: str) -> None:
    """Spreadsheets write semicolons where a comma separates decimals."""
    (shell.folder / "separated.csv").write_text(table)
    result = shell.run("batch", "separated.csv")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert [(row["name"], row["query"]) for row in rows] == [("one", "strike"), ("two", "last")]
    assert result.err == ""


def test_a_table_without_a_column_of_queries_is_named(shell: Shell) -> None:
    """Lines of a table are hardly meant as queries; lines of a text are."""
    (shell.folder / "wrong.csv").write_text("name;search\none;strike\n")
    (shell.folder / "lines.txt").write_text("strike; last\n")
    assert "wrong.csv has no column query" in shell.run("batch", "wrong.csv").err
    assert shell.run("batch", "lines.txt").err == ""


@pytest.mark.parametrize("table", ['query\n"no strike" NOT duck\nstrike\n', 'query\n"no\nstrike\n'])
def test_quotation_marks_of_a_table_are_not_lost(shell: Shell, table: str) -> None:
    """A phrase with the marks of the query language alone is an error, and so is a lone mark."""
    (shell.folder / "queries.csv").write_text(table)
    result = shell.run("batch", "queries.csv")
    assert (result.code, result.out) == (2, "")
    assert 'is written """general strike"""' in result.err


@pytest.mark.parametrize(
    ("table", "is_noted"),
    [
        ('query\n"no strike"\n', True),
        ('name,query\nx,"no strike"\n', True),
        ('query\n"""no strike"""\n', False),
        ('"query"\n"no strike"\n', False),
        ('query,note\nstrike,"one, two"\n', False),
    ],
)
def test_a_cell_that_looks_like_a_phrase_is_noted(
    shell: Shell, table: str, *, is_noted: bool
) -> None:
    """In a table in which no other cell needs its quotation marks, they may be meant."""
    (shell.folder / "queries.csv").write_text(table)
    result = shell.run("batch", "queries.csv")
    assert result.code == 0
    assert ("is read as single words" in result.err) is is_noted


@pytest.mark.parametrize("target", ["queries.csv", "corpus/a.txt"])
def test_hits_overwrite_no_source(shell: Shell, target: str) -> None:
    """Neither the queries nor a file of the corpus is lost."""
    (shell.folder / "queries.csv").write_text("query\nstrike\n")
    before = (shell.folder / target).read_bytes()
    result = shell.run("batch", "queries.csv", "--hits", target)
    assert result.code == 2
    assert "would overwrite" in result.err
    assert (shell.folder / target).read_bytes() == before


def test_notices_are_written(shell: Shell) -> None:
    """A likely mistake in a query is named, as by a search."""
    (shell.folder / "queries.csv").write_text("query\nstriek\n")
    assert "Did you mean strike?" in shell.run("batch", "queries.csv").err
