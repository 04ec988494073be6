"""Texts → where their words stand in their UTF-8: what `words.tokenize` finds, as array operations on the bytes.

A byte belongs to a word or not, and words begin and end where that changes. What else makes a word is decided only where
it can matter: at full stops between single letters, at hyphens before white space, at characters of scripts without
spaces. Texts with ignorable characters, and with marks where they are seldom, go to `tokenize`, one by one.
Property-tested: always the words that `tokenize` gives.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from excerpt.text.characters import character_classes
from excerpt.text.interner import PADDING
from excerpt.text.tokenizer import token_offsets, tokenize

__all__ = ["TokenBatch", "tokenize_batch", "batch_offsets"]

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_WORD, _LETTER, _SMALL, _MARK, _ALONE, _ODD, _KNOWN = 1, 2, 4, 8, 16, 32, 64
_TRAITS: Final = {
    "a": _WORD | _LETTER | _SMALL,
    "A": _WORD | _LETTER,
    "0": _WORD,
    "m": _WORD | _MARK,
    "h": _WORD | _ALONE,
    "z": _ODD,
    "s": _ODD,
}
"""What a class of characters (see `characters`) is here, as bits; the others are 0."""
_TRAITS_OF_ASCII: Final = bytes(
    _TRAITS.get(kind, 0) for kind in character_classes("".join(map(chr, range(128))))
)
_SIZES: Final = np.repeat(np.array([1, 2, 3, 4], np.int64), [0xC0, 0x20, 0x10, 0x10])
"""The bytes of a character by its first one."""
_STOP, _HYPHEN, _OTHER_HYPHEN = ord("."), ord("-"), "\u2010".encode()[0]
_HYPHENS: Final = frozenset("-\u2010\u2011")


class TokenBatch(NamedTuple):
    """Words as places in `buffer`, in order: where each starts, and its bytes. `first` is the first word of each text.

    The bytes there are those of the written form, but for its composition (NFC).
    """

    buffer: Bytes
    starts: Numbers
    lengths: Numbers
    first: Numbers


def tokenize_batch(
    texts: Sequence[str],
    hyphenated: Sequence[frozenset[str]],
    begins: Sequence[int] | Numbers | None = None,
) -> TokenBatch:
    """The places of the words of `texts`; `hyphenated` are for each text the compounds of its document (see `tokenize`).

    With `begins` the texts are those that begin there in `texts`, joined by one character each and counted in code
    points. White space or a mark stands before each, as where sentences are told apart: that saves taking them out.
    """
    return _Cutter(texts, hyphenated, begins).places()


def batch_offsets(
    texts: Sequence[str], hyphenated: Sequence[frozenset[str]], starts: Sequence[int]
) -> list[tuple[list[int], list[int]]]:
    """Where the words of each of `texts` begin and end, counted from its start: what `words.token_offsets` says of one text."""
    return _Cutter(texts, hyphenated).spans(starts)


@cache
def _known_traits() -> Bytes:
    """A table of traits that fills itself: each character is looked up once. Zeros take no memory until then."""
    return np.zeros(0x110000, np.uint8)


def _traits_of_points(points: Numbers) -> Bytes:
    known = _known_traits()
    found: Bytes = known.take(points)
    for point in set(points[found == 0].tolist()):
        known[point] = _TRAITS.get(character_classes(chr(point)), 0) | _KNOWN
    return known.take(points) & ~np.uint8(_KNOWN)


class _Cutter:
    """`texts` joined, with zero bytes between them, before and after: these are in no word and let none go on."""

    def __init__(
        self,
        texts: Sequence[str],
        hyphenated: Sequence[frozenset[str]],
        begins: Sequence[int] | Numbers | None = None,
    ) -> None:
        self._hyphenated = hyphenated
        joined = "\0".join(("", *texts, ""))
        self._data = joined.encode("utf-8", "surrogatepass")
        self._buffer: Bytes = np.frombuffer(self._data, np.uint8)
        self._begins = (
            self._beginnings(texts)
            if begins is None
            else self._bytes_at(np.array(begins, np.int64) + 1)
        )
        self._traits = np.frombuffer(
            self._data.translate(_TRAITS_OF_ASCII.ljust(256, b"\0")), np.uint8
        )
        self._leads: Numbers = np.empty(0, np.int64)
        if not self._data.isascii():
            self._look_beyond_ascii()
        self._rare = int(np.bitwise_or.reduce(self._traits[self._leads], initial=0))
        """The traits that any character beyond ASCII has."""

    def _beginnings(self, texts: Sequence[str]) -> Numbers:
        """The first byte of each of `texts`."""
        if self._data.count(0) == len(texts) + 1:
            return np.flatnonzero(self._buffer == 0)[: len(texts)] + 1
        lengths = (
            len(text.encode("utf-8", "surrogatepass")) for text in texts
        )  # one of them has zero bytes too
        sizes = np.fromiter(lengths, np.int64, len(texts)) + 1
        return np.cumsum(sizes) - sizes + 1

    def _bytes_at(self, points: Numbers) -> Numbers:
        """The first byte of each of the code points."""
        if self._data.isascii():
            return points
        further = np.flatnonzero(
            self._buffer & 0xC0 == 0x80
        )  # bytes of a character after its first
        return points + np.searchsorted(further - np.arange(1, further.size + 1), points)

    def _text(self, number: int) -> str:
        """The text with this number, and the zero byte after it if there is one."""
        start = int(self._begins[number])
        end = int(self._begins[number + 1]) if number + 1 < self._begins.size else len(self._data)
        return self._data[start:end].decode("utf-8", "surrogatepass")

    def _look_beyond_ascii(self) -> None:
        """Note where characters beyond ASCII begin, and what they are, at each of their bytes."""
        buffer, traits = self._buffer, self._traits.copy()
        leads = np.flatnonzero(buffer >= 0xC0)
        sizes = _SIZES.take(buffer[leads])
        points = buffer[leads].astype(np.int64) & 0x7F >> sizes
        longer = [np.flatnonzero(sizes > n) for n in range(4)]
        for n in range(1, 4):
            points[longer[n]] = points[longer[n]] << 6 | buffer[leads[longer[n]] + n] & 0x3F
        found = _traits_of_points(points)
        for n in range(4):
            traits[leads[longer[n]] + n] = found[longer[n]]
        self._traits, self._leads = traits, leads

    def places(self) -> TokenBatch:
        """The words, in order."""
        starts, ends = self._runs()
        broken = self._breaks(starts, ends)
        odd = self._odd_texts(starts, ends, broken)
        at, lengths, added = starts.copy(), ends - starts, list[bytes]()
        is_kept = np.ones(starts.size, np.bool_)
        size = len(self._data)
        for members in _chains(sorted(broken + self._initials(starts, ends))):
            word = b"".join(self._data[starts[i] : ends[i]] for i in members)
            added.append(word)
            is_kept[members[1:]] = False
            starts[members[0]], lengths[members[0]] = size, len(word)
            size += len(word)
        bounds = np.append(self._begins, len(self._data))
        for number in odd:
            is_kept[slice(*np.searchsorted(at, bounds[number : number + 2]))] = False
        if not is_kept.all():
            at, starts, lengths = at[is_kept], starts[is_kept], lengths[is_kept]
        if odd:
            places, words = self._cut(odd)
            sizes = np.fromiter(map(len, words), np.int64, len(words))
            at = np.concatenate((at, places))
            order = np.argsort(at, kind="stable")
            starts = np.concatenate((starts, size + np.cumsum(sizes) - sizes))[order]
            lengths, at = np.concatenate((lengths, sizes))[order], at[order]
            added += words
        buffer = np.frombuffer(b"".join((self._data, *added, bytes(PADDING))), np.uint8)
        return TokenBatch(buffer, starts, lengths, np.searchsorted(at, self._begins))

    def spans(self, counted_from: Sequence[int]) -> list[tuple[list[int], list[int]]]:
        """Where the words of each text begin and end, in code points counted from the given one."""
        starts, ends = self._runs()
        broken = self._breaks(starts, ends)
        odd = self._odd_texts(starts, ends, broken)
        is_kept = np.ones(starts.size, np.bool_)
        ends = ends.copy()
        for members in _chains(sorted(broken + self._initials(starts, ends))):
            ends[members[0]] = ends[members[-1]]
            is_kept[members[1:]] = False
        starts, ends = starts[is_kept], ends[is_kept]
        bounds = np.searchsorted(starts, np.append(self._begins, len(self._data)))
        shifts = np.array(counted_from, np.int64) - self._points(self._begins)
        each = np.repeat(shifts, np.diff(bounds))
        begun, ended = (self._points(starts) + each).tolist(), (self._points(ends) + each).tolist()
        pairs = pairwise(bounds.tolist())
        found = [(begun[low:high], ended[low:high]) for low, high in pairs]
        for number in odd:
            words = token_offsets(
                self._text(number), counted_from[number], self._hyphenated[number]
            )
            found[number] = [start for start, _ in words], [end for _, end in words]
        return found

    def _points(self, at: Numbers) -> Numbers:
        """How many characters begin before each of these bytes."""
        if self._data.isascii():
            return at
        opens = self._buffer & 0xC0 != 0x80
        points: Numbers = np.cumsum(opens)[at] - opens[at]
        return points

    def _cut(self, texts: Sequence[int]) -> tuple[Numbers, list[bytes]]:
        """The forms of the words of a few `texts` as the reference has them, and for each a place within its text."""
        at, words = [], []
        for number in texts:
            begin = int(self._begins[number])
            for word in tokenize(self._text(number), begin, self._hyphenated[number]):
                at.append(word.span.start)  # no further on than in bytes
                words.append(word.form.encode("utf-8", "surrogatepass"))
        return np.array(at, np.int64), words

    def _runs(self) -> tuple[Numbers, Numbers]:
        """Where runs of letters, marks and digits start and end; a character of a script without spaces starts one, and
        what follows its marks another."""
        is_word = self._traits & _WORD
        if not self._rare & _ALONE:
            edges = np.flatnonzero(is_word[1:] != is_word[:-1]) + 1
            return edges[::2].copy(), edges[1::2]
        before, here = self._traits[:-1], self._traits[1:]
        is_lead = self._buffer[1:] & 0xC0 != 0x80
        is_next = (here & _ALONE != 0) | (before & _ALONE != 0) & (here & _MARK == 0)
        opens = (here & _WORD != 0) & ((before & _WORD == 0) | is_lead & is_next)
        closes = (before & _WORD != 0) & ((here & _WORD == 0) | opens)
        return np.flatnonzero(opens) + 1, np.flatnonzero(closes) + 1

    def _initials(self, starts: Numbers, ends: Numbers) -> list[int]:
        """The runs that a full stop alone parts from the next, both single letters."""
        signs, gaps = self._buffer[ends[:-1]], starts[1:] - ends[:-1]
        stops = np.flatnonzero((signs == _STOP) & (gaps == 1))
        is_letter = [self._is_letter(starts[runs], ends[runs]) for runs in (stops, stops + 1)]
        found: list[int] = stops[is_letter[0] & is_letter[1]].tolist()
        return found

    def _is_letter(self, starts: Numbers, ends: Numbers) -> Bools:
        is_letter: Bools = self._traits[starts] & _LETTER != 0
        is_letter &= ends - starts == _SIZES.take(self._buffer[starts])
        return is_letter

    def _breaks(self, starts: Numbers, ends: Numbers) -> list[int]:
        """The runs that a hyphen at a line end parts from the next."""
        signs, gaps = self._buffer[ends[:-1]], starts[1:] - ends[:-1]
        runs = np.flatnonzero(((signs == _HYPHEN) | (signs == _OTHER_HYPHEN)) & (gaps > 1))
        may_be = self._traits[ends[runs] - 1] & (_LETTER | _MARK) != 0
        may_be &= self._traits[starts[runs + 1]] & _SMALL != 0
        runs = runs[may_be]
        texts = [np.searchsorted(self._begins, starts[of], side="right") for of in (runs, runs + 1)]
        runs = runs[texts[0] == texts[1]]
        return [run for run in runs.tolist() if self._is_break(ends[run], starts[run + 1])]

    def _is_break(self, start: int, end: int) -> bool:
        gap = self._data[start:end].decode("utf-8", "surrogatepass")
        return gap[0] in _HYPHENS and gap[1:].isspace() and ("\n" in gap or "\r" in gap)

    def _odd_texts(self, starts: Numbers, ends: Numbers, broken: Sequence[int]) -> list[int]:
        """The texts in which more than the rules here decides what is a word."""
        found = {number for number in self._texts_at(starts[broken]) if self._hyphenated[number]}
        traits, leads = self._traits, self._leads
        if self._rare & _ODD:
            found |= self._texts_at(leads[traits[leads] & _ODD != 0])
        if self._rare & _MARK:
            second = starts + _SIZES.take(self._buffer[starts])
            is_marked = (traits[second] & _MARK != 0) & (second < ends)
            is_by_stop = (self._buffer[starts - 1] == _STOP) | (self._buffer[ends] == _STOP)
            found |= self._texts_at(starts[(traits[starts] & _MARK != 0) | is_marked & is_by_stop])
        if self._rare & _MARK and self._rare & _ALONE:
            goes_on = (traits[1:] & (_WORD | _MARK) == _WORD) & (traits[:-1] & _MARK != 0)
            alone = leads[traits[leads] & _ALONE != 0]
            found |= self._texts_at(np.flatnonzero(goes_on)) & self._texts_at(alone)
        return sorted(found)

    def _texts_at(self, places: Numbers) -> set[int]:
        """The numbers of the texts in which any of `token_offsets` is."""
        return set((np.searchsorted(self._begins, places, side="right") - 1).tolist())


def _chains(links: Sequence[int]) -> Iterator[list[int]]:
    """The runs that are one word together: each of `links` is one that goes on in the next."""
    members: list[int] = []
    for run in links:
        if members and members[-1] != run:
            yield members
            members = []
        members = members or [run]
        members.append(run + 1)
    if members:
        yield members
