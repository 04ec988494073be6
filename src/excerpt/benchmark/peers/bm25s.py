"""bm25s: scores worked out beforehand in sparse matrices; it ranks by any of the words, and nothing else."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bm25s

from excerpt.benchmark.passages import read_rows
from excerpt.benchmark.peers import Answer, Change
from excerpt.benchmark.queries import Form, Question

__all__ = ["Measured"]

_WORDS = r"(?u)\b\w+\b"
Items = list[dict[str, str]]


class Measured:
    """Its default formula with the compiled loops it recommends, the index and the texts mapped into memory.

    Every word counts: by default it would leave out stop words and words of one letter. A change is a new build.
    """

    forms = frozenset({Form.WORD, Form.ANY})
    marked = frozenset[Form]()

    def __init__(self, ranking: str) -> None:  # noqa: ARG002 - it has one
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._backend = "numba" if _has_numba() else "auto"
        self.settings = {
            "version": bm25s.__version__,
            "backend": self._backend,
            "stop words": "none",
            "memory": "mapped",
            "queries": "lists of words",
            "answers": "texts, nothing counted",
        }
        self._folder: Path
        self._retriever: Any

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:  # noqa: ARG002
        """Hold everything in memory, and save it."""
        self._make([row._asdict() for row in read_rows(passages)], folder)

    def open(self, folder: Path) -> None:
        """Map the saved index; the first answer compiles the loops."""
        self._folder = folder
        self._retriever = bm25s.BM25.load(folder, load_corpus=True, mmap=True)
        self._retriever.backend = self._backend

    def ask(self, question: Question, limit: int, *, is_marked: bool = False) -> Answer:  # noqa: ARG002
        """The best by score; passages without any of the words are left out."""
        k = min(limit, self._retriever.scores["num_docs"])
        found, scores = self._retriever.retrieve([list(question.words)], k=k, show_progress=False)
        hits = zip(found[0], scores[0], strict=True)
        return Answer(None, tuple(hit["text"] for hit, score in hits if score > 0))

    def change(self, change: Change) -> None:
        """Build anew."""
        with (self._folder / "corpus.jsonl").open(encoding="utf-8") as lines:
            items = [item for item in map(json.loads, lines) if item["document"] != change.document]
        self._make(
            items + [{"document": change.document, "text": text} for text in change.texts],
            self._folder,
        )
        self.open(self._folder)

    def _make(self, items: Items, folder: Path) -> None:
        retriever = bm25s.BM25(backend=self._backend)
        retriever.index(_tokens(item["text"] for item in items), show_progress=False)
        retriever.save(folder, corpus=items, show_progress=False)


def _tokens(texts: Iterable[str]) -> Any:
    return bm25s.tokenize(list(texts), token_pattern=_WORDS, stopwords=None, show_progress=False)


def _has_numba() -> bool:
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True
