"""Tests of the recognition of mailboxes, XML, tables and JSON in files with any name."""

import gzip
import json
from itertools import islice

import pytest

from archives import archive_of, files_of, text_archives
from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document, text_signatures
from excerpt.ingest.formats.identification import find_format
from excerpt.ingest.formats.source import Source
from excerpt.model import BlockKind
from extracted import check_passages

LETTER = """From clerk@harbour.test Mon Mar  4 09:12:55 2002
From: The Clerk <clerk@harbour.test>
Subject: Barges

The barges arrived this morning.
"""
MBOX = f"{LETTER}\n{LETTER}"
ROWS = [["id", "title", "text"], ["1", "Barges", 'They "came", late'], ["2", "Mill", "It ground"]]
BOOK = '<book xmlns="http://docbook.org/ns/docbook"><para>Barges</para></book>'
METS = '<?xml version="1.0" encoding="UTF-8"?>\n<mets><fileSec><file ID="P1"/></fileSec></mets>'
MODS = '<?xml version="1.0"?><!-- made by a program -->\n<mods xmlns="urn:mods"><title/></mods>'
RSS = '<rss version="2.0">\n<channel><title>Barges</title></channel>\n</rss>\n'
SGML = '<!DOCTYPE play SYSTEM "play.dtd" [\n<!ENTITY mdash "-">\n]>\n<play><p>Barges</p></play>'
DOCBOOK = '<?xml version="1.0"?>\n<article><title>Barges</title></article>'


def table(delimiter: str, rows: list[list[str]]) -> str:
    """Return a table; cells with a delimiter are quoted."""
    return "".join(delimiter.join(map(quote, row)) + "\n" for row in rows)


def quote(cell: str) -> str:
    """Return a cell of a table, in quotation marks if it needs them."""
    return '"' + cell.replace('"', '""') + '"' if '"' in cell or "," in cell else cell


OBJECTS = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
GRID = "".join(f"w{n}\tlemma{n}\tNOUN\n" for n in range(9))
CASES = [
    ("mailbox", MBOX),
    ("mailbox", "\n" + MBOX),
    ("subtitles", "[Script Info]\nTitle: Barges\n"),
    ("subtitles", "{12}{60}The barges arrived.\n"),
    ("bibliographic records", "@book{oakes1871,\n  title = {Silk},\n}\n"),
    ("bibliographic records", "% made by a program\n\n@Article(a1, author = {Oakes})\n"),
    ("bibliographic records", "TY  - BOOK\nAU  - Oakes\nER  - \n"),
    ("bibliographic records", "%0 Book\n%A Oakes\n"),
    ("bibliographic records", "PMID- 1\nOWN - NLM\n"),
    ("bibliographic records", "FN Silk\nVR 1.0\nPT J\n"),
    ("bibliographic records", "=LDR  00706cam a2200217 a 4500\n=001  1871\n"),
    ("bibliographic records", "00706cam a2200217 a 4500001001200000\x1e1871\x1e\x1d"),
    ("calendar or address book", "BEGIN:VCALENDAR\nVERSION:2.0\n"),
    ("calendar or address book", "BEGIN:VCARD\nFN:Oakes\n"),
    ("XML", BOOK),
    ("METS list of pages", METS),
    ("XML", MODS),
    ("XML", RSS),
    ("XML", SGML),
    ("XML", DOCBOOK),
    ("XML", '<doc id="1">\nBarges\n</doc>\n<doc id="2">\nMill\n</doc>\n'),
    ("JSON", json.dumps(OBJECTS)),
    ("JSON", json.dumps(OBJECTS, indent=2)),
    ("JSON", "\n".join(map(json.dumps, OBJECTS))),
    ("JSON", json.dumps(["The barges arrived.", "The mill ground."])),
    ("JSON", json.dumps([{"text": "The barges arrived. " * 9000}])),
]
TABLES = [
    "id,text\n1,one,two,three\n2\n3,three\n",
    table(",", ROWS),
    table(";", ROWS),
    table("\t", ROWS),
    table("|", ROWS),
    '"id","text"\n"1","Barges, and a mill"\n"2","The mill"\n',
    GRID,
    "".join(f"{n},{n * n}\n" for n in range(9)),
    "".join(f"{n}\t{n * n}\n" for n in range(9)),
    "".join(f"{n}/7;-{n},5;{n}e-3\n" for n in range(9)),
    "text\tyear\n" + "The barges arrived\t1801\n" * 9000,
]
ENDS = [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("utf-16", "\n"), ("latin-1", "\r")]


