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

from excerpt.ingest.word_counter import (
    LINE_END_HYPHENS,
    MAX_WORD,
    SIGNS_AFTER_CHARACTERS,
    WordCounter,
)
from excerpt.model import Block, Span
from excerpt.text.sentences import sentence_starts, starts_in_paragraphs
from excerpt.text.whitespace import UNSPACED_RANGES

__all__ = ["MAX_WORDS", "find_sentences", "split_paragraph"]

MIN_WORDS: Final = 70
"""Words of a piece, if the sentences allow it."""
IDEAL_WORDS: Final = 150
MAX_WORDS: Final = 200
"""Words of a piece, unless there is no word end before."""
_STOPS: Final = ".!?…。"
_DENSE: Final = 32
"""Characters for each full stop. With fewer stops, as in prose, arrays take longer to make than the
sentences take to find one by one."""
_MANY: Final = 1 << 12
"""Characters of paragraphs from which arrays find their sentences faster."""

_CLAUSE_END = re.compile(r"[;:—]\s+")
# The first character decides where an expression is tried at all, which is several times as fast as
# a look-behind or alternatives at each character. After a hyphen, a line end does not count, since
# the word may continue.
_SPACES = r"(?<=[^\S\n])(?<!\s[\s\S])[^\S\n]*+(?!\s)"
_LINE_END = rf"(?<=\s)(?<![{LINE_END_HYPHENS}\s][\s\S])\s*+"
_CHARACTER = rf"(?<=[{UNSPACED_RANGES}])(?=[\w{SIGNS_AFTER_CHARACTERS}])"
_SIGNS = ',;:!?/|(){}\\[\\]<>"“”«»=*&%#@~^$、。，；：！？'
_WORD_END = re.compile(rf"[\s{UNSPACED_RANGES}](?:{_SPACES}|{_LINE_END}|{_CHARACTER})")
_ANY_END = re.compile(
    rf"[\s{UNSPACED_RANGES}{_SIGNS}]"
    rf"(?:{_SPACES}|{_LINE_END}|{_CHARACTER}|(?<=[{_SIGNS}])(?=[^\W_]))"
)


def find_sentences(text: str, spans: Sequence[Span]) -> dict[int, list[int]]:
    """Return the offsets at which sentences begin in each of `spans` of `text`, by its start.

    The start itself is not among them. Spans that are better read alone are left out.
    """
    length = sum(map(len, spans))
    if length < _MANY:
        return {}
    n_stops = sum(text.count(mark, span.start, span.end) for span in spans for mark in _STOPS)
    if n_stops * _DENSE < length:
        return {}
    # What follows a paragraph must not continue its last word.
    chosen = [
        span
        for span in spans
        if (span.end == len(text) or text[span.end].isspace())
        and text.find("\0", span.start, span.end) < 0
    ]
    if not chosen:
        return {}
    starts = [span.start for span in chosen]
    found: list[int] = starts_in_paragraphs(text, starts, [span.end for span in chosen]).tolist()
    bounds = [bisect_left(found, start) for start in starts]
    pairs = zip(starts, bounds, [*bounds[1:], len(found)], strict=True)
    return {start: found[low + 1 : high] for start, low, high in pairs}


def split_paragraph(
    text: str,
    shown: str,
    paragraph: Sequence[Block],
    n_words: int,
    counter: WordCounter,
    *,
    sentences: Sequence[int] | None = None,
) -> Iterable[tuple[Sequence[Block], int]]:
    """Return the blocks and the number of words of each piece of `paragraph`.

    A paragraph of at most `MAX_WORDS` words remains as it is; `n_words` is its number of words. It
    is split by its words in `text`. Marks that `text` has blanked out remain in the piece before
    them: `shown` is the text with its marks. `sentences` are the offsets at which its sentences
    begin, without the first one, if they are known.
    """
    if n_words <= MAX_WORDS:
        return ((paragraph, n_words),)
    first, last = paragraph[0].span.start, paragraph[-1].span.end
    if sentences is None:
        known = find_sentences(text[first:last], [Span(0, last - first)]).get(0)
        offsets = known if known is not None else sentence_starts(text[first:last])
        sentences = [first + offset for offset in offsets]
    return _split(text, shown, paragraph, counter, sentences)


def _split(
    text: str,
    shown: str,
    paragraph: Sequence[Block],
    counter: WordCounter,
    sentences: Sequence[int],
) -> Iterator[tuple[list[Block], int]]:
    """Yield the pieces of a long paragraph."""
    index = 0
    first, last = paragraph[0].span.start, paragraph[-1].span.end
    cuts = [first, *_find_cuts(text, [first, *sentences, last], counter), last]
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


def _find_cuts(text: str, ends: Sequence[int], counter: WordCounter) -> Iterator[int]:
    """Yield the offsets where pieces after the first may begin.

    `ends` are those of the sentences, after the start of the first one.
    """
    start, end = ends[0], ends[-1]
    # For each of `ends`, the words before it.
    words = list(accumulate(counter.count_all(ends[:-1], ends[1:]), initial=0))
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
            cut = _cut_in_sentence(text, start, end, int(ideal), counter)
            done += counter.count(start, cut)
            start = cut
        if start >= end:
            return
        yield start


def _cut_in_sentence(text: str, start: int, end: int, n_words: int, counter: WordCounter) -> int:
    """Return a cut about `n_words` after `start` in a long sentence.

    It is at a semicolon, colon or dash if there is one nearby, or else between two words.
    """
    ends = _word_ends(text, start, end, n_words, counter)
    nearest = ends[n_words - 1] if ends else -1
    earliest = ends[MIN_WORDS - 1] if ends else _skip_words(text, start, end, MIN_WORDS)
    latest = ends[-1] if ends else _skip_words(text, earliest, end, MAX_WORDS - MIN_WORDS)
    clauses = [clause.end() for clause in _CLAUSE_END.finditer(text, earliest, latest)]
    if clauses:
        return clauses[-1]
    return nearest if ends else _skip_words(text, start, end, n_words)


def _word_ends(text: str, start: int, end: int, n_words: int, counter: WordCounter) -> list[int]:
    """Return the ends of the `MAX_WORDS` words after `start`, all found at once.

    It returns [] if `_skip_words`, which limits the length of words, may find others for
    `MIN_WORDS` words, `n_words` words, or the words between the first `MIN_WORDS` and the last.
    """
    limit = min(end, start + MAX_WORDS * MAX_WORD)
    ends = counter.word_ends(text, start, limit, MAX_WORDS)
    if ends is None:
        ends = [each.end() for each in islice(_WORD_END.finditer(text, start, limit), MAX_WORDS)]
    if len(ends) < MAX_WORDS:
        return []
    are_near = all(ends[n - 1] < start + n * MAX_WORD for n in (MIN_WORDS, n_words))
    n_between = MAX_WORDS - MIN_WORDS
    return ends if are_near and ends[-1] < ends[MIN_WORDS - 1] + n_between * MAX_WORD else []


def _skip_words(text: str, start: int, end: int, n_words: int) -> int:
    """Return the end of about `n_words` words after `start`, `end` at most, never inside a word."""
    n_characters = n_words * MAX_WORD
    near = _WORD_END.finditer(text, start, min(end, start + n_characters + 1))
    last = next(islice(near, n_words - 1, None), None)
    if last is None:
        last = _ANY_END.search(text, min(end, start + n_characters * 3 // 4), end)
    return last.end() if last else end
