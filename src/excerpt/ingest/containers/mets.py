"""A METS file and the files of the pages that it lists → one document.

The pages are the files of one group: of those with text, the one with the most pages. Of several
such groups, that of a ground truth is read, or else the last, since programs add their results;
and PAGE rather than ALTO. The files of other groups remain documents of their own.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from io import SEEK_END, BytesIO
from typing import BinaryIO, Final
from zipfile import ZipFile, ZipInfo

from excerpt.errors import Unreadable
from excerpt.ingest.containers.entry import SPLIT, Entries, Entry
from excerpt.ingest.formats.ocr.mets_list import ListedPage, PageGroup, parse_mets
from excerpt.ingest.formats.source import Source

__all__ = ["MAX_PAGES_BYTES", "find_pages", "join_members", "mets_entries", "read_pages"]

MAX_PAGES_BYTES: Final = 1 << 30
"""Largest size of the files of all pages together."""
MAX_METS_BYTES: Final = 64 << 20
N_EXAMINED: Final = 5
"""Pages of a group that are examined for text."""
_START: Final = 1 << 13
_SAMPLE: Final = 1 << 20
_PAGE_ROOTS: Final = frozenset({"alto", "PcGts"})
_TEXT = re.compile(
    rb"""\sCONTENT\s*=\s*["'][^"']|Unicode>\s*+[^<\s]|["'\s]ocrx_word|["'\s]ocr_line"""
)
_GROUND_TRUTH = re.compile(r"\bGT\b")

OpenFile = Callable[[str], BinaryIO]
"""Opens a file of the corpus by its path; raises Unreadable."""


def find_pages(path: str, open_file: OpenFile) -> tuple[str, ...]:
    """Return the paths of the files that are the pages of the METS file at `path`.

    There are none if the file is not METS, or lists no page with text that is in the corpus.
    """
    try:
        data = _read_mets(path, open_file)
        return tuple(page.path for page in _choose(parse_mets(data, path).groups, open_file))
    except Unreadable:
        return ()


def _read_mets(path: str, open_file: OpenFile) -> bytes:
    """Return the bytes of the METS file at `path`.

    Raises:
        Unreadable: if it is another file.
    """
    with open_file(path) as stream:
        start = stream.read(_START)
        if b"mets" in start.lower() and Source("xml", start).xml_root == "mets":
            return start + stream.read(MAX_METS_BYTES)
    raise Unreadable("it is not a METS file")


def _choose(groups: Sequence[PageGroup], open_file: OpenFile) -> Sequence[ListedPage]:
    """Return the pages of the group that is read."""
    best: Sequence[ListedPage] = ()
    best_rank = (0, False, False)
    for group in groups:
        pages = list({page.path: page for page in group.pages}.values())
        samples = [_sample(page.path, open_file) for page in pages[:N_EXAMINED]]
        is_page_xml = any(b"PcGts" in sample[:_START] for sample in samples)
        rank = (len(pages), _GROUND_TRUTH.search(group.use) is not None, is_page_xml)
        if rank >= best_rank and any(map(_has_text, samples)):
            best, best_rank = pages, rank
    return best


def _sample(path: str, open_file: OpenFile) -> bytes:
    """Return the beginning of a file, b"" if it cannot be read."""
    try:
        with open_file(path) as stream:
            return stream.read(_SAMPLE)
    except (Unreadable, OSError):
        return b""


def _has_text(sample: bytes) -> bool:
    """Return whether a file is a page with text."""
    is_page = b"ocr_page" in sample or Source("xml", sample[:_START]).xml_root in _PAGE_ROOTS
    return is_page and _TEXT.search(sample) is not None


def mets_entries(path: str, pages: Sequence[str], open_file: OpenFile) -> Iterator[Entry]:
    """Yield the document that consists of the METS file at `path` and its pages."""
    yield Entry("", 0, partial(read_pages, path, pages, open_file), "mets")


def join_members(entries: Sequence[Entry], candidates: Collection[str]) -> Entries:
    """Yield the members of an archive, in which METS files have the pages that they list.

    `candidates` are the names of members that may be METS. Members are read in any order. One that
    is a page is left out.
    """
    by_name = {entry.name: entry for entry in entries}

    def open_member(name: str) -> BinaryIO:
        if name not in by_name:
            raise Unreadable("it is not in the archive")
        return BytesIO(by_name[name].load())

    n_bytes = 0

    def look_at_member(name: str) -> BinaryIO:
        nonlocal n_bytes
        if n_bytes > MAX_PAGES_BYTES:  # many METS files may list the same large members
            raise Unreadable("too much was looked at in the archive")
        stream = open_member(name)
        n_bytes += stream.seek(0, SEEK_END)
        stream.seek(0)
        return stream

    pages: dict[str, list[str]] = {}
    taken: dict[str, str] = {}
    for name in candidates:
        listed_pages = find_pages(name, look_at_member)
        found = [page for page in listed_pages if page in by_name and page not in taken]
        if found:
            pages[name] = found
            taken.update(dict.fromkeys(found, name))
    for entry in entries:
        if listed := pages.get(entry.name):
            load = partial(read_pages, entry.name, listed, open_member)
            yield entry._replace(load=load, format="mets")
        elif mets := taken.get(entry.name):
            yield entry._replace(rule=f"read as a page of {mets}")
        else:
            yield entry


def read_pages(path: str, pages: Sequence[str], open_file: OpenFile) -> bytes:
    """Return the METS file at `path` and the files at `pages`, as the members of a zip file.

    The first member is named by the path of the METS file, the others by theirs; a page that is
    missing has no member.

    Raises:
        Unreadable: if it cannot be read, or its pages are too large.
    """
    data = _read_mets(path, open_file)
    n_bytes = len(data)
    packed = BytesIO()
    with ZipFile(packed, "w") as opened:
        opened.writestr(ZipInfo(path), data)
        for page in pages:
            try:
                with open_file(page) as stream:
                    content = stream.read(MAX_PAGES_BYTES - n_bytes + 1)
            except Unreadable:
                continue
            n_bytes += len(content)
            if n_bytes > MAX_PAGES_BYTES:
                raise Unreadable(f"its pages have more than {MAX_PAGES_BYTES >> 30} GiB", SPLIT)
            opened.writestr(ZipInfo(page), content)
    return packed.getvalue()
