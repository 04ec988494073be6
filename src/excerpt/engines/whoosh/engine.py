"""A committed state in Whoosh's format, open for searching."""

from collections.abc import Collection, Iterator
from copy import copy
from functools import cached_property, partial
from pathlib import Path

from excerpt.engines.protocol import Statistics
from excerpt.engines.reference import ReferenceDocument, ReferenceEngine, ReferenceFields
from excerpt.engines.whoosh.candidates import Candidates
from excerpt.engines.whoosh.fields import joined_field
from excerpt.engines.whoosh.index_reader import WhooshIndexReader, WhooshVocabulary
from excerpt.engines.whoosh.manifest import FOLDER, WhooshManifest
from excerpt.query.ast import Node

__all__ = ["WhooshEngine"]


class WhooshEngine(ReferenceEngine):
    """The index in `folder`, in the state of `manifest`."""

    def __init__(self, folder: Path, manifest: WhooshManifest) -> None:
        """Open and check all files.

        Raises:
            IndexDamaged: if a file is missing or damaged.
        """
        self._reader = WhooshIndexReader(folder / FOLDER, manifest)
        self._words = WhooshVocabulary(self._reader)
        self._candidates = Candidates(self._reader, self._words)
        self._has_everything = False
        documents = self._reader.documents
        super().__init__(
            self._words,
            sum(document.n_running_passages for document in documents),
            sum(document.n_running_words for document in documents),
        )

    @cached_property
    def everything(self) -> "WhooshEngine":
        """The same state, with the passages that are set apart."""
        if self._has_everything:
            return self
        engine = copy(self)
        documents = self._reader.documents
        vars(engine).update(
            _has_everything=True,
            n_passages=sum(document.n_passages for document in documents),
            n_words=sum(document.n_words for document in documents),
        )
        return engine

    def candidates(
        self, node: Node, ids: Collection[int] | None = None
    ) -> Iterator[ReferenceDocument]:
        """Return the documents, by path, in which `node` can match or contribute to a score."""
        ranks = self._candidates.of(node)
        if ids is not None:
            ranks = {rank for id_ in ids if (rank := self._reader.rank_of.get(id_, -1)) in ranks}
        document = partial(self._reader.document, has_everything=self._has_everything)
        return map(document, sorted(ranks))

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
        return frozenset(self._reader.terms(joined_field("text")))

    def statistics(self) -> Statistics:
        """Return the size of the index."""
        n_documents = len(self._reader.documents)
        return Statistics(n_documents, self.n_passages, self.n_words, len(self._words))

    def verify(self) -> None:
        """Read all files of the index and compare them with their digests.

        Raises:
            IndexDamaged: naming the first file that differs.
        """
        self._reader.verify()

    def close(self) -> None:
        """Close the files."""
        self._reader.close()
