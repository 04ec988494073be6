"""A query tree on the index → the set of live passages that match.

Terms become doc ids, Boolean nodes become operations on sets of them. Scopes that the reference
in `query.semantics` may refuse are left to it.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from excerpt.arrays import Mask
from excerpt.index.arrays import DocIds
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.kind_bits import KIND_BITS
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.read.vocabulary import IndexVocabulary
from excerpt.index.search.index_terms import IndexTerms
from excerpt.index.search.scopes import is_flat_scope
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.sets import difference, intersection, union
from excerpt.memory import size_of
from excerpt.query.ast import (
    AllWords,
    And,
    DateRange,
    Field,
    FirstPassage,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Node,
    Not,
    Operand,
    Or,
    Scope,
    Word,
    query_terms,
)
from excerpt.query.semantics import matching_passages

__all__ = ["Evaluation"]


_FieldRow = tuple[tuple[str, ...], str, str, tuple[tuple[str, str], ...]]
"""The paths, the format, the language and the metadata of a document; some may be left out."""


class Evaluation:
    """The evaluation of one query; results are kept as long as the query.

    terms  the terms of the query
    """

    def __init__(
        self,
        terms: IndexTerms,
        reader: IndexReader,
        vocabulary: IndexVocabulary,
        documents: DocumentTable,
    ) -> None:
        self.terms = terms
        self._reader = reader
        self._vocabulary = vocabulary
        self._documents = documents
        self._doc_ids: dict[Node, DocIds] = {}

    def doc_ids(self, node: Node) -> DocIds:
        """Return the live passages that match `node`, ascending."""
        found = self._doc_ids.get(node)
        if found is None:
            found = self._doc_ids[node] = self._evaluate(node)
        return found

    def _evaluate(self, node: Node) -> DocIds:
        if isinstance(node, Operand):
            return self.terms.postings(node).in_body
        match node:
            case AllWords(words):
                return self._with_all_words(words)
            case And(nodes):
                sets = [self.doc_ids(below) for below in nodes]
                return self._intersection(sets) if sets else self._reader.live
            case Or(nodes):
                return union([self.doc_ids(below) for below in nodes], self._reader.n)
            case Not(below):
                return difference(self._reader.live, self.doc_ids(below), self._reader.n)
            case FirstPassage(below):
                return self._reader.first_passages(self.doc_ids(below))
            case Field(name) if name != "kind":
                return self._of_documents(self._documents_with_field(node))
            case DateRange(_, first, last):
                from excerpt.dates import day_range

                return self._of_documents(self._documents.overlapping(day_range(first, last)))
            case MatchAll():
                return self._reader.live
            case MatchNone():
                return np.empty(0, np.int64)
            case Scope(_, inside) if not is_flat_scope(inside):
                return self._in_each_segment(node, self._evaluate_by_reference)
            case Scope("document") if terms := tuple(query_terms(node)):
                # All passages with a term, in the documents that match.
                with_term = [self.doc_ids(term) for term in terms]
                in_documents = self._in_each_segment(node, _evaluate_scope)
                return self._intersection([union(with_term, self._reader.n), in_documents])
            case _:
                return self._in_each_segment(node, self._evaluate_in_segment)

    def _with_all_words(self, words: tuple[Word, ...]) -> DocIds:
        """Return the passages that have each of `words`.

        Words may occur in title or headings, but at least one of them in the body.
        """
        postings = sorted((self.terms.postings(word) for word in words), key=lambda each: each.size)
        if not postings:
            return np.empty(0, np.int64)
        doc_ids = postings[0].doc_ids
        for each in postings[1:]:
            doc_ids = doc_ids[each.contains(doc_ids)]
        if any(each.has_field_only for each in postings):
            in_body = [each.body_contains(doc_ids) for each in postings]
            doc_ids = doc_ids[reduce(np.logical_or, in_body)]
        return doc_ids

    def _intersection(self, sets: list[DocIds]) -> DocIds:
        n = self._reader.n
        return reduce(lambda left, right: intersection(left, right, n), sorted(sets, key=len))

    def _documents_with_field(self, node: Field) -> Mask:
        """Return for each live document, by its rank, whether a field has a value."""
        table = self._documents
        found = table.masks.get(node)
        if found is None:
            # Many documents have the same format or language: each value is tested once.
            values = self._values_of_field(node.name)
            is_match = {row: self._has_value(node, row) for row in set(values)}
            found = np.fromiter(map(is_match.__getitem__, values), np.bool_, table.n)
            table.masks.put(node, found, found.nbytes + size_of(node))
        return found

    def _values_of_field(self, name: str) -> list[_FieldRow]:
        """Return for each live document the paths, format, language and metadata that matter."""
        table = self._documents
        match name:
            case "path":
                return [(paths, "", "", ()) for paths in table.paths]
            case "format":
                return [((), format_, "", ()) for format_ in table.formats]
            case "lang":
                return [((), "", language, ()) for language in table.languages]
            case _:
                return [((), "", "", metadata) for metadata in table.metadata]

    def _has_value(self, node: Field, row: _FieldRow) -> bool:
        """Return whether the document with these fields has a value."""
        from excerpt.index.search.reconstruction import reconstruct_fields

        return bool(matching_passages(node, reconstruct_fields(*row), self._vocabulary))

    def _of_documents(self, is_wanted: Mask) -> DocIds:
        """Return the passages of the live documents whose rank `is_wanted`."""
        return self._reader.join(
            [live.passages_of_ranks(is_wanted) for live in self._reader.segments]
        )

    def _in_each_segment(
        self, node: Node, evaluate: Callable[[SegmentTerms, Any], DocIds]
    ) -> DocIds:
        return self._reader.join([evaluate(terms, node) for terms in self.terms.of_segments])

    def _evaluate_in_segment(self, terms: SegmentTerms, node: Node) -> DocIds:
        live, segment = terms.live, terms.segment
        match node:
            case InTitle(operand):
                units = terms.units_with(segment.title, operand)
                return live.passages_of_units(segment.title, units)
            case InHeading(operand):
                units = terms.units_with(segment.heading, operand)
                return live.passages_of_units(segment.heading, units)
            case Field(_, value):  # the kind of a block
                bit = next((bit for kind, bit in KIND_BITS.items() if kind == value.casefold()), 0)
                kinds = segment.columns.read("passages.block_kinds")
                return live.only_live(np.flatnonzero(kinds & bit))
            case Scope():
                return _evaluate_scope(terms, node)
            case _:
                raise TypeError(f"not a node of a query: {node!r}")

    def _evaluate_by_reference(self, terms: SegmentTerms, node: Node) -> DocIds:
        """Return the passages that the reference finds in all live documents."""
        from excerpt.index.search.reconstruction import reconstruct_document

        found = []
        for document in terms.live.live_documents.tolist():
            view = reconstruct_document(terms.live, document)
            ordinals = sorted(matching_passages(node, view, self._vocabulary))
            found.append(np.array(ordinals, np.int64) + terms.segment.first_passage[document])
        return union(found)


def _evaluate_scope(terms: SegmentTerms, node: Scope) -> DocIds:
    numbers = terms.scopes.evaluate(node.within, node.node)
    return terms.live.only_live(terms.scopes.passages(node.within, numbers))
