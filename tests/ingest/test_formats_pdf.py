"""PDF files written by the tests → documents: text, blocks, marks, pages, metadata and warnings."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import Unreadable
from excerpt.ingest.formats import guarded, read_document
from excerpt.ingest.formats.pdf.library import Pdf
from excerpt.ingest.formats.pdf.right_to_left import in_reading_order
from excerpt.ingest.formats.registry import Limits
from excerpt.ingest.passages import cut_passages
from excerpt.model import Document, Reason
from excerpt.text.running_text import running_text
from extracted import check_blocks, check_marks, check_passages
from pdf_writer import ENCRYPTED, SCAN, PdfFile, Text, column, encrypted_pdf
from sample_pdf import SAMPLE, sample

LINES = """\
The weavers of the town had met in the long room above the dye works since
the first frost of the year, and they kept a book in which every loom and
every debt was written down by a clerk whom they paid in bread and candles
because there was no coin to be had before the boats came up the river on"""
MORE = """\
the day after the ice had broken. Then the merchants opened their chests and
paid what they owed, and the clerk struck out one line after the other until
nothing was left but the name of a man who had gone over the hills in winter."""


def varied(text: str, number: int) -> str:
    """Return `text` with other words, so that no two pages are the same."""
    return re.sub(r"\bthe\b", ("the", "this", "that", "each", "some", "every")[number], text)


def read(file: PdfFile) -> Document:
    """Return the document in a file, after checking it."""
    document = read_document("a.pdf", file.to_bytes())
    check_blocks(document)
    check_marks(document)
    check_passages(document)
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each block, with single spaces."""
    return [
        (block.kind.value, " ".join(block.span.of(document.text).split()))
        for block in document.blocks
    ]


