"""The entries of documents in a committed state, as a writer reads and changes them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.manifest import OpenSearchManifest
from excerpt.engines.opensearch.schema import FIELDS, encode_path, fields_of, pack_fields
from excerpt.engines.opensearch.state import check_complete

__all__ = ["ENTRIES", "Description", "committed_entries", "described_entry"]

ENTRIES: Final = 100
"""Entries that are read at once; one of each document has all its words."""
Description = tuple[Sequence[str], Sequence[tuple[str, str]]]
"""The paths and the metadata of a document."""


def committed_entries(
    connection: Connection, manifest: OpenSearchManifest, documents: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Yield the entries of `documents` in a state, by document, with their last change.

    Raises:
        ClusterError: if the cluster does not answer completely.
    """
    body: dict[str, Any] = {
        "query": {"bool": {"filter": [manifest.visible(), {"terms": {"doc": list(documents)}}]}},
        "size": ENTRIES,
        "sort": ["doc", "ordinal"],
        "seq_no_primary_term": True,
        "track_total_hits": False,
    }
    path = f"{manifest.index_name}/_search?allow_partial_search_results=false"
    while True:
        answer = connection.request("POST", path, body)
        check_complete(answer, connection.url)
        hits = answer["hits"]["hits"]
        yield from hits
        if len(hits) < ENTRIES:
            return
        body["search_after"] = hits[-1]["sort"]


def described_entry(source: dict[str, Any], description: Description) -> dict[str, Any]:
    """Return an entry with other paths and metadata of the document."""
    paths, metadata = description
    described = source | {"first_path": encode_path(paths[0] if paths else "")}
    if FIELDS in source:
        _, format_, language, _ = fields_of(source)
        described[FIELDS] = pack_fields((tuple(paths), format_, language, tuple(metadata)))
    return described
