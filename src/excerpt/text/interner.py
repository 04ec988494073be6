"""Byte strings → integer ids, for whole arrays of strings at once.

The strings are slices of a buffer. No Python object is made for a string that is already known.

Each string has a key of 64 bits. A string of up to eight bytes is its own key. The bytes of a
longer one are hashed into a key that no short string has; then its bytes are compared with those
of the known string with that key, and if they differ, a dictionary of collisions has its id. Keys
are kept in a hash table with open addressing and linear probing, made of two arrays.
"""

from hashlib import blake2b
from typing import Any, Final

import numpy as np

from excerpt.arrays import Bytes, Int64Array
from excerpt.text.arrays import PADDING, Keys, StringIds, TextOffsets

__all__ = ["StringInterner", "first_bytes"]

_MASKS: Final = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
"""For each number of bytes, the mask that keeps the first of eight bytes."""
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
"""2⁶⁴ divided by the golden ratio, as in Fibonacci hashing (Knuth, The Art of Computer Programming
3, 6.4)."""
_LONG: Final = np.uint64(0xFF << 56)
"""Set in the keys of long strings: as the last byte of eight, 0xFF never occurs in UTF-8."""
_SHIFT: Final = np.uint64(29)
"""By which a hash is shifted right before it is mixed with the next eight bytes."""
MAX_MIXED: Final = 1 << 12
"""Bytes of a string that is hashed with the others. A longer one would keep all of them waiting for
one round of eight bytes after another, so it is hashed alone."""
_INITIAL_BITS: Final = 12
"""Binary logarithm of the slots of an empty table."""


