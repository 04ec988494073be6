"""BlockBuilders of blocks → the same with page numbers and running heads set apart, and the pages they mark.

What stands at the head or foot of a page is no part of the author's text, and a paragraph goes on behind it. Whether
a line is such a one is judged within the file: it comes again and again, and it does so at page breaks or in the
middle of sentences, where no heading, refrain or speaker's name would stand.
"""

import re
from collections import defaultdict
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.block_builder import BlockBuilder, BlockBuilders
from excerpt.ingest.formats.outline import SENTENCE_ENDS
from excerpt.model import BlockKind, Page

__all__ = ["paginate"]

LONGEST_HEAD: Final = 80
"""Characters of a running head."""
LEAST: Final = 3
"""How often a line must come to be a running head."""
_DIGITS = re.compile(r"[\W\d_]+")
_ROMAN = re.compile(r"\b[ivxlc]+\b")
_LABELLED = (
    r"(?:(?i:pp?\.|page|pg\.|seite|fol\.)|S\.)[ \xa0]?(\d{1,5}[rv]?|(?i:[ivxlcdm]{1,9}))[\])}]"
)
_INLINE = {
    "(": re.compile(rf"\({_LABELLED}"),
    "[": re.compile(rf"\[{_LABELLED}"),
    "{": re.compile(rf"\{{(?:{_LABELLED}|(?<=(?<![\w^_{{}}\\])\{{)(\d{{1,5}}[rv]?)\}}(?![{{}}]))"),
}
"""By the sign with which they begin: to search for one sign is many times faster than for any of several."""
_NUMBER = re.compile(r"\W*(?:\d{1,4}|(?=[ivxlc])(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))\W*")
"""A line that is the number of a page: figures, or a small Roman number that is one."""
_HYPHENS = frozenset("-\u00ad\u2010\u2011")
_RUNNING = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.NOTE})
_BOILERPLATE, _HEADING, _PARAGRAPH = BlockKind.BOILERPLATE, BlockKind.HEADING, BlockKind.PARAGRAPH
"""Named once: in Python 3.11 each look into the class costs as much as the rest of what is done with a block here."""


def paginate(found: BlockBuilders) -> None:
    """Judge the page marks of `found` in place."""
    _cut_out_inline_marks(found)
    _set_running_heads_apart(found)
    _set_numbers_apart(found)
    _rejoin_numbers(found.text, found.drafts)
    _join_over_breaks(found)
    if not found.pages and "\f" in found.text:
        found.pages = _form_feeds(found.text)


def _form_feeds(text: str) -> list[Page]:
    """The pages that form feeds begin, counted from 1."""
    starts = [0] + [mark.end() for mark in re.finditer("\f", text.rstrip())]
    return [Page(start, str(number)) for number, start in enumerate(starts, 1)]


def _cut_out_inline_marks(found: BlockBuilders) -> None:
    """Make boilerplate of marks such as [p. 12] in a running text, which goes on after them."""
    text = found.text
    marks = [
        mark for sign, pattern in _INLINE.items() if sign in text for mark in pattern.finditer(text)
    ]
    if not marks:
        return
    marks.sort(key=re.Match.start)
    drafts, found.drafts = found.drafts, []
    at = 0
    for draft in drafts:
        start = draft.start
        while at < len(marks) and marks[at].start() < draft.end:
            mark, at = marks[at], at + 1
            if mark.start() < draft.start or mark.end() > draft.end or draft.kind is _BOILERPLATE:
                continue
            found.pages.append(Page(mark.end(), next(filter(None, mark.groups()))))
            if draft.kind not in _RUNNING:
                continue
            _add_rest(found, draft, start, mark.start())
            found.add(mark.start(), mark.end(), _BOILERPLATE)
            start = mark.end()
        if start == draft.start:
            found.drafts.append(draft)
        else:
            _add_rest(found, draft, start, draft.end)
    found.pages.sort(key=lambda page: page.start)


def _add_rest(found: BlockBuilders, whole: BlockBuilder, start: int, end: int) -> None:
    part = found.add(start, end, whole.kind, whole.level)
    if part:
        part.continues = whole.continues if part.start == whole.start else start != whole.start


def _key(text: str, draft: BlockBuilder) -> str | None:
    """What makes two running heads the same: their letters. None if `draft` is none."""
    if draft.end - draft.start > LONGEST_HEAD or draft.kind not in {_PARAGRAPH, _HEADING}:
        return None
    line = text[draft.start : draft.end]
    if "\n" in line or line[0] in "#=":
        return None
    return "" if draft.is_number else _DIGITS.sub(" ", _ROMAN.sub("", line.casefold())).strip()


