"""The meaning of queries as an engine: candidate documents → exact matches, one by one.

`query.semantics` says which passages a tree matches and `query.ranking` how they are scored; here
both are applied to each document. A subclass of `ReferenceEngine` stores the documents and names
those in which a node can occur. Its answers are exact, at the price of reading all these documents.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from excerpt import dates
from excerpt.arrays import Int64Array
from excerpt.engines.protocol import (
    DocumentFields,
    Occurrence,
    ScoredKey,
    TokenSpan,
    Vocabulary,
)
from excerpt.engines.reference_lines import ReferenceLines
from excerpt.model import Key
from excerpt.query.ast import (
    Fuzzy,
    MatchAll,
    Node,
    Operand,
    Or,
    Pattern,
    Phrase,
    Wildcard,
    Word,
    as_typed,
    query_terms,
    walk,
)
from excerpt.query.document_view import DocumentView
from excerpt.query.formatting import format_query
from excerpt.query.ranking import (
    OTHER_ACCENTS_FREQUENCY,
    saturation,
    term_weight,
    word_frequency,
)
from excerpt.query.semantics import (
    find_matches,
    matches_by_passage,
    matching_passages,
    term_matches,
)
from excerpt.query.spellings import separate_spellings
from excerpt.query.token_sequence import TokenSequence

__all__ = [
    "ReferenceDocument",
    "ReferenceEngine",
    "ReferenceFields",
    "ReferenceMatches",
    "fingerprints_of",
]

_UNDATED = (2 * dates.FOREVER, -2 * dates.FOREVER)
"""The first and last day of an undated document: it overlaps no interval."""


@dataclass(frozen=True)
class ReferenceDocument:
    """A document of a reference engine: its id, and everything that a query can ask about it."""

    id: int
    view: DocumentView

    @cached_property
    def lengths(self) -> Counter[int]:
        """The number of words of each passage that has any."""
        return Counter(self.view.text.passage_of)

    @property
    def order(self) -> tuple[str, int]:
        """The sort key of documents: the first path, then the id."""
        return (self.view.paths[0] if self.view.paths else "", self.id)


class ReferenceFields(NamedTuple):
    """The fields of documents, by rank (see `protocol.DocumentFields`)."""

    document_ids: Int64Array
    first_days: Int64Array
    last_days: Int64Array
    paths: Sequence[tuple[str, ...]]
    formats: Sequence[str]
    languages: Sequence[str]
    metadata: Sequence[Sequence[tuple[str, str]]]

    @classmethod
    def of(
        cls,
        ids: Iterable[int],
        rows: Iterable[tuple[Sequence[str], str, str, Sequence[tuple[str, str]]]],
    ) -> "ReferenceFields":
        """Return the fields of documents with these `ids`.

        Each row has the paths, the format, the language and the metadata of a document.
        """
        paths, formats, languages, metadata = tuple(zip(*rows, strict=True)) or ((),) * 4
        days = [dates.date_from_metadata(pairs) or _UNDATED for pairs in metadata]
        first_days, last_days = np.array(days, np.int64).reshape(-1, 2).T
        return cls(
            np.array(list(ids), np.int64),
            first_days,
            last_days,
            [tuple(sorted(each)) for each in paths],
            formats,
            languages,
            metadata,
        )


class ReferenceEngine(ABC):
    """An engine that evaluates queries document by document."""

    def __init__(self, vocabulary: Vocabulary, n_passages: int, n_words: int) -> None:
        self._vocabulary = vocabulary
        self.n_passages = n_passages
        self.n_words = n_words

    @abstractmethod
    def candidates(
        self, node: Node, ids: Collection[int] | None = None
    ) -> Iterable[ReferenceDocument]:
        """Return all documents, by path, in which `node` can match or contribute to a score.

        The result may contain other documents too. With `ids`, it is limited to these.
        """

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index."""
        return self._vocabulary

    @property
    @abstractmethod
    def document_fields(self) -> DocumentFields:
        """The fields of all documents."""

    def execute(self, tree: Node) -> "ReferenceMatches":
        """Return the matches of `tree`.

        Raises:
            QueryError: if a wildcard, fuzzy word or pattern stands for too many terms.
        """
        self._check_expansions(tree)
        return ReferenceMatches(tree, self)

    @abstractmethod
    def joined_terms(self) -> frozenset[str]:
        """Return the terms that some sign joins to the next word."""

    def separate_spellings(self, operand: Operand) -> tuple[Phrase, ...]:
        """Return the spellings in parts of a word, term, form or wildcard that may occur."""
        return separate_spellings(operand, self.joined_terms())

    def count(self, tree: Node) -> int:
        """Return the number of passages that match `tree`, without scoring them."""
        return self.execute(tree).total

    def _check_expansions(self, tree: Node) -> None:
        """Expand all wildcards, fuzzy words and patterns, to refuse those with too many terms."""
        for node in walk(tree):
            if isinstance(node, Wildcard | Fuzzy | Pattern):
                self.vocabulary.expand(node)


