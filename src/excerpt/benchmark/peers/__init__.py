"""The engines that a benchmark compares, excerpt among them, behind one small protocol.

Each engine has a module here: excerpt, bm25s, fts5 (SQLite), lucene, tantivy, whoosh, xapian. It
imports its library only when it is loaded. An engine is
configured as its own documentation recommends; its `settings` are part of the report. All engines
but excerpt index ready-made passages and match plain folded words. An engine answers only the types
of queries that it answers exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from excerpt.benchmark.queries import BenchmarkQuery, QueryType
from excerpt.errors import ExcerptError, Instruction

__all__ = ["Answer", "AnswerContent", "DocumentChange", "Duration", "OTHERS", "Peer", "load_peer"]


class AnswerContent(StrEnum):
    """The content of an answer: the best texts, these with highlights, or only the total."""

    TEXTS = "texts"
    HIGHLIGHTS = "highlights"
    TOTAL = "total"


class Duration(NamedTuple):
    """Seconds of an answer by the clock (`wall`), and of work on a processor (`cpu`)."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one query.

    `total` is the number of matching passages (None: not counted). `texts` are the best passages;
    an engine may put highlights into them. `n_highlights` counts the highlights in all texts.
    `duration` is set by an engine that runs in a process of its own: it times itself, so that the
    exchange with that process does not count.
    """

    total: int | None
    texts: tuple[str, ...]
    n_highlights: int = 0
    duration: Duration | None = None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document, by its name in the passage file and its path, and its new passage texts."""

    document: str
    path: str
    texts: tuple[str, ...]


class Peer(Protocol):
    """An engine.

    `settings` are printed in the report. `query_types` are the types of queries that it answers
    exactly, `highlighted_types` those whose matches it also highlights itself. A peer that can
    count matches without returning passages also has `count(queries) -> list[int]`.
    """

    settings: Mapping[str, str]
    query_types: frozenset[QueryType]
    highlighted_types: frozenset[QueryType]

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Build an index in the new folder `folder`, from a passage file or its corpus."""

    def open(self, folder: Path) -> None:
        """Open the index for reading."""

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Return the best `limit` passages; with `highlight`, their matches are highlighted."""

    def replace(self, change: DocumentChange) -> None:
        """Replace the passages of a document and make the new ones searchable."""


_CLASSES: Final = {
    "excerpt": "ExcerptPeer",
    "whoosh": "WhooshPeer",
    "fts5": "Fts5Peer",
    "tantivy": "TantivyPeer",
    "bm25s": "Bm25sPeer",
    "xapian": "XapianPeer",
    "lucene": "LucenePeer",
}
"""The class of each engine, in the module of the same name."""
OTHERS: Final = tuple(name for name in _CLASSES if name != "excerpt")
"""The engines that excerpt can be compared with."""


def load_peer(name: str, ranking: str) -> Peer:
    """Return the engine `name`.

    `ranking` applies to excerpt alone: its own ("default"), or plain BM25 over plain words
    ("bm25").

    Raises:
        ExcerptError: if there is no engine of that name.
        ImportError: if its library is not installed.
    """
    if name not in _CLASSES:
        raise ExcerptError(
            f"Unknown engine: {name!r}.", Instruction(f"Choose from {', '.join(OTHERS)}.")
        )
    module: Any = import_module(f"{__name__}.{name}")
    peer: Peer = getattr(module, _CLASSES[name])(ranking)
    return peer
