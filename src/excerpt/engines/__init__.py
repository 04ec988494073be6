"""The engines that an index can have: opens them by the name in their manifest.

protocol   the types that all engines share, for reading and for writing
reference  the meaning of queries, evaluated document by document: exact and slow;
           `reference_lines` does so for concordances
memory     documents in memory, evaluated by `reference`: the oracle of the tests
whoosh     an index in the format of Whoosh, evaluated by `reference`

The default engine is `excerpt.index`. No module outside of this package names a concrete engine.
Modules of engines are imported when one is opened: Whoosh alone takes longer to import than most
searches take.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from excerpt.engines.protocol import (
    BuiltSegment,
    DocumentFields,
    Engine,
    EngineWriter,
    Lines,
    Manifest,
    Matches,
    Occurrence,
    ScoredKey,
    SegmentBuilder,
    Statistics,
    TokenSpan,
    Vocabulary,
)

if TYPE_CHECKING:
    from excerpt.engines.whoosh.manifest import WhooshManifest
    from excerpt.index.format.manifest import ColumnarManifest

__all__ = [
    "COLUMNAR",
    "ENGINES",
    "WHOOSH",
    "BuiltSegment",
    "DocumentFields",
    "Engine",
    "EngineWriter",
    "Lines",
    "Manifest",
    "Matches",
    "Occurrence",
    "ScoredKey",
    "SegmentBuilder",
    "Statistics",
    "TokenSpan",
    "Vocabulary",
    "engine_of",
    "open_engine",
    "open_segment_builder",
    "open_writer",
    "read_manifest",
    "sweep",
]

COLUMNAR: Final = "columnar"
WHOOSH: Final = "whoosh"
ENGINES: Final = (COLUMNAR, WHOOSH)
"""The names of all engines; the first is the default."""


def engine_of(values: Mapping[str, Any]) -> str:
    """Return the name of the engine that wrote a manifest of any format, given as JSON `values`."""
    return str(values.get("engine", COLUMNAR))


def read_manifest(values: Mapping[str, Any]) -> Manifest:
    """Return the manifest that `Manifest.to_json` turned into `values`.

    Raises:
        KeyError, TypeError: if the values have another structure.
    """
    if values["engine"] == WHOOSH:
        from excerpt.engines.whoosh.manifest import WhooshManifest

        return WhooshManifest.from_json(values)
    from excerpt.index.format.manifest import ColumnarManifest

    return ColumnarManifest.from_json(values)


def open_engine(folder: Path, manifest: Manifest) -> Engine:
    """Open the index in `folder` for reading, in the committed state `manifest`.

    Raises:
        IndexDamaged: if a file is missing or damaged.
    """
    if manifest.engine == WHOOSH:
        from excerpt.engines.whoosh.engine import WhooshEngine

        return WhooshEngine(folder, cast("WhooshManifest", manifest))
    from excerpt.index.engine import ColumnarEngine

    return ColumnarEngine(folder, cast("ColumnarManifest", manifest))


def open_writer(folder: Path, manifest: Manifest | None, engine: str = "") -> EngineWriter:
    """Return a writer of the state that follows `manifest`.

    Without a manifest, it writes the first state of an index of `engine` ("": the default).
    """
    if (manifest.engine if manifest else engine) == WHOOSH:
        from excerpt.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(folder, cast("WhooshManifest | None", manifest))
    from excerpt.index.write.index_writer import ColumnarWriter

    return ColumnarWriter(folder, cast("ColumnarManifest | None", manifest))


def open_segment_builder(folder: Path, engine: str = "") -> SegmentBuilder:
    """Return a builder of one segment for the index in `folder` of `engine` ("": the default)."""
    if engine == WHOOSH:
        from excerpt.engines.whoosh.segment_builder import WhooshSegmentBuilder

        return WhooshSegmentBuilder()
    from excerpt.index.write.segment_builder import ColumnarSegmentBuilder

    return ColumnarSegmentBuilder(folder)


def sweep(folder: Path, manifest: Manifest | None) -> None:
    """Remove the engine files in `folder` that `manifest` (None: no committed state) does not name.

    Files of all engines are removed, since the index may have been rebuilt with another one.
    """
    from excerpt.engines.whoosh.manifest import sweep as sweep_whoosh
    from excerpt.index.write.index_writer import sweep as sweep_columnar

    is_whoosh = manifest is not None and manifest.engine == WHOOSH
    sweep_columnar(folder, None if is_whoosh else cast("ColumnarManifest | None", manifest))
    sweep_whoosh(folder, cast("WhooshManifest", manifest) if is_whoosh else None)
