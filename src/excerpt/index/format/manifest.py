"""The files of a committed state of the index ⇄ JSON values, which the catalog stores."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from excerpt.storage import StoredFile

__all__ = ["ColumnarManifest", "SegmentInfo"]

# These are named tuples and not dataclasses, because every search loads this module: a dataclass
# takes 0.3 ms to define, a named tuple 0.05 ms.


class SegmentInfo(NamedTuple):
    """A segment: its file and the size of its contents, deleted documents included.

    main_stems  the stems of its forms of unknown language (see `main_stems`); None if it has none,
                or none that depend on the main language
    """

    file: StoredFile
    n_documents: int
    n_passages: int
    n_words: int
    main_stems: StoredFile | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the segment as JSON values."""
        stems = self.main_stems
        return self._asdict() | {
            "file": self.file._asdict(),
            "main_stems": stems._asdict() if stems else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "SegmentInfo":
        """Return the segment that `to_json` turned into `values`."""
        stems = values["main_stems"]
        return cls(**values)._replace(
            file=StoredFile(**values["file"]), main_stems=StoredFile(**stems) if stems else None
        )


class ColumnarManifest(NamedTuple):
    """The files of a committed state: segments, and the table of the documents that are live.

    main_language  the language that texts of unknown language are taken for, or ""
    """

    segments: tuple[SegmentInfo, ...]
    document_table: StoredFile
    main_language: str = ""

    @property
    def engine(self) -> str:
        """The name of this engine."""
        return "columnar"

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """All files of the state."""
        of_segments = (file for each in self.segments for file in (each.file, each.main_stems))
        return (*filter(None, of_segments), self.document_table)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        return {
            "engine": self.engine,
            "segments": [segment.to_json() for segment in self.segments],
            "document_table": self.document_table._asdict(),
            "main_language": self.main_language,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ColumnarManifest":
        """Return the manifest that `to_json` turned into `values`."""
        return cls(
            tuple(map(SegmentInfo.from_json, values["segments"])),
            StoredFile(**values["document_table"]),
            values["main_language"],
        )
