"""Tests of reading recognised text in ALTO and PAGE."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Document
from excerpt.text.document_tokens import tokenize_document
from extracted import check_blocks, check_marks, check_passages, kinds_and_texts

TAGGED = 'TAGREFS="t"'
GROUP = (
    '<ReadingOrder><UnorderedGroup><RegionRef regionRef="b"/><RegionRef regionRef="a"/>'
    "</UnorderedGroup></ReadingOrder>"
)


def read(data: str) -> Document:
    """Return the document in `data`, after checking its blocks, marks and passages."""
    document = read_document("a.xml", data.encode())
    check_blocks(document)
    check_marks(document)
    return document


def alto(*pages: str, version: int = 3) -> str:
    """Return pages in ALTO."""
    namespace = f"http://www.loc.gov/standards/alto/ns-v{version}#"
    return (
        f'<?xml version="1.0"?><alto xmlns="{namespace}"><Layout>{"".join(pages)}</Layout></alto>'
    )


def block(*lines: str, attributes: str = "") -> str:
    """Return a block of ALTO with these lines of words."""
    rows = ("".join(f'<String CONTENT="{word}"/>' for word in line.split()) for line in lines)
    inner = "".join(f"<TextLine>{row}</TextLine>" for row in rows)
    return f"<TextBlock {attributes}>{inner}</TextBlock>"


def page_xml(*regions: str, order: str = "") -> str:
    """Return a page in PAGE XML."""
    namespace = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15"
    return f'<PcGts xmlns="{namespace}"><Page>{order}{"".join(regions)}</Page></PcGts>'


def region(text: str, attributes: str = "") -> str:
    """Return a text region of PAGE with this text."""
    return f"<TextRegion {attributes}><TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextRegion>"


def labels(document: Document) -> list[str]:
    """Return the labels of the pages."""
    return [page.label for page in document.pages]


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_all_versions_are_read_alike(version: int) -> None:
    """The namespace does not matter, and a word over a line end is one word."""
    document = read(alto(f"<Page>{block('the old mar-', 'ket town')}</Page>", version=version))
    assert document.format == "alto"
    assert document.text == "the old mar-\nket town"
    tokens = tokenize_document(document, check_passages(document)).tokens
    assert [token.term for token in tokens] == ["the", "old", "market", "town"]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["PHYSICAL_IMG_NR='1'"], []),
        (["PHYSICAL_IMG_NR='0'"], []),
        (["PHYSICAL_IMG_NR='17'"], ["17"]),
        (["PHYSICAL_IMG_NR='17' PRINTED_IMG_NR='xi'"], ["xi"]),
        (["PHYSICAL_IMG_NR='1'", "PHYSICAL_IMG_NR='2'"], ["1", "2"]),
        ([""], []),
    ],
)
def test_the_printed_number_of_a_page_precedes_that_of_its_picture(
    numbers: list[str], expected: list[str]
) -> None:
    """In a file for each page, the number of the picture says nothing if it is the first."""
    pages = (f"<Page {number}>{block('Some text.')}</Page>" for number in numbers)
    assert labels(read(alto(*pages))) == expected


def test_the_cells_of_a_table_follow_each_other_by_row() -> None:
    """Transkribus writes them in any order; a table stands where the reading order names it."""

    def cell(row: int, column: int) -> str:
        """Return a cell that names its place."""
        return (
            f'<TableCell row="{row}" col="{column}"><TextLine><TextEquiv><Unicode>r{row}c{column}'
            "</Unicode></TextEquiv></TextLine></TableCell>"
        )

    tables = [
        f'<TableRegion id="{name}">{cell(1, 1)}{cell(0, 10)}{cell(1, 0)}{cell(0, 2)}</TableRegion>'
        for name in ("t1", "t2")
    ]
    rows = [("cell", text) for text in ("r0c2", "r0c10", "r1c0", "r1c1")]
    last = region("The end.", 'id="a"')
    order = "<ReadingOrder><OrderedGroup>{}</OrderedGroup></ReadingOrder>".format(
        "".join(
            f'<RegionRefIndexed index="{index}" regionRef="{name}"/>'
            for index, name in enumerate(("t1", "a", "t2"))
        )
    )
    assert kinds_and_texts(read(page_xml(*tables, last))) == [
        *rows,
        *rows,
        ("paragraph", "The end."),
    ]
    assert kinds_and_texts(read(page_xml(*tables, last, order=order))) == [
        *rows,
        ("paragraph", "The end."),
        *rows,
    ]


def test_a_sentence_continues_over_pages() -> None:
    """Page numbers and catchwords in between are marks; a new sentence is a new paragraph."""
    document = read(
        page_xml(
            region("They crossed the riv-"),
            region("( 9 )", 'type="page-number"'),
            region("er", 'type="catch-word"'),
            region("er in the morning."),
            region("it rained."),
        )
    )
    assert kinds_and_texts(document) == [
        ("paragraph", "They crossed the riv-\n( 9 )\ner\ner in the morning."),
        ("paragraph", "it rained."),
    ]
    assert labels(document) == ["9"]
    tokens = tokenize_document(document, check_passages(document)).tokens
    assert [token.term for token in tokens][:7] == [
        *("they", "crossed", "the", "river", "in", "the", "morning")
    ]


@pytest.mark.parametrize(
    ("order", "attributes", "expected"),
    [
        ("", ("", ""), "one two"),
        ("", ('custom="readingOrder {index:1;}"', 'custom="readingOrder {index:0;}"'), "two one"),
        (
            GROUP,
            ('id="a"', 'id="b"'),
            "two one",
        ),
    ],
)
def test_the_reading_order_is_followed(
    order: str, attributes: tuple[str, str], expected: str
) -> None:
    """The order is given by a list, or by the regions, or else it is that of the file."""
    document = read(
        page_xml(region("one", attributes[0]), region("two", attributes[1]), order=order)
    )
    assert " ".join(document.text.split()) == expected


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("paragraph", "paragraph"),
        ("floating", "paragraph"),
        ("heading", "heading"),
        ("caption", "caption"),
        ("footnote", "note"),
        ("footnote-continued", "note"),
        ("marginalia", "note"),
        ("header", "boilerplate"),
        ("footer", "boilerplate"),
        ("catch-word", "boilerplate"),
        ("signature-mark", "boilerplate"),
        ("page-number", "page"),
    ],
)
def test_the_type_of_a_region_decides_its_kind(type_: str, kind: str) -> None:
    """The types are the same in both formats; in ALTO, tags give them."""
    expected = [(kind, "Some text")]
    assert kinds_and_texts(read(page_xml(region("Some text", f'type="{type_}"')))) == expected
    page = f"<Page>{block('Some text', attributes=TAGGED)}</Page>"
    tagged = f'<alto xmlns="x"><Tags><OtherTag ID="t" LABEL="{type_}"/></Tags>{page}</alto>'
    assert kinds_and_texts(read(tagged)) == expected


@pytest.mark.parametrize("data", [alto("<Page/>"), page_xml(region("", 'id="a"'))])
def test_pages_without_text_are_reported(data: str) -> None:
    """A file with regions only, before a text was recognised, is not silently empty."""
    document = read(data)
    assert document.text == ""
    assert document.warnings[0].startswith("no text: ")


def hocr(*pages: str) -> str:
    """Return pages in hOCR, each with a title and its contents."""
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>x.png</title></head>{''.join(pages)}</html>"
    )


@pytest.mark.parametrize("name", ["a.hocr", "a.html", "a.xml", "a.txt"])
def test_hocr_is_recognised_by_its_class(name: str) -> None:
    """A web page that only mentions the class is none."""
    lines = "".join(f"<span class='ocr_line'>{line}</span>" for line in ("old mar-", "ket"))
    page = f"<div class='ocr_page'><p class='ocr_par'>{lines}</p></div>"
    document = read_document(name, hocr(page).encode())
    assert (document.format, document.text, document.title) == ("hocr", "old mar-\nket", "")
    assert read_document("a.html", b"<html><p>The class ocr_page.</p></html>").format == "html"


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["ppageno 4"], []),
        (["ppageno 4", "ppageno 5"], ["5", "6"]),
        (["ppageno 4; lpageno xii"], ["xii"]),
        (["bbox 0 0 1 1"], []),
    ],
)
def test_the_page_of_hocr_is_the_logical_one(titles: list[str], expected: list[str]) -> None:
    """The number of the picture is used if there are several."""
    pages = [f"<div class='ocr_page' title='{title}'><p>Text.</p></div>" for title in titles]
    document = read_document("a.hocr", hocr(*pages).encode())
    assert labels(document) == expected


def test_a_huge_file_is_cut_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parsed page takes many times its size in memory."""
    monkeypatch.setattr("excerpt.ingest.formats.ocr.hocr.MAX_BYTES", 200)
    page = f"<div class='ocr_page'>{'<p>Text.</p>' * 100}</div>"
    document = read_document("a.hocr", hocr(page).encode())
    assert "Text." in document.text
    assert document.warnings[0].startswith("truncated: only the first")


