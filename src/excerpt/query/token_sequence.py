"""The tokens of a text without the text, as the semantics of a query sees them.

A token sequence consists of parallel sequences, so that tokens can come from a text that was just
tokenized (see `document_view`) or from the columns of an index. Nothing here knows text offsets,
scores or engines.
"""

from collections.abc import Sequence
from itertools import compress, groupby
from typing import Protocol

from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard, Word
from excerpt.query.term_matching import term_matcher
from excerpt.query.word_forms import WordForms
from excerpt.startup import FrozenValue

__all__ = [
    "SequenceVocabulary",
    "TokenSequence",
    "Vocabulary",
    "group_bounds",
]


class Vocabulary(Protocol):
    """The vocabulary of a whole index, live passages only, as the semantics needs it."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the documents; "" is unknown."""

    @property
    def main_language(self) -> str:
        """The language that texts of unknown language are taken for when stemmed, or ""."""

    def written(self, term: str) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form with this term."""

    def word_forms(self, word: Word) -> WordForms:
        """Return what a query word stands for."""

    def forms(self, word: Word) -> frozenset[tuple[str, str]]:
        """Return the language of each form that a query word stands for, and the form.

        Forms are in lower case. This may examine all forms of the index.
        """

    def expand(self, node: Node) -> frozenset[str]:
        """Return the terms that a Wildcard, Fuzzy or Pattern matches.

        Raises:
            QueryError: if there are more than `term_matching.MAX_TERMS`.
        """


# Every search loads this module: without dataclasses, a start takes 1 ms less. A sequence is no
# named tuple, because its length is the number of its tokens.
class TokenSequence(FrozenValue):
    """Tokens in order, as parallel sequences of equal length.

    language      the language of the stems; "" is unknown
    forms         the form of each token
    terms         its term
    stems         its stem
    passage_of    the ordinal of its passage; ascends, like the following
    section_of    the number of its section
    paragraph_of  the number of its paragraph
    sentence_of   the number of its sentence
    marks         how it is joined to the next token (see `text.compounds`); may be left out
    """

    language: str
    forms: Sequence[str]
    terms: Sequence[str]
    stems: Sequence[str]
    passage_of: Sequence[int]
    section_of: Sequence[int]
    paragraph_of: Sequence[int]
    sentence_of: Sequence[int]
    marks: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.terms)

    def slice(self, start: int, end: int) -> "TokenSequence":
        """Return the tokens from `start` up to `end` as a sequence of their own."""
        part = slice(start, end)
        return TokenSequence(
            self.language,
            self.forms[part],
            self.terms[part],
            self.stems[part],
            self.passage_of[part],
            self.section_of[part],
            self.paragraph_of[part],
            self.sentence_of[part],
            self.marks[part],
        )

    @property
    def joined_terms(self) -> frozenset[str]:
        """The terms of tokens that a sign joins to the next one."""
        return frozenset(compress(self.terms, self.marks))


class SequenceVocabulary:
    """The vocabulary for a title or heading path, whose tokens belong to no passage.

    Words stand for what they do in the index. Wildcards, fuzzy words and patterns expand only to
    terms of `sequence`.
    """

    def __init__(self, vocabulary: Vocabulary, sequence: TokenSequence) -> None:
        self.word_forms = vocabulary.word_forms
        self.forms = vocabulary.forms
        self.written = vocabulary.written
        self.languages = vocabulary.languages
        self.main_language = vocabulary.main_language
        self._terms = frozenset(sequence.terms)

    def expand(self, node: Node) -> frozenset[str]:
        """Return the terms of the sequence that a Wildcard, Fuzzy or Pattern matches."""
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        return frozenset(filter(term_matcher(node), self._terms))


def group_bounds(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the start and end of each run of equal `numbers`.

    >>> group_bounds([0, 0, 2])
    [(0, 2), (2, 3)]
    """
    bounds = []
    start = 0
    for _, members in groupby(numbers):
        end = start + sum(1 for _ in members)
        bounds.append((start, end))
        start = end
    return bounds
