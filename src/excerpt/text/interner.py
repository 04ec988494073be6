"""Byte strings → numbers, in arrays: no Python object is made for a string that was met before.

The strings are given as places in a buffer. Up to eight bytes a string is its own key: a number of 64 bits. The bytes of
a longer one are mixed into a key that no shorter one has, and compared with those it is taken for: what only shares its
key goes to a dictionary. Keys stand in an open hash table of two arrays.
"""

from typing import Any, Final

import numpy as np

__all__ = ["PADDING", "StringInterner"]

PADDING: Final = 8
"""Bytes that must follow the last string in a buffer: strings are read eight bytes at a time."""
_MASKS: Final = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
"""2⁶⁴ over the golden ratio, as in Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)."""
_LONG: Final = np.uint64(0xFF << 56)
"""The last byte of a long string's key: one that UTF-8 never holds."""
_FOLDED: Final = np.uint64(29)

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Keys = np.ndarray[Any, np.dtype[np.uint64]]


class StringInterner:
    """The strings met so far, numbered from 0 in no particular order. They are UTF-8, not empty, and hold no zero byte."""

    def __init__(self) -> None:
        self._keys = np.zeros(1 << 12, np.uint64)
        self._numbers = np.zeros(1 << 12, np.int32)
        self._shift = np.uint64(64 - 12)
        self._arena = np.zeros(1 << 16, np.uint8)
        self._ends = np.zeros(1 << 11, np.int64)
        self._n = 0
        self._n_keys = 0
        self._strays: dict[bytes, int] = {}
        """Long strings whose key belongs to another one."""

    def __len__(self) -> int:
        return self._n

    def string(self, number: int) -> bytes:
        """The string with this number."""
        start = self._ends[number - 1] if number else 0
        return self._arena[start : self._ends[number]].tobytes()

    def intern(self, buffer: Bytes, starts: Numbers, lengths: Numbers) -> Numbers:
        """The numbers of the strings at `starts`, of so many bytes each, in `buffer`; what is new gets one."""
        keys = self._keys_of(buffer, starts, lengths)
        found, new = self._look_up(keys)
        if new.size:
            _, first, group = np.unique(keys[new], return_index=True, return_inverse=True)
            begin = self._store(buffer, starts[new[first]], lengths[new[first]])
            self._enter(keys[new[first]], begin)
            found[new] = begin + group
        long = np.flatnonzero(lengths > 8)
        if long.size:
            self._verify(buffer, starts, lengths, long, found)
        return found

    def intern_all(self, strings: list[bytes]) -> Numbers:
        """The numbers of `strings`."""
        lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        buffer = np.frombuffer(b"".join([*strings, bytes(PADDING)]), np.uint8)
        return self.intern(buffer, np.cumsum(lengths) - lengths, lengths)

    def _keys_of(self, buffer: Bytes, starts: Numbers, lengths: Numbers) -> Keys:
        eights = _eights(buffer)
        keys: Keys = eights[starts]
        keys &= _MASKS.take(lengths, mode="clip")
        long = np.flatnonzero(lengths > 8)
        if not long.size:
            return keys
        at, left, mixed = starts[long], lengths[long], keys[long]
        going: Numbers = np.arange(long.size)
        while going.size:
            at, left = at + 8, left - 8
            part = eights[at] & _MASKS.take(left, mode="clip")
            before = mixed[going]
            mixed[going] = ((before ^ before >> _FOLDED) + part) * _MIX
            goes_on = np.flatnonzero(left > 8)
            going, at, left = going[goes_on], at[goes_on], left[goes_on]
        keys[long] = mixed ^ mixed >> _FOLDED | _LONG
        return keys

    def _look_up(self, keys: Keys) -> tuple[Numbers, Numbers]:
        """The numbers under `keys`, and at which places of these there are none."""
        slots = self._slots(keys)
        found: Numbers = self._numbers.take(slots).astype(np.int64)
        open_ = np.flatnonzero(self._keys.take(slots) != keys)
        news = []
        slot, key = slots[open_], keys[open_]
        while open_.size:
            there = self._keys.take(slot)
            is_new = there == 0
            news.append(open_[is_new])
            is_found = there == key
            found[open_[is_found]] = self._numbers.take(slot[is_found])
            others = np.flatnonzero(~(is_new | is_found))
            open_, key = open_[others], key[others]
            slot = slot[others] + 1 & self._keys.size - 1
        return found, np.sort(np.concatenate(news)) if news else open_

    def _slots(self, keys: Keys) -> Numbers:
        slots: Numbers = (keys * _MIX >> self._shift).view(np.int64)
        return slots

    def _enter(self, keys: Keys, first: int) -> None:
        """Put distinct new `keys` into the table, numbered from `first` on."""
        if (self._n_keys + keys.size) * 2 > self._keys.size:
            taken = np.flatnonzero(self._keys)
            old, numbers = self._keys[taken], self._numbers[taken]
            bits = (2 * (self._n_keys + keys.size)).bit_length()
            self._shift = np.uint64(64 - bits)
            self._keys, self._numbers = (
                np.zeros(1 << bits, np.uint64),
                np.zeros(1 << bits, np.int32),
            )
            self._place(old, numbers.astype(np.int64))
        self._place(keys, np.arange(first, first + keys.size))
        self._n_keys += keys.size

    def _place(self, keys: Keys, numbers: Numbers) -> None:
        slot = self._slots(keys)
        while keys.size:
            free = np.flatnonzero(self._keys.take(slot) == 0)
            self._keys[slot[free]] = keys[free]  # of several for one slot the last stays
            is_in = self._keys.take(slot) == keys
            self._numbers[slot[is_in]] = numbers[is_in]
            out = np.flatnonzero(~is_in)
            keys, numbers = keys[out], numbers[out]
            slot = slot[out] + 1 & self._keys.size - 1

    def _store(self, buffer: Bytes, starts: Numbers, lengths: Numbers) -> int:
        """Keep the bytes of new strings; returns the number of the first of them."""
        first, size = self._n, int(self._ends[self._n - 1]) if self._n else 0
        ends = size + np.cumsum(lengths)
        self._n += starts.size
        self._ends = _grown(self._ends, first, self._n)
        self._ends[first : self._n] = ends
        self._arena = _grown(self._arena, size, int(ends[-1]) + PADDING)
        shifts = np.repeat(starts - (ends - lengths), lengths)
        shifts += np.arange(size, int(ends[-1]))
        self._arena[size : ends[-1]] = buffer.take(shifts)
        return first

    def _verify(
        self, buffer: Bytes, starts: Numbers, lengths: Numbers, long: Numbers, found: Numbers
    ) -> None:
        """See which of the `long` strings are not the ones they were `found` to be, and number these anew."""
        numbers, left = found[long], lengths[long]
        theirs = np.where(numbers, self._ends.take(numbers - 1, mode="wrap"), 0)
        differs = self._ends.take(numbers) - theirs != left
        ours, going = starts[long], np.arange(long.size)
        mine, stored = _eights(buffer), _eights(self._arena)
        while going.size:
            parts = mine[ours] ^ stored[np.minimum(theirs, stored.size - 1)]
            differs[going] |= parts & _MASKS.take(left, mode="clip") != 0
            goes_on = np.flatnonzero(left > 8)
            going = going[goes_on]
            ours, theirs, left = ours[goes_on] + 8, theirs[goes_on] + 8, left[goes_on] - 8
        for at in long[differs].tolist():
            found[at] = self._number_of_stray(buffer, starts[at : at + 1], lengths[at : at + 1])

    def _number_of_stray(self, buffer: Bytes, start: Numbers, length: Numbers) -> int:
        string = buffer[start[0] : start[0] + length[0]].tobytes()
        number = self._strays.get(string)
        if number is None:
            number = self._strays[string] = self._store(buffer, start, length)
        return number


def _eights(buffer: Bytes) -> Keys:
    """The eight bytes from each place of `buffer` on, as one number. (To be indexed: `take` would copy all of it.)"""
    return np.ndarray((buffer.size - 7,), np.dtype("<u8"), buffer, 0, (1,))


def _grown(
    array: np.ndarray[Any, np.dtype[Any]], used: int, size: int
) -> np.ndarray[Any, np.dtype[Any]]:
    """`array`, or one of `size` and room to spare that begins with what is `used` of it."""
    if size <= array.size:
        return array
    grown = np.zeros(size + size // 2, array.dtype)
    grown[:used] = array[:used]
    return grown
