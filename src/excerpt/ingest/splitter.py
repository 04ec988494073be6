"""A paragraph → the pieces it is cut into where it is too long for one passage.

Cuts fall at sentence ends, as near to even pieces as these allow, else at a semicolon, else between two words.
They never fall inside a word, initials (U.S.S.R.) or a word that is broken at a line end. Everything is linear in
the length of the paragraph, which may be several blocks: one that goes on over a page break is one paragraph.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import Final

from excerpt.model import Block, Span
from excerpt.text.sentences import sentence_starts
from excerpt.text.whitespace import MAX_LENGTH, UNSPACED_RANGES, Whitespace

__all__ = ["Counter", "pieces"]

SHORTEST: Final = 70
EVEN: Final = 150
LONGEST: Final = 200
"""Words of a piece: at least if it can be, about, and at most if it can be."""
CHARACTERS: Final = 20
"""A stretch of this many characters counts as a word at least, so that text without white space is cut too."""

_UNSPACED = f"[{UNSPACED_RANGES}]"
_ONE_UNSPACED = re.compile(_UNSPACED)
_SPACE = r"(?<!\s)[^\S\n]+(?!\s)|(?<![-\u00ad\u2010\u2011\s])\s+"  # no line end after a hyphen: a word may go on
_CLAUSE = re.compile(r"[;:—]\s+")
_WORD_END = re.compile(rf"{_SPACE}|{_UNSPACED}(?=[\w、。，！？「」『』（）(),.;:!?])")
_ANY_END = re.compile(
    rf"{_WORD_END.pattern}|[,;:!?/|(){{}}\[\]<>\"“”«»=*&%#@~^$、。，；：！？](?=[^\W_])"
)
_OTHER_LEADS = bytes(lead for lead in range(256) if not (0xE0 <= lead <= 0xF4 and lead != 0xE2))


def _is_spaced(text: str) -> bool:
    """Whether no word of `text` is of a script without spaces.

    Most texts are told by the first bytes of their characters in UTF-8, several times faster than by an expression.
    """
    if text.isascii() or not text.encode("utf-8", "replace").translate(None, _OTHER_LEADS):
        return True
    return _ONE_UNSPACED.search(text) is None


class Counter:
    """Counts the words and lines of a text, which is looked at once for scripts without spaces and for wide gaps."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._gaps = gaps = Whitespace(text) if len(text) <= MAX_LENGTH else None
        self._is_spaced = gaps.is_spaced if gaps else _is_spaced(text)
        self._is_even = self._is_spaced and (
            (
                gaps is not None and gaps.n_double * 20 <= gaps.n_spaces
            )  # then so much the more the next
            or text.count("  ") * 20 <= text.count(" ")
        )

    def count(self, start: int, end: int) -> int:
        """About how many words stand between `start` and `end`."""
        text = self._text
        if self._is_even:
            n_words = text.count(" ", start, end) + text.count("\n", start, end) + 1
        else:
            piece = text[start:end]
            n_words = len(piece.split())
            if not self._is_spaced:
                n_words += len(_ONE_UNSPACED.findall(piece))
        return max(n_words, (end - start) // CHARACTERS)

    def count_all(self, starts: Sequence[int], ends: Sequence[int]) -> Iterable[int]:
        """The same between each of `sentence_starts` and the end that goes with it."""
        if self._gaps is None or not self._is_even:
            return map(self.count, starts, ends)
        found = zip(starts, ends, self._gaps.n_between(starts, ends), strict=True)
        return [max(n_gaps + 1, (end - start) // CHARACTERS) for start, end, n_gaps in found]

    def n_lines(self, ends: Sequence[int]) -> list[int]:
        """How many lines end before each of `ends`, which ascend."""
        if self._gaps is not None:
            return self._gaps.n_lines(ends)
        return list(accumulate(self._text.count("\n", *part) for part in pairwise([0, *ends])))


def pieces(
    text: str, paragraph: Sequence[Block], n_words: int, counter: Counter
) -> Iterable[tuple[Sequence[Block], int]]:
    """The pieces of `paragraph`, which has `n_words`, each as blocks and its number of words: the blocks as they are if it
    is short."""
    return ((paragraph, n_words),) if n_words <= LONGEST else _cut_up(text, paragraph, counter)


def _cut_up(
    text: str, paragraph: Sequence[Block], counter: Counter
) -> Iterator[tuple[list[Block], int]]:
    """The pieces of a long paragraph."""
    at = 0
    first, last = paragraph[0].span.start, paragraph[-1].span.end
    cuts = [first, *_cuts(text, first, last, counter), last]
    for (start, cut), n_words in zip(
        pairwise(cuts), counter.count_all(cuts[:-1], cuts[1:]), strict=True
    ):
        held: list[Block] = []
        while at < len(paragraph) and paragraph[at].span.start < cut:
            part = _clipped(text, paragraph[at], start, cut)
            if part is not None:
                held.append(part)
            if paragraph[at].span.end > cut:
                break
            at += 1
        if held:
            yield held, n_words


def _clipped(text: str, block: Block, start: int, end: int) -> Block | None:
    """The part of `block` between `start` and `end` without the white space around it; None if nothing is left."""
    begin, stop = max(start, block.span.start), min(end, block.span.end)
    if (begin, stop) == (block.span.start, block.span.end):
        return block
    left = text[begin:stop].lstrip()
    if not left:
        return None
    begin = stop - len(left)
    span = Span(begin, begin + len(left.rstrip()))
    return Block(
        span,
        block.kind,
        block.level,
        block.anchor,
        block.is_continuation or begin > block.span.start,
    )


def _cuts(text: str, start: int, end: int, counter: Counter) -> Iterator[int]:
    """Where to cut what stands between `start` and `end`: each cut is where the next piece may begin."""
    ends, words = _sentences(text, start, end, counter)
    total, done = words[-1], 0
    while total - done > LONGEST:
        rest = total - done
        ideal = rest / max(2, round(rest / EVEN))
        low, high = (
            bisect_left(words, done + SHORTEST),
            bisect_right(words, done + min(LONGEST, rest - SHORTEST // 2)),
        )
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


def _sentences(text: str, start: int, end: int, counter: Counter) -> tuple[list[int], list[int]]:
    """Where the sentences between `start` and `end` end, and the number of words up to there."""
    ends = [start, *[start + begin for begin in sentence_starts(text[start:end])], end]
    return ends, list(accumulate(counter.count_all(ends[:-1], ends[1:]), initial=0))


def _cut_in_sentence(text: str, start: int, end: int, n_words: int) -> int:
    """A cut about `n_words` after `start`, where no sentence ends: at a semicolon or a colon, else between words."""
    early = _after_words(text, start, end, SHORTEST)
    late = _after_words(text, early, end, LONGEST - SHORTEST)
    clauses = [clause.end() for clause in _CLAUSE.finditer(text, early, late)]
    return clauses[-1] if clauses else _after_words(text, start, end, n_words)


def _after_words(text: str, start: int, end: int, n_words: int) -> int:
    """The end of about `n_words` words after `start`, `end` at most; never inside a word."""
    n_characters = n_words * CHARACTERS
    near = _WORD_END.finditer(text, start, min(end, start + n_characters + 1))
    last = next(islice(near, n_words - 1, None), None)
    if last is None:
        last = _ANY_END.search(text, min(end, start + n_characters * 3 // 4), end)
    return last.end() if last else end
