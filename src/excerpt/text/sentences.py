"""Text → the offsets at which its sentences begin.

A full stop, question mark or exclamation mark is a candidate if white space and something that can
begin a sentence follow. The word before a full stop decides whether it ends a sentence. After
abbreviations that may stand at an end (U.S., etc., p.m.), the next word decides: a sentence begins
if that word is capitalised and begins no names.

No word crosses the start of a sentence, so a text can be divided there before it is tokenized.
Sentences of languages that write no full stop are not found. A text is one paragraph: it begins
with a sentence, whatever its first word is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from excerpt.model import Block
from excerpt.text.arrays import TextOffsets
from excerpt.text.stop_rules import (
    CONTEXT,
    CONTINUES,
    ENDS,
    MAX_ELLIPSIS,
    MAX_NEXT,
    OPENS,
    QUOTES,
    TAIL,
    TAILS,
    ends_after,
    is_article,
    is_label,
    stop_kind,
    traits_of_next,
)

if TYPE_CHECKING:
    from excerpt.text.full_stops import FullStopFinder

__all__ = ["sentence_starts", "starts_in_blocks", "starts_in_paragraphs"]

_AFTER = rf"""(?:[{QUOTES})\]」』）]|[^\S\n]»(?=\s))*(?:\[\d{{1,4}}\])?
    (?:\s+(?:[-–—]\s*)?(?=[{QUOTES}(\[¿¡]*(?P<first>[^\W_a-z]))
      |(?:(?<=[。！？｡])|(?<=[。！？｡][」』”’）]))\s*(?=\S))"""
_MARKS = "!?…؟۔։।॥።。！？｡"
# A candidate begins with the first mark of a row: a row of n marks would be read n times otherwise.
_CANDIDATE = re.compile(
    rf"[.{_MARKS}](?<![.{_MARKS}]{{2}})(?P<more>[.{_MARKS}]*){_AFTER}", re.VERBOSE
)
_FULL_STOP = re.compile(rf"\.(?<!\.{{2}})(?P<more>\.*){_AFTER}", re.VERBOSE)
"""`_CANDIDATE` for texts without other marks, twice as fast."""
_LONG = 1 << 12
"""Characters of a paragraph from which arrays find its sentences faster."""


def sentence_starts(text: str) -> Iterator[int]:
    """Yield the offsets at which sentences of `text` begin, ascending, without the first, 0.

    Before each offset is white space, or a full stop of a script without spaces.

    >>> text = "Mr. Smith left the U.S. Senate in 1914. He returned (p. 12) to No. 7. Why? No idea."
    >>> [text[start:].split()[0] for start in sentence_starts(text)]
    ['He', 'Why?', 'No']
    """
    begin = 0
    pattern = _CANDIDATE if any(mark in text for mark in _MARKS) else _FULL_STOP
    is_ascii = text.isascii()
    for candidate in pattern.finditer(text):
        more, first = candidate.groups()
        stop, end = candidate.span()
        if first:  # otherwise it is a full stop of a script without spaces
            if not is_ascii and first.islower():
                continue
            is_clear = stop >= TAIL and _is_clear_end(text[stop - TAIL : stop])
            if not (is_clear or _is_end(text, begin, stop, more, end)):
                continue
        begin = end
        yield begin


def starts_in_blocks(text: str, blocks: Iterable[Block]) -> Iterator[list[int]]:
    """Yield, for each of `blocks` in order, the offsets in `text` at which its sentences begin.

    A sentence continues in the next block only if that block continues the paragraph, so where a
    paragraph is divided into blocks makes no difference.
    """
    for paragraph in _paragraphs(blocks):
        yield from _starts_in_paragraph(text, paragraph)


def starts_in_paragraphs(text: str, begins: Sequence[int], ends: Sequence[int]) -> TextOffsets:
    """Return the offsets at which sentences begin in many paragraphs, with array operations.

    Each paragraph reaches from one of `begins` to its end in `ends`. They are disjoint, in order
    and not empty, and white space, a zero byte or the end of `text` follows each. The result is
    that of `starts_in_blocks` if a zero byte stands for whatever is between two blocks of a
    paragraph, unless that is white space.
    """
    # Imported here and below: a search needs only the rules, and would load it for nothing.
    from excerpt.text.doubtful_stops import find_sentences
    from excerpt.text.whitespace import code_points

    points = code_points(text)
    first, last = np.array(begins, np.int64), np.array(ends, np.int64)
    starts, doubtful = _finder().find(points, first, last)
    more, odd = find_sentences(text, points, doubtful, starts)
    starts = np.concatenate((starts, more))
    if not odd.size:
        starts.sort()
        return starts
    paragraph = np.searchsorted(odd, starts, side="right") - 1
    bounds = last[np.searchsorted(first, odd)]
    is_odd = (paragraph >= 0) & (starts < bounds.take(paragraph, mode="clip"))
    parts = [starts[~is_odd]]
    for begin, end in zip(odd.tolist(), bounds.tolist(), strict=True):
        own = text[begin:end].replace("\0", " ")
        parts.append(np.array([begin, *[begin + at for at in sentence_starts(own)]], np.int64))
    return np.sort(np.concatenate(parts))


@cache
def _finder() -> "FullStopFinder":
    from excerpt.text.full_stops import FullStopFinder

    spaces = "".join(filter(str.isspace, map(chr, range(128))))
    return FullStopFinder(TAILS, f".[]){QUOTES}{spaces}\0", _MARKS)


def _paragraphs(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield each block together with those that continue it."""
    paragraph: list[Block] = []
    for block in blocks:
        if paragraph and not block.is_continuation:
            yield paragraph
            paragraph = []
        paragraph.append(block)
    if paragraph:
        yield paragraph


def _starts_in_paragraph(text: str, blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Yield, for each block of one paragraph, the offsets at which its sentences begin."""
    span = blocks[0].span
    if len(blocks) == 1:
        begin = span.start
        yield [begin, *[begin + start for start in sentence_starts(text[begin : span.end])]]
        return
    # The blocks are joined by the white space between them, or by a space if there is more.
    parts: list[str] = []
    length = 0
    shifts: list[int] = []  # for each block, the difference of its offsets in `text` and `parts`
    end = span.start
    for block in blocks:
        gap = text[end : block.span.start]
        parts += ((" " if gap.strip() else gap), block.span.of(text))
        length += len(parts[-2])
        shifts.append(block.span.start - length)
        length += len(parts[-1])
        end = block.span.end
    joined = "".join(parts)
    if length >= _LONG and "\0" not in joined:
        starts = iter([*starts_in_paragraphs(joined, [0], [length]).tolist(), length])
    else:
        starts = iter([0, *sentence_starts(joined), length])
    start = next(starts)
    for block, shift in zip(blocks, shifts, strict=True):
        inside = []
        while start + shift < block.span.end and start < length:
            inside.append(start + shift)
            start = next(starts)
        yield inside


# A cache in C, because this is called for every full stop; its keys of four characters take at
# most 4 MB.
@lru_cache(maxsize=1 << 14)
def _is_clear_end(tail: str) -> bool:
    """Return whether the four characters `tail` end a word that may be followed by a sentence.

    Abbreviations, numbers and initials are no such words.
    """
    word = tail[tail.rfind(" ") + 1 :]
    return len(word) > 1 and word.isalpha() and word.islower() and word not in TAILS


def _is_end(text: str, begin: int, at: int, more: str, end: int) -> bool:
    """Return whether a candidate ends the sentence that began at `begin`.

    It is at `at`, with `more` marks after the first, and reaches to `end`.
    """
    first = at - CONTEXT
    before = text[max(first, begin) : at]
    stop = text[at] + more[:MAX_ELLIPSIS] if more else text[at]
    return _is_end_between(before, text[at - 1] if at else "", stop, text[end : end + MAX_NEXT])


# A cache in C, because the words around full stops recur. Its keys have less than a
# hundred characters; it takes 9 MB at most.
@lru_cache(maxsize=1 << 14)
def _is_end_between(before: str, last: str, stop: str, after: str) -> bool:
    """Return whether a sentence ends with some marks.

    before  the sentence up to there, or its last characters
    last    the character before the stop, "" at the start of the text
    stop    the marks that may end it
    after   the beginning of the next sentence, if there is one
    """
    if stop == ".":
        words = before.split()
        if words and not last.isspace():
            return _is_end_after(words, before, after)
    elif "!" in stop or "?" in stop:
        return last not in {"(", "["}
    elif stop[0] not in ".…":
        return True
    elif len(stop) > MAX_ELLIPSIS:
        return False  # dot leaders, as in a table of contents
    follows_word = last != "" and not last.isspace()
    return follows_word or traits_of_next(after) & OPENS != 0


def _is_end_after(words: list[str], before: str, after: str) -> bool:
    """Return whether a full stop after `words`, those of `before`, ends the sentence."""
    if len(words) == 1 and is_label(before):
        return False
    kind = stop_kind(words[-1])
    if kind in {ENDS, CONTINUES}:
        return kind == ENDS
    is_after_article = len(words) > 1 and is_article(words[-2])
    return ends_after(kind, traits_of_next(after), is_after_article=is_after_article)
