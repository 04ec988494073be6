"""A paragraph → the stretches of it within quotation marks.

The same mark opens in one language and closes in another: “ closes after „, » opens before «, and
the straight mark does both. What a mark does follows from the marks that are open, and from the
characters on both sides. The letters around a single mark show whether it is an apostrophe.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

__all__ = ["CLOSE_ELEMENT", "OPEN_ELEMENT", "MarkedSpan", "Scan", "scan_marks"]

OPEN_ELEMENT: Final = "\ue010"
"""Stands for the start of an element for quotations, such as `q` of HTML."""
CLOSE_ELEMENT: Final = "\ue011"
_CLOSERS: Final = {
    "“": '”"',
    "„": '“”"',
    "”": "”",
    "«": "»",
    "»": "«",
    '"': '"',
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    OPEN_ELEMENT: CLOSE_ELEMENT,
}
"""The marks that can close each mark that opens."""
_MARK = re.compile(f'[“”„‟«»"「」『』〝〞〟{OPEN_ELEMENT}{CLOSE_ELEMENT}]')
_ONLY_OPEN: Final = frozenset(f"„「『〝{OPEN_ELEMENT}")
_SINGLE_PAIRS: Final = (("‘", "’"), ("‚", "‘’"), ("‹", "›"), ("›", "‹"), ("'", "'"), ("’", "’"))
_BEFORE_OPENING: Final = '([{<—–-/=:>|«»“„"‘‚\u00a0\u202f' + OPEN_ELEMENT
"""Characters after which a mark opens, apart from white space."""
_MIN_WORDS: Final = 4
"""Words between single marks: fewer are more often a term, or lie between two apostrophes."""
_MAX_CANDIDATES: Final = 50
"""Marks after an opening single mark among which the closing one is looked for."""
_MAX_CHARACTERS: Final = 10_000
"""Characters of a quotation between single marks."""
_MAX_DEPTH: Final = 8
"""Quotations within each other; more open marks are stray ones."""
_ELISION = re.compile(
    r"(?:tis|twas|twere|twill|til|till|em|cause|bout|n|neath|gainst|\d\ds?)\b", re.IGNORECASE
)
"""Words that begin with an apostrophe."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class MarkedSpan(NamedTuple):
    """A stretch of a text between two quotation marks, which it does not include.

    start  offset of the first character after the opening mark
    end    offset of the closing mark
    mark   the opening mark
    """

    start: int
    end: int
    mark: str


class Scan(NamedTuple):
    """The quotations of a paragraph.

    spans     the outermost stretches, ascending
    unclosed  the outermost mark that is still open at the end, None if there is none: its stretch
              reaches to the end
    closed    offset of the mark that closed the quotation open at the start, None if there was none
    """

    spans: tuple[MarkedSpan, ...]
    unclosed: MarkedSpan | None = None
    closed: int | None = None


def scan_marks(text: str, is_open: str = "", start: int = 0) -> Scan:
    """Return the quotations in `text` from `start` on.

    `is_open` is the mark that a paragraph before has opened.

    >>> scan_marks("He said: »Yes, «Ann» comes.« Then").spans
    (MarkedSpan(start=10, end=27, mark='»'),)
    >>> scan_marks("„Ja“, “yes” and \\"si\\"").spans[1]
    MarkedSpan(start=7, end=10, mark='“')
    """
    stack = [MarkedSpan(start, start, is_open)] if is_open else []
    found: list[MarkedSpan] = []
    closed = None
    for match in _MARK.finditer(text, start):
        offset, mark = match.start(), match[0]
        depth = _depth_closed_by(mark, stack, text, offset)
        if depth is None:
            if _opens(mark, text, offset):
                stack.append(MarkedSpan(offset + 1, offset + 1, "“" if mark == "‟" else mark))
                if len(stack) > _MAX_DEPTH:
                    del stack[1 if is_open else 0]
            continue
        opened = stack[depth]
        if is_open and depth == 0 and closed is None and opened.start == start:
            closed = offset
        else:
            found.append(opened._replace(end=offset))
        del stack[depth:]
    left = [each for each in stack if not (is_open and each.start == start)]
    if is_open and closed is None:
        left = stack[:1]
    unclosed = left[0]._replace(end=len(text)) if left else None
    spans = _outermost([*found, *_single_spans(text, start)])
    if closed is not None:
        spans = [each for each in spans if each.start > closed]
    return Scan(tuple(spans), unclosed, closed)


