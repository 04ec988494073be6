"""Runs of letters and digits → those that a sign joins to the next, as groups of one number.

The result is that of `grouped_numbers`, with arrays. A link is a sign between two runs that are
digits on both sides of it. Consecutive links with the same sign are a chain: all of it is a number,
or none.
"""

from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Bytes, Int64Array, Mask
from excerpt.text.arrays import TextOffsets
from excerpt.text.characters import COMMAS, DASHES, GROUP_SIGNS

__all__ = ["NumberLinks", "find_number_links"]

_MAX_SIGN: Final = 3
"""Bytes of the longest sign."""
_IS_FIRST_OF_SIGN: Final = np.zeros(256, np.bool_)
_IS_FIRST_OF_SIGN[[sign.encode()[0] for sign in GROUP_SIGNS]] = True
_IS_DIGIT: Final = np.zeros(256, np.bool_)
_IS_DIGIT[list(b"0123456789")] = True
_ZERO, _COMMA, _STOP = map(ord, "0,.")
_DASHES: Final = tuple(map(str.encode, DASHES))


def _sign_code(sign: str) -> int:
    return int.from_bytes(sign.encode(), "big")


_CODES: Final = np.sort(np.array(list(map(_sign_code, GROUP_SIGNS)), np.int64))
_POINTS: Final = np.sort(np.array(list(map(_sign_code, f".{COMMAS}")), np.int64))
"""The signs that make a list or a fraction of the digits before them."""


def _is_one_of(codes: Int64Array, ascending: Int64Array) -> Mask:
    """Return for each of `codes` whether it is in a short list; `np.isin` loads `numpy.ma`."""
    at = np.minimum(ascending.searchsorted(codes), ascending.size - 1)
    return np.asarray(ascending[at] == codes)


class NumberLinks(NamedTuple):
    """Runs before a sign that may group digits.

    linked  those that the sign joins to the next run
    rare    those that may be joined, with digits beyond ASCII
    """

    linked: Int64Array
    rare: Int64Array


class _Runs(NamedTuple):
    """The bytes of some texts, as such and as an array, and the offsets of the runs in them."""

    data: bytes
    buffer: Bytes
    starts: TextOffsets
    ends: TextOffsets


def find_number_links(
    data: bytes, buffer: Bytes, starts: TextOffsets, ends: TextOffsets
) -> NumberLinks:
    """Return the runs that are joined to the next as groups of a number.

    data, buffer  the same bytes, UTF-8; after the last run there is another byte
    starts, ends  the offsets of the runs
    """
    gaps = starts[1:] - ends[:-1]
    runs = np.flatnonzero(_IS_FIRST_OF_SIGN.take(buffer[ends[:-1]]) & (gaps <= _MAX_SIGN))
    before, after = buffer[ends[runs] - 1], buffer[starts[runs + 1]]
    runs = runs[
        (_IS_DIGIT.take(before) | (before >= 0x80)) & (_IS_DIGIT.take(after) | (after >= 0x80))
    ]
    codes = np.zeros(runs.size, np.int64)
    for n in range(_MAX_SIGN):
        longer = gaps[runs] > n
        codes[longer] = codes[longer] << 8 | buffer[ends[runs[longer]] + n]
    is_sign = _is_one_of(codes, _CODES)
    runs, codes = runs[is_sign], codes[is_sign]
    is_plain = _IS_DIGIT.take(buffer[ends[runs] - 1]) & _IS_DIGIT.take(buffer[starts[runs + 1]])
    rare = runs[~is_plain]
    runs, codes = runs[is_plain], codes[is_plain]
    if not runs.size:
        return NumberLinks(runs, rare)
    return NumberLinks(runs[_are_groups(_Runs(data, buffer, starts, ends), runs, codes)], rare)


def _are_groups(text: _Runs, runs: Int64Array, codes: Int64Array) -> Mask:
    """Return which of the links after `runs`, with signs of these `codes`, are within numbers."""
    data, buffer, starts, ends = text
    follows = np.diff(runs, prepend=-2) == 1  # the link directly before
    is_same = np.append(False, codes[1:] == codes[:-1])
    opens = ~(follows & is_same)
    first = np.flatnonzero(opens)
    n_links = np.diff(np.append(first, runs.size))
    last = first + n_links - 1
    # The run before each link: digits only, at most three, exactly three within the number.
    sizes = ends[runs] - starts[runs]
    is_group = np.where(opens, sizes <= 3, sizes == 3) & _are_digits(buffer, starts, sizes, runs)
    is_group &= ~opens | (buffer[starts[runs]] != _ZERO)
    is_number = np.logical_and.reduceat(is_group, first)
    # The last run begins with exactly three digits.
    final = runs[last] + 1
    sizes = ends[final] - starts[final]
    is_number &= (sizes >= 3) & _are_digits(buffer, starts, np.minimum(sizes, 3), final)
    fourth = np.minimum(starts[final] + 3, ends[final])
    is_number &= ~(_IS_DIGIT.take(buffer[fourth]) & (sizes > 3))
    # Digits with a full stop or a comma before the first group are a list or a fraction.
    is_number &= ~(follows[first] & _is_one_of(codes[np.maximum(first - 1, 0)], _POINTS))
    single = np.flatnonzero((codes[first] == _STOP) & (n_links == 1) & is_number)
    for chain in single.tolist():
        run = int(final[chain])
        is_number[chain] = bool(sizes[chain] == 3) and _has_decimals(data, starts, ends, run)
    return np.repeat(is_number, n_links)


def _are_digits(buffer: Bytes, starts: TextOffsets, sizes: Int64Array, runs: Int64Array) -> Mask:
    """Return which of `runs`, each cut off after its size, but at most three bytes, are digits."""
    found = np.ones(runs.size, np.bool_)
    for n in range(3):
        at = np.minimum(starts[runs] + n, buffer.size - 1)
        found &= _IS_DIGIT.take(buffer[at]) | (sizes <= n)
    return found


def _has_decimals(data: bytes, starts: TextOffsets, ends: TextOffsets, run: int) -> bool:
    """Return whether a comma with one or two digits, or with a dash, follows a run."""
    end = int(ends[run])
    if data[end] != _COMMA:
        return False
    if data.startswith(_DASHES, end + 1):
        return True
    following = data[end + 1 : end + 4]
    is_next = run + 1 < starts.size and int(starts[run + 1]) == end + 1
    size = int(ends[run + 1]) - end - 1 if is_next else 0
    return 1 <= size <= 2 and following[:size].isdigit()
