"""The catalog and the texts of a committed state → the cluster, for readers on other machines.

Publishing comes after the commit, which is one transaction of the catalog, and ends with one change
of the head. Until then, readers elsewhere see the state that was published before. If the builder
is killed in between, the next build publishes.
"""

import secrets
import time
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from excerpt.engines.opensearch.bulk import Bulk, EntryChange
from excerpt.engines.opensearch.connection import Connection, Refused
from excerpt.engines.opensearch.lease import Lease, read_head
from excerpt.engines.opensearch.published import (
    PART_BYTES,
    CatalogPart,
    PublishedState,
    files_body,
    files_index,
    read_state,
    text_part,
)
from excerpt.engines.opensearch.segment_builder import encode_entry
from excerpt.engines.opensearch.settings import (
    credentials_for,
    read_location,
    write_alias,
)
from excerpt.files import digest_of

__all__ = ["StatePublisher"]

KEEP_SECONDS: Final = 3600.0
"""Seconds for which texts of former states are kept, for readers that have opened these."""
_MAX_NAMES: Final = 10_000
"""Files, or publications, whose parts are removed at once."""


class StatePublisher:
    """A publisher of the state `settings_digest` of the index in `folder`."""

    def __init__(self, folder: Path, settings_digest: str) -> None:
        """Prepare a connection."""
        self._folder = folder
        self._digest = settings_digest
        self._location = location = read_location(folder)
        self._connection = Connection(location.url, credentials_for(location.url))
        self._lease = Lease(self._connection, location, folder)
        self._token = secrets.token_hex(8)

    def is_needed(self) -> bool:
        """Return whether this state is not the one that is published."""
        published = read_head(self._connection, self._location).get("published") or {}
        return published.get("digest") != self._digest

    def publish(self, catalog: Path, texts: Mapping[str, int]) -> None:
        """Copy the file `catalog`, and the files of texts in the folder, to the cluster.

        `texts` has the size of each file by its path in the folder.

        Raises:
            ClusterError: if the cluster does not take them; the former state remains published.
            IndexBusy: if another builder has the right to write.
        """
        self._lease.hold()
        published = self._lease.published
        former = published and read_state(self._connection, self._location, published["id"])
        former = former or PublishedState()
        self._create_index()
        bulk = Bulk(self._connection, write_alias(files_index(self._location)), self._lease.renew)
        for name in texts.keys() - former.texts.keys():
            bulk.add(_text_changes(name, self._folder / name))
        parts: list[CatalogPart] = []
        bulk.add(self._catalog_changes(catalog, former.catalog, parts))
        now = time.time()
        dropped = dict.fromkeys(former.texts, now) | dict(former.dropped)
        state = PublishedState(
            catalog.stat().st_size,
            tuple(parts),
            texts,
            {
                name: seconds
                for name, seconds in dropped.items()
                if name not in texts and seconds > now - KEEP_SECONDS
            },
        )
        id_ = f"{self._token}.state"
        entry = {"token": self._token, "state": state.to_json()}
        bulk.add([EntryChange("create", id_, 0, encode_entry(entry))])
        bulk.flush()
        self._lease.publish({"id": id_, "digest": self._digest})
        self._remove_unused(state)

    def _create_index(self) -> None:
        index = files_index(self._location)
        try:
            self._connection.request("PUT", index, files_body(write_alias(index)))
        except Refused as error:
            if error.reason != "resource_already_exists_exception":
                raise

    def _catalog_changes(
        self, catalog: Path, former: tuple[CatalogPart, ...], parts: list[CatalogPart]
    ) -> Iterator[EntryChange]:
        """Yield the parts of the catalog that have changed, and append all of them to `parts`."""
        for number, data in enumerate(_read_parts(catalog)):
            digest = digest_of([data])
            if number < len(former) and former[number].digest == digest:
                parts.append(former[number])
                continue
            id_ = f"{self._token}.{number}"
            parts.append(CatalogPart(id_, digest))
            entry = {"token": self._token, "data": b64encode(data).decode()}
            yield EntryChange("create", id_, number, encode_entry(entry))

    def _remove_unused(self, state: PublishedState) -> None:
        """Remove the parts that no reader needs, those of killed builds included.

        They are removed by name: names are never used again, so this may happen late, too.
        """
        index = files_index(self._location)
        self._connection.request("POST", f"{index}/_refresh")
        tokens = {self._token, *(part.id.partition(".")[0] for part in state.catalog)}
        for field, kept in (("token", tokens), ("file", state.texts.keys() | state.dropped)):
            if unused := self._names(field, kept):
                path = f"{index}/_delete_by_query?conflicts=proceed"
                self._connection.request("POST", path, {"query": {"terms": {field: unused}}})

    def _names(self, field: str, kept: Collection[str]) -> list[str]:
        """Return the names in a field of the parts, except those to be kept."""
        terms = {"field": field, "size": _MAX_NAMES}
        body = {
            "size": 0,
            "query": {"bool": {"must_not": [{"terms": {field: sorted(kept)}}]}},
            "aggs": {"names": {"terms": terms}},
        }
        answer = self._connection.request("POST", f"{files_index(self._location)}/_search", body)
        return [bucket["key"] for bucket in answer["aggregations"]["names"]["buckets"]]

    def close(self) -> None:
        """Give the right to write back."""
        self._lease.release()
        self._connection.close()


def _text_changes(name: str, path: Path) -> Iterator[EntryChange]:
    """Yield the parts of a file of texts."""
    for number, data in enumerate(_read_parts(path)):
        entry = {"file": name, "data": b64encode(data).decode()}
        yield EntryChange("create", text_part(name, number), number, encode_entry(entry))


def _read_parts(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(PART_BYTES), b"")
