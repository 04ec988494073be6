"""Engines: what holds the words of passages and answers query trees with passages, scores and spans.

An engine returns keys, numbers and spans; the text stays in the catalog. It never returns a wrong set: a node that
it cannot answer exactly raises `UnsupportedQuery`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from excerpt.model import Document, Key, Passage, Span
from excerpt.query.runs import Vocabulary
from excerpt.query.tree import Node

__all__ = [
    "Engine",
    "EngineWriter",
    "Manifest",
    "Match",
    "Page",
    "Segment",
    "Segmenter",
    "Statistics",
    "Vocabulary",
    "open_engine",
    "open_segmenter",
    "open_writer",
    "sweep",
]

Segment = dict[str, Any]
"""What a worker says of a segment it wrote: JSON values; its documents, files and their digests."""
Manifest = dict[str, Any]
"""The files that make up a committed state of an engine: JSON values, kept in the catalog."""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a ranking: how many passages match in all, and some of them, best first."""

    total: int
    hits: tuple[tuple[Key, float], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One occurrence of a leaf of a query: its `marks` (a phrase has one, NEAR one for each operand), ascending.

    It belongs to the passage in which the first mark begins. Marks are spans of *words*, counted from the first word
    of that passage; they may run on into the passages after it. `leaf` is the number of the leaf in `tree.leaves`.
    """

    leaf: int

    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The live counts of an index."""

    n_documents: int
    n_passages: int
    n_words: int
    n_terms: int


class Engine(Protocol):
    """A committed state of an index, open for reading."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index."""

    def search(self, tree: Node, limit: int | None, offset: int = 0) -> Page:
        """The passages that match `tree`, best first: by falling score, then path, then place."""

    def passages(self, tree: Node) -> Iterator[Key]:
        """All passages that match `tree`, by path and place."""

    def matches(
        self, tree: Node, among: Sequence[Key] | None = None
    ) -> Iterator[tuple[Key, tuple[Match, ...]]]:
        """All passages that match `tree` (or those of them in `among`, in its order) with their matches, by path and
        place. A passage that matches without a word of its own (a field, a NOT) has none."""

    def explain(self, tree: Node, key: Key) -> list[tuple[str, float]]:
        """The parts of the score of one passage, each with what it is for; they add up to the score."""

    def statistics(self) -> Statistics:
        """How much there is."""

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """

    def close(self) -> None:
        """Let go of the files."""


class EngineWriter(Protocol):
    """The next state of an index in the making. Nothing of it is visible before the catalog names its manifest."""

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, in place of what has its id, if anything has."""

    def delete(self, document: int) -> None:
        """Remove the document with this id."""

    def describe(self, document: int, places: Sequence[str], metadata: Sequence[tuple[str, str]]) -> None:
        """Give a document other places and metadata; its words stay."""

    def adopt(self, segment: Segment) -> None:
        """Take in a segment that a worker wrote, in place of what has the ids of its documents."""

    def prepare(self) -> Manifest:
        """Write and sync what the next state needs, and say what it is. The caller commits it to the catalog."""

    def tidy(self) -> None:
        """Remove the files that the last committed state does not name."""

    def close(self) -> None:
        """Let go of everything."""


class Segmenter(Protocol):
    """Makes one segment in a worker process."""

    @property
    def is_full(self) -> bool:
        """Whether the segment has grown as far as memory allows: time to finish it."""

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Take in one document."""

    def finish(self) -> Segment:
        """Write and sync the segment's files and say what they are."""


def open_engine(folder: Path, manifest: Manifest) -> Engine:
    """The engine of the index in `folder` in the committed state `manifest`."""
    from excerpt.engines.columnar.engine import ColumnarEngine

    return ColumnarEngine(folder, manifest)


def open_writer(folder: Path, manifest: Manifest | None) -> EngineWriter:
    """A writer that goes on from `manifest` (None: from nothing)."""
    from excerpt.engines.columnar.writer import ColumnarWriter

    return ColumnarWriter(folder, manifest)


def open_segmenter(folder: Path) -> Segmenter:
    """A maker of one segment whose files go into the index in `folder`."""
    from excerpt.engines.columnar.builder import SegmentBuilder

    return SegmentBuilder(folder)


def sweep(folder: Path, manifest: Manifest | None) -> None:
    """Remove the files of the index in `folder` that its committed state `manifest` (None: there is none) does not name."""
    from excerpt.engines.columnar.writer import sweep as sweep_columnar

    sweep_columnar(folder, manifest)
