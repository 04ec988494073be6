"""Changes of entries → bulk requests, each entry checked.

An item that the cluster cannot take now is sent again, alone. If it has no memory for the whole
request, half of it is sent. A new entry that exists already was
sent twice: ids are never used again. A changed entry must not have changed meanwhile.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from excerpt.engines.opensearch.connection import (
    FIRST_PAUSE,
    MAX_PAUSE,
    RETRY_SECONDS,
    Connection,
    Refused,
)
from excerpt.errors import ClusterError, Instruction

__all__ = ["BATCH_BYTES", "Bulk", "EntryChange"]

BATCH_BYTES: Final = 5_000_000
"""Size at which a request is sent."""
_TOO_LARGE: Final = {413, 429}
"""Codes of answers to requests that the cluster has no memory for."""


class EntryChange(NamedTuple):
    """A change of one entry.

    action   "create", "index" or "delete"
    id       the id of the entry
    routing  the shard it belongs to, as the id of its document
    source   the entry as JSON; b"" to delete it
    version  the number and term of the last change that is known, for "index"
    """

    action: str
    id: str
    routing: int
    source: bytes = b""
    version: tuple[int, int] | None = None

    def lines(self) -> bytes:
        """Return the lines of the request."""
        about: dict[str, Any] = {"_id": self.id, "routing": str(self.routing)}
        if self.version:
            about |= {"if_seq_no": self.version[0], "if_primary_term": self.version[1]}
        head = json.dumps({self.action: about}).encode()
        return head + b"\n" + (self.source + b"\n" if self.source else b"")


class Bulk:
    """A collector of changes to the index behind `alias`, which sends them.

    `before_request` is called before each request.
    """

    def __init__(
        self, connection: Connection, alias: str, before_request: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._path = f"{alias}/_bulk?require_alias=true"
        self._before_request = before_request
        self._changes: list[EntryChange] = []
        self._n_bytes = 0
        self.conflicts: list[EntryChange] = []
        """Changes that were refused because their entry has changed meanwhile."""

    def add(self, changes: Iterable[EntryChange]) -> None:
        """Add changes, and send a request if there are enough."""
        for change in changes:
            self._changes.append(change)
            self._n_bytes += len(change.source)
            if self._n_bytes >= BATCH_BYTES:
                self.flush()

    def flush(self) -> None:
        """Send what was not sent yet.

        Raises:
            ClusterError: if the cluster refuses a change.
        """
        changes, self._changes, self._n_bytes = self._changes, [], 0
        deadline, pause, n_at_once = time.monotonic() + RETRY_SECONDS, FIRST_PAUSE, len(changes)
        while changes:
            self._before_request()
            group, others = changes[:n_at_once], changes[n_at_once:]
            is_last = time.monotonic() > deadline
            body = b"".join(change.lines() for change in group)
            try:
                answer = self._connection.request("POST", self._path, body, rejected_ok=True)
            except Refused as error:
                if error.status not in _TOO_LARGE or error.is_block or is_last:
                    raise
                again = group
                n_at_once = max(1, len(group) // 2)
            else:
                again = self._rejected(group, answer, is_last=is_last)
            changes = again + others
            if again:
                time.sleep(pause)
                pause = min(2 * pause, MAX_PAUSE)
            else:
                pause = FIRST_PAUSE

    def _rejected(
        self, changes: list[EntryChange], answer: dict[str, Any], *, is_last: bool
    ) -> list[EntryChange]:
        """Return the changes that must be sent again."""
        items = answer.get("items", [])
        if len(items) != len(changes):
            raise ClusterError("the answer to a bulk request is incomplete.", where=self._path)
        if not answer.get("errors", True):
            return []
        again = []
        for change, item in zip(changes, items, strict=True):
            (result,) = item.values()
            status = int(result["status"])
            if status < 300 or (change.action, status) in {("create", 409), ("delete", 404)}:
                continue
            if (change.action, status) == ("index", 409):
                self.conflicts.append(change)
                continue
            error = result.get("error") or {}
            if (
                status not in {429, 503}
                or error.get("type") == "cluster_block_exception"
                or is_last
            ):
                raise self._refused(status, error)
            again.append(change)
        return again

    def _refused(self, status: int, error: dict[str, Any]) -> ClusterError:
        kind, reason = error.get("type", "unknown"), str(error.get("reason", ""))[:300]
        disk = Instruction("Free disk space in the cluster. The last commit is intact.")
        return ClusterError(
            f"the cluster refuses an entry ({status}): {kind}: {reason}.",
            *((disk,) if kind == "cluster_block_exception" else ()),
            where=self._connection.url,
        )
