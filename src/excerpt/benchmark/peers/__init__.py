"""Engines to be measured, excerpt among them, each behind the same few methods.

Each has a module here that imports its library when it is loaded, and is configured as its own documentation
recommends; `settings` says how. All but excerpt get the ready passages and find them by plain folded words. What a
peer cannot do exactly it is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol

from excerpt.benchmark.queries import Form, Question
from excerpt.errors import Advice, ExcerptError

__all__ = ["Answer", "Change", "OTHERS", "Peer", "Way", "load"]


class Way(StrEnum):
    """What an answer is to hold: the texts of the best, these with the matches marked, or nothing but their number."""

    TEXTS = "texts"
    HIGHLIGHTS = "highlights"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Answer:
    """How many passages match (None: the peer did not count them), the texts of the best, with marks in them where
    the peer puts them there, and how many places are marked in all."""

    total: int | None
    texts: tuple[str, ...]
    n_marks: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A document, by what it is called in the file of passages and by its path, and the texts it is to have now."""

    document: str
    path: str
    texts: tuple[str, ...]


class Peer(Protocol):
    """One engine. `settings` are printed; `forms` are the questions it answers exactly, `marked` those whose matches
    it marks itself."""

    settings: Mapping[str, str]
    forms: frozenset[Form]
    marked: frozenset[Form]

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Make an index in the new folder `folder` from the passages in a file, or from the corpus they are cut from."""

    def open(self, folder: Path) -> None:
        """Open the index for reading."""

    def ask(self, question: Question, limit: int, *, is_marked: bool = False) -> Answer:
        """The best `limit` passages, with their texts; these whole, with the matches marked, if `is_marked`."""

    def change(self, change: Change) -> None:
        """Put new passages in place of those of a document, so that they are found from now on."""


OTHERS: Final = ("whoosh", "fts5", "tantivy", "bm25s", "xapian")
"""What excerpt can be measured against; each has a module here."""


def load(name: str, ranking: str) -> Peer:
    """The peer `name`; excerpt with its own ranking ("default"), or with plain BM25 over plain words ("bm25").

    Raises:
        ExcerptError: if there is none of that name.
        ImportError: if its library is not installed.
    """
    if name not in {"excerpt", *OTHERS}:
        raise ExcerptError(
            f"{name!r} is not a known peer.", Advice(f"The peers are {', '.join(OTHERS)}.")
        )
    module: Any = import_module(f"{__name__}.{name}")
    peer: Peer = module.Measured(ranking)
    return peer
