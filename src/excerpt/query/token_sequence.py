"""A document → what the meaning of a query sees of it: runs of words without text, and its fields.

A run is parallel sequences, so that the words may come from a text that was just read (`view_document`) or from the
columns of an index; nothing here knows spans, scores or engines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from excerpt.model import Token
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard
from excerpt.query.term_matching import term_matcher
from excerpt.text import DocumentTokens, tokenize
from excerpt.text.stemmer import stems

__all__ = [
    "TokenSequence",
    "SequenceVocabulary",
    "DocumentView",
    "Vocabulary",
    "text_sequence",
    "view_document",
]


class Vocabulary(Protocol):
    """What stands in an index as a whole, as the meaning of a query needs it: live passages alone count."""

    def stems(self, term: str) -> frozenset[tuple[str, str]]:
        """The (language, stem) pairs a query word stands for: those of every form that folds to `term`, and those that
        `term` may have in every language of the index, whatever its marks (`analysis.possible_stems`)."""

    def written_stems(self, term: str) -> frozenset[tuple[str, str]]:
        """Those of them that are of forms which stand in the index and fold to `term`."""

    def expand(self, node: Node) -> frozenset[str]:
        """The terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than the limit.
        """


@dataclass(frozen=True)
class TokenSequence:
    """Words in order, as parallel sequences of equal length.

    `stems` are those in `language`. `passage_of`, `section_of`, `paragraph_of` and `sentence_of` ascend.
    """

    language: str
    forms: Sequence[str]
    terms: Sequence[str]
    stems: Sequence[str]
    passage_of: Sequence[int]
    section_of: Sequence[int]
    paragraph_of: Sequence[int]
    sentence_of: Sequence[int]

    def __len__(self) -> int:
        return len(self.terms)

    def slice(self, start: int, end: int) -> "TokenSequence":
        """The words `start` to `end` (exclusive) as a run of their own."""
        here = slice(start, end)
        return TokenSequence(
            self.language,
            self.forms[here],
            self.terms[here],
            self.stems[here],
            self.passage_of[here],
            self.section_of[here],
            self.paragraph_of[here],
            self.sentence_of[here],
        )


class SequenceVocabulary:
    """The vocabulary for a title, a heading path or the like, which stand in no passage.

    Stems are those of the index; what a wildcard, fuzzy word or pattern stands for is asked of the words of `run` alone.
    """

    def __init__(self, vocabulary: Vocabulary, run: TokenSequence) -> None:
        self.stems = vocabulary.stems
        self.written_stems = vocabulary.written_stems
        self._terms = frozenset(run.terms)

    def expand(self, node: Node) -> frozenset[str]:
        """The terms of the run that a Wildcard, Fuzzy or Pattern stands for."""
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        return frozenset(filter(term_matcher(node), self._terms))


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as a query asks of it.

    `headings` (a run for each passage, in which each heading of the path is a section) and `kinds` (of the blocks of
    each passage) are indexed by the ordinals of the passages, which count from 0. The title is one section.
    """

    text: TokenSequence
    title: TokenSequence
    headings: Sequence[TokenSequence]
    kinds: Sequence[frozenset[str]]
    paths: Sequence[str]
    format: str
    language: str
    metadata: Sequence[tuple[str, str]]

    @property
    def ordinals(self) -> range:
        """The ordinals of all passages."""
        return range(len(self.kinds))


def text_sequence(reading: DocumentTokens) -> TokenSequence:
    """The words of the text of `reading`."""
    return _run(
        reading.tokens,
        reading.document.language,
        (reading.passage_of, reading.section_of, reading.paragraph_of, reading.sentence_of),
    )


def view_document(reading: DocumentTokens) -> DocumentView:
    """`reading` as a query asks of it."""
    document, passages = reading.document, reading.passages
    return DocumentView(
        text_sequence(reading),
        _run_of_texts([reading.title], document.language),
        [
            _run_of_texts([tokenize(text) for text in passage.headings], document.language)
            for passage in passages
        ],
        [frozenset(str(block.kind) for block in passage.blocks) for passage in passages],
        document.paths,
        document.format,
        document.language,
        document.metadata,
    )


def _run_of_texts(texts: Sequence[Sequence[Token]], language: str) -> TokenSequence:
    """A run in which each of `texts` is a section."""
    numbers = [number for number, words in enumerate(texts) for _ in words]
    return _run([word for words in texts for word in words], language, (numbers,) * 4)


def _run(
    words: Sequence[Token], language: str, numbers: tuple[Sequence[int], ...]
) -> TokenSequence:
    forms = [word.form for word in words]
    return TokenSequence(
        language,
        forms,
        [word.term for word in words],
        stems(language, forms),
        *numbers,
    )


def group_bounds(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Where each stretch of equal `numbers` starts and ends.

    >>> group_bounds([0, 0, 2])
    [(0, 2), (2, 3)]
    """
    found = []
    start = 0
    for _, members in groupby(numbers):
        end = start + sum(1 for _ in members)
        found.append((start, end))
        start = end
    return found
