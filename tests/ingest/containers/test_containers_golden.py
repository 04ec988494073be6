"""Small containers of each kind, compared with the members and documents expected of them.

The source of an archive is a folder with its members.

After an intended change, rewrite the expected files and review the difference:
`EXCERPT_WRITE_GOLDEN=1 pytest tests/ingest/containers/test_containers_golden.py`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from container_files import found_in, tar_of, zip_of
from excerpt.errors import Unreadable
from excerpt.ingest.containers.expansion import FoundMember
from excerpt.ingest.formats import read_document
from excerpt.model import cited_path
from extracted import check_blocks, kinds_and_texts
from golden_cases import check_golden

CASES = sorted((Path(__file__).parents[2] / "golden/containers").iterdir())
PACKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {".zip": zip_of, ".tar": tar_of}


def describe(path: Path) -> list[dict[str, Any]]:
    """Return the members of the container in the file or folder at `path` as JSON values."""
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.is_file())
        data = PACKERS[path.suffix](
            {each.relative_to(path).as_posix(): each.read_bytes() for each in files}
        )
    else:
        data = path.read_bytes()
    return [describe_member(path.name, member) for member in found_in(path.name, data)]


def describe_member(container: str, member: FoundMember) -> dict[str, Any]:
    """Return how a member is cited, and its document or why there is none."""
    found = {"path": member.path, "dated": member.origin.dated}
    if member.reason:
        return found | {"excluded" if member.is_excluded else "unreadable": member.reason}
    try:
        document = read_document(member.path, member.data, format_name=member.origin.format)
    except Unreadable as error:
        return found | {"unreadable": error.reason}
    check_blocks(document)
    name = member.path.removeprefix(container).removeprefix("/")
    return found | {
        "cited": cited_path(member.path, name, document.format),
        "format": document.format,
        "title": document.title,
        "metadata": [list(pair) for pair in document.metadata],
        "anchors": [anchor.name for anchor in document.anchors],
        "pages": [page.label for page in document.pages],
        "warnings": list(document.warnings),
        "blocks": [list(pair) for pair in kinds_and_texts(document)],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_container_is_read_as_expected(case: Path) -> None:
    """Each source gives exactly the members and documents in the file next to it."""
    check_golden(case, describe)


def test_there_are_cases() -> None:
    """The folder with the cases has been found."""
    assert len(CASES) > 4