def _depth_closed_by(mark: str, stack: list[MarkedSpan], text: str, offset: int) -> int | None:
    """Return the index in `stack` of the mark that the one at `offset` closes, None if none."""
    if mark in _ONLY_OPEN:
        return None
    after_space = _is_open_side(text, offset)
    before_word = offset + 1 < len(text) and not text[offset + 1].isspace()
    for depth in range(len(stack) - 1, -1, -1):
        opener = stack[depth].mark
        if mark not in _CLOSERS.get(opener, ""):
            continue
        if mark in '"”' and opener == mark and after_space and before_word:
            return None  # it opens: the mark before was a stray one
        if mark == "“" and after_space and before_word and depth != len(stack) - 1:
            return None
        if mark in "«»" and after_space and text[offset + 1 : offset + 2].isalnum():
            return None  # a quotation in guillemets that point the other way
        return depth
    if mark == "“" and not (after_space and before_word):
        # Some write “so“, with the same mark on both sides.
        return next((n for n in range(len(stack) - 1, -1, -1) if stack[n].mark == "“"), None)
    return None


def _is_open_side(text: str, offset: int) -> bool:
    """Return whether a mark can open after the character before `offset`."""
    before = text[offset - 1 : offset]
    return not before or before.isspace() or before in _BEFORE_OPENING


def _opens(mark: str, text: str, offset: int) -> bool:
    """Return whether a mark that closes nothing opens a quotation."""
    after = text[offset + 1 : offset + 2]
    if mark in _ONLY_OPEN or mark in "“‟«":
        return bool(after)
    if mark == "»":
        return bool(after) and (_is_open_side(text, offset) or not after.isspace())
    if mark in '"”':
        return bool(after) and not after.isspace() and _is_open_side(text, offset)
    return False


def _single_spans(text: str, start: int) -> Iterator[MarkedSpan]:
    """Yield the stretches between single marks that have at least four words."""
    for opener, closers in _SINGLE_PAIRS:
        offset = text.find(opener, start)
        while offset >= 0:
            end = _single_end(text, offset, opener, closers)
            if end is not None and len(_WORD.findall(text, offset + 1, end)) >= _MIN_WORDS:
                yield MarkedSpan(offset + 1, end, opener)
                offset = text.find(opener, end + 1)
            else:
                offset = text.find(opener, offset + 1)


def _single_end(text: str, offset: int, opener: str, closers: str) -> int | None:
    """Return the offset of the mark that closes the single mark at `offset`, None if none does.

    An apostrophe at the end of a word, as in "the workers’ state", looks like a closing mark. A
    mark next to punctuation closes; otherwise the first that does not follow an s.
    """
    before, after = text[offset - 1 : offset], text[offset + 1 : offset + 2]
    if before.isalnum() or not (after.isalnum() or after in "[(…"):
        return None
    if opener in "'’‘" and _ELISION.match(text, offset + 1):
        return None
    candidates = []
    limit = min(len(text), offset + _MAX_CHARACTERS)
    if opener != closers[-1]:
        following = text.find(opener, offset + 1)
        limit = min(limit, following) if following >= 0 else limit
    for match in islice(re.finditer(f"[{closers}]", text[offset + 2 : limit]), _MAX_CANDIDATES):
        at = offset + 2 + match.start()
        left, right = text[at - 1], text[at + 1 : at + 2]
        if left.isspace() or right.isalnum():
            continue
        if not left.isalnum() or not right or not right.isspace():
            return at
        candidates.append(at)
    after_other = (at for at in candidates if text[at - 1] not in "sS")
    return next(after_other, candidates[0] if candidates else None)


def _outermost(spans: list[MarkedSpan]) -> list[MarkedSpan]:
    """Return the spans that lie in no other, ascending; of two that cross, the first."""
    kept: list[MarkedSpan] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
