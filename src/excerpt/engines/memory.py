"""Documents in memory → an engine that does what `query/match.py` says and `ranking.py` computes, one by one.

It is the oracle that every other engine is compared with, and an engine for a handful of documents. Nothing is
written to disk and nothing is fast. `MatchingEngine` is that engine without its documents: who keeps them elsewhere, and
can say in which of them a node may hold, has an exact engine by telling it these two things.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from excerpt.engines import Manifest, Match, Page, Segment, Statistics
from excerpt.errors import Advice, ExcerptError
from excerpt.model import Document, Key, Passage
from excerpt.query.ast import (
    Fuzzy,
    MatchAll,
    Node,
    Operand,
    Or,
    Pattern,
    Wildcard,
    Word,
    children,
    query_terms,
)
from excerpt.query.formatting import format_query
from excerpt.query.ranking import saturation, term_weight, word_frequency
from excerpt.query.semantics import find_matches, matches_by_passage, matching_passages
from excerpt.query.term_matching import MAX_TERMS, expansion_error, term_matcher
from excerpt.query.token_sequence import DocumentView, TokenSequence, Vocabulary, view_document
from excerpt.text import DocumentTokens, possible_stems, tokenize_document

__all__ = ["Holding", "MatchingEngine", "MemoryEngine", "MemoryWriter"]


class MemoryVocabulary:
    """The words of some documents."""

    def __init__(self, subjects: Sequence[DocumentView]) -> None:
        self.languages = frozenset(subject.language for subject in subjects)
        self._stems: dict[str, set[tuple[str, str]]] = {}
        for subject in subjects:
            run = subject.text
            for term, found in set(zip(run.terms, run.stems, strict=True)):
                self._stems.setdefault(term, set()).add((run.language, found))

    def __len__(self) -> int:
        return len(self._stems)

    def stems(self, term: str) -> frozenset[tuple[str, str]]:
        """The (language, stem) pairs a query word stands for."""
        return possible_stems(term, self.languages) | self.written_stems(term)

    def written_stems(self, term: str) -> frozenset[tuple[str, str]]:
        """Those of them that are of forms which stand here and fold to `term`."""
        return frozenset(self._stems.get(term, ()))

    def expand(self, node: Node) -> frozenset[str]:
        """The terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than the limit.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        found = frozenset(filter(term_matcher(node), self._stems))
        if len(found) > MAX_TERMS:
            raise expansion_error(node)
        return found


@dataclass(frozen=True)
class Holding:
    """A document as such an engine keeps it: its number, and what a query asks of it."""

    id: int
    subject: DocumentView

    @cached_property
    def lengths(self) -> Counter[int]:
        """The number of words of each passage that has any."""
        return Counter(self.subject.text.passage_of)

    @property
    def order(self) -> tuple[str, int]:
        """Documents stand in the order of their first paths."""
        return (self.subject.paths[0] if self.subject.paths else "", self.id)


class _Weight(NamedTuple):
    """The weight × importance of a leaf, its frequency in passages (document, ordinal), and how many have it in their words."""

    weight: float
    frequencies: dict[tuple[int, int], float]
    n_holding: int


