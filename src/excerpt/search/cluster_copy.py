"""The address of a cluster and the name of an index there → a folder with a copy, to be opened.

The copy needs the space of the catalog, and of the texts that were shown. It is in the user's cache
folder and may be deleted at any time.
"""

import os
from hashlib import blake2b
from pathlib import Path
from typing import Final

from excerpt.catalog.schema import NAME as CATALOG
from excerpt.engines import update_copy
from excerpt.errors import ExcerptError, Instruction

__all__ = ["copy_index"]

_URL: Final = "EXCERPT_OPENSEARCH_URL"


def copy_index(name: str, url: str = "", folder: Path | None = None) -> Path:
    """Return the folder of a copy of the index `name` in the cluster at `url`, up to date.

    The address is in the environment if none is given. The copy is in `folder`, or in the cache
    folder of the user.

    Raises:
        ExcerptError: if no cluster is known, or it has no such index.
        ClusterError: if it does not answer.
    """
    url = (url or os.environ.get(_URL, "")).rstrip("/")
    if not url:
        raise ExcerptError(
            f"the index {name} is in a cluster, but its address is not known.",
            Instruction(f"Give it with --url, or set {_URL}."),
        )
    if folder is None:
        digest = blake2b(url.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
        folder = _cache_folder() / f"{name}-{digest}"
    update_copy(folder, url, name, CATALOG)
    return folder


def _cache_folder() -> Path:
    """Return the folder for copies, which only the user can read."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "excerpt"
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    return cache
