"""Texts of others: whatever a source contains is shown once and can be found.

They are read from archives in the folder EXCERPT_TEST_DATA, some of each archive, or all with
`--full`.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from archives import files_of, text_archives
from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from extracted import check_blocks, check_marks, check_passages

ARCHIVES = text_archives()
MAX_BYTES = 200_000
STEP, MAX_MEMBERS = 7, 30


@pytest.mark.skipif(not ARCHIVES, reason="EXCERPT_TEST_DATA is not set")
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name.split(".")[0])
def test_everything_in_real_texts_is_searchable(
    archive: Path, request: pytest.FixtureRequest
) -> None:
    """Blocks cover the text, marks lie in blocks, and every letter is in a token."""
    n_read = n_characters = 0
    is_full = request.config.getoption("--full")
    stop, step = (None, 1) if is_full else (MAX_MEMBERS * STEP, STEP)
    for name, data in islice(_small_files(archive), 0, stop, step):
        try:
            document = read_document(name, data)
        except Unreadable:
            continue
        check_blocks(document)
        check_marks(document)
        check_passages(document)
        n_read += 1
        n_characters += len(document.text)
    assert n_read
    assert n_characters


def _small_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    return ((name, data) for name, data in files_of(archive) if 0 < len(data) <= MAX_BYTES)
