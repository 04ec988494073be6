"""Manuscripts in several formats → quotations, their locations and their notes."""

import pytest

from excerpt.errors import Unreadable
from excerpt.quotations.manuscript import Quotation, read_quotations
from packages import W, docx

MARKDOWN = """# A chapter with “a title in marks”

He said "the front was united" (front.txt, p. 3).[^1] It’s *"very **good** and true"*.

> This is a block quotation
> of two lines.
>
> Its second paragraph.
> — Author, Book

(strike.md:95)

Then[^2] more. “A quotation

“that goes on,” she said, and “it ends”.

In mill.txt we read “from the mill”.

<blockquote cite="x.txt">In <q>an element</q> here</blockquote>

An “unclosed one.

[^1]: front.txt, p. 80.
[^2]: Another “quotation in a note”, see strike.md.
"""
PAGE = b"""<html><body><h1>T</h1>
<p>He said <q cite="foo.txt">the front was united</q><sup><a href="#fn1">1</a></sup> again.</p>
<blockquote cite="http://x/y"><p>One paragraph.</p><p>Two <q>inner</q> ones.</p>
<footer>\xe2\x80\x94 <cite>front.txt:80</cite></footer></blockquote>
<ol><li id="fn1">front.txt, p. 80. <a href="#r">\xe2\x86\xa9</a></li></ol></body></html>"""


def found(path: str, data: bytes | str) -> dict[str, Quotation]:
    """Return the quotations of a manuscript by their texts."""
    encoded = data if isinstance(data, bytes) else data.encode()
    return {each.text: each for each in read_quotations(path, encoded)}


def test_markdown() -> None:
    """Marks, block quotations, elements, footnotes and lines of Markdown."""
    quotations = found("a.md", MARKDOWN)
    assert [(each.text, each.line) for each in quotations.values()] == [
        ("a title in marks", 1),
        ("the front was united", 3),
        ("very good and true", 3),
        ("This is a block quotation of two lines. Its second paragraph.", 5),
        ("A quotation that goes on,", 13),
        ("it ends", 15),
        ("from the mill", 17),
        ("In “ an element” here", 19),
        ("unclosed one.", 21),
        ("quotation in a note", 24),
    ]
    assert [each.text for each in quotations.values() if each.is_unclosed] == ["unclosed one."]


def test_the_note_of_a_quotation_names_its_source() -> None:
    """The footnote, the text after a quotation, the line below it, or the text before it."""
    quotations = found("a.md", MARKDOWN)
    first = quotations["the front was united"].notes
    assert first[0].endswith("front.txt, p. 80.")
    assert "(front.txt, p. 3)" in first[1]
    block = quotations["This is a block quotation of two lines. Its second paragraph."].notes
    assert block == ("— Author, Book", "(strike.md:95)")
    assert "mill.txt" in quotations["from the mill"].notes[-1]
    assert "see strike.md" in quotations["quotation in a note"].notes[0]
    assert not any("mill.txt" in note for note in quotations["very good and true"].notes)


def test_html() -> None:
    """Elements for quotations and their attribute `cite`, footnotes, and a footer."""
    quotations = found("a.html", PAGE)
    assert list(quotations) == ["the front was united", "One paragraph. Two “inner” ones."]
    marked, block = quotations.values()
    assert marked.line is None
    assert marked.notes[0] == "foo.txt"
    assert marked.notes[1].startswith("front.txt, p. 80.")
    assert block.notes == ("http://x/y", "— front.txt:80")
    assert (marked.paragraph, block.paragraph) == (2, 3)


def test_docx() -> None:
    """Styles for quotations and footnotes of a Word document."""
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Quote"/>'
        "</w:style></w:styles>"
    )
    notes = (
        f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r>'
        '<w:t xml:space="preserve"> front.txt, p. 4; “and so in the note”.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    body = (
        "<w:p><w:r><w:t>She wrote „wir sind viele“.</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        '<w:p><w:pPr><w:pStyle w:val="Q"/></w:pPr><w:r><w:t>A whole paragraph.</w:t></w:r></w:p>'
    )
    data = docx(body, [("styles", "styles.xml", styles), ("footnotes", "footnotes.xml", notes)])
    quotations = found("a.docx", data)
    assert set(quotations) == {"wir sind viele", "A whole paragraph.", "and so in the note"}
    assert quotations["wir sind viele"].notes[0].endswith("“and so in the note”.")


