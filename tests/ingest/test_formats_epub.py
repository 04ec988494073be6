"""Tests of reading e-books."""

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts
from packages import epub, zip_members

OPS = 'xmlns:epub="http://www.idpf.org/2007/ops"'
NAV = (
    f'<html xmlns="http://www.w3.org/1999/xhtml" {OPS}><body>'
    '<nav epub:type="toc"><ol><li><a href="one.xhtml">The <b>Mill</b></a><ol>'
    '<li><a href="two.xhtml">The Weir</a></li></ol></li></ol></nav>'
    '<nav epub:type="page-list"><ol><li><a href="one.xhtml#a">iv</a></li>'
    '<li><a href="two.xhtml">v</a></li><li><a href="two.xhtml#b">vi</a></li></ol></nav>'
    "</body></html>"
)
NAV_ITEM = '<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>The Mill'
    '</text></navLabel><content src="one.xhtml"/><navPoint><navLabel><text>The Weir</text>'
    '</navLabel><content src="two.xhtml"/></navPoint></navPoint></navMap><pageList><pageTarget>'
    '<navLabel><text>iv</text></navLabel><content src="one.xhtml#a"/></pageTarget><pageTarget>'
    '<navLabel><text>v</text></navLabel><content src="two.xhtml"/></pageTarget><pageTarget>'
    '<navLabel><text>vi</text></navLabel><content src="two.xhtml#b"/></pageTarget></pageList></ncx>'
)
NCX_ITEM = '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
CHAPTERS = {
    "one.xhtml": '<p>It is an old mill.</p><span id="a"/><p id="other">The wheel turns.</p>',
    "two.xhtml": '<p>THE WEIR</p><p id="b">The water falls.</p>',
}


def read(data: bytes, name: str = "a.epub") -> Document:
    """Return the document in `data`, after checking its blocks and passages."""
    document = read_document(name, data)
    check_blocks(document)
    check_passages(document)
    return document


@pytest.mark.parametrize(
    ("name", "content", "item"), [("nav.xhtml", NAV, NAV_ITEM), ("toc.ncx", NCX, NCX_ITEM)]
)
def test_the_lists_of_the_book_give_titles_and_pages(name: str, content: str, item: str) -> None:
    """A chapter without a heading has its title from the table of contents, of both kinds."""
    document = read(epub(CHAPTERS, {f"OEBPS/{name}": content}, manifest=item))
    assert kinds_and_texts(document) == [
        ("heading", "The Mill"),
        ("paragraph", "It is an old mill."),
        ("paragraph", "The wheel turns."),
        ("heading", "THE WEIR"),
        ("paragraph", "The water falls."),
    ]
    assert [block.level for block in document.blocks if block.level] == [1, 2]
    places = [(document.text[page.start :][:9], page.label) for page in document.pages]
    assert places == [("The wheel", "iv"), ("THE WEIR\n", "v"), ("The water", "vi")]


@pytest.mark.parametrize("position", [0, 1, 2])
def test_no_passage_begins_in_the_table_of_contents_in_the_spine(position: int) -> None:
    """The headings in it are set apart with the links, so each passage is in one chapter."""
    nav = NAV.replace("<ol><li>", "<h1>Contents</h1><ol><li>", 1).encode()
    chapters: list[tuple[str, str | bytes]] = list(CHAPTERS.items())
    chapters.insert(position, ("nav.xhtml", nav))
    item = NAV_ITEM.replace('id="n"', f'id="i{position}"')
    document = read(epub(dict(chapters), manifest=item))
    passages = cut_passages(document, "a.epub")
    for name, text in (("one", "It is an old mill."), ("two", "The water falls.")):
        (passage,) = [each for each in passages if text in each.span.of(document.text)]
        assert passage.anchor.startswith(f"{name}.xhtml")
        assert passage.headings[-1].casefold() == f"the {'mill' if name == 'one' else 'weir'}"
    assert ("boilerplate", "Contents") in kinds_and_texts(document)


def test_an_anchor_names_its_chapter() -> None:
    """Chapters with the same name in different folders have their paths in their anchors."""
    body = '<p>First.</p><p id="p2">Second.</p>'
    document = read(epub({"one.xhtml": body, "a/same.xhtml": body, "b/same.xhtml": body}))
    assert [anchor.name for anchor in document.anchors] == [
        "one.xhtml",
        "one.xhtml#p2",
        "OEBPS/a/same.xhtml",
        "OEBPS/a/same.xhtml#p2",
        "OEBPS/b/same.xhtml",
        "OEBPS/b/same.xhtml#p2",
    ]


