"""Tests of reading Word documents."""

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.zip_package import FREE_BYTES, MAX_MEMBERS
from excerpt.model import Document
from excerpt.text.document_tokens import tokenize_document
from extracted import check_blocks, check_marks, check_passages, kinds_and_texts
from packages import W, docx, zip_members

LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
)


def paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def read(data: bytes, name: str = "a.docx") -> Document:
    """Return the document in `data`, after checking its blocks."""
    document = read_document(name, data)
    check_blocks(document)
    return document


def test_content_takes_precedence_over_the_suffix() -> None:
    """A Word document is recognised by its members, and another file is read as it is."""
    data = docx(paragraph("The tide table."))
    assert {read(data, name).format for name in ("a.docx", "a.doc", "a.txt", "a")} == {"docx"}
    assert read(b"Only text.", "a.docx").format == "text"


@pytest.mark.parametrize(
    ("properties", "kind", "level"),
    [
        ('<w:pStyle w:val="a"/>', "heading", 2),
        ('<w:pStyle w:val="b"/>', "heading", 6),
        ('<w:pStyle w:val="loop"/>', "paragraph", 0),
        ('<w:pStyle w:val="body"/>', "paragraph", 0),
        ('<w:pStyle w:val="a"/><w:outlineLvl w:val="9"/>', "paragraph", 0),
        ('<w:outlineLvl w:val="0"/>', "heading", 1),
        ('<w:pStyle w:val="list"/><w:numPr><w:numId w:val="0"/></w:numPr>', "paragraph", 0),
        ('<w:pStyle w:val="list"/>', "item", 3),
        ('<w:pStyle w:val="title"/>', "heading", 1),
        ('<w:pStyle w:val="unknown"/>', "paragraph", 0),
    ],
)
def test_the_style_of_a_paragraph_decides_its_kind(properties: str, kind: str, level: int) -> None:
    """Names of styles, outline levels and lists count, and so do those that styles inherit."""
    styles = """
    <w:style w:styleId="a"><w:name w:val="x"/><w:basedOn w:val="u2"/></w:style>
    <w:style w:styleId="u2"><w:name w:val="Heading 2"/></w:style>
    <w:style w:styleId="b"><w:name w:val="heading 9"/></w:style>
    <w:style w:styleId="loop"><w:name w:val="y"/><w:basedOn w:val="loop"/></w:style>
    <w:style w:styleId="body"><w:name w:val="z"/><w:basedOn w:val="u2"/>
      <w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
    <w:style w:styleId="list"><w:name w:val="l"/><w:pPr><w:numPr><w:ilvl w:val="2"/>
      <w:numId w:val="1"/></w:numPr></w:pPr></w:style>
    <w:style w:styleId="title"><w:name w:val="Title"/></w:style>
    """
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    part = ("styles", "styles.xml", f"<w:styles {namespace}>{styles}</w:styles>")
    (block,) = read(docx(paragraph("Ebb and flow", properties), [part])).blocks
    assert (block.kind.value, block.level) == (kind, level)


@pytest.mark.parametrize("name", ["Quote", "Quotations", "Block Text", "Blockquote", "Zitat"])
def test_styles_for_quotations(name: str) -> None:
    """They are known by the names that Word and LibreOffice give them, and by other usual ones."""
    styles = f'<w:styles {W}><w:style w:styleId="q"><w:name w:val="{name}"/></w:style></w:styles>'
    body = paragraph("A quotation.", '<w:pStyle w:val="q"/>') + paragraph("Text.")
    document = read(docx(body, [("styles", "styles.xml", styles)]))
    assert [str(block.kind) for block in document.blocks] == ["quote", "paragraph"]


def test_the_strict_form_is_read() -> None:
    """The namespaces of ISO 29500 Strict mean the same."""
    usual = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    office = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    data = zip_members(
        [
            ("[Content_Types].xml", "<Types/>"),
            ("_rels/.rels", f'<R><Relationship Id="a" Type="{office}" Target="/word/d.xml"/></R>'),
            ("word/d.xml", f'<w:document xmlns:w="{usual}"><w:p/></w:document>'),
        ]
    )
    assert read(data).text == ""
    body = paragraph("A strict text.")
    data = zip_members(
        [
            ("[Content_Types].xml", "<Types/>"),
            ("_rels/.rels", f'<R><Relationship Id="a" Type="{office}" Target="/word/d.xml"/></R>'),
            ("word/d.xml", f'<w:document xmlns:w="{strict}"><w:body>{body}</w:body></w:document>'),
        ]
    )
    assert read(data).text == "A strict text."


