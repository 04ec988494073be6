"""Doubtful stops → those that end a sentence: the rules of `sentences`, as array operations.

The words around all stops are compared at once, and each distinct word is judged once. Whether a
label ends a sentence depends on whether a sentence begins with it, and so on the stop before it:

    1. 1. The mill.     the first "1." begins the text, so it is a label; the second one is none

Such stops form chains, along which the answers are added up. Odd cases, such as a row of nine
spaces, are left to the reference.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Bytes, Int64Array, Mask
from excerpt.text.arrays import PADDING, CodePoints, Keys, TextOffsets, Traits
from excerpt.text.interner import first_bytes
from excerpt.text.stop_rules import (
    CONTEXT,
    CONTINUES,
    ENDS,
    IS_MONTH,
    IS_NUMBER,
    MAX_ELLIPSIS,
    MAX_NEXT,
    NAMES,
    NUMBERS,
    OPENS,
    ORDINALS,
    QUOTES,
    TAIL,
    is_article,
    is_label,
    stop_kind,
    traits_of_next,
)
from excerpt.text.trait_table import TraitTable

__all__ = ["DoubtfulRows", "Rows", "Sentences", "find_sentences"]

MAX_ROUNDS: Final = 8
"""White space, brackets or quotation marks in a row that are passed by all stops at once."""
_MAX_WORD_LENGTH: Final = 8
"""Characters of a word before a stop that is compared as a number."""
_MAX_NEXT_LENGTH: Final = 16
"""The same for a word after it."""
_MAX_DIGITS: Final = 4
"""Digits of the number of a note after a stop."""
_UNSPACED_MARKS: Final = "。！？｡"
"""Marks after which a sentence begins without a space."""
_SPACE, _CLOSES, _OPENS, _FIRST, _WORD, _DIGIT, _DASH, _UNSPACED = (1 << bit for bit in range(8))
"""Traits of a character as bits: white space; a bracket or quotation mark after a stop, or before a
word; may begin a sentence; belongs to a word; a digit; a dash; one of `_UNSPACED_MARKS`."""
_STOP, _OPEN, _CLOSED, _PARENTHESIS, _ELLIPSIS, _QUESTION, _EXCLAMATION, _GUILLEMET = map(
    ord, ".[](…?!»"
)
_MAX_ASCII: Final = 0x7F
_HASH_BITS: Final = 14
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


class Rows(NamedTuple):
    """Rows of marks in paragraphs, in order.

    starts, ends  of the rows, in code points
    first, last   for each row the start and the end of its paragraph
    """

    starts: TextOffsets
    ends: TextOffsets
    first: TextOffsets
    last: TextOffsets

    def where(self, chosen: Mask) -> "Rows":
        """Return the rows for which `chosen` is True."""
        return Rows(*(column[chosen] for column in self))


class DoubtfulRows(NamedTuple):
    """Rows after which a sentence may begin.

    is_clear  for each row, True if the word before is not an abbreviation, number or initial
    """

    rows: Rows
    is_clear: Mask


class Sentences(NamedTuple):
    """The result.

    starts  the offsets of the sentences that begin after some of the rows
    odd     the starts of the paragraphs that are left to the reference
    """

    starts: TextOffsets
    odd: TextOffsets


def find_sentences(
    text: str, points: CodePoints, parts: Sequence[DoubtfulRows], certain: TextOffsets
) -> Sentences:
    """Return the sentences of `text` that begin after the rows in `parts`, which ascend.

    `points` are the code points of the text, and `certain` offsets at which sentences begin
    anyway, those of paragraphs included, ascending. White space, a zero byte, which stands for
    white space, or the end of the text follows each paragraph.
    """
    empty = np.empty(0, np.int64)
    parts = [part for part in parts if part.is_clear.size]
    if not parts:
        return Sentences(empty, empty)
    context = _StopContext(
        text,
        points,
        _TRAITS.take(points),
        np.append(points.view(np.uint8), np.zeros(PADDING, np.uint8)),
    )
    judged, odd = [], [empty]
    for part in parts:
        judge = _RowJudge(context, part)
        judged.append(judge.answers())
        odd.append(judge.odd_paragraphs())
    answers = _Answers(*map(np.concatenate, zip(*judged, strict=True)))
    return Sentences(answers.begins[_resolve(answers, certain)], np.unique(np.concatenate(odd)))


class _StopContext(NamedTuple):
    """The text around the rows.

    text, points  the text and its code points
    traits        the traits of each character
    buffer        the bytes of the code points, followed by `PADDING` bytes
    """

    text: str
    points: CodePoints
    traits: Traits
    buffer: Bytes


class _Answers(NamedTuple):
    """The answers for the rows that something follows with which a sentence may begin.

    begins       where it begins if the row ends a sentence
    ends_one     whether the row does, unless the sentence begins with the word before it
    if_first     whether it does if it does
    word_starts  where that word begins
    """

    begins: TextOffsets
    ends_one: Mask
    if_first: Mask
    word_starts: TextOffsets


class _RowJudge:
    """The rows that something follows with which a sentence may begin, and the text around them.

    begins      where the next sentence begins if the row ends one
    words       where its first word begins, after brackets and quotation marks
    at, ends    the row
    first       the start of the paragraph
    is_sure     True if the row ends a sentence whatever the words around it are
    """

    def __init__(self, context: _StopContext, part: DoubtfulRows) -> None:
        self._text, self._points, self._traits, self._buffer = context
        self._rows = rows = part.rows
        self._is_odd = np.zeros(rows.starts.size, np.bool_)
        ends = self._skip(rows.ends, _CLOSES)
        self._is_odd |= self._has(ends, _SPACE) & (self._point(ends + 1) == _GUILLEMET)
        ends = self._skip_note_number(ends)
        # After the full stop of a script without spaces, a sentence begins whatever follows.
        is_unspaced = self._has(rows.starts, _UNSPACED)
        is_simple = (rows.ends - rows.starts == 1) & (ends == rows.ends)
        self._is_odd |= self._row_has(_UNSPACED) & ~(is_unspaced & is_simple)
        spaced = self._skip(ends, _SPACE)
        is_dash = self._has(spaced, _DASH) & (spaced > ends)
        begins = np.where(is_dash, self._skip(spaced + is_dash, _SPACE), spaced)
        # A sentence must not begin within a word for what follows.
        self._is_odd |= is_dash & (begins == spaced + 1) & (begins < rows.last)
        words = self._skip(begins, _OPENS)
        may_follow = (spaced > ends) & (words < rows.last)
        is_followed = self._has(words, _FIRST) & may_follow
        goes_on = may_follow & self._has(words, _WORD) & (self._point(words) > _MAX_ASCII)
        self._is_odd |= is_unspaced & ~is_followed & goes_on
        begins = np.where(is_followed, begins, spaced)
        # A long row of full stops ends a sentence only after a word in small letters of any script.
        is_long = (rows.ends - rows.starts > MAX_ELLIPSIS) & is_followed
        for n in range(1, TAIL + 1):
            self._is_odd |= is_long & (self._point(rows.starts - n) > _MAX_ASCII)
        chosen = np.flatnonzero((is_followed | is_unspaced) & (begins < rows.last))
        self.begins, self.words = begins[chosen], words[chosen]
        self.at, self.ends, self.first = rows.starts[chosen], rows.ends[chosen], rows.first[chosen]
        self.is_sure: Mask = (is_unspaced | part.is_clear)[chosen]

    def _point(self, offsets: TextOffsets) -> CodePoints:
        """Return the code points at `offsets`; beyond the text, that of its last character."""
        return self._points.take(offsets, mode="clip")

    def _has(self, offsets: TextOffsets, traits: int) -> Mask:
        """Return whether the characters at `offsets` have any of `traits`."""
        has: Mask = self._traits.take(offsets, mode="clip") & traits != 0
        return has & (offsets < self._traits.size)

    def _row_has(self, traits: int) -> Mask:
        """Return whether any character of each row has any of `traits`."""
        low, high = int(self._rows.starts[0]), int(self._rows.ends[-1])
        at = np.flatnonzero(self._traits[low:high] & traits) + low
        before = np.searchsorted(at, (self._rows.starts, self._rows.ends))
        return np.asarray(before[0] < before[1])

    def _skip(self, offsets: TextOffsets, traits: int) -> TextOffsets:
        """Return the first offset from each of `offsets` at which none of `traits` is.

        `offsets` has one for each row. Rows for which that takes many rounds are odd.
        """
        found = offsets.copy()
        skipping = np.flatnonzero(self._has(found, traits))
        for _ in range(MAX_ROUNDS):
            if not skipping.size:
                return found
            found[skipping] += 1
            skipping = skipping[self._has(found[skipping], traits)]
        self._is_odd[skipping] |= found[skipping] < self._rows.last[skipping]
        return found

    def _skip_note_number(self, offsets: TextOffsets) -> TextOffsets:
        """Return the ends of the numbers in brackets at `offsets`, or these where there is none."""
        found = offsets.copy()
        at = np.flatnonzero(self._point(offsets) == _OPEN)
        inner = offsets[at] + 1
        for _ in range(_MAX_DIGITS):
            inner += self._has(inner, _DIGIT)
        is_number = (inner > offsets[at] + 1) & (self._point(inner) == _CLOSED)
        found[at[is_number]] = inner[is_number] + 1
        return found

    def odd_paragraphs(self) -> TextOffsets:
        """Return the starts of the paragraphs of odd rows."""
        return self._rows.first[self._is_odd]

    def answers(self) -> _Answers:
        """Return whether the rows end sentences."""
        ends_one = self.is_sure.copy()
        if_first = ends_one.copy()  # if the sentence begins with the word before the row
        word_starts = self.at.copy()
        unsure = np.flatnonzero(~ends_one)
        at, first = self.at[unsure], self.first[unsure]
        last = self._point(np.maximum(at - 1, 0))
        is_apart = (at == first) | (self._traits.take(np.maximum(at - 1, 0)) & _SPACE != 0)
        sign = self._point(at)
        is_single = (self.ends[unsure] - at == 1) & (sign == _STOP)
        has_mark = self._has_question_or_exclamation_mark(unsure) & ~is_single
        is_bracket = (at > first) & ((last == _PARENTHESIS) | (last == _OPEN))
        is_ellipsis = (sign == _STOP) | (sign == _ELLIPSIS)
        is_long = self.ends[unsure] - at > MAX_ELLIPSIS
        ends_one[unsure] = np.where(has_mark, ~is_bracket, ~is_ellipsis | (~is_long & ~is_apart))
        opens = ~has_mark & is_ellipsis & is_apart & ~is_long
        ends_one[unsure[opens]] = self._traits_of_next(unsure[opens]) & OPENS != 0
        if_first[unsure] = ends_one[unsure]
        chosen = unsure[is_single & ~is_apart]
        ends_one[chosen], if_first[chosen], word_starts[chosen] = self._judge_words(chosen)
        return _Answers(self.begins, ends_one, if_first, word_starts)

    def _has_question_or_exclamation_mark(self, rows: Int64Array) -> Mask:
        """Return which of `rows` have such a mark among their first ones."""
        found = np.zeros(rows.size, np.bool_)
        at, ends = self.at[rows], self.ends[rows]
        for n in range(MAX_ELLIPSIS + 1):
            point = self._point(at + n)
            found |= ((point == _QUESTION) | (point == _EXCLAMATION)) & (at + n < ends)
        return found

    def _judge_words(self, rows: Int64Array) -> tuple[Mask, Mask, TextOffsets]:
        """Return whether single full stops after words end sentences, and where the words begin.

        The second result is the same if the sentence begins with that word.
        """
        at = self.at[rows]
        low = np.maximum(at - CONTEXT, self.first[rows])
        starts = self._walk_back(at, low, _SPACE | _UNSPACED, is_inside=True)
        kinds, labels = self._judge_each(starts, at, _kind_and_label)
        traits = np.zeros(rows.size, np.int64)
        needs_next = np.flatnonzero((kinds != ENDS) & (kinds != CONTINUES))
        traits[needs_next] = self._traits_of_next(rows[needs_next])
        articles = np.zeros(rows.size, np.bool_)
        ordinals = np.flatnonzero(kinds == ORDINALS)
        ends = self._walk_back(starts[ordinals], low[ordinals], _SPACE, is_inside=False)
        before = self._walk_back(ends, low[ordinals], _SPACE | _UNSPACED, is_inside=True)
        articles[ordinals] = self._judge_each(before, ends, _article)[0] != 0
        opens, is_number = traits & OPENS != 0, traits & IS_NUMBER != 0
        is_ordinal, is_first_ordinal = traits & IS_MONTH != 0, traits & IS_MONTH != 0
        is_ordinal = is_ordinal | (articles & ~opens)
        ends_one = kinds == ENDS
        ends_one |= (kinds == NAMES) & opens | (kinds == NUMBERS) & ~is_number
        if_first = ends_one | (kinds == ORDINALS) & ~is_first_ordinal
        ends_one |= (kinds == ORDINALS) & ~is_ordinal
        return ends_one, if_first & (labels == 0), starts

    def _walk_back(
        self, offsets: TextOffsets, lows: TextOffsets, traits: int, *, is_inside: bool
    ) -> TextOffsets:
        """Return the start of the characters before `offsets`, from `lows` on, without `traits`.

        If they are not `is_inside`, of those with `traits`.
        """
        found = offsets.copy()
        walking: Int64Array = np.arange(found.size)
        for _ in range(CONTEXT):
            walking = walking[found[walking] > lows[walking]]
            has = self._traits.take(found[walking] - 1) & traits != 0
            walking = walking[~has if is_inside else has]
            if not walking.size:
                break
            found[walking] -= 1
        return found

    def _judge_each(
        self, starts: TextOffsets, ends: TextOffsets, judge: Callable[[str], tuple[int, int]]
    ) -> tuple[Int64Array, Int64Array]:
        """Return the two numbers that `judge` returns for each word."""
        found = np.zeros((2, starts.size), np.int64)
        keys, others = self._keys(starts, ends - starts, _MAX_WORD_LENGTH)
        samples, number_of = _group(keys)
        each = [judge(self._word(starts[i], ends[i])) for i in samples.tolist()]
        found[:] = np.array(each, np.int64).reshape(-1, 2).T[:, number_of]
        for i in others.tolist():
            found[:, i] = judge(self._word(starts[i], ends[i]))
        return found[0], found[1]

    def _keys(
        self, starts: TextOffsets, lengths: Int64Array, longest: int
    ) -> tuple[Keys, Int64Array]:
        """Return keys of words, and the numbers of those without; see `_word_keys`."""
        return _word_keys(self._buffer, self._points.itemsize, starts, lengths, longest)

    def _word(self, start: int, end: int) -> str:
        return self._text[start:end].replace("\0", " ")

    def _traits_of_next(self, rows: Int64Array) -> Int64Array:
        """Return the traits of the first words after `rows`, as `traits_of_next` does."""
        starts = self.words[rows]
        ends = starts.copy()
        walking: Int64Array = np.arange(ends.size)
        for _ in range(_MAX_NEXT_LENGTH + 1):
            walking = walking[self._has(ends[walking], _WORD)]
            ends[walking] += 1
        # A number is known by its first digit. The letter of an initial must have a key of its own.
        is_digit = self._has(starts, _DIGIT)
        is_initial = ~is_digit & (ends - starts == 1) & (self._point(ends) == _STOP)
        sizes = np.where(is_digit, 1, np.where(is_initial, 0, ends - starts))
        keys, others = self._keys(starts, sizes, _MAX_NEXT_LENGTH)
        samples, number_of = _group(keys)
        found = np.array([self._traits_after(starts[i]) for i in samples.tolist()], np.int64)
        traits = found[number_of] if samples.size else np.zeros(0, np.int64)
        traits[is_initial] = 0
        for i in others.tolist():
            traits[i] = self._traits_after(self.begins[rows[i]])
        return traits

    def _traits_after(self, start: int) -> int:
        return traits_of_next(self._text[start : start + MAX_NEXT].replace("\0", " "))


def _resolve(answers: _Answers, certain: TextOffsets) -> Mask:
    """Return which rows end a sentence, given where sentences begin for `certain`."""
    begins, ends_one, if_first, word_starts = answers
    at = np.searchsorted(certain, word_starts)
    is_first = certain.take(at, mode="clip") == word_starts
    is_first &= at < certain.size
    value = np.where(is_first, if_first, ends_one)
    depends = np.zeros(value.size, np.bool_)
    depends[1:] = ~is_first[1:] & (begins[:-1] == word_starts[1:])
    depends &= ends_one != if_first
    # In a chain, each answer is the one before it or the opposite: sums are even or odd.
    sums = np.cumsum(value)
    chain = np.maximum.accumulate(np.where(depends, 0, np.arange(value.size)))
    found: Mask = (sums - (sums - value)[chain]) & 1 == 1
    return found


def _kind_and_label(word: str) -> tuple[int, int]:
    return stop_kind(word), int(is_label(word))


def _article(word: str) -> tuple[int, int]:
    return int(is_article(word)), 0


def _word_keys(
    buffer: Bytes, size: int, starts: TextOffsets, lengths: Int64Array, longest: int
) -> tuple[Keys, Int64Array]:
    """Return keys of words, equal if the words are, and the numbers of those without a key.

    A word has no key if it is longer than `longest`. `buffer` has `size` bytes for each character,
    then `PADDING` bytes.
    """
    is_without = lengths > longest
    offsets, left = starts * size, np.where(is_without, 0, lengths) * size
    keys = first_bytes(buffer, offsets, left)
    longer = np.flatnonzero(left > PADDING)
    while longer.size:
        offsets, left = offsets + PADDING, left - PADDING
        part: Keys = np.zeros(keys.size, np.uint64)
        part[longer] = first_bytes(buffer, offsets[longer], left[longer])
        before, here = (_group(each)[1].astype(np.uint64) for each in (keys, part))
        keys = before << np.uint64(32) | here
        longer = longer[left[longer] > PADDING]
    return keys, np.flatnonzero(is_without)


def _group(keys: Keys) -> tuple[Int64Array, Int64Array]:
    """Return the index of one of each distinct key, and for each key its number among these.

    This is `numpy.unique` without its order, several times as fast if few keys are distinct.
    """
    slots = (keys * _MULTIPLIER >> np.uint64(64 - _HASH_BITS)).astype(np.int64)
    table = np.zeros(1 << _HASH_BITS, np.int64)
    table[slots] = np.arange(keys.size)
    samples = table[slots]
    others = np.flatnonzero(keys[samples] != keys)
    if others.size:
        _, first, number_of = np.unique(keys[others], return_index=True, return_inverse=True)
        samples[others] = others[first][number_of]
    is_sample = np.zeros(keys.size, np.bool_)
    is_sample[samples] = True
    numbers = np.cumsum(is_sample) - 1
    return np.flatnonzero(is_sample), numbers[samples]


def _traits_of_character(character: str) -> int:
    """Return the traits of one character; a zero byte stands for a space."""
    is_word = character.isalnum() or character == "_"
    may_begin = character.isalnum() and not "a" <= character <= "z" and not character.islower()
    return (
        _SPACE * (character.isspace() or character == "\0")
        | _CLOSES * (character in f"{QUOTES})]」』）")
        | _OPENS * (character in f"{QUOTES}([¿¡")
        | _FIRST * may_begin
        | _WORD * is_word
        | _DIGIT * character.isdecimal()
        | _DASH * (character in "-–—")
        | _UNSPACED * (character in _UNSPACED_MARKS)
    )


_TRAITS: Final = TraitTable(_traits_of_character)
