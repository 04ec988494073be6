"""Tests of reading OpenDocument texts."""

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.office.odt import MAX_SPACES
from excerpt.model import Document
from extracted import check_blocks, kinds_and_texts
from packages import ODF, odt, zip_members


def read(data: bytes, name: str = "a.odt") -> Document:
    """Return the document in `data`, after checking its blocks."""
    document = read_document(name, data)
    check_blocks(document)
    return document


def test_content_takes_precedence_over_the_suffix() -> None:
    """A text is recognised by the type that its package names."""
    data = odt("<text:p>A boat.</text:p>")
    for name in ("a.odt", "a.txt", "a"):
        assert (read(data, name).format, read(data, name).text) == ("odt", "A boat.")


def test_huge_counts_are_capped() -> None:
    """A few characters cannot stand for gigabytes of spaces or cells."""
    count = "2000000000"
    document = read(
        odt(
            f'<text:p>a<text:s text:c="{count}"/>b</text:p><table:table><table:table-row '
            f'table:number-rows-repeated="{count}"><table:table-cell table:number-columns-repeated='
            f'"{count}"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
        )
    )
    assert document.text == f"a{' ' * MAX_SPACES}b\n\nx"


def test_a_frame_in_a_note_does_not_end_it() -> None:
    """Insertions may stand in insertions."""
    frame = "<text:p>in a frame</text:p>"
    note = (
        "<text:note><text:note-citation>*</text:note-citation><text:note-body>"
        f"<text:p>Note {frame} ends.</text:p></text:note-body></text:note>"
    )
    assert kinds_and_texts(read(odt(f"<text:p>Text{note} goes on.</text:p>"))) == [
        ("paragraph", "Text* goes on."),
        ("note", "* Note  ends.".replace("  ", " ")),
        ("note", "in a frame"),
    ]


@pytest.mark.parametrize(
    ("level", "found"), [("1", 1), ("9", 6), ("0", 1), ("x", 1), ("", 1), ("99999999999", 6)]
)
def test_the_level_of_a_heading_is_limited(level: str, found: int) -> None:
    """Whatever the level is, there are six."""
    (block,) = read(odt(f'<text:h text:outline-level="{level}">May</text:h>')).blocks
    assert (block.kind.value, block.level) == ("heading", found)


