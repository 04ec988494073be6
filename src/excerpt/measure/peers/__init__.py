"""Engines to be measured, excerpt among them, each behind the same few methods.

Each has a module here that imports its library when it is loaded, and is configured as its own documentation
recommends; `settings` says how. All but excerpt get the ready passages and find them by plain folded words. What a
peer cannot do exactly it is not asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol

from excerpt.errors import ExcerptError
from excerpt.measure.sample import Form, Question

__all__ = ["Answer", "NAMES", "Peer", "load", "reason_absent", "settings_of"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How many passages match (None: the peer did not count them), and the texts of the best."""

    total: int | None
    texts: tuple[str, ...]


class Peer(Protocol):
    """One engine. `settings` are printed; `forms` are the questions it answers exactly."""

    settings: Mapping[str, str]
    forms: frozenset[Form]

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Make an index in the new folder `folder` from the passages in a file, or from the corpus they are cut from."""

    def open(self, folder: Path) -> None:
        """Open the index for reading."""

    def ask(self, question: Question, limit: int) -> Answer:
        """The best `limit` passages, with their texts."""

    def change(self, path: str, texts: Sequence[str]) -> None:
        """Put passages with these `texts` in place of those of the document at `path`, and let them be found."""


NAMES: Final = ("excerpt",)
"""All that can be measured."""


def load(name: str, ranking: str) -> Peer:
    """The peer `name`; excerpt with its own ranking ("default"), or with plain BM25 over plain words ("bm25").

    Raises:
        ExcerptError: if there is none of that name.
        ImportError: if its library is not installed.
    """
    if name not in NAMES:
        raise ExcerptError(f"{name!r} is nothing that can be measured.", f"There are {', '.join(NAMES)}.")
    module: Any = import_module(f"{__name__}.{name}")
    peer: Peer = module.Measured(ranking)
    return peer


def settings_of(name: str, ranking: str) -> dict[str, str]:
    """How the peer `name` is configured."""
    return dict(load(name, ranking).settings)


def reason_absent(name: str) -> str:
    """Why the peer `name` cannot be measured here, "" if it can."""
    try:
        load(name, "default")
    except ImportError as error:
        return f"not installed ({error})"
    return ""
