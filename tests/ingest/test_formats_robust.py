"""Documents in packages and XML that are cut, damaged or built to do harm."""

import random
from pathlib import Path

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from extracted import check_blocks, check_marks
from packages import docx, epub, odt, zip_folder

GOLDEN = Path(__file__).parents[1] / "golden/formats"
NAMES = ["minutes-docx", "garden-epub", "letter-tei", "play-p4", "diary-fodt", "gazette-alto"]
SOURCES = [
    path
    for name in [
        "minutes-docx",
        "diary-fodt",
        "garden-epub",
        "letter-tei",
        "play-p4",
        "gazette-alto",
        "register-page",
    ]
    for path in (GOLDEN / name).glob("source.*")
]
TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>{}</body></text></TEI>'
MANY = 20_000


def damaged(data: bytes, generator: random.Random) -> bytes:
    """Return `data` with some bytes cut off, changed, removed or doubled."""
    mutable = bytearray(data)
    for _ in range(generator.randint(1, 4)):
        position = generator.randrange(len(mutable))
        match generator.randrange(4):
            case 0:
                del mutable[position:]
            case 1:
                mutable[position] = generator.randrange(256)
            case 2:
                del mutable[position : position + generator.randrange(200)]
            case _:
                mutable[position:position] = mutable[position : position + 200]
        if not mutable:
            break
    return bytes(mutable)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parent.name)
def test_damaged_files_are_read_or_refused(source: Path) -> None:
    """Whatever bytes are lost or changed, the result is a valid document or a clear message."""
    data = zip_folder(source) if source.is_dir() else source.read_bytes()
    generator = random.Random(1848)
    n_refused = 0
    for _ in range(150):
        try:
            document = read_document(source.name, damaged(data, generator))
        except Unreadable:
            n_refused += 1
            continue
        check_blocks(document)
        check_marks(document)
    assert n_refused


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + '<anchor xml:id="a"/> ' * MANY + "x</p>",
        "<p>a" + ' <lb/> <lb break="no"/>' * MANY + "x</p>",
        "<p>a" + '<pb n="1"/><note n="1">b</note>' * MANY + "x</p>",
        "<p>" + "<del>" * 1000 + "x" * 400 + "</del>" * 1000 + "</p>",
        "<quote>" * 1000 + "x" + "</quote>" * 1000,
        "<p><choice>" + "<sic>x</sic>" * MANY + "</choice></p>",
        "<lg>" + "<l>x</l>" * MANY + "</lg>",
        "<list>" + "<item><list>" * 500 + "<item>x</item>" + "</list></item>" * 500 + "</list>",
    ],
)
def test_many_elements_of_one_kind_are_read(body: str) -> None:
    """Long and deep documents lose no text, and need no recursion."""
    document = read_document("a.xml", TEI.format(body).encode())
    check_blocks(document)
    assert "x" in document.text


def test_many_parts_are_read() -> None:
    """The same holds for the formats in packages."""
    run = "<w:r><w:t>x</w:t></w:r>"
    assert len(read_document("a.docx", docx(f"<w:p>{run * MANY}</w:p>")).text) == MANY
    frames = "<text:p>x" * 500 + "</text:p>" * 500
    assert len(read_document("a.odt", odt(frames)).blocks) == 500
    chapters = {f"c{number}.xhtml": "<p>x</p>" for number in range(500)}
    assert len(read_document("a.epub", epub(chapters)).blocks) == 500


@pytest.mark.parametrize("tag", ["<" + "a" * 500_000, "<a" + ' id="x"' * 200_000])
def test_a_tag_without_end_takes_linear_time(tag: str) -> None:
    """A chapter whose last tag never ends is read at once, however long that tag is."""
    links = (
        '<pageList><pageTarget><navLabel>1</navLabel><content src="c#p"/></pageTarget></pageList>'
    )
    item = '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    page = f'<html><body><p id="p">The barge.</p>{tag}'.encode()
    document = read_document(
        "a.epub", epub({"c": page}, {"OEBPS/toc.ncx": f"<ncx>{links}</ncx>"}, manifest=item)
    )
    assert document.text.startswith("The barge.")
    assert [each.label for each in document.pages] == ["1"]
