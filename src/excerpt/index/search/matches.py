"""A query tree on the index → its matches: ranking, total, spans, duplicates, explanations.

Everything is computed when it is first needed and kept in the `ColumnarMatches`, so that a search,
which asks for the ranking, the total and the highlights, evaluates its tree once. The engine itself
keeps no results; it only caches decoded postings.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.engines.protocol import Occurrence, ScoredKey, TokenSpan
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.search.accumulators import Accumulators
from excerpt.index.search.evaluation import Evaluation
from excerpt.index.search.top_k import TopK
from excerpt.index.sets import intersection
from excerpt.model import Key
from excerpt.query.ast import Node, Operand, query_terms, scoped_terms

if TYPE_CHECKING:
    from excerpt.index.search.lines import ColumnarLines
    from excerpt.index.search.spans import ScopedTerm

__all__ = ["ColumnarMatches"]

_BATCH: Final = 256
"""Passages whose occurrences are held in memory at once."""


class ColumnarMatches:
    """The matches of `tree` in the live passages of an index.

    See `excerpt.engines.protocol.Matches`.
    """

    def __init__(
        self,
        tree: Node,
        evaluation: Evaluation,
        reader: IndexReader,
        accumulators: Accumulators,
    ) -> None:
        self.tree = tree
        self._evaluation = evaluation
        self._reader = reader
        self._accumulators = accumulators
        self._doc_id_of: dict[Key, int] = {}
        """The doc ids of the ranking: a lookup by key would sort all documents first."""
        self._fingerprint_of: dict[int, int] = {}
        self._unique: set[int] = set()
        """Passages without duplicates."""

    @cached_property
    def _ranking(self) -> TopK:
        return TopK(self.tree, self._evaluation, self._reader, self._accumulators)

    @cached_property
    def _terms(self) -> list[Operand]:
        return list(query_terms(self.tree))  # type: ignore[arg-type]

    @cached_property
    def _scoped_terms(self) -> "list[ScopedTerm]":
        return list(scoped_terms(self.tree))  # type: ignore[arg-type]

    @property
    def total(self) -> int:
        """The number of matching passages. Nothing is scored to count them."""
        return self._ranking.total

    @property
    def absent(self) -> tuple[int, ...]:
        """The indexes (in `query_terms(tree)`) of the terms that occur in no passage."""
        return self._ranking.absent

    @property
    def notice(self) -> str:
        """A notice on how the matches are found: none here."""
        return ""

    def top(self, k: int | None) -> tuple[ScoredKey, ...]:
        """Return the `k` best passages (None: all), best first; ties by path, then offset."""
        best = self._ranking.best(k)
        doc_ids = tuple(doc_id for doc_id, _ in best)
        found = self._reader.find_keys(doc_ids) if len(doc_ids) <= _BATCH else None
        if found is None:
            keys = list(map(self._reader.key, doc_ids))
        else:
            keys = [Key(document, ordinal) for document, ordinal, _, _ in found]
            for doc_id, (_, _, fingerprint, n_copies) in zip(doc_ids, found, strict=True):
                self._fingerprint_of[doc_id] = fingerprint
                if n_copies <= 1:
                    self._unique.add(doc_id)
        self._doc_id_of.update(zip(keys, doc_ids, strict=True))
        return tuple((key, score) for key, (_, score) in zip(keys, best, strict=True))

    def __iter__(self) -> Iterator[Key]:
        """Yield all matching passages by path, then offset."""
        return map(self._reader.key, self._by_path())

    def in_documents(self, ranks: Int64Array) -> Iterator[Key]:
        """Yield the matching passages of documents, given by rank in any order, by offset."""
        doc_ids = self._reader.by_path(self._evaluation.doc_ids(self.tree))
        ends = np.cumsum(self.passages_by_document())
        starts = np.append(0, ends[:-1])
        for start, end in zip(starts[ranks].tolist(), ends[ranks].tolist(), strict=True):
            yield from map(self._reader.key, doc_ids[start:end].tolist())

    def scores(self, keys: Sequence[Key]) -> list[float]:
        """Return the scores of the passages `keys`."""
        doc_ids = np.array([self._doc_id(key) for key in keys], np.int64)
        ascending, rows = np.unique(doc_ids, return_inverse=True)
        scores: list[float] = self._ranking.scores(ascending)[rows].tolist()
        return scores

    def occurrences(self) -> Iterator[tuple[Key, tuple[Occurrence, ...]]]:
        """Yield all matching passages with the occurrences of the terms, by path and offset."""
        by_path = self._by_path()
        while batch := list(islice(by_path, _BATCH)):
            doc_ids = np.array(sorted(batch), np.int64)
            found = self._evaluation.terms.occurrences(self._scoped_terms, doc_ids)
            of_doc_id = dict(zip(doc_ids.tolist(), found, strict=True))
            for doc_id in batch:
                yield self._reader.key(doc_id), tuple(of_doc_id[doc_id])

    def lines(self) -> "ColumnarLines":
        """Return the lines of the concordance of the matching passages."""
        from excerpt.index.search.lines import ColumnarLines

        # Each occurrence of an operand is a match: its passages need not be found, nor counted.
        is_operand = isinstance(self.tree, Operand)
        doc_ids = self._reader.live if is_operand else self._evaluation.doc_ids(self.tree)
        return ColumnarLines(
            self._evaluation.terms.of_segments, self._scoped_terms, doc_ids, self._reader
        )

    def highlights_in(self, document: int) -> tuple[Int64Array, Int64Array]:
        """Return which passages of a document have highlights, and how many."""
        passages = self._reader.passages_of(document)
        doc_ids = self._evaluation.doc_ids(self.tree)
        low, high = doc_ids.searchsorted([passages.start, passages.stop])
        found = doc_ids[low:high]
        terms = list(dict.fromkeys(self._scoped_terms))
        counts = self._evaluation.terms.count_separate_spans(terms, found)
        has_spans = counts > 0
        return found[has_spans] - passages.start, counts[has_spans]

    def passages_by_document(self) -> Int64Array:
        """Return the number of matching passages of each document, by its rank."""
        ranks = self._reader.ranks(self._evaluation.doc_ids(self.tree))
        return np.bincount(ranks, minlength=self._reader.n_documents)

    def spans(self, keys: Sequence[Key]) -> list[list[TokenSpan]]:
        """Return the distinct spans of words, ascending, that the query's terms cover in `keys`."""
        wanted = [self._doc_id(key) for key in keys]
        doc_ids = sorted(set(wanted))
        terms = list(dict.fromkeys(self._scoped_terms))
        found = self._evaluation.terms.spans(terms, np.array(doc_ids, np.int64))
        of_doc_id = dict(zip(doc_ids, found, strict=True))
        return [of_doc_id[doc_id] for doc_id in wanted]

    def explain(self, key: Key) -> list[tuple[str, float]]:
        """Return the parts of a passage's score: each term with what it contributes."""
        from excerpt.query.formatting import format_query

        parts = self._ranking.parts(self._doc_id(key))
        return [(format_query(term), part) for term, part in zip(self._terms, parts, strict=True)]

    def fingerprints(self, keys: Sequence[Key]) -> list[int]:
        """Return a hash of the terms of each of the passages `keys`; 0 if it has no words."""
        return [self._fingerprint(self._doc_id(key)) for key in keys]

    def duplicates(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """Yield (key, duplicate) for other matches with the fingerprint of one of `keys`."""
        keys = [key for key in keys if self._doc_id(key) not in self._unique]
        if not keys:
            return
        pairs = zip(self.fingerprints(keys), keys, strict=True)
        key_of = {fingerprint: key for fingerprint, key in pairs if fingerprint}
        fingerprints = np.fromiter(key_of, np.uint64, len(key_of))
        having = self._reader.with_fingerprints(np.sort(fingerprints))
        if having.size == len(key_of):
            return  # no duplicates, as usual: the tree need not be evaluated as a set
        found = intersection(having, self._evaluation.doc_ids(self.tree))
        for doc_id in self._reader.by_path(found).tolist():
            duplicate, key = self._reader.key(doc_id), key_of[self._fingerprint(doc_id)]
            if key != duplicate:
                yield key, duplicate

    def _by_path(self) -> Iterator[int]:
        """Yield the doc ids of the matching passages by path, then offset."""
        found = self._reader.by_path(self._evaluation.doc_ids(self.tree))
        for first in range(0, found.size, _BATCH):
            # Not all at once: as Python integers they take ten times the memory.
            yield from found[first : first + _BATCH].tolist()

    def _doc_id(self, key: Key) -> int:
        """Return the doc id of the passage with this key.

        Raises:
            KeyError: if the index has no such passage.
        """
        doc_id = self._doc_id_of.get(key)
        if doc_id is None:
            doc_id = self._reader.find(key)
            if doc_id is None:
                raise KeyError(key)
        return doc_id

    def _fingerprint(self, doc_id: int) -> int:
        fingerprint = self._fingerprint_of.get(doc_id)
        if fingerprint is None:
            live, number = self._reader.locate(doc_id)
            fingerprint = self._fingerprint_of[doc_id] = live.segment.fingerprint(number)
        return fingerprint
