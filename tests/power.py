"""The system calls of a process → the images that a disk may hold after a power cut.

`record` runs Python under strace and returns what it did to the files below a folder. `Disk`
replays these events. It knows what was written and what was synced, of the bytes of each file and
of the names in each folder, and makes images by models of what a file system may lose:

strict       only bytes and names that were synced survive
names first  all names survive, but only bytes that were synced
bytes first  all bytes survive, but only names that were synced
torn         any of the other names and writes survive; a write may end at any sector

Links, files that move to another folder, and writes through memory maps are not simulated. SQLite
writes through a map only to its shared memory, which does not outlive a restart.
"""

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

__all__ = ["MODELS", "Disk", "Event", "Image", "Untraceable", "record"]

MODELS: Final = ("strict", "names first", "bytes first", "torn")
SECTOR: Final = 512
_CALLS = (
    "open,openat,creat,write,pwrite64,writev,pwritev,lseek,ftruncate,truncate,fallocate,fsync,"
    "fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,"
    "symlinkat"
)
_LINE = re.compile(r"(\d+) +(.*)")
_CALL = re.compile(r"(\w+)\((.*)\) += (-?\d+)")
_BYTES = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_DESCRIPTOR = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>")
Image = dict[str, bytes | None]
"""The content of files by path; None for folders."""


class Untraceable(Exception):
    """Raised if strace is not allowed to trace processes."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a process did to the file or folder at a relative `path`.

    The name "said" stands for `data` that it wrote to standard output.
    """

    name: str
    path: str = ""
    data: bytes = b""
    offset: int = 0