def test_a_long_cell_is_text_and_a_heading_in_a_cell_remains_one() -> None:
    """Tables that are only used for layout do not hide the structure of a text."""
    cells = (
        paragraph("Short"),
        paragraph("word " * 100),
        paragraph("H", '<w:outlineLvl w:val="0"/>'),
    )
    rows = "".join(f"<w:tc>{cell}</w:tc>" for cell in cells)
    document = read(docx(f"<w:tbl><w:tr>{rows}</w:tr></w:tbl>"))
    assert [kind for kind, _ in kinds_and_texts(document)] == ["cell", "paragraph", "heading"]


def test_signs_of_fonts_become_letters_or_a_box() -> None:
    """Greek letters of the font Symbol are letters; other signs are not words."""
    runs = "".join(
        f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'
        for font, code in [
            ("Symbol", "F062"),
            ("Wingdings", "F062"),
            ("Any", "00E9"),
            ("X", "zz"),
            ("Symbol", "A3"),
        ]
    )
    assert read(docx(f"<w:p>{runs}</w:p>")).text == "β□é□≤"


def test_what_is_not_read_is_reported() -> None:
    """Hidden text, unknown entities and inserted files of other formats are named."""
    relation = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    body = f'<w:p><w:r><w:t>&a; &f;</w:t></w:r></w:p><w:altChunk {relation} r:id="r0"/>'
    parts = [("aFChunk", "other.odt", "x"), ("oleObject", "embeddings/o.bin", "x")]
    document = read(docx(body, parts, LAUGHS))
    assert document.text == "ha &f;"
    assert document.warnings == (
        "1 reference to an unknown entity was read as written: &f;",
        "not read: embedded objects, the inserted file word/other.odt",
    )


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (docx("")[:-30], "a.docx", "it is damaged"),
        (zip_members([("[Content_Types].xml", "")]), "a.docx", "there is no Word document in it"),
        (docx("<w:p>"), "a.docx", "not well-formed XML: Opening and ending tag mismatch"),
        (docx("<w:tbl>" * 5000), "a.docx", "nested too deeply"),
        (docx("", head="<!DOCTYPE d [<!ENTITY"), "a.docx", "its DOCTYPE never ends"),
        (docx(" " * (FREE_BYTES + 1)), "a.docx", "decompresses to 16 MiB"),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            "it is encrypted. Save it without a password.",
        ),
        (b"\xd0\xcf\x11\xe0", "a.docx", "identifies it as office document"),
        (zip_members([("notes.txt", "text")]), "a.docx", "identifies it as zip archive"),
        (
            zip_members((str(number), "") for number in range(MAX_MEMBERS + 1)),
            "a.docx",
            "members, more than are read",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(data: bytes, name: str, message: str) -> None:
    """Damaged, encrypted, hostile and foreign files give one clear message."""
    with pytest.raises(Unreadable, match=message):
        read_document(name, data)


def test_signs_typed_in_a_font_of_signs_are_read() -> None:
    """Word stores them in the private area; the font of the run, or of its style, tells them."""
    style = '<w:style w:styleId="s"><w:rPr><w:rFonts w:hAnsi="Symbol"/></w:rPr></w:style>'
    styles = f"<w:styles {W}>{style}</w:styles>"
    fonts = (
        '<w:rFonts w:ascii="Symbol"/>',
        '<w:rStyle w:val="s"/>',
        '<w:rFonts w:ascii="Webdings"/>',
    )
    runs = "".join(f"<w:r><w:rPr>{font}</w:rPr><w:t>x\uf061</w:t></w:r>" for font in (*fonts, ""))
    document = read(docx(f"<w:p>{runs}</w:p>", [("styles", "styles.xml", styles)]))
    assert document.text == "xαxαx□x□"


def field(code: str, result: str = "", *, ends: bool = True) -> str:
    """Return a field with elements in its code and in its result."""
    parts = ["begin", code, "separate", result, "end" if ends else ""]
    marks = {"begin", "separate", "end"}
    return "".join(
        f'<w:r><w:fldChar w:fldCharType="{part}"/></w:r>' if part in marks else part
        for part in parts
    )


def run(text: str) -> str:
    """Return a run."""
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_the_results_of_fields_are_read() -> None:
    """Results within the code of another field are not shown; drop-down fields have no result."""
    code = "<w:r><w:instrText>IF</w:instrText></w:r>"
    nested = field(code + field("", run("unseen")), run("seen"))
    broken = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("lost")
    assert read(docx(f"<w:p>{nested}</w:p><w:p>{broken}</w:p>{paragraph('Next.')}")).text == (
        "seen\n\nNext."
    )
    entries = "".join(f'<w:listEntry w:val="{entry}"/>' for entry in ("ebb", "flood"))
    for result, text in (
        ('<w:result w:val="1"/>', "flood"),
        ("", "ebb"),
        ('<w:result w:val="9"/>', ""),
    ):
        drop_down = f"<w:r><w:fldChar><w:ffData><w:ddList>{result}{entries}</w:ddList></w:ffData>"
        assert read(docx(f"<w:p>{drop_down}</w:fldChar></w:r></w:p>")).text == text


def test_a_paragraph_whose_end_was_deleted_continues() -> None:
    """A tracked deletion of the end of a paragraph joins it with the next one."""
    deleted = paragraph("Ebb and ", "<w:rPr><w:del/></w:rPr>")
    assert read(docx(deleted + paragraph("flood.") + paragraph("Next."))).text == (
        "Ebb and flood.\n\nNext."
    )
    assert read(docx(deleted)).text == "Ebb and"


def test_the_texts_in_drawings_are_read() -> None:
    """Charts, diagrams and lettering follow their paragraph; made-up descriptions are left out."""
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    c = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    d = 'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    v = 'xmlns:v="urn:schemas-microsoft-com:vml"'
    point = "<c:pt><c:v>{}</c:v></c:pt>"
    chart = (
        f"<c:x {c} {a}><a:p><a:t>Tides</a:t></a:p><c:strCache>{point.format('Ebb')}</c:strCache>"
        f"<c:strCache>{point.format('Ebb')}</c:strCache>"
        f"<c:numCache>{point.format('7')}</c:numCache></c:x>"
    )
    diagram = f"<d:x {d} {a}><a:p><a:t>Lock </a:t><a:t>gate</a:t></a:p><a:p/></d:x>"
    parts = [("chart", "c.xml", chart), ("diagramData", "d.xml", diagram)]
    body = (
        f'<w:p><w:r><w:t>A text.</w:t><c:chart {c} {r} r:id="r0"/><d:relIds {d} {r} r:dm="r1"/>'
        f'<d:relIds {d} {r} r:dm="r9"/><v:textpath {v} string="DRAFT"/></w:r></w:p>'
    )
    assert kinds_and_texts(read(docx(body, parts))) == [
        ("paragraph", "A text."),
        ("caption", "Tides"),
        ("cell", "Ebb"),
        ("cell", "Lock gate"),
        ("caption", "DRAFT"),
    ]


@pytest.mark.parametrize(
    ("description", "caption"),
    [
        ("A lock at low tide", "A lock at low tide"),
        ("lock.jpg", ""),
        ("C:\\Users\\Ann Hale\\lock 2.jpg", ""),
        ("https://harbour.test/lock.png", ""),
        ("Picture 12", ""),
        ("A lock\n\nDescription automatically generated", "A lock"),
    ],
)
def test_descriptions_of_pictures_are_captions(description: str, caption: str) -> None:
    """Names of files, and what Word makes up, are none."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    picture = f'<w:r><d:docPr xmlns:d="{drawing}" descr="{description}"/></w:r>'
    assert read(docx(f"<w:p>{picture}</w:p>")).text == caption


def test_styles_may_hide_text_or_be_missing() -> None:
    """A style hides its paragraphs; without styles, ids mean what they mean in word processors."""
    styles = (
        f'<w:styles {W}><w:style w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="i"><w:basedOn w:val="h"/></w:style></w:styles>'
    )
    body = paragraph("unseen", '<w:pStyle w:val="i"/>') + paragraph("seen")
    document = read(docx(body, [("styles", "styles.xml", styles)]))
    assert (document.text, len(document.warnings)) == ("seen", 1)
    for style, kind in (("Heading2", "heading"), ("Title", "heading"), ("IntenseQuote", "quote")):
        (block,) = read(docx(paragraph("x", f'<w:pStyle w:val="{style}"/>'))).blocks
        assert block.kind.value == kind


def test_inserted_web_archives_and_rich_text_are_read() -> None:
    """They are read like files of their own."""
    page = "MIME-Version: 1.0\nContent-Type: text/html\n\n<html><p>Ebb.</p></html>"
    for name, content in (("c.mht", page), ("c.rtf", "{\\rtf1 Ebb.}")):
        relation = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        data = docx(f'<w:altChunk {relation} r:id="r0"/>', [("aFChunk", name, content)])
        document = read(data)
        assert (document.text, document.warnings) == ("Ebb.", ())


def level(number: int, format_: str, text: str, more: str = "") -> str:
    """Return a level of a list."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/>'
        f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def item(text: str, list_: int, depth: int = 0) -> str:
    """Return a paragraph of a list."""
    return paragraph(
        text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_}"/></w:numPr>'
    )