@pytest.mark.parametrize(("name", "text"), CASES)
@pytest.mark.parametrize(("encoding", "line_end"), ENDS)
@pytest.mark.parametrize("path", ["a.txt", "a", "a.md", "a.xyz"])
def test_a_structured_text_is_reported_by_name(
    name: str, text: str, encoding: str, line_end: str, path: str
) -> None:
    """The content decides, whatever the name, encoding and line ends; a remedy is given."""
    data = text.replace("\n", line_end).encode(encoding)
    with pytest.raises(Unreadable, match=f"its content identifies it as {name}, ") as caught:
        read_document(path, data)
    assert len(caught.value.remedies) == 1


@pytest.mark.parametrize("text", TABLES)
@pytest.mark.parametrize(("encoding", "line_end"), ENDS)
@pytest.mark.parametrize("path", ["a.txt", "a", "a.md", "a.xyz"])
def test_a_table_is_recognised(text: str, encoding: str, line_end: str, path: str) -> None:
    """The content decides, whatever the name, encoding and line ends; its cells are read."""
    document = read_document(path, text.replace("\n", line_end).encode(encoding))
    assert document.format == "table"
    assert {block.kind for block in document.blocks} == {BlockKind.CELL}
    assert any("read as one text" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("1,The harbour was closed.,1900\n2,The ferry sank.,1901\n", "table"),
        ('"Letter ID","From whom?"\n"L1","J. Smith"\n', "table"),
        ("1,5;2,5\n3;4\n", "table"),
        ("The barges came, late.\nThe mill ground.\nIt was late, and cold, and dark.\n", "text"),
        ("The barges came.\n", "text"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz"])
def test_a_file_named_as_a_table_is_one(name: str, text: str, format_: str) -> None:
    """Nearly all of its rows have equally many cells; names of columns are not needed."""
    data = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
    assert read_document(name, data).format == format_


def test_a_table_of_tiny_cells_is_read_in_lines() -> None:
    """Tens of thousands of cells of a few letters are blocks of many rows, which is reported."""
    source = "name;a;b\n" + "".join(f"n{n};b;3\n" for n in range(11_000))
    document = read_document("a.csv", source.encode())
    assert (document.format, document.text, document.has_lines) == ("table", source, True)
    assert len(document.blocks) < 300
    assert {str(block.kind) for block in document.blocks} == {"paragraph"}
    assert [warning for warning in document.warnings if "very short" in warning]
    check_passages(document)
    few = read_document("a.csv", source[:20_000].encode())
    assert {str(block.kind) for block in few.blocks} == {"cell"}


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.emlx.gz", r"Apple Mail message \(EMLX\)"), ("a.ass.gz", "subtitles")],
)
def test_a_compressed_file_is_reported_by_its_suffix(path: str, name: str) -> None:
    """The suffix before .gz counts where the content tells nothing."""
    with pytest.raises(Unreadable, match=f"its name identifies it as {name}, "):
        read_document(path, gzip.compress(b"The barges arrived."))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.xml", "<barges/>"),
        ("a.xml", "<!-- only a comment --><barges>"),
        ("a.html", METS),
        ("a.html", BOOK),
        ("a.htm", MBOX),
    ],
)
def test_other_formats_under_the_name_of_markup_are_reported(path: str, text: str) -> None:
    """XML that is not HTML, and a mailbox, are not read as web pages."""
    with pytest.raises(Unreadable, match="which is not supported yet"):
        read_document(path, text.encode())


