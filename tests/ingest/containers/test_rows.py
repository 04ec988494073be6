"""Tables and JSON, and the rows found in them."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from container_files import contents_of, found_in, problems_of
from excerpt.ingest.containers import rows
from excerpt.ingest.containers.entry import ContainerHints
from excerpt.ingest.containers.kinds import find_container
from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.reading_rules import FileRules, TableRules
from excerpt.ingest.formats.table_row import Row, decode_row

CELLS = st.text(st.sampled_from("ab ,;|\t\n\"'ßя春"), max_size=30).map(lambda cell: f"x{cell}x")


def csv_of(lines: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Return a table as spreadsheets write it."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(lines)
    return stream.getvalue()


def rows_of(name: str, data: bytes, hints: ContainerHints | None = None) -> dict[str, Row]:
    """Return the rows of a table by their numbers."""
    return {
        each.path.removeprefix(f"{name}/"): decode_row(each.data)
        for each in found_in(name, data, hints)
        if not each.reason
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("utf-16", "\n")]
)
@given(table=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_rows_are_found_as_they_were_written(
    table: list[tuple[str, str]], delimiter: str, encoding: str, end: str
) -> None:
    """Each row has its number in a spreadsheet, its text and the other cells."""
    data = csv_of([("title", "text"), *table], delimiter, end).encode(encoding)
    found = rows_of("a.csv", data)
    assert found == {
        str(number): Row(text, " ".join(title.split()), "", ())
        for number, (title, text) in enumerate(table, 2)
    }


@given(
    st.lists(st.dictionaries(st.sampled_from(["text", "by", "n"]), CELLS, min_size=1), min_size=1)
)
def test_objects_are_found_as_they_were_written(objects: list[dict[str, str]]) -> None:
    """JSON in lines and in a list gives the same rows, numbered from 1."""
    objects = [{"text": "a text", **values} for values in objects]
    lines = "".join(f"{json.dumps(values)}\n" for values in objects).encode()
    found = rows_of("a.jsonl", lines)
    assert [row.text for row in found.values()] == [values["text"] for values in objects]
    assert list(found) == [str(number) for number in range(1, len(objects) + 1)]
    for indent in (None, 1):
        assert rows_of("a.json", json.dumps(objects, indent=indent).encode()) == found


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("id,author,body,year", "body"),
        ("text,content,id,x", "text"),
        ("a,b,Transkription,d", "Transkription"),
        ("note,remark,c,long", "long"),
        ("id,Full Text,b,long", "Full Text"),
        ("id,Letter text,b,c", "Letter text"),
        ("id,ocr-text,b,c", "ocr-text"),
    ],
)
def test_the_column_with_the_text_is_found(header: str, expected: str) -> None:
    """Usual names come first, then the longest column with sentences."""
    long = "A longer text about the ferry and the harbour at night, " * 3
    names = header.split(",")
    cells = [long if name in {expected, "long"} else f"some {name}" for name in names]
    (row,) = rows_of("a.csv", csv_of([names, cells]).encode()).values()
    assert row.text == long
    assert ("author" in dict(row.metadata)) == ("author" in names)


def test_an_object_that_describes_a_row_gives_its_metadata() -> None:
    """Unless the row has a value of its own."""
    rows = [
        {"text": "A boat.", "meta": {"author": "Ann", "date": "1900", "title": "Boats", "box": 3}},
        {"text": "A ferry.", "date": "1901", "metadata": {"date": "1999", "language": "en"}},
    ]
    first, second = rows_of("a.jsonl", "\n".join(map(json.dumps, rows)).encode()).values()
    assert (first.title, second.language) == ("Boats", "en")
    assert dict(first.metadata) == {"author": "Ann", "date": "1900", "meta.box": "3"}
    assert dict(second.metadata) == {"date": "1901", "metadata.date": "1999"}


@given(st.lists(st.sampled_from(["by", "by 3", "by 4", "note"]), max_size=6))
@example(["by", "by 4", "by"])
def test_columns_with_the_same_name_are_all_kept(names: list[str]) -> None:
    """A number is added to the later ones, even where another column has that name."""
    cells = [f"v{number}" for number in range(len(names))]
    (row,) = rows_of("a.csv", csv_of([["text", *names], ["A text.", *cells]]).encode()).values()
    assert sorted(value for _, value in row.metadata) == cells


def test_a_table_may_have_many_columns() -> None:
    """Each name is looked up once, not compared with all before it."""
    names = [f"c{number}" for number in range(50_000)]
    assert list(rows._column_names([*names, "c7"])) == [*names, "c7 50001"]


def test_a_rule_names_the_columns() -> None:
    """Rules take precedence over usual names."""
    data = csv_of([["text", "brief", "wer", "wann"], ["t", "A letter.", "Ann", "1848"]]).encode()
    rules = FileRules(table=TableRules(text="Brief", author="wer", date="wann", title="text"))
    (row,) = rows_of("a.csv", data, ContainerHints(rules)).values()
    assert (row.text, row.title) == ("A letter.", "t")
    assert dict(row.metadata) == {"author": "Ann", "date": "1848"}


def test_a_row_is_a_document() -> None:
    """Text is read like plain text; nested values become metadata."""
    values = {"id": 7, "text": "First.\n\nSecond.", "lang": "en", "meta": {"year": 1848, "by": "A"}}
    (member,) = found_in("a.jsonl", json.dumps(values).encode())
    document = read_document(member.path, member.data, format_name=member.origin.format)
    assert (document.format, document.language, document.has_lines) == ("table", "en", False)
    assert [block.span.of(document.text) for block in document.blocks] == ["First.", "Second."]
    assert dict(document.metadata) == {"id": "7", "meta.year": "1848", "meta.by": "A"}
    assert member.origin.dated == "a.jsonl"


def test_a_row_without_a_text_says_so() -> None:
    """Other columns are fields; a row of numbers lacks nothing."""
    data = "id,text,Fußnote\n1,,Anmerkung\n2,,\n3,words,x\n"
    for encoding in ("utf-8", "cp1252"):
        found = rows_of("a.csv", data.encode(encoding))
        warnings = {number: row.warnings for number, row in found.items()}
        assert warnings["2"][:1] == ("no text in the column text",)
        assert not any("no text" in each for n in "34" for each in warnings[n])
    column = "id,Stück\n1," + "a long sentence with more than seven words in it\n2,\nx,\n"
    row = rows_of("a.csv", column.encode("cp1252"))["4"]
    assert row.warnings[0] == "no text in the column Stück"


def test_values_that_are_no_text_are_not_lost() -> None:
    """Fields hold them, or a warning names them; another usual name holds a text, too."""
    objects = [
        {"text": "One", "title": ["A", "B"]},
        {"text": {"en": "Two"}, "n": 1},
        {"body": "Three", "n": 2},
        {"text": ["Four", {"remark": "a word"}, {"n": 1}, None]},
    ]
    one, two, three, four = rows_of("a.json", json.dumps(objects).encode()).values()
    assert (one.text, one.title, one.metadata) == ("One", "", (("title", "A, B"),))
    assert (two.text, dict(two.metadata)) == ("", {"text.en": "Two", "n": "1"})
    assert two.warnings == ("no text in the column text",)
    assert (three.text, three.metadata, three.warnings) == ("Three", (("n", "2"),), ())
    assert four.warnings == ("not read: 1 parts of the text, which have other names",)


def test_bad_rows_are_named() -> None:
    """The rows around them are read."""
    data = b"id,text\n1,one,two\n2,good\n\n3,\n"
    assert problems_of("a.csv", data) == {
        "a.csv/2": "it has more cells than there are columns. Correct it."
    }
    assert {number: row.text for number, row in rows_of("a.csv", data).items()} == {
        "3": "good",
        "5": "",
    }
    lines = b'{"text": "a"}\n{"text": \n[1]\n' + b'{"text": ' + b"[" * 99_999 + b"\n"
    assert list(rows_of("a.jsonl", lines)) == ["1"]
    reasons = list(problems_of("a.jsonl", lines).values())
    assert [reason.partition(":")[0] for reason in reasons] == [
        "it is not valid JSON",
        "it is not an object. Correct it.",
        "it is nested too deeply. Correct it.",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_line_for_excel_names_the_delimiter(delimiter: str, end: str) -> None:
    """The line is no row: Excel does not number it either."""
    table = csv_of([["id", "text"], ["1", "a, b; c | d"]], delimiter, end)
    found = rows_of("a.csv", f"sep={delimiter}{end}{table}".encode())
    assert {number: row.text for number, row in found.items()} == {"2": "a, b; c | d"}


@pytest.mark.parametrize("indent", [None, 2])
def test_objects_in_an_object_are_rows(indent: int | None) -> None:
    """Interfaces on the web wrap their lists; one object may be one text."""
    pages = [{"title": "A", "body": "First"}, {"title": "B", "body": "Second"}, 3]
    wrapped = {"count": 2, "next": None, "results": pages, "facets": [{"name": "x"}]}
    found = rows_of("a.json", json.dumps(wrapped, indent=indent).encode())
    assert [(number, row.title, row.text) for number, row in found.items()] == [
        ("1", "A", "First"),
        ("2", "B", "Second"),
    ]
    single = json.dumps({"title": "A", "Text": "One", "by": ["Ann"]}, indent=indent).encode()
    ((number, row),) = rows_of("a.json", single).items()
    assert (number, row.title, row.text, row.metadata) == ("1", "A", "One", (("author", "Ann"),))


def test_strings_outside_the_objects_with_texts_are_named() -> None:
    """Nothing that may be text is left out silently, at any depth; numbers and codes may be."""
    letters = [{"text": "limpet in list A"}, "a loose string", 3]
    notes = [{"remark": "Kept dry."}, {"remark": "Kept wet.", "by": {"name": "Ann Bo"}}]
    wrapped = {"title": "An archive", "letters": letters, "n": 1, "notes": notes, "date": "1848"}
    wrapped |= {"status": "ok", "next": "https://archive.example/letters?page=2"}
    data = json.dumps(wrapped).encode()
    assert [row.text for row in rows_of("a.json", data).values()] == ["limpet in list A"]
    assert problems_of("a.json", data) == {
        "a.json": "not read, outside the objects with texts: title, letters, notes.remark,"
        " notes.by.name. Save each text in an object, under the name text."
    }
    many = json.dumps({"letters": letters[:1]} | {f"k{n}": "a word" for n in range(12)}).encode()
    assert "k9 and 2 more. Save" in problems_of("a.json", many)["a.json"]
    keyed = json.dumps({"a": {"text": "One"}, "b": {"text": "Two", "by": "Ann"}}).encode()
    assert problems_of("a.json", keyed) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"name": "x", "description": "A long description of a program with many options. " * 3},
        {"text": ""},
        {"content": ["src"]},
        {"features": [{"type": "Feature", "properties": {"text": "x"}}]},
    ],
)
def test_an_object_without_a_usual_text_is_no_container(values: dict[str, object]) -> None:
    """Settings of programs and geographical data are not read."""
    assert find_container("a.json", BytesIO(json.dumps(values).encode()), ContainerHints()) is None


def test_a_list_of_paragraphs_is_a_text() -> None:
    """Other values in it are no text."""
    data = json.dumps([{"text": "One"}, {"text": ["Two", None, "Three"]}]).encode()
    assert [row.text for row in rows_of("a.json", data).values()] == ["One", "Two\n\nThree"]


def test_strings_and_objects_in_a_list_are_parts_of_one_text() -> None:
    """Programs for chats write links as objects; objects alone are paragraphs."""
    mixed = ["See ", {"type": "link", "text": "the map"}, ", please."]
    paragraphs = [{"text": "One"}, {"n": 1}, {"text": "Two"}]
    data = json.dumps([{"text": mixed}, {"text": paragraphs}]).encode()
    assert [row.text for row in rows_of("a.json", data).values()] == [
        "See the map, please.",
        "One\n\nTwo",
    ]
    only_lists = json.dumps([{"text": ["One", "Two"]}]).encode()
    assert [row.text for row in rows_of("a.json", only_lists).values()] == ["One\n\nTwo"]


@given(
    st.lists(st.fixed_dictionaries({"text": st.text().map("x".__add__)}), min_size=2, max_size=5),
    st.sampled_from([None, 0, 2]),
    st.sampled_from(["a.json", "a.jsonl"]),
)
def test_objects_one_after_the_other_are_rows(
    objects: list[dict[str, str]], indent: int | None, name: str
) -> None:
    """They may be indented, and then each is on several lines."""
    data = "\n".join(json.dumps(each, indent=indent) for each in objects).encode()
    found = rows_of(name, data)
    assert [row.text for row in found.values()] == [each["text"] for each in objects]


def test_a_text_may_be_in_an_object_within_each_object() -> None:
    """Names that are taken get longer ones; a text outside takes precedence."""
    inner = {"id": 7, "title": "A", "body": {"text": "One", "lang": "en"}}
    data = json.dumps({"id": 1, "doc": inner}) + "\n" + json.dumps({"id": 2, "doc": {"n": 1}})
    first, second = rows_of("a.jsonl", data.encode()).values()
    assert (first.text, first.title, first.language) == ("One", "A", "en")
    assert dict(first.metadata) == {"id": "1", "doc.id": "7"}
    assert (second.text, dict(second.metadata)) == ("", {"id": "2", "doc.n": "1"})
    outside = json.dumps([{"text": "Two", "doc": inner}]).encode()
    assert rows_of("a.json", outside)["1"].text == "Two"


def test_objects_under_keys_are_rows() -> None:
    """Each key is metadata of its object."""
    data = json.dumps({"a": {"text": "One"}, "b": {"text": "Two"}}, indent=1).encode()
    found = [(row.text, dict(row.metadata)) for row in rows_of("a.json", data).values()]
    assert found == [("One", {"key": "a"}), ("Two", {"key": "b"})]


def test_long_strings_in_a_list_are_rows() -> None:
    """A list of words is not one of texts."""
    texts = ["A sentence about the ferry in the harbour at night.", "Another one, as long as that."]
    assert [row.text for row in rows_of("a.json", json.dumps(texts).encode()).values()] == texts


@pytest.mark.parametrize(
    ("data", "path", "problem"),
    [
        ('{"title": "A", "text": "One', "a.json", "it is not valid JSON: Unterminated string"),
        ("{\n  // a remark\n}", "a.json", "it is not valid JSON: Expecting property name"),
        ("[" * 200_000, "a.json", "it is nested too deeply"),
        ('[{"text": "One"},\n', "a.json/2", "the list has no end"),
        ('[{"text": "One"}]\n[{"text": "Two"}]', "a.json/2", "what follows the list is not read"),
        ('{"text": "One"}\n{"text": "Two"', "a.json/2", "it is not valid JSON"),
    ],
)
def test_damaged_json_is_reported(data: str, path: str, problem: str) -> None:
    """A file without any valid value is reported as a whole, and any other at its damage."""
    ((found, reason),) = problems_of("a.json", data.encode()).items()
    assert (found, reason[: len(problem)]) == (path, problem)
    assert len(rows_of("a.json", data.encode())) == path.count("/")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("text", ['[{"text": "One"}]', '{"text": "One"}\n{"text": "Two"}\n'])
def test_json_may_have_any_byte_order_mark(encoding: str, text: str) -> None:
    """Programs of Windows write UTF-16."""
    data = ("\ufeff" * (encoding == "utf-16-be") + text).encode(encoding)
    assert rows_of("a.json", data)["1"].text == "One"


def test_empty_cells_after_the_last_column_are_none() -> None:
    """Spreadsheets pad rows with them."""
    found = rows_of("a.csv", b"id,text\n1,one,,\n2,two,, \n")
    assert [row.text for row in found.values()] == ["one"]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_bytes_outside_the_encoding_are_reported_with_their_row(kind: str) -> None:
    """A guess is reported with each row that depends on it, and so are invalid bytes."""
    template = {"csv": "id,text\n1,%s\n2,%s\n", "jsonl": '{"text": "%s"}\n{"text": "%s"}\n'}[kind]
    german, plain = "Die Brücke über den Fluß ist schön und alt.", "The bridge is old."
    first, second = rows_of(f"a.{kind}", (template % (german, plain)).encode("cp1252")).values()
    assert (first.text, second.text, second.warnings) == (german, plain, ())
    (warning,) = first.warnings
    assert warning.startswith("read as windows-1252: the table is not valid UTF-8")
    mixed = (template % (german * 9, "Caf\x00")).encode().replace(b"\0", b"\xe9")
    first, second = rows_of(f"a.{kind}", mixed).values()
    assert (first.text, first.warnings) == (german * 9, ())
    assert second.text == "Café"
    assert second.warnings == ("1 byte is not valid UTF-8 and read as windows-1252",)
    known = ContainerHints(FileRules(encoding="windows-1252"))
    encoded = (template % (german, plain)).encode("cp1252")
    assert [row.warnings for row in rows_of(f"a.{kind}", encoded, known).values()] == [(), ()]


def test_a_name_counts_where_the_content_is_damaged() -> None:
    """Damaged lines of JSON are named, and a table may hold a control character."""
    lines = b'{"text":"good"}\n{"text": bad}\n{"text":"too"}\n'
    assert list(rows_of("a.jsonl", lines)) == ["1", "3"]
    assert list(problems_of("a.jsonl", lines)) == ["a.jsonl/2"]
    (row,) = rows_of("a.csv", b"id,text\n1,a\0b\n").values()
    assert row.text == "a\0b"


def test_a_quotation_mark_that_is_never_closed_costs_one_row() -> None:
    """The lines after it are rows again."""
    data = b'id,text\n1,good\n2,"bad\n3,good\n4,good\n'
    assert list(rows_of("a.csv", data)) == ["2", "4", "5"]
    assert problems_of("a.csv", data) == {
        "a.csv/3": "a quotation mark in it is never closed. Correct it."
    }
    only = b'id,text\n1,"never closed'
    assert list(problems_of("a.csv", only)) == ["a.csv/2"]


def test_a_cell_that_is_too_long_costs_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """More text than a cell may have is probably one open quotation mark."""
    monkeypatch.setattr(rows, "MAX_CELL", 1000)
    data = b'id,text\n1,"' + b"a word\n" * 150 + b'"\n2,good\n'
    assert rows_of("a.csv", data)["153"].text == "good"
    assert any("damaged" in reason for reason in problems_of("a.csv", data).values())


def test_a_list_that_is_damaged_is_read_to_there() -> None:
    """The rest is reported."""
    long = "one " * 40_000
    data = json.dumps([{"text": long}, {"text": "two"}]).encode().replace(b'"two"', b'"two')
    assert [row.text for row in rows_of("a.json", data).values()] == [long]
    (reason,) = problems_of("a.json", data).values()
    assert reason.endswith("the objects after it were not read. Correct it.")


def test_a_table_without_names_has_no_header() -> None:
    """Row 1 is then a text like the others."""
    text = "A sentence about the ferry in the harbour at night."
    data = "".join(f"{n}\t{n + 1800}\t{text} {n}\n" for n in range(9)).encode()
    found = rows_of("a.tsv", data)
    assert list(found) == [str(number) for number in range(1, 10)]
    assert found["1"].text == f"{text} 0"


def test_a_table_may_be_compressed_or_in_an_old_encoding() -> None:
    """The encoding is detected in the whole table."""
    cells = [
        ["text", "n"],
        *(["Grüße aus Käthes Küche an der Bäckerstraße", str(n)] for n in range(9)),
    ]
    data = csv_of(cells)
    expected = rows_of("a.csv", data.encode())
    old = rows_of("a.csv", data.encode("windows-1252"))
    assert {number: row._replace(warnings=()) for number, row in old.items()} == expected
    assert rows_of("a.csv.gz", gzip.compress(data.encode())) == expected


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"a,b\n1,2\n3,4\n"),
        ("a.json", b'{"type": "FeatureCollection", "features": []}'),
        ("a.json", b'["a", "b"]'),
        ("a.txt", b"Roses are red, violets are blue,\nBarges are late, and so are you,\n"),
        ("a.txt", b"From: the Clerk\nTo: the Miller\n\nSir, they came.\n"),
        ("a.html", b"id,text\n1,one\n"),
    ],
)
def test_texts_and_numbers_are_no_containers(name: str, data: bytes) -> None:
    """A table without texts is one document, and so is prose with commas."""
    assert find_container(name, BytesIO(data), ContainerHints()) is None


def test_the_number_of_rows_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a table is reported."""
    monkeypatch.setattr(rows, "MAX_ROWS", 3)
    data = b"id,text\n" + b"1,good\n" * 9
    assert list(contents_of("a.csv", data)) == ["2", "3"]
    assert problems_of("a.csv", data) == {
        "a.csv": "rows after the first 3 were not read. Split it into parts."
    }
