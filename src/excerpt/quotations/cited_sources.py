"""The note of a quotation → the documents, pages and passages that it names.

A note can name a passage by its check line or its id, and a document by its path, the name of its
file, or its title. Pages and lines count only together with a document. A file that is named but
not in the index is reported: its quotations cannot be checked.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.citing.check_line import find_check_lines
from excerpt.model import Key
from excerpt.present.terminal import printable_path
from excerpt.text import tokenize

if TYPE_CHECKING:
    from excerpt.catalog import Catalog, StoredDocument

__all__ = ["CitedSource", "SourceFinder"]

_FILE = re.compile(
    r"(?<![\w/.:@-])(?:[\w.~@+-]+/)*[\w.~@+'-]*\.([a-z][a-z0-9]{1,5})\b(?!://)", re.IGNORECASE
)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_SUFFIXES: Final = frozenset(
    {
        *("txt", "text", "md", "markdown", "html", "htm", "xhtml", "xml", "tei", "pdf", "doc"),
        *("docx", "odt", "rtf", "epub", "eml", "srt", "vtt", "csv", "json", "hocr", "alto", "gz"),
    }
)
"""Suffixes by which a word in a note is taken for the name of a file."""
_ID = re.compile(r"\b(?:excerpt|passage)[\s:/-]+([0-9a-f]{8,16})\b", re.IGNORECASE)
"""An id of a passage, also as the key of an entry of BibTeX."""
_NUMBERS: Final = r"((?:[0-9]+|[ivxlcdm]+)(?:\s?[-–—]\s?(?:[0-9]+|[ivxlcdm]+))?)"
_PAGES = re.compile(
    rf"\b(?:pp?\b\.?|pages?\b|seiten?\b|(?-i:[Ss]\.)|str\.|с\.|págs?\.)\s?{_NUMBERS}", re.IGNORECASE
)
_LINES = re.compile(
    r"(?:(?<=\.[a-z])|(?<=\.[a-z]{2})|(?<=\.[a-z]{3})|(?<=\.[a-z]{4}))(?::|#L)([0-9]+)"
    r"|\b(?:lines?\b|zeilen?\b|lignes?\b|(?-i:ll?\.|Z\.))\s?([0-9]+(?:\s?[-–—]\s?[0-9]+)?)",
    re.IGNORECASE,
)
_LEAST_TITLE: Final = 2
"""Words of a title that is recognised in a note."""


class CitedSource(NamedTuple):
    """The source that a note names.

    documents  ids of the documents
    passages   keys of the passages; their documents are in `documents`, too
    pages      the labels of the pages, in lower case
    lines      the first and the last line of each range
    unread     names of files that are not in the index
    remarks    sentences on sources that have changed since they were cited
    """

    documents: frozenset[int] = frozenset()
    passages: frozenset[Key] = frozenset()
    pages: frozenset[str] = frozenset()
    lines: tuple[tuple[int, int], ...] = ()
    unread: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.documents or self.unread)


class SourceFinder:
    """Finds the sources that notes name among the documents of an index."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog
        self._by_path: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_title: dict[tuple[str, ...], list[int]] = {}
        self._by_digest: dict[str, int] = {}
        self._spaced: list[tuple[str, int]] = []
        for document in catalog.documents():
            self._add(document)
        self._title_lengths = sorted({len(title) for title in self._by_title}, reverse=True)

    def _add(self, document: "StoredDocument") -> None:
        self._by_digest[document.digest] = document.id
        for file in document.files:
            path = printable_path(file.path)
            self._by_path.setdefault(path.casefold(), []).append(document.id)
            self._by_name.setdefault(path.rpartition("/")[2].casefold(), []).append(document.id)
            if " " in path:
                self._spaced.append((path.rpartition("/")[2].casefold(), document.id))
        title = tuple(token.term for token in tokenize(document.title))
        if len(title) >= _LEAST_TITLE:
            self._by_title.setdefault(title, []).append(document.id)

    def title_of(self, terms: tuple[str, ...]) -> int | None:
        """Return a document whose title has these words, None if there is none."""
        return next(iter(self._by_title.get(terms, ())), None)

    def find(self, notes: Iterable[str]) -> CitedSource:
        """Return the source that the first of `notes` names that names any."""
        return next(filter(None, map(self._find, notes)), CitedSource())

    def _find(self, note: str) -> CitedSource:
        passages, remarks, checked = self._checked(note)
        named, unread = self._files(note)
        documents = {key.document for key in passages} | checked | named
        unread += (
            [each for each in remarks if each.startswith("the passage")] if not documents else []
        )
        documents |= set(self._titles(note)) if not documents and not unread else set()
        return CitedSource(
            frozenset(documents),
            frozenset(passages),
            frozenset(_ranges(_PAGES, note)),
            tuple(_line_ranges(note)),
            tuple(dict.fromkeys(unread)),
            tuple(remarks),
        )

    def _checked(self, note: str) -> tuple[set[Key], list[str], set[int]]:
        """Return the passages, remarks and documents of the check lines and ids in a note."""
        passages: set[Key] = set()
        documents: set[int] = set()
        remarks = []
        lines = list(find_check_lines(note))
        ids = {line.passage for line in lines} | {match[1].lower() for match in _ID.finditer(note)}
        for id_ in sorted(ids - {""}):
            keys = self._catalog.find_passages(id_)
            passages.update(keys[:1])
            if not keys and not any(line.digest in self._by_digest for line in lines):
                remarks.append(f"the passage {id_}, which is not in the index")
        for line in lines:
            if line.digest in self._by_digest:
                documents.add(self._by_digest[line.digest])
            elif passages:
                remarks.append("The source has changed since it was cited: its digest is another.")
        return passages, remarks, documents

    def _files(self, note: str) -> tuple[set[int], list[str]]:
        """Return the documents whose files a note names, and the names of unknown files."""
        folded = note.casefold()
        found = {id_ for name, id_ in self._spaced if name in folded}
        unread = []
        for match in _FILE.finditer(_ADDRESS.sub(" ", note)):
            name = match[0].casefold()
            ids = self._by_path.get(name) or self._by_name.get(name.rpartition("/")[2], [])
            if "/" in name and not self._by_path.get(name):
                ids = [
                    id_
                    for path, ids in self._by_path.items()
                    if path.endswith(f"/{name}")
                    for id_ in ids
                ]
            found.update(ids)
            if not ids and not found and match[1].lower() in _SUFFIXES:
                unread.append(match[0])
        return found, unread

    def _titles(self, note: str) -> Iterator[int]:
        """Yield the documents whose whole titles occur in a note, the longest title first."""
        terms = [token.term for token in tokenize(note)]
        for length in self._title_lengths:
            found = [
                id_
                for first in range(len(terms) - length + 1)
                for id_ in self._by_title.get(tuple(terms[first : first + length]), ())
            ]
            if found:
                yield from found
                return


def _ranges(pattern: re.Pattern[str], note: str) -> Iterator[str]:
    """Yield the page labels in a note; those within a range of numbers, too."""
    for match in pattern.finditer(note):
        ends = [end.strip().lower() for end in re.split("[-–—]", match[1])]
        yield from ends
        if len(ends) == 2 and all(end.isdecimal() and len(end) < 7 for end in ends):
            first, last = int(ends[0]), int(ends[1])
            if last < first:  # 123–27
                last = int(ends[0][: len(ends[0]) - len(ends[1])] + ends[1])
            yield from map(str, range(first, min(last, first + 1000) + 1))


def _line_ranges(note: str) -> Iterator[tuple[int, int]]:
    for match in _LINES.finditer(note):
        ends = [int(end) for end in re.split("[-–—]", match[1] or match[2]) if len(end) < 12]
        if ends:
            yield min(ends), max(ends)
