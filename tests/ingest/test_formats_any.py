"""Laws of extraction that hold for any bytes and any markup, in every format."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, check_passages

NAMES = ("a.txt", "a.md", "a.wiki", "a.html", "a", "a.txt.gz")
LINES = st.sampled_from(
    [
        *(
            "",
            "",
            "A line of words that runs on",
            "and goes on in small letters.",
            "It ends here.",
            "  indented",
        ),
        *(
            "== Heading ==",
            "# Heading #",
            "======",
            "------",
            "CAPITALS ALONE",
            "- an item",
            "  - deeper",
            "1. first",
        ),
        *(
            "| a | b |",
            "|---|---|",
            "> quoted",
            "## Page 12",
            "[p. 13] and on",
            "12",
            "iv",
            "\f",
            "[^1]: note",
            "***",
        ),
        *(
            "revolu-",
            "tion of the U.S.S.R. and",
            "- Key: value",
            "---",
            "```",
            "Notes",
            "<!-- x -->",
            "[a]: http://b.c",
        ),
        *(
            "社会主義。国際",
            "\u3000",
            "\u00a0",
            "x\u0301",
            "= = =",
            "=",
            "#",
            "|",
            ">",
            "a" * 90,
            "word " * 250,
        ),
    ]
)
TAGS = [
    "p",
    "div",
    "h1",
    "h2",
    "ul",
    "li",
    "blockquote",
    "table",
    "tr",
    "td",
    "em",
    "a",
    "sup",
    "pre",
    "br",
    "nav",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        [
            *(
                '<p class="footnote">',
                '<a href="#n1"><sup>1</sup></a>',
                '<a name="x">',
                "<p hidden>",
                "<hgroup>",
                "&shy;",
            ),
            *(
                '<span class="pagenum">[12]</span>',
                "<br><br>",
                "&nbsp;",
                "&#xd800;",
                "<!--",
                "-->",
                "<header>",
                "\x0b",
            ),
            *(
                "word ",
                "\n",
                "12",
                "<title>",
                "</title>",
                '<div class="menu">',
                "<aside>",
                "<script>",
                "</script>",
                "<",
            ),
        ]
    ),
)


def checked(name: str, data: bytes) -> Document | None:
    """The document in `data`, with all laws checked; None if it is refused."""
    try:
        document = read_document(name, data)
    except Unreadable:
        return None
    check_blocks(document)
    check_passages(document)
    document.text.encode()  # no lone surrogates
    assert "\r" not in document.text
    return document


@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    """Nothing but Unreadable is raised for any bytes, and what is read obeys the laws of blocks and passages."""
    checked(name, data)


@given(st.sampled_from(NAMES[:5]), st.text(max_size=300))
def test_any_text_is_read(name: str, text: str) -> None:
    """Texts of any characters obey the laws."""
    checked(name, text.encode("utf-8", "surrogatepass"))


@given(st.sampled_from(NAMES[:3]), st.lists(LINES, max_size=30))
def test_any_lines_are_read(name: str, lines: list[str]) -> None:
    """Lines that look like markup obey the laws in any order, and the text is the source itself."""
    source = "\n".join(lines)
    document = checked(name, source.encode())
    assert document is not None
    assert document.text == source


@given(st.lists(PIECES, max_size=40))
def test_any_tags_are_read(pieces: list[str]) -> None:
    """Tags that open and close in any order obey the laws."""
    document = checked("a.html", ("<p>Words of a page. " + "".join(pieces)).encode())
    assert document is not None


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80)
)
def test_a_compressed_twin_is_the_same_document(text: str) -> None:
    """A file compressed with gzip is read as what is in it."""
    data = f"Some words. {text}".encode()
    assert read_document("a.txt.gz", gzip.compress(data)) == read_document("a.txt", data)


def test_a_bomb_is_not_unpacked() -> None:
    """A small file that unpacks to far more than any text is refused before the memory is gone."""
    with pytest.raises(Unreadable, match="decompresses to more than"):
        read_document("a.txt.gz", gzip.compress(bytes(64 << 20)))


def test_damaged_compression_is_refused() -> None:
    """A compressed file that ends too early, or holds something else, is refused and says why."""
    data = gzip.compress(b"Some words. " * 20)
    for damaged in (data[:-12], data[:15] + bytes(20)):
        with pytest.raises(Unreadable, match="damaged"):
            read_document("a.txt.gz", damaged)


def test_an_empty_file_is_an_empty_document() -> None:
    """An empty file is no failure: it has no text and no blocks."""
    for name in NAMES:
        document = read_document(name, b"")
        assert (document.text, document.blocks) == ("", ())


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("page", b"<!DOCTYPE html><p>x", "html"),
        ("page.txt", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- saved --><html><p>x', "html"),
        ("page.htm", b"no tag in it", "text"),
        ("notes.md", b"# x", "markdown"),
        ("article.txt", b"Lead.\n\n== Part ==\n\nText.", "wiki"),
        ("article.txt", b"a == b, she wrote", "text"),
        ("README", b"plain", "text"),
        ("x.HTML", b"<p>x", "html"),
    ],
)
def test_the_format_is_found(name: str, data: bytes, kind: str) -> None:
    """The format is told by the name, and by the content where the name says nothing or is wrong."""
    assert read_document(name, data).format == kind
