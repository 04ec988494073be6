"""Deletes what the committed state of an index does not need from its cluster."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.lease import control_index, forget, read_head
from excerpt.engines.opensearch.manifest import OpenSearchManifest
from excerpt.engines.opensearch.published import files_index
from excerpt.engines.opensearch.settings import (
    FILE,
    credentials_for,
    read_location,
    remove_location,
)
from excerpt.errors import ClusterError

__all__ = ["sweep"]

RETRY_SECONDS: Final = 30.0
"""Seconds to wait for a busy cluster; indices that remain do no harm."""


def sweep(folder: Path, manifest: OpenSearchManifest | None, *, is_replaced: bool) -> None:
    """Delete the indices of the index in `folder` that `manifest` does not name.

    These are of builds that did not finish, and of former states that were built from scratch. If
    the index `is_replaced` by one of another engine, its head and its address are removed too. The
    cluster is not asked if the index was never in one. If it does not answer, nothing is deleted.
    """
    if not (folder / FILE).is_file():
        return
    with suppress(ClusterError):  # a later build tries again, as long as there is an address
        _sweep(folder, manifest, is_replaced=is_replaced)


def _sweep(folder: Path, manifest: OpenSearchManifest | None, *, is_replaced: bool) -> None:
    location = read_location(folder)
    connection = Connection(location.url, credentials_for(location.url), RETRY_SECONDS)
    try:
        is_own = read_head(connection, location).get("index_id") == location.index_id
        if is_own:
            found = connection.request("GET", f"{location.name}-*/_alias")
            kept = {control_index(location)}
            if manifest:
                kept |= {manifest.index_name, files_index(location)}
            for index in sorted(set(found) - kept):
                connection.request("DELETE", index, missing_ok=True)
        if is_own and is_replaced:
            forget(connection, location)
    finally:
        connection.close()
    if is_replaced:
        remove_location(folder)
