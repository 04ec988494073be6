"""A committed state in a cluster: queries → live documents, and the tokens of each.

Documents are identified by their rank: their position when sorted by path.
"""

import struct
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.manifest import OpenSearchManifest, StateSizes
from excerpt.engines.opensearch.rules import phrase_rule, rule_query
from excerpt.engines.opensearch.schema import (
    FIELDS,
    FIELDS_ORDINAL,
    TOKENS,
    TOKENS_ORDINAL,
    fields_of,
)
from excerpt.engines.opensearch.state import ClusterState
from excerpt.engines.opensearch.word_tokens import WordTokens
from excerpt.engines.packed_documents import LazyView, unpack
from excerpt.engines.reference import ReferenceDocument
from excerpt.errors import IndexDamaged, Instruction
from excerpt.memory import BoundedCache
from excerpt.query.ast import Node
from excerpt.query.document_view import DocumentView
from excerpt.query.semantics import matching_passages
from excerpt.query.token_sequence import Vocabulary

__all__ = ["OpenSearchIndexReader", "LiveDocument"]

_WORD_BYTES: Final = 60
"""Memory that a word of an unpacked document takes, in its seven parallel sequences."""
_CACHE_BYTES: Final = 128_000_000
"""Bound of the cache of unpacked documents: two million words."""
_BATCH_WORDS: Final = 200_000
"""Words of the documents that are read in one request."""
_MAX_BATCH: Final = 500
"""Documents that are read in one request."""
TERMS: Final = 50_000
"""Values in one condition; a cluster accepts 65,536."""


class LiveDocument(NamedTuple):
    """A live document, without its text: its id, its fields and its sizes."""

    id: int
    paths: tuple[str, ...]
    format: str
    language: str
    metadata: tuple[tuple[str, str], ...]
    sizes: StateSizes

    @property
    def order(self) -> tuple[str, int]:
        """The sort key of documents: the first path, then the id."""
        return (self.paths[0] if self.paths else "", self.id)


class OpenSearchIndexReader:
    """The state `manifest`, read through `connection`."""

    def __init__(self, connection: Connection, manifest: OpenSearchManifest) -> None:
        self.manifest = manifest
        self.state = ClusterState(connection, manifest)
        self._url = connection.url
        self._views: BoundedCache[int, DocumentView] = BoundedCache(_CACHE_BYTES)
        self._latest: tuple[int, DocumentView] | None = None
        """The document that was unpacked last; the cache does not keep a very large one."""

    @cached_property
    def documents(self) -> list[LiveDocument]:
        """The live documents, sorted by path."""
        names = ["doc", FIELDS, *StateSizes._fields]
        found = [
            LiveDocument(
                source["doc"],
                *fields_of(source),
                StateSizes(*(source[name] for name in StateSizes._fields)),
            )
            for source in self.state.documents(FIELDS_ORDINAL, None, names)
        ]
        return sorted(found, key=lambda document: document.order)

    @cached_property
    def rank_of(self) -> dict[int, int]:
        """The rank of each document, by its id."""
        return {document.id: rank for rank, document in enumerate(self.documents)}

    def ranks(self, query: dict[str, Any]) -> list[int]:
        """Return the ranks of the documents that match `query`, ascending."""
        rank_of = self.rank_of
        return sorted(rank_of[id_] for id_ in self.state.document_ids(query))

    def has_phrase(self, words: Sequence[WordTokens], stream: str) -> bool:
        """Return whether `words` stand one after the other in a passage of `stream`."""
        query = rule_query(phrase_rule(words, stream), stream)
        found = self.state.search({"size": 1, "_source": False, "track_total_hits": False}, query)
        return bool(found["hits"]["hits"])

    def with_fields(self, node: Node, vocabulary: Vocabulary) -> dict[str, Any]:
        """Return the query for the documents that match a node which depends on fields only."""
        ranks = range(len(self.documents))
        documents = self.views(ranks, has_everything=True)
        pairs = zip(ranks, documents, strict=True)
        return self.with_ids(
            rank for rank, document in pairs if matching_passages(node, document.view, vocabulary)
        )

    def with_ids(self, ranks: Iterable[int]) -> dict[str, Any]:
        """Return the query that the documents with these ranks match."""
        ids = [self.documents[rank].id for rank in ranks]
        parts = [ids[start : start + TERMS] for start in range(0, len(ids), TERMS)]
        return {"bool": {"should": [{"terms": {"doc": part}} for part in parts or [[]]]}}

    def views(self, ranks: Sequence[int], *, has_everything: bool) -> Iterator[ReferenceDocument]:
        """Yield the documents with these ranks. The tokens of several are read at once.

        Tokens are read when they are first accessed. Passages that are set apart are left out
        unless it `has_everything`.
        """
        batch: list[int] = []
        n_words = 0
        for rank in ranks:
            batch.append(rank)
            n_words += self.documents[rank].sizes.n_words
            if n_words >= _BATCH_WORDS or len(batch) >= _MAX_BATCH:
                yield from self._lazy(batch, has_everything=has_everything)
                batch, n_words = [], 0
        yield from self._lazy(batch, has_everything=has_everything)

    def _lazy(self, ranks: list[int], *, has_everything: bool) -> Iterator[ReferenceDocument]:
        batch = _Batch(self, ranks)
        for rank in ranks:
            document = self.documents[rank]
            sizes = document.sizes
            n = sizes.n_passages if has_everything else sizes.n_running_passages
            view = LazyView(document, n, partial(batch.view, rank))
            yield ReferenceDocument(document.id, view)

    def read_views(self, ranks: Sequence[int]) -> dict[int, DocumentView]:
        """Return the documents with these ranks and all their tokens."""
        found = {rank: view for rank in ranks if (view := self._views.get(rank)) is not None}
        missing = [rank for rank in ranks if rank not in found]
        if missing:
            query = self.with_ids(missing)
            names = ["doc", TOKENS]
            for source in self.state.documents(TOKENS_ORDINAL, query, names, _MAX_BATCH):
                rank = self.rank_of[source["doc"]]
                found[rank] = self._unpack(rank, source[TOKENS])
                n_bytes = _WORD_BYTES * self.documents[rank].sizes.n_words
                self._views.put(rank, found[rank], n_bytes)
        return found

    def _unpack(self, rank: int, tokens: str) -> DocumentView:
        document = self.documents[rank]
        try:
            packed = b64decode(tokens)
            view = unpack(
                packed, document.paths, document.format, document.language, document.metadata
            )
            is_whole = (len(view.kinds), len(view.text)) == document.sizes[1:3]
        except (ValueError, LookupError, TypeError, struct.error, zlib.error):
            is_whole = False
        if not is_whole:
            raise IndexDamaged(
                f"document {document.id} in the cluster is not what was written.",
                Instruction("Build the index again, with --from-scratch."),
                where=self._url,
            )
        return view

    def close(self) -> None:
        """Close the point in time."""
        self._views.clear()
        self.state.close()


class _Batch:
    """Documents that are read together when the tokens of one are accessed."""

    def __init__(self, reader: OpenSearchIndexReader, ranks: list[int]) -> None:
        self._reader = reader
        self._ranks = ranks

    def view(self, rank: int) -> DocumentView:
        """Return the document with this rank, with all tokens."""
        return self._views[rank]

    @cached_property
    def _views(self) -> dict[int, DocumentView]:
        return self._reader.read_views(self._ranks)
