"""Tests of METS files, which are one document with the files of the pages that they list."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from container_files import tar_of
from excerpt.catalog import Catalog
from excerpt.indexing.pipeline import build
from excerpt.search.coverage import FileOutcome, read_coverage
from excerpt.search.index import Index

MODS = (
    '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><nonSort>The</nonSort>'
    "<title>Harbour Book</title></titleInfo><name><namePart>Ann Voss</namePart><role>"
    "<roleTerm>aut</roleTerm></role></name><originInfo><dateIssued>1784</dateIssued></originInfo>"
    '<originInfo eventType="digitization"><dateIssued>2012</dateIssued><publisher>A library'
    "</publisher></originInfo></mods>"
)


def alto(*lines: str) -> str:
    """Return a page in ALTO with these lines."""
    rows = ("".join(f'<String CONTENT="{word}"/>' for word in line.split()) for line in lines)
    inner = "".join(f"<TextLine>{row}</TextLine>" for row in rows)
    return (
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout><Page><PrintSpace>'
        f'<TextBlock ID="b1">{inner}</TextBlock></PrintSpace></Page></Layout></alto>'
    )


def page_xml(text: str) -> str:
    """Return a page in PAGE XML with this text."""
    namespace = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15"
    return (
        f'<PcGts xmlns="{namespace}"><Page imageFilename="x.tif"><TextRegion id="r1"><TextEquiv>'
        f"<Unicode>{text}</Unicode></TextEquiv></TextRegion></Page></PcGts>"
    )


def mets(groups: Mapping[str, Iterable[str]], labels: Iterable[str] = ()) -> str:
    """Return a METS file with these files in each group, and the labels of its pages."""
    files = ""
    places: dict[int, list[str]] = {}
    for use, paths in groups.items():
        listed = ""
        for number, path in enumerate(paths):
            places.setdefault(number, []).append(f"{use}{number}")
            listed += (
                f'<mets:file ID="{use}{number}"><mets:FLocat LOCTYPE="URL" xlink:href="{path}"/>'
                "</mets:file>"
            )
        files += f'<mets:fileGrp USE="{use}">{listed}</mets:fileGrp>'
    names = [*labels, *[""] * len(places)]
    divisions = "".join(
        f'<mets:div TYPE="page" ORDER="{number + 1}" ORDERLABEL="{names[number]}">'
        + "".join(f'<mets:fptr FILEID="{each}"/>' for each in ids)
        + "</mets:div>"
        for number, ids in places.items()
    )
    return (
        '<?xml version="1.0"?>\n<mets:mets xmlns:mets="http://www.loc.gov/METS/"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink"><mets:dmdSec ID="d"><mets:mdWrap'
        f' MDTYPE="MODS"><mets:xmlData>{MODS}</mets:xmlData></mets:mdWrap></mets:dmdSec>'
        f'<mets:fileSec>{files}</mets:fileSec><mets:structMap TYPE="PHYSICAL"><mets:div'
        f' TYPE="physSequence">{divisions}</mets:div></mets:structMap></mets:mets>'
    )


BOOK = {
    "book/mets.xml": mets({"FULLTEXT": ["text/0001.xml", "file:text/0002.xml"]}, ["iv", "[5]"]),
    "book/text/0001.xml": alto("The old mar-"),
    "book/text/0002.xml": alto("ket town by the sea."),
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a corpus."""
    for name, text in files.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def built(folder: Path) -> dict[str, str]:
    """Build the index, and return the format of each document by its path."""
    build(folder / "corpus", folder / "index", processes=1, allow_removals=True)
    with Catalog.open(folder / "index") as catalog:
        catalog.verify()
        return {document.path: document.format for document in catalog.documents()}


def test_the_pages_are_one_document(tmp_path: Path) -> None:
    """Words continue over the ends of pages, which have the labels and numbers of METS."""
    write(tmp_path, BOOK)
    assert built(tmp_path) == {"book/mets.xml": "mets"}
    with Index(tmp_path / "index") as index:
        hit = next(iter(index.search('"old market town"')))
        assert (hit.title.text, hit.date, hit.metadata["author"]) == (
            "The Harbour Book",
            "1784",
            "Ann Voss",
        )
        assert "publisher" not in hit.metadata
        assert (hit.location, hit.page) == ("book/mets.xml#0001.xml#b1", "iv")
    with Catalog.open(tmp_path / "index") as catalog:
        document = catalog.document_at("book/mets.xml")
        assert document is not None
        outlines = catalog.passages_of(document.id)
        assert [(each.page, each.page_number) for each in outlines] == [("iv", 1)]


