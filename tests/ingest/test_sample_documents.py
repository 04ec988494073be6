"""The documents of the sample corpus that a script writes."""

from pathlib import Path

import pytest

import excerpt
from excerpt.ingest.formats import read_document
from packages import read_members
from sample_documents import CORPUS, samples

CONTAINERS = {"letters/the-weathercock.mbox": 2, "minutes/the-dredger.csv": 2}
"""Files of the sample corpus that hold several documents, and how many."""
ARCHIVE = "recordings/the-pottery.zip"
UNTITLED = {"srt", "alto"}
"""Formats that have no titles."""


@pytest.mark.parametrize("name", list(samples()))
def test_the_sample_is_what_the_script_writes(name: str) -> None:
    """The file in the corpus has the members that the script gives it, and no warnings."""
    stored, made = (CORPUS / name).read_bytes(), samples()[name]
    is_package = made.startswith(b"PK")
    assert (read_members(stored) if is_package else stored) == (
        read_members(made) if is_package else made
    )
    if name in {*CONTAINERS, ARCHIVE}:
        return
    document = read_document(name, stored)
    is_titled = document.title or document.blocks[0].kind.value == "heading"
    assert is_titled or document.format in UNTITLED
    assert document.warnings == ()


def test_the_containers_hold_their_documents(tmp_path: Path) -> None:
    """The messages and the rows are documents, each with a date of its own."""
    (tmp_path / "corpus").mkdir()
    for name in CONTAINERS:
        (tmp_path / "corpus" / name.rpartition("/")[2]).write_bytes(samples()[name])
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    with excerpt.open(tmp_path / "index") as index:
        dates = {dict(document.metadata)["date"] for document in index.documents()}
    assert dates == {"1998-05-04", "1998-05-05", "1931-03-09", "1931-03-10"}


def test_the_archive_holds_its_documents(tmp_path: Path) -> None:
    """The members have formats and locations of their own."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.zip").write_bytes(samples()[ARCHIVE])
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    with excerpt.open(tmp_path / "index") as index:
        (hit,) = index.search("galena")
        assert hit.location == "a.zip/pottery/the-glaze.vtt#t=00:01:10"
        assert {document.format for document in index.documents()} == {"text", "vtt"}
