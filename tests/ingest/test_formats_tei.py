"""Tests of reading TEI."""

import re

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.model import Document
from excerpt.text.running_text import IGNORED, running_text
from extracted import check_blocks, check_marks, check_passages, kinds_and_texts

LAUGHS = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def tei(body: str, header: str = "", doctype: str = "", language: str = "") -> bytes:
    """Return a document with this body."""
    return (
        f'{doctype}<TEI xmlns="http://www.tei-c.org/ns/1.0" {language}><teiHeader>{header}'
        f"</teiHeader><text><body>{body}</body></text></TEI>"
    ).encode()


def read(data: bytes, name: str = "a.xml") -> Document:
    """Return the document in `data`, after checking its blocks, marks and passages."""
    document = read_document(name, data)
    check_blocks(document)
    check_marks(document)
    check_passages(document)
    return document


def action(type_: str, year: int) -> str:
    """Return the element about the sending or the receipt of a letter."""
    return f"<correspAction type='{type_}'><date when='{year}'/></correspAction>"


def words(document: Document) -> str:
    """Return the running text with single spaces."""
    return " ".join(running_text(document.text, document.marks).replace(IGNORED, "").split())


def test_content_takes_precedence_over_the_suffix() -> None:
    """The root element shows a document of TEI, with or without a prefix."""
    prefixed = b'<t:TEI xmlns:t="http://www.tei-c.org/ns/1.0"><t:text>A boat.</t:text></t:TEI>'
    for data in (tei("<p>A boat.</p>"), prefixed):
        for name in ("a.xml", "a.tei", "a.txt", "a.html", "a"):
            document = read(data, name)
            assert (document.format, document.text) == ("tei", "A boat.")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('Al<lb break="no"/>mighty', "Almighty"),
        ('Al \n <lb break="no"/>\n mighty', "Almighty"),
        ('Al<lb type="hyphenInWord"/>mighty', "Almighty"),
        ('Al<g ref="char:EOLhyphen"/>mighty', "Almighty"),
        ('Al<pb n="2" break="no"/>mighty', "Almighty"),
        ("all<lb/>mighty", "all mighty"),
        ("<w>all</w><w>mighty</w> <w>now</w>", "all mighty now"),
        ("<choice><sic>teh</sic><corr>the</corr></choice>", "teh"),
        ("<choice><reg>and</reg> <orig>ond</orig></choice>", "ond"),
        ("<choice><unclear>a</unclear><unclear>o</unclear></choice>", "a"),
        ("<app><rdg>x</rdg><lem>y</lem></app>", "y"),
        ("<app><rdg>x</rdg><rdg>y</rdg></app>", "x"),
        ("<subst><del>old</del> <add>new</add></subst>", "new"),
        ("on<del>e</del>ly", "only"),
        ("one<figure/>two<formula>x</formula>three", "one two x three"),
        (
            "five<q>six</q>seven, <q>so</q>, (<q>now</q>) <q>if</q>s",
            "five six seven, so, (now) ifs",
        ),
        ("He said:<q>Come.</q>She left.", "He said: Come. She left."),
        ("To be<stage>aside</stage>or not", "To be aside or not"),
        ("<s>A boat.</s><s>A ferry.</s>", "A boat. A ferry."),
        ('eight<pb n="2"/>nine<cb/>ten<milestone unit="x"/>two<gb/>one', "eight nine ten two one"),
        ('inter-<pb n="2"/>national', "inter- national"),
        ('Al<lb break="no"/><pb n="2"/>mighty', "Almighty"),
        ('Al<g ref="char:EOLhyphen"/><pb n="2"/>mighty', "Almighty"),
        ('Al<g ref="char:EOLhyphen"/><lb/>mighty', "Almighty"),
        ("a <pb/> b <pb/> c <pb/> Al<pb/>mighty", "a b c Almighty"),
        ("<w>all</w><pc>,</pc><w>now</w> <pc>(</pc><w>or</w><pc>)</pc>", "all, now (or)"),
        ("<persName>Goethe</persName>s <hi>B</hi>oat 1<hi>st</hi>", "Goethes Boat 1st"),
        ("of [<gap/>] and <gap/>", "of […] and […]"),
        ("He sang<l>of boats</l>and left", "He sang of boats and left"),
        ("&mdash; &agr; &AElig;", "— α Æ"),
        ("&amp;mdash; &lt;p&gt;", "&mdash; <p>"),
        ("<!-- a --> b<?c d?>e", "be"),
        ("<role>Ann</role><roleDesc>a clerk</roleDesc>", "Ann a clerk"),
        ("<forename>Ann</forename><surname>Hale</surname><hi>s</hi>", "Ann Hales"),
    ],
)
def test_the_text_is_that_of_the_source(source: str, expected: str) -> None:
    """Words continue over line ends, and one of several readings is read."""
    assert words(read(tei(f"<p>{source}</p>"))) == expected