def test_pages_and_notes_within_chapters_are_kept() -> None:
    """A page break in the text gives the page, and a note follows its paragraph."""
    body = (
        f'<p {OPS}>The boat<a epub:type="noteref" href="#n1">1</a> was '
        '<span epub:type="pagebreak" title="12"/>painted green.</p>'
        f'<aside {OPS} epub:type="footnote" id="n1"><p>1. A punt.</p></aside>'
    )
    document = read(epub({"first.xhtml": "<p>On the quay.</p>", "second.xhtml": body}))
    assert kinds_and_texts(document)[1:] == [
        ("paragraph", "The boat1 was painted green."),
        ("note", "1. A punt."),
    ]
    (page,) = document.pages
    assert document.text[page.start :].startswith("painted")
    assert [mark.span.of(document.text) for mark in document.marks] == ["1"]


def test_elements_without_contents_are_closed() -> None:
    """In XHTML, an empty element ends at once; in HTML, it would contain the rest of the page."""
    page = (
        b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a.js"/></head>'
        b'<body><p>Before <a id="x"/> and after<br/>the line.</p></body></html>'
    )
    assert read(epub({"a.xhtml": page})).text == "Before and after\nthe line."


def test_properties_are_metadata() -> None:
    """Title, authors, language and publisher come from the package."""
    metadata = (
        "<dc:title>Mills</dc:title><dc:creator>Ann Ash</dc:creator><dc:creator>Bo Birk</dc:creator>"
        "<dc:language>en-GB</dc:language><dc:date>1999-05-01T00:00:00Z</dc:date>"
        "<dc:publisher>Quay</dc:publisher>"
    )
    document = read(epub(CHAPTERS, metadata=metadata))
    assert (document.title, document.language) == ("Mills", "en")
    assert dict(document.metadata) == {
        "author": "Ann Ash; Bo Birk",
        "published": "1999-05-01",
        "publisher": "Quay",
    }


ROLES_2 = (
    '<dc:creator xmlns:opf="http://www.idpf.org/2007/opf" opf:role="aut">Ann Ash</dc:creator>'
    '<dc:creator xmlns:opf="http://www.idpf.org/2007/opf" opf:role="ill">Cy Coe</dc:creator>'
    '<dc:contributor xmlns:opf="http://www.idpf.org/2007/opf" opf:role="trl">Bo</dc:contributor>'
)
ROLES_3 = (
    '<dc:creator id="a">Ann Ash</dc:creator><dc:contributor id="b">Bo</dc:contributor>'
    '<meta refines="#b" property="role" scheme="marc:relators">trl</meta>'
    "<dc:contributor>A program</dc:contributor>"
)


@pytest.mark.parametrize("metadata", [ROLES_2, ROLES_3], ids=["EPUB 2", "EPUB 3"])
def test_people_are_named_by_their_roles(metadata: str) -> None:
    """A translator or an illustrator is no author."""
    document = read(epub(CHAPTERS, metadata=metadata))
    assert dict(document.metadata) == {"author": "Ann Ash", "translator": "Bo"}


def encryption(path: str, algorithm: str) -> dict[str, str | bytes]:
    """Return the member that declares a file to be encrypted."""
    content = (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
        f'<e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData><e:CipherReference '
        f'URI="{path}"/></e:CipherData></e:EncryptedData></encryption>'
    )
    return {"META-INF/encryption.xml": content}


def test_only_encrypted_chapters_are_encrypted() -> None:
    """A font that is made unusable elsewhere does not matter; a book under DRM is refused."""
    idpf, aes = "http://www.idpf.org/2008/embedding", "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    assert read(epub(CHAPTERS, encryption("OEBPS/font.otf", idpf))).warnings == ()
    assert read(epub(CHAPTERS, encryption("OEBPS/one.xhtml", aes))).warnings == (
        "1 chapter not read because encrypted: one.xhtml",
    )
    with pytest.raises(Unreadable, match=r"encrypted \(DRM\)"):
        read(epub({"one.xhtml": b"\x8f\x03\x99"}, encryption("OEBPS/one.xhtml", aes)))


def test_chapters_that_are_not_read_are_reported() -> None:
    """A chapter may be missing, an image or damaged; the others are read."""
    image = '<item id="i9" href="map.png" media-type="image/png"/>'
    data = epub({"one.xhtml": "<p>Here.</p>", "two.xhtml": ""}, manifest=image)
    assert read(data).warnings == ("1 chapter missing from the file: two.xhtml",)
    with pytest.raises(Unreadable, match="none of its chapters is in the file"):
        read(epub({"../../etc/passwd": ""}))
    with pytest.raises(Unreadable, match="there is no description of an e-book"):
        read(zip_members([("mimetype", "application/epub+zip")]))
    with pytest.raises(Unreadable, match="it is damaged"):
        read(data[:-60])