def test_styles_may_refer_to_each_other() -> None:
    """A quotation is known by the style that its style is based on; loops end."""
    styles = "".join(
        f'<style:style style:name="{name}" style:family="paragraph" '
        f'style:parent-style-name="{parent}"/>'
        for name, parent in [("a", "b"), ("b", "a"), ("c", "d"), ("d", "Quotations")]
    )
    members = {"styles.xml": f"<office:document-styles {ODF}>{styles}</office:document-styles>"}
    body = '<text:p text:style-name="a">one</text:p><text:p text:style-name="c">two</text:p>'
    assert [kind for kind, _ in kinds_and_texts(read(odt(body, members)))] == [
        "paragraph",
        "quote",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (odt("<text:p>x</text:p>")[:-40], "it is damaged"),
        (odt("<text:p>"), "its part content.xml is not well-formed XML"),
        (odt("", {"META-INF/manifest.xml": "<encryption-data/>"}), "it is encrypted"),
        (
            zip_members([("mimetype", "application/vnd.oasis.opendocument.text")]),
            "there is no text in it",
        ),
        (odt(" " * (17 << 20)), "decompresses to 17 MiB"),
        (zip_members([("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]), "zip arch"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(data: bytes, message: str) -> None:
    """Damaged, encrypted and hostile files give one clear message."""
    with pytest.raises(Unreadable, match=message):
        read(data)


@pytest.mark.parametrize(
    ("creators", "metadata"),
    [
        ("<dc:creator>Ann Ash</dc:creator>", {"author": "Ann Ash"}),
        (
            "<meta:initial-creator>Bo  Birk</meta:initial-creator><dc:creator>Ann</dc:creator>",
            {"author": "Bo Birk"},
        ),
        ("<meta:initial-creator>user</meta:initial-creator><dc:creator>Ann</dc:creator>", {}),
    ],
)
def test_the_author_is_who_began_the_document(creators: str, metadata: dict[str, str]) -> None:
    """The one who changed it last counts only if nobody else is named; a program is no author."""
    meta = f"<office:meta>{creators}<dc:date>2020-01-01T00:00:00</dc:date></office:meta>"
    root = f"<office:document-meta {ODF}>{meta}</office:document-meta>"
    assert dict(read(odt("<text:p>x</text:p>", {"meta.xml": root})).metadata) == metadata


def test_embedded_objects_are_reported() -> None:
    """The text of an object is in a file of its own, which is not read."""
    assert read(odt("<text:p>x<object/></text:p>")).warnings == (
        "not read: embedded objects, such as formulas (1)",
    )


def level(number: int, *, letters: str = "1", suffix: str = ".", shown: int = 1, of: str) -> str:
    """Return a level of a style of lists or of the outline."""
    return (
        f'<text:{of}-level-style text:level="{number}" style:num-format="{letters}"'
        f' style:num-suffix="{suffix}" text:display-levels="{shown}"/>'
    ).replace("list-level-style", "list-level-style-number")


STYLES = {
    "styles.xml": f"<office:document-styles {ODF}><office:styles>"
    '<text:list-style style:name="L">'
    + level(1, of="list")
    + level(2, letters="a", suffix=")", of="list")
    + level(3, letters="I", shown=3, of="list")
    + '<text:list-level-style-bullet text:level="4"/></text:list-style><text:outline-style>'
    + level(1, suffix="", of="outline")
    + level(2, suffix="", shown=2, of="outline")
    + level(3, letters="", of="outline")
    + "</text:outline-style></office:styles></office:document-styles>"
}


def items(*texts: str, attributes: str = "") -> str:
    """Return a list with these paragraphs, and lists, as items."""
    return f"<text:list {attributes}>" + "".join(
        f"<text:list-item>{each if each.startswith('<') else f'<text:p>{each}</text:p>'}"
        "</text:list-item>"
        for each in texts
    ) + "</text:list>"  # fmt: skip


L = 'text:style-name="L"'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (items("x", "y", attributes=L), ["1. x", "2. y"]),
        (items("x", attributes=L) + items("y", attributes=L), ["1. x", "1. y"]),
        (
            items("x", attributes=L)
            + items("y", attributes=f'{L} text:continue-numbering="true"')
            + items("z", attributes=f'{L} text:continue-list="x"'),
            ["1. x", "2. y", "3. z"],
        ),
        (
            items("x", "<text:p>y</text:p>" + items("a", "b"), "z", attributes=L),
            ["1. x", "2. y", "a) a", "b) b", "3. z"],
        ),
        (
            items("<text:p>x</text:p>" + items("<text:p>y</text:p>" + items("z")), attributes=L),
            ["1. x", "a) y", "1.a.I. z"],
        ),
        (items(items(items(items("x"))), attributes=L), ["x"]),
        (items("x", "y", attributes='text:style-name="other"'), ["x", "y"]),
        (items("<text:p>x</text:p><text:p>more</text:p>", "y", attributes=L),
         ["1. x", "more", "2. y"]),
        (items("x", attributes=L).replace("list-item>", 'list-item text:start-value="7">', 1),
         ["7. x"]),
        (items("x", attributes=L).replace("list-item", "list-header"), ["x"]),
    ],
)  # fmt: skip
def test_items_have_their_numbers(body: str, expected: list[str]) -> None:
    """Programs count them by the style of the list; the numbers are set apart."""
    document = read(odt(body, STYLES))
    assert [text for _, text in kinds_and_texts(document)] == expected
    numbers = [text.split()[0] for text in expected if " " in text]
    assert [mark.span.of(document.text) for mark in document.marks] == numbers


def test_headings_have_their_numbers() -> None:
    """The numbers of headings are words of them; the style of the outline writes them."""
    heads = [(1, "Mill", ""), (2, "Weir", ""), (2, "Dam", ""), (1, "Ferry", ""), (3, "Oar", ""),
             (2, "Boat", ""), (1, "Index", 'text:is-list-header="true"')]  # fmt: skip
    body = "".join(
        f'<text:h text:outline-level="{depth}" {more}>{title}</text:h>'
        for depth, title, more in heads
    )
    document = read(odt(body, STYLES))
    assert [text for _, text in kinds_and_texts(document)] == [
        "1 Mill", "1.1 Weir", "1.2 Dam", "2 Ferry", "Oar", "2.1 Boat", "Index",
    ]  # fmt: skip
    assert document.marks == ()
