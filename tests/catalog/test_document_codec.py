"""Tests of `document_codec` and `passage_codec`: values survive the way into rows and back."""

from typing import Any

import pytest
from hypothesis import given

from catalogs import STAT
from excerpt.catalog.column_codec import checksummed
from excerpt.catalog.document_codec import (
    decode_document,
    decode_excluded,
    decode_unreadable,
    encode_document,
    encode_excluded,
    encode_file,
    encode_unreadable,
)
from excerpt.catalog.passage_codec import decode_outline, decode_passage, encode_passage
from excerpt.catalog.records import UnindexedFile
from excerpt.catalog.texts import Compressor, Decompressor
from excerpt.model import Anchor, Block, BlockKind, Document, Mark, Page, Passage, Span
from strategies import split_documents

LAST_BLOCK_BITS = (15, 4095)
"""The largest kind and level that fit into a block's traits."""


@given(split_documents())
def test_any_document_survives(cut: tuple[Document, list[Passage]]) -> None:
    """Fields, passages and text of a document are decoded from its rows."""
    document, passages = cut
    document = document._replace(
        id=7,
        origin="letters/\udcff.txt",
        warnings=("cut",),
        encoding="utf-8",
        hyphenated=frozenset({"self-help", "a-b"}),
    )
    rows = encode_document(document, "d7", passages, Compressor())
    file_row = encode_file("\udcff.txt", 7, STAT, (("year", "1850"),), (("author", "Bea"),))
    assert (rows.id, rows.digest, rows.format) == (7, "d7", document.format)
    stored = decode_document((*rows.document, 1), [file_row])
    assert stored.origin == document.origin
    assert (stored.warnings, stored.encoding) == (("cut",), "utf-8")
    assert (stored.title, stored.language) == (document.title, document.language)
    assert (stored.hyphenated, stored.has_lines) == (document.hyphenated, document.has_lines)
    assert (stored.n_passages, stored.n_characters) == (len(passages), len(document.text))
    assert stored.n_running == sum(not passage.is_set_apart for passage in passages)
    (file,) = stored.files
    assert (file.path, file.stat, file.digest) == ("\udcff.txt", STAT, "d7")
    assert {("author", "Bea")} <= set(file.metadata)
    assert [decode_passage(row) for row in rows.passages] == list(passages)
    for row, passage in zip(rows.passages, passages, strict=True):
        n_paragraphs = sum(block.begins_paragraph for block in passage.blocks)
        assert decode_outline(row) == (passage.span.start, len(passage.span), n_paragraphs)
    assert "".join(map(Decompressor().text, rows.texts)) == document.text


@pytest.mark.parametrize("kind", list(BlockKind))
@pytest.mark.parametrize("level", [0, 1, 4095])
@pytest.mark.parametrize("continues", [False, True])
def test_the_traits_of_a_block_do_not_mix(kind: BlockKind, level: int, continues: bool) -> None:
    """Kind, level and continuation are decoded independently of each other."""
    blocks = (
        Block(Span(5, 9), kind, level, continues, is_guess=not continues),
        Block(Span(9, 12), BlockKind.PARAGRAPH, 0, not continues, is_guess=continues),
    )
    passage = Passage(3, Span(5, 12), blocks, ("A [B]",), None, "", 'here "quoted"', id="0a")
    assert decode_passage(encode_passage(1, passage)) == passage
    assert len(BlockKind) <= 16, "bits 0-3 of the traits hold the kind"


def test_pages_anchors_and_marks_within_a_passage_survive() -> None:
    """They are decoded from the row; a lone surrogate becomes a question mark."""
    passage = Passage(
        0,
        Span(0, 20),
        (Block(Span(0, 20), BlockKind.PARAGRAPH),),
        page="iv",
        pages=(Page(3, "v"), Page(9, "\ud800")),
        anchors=(Anchor(4, "a1"), Anchor(8, "")),
        marks=(Mark(Span(3, 5), BlockKind.PAGE), Mark(Span(8, 9), BlockKind.REFERENCE)),
        id="0a",
    )
    stored = passage._replace(pages=(Page(3, "v"), Page(9, "?")))
    assert decode_passage(encode_passage(1, passage)) == stored


def test_the_numbers_of_pages_survive() -> None:
    """Pages of a file that has pages are stored with their number, also the first."""
    passage = Passage(
        0, Span(0, 20), (), page="iv", pages=(Page(3, "v", 7),), id="0a", page_number=6
    )
    decoded = decode_passage(encode_passage(1, passage))
    assert decoded == passage
    assert [decoded.page_at(offset).number for offset in (0, 3)] == [6, 7]


def changed(value: Any) -> Any:
    """Return another value of the same type."""
    return (
        value + 1
        if isinstance(value, int)
        else value + type(value)("x" if value == "" else value[:1])
    )


@pytest.mark.parametrize("number", range(14))
def test_a_changed_value_of_a_document_is_damage(number: int) -> None:
    """Whatever value of the row changes, the checksum does not match."""
    document = Document("text", (), "text", title="A", language="en", encoding="utf-8", id=1)
    row = list(encode_document(document._replace(origin="a"), "d", ()).document)
    row[number] = changed(row[number])
    file_row = encode_file("a.txt", 1, STAT, (), ())
    with pytest.raises(ValueError, match="checksum mismatch in document"):
        decode_document((*row, 1), [file_row])


def test_missing_and_foreign_files_are_damage() -> None:
    """The files of a document are as many as it says, and they are its own."""
    row = encode_document(Document("", (), "text", id=1, origin="a"), "d", ()).document
    own, foreign = (encode_file("a.txt", id_, STAT, (), ()) for id_ in (1, 2))
    assert len(decode_document((*row, 1), [own]).files) == 1
    for n_files, files in ((2, [own]), (0, []), (1, [own, own])):
        with pytest.raises(ValueError, match="files of document 1 are missing"):
            decode_document((*row, n_files), files)
    with pytest.raises(ValueError, match="a file of document 1"):
        decode_document((*row, 1), [foreign])


def test_one_file_twice_in_place_of_two_is_damage() -> None:
    """An index that leads to one row twice has the right number of intact files."""
    rows = encode_document(Document("", (), "text", id=1), "d1", [], Compressor())
    first, second = (encode_file(path, 1, STAT, (), ()) for path in ("a.txt", "b.txt"))
    assert len(decode_document((*rows.document, 2), [first, second]).files) == 2
    with pytest.raises(ValueError, match="files of document 1 are missing"):
        decode_document((*rows.document, 2), [first, first])


def test_problems_survive() -> None:
    """Problems and excluded files are decoded from their rows; a changed value is damage."""
    problem = UnindexedFile("\udcff.txt", "it is no text")
    member = problem._replace(container="a.zip")
    for each in (problem, member):
        assert decode_unreadable(encode_unreadable(each, STAT)) == each
    assert decode_excluded(encode_excluded(problem)) == problem
    assert decode_excluded(encode_excluded(UnindexedFile("a", "\ud800"))).reason == "?"
    path, *_, checksum = encode_excluded(problem)
    with pytest.raises(ValueError, match="checksum mismatch"):
        decode_excluded((path, "another reason", checksum))
    with pytest.raises(ValueError, match="checksum mismatch"):
        decode_excluded((*checksummed((path, "reason"))[:-1], 0))
