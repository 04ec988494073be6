"""Engines: what holds the words of passages and answers query trees with passages, scores and spans.

An engine returns keys, numbers and spans; the text stays in the catalog. It never returns a wrong set: a node that
it cannot answer exactly raises `UnsupportedQuery`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from excerpt.model import Document, Key, Passage, Span
from excerpt.query.ast import Node
from excerpt.query.token_sequence import Vocabulary

__all__ = [
    "ENGINES",
    "Engine",
    "EngineWriter",
    "Manifest",
    "Match",
    "Page",
    "Segment",
    "Segmenter",
    "Statistics",
    "Vocabulary",
    "engine_of",
    "open_engine",
    "open_segmenter",
    "open_writer",
    "sweep",
]

WHOOSH: Final = "whoosh"
ENGINES: Final = ("columnar", WHOOSH)
"""The engines an index may have; the first is the one it has if nothing else is asked for."""
Segment = dict[str, Any]
"""What a worker says of a segment it made: its documents, and the files it wrote with their digests, if any."""
Manifest = dict[str, Any]
"""The files that make up a committed state of an engine: JSON values, kept in the catalog. `engine_of` tells which."""


class Page(NamedTuple):
    """A piece of a ranking: how many passages match in all, and some of them, best first.

    `absent` are the numbers of those leaves of the query (in `query_terms`) that stand in no passage.
    """

    total: int
    hits: tuple[tuple[Key, float], ...]
    absent: tuple[int, ...] = ()


class Match(NamedTuple):
    """One occurrence of a leaf of a query: its `marks` (a phrase has one, NEAR one for each operand), ascending.

    It belongs to the passage in which the first mark begins. Marks are spans of *words*, counted from the first word
    of that passage; they may run on into the passages after it. `leaf` is the number of the leaf in `query_terms`.
    """

    leaf: int

    marks: tuple[Span, ...]


class Statistics(NamedTuple):
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

    def matches(self, tree: Node) -> Iterator[tuple[Key, tuple[Match, ...]]]:
        """All passages that match `tree` with their matches, by path and place. A passage that matches without a word of
        its own (a field, a NOT) has none."""

    def marks(self, tree: Node, keys: Sequence[Key]) -> list[list[tuple[int, int]]]:
        """What the matches mark in each of the passages `keys`, which match `tree`: the first word and the end of each
        mark, counted from the passage's first word; ascending, each once."""

    def explain(self, tree: Node, key: Key) -> list[tuple[str, float]]:
        """The parts of the score of one passage, each with what it is for; they add up to the score."""

    def wordings(self, keys: Sequence[Key]) -> list[int]:
        """For each passage the number that the passages with the same folded words in a row share, and no others; 0 if it
        has no words. It holds for this state of the index alone."""

    def twins(self, tree: Node, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """For each of `keys`, which match `tree` and have different wordings, the other passages that match and have its
        wording, with it; all these by path and place."""

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

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
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


def engine_of(manifest: Manifest | None) -> str:
    """The name of the engine that made `manifest` (None: there is none yet): one of `ENGINES`."""
    return str((manifest or {}).get("engine", ENGINES[0]))


def open_engine(folder: Path, manifest: Manifest) -> Engine:
    """The engine of the index in `folder` in the committed state `manifest`."""
    if engine_of(manifest) == WHOOSH:
        from excerpt.engines.whoosh.engine import WhooshEngine

        return WhooshEngine(folder, manifest)
    from excerpt.index.engine import ColumnarEngine

    return ColumnarEngine(folder, manifest)


def open_writer(folder: Path, manifest: Manifest | None, engine: str = "") -> EngineWriter:
    """A writer that goes on from `manifest`, or from nothing, which makes an index of `engine` (by default the first)."""
    if (engine_of(manifest) if manifest else engine) == WHOOSH:
        from excerpt.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(folder, manifest)
    from excerpt.index.write.index_writer import ColumnarWriter

    return ColumnarWriter(folder, manifest)


def open_segmenter(folder: Path, engine: str = "") -> Segmenter:
    """A maker of one segment for the index of `engine` (by default the first) in `folder`."""
    if engine == WHOOSH:
        from excerpt.engines.whoosh.segment_builder import WhooshSegmenter

        return WhooshSegmenter()
    from excerpt.index.write.segment_builder import SegmentBuilder

    return SegmentBuilder(folder)


def sweep(folder: Path, manifest: Manifest | None) -> None:
    """Remove the files of the index in `folder` that its committed state `manifest` (None: there is none) does not name:
    those of all engines, since an index made anew may be of another one."""
    from excerpt.engines.whoosh.document_table import sweep as sweep_whoosh
    from excerpt.index.write.index_writer import sweep as sweep_columnar

    is_whoosh = engine_of(manifest) == WHOOSH
    sweep_columnar(folder, None if is_whoosh else manifest)
    sweep_whoosh(folder, manifest if is_whoosh else None)
