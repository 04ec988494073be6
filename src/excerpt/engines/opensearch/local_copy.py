"""The state that a cluster holds → a copy of the folder of the index, for reading on any machine.

The copy has the catalog, and each file of texts without its bytes: these are fetched when they are
needed, and kept. So the first search transfers the catalog and the texts that it shows.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from excerpt import files
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.lease import read_head
from excerpt.engines.opensearch.published import (
    PART_BYTES,
    CatalogPart,
    PublishedState,
    bytes_of,
    files_index,
    part_path,
    read_state,
    text_part,
)
from excerpt.engines.opensearch.settings import (
    FILE,
    Location,
    check_name,
    check_url,
    credentials_for,
    read_location,
    record_location,
)
from excerpt.errors import ClusterError, ExcerptError, Instruction

__all__ = ["ClusterFiles", "update_copy"]

RETRY_SECONDS: Final = 30.0
"""Seconds for which a reader waits for a busy cluster."""
LOCK_SECONDS: Final = 600.0
"""Seconds for which a reader waits while another one updates the same copy."""
_MAX_ATTEMPTS: Final = 3
"""Attempts to copy a state, while builds replace it."""
_PARTS_AT_ONCE: Final = 16
"""Parts of the catalog in one request."""


def update_copy(folder: Path, url: str, name: str, catalog: str) -> None:
    """Bring the copy in `folder` of the index `name` in the cluster at `url` up to date.

    `catalog` is the name of the file of the catalog. Nothing is done if the copy is up to date.

    Raises:
        ExcerptError: if there is no such index, or the folder is no copy of it.
        ClusterError: if the cluster does not answer.
    """
    url, name = check_url(url), check_name(name)
    former = read_location(folder) if (folder / FILE).exists() else None
    if former is not None and not (former.state and (former.url, former.name) == (url, name)):
        raise ExcerptError(
            f"this folder is not a copy of the index {name} in this cluster.",
            Instruction("Choose a new folder with --index, or omit --url and --name."),
            where=folder,
        )
    connection = Connection(url, credentials_for(url), RETRY_SECONDS)
    try:
        for _ in range(_MAX_ATTEMPTS):
            location = _published(connection, url, name)
            if location == former:
                return
            if _copy(connection, location, folder, catalog):
                return
    finally:
        connection.close()
    raise _replaced(url)


def _published(connection: Connection, url: str, name: str) -> Location:
    """Return the location of the published state."""
    head = read_head(connection, Location(url, name, ""))
    if not head.get("published"):
        raise ExcerptError(
            f"there is no index {name} in this cluster.",
            Instruction("Check --name, or build the index: a build publishes it when it ends."),
            where=url,
        )
    return Location(url, name, head["index_id"], head["published"]["id"])


def _copy(connection: Connection, location: Location, folder: Path, catalog: str) -> bool:
    """Copy a state; return False if the cluster does not hold it any more.

    Readers of the former state keep the files that they have open.
    """
    state = read_state(connection, location, location.state)
    if state is None:
        return False
    files.make_folder(folder)
    with files.hold_lock(folder / "lock", LOCK_SECONDS):
        for text, size in state.texts.items():
            files.make_folder((folder / text).parent)
            files.write_sparse(folder / text, size)
        try:
            files.replace(folder / catalog, _catalog(connection, location, state, folder / catalog))
        except KeyError:  # a part is not there any more
            return False
        record_location(folder, location)
        for parent in {(folder / text).parent for text in state.texts}:
            named = {Path(text).name for text in state.texts}
            files.remove_unlisted(parent, named, {Path(text).suffix for text in state.texts})
    return True


def _catalog(
    connection: Connection, location: Location, state: PublishedState, former: Path
) -> Iterator[bytes]:
    """Yield the parts of the catalog; those of the `former` copy are not fetched again."""
    size = former.stat().st_size if former.exists() else 0
    for start in range(0, len(state.catalog), _PARTS_AT_ONCE):
        group = state.catalog[start : start + _PARTS_AT_ONCE]
        own: list[bytes] = []
        if start * PART_BYTES < size:
            with former.open("rb") as file:
                file.seek(start * PART_BYTES)
                own = [file.read(PART_BYTES) for _ in group]
        present = {files.digest_of([data]): data for data in own}
        missing = {
            start + number: part for number, part in enumerate(group) if part.digest not in present
        }
        if missing:
            present |= _fetched(connection, location, missing)
        yield from (present[part.digest] for part in group)


def _fetched(
    connection: Connection, location: Location, parts: dict[int, CatalogPart]
) -> dict[str, bytes]:
    """Return the bytes of parts, which are given by their numbers, by their digests."""
    wanted = [{"_id": part.id, "routing": str(number)} for number, part in parts.items()]
    answer = connection.request("POST", f"{files_index(location)}/_mget", {"docs": wanted})
    found = [bytes_of(each, location) for each in answer["docs"] if each.get("found")]
    return {files.digest_of([data]): data for data in found}


class ClusterFiles:
    """The bytes of the texts of the copy in `folder`, as far as they were not needed yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: Connection | None = None
        self._location = read_location(folder)

    def fetch(self, path: Path, start: int, end: int) -> None:
        """Write the bytes from `start` to `end` into the file `path` of the copy.

        Raises:
            ClusterError: if the cluster does not answer, or does not hold the file any more.
        """
        url = self._location.url
        if self._connection is None:
            self._connection = Connection(url, credentials_for(url), RETRY_SECONDS)
        name = path.relative_to(self._folder).as_posix()
        for number in range(start // PART_BYTES, -(-end // PART_BYTES)):
            request = part_path(self._location, text_part(name, number), number)
            found = self._connection.request("GET", request, missing_ok=True)
            if not found:
                raise _replaced(url)
            files.fill(path, number * PART_BYTES, bytes_of(found, self._location))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()


def _replaced(url: str) -> ClusterError:
    return ClusterError(
        "the index was built again meanwhile.", Instruction("Repeat the command."), where=url
    )
