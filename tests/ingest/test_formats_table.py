"""Tests of the tables of formats, used by the walk, by reading and in messages."""

import gzip
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import identification, read_document, registry
from excerpt.ingest.formats.identification import find_format, unsupported_by_name
from excerpt.ingest.formats.registry import (
    FORMATS,
    UNSUPPORTED,
    Format,
    UnsupportedFormat,
)
from excerpt.ingest.formats.source import Source
from excerpt.ingest.walk import walk
from excerpt.model import Document

MAGIC = b"@@DECK@@"


def read(source: Source) -> Document:
    """Read the format that the tests add."""
    return Document(text=source.data.decode(), blocks=(), format="deck")


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A way to replace the tables for one test."""
    identification._registry.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    identification._registry.cache_clear()


def skipped(folder: Path, name: str) -> str:
    """Return why the walk skips a file with this name, or "" if it does not."""
    (folder / name).write_bytes(MAGIC)
    found = walk(folder)
    assert len(found.files) + len(found.skipped) == 1
    return found.skipped[0].reason if found.skipped else ""


def test_a_line_in_the_table_adds_a_format(tables: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A new format is found by suffix and by content, and precedes the other table."""
    deck = UnsupportedFormat("a deck", frozenset({"deck"}), (MAGIC,), "print it")
    tables.setattr(registry, "UNSUPPORTED", (deck, *UNSUPPORTED))
    supported = Format(
        "deck",
        frozenset({"deck"}),
        lambda source: source.data.startswith(MAGIC),
        f"{__name__}:read",
    )
    tables.setattr(registry, "FORMATS", (supported, *FORMATS))
    assert skipped(tmp_path, "a.DECK") == ""
    for name in ("a.deck", "a.txt", "a", "a.md"):
        assert read_document(name, MAGIC).format == "deck"
    assert read_document("a.deck", b"other content").format == "deck"
    assert read_document("a.txt", b"other content").format == "text"


def test_a_line_in_the_other_table_names_an_unsupported_format(
    tables: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both messages, for suffix and content, give the name and the remedy."""
    assert skipped(tmp_path, "a.deck") == ""
    assert read_document("a.txt", MAGIC).format == "text"
    deck = UnsupportedFormat("a deck", frozenset({"deck"}), (MAGIC,), "print it")
    tables.setattr(registry, "UNSUPPORTED", (*UNSUPPORTED, deck))
    identification._registry.cache_clear()
    assert skipped(tmp_path, "a.deck") == "a deck: not supported yet; print it"
    for name, data in (("a.txt", MAGIC), ("a.html", MAGIC), ("a.gz", gzip.compress(MAGIC))):
        with pytest.raises(Unreadable) as caught:
            read_document(name, data)
        assert (
            caught.value.message
            == "its content identifies it as a deck, which is not supported yet"
        )
        assert list(map(str, caught.value.remedies)) == ["Print it."]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04\x14", "zip archive or office document"),
        (b"\xd0\xcf\x11\xe0 text", "office document"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "Word 97 document"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "spreadsheet"),
        (b"\xd0\xcf\x11\xe0__properties_version1.0", "office document"),
        (b"!BDN\0\0", "Outlook mailbox"),
        (b"AT&TFORM\0", "DjVu scan"),
        (b"version https://git-lfs.github.com/spec/v1\n", "pointer to a file in Git LFS"),
        (bytes(60) + b"BOOKMOBI", "Kindle e-book"),
        (b"II*\0\0", "image"),
        (b"\x89PNG\r\n", "image"),
        (b"\x7fELF\x02", "program"),
        (b"SQLite format 3\0", "database"),
        (gzip.compress(gzip.compress(b"text", mtime=0), mtime=0), "archive"),
    ],
)
def test_content_in_an_unsupported_format_is_named(data: bytes, name: str) -> None:
    """A file named as a text is refused if its first bytes are those of another format."""
    with pytest.raises(Unreadable, match=f"identifies it as {name}"):
        read_document("a.txt", data)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.pdf", None),
        ("A.B.DOC", "Word 97 document (DOC)"),
        ("a.msg", "Outlook message (MSG)"),
        ("a.PST", "Outlook mailbox (PST)"),
        ("a.djvu", "DjVu scan"),
        ("a.mobi", "Kindle e-book (MOBI)"),
        ("a.docx", None),
        ("a.tar.gz", None),
        ("a.rar", "archive"),
        ("a.warc.gz", "archive"),
        ("a.pdf.gz", None),
        ("a.mbox", None),
        ("a.emlx", "Apple Mail message (EMLX)"),
        ("a.SSA", "subtitles"),
        ("a.jsonl", None),
        ("a.geojson", "JSON"),
        ("a.tsv", None),
        ("a.rss", "XML"),
        ("a.xml", None),
        ("tar.gz", None),
        ("a.txt", None),
        ("pdf", None),
        ("a.", None),
    ],
)
def test_the_last_suffix_counts(name: str, found: str | None) -> None:
    """Compressed files are judged by their content, except archives."""
    unsupported = unsupported_by_name(name)
    assert (unsupported.name if unsupported else None) == found


def test_each_suffix_has_one_format() -> None:
    """No suffix is in two lines of the tables."""
    lines = [line.suffixes for line in FORMATS] + [line.suffixes for line in UNSUPPORTED]
    suffixes = list(chain.from_iterable(lines))
    assert sorted(suffixes) == sorted(set(suffixes))


@pytest.mark.parametrize("data", [b"", b"<html>", b"= A =", b"\xff\xfe<\0h\0t\0m\0l\0>\0"])
def test_each_content_has_a_format(data: bytes) -> None:
    """Content that no other format recognises is plain text."""
    assert find_format(Source("", data)) in FORMATS
