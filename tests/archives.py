"""Texts of others, in archives in the folder EXCERPT_TEST_DATA; without it there are none."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["archive_of", "files_of", "text_archives"]

_ROOT = os.environ.get("EXCERPT_TEST_DATA", "")


def archive_of(name: str) -> Path:
    """Return the archive of the data set `name`; it may not exist."""
    return Path(_ROOT or "/nowhere", "texts", f"{name}.tar.xz")


def text_archives() -> list[Path]:
    """Return the archives of all data sets, none without EXCERPT_TEST_DATA."""
    return sorted(Path(_ROOT, "texts").glob("*.tar.xz")) if _ROOT else []


def files_of(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each file in `archive`."""
    with tarfile.open(archive) as opened:
        for member in opened:
            stream = opened.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield member.name, stream.read()