def record(program: str, root: Path, *arguments: str) -> list[Event]:
    """Run the Python `program` with `root`, a new folder, and `arguments`; return its events."""
    root.mkdir()
    log = root.with_name(f"{root.name}.strace")
    command = [
        "strace",
        "-f",
        "-y",
        "-qq",
        "-xx",
        "-s",
        "100000000",
        "-e",
        f"trace={_CALLS}",
        "-e",
        "signal=none",
    ]
    ran = subprocess.run(
        [*command, "-o", str(log), sys.executable, "-c", program, str(root), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if "PTRACE" in ran.stderr:
        raise Untraceable(ran.stderr.splitlines()[0])
    assert ran.returncode == 0, ran.stderr
    events = list(_Reader(root).events(log))
    log.unlink()
    return events


@dataclass
class _Reader:
    """Parses the lines of a trace."""

    root: Path
    offsets: dict[tuple[str, str], int] = field(default_factory=dict)
    """The offset of the next write without one, for each process and path."""

    def events(self, log: Path) -> Iterator[Event]:
        begun: dict[str, str] = {}
        with log.open() as lines:
            for line in lines:
                found = _LINE.match(line)
                process, rest = (found[1], found[2]) if found else ("", "")
                if rest.endswith("<unfinished ...>"):
                    begun[process] = rest.removesuffix("<unfinished ...>").rstrip()
                    continue
                if rest.startswith("<... "):
                    rest = begun.pop(process) + rest.partition("resumed>")[2].lstrip()
                call = _CALL.match(rest)
                if call and int(call[3]) >= 0:
                    yield from self._events(process, call[1], call[2], int(call[3]))

    def _events(self, process: str, call: str, rest: str, result: int) -> Iterator[Event]:
        texts = [_decoded(text) for text in _BYTES.findall(rest)]
        descriptor = _DESCRIPTOR.match(rest)
        if call == "write" and descriptor and descriptor[1] == "1":
            yield Event("said", data=texts[0])
            return
        path = self._path(_decoded(descriptor[2]) if descriptor else texts[0])
        if path is None:
            return
        assert call in _KNOWN, (call, rest[:200])
        key = process, path
        match call:
            case "open" | "openat":
                if "O_CREAT" in rest or "O_TRUNC" in rest:
                    yield Event("create", path)
                if "O_TRUNC" in rest:
                    yield Event("cut", path)
                self.offsets[key] = 0
            case "write":
                yield Event("write", path, texts[0][:result], self.offsets[key])
                self.offsets[key] += result
            case "pwrite64":
                yield Event("write", path, texts[0][:result], int(rest.rpartition(",")[2]))
            case "lseek":
                self.offsets[key] = result
            case "ftruncate":
                yield Event("cut", path, offset=int(rest.rpartition(",")[2]))
            case "fsync" | "fdatasync":
                yield Event("sync", path)
            case _:
                yield Event(call.removesuffix("at"), path)

    def _path(self, found: bytes) -> str | None:
        """Return the path relative to the root, "." for the root itself, None if it is outside."""
        path = PurePosixPath(os.fsdecode(found))
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else None


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


_KNOWN = {
    "open",
    "openat",
    "write",
    "pwrite64",
    "lseek",
    "ftruncate",
    "fsync",
    "fdatasync",
    "unlink",
    "mkdir",
    "rmdir",
}


@dataclass
class _File:
    """The bytes of a file: those that are safe, and the writes since."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes with their offsets; None truncates the file there."""

    def content(self, chance: random.Random | None = None) -> bytes:
        """Return the bytes with all pending writes, or with a random part of them."""
        content = bytearray(self.synced)
        for offset, data in self.pending:
            if chance is not None and chance.random() < 0.5:
                continue
            content += bytes(max(0, offset - len(content)))
            if data is None:
                del content[offset:]
                continue
            is_cut = chance is not None and chance.random() < 0.3
            written = (
                data[: chance.randrange(len(data) // SECTOR + 1) * SECTOR]
                if chance and is_cut
                else data
            )
            content[offset : offset + len(written)] = written
        return bytes(content)

    def sync(self) -> None:
        self.synced = self.content()
        self.pending.clear()


@dataclass
class _Folder:
    """The names in a folder: those that are safe, and those of now."""

    synced: dict[str, "_File | _Folder"] = field(default_factory=dict)
    names: dict[str, "_File | _Folder"] = field(default_factory=dict)

    def sync(self) -> None:
        self.synced = dict(self.names)

    def surviving(self, model: str, chance: random.Random) -> dict[str, "_File | _Folder"]:
        """Return the names that survive under a model."""
        if model == "torn":
            either = {
                name: chance.choice((self.synced, self.names))
                for name in self.synced.keys() | self.names.keys()
            }
            return {name: names[name] for name, names in sorted(either.items()) if name in names}
        return self.names if model == "names first" else self.synced


class Disk:
    """A folder as the system shows it, and as the disk may hold it."""

    def __init__(self) -> None:
        self._root = _Folder()

    def apply(self, event: Event) -> None:
        """Apply an event."""
        path = PurePosixPath(event.path)
        folder, name = self._node(path.parent), path.name
        assert isinstance(folder, _Folder)
        match event.name:
            case "create":
                folder.names.setdefault(name, _File())
            case "mkdir":
                folder.names[name] = _Folder()
            case "unlink" | "rmdir":
                del folder.names[name]
            case "sync":
                self._node(path).sync()
            case "write" | "cut":
                file = self._node(path)
                assert isinstance(file, _File)
                file.pending.append((event.offset, event.data if event.name == "write" else None))

    def _node(self, path: PurePosixPath) -> _File | _Folder:
        found: _File | _Folder = self._root
        for name in path.parts:
            assert isinstance(found, _Folder)
            found = found.names[name]
        return found

    def image(self, model: str, chance: random.Random) -> Image:
        """Return what the disk may hold after a power cut at this moment."""
        image: Image = {}
        folders = [("", self._root)]
        while folders:
            path, folder = folders.pop()
            for name, node in folder.surviving(model, chance).items():
                if isinstance(node, _Folder):
                    image[path + name] = None
                    folders.append((path + name + "/", node))
                else:
                    by = chance if model == "torn" else None
                    image[path + name] = (
                        node.content(by) if model in {"torn", "bytes first"} else node.synced
                    )
        return image
