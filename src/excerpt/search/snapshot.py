"""The folder of an index → the catalog and the engine of one committed state.

Both are opened from the same transaction of the catalog, which names the engine's files. Builds
that commit later do not change these files, so a snapshot stays consistent for as long as it is
open.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakSet

from excerpt.catalog import Catalog
from excerpt.engines import Engine, Manifest, open_engine
from excerpt.errors import (
    ExcerptError,
    IndexDamaged,
    Instruction,
    damaged,
    rebuild_remedy,
    repair_remedy,
)
from excerpt.memory import BoundedCache
from excerpt.query.ast import MatchAll, Node
from excerpt.search.top_hits import HitOrders

if TYPE_CHECKING:
    from excerpt.counting.document_columns import DocumentMatches, DocumentOutline
    from excerpt.counting.facets import FacetColumns
    from excerpt.quotations.checking import QuotationChecker
    from excerpt.search.hits import SnapshotSource

__all__ = ["Snapshot"]

T = TypeVar("T")
_MATCHED_BYTES: Final = 8_000_000
"""Bound of the cache of matches in documents: some 250,000 passages."""
_ORDER_BYTES: Final = 16_000_000
"""Bound of the cache of orders of hits: some 600,000 hits."""
_OUTLINE_BYTES: Final = 16_000_000
"""Bound of the cache of outlines: some 400,000 passages."""


class Snapshot:
    """The catalog and the engine of the index in `folder`, in the state of the last commit.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: if the index cannot be read.
    """

    def __init__(self, folder: Path, corpus: Path | None = None) -> None:
        self.folder = folder
        self._catalog, self._engine = _open(folder)
        if corpus is not None:
            self._catalog.corpus = corpus
        self._is_closed = False
        self._facet_columns: FacetColumns | None = None
        self._checker: QuotationChecker | None = None
        self.sources: WeakSet[SnapshotSource] = WeakSet()
        """The sources of hits that may not be complete."""
        self.outlines: BoundedCache[int, DocumentOutline] = BoundedCache(_OUTLINE_BYTES)
        """The outlines of documents that were read, by id."""
        self.matches_in_documents: BoundedCache[tuple[Node, int, bool], DocumentMatches] = (
            BoundedCache(_MATCHED_BYTES)
        )
        """The matches of queries in documents that were read, by tree, document and view."""
        self.hit_orders = HitOrders(_ORDER_BYTES)

    @property
    def catalog(self) -> Catalog:
        """The catalog.

        Raises:
            ExcerptError: if the snapshot is closed.
        """
        self._check_open()
        return self._catalog

    @property
    def engine(self) -> Engine:
        """The engine.

        Raises:
            ExcerptError: if the snapshot is closed.
        """
        self._check_open()
        return self._engine

    def facet_columns(self) -> "FacetColumns":
        """Return the fields of all documents as columns, which are made once."""
        from excerpt.counting.facets import FacetColumns

        if self._facet_columns is None:
            self._facet_columns = FacetColumns(self.engine.document_fields)
        return self._facet_columns

    def quotation_checker(self) -> "QuotationChecker":
        """Return the checker of quotations; to list the documents takes time in a large index."""
        from excerpt.quotations.checking import QuotationChecker

        self._check_open()
        if self._checker is None:
            self._checker = QuotationChecker(self._catalog, self._engine)
        return self._checker

    @property
    def state(self) -> str:
        """An identifier of the committed state: it differs if any file or setting does."""
        from hashlib import blake2b

        rows = sorted((str(name), str(value)) for name, value, *_ in self.catalog.settings.rows())
        return blake2b(repr(rows).encode(), digest_size=8).hexdigest()

    def _check_open(self) -> None:
        if self._is_closed:
            raise ExcerptError(
                "this index is closed.",
                Instruction("Open it again, or close it later."),
                where=self.folder,
            )

    def close(self) -> None:
        """Close the files; closing twice is allowed."""
        if not self._is_closed:
            for source in list(self.sources):
                with suppress(ExcerptError):  # damage is reported when a field is needed
                    source.complete()
            self._is_closed = True
            self._engine.close()
            self._catalog.close()

    def iterate(self, items: Iterator[T], lock: AbstractContextManager[object]) -> Iterator[T]:
        """Yield `items`, which are read from the snapshot one by one, each while holding `lock`.

        Raises:
            ExcerptError: if the snapshot is closed before the last item.
        """
        while True:
            if self._is_closed:
                raise ExcerptError(
                    "the index was rebuilt or closed during iteration.",
                    Instruction("Search again."),
                    where=self.folder,
                )
            with lock:
                try:
                    item = next(items)
                except StopIteration:
                    return
            yield item

    def verify(self) -> None:
        """Read and check each file and each row, and check that catalog and engine agree.

        Raises:
            IndexDamaged: naming the first damaged file.
        """
        catalog, engine = self.catalog, self.engine
        engine.verify()
        catalog.verify()
        n_passages = {document.id: document.n_passages for document in catalog.documents()}
        n_documents = len(n_passages)
        all_keys = engine.everything.execute(MatchAll())
        for document, keys in groupby(all_keys, key=lambda key: key.document):
            if [key.ordinal for key in keys] != list(range(n_passages.pop(document, -1))):
                raise self._inconsistent()
        # Documents without passages are left.
        if any(n_passages.values()) or engine.statistics().n_documents != n_documents:
            raise self._inconsistent()

    def _inconsistent(self) -> IndexDamaged:
        detail = "its catalog and its engine hold different passages"
        return damaged(detail, self.folder, repair_remedy(self.folder), rebuild_remedy(self.folder))


def _open(folder: Path) -> tuple[Catalog, Engine]:
    """Open the catalog and the engine of the index in `folder`.

    A build may remove a file of this state between the two steps. Then the catalog has a newer
    state, and both are opened again.
    """
    former: Manifest | None = None
    while True:
        catalog = Catalog.open(folder)
        manifest = catalog.manifest
        try:
            catalog.open_store()
            return catalog, open_engine(folder, manifest)
        except (FileNotFoundError, IndexDamaged) as error:
            catalog.close()
            if manifest == former:  # no build since the last attempt: the file is really missing
                raise _damaged(folder, error) from error
            former = manifest
        except BaseException:
            catalog.close()
            raise


def _damaged(folder: Path, error: Exception) -> ExcerptError:
    if isinstance(error, IndexDamaged):
        return error
    return damaged(
        f"a file is missing: {error}", folder, repair_remedy(folder), rebuild_remedy(folder)
    )
