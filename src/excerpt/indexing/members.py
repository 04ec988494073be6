"""Files to be looked at → the digest of each, and of each member if it is a container.

The members of a container are compared one by one, as if they were files: only those that are new
or have changed are read again. A container whose bytes are those that the index knows is not
opened at all.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from excerpt.catalog import IndexedContainer, UnindexedFile
from excerpt.catalog.records import container_of, stat_of
from excerpt.errors import Unreadable
from excerpt.files import digest_of
from excerpt.indexing.changes import Changes, FileDigest
from excerpt.ingest import source
from excerpt.ingest.containers.entry import ContainerHints, Entries
from excerpt.ingest.containers.expansion import expand
from excerpt.ingest.containers.kinds import find_container
from excerpt.ingest.rules import reason_for_member
from excerpt.ingest.walk import Walk
from excerpt.model import MemberOrigin, SourceFile

__all__ = ["MemberFinder"]

MAX_HELD_BYTES: Final = 32 << 20
"""Size of the largest file that is held in memory while its members are looked at."""
_READ_BYTES: Final = 1 << 20


class MemberFinder:
    """The view of the files of a walk through the corpus `root`.

    containers    the containers among them, by path
    excluded      the members that rules exclude
    n_more        number of members that were found, less that of their containers
    n_more_bytes  size of these members, less that of their containers
    """

    def __init__(self, root: Path, walk: Walk, changes: Changes) -> None:
        self.containers: dict[str, IndexedContainer] = {}
        self.excluded: list[UnindexedFile] = []
        self.n_more = self.n_more_bytes = 0
        self._root = root
        self._walk = walk
        self._changes = changes
        self._indexed = changes.indexed

    def key_of(self, path: str) -> str:
        """Return a key of the rules with which the members of the container at `path` are found."""
        rules = self._changes.rules.for_file(path)
        patterns = self._walk.rules_around(path).key
        pages = [(page.path, stat_of(page)) for page in self._walk.pages.get(path, ())]
        decisions = (rules.table, rules.encoding if any(rules.table) else "", patterns, *pages)
        return digest_of([repr(decisions).encode("utf-8", "surrogatepass")])

    def keep_excluded(self, containers: Collection[str]) -> None:
        """Keep what rules excluded from these containers, which are not opened again."""
        self.excluded += [
            each for each in self._indexed.excluded if container_of(each.path, containers)
        ]

    def look_at(self, files: Iterable[SourceFile]) -> Iterator[FileDigest]:
        """Yield the digests of `files` and of their members, which are read one after the other."""
        for file in files:
            try:
                yield from self._look_at(file)
            except Unreadable as error:
                yield FileDigest(file, "", error.reason)

    def _look_at(self, file: SourceFile) -> Iterator[FileDigest]:
        """Yield the digests of a file.

        Raises:
            Unreadable: if it cannot be read.
        """
        hints = ContainerHints(
            self._changes.rules.for_file(file.path), self._changes.default_encoding
        )
        if file.path in self._walk.pages:
            yield from self._of_pages(file, hints)
            return
        if file.size <= MAX_HELD_BYTES:
            data = source.read(self._root, file)
            stream: BinaryIO = BytesIO(data)
            container = find_container(file.path, stream, hints)
            if container is None:
                yield FileDigest(file, digest_of([data]))
            else:
                yield from self._of_container(file, stream, container.entries, hints)
            return
        with ExitStack() as stack:
            stream = stack.enter_context(source.open_stream(self._root, file.path))
            container = find_container(file.path, stream, hints)
            if container is not None:
                yield from self._of_container(file, stream, container.entries, hints)
                return
        yield FileDigest(file, digest_of([source.read(self._root, file)]))

    def _of_pages(self, file: SourceFile, hints: ContainerHints) -> Iterator[FileDigest]:
        """Yield the digest of a METS file with the files of its pages, which are one document."""
        # lxml takes long to import, and few files need it here.
        from excerpt.ingest.containers.mets import mets_entries

        pages = [page.path for page in self._walk.pages[file.path]]
        entries = mets_entries(file.path, pages, partial(source.open_stream, self._root))
        with source.open_stream(self._root, file.path) as stream:
            yield from self._of_container(file, stream, entries, hints)

    def _of_container(
        self, file: SourceFile, stream: BinaryIO, entries: Entries, hints: ContainerHints
    ) -> Iterator[FileDigest]:
        stream.seek(0)
        digest = digest_of(iter(lambda: stream.read(_READ_BYTES), b""))
        found = IndexedContainer(digest, self.key_of(file.path), True, stat_of(file))
        former = self._indexed.containers.get(file.path)
        self.containers[file.path] = found
        self._count(-1, -file.size)
        if former is not None and former._replace(stat=found.stat) == found:
            members = self._indexed.members_of({file.path})[file.path]
            if self._changes.are_read_alike(members):
                yield from self._known_members(file, members)
                return
        stream.seek(0)
        rules = self._walk.rules_around(file.path)
        leave_out = partial(reason_for_member, file.path, rules=rules)
        for member in expand(file.path, entries, hints, leave_out):
            if member.is_excluded:
                self.excluded.append(UnindexedFile(member.path, member.reason))
            elif member.path == file.path and member.reason:
                yield FileDigest(file, "", member.reason)
            else:
                self._count(1, len(member.data))
                pages = tuple(page.path for page in self._walk.pages.get(file.path, ()))
                origin = member.origin._replace(pages=pages) if pages else member.origin
                file_ = SourceFile(member.path, len(member.data), 0, 0, 0, origin)
                digest = "" if member.reason else digest_of([member.data])
                yield FileDigest(file_, digest, member.reason)

    def _known_members(
        self, file: SourceFile, members: Iterable[SourceFile]
    ) -> Iterator[FileDigest]:
        """Yield the members of a container with the same bytes as before, and its problems."""
        for member in members:
            self._count(1, member.size)
            document = self._indexed.files[member.path].document
            yield FileDigest(member, self._indexed.digests[document])
        self.keep_excluded({file.path})
        for file_, problem in self._indexed.unreadable.items():
            if problem.container == file.path:
                member = SourceFile(file_, 0, 0, 0, 0, MemberOrigin(file.path))
                yield FileDigest(member, "", problem.reason)
        own = self._indexed.unreadable.get(file.path)
        if own is not None:
            yield FileDigest(file, "", own.reason)

    def _count(self, n_members: int, n_bytes: int) -> None:
        self.n_more += n_members
        self.n_more_bytes += n_bytes
