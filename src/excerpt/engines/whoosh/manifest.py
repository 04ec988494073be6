"""The files of a committed state of a Whoosh index ⇄ JSON values, which the catalog stores."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from excerpt import files
from excerpt.storage import StoredFile

__all__ = ["FOLDER", "WhooshManifest", "WhooshSegmentInfo", "sweep"]

FOLDER: Final = "whoosh"
"""The folder of the engine's files within the index."""


class WhooshSegmentInfo(NamedTuple):
    """A segment that Whoosh wrote: its name, the number of documents in it, and its files."""

    name: str
    n_documents: int
    files: tuple[StoredFile, ...]


class WhooshManifest(NamedTuple):
    """The files of a committed state.

    segments        the segments
    contents        Whoosh's own table of contents, which only Whoosh reads
    document_table  the table of the documents that are live
    main_language   the language that texts of unknown language are taken for, or ""
    """

    segments: tuple[WhooshSegmentInfo, ...]
    contents: StoredFile
    document_table: StoredFile
    main_language: str = ""

    @property
    def engine(self) -> str:
        """The name of this engine."""
        return "whoosh"

    @property
    def whoosh_files(self) -> tuple[StoredFile, ...]:
        """The files that Whoosh wrote."""
        return (*(file for segment in self.segments for file in segment.files), self.contents)

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """All files of the state."""
        return (*self.whoosh_files, self.document_table)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        return {
            "engine": self.engine,
            "segments": [
                segment._asdict() | {"files": [file._asdict() for file in segment.files]}
                for segment in self.segments
            ],
            "contents": self.contents._asdict(),
            "document_table": self.document_table._asdict(),
            "main_language": self.main_language,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "WhooshManifest":
        """Return the manifest that `to_json` turned into `values`."""
        segments = (
            WhooshSegmentInfo(
                segment["name"],
                segment["n_documents"],
                tuple(StoredFile(**file) for file in segment["files"]),
            )
            for segment in values["segments"]
        )
        return cls(
            tuple(segments),
            StoredFile(**values["contents"]),
            StoredFile(**values["document_table"]),
            values["main_language"],
        )


def sweep(folder: Path, manifest: WhooshManifest | None) -> None:
    """Remove the engine's files in the index `folder` that `manifest` does not name.

    None is the manifest of an index of another engine, or of no index: all files are removed.
    """
    files.remove_unlisted(
        folder / FOLDER, {file.name for file in manifest.files} if manifest else ()
    )
