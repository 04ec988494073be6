"""A corpus → a copy of its sources, and one file of the passages they are cut into, for every engine alike.

The copy is what is built from, so that one of its files can be changed while the corpus itself is never touched.
ReadCost and cutting are those of a build (`ingest`), once for each distinct source. Passages stand in the file one a
line, as JSON, so that a peer in a process of its own can read them without holding them all.
"""

import json
import shutil
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from excerpt.errors import NAME_CORPUS, Advice, CorpusError, ExcerptError, Unreadable
from excerpt.files import digest_of
from excerpt.indexing.changes import kind_of
from excerpt.ingest import source
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import passages as cut
from excerpt.ingest.walk import walk

__all__ = ["Cut", "Row", "check_room", "copy_corpus", "cut_corpus", "read_rows"]

_METADATA: Final = "metadata.csv"
_ROOM: Final = 2
"""Times the size of the corpus that must be free for the copy and the passages, and as much for each index."""


class Row(NamedTuple):
    """A passage as peers get it: what its document is called, and its text."""

    document: str
    text: str


@dataclass(slots=True)
class Cut:
    """A file of passages, and what was cut: distinct sources, their bytes, their passages."""

    file: Path
    n_documents: int = 0
    n_bytes: int = 0
    _sources: list[tuple[int, str, str]] = field(default_factory=list)
    """The size, the document and the path of each source that can be written anew."""
    _starts: "array[int]" = field(default_factory=lambda: array("Q"))

    @property
    def n_passages(self) -> int:
        """How many passages there are."""
        return len(self._starts)

    def row(self, number: int) -> Row:
        """The passage with this number, counted from 0."""
        with self.file.open("rb") as lines:
            lines.seek(self._starts[number])
            return Row(*json.loads(lines.readline()))

    def add(self, path: str, data: bytes, texts: Sequence[str], lines: BinaryIO) -> None:
        """Write the passages of one more source."""
        self.n_documents += 1
        self.n_bytes += len(data)
        document = str(self.n_documents)
        if texts and not path.endswith(".gz"):
            self._sources.append((len(data), document, path))
        for text in texts:
            self._starts.append(lines.tell())
            lines.write(json.dumps((document, text)).encode() + b"\n")

    def middling(self) -> tuple[str, str, list[str]]:
        """A document of middling size: what it is called, its path, the texts of its passages."""
        _, document, path = sorted(self._sources)[len(self._sources) // 2]
        return (
            document,
            path,
            [row.text for row in read_rows(self.file) if row.document == document],
        )


def read_rows(file: Path) -> Iterator[Row]:
    """The passages in `file`."""
    with file.open("rb") as lines:
        for line in lines:
            yield Row(*json.loads(line))


def copy_corpus(corpus: Path, copy: Path) -> None:
    """Copy the sources of `corpus`, and what tells their metadata, into the new folder `copy`.

    Raises:
        CorpusError: if there is nothing to copy.
        ExcerptError: if there is no room for the copy and its indexes.
    """
    found = walk(corpus)
    if not found.files:
        raise CorpusError("there is no text in this folder.", NAME_CORPUS, where=corpus)
    paths = [file.path for file in found.files]
    paths += [each.path for each in found.skipped if each.path.rpartition("/")[2] == _METADATA]
    copy.mkdir(parents=True)
    check_room(sum(file.size for file in found.files), copy)
    for path in paths:
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(corpus / path, target)
        except OSError as error:
            raise ExcerptError(
                f"copying it failed: {error.strerror or error}.", where=corpus / path
            ) from error


def check_room(size: int, folder: Path, n_engines: int = 1) -> None:
    """See that there is room in `folder` to measure so many engines on a corpus of `size` bytes.

    Raises:
        ExcerptError: if there is not.
    """
    free = shutil.disk_usage(folder).free
    needed = size * _ROOM * (1 + n_engines)
    if free < needed:
        raise ExcerptError(
            f"a benchmark of a corpus of {size / 1e6:,.0f} MB takes about {needed / 1e6:,.0f} MB"
            f" of disk; {free / 1e6:,.0f} MB are free.",
            Advice("Set TMPDIR to a folder on a larger disk, or use a part of the corpus."),
            where=folder,
        )


def cut_corpus(corpus: Path, file: Path) -> Cut:
    """Cut all sources of `corpus` into passages and write them to the new file `file`."""
    made = Cut(file)
    seen: set[tuple[str, str]] = set()
    with file.open("xb") as lines:
        for each in walk(corpus).files:
            try:
                data = source.read(corpus, each)
                identity = digest_of([data]), kind_of(each.path)
                if identity not in seen:
                    made.add(each.path, data, _texts_of(each.path, data), lines)
            except Unreadable:
                continue  # a build leaves it out as well
            seen.add(identity)
    return made


def _texts_of(path: str, data: bytes) -> list[str]:
    document = read_document(f"text{kind_of(path)}", data)
    return [passage.span.of(document.text) for passage in cut(document, path)]
