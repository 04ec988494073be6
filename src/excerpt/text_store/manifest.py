"""The files of a committed state of the text store ⇄ JSON values, which the catalog stores."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from excerpt.storage import StoredFile

__all__ = ["FOLDER", "SUFFIXES", "StoreManifest", "TextFileInfo"]

FOLDER: Final = "store"
"""The folder of the store's files within that of the index."""


SUFFIXES: Final = (".texts", ".dictionary")
"""The suffixes of the files. A folder with such a name may hold files of others."""


class TextFileInfo(NamedTuple):
    """A text file, and the number of its documents, deleted ones included."""

    file: StoredFile
    n_documents: int


class StoreManifest(NamedTuple):
    """The files of a committed state: the texts, and the dictionary that compresses them, if any.

    Files that were written before there was a dictionary do without it.
    """

    texts: tuple[TextFileInfo, ...] = ()
    dictionary: StoredFile | None = None

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """All files of the state."""
        dictionary = (self.dictionary,) if self.dictionary else ()
        return (*(text.file for text in self.texts), *dictionary)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values."""
        return {
            "texts": [text._asdict() | {"file": text.file._asdict()} for text in self.texts],
            "dictionary": self.dictionary._asdict() if self.dictionary else None,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "StoreManifest":
        """Return the manifest that `to_json` turned into `values`.

        Raises:
            KeyError, TypeError: if the values have another structure.
        """
        texts = (
            TextFileInfo(**(text | {"file": StoredFile(**text["file"])}))
            for text in values["texts"]
        )
        dictionary = values["dictionary"]
        return cls(tuple(texts), StoredFile(**dictionary) if dictionary else None)