class StringInterner:
    """A table of strings with ids from 0, in no particular order.

    The strings are UTF-8, not empty, and contain no zero byte.
    """

    def __init__(self) -> None:
        self._keys: Keys = np.zeros(1 << _INITIAL_BITS, np.uint64)
        """For each slot of the hash table, its key, 0 if it is free. At most half are used."""
        self._ids = np.zeros(1 << _INITIAL_BITS, np.int32)
        """For each slot, the id of the first string with that key."""
        self._slot_shift = np.uint64(64 - _INITIAL_BITS)
        self._arena = np.zeros(1 << 16, np.uint8)
        """The bytes of all strings, by id."""
        self._ends = np.zeros(1 << 11, np.int64)
        """For each id, the end of its string in the arena."""
        self._n = 0
        self._n_keys = 0
        self._collisions: dict[bytes, int] = {}
        """The ids of long strings whose key another string has."""

    def __len__(self) -> int:
        return self._n

    def string(self, string_id: int) -> bytes:
        """Return the string with this id."""
        start = self._ends[string_id - 1] if string_id else 0
        return self._arena[start : self._ends[string_id]].tobytes()

    def strings(self, string_ids: StringIds) -> list[str]:
        """Return the strings with these ids, decoded."""
        if not string_ids.size:
            return []
        starts = np.where(string_ids, self._ends.take(string_ids - 1, mode="wrap"), 0)
        sizes = self._ends.take(string_ids) - starts
        # A byte more of the arena than each string has is read, and becomes the zero byte after it.
        ends = np.cumsum(sizes + 1)
        sources = np.repeat(starts - (ends - sizes - 1), sizes + 1)
        sources += np.arange(ends[-1])
        joined = self._arena.take(sources)
        joined[ends - 1] = 0
        return joined[:-1].tobytes().decode("utf-8", "surrogatepass").split("\0")

    def beyond_ascii(self, first: int) -> list[int]:
        """Return the ids, from `first` on, of the strings that are not ASCII."""
        if first == self._n:
            return []
        begin = int(self._ends[first - 1]) if first else 0
        ends = self._ends[first : self._n]
        at = np.flatnonzero(self._arena[begin : ends[-1]] >= 0x80) + begin
        numbers = np.searchsorted(ends, at, side="right")
        found: list[int] = (numbers[np.diff(numbers, prepend=-1) > 0] + first).tolist()
        return found

    def intern(self, buffer: Bytes, starts: TextOffsets, lengths: Int64Array) -> StringIds:
        """Return the ids of the strings at `starts` in `buffer`, and add those that are new.

        `PADDING` bytes follow the last string. `starts` need not ascend.
        """
        keys = self._keys_of(buffer, starts, lengths)
        ids, new = self._look_up(keys)
        if new.size:
            _, first, group = np.unique(keys[new], return_index=True, return_inverse=True)
            first_id = self._store(buffer, starts[new[first]], lengths[new[first]])
            self._insert(keys[new[first]], first_id)
            ids[new] = first_id + group
        long = np.flatnonzero(lengths > 8)
        if long.size:
            self._resolve_collisions(buffer, starts, lengths, long, ids)
        return ids

    def intern_all(self, strings: list[bytes]) -> StringIds:
        """Return the ids of `strings`, and add those that are new."""
        lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        buffer = np.frombuffer(b"".join([*strings, bytes(PADDING)]), np.uint8)
        return self.intern(buffer, np.cumsum(lengths) - lengths, lengths)

    def _keys_of(self, buffer: Bytes, starts: TextOffsets, lengths: Int64Array) -> Keys:
        """Return the key of each string."""
        eights = _eights(buffer)
        keys = first_bytes(buffer, starts, lengths)
        long = np.flatnonzero((lengths > 8) & (lengths <= MAX_MIXED))
        offsets, left, hashes = starts[long], lengths[long], keys[long]
        # Each round mixes the next eight bytes into the hashes of the strings that have more.
        unfinished: Int64Array = np.arange(long.size)
        while unfinished.size:
            offsets, left = offsets + 8, left - 8
            part = eights[offsets] & _MASKS.take(left, mode="clip")
            before = hashes[unfinished]
            hashes[unfinished] = ((before ^ before >> _SHIFT) + part) * _MULTIPLIER
            has_more = np.flatnonzero(left > 8)
            unfinished, offsets, left = unfinished[has_more], offsets[has_more], left[has_more]
        keys[long] = hashes ^ hashes >> _SHIFT | _LONG
        for i in np.flatnonzero(lengths > MAX_MIXED).tolist():
            digest = blake2b(_string(buffer, starts[i], lengths[i]), digest_size=8).digest()
            keys[i] = np.uint64(int.from_bytes(digest, "little")) | _LONG
        return keys

    def _look_up(self, keys: Keys) -> tuple[StringIds, Int64Array]:
        """Return the id of each key, and which of `keys` are not in the table, ascending."""
        slots = self._slots(keys)
        ids: StringIds = self._ids.take(slots).astype(np.int64)
        unresolved = np.flatnonzero(self._keys.take(slots) != keys)
        absent = []
        slot, key = slots[unresolved], keys[unresolved]
        while unresolved.size:
            present = self._keys.take(slot)
            is_free = present == 0
            absent.append(unresolved[is_free])
            is_found = present == key
            ids[unresolved[is_found]] = self._ids.take(slot[is_found])
            others = np.flatnonzero(~(is_free | is_found))
            unresolved, key = unresolved[others], key[others]
            slot = slot[others] + 1 & self._keys.size - 1
        return ids, np.sort(np.concatenate(absent)) if absent else unresolved

    def _slots(self, keys: Keys) -> Int64Array:
        """Return the slot at which probing for each key begins."""
        slots: Int64Array = (keys * _MULTIPLIER >> self._slot_shift).view(np.int64)
        return slots

    def _insert(self, keys: Keys, first_id: int) -> None:
        """Add distinct new `keys`, with ids from `first_id`, and enlarge the table if needed."""
        if (self._n_keys + keys.size) * 2 > self._keys.size:
            used = np.flatnonzero(self._keys)
            old_keys, old_ids = self._keys[used], self._ids[used]
            bits = (2 * (self._n_keys + keys.size)).bit_length()
            self._slot_shift = np.uint64(64 - bits)
            self._keys = np.zeros(1 << bits, np.uint64)
            self._ids = np.zeros(1 << bits, np.int32)
            self._fill_slots(old_keys, old_ids.astype(np.int64))
        self._fill_slots(keys, np.arange(first_id, first_id + keys.size))
        self._n_keys += keys.size

    def _fill_slots(self, keys: Keys, ids: StringIds) -> None:
        """Write distinct `keys` that are not in the table to free slots."""
        slot = self._slots(keys)
        while keys.size:
            free = np.flatnonzero(self._keys.take(slot) == 0)
            # If several keys want one slot, NumPy keeps the last; the others move on.
            self._keys[slot[free]] = keys[free]
            is_in = self._keys.take(slot) == keys
            self._ids[slot[is_in]] = ids[is_in]
            out = np.flatnonzero(~is_in)
            keys, ids = keys[out], ids[out]
            slot = slot[out] + 1 & self._keys.size - 1

    def _store(self, buffer: Bytes, starts: TextOffsets, lengths: Int64Array) -> int:
        """Append the bytes of new strings to the arena and return the id of the first."""
        first, size = self._n, int(self._ends[self._n - 1]) if self._n else 0
        ends = size + np.cumsum(lengths)
        self._n += starts.size
        self._ends = _grown(self._ends, first, self._n)
        self._ends[first : self._n] = ends
        self._arena = _grown(self._arena, size, int(ends[-1]) + PADDING)
        # The source of each byte: its offset in the arena plus the shift of its string.
        sources = np.repeat(starts - (ends - lengths), lengths)
        sources += np.arange(size, int(ends[-1]))
        self._arena[size : ends[-1]] = buffer.take(sources)
        return first

    def _resolve_collisions(
        self,
        buffer: Bytes,
        starts: TextOffsets,
        lengths: Int64Array,
        long: Int64Array,
        ids: StringIds,
    ) -> None:
        """Compare the `long` strings with those of their `ids`, and correct the ids that differ."""
        known, left = ids[long], lengths[long]
        theirs = np.where(known, self._ends.take(known - 1, mode="wrap"), 0)
        differs = self._ends.take(known) - theirs != left
        ours = starts[long]
        given, stored = _eights(buffer), _eights(self._arena)
        for i in np.flatnonzero(left > MAX_MIXED).tolist():
            if not differs[i]:
                known_string = _string(self._arena, theirs[i], left[i])
                differs[i] = _string(buffer, ours[i], left[i]) != known_string
        unfinished = np.flatnonzero(left <= MAX_MIXED)
        ours, theirs, left = ours[unfinished], theirs[unfinished], left[unfinished]
        while unfinished.size:
            # A known string may be shorter than ours, so its offset is kept inside the arena.
            parts = given[ours] ^ stored[np.minimum(theirs, stored.size - 1)]
            differs[unfinished] |= parts & _MASKS.take(left, mode="clip") != 0
            has_more = np.flatnonzero(left > 8)
            unfinished = unfinished[has_more]
            ours, theirs, left = ours[has_more] + 8, theirs[has_more] + 8, left[has_more] - 8
        for i in long[differs].tolist():
            ids[i] = self._collision_id(buffer, starts[i : i + 1], lengths[i : i + 1])

    def _collision_id(self, buffer: Bytes, start: TextOffsets, length: Int64Array) -> int:
        """Return the id of a string that collides with another, and add it if it is new."""
        string = buffer[start[0] : start[0] + length[0]].tobytes()
        string_id = self._collisions.get(string)
        if string_id is None:
            string_id = self._collisions[string] = self._store(buffer, start, length)
        return string_id


def first_bytes(buffer: Bytes, starts: TextOffsets, lengths: Int64Array) -> Keys:
    """Return the first eight bytes of each string as one integer, zero bytes after its end.

    The string's first byte is the integer's lowest. `PADDING` bytes follow the last string.
    """
    keys: Keys = _eights(buffer)[starts]
    keys &= _MASKS.take(lengths, mode="clip")
    return keys


def _string(buffer: Bytes, start: int, length: int) -> bytes:
    return buffer[start : start + length].tobytes()


def _eights(buffer: Bytes) -> Keys:
    """Return a view of `buffer` whose element i is the eight bytes from offset i as one integer.

    Select elements with brackets: the view overlaps itself, and `take` would copy all of it.
    """
    return np.ndarray((buffer.size - 7,), np.dtype("<u8"), buffer, 0, (1,))


def _grown(
    array: np.ndarray[Any, np.dtype[Any]], used: int, size: int
) -> np.ndarray[Any, np.dtype[Any]]:
    """Return `array`, or if it is too small, a larger one that begins with its `used` elements."""
    if size <= array.size:
        return array
    grown = np.zeros(size + size // 2, array.dtype)
    grown[:used] = array[:used]
    return grown
