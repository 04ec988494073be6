"""The leaves of a query on a segment → the words they mean there, and where they stand.

What the arrays do not answer is asked of `query/match.py`, for those documents alone in which it can be.
"""

from functools import reduce

import numpy as np

from excerpt.index.search.reconstruction import subject_of
from excerpt.index.search.sets import distinct, intersection, union
from excerpt.index.search.positions import ONE_WORD, Occurrences, is_native, spots
from excerpt.index.arrays import Array
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.vocabulary import ColumnarVocabulary
from excerpt.index.read.term_forms import TermForms
from excerpt.memory import size_of
from excerpt.model import Span
from excerpt.query.semantics import find_matches
from excerpt.query.token_sequence import SequenceVocabulary
from excerpt.query.ast import (
    AllWords,
    And,
    Alternatives,
    Form,
    Fuzzy,
    Near,
    Node,
    Operand,
    Or,
    Pattern,
    Phrase,
    Term,
    Wildcard,
    Word,
)

__all__ = ["SegmentTerms"]


class SegmentTerms:
    """What the leaves of one query are in one segment; what it has found out it keeps."""

    def __init__(self, view: LiveSegment, vocabulary: ColumnarVocabulary) -> None:
        self.view = view
        self.segment = view.segment
        self.vocabulary = vocabulary
        self._word_sets: dict[Operand, TermForms] = {}
        self._spots: dict[tuple[str, Operand], Occurrences] = {}

    def stems(self, word: Word) -> list[int]:
        """The stems of the segment that `word` means."""
        cache, key = self.view.caches.stem_ids, (self.view.number, word.term)
        found = cache.get(key)
        if found is None:
            dictionary = self.segment.dictionary
            numbers = (dictionary.stem_id(*pair) for pair in sorted(self.vocabulary.stems(word.term)))
            found = [number for number in numbers if number >= 0]
            cache.put(key, found, 300 + 4 * len(word.term) + 40 * len(found))
        return found

    def word_set(self, operand: Operand) -> TermForms:
        """The words that an `operand` of one word means."""
        found = self._word_sets.get(operand)
        if found is not None:
            return found
        if isinstance(operand, Word | Term | Form):
            cache, key = self.view.caches.forms, (self.view.number, operand)
            found = cache.get(key)
            if found is None:
                found = self._new_word_set(operand)
                cache.put(key, found, size_of(key) + found.n_bytes)
        else:  # the vocabulary keeps what it stands for
            found = self._new_word_set(operand)
        self._word_sets[operand] = found
        return found

    def _new_word_set(self, operand: Operand) -> TermForms:
        dictionary = self.segment.dictionary
        match operand:
            case Word():
                return TermForms.of_variants(
                    dictionary, [v for stem in self.stems(operand) for v in dictionary.groups_of_stem(stem)]
                )
            case Term(term):
                return TermForms.of_term(dictionary, term)
            case Form(form):
                return TermForms.of_entries(dictionary, dictionary.form_ids(form))
            case Wildcard() | Fuzzy() | Pattern():
                return TermForms.of_variants(dictionary, self.vocabulary.variants(self.view, operand))
            case _:
                raise TypeError(operand)

    def found(self, stream: TokenStream, operand: Operand) -> Occurrences:
        """All occurrences of `operand` in `stream`."""
        key = (stream.name, operand)
        found = self._spots.get(key)
        if found is None:
            native = is_native(operand)
            pairs = self.segment.pairs if stream is self.segment.body else None
            found = spots(operand, stream, self.word_set, pairs) if native else self._matched(stream, operand)
            self._spots[key] = found
        return found

    def holding(self, stream: TokenStream, operand: Operand) -> Array:
        """The units of `stream` in which `operand` stands, ascending."""
        if isinstance(operand, ONE_WORD):
            words = self.word_set(operand)
            if not words.is_partial:
                return union([stream.units(variant) for variant in words.variants])
        return distinct(stream.units_at(self.found(stream, operand).starts))

    def documents(self, node: Node) -> Array:
        """Documents that `node` can be found in: all that have its words, and perhaps others."""
        match node:
            case Phrase(parts) | Alternatives(parts):
                found = [self.documents(part) for part in parts]
                return union(found) if isinstance(node, Alternatives) else _common(found)
            case Near(left, right):
                return intersection(self.documents(left), self.documents(right))
            case And(nodes):
                return _common([self.documents(below) for below in nodes])
            case AllWords(words):
                return _common([self.documents(word) for word in words])
            case Or(nodes):
                return union([self.documents(below) for below in nodes])
            case Word() | Term() | Form() | Wildcard() | Fuzzy() | Pattern():
                return distinct(self.segment.document_of[self.holding(self.segment.body, node)])
            case _:
                return self.view.live_documents

    def _matched(self, stream: TokenStream, operand: Operand) -> Occurrences:
        """The occurrences of `operand`, one live document (one unit, in other streams than the body) after the other."""
        segment = self.segment
        starts: list[int] = []
        rows: list[tuple[Span, ...]] = []
        is_body = stream is segment.body
        documents = self.view.live_documents
        if is_body:
            documents = intersection(self.documents(operand), documents)
        for document in documents.tolist():
            subject = subject_of(self.view, document)
            first = int(segment.first_passage[document])
            runs = (
                [(subject.text, first)]
                if is_body
                else (
                    [(subject.title, document)]
                    if stream is segment.title
                    else [(run, first + number) for number, run in enumerate(subject.headings)]
                )
            )
            for run, unit in runs:
                vocabulary = self.vocabulary if is_body else SequenceVocabulary(self.vocabulary, run)
                found = find_matches(operand, run, vocabulary)
                if found:
                    places = stream.token_positions(unit, len(run))
                    for marks in found:
                        row = tuple(Span(places[mark.start], places[mark.end - 1] + 1) for mark in marks)
                        starts.append(row[0].start)
                        rows.append(row)
        return Occurrences(np.array(starts, np.int64), rows=tuple(rows))


def _common(sets: list[Array]) -> Array:
    return reduce(intersection, sets) if sets else np.empty(0, np.int64)
