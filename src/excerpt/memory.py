"""Memory of the process: caches that are bounded in bytes, and freed memory returned to the system.

Every cache of the program but four is a `BoundedCache`, so that a process that answers queries
for days does not grow. A cache belongs to the object whose lifetime it shares, and states its
bound where it is made. The bytes of an entry are an estimate on the high side (`size_of`), not a
measurement.

The four are functions that are called for words, characters or full stops. `functools.lru_cache`
takes a quarter of the time (90 instead of 360 ns for a call). Their keys are of bounded length, so
the number of entries bounds the bytes.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import cache, wraps
from sys import getsizeof
from threading import Lock
from typing import Final, Generic, TypeVar, TypeVarTuple

__all__ = ["ENTRY_BYTES", "BoundedCache", "memoized", "release_freed_memory", "size_of"]

ENTRY_BYTES: Final = 256
"""Bytes that `BoundedCache` itself takes for each entry: its place in the ordered dictionary, and
the pair of value and size. Measured: 140 to 210, depending on how full the dictionary is."""
_FLAT: Final = frozenset([str, bytes, int, float, bool, type(None)])
"""Types whose values have no parts. Most values are of these types, so they are tested first."""
_ARRAY_BYTES: Final = 112
"""Bytes of a NumPy array without its elements."""

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class BoundedCache(Generic[K, V]):
    """A mapping of at most `max_bytes` bytes that drops the least recently used entries.

    It may be shared between threads. An entry that is larger than the whole cache is not kept, so
    a caller must not rely on getting back what it has put.
    """

    __slots__ = ("_entries", "_lock", "max_bytes", "n_bytes")

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.n_bytes = 0
        """The bytes of all entries, `ENTRY_BYTES` of each included."""
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        """The least recently used entry first."""
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """Return the value of `key`, None if there is none."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        try:  # noqa: SIM105 - `suppress` takes four times as long as the rest
            self._entries.move_to_end(key)
        except KeyError:  # another thread has dropped it since
            pass
        return entry[0]

    def put(self, key: K, value: V, n_bytes: int | None = None) -> None:
        """Add `value`, which takes `n_bytes` together with its key (default: their `size_of`)."""
        if n_bytes is None:
            n_bytes = size_of(key) + size_of(value)
        n_bytes += ENTRY_BYTES
        with self._lock:
            former = self._entries.pop(key, None)
            if former is not None:
                self.n_bytes -= former[1]
            if n_bytes > self.max_bytes:
                return
            self._entries[key] = (value, n_bytes)
            self.n_bytes += n_bytes
            while self.n_bytes > self.max_bytes:
                self.n_bytes -= self._entries.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Drop all entries."""
        with self._lock:
            self._entries.clear()
            self.n_bytes = 0


def memoized(
    max_bytes: int, result_bytes: int | None = None
) -> Callable[[Callable[[*Ts], R]], Callable[[*Ts], R]]:
    """Return a decorator that caches the results of a pure function in at most `max_bytes` bytes.

    The arguments are positional and hashable. A result takes `result_bytes` (default: its
    `size_of`, which does not see into functions and foreign objects).
    """

    def decorate(function: Callable[[*Ts], R]) -> Callable[[*Ts], R]:
        results: BoundedCache[tuple[*Ts], tuple[R]] = BoundedCache(max_bytes)

        @wraps(function)
        def remembered(*arguments: *Ts) -> R:
            known = results.get(arguments)
            if known is not None:
                return known[0]
            found = function(*arguments)
            n_bytes = size_of(found) if result_bytes is None else result_bytes
            results.put(arguments, (found,), size_of(arguments) + n_bytes)
            return found

        return remembered

    return decorate


def size_of(value: object) -> int:
    """Return about how many bytes a value takes with all that it consists of.

    This sees into tuples, lists, sets, dicts, arrays and the fields of objects. Shared parts
    count each time they occur, so that the estimate may be too high, never too low.
    """
    if isinstance(value, tuple) and not value:
        return 0  # there is one empty tuple, which all share
    n_bytes = getsizeof(value)
    if type(value) in _FLAT:
        return n_bytes
    if isinstance(value, tuple | list | frozenset | set):
        return n_bytes + sum(map(size_of, value))
    if isinstance(value, dict):
        return n_bytes + sum(map(size_of, value)) + sum(map(size_of, value.values()))
    n_elements = getattr(value, "nbytes", None)  # of an array: a view does not count them itself
    if n_elements is not None:
        return int(n_elements) + _ARRAY_BYTES
    fields = getattr(value, "__dict__", None)
    if fields:
        of_fields = [
            getsizeof(each) if type(each) in _FLAT else size_of(each) for each in fields.values()
        ]
        return n_bytes + getsizeof(fields) + sum(of_fields)
    return n_bytes


def release_freed_memory() -> None:
    """Return freed memory to the system.

    glibc keeps freed memory for later allocations unless it lies at the very end of its arena.
    Where much was freed for good, or something very different comes next, that makes a process
    twice as large as what it holds. A call takes a millisecond, and pages that are needed again
    must be cleared by the system. With another C library this does nothing.
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """Return glibc's `malloc_trim`, or a function that does nothing."""
    try:
        from ctypes import CDLL

        return CDLL(None).malloc_trim
    except (ImportError, OSError, TypeError, AttributeError):  # no ctypes; Windows; no glibc
        return lambda _: None
