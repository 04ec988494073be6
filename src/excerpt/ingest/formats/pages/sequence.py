"""Page marks in order → the pages of a text: where each begins, and where its number is unknown.

A number at the foot of a page belongs to the text before it, one at the head to the text after it.
Form feeds show which, or else the text before the first number and after the last one.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from excerpt.ingest.formats.pages.labels import PageNumber, n_pages_between
from excerpt.model import Page

__all__ = ["EXPLICIT_SIGNS", "PageMark", "number_pages"]

USUAL_PAGE: Final = 6_000
"""Characters of a page in a text that does not show how long its pages are."""
EXPLICIT_SIGNS: Final = "#="
"""Signs of headings: a mark like `## Page 12` begins its page, which ends at the next one.

It ends its page only if a whole page is before the first mark, and nothing after the last one."""
_NEARBY: Final = 300
"""Characters within which a form feed is sought."""


class PageMark(NamedTuple):
    """A mark that numbers a page.

    start, end  its span in the text
    label       the number as printed
    number      the number
    block       the index of the block that it is, or is in
    is_line     True if it is a block of its own
    is_inside   True if there is text on both sides of it in its line
    is_named    True if it says by a word or by brackets that it numbers a page
    """

    start: int
    end: int
    label: str
    number: PageNumber
    block: int
    is_line: bool
    is_inside: bool = False
    is_named: bool = False


class _Sheet(NamedTuple):
    """The text between two page breaks; `label` is None if no mark numbers it."""

    start: int
    label: str | None
    number: PageNumber | None


def number_pages(text: str, marks: Sequence[PageMark], n_before: int, n_after: int) -> list[Page]:
    """Return the pages that `marks`, which ascend, number.

    Running headers in `text` are blanked out. There are `n_before` characters of running text
    before the first mark, and `n_after` after the last one.
    """
    feeds = [feed.end() for feed in re.finditer("\f", text.rstrip())]
    if not marks:
        return [Page(start, str(number)) for number, start in enumerate([0, *feeds], 1)]
    are_at_foot = _are_at_foot(text, marks, n_before, n_after)
    breaks = [_break_at(text, mark, at_foot=are_at_foot) for mark in marks]
    has_feeds = sum(is_feed for _, is_feed in breaks) * 2 > len(marks)
    starts = [start for start, _ in breaks]
    if has_feeds:
        sheets = _sheets(marks, starts, feeds, at_foot=are_at_foot)
        changes = _infer_labels(sheets)
    else:
        changes = _limit_labels(text, marks, starts, at_foot=are_at_foot)
    return _pages(changes, len(text.rstrip()))


def _are_at_foot(text: str, marks: Sequence[PageMark], n_before: int, n_after: int) -> bool:
    """Return whether each mark stands at the end of its page."""
    if sum(mark.is_inside for mark in marks) * 2 > len(marks):
        return False
    lengths = sorted(second.start - first.end for first, second in pairwise(marks))
    usual = lengths[len(lengths) // 2] if lengths else 0
    if _is_explicit(text, marks[0]):
        is_first_page = marks[0].number.value == 1 and n_before * 2 > usual > 0
        return is_first_page and n_after == 0
    if n_before * 10 <= usual:
        return False
    for at_foot in (True, False):
        if sum(_break_at(text, mark, at_foot=at_foot)[1] for mark in marks) * 2 > len(marks):
            return at_foot
    # A mark that names itself is rather the beginning of a page.
    are_named = sum(mark.is_named for mark in marks) * 2 > len(marks)
    if n_after == 0 or (n_after * 10 <= usual and not are_named):
        return True
    nearer = [_nearer_side(text, mark) for mark in marks]
    if abs(sum(nearer)) * 3 >= len(marks) * 2:
        return sum(nearer) < 0
    is_first_page = marks[0].number.value == 1 and usual / 3 < n_before < usual * 3
    return len(marks) > 1 and is_first_page


def _is_explicit(text: str, mark: PageMark) -> bool:
    return mark.is_named and text[mark.start] in EXPLICIT_SIGNS


def _nearer_side(text: str, mark: PageMark) -> int:
    """Return -1 if fewer line ends separate `mark` from the text before it, 1 if from that after.

    0 means that it stands in the middle. The white space between a page and its number is less than
    that between two pages.
    """
    before = text[max(0, mark.start - _NEARBY) : mark.start]
    after = text[mark.end : mark.end + _NEARBY]
    n_before = before[len(before.rstrip()) :].count("\n")
    n_after = after[: len(after) - len(after.lstrip())].count("\n")
    return (n_before > n_after) - (n_before < n_after)


def _break_at(text: str, mark: PageMark, *, at_foot: bool) -> tuple[int, bool]:
    """Return the offset of the page break at `mark`, and whether a form feed is there."""
    if at_foot:
        feed = text.find("\f", mark.end, mark.end + _NEARBY)
        between = text[mark.end : feed]
    else:
        feed = text.rfind("\f", max(0, mark.start - _NEARBY), mark.start)
        between = text[feed : mark.start]
    if feed >= 0 and not between.strip():
        return feed + 1, True
    return (mark.end if at_foot else mark.start), False


def _sheets(
    marks: Sequence[PageMark], breaks: Sequence[int], feeds: Sequence[int], *, at_foot: bool
) -> list[_Sheet]:
    """Return the sheets of a text whose pages end at form feeds."""
    labelled = {at: (mark.label, mark.number) for at, mark in zip(breaks, marks, strict=True)}
    ends = sorted({*labelled, *feeds})
    unknown = (None, None)
    if at_foot:
        starts = [0, *ends]
        return [
            _Sheet(start, *labelled.get(end, unknown))
            for start, end in zip(starts, [*ends, -1], strict=True)
        ]
    starts = ends if ends[:1] == [0] else [0, *ends]
    return [_Sheet(start, *labelled.get(start, unknown)) for start in starts]


def _infer_labels(sheets: Sequence[_Sheet]) -> list[tuple[int, str]]:
    """Return start and label of each sheet; its neighbours may give one that has none.

    That is so before the first number, between two numbers that differ accordingly, and on the
    first sheet after the last number.
    """
    labels = [sheet.label or "" for sheet in sheets]
    known = [index for index, sheet in enumerate(sheets) if sheet.number is not None]
    for first, second in pairwise([-1, *known, len(sheets)]):
        before = sheets[first].number if first >= 0 else None
        after = sheets[second].number if second < len(sheets) else None
        if before and after:
            is_known = n_pages_between(before, after) == second - first
        else:
            is_known = after is not None and after.value == second + 1
        system = (before or after or PageNumber("", 0)).system
        if system != "arabic":
            continue
        for index in range(first + 1, second):
            if before and (is_known or (after is None and index == first + 1)):
                labels[index] = str(before.value + index - first)
            elif after and is_known:
                labels[index] = str(after.value + index - second)
    return [(sheet.start, label) for sheet, label in zip(sheets, labels, strict=True)]


def _limit_labels(
    text: str, marks: Sequence[PageMark], breaks: Sequence[int], *, at_foot: bool
) -> list[tuple[int, str]]:
    """Return the offsets at which labels change, if only the marks show pages.

    A page that is not followed by the next one (at the foot: does not follow the one before) has
    the usual length at most; what lies beyond is on pages whose numbers are missing.
    """
    steps = [n_pages_between(first.number, second.number) for first, second in pairwise(marks)]
    longest = _longest_page([
        second - first
        for (first, second), step in zip(pairwise(breaks), steps, strict=True)
        if step == 1
    ])  # fmt: skip
    changes: list[tuple[int, str]] = []
    if _is_explicit(text, marks[0]) and not at_foot:
        return [(start, mark.label) for mark, start in zip(marks, breaks, strict=True)]
    if at_foot:
        for number, (mark, end) in enumerate(zip(marks, breaks, strict=True)):
            start = breaks[number - 1] if number else 0
            is_next = number > 0 and steps[number - 1] in {0, 1}
            if not is_next and end - start > longest:
                changes.append((start, ""))
                start = _line_start(text, start, end - longest)
            changes.append((start, mark.label))
        return [*changes, (breaks[-1], "")]
    for number, (mark, start) in enumerate(zip(marks, breaks, strict=True)):
        changes.append((start, mark.label))
        end = breaks[number + 1] if number + 1 < len(breaks) else len(text)
        is_followed = number < len(steps) and steps[number] in {0, 1}
        if not is_followed and end - start > longest:
            changes.append((_line_start(text, start, start + longest), ""))
    return changes


def _longest_page(lengths: list[int]) -> int:
    """Return the characters that a page may have, given the `lengths` of pages."""
    lengths.sort()
    usual = lengths[len(lengths) * 9 // 10] if len(lengths) > 2 else USUAL_PAGE
    return usual * 3 // 2


def _line_start(text: str, low: int, offset: int) -> int:
    """Return the start of the line at `offset`, or `offset` if the line begins before `low`."""
    return text.rfind("\n", low, offset) + 1 or offset


def _pages(changes: Sequence[tuple[int, str]], end: int) -> list[Page]:
    """Return `changes` before `end` as pages, without those that change nothing."""
    pages: list[Page] = []
    for start, label in changes:
        if pages and pages[-1].start == start:
            pages.pop()
        if start < end and label != (pages[-1].label if pages else ""):
            pages.append(Page(start, label))
    return pages
