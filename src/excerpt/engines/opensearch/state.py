"""A committed state of an index in a cluster, as one consistent view for searches.

A view is a point in time of the cluster, in which nothing changes, and a filter for the entries of
the committed epochs. It is complete or an error: the cluster must answer for all of its shards, and
the sizes of the visible entries must be those of the manifest.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from excerpt.engines.opensearch.connection import Connection, Refused
from excerpt.engines.opensearch.manifest import OpenSearchManifest, StateSizes
from excerpt.engines.opensearch.schema import N_OF_DOCUMENT, WORDS_ORDINAL
from excerpt.errors import ClusterError, ExcerptError, IndexDamaged, Instruction
from excerpt.model import Key

__all__ = ["PASSAGES", "PASSAGE_ORDER", "SUMS", "ClusterState", "check_complete", "has_sizes"]

PAGE: Final = 5_000
"""Entries in a page of results that has only numbers."""
PASSAGES: Final = 2_000
"""Passages in a page of results that has their words."""
PASSAGE_ORDER: Final = ["first_path", "doc", "ordinal"]
"""The order of passages: by path, then by their number in the document."""
_KEEP_ALIVE: Final = "10m"
SUMS: Final = {
    **{name: {"sum": {"field": name}} for name in StateSizes._fields},
    "entries": {"value_count": {"field": "ordinal"}},
}
"""The measures of a state."""


class ClusterState:
    """The state `manifest` of an index, for searches through `connection`."""

    def __init__(self, connection: Connection, manifest: OpenSearchManifest) -> None:
        self._connection = connection
        self._manifest = manifest
        self._point = ""
        """The id of the point in time; "" if none is open."""

    def search(self, body: dict[str, Any], query: dict[str, Any] | None = None) -> dict[str, Any]:
        """Search the visible entries that match `query` (None: all) and return the answer.

        They must match a query in `body`, too, which determines their scores.

        Raises:
            ClusterError: if the cluster does not answer, or only in part.
            IndexDamaged: if the state is not in the cluster any more.
        """
        if not self._point:
            self._open()
        try:
            return self._search(body, query)
        except Refused as error:
            if error.status != 404:
                raise
        self._open()  # the point in time has expired
        return self._search(body, query)

    def _search(self, body: dict[str, Any], query: dict[str, Any] | None) -> dict[str, Any]:
        filters = [self._manifest.visible(), *([query] if query else [])]
        whole: dict[str, Any] = {"bool": {"filter": filters}}
        if "query" in body:
            whole["bool"]["must"] = [body["query"]]
        answer = self._connection.request(
            "POST",
            "_search?allow_partial_search_results=false",
            {
                **body,
                "query": whole,
                "pit": {"id": self._point, "keep_alive": _KEEP_ALIVE},
            },
        )
        check_complete(answer, self._connection.url)
        self._point = answer.get("pit_id", self._point)
        return answer

    def documents(
        self, ordinal: int, query: dict[str, Any] | None, fields: list[str], size: int = PAGE
    ) -> Iterator[dict[str, Any]]:
        """Yield stored fields of the matching entries of documents, by id, page by page.

        `ordinal` says which of the entries of each document are meant.
        """
        filters = [{"term": {"ordinal": ordinal}}, *([query] if query else [])]
        body = {"sort": ["doc"], "_source": fields}
        for hit in self._pages({"bool": {"filter": filters}}, body, size):
            yield hit["_source"]

    def document_ids(self, query: dict[str, Any]) -> Iterator[int]:
        """Yield the ids of the documents whose words match `query`, ascending."""
        filters = [{"term": {"ordinal": WORDS_ORDINAL}}, query]
        body = {"sort": ["doc"], "_source": False}
        for hit in self._pages({"bool": {"filter": filters}}, body, PAGE):
            yield hit["sort"][0]

    def count(self, query: dict[str, Any]) -> int:
        """Return the number of visible entries that match `query`."""
        answer = self.search({"size": 0, "track_total_hits": True}, query)
        return int(answer["hits"]["total"]["value"])

    def keys(self, query: dict[str, Any]) -> Iterator[Key]:
        """Yield all matching passages by path and offset."""
        body = {"sort": PASSAGE_ORDER, "_source": False}
        for hit in self._pages(_passages(query), body, PAGE):
            yield Key(*hit["sort"][1:3])

    def passages(self, query: dict[str, Any], fields: list[str]) -> Iterator[dict[str, Any]]:
        """Yield stored fields of all matching passages by path and offset."""
        body = {"sort": PASSAGE_ORDER, "_source": fields}
        for hit in self._pages(_passages(query), body, PASSAGES):
            yield hit["_source"]

    def _pages(
        self, query: dict[str, Any], body: dict[str, Any], size: int
    ) -> Iterator[dict[str, Any]]:
        body = {**body, "size": size, "track_total_hits": False}
        while True:
            hits = self.search(body, query)["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            body["search_after"] = hits[-1]["sort"]

    def _open(self) -> None:
        """Open a point in time and check that the whole state is in it."""
        path = f"{self._manifest.index_name}/_search/point_in_time"
        try:
            answer = self._connection.request(
                "POST", f"{path}?keep_alive={_KEEP_ALIVE}&allow_partial_pit_creation=false"
            )
        except Refused as error:
            if error.status != 404:
                raise
            raise self._missing("its index does not exist") from None
        check_complete(answer, self._connection.url)
        self._point = answer["pit_id"]
        if not has_sizes(self._search({"size": 0, "aggs": SUMS}, None), self._manifest.sizes):
            self.close()
            raise self._missing("some of its entries are missing, or others were added")

    def _missing(self, detail: str) -> IndexDamaged:
        return IndexDamaged(
            f"the cluster does not hold this state of the index: {detail}.",
            Instruction("If it was built again meanwhile, repeat the command."),
            Instruction("Otherwise restore it in the cluster, or build it with --from-scratch."),
            where=self._connection.url,
        )

    def close(self) -> None:
        """Close the point in time, which the cluster would otherwise keep for some minutes."""
        point, self._point = self._point, ""
        if point:
            try:
                body = json.dumps({"pit_id": [point]}).encode()
                self._connection.request("DELETE", "_search/point_in_time", body)
            except ExcerptError:
                pass  # it expires by itself


def _passages(query: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"filter": [{"range": {"ordinal": {"gte": 0}}}, query]}}


def has_sizes(answer: dict[str, Any], sizes: StateSizes) -> bool:
    """Return whether an answer with `SUMS` is of a state of these sizes."""
    found = {name: int(value["value"]) for name, value in answer["aggregations"].items()}
    n_entries = N_OF_DOCUMENT * sizes.n_documents + sizes.n_passages
    return found == sizes._asdict() | {"entries": n_entries}


def check_complete(answer: dict[str, Any], url: str, *, is_write: bool = False) -> None:
    """Check that all shards have answered in time.

    A write need not reach copies of a shard that are not there: they are made from the first.

    Raises:
        ClusterError: naming the shards that have not.
    """
    shards = answer.get("_shards", {})
    failures = shards.get("failures", [])
    if answer.get("timed_out"):
        problem = "it took too long"
    elif shards.get("failed") or (
        shards.get("successful", 0) < (1 if is_write else shards.get("total", 1))
    ):
        numbers = sorted({str(each.get("shard")) for each in failures if isinstance(each, dict)})
        problem = f"{shards.get('failed')} of {shards.get('total')} shards failed"
        problem += f" ({', '.join(numbers)})" if numbers else ""
    else:
        return
    raise ClusterError(
        f"the cluster has not answered completely: {problem}.",
        Instruction("Check the health of the cluster, and repeat the command."),
        where=url,
    )
