"""Words with signs between them → the mark by which each is joined to the next, with arrays.

The result is that of `compounds.join_marks`. Each distinct pair of words with a sign is judged
once, however often it occurs: whether a sign joins two words depends on nothing else.
"""

import numpy as np

from excerpt.arrays import Bytes, Int64Array
from excerpt.text.arrays import TextOffsets
from excerpt.text.compounds import JOINED, JOINING_SIGNS, joining_sign, may_join
from excerpt.text.interner import StringInterner
from excerpt.text.normalizer import fold

__all__ = ["Strings", "find_join_marks", "with_marks"]

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
    is_joined = np.empty(keys.size, np.bool_)
    for number, key in enumerate(keys.tolist()):
        rest, last = divmod(key, len(terms))
        first, sign = divmod(rest, len(signs))
        is_joined[number] = may_join(terms[first], terms[last], signs[sign])
    marks[chosen[is_joined[number_of]]] = ord(JOINED)
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
