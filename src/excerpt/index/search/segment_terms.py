"""The terms of one query in one segment: the forms they stand for, and where these occur.

Occurrences that arithmetic on positions cannot find are left to the reference in
`query.semantics`, which is slow, and only in those documents that can have any.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from excerpt.index.arrays import DocumentNumbers, UnitIds
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.term_forms import TermForms, WordTerms
from excerpt.index.read.vocabulary import IndexVocabulary
from excerpt.index.read.word_terms import find_word
from excerpt.index.search.occurrences import (
    ONE_TOKEN,
    Occurrences,
    find_occurrences,
    is_native,
)
from excerpt.index.sets import distinct, intersection, union
from excerpt.memory import size_of
from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
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
from excerpt.query.semantics import find_matches
from excerpt.query.token_sequence import SequenceVocabulary, TokenSequence

if TYPE_CHECKING:
    from excerpt.query.document_view import DocumentView

__all__ = ["SegmentTerms"]


class SegmentTerms:
    """The terms of one query in one segment. Results are kept as long as the query."""

    def __init__(self, live: LiveSegment, vocabulary: IndexVocabulary) -> None:
        self.live = live
        self.segment = live.segment
        self.vocabulary = vocabulary
        self._forms: dict[Operand, TermForms] = {}
        self._occurrences: dict[tuple[str, Operand], Occurrences] = {}

    def word_terms(self, word: Word) -> WordTerms:
        """Return what `word` stands for in the segment."""
        unweighted = word.replace(weight=1.0)
        cache, key = self.live.caches.words, (self.live.number, unweighted)
        found = cache.get(key)
        if found is None:
            found = find_word(self.segment.dictionary, self.vocabulary.word_forms(word))
            cache.put(key, found, size_of(key) + found.n_bytes)
        return found

    def forms_of(self, operand: Operand) -> TermForms:
        """Return the forms in the segment that an operand of one token stands for."""
        found = self._forms.get(operand)
        if found is not None:
            return found
        if isinstance(operand, Word):
            found = self.word_terms(operand).forms
        elif isinstance(operand, Term | Form):
            cache, key = self.live.caches.forms, (self.live.number, operand)
            found = cache.get(key)
            if found is None:
                found = self._find_forms(operand)
                cache.put(key, found, size_of(key) + found.n_bytes)
        else:  # `vocabulary` caches the expansion
            found = self._find_forms(operand)
        self._forms[operand] = found
        return found

    def _find_forms(self, operand: Operand) -> TermForms:
        dictionary = self.segment.dictionary
        match operand:
            case Term(term):
                return TermForms.of_term(dictionary, term)
            case Form(form):
                return TermForms.of_forms(dictionary, dictionary.form_ids(form))
            case Wildcard() | Fuzzy() | Pattern():
                group_ids = self.vocabulary.group_ids(self.live, operand)
                return TermForms.of_groups(dictionary, group_ids)
            case _:
                raise TypeError(operand)

    def occurrences(self, stream: TokenStream, operand: Operand) -> Occurrences:
        """Return all occurrences of `operand` in `stream`."""
        key = (stream.name, operand)
        found = self._occurrences.get(key)
        if found is None:
            if is_native(operand):
                pairs = self.segment.pairs if stream is self.segment.body else None
                found = find_occurrences(operand, stream, self.forms_of, pairs)
            else:
                found = self._reference_occurrences(stream, operand)
            self._occurrences[key] = found
        return found

    def units_with(self, stream: TokenStream, operand: Operand) -> UnitIds:
        """Return the units of `stream` in which `operand` occurs."""
        if isinstance(operand, ONE_TOKEN):
            forms = self.forms_of(operand)
            if not forms.is_partial:
                return union([stream.units(group_id) for group_id in forms.group_ids])
        return distinct(stream.units_at(self.occurrences(stream, operand).starts))

    def candidate_documents(self, node: Node) -> DocumentNumbers:
        """Return documents that contain all matches of `node`.

        The result may include other documents.
        """
        match node:
            case Phrase(parts) | Alternatives(parts):
                found = [self.candidate_documents(part) for part in parts]
                return union(found) if isinstance(node, Alternatives) else _common(found)
            case Near(left, right):
                return intersection(self.candidate_documents(left), self.candidate_documents(right))
            case And(nodes):
                return _common([self.candidate_documents(below) for below in nodes])
            case AllWords(words):
                return _common([self.candidate_documents(word) for word in words])
            case Or(nodes):
                return union([self.candidate_documents(below) for below in nodes])
            case Word() | Term() | Form() | Wildcard() | Fuzzy() | Pattern():
                return distinct(self.segment.document_of[self.units_with(self.segment.body, node)])
            case _:
                return self.live.live_documents

    def _reference_occurrences(self, stream: TokenStream, operand: Operand) -> Occurrences:
        """Return the occurrences of `operand` as the reference finds them.

        It is applied to one live document after the other.
        """
        from excerpt.index.search.reconstruction import reconstruct_document

        starts: list[int] = []
        rows: list[tuple[Span, ...]] = []
        is_body = stream is self.segment.body
        documents = self.live.live_documents
        if is_body:
            documents = intersection(self.candidate_documents(operand), documents)
        for document in documents.tolist():
            view = reconstruct_document(self.live, document)
            for tokens, unit in self._sequences(stream, view, document):
                vocabulary = (
                    self.vocabulary if is_body else SequenceVocabulary(self.vocabulary, tokens)
                )
                found = find_matches(operand, tokens, vocabulary)
                if not found:
                    continue
                positions = stream.token_positions(unit, len(tokens))
                for spans in found:
                    row = tuple(
                        Span(positions[span.start], positions[span.end - 1] + 1) for span in spans
                    )
                    starts.append(row[0].start)
                    rows.append(row)
        return Occurrences(np.array(starts, np.int64), rows=tuple(rows))

    def _sequences(
        self, stream: TokenStream, view: "DocumentView", document: int
    ) -> Iterator[tuple[TokenSequence, int]]:
        """Yield the token sequences of a document in `stream`, each with its first unit."""
        first = int(self.segment.first_passage[document])
        if stream is self.segment.body:
            yield view.text, first
        elif stream is self.segment.title:
            yield view.title, document
        else:
            yield from zip(view.headings, range(first, first + len(view.headings)), strict=True)


def _common(sets: Sequence[DocumentNumbers]) -> DocumentNumbers:
    """Return the intersection of `sets`, which is empty if there are none."""
    return reduce(intersection, sets) if sets else np.empty(0, np.int64)
