"""Texts of others: whatever a source contains is shown once and can be found.

They are read from archives in the folder EXCERPT_TEST_DATA, some of each archive, or all with
`--full`.
"""

import os
import tarfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from extracted import check_blocks, check_marks, check_passages

ROOT = os.environ.get("EXCERPT_TEST_DATA", "")
ARCHIVES = sorted(Path(ROOT, "texts").glob("*.tar.xz")) if ROOT else []
MOST_BYTES = 200_000
STEP, MOST_MEMBERS = 7, 30


@pytest.mark.skipif(not ARCHIVES, reason="EXCERPT_TEST_DATA is not set")
@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name.split(".")[0])
def test_everything_in_real_texts_is_searchable(
    archive: Path, request: pytest.FixtureRequest
) -> None:
    """Blocks cover the text, marks lie in blocks, and every letter is in a token."""
    n_read = n_characters = 0
    is_full = request.config.getoption("--full")
    stop, step = (None, 1) if is_full else (MOST_MEMBERS * STEP, STEP)
    for name, data in islice(members(archive), 0, stop, step):
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


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each small file in `archive`."""
    with tarfile.open(archive) as opened:
        for member in opened:
            if member.isfile() and 0 < member.size <= MOST_BYTES:
                stream = opened.extractfile(member)
                assert stream is not None
                yield member.name, stream.read()
