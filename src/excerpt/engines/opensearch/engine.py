"""A committed state in a cluster, open for searching."""

from collections.abc import Collection, Iterator, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path

from excerpt.engines.opensearch.candidates import CandidateQueries
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.index_reader import OpenSearchIndexReader
from excerpt.engines.opensearch.manifest import OpenSearchManifest
from excerpt.engines.opensearch.matches import OpenSearchMatches
from excerpt.engines.opensearch.settings import credentials_for, read_location
from excerpt.engines.opensearch.state import ClusterState
from excerpt.engines.opensearch.translation import Translation
from excerpt.engines.opensearch.vocabulary import OpenSearchVocabulary
from excerpt.engines.opensearch.word_tokens import TokenLookup
from excerpt.engines.protocol import Statistics
from excerpt.engines.reference import ReferenceDocument, ReferenceEngine, ReferenceFields
from excerpt.errors import Instruction, UnsupportedQuery
from excerpt.query.ast import Node

__all__ = ["OpenSearchEngine"]

MAX_PASSAGES = 1_000_000
"""Passages of the documents that are read for a query which the cluster cannot evaluate."""
RETRY_SECONDS = 30.0
"""Seconds for which a search waits for a busy cluster."""


class OpenSearchEngine(ReferenceEngine):
    """The state of `manifest`, in the cluster that the index in `folder` names."""

    def __init__(self, folder: Path, manifest: OpenSearchManifest) -> None:
        """Prepare a connection; requests are sent when something is needed.

        Raises:
            ExcerptError: if requests to the cluster are not allowed.
            IndexDamaged: if the address of the cluster is missing or damaged.
        """
        url = read_location(folder).url
        self._connection = Connection(url, credentials_for(url), RETRY_SECONDS)
        self._reader = OpenSearchIndexReader(self._connection, manifest)
        self._words = OpenSearchVocabulary(self._reader)
        self._candidates = CandidateQueries(self._reader, self._words)
        self._lookup = TokenLookup(self._words, self._reader.has_phrase)
        self._has_everything = False
        sizes = manifest.sizes
        super().__init__(self._words, sizes.n_running_passages, sizes.n_running_words)

    @cached_property
    def everything(self) -> "OpenSearchEngine":
        """The same state, with the passages that are set apart."""
        if self._has_everything:
            return self
        engine = copy(self)
        sizes = self._reader.manifest.sizes
        vars(engine).update(
            _has_everything=True, n_passages=sizes.n_passages, n_words=sizes.n_words
        )
        vars(engine).pop("translation", None)
        return engine

    @property
    def state(self) -> ClusterState:
        """The state of the index in the cluster."""
        return self._reader.state

    @cached_property
    def translation(self) -> Translation:
        """The translation of nodes to queries of the cluster."""
        return Translation(self._reader, self._lookup, has_everything=self._has_everything)

    def execute(self, tree: Node) -> OpenSearchMatches:
        """Return the matches of `tree`.

        Raises:
            QueryError: if a wildcard, fuzzy word or pattern stands for too many terms.
        """
        self._check_expansions(tree)
        return OpenSearchMatches(tree, self)

    def candidates(
        self, node: Node, ids: Collection[int] | None = None
    ) -> Iterator[ReferenceDocument]:
        """Return the documents, by path, in which `node` can match or contribute to a score.

        Raises:
            UnsupportedQuery: if they have more than `MAX_PASSAGES` passages.
        """
        ranks = self._candidates.of(node, ids)
        self._check_size(ranks)
        return self._reader.views(ranks, has_everything=self._has_everything)

    def n_candidates(self, node: Node) -> int:
        """Return the number of documents in which `node` can match or contribute to a score."""
        return len(self._candidates.of(node, None))

    def _check_size(self, ranks: Sequence[int]) -> None:
        documents = self._reader.documents
        n_passages = sum(documents[rank].sizes.n_passages for rank in ranks)
        if n_passages > MAX_PASSAGES:
            raise UnsupportedQuery(
                f"The cluster cannot answer this query alone, and the {len(ranks):,} documents "
                f"that may match have {n_passages:,} passages: excerpt reads at most "
                f"{MAX_PASSAGES:,}.",
                Instruction("Add a rare word or a field with AND, or see `excerpt help cluster`."),
            )

    @cached_property
    def document_fields(self) -> ReferenceFields:
        """The fields of all documents."""
        documents = self._reader.documents
        return ReferenceFields.of(
            [document.id for document in documents],
            [(each.paths, each.format, each.language, each.metadata) for each in documents],
        )

    def joined_terms(self) -> frozenset[str]:
        """Return the terms that some sign joins to the next word."""
        return self._words.joined_terms()

    def statistics(self) -> Statistics:
        """Return the size of the index."""
        n_documents = self._reader.manifest.sizes.n_documents
        return Statistics(n_documents, self.n_passages, self.n_words, len(self._words))

    def verify(self) -> None:
        """Read all documents from the cluster and check that their tokens can be read.

        Raises:
            IndexDamaged: if the state is not in the cluster, or a document differs.
        """
        ranks = range(len(self._reader.documents))
        for document in self._reader.views(ranks, has_everything=True):
            len(document.view.text)

    def close(self) -> None:
        """Close the point in time and the connections."""
        self._reader.close()
        self._connection.close()