def test_plain_text() -> None:
    """Lines of plain text may be broken within a quotation, and even within a word."""
    quotations = found("a.txt", 'A line.\n\nHe said "the front was uni-\nted at last" then.\n')
    (quotation,) = quotations.values()
    assert quotation.line == 3
    assert [token.term for token in quotation.fragments[0].tokens] == [
        *("the", "front", "was", "united", "at", "last")
    ]


def test_code_is_not_quoted() -> None:
    """Quotation marks in code are those of a programming language."""
    text = (
        'He wrote "one" and `print("two")` and ``a("`")`` and "three".\n\n'
        '```python\nprint("four")\n```\n\n~~~\nprint("five")\n~~~\n\nThen "six" and ` "seven".\n'
    )
    assert list(found("a.md", text)) == ["one", "three", "six", "seven"]


def test_the_marks_of_tex() -> None:
    """Two grave accents open a quotation, and two apostrophes close it."""
    assert list(found("a.txt", "He wrote ``one and two'' and ``three'', didn't he?")) == [
        "one and two",
        "three",
    ]


def test_a_closing_paragraph_needs_no_mark_of_its_own() -> None:
    """A quotation may go on in a paragraph that does not repeat the opening mark."""
    quotations = found("a.md", "“One paragraph.\n\nAnother paragraph.” Then “more”.\n")
    assert list(quotations) == ["One paragraph. Another paragraph.", "more"]


def test_a_file_that_cannot_be_read_is_an_error() -> None:
    """The reason is that of the reader."""
    with pytest.raises(Unreadable):
        read_quotations("a.docx", b"PK\x03\x04 broken")


@pytest.mark.parametrize(
    "note",
    ["c.txt", "see c.txt:3", "R&D, new.txt", "Marx 1867", "Marx and Engels, 1848, 12", "pp. 3–4"],
)
@pytest.mark.parametrize("between", [" ", "\n> ", "\n>\n> "])
def test_a_parenthesis_at_the_end_of_a_block_quotation_is_its_note(between: str, note: str) -> None:
    """The note is not quoted, and no block of its own."""
    (quotation,) = read_quotations("a.md", f"> We go. We stay.{between}({note})\n\nSo.".encode())
    assert (quotation.text, quotation.notes) == ("We go. We stay.", (note,))
    assert quotation.blocks == ()


@pytest.mark.parametrize(
    "end",
    [
        " (Applause.)",
        " (May 1968)",
        " (They had come from Paris in 1848)",
        " (and of page 3 they said nothing)",
        " in town (c.txt)",
    ],
)
def test_other_parentheses_are_quoted(end: str) -> None:
    """A parenthesis that names no source, or that is within a sentence, may be of the source."""
    text = f"We go. We stay{'' if end.startswith(' in') else '.'}{end}"
    (quotation,) = read_quotations("a.md", f"> {text}\n\nSo.".encode())
    assert (quotation.text, quotation.notes) == (text, ())


@pytest.mark.parametrize(
    ("content", "text", "notes"),
    [
        ("We stay. <cite>c.txt</cite>", "We stay.", ("c.txt",)),
        ("<p>We stay.</p><cite><a href='x'>c.txt</a></cite>", "We stay.", ("c.txt",)),
        ("<p>We stay. <cite>c.txt</cite></p>\n", "We stay.", ("c.txt",)),
        ("We read <cite>The Times</cite>", "We read The Times", ()),
        ("We read. <cite>The Times</cite> was late.", "We read. The Times was late.", ()),
    ],
)
def test_a_cite_at_the_end_of_a_block_quotation_is_its_note(
    content: str, text: str, notes: tuple[str, ...]
) -> None:
    """A title within the quotation, or at the end of its last sentence, is quoted."""
    page = f"<html><body><p>T</p><blockquote>{content}</blockquote><p>So.</p></body></html>"
    (quotation,) = read_quotations("a.html", page.encode())
    assert (quotation.text, quotation.notes) == (text, notes)
    assert quotation.blocks == ()
