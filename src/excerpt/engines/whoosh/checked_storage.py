"""The files of a committed state → Whoosh, after they are checked.

Whoosh reads pickles, in its table of contents, its dictionary and its postings, and a pickle can
run any code. Two measures prevent this. Each is sufficient for the case it is made for:

- The catalog holds the digest of every file that Whoosh wrote. All files are checked before Whoosh
  reads one, and Whoosh reads the same memory mappings that were checked. This detects damage, and
  files that someone added or changed.
- Pickles that name a class or a function are refused. Whoosh itself pickles only numbers, bytes and
  lists of them. This protects against an index that was made by someone else from start to end. The
  table of contents, whose pickles do name classes, is never read: the manifest lists the segments.
"""

import mmap
import pickle
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

import whoosh.codec.whoosh3
import whoosh.filedb.filestore
import whoosh.filedb.structfile
import whoosh.reading

from excerpt import files
from excerpt.engines.whoosh.document_table import damage_error
from excerpt.storage import StoredFile

__all__ = [
    "INDEX_NAME",
    "CheckedStorage",
    "PlainCodec",
    "detect_damage",
    "load_plain",
    "make_segment",
]

# Whoosh has no type hints.
_codec: Any = whoosh.codec.whoosh3
_filestore: Any = whoosh.filedb.filestore
_structfile: Any = whoosh.filedb.structfile
_reading: Any = whoosh.reading

INDEX_NAME: Final = "MAIN"
"""The name that Whoosh gives to an index by default; file names begin with it."""


class _PlainUnpickler(pickle.Unpickler):
    """An unpickler of numbers, strings, bytes and containers of them."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it names {module}.{name}")


def load_plain(file: BinaryIO) -> Any:
    """Return the object that is pickled at the position of `file`.

    Raises:
        UnpicklingError: if the pickle names a class or a function; it is not imported or called.
    """
    return _PlainUnpickler(file).load()


class _CheckedFile(_structfile.StructFile):  # type: ignore[misc]
    """A mapped file, as Whoosh reads it."""

    def read_pickle(self) -> Any:
        """Return the object that is pickled at the position of the file."""
        return load_plain(self.file)

    def close(self) -> None:
        """Do nothing: the storage closes the mapping, which several files may share."""


class CheckedStorage(_filestore.Storage):  # type: ignore[misc]
    """The files in `folder` that a manifest names, read-only and with the recorded digests."""

    readonly = True

    def __init__(self, folder: Path, stored: Sequence[StoredFile]) -> None:
        """Map and check all files.

        Raises:
            IndexDamaged: if one is missing or damaged.
        """
        self._folder = folder
        self._files = {file.name: file for file in stored}
        self._maps: dict[str, mmap.mmap | None] = {}
        try:
            for name in self._files:
                self._maps[name] = self._map(name)
            self.verify()
        except BaseException:
            self.close()
            raise

    def _map(self, name: str) -> mmap.mmap | None:
        """Return the mapping of a file, None if it is empty."""
        path = self._folder / name
        try:
            if Path(name).name != name:
                raise damage_error(path, "its recorded name leads to another folder")
            with path.open("rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            return None
        except OSError as error:
            raise damage_error(path, f"it cannot be read ({error.strerror})") from error

    def verify(self) -> None:
        """Compare all files with their digests.

        Raises:
            IndexDamaged: naming the first file that differs.
        """
        for name, file in self._files.items():
            with memoryview(self._maps[name] or b"") as view:
                if files.digest_of([view]) != file.digest:
                    raise damage_error(self._folder / name, "checksum mismatch")

    def open_file(self, name: str, *_: object, **_others: object) -> Any:
        """Return a file for Whoosh to read."""
        mapped = self._maps[name]
        return _CheckedFile(BytesIO() if mapped is None else mapped, name)

    def list(self) -> list[str]:
        """Return the names of all files."""
        return list(self._files)

    def file_exists(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return name in self._files

    def file_length(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return len(self._maps[name] or b"")

    def close(self) -> None:
        """Close all files."""
        for mapped in self._maps.values():
            if mapped is not None:
                mapped.close()
        self._maps = {}


class _PlainMatcher(_codec.W3LeafMatcher):  # type: ignore[misc]
    """A reader of postings that refuses unsafe pickles."""

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        self._data = load_plain(BytesIO(zlib.decompress(data) if self._compression else data))


class _PlainTerms(_codec.W3TermsReader):  # type: ignore[misc]
    """A reader of the dictionary that refuses unsafe pickles."""

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        """Return the record of a term in the dictionary.

        Whoosh can also read postings that are in the dictionary, as pickles, but it does not write
        them there. So these are refused.
        """
        if self._tindex.get(self._keycoder(fieldname, tbytes), b"\0")[0]:
            raise pickle.UnpicklingError("it has postings in the dictionary")
        return super().term_info(fieldname, tbytes)


class PlainCodec(_codec.W3Codec):  # type: ignore[misc]
    """Whoosh's own format, read without unsafe pickles."""

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        """Return a reader of the dictionary of a segment."""
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return _PlainTerms(self, storage.open_file(name), storage.file_length(name), postings)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """Return a reader of the postings of a term."""
        return _PlainMatcher(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)


def make_segment(name: str, n_documents: int, deleted: Sequence[int] = ()) -> Any:
    """Return Whoosh's own description of a segment with the documents `deleted`."""
    numbers = set(deleted) or None
    segment = _codec.W3Segment(_codec.W3Codec(), INDEX_NAME, n_documents, name, numbers)
    segment._fieldlengths = {}  # noqa: SLF001 - as Whoosh sets it when it writes a segment
    return segment


@contextmanager
def detect_damage(folder: Path) -> Iterator[None]:
    """Raise IndexDamaged if Whoosh cannot read its files in `folder` within the block.

    The exceptions listed here are those that damaged files were seen to cause in Whoosh.
    """
    try:
        yield
    except (
        _reading.CorruptIndexError,
        pickle.UnpicklingError,
        struct.error,
        zlib.error,
        EOFError,
        ValueError,
        TypeError,
        LookupError,
        OverflowError,
    ) as error:
        raise damage_error(folder, f"Whoosh cannot read it ({error})") from error
