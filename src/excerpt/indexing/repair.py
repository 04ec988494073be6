"""An intact catalog and text store → new files of the engine, without the sources.

They hold every text, its passages and its metadata, and the engine's files hold nothing else. The
new files are committed like a build: until then, readers see the former state.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from excerpt import files
from excerpt.catalog import Catalog, StoredDocument
from excerpt.catalog.writer import CatalogWriter
from excerpt.engines import Manifest, check_original, open_segment_builder, open_writer, sweep
from excerpt.errors import ExcerptError
from excerpt.indexing.main_language import main_language
from excerpt.indexing.publishing import publish_state
from excerpt.ingest.formats import VERSION as READERS_VERSION
from excerpt.model import Document, Passage

__all__ = ["repair"]


def repair(index: Path, *, wait: float = 0.0) -> None:
    """Rebuild the engine's files of the index in the folder `index` from its catalog and texts.

    `wait` is the time in seconds to wait for a build to finish.

    Raises:
        IndexMissing: if there is no index.
        IndexDamaged: if the catalog or a text is damaged.
        IndexOutdated: if another version built the index.
        IndexBusy: if another process builds the index.
        ExcerptError: if the index cannot be written.
    """
    # The lock file must not be created in a folder that is not an index.
    Catalog.open(index).close()
    check_original(index)
    with files.hold_lock(index / "lock", wait):
        with Catalog.open(index) as catalog:
            catalog.verify()
            former = catalog.manifest
        with CatalogWriter.open(index, readers=READERS_VERSION) as writer:
            try:
                manifest = _rebuild_engine(index, former.engine)
                writer.commit(writer.settings.replace(manifest=manifest))
            except BaseException:
                with suppress(ExcerptError):
                    committed = writer.committed_settings()
                    sweep(index, committed.manifest if committed else former)
                raise
            publish_state(writer, writer.settings)
            sweep(index, writer.manifest)
            writer.checkpoint()


def _rebuild_engine(index: Path, name: str) -> Manifest:
    """Write the files of the engine `name` for all documents of the catalog."""
    with Catalog.open(index) as catalog, closing(open_writer(index, None, name)) as engine:
        builder = None
        sizes: Counter[str] = Counter()
        for stored in catalog.documents():
            builder = builder or open_segment_builder(index, name)
            passages = catalog.passages_of(stored.id)
            sizes[stored.language] += stored.n_characters
            builder.add(_document(catalog, stored, passages), passages)
            if builder.is_full:
                engine.adopt(builder.finish())
                builder = None
        if builder is not None:
            engine.adopt(builder.finish())
        return engine.prepare(main_language(sizes))


def _document(catalog: Catalog, stored: StoredDocument, passages: Sequence[Passage]) -> Document:
    """Return a stored document with all that an engine needs of it."""
    return Document(
        catalog.text(stored.id),
        (),
        stored.format,
        marks=tuple(sorted({mark for passage in passages for mark in passage.marks})),
        title=stored.title,
        language=stored.language,
        metadata=stored.metadata.pairs,
        hyphenated=stored.hyphenated,
        id=stored.id,
        paths=tuple(file.path for file in stored.files),
    )