PAGE_OF_IMAGE = (
    '<PcGts xmlns="p"><Page imageFilename="IMG/INPUT_0017.tif"><TextRegion id="r">'
    "<TextEquiv><Unicode>Text.</Unicode></TextEquiv></TextRegion></Page></PcGts>"
)
ALTO_OF_IMAGE = (
    "<alto xmlns='a'><Description><sourceImageInformation><fileName>s/00000259.sw.tif"
    "</fileName></sourceImageInformation></Description><Layout><Page PRINTED_IMG_NR='240'>"
    "<PrintSpace><TextBlock ID='b'><TextLine><String CONTENT='Text.'/></TextLine>"
    "</TextBlock></PrintSpace></Page></Layout></alto>"
)
HOCR_OF_IMAGE = "<div class='ocr_page' title='image \"{}\"; ppageno 0'><p>Text.</p></div>"


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("a.xml", PAGE_OF_IMAGE, [("", 17)]),
        ("a.xml", ALTO_OF_IMAGE, [("240", 259)]),
        ("a.hocr", hocr(HOCR_OF_IMAGE.format("p-7.png")), [("", 7)]),
        ("a.hocr", hocr(HOCR_OF_IMAGE.format("IMG_20190412.png")), []),
    ],
    ids=["page", "alto", "hocr", "date"],
)
def test_a_single_page_has_the_number_of_its_image(
    name: str, source: str, expected: list[tuple[str, int]]
) -> None:
    """The number is cited in parentheses, as that of a page in a PDF is."""
    document = read_document(name, source.encode())
    assert document.text.strip() == "Text."
    assert [(page.label, page.number) for page in document.pages] == expected


def test_a_hyphen_that_is_a_word_ends_the_word_before_it() -> None:
    """Programs that take each sign for a word give a hyphen at the end of a line as one."""
    words = "".join(
        f"<Word><TextEquiv><Unicode>{word}</Unicode></TextEquiv></Word>"
        for word in ("old", "mar", "-")
    )
    lines = f"<TextLine>{words}</TextLine>"
    second = "<TextLine><TextEquiv><Unicode>ket town</Unicode></TextEquiv></TextLine>"
    for data in (
        page_xml(f"<TextRegion>{lines}{second}</TextRegion>"),
        alto(f"<Page>{block('old mar -', 'ket town')}</Page>"),
    ):
        document = read(data)
        assert document.text == "old mar-\nket town"
        tokens = tokenize_document(document, check_passages(document)).tokens
        assert [token.term for token in tokens] == ["old", "market", "town"]
    assert read(alto(f"<Page>{block('1780 -', '1790')}</Page>")).text == "1780 -\n1790"