def numbered(body: str, lists: str, styles: str = "") -> Document:
    """Return the document with these paragraphs, lists and styles."""
    parts = [
        ("numbering", "numbering.xml", f"<w:numbering {W}>{lists}</w:numbering>"),
        ("styles", "styles.xml", f"<w:styles {W}>{styles}</w:styles>"),
    ]
    document = read(docx(body, parts))
    check_marks(document)
    return document


LISTS = (
    f'<w:abstractNum w:abstractNumId="1">{level(0, "decimal", "%1.")}'
    f"{level(1, 'lowerLetter', '(%2)')}{level(2, 'upperRoman', '%1.%2.%3')}</w:abstractNum>"
    f'<w:abstractNum w:abstractNumId="2">{level(0, "bullet", "•")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="1"/></w:num>'
)


def test_the_numbers_of_lists_are_shown() -> None:
    """Lists count on, start again if they say so, and count each level within the one above."""
    body = "".join(
        (
            item("one", 1),
            item("one a", 1, 1),
            item("one b", 1, 1),
            item("deep", 1, 2),
            item("", 1),
            item("three", 1),
            item("three a", 4, 1),
            item("point", 2),
            item("seven", 3),
            item("eight", 1),
            paragraph("none", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
            item("unknown", 9),
        )
    )
    assert numbered(body, LISTS).text.split("\n\n") == [
        "1. one",
        "(a) one a",
        "(b) one b",
        "1.b.I deep",
        "3. three",
        "(a) three a",
        "point",
        "7. seven",
        "8. eight",
        "none",
        "unknown",
    ]


def test_phrases_continue_over_the_numbers_of_items() -> None:
    """The number of an item is a mark, that of a heading is part of its words."""
    styles = (
        '<w:style w:styleId="h"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    lists = (
        f'<w:abstractNum w:abstractNumId="1">{level(0, "decimal", "%1.")}'
        f"{level(1, 'decimal', 'Article %2', _style('h'))}</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    heading = paragraph("The quay", '<w:pStyle w:val="h"/>')
    body = item("the tide", 1) + item("turns", 1) + heading + heading
    document = numbered(body, lists, styles)
    assert kinds_and_texts(document)[2:] == [
        ("heading", "Article 1 The quay"),
        ("heading", "Article 2 The quay"),
    ]
    tokens = tokenize_document(document, check_passages(document)).tokens
    assert [token.term for token in tokens][:3] == ["the", "tide", "turns"]


def _style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


@pytest.mark.parametrize(
    ("format_", "numbers"),
    [
        ("lowerRoman", ["i", "ii", "iii"]),
        ("upperLetter", ["A", "B", "C"]),
        ("decimalZero", ["01", "02", "03"]),
        ("ordinal", ["1st", "2nd", "3rd"]),
        ("cardinalText", ["1", "2", "3"]),
        ("none", ["", "", ""]),
    ],
)
def test_numbers_have_the_form_that_the_list_gives(format_: str, numbers: list[str]) -> None:
    """Letters, Roman numerals and ordinals are written; other forms are digits."""
    lists = (
        f'<w:abstractNum w:abstractNumId="1">{level(0, format_, "%1")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    document = numbered("".join(item("x", 1) for _ in range(3)), lists)
    assert document.text.split("\n\n") == [f"{number} x".strip() for number in numbers]
