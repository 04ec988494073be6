"""A paragraph → the pieces into which it is split if it is too long for one passage.

It is split at sentence ends, into pieces as even as these allow; failing that, at a semicolon, or
else between two words. It is never split inside a word, initials (U.S.S.R.) or a word broken at a
line end. The time is linear in the length of the paragraph. A paragraph may consist of several
blocks: one that continues across a page break is a single paragraph.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import Final

from excerpt.ingest.word_counter import MAX_WORD, WordCounter
from excerpt.model import Block, Span
from excerpt.text.sentences import sentence_starts
from excerpt.text.whitespace import UNSPACED_RANGES

__all__ = ["split_paragraph"]

MIN_WORDS: Final = 70
"""Words of a piece, if the sentences allow it."""
IDEAL_WORDS: Final = 150
MAX_WORDS: Final = 200
"""Words of a piece, unless there is no word end before."""

_UNSPACED = f"[{UNSPACED_RANGES}]"
# After a hyphen, a line end does not count, since the word may continue.
_SPACE = r"(?<!\s)[^\S\n]+(?!\s)|(?<![-=\u00ac\u00ad\u2010\u2011\u2e17\s])\s+"
_CLAUSE_END = re.compile(r"[;:—]\s+")
_WORD_END = re.compile(rf"{_SPACE}|{_UNSPACED}(?=[\w、。，！？「」『』（）(),.;:!?])")
_ANY_END = re.compile(
    rf"{_WORD_END.pattern}|[,;:!?/|(){{}}\[\]<>\"“”«»=*&%#@~^$、。，；：！？](?=[^\W_])"
)


def split_paragraph(
    text: str, shown: str, paragraph: Sequence[Block], n_words: int, counter: WordCounter
) -> Iterable[tuple[Sequence[Block], int]]:
    """Return the blocks and the number of words of each piece of `paragraph`.

    A paragraph of at most `MAX_WORDS` words remains as it is; `n_words` is its number of words. It
    is split by its words in `text`. Marks that `text` has blanked out remain in the piece before
    them: `shown` is the text with its marks.
    """
    if n_words <= MAX_WORDS:
        return ((paragraph, n_words),)
    return _split(text, shown, paragraph, counter)


def _split(
    text: str, shown: str, paragraph: Sequence[Block], counter: WordCounter
) -> Iterator[tuple[list[Block], int]]:
    """Yield the pieces of a long paragraph."""
    index = 0
    first, last = paragraph[0].span.start, paragraph[-1].span.end
    cuts = [first, *_find_cuts(text, first, last, counter), last]
    counts = counter.count_all(cuts[:-1], cuts[1:])
    for (start, cut), n_words in zip(pairwise(cuts), counts, strict=True):
        piece: list[Block] = []
        while index < len(paragraph) and paragraph[index].span.start < cut:
            part = _clip(shown, paragraph[index], start, cut)
            if part is not None:
                piece.append(part)
            if paragraph[index].span.end > cut:
                break
            index += 1
        if piece:
            yield piece, n_words


def _clip(text: str, block: Block, start: int, end: int) -> Block | None:
    """Return the part of `block` between `start` and `end`, without white space around it.

    None means that there is only white space.
    """
    begin, stop = max(start, block.span.start), min(end, block.span.end)
    if (begin, stop) == (block.span.start, block.span.end):
        return block
    stripped = text[begin:stop].lstrip()
    if not stripped:
        return None
    begin = stop - len(stripped)
    span = Span(begin, begin + len(stripped.rstrip()))
    is_continuation = block.is_continuation or begin > block.span.start
    return block._replace(span=span, is_continuation=is_continuation)


def _find_cuts(text: str, start: int, end: int, counter: WordCounter) -> Iterator[int]:
    """Yield the offsets where pieces after the first may begin."""
    ends, words = _sentence_ends(text, start, end, counter)
    total, done = words[-1], 0
    while total - done > MAX_WORDS:
        rest = total - done
        ideal = rest / max(2, round(rest / IDEAL_WORDS))
        low = bisect_left(words, done + MIN_WORDS)
        high = bisect_right(words, done + min(MAX_WORDS, rest - MIN_WORDS // 2))
        nearest = min(max(bisect_left(words, done + ideal), low), high - 1)
        if nearest > low and done + ideal - words[nearest - 1] < words[nearest] - done - ideal:
            nearest -= 1
        if low <= nearest < len(ends) - 1 and ends[nearest] > start:
            start, done = ends[nearest], words[nearest]
        else:
            cut = _cut_in_sentence(text, start, end, int(ideal))
            done += counter.count(start, cut)
            start = cut
        if start >= end:
            return
        yield start


def _sentence_ends(
    text: str, start: int, end: int, counter: WordCounter
) -> tuple[list[int], list[int]]:
    """Return the sentence ends from `start` to `end`, both included, and the words before each."""
    ends = [start, *[start + offset for offset in sentence_starts(text[start:end])], end]
    return ends, list(accumulate(counter.count_all(ends[:-1], ends[1:]), initial=0))


def _cut_in_sentence(text: str, start: int, end: int, n_words: int) -> int:
    """Return a cut about `n_words` after `start` in a long sentence.

    It is at a semicolon, colon or dash if there is one nearby, or else between two words.
    """
    earliest = _skip_words(text, start, end, MIN_WORDS)
    latest = _skip_words(text, earliest, end, MAX_WORDS - MIN_WORDS)
    clauses = [clause.end() for clause in _CLAUSE_END.finditer(text, earliest, latest)]
    return clauses[-1] if clauses else _skip_words(text, start, end, n_words)


def _skip_words(text: str, start: int, end: int, n_words: int) -> int:
    """Return the end of about `n_words` words after `start`, `end` at most, never inside a word."""
    n_characters = n_words * MAX_WORD
    near = _WORD_END.finditer(text, start, min(end, start + n_characters + 1))
    last = next(islice(near, n_words - 1, None), None)
    if last is None:
        last = _ANY_END.search(text, min(end, start + n_characters * 3 // 4), end)
    return last.end() if last else end
