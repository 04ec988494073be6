"""The next state of an index in a cluster.

Everything that a writer adds belongs to a new epoch, and what it replaces ends with that epoch. So
readers of committed states see none of it until the catalog names the epoch, in one transaction. An
epoch whose builder died before that is dead for ever, and whatever of it arrives late stays
invisible: new entries have ids of their own, and an entry that ends must not have changed since it
was read.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from excerpt.engines.opensearch.bulk import Bulk, EntryChange
from excerpt.engines.opensearch.committed_entries import (
    ENTRIES,
    Description,
    committed_entries,
    described_entry,
)
from excerpt.engines.opensearch.connection import Connection, Refused
from excerpt.engines.opensearch.lease import Lease
from excerpt.engines.opensearch.manifest import OpenSearchManifest, StateSizes
from excerpt.engines.opensearch.schema import index_body
from excerpt.engines.opensearch.segment_builder import (
    BuiltDocument,
    OpenSearchSegment,
    build_document,
    encode_entry,
)
from excerpt.engines.opensearch.settings import credentials_for, read_location, write_alias
from excerpt.engines.opensearch.state import SUMS, check_complete, has_sizes
from excerpt.engines.protocol import BuiltSegment
from excerpt.errors import ClusterError, ExcerptError, Instruction
from excerpt.model import Document, Passage

__all__ = ["OpenSearchWriter"]

_PAGE: Final = 500
"""Documents whose entries are read at once."""
_MAX_ATTEMPTS: Final = 5
"""Attempts to read entries again that have changed meanwhile."""


class _Written(NamedTuple):
    """A document that was written in the present epoch: its size and the ids of its entries."""

    sizes: StateSizes
    ids: tuple[str, ...]


class OpenSearchWriter:
    """The writer of the state after `manifest` (None: the first) of the index in `folder`."""

    def __init__(self, folder: Path, manifest: OpenSearchManifest | None) -> None:
        location = read_location(folder)
        self._connection = Connection(location.url, credentials_for(location.url))
        self._name = location.name
        self._lease = Lease(self._connection, location, folder)
        self._committed = manifest
        self._index = manifest.index_name if manifest else ""
        self._epoch = 0
        """The present epoch; 0 if none has begun."""
        self._first_epoch = 0
        self._bulk: Bulk | None = None
        self._written: dict[int, _Written] = {}
        self._ended: dict[int, Description | None] = {}
        """Documents of the committed state that end, and the new description of some."""
        self._done: set[int] = set()
        """Documents of the committed state that were ended in this epoch."""
        self._sizes = manifest.sizes if manifest else StateSizes()
        self._n_written = 0

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, or replace the document with the same id."""
        self._put(build_document(document, passages))

    def adopt(self, segment: BuiltSegment) -> None:
        """Add the documents of a segment, or replace those with the same ids."""
        assert isinstance(segment, OpenSearchSegment)
        for document in segment.documents:
            self._put(document)

    def delete(self, document: int) -> None:
        """Delete the document with this id, if there is one."""
        self._begin()
        self._withdraw(document)
        self._end(document, None)

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Change the paths and the metadata of a document without indexing its text again."""
        self._begin()
        if document in self._written:
            self._describe_written(document, (paths, metadata))
        else:
            self._end(document, (paths, metadata))

    def prepare(self, main_language: str = "") -> OpenSearchManifest:
        """Write the rest of the next state, check all of it, and return its manifest.

        Raises:
            ClusterError: if the cluster does not hold exactly this state.
        """
        bulk = self._begin()
        self._end_all()
        bulk.flush()
        answer = self._connection.request("POST", f"{self._index}/_refresh")
        check_complete(answer, self._connection.url, is_write=True)
        manifest = OpenSearchManifest(
            self._index, self._epoch, self._dead(), self._sizes, main_language
        )
        self._check(manifest)
        self._committed = manifest
        self._epoch = 0
        self._written.clear()
        self._done.clear()
        return manifest

    def close(self) -> None:
        """Discard everything that was not prepared: its epoch is never committed."""
        with suppress(ExcerptError):  # it expires by itself
            self._lease.release()
        self._connection.close()

    # The epoch

    def _begin(self) -> Bulk:
        """Begin an epoch unless one has begun."""
        if self._epoch and self._bulk is not None:
            return self._bulk
        self._epoch = self._lease.next_epoch()
        if not self._index:
            self._create_index()
        if self._bulk is None:
            alias = write_alias(self._index)
            self._bulk = Bulk(self._connection, alias, self._lease.renew)
        return self._bulk

    def _create_index(self) -> None:
        """Create the index of this epoch. Those of former builders are removed by `sweep`."""
        self._index = f"{self._name}-{self._epoch}"
        self._first_epoch = self._epoch
        try:
            self._connection.request("PUT", self._index, index_body(write_alias(self._index)))
        except Refused as error:
            if error.reason != "resource_already_exists_exception":  # sent twice
                raise

    def _dead(self) -> tuple[int, ...]:
        """Return the epochs before the present one that were never committed."""
        if self._committed is None:
            return tuple(range(self._first_epoch, self._epoch))
        between = range(self._committed.through + 1, self._epoch)
        return (*self._committed.dead, *between)

    # New entries

    def _put(self, document: BuiltDocument) -> None:
        bulk = self._begin()
        self._withdraw(document.id)
        if self._committed is not None:
            self._end(document.id, None)
        self._n_written += 1
        ids = tuple(
            f"{document.id}.{self._epoch}.{self._n_written}.{number}"
            for number in range(len(document.entries))
        )
        epoch = f',"from":{self._epoch}}}'.encode()
        bulk.add(
            EntryChange("create", id_, document.id, entry[:-1] + epoch)
            for id_, entry in zip(ids, document.entries, strict=True)
        )
        self._written[document.id] = _Written(document.sizes, ids)
        self._sizes = self._sizes.plus(document.sizes)

    def _withdraw(self, document: int) -> None:
        """Remove what was written of a document in this epoch."""
        written = self._written.pop(document, None)
        if written is not None:
            bulk = self._begin()
            bulk.flush()  # the order of changes within one request is not relied upon
            bulk.add(EntryChange("delete", id_, document) for id_ in written.ids)
            self._sizes = self._sizes.plus(written.sizes, -1)

    def _describe_written(self, document: int, description: Description) -> None:
        """Describe a document that was written in this epoch, whose entry is not visible yet."""
        bulk = self._begin()
        bulk.flush()
        ids = self._written[document].ids
        for start in range(0, len(ids), ENTRIES):
            some = [{"_id": id_, "routing": str(document)} for id_ in ids[start : start + ENTRIES]]
            found = self._connection.request("POST", f"{self._index}/_mget", {"docs": some})
            bulk.add(
                EntryChange(
                    "index",
                    entry["_id"],
                    document,
                    encode_entry(described_entry(entry["_source"], description)),
                    (entry["_seq_no"], entry["_primary_term"]),
                )
                for entry in found["docs"]
            )
        bulk.flush()
        self._raise_conflicts()

    # Entries of the committed state

    def _end(self, document: int, description: Description | None) -> None:
        """End a document of the committed state; with a description, continue it with that."""
        if self._committed is None or document in self._done:
            return
        self._ended[document] = description
        if len(self._ended) >= _PAGE:
            self._end_all()

    def _end_all(self) -> None:
        """End the documents that are to end."""
        bulk = self._begin()
        ended, self._ended = self._ended, {}
        for attempt in range(_MAX_ATTEMPTS):
            if not ended:
                return
            bulk.flush()
            if attempt:  # a request that arrived late has changed entries
                self._connection.request("POST", f"{self._index}/_refresh")
            entries = groupby(self._read(sorted(ended)), key=lambda hit: hit["_source"]["doc"])
            for document, hits in entries:
                self._end_document(document, hits, ended[document], is_first=not attempt)
            bulk.flush()
            conflicts, bulk.conflicts = bulk.conflicts, []
            self._done.update(ended)
            ended = {change.routing: None for change in conflicts}
        bulk.conflicts = [EntryChange("index", "", document) for document in ended]
        self._raise_conflicts()

    def _read(self, documents: list[int]) -> Iterator[dict[str, Any]]:
        """Yield the entries of `documents` in the committed state, by document."""
        assert self._committed is not None
        return committed_entries(self._connection, self._committed, documents)

    def _end_document(
        self,
        document: int,
        hits: Iterable[dict[str, Any]],
        description: Description | None,
        *,
        is_first: bool,
    ) -> None:
        """End the entries of a document, and add some with another description."""
        bulk = self._begin()
        described = []
        sizes = StateSizes()
        for hit in hits:
            source = hit["_source"]
            version = (hit["_seq_no"], hit["_primary_term"])
            data = encode_entry(source | {"until": self._epoch})
            bulk.add([EntryChange("index", hit["_id"], document, data, version)])
            if "n_documents" in source:
                sizes = StateSizes(*(source[name] for name in StateSizes._fields))
            if description is not None:
                entry = described_entry(source, description)
                del entry["from"]
                entry.pop("until", None)
                described.append(encode_entry(entry))
        if is_first:
            self._sizes = self._sizes.plus(sizes, -1)
            self._done.add(document)
            if description is not None:
                self._put(BuiltDocument(document, sizes, tuple(described)))

    def _raise_conflicts(self) -> None:
        assert self._bulk is not None
        if self._bulk.conflicts:
            raise ClusterError(
                "another program is changing the index.",
                Instruction("Stop other programs that write to it, and build again."),
                where=self._connection.url,
            )

    def _check(self, manifest: OpenSearchManifest) -> None:
        """Compare what will be visible with the sizes of the state."""
        body = {"query": manifest.visible(), "size": 0, "aggs": SUMS}
        path = f"{self._index}/_search?allow_partial_search_results=false"
        answer = self._connection.request("POST", path, body)
        check_complete(answer, self._connection.url)
        if not has_sizes(answer, manifest.sizes):
            raise ClusterError(
                "the cluster does not hold the documents that were written to it.",
                Instruction("Build again; if this persists, build with --from-scratch."),
                where=self._connection.url,
            )
