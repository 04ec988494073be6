"""The parts of an index in a cluster that are no entries: copies of the catalog and the texts.

The index `NAME-files` in the cluster holds files in parts of `PART_BYTES`, and descriptions of
states. The head (see `lease`) names the state that is published. Whatever is written once has an id
that is never used again: the parts of texts are called after their file, which no build changes,
and all else after the publication that has written it. So requests that arrive late are harmless.

A part has

file, token   the file of texts to which it belongs, or the publication that has written it
data          its bytes

A state has its description in `state`, which is not searched.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.settings import Location
from excerpt.errors import ClusterError, Instruction

__all__ = [
    "PART_BYTES",
    "CatalogPart",
    "PublishedState",
    "bytes_of",
    "files_body",
    "files_index",
    "part_path",
    "read_state",
    "text_part",
]

PART_BYTES: Final = 1 << 17
"""Bytes of a part: a passage needs one or two, and a part takes some milliseconds."""
_FILE_NAME: Final = re.compile(r"[a-z]{1,20}/[a-z0-9]{1,60}\.[a-z]{1,20}")


class CatalogPart(NamedTuple):
    """A part of the catalog: its id, and the digest of its bytes."""

    id: str
    digest: str


class PublishedState(NamedTuple):
    """The files of a committed state.

    size     the bytes of the catalog
    catalog  its parts in order
    texts    the size of each file of texts, by its path in the folder of the index
    dropped  when files of texts of former states were last used, in seconds since 1970
    """

    size: int = 0
    catalog: tuple[CatalogPart, ...] = ()
    texts: Mapping[str, int] = {}
    dropped: Mapping[str, float] = {}

    def to_json(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return self._asdict()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "PublishedState":
        """Return the state that `to_json` turned into `values`.

        Raises:
            ValueError: if a file has another name than those of texts.
        """
        texts = {str(name): int(size) for name, size in values["texts"].items()}
        for name in texts:
            if not _FILE_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not the name of a file of texts")
        parts = tuple(CatalogPart(*part) for part in values["catalog"])
        return cls(values["size"], parts, texts, values["dropped"])


def files_index(location: Location) -> str:
    """Return the name of the index that holds the parts of files."""
    return f"{location.name}-files"


def files_body(alias: str) -> dict[str, Any]:
    """Return the settings of that index, which writers address by `alias`."""
    keyword = {"type": "keyword"}
    properties = {"file": keyword, "token": keyword, "data": {"type": "binary"}}
    properties["state"] = {"type": "object", "enabled": False}  # type: ignore[dict-item]
    return {
        "settings": {"index": {"replication.type": "DOCUMENT"}},
        "mappings": {"dynamic": "strict", "properties": properties},
        "aliases": {alias: {}},
    }


def text_part(name: str, number: int) -> str:
    """Return the id of a part of a file of texts."""
    return f"{name.replace('/', '.')}.{number}"


def part_path(location: Location, part: str, number: int) -> str:
    """Return the path of a request for the part with an id and a number."""
    return f"{files_index(location)}/_doc/{part}?routing={number}"


def read_state(connection: Connection, location: Location, state: str) -> PublishedState | None:
    """Return the state with an id, None if the cluster does not hold it.

    Raises:
        ClusterError: if it is not valid.
    """
    found = connection.request("GET", part_path(location, state, 0), missing_ok=True)
    try:
        return PublishedState.from_json(found["_source"]["state"]) if found else None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _not_valid(location) from None


def bytes_of(entry: Mapping[str, Any], location: Location) -> bytes:
    """Return the bytes of a part.

    Raises:
        ClusterError: if it is not valid.
    """
    try:
        return b64decode(entry["_source"]["data"])
    except (KeyError, TypeError, ValueError):
        raise _not_valid(location) from None


def _not_valid(location: Location) -> ClusterError:
    """Return the error for parts that no build has written."""
    return ClusterError(
        f"the files of the index {location.name} in the cluster are damaged.",
        Instruction("Build it again, or use the index in the folder where it was built."),
        where=location.url,
    )
