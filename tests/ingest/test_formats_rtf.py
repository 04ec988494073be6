"""Tests of reading rich text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from striprtf.striprtf import rtf_to_text

from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts

FONTS = (
    r"{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset204 Cyr;}{\f2\fnil Symbol;}"
    r"{\f3\fcharset128 Mincho;}{\f4\cpg1253 Greek;}}"
)


def read(body: str, name: str = "a.rtf") -> Document:
    """Return the document with this body, after checking its blocks and passages."""
    document = read_document(name, rtf(body))
    check_blocks(document)
    check_passages(document)
    return document


def rtf(body: str) -> bytes:
    """Return a file with this body."""
    return rf"{{\rtf1\ansi\deff0{FONTS}{body}}}".encode("latin-1")


def test_content_takes_precedence_over_the_suffix() -> None:
    """Rich text is recognised by its first characters; a part of a document by its name too."""
    for name in ("a.rtf", "a.doc", "a.txt", "a", "a.md"):
        assert (read("A boat.", name).format, read("A boat.", name).text) == ("rtf", "A boat.")
    assert read_document("a.rtf", rb"{\pard A boat.\par}{\pard Two.\par}").text == "A boat.\n\nTwo."
    assert read_document("a.rtf", b"A boat.").format == "text"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"caf\'e9 \'84so\'93", "café „so“"),
        (r"{\f1 \'cc\'e8\'f0}\'e9", "Мирé"),
        (r"{\f3 \'93\'fa\'96\'7b}", "日本"),
        (r"{\f3 \'93\'fa\'83x}", "日ベ"),
        (r"{\f4 \'e1}\plain\'e1", "αá"),
        (r"{\f2 abc}", "αβχ"),
        (r"\u945 a", "α"),
        (r"\u945?\u-3913?b", "α•b"),
        (r"{\uc2\u228\'e8ab}c", "äbc"),
        (r"\uc0\u228 b", "äb"),
        (r"\uc1\u228{b}", "äb"),
        (r"\u228\emdash b", "äb"),
        (r"\u-10179?\u-8704?!", "😀!"),
        (r"\u-10179?!", "\ufffd!"),
        (r"a\~b\_c\-d\\\{\}", "a\u00a0b‑c\u00add\\{}"),
        ("a\\\nb\\par c", "a\n\nb\n\nc"),
        (r"a\line b\tab c", "a\nb\tc"),
        ("over\n two\r\nlines", "over twolines"),
        (r"\lquote a\rquote\emdash b", "‘a’—b"),
        (r"{\caps law}", "LAW"),
        (r"a{\bin5 {{{{{}b", "ab"),
        (r"a\bin-5 b", "ab"),
        (r"{\pict\bin3 }}}\par 00ff}a", "a"),
        (r"{\*\unknown x{y}}a{\unknown b}", "ab"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt a}}", "a"),
        (r"\'zz\'4\u", "zz4"),
    ],
)
def test_characters_are_decoded(source: str, text: str) -> None:
    """Escapes, code pages of fonts, Unicode with fallbacks and control words become characters."""
    assert read(source).text == text


def test_properties_end_with_their_group() -> None:
    """Styles and tables hold until the group or the properties of the paragraph end."""
    styles = r"{\stylesheet{Normal;}{\s1 heading 1;}{\s2\sbasedon1 Mine;}{\s3\sbasedon4 a;}"
    styles += r"{\s4\sbasedon3 b;}{\s5\outlinelevel1 c;}{\s6 Quote;}{\*\cs9 heading 2;}}"
    body = (
        r"{\pard\s1 one\par}two\par\pard\s2 three\par\pard\s3 four\par\pard\s5 five\par"
        r"\pard\s6 six\par\pard\intbl seven\cell eight\cell\row\pard\outlinelevel2 nine\par"
    )
    document = read(styles + body)
    assert [(block.kind.value, block.level) for block in document.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 2),
        ("quote", 0),
        ("cell", 0),
        ("cell", 0),
        ("heading", 3),
    ]
    assert document.title == "one"


def test_notes_follow_their_paragraph() -> None:
    """Footnotes, endnotes and comments do not interrupt a sentence; notes may contain notes."""
    note = r"\chftn{\footnote \pard\plain{\super\chftn} A note.\par}"
    comment = r"{\*\atnid x}{\*\annotation \pard A comment{\footnote inner}.}"
    document = read(rf"\pard One{note} goes{comment} on.\par\pard Two{note}.\par")
    assert kinds_and_texts(document) == [
        ("paragraph", "One1 goes on."),
        ("note", "1 A note."),
        ("note", "A comment."),
        ("note", "inner"),
        ("paragraph", "Two2."),
        ("note", "2 A note."),
    ]


def test_headers_and_footers_are_read_once() -> None:
    """They are set apart, before and after the text."""
    margins = r"{\headerl Ryde}{\headerr Ryde}{\footer Page{\footnote x}}"
    assert kinds_and_texts(read(rf"{margins}Text{margins}\par")) == [
        ("boilerplate", "Ryde"),
        ("paragraph", "Text"),
        ("boilerplate", "Page"),
        ("note", "x"),
    ]


def test_the_numbers_of_items_are_shown() -> None:
    """A bullet is not part of a text, a number is."""
    body = r"{\pard{\listtext\f2\'b7\tab}\ls1\ilvl0 a\par}{\pard{\pntext\pard 2)\tab}b\par}"
    assert kinds_and_texts(read(body)) == [("item", "a"), ("item", "2) b")]


def test_hidden_and_deleted_text_is_reported() -> None:
    """Their characters are counted, but not read."""
    document = read(r"a{\v bcd}{\deleted ef}\v g\v0 h\plain i")
    assert document.text == "ahi"
    assert document.warnings == ("hidden text was not read: 6 characters",)


def test_a_truncated_file_is_reported() -> None:
    """Text up to the end is read, and nothing after the end of a whole file."""
    cut = read_document("a.rtf", rb"{\rtf1{\b One{\footnote two")
    assert cut.text == "One\n\ntwo"
    assert cut.warnings == ("truncated: its end is missing",)
    assert read_document("a.rtf", rb"{\rtf1 one}}two").text == "one"
    assert read_document("a.rtf", rb"{\rtf1 one\bin99999999999999999999 two}").text == "one"


@pytest.mark.parametrize(
    "filler",
    [
        "{",
        "}",
        "\\",
        "\\'",
        "\\'e",
        "\\u1",
        "\\u1?",
        "a",
        " ",
        "\n",
        "9",
        "-",
        "\\*",
        "{\\footnote a",
        "\\footnote a",
        "{\\header a",
        "{\\footnote a}",
        "\\par a",
        "{\\fonttbl",
        "\\chftn ",
        "{\\stylesheet{\\s1\\sbasedon1 a;}",
        "{\\*\\bkmkstart a}",
        "\\yr9",
        "\\bin1 ",
        "\\f1 a\\f2 a",
        "\0",
        "{\\v a",
    ],
)
def test_hostile_fillers_are_read(filler: str) -> None:
    """Hundreds of thousands of equal parts, nested or not, end in a document."""
    filling = filler * (100_000 // len(filler))
    for start in ("", r"{\info{\creatim ", r"{\title ", r"\uc100\u"):
        document = read_document("a.rtf", f"{{\\rtf1 One. \\par {start}{filling}".encode())
        assert "One." in document.text


def test_the_end_of_a_cell_makes_it_one() -> None:
    """Some programs do not say before the text that it is in a table."""
    document = read(r"\trowd\cellx9 Ebb\cell\pard Flood\cell\row\pard After.\par")
    assert kinds_and_texts(document) == [
        ("cell", "Ebb"),
        ("cell", "Flood"),
        ("paragraph", "After."),
    ]


def test_definitions_of_lists_are_no_text() -> None:
    """Neither their names nor the patterns of their numbers are read, however they are marked."""
    lists = r"{\list{\listlevel{\leveltext x;}{\levelnumbers y;}}{\listname z;}}"
    assert read(lists + r"{\listoverridetable{\listoverride w}}Ebb.").text == "Ebb."


PIECES = st.sampled_from(
    (
        "war and peace",
        r"caf\'e9 \'84so\'93",
        r"\u8364?\u1052? ",
        r"{\b bold}{\i\ul both}",
        r"{\f1 \'cc\'e8\'f0}",
        r"\emdash \ldblquote quoted\rdblquote ",
        r"{\*\generator no words}",
        r"{\pict\wmetafile8 0102}",
        r"a\~b\_c",
        r"\{braces\}\\",
        r"\tab ",
        "\r\n",
    )
)


@given(st.lists(st.lists(PIECES, min_size=1, max_size=6), min_size=1, max_size=5))
def test_the_words_are_those_of_another_reader(paragraphs: list[list[str]]) -> None:
    """striprtf, which reads the text alone, finds the same words in the same order."""
    body = "".join(f"{{\\pard {' '.join(pieces)}\\par}}\n" for pieces in paragraphs)
    found = rtf_to_text(rtf(body).decode("latin-1"))  # type: ignore[no-untyped-call]
    assert read(body).text.split() == found.replace("\xad", "").split()
