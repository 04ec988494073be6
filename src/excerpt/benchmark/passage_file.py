"""A corpus → a copy of its source files, and one file of their passages, the same for every engine.

Builds read the copy, so that one of its files can be changed while the corpus itself stays
untouched. Reading and splitting are those of a build (`ingest`), once for each distinct source
file. The passage file holds one passage a line, as JSON, so that an engine in another process can
read it without loading all of it.
"""

import json
import shutil
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from excerpt.errors import NAME_CORPUS, CorpusError, ExcerptError, Instruction, Unreadable
from excerpt.files import digest_of
from excerpt.indexing.changes import format_suffix
from excerpt.ingest import source
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages
from excerpt.ingest.walk import walk

__all__ = [
    "PassageFile",
    "FiledPassage",
    "check_disk_space",
    "copy_corpus",
    "read_passages",
    "split_corpus",
]

_METADATA: Final = "metadata.csv"
_SPACE_FACTOR: Final = 2
"""Free space needed for the copy and the passages, in sizes of the corpus; again for each index."""


class FiledPassage(NamedTuple):
    """A passage as engines get it: the name of its document, and its text."""

    document: str
    text: str


@dataclass(slots=True)
class PassageFile:
    """A file of passages, with the number and the total bytes of their distinct source files."""

    file: Path
    n_documents: int = 0
    n_bytes: int = 0
    _sources: list[tuple[int, str, str]] = field(default_factory=list)
    """Size, document name and path of each source file that a change can rewrite."""
    _offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    """Offset of each line in the file."""

    @property
    def n_passages(self) -> int:
        """Number of passages."""
        return len(self._offsets)

    def passage(self, index: int) -> FiledPassage:
        """Return the passage at `index`, counted from 0."""
        with self.file.open("rb") as lines:
            lines.seek(self._offsets[index])
            return FiledPassage(*json.loads(lines.readline()))

    def add(self, path: str, data: bytes, texts: Sequence[str], lines: BinaryIO) -> None:
        """Write the passages of the source file at `path` to `lines`."""
        self.n_documents += 1
        self.n_bytes += len(data)
        document = str(self.n_documents)
        if texts and not path.endswith(".gz"):
            self._sources.append((len(data), document, path))
        for text in texts:
            self._offsets.append(lines.tell())
            lines.write(json.dumps((document, text)).encode() + b"\n")

    def median_document(self) -> tuple[str, str, list[str]]:
        """Return name, path and passage texts of a document of median size."""
        _, document, path = sorted(self._sources)[len(self._sources) // 2]
        texts = [each.text for each in read_passages(self.file) if each.document == document]
        return document, path, texts


def read_passages(file: Path) -> Iterator[FiledPassage]:
    """Yield the passages in `file`."""
    with file.open("rb") as lines:
        for line in lines:
            yield FiledPassage(*json.loads(line))


def copy_corpus(corpus: Path, copy: Path) -> None:
    """Copy the source files and metadata tables of `corpus` into the new folder `copy`.

    Raises:
        CorpusError: if there is nothing to copy. ExcerptError: if the disk has no space for the
        copy and its indexes, or a file cannot be read.
    """
    found = walk(corpus)
    if not found.files:
        raise CorpusError("there are no texts in this folder.", NAME_CORPUS, where=corpus)
    paths = [file.path for file in found.files]
    paths += [each.path for each in found.skipped if each.path.rpartition("/")[2] == _METADATA]
    copy.mkdir(parents=True)
    check_disk_space(sum(file.size for file in found.files), copy)
    for path in paths:
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(corpus / path, target)
        except OSError as error:
            raise ExcerptError(
                f"copying it failed: {error.strerror or error}.", where=corpus / path
            ) from error


def check_disk_space(size: int, folder: Path, n_engines: int = 1) -> None:
    """Raise an error if `folder` has no space to benchmark engines on a corpus of `size` bytes.

    Raises:
        ExcerptError: if it has not.
    """
    free = shutil.disk_usage(folder).free
    needed = size * _SPACE_FACTOR * (1 + n_engines)
    if free < needed:
        raise ExcerptError(
            f"a benchmark on {size / 1e6:,.0f} MB of text needs about"
            f" {needed / 1e6:,.0f} MB of disk space; {free / 1e6:,.0f} MB are free.",
            Instruction("Set TMPDIR to a folder on a larger disk, or use a smaller corpus."),
            where=folder,
        )


def split_corpus(corpus: Path, file: Path) -> PassageFile:
    """Split the source files of `corpus` into passages and write these to the new file `file`."""
    passages = PassageFile(file)
    seen: set[tuple[str, str]] = set()
    with file.open("xb") as lines:
        for each in walk(corpus).files:
            try:
                data = source.read(corpus, each)
                identity = digest_of([data]), format_suffix(each.path)
                if identity not in seen:
                    passages.add(each.path, data, _passage_texts(each.path, data), lines)
            except Unreadable:
                continue  # as a build does
            seen.add(identity)
    return passages


def _passage_texts(path: str, data: bytes) -> list[str]:
    document = read_document(f"text{format_suffix(path)}", data)
    return [passage.span.of(document.text) for passage in cut_passages(document, path)]
