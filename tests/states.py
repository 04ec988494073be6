"""The contents of an index, in a form in which two indexes can be compared."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from excerpt.catalog import Catalog
from excerpt.engines import Manifest, open_engine
from excerpt.engines.whoosh.manifest import WhooshManifest
from excerpt.index.format.manifest import ColumnarManifest
from excerpt.query.ast import Term

WORDS = ("harbour", "miners", "petition", "winter", "queen")


def state_of(index: Path) -> list[Any]:
    """Verify an index, and return everything in it except the ids of its documents."""
    with Catalog.open(index) as catalog:
        catalog.verify()
        engine = open_engine(index, catalog.manifest)
        try:
            engine.verify()
            return [
                [
                    (
                        record.files[0].path,
                        [(file.path, file.metadata) for file in record.files],
                        record.metadata,
                        catalog.text(record.id),
                        [passage.span for passage in catalog.passages_of(record.id)],
                    )
                    for record in catalog.documents()
                ],
                catalog.unreadable(),
                catalog.metadata_names(),
                {
                    word: [
                        (
                            catalog.document(key.document).files[0].path,
                            key.ordinal,
                            round(score, 9),
                        )
                        for key, score in engine.execute(Term(word)).top(None)
                    ]
                    for word in (*WORDS, "text", "about")
                },
            ]
        finally:
            engine.close()


def files_of(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield the folder and the name of each file of a committed state."""
    assert isinstance(manifest, ColumnarManifest | WhooshManifest)
    folder = "whoosh" if isinstance(manifest, WhooshManifest) else "segments"
    yield from ((folder, file.name) for file in manifest.files)


def stray_files(index: Path) -> set[str]:
    """Return the files in the folder of an index that do not belong to its last commit."""
    with Catalog.open(index) as catalog:
        manifest, store = catalog.manifest, catalog.settings.store
    named = {f"{folder}/{name}" for folder, name in files_of(manifest)}
    named |= {f"store/{file.name}" for file in store.files}
    existing = {path.relative_to(index).as_posix() for path in index.rglob("*") if path.is_file()}
    return (
        existing - named - {f"catalog.sqlite{suffix}" for suffix in ("", "-wal", "-shm")} - {"lock"}
    )
