"""bm25s: precomputed scores in sparse matrices. It ranks by any of the words, and does no more."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bm25s

from excerpt.benchmark.passage_file import read_passages
from excerpt.benchmark.peers import Answer, DocumentChange
from excerpt.benchmark.queries import BenchmarkQuery, QueryType

__all__ = ["Bm25sPeer"]

_WORDS = r"(?u)\b\w+\b"
Items = list[dict[str, str]]


class Bm25sPeer:
    """bm25s with its default formula and the compiled loops it recommends; index and texts mapped.

    Every word counts: its defaults would drop stop words and words of one letter. It has no
    updates, so a changed document means a new build.
    """

    query_types = frozenset({QueryType.WORD, QueryType.ANY})
    highlighted_types = frozenset[QueryType]()

    def __init__(self, ranking: str) -> None:
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._backend = "numba" if _has_numba() else "auto"
        self.settings = {
            "version": bm25s.__version__,
            "backend": self._backend,
            "stop words": "none",
            "memory": "mapped",
            "queries": "lists of words",
            "answers": "texts, no totals",
        }
        self._folder: Path
        self._retriever: Any

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Index all passages in memory and save the index."""
        self._save_index([passage._asdict() for passage in read_passages(passages)], folder)

    def open(self, folder: Path) -> None:
        """Map the saved index into memory. The first query compiles the loops."""
        self._folder = folder
        self._retriever = bm25s.BM25.load(folder, load_corpus=True, mmap=True)
        self._retriever.backend = self._backend

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Return the best passages that contain any of the words."""
        k = min(limit, self._retriever.scores["num_docs"])
        found, scores = self._retriever.retrieve([list(query.words)], k=k, show_progress=False)
        hits = zip(found[0], scores[0], strict=True)
        # It always returns k passages; those with score 0 contain none of the words.
        return Answer(None, tuple(hit["text"] for hit, score in hits if score > 0))

    def replace(self, change: DocumentChange) -> None:
        """Build a new index with the changed document."""
        with (self._folder / "corpus.jsonl").open(encoding="utf-8") as lines:
            items = [item for item in map(json.loads, lines) if item["document"] != change.document]
        self._save_index(
            items + [{"document": change.document, "text": text} for text in change.texts],
            self._folder,
        )
        self.open(self._folder)

    def _save_index(self, items: Items, folder: Path) -> None:
        retriever = bm25s.BM25(backend=self._backend)
        retriever.index(_tokenize(item["text"] for item in items), show_progress=False)
        retriever.save(folder, corpus=items, show_progress=False)


def _tokenize(texts: Iterable[str]) -> Any:
    return bm25s.tokenize(list(texts), token_pattern=_WORDS, stopwords=None, show_progress=False)


def _has_numba() -> bool:
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True
