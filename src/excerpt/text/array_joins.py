"""Words with signs between them → the mark by which each is joined to the next, with arrays.

The result is that of `compounds.join_marks`. Each distinct pair of words with a sign is judged
once, however often it occurs. That is enough: whether a sign joins two words depends on nothing
else, except that a group of digits depends on the groups before it.
"""

import numpy as np

from excerpt.arrays import Bytes, Int64Array, Mask
from excerpt.text.arrays import TextOffsets
from excerpt.text.compounds import (
    FIRST_GROUP,
    JOINED,
    JOINING_SIGNS,
    MIDDLE_GROUP,
    STOP,
    are_digits,
    is_last_group,
    joining_sign,
    may_join,
)
from excerpt.text.interner import StringInterner
from excerpt.text.normalizer import fold

__all__ = ["Strings", "find_join_marks", "with_marks"]

_JOINS, _DIGITS, _LAST_GROUP, _SHORT, _HAS_STOP = 1, 2, 4, 8, 16
"""Bits of a pair: the sign joins the words; both are digits, and the sign may group them; the
second word may be the last group of a number, the first word its first group; the sign is a full
stop."""
_JOINED, _FIRST_GROUP, _MIDDLE_GROUP = map(ord, (JOINED, FIRST_GROUP, MIDDLE_GROUP))

Strings = tuple[TextOffsets, Int64Array]
"""The starts and the lengths of slices of a buffer."""


def find_join_marks(buffer: Bytes, tokens: Int64Array, words: Strings, gaps: Strings) -> Bytes:
    """Return the mark of each of `tokens`, 0 if nothing joins it to the next token.

    buffer  the bytes of words and gaps, none of them zero, with `PADDING` bytes after the last
    tokens  the numbers of some tokens, ascending
    words   all tokens
    gaps    the slices between each of `tokens` and the next one
    """
    marks = np.zeros(tokens.size, np.uint8)
    sign_of, distinct = _intern(buffer, gaps)
    signs = list(map(_joining_sign, distinct))
    may_be_joined = np.array([sign != " " for sign in signs], np.bool_)
    chosen = np.flatnonzero(may_be_joined[sign_of])
    if not chosen.size:
        return marks
    pairs = np.concatenate((tokens[chosen], tokens[chosen] + 1))
    word_of, distinct = _intern(buffer, (words[0][pairs], words[1][pairs]))
    terms = list(map(fold, distinct))
    before, after = np.split(word_of, 2)
    keys = (before * len(signs) + sign_of[chosen]) * len(terms) + after
    keys, number_of = np.unique(keys, return_inverse=True)
    traits = np.empty(keys.size, np.uint8)
    for number, key in enumerate(keys.tolist()):
        rest, last = divmod(key, len(terms))
        first, sign = divmod(rest, len(signs))
        traits[number] = _traits(terms[first], signs[sign], terms[last])
    traits = traits[number_of]
    marks[chosen[traits & _JOINS != 0]] = _JOINED
    digits = np.flatnonzero(traits & _DIGITS)
    marks[chosen[digits]] = _group_marks(tokens[chosen[digits]], traits[digits])
    return marks


def _intern(buffer: Bytes, strings: Strings) -> tuple[Int64Array, list[str]]:
    """Return the number of each of `strings` among the distinct ones, and those."""
    interner = StringInterner()
    ids = interner.intern(buffer, *strings)
    return ids, interner.strings(np.arange(len(interner)))


def _joining_sign(gap: str) -> str:
    """Return a sign that may join words, " " for any other."""
    sign = joining_sign(gap)
    return sign if sign in JOINING_SIGNS else " "


def _traits(before: str, sign: str, after: str) -> int:
    """Return the bits of a pair of folded words with a sign between them."""
    if are_digits(before, sign, after):
        of_sign = _DIGITS | _HAS_STOP * (sign == STOP)
        return of_sign | _LAST_GROUP * is_last_group(after) | _SHORT * (len(before) <= 3)
    return _JOINS * may_join(before, sign, after)


def _group_marks(tokens: Int64Array, traits: Bytes) -> Bytes:
    """Return the marks of `tokens` that are digits before other digits, given their `traits`.

    Tokens with consecutive numbers may form one number. Its groups end before the first one that
    does not have three digits, or that follows a full stop while others do not; and what follows
    that is not a number of its own. A single full stop may be a decimal point.
    """
    is_first: Mask = np.diff(tokens, prepend=-2) != 1
    has_stop = traits & _HAS_STOP != 0
    breaks = (traits & _LAST_GROUP == 0) | is_first & (traits & _SHORT == 0)
    breaks[1:] |= ~is_first[1:] & (has_stop[1:] != has_stop[:-1])
    n_breaks = np.cumsum(breaks)
    before_run = (n_breaks - breaks)[is_first]
    is_group = n_breaks == before_run[np.cumsum(is_first) - 1]
    is_single = is_first & ~np.append(is_group[1:] & ~is_first[1:], np.False_)[: is_first.size]
    is_group &= ~(is_single & has_stop)
    marks = np.where(is_first, np.uint8(_FIRST_GROUP), np.uint8(_MIDDLE_GROUP))
    return np.where(is_group, marks, np.uint8(0))


def with_marks(buffer: Bytes, words: Strings, marks: Bytes) -> tuple[bytes, Strings]:
    """Return the bytes of `words`, each followed by its mark, and their slices of these bytes."""
    starts, lengths = words
    sizes = lengths + 1
    ends = np.cumsum(sizes)
    # One byte more than each word has is read (`PADDING` follows the last), and becomes the mark.
    sources = np.repeat(starts - (ends - sizes), sizes)
    sources += np.arange(sources.size)
    joined = buffer.take(sources)
    joined[ends - 1] = marks
    return joined.tobytes(), (ends - sizes, sizes)
