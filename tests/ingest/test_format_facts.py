"""Facts about files of others: a phrase, its page and heading, the title and the author.

The files and a table of facts are in an archive in the folder EXCERPT_TEST_DATA.
"""

import csv
import io
import os
import re
import tarfile
from collections.abc import Iterator
from email.utils import parsedate_tz
from pathlib import Path

import pytest

from container_files import found_in
from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages
from excerpt.model import Document, Passage
from excerpt.text.running_text import IGNORED, running_text

ARCHIVE = Path(os.environ.get("EXCERPT_TEST_DATA", ""), "texts/formats.tar.xz")
FORMATS = ["alto", "docx", "epub", "hocr", "mail", "odt", "page", "rtf", "subtitles", "tei"]
"""Folders of the archive whose files are read."""
BOTH_READINGS = "tei/dta-letter-"
"""Files whose facts give a heading with both readings of a `choice`; the first one is read."""
SEPARATED = "hocr/1555-char-boxes.hocr"
"""A file whose phrase has a space after each character: its words consist of elements."""

ROLLING = "subtitles/youtube_dl.vtt"
"""Captions whose fact gives the time of a line that rolls; it is shown before, word by word."""

WITHOUT_HYPHEN = "tables/eltec-latin1.csv"
"""A file whose phrase has a hyphen that its encoding lacks; the file has a question mark there."""
MAILBOX = "mail/python-email-data.mbox"
"""A file of several messages, which is a container."""


def collapse(text: str) -> str:
    """Return `text` with single spaces and without joiners."""
    return " ".join(text.replace(IGNORED, "").split())


def unified(text: str) -> str:
    """Return `text` with the quotation marks of ASCII, as the table has them."""
    return text.translate(dict(zip(map(ord, "‘’‚“”„"), "'''\"\"\"", strict=True)))


def members(folder: str) -> Iterator[tuple[dict[str, str], bytes]]:
    """Yield the facts and the content of each file in `folder` of the archive."""
    contents: dict[str, bytes] = {}
    with tarfile.open(ARCHIVE) as opened:
        for member in opened:
            path = "/".join(member.name.split("/")[-2:])
            if member.isfile() and path.startswith((f"{folder}/", "manifest", "visible/manifest")):
                stream = opened.extractfile(member)
                assert stream is not None
                contents[path.rpartition("/")[2] if "manifest" in path else path] = stream.read()
    table = io.StringIO(contents["manifest.tsv"].decode())
    for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["file"] in contents:
            yield row, contents[row["file"]]


def faults(row: dict[str, str], document: Document) -> Iterator[str]:
    """Yield the facts in `row` that do not hold."""
    passages = cut_passages(document, "")
    for pair in filter(None, (row["meta"] or "").split("; ")):
        name, _, value = pair.partition("=")
        name = "author" if name == "from" else name
        if row["file"].startswith("mail/") and name == "date":
            day = parsedate_tz(value)
            value = f"{day[0]}-{day[1]:02}-{day[2]:02}" if day else value
        found = document.title if name == "title" else dict(document.metadata).get(name, "")
        if collapse(value) not in collapse(found):
            yield f"{name}: {found!r} instead of {value!r}"
    words = unified(row["phrase"]).split()
    if not words:
        return
    text = unified(running_text(document.text, document.marks))
    if row["file"] == SEPARATED:
        words = ["".join(words)]
    joiners = f"{IGNORED}*"
    pattern = r"\s+".join(joiners.join(map(re.escape, word)) for word in words)
    match = re.search(pattern, text)
    if match is None:
        yield f"the phrase {row['phrase']!r} is missing"
        return
    label = row["label"] or row["page"]
    if row["file"].startswith("subtitles/"):
        if label and row["file"] != ROLLING:
            yield from anchor_faults(document, match.start(), f"t={label[:8]}")
    elif label:
        labels = [page.label for page in document.pages if page.start <= match.start()]
        if labels[-1:] != [label]:
            yield f"page {labels[-1:]} instead of {label}"
    if row["file"].startswith(BOTH_READINGS):
        row = row | {"heading": row["heading"].partition(" (")[0].partition("Vorname")[0]}
    if row["file"].startswith("mail/"):
        if collapse(row["heading"]) != document.title:
            yield f"the title {document.title!r} instead of {row['heading']!r}"
    elif row["heading"] and not any(
        collapse(row["heading"]) in " ".join(map(collapse, passage.headings))
        for passage in passages
        if holds(passage, match.start())
    ):
        yield f"the heading {row['heading']!r} is missing"


def anchor_faults(document: Document, offset: int, name: str) -> Iterator[str]:
    """Yield a sentence unless `name` is the anchor at `offset`."""
    names = [anchor.name for anchor in document.anchors if anchor.start <= offset]
    if names[-1:] != [name]:
        yield f"anchor {names[-1:]} instead of {name}"


def holds(passage: Passage, offset: int) -> bool:
    """Return whether `offset` is in a passage of the running text."""
    return not passage.is_set_apart and passage.span.start <= offset < passage.span.end


@pytest.mark.skipif(not ARCHIVE.exists(), reason="EXCERPT_TEST_DATA is not set")
@pytest.mark.parametrize("folder", FORMATS)
def test_facts_hold(folder: str) -> None:
    """All facts hold, and files that are to be refused are refused."""
    found = []
    n_files = 0
    for row, data in members(folder):
        if row["file"] == MAILBOX:
            continue
        n_files += 1
        try:
            document = read_document(row["file"].rpartition("/")[2], data)
        except Unreadable as error:
            if "refuse" not in row["expect"]:
                found.append(f"{row['file']}: {error}")
            continue
        found += [f"{row['file']}: {fault}" for fault in faults(row, document)]
        if row["expect"].startswith("warn") and not document.warnings:
            found.append(f"{row['file']}: no warning")
    assert n_files
    assert found == []


@pytest.mark.skipif(not ARCHIVE.exists(), reason="EXCERPT_TEST_DATA is not set")
@pytest.mark.parametrize("folder", ["archives", "mail", "tables"])
def test_facts_about_containers_hold(folder: str) -> None:
    """Containers have as many documents as the table says, and the phrases are where it says."""
    found = []
    n_files = 0
    for row, data in members(folder):
        if folder == "mail" and row["file"] != MAILBOX:
            continue
        n_files += 1
        name = row["file"].rpartition("/")[2]
        documents = {}
        for member in found_in(name, data):
            if member.reason:
                found.append(f"{member.path}: {member.reason}")
                continue
            try:
                documents[member.path] = read_document(
                    member.path, member.data, format_name=member.origin.format
                )
            except Unreadable as error:
                found.append(f"{member.path}: {error}")
        stated = re.search(r"(?:read:|-l:|f:) (\d+)", f"{row['expect']} {row['checked_with']}")
        assert stated
        # Of the two names in it, one is an archive with four texts.
        n_expected = 5 if name == "nested.zip" else int(stated[1])
        if len(documents) != n_expected:
            found.append(f"{name}: {len(documents)} documents")
        if row["phrase"] and row["file"] != WITHOUT_HYPHEN:
            holding = [
                path.rpartition("/")[2]
                for path, document in documents.items()
                if collapse(unified(row["phrase"])) in collapse(unified(document.text))
            ]
            if holding != [row["label"].removeprefix("row ")]:
                found.append(f"{name}: {row['phrase']!r} is in {holding}")
    assert n_files
    assert found == []
