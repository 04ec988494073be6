"""The engines that an index can have: opens them by the name in their manifest.

packed_documents  a document ⇄ bytes, for engines that evaluate with `reference`
protocol   the types that all engines share, for reading and for writing
reference  the meaning of queries, evaluated document by document: exact and slow;
           `reference_lines` does so for concordances
memory     documents in memory, evaluated by `reference`: the oracle of the tests
whoosh     an index in the format of Whoosh, evaluated by `reference`
opensearch an index in an OpenSearch cluster, which evaluates the usual queries

The default engine is `excerpt.index`. No module outside of this package names a concrete engine.
Modules of engines are imported when one is opened: Whoosh alone takes longer to import than most
searches take.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from excerpt.engines.protocol import (
    BuiltSegment,
    DocumentFields,
    Engine,
    EngineWriter,
    Lines,
    Manifest,
    Matches,
    MissingBytes,
    Occurrence,
    ScoredKey,
    SegmentBuilder,
    Statistics,
    TokenSpan,
    Vocabulary,
)
from excerpt.errors import ExcerptError, UseOption

if TYPE_CHECKING:
    from excerpt.engines.opensearch.manifest import OpenSearchManifest
    from excerpt.engines.whoosh.manifest import WhooshManifest
    from excerpt.index.format.manifest import ColumnarManifest

__all__ = [
    "COLUMNAR",
    "ENGINES",
    "OPENSEARCH",
    "WHOOSH",
    "BuiltSegment",
    "DocumentFields",
    "Engine",
    "EngineWriter",
    "Lines",
    "Manifest",
    "Matches",
    "MissingBytes",
    "Occurrence",
    "ScoredKey",
    "SegmentBuilder",
    "Statistics",
    "TokenSpan",
    "Vocabulary",
    "check_cluster",
    "check_original",
    "engine_of",
    "missing_bytes",
    "open_engine",
    "open_segment_builder",
    "open_writer",
    "publish",
    "record_cluster",
    "read_manifest",
    "recorded_engine",
    "sweep",
    "update_copy",
]

COLUMNAR: Final = "columnar"
WHOOSH: Final = "whoosh"
OPENSEARCH: Final = "opensearch"


class _EngineClasses(NamedTuple):
    """The classes of an engine, each as its module and its name."""

    manifest: tuple[str, str]
    engine: tuple[str, str]
    writer: tuple[str, str]
    segment_builder: tuple[str, str]


_ENGINE_CLASSES: Final = {
    COLUMNAR: _EngineClasses(
        ("excerpt.index.format.manifest", "ColumnarManifest"),
        ("excerpt.index.engine", "ColumnarEngine"),
        ("excerpt.index.write.index_writer", "ColumnarWriter"),
        ("excerpt.index.write.segment_builder", "ColumnarSegmentBuilder"),
    ),
    WHOOSH: _EngineClasses(
        ("excerpt.engines.whoosh.manifest", "WhooshManifest"),
        ("excerpt.engines.whoosh.engine", "WhooshEngine"),
        ("excerpt.engines.whoosh.writer", "WhooshWriter"),
        ("excerpt.engines.whoosh.segment_builder", "WhooshSegmentBuilder"),
    ),
    OPENSEARCH: _EngineClasses(
        ("excerpt.engines.opensearch.manifest", "OpenSearchManifest"),
        ("excerpt.engines.opensearch.engine", "OpenSearchEngine"),
        ("excerpt.engines.opensearch.writer", "OpenSearchWriter"),
        ("excerpt.engines.opensearch.segment_builder", "OpenSearchSegmentBuilder"),
    ),
}
ENGINES: Final = tuple(_ENGINE_CLASSES)
"""The names of all engines; the first is the default."""


def engine_of(values: Mapping[str, Any]) -> str:
    """Return the name of the engine that wrote a manifest of any format, given as JSON `values`."""
    return str(values.get("engine", COLUMNAR))


def read_manifest(values: Mapping[str, Any]) -> Manifest:
    """Return the manifest that `Manifest.to_json` turned into `values`.

    Raises:
        KeyError, TypeError: if the values have another structure.
    """
    manifest_class = _imported(_ENGINE_CLASSES[values["engine"]].manifest)
    return cast("Manifest", manifest_class.from_json(values))


def open_engine(folder: Path, manifest: Manifest) -> Engine:
    """Open the index in `folder` for reading, in the committed state `manifest`.

    Raises:
        IndexDamaged: if a file is missing or damaged.
    """
    return cast("Engine", _imported(_ENGINE_CLASSES[manifest.engine].engine)(folder, manifest))


def open_writer(folder: Path, manifest: Manifest | None, engine: str = "") -> EngineWriter:
    """Return a writer of the state that follows `manifest`.

    Without a manifest, it writes the first state of an index of `engine` ("": the default).
    """
    name = manifest.engine if manifest else engine or COLUMNAR
    return cast("EngineWriter", _imported(_ENGINE_CLASSES[name].writer)(folder, manifest))


def open_segment_builder(folder: Path, engine: str = "") -> SegmentBuilder:
    """Return a builder of one segment for the index in `folder` of `engine` ("": the default)."""
    return cast(
        "SegmentBuilder", _imported(_ENGINE_CLASSES[engine or COLUMNAR].segment_builder)(folder)
    )


def _imported(name: tuple[str, str]) -> Any:
    """Import a class when it is needed: most commands need one part of one engine."""
    module, attribute = name
    return getattr(import_module(module), attribute)


def sweep(folder: Path, manifest: Manifest | None) -> None:
    """Remove the engine files in `folder` that `manifest` (None: no committed state) does not name.

    Files of all engines are removed, since the index may have been rebuilt with another one.
    """
    from excerpt.engines.opensearch.removal import sweep as sweep_opensearch
    from excerpt.engines.whoosh.manifest import sweep as sweep_whoosh
    from excerpt.index.write.index_writer import sweep as sweep_columnar

    engine = manifest.engine if manifest else ""
    of_columnar = manifest if engine == COLUMNAR else None
    of_whoosh = manifest if engine == WHOOSH else None
    of_opensearch = manifest if engine == OPENSEARCH else None
    sweep_columnar(folder, cast("ColumnarManifest | None", of_columnar))
    sweep_whoosh(folder, cast("WhooshManifest | None", of_whoosh))
    sweep_opensearch(
        folder,
        cast("OpenSearchManifest | None", of_opensearch),
        is_replaced=engine not in {"", OPENSEARCH},
    )


def recorded_engine(folder: Path) -> str:
    """Return the engine of an index in `folder` before its first commit.

    It is the default engine, unless a build that named a cluster was interrupted.
    """
    from excerpt.engines.opensearch.settings import FILE

    return OPENSEARCH if (folder / FILE).is_file() else COLUMNAR


def check_cluster(folder: Path, engine: str, url: str, name: str) -> None:
    """Check the address and the name of an index in a cluster, and write nothing.

    "" keeps the recorded one.

    Raises:
        ExcerptError: if the engine needs a cluster and none is known, or needs none and one is
            given.
    """
    if engine == OPENSEARCH:
        from excerpt.engines.opensearch.settings import choose_location

        choose_location(folder, url, name)
    elif url or name:
        raise ExcerptError(
            f"the engine {engine} needs no cluster.",
            UseOption("To build in a cluster, name its engine opensearch", "--engine"),
            where=folder,
        )


def record_cluster(folder: Path, engine: str, url: str, name: str) -> None:
    """Record in which cluster the index in `folder` is, and its name there.

    Raises:
        ExcerptError: as `check_cluster`.
    """
    check_cluster(folder, engine, url, name)
    if engine == OPENSEARCH:
        from excerpt.engines.opensearch.settings import write_location

        write_location(folder, url, name)


def check_original(folder: Path) -> None:
    """Check that the index in `folder` is not a copy of one in a cluster, which is only read.

    Raises:
        ExcerptError: if it is.
    """
    from excerpt.engines.opensearch.settings import FILE, choose_location

    if (folder / FILE).is_file():
        choose_location(folder, "", "")


def publish(
    folder: Path,
    manifest: Manifest,
    settings_digest: str,
    copied_catalog: Callable[[], AbstractContextManager[Path]],
    texts: Mapping[str, int],
) -> None:
    """Let readers on other machines see a committed state, if its engine is in a cluster.

    settings_digest  differs for every other state
    copied_catalog   makes a copy of the catalog for as long as it is needed
    texts            the size of each file of texts, by its path in the folder

    Raises:
        ClusterError: if the cluster does not take it; then readers see the former state.
    """
    if manifest.engine != OPENSEARCH:
        return
    from excerpt.engines.opensearch.publisher import StatePublisher

    publisher = StatePublisher(folder, settings_digest)
    try:
        if publisher.is_needed():
            with copied_catalog() as catalog:
                publisher.publish(catalog, texts)
    finally:
        publisher.close()


def update_copy(folder: Path, url: str, name: str, catalog: str) -> None:
    """Bring the copy in `folder` of an index in a cluster up to date.

    `catalog` is the name of the file of the catalog.

    Raises:
        ExcerptError: if there is no such index, or the folder is no copy of it.
        ClusterError: if the cluster does not answer.
    """
    from excerpt.engines.opensearch.local_copy import update_copy as update

    update(folder, url, name, catalog)


def missing_bytes(folder: Path, manifest: Manifest) -> MissingBytes | None:
    """Return the bytes of texts that the copy in `folder` may lack; None for an original."""
    if manifest.engine != OPENSEARCH:
        return None
    from excerpt.engines.opensearch.local_copy import ClusterFiles
    from excerpt.engines.opensearch.settings import read_location

    return ClusterFiles(folder) if read_location(folder).state else None
