"""The documents of the sample corpus that a script writes."""

import pytest

from excerpt.ingest.formats import read_document
from packages import read_members
from sample_documents import CORPUS, samples


@pytest.mark.parametrize("name", list(samples()))
def test_the_sample_is_what_the_script_writes(name: str) -> None:
    """The file in the corpus has the members that the script gives it, and no warnings."""
    stored, made = (CORPUS / name).read_bytes(), samples()[name]
    is_package = made.startswith(b"PK")
    assert (read_members(stored) if is_package else stored) == (
        read_members(made) if is_package else made
    )
    document = read_document(name, stored)
    assert document.title or document.blocks[0].kind.value == "heading"
    assert document.warnings == ()
