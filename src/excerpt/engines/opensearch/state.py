"""A committed state of an index in a cluster, as one consistent view for searches.

A view is a point in time of the cluster, in which nothing changes, and a filter for the entries of
the committed epochs. It is complete or an error: the cluster must answer for all of its shards, and
the sizes of the visible entries must be those of the manifest.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from excerpt.engines.opensearch.connection import Connection, Refused
from excerpt.engines.opensearch.manifest import OpenSearchManifest, Sizes
from excerpt.errors import Advice, ClusterError, ExcerptError, IndexDamaged

__all__ = ["PAGE", "SUMS", "State", "check_complete", "sizes_of"]

PAGE: Final = 5_000
"""Entries in a page of results that has only numbers."""
_KEEP_ALIVE: Final = "10m"
SUMS: Final = {name: {"sum": {"field": name}} for name in Sizes._fields}


class State:
    """The state `manifest` of an index, for searches through `connection`."""

    def __init__(self, connection: Connection, manifest: OpenSearchManifest) -> None:
        self._connection = connection
        self._manifest = manifest
        self._point = ""
        """The id of the point in time; "" if none is open."""

    def search(self, body: dict[str, Any], query: dict[str, Any] | None = None) -> dict[str, Any]:
        """Search the visible entries that match `query` (None: all) and return the answer.

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
        answer = self._connection.request(
            "POST",
            "_search?allow_partial_search_results=false",
            {
                "query": {"bool": {"filter": filters}},
                "pit": {"id": self._point, "keep_alive": _KEEP_ALIVE},
                **body,
            },
        )
        check_complete(answer, self._connection.url)
        self._point = answer.get("pit_id", self._point)
        return answer

    def hits(
        self, query: dict[str, Any] | None, fields: list[str], size: int = PAGE
    ) -> Iterator[dict[str, Any]]:
        """Yield the sources of all matching documents by id, with these fields, page by page."""
        body: dict[str, Any] = {
            "size": size,
            "sort": ["doc"],
            "_source": fields,
            "track_total_hits": False,
        }
        while True:
            hits = self.search(body, query)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
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
        found = sizes_of(self._search({"size": 0, "aggs": SUMS}, None))
        if found != self._manifest.sizes:
            self.close()
            raise self._missing("some of its entries are missing, or others were added")

    def _missing(self, detail: str) -> IndexDamaged:
        return IndexDamaged(
            f"the cluster does not hold this state of the index: {detail}.",
            Advice("If it was built again meanwhile, repeat the command."),
            Advice("Otherwise restore it in the cluster, or build it with --from-scratch."),
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


def sizes_of(answer: dict[str, Any]) -> Sizes:
    """Return the sums of the sizes of documents in an answer."""
    return Sizes(*(int(answer["aggregations"][name]["value"]) for name in Sizes._fields))


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
        Advice("Check the health of the cluster, and repeat the command."),
        where=url,
    )