def test_the_mark_of_a_note_stands_before_its_first_words() -> None:
    """Wherever these are: in the note itself, or in its first paragraph."""
    for inner in ("Two oars.", "<p>Two oars.</p>", " <list><item>Two oars.</item></list>"):
        document = read(tei(f"<p>A boat<note n='a'>{inner}</note> came.<note n='b'/></p>"))
        assert [text for _, text in kinds_and_texts(document)] == ["A boata came.b", "a Two oars."]
        assert [mark.span.of(document.text) for mark in document.marks] == ["a", "b", "a"]


def test_a_word_with_a_hyphen_at_a_line_end_keeps_it() -> None:
    """The hyphen is followed by a line end, as in plain text, so that the word is found."""
    assert read(tei('<p>Al-\n <lb break="no"/>mighty</p>')).text == "Al-\nmighty"


@pytest.mark.parametrize(
    ("attributes", "label"),
    [
        ('n="iv"', "iv"),
        ('n="[12]"', "12"),
        ('facs="#f0012"', "f0012"),
        ('facs="http://a.b/img/0013.jpg"', "0013"),
        ('facs="http://a.b/full/default.jpg"', ""),
        ("", ""),
    ],
)
def test_a_page_break_gives_the_page(attributes: str, label: str) -> None:
    """The label is the number, or else the name of the picture, and may be unknown."""
    document = read(tei(f'<pb n="1"/><p>one <pb {attributes}/>two</p>'))
    assert [(document.text[page.start :], page.label) for page in document.pages] == [
        ("one two", "1"),
        ("two", label),
    ]


def test_pages_of_another_edition_do_not_count() -> None:
    """The first edition with a page break is that of the text."""
    pages = read(tei('<pb ed="A" n="1"/><p>a<pb ed="B" n="9"/>b<pb ed="A" n="2"/>c</p>')).pages
    assert [page.label for page in pages] == ["1", "2"]


def test_notes_do_not_interrupt_a_paragraph() -> None:
    """A note follows its paragraph, whose sentence continues; verse remains one block."""
    document = read(
        tei(
            '<p>The <note n="1">First.</note>boat</p>'
            "<lg><l>row<note><p>Softly.</p></note></l><l>on</l></lg>"
        )
    )
    assert kinds_and_texts(document) == [
        ("paragraph", "The 1boat"),
        ("note", "1 First."),
        ("paragraph", "row\non"),
        ("note", "Softly."),
    ]
    assert [mark.kind.value for mark in document.marks] == ["reference", "reference"]


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ("<creation><date when='1848-02-24'/></creation>", "1848-02-24"),
        ("<creation><date notBefore='1840' notAfter='1845'/></creation>", "1840..1845"),
        (
            f"<correspDesc>{action('received', 1850)}{action('sent', 1849)}</correspDesc>",
            "1849",
        ),
        ("", ""),
    ],
)
def test_the_date_is_not_that_of_the_file(header: str, date: str) -> None:
    """The date of creation, or that of the letter, is taken; that of the publication is not."""
    publication = "<fileDesc><publicationStmt><date when='2021'/></publicationStmt></fileDesc>"
    document = read(tei("<p/>", f"{publication}<profileDesc>{header}</profileDesc>"))
    assert dict(document.metadata).get("date", "") == date


@pytest.mark.parametrize("title", [">1879-05-15<", " when-iso='1879-05-15'>15. Mai 1879<"])
def test_the_date_of_a_day_in_a_diary_is_not_that_of_its_edition(title: str) -> None:
    """Editions of diaries and letters give it as a title of its own."""
    header = (
        f"<fileDesc><titleStmt><title type='main'>A day</title><title type='iso-date'{title}/title>"
        "</titleStmt><sourceDesc><bibl>Diary, <date>1988</date></bibl></sourceDesc></fileDesc>"
    )
    document = read(tei("<p/>", header))
    assert (document.title, dict(document.metadata)["date"]) == ("A day", "1879-05-15")


def test_names_in_the_header_stand_apart() -> None:
    """They do so with and without white space between their elements."""
    author = "<persName><!-- a --><surname>Hale</surname><forename>Ann</forename></persName>"
    source = (
        "<bibl><title>Of bar<hi>ges</hi></title><?x?>, (<date>1772</date>),<date>1773</date>, by"
        " d’<persName>Alou</persName></bibl>"
    )
    header = (
        f"<fileDesc><titleStmt><author>{author}</author></titleStmt><publicationStmt/>"
        f"<sourceDesc>{source}</sourceDesc></fileDesc>"
    )
    known = dict(read(tei("<p/>", header)).metadata)
    assert (known["author"], known["source"]) == (
        "Hale Ann",
        "Of barges, (1772), 1773, by d’Alou",
    )


