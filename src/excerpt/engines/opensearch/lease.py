"""The right to write an index in a cluster, and the numbers of epochs.

The control index of a name has one record, the head. It is changed only by comparing and setting,
so of two builders one loses. Each epoch has a number that no other has had, so requests of a
builder that died, which may still arrive, belong to an epoch that is never committed.
"""

import json
import os
import platform
import secrets
import time
from pathlib import Path
from typing import Any, Final

from excerpt.engines.opensearch.connection import Connection, Refused
from excerpt.engines.opensearch.settings import Location
from excerpt.errors import ExcerptError, IndexBusy, Instruction
from excerpt.files import digest_of

__all__ = ["Lease", "control_index", "forget", "read_head"]

LEASE_SECONDS: Final = 300.0
"""Seconds of silence after which another builder may replace one."""
_SETTINGS: Final = {
    "settings": {"index": {"number_of_shards": 1}},
    "mappings": {"dynamic": False, "properties": {}},
}


def control_index(location: Location) -> str:
    """Return the name of the index with the head."""
    return f"{location.name}-control"


class Lease:
    """The right to write the index at `location`, from the folder `folder`.

    Builders in the same folder exclude each other by the lock file there. So a former builder in
    this folder is dead, and its lease need not expire.
    """

    def __init__(self, connection: Connection, location: Location, folder: Path) -> None:
        self._connection = connection
        self._location = location
        self._token = secrets.token_hex(8)
        origin = f"{platform.node()}:{folder.resolve()}"
        self._holder = {
            "token": self._token,
            "origin": _digest_of_origin(origin),
            "host": platform.node(),
            "process": os.getpid(),
        }
        self._version: tuple[int, int] | None = None
        """The number and term of the last change of the head, once the lease is held."""
        self._head: dict[str, Any] = {}
        self._renewal = 0.0

    def next_epoch(self) -> int:
        """Take the lease, or renew it, and return a new epoch.

        Raises:
            IndexBusy: if another builder has it.
            ExcerptError: if the name belongs to another index.
        """
        if self._version is None:
            self._read()
        self._write(self._head.get("epoch", 0) + 1)
        return int(self._head["epoch"])

    def hold(self) -> None:
        """Take the lease, or renew it, without a new epoch.

        Raises:
            IndexBusy, ExcerptError: as `next_epoch`.
        """
        if self._version is None:
            self._read()
        self._write(self._head.get("epoch", 0))

    @property
    def published(self) -> dict[str, Any]:
        """The state that readers on other machines see, as the lease has found it; {} for none."""
        return self._head.get("published") or {}

    def publish(self, state: dict[str, Any]) -> None:
        """Let readers on other machines see a state.

        Raises:
            IndexBusy: if another builder has taken the lease.
        """
        self._head["published"] = state
        self._write(self._head["epoch"])

    def renew(self) -> None:
        """Renew the lease if half of its time is over.

        Raises:
            IndexBusy: if another builder has taken it.
        """
        if self._version is not None and time.monotonic() > self._renewal:
            self._write(self._head["epoch"])

    def release(self) -> None:
        """Give the lease back, if it is held."""
        if self._version is not None:
            self._write(self._head["epoch"], is_end=True)
            self._version = None

    def _read(self) -> None:
        """Read the head, and check that it is free."""
        path = control_index(self._location)
        found = self._connection.request("GET", f"{path}/_doc/head", missing_ok=True)
        if not found:
            self._create()
            found = self._connection.request("GET", f"{path}/_doc/head")
        self._head = found["_source"]
        self._version = (found["_seq_no"], found["_primary_term"])
        if self._head["index_id"] != self._location.index_id:
            self._version = None
            raise ExcerptError(
                f"the name {self._location.name} belongs to another index in this cluster.",
                Instruction("Choose another name with --name, in a new folder."),
                where=self._location.url,
            )
        holder = self._head["holder"]
        if (
            holder
            and holder["origin"] != self._holder["origin"]
            and self._head["end"] > time.time()
        ):
            self._version = None
            raise self._busy(holder, self._head["end"])

    def _create(self) -> None:
        path = control_index(self._location)
        try:
            self._connection.request("PUT", path, _SETTINGS)
        except Refused as error:
            if error.reason != "resource_already_exists_exception":
                raise
        head = {"index_id": self._location.index_id, "epoch": 0, "holder": None, "end": 0}
        try:
            self._connection.request("PUT", f"{path}/_create/head", head)
        except Refused as error:
            if error.status != 409:  # a request that was sent twice, or another builder
                raise

    def _write(self, epoch: int, *, is_end: bool = False) -> None:
        """Change the head, unless another builder has changed it."""
        assert self._version is not None
        number, term = self._version
        head = self._head | {
            "epoch": epoch,
            "holder": None if is_end else self._holder,
            "end": time.time() + LEASE_SECONDS,
        }
        path = f"{control_index(self._location)}/_doc/head"
        try:
            done = self._connection.request(
                "PUT", f"{path}?if_seq_no={number}&if_primary_term={term}", head
            )
        except Refused as error:
            if error.status != 409:
                raise
            done = self._connection.request("GET", path)
            now = done["_source"]
            # The answer to this change may have been lost, and the change sent twice.
            if now != json.loads(json.dumps(head)):
                self._version = None
                raise self._busy(now["holder"] or {}, now["end"]) from None
        self._head, self._version = head, (done["_seq_no"], done["_primary_term"])
        self._renewal = time.monotonic() + LEASE_SECONDS / 2

    def _busy(self, holder: dict[str, Any], end: float) -> IndexBusy:
        until = time.strftime("%H:%M", time.localtime(end))
        by = f" by process {holder['process']} on {holder['host']}" if holder else ""
        return IndexBusy(
            f"the index {self._location.name} is being built{by}; it can be searched meanwhile.",
            Instruction(f"Build again later; after {until} if that builder is gone."),
            where=self._location.url,
        )


def _digest_of_origin(origin: str) -> str:
    """Return a digest of the host and folder of a builder, which need not be known to others."""
    return digest_of([origin.encode("utf-8", "surrogateescape")])


def read_head(connection: Connection, location: Location) -> dict[str, Any]:
    """Return the head, {} if there is none."""
    path = f"{control_index(location)}/_doc/head"
    found = connection.request("GET", path, missing_ok=True)
    return dict(found["_source"]) if found else {}


def forget(connection: Connection, location: Location) -> None:
    """Delete the head, because the index does not exist any more."""
    connection.request("DELETE", control_index(location), missing_ok=True)