def test_coverage_accounts_for_the_pages(tmp_path: Path) -> None:
    """The files of pages are named as parts of the document; missing ones are reported."""
    (_, *pages), extra = BOOK, "text/0003.xml"
    listed = mets({"FULLTEXT": ["text/0001.xml", "text/0002.xml", extra]})
    write(tmp_path, BOOK | {"book/mets.xml": listed})
    built(tmp_path)
    with Catalog.open(tmp_path / "index") as catalog:
        coverage = read_coverage(catalog)
    outcomes = {file.path: (file.outcome, file.reason) for file in coverage.files}
    for page in pages:
        assert outcomes[page] == (FileOutcome.EXCLUDED, "read as a page of book/mets.xml")
    assert outcomes["book/mets.xml"][0] is FileOutcome.INDEXED
    (warned,) = coverage.with_warnings
    assert warned.warnings == ("files of pages are missing: book/text/0003.xml",)


def test_a_change_of_a_page_is_a_change_of_the_document(tmp_path: Path) -> None:
    """A page that changes, is added or is removed is noticed, and nothing else is read again."""
    write(tmp_path, BOOK)
    built(tmp_path)

    def words() -> set[str]:
        report = build(tmp_path / "corpus", tmp_path / "index", processes=1)
        counts.append((report.new, report.changed, report.unchanged, report.removed))
        with Index(tmp_path / "index") as index:
            return {word for word in ("sea", "lake", "mill") if index.count(word)}

    counts: list[tuple[int, int, int, int]] = []
    assert words() == {"sea"}
    write(tmp_path, {"book/text/0002.xml": alto("ket town by the lake.")})
    assert words() == {"lake"}
    write(
        tmp_path,
        {
            "book/mets.xml": mets({"A": ["text/0001.xml", "text/0002.xml", "text/3.xml"]}),
            "book/text/3.xml": alto("The mill."),
        },
    )
    assert words() == {"lake", "mill"}
    (tmp_path / "corpus/book/text/0002.xml").unlink()
    assert words() == {"mill"}
    assert counts == [(0, 0, 1, 0), (0, 1, 0, 0), (0, 1, 0, 0), (0, 1, 0, 0)]


def test_pages_that_were_documents_become_one(tmp_path: Path) -> None:
    """A METS file that is added joins pages that were read before, and its removal parts them."""
    pages = {name: text for name, text in BOOK.items() if not name.endswith("mets.xml")}
    write(tmp_path, pages)
    assert built(tmp_path) == dict.fromkeys(pages, "alto")
    write(tmp_path, BOOK)
    build(tmp_path / "corpus", tmp_path / "index", processes=1)
    assert built(tmp_path) == {"book/mets.xml": "mets"}
    (tmp_path / "corpus/book/mets.xml").unlink()
    assert built(tmp_path) == dict.fromkeys(pages, "alto")


@pytest.mark.parametrize(
    ("groups", "read"),
    [
        ({"IMG": ["a.tif"], "GT": ["g/1.xml"], "OCR": ["o/1.xml"]}, "g/1.xml"),
        ({"OCR-D-GT-PAGE": ["p/1.xml"], "ALTO": ["a/1.xml"], "LATER": ["a/2.xml"]}, "p/1.xml"),
        ({"FIRST": ["a/1.xml"], "LAST": ["a/2.xml"]}, "a/2.xml"),
        ({"PAGE": ["p/1.xml"], "ALTO": ["a/1.xml"]}, "p/1.xml"),
        ({"TWO": ["a/1.xml", "a/2.xml"], "ONE": ["p/1.xml"]}, "a/1.xml"),
        ({"TEXT": ["a/1.xml"], "EMPTY": ["e/1.xml"]}, "a/1.xml"),
    ],
)
def test_one_group_of_files_is_read(
    tmp_path: Path, groups: dict[str, list[str]], read: str
) -> None:
    """The largest group with text is read, or a ground truth, or PAGE, or the last."""
    files = {
        "g/1.xml": alto("a truth"),
        "o/1.xml": alto("a ttuth"),
        "p/1.xml": page_xml("a page"),
        "a/1.xml": alto("one line"),
        "a/2.xml": alto("another line"),
        "e/1.xml": page_xml(""),
    }
    write(tmp_path, files | {"mets.xml": mets(groups)})
    paths = set(built(tmp_path))
    assert "mets.xml" in paths
    assert read not in paths
    others = {path for group in groups.values() for path in group} - {read, "a.tif"}
    if "TWO" not in groups:
        assert others <= paths


