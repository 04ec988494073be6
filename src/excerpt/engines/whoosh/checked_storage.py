"""The files of a committed state → Whoosh, only after each is seen to be what excerpt wrote.

Whoosh reads pickles: in its table of contents, in its dictionary and its postings. A pickle can run anything. So there
are two locks, of which either would do against what it is meant for:

- The catalog has the digest of every file that Whoosh wrote. All of them are checked before Whoosh is given one, and
  what was checked is what it is given: the mapping stays. That meets damage, and what others put there or altered.
- No pickle may name a class or a function, however the index came here: what Whoosh itself pickles are numbers, bytes
  and lists of them. That meets an index that somebody else made from end to end. The table of contents, whose pickles
  do name classes, is never read: the catalog says which segments there are.
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
from excerpt.engines.protocol import StoredFile
from excerpt.engines.whoosh.document_table import damaged

__all__ = ["NAME", "PlainCodec", "CheckedStorage", "reported_damage", "plain", "segment"]

_codec: Any = whoosh.codec.whoosh3
_filestore: Any = whoosh.filedb.filestore
_structfile: Any = whoosh.filedb.structfile
_reading: Any = whoosh.reading
"""Their names are not told to type checkers."""
NAME: Final = "MAIN"
"""What Whoosh calls an index that has no other name."""


class _Plain(pickle.Unpickler):
    """Makes numbers, texts, bytes and containers of them, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")


def plain(file: BinaryIO) -> Any:
    """What is pickled at the place where `file` stands.

    Raises:
        UnpicklingError: if that names a class or a function, before it is made or called.
    """
    return _Plain(file).load()


class _PlainFile(_structfile.StructFile):  # type: ignore[misc]
    """A mapped file that Whoosh reads."""

    def read_pickle(self) -> Any:
        """What is pickled here."""
        return plain(self.file)

    def close(self) -> None:
        """Nothing: the storage lets go of the mapping, which others may use."""


class CheckedStorage(_filestore.Storage):  # type: ignore[misc]
    """The files in `folder` that a manifest names as `stored`: these and no others, checked, read-only."""

    readonly = True

    def __init__(self, folder: Path, stored: Sequence[StoredFile]) -> None:
        """Map and check all files.

        Raises:
            IndexDamaged: if one is missing or is not what was written.
        """
        self._folder = folder
        self._files = {file.name: file for file in stored}
        self._mapped: dict[str, mmap.mmap | None] = {}
        try:
            for name in self._files:
                self._mapped[name] = self._map(name)
            self.verify()
        except BaseException:
            self.close()
            raise

    def _map(self, name: str) -> mmap.mmap | None:
        """The mapping of a file, None if it is empty."""
        path = self._folder / name
        try:
            if Path(name).name != name:
                raise damaged(path, "it is in another folder")
            with path.open("rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:
            return None
        except OSError as error:
            raise damaged(path, f"it cannot be read ({error.strerror})") from error

    def verify(self) -> None:
        """Read everything.

        Raises:
            IndexDamaged: if a file is not what was written.
        """
        for name, file in self._files.items():
            with memoryview(self._mapped[name] or b"") as view:
                if files.digest_of([view]) != file.digest:
                    raise damaged(self._folder / name, "it is not what was written")

    def open_file(self, name: str, *_: object, **_others: object) -> Any:
        """A file, for Whoosh to read."""
        mapped = self._mapped[name]
        return _PlainFile(BytesIO() if mapped is None else mapped, name)

    def list(self) -> list[str]:
        """The names of all files."""
        return list(self._files)

    def file_exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return name in self._files

    def file_length(self, name: str) -> int:
        """The size of a file in bytes."""
        return len(self._mapped[name] or b"")

    def close(self) -> None:
        """Let go of the files."""
        for mapped in self._mapped.values():
            if mapped is not None:
                mapped.close()
        self._mapped = {}


class _PlainMatcher(_codec.W3LeafMatcher):  # type: ignore[misc]
    """Reads postings."""

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        self._data = plain(BytesIO(zlib.decompress(data) if self._compression else data))


class _PlainTerms(_codec.W3TermsReader):  # type: ignore[misc]
    """Reads the dictionary. Whoosh can read postings from there, too, but does not write them there."""

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        """What the dictionary says of a term."""
        if self._tindex.get(self._keycoder(fieldname, tbytes), b"\0")[0]:
            raise pickle.UnpicklingError("it has postings in the dictionary")
        return super().term_info(fieldname, tbytes)


class PlainCodec(_codec.W3Codec):  # type: ignore[misc]
    """Whoosh's own format; its pickles are read by `plain`."""

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        """The dictionary of a segment."""
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return _PlainTerms(self, storage.open_file(name), storage.file_length(name), postings)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """The postings of a term."""
        return _PlainMatcher(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)


def segment(name: str, n_documents: int, dead: Sequence[int]) -> Any:
    """Whoosh's own description of a segment, in which the documents `dead` are deleted."""
    made = _codec.W3Segment(_codec.W3Codec(), NAME, n_documents, name, set(dead) or None)
    made._fieldlengths = {}  # noqa: SLF001 - Whoosh sets it so when a segment is written
    return made


@contextmanager
def reported_damage(folder: Path) -> Iterator[None]:
    """Whatever Whoosh cannot make sense of within the block is damage of the files in `folder`, told as such."""
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
        raise damaged(folder, f"Whoosh cannot read it ({error})") from error
