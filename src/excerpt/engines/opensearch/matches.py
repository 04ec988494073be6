"""The matches of a query: from the cluster where it is exact, else from the reference semantics."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.engines.opensearch.ranking_query import ERROR, SOURCE, RankedTerm, ranked_term
from excerpt.engines.opensearch.schema import ClusterValues
from excerpt.engines.opensearch.state import PASSAGE_ORDER, PASSAGES
from excerpt.engines.opensearch.word_tokens import Inexact
from excerpt.engines.protocol import ScoredKey
from excerpt.engines.reference import ReferenceMatches
from excerpt.model import Key
from excerpt.query.ast import MatchAll, Node, query_terms
from excerpt.query.formatting import format_query

if TYPE_CHECKING:
    from excerpt.engines.opensearch.engine import OpenSearchEngine

__all__ = ["OpenSearchMatches"]

_KEYS: Final = 300
"""Passages that are read by key in one request."""


class OpenSearchMatches(ReferenceMatches):
    """The matches of `tree` in `engine`."""

    _engine: "OpenSearchEngine"

    def __init__(self, tree: Node, engine: "OpenSearchEngine") -> None:
        super().__init__(tree, engine)
        self._scores: dict[Key, float] = {}

    @cached_property
    def _query(self) -> ClusterValues | None:
        """The query for exactly the matching passages; None if there is none."""
        try:
            return self._engine.translation.of(self.tree)
        except Inexact:
            return None

    @cached_property
    def _ranked_terms(self) -> list[RankedTerm] | None:
        """The terms of the query; None if the cluster cannot count one of them."""
        engine = self._engine
        try:
            view = engine.translation.of(MatchAll())
            return [
                ranked_term(term, engine.translation, engine.state, view, engine.n_passages)
                for term in query_terms(self.tree)
            ]
        except Inexact:
            return None

    @cached_property
    def _average(self) -> float:
        return self._engine.n_words / self._engine.n_passages if self._engine.n_passages else 0.0

    @property
    def _is_ranked(self) -> bool:
        """True if the cluster can rank the matches."""
        return self._query is not None and self._ranked_terms is not None and self._average > 0.0

    @cached_property
    def total(self) -> int:
        """The number of matching passages."""
        if self._query is None:
            return super().total
        return self._engine.state.count(self._query)

    @property
    def absent(self) -> tuple[int, ...]:
        """The indexes (in `query_terms(tree)`) of the terms that occur in no passage."""
        if self._ranked_terms is None:
            return super().absent
        return tuple(n for n, term in enumerate(self._ranked_terms) if not term.n_passages)

    @property
    def notice(self) -> str:
        """A notice if excerpt itself evaluates or ranks the query."""
        if self._is_ranked or not self._average:
            return ""
        n_documents = self._engine.n_candidates(self.tree)
        return (
            f"The cluster cannot answer this query alone: excerpt reads the words of "
            f"{n_documents:,} {'document' if n_documents == 1 else 'documents'}."
        )

    def top(self, k: int | None) -> tuple[ScoredKey, ...]:
        """Return the `k` best passages (None: all), best first; ties by path, then offset."""
        if not self._is_ranked:
            return super().top(k)
        return self._top(k) if k is None or k > 0 else ()

    def _top(self, k: int | None) -> tuple[ScoredKey, ...]:
        """Return the best passages from growing pages of the cluster's ranking."""
        assert self._ranked_terms is not None
        terms = [term for term in self._ranked_terms if term.n_passages or term.is_word]
        if not all(term.is_counted_by_cluster for term in terms):
            k, limit = None, k  # all matches are read
        else:
            limit = k
        margin = 1.0 + (len(terms) + 8) * ERROR
        found: list[tuple[float, list[Any], Key]] = []
        for hits, is_last in self._ranked_pages(terms, k):
            for hit in hits:
                score = self._score_of(hit["_source"])
                found.append((-score, hit["sort"][-3:], _key_of(hit["_source"])))
            found.sort()
            if is_last or k is None or len(found) < k:
                continue
            greatest = hits[-1]["sort"][0]  # no other passage has a greater score of the cluster
            if not terms or -found[k - 1][0] > greatest * margin:
                break
        best = [(key, -score) for score, _, key in found[:limit]]
        self._scores.update(best)
        return tuple(best)

    def _ranked_pages(
        self, terms: Sequence[RankedTerm], k: int | None
    ) -> Iterator[tuple[list[ClusterValues], bool]]:
        """Yield the matching passages, best first, in growing pages; if `k` is None, by path.

        A page is followed by True if it is the last.
        """
        assert self._query is not None
        body: ClusterValues = {
            "query": {"bool": {"filter": [self._query]}},
            "sort": PASSAGE_ORDER,
            "track_total_hits": False,
            "_source": SOURCE if terms else SOURCE[:3],
            "size": PASSAGES if k is None else min(2 * k + 10, PASSAGES),
        }
        if k is not None:
            scores = [term.query(self._average) for term in terms]
            body["query"]["bool"]["should"] = scores
            body |= {"sort": [{"_score": "desc"}, *PASSAGE_ORDER], "track_scores": True}
        n = 0
        while True:
            hits = self._engine.state.search(body)["hits"]["hits"]
            n += len(hits)
            is_last = len(hits) < body["size"]
            yield hits, is_last
            if is_last:
                return
            body["search_after"] = hits[-1]["sort"]
            body["size"] = min(max(body["size"], n), PASSAGES)

    def _score_of(self, entry: ClusterValues) -> float:
        assert self._ranked_terms is not None
        return sum((term.part(entry, self._average) for term in self._ranked_terms), 0.0)

    def __iter__(self) -> Iterator[Key]:
        """Yield all matching passages by path, then offset."""
        if self._query is None:
            yield from super().__iter__()
        else:
            yield from self._engine.state.keys(self._query)

    def passages_by_document(self) -> Int64Array:
        """Return the number of matching passages of each document, by its rank."""
        if self._query is None:
            return super().passages_by_document()
        n_of = Counter(key.document for key in self)
        ids = self._engine.document_fields.document_ids.tolist()
        return np.array([n_of[id_] for id_ in ids], np.int64)

    def scores(self, keys: Sequence[Key]) -> list[float]:
        """Return the scores of the passages `keys`."""
        if self._ranked_terms is None or not self._average:
            return super().scores(keys)
        missing = [key for key in keys if key not in self._scores]
        for key, entry in self._entries(missing, SOURCE).items():
            self._scores[key] = self._score_of(entry)
        return [self._scores[key] for key in keys]

    def explain(self, key: Key) -> list[tuple[str, float]]:
        """Return each term of the query with its contribution to the score of a passage."""
        if self._ranked_terms is None or not self._average:
            return super().explain(key)
        entry = self._entries([key], SOURCE)[key]
        terms = zip(query_terms(self.tree), self._ranked_terms, strict=True)
        return [(format_query(term), each.part(entry, self._average)) for term, each in terms]

    def fingerprints(self, keys: Sequence[Key]) -> list[int]:
        """Return a hash of the folded words of each of the passages; 0 if it has none."""
        entries = self._entries(keys, ["doc", "ordinal", "fingerprint"])
        return [int(entries[key]["fingerprint"], 16) for key in keys]

    def duplicates(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """Yield (key, duplicate) for each matching passage with the same fingerprint as a key."""
        if self._query is None:
            yield from super().duplicates(keys)
            return
        pairs = zip(self.fingerprints(keys), keys, strict=True)
        key_of = {f"{each:016x}": key for each, key in pairs if each}
        same = {"bool": {"filter": [self._query, {"terms": {"fingerprint": list(key_of)}}]}}
        for entry in self._engine.state.passages(same, ["doc", "ordinal", "fingerprint"]):
            key, other = key_of[entry["fingerprint"]], _key_of(entry)
            if key != other:
                yield key, other

    def _entries(self, keys: Sequence[Key], fields: list[str]) -> dict[Key, ClusterValues]:
        """Return these fields of the passages `keys`."""
        found: dict[Key, ClusterValues] = {}
        for start in range(0, len(keys), _KEYS):
            ordinals: dict[int, list[int]] = {}
            for document, ordinal in keys[start : start + _KEYS]:
                ordinals.setdefault(document, []).append(ordinal)
            of_documents = [
                {"bool": {"filter": [{"term": {"doc": document}}, {"terms": {"ordinal": each}}]}}
                for document, each in ordinals.items()
            ]
            query = {"bool": {"should": of_documents, "minimum_should_match": 1}}
            found |= {_key_of(each): each for each in self._engine.state.passages(query, fields)}
        return found


def _key_of(entry: ClusterValues) -> Key:
    return Key(entry["doc"], entry["ordinal"])
