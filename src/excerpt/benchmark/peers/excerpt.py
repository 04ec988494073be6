"""excerpt itself, through its own build and its public search: texts, marked or bare, and exact totals."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from excerpt._version import __version__
from excerpt.benchmark.peers import Answer, Change
from excerpt.benchmark.queries import DISTANCE, Form, Question
from excerpt.benchmark.work import counted, summing
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index

__all__ = ["Measured"]

_LIMIT: Final = 10
"""The hits of a question whose work is counted."""


class Measured:
    """The product as it is."""

    forms = marked = frozenset(Form)

    def __init__(self, ranking: str) -> None:
        self._is_plain = ranking == "bm25"
        self.settings = {
            "version": __version__,
            "words": "folded" if self._is_plain else "inflected forms, titles and headings",
            "answers": "texts, exact totals",
            "highlights": "places of the matches in the whole texts",
            "queries": "parsed each time",
            "files": "looked at for changes",
            "kept": "weights of what was asked, passages that were shown",
        }
        self._index: Index

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:  # noqa: ARG002 - cuts itself
        """Build from the sources: reading and cutting are part of it."""
        build(corpus, folder, processes=processes)

    def open(self, folder: Path) -> None:
        """Open the index."""
        self._index = Index(folder)

    def ask(self, question: Question, limit: int, *, is_marked: bool = False) -> Answer:
        """Ask the question as a reader would type it."""
        found = self._index.search(
            typed(question),
            any_word=question.form is Form.ANY,
            exact=self._is_plain,
            expand=question.form is Form.EXPAND,
            limit=limit,
            highlight=is_marked,
        )
        n_marks = sum(len(hit.snippet.highlights) for hit in found)
        return Answer(found.total, tuple(hit.snippet.text for hit in found), n_marks)

    def count(self, questions: Sequence[Question]) -> list[int]:
        """How many passages match each of `questions`."""
        return [
            self._index.count(typed(each), any_word=each.form is Form.ANY, exact=self._is_plain)
            for each in questions
        ]

    def read(self, questions: Sequence[Question]) -> list[tuple[int, float]]:
        """Bytes of the index that each of `questions` reads, and the seconds in which `numpy.sum` reads these.

        What one question has left in memory the next does not read again.
        """
        found = []
        for question in questions:
            with counted() as work:
                self.ask(question, _LIMIT)
            found.append((work.n_bytes, summing(work.sizes)))
        return found

    def change(self, change: Change) -> None:
        """Write the source anew and build again."""
        source = self._index.corpus / change.path
        fresh = source.with_name(f"{source.name}.fresh")
        fresh.write_text("\n\n".join(change.texts) + "\n", encoding="utf-8")
        fresh.replace(source)
        self._index.build()

    def words(self) -> tuple[int, int]:
        """How many words the index holds, and of how many kinds."""
        statistics = self._index.status().statistics
        return statistics.n_words, statistics.n_terms

    def update(self) -> None:
        """Build again where nothing has changed: what is left is the walk over all files."""
        self._index.build()


def typed(question: Question) -> str:
    """The question in the query language."""
    match question.form:
        case Form.PHRASE:
            return f'"{" ".join(question.words)}"'
        case Form.NEAR:
            return f" NEAR/{DISTANCE} ".join(question.words)
        case Form.PREFIX:
            return f"{question.words[0]}*"
        case Form.FUZZY:
            return f"{question.words[0]}~"
        case Form.QUERY:
            return question.words[0]
        case _:
            return " ".join(question.words)