class _ScoredTerm(NamedTuple):
    """A term of the query, ready to score passages.

    weight       its weight in the query × its term weight in the index
    frequencies  its frequency in each passage, by document id and ordinal
    n_passages   the number of passages in which it occurs
    """

    weight: float
    frequencies: dict[tuple[int, int], float]
    n_passages: int


class ReferenceMatches:
    """The matches of `tree` (see `excerpt.engines.protocol.Matches`)."""

    def __init__(self, tree: Node, engine: ReferenceEngine) -> None:
        self.tree = tree
        self._engine = engine
        self._vocabulary = engine.vocabulary

    @cached_property
    def _matching(self) -> list[tuple[ReferenceDocument, list[int]]]:
        """The documents that may match, by path, with the ordinals of their matching passages."""
        return [
            (document, sorted(matching_passages(self.tree, document.view, self._vocabulary)))
            for document in self._engine.candidates(self.tree)
        ]

    @cached_property
    def _scored_terms(self) -> list[_ScoredTerm]:
        terms: list[Operand] = list(query_terms(self.tree))  # type: ignore[arg-type]
        return [self._scored_term(term) for term in terms]

    @property
    def _any_term(self) -> Node:
        """A tree that matches all passages in which a term of the query occurs."""
        return Or(tuple(query_terms(self.tree)))

    @property
    def total(self) -> int:
        """The number of matching passages."""
        return sum(len(ordinals) for _, ordinals in self._matching)

    @property
    def absent(self) -> tuple[int, ...]:
        """The indexes (in `query_terms(tree)`) of the terms that occur in no passage."""
        return tuple(n for n, term in enumerate(self._scored_terms) if not term.n_passages)

    @property
    def notice(self) -> str:
        """A notice on how the matches are found: none here."""
        return ""

    def top(self, k: int | None) -> tuple[ScoredKey, ...]:
        """Return the `k` best passages (None: all), best first; ties by path, then offset."""
        ranking = [
            (Key(document.id, ordinal), self._score(document, ordinal))
            for document, ordinals in self._matching
            for ordinal in ordinals
        ]
        ranking.sort(key=lambda scored: -scored[1])
        return tuple(ranking[:k])

    def __iter__(self) -> Iterator[Key]:
        """Yield all matching passages by path, then offset."""
        for document, ordinals in self._matching:
            for ordinal in ordinals:
                yield Key(document.id, ordinal)

    def in_documents(self, ranks: Int64Array) -> Iterator[Key]:
        """Yield the matching passages of documents, given by rank in any order, by offset."""
        of_document: dict[int, list[Key]] = {}
        for key in self:
            of_document.setdefault(key.document, []).append(key)
        for document in self._engine.document_fields.document_ids[ranks].tolist():
            yield from of_document.get(document, ())

    def scores(self, keys: Sequence[Key]) -> list[float]:
        """Return the scores of the passages `keys`."""
        return [sum(self._parts_of(key), 0.0) for key in keys]

    def occurrences(self) -> Iterator[tuple[Key, tuple[Occurrence, ...]]]:
        """Yield all matching passages with their occurrences of terms, by path and offset."""
        for document in self._engine.candidates(self.tree):
            by_passage = matches_by_passage(self.tree, document.view, self._vocabulary)
            for ordinal, found in by_passage.items():
                occurrences_in = (Occurrence(term, spans) for term, spans in found)
                yield Key(document.id, ordinal), tuple(occurrences_in)

    def lines(self) -> ReferenceLines:
        """Return the lines of the concordance of the matching passages."""
        ids = self._engine.document_fields.document_ids.tolist()
        rank_of = {id_: rank for rank, id_ in enumerate(ids)}
        lines = ReferenceLines(len(ids))
        for document in self._engine.candidates(self.tree):
            matches = matches_by_passage(self.tree, document.view, self._vocabulary)
            lines.add(rank_of[document.id], document.id, document.view.text, matches)
        return lines

    def highlights_in(self, document: int) -> tuple[Int64Array, Int64Array]:
        """Return which passages of a document have highlights, and how many."""
        ordinals = [
            ordinal for each, found in self._matching if each.id == document for ordinal in found
        ]
        spans_of_passages = self.spans([Key(document, ordinal) for ordinal in ordinals])
        counts = {
            ordinal: _count_separate(spans)
            for ordinal, spans in zip(ordinals, spans_of_passages, strict=True)
            if spans
        }
        return np.array(list(counts), np.int64), np.array(list(counts.values()), np.int64)

    def passages_by_document(self) -> Int64Array:
        """Return the number of matching passages of each document, by its rank."""
        n_of = {document.id: len(ordinals) for document, ordinals in self._matching}
        ids = self._engine.document_fields.document_ids.tolist()
        return np.array([n_of.get(id_, 0) for id_ in ids], np.int64)

    def spans(self, keys: Sequence[Key]) -> list[list[TokenSpan]]:
        """Return the distinct spans of words, ascending, that the query's terms cover in `keys`."""
        of_document = {
            document.id: term_matches(self.tree, document.view, self._vocabulary)
            for document in self._engine.candidates(self._any_term, {key.document for key in keys})
        }
        return [
            sorted(
                {
                    (span.start, span.end)
                    for _, spans in of_document.get(key.document, {}).get(key.ordinal, ())
                    for span in spans
                }
            )
            for key in keys
        ]

    def explain(self, key: Key) -> list[tuple[str, float]]:
        """Return each term of the query with what it contributes to the score of a passage."""
        terms = query_terms(self.tree)
        return [
            (format_query(term), part)
            for term, part in zip(terms, self._parts_of(key), strict=True)
        ]

    def fingerprints(self, keys: Sequence[Key]) -> list[int]:
        """Return a hash of the folded words of each of the passages; 0 if it has none."""
        found = {
            Key(document.id, ordinal): fingerprint
            for document in self._engine.candidates(MatchAll(), {key.document for key in keys})
            for ordinal, fingerprint in enumerate(fingerprints_of(document.view))
        }
        return [found[key] for key in keys]

    def duplicates(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """Yield (key, duplicate) for each matching passage with the same fingerprint as a key."""
        pairs = zip(self.fingerprints(keys), keys, strict=True)
        key_of = {fingerprint: key for fingerprint, key in pairs if fingerprint}
        for document, ordinals in self._matching:
            others = [Key(document.id, ordinal) for ordinal in ordinals]
            for other, fingerprint in zip(others, self.fingerprints(others), strict=True):
                key = key_of.get(fingerprint)
                if key is not None and key != other:
                    yield key, other

    def _scored_term(self, term: Operand) -> _ScoredTerm:
        frequencies: dict[tuple[int, int], float] = {}
        of_typed: dict[tuple[int, int], float] = {}
        typed = None if isinstance(term, Word) else as_typed(term)
        n_passages = n_occurrences = 0
        for document in self._engine.candidates(term):
            counts = _counts(term, document.view.text, self._vocabulary)
            n_passages += len(counts)
            n_occurrences += counts.total()
            in_document = (
                self._word_frequencies(term, document.view, counts)
                if isinstance(term, Word)
                else {ordinal: float(count) for ordinal, count in counts.items()}
            )
            for ordinal, frequency in in_document.items():
                frequencies[document.id, ordinal] = frequency
            if typed is not None:
                found = _counts(typed, document.view.text, self._vocabulary)
                of_typed.update(((document.id, each), float(n)) for each, n in found.items())
        if of_typed:
            frequencies = {key: of_typed.get(key, OTHER_ACCENTS_FREQUENCY) for key in frequencies}
        weight = term.weight * term_weight(self._engine.n_passages, n_passages, n_occurrences)
        return _ScoredTerm(weight, frequencies, n_passages)

    def _word_frequencies(
        self, word: Word, view: DocumentView, counts: Counter[int]
    ) -> dict[int, float]:
        """Return the frequency of a word in each passage, headings and title included."""
        text = view.text
        forms = self._vocabulary.word_forms(word)
        accepted = forms.accepted(text.language, sorted(set(text.forms)))
        exact = _count_forms(set(filter(forms.is_as_typed, accepted)), text)
        others = _count_forms(self._other_accents(word, text), text)
        in_title, others_in_title = self._count_in(word, view.title)
        in_headings = [self._count_in(word, heading) for heading in view.headings]
        return {
            ordinal: word_frequency(
                float(counts[ordinal] - others[ordinal]),
                float(exact[ordinal]),
                float(in_heading),
                float(in_title),
                float(sum(map(bool, (others[ordinal], others_in_heading, others_in_title)))),
            )
            for ordinal, (in_heading, others_in_heading) in zip(
                view.ordinals, in_headings, strict=True
            )
        }

    def _other_accents(self, word: Word, text: TokenSequence) -> set[str]:
        """Return the forms of a word in `text` that have other accents than it."""
        forms = self._vocabulary.word_forms(word)
        accepted = forms.accepted(text.language, sorted(set(text.forms)))
        return {form for form in accepted if forms.has_other_accents(text.language, form)}

    def _count_in(self, word: Word, field: TokenSequence) -> tuple[int, int]:
        """Return how often a word occurs in a title or heading path.

        The first number is without forms that have other accents; the second is that of these.
        """
        others = self._other_accents(word, field)
        n_others = sum(form in others for form in field.forms)
        return len(find_matches(word, field, self._vocabulary)) - n_others, n_others

    def _score(self, document: ReferenceDocument, ordinal: int) -> float:
        return sum(self._parts(document, ordinal), 0.0)

    def _parts(self, document: ReferenceDocument, ordinal: int) -> list[float]:
        """Return what each term of the query contributes to the score of a passage."""
        if not self._engine.n_words:
            return [0.0] * len(self._scored_terms)
        average = self._engine.n_words / self._engine.n_passages
        length = float(document.lengths[ordinal])
        return [
            weight * saturation(frequencies.get((document.id, ordinal), 0.0), length, average)
            for weight, frequencies, _ in self._scored_terms
        ]

    def _parts_of(self, key: Key) -> list[float]:
        """Return the same for the passage `key`; zeros if no term can occur in its document."""
        for document in self._engine.candidates(self._any_term, {key.document}):
            return self._parts(document, key.ordinal)
        return [0.0] * len(self._scored_terms)


def fingerprints_of(view: DocumentView) -> list[int]:
    """Return a hash of the folded words of each passage; 0 for a passage without words."""
    words: list[list[str]] = [[] for _ in view.ordinals]
    for term, ordinal in zip(view.text.terms, view.text.passage_of, strict=True):
        words[ordinal].append(term)
    texts = ("\n".join(terms).encode("utf-8", "surrogatepass") for terms in words)
    return [int.from_bytes(blake2b(text, digest_size=8).digest()) if text else 0 for text in texts]


def _count_forms(forms: Collection[str], text: TokenSequence) -> Counter[int]:
    """Return how many tokens of each passage have one of `forms`."""
    tokens = zip(text.passage_of, text.forms, strict=True)
    return Counter(ordinal for ordinal, form in tokens if form in forms)


def _counts(term: Operand, text: TokenSequence, vocabulary: Vocabulary) -> Counter[int]:
    """Return how many occurrences of `term` begin in each passage that has any."""
    matches = find_matches(term, text, vocabulary)
    return Counter(text.passage_of[spans[0].start] for spans in matches)


def _count_separate(spans: Sequence[TokenSpan]) -> int:
    """Return the number of ascending spans that remain when overlapping ones are merged."""
    n = end = 0
    for first, last in spans:
        n += first >= end
        end = max(end, last)
    return n