def _set_running_heads_apart(found: BlockBuilders) -> None:
    text, drafts = found.text, found.drafts
    groups: dict[str, list[int]] = defaultdict(list)
    for position, draft in enumerate(drafts):
        if draft.end - draft.start <= LONGEST_HEAD:
            key = _key(text, draft)
            if key is not None:
                groups[key].append(position)
    for positions in groups.values():
        if len(positions) >= LEAST and _are_running_heads(text, drafts, positions):
            for position in positions:
                drafts[position].kind, drafts[position].level = _BOILERPLATE, 0
                drafts[position].is_page_mark = True


def _set_numbers_apart(found: BlockBuilders) -> None:
    """A number between a sentence and its rest is the number of a page, however seldom there is one."""
    text = found.text
    for before, draft, after in zip(found.drafts, found.drafts[1:], found.drafts[2:], strict=False):
        if (
            draft.is_number
            and draft.kind is _PARAGRAPH
            and before.kind in _RUNNING
            and after.kind is _PARAGRAPH
            and not (before.is_number or after.is_number)
            and _runs_on(text, before, after)
            and (text[before.end - 1] in _HYPHENS or "\n\n" in text[before.end : after.start])
            and _NUMBER.fullmatch(text, draft.start, draft.end)
        ):
            draft.kind, draft.is_page_mark = _BOILERPLATE, True


def _are_running_heads(text: str, drafts: list[BlockBuilder], positions: list[int]) -> bool:
    n_in_sentences = sum(_is_in_sentence(text, drafts, position) for position in positions)
    n_at_breaks = sum(_is_at_break(text, drafts, position) for position in positions)
    is_evident = n_in_sentences > 0 or drafts[positions[0]].is_number
    return n_in_sentences * 3 >= len(positions) or (
        is_evident and n_at_breaks * 3 >= len(positions) * 2
    )


def _neighbour(drafts: list[BlockBuilder], position: int, step: int) -> BlockBuilder | None:
    """The next draft before or after that could be running text, past other short lines at the page's edge."""
    for _ in range(3):
        position += step
        if not 0 <= position < len(drafts):
            return None
        draft = drafts[position]
        if (
            draft.kind in _RUNNING
            and not draft.is_number
            and draft.end - draft.start > LONGEST_HEAD // 2
        ):
            return draft
    return None


def _is_in_sentence(text: str, drafts: list[BlockBuilder], position: int) -> bool:
    before, after = _neighbour(drafts, position, -1), _neighbour(drafts, position, 1)
    return before is not None and after is not None and _runs_on(text, before, after)


def _runs_on(text: str, before: BlockBuilder, after: BlockBuilder) -> bool:
    """Whether a sentence that stands in `before` goes on in `after`."""
    return text[before.end - 1] not in SENTENCE_ENDS and text[after.start].islower()


def _is_at_break(text: str, drafts: list[BlockBuilder], position: int) -> bool:
    draft = drafts[position]
    before = drafts[position - 1] if position else None
    after = drafts[position + 1] if position + 1 < len(drafts) else None
    if any(near is not None and near.is_page_mark for near in (before, after)):
        return True
    start = before.end if before else 0
    end = after.start if after else len(text)
    return text.find("\f", start, draft.start) >= 0 or text.find("\f", draft.end, end) >= 0


def _rejoin_numbers(text: str, drafts: list[BlockBuilder]) -> None:
    """A line of digits within a paragraph that is no page number belongs to it."""
    for before, after in pairwise(drafts):
        if not (before.is_number or after.is_number) or after.is_page_mark or before.is_page_mark:
            continue
        if (
            before.kind in _RUNNING
            and after.kind is _PARAGRAPH
            and text[before.end : after.start] == "\n"
        ):
            after.kind, after.level, after.continues = before.kind, before.level, True


def _join_over_breaks(found: BlockBuilders) -> None:
    """Let a paragraph that a page break cuts go on behind it."""
    text = found.text
    has_feeds = "\f" in text
    before: BlockBuilder | None = None
    is_marked = False
    for draft in found.drafts:
        if draft.kind is _BOILERPLATE:
            is_marked = is_marked or draft.is_page_mark
            continue
        is_break = is_marked or (
            has_feeds and before is not None and text.find("\f", before.end, draft.start) >= 0
        )
        if before is not None and is_break and draft.kind is _PARAGRAPH and before.kind in _RUNNING:
            is_tight = is_marked and "\n\n" not in text[before.end : draft.start]
            if _runs_on(text, before, draft) or (
                is_tight and text[before.end - 1] not in SENTENCE_ENDS
            ):
                draft.continues, draft.kind, draft.level = True, before.kind, before.level
        before, is_marked = draft, False
