"""Small sources of each format and, beside each, what is made of it: the document and its passages.

After a change that is meant, look at the difference and write the files anew:
`EXCERPT_WRITE_GOLDEN=1 pytest tests/test_extract_golden.py`.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from excerpt.ingest.formats import read_document
from extracted import check_blocks, check_passages

CASES = sorted((Path(__file__).parents[1] / "golden/formats").iterdir())


def described(path: Path) -> dict[str, Any]:
    """The document in the file at `path` as JSON values."""
    document = read_document(path.name, path.read_bytes())
    check_blocks(document)
    return {
        "format": document.format,
        "title": document.title,
        "language": document.language,
        "metadata": [list(pair) for pair in document.metadata],
        "encoding": document.encoding,
        "pages": [[page.start, page.label] for page in document.pages],
        "hyphenated": sorted(document.hyphenated),
        "warnings": list(document.warnings),
        "blocks": [
            [
                block.kind.value,
                block.level,
                block.anchor,
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
            for passage in check_passages(document)
        ],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_source_gives_what_is_expected(case: Path) -> None:
    """Each source is extracted and cut exactly as written down beside it."""
    (source,) = case.glob("source.*")
    found, expected = described(source), case / "expected.json"
    if os.environ.get("EXCERPT_WRITE_GOLDEN"):
        expected.write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_there_are_cases() -> None:
    """The folder of cases has been found."""
    assert len(CASES) > 4
