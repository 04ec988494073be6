"""A container → all members in it, at any depth, and the way to each of them.

A build looks at all members of a container, and its workers read some of them: both walk through
the same entries, and the numbers on the way identify a member.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.containers.entry import (
    MAX_BYTES,
    SPLIT,
    UNPACK,
    Container,
    ContainerHints,
    Entries,
    Entry,
)
from excerpt.ingest.containers.kinds import find_container, message_container
from excerpt.ingest.formats.identification import is_misnamed
from excerpt.ingest.formats.registry import MISNAMED
from excerpt.model import MemberOrigin

__all__ = ["MAX_DEPTH", "FoundMember", "MemberReader", "expand"]

MAX_DEPTH: Final = 3
"""Levels of archives in archives."""
MAX_NESTING: Final = 9
"""Levels of containers of all kinds, messages with attachments included."""

LeaveOut = Callable[[str, Collection[str]], str]


class FoundMember(NamedTuple):
    """A member of a container.

    path         below the corpus, "" in place of a name for the container itself
    origin       the way to it
    data         its bytes; b"" if it is not read
    reason       why it is not read
    is_excluded  True if a rule leaves it out
    """

    path: str
    origin: MemberOrigin
    data: bytes = b""
    reason: str = ""
    is_excluded: bool = False


def expand(
    path: str, entries: Entries, hints: ContainerHints, leave_out: LeaveOut
) -> Iterator[FoundMember]:
    """Yield all members of the container at `path`, whose entries are given.

    `leave_out` returns the rule that leaves out the member at a path, or ""; with suffixes that are
    not unsupported after all.
    """
    yield from _MemberWalk(path, hints, leave_out).walk(path, entries, ())


class _MemberWalk:
    """The walk through one container."""

    def __init__(self, container: str, hints: ContainerHints, leave_out: LeaveOut) -> None:
        self._container = container
        self._hints = hints
        self._leave_out = leave_out
        self._n_members = self._n_bytes = 0
        self._names: Counter[str] = Counter()

    def walk(
        self, path: str, entries: Entries, numbers: tuple[int, ...], dated: str = ""
    ) -> Iterator[FoundMember]:
        """Yield the members among `entries`, which are in the container at `path`.

        `dated` is the part of this path that may hold a date, "" for all of it.
        """
        number = 0
        try:
            for number, entry in enumerate(entries):
                yield from self._of_entry(path, entry, (*numbers, number), dated or path)
                if self._is_full:
                    yield self._problem(path, self._limit, (*numbers, number))
                    return
        except Unreadable as error:
            yield self._problem(path, error.reason, (*numbers, number))
        except Exception as error:  # noqa: BLE001 - a bug in a reader costs one file
            reason = f"its reader failed: {type(error).__name__}: {error}"
            yield self._problem(path, reason, (*numbers, number))

    @property
    def _is_full(self) -> bool:
        return self._n_bytes > MAX_BYTES

    @property
    def _limit(self) -> str:
        error = Unreadable(
            f"its members have more than {MAX_BYTES >> 30} GiB; the others were not read", SPLIT
        )
        return error.reason

    def _problem(self, path: str, reason: str, numbers: tuple[int, ...]) -> FoundMember:
        return FoundMember(path, MemberOrigin(self._container, numbers, "", path), reason=reason)

    def _of_entry(
        self, parent: str, entry: Entry, numbers: tuple[int, ...], dated: str
    ) -> Iterator[FoundMember]:
        path = f"{parent}/{_tidy(entry.name)}" if entry.name else parent
        if entry.name and entry.format != "table":  # rows have numbers
            path = self._unique(path, has_suffix=entry.is_file)
        origin = MemberOrigin(
            self._container, numbers, entry.format, path if entry.is_file else dated
        )
        rule = entry.rule or (self._leave_out(path, frozenset()) if entry.is_file else "")
        if rule and not (entry.rule or entry.reason) and _suffix(path) in MISNAMED:
            entry, rule = self._look_into(path, entry, rule)
        if rule:
            yield FoundMember(path, origin, reason=rule, is_excluded=True)
            return
        if entry.reason:
            yield FoundMember(path, origin, reason=entry.reason)
            return
        try:
            data = entry.load()
        except Unreadable as error:
            yield FoundMember(path, origin, reason=error.reason)
            return
        self._n_bytes += len(data)
        inner = _inner_container(entry, path, data, self._hints)
        if inner is None:
            yield FoundMember(path, origin, data)
        elif len(numbers) >= MAX_NESTING:
            yield FoundMember(path, origin, reason=f"it is nested more than {MAX_NESTING} deep")
        elif len(numbers) >= MAX_DEPTH and inner.is_archive:
            reason = f"archives are nested more than {MAX_DEPTH} deep"
            yield FoundMember(path, origin, reason=Unreadable(reason, UNPACK).reason)
        else:
            yield from self.walk(path, inner.entries, numbers, dated if entry.format else "")

    def _look_into(self, path: str, entry: Entry, rule: str) -> tuple[Entry, str]:
        """Return an entry that was read, and the rule that leaves it out despite its content."""
        try:
            data = entry.load()
        except Unreadable:
            return entry, rule
        if is_misnamed(path, data):
            rule = self._leave_out(path, frozenset([_suffix(path)]))
        return entry._replace(load=partial(bytes, data)), rule

    def _unique(self, path: str, *, has_suffix: bool) -> str:
        """Return `path`, with a number before its suffix if another member has it."""
        self._names[path] += 1
        number = self._names[path]
        if number == 1:
            return path
        suffix = PurePosixPath(path).suffix if has_suffix else ""
        numbered = f"{path.removesuffix(suffix)} ({number}){suffix}"
        return self._unique(numbered, has_suffix=has_suffix)


def _inner_container(
    entry: Entry, name: str, data: bytes, hints: ContainerHints
) -> Container | None:
    """Return the container in these bytes of a member, or None if they are not one."""
    if not entry.name:  # the message itself
        return None
    if entry.format:
        return message_container(data) if entry.format == "mail" else None
    return find_container(name, BytesIO(data), hints)


def _suffix(path: str) -> str:
    return path.lower().rpartition(".")[2]


def _tidy(name: str) -> str:
    """Return a name without parts that would lead elsewhere in a path."""
    return "/".join(part for part in name.split("/") if part not in {"", ".", ".."}) or "unnamed"


class _Level(NamedTuple):
    """An open container: its entries, and the number and entry that were reached."""

    entries: Entries
    number: int = -1
    entry: Entry | None = None


class MemberReader:
    """A reader of members of containers, which is fast if they are read in their order.

    `open_file` opens a file of the corpus by its path. One container is open at a time.
    """

    def __init__(self, open_file: Callable[[str], BinaryIO]) -> None:
        self._open_file = open_file
        self._path = ""
        self._stream: BinaryIO | None = None
        self._levels: list[_Level] = []

    def close(self) -> None:
        """Close the container that is open."""
        self._levels.clear()
        self._path = ""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def read(self, origin: MemberOrigin, hints: ContainerHints) -> bytes:
        """Return the bytes of a member.

        Raises:
            Unreadable: if it cannot be read, or its container has changed.
        """
        if origin.pages:
            # lxml takes long to import, and few files need it here.
            from excerpt.ingest.containers.mets import read_pages

            return read_pages(origin.container, origin.pages, self._open_file)
        try:
            if origin.container != self._path or self._is_past(origin.entry_numbers):
                self._start(origin.container, hints)
            return self._find(origin.entry_numbers, hints).load()
        except BaseException:
            self.close()
            raise

    def _is_past(self, numbers: tuple[int, ...]) -> bool:
        """Return whether the member with these `numbers`, or a container around it, was passed."""
        for depth, (level, number) in enumerate(zip(self._levels, numbers, strict=False)):
            if level.number != number:
                return level.number > number
            if depth == len(numbers) - 1:
                return True
        return False

    def _start(self, path: str, hints: ContainerHints) -> None:
        self.close()
        self._stream = self._open_file(path)
        self._path = path
        container = find_container(path, self._stream, hints)
        if container is None:
            raise _changed()
        self._levels.append(_Level(container.entries))

    def _find(self, numbers: tuple[int, ...], hints: ContainerHints) -> Entry:
        """Return the entry with these `numbers`, which lies ahead."""
        entry: Entry | None = None
        for depth, number in enumerate(numbers):
            if depth == len(self._levels):
                assert entry is not None
                data = entry.load()
                container = _inner_container(entry, entry.name, data, hints)
                if container is None:
                    raise _changed()
                self._levels.append(_Level(container.entries))
            level = self._levels[depth]
            if level.number < number:
                del self._levels[depth + 1 :]
                found = next(islice(level.entries, number - level.number - 1, None), None)
                level = self._levels[depth] = _Level(level.entries, number, found)
            entry = level.entry
            if entry is None:
                raise _changed()
        assert entry is not None
        return entry


def _changed() -> Unreadable:
    return Unreadable("its file changed while it was read", Instruction("Build again."))
