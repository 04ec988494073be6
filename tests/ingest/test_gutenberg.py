"""Tests of texts of Project Gutenberg: the licence is set apart, and the header is read."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, kinds_and_texts

HEADER = """The Project Gutenberg eBook of The Weir House, by Ada Voss

This eBook is for the use of anyone anywhere.

Title: The Weir House
       or, The Keeper's Year

Author: Ada Voss

Release date: March 1, 2004 [eBook #99998]
                Most recently updated: June 3, 2020

Language: German

Credits: A volunteer

"""
OLD_HEADER = """**The Project Gutenberg Etext of The Weir House, by Ada Voss**

Release Date: May, 1994  [Etext #98]

*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*
"""
TEXT = "\n\nThe keeper opened the weir.\n\n"
STARTS = [
    "*** START OF THE PROJECT GUTENBERG EBOOK THE WEIR HOUSE ***",
    "*** START OF THIS PROJECT GUTENBERG EBOOK THE WEIR HOUSE OR THE KEEPER'S YEAR, VOLUME\nII ***",
    "***START OF THE PROJECT GUTENBERG EBOOK THE WEIR HOUSE***",
]
ENDS = [
    "*** END OF THE PROJECT GUTENBERG EBOOK THE WEIR HOUSE ***\n\nUpdated editions.\n",
    "End of Project Gutenberg's The Weir\n\n*** END OF THIS PROJECT GUTENBERG EBOOK ***\n\n****\n",
    "End of the Project Gutenberg Etext of The Weir House\n",
    "",
]


def read(source: str, name: str = "a.txt") -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document(name, source.encode())
    check_blocks(document)
    return document


def running_text(document: Document) -> list[str]:
    """Return the texts of the blocks that a plain search finds."""
    return [text for kind, text in kinds_and_texts(document) if kind != "boilerplate"]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_header_and_licence_are_boilerplate(start: str, end: str, name: str) -> None:
    """Only the lines between the two are text, and the header becomes metadata."""
    document = read(HEADER + start + TEXT + end, name)
    assert running_text(document) == ["The keeper opened the weir."]
    assert document.title == "The Weir House or, The Keeper's Year"
    assert document.language == "de"
    assert dict(document.metadata) == {
        "author": "Ada Voss",
        "published": "March 1, 2004",
        "language": "German",
    }


def test_an_old_header() -> None:
    """Without a line for the title, the first line of the header names title and author."""
    document = read(OLD_HEADER + TEXT + ENDS[2])
    assert running_text(document) == ["The keeper opened the weir."]
    assert document.title == "The Weir House"
    assert dict(document.metadata) == {"author": "Ada Voss", "published": "May, 1994"}


def test_lines_without_blank_lines_between() -> None:
    """The line before the text is set apart even if the text follows directly; so are credits."""
    document = read(f"{HEADER}{STARTS[0]}\nProduced by a volunteer\n\nOne\ntwo.\n{ENDS[0]}")
    assert running_text(document) == ["One\ntwo."]


def test_several_texts_in_one_file() -> None:
    """The licence between two texts is boilerplate too."""
    document = read((HEADER + STARTS[0] + TEXT + ENDS[0]) * 2)
    assert running_text(document) == ["The keeper opened the weir."] * 2


def test_a_web_page() -> None:
    """The header of a page is read in the same way."""
    page = (
        "<html><head><title>The Project Gutenberg eBook of The Weir, by Ada Voss</title></head>"
        "<body><div><p>The Project Gutenberg eBook of The Weir</p><p><strong>Title</strong>: The "
        "Weir</p><p><strong>Author</strong>: Ada Voss</p><p><strong>Release date</strong>: March 1,"
        " 2004 [eBook #99998]<br>Most recently updated: June 3, 2020</p></div><div>*** START OF "
        "THE PROJECT GUTENBERG EBOOK THE WEIR ***</div><p>The keeper.</p><div>*** END OF THE "
        "PROJECT GUTENBERG EBOOK THE WEIR ***</div><p>Updated editions.</p></body></html>"
    )
    document = read(page, "a.html")
    assert running_text(document) == ["The keeper."]
    assert (document.title, dict(document.metadata)) == (
        "The Weir",
        {"author": "Ada Voss", "published": "March 1, 2004"},
    )


@pytest.mark.parametrize(
    "source",
    [
        "He spoke of Project Gutenberg.\n\nTitle: none\n",
        "*** END OF THE PROJECT GUTENBERG EBOOK ***\n\n*** START OF THE PROJECT GUTENBERG EBOOK\n",
        "We quote *** START OF THE PROJECT GUTENBERG EBOOK X *** here.\n",
    ],
)
def test_other_texts_are_left_alone(source: str) -> None:
    """A mention is no header."""
    document = read(source)
    assert "boilerplate" not in {kind for kind, _ in kinds_and_texts(document)}


@pytest.mark.parametrize(
    ("line", "encoding"),
    [
        ("Character set encoding: ISO-8859-1", "latin-1"),
        ("Charset: KOI8-R", "koi8-r"),
        ("Encoding: macintosh", "mac-roman"),
    ],
)
def test_a_line_of_the_header_declares_the_encoding(line: str, encoding: str) -> None:
    """A text with a line about its character set is read from it, and nothing is guessed."""
    word = "Шлюз" if encoding == "koi8-r" else "Flußwächter"
    text = f"Title: {word}\n{line}\n\n{STARTS[0]}\n\nDie {word}.\n"
    document = read_document("a.txt", text.encode(encoding))
    assert f"Die {word}." in document.text
    assert not any("declared" in warning for warning in document.warnings)
