"""Small sources in each format, compared with the documents and passages expected of them.

The source of a format that consists of a zip file is a folder with its members.

After an intended change, rewrite the expected files and review the difference:
`EXCERPT_WRITE_GOLDEN=1 pytest tests/ingest/test_formats_golden.py`.
"""

from pathlib import Path
from typing import Any

import pytest

from excerpt.ingest.formats import read_document
from extracted import check_blocks, check_passages
from golden_cases import check_golden
from packages import zip_folder

CASES = sorted((Path(__file__).parents[1] / "golden/formats").iterdir())


def describe(path: Path) -> dict[str, Any]:
    """Return the document in the file or folder at `path`, and its passages, as JSON values."""
    data = zip_folder(path) if path.is_dir() else path.read_bytes()
    document = read_document(path.name, data)
    check_blocks(document)
    return {
        "format": document.format,
        "title": document.title,
        "language": document.language,
        "metadata": [list(pair) for pair in document.metadata],
        "encoding": document.encoding,
        "pages": [list(page) if page.number else list(page[:2]) for page in document.pages],
        "anchors": [[anchor.start, anchor.name] for anchor in document.anchors],
        "marks": [[mark.kind.value, mark.span.of(document.text)] for mark in document.marks],
        "hyphenated": sorted(document.hyphenated),
        "warnings": list(document.warnings),
        "blocks": [
            [
                block.kind.value,
                block.level,
                block.is_continuation,
                block.span.of(document.text),
            ]
            for block in document.blocks
        ],
        "passages": [
            {
                "text": passage.span.of(document.text),
                "headings": list(passage.headings),
                "lines": passage.lines and list(passage.lines),
                "page": passage.page,
                "anchor": passage.anchor,
            }
            | ({"page_number": passage.page_number} if passage.page_number else {})
            for passage in check_passages(document)
        ],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_source_is_read_as_expected(case: Path) -> None:
    """Each source gives exactly the document and passages in the file next to it."""
    check_golden(case, describe)


def test_there_are_cases() -> None:
    """The folder with the cases has been found."""
    assert len(CASES) > 4
