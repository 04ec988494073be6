"""The note of a quotation → the documents, pages and passages that it names.

A note can name a passage by its check line or its id, and a document by its path, the name of its
file, or its title. The path of a container names all documents in it, unless the path of a member
or the number of a row follows. Pages and lines count only together with a document. A file that is
named but not in the index is reported: its quotations cannot be checked.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.citing.check_line import find_check_lines
from excerpt.dates import MONTH_NAMES
from excerpt.ingest.formats.identification import has_read_suffix
from excerpt.model import Key
from excerpt.present.terminal import printable_path
from excerpt.text import tokenize

if TYPE_CHECKING:
    from excerpt.catalog import Catalog, StoredDocument

__all__ = ["CitedSource", "SourceFinder", "is_source_note"]

_FILE = re.compile(
    r"(?<![\w/.:@-])(?:[\w.~@+-]+/)*[\w.~@+'-]*\.([a-z][a-z0-9]{1,5})\b(?!://)", re.IGNORECASE
)
"""The name of a file, perhaps after folders, of characters that do not end it in a sentence."""
_WORD = re.compile(r"\w+")
_NAME_START = re.compile(r"(?<!\w)\S")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_ROW = re.compile(r",?\s+row\s+([0-9]{1,9})\b", re.IGNORECASE)
"""The row of a table, after its path, as a hit and a citation show it."""
_UNREAD_SUFFIXES: Final = frozenset(
    {
        *("doc", "tei", "alto", "djvu", "mobi", "azw3", "ods", "xls", "xlsx", "ppt", "pptx"),
        *("rar", "7z", "bz2", "xz"),
    }
)
"""Suffixes that are not read, by which a word in a note is taken for the name of a file."""
_NO_NAME = re.compile(r"(?:message )?[0-9]+")
"""The name of a row or a message within its container, which names it only together with that."""
_MAX_MEMBER_LENGTH: Final = 500
"""Characters of the path of a member within its container."""
_ID = re.compile(r"\b(?:excerpt|passage)[\s:/-]+([0-9a-f]{8,16})\b", re.IGNORECASE)
"""An id of a passage, also as the key of an entry of BibTeX."""
_NUMBERS: Final = r"((?:[0-9]+|[ivxlcdm]+)(?:\s?[-–—]\s?(?:[0-9]+|[ivxlcdm]+))?)"
_PAGES = re.compile(
    rf"\b(?:pp?\b\.?|pages?\b|seiten?\b|(?-i:[Ss]\.)|str\.|с\.|págs?\.)\s?{_NUMBERS}", re.IGNORECASE
)
_LAST_PAGES = re.compile(rf"{_PAGES.pattern}\s*\.?\s*$", re.IGNORECASE)
_YEAR = re.compile(r"[\s,]\(?(?:1[0-9]|20)[0-9]{2}[a-z]?(?:\)?\s*[,:].{0,40})?\s*$")
"""The year of a publication after its authors, and perhaps its pages."""
_BETWEEN_AUTHORS: Final = frozenset(
    {
        *("see", "cf", "vgl", "siehe", "and", "und", "et", "al", "&", "y", "e"),
        *("von", "van", "der", "den", "de", "di", "da", "du", "la", "le"),
    }
)
_LINES = re.compile(
    r"(?:(?<=\.[a-z])|(?<=\.[a-z]{2})|(?<=\.[a-z]{3})|(?<=\.[a-z]{4}))(?::|#L)([0-9]+)"
    r"|\b(?:lines?\b|zeilen?\b|lignes?\b|(?-i:ll?\.|Z\.))\s?([0-9]+(?:\s?[-–—]\s?[0-9]+)?)",
    re.IGNORECASE,
)
_CHANGED: Final = "The source has changed since it was cited."
_MIN_TITLE: Final = 2
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
    """A finder of the sources that notes name, among the documents of an index."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog
        self._by_path: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_title: dict[tuple[str, ...], list[int]] = {}
        self._by_digest: dict[str, int] = {}
        self._containers: dict[str, dict[str, None]] = {}
        self._irregular: set[str] = set()
        self._endings: dict[str, set[str]] = {}
        for document in catalog.documents():
            self._add(document)
        self._max_irregular = max(map(len, self._irregular), default=0)
        self._title_lengths = sorted({len(title) for title in self._by_title}, reverse=True)

    def _add(self, document: "StoredDocument") -> None:
        self._by_digest[document.digest] = document.id
        for file in document.files:
            path = printable_path(file.path).casefold()
            self._add_path(path, document.id)
            if not file.container:
                self._add_irregular(path)
                continue
            # With the folders within it: they are not containers, but are named in the same way.
            container = printable_path(file.container).casefold()
            if container not in self._by_path:
                self._add_irregular(container)
            inner = path[len(container) + 1 :].split("/")
            for n_parts in range(len(inner)):
                outer = "/".join([container, *inner[:n_parts]])
                self._add_path(outer, document.id)
                self._containers.setdefault(outer.rpartition("/")[2], {})[outer] = None
        title = tuple(token.term for token in tokenize(document.title))
        if len(title) >= _MIN_TITLE:
            self._by_title.setdefault(title, []).append(document.id)

    def _add_path(self, path: str, document: int) -> None:
        name = path.rpartition("/")[2]
        self._by_path.setdefault(path, []).append(document)
        if not _NO_NAME.fullmatch(name):
            self._by_name.setdefault(name, []).append(document)
            self._add_irregular(name)

    def _add_irregular(self, path: str) -> None:
        """Add a path, and each end of it that begins with a folder, if it is not a `_FILE`.

        It is then looked for as it is. They are known by their last words, and what follows these.
        """
        while path not in self._irregular:
            is_name = " " in path or has_read_suffix(path)
            *_, last = [None, *_WORD.finditer(path)]
            if not is_name or last is None or _FILE.fullmatch(path):
                return
            self._irregular.add(path)
            self._endings.setdefault(last[0], set()).add(path[last.end() :])
            path = path.partition("/")[2]

    def title_of(self, terms: tuple[str, ...]) -> int | None:
        """Return a document whose title has these words, None if there is none."""
        return next(iter(self._by_title.get(terms, ())), None)

    def with_digest(self, digest: str) -> list[int]:
        """Return the documents whose files have this digest: one or none."""
        return [self._by_digest[digest]] if digest in self._by_digest else []

    def find(self, notes: Iterable[str]) -> CitedSource:
        """Return the source that the first of `notes` names that names any."""
        return next(filter(None, map(self._find, notes)), CitedSource())

    def _find(self, note: str) -> CitedSource:
        passages, checked, unknown = self._checked(note)
        named, unread = self._files(note)
        documents = {key.document for key in passages} | checked | named
        unread += unknown if not documents else []
        remarks = [_CHANGED] if documents and unknown else []
        documents |= set(self._titles(note)) if not documents and not unread else set()
        return CitedSource(
            frozenset(documents),
            frozenset(passages),
            frozenset(_ranges(_PAGES, note)),
            tuple(_line_ranges(note)),
            tuple(dict.fromkeys(unread)),
            tuple(remarks),
        )

    def _checked(self, note: str) -> tuple[set[Key], set[int], list[str]]:
        """Return the passages and documents of the check lines and ids in a note.

        The last value describes those that are not in the index.
        """
        passages: set[Key] = set()
        lines = list(find_check_lines(note))
        documents = {
            self._by_digest[line.digest] for line in lines if line.digest in self._by_digest
        }
        unknown = []
        ids = {line.passage for line in lines} | {match[1].lower() for match in _ID.finditer(note)}
        for id_ in sorted(ids - {""}):
            keys = self._catalog.find_passages(id_)
            passages.update(keys[:1])
            if not keys and not documents:
                unknown.append(f"the passage {id_}")
        unknown += [
            f"a file with the digest {line.digest}"
            for line in lines
            if line.digest not in self._by_digest
        ]
        return passages, documents, unknown

    def _files(self, note: str) -> tuple[set[int], list[str]]:
        """Return the documents whose files a note names, and the names of unknown files."""
        text = _ADDRESS.sub(" ", note)
        found: set[int] = set()
        unread = []
        done = 0
        for start, end in self._mentions(text):
            if start < done:
                continue
            name = text[start:end]
            member = self._member(name.casefold(), text[end : end + _MAX_MEMBER_LENGTH])
            ids = member[0] if member else self._named(name.casefold())
            done = end + member[1] if member else end
            found.update(ids)
            if not ids and (member or (not found and _is_file_name(name))):
                unread.append(text[start:done])
        return found, unread

    def _mentions(self, text: str) -> list[tuple[int, int]]:
        """Return the start and end of all that may be the name of a file, in order."""
        spans = [match.span() for match in _FILE.finditer(text)]
        for word in _WORD.finditer(text):
            for ending in self._endings.get(word[0].casefold(), ()):
                end = word.end() + len(ending)
                if text.startswith(ending, word.end()) and not _WORD.match(text, end):
                    spans += self._irregular_until(text, end)
        return sorted(spans, key=lambda span: (span[0], -span[1]))

    def _irregular_until(self, text: str, end: int) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each irregular name in `text` that ends at `end`."""
        for match in _NAME_START.finditer(text, max(end - self._max_irregular, 0), end):
            if text[match.start() : end].casefold() in self._irregular:
                yield match.start(), end

    def _named(self, name: str) -> list[int]:
        """Return the documents with the path or the name of a file `name`, in lower case."""
        if "/" not in name or name in self._by_path:
            return self._by_path.get(name) or self._by_name.get(name, [])
        ends = f"/{name}"
        return [id_ for path, ids in self._by_path.items() if path.endswith(ends) for id_ in ids]

    def _member(self, name: str, rest: str) -> tuple[list[int], int] | None:
        """Return the documents of the member that `rest` names after the path of its container.

        The number of characters that name it is returned, too; None if none are there. A row that
        the table does not have has no documents.
        """
        known = self._containers.get(name.rpartition("/")[2], ())
        paths = [path for path in known if f"/{path}".endswith(f"/{name}")]
        if not paths:
            return None
        if row := _ROW.match(rest):
            rows = [self._by_path.get(f"{path}/{row[1]}", ()) for path in paths]
            return [id_ for ids in rows for id_ in ids], row.end()
        lengths = range(len(rest), 1, -1) if rest.startswith("/") else ()
        for length in lengths:
            if rest[length : length + 1].isalnum():
                continue
            members = [self._by_path.get(path + rest[:length].casefold(), ()) for path in paths]
            if ids := [id_ for each in members for id_ in each]:
                inner = self._member(paths[0] + rest[:length].casefold(), rest[length:])
                return (inner[0], length + inner[1]) if inner else (ids, length)
        return None

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


def is_source_note(text: str) -> bool:
    """Return whether `text` only names a source: a file, an author and a year, or pages."""
    if any(_is_file_name(word) for word in re.split(r"[\s:#]+", text.rstrip(".,;")) if "." in word):
        return True
    if _LAST_PAGES.search(text):
        return True
    year = _YEAR.search(text)
    authors = re.findall(r"[^\s,.;]+", text[: year.start()]) if year else []
    return bool(authors) and all(
        (word[0].isupper() and word.casefold() not in MONTH_NAMES)
        or word.casefold() in _BETWEEN_AUTHORS
        for word in authors
    )


def _is_file_name(name: str) -> bool:
    """Return whether a word in a note looks like the name of a source."""
    return has_read_suffix(name) or name.rpartition(".")[2].lower() in _UNREAD_SUFFIXES


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