class MatchingEngine(ABC):
    """An engine over documents of which it is asked one by one what a query says of them."""

    def __init__(self, vocabulary: Vocabulary, n_passages: int, n_words: int) -> None:
        self._vocabulary = vocabulary
        self._n_passages = n_passages
        self._n_words = n_words

    @abstractmethod
    def _candidates(self, node: Node, wanted: Collection[int] | None = None) -> Iterable[Holding]:
        """The documents (of those with the ids `wanted`) in which `node` may hold, or which it may score: all of these,
        and perhaps others; by path."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index."""
        return self._vocabulary

    def search(self, tree: Node, limit: int | None, offset: int = 0) -> Page:
        """The passages that match `tree`, best first: by falling score, then path, then place."""
        weights = self._weights(tree)
        ranking = [
            (Key(holding.id, ordinal), sum(self._parts(weights, holding, ordinal), 0.0))
            for holding, ordinals in self._matching(tree)
            for ordinal in ordinals
        ]
        ranking.sort(key=lambda hit: -hit[1])
        end = None if limit is None else offset + limit
        absent = (number for number, weight in enumerate(weights) if not weight.n_holding)
        return Page(len(ranking), tuple(ranking[offset:end]), tuple(absent))

    def passages(self, tree: Node) -> Iterator[Key]:
        """All passages that match `tree`, by path and place."""
        for holding, ordinals in self._matching(tree):
            for ordinal in ordinals:
                yield Key(holding.id, ordinal)

    def matches(self, tree: Node) -> Iterator[tuple[Key, tuple[Match, ...]]]:
        """All passages that match `tree` with their matches."""
        return self._matches(tree)

    def marks(self, tree: Node, keys: Sequence[Key]) -> list[list[tuple[int, int]]]:
        """What the matches mark in each of the passages `keys`: words of it, counted from its first."""
        found = dict(self._matches(tree, {key.document for key in keys}))
        return [
            sorted({(mark.start, mark.end) for match in found[key] for mark in match.marks})
            for key in keys
        ]

    def explain(self, tree: Node, key: Key) -> list[tuple[str, float]]:
        """The parts of the score of one passage, each with what it is for; they add up to the score."""
        weights, any_leaf = self._weights(tree), Or(tuple(query_terms(tree)))
        found = self._candidates(any_leaf, {key.document})
        parts = next(
            (self._parts(weights, holding, key.ordinal) for holding in found), [0.0] * len(weights)
        )
        return [
            (format_query(leaf), part) for leaf, part in zip(query_terms(tree), parts, strict=True)
        ]

    def wordings(self, keys: Sequence[Key]) -> list[int]:
        """For each passage the number that all with the same folded words share; 0 if it has none."""
        found = {
            Key(holding.id, ordinal): wording
            for holding in self._candidates(MatchAll(), {key.document for key in keys})
            for ordinal, wording in enumerate(_wordings(holding.subject))
        }
        return [found[key] for key in keys]

    def twins(self, tree: Node, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """For each of `keys` the other passages that match and have its wording, with it; all these by path and place."""
        shown = {
            wording: key for wording, key in zip(self.wordings(keys), keys, strict=True) if wording
        }
        for holding, ordinals in self._matching(tree):
            matching = [Key(holding.id, ordinal) for ordinal in ordinals]
            for key, wording in zip(matching, self.wordings(matching), strict=True):
                one = shown.get(wording)
                if one is not None and one != key:
                    yield one, key

    def _matching(self, tree: Node) -> Iterator[tuple[Holding, list[int]]]:
        _refuse_large_expansions(tree, self._vocabulary)
        for holding in self._candidates(tree):
            yield holding, sorted(matching_passages(tree, holding.subject, self._vocabulary))

    def _matches(
        self, tree: Node, wanted: Collection[int] | None = None
    ) -> Iterator[tuple[Key, tuple[Match, ...]]]:
        _refuse_large_expansions(tree, self._vocabulary)
        for holding in self._candidates(tree, wanted):
            by_passage = matches_by_passage(tree, holding.subject, self._vocabulary)
            for ordinal, found in by_passage.items():
                yield Key(holding.id, ordinal), tuple(Match(leaf, marks) for leaf, marks in found)

    def _weights(self, tree: Node) -> list[_Weight]:
        """What is said of each leaf of `tree`."""
        return [self._weight(leaf) for leaf in query_terms(tree)]  # type: ignore[arg-type]

    def _weight(self, leaf: Operand) -> _Weight:
        frequencies: dict[tuple[int, int], float] = {}
        n_holding = n_occurrences = 0
        for holding in self._candidates(leaf):
            begun = _beginnings(leaf, holding.subject.text, self._vocabulary)
            n_holding += len(begun)
            n_occurrences += begun.total()
            of_document = (
                self._word_frequencies(leaf, holding.subject, begun)
                if isinstance(leaf, Word)
                else {ordinal: float(count) for ordinal, count in begun.items()}
            )
            for ordinal, frequency in of_document.items():
                frequencies[holding.id, ordinal] = frequency
        weight = leaf.weight * term_weight(self._n_passages, n_holding, n_occurrences)
        return _Weight(weight, frequencies, n_holding)

    def _word_frequencies(
        self, word: Word, subject: DocumentView, begun: Counter[int]
    ) -> dict[int, float]:
        run = subject.text
        exact = Counter(
            ordinal
            for ordinal, term in zip(run.passage_of, run.terms, strict=True)
            if term == word.term
        )
        in_title = len(find_matches(word, subject.title, self._vocabulary))
        in_headings = [
            len(find_matches(word, heading, self._vocabulary)) for heading in subject.headings
        ]
        return {
            ordinal: word_frequency(
                float(begun[ordinal]),
                float(exact[ordinal]),
                float(in_headings[ordinal]),
                float(in_title),
            )
            for ordinal in subject.ordinals
        }

    def _parts(
        self,
        weights: Sequence[_Weight],
        holding: Holding,
        ordinal: int,
    ) -> list[float]:
        """What each leaf adds to the score of a passage."""
        if not self._n_words:
            return [0.0] * len(weights)
        average = self._n_words / self._n_passages
        length = float(holding.lengths[ordinal])
        return [
            weight * saturation(frequencies.get((holding.id, ordinal), 0.0), length, average)
            for weight, frequencies, _ in weights
        ]


class MemoryEngine(MatchingEngine):
    """An engine over readings that are kept in memory."""

    def __init__(self, readings: Sequence[DocumentTokens]) -> None:
        self.readings = tuple(readings)
        holdings = [_holding(reading) for reading in self.readings]
        self._holdings = sorted(holdings, key=lambda holding: holding.order)
        subjects = [holding.subject for holding in self._holdings]
        n_passages = sum(len(subject.ordinals) for subject in subjects)
        self._n_terms = len(vocabulary := MemoryVocabulary(subjects))
        super().__init__(vocabulary, n_passages, sum(len(subject.text) for subject in subjects))

    def _candidates(self, node: Node, wanted: Collection[int] | None = None) -> Iterable[Holding]:  # noqa: ARG002
        """All documents: any node may hold in any of them."""
        return [holding for holding in self._holdings if wanted is None or holding.id in wanted]

    def statistics(self) -> Statistics:
        """How much there is."""
        return Statistics(len(self._holdings), self._n_passages, self._n_words, self._n_terms)

    def verify(self) -> None:
        """Nothing is on disk: nothing can be damaged."""

    def close(self) -> None:
        """There are no files to let go of."""


class MemoryWriter:
    """The next state of a memory engine in the making; `engine` opens it."""

    def __init__(self) -> None:
        self._readings: dict[int, DocumentTokens] = {}

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, in place of what has its id, if anything has."""
        self._readings[document.id] = tokenize_document(document, passages)

    def delete(self, document: int) -> None:
        """Remove the document with this id."""
        self._readings.pop(document, None)

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Give a document other places and metadata; its words stay."""
        reading = self._readings[document]
        described = reading.document._replace(paths=tuple(paths), metadata=tuple(metadata))
        self._readings[document] = reading._replace(document=described)

    def adopt(self, segment: Segment) -> None:  # noqa: ARG002  (the protocol's)
        """Segments are files, and this engine has none."""
        raise ExcerptError("The memory engine takes no segments.", Advice("Use replace() instead."))

    def prepare(self) -> Manifest:
        """There is nothing to write."""
        return {"documents": sorted(self._readings)}

    def tidy(self) -> None:
        """There is nothing to remove."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def engine(self) -> MemoryEngine:
        """The engine of the present state."""
        return MemoryEngine(list(self._readings.values()))


def _holding(reading: DocumentTokens) -> Holding:
    return Holding(reading.document.id, view_document(reading))


def _wordings(subject: DocumentView) -> list[int]:
    """A number for the words of each passage; 0 where there are none."""
    words: list[list[str]] = [[] for _ in subject.ordinals]
    for term, ordinal in zip(subject.text.terms, subject.text.passage_of, strict=True):
        words[ordinal].append(term)
    texts = ("\n".join(terms).encode("utf-8", "surrogatepass") for terms in words)
    return [int.from_bytes(blake2b(text, digest_size=8).digest()) if text else 0 for text in texts]


def _beginnings(leaf: Operand, run: TokenSequence, vocabulary: Vocabulary) -> Counter[int]:
    """How many occurrences of `leaf` begin in each passage that has any."""
    return Counter(run.passage_of[marks[0].start] for marks in find_matches(leaf, run, vocabulary))


def _refuse_large_expansions(tree: Node, vocabulary: Vocabulary) -> None:
    """Ask for every expansion once, so that one over the limit is refused whatever the documents hold."""
    if isinstance(tree, Wildcard | Fuzzy | Pattern):
        vocabulary.expand(tree)
    for below in children(tree):
        _refuse_large_expansions(below, vocabulary)