def marks(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each mark."""
    return [(mark.kind.value, mark.span.of(document.text)) for mark in document.marks]


def running(document: Document) -> str:
    """Return the running text of a document, with single spaces."""
    return " ".join(running_text(document.text, document.marks).split())


def page_of(document: Document, word: str) -> tuple[str, int]:
    """Return label and number of the page on which `word` stands."""
    start = document.text.index(word)
    pages = [page for page in document.pages if page.start <= start]
    return pages[-1].label, pages[-1].number


def book(n_pages: int = 6) -> PdfFile:
    """Return a file with a running header and a page number on each of its pages."""
    pages = []
    for number in range(1, n_pages + 1):
        heading = [Text(f"Chapter {number}", y=700, size=18)] if number % 2 else []
        body = column(varied(f"{LINES}\n{MORE}", number - 1), top=670)
        header = Text("A HISTORY OF SILK", y=810, size=8)
        pages.append([header, *heading, *body, Text(str(number + 10), x=290, y=30, size=10)])
    return PdfFile(pages)


def test_a_paragraph_continues_on_the_next_page() -> None:
    """Header and page number between the parts of one block are marks."""
    pages = [
        [
            Text("A HISTORY OF SILK", y=810, size=8),
            *column(varied(f"tinued {MORE}\n{LINES} con-", number), top=700),
            Text(str(number + 11), x=290, y=30),
        ]
        for number in range(4)
    ]
    file = PdfFile(pages)
    document = read(file)
    between = [("page", "11"), ("boilerplate", "A HISTORY OF SILK")]
    assert marks(document)[:2] == between
    assert "on con- tinued this day" in running(document)
    assert page_of(document, "con-") == ("11", 1)
    assert [page.label for page in document.pages] == ["11", "12", "13", "14"]
    passage = cut_passages(document, "a.pdf")[0]
    assert (passage.page, passage.page_number) == ("11", 1)


def test_running_headers_and_page_numbers_are_set_apart() -> None:
    """Chapter headings that differ in their number alone are not running headers."""
    document = read(book())
    assert ("boilerplate", "A HISTORY OF SILK") in blocks(document)
    assert ("page", "11") in blocks(document)
    assert [text for kind, text in blocks(document) if kind == "heading"] == [
        f"Chapter {number}" for number in (1, 3, 5)
    ]
    apart = [block for block in document.blocks if block.kind.value == "boilerplate"]
    assert {block.level for block in apart} == {Reason.RUNNING_HEADER}
    assert [page.label for page in document.pages] == [str(n) for n in range(11, 17)]
    assert [page.number for page in document.pages] == list(range(1, 7))


def test_notes_that_differ_in_their_numbers_are_not_running_headers() -> None:
    """A note stays one where its mark counts the pages, too; a footer may begin with the page."""
    pages = [
        [
            *column(varied(f"{LINES}\n{MORE}", number)),
            Text(f"{number + 1}. Ibid., p. {9 * number * number}.", y=90, size=8),
            Text(f"{number + 40} The Silk Review", y=60, size=8),
        ]
        for number in range(6)
    ]
    found = blocks(read(PdfFile(pages)))
    assert [text for kind, text in found if kind == "note"] == [
        f"{number + 1}. Ibid., p. {9 * number * number}." for number in range(6)
    ]
    assert [text for kind, text in found if kind == "boilerplate"] == [
        f"{number + 40} The Silk Review" for number in range(6)
    ]


@pytest.mark.parametrize(
    ("header", "is_apart"),
    [
        ("Hansard, 4 March 1848", True),
        ("{page} The Silk Review", True),
        ("The Silk Rev. {page}", True),
        ("The Silk Review, Vol. 12, {page}", True),
        ("{column} Silk Debates {column}", True),
        ("The Silk Review. Page {page} of 60.", True),
        ("Session {other}", False),
        ("Session {page}", False),
        ("Sitzung {page}.", False),
        ("Session 4", True),
        ("Ferry {page}", True),
        ("I write to you on day {page} of the frost.", False),
        ("Paid to the clerk, {other} pounds", False),
    ],
)
def test_the_numbers_of_a_running_header_count_pages(header: str, is_apart: bool) -> None:
    """Or columns, or they do not change; the first line of a page may have other numbers."""
    pages = []
    for number in range(5):
        first = header.format(page=number + 12, column=2 * number + 31, other=7 * number**2 + 2)
        pages.append([Text(first, y=790), *column(varied(f"{LINES}\n{MORE}", number))])
    apart = [text for kind, text in blocks(read(PdfFile(pages))) if kind == "boilerplate"]
    assert len(apart) == (5 if is_apart else 0)


@pytest.mark.parametrize(
    ("left", "right", "size", "n_apart"),
    [
        ("{page} JOURNAL OF SILK", "OAKES: The Loom {page}", 8, 4),
        ("{page} JOURNAL OF SILK", "OAKES: The Loom {page}", 10, 2),
        ("Table {page}", "Plate {page}", 8, 0),
        ("{other} JOURNAL OF SILK", "Of {other} looms", 8, 0),
    ],
)
def test_an_article_of_four_pages_has_running_headers(
    left: str, right: str, size: int, n_apart: int
) -> None:
    """Left and right pages have different ones, so that each recurs once."""
    pages = []
    for number in range(4):
        header = (right, left)[number % 2].format(page=number + 45, other=7 * number**2 + 2)
        body = column(varied(f"{LINES}\n{MORE}", number))
        pages.append([Text(header, y=800, size=size), *body])
    apart = [text for kind, text in blocks(read(PdfFile(pages))) if kind == "boilerplate"]
    assert len(apart) == n_apart


@pytest.mark.parametrize(
    ("headers", "size", "is_apart"),
    [
        (["Silk Studies 101", "A. Lee 102"], 8, True),
        (["101 Silk Studies", "A. Lee 102"], 8, True),
        (["Silk Studies (1999) 101", "102 A. Lee"], 8, True),
        (["Silk Studies 101", "A. Lee 104"], 8, False),
        (["Silk Studies 101", "A. Lee 102"], 10, False),
        (["Looms in the year 1848.", "Wheels in the year 1849."], 8, False),
    ],
)
def test_the_numbers_of_pages_show_headers_that_differ_in_words(
    headers: list[str], size: int, is_apart: bool
) -> None:
    """An article of two pages has two headers, which do not recur."""
    pages = [
        [Text(header, y=800, size=size), *column(varied(f"{LINES}\n{MORE}", number))]
        for number, header in enumerate(headers)
    ]
    document = read(PdfFile(pages))
    apart = [text for kind, text in blocks(document) if kind == "boilerplate"]
    assert apart == (headers if is_apart else [])
    labels = ["101", "102"] if is_apart else ["1", "2"]
    assert [page.label for page in document.pages] == labels


def test_a_misread_number_does_not_keep_a_running_header() -> None:
    """Most of the others count the pages."""
    pages = [
        [Text(f"OF SILK {number}", y=810, size=8), *column(varied(f"{LINES}\n{MORE}", n))]
        for n, number in enumerate([11, 12, 18, 14, 15])
    ]
    apart = [text for kind, text in blocks(read(PdfFile(pages))) if kind == "boilerplate"]
    assert len(apart) == 5


def test_pages_with_little_text_keep_it() -> None:
    """A first line that recurs is a running header only above a text, or near the end."""
    pages = [
        column(f"The looms stood still.\nNobody wrote of {word}.") for word in ["bread", "ice"]
    ]
    document = read(PdfFile([*pages, *pages]))
    assert {kind for kind, _ in blocks(document)} == {"paragraph"}


def test_a_word_broken_at_a_line_end_keeps_its_hyphen() -> None:
    """PDFium swallows the line end after it; the text has both."""
    document = read(PdfFile([column("The merchants waited for the revolu-\ntion of the wheel.")]))
    assert document.text == "The merchants waited for the revolu-\ntion of the wheel."


def test_a_soft_hyphen_that_is_drawn_is_a_hyphen() -> None:
    """Many fonts give their hyphen that name."""
    document = read(PdfFile([[Text("the pseudo*Avicenna", font="U")]], mapping={
        **{letter: letter for letter in "thepsudoAvicna "}, "*": "\xad"
    }))  # fmt: skip
    assert document.text == "the pseudo-Avicenna"


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_are_read_like_upright_ones(turn: int, rotate: int) -> None:
    """The text may be turned within the page, the page may be shown turned, or both."""
    lines = [Text(f"FERRY {n}", y=790, size=8) for n in range(1, 4)]
    pages = [[line, *column(f"{LINES}\n{MORE}")] for line in lines]
    matrix = {90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 842"}
    turned: list[list[Text | str]] = [
        [f"{matrix.get(turn, '1 0 0 1 0 0')} cm", *page] for page in pages
    ]
    document, expected = read(PdfFile(turned, rotate=rotate)), read(PdfFile(pages))
    assert blocks(document) == blocks(expected)
    assert document.pages == expected.pages


@pytest.mark.parametrize("matrix", ["0 1 -1 0 900 0", "0 -1 1 0 -300 600", "-1 0 0 -1 595 500"])
def test_turned_lines_on_an_upright_page_keep_their_order(matrix: str) -> None:
    """Such as those of a table on its side."""
    table = "Looms in the north and\nferries in the south are\nas old as letters to the clerk."
    before, after = column(f"{LINES}\n{MORE}"), column(table, x=70, top=400)
    pages: list[list[Text | str]] = [[*before, f"{matrix} cm", *after]]
    assert ("paragraph", table.replace("\n", " ")) in [
        (kind, " ".join(text.split())) for kind, text in blocks(read(PdfFile(pages)))
    ]


def test_letters_beyond_16_bits_do_not_shift_coordinates() -> None:
    """Such as the italics of mathematics; each counts twice in the text of PDFium."""
    page = [Text("* * * *", y=770, font="U"), *column(f"{LINES}\n{MORE}")]
    italic, plain = (
        Pdf(PdfFile([page], mapping={"*": letter, " ": " "}).to_bytes()).read_page(0)
        for letter in ("\U0001d458", "k")
    )
    assert italic
    assert plain
    assert [line[1:] for line in italic.lines] == [line[1:] for line in plain.lines]


def test_columns_are_read_one_after_the_other() -> None:
    """A sentence continues at the top of the next column; a note at the foot is a mark in it."""
    first_column = "The weavers met in the long room\nabove the dye works and kept\n"
    first_column += "a book of every loom and debt in"
    note = column("1 The book is in the archive\nof the town.", 40, 120, 7, 9)
    rest = "which nothing was left out, not\neven the bread of the clerk."
    document = read(PdfFile([[*column(first_column, 40, 400), *note, *column(rest, 320, 400)]]))
    assert "every loom and debt in which nothing was left out" in running(document)
    assert marks(document)[0] == ("note", "1 The book is in the archive\nof the town.")
    assert len(document.blocks) == 1


def test_rows_of_columns_are_read_as_columns() -> None:
    """Lines that the file draws row by row across a gap are put in the order of the columns."""
    left = [f"Left column line number {n} of the old" for n in range(12)]
    right = [f"right column line number {n} of the new" for n in range(12)]
    rows = []
    for n, pair in enumerate(zip(left, right, strict=True)):
        rows += [Text(pair[0], 40, 700 - 13 * n), Text(pair[1], 320, 700 - 13 * n)]
    document = read(PdfFile([rows]))
    found = running(document)
    assert "number 3 of the old Left column line number 4" in found
    assert "number 11 of the old right column line number 0" in found


def test_headings_come_from_tags_or_the_outline_or_their_look() -> None:
    """Tags take precedence; entries of the outline that are not in the text give no heading."""
    body = column(LINES, top=600)
    tagged = [
        Text("The Loom", y=700, tag="H1"),
        Text("Of Debts", y=650, tag="H2"),
        *body,
        Text("A Large Line", y=400, size=20),
    ]
    document = read(PdfFile([tagged]))
    headings = [block for block in document.blocks if block.kind.value == "heading"]
    assert [(each.level, each.span.of(document.text)) for each in headings] == [
        (1, "The Loom"),
        (2, "Of Debts"),
    ]
    outline = PdfFile(
        [[Text("2. Of the Mill", y=700), *body], [*body]],
        outline=[("Of the Mill", 0), ("Nowhere in the text", 1)],
    )
    assert [text for kind, text in blocks(read(outline)) if kind == "heading"] == ["2. Of the Mill"]
    look = PdfFile(
        [
            [
                Text("A History of Silk", y=760, size=22),
                Text("The Loom", y=700, size=14),
                *column(LINES, top=680),
                Text("Of Debts", y=600, font="B"),
                *column(MORE, top=580),
            ]
        ]
    )
    found = [block for block in read(look).blocks if block.kind.value == "heading"]
    assert [(block.level, block.is_guess) for block in found] == [
        (1, False),
        (2, False),
        (3, True),
    ]


def test_an_entry_of_the_outline_lacks_the_number_and_the_note_of_its_heading() -> None:
    """The outline names the section alone; appendices have letters before their numbers."""
    page = [
        *column(LINES, top=790),
        Text("C.1. Of the mill", y=700),
        *column(MORE, top=680),
        Text("Of debts", y=620),
        Text("7", x=98, y=624, size=6),
        *column(varied(LINES, 2), top=600),
    ]
    titles = ["Of the mill", "Of debts"]
    document = read(PdfFile([page], outline=[(title, 0) for title in titles]))
    headings = [text for kind, text in blocks(document) if kind == "heading"]
    assert headings == ["C.1. Of the mill", "Of debts7"]
    assert marks(document) == [("reference", "7")]


def test_a_caption_is_no_heading_and_does_not_break_a_sentence() -> None:
    """The lines of a caption below a figure are one mark in the paragraph around them."""
    lines = [f"{LINES} of", *MORE.splitlines()]
    before, after = column(lines[0], top=740), column("\n".join(lines[1:]), top=500)
    caption = [
        Text("Figure 3. A loom of the old kind, as the", 60, 560, font="B"),
        Text("weavers drew it", 60, 547, font="B"),
    ]
    document = read(PdfFile([[*before, *caption, *after]]))
    assert marks(document) == [
        ("caption", "Figure 3. A loom of the old kind, as the\nweavers drew it")
    ]
    assert "on of the day after" in running(document)


def test_labels_are_those_of_the_file() -> None:
    """They are cited with the number of the page."""
    pages = [column(f"{LINES}\nzebra{n}.") for n in range(4)]
    document = read(PdfFile(pages, labels="0<</S/r>>2<</S/D>>"))
    assert [page_of(document, f"zebra{n}") for n in range(4)] == [
        ("i", 1),
        ("ii", 2),
        ("1", 3),
        ("2", 4),
    ]
    plain = read(PdfFile(pages))
    assert [page.label for page in plain.pages] == ["1", "2", "3", "4"]


def test_printed_numbers_are_labels_and_numbers_of_lines_are_not() -> None:
    """Numbers in a margin are set apart together, and dates in a header count for nothing."""
    pages = []
    for number in range(4):
        margin = [Text(str(n + 1), 30, 740 - 13 * n) for n in range(7)]
        feet = [Text(f"OF SILK {number + 5}", y=40, size=8), Text("p.qxd 2/10/04 Page x", y=20)]
        pages.append([*column(varied(f"{LINES}\n{MORE}", number)), *feet, *margin])
    document = read(PdfFile(pages))
    assert [page.label for page in document.pages] == ["5", "6", "7", "8"]
    apart = [words for kind, words in blocks(document) if kind == "boilerplate"]
    assert "OF SILK 5" in apart
    assert "1 2 3 4 5 6 7" in apart
    assert not [words for kind, words in blocks(document) if kind == "page"]


def test_a_page_without_a_number_is_counted_between_two_others() -> None:
    """Roman numerals keep their case."""
    printed = ["XXXVIII", "", "XL", "XLI"]
    pages = [
        [*column(varied(f"{LINES}\n{MORE}", n)), Text(f"OF SILK {number}", y=810, size=8)]
        for n, number in enumerate(printed)
    ]
    labels = [page.label for page in read(PdfFile(pages)).pages]
    assert labels == ["XXXVIII", "XXXIX", "XL", "XLI"]


def test_lines_without_a_left_edge_are_no_paragraphs_of_their_own() -> None:
    """Indentation begins a paragraph only where most lines are not indented."""
    lines = LINES.splitlines()
    ragged = [Text(line, 60 + 23 * (n % 4), 740 - 13 * n) for n, line in enumerate(lines)]
    assert len(read(PdfFile([ragged])).blocks) == 1
    both = [*lines, *MORE.splitlines()]
    indented = [Text(line, 60 + 12 * (n in {0, 4}), 740 - 13 * n) for n, line in enumerate(both)]
    assert len(read(PdfFile([indented])).blocks) == 2


def test_a_number_within_a_sentence_begins_no_item() -> None:
    """A number after a sentence or after a short line does."""
    lines = LINES.splitlines()
    within = "\n".join([lines[0], f"1. {lines[1]}", lines[2]])
    assert [kind for kind, _ in blocks(read(PdfFile([column(within)])))] == ["paragraph"]
    items = "\n".join([lines[0], f"{lines[1]}:", "1. The looms", "2. The debts", "• The bread"])
    kinds = [kind for kind, _ in blocks(read(PdfFile([column(items)])))]
    assert kinds == ["paragraph", "item", "item", "item"]


def test_an_entry_of_a_table_of_contents_is_a_line() -> None:
    """The dots and the page at the end finish the entry."""
    entries = "Of looms . . . . . . . . 3\nOf debts ........ 12\nOf bread"
    assert [text for _, text in blocks(read(PdfFile([column(entries)])))] == entries.split("\n")


def test_references_to_notes_are_marks() -> None:
    """A raised number is no part of the word before it, nor of the first word of a note."""
    line = [Text("The treaty", 60, 700), Text("2", 105.6, 703, 6), Text("of peace held.", 115, 700)]
    document = read(
        PdfFile([[*line, *column(LINES, top=680), Text("2Signed in spring.", y=90, size=8)]])
    )
    assert marks(document) == [("reference", "2"), ("reference", "2")]
    assert "The treaty of peace" in running(document)
    formula = [Text("The water H", 60, 700), Text("2", 112.6, 698, 6), Text("O froze.", 116, 700)]
    assert marks(read(PdfFile([[*formula, *column(LINES, top=680)]]))) == []
    assert ("note", "2Signed in spring.") in blocks(document)


def test_annotations_and_form_values_follow_the_text_of_their_page() -> None:
    """They are a note and a cell; a link is neither."""
    annotations = [
        "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Ask the clerk.)>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Contents(nowhere)>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Ada Oakes)/Rect[0 0 9 9]>>",
    ]
    document = read(PdfFile([column(LINES), column(MORE)], annotations={0: annotations}))
    assert ("note", "Ask the clerk.") in blocks(document)
    assert ("cell", "Ada Oakes") in blocks(document)
    assert "nowhere" not in document.text
    assert page_of(document, "Ask") == ("1", 1)


def test_fields_without_a_form_have_values() -> None:
    """A page that was taken out of a form has them; the value of a button is a name.

    "F#54" is "FT", which the writer of files would list in a form.
    """
    fields = [f"<</Type/Annot/Subtype/Widget/F 4/Rect[0 0 9 9]{each}>>" for each in (
        "/F#54/Tx/V(Ada Oakes)",
        "/F#54/Ch/V(Weaver)",
        "/F#54/Btn/V/Off",
    )]  # fmt: skip
    document = read(PdfFile([column(LINES)], annotations={0: fields}))
    assert [text for kind, text in blocks(document) if kind == "cell"] == ["Ada Oakes", "Weaver"]


def test_metadata_that_programs_make_up_is_ignored() -> None:
    """A title that is a file name, and an author that is a program's, count for nothing."""
    info = {"Title": "The Silk Weavers", "Author": "Ada Oakes", "CreationDate": "D:20040210"}
    document = read(PdfFile([column(LINES)], info=info, language="en-GB"))
    assert document.title == "The Silk Weavers"
    assert document.metadata == (("author", "Ada Oakes"), ("published", "2004-02-10"))
    assert document.language == "en"
    made_up = {"Title": "Microsoft Word - v2.doc", "Author": "ARRAY(0x2c7cf020)"}
    file = PdfFile([[Text("On Looms", y=780, size=20), *column(LINES)]], info=made_up)
    assert (read(file).title, read(file).metadata) == ("On Looms", ())
    inserted = {"Title": "(anonymous)", "Author": "(unspecified)"}
    document = read(PdfFile(file.pages, info=inserted))
    assert (document.title, document.metadata) == ("On Looms", ())


def test_pages_without_text_are_reported() -> None:
    """Images without text come with a command; an OCR layer and attachments are named."""
    scans = read(PdfFile([[SCAN], column(LINES), [SCAN], [SCAN]]))
    (warning,) = scans.warnings
    assert warning.startswith("3 of 4 pages are images without text: 1, 3–4. Add a text layer")
    hidden = [line._replace(mode=3) for line in column(LINES)]
    assert read(PdfFile([[SCAN, *hidden]])).warnings == (
        "the text of 1 of 1 pages is an OCR layer",
    )
    assert read(PdfFile([[]])).warnings == ("there is no text on 1 of 1 pages",)
    attached = read(PdfFile([column(LINES)], attachments=["data.csv"]))
    assert attached.warnings == ("1 attachment is not read: data.csv",)


def test_encrypted_and_damaged_files_are_refused() -> None:
    """The reason says what to do."""
    encrypted = PdfFile([column(LINES)], trailer=f"/Encrypt {ENCRYPTED}/ID[<41><41>]")
    with pytest.raises(Unreadable, match=r"is encrypted. Save it without a password"):
        read(encrypted)
    with pytest.raises(Unreadable, match="is damaged: no page can be read"):
        read_document("a.pdf", b"%PDF-1.7\n%%EOF\n")
    whole = PdfFile([column(LINES)]).to_bytes()
    with pytest.raises(Unreadable, match="is damaged: no page can be read"):
        read_document("a.pdf", whole[:300])
    assert "weavers" in read_document("a.pdf", whole[:-20]).text  # the table of objects is cut off


@given(st.lists(st.tuples(st.integers(0, 5_900), st.binary(min_size=1, max_size=3)), max_size=30))
def test_damage_of_any_kind_harms_nothing(changes: list[tuple[int, bytes]]) -> None:
    """A file with some other bytes gives a valid document, or is refused."""
    data = bytearray(SAMPLE.read_bytes())
    for start, changed in changes:
        data[start : start + len(changed)] = changed
    try:
        document = read_document("a.pdf", bytes(data))
    except Unreadable as error:
        document = Document("", (), "refused", warnings=(error.reason,))
    check_blocks(document)
    check_passages(document)
    assert document.format in {"pdf", "text", "refused"}


def test_the_content_decides() -> None:
    """A PDF with the name of a text is read as PDF, and a text with the name of a PDF as text."""
    data = PdfFile([column(LINES)]).to_bytes()
    assert [read_document(name, data).format for name in ("a.txt", "a", "a.PDF")] == ["pdf"] * 3
    assert read_document("a.pdf", b"\0" * 900 + data).format == "pdf"
    text = read_document("a.pdf", b"A plain text.")
    assert (text.format, text.warnings) == (
        "text",
        ("its name ends in .pdf, but it was read as plain text",),
    )
    assert read_document("a.txt", b"In a file, %PDF-1.7 comes first.").format == "text"


def test_a_wrong_table_of_objects_is_not_used() -> None:
    """Without the stream of its page, the file would be blank, though nothing is missing."""
    data = PdfFile([column(LINES)]).to_bytes()
    stream = b"%010d 00000 n" % (
        data.index(b" 0 obj\n<</Length", data.index(b"/Subtype/Image")) - 1
    )
    assert data.count(stream) == 1
    document = read_document("a.pdf", data.replace(stream, b"0000000000 00000 f"))
    assert document.text.startswith("The weavers of the town")
    assert document.warnings == ("its table of objects is damaged and was not used",)
    blank = read_document("a.pdf", PdfFile([[]]).to_bytes())
    assert blank.warnings == ("there is no text on 1 of 1 pages",)


def test_a_pdf_with_a_damaged_first_line_is_not_indexed_as_text() -> None:
    """A file is recognised by its objects, too."""
    data = PdfFile([column(LINES)]).to_bytes().replace(b"%PDF-1.7", b"%1.7")
    with pytest.raises(Unreadable, match="the file is damaged"):
        read_document("a.pdf", data)


def hang(source: object) -> None:
    """Never return."""
    while source:
        time.sleep(1)


def crash(source: object) -> None:
    """Exhaust the memory."""
    assert bytearray(4 << 30) == source


def fail(source: object) -> None:
    """Fail as a reader with an error does."""
    raise ValueError(type(source).__name__)


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        ("hang", "cannot be read safely: its reader takes too long"),
        ("crash", "cannot be read safely: its reader died"),
        ("fail", "its reader failed: ValueError: Source"),
    ],
)
def test_a_reader_that_misbehaves_harms_nothing_else(
    reader: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is unreadable, and the next one is read."""
    limits = Limits(seconds=20 if reader != "hang" else 0.5, memory_bytes=(1 << 30) + 4096)
    from excerpt.ingest.formats.source import Source

    with pytest.raises(Unreadable, match=reason):
        guarded.read_guarded(f"ingest.test_formats_pdf:{reader}", Source("pdf", b"x"), limits)
    monkeypatch.undo()
    assert read(PdfFile([column(LINES)])).format == "pdf"


def test_a_file_that_claims_too_many_pages_is_refused() -> None:
    """Pages that share one object cost nothing in the file."""
    data = PdfFile([column(LINES)]).to_bytes().replace(b"/Count 1", b"/Count 1000000")
    with pytest.raises(Unreadable, match="more than 25,000 pages"):
        read_document("a.pdf", data)


def test_the_sample_is_the_one_that_its_script_writes() -> None:
    """The PDF of the corpus, which is also a golden source, has not been changed by hand."""
    golden = Path(__file__).parents[1] / "golden/formats/reading-room-pdf/source.pdf"
    assert sample() == SAMPLE.read_bytes() == golden.read_bytes()


def test_parts_of_a_line_are_joined() -> None:
    """A raised or lowered part, an initial, and a second copy of a line begin no other line."""
    raised = [
        Text("The area of 12 km", 60, 700),
        Text("2", 140.5, 703, 6),
        Text("), a third", 144, 700),
    ]
    assert "km2), a third" in read(PdfFile([[*raised, *column(LINES, top=680)]])).text
    initial = [Text("T", 60, 700, 34), *column("he weavers came\ndown the river", 82, 713)]
    document = read(PdfFile([[*initial, *column(LINES, top=687)]]))
    assert running(document).startswith("The weavers came down the river The weavers of the town")
    assert [block.kind.value for block in document.blocks] == ["paragraph"]
    doubled = [line._replace(x=line.x + 0.4) for line in column(LINES)]
    assert read(PdfFile([[*column(LINES), *doubled]])).text == LINES


def test_a_line_has_the_size_of_most_of_it() -> None:
    """Neither a raised number in its middle nor small capitals make a line smaller."""
    first, *rest = column(LINES)
    half = [
        first._replace(text="The weavers of the town had met in"),
        Text("1", 222, 743, 6),
        first._replace(text="the long room above the dye works since", x=228),
    ]
    assert len(read(PdfFile([[*half, *rest]])).blocks) == 1
    capitals = [
        first._replace(
            text="THE WEAVERS OF THE TOWN HAD MET IN THE LONG ROOM ABOVE THE D", size=8.3
        ),
        *rest,
    ]
    assert len(read(PdfFile([[*capitals]])).blocks) == 1


def test_a_note_may_stand_above_a_table() -> None:
    """Small lines at the foot of a column are a note, although a large table follows."""
    left = column("\n".join(LINES.split("\n") * 2)[:300], size=9)
    table = [Text("Table of the looms and debts of each house in the town", y=200, size=9)]
    note = [
        Text("7", 60, 603, 5),
        *column("See the book of the clerk, in which the\nlooms are.", 65, 600, 7),
    ]
    right = [Text(line.text, 330, line.y, 9) for line in left]
    document = read(PdfFile([[*left, *note, *right, *table]]))
    whole = blocks(document) + marks(document)
    assert ("note", "7 See the book of the clerk, in which the looms are.") in [
        (kind, " ".join(text.split())) for kind, text in whole
    ]


def test_printed_numbers_may_have_five_digits() -> None:
    """Official journals number the pages of a year."""
    pages = [
        [Text(f"{47_698 + n} Journal of the Looms", y=800), *column(varied(LINES, n))]
        for n in range(4)
    ]
    assert [page.label for page in read(PdfFile(pages)).pages][:2] == ["47698", "47699"]


def test_a_scan_may_consist_of_stripes() -> None:
    """Images that cover the page together are reported like a single one."""
    stripes = [f"q 595 0 0 80 0 {80 * n} cm /Scan Do Q" for n in range(10)]
    (warning,) = read(PdfFile([stripes])).warnings
    assert warning.startswith("1 of 1 pages is an image without text")


def test_wide_spacing_of_letters_divides_no_word() -> None:
    """PDFium puts spaces between letters that are only spaced, as emphasis in old print is."""
    words = ("very", "wide", "words", "here")
    letters = " -480 ".join(" -150 ".join(f"({letter})" for letter in word) for word in words)
    spaced = f"BT /R 10 Tf 60 700 Td [{letters}] TJ ET"
    usual = Text("it is of no use to me in the end", y=680)
    document = read(PdfFile([[spaced, usual]]))
    assert " ".join(document.text.split()) == (
        "very wide words here it is of no use to me in the end"
    )


def test_an_encrypted_file_is_read_with_its_password() -> None:
    """The right one of several passwords opens it, in the encoding of older systems too."""
    data = encrypted_pdf("The weavers came.", "grün".encode("latin-1"))
    with pytest.raises(Unreadable, match="--passwords FILE"):
        read_document("a.pdf", data, passwords=["wrong", "green"])
    assert read_document("a.pdf", data, passwords=["wrong", "grün"]).text == "The weavers came."


def test_the_letters_of_an_arabic_ligature_are_in_their_order() -> None:
    """PDFium reverses them if one glyph stands for several; a character for both is in order."""
    mapping = dict(zip("almxktnj", "المشكتنج", strict=True))
    mapping |= {"L": "لا", "I": "لإ", "J": "لج", "F": "\ufefb"}
    lines = ["tLkxmla", "tFkxmla", "jatnIa tLkxmla", "tLkJa"]
    drawn = [Text(line, y=740 - 15 * n, font="U") for n, line in enumerate(lines)]
    document = read(PdfFile([drawn], mapping=mapping))
    assert document.text.split() == [
        *("المشكلات", "المشكلات"),
        *("المشكلات", "الإنتاج"),
        "الجكلات",
    ]


def test_words_from_right_to_left_keep_the_spaces_between_them() -> None:
    """The white between two of them is to the left of the first one."""
    mapping = {"a": "ا", "l": "ل", "m": "م", "w": "و", "t": "ت", "R": "R"}
    drawn = "BT /U 10 Tf 60 700 Td [(tam) -400 (w) -400 (R) -400 (w) -400 (tal)] TJ ET"
    document = read(PdfFile([[drawn]], mapping=mapping))
    assert document.text.split() == ["لات", "و", "R", "و", "مات"]


GLYPHS = ["ا", "ب", "ت", "عَ", "לּ", "א", "לא"]
"""Letters with their marks, and two letters that are one glyph here."""


@given(
    st.lists(st.lists(st.sampled_from([*GLYPHS, "لا"]), min_size=2), min_size=1),
    st.sampled_from(["as read", "as drawn", "glyphs reversed"]),
)
def test_letters_from_right_to_left_are_in_reading_order(words: list[list[str]], how: str) -> None:
    """Whatever PDFium reverses, the boxes of the glyphs show their order."""
    if how == "glyphs reversed":
        words = [*words, ["لا", "ا"]]  # this ligature shows it
    text = ""
    boxes: list[tuple[float, float, float, float]] = []
    for number, word in enumerate(words):
        # The first glyph of a word is the rightmost one.
        placed = [
            (10.0 * (50 * len(words) - 50 * number - n), glyph) for n, glyph in enumerate(word)
        ]
        for left, glyph in reversed(placed) if how == "as drawn" else placed:
            letters = re.findall(r"\w\W*", glyph)
            text += "".join(reversed(letters)) if how == "glyphs reversed" else glyph
            boxes += [(left, left + 9, 0.0, 9.0)] * len(glyph)
        text += " "
        boxes.append((0.0, 0.0, 0.0, 0.0))
    assert in_reading_order(text, boxes.__getitem__).split() == ["".join(word) for word in words]


def test_a_last_letter_that_is_drawn_apart_belongs_to_its_word() -> None:
    """The gap before the letter is that between the others; before a word of one letter, wider."""
    pitch = 5.56 + 3  # the letters are 5.56 wide, with 3 between them

    def operators(y: int, *parts: tuple[str, float]) -> str:
        """Return operators that draw texts, each at a number of letters from the left."""
        drawn = "".join(f" 1 0 0 1 {60 + n * pitch} {y} Tm ({text}) Tj" for text, n in parts)
        return f"BT /R 10 Tf 3 Tc{drawn} ET"

    first = [("nbnb", 0), ("d", 4), ("dn", 6.5), ("n", 8.5), ("b", 11), ("n", 12)]
    second = [("nbnbd", 0), ("d", 6.5), ("nd", 9)]
    document = read(PdfFile([[operators(700, *first), operators(680, *second)]]))
    assert document.text.split("\n") == ["nbnbd dnn bn", "nbnbd d nd"]
