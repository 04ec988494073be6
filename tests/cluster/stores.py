"""An index in a cluster that tests write to, commit and open."""

import json
import os
from itertools import count
from pathlib import Path

from excerpt.engines import (
    OPENSEARCH,
    Engine,
    EngineWriter,
    Manifest,
    open_engine,
    open_writer,
    read_manifest,
    record_cluster,
)
from excerpt.engines.opensearch.removal import sweep

_NUMBERS = count()


class OpenSearchStore:
    """An index in the cluster at `url`, with a name of its own, whose folder is `folder`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.name = f"excerpt.{os.getpid()}.{next(_NUMBERS)}"
        self.manifest: Manifest | None = None
        self._writer: EngineWriter | None = None
        record_cluster(folder, OPENSEARCH, url, self.name)

    def writer(self) -> EngineWriter:
        """Return the writer of the next state."""
        self._writer = self._writer or open_writer(self.folder, self.manifest, OPENSEARCH)
        return self._writer

    def commit(self, main_language: str = "") -> Engine:
        """Commit the next state and return an engine over it."""
        prepared = self.writer().prepare(main_language).to_json()
        self.manifest = read_manifest(json.loads(json.dumps(prepared)))
        return self.reopen()

    def drop_writer(self) -> None:
        """Forget the writer, as if its process had been killed."""
        self._writer = None

    def reopen(self) -> Engine:
        """Open the last committed state and return the engine."""
        assert self.manifest is not None
        return open_engine(self.folder, self.manifest)

    def remove(self) -> None:
        """Delete the index and all that belongs to it."""
        if self._writer is not None:
            self._writer.close()
        sweep(self.folder, None, is_replaced=True)
