"""Tests of `document_codec`: values survive the way into rows and back."""

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
from excerpt.catalog.records import UnindexedFile
from excerpt.model import Document, Passage
from excerpt.text_store.builder import record_of
from excerpt.text_store.text_file import DocumentRecord
from strategies import split_documents


@given(split_documents())
def test_any_document_survives(cut: tuple[Document, list[Passage]]) -> None:
    """The fields of a document are decoded from its row and its record."""
    document, passages = cut
    document = document._replace(
        id=7,
        origin="letters/\udcff.txt",
        warnings=("cut",),
        encoding="utf-8",
        hyphenated=frozenset({"self-help", "a-b"}),
    )
    row = encode_document(document, "d7", passages)
    file_row = encode_file("\udcff.txt", 7, STAT, (("year", "1850"),), (("author", "Bea"),))
    assert (row.id, row.digest, row.format) == (7, "d7", document.format)
    record = DocumentRecord.from_json(record_of(document).to_json())
    stored = decode_document((*row, 1), [file_row], record)
    assert stored.origin == document.origin
    assert (stored.warnings, stored.encoding) == (("cut",), "utf-8")
    assert (stored.title, stored.language) == (document.title, document.language)
    assert (stored.hyphenated, stored.has_lines) == (document.hyphenated, document.has_lines)
    assert (stored.n_passages, stored.n_characters) == (len(passages), len(document.text))
    assert stored.n_running == sum(not passage.is_set_apart for passage in passages)
    (file,) = stored.files
    assert (file.path, file.stat, file.digest) == ("\udcff.txt", STAT, "d7")
    assert {("author", "Bea")} <= set(file.metadata)


def changed(value: Any) -> Any:
    """Return another value of the same type."""
    return (
        value + 1
        if isinstance(value, int)
        else value + type(value)("x" if value == "" else value[:1])
    )


RECORD = DocumentRecord("A", "utf-8", (), frozenset(), True)


@pytest.mark.parametrize("number", range(11))
def test_a_changed_value_of_a_document_is_damage(number: int) -> None:
    """Whatever value of the row changes, the checksum does not match."""
    document = Document("text", (), "text", title="A", language="en", encoding="utf-8", id=1)
    row = list(encode_document(document._replace(origin="a"), "d", ()))
    row[number] = changed(row[number])
    file_row = encode_file("a.txt", 1, STAT, (), ())
    with pytest.raises(ValueError, match="checksum mismatch in document"):
        decode_document((*row, 1), [file_row], RECORD)


def test_missing_and_foreign_files_are_damage() -> None:
    """The files of a document are as many as it says, and they are its own."""
    row = encode_document(Document("", (), "text", id=1, origin="a"), "d", ())
    own, foreign = (encode_file("a.txt", id_, STAT, (), ()) for id_ in (1, 2))
    assert len(decode_document((*row, 1), [own], RECORD).files) == 1
    for n_files, files in ((2, [own]), (0, []), (1, [own, own])):
        with pytest.raises(ValueError, match="files of document 1 are missing"):
            decode_document((*row, n_files), files, RECORD)
    with pytest.raises(ValueError, match="a file of document 1"):
        decode_document((*row, 1), [foreign], RECORD)


def test_one_file_twice_in_place_of_two_is_damage() -> None:
    """An index that leads to one row twice has the right number of intact files."""
    row = encode_document(Document("", (), "text", id=1), "d1", [])
    first, second = (encode_file(path, 1, STAT, (), ()) for path in ("a.txt", "b.txt"))
    assert len(decode_document((*row, 2), [first, second], RECORD).files) == 2
    with pytest.raises(ValueError, match="files of document 1 are missing"):
        decode_document((*row, 2), [first, first], RECORD)


def test_the_record_of_another_document_is_damage() -> None:
    """Row and record agree on the number of warnings."""
    row = encode_document(Document("", (), "text", id=1, warnings=("cut",)), "d1", [])
    with pytest.raises(ValueError, match="warnings of document 1"):
        decode_document((*row, 1), [encode_file("a.txt", 1, STAT, (), ())], RECORD)


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