@pytest.mark.parametrize("path", ["a.xml", "a.txt", "a.xhtml", "a", "a.html"])
@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">Barges</html>',
        '<?xml version="1.0"?><?style a?>\n<!DOCTYPE html PUBLIC "-//"><!-- --><html>Barges</html>',
        "<!doctype html><title>Barges</title>Barges",
    ],
)
def test_xhtml_is_html(path: str, text: str) -> None:
    """XHTML is read as HTML, whatever its name."""
    assert read_document(path, text.encode()).format == "html"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "From: the Clerk\nTo: the Miller\nDate: 4 March 1802\nSubject: Barges\n\nSir, they came.\n",
        "From the harbour at 10:30 in the morning\nThe barges: they came.\n",
        "Date: 4 March\nReceived: 6 March from Ryde by boat\nFrom: the Clerk\n\nSir, they came.\n",
        "From: clerk@harbour.test\nDate: 4 March\n\nSir, they came.\n",
        "Roses are red, violets are blue,\nBarges are late, and so are you,\n",
        "London, Paris, Rome\nBerlin, Bonn, Kiel\nOslo, Bergen, Moss\nRyde, Cowes, Hythe\n",
        "HAMLET\tTo be, or not to be.\nOPHELIA\tMy lord.\nHAMLET\tWho is there?\n",
        "1\tIn the beginning was the mill.\n2\tAnd the mill ground.\n3\tAnd it was late.\n",
        "The clerk; the miller\nThe barge; the mill\nThe lamp; the lock\n",
        "The barges came, the mill ground, and the lamp was lit.\n" * 20,
        "\tThe barges came.\n\tThe mill ground.\n\tThe lamp was lit.\n" * 20,
        "1\n00:00 is midnight --> or so they say.\n",
        "12:30 --> the barges leave\n",
        "[12] The barges came.\n[13] The mill ground.\n",
        '["Hello," he said, "the barges came."]\n',
        "{sic} The barges came.\n",
        '{"Hello," he said.}\n',
        "{{Infobox|name=Barges}}\n== Barges ==\n",
        "<25> The barges came.\n",
        "<HAMLET> To be, or not to be.\n<OPHELIA> My lord.\n",
        "<i>Barges</i> came, and <b>mills</b> ground.\n",
        "< 5 barges, > 3 mills\n",
        "| barge | mill |\n|-------|------|\n| late | early |\n",
        "id,text\n",
        "春眠,不覚暁\n処処,聞啼鳥\n夜来,風雨声\n",
        "WEBVTTs are files of subtitles.\n",
    ],
)
@pytest.mark.parametrize("path", ["a.txt", "a"])
def test_prose_is_never_refused(path: str, text: str) -> None:
    """Letters, verses, plays, lists and drawn tables are texts."""
    assert read_document(path, text.encode()).format in {"text", "wiki"}


@pytest.mark.parametrize(
    "start", ['{"a": "', '["', "a,b\n", "<!--", "<a ", "From: a\n", "<!DOCTYPE a ["]
)
@pytest.mark.parametrize(
    "filler", ["{", '"', "<", "<!--", " ", "\n", ",", "]", "\\", "a: b\n", "--"]
)
def test_any_start_is_judged(start: str, filler: str) -> None:
    """Long runs of marks after the start of a structure end in a decision."""
    source = Source("txt", (start + filler * text_signatures.SAMPLE).encode())
    try:
        is_judged = find_format(source).is_text
    except Unreadable as error:
        is_judged = bool(error.remedies)
    assert is_judged


@pytest.mark.skipif(not text_archives(), reason="EXCERPT_TEST_DATA is not set")
@pytest.mark.parametrize("name", ["ungdc", "scans", "speeches", "udhr", "sample"])
def test_no_text_of_a_collection_is_refused(name: str) -> None:
    """Real texts are not taken for mail, XML, subtitles, tables or JSON."""
    n_files, refused = 0, []
    for path, data in islice(files_of(archive_of(name)), 200):
        suffix = path.rpartition("/")[2].rpartition(".")[2]
        if suffix in {"txt", "html", "htm", "md"} or name == "udhr":
            n_files += 1
            try:
                find_format(Source(suffix, data))
            except Unreadable as error:
                refused.append((path, error.reason))
    assert n_files > 50
    assert [each for each in refused if "identifies" in each[1]] == []