def test_ids_need_not_be_valid() -> None:
    """An id that occurs twice, or is none, is an anchor like others."""
    document = read(tei('<p xml:id="a">x</p><p xml:id="1 b">y</p><p xml:id="a">z</p>'))
    assert [anchor.name for anchor in document.anchors] == ["a", "1 b", "a"]


def test_hostile_documents_do_no_harm() -> None:
    """No entity is expanded, no file is read, and what cannot be read is reported."""
    laughs = read(tei("<p>&i;</p>", doctype=f'<!DOCTYPE TEI [<!ENTITY a "ha">{LAUGHS}]>'))
    assert laughs.text == "&i;"
    outside = '<!DOCTYPE TEI [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    document = read(tei("<p>&x;<include href='file:///etc/passwd'/></p>", doctype=outside))
    assert document.text == "&x;"
    assert document.warnings == (
        "1 reference to an unknown entity was read as written: &x;",
        "not read: inclusions of other files (1)",
    )
    for body, message in (
        ("<p>", "not well-formed XML: Opening and"),
        ("<p>" * 3000, "too deeply"),
    ):
        with pytest.raises(Unreadable, match=message):
            read(tei(body))


def test_other_xml_is_not_supported() -> None:
    """Elements whose meaning is unknown may hold data: coordinates, codes, settings."""
    with pytest.raises(Unreadable, match="its content identifies it as XML"):
        read(b'<?xml version="1.0"?><kml><coordinates>1,2,3</coordinates></kml>')


def test_elements_in_capitals_are_read_like_those_of_tei() -> None:
    """Texts of EEBO and its relatives give the same document as TEI with the same elements."""
    header = (
        "<fileDesc><titleStmt><title>A ship</title><author>Voss</author></titleStmt>"
        "<publicationStmt><date>2003</date></publicationStmt><sourceDesc><biblFull>"
        "<publicationStmt><date>1612.</date></publicationStmt></biblFull></sourceDesc></fileDesc>"
    )
    text = (
        '<front><div1 type="title page"><titlePage><docTitle><titlePart>A ship.</titlePart>'
        '</docTitle></titlePage></div1></front><body><div1><pb n="1"/><head>The first part.</head>'
        '<p>The ship was tossed<note n="a">John 3.</note> upon the <hi>waves</hi> <pb n="2"/>and'
        " found</p><lg><l>a harbour,</l><l>a shore.</l></lg><div2><head>The second.</head><sp>"
        "<speaker>Pilot.</speaker><p>Row on.</p></sp><figure><figDesc>a ship</figDesc></figure>"
        "</div2></div1></body>"
    )
    expected = read(
        f'<TEI.2><teiHeader>{header}</teiHeader><text lang="eng">{text}</text></TEI.2>'.encode()
    )

    def capital(markup: str) -> str:
        return re.sub(r"</?[^>]+>", lambda tag: re.sub(r"\w+(?=[\s=/>])", _upper, tag[0]), markup)

    def _upper(name: re.Match[str]) -> str:
        return name[0].upper()

    for root in ("ETS", "EEBO", "ECCO", "DLPSTEXTCLASS"):
        found = read(
            f'<{root}><TEMPHEAD/><IDG ID="A1"><STC>10002</STC></IDG><HEADER>{capital(header)}'
            f'</HEADER><TEXT LANG="eng">{capital(text)}</TEXT></{root}>'.encode()
        )
        assert found == expected
    assert {page.label for page in found.pages} == {"1", "2"}
    assert ("date", "1612.") in found.metadata


def test_the_header_of_a_drama_corpus() -> None:
    """Numbers of authority files are no part of a name; the original is within the digital copy."""
    header = (
        "<fileDesc><titleStmt><title>Bread</title><author><persName><forename>Konrad</forename> "
        "<surname>Alberti</surname></persName><idno>116009926</idno></author></titleStmt>"
        "<sourceDesc><bibl type='digitalSource'><name>A library</name><date>2021</date>"
        "<bibl type='originalSource'><title>Bread</title>. Berlin <date>1888</date>.</bibl></bibl>"
        "</sourceDesc></fileDesc>"
    )
    document = read(tei("<p>x</p>", header))
    assert dict(document.metadata) == {
        "author": "Konrad Alberti",
        "date": "1888",
        "source": "Bread. Berlin 1888.",
    }


@pytest.mark.parametrize("name", ["text", "body", "div"])
def test_a_part_of_a_document_is_read(name: str) -> None:
    """A chapter may be a file of its own; only the namespace tells it from other XML."""
    inner = "<head>The mill</head><p>It stood still.</p>"
    document = read(f'<{name} xmlns="http://www.tei-c.org/ns/1.0">{inner}</{name}>'.encode())
    assert kinds_and_texts(document) == [("heading", "The mill"), ("paragraph", "It stood still.")]
    with pytest.raises(Unreadable, match="as XML"):
        read_document("a.xml", f'<?xml version="1.0"?><chapter>{inner}</chapter>'.encode())
