"""The files of a walk → METS files with the files of their pages, which are one document each.

A page file is then no candidate of its own. The stats of the pages belong to the key with which the
METS file was looked at, so that a change of a page is a change of the document.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from excerpt.indexing.changes import IndexedCorpus
from excerpt.ingest import source
from excerpt.ingest.containers.entry import METS_SUFFIXES
from excerpt.ingest.walk import Skipped, Walk
from excerpt.model import SourceFile

__all__ = ["join_pages"]


def join_pages(root: Path, walk: Walk, indexed: IndexedCorpus) -> Walk:
    """Return a walk in which METS files have the files of their pages.

    Files that the index knows to be something else are not opened.
    """
    files = {file.path: file for file in walk.files}
    pages: dict[str, tuple[SourceFile, ...]] = {}
    taken: dict[str, str] = {}
    for path in _candidates(walk.files, indexed):
        # lxml takes long to import, and most collections have no such file.
        from excerpt.ingest.containers.mets import find_pages

        found = find_pages(path, partial(source.open_stream, root))
        of_walk = tuple(files[page] for page in found if page in files and page not in taken)
        if of_walk:
            pages[path] = of_walk
            taken.update((page.path, path) for page in of_walk)
    if not pages:
        return walk
    skipped = [Skipped(page, f"read as a page of {path}") for page, path in taken.items()]
    return replace(
        walk,
        files=tuple(file for file in walk.files if file.path not in taken),
        skipped=tuple(sorted((*walk.skipped, *skipped), key=lambda each: each.path)),
        pages=pages,
    )


def _candidates(files: Iterable[SourceFile], indexed: IndexedCorpus) -> Iterable[str]:
    """Yield the paths of files that may be METS."""
    for file in files:
        if not file.path.lower().endswith(METS_SUFFIXES):
            continue
        former = indexed.files.get(file.path)
        is_other = former is not None and former.container != file.path
        if not (is_other and indexed.has_same_stat(file)):
            yield file.path
