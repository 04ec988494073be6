"""All text files of one committed state, open for reading: by document id and ordinal."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from excerpt import native
from excerpt.errors import damaged, rebuild_remedy
from excerpt.model import Key, Passage, Span
from excerpt.storage import FetchBytes, StoredFile
from excerpt.storage.columns import Columns
from excerpt.text_store.compression import NO_DICTIONARY, Dictionary
from excerpt.text_store.manifest import FOLDER, StoreManifest
from excerpt.text_store.passage_codec import PassageOutline, encode_id_prefix
from excerpt.text_store.text_file import DAMAGE, DocumentRecord, Frame, TextFile

__all__ = ["TextStore", "read_dictionary"]

T = TypeVar("T")
Place = tuple[Frame, int, int, Frame]
"""The place of a passage in a file: see `find_texts` in `native/_kernel.pyi`."""


def read_dictionary(
    folder: Path, recorded: StoredFile | None, fetch: FetchBytes | None = None
) -> Dictionary:
    """Return the dictionary that a manifest has `recorded`, for the index in `folder`.

    `fetch` fills in the missing bytes of a copy.

    Raises:
        IndexDamaged: if it is missing or damaged.
    """
    if recorded is None:
        return NO_DICTIONARY
    path = folder / FOLDER / recorded.name
    columns = Columns(path, recorded, is_repairable=False, fetch=fetch)
    return Dictionary(recorded.name, bytes(columns.numbers("dictionary").all_bytes()))


class TextStore:
    """The texts and passages of an index.

    Methods raise IndexDamaged if a file is damaged, or lacks a document or passage. Deleted
    documents may still be there; the catalog knows which are live.
    """

    def __init__(
        self, folder: Path, manifest: StoreManifest, fetch: FetchBytes | None = None
    ) -> None:
        """Open all files of a state; `fetch` fills in the missing bytes of copies.

        Raises:
            IndexDamaged: if one is missing or damaged.
        """
        self._folder = folder
        dictionary = read_dictionary(folder, manifest.dictionary, fetch)
        self.files = [TextFile(folder, info, dictionary, fetch) for info in manifest.texts]
        opened = tuple(file.opened for file in self.files)
        self._opened = opened if None not in opened else ()
        """The files for the kernel, () if it is not used."""

    def _find(self, document: int) -> tuple[TextFile, int]:
        """Return the file that holds a document, and its number in it."""
        for file in self.files:
            number = file.find(document)
            if number >= 0:
                return file, number
        for file in self.files:
            file.verify_ids()
        raise damaged(
            f"the text of document {document} is missing",
            self._folder / FOLDER,
            rebuild_remedy(self._folder),
        )

    def _read(self, document: int, read: Callable[[TextFile, int], T]) -> T:
        """Return what `read` returns for a document, and report what it raises as damage."""
        file, number = self._find(document)
        try:
            return read(file, number)
        except DAMAGE as error:
            raise file.damage(error) from error

    def passage_text(self, key: Key) -> str:
        """Return the text of a passage."""
        return self.passage_texts([key])[0]

    def passage_texts(self, keys: Sequence[Key]) -> list[str]:
        """Return the texts of passages."""
        found = self._located(keys, lambda file, place, _: file.verified_text(*place[:3]))
        pairs = zip(keys, found, strict=True)
        # In several pieces, damaged or missing, or without the kernel:
        return [self._passage_text(key) if text is None else text for key, text in pairs]

    def texts_with_details(self, keys: Sequence[Key]) -> list[tuple[str, str] | None]:
        """Return the text and the details (see `passage_codec`) of each passage.

        None if the kernel does not find it, or without the kernel.
        """

        def read(file: TextFile, place: Place, key: Key) -> tuple[str, str] | None:
            frame, skipped, length, details = place
            text = file.verified_text(frame, skipped, length)
            return None if text is None else (text, file.verified_details(details, key.ordinal))

        return self._located(keys, read)

    def _located(
        self, keys: Sequence[Key], read: Callable[[TextFile, Place, Key], T | None]
    ) -> list[T | None]:
        """Return what `read` returns for each of the passages that the kernel finds, or None."""
        places: tuple[tuple[int, *Place] | None, ...] | None = None
        if native.kernel and self._opened:
            places = native.kernel.find_texts(self._opened, tuple(keys))
        if places is None:
            return [None] * len(keys)
        found: list[T | None] = []
        for key, place in zip(keys, places, strict=True):
            if place is None:
                found.append(None)
                continue
            file = self.files[place[0]]
            try:
                found.append(read(file, place[1:], key))
            except DAMAGE as error:
                raise file.damage(error) from error
        return found

    def _passage_text(self, key: Key) -> str:
        document, ordinal = key
        return self._read(document, lambda file, number: file.passage_text(number, ordinal))

    def passages(self, document: int) -> list[Passage]:
        """Return all passages of a document, in order."""
        return self._read(
            document,
            lambda file, number: [
                file.passage(number, ordinal) for ordinal in range(file.n_passages(number))
            ],
        )

    def outlines(self, document: int) -> list[PassageOutline]:
        """Return the outlines of all passages of a document, in order."""
        return self._read(
            document,
            lambda file, number: [
                file.outline(number, ordinal) for ordinal in range(file.n_passages(number))
            ],
        )

    def passage(self, key: Key) -> Passage:
        """Return the passage with this `key`."""
        return self._read(key.document, lambda file, number: file.passage(number, key.ordinal))

    def n_passages(self, document: int) -> int:
        """Return the number of passages of a document."""
        return self._read(document, lambda file, number: file.n_passages(number))

    def text(self, document: int, span: Span) -> str:
        """Return the text of a span of a document."""
        return self._read(document, lambda file, number: file.text(number, span.start, span.end))

    def whole_text(self, document: int) -> str:
        """Return the whole text of a document."""
        return self._read(document, lambda file, number: file.whole_text(number))

    def record(self, document: int) -> DocumentRecord:
        """Return the record of a document."""
        return self._read(document, lambda file, number: file.record(number))

    def find_passages(self, id_prefix: str) -> list[Key]:
        """Return the keys of the passages whose id begins with `id_prefix`, in order.

        Those of deleted documents are among them.
        """
        first, last = encode_id_prefix(id_prefix)
        if first > last:
            return []
        found = []
        for file in self.files:
            try:
                found += [Key(*key) for key in file.find_passages(first, last)]
            except DAMAGE as error:
                raise file.damage(error) from error
        return sorted(found)

    def verify(self) -> None:
        """Read all files and compare them with their checksums."""
        for file in self.files:
            file.verify()
