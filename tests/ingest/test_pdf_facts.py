"""Facts about files of other projects in further formats: what must be found in them, and where.

The files and their table of facts are in the archive `formats` of the folder EXCERPT_TEST_DATA. A
fact names a phrase with the page, the label, the heading and the kind under which a search must
find it, or a message about the file.
"""

import csv
import io
import os
import re
import tarfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

import excerpt
from excerpt.catalog import Catalog
from excerpt.search.coverage import CoveredFile, read_coverage

ROOT = os.environ.get("EXCERPT_TEST_DATA", "")
ARCHIVE = Path(ROOT, "texts/formats.tar.xz")
SUFFIXES = {"pdf"}
"""The formats whose facts are checked."""
MESSAGES = {
    "encrypted": "the file is encrypted",
    "damaged": "damaged|could not be read",
    "image": "image.* without text",
    "no text": "there is no text on 11 of 11 pages",
    "without a map": "Unicode",
    "attachment": "attachment",
}
"""Words of an expectation, and what `coverage` must say about the file."""


NO_FONT = "its font is neither in the file nor installed"
"""The report on vertical Japanese without fonts: PDFium then leaves most lines out."""


def facts() -> list[dict[str, str]]:
    """Return the facts about files in these formats."""
    if not ROOT:
        return []
    with tarfile.open(ARCHIVE) as archive:
        stream = archive.extractfile("visible/manifest.tsv")
        assert stream is not None
        rows = csv.DictReader(io.StringIO(stream.read().decode()), delimiter="\t")
        return [row for row in rows if row["file"].rpartition(".")[2] in SUFFIXES]


FACTS = facts()
needs_data = pytest.mark.skipif(not FACTS, reason="EXCERPT_TEST_DATA is not set")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[excerpt.Index]:
    """An index of all files with facts."""
    folder = tmp_path_factory.mktemp("facts")
    names = {row["file"] for row in FACTS}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            if member.isfile() and member.name.removeprefix("visible/") in names:
                archive.extract(member, folder, filter="data")
    excerpt.build_index(folder / "visible", folder / "index")
    with excerpt.open(folder / "index") as opened:
        yield opened


def query_of(phrase: str) -> str:
    """Return a phrase as a query: its words in quotation marks, or the beginning of a long word.

    Words whose characters have no Unicode in the file are left out.
    """
    if phrase == "abcdef":  # of a line without spaces
        return phrase + "*"
    words = [word for word in unicodedata.normalize("NFKC", phrase).split() if word != "\ufffd"]
    return '"' + " ".join(words).replace('"', " ").replace("\ufffd", " ") + '"'


def matching(index: excerpt.Index, row: dict[str, str]) -> list[excerpt.Hit]:
    """Return the hits for the phrase of a fact in its file, on its page."""
    query = f"{query_of(row['phrase'])} path:{row['file']}"
    results = index.search(query, limit=None, everything="boilerplate" in row["expect"])
    page = int(row["page"] or 0)
    return [hit for hit in results.hits if not page or hit.page_number == page]


def holds(hit: excerpt.Hit, row: dict[str, str]) -> bool:
    """Return whether a hit has the label, the heading and the kind of a fact."""
    kinds = {block.kind.value for block in hit.passage.blocks}
    path = " ".join(" ".join(heading.text for heading in hit.headings).casefold().split())
    is_running = "boilerplate" not in row["expect"]
    return (
        row["label"] in {"", hit.page}
        and (not is_running or row["heading"].casefold() in path)
        and (is_running or "boilerplate" in kinds)
        and (row["expect"] not in {"note", "heading"} or row["expect"] in kinds)
    )


@needs_data
@pytest.mark.parametrize(
    "row", [row for row in FACTS if row["phrase"]], ids=lambda row: f"{row['file']}-{row['page']}"
)
def test_a_phrase_is_found_where_it_stands(index: excerpt.Index, row: dict[str, str]) -> None:
    """The phrase is found on its page, with the label, below the heading and as the kind given."""
    hits = matching(index, row)
    entry = coverage_of(index)[row["file"]]
    if not hits and any(NO_FONT in warning for warning in entry.warnings):
        pytest.skip(f"{row['file']}: {NO_FONT}")
    assert hits
    assert any(holds(hit, row) for hit in hits)


@needs_data
def test_titles_and_authors_are_read(index: excerpt.Index) -> None:
    """The title and the author of a fact are in the metadata of the document."""
    checked = 0
    for row in FACTS:
        facts = dict(fact.split("=", 1) for fact in row["meta"].split("; ") if "=" in fact)
        if facts:
            (hit, *_) = index.search(f"path:{row['file']}").hits
            found = {"title": hit.title.text} | dict(hit.metadata)
            assert facts.items() <= found.items()
            checked += 1
    assert checked


def coverage_of(index: excerpt.Index) -> dict[str, CoveredFile]:
    """Return the outcome of each file, as `excerpt coverage` reports it."""
    with Catalog.open(index.folder) as catalog:
        return {each.path: each for each in read_coverage(catalog).files}


@needs_data
@pytest.mark.parametrize(
    "row",
    [row for row in FACTS if any(words in row["expect"] for words in MESSAGES)],
    ids=lambda row: row["file"],
)
def test_a_file_without_its_text_is_reported(index: excerpt.Index, row: dict[str, str]) -> None:
    """Files that cannot be read, and pages without a text, are reported with the reason."""
    entry = coverage_of(index)[row["file"]]
    said = " ".join([entry.reason, *entry.warnings])
    assert any(
        re.search(message, said) for words, message in MESSAGES.items() if words in row["expect"]
    )


@needs_data
def test_every_file_is_accounted_for(index: excerpt.Index) -> None:
    """Each file is indexed or refused with a reason."""
    entries = coverage_of(index)
    assert {row["file"] for row in FACTS} <= entries.keys()
    assert len(entries) > 50
