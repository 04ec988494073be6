"""Matches in token sequences → the lines of a concordance, counted in plain Python.

This is what `Lines` of the engine protocol means. It holds the words of all documents with a line.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.engines.protocol import TokenSpan
from excerpt.model import Key
from excerpt.query.token_sequence import TokenSequence

if TYPE_CHECKING:
    from excerpt.query.semantics import MatchSpans

__all__ = ["ReferenceLines"]


class _ReferenceLine(NamedTuple):
    """A line: its document's rank, its passage, and its first word and the end of its words.

    Words are counted from the first of the document; `first` is the first word of the passage.
    """

    rank: int
    key: Key
    first: int
    start: int
    end: int


class ReferenceLines:
    """The lines of documents that are added by ascending rank (see `protocol.Lines`)."""

    def __init__(self, n_documents: int = 0) -> None:
        """Prepare the lines of an index of `n_documents`."""
        self._n_documents = n_documents
        self._lines: list[_ReferenceLine] = []
        self._words_of: dict[int, list[int]] = {}
        self._number_of: dict[str, int] = {}
        """The number of each term, in the order in which they occurred first."""

    def add(
        self,
        rank: int,
        document: int,
        text: TokenSequence,
        matches: Mapping[int, "Sequence[tuple[int, MatchSpans]]"],
    ) -> None:
        """Add the lines of a document with this rank and id, given its matches by passage."""
        found = {
            (ordinal, spans[0].start, max(span.end for span in spans))
            for ordinal, of_passage in matches.items()
            for _, spans in of_passage
        }
        if not found:
            return
        first_of: dict[int, int] = {}
        for at, ordinal in enumerate(text.passage_of):
            first_of.setdefault(ordinal, at)
        for ordinal, start, end in sorted(found):
            first = first_of[ordinal]
            key = Key(document, ordinal)
            self._lines.append(_ReferenceLine(rank, key, first, first + start, first + end))
        numbers = self._number_of
        self._words_of[rank] = [numbers.setdefault(term, len(numbers) + 1) for term in text.terms]

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def documents(self) -> Int64Array:
        """The rank of the document of each line."""
        return np.array([line.rank for line in self._lines], np.int64)

    def by_document(self) -> Int64Array:
        """Return the number of lines in each document of the index, by its rank."""
        found = [0] * self._n_documents
        for line in self._lines:
            found[line.rank] += 1
        return np.array(found, np.int64)

    @property
    def n_passages(self) -> int:
        """The number of passages in which a line begins."""
        return len({line.key for line in self._lines})

    @property
    def n_documents(self) -> int:
        """The number of documents with a line."""
        return len(self._words_of)

    def spans(self, numbers: Int64Array) -> list[tuple[Key, TokenSpan]]:
        """Return, for each of these lines, the passage in which it begins and its span of words."""
        lines = [self._lines[number] for number in numbers.tolist()]
        return [(line.key, (line.start - line.first, line.end - line.first)) for line in lines]

    def word_numbers(self, numbers: Int64Array, distance: int) -> Int64Array:
        """Return the word at a distance from each of these lines; 0 beyond the document."""
        found = []
        for line in (self._lines[number] for number in numbers.tolist()):
            at = line.start + distance if distance < 0 else line.end - 1 + distance
            words = self._words_of[line.rank]
            found.append(words[at] if 0 <= at < len(words) else 0)
        return np.array(found, np.int64)

    def sorted_words(self, words: Int64Array) -> Iterator[list[int]]:
        """Yield the distinct `words` by their folded terms. Each term has one number."""
        for word in sorted(words.tolist(), key=lambda number: self._terms[number - 1]):
            yield [word]

    @cached_property
    def _terms(self) -> list[str]:
        return list(self._number_of)
