"""A source whose reader may crash, hang or exhaust memory → read by a child process with limits.

Parsers in C that work on hostile files need such a guard, also in a build that has no worker
processes. A process has one child, which starts with the first such source and reads all others.
If it dies or takes too long, only the source that it was reading is lost; the next one gets a new
child. A child ends when its parent does, because that closes the pipe.
"""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from queue import SimpleQueue
from typing import Any, Final

from excerpt.errors import Unreadable
from excerpt.ingest.formats.registry import Limits, load_reader
from excerpt.ingest.formats.source import Source
from excerpt.model import Document

__all__ = ["allow_seconds", "main", "read_guarded"]

_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1));"
    "from excerpt.ingest.formats.guarded import main; main(int(sys.argv[1]), int(sys.argv[2]))"
)
_UNSAFE: Final = "it is damaged or malicious and cannot be read safely"
_EXIT_SECONDS: Final = 1.0


class _Child:
    """A child process that reads sources, with `n_bytes` of memory."""

    def __init__(self, n_bytes: int) -> None:
        self._pipe, other = Pipe()
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [
                    *(sys.executable, "-c", _PROGRAM, json.dumps(sys.path)),
                    *(str(other.fileno()), str(n_bytes)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
                start_new_session=True,  # Ctrl-C reaches the build alone
            )

    def read(self, reader: str, source: Source, seconds: float) -> Document:
        """Return the document in `source`.

        Raises:
            EOFError, OSError: if the child has died.
            TimeoutError: if it takes longer than `seconds` and what it allowed itself.
            Unreadable: if the reader raises it.
        """
        self._pipe.send((reader, source.suffix, source.rules, source.passwords))
        self._pipe.send_bytes(source.data)
        deadline = time.monotonic() + seconds
        while self._pipe.poll(max(0.0, deadline - time.monotonic())):
            message = self._pipe.recv()
            if isinstance(message, Document):
                return message
            if isinstance(message, Unreadable):
                raise message
            deadline += message
        raise TimeoutError

    def end(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_EXIT_SECONDS)


_lock = threading.Lock()
_children: dict[tuple[int, int], _Child] = {}
"""The children by the id of their parent and their limit of memory. A process that was forked must
not use those of its parent."""


def read_guarded(reader: str, source: Source, limits: Limits) -> Document:
    """Return what the function `reader` ("module:function") makes of `source`, within `limits`.

    Raises:
        Unreadable: if it raises that, takes too long, or crashes.
    """
    if len(source.data) > limits.file_bytes:
        raise Unreadable(f"it is larger than {limits.file_bytes >> 20:,} MiB")
    key = os.getpid(), limits.memory_bytes
    with _lock:
        child = _children.pop(key, None) or _Child(limits.memory_bytes)
        try:
            document = child.read(reader, source, limits.seconds)
        except Unreadable:
            _children[key] = child
            raise
        except TimeoutError:
            child.end()
            raise Unreadable(f"{_UNSAFE}: its reader takes too long") from None
        except (EOFError, OSError):
            child.end()
            raise Unreadable(f"{_UNSAFE}: its reader died") from None
        except BaseException:  # Ctrl-C: the child is in the middle of a source
            child.end()
            raise
        _children[key] = child
        return document


_parent: Connection | None = None
"""In a child process, the pipe to its parent."""


def allow_seconds(seconds: float) -> None:
    """Extend the time of the reader that calls this, because it makes progress."""
    if _parent is not None:
        _parent.send(seconds)


def main(descriptor: int, memory_bytes: int) -> None:
    """Read sources from the pipe `descriptor` until it is closed."""
    global _parent  # noqa: PLW0603 - set once, when the process starts
    _limit_memory(memory_bytes)
    _parent = Connection(descriptor)
    requests: SimpleQueue[tuple[str, Source]] = SimpleQueue()
    threading.Thread(target=_receive, args=(_parent, requests), daemon=True).start()
    while True:
        reader, source = requests.get()
        _parent.send(_read(reader, source))
        del source  # it may be large; wait for the next one without it


def _read(reader: str, source: Source) -> Document | Unreadable:
    try:
        document = load_reader(reader)(source)
    except Unreadable as error:
        return error
    except MemoryError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - a bug in a reader costs one file
        return Unreadable(f"its reader failed: {type(error).__name__}: {error}")
    return document


def _receive(pipe: Connection, requests: "SimpleQueue[tuple[str, Source]]") -> None:
    """Queue sources until the pipe is closed, then end the process, even within a reader."""
    with suppress(EOFError, OSError, MemoryError):
        while True:
            reader, suffix, rules, passwords = pipe.recv()
            source = Source(suffix, pipe.recv_bytes(), rules, passwords=passwords)
            requests.put((reader, source))
            del source
    os._exit(0)


def _limit_memory(n_bytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # POSIX only

        # On Linux, RLIMIT_AS would count mapped files too, which take no memory.
        kind: Any = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        resource.setrlimit(kind, (n_bytes, resource.getrlimit(kind)[1]))