@pytest.mark.parametrize(
    "path", ["http://example.org/1.xml", "/etc/hosts", "../../1.xml", "none.xml", "%2e%2e/%2e%2e/1"]
)
def test_files_elsewhere_are_not_read(tmp_path: Path, path: str) -> None:
    """A METS file whose pages are not in the corpus is reported by name."""
    (tmp_path / "1.xml").write_text(alto("outside"), encoding="utf-8")
    write(tmp_path, {"a.txt": "A boat.", "b/mets.xml": mets({"FULLTEXT": [path]})})
    assert built(tmp_path) == {"a.txt": "text"}
    with Catalog.open(tmp_path / "index") as catalog:
        (problem,) = catalog.unreadable()
    assert "METS list of pages" in problem.reason


def test_pages_that_are_left_out_are_not_read(tmp_path: Path) -> None:
    """A rule about a page holds for it, whatever METS lists."""
    write(tmp_path, {**BOOK, ".excerptignore": "0002.xml\n"})
    assert built(tmp_path) == {"book/mets.xml": "mets"}
    with Index(tmp_path / "index") as index:
        assert index.search("old").total == 1
        assert index.search("town").total == 0


def test_the_pages_of_mets_in_an_archive_are_one_document(tmp_path: Path) -> None:
    """They are no documents of their own there, and coverage names the METS file."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    with ZipFile(corpus / "box.zip", "w") as opened:
        opened.writestr("notes.txt", "A note on the harbour.")
        for name, text in reversed(BOOK.items()):
            opened.writestr(name, text)
    assert built(tmp_path) == {
        "box.zip/book/mets.xml": "mets",
        "box.zip/notes.txt": "text",
    }
    with Index(tmp_path / "index") as index:
        hit = next(iter(index.search('"old market town"')))
        assert (hit.location, hit.page) == ("box.zip/book/mets.xml#0001.xml#b1", "iv")
    with Catalog.open(tmp_path / "index") as catalog:
        members = {each.path: each for each in read_coverage(catalog).members}
    page = members["box.zip/book/text/0001.xml"]
    assert (page.outcome, page.reason) == (
        FileOutcome.EXCLUDED,
        "read as a page of book/mets.xml",
    )
    assert built(tmp_path) == built(tmp_path)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
@pytest.mark.parametrize("prefix", ["", "./"])
def test_the_pages_of_mets_in_a_tar_file_are_one_document(
    tmp_path: Path, mode: str, prefix: str
) -> None:
    """They may come before it; the others are read as before."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    files = [("notes.txt", "A note on the harbour."), *reversed(BOOK.items())]
    members = {f"{prefix}{name}": text.encode() for name, text in files}
    (corpus / "box.tar").write_bytes(tar_of(members, mode))
    expected = {"box.tar/book/mets.xml": "mets", "box.tar/notes.txt": "text"}
    assert built(tmp_path) == expected
    with Index(tmp_path / "index") as index:
        hit = next(iter(index.search('"old market town"')))
        assert (hit.location, hit.page) == ("box.tar/book/mets.xml#0001.xml#b1", "iv")
    assert built(tmp_path) == expected


def test_the_search_for_pages_in_an_archive_is_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of METS that comes after the limit is not joined with its pages, which are read."""
    monkeypatch.setattr("excerpt.ingest.containers.mets.MAX_PAGES_BYTES", 1)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    with ZipFile(corpus / "box.zip", "w") as opened:
        for name, text in BOOK.items():
            opened.writestr(name, text)
    assert built(tmp_path) == {f"box.zip/book/text/000{n}.xml": "alto" for n in (1, 2)}
