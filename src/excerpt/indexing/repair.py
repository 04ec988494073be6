"""A sound catalog → the engine's files, made anew: without the sources, which may be on a disk in another town.

The catalog holds every text, how it was cut, and what is said of it; the engine holds nothing that does not come from
there. What is written is committed as by a build: until then, readers have the state they had.
"""

from contextlib import closing, suppress
from pathlib import Path

from excerpt import files
from excerpt.catalog import Catalog, StoredDocument
from excerpt.catalog.writer import CatalogWriter
from excerpt.engines import Manifest, open_segment_builder, open_writer, sweep
from excerpt.errors import ExcerptError
from excerpt.ingest.formats import VERSION as EXTRACTION
from excerpt.model import Document

__all__ = ["repair"]


def repair(index: Path, *, wait: float = 0.0) -> None:
    """Make the engine of the index in the folder `index` anew. A build is waited for up to `wait` seconds.

    Raises:
        IndexMissing: if there is no index.
        IndexDamaged: if the catalog itself is not what was written.
        IndexOutdated: if another version made it.
        IndexBusy: if somebody is building.
        ExcerptError: if the index cannot be written.
    """
    Catalog.open(index).close()  # or the lock would be made in a folder that is no index
    with files.hold_lock(index / "lock", wait):
        with Catalog.open(index) as sound:
            sound.verify()
            former = sound.manifest
        with CatalogWriter.open(index, extraction=EXTRACTION) as catalog:
            try:
                manifest = _made_anew(index, former.engine)
                catalog.commit(catalog.settings._replace(manifest=manifest))
            except BaseException:
                with suppress(ExcerptError):
                    sweep(index, catalog.committed_manifest() or former)
                raise
            sweep(index, catalog.manifest)
            catalog.checkpoint()


def _made_anew(index: Path, name: str) -> Manifest:
    """A new engine, of this name, for the documents of the catalog."""
    with Catalog.open(index) as catalog, closing(open_writer(index, None, name)) as engine:
        builder = None
        for record in catalog.documents():
            builder = builder or open_segment_builder(index, name)
            builder.add(_document(catalog, record), list(catalog.passages_of(record.id)))
            if builder.is_full:
                engine.adopt(builder.finish())
                builder = None
        if builder is not None:
            engine.adopt(builder.finish())
        return engine.prepare()


def _document(catalog: Catalog, record: StoredDocument) -> Document:
    """A document as it was when it was indexed, so far as an engine wants to know."""
    return Document(
        catalog.text(record.id),
        (),
        record.format,
        title=record.title,
        language=record.language,
        metadata=record.metadata,
        hyphenated=record.hyphenated,
        id=record.id,
        paths=tuple(place.path for place in record.files),
    )
