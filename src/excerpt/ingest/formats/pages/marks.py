"""Blocks → the marks in them that number pages, chosen among all that look like such marks.

A mark that names itself, such as `[p. 12]`, is believed, unless many of them are in no order. A
number alone is believed only in a sequence that interrupts sentences or stands at form feeds; so
chapters and years are not taken for pages. Several lines such as `## Page 12` alone decide: they
were put there to number the pages, whatever else is printed on these.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.blocks.surroundings import RUNNING_TEXT, Surroundings
from excerpt.ingest.formats.pages.labels import PageNumber, n_pages_between, page_number
from excerpt.ingest.formats.pages.sequence import EXPLICIT_SIGNS, PageMark
from excerpt.model import BlockKind

__all__ = ["ChosenMarks", "are_too_many", "choose_marks", "recurring_lines", "still_recurring"]

MIN_SEQUENCE: Final = 3
"""Marks that make a sequence."""
MAX_STEP: Final = 3
"""Difference of two numbers in a sequence: a number between them may be missing."""
NAMED_WEIGHT: Final = 3
"""Numbers alone that count as much as one mark that names itself."""
MAX_HEADER_LENGTH: Final = 80
"""Characters of a running header."""

_LABELLED = (
    r"(?:(?i:pp?\.|(?:begin[ \n])?pages?|pg\.?|seite|fol\.?|folio|image|стр\.|с\.)|S\.)[ \xa0\n]?"
    r"(\d{1,5}[rv]?|(?i:[ivxlc]{1,9}))[\])}]"
)
_INLINE_MARKS: Final = {
    "(": re.compile(rf"\({_LABELLED}"),
    "[": re.compile(rf"\[{_LABELLED}"),
    "{": re.compile(rf"\{{(?:{_LABELLED}|(?<=(?<![\w^_{{}}\\])\{{)(\d{{1,5}}[rv]?)\}}(?![{{}}]))"),
    "|": re.compile(r"\|(?<![\w|]\|)(\d{1,5}[rv]?)\|(?![\w|])"),
    "<": re.compile(r"<pb\b[^<>]{0,40}?\bn=[\"']?(\d{1,5}[rv]?|(?i:[ivxlc]{1,9}))\b[^<>]{0,80}>"),
}
"""Page marks within lines, by their first character.

Searching for one character is many times as fast as searching for any of several.
"""
MAX_MARKS: Final = 1_000
"""Marks of one form that a text may have however short its pages are, ..."""
MIN_PAGE: Final = 64
"""... and characters for each mark in a text with more: others are references, as in an index, or
numbered lines."""
_NOT_LETTERS = re.compile(r"(?:[^\w\n]|[\d_])+")
_ROMAN_NUMBER = re.compile(r"\b[ivxlc]+\b")
_NOT_COMPARED: Final = bytes(
    byte for byte in range(256) if byte != ord("\n") and chr(byte) not in "abdefghjkmnopqrstuwyz"
)
"""All bytes of UTF-8 but line ends and the small letters that occur in no Roman number.

Lines with the same letters have the same bytes without these, and few others do.
"""
_CITATION = re.compile(
    r"(?:\d{1,3}[.)]?|[*†‡§]{1,3}|[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,3})?[ \t]{0,3}"
    r"(?:(?:Ibid|Ib|Id|Idem|Ebd|Ebenda|Op\.|Loc\.)\b"
    r"|(?<=[\d.)*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰ \t])\D.*\b(?:pp?|fol|S)\.[ ]?\d.*\.\Z)"
)
"""A note that cites a book, as they recur with other numbers at the foot of pages: 1 Ibid. p. 3."""
_ROMAN_CAPITALS = re.compile(r"[IVXLC]+")
_MAX_ROMAN_LENGTH: Final = 10
_MAX_MARGIN_LENGTH: Final = 100
"""Spaces between a mark and the end of its line."""
# Bound once: see `BlockKind`.
_BOILERPLATE, _HEADING, _PARAGRAPH = BlockKind.BOILERPLATE, BlockKind.HEADING, BlockKind.PARAGRAPH
_TITLES: Final = frozenset({_HEADING, _PARAGRAPH})
_OUTER_NUMBER = re.compile(
    r"\A[^\w\n]{0,3}(\d{1,4})(?=[^\w,;:)%\n][^\w\n]{0,30}[^\W\d_a-zß-öø-ÿα-ωа-я])"
    r"|(?<![\d,;$£€.])[ ]{1,30}[-–—|\[(]?[ ]?(\d{1,4})[^\w.,;:!?\n]{0,3}\Z"
)
"""The number at the start or end of a running header, which is not part of a sentence.

That is one which small letters or a comma follow, or which follows a comma, as in a date.
"""


class ChosenMarks(NamedTuple):
    """The page marks of a text.

    numbering  those that number its pages, in order
    others     other marks that belong to pages
    """

    numbering: list[PageMark]
    others: list[PageMark]


def choose_marks(
    builder: BlockBuilder,
    around: Surroundings,
    recurring: Sequence[Sequence[int]],
    *,
    is_double_spaced: bool,
) -> ChosenMarks:
    """Return the page marks in `builder`, whose `recurring_lines` are given."""
    lines = _line_marks(builder)
    inline = _inline_marks(builder)
    in_headers = _header_numbers(builder, recurring)
    if not (in_headers or any(lines.values()) or any(inline.values())):
        return ChosenMarks([], [])
    if explicit := _explicit_marks(builder.text, lines["named"]):
        return ChosenMarks(explicit, _others_in_order(builder.text, explicit, lines, inline))
    groups = [
        marks
        for marks in _by_sign(builder.text, (*lines["named"], *inline["named"])).values()
        if len(marks) < MIN_SEQUENCE or _are_in_order(marks)
    ]
    words = lines["word"]
    stand_alone = not groups and not is_double_spaced and len(words) < MIN_SEQUENCE
    if stand_alone and all(_is_set_off(builder.text, mark) for mark in words):
        groups.append(words)
    groups += [each for each in (words, *(inline[sign] for sign in "({|")) if _are_in_order(each)]
    numbers = sorted((*lines["number"], *in_headers))
    sequences = _sequences(builder.text, numbers, around)
    together = sorted(mark for marks in groups for mark in marks)
    if len(groups) > 1 and set(_steps(together)) <= {0, 1}:
        groups = [together]
    numbering = max(groups, key=len, default=[])
    are_evident = _number_all_pages(builder.text, numbering)
    if len(sequences) > len(numbering) * NAMED_WEIGHT and not are_evident:
        numbering = sequences
    others = [mark for marks in groups if marks is not numbering for mark in marks]
    return ChosenMarks(numbering, others)


def _explicit_marks(text: str, named: Sequence[PageMark]) -> list[PageMark]:
    """Return the lines of one form, such as `## Page 12`, that number all pages, [] if none do."""
    ascending = [
        marks
        for marks in _by_sign(text, named).values()
        if text[marks[0].start] in EXPLICIT_SIGNS and len(marks) >= MIN_SEQUENCE
        if sum(step is None or step < 0 for step in _steps(marks)) * 10 <= len(marks)
    ]
    return max(ascending, key=len, default=[])


def _number_all_pages(text: str, marks: Sequence[PageMark]) -> bool:
    """Return whether `marks` are lines that name pages in order, in at least half of `text`."""
    n_lines = sum(mark.is_line for mark in marks)
    return (
        n_lines * 2 > len(marks) >= MIN_SEQUENCE
        and (marks[-1].end - marks[0].start) * 2 > len(text)
        and _are_in_order(marks)
    )


def _others_in_order(
    text: str,
    explicit: Sequence[PageMark],
    lines: dict[str, list[PageMark]],
    inline: dict[str, list[PageMark]],
) -> list[PageMark]:
    """Return the marks other than the `explicit` ones that name themselves and are in order."""
    groups = _by_sign(text, [*lines["named"], *inline["named"]])
    groups.pop(text[explicit[0].start], None)
    return [mark for marks in groups.values() if _are_in_order(marks) for mark in marks]


def _by_sign(text: str, marks: Iterable[PageMark]) -> dict[str, list[PageMark]]:
    """Return `marks` in order, by the sign with which they begin."""
    groups: dict[str, list[PageMark]] = defaultdict(list)
    for mark in sorted(marks):
        groups[text[mark.start]].append(mark)
    return groups


def _line_marks(builder: BlockBuilder) -> dict[str, list[PageMark]]:
    """Return the marks that are lines of their own: named, a word and a number, or a number."""
    found: dict[str, list[PageMark]] = {"named": [], "word": [], "number": []}
    for index, block in enumerate(builder.blocks):
        number = page_number(block.label) if block.label else None
        may_be = block.kind in RUNNING_TEXT or (block.is_number and block.kind is _HEADING)
        if number is not None and may_be:
            group = "number" if block.is_number else "named" if block.label_sign else "word"
            found[group].append(
                PageMark(
                    block.start,
                    block.end,
                    block.label,
                    number,
                    index,
                    is_line=True,
                    is_named=not block.is_number,
                )
            )
    found["number"] += _capital_numbers(builder)
    return {
        group: [] if are_too_many(builder.text, len(marks)) else marks
        for group, marks in found.items()
    }


def _capital_numbers(builder: BlockBuilder) -> list[PageMark]:
    """Return the Roman numbers in capitals that stand next to most form feeds.

    Fewer of them are rather the numbers of chapters.
    """
    text, blocks = builder.text, builder.blocks
    if "\f" not in text:
        return []
    marks: list[PageMark] = []
    for index, block in enumerate(blocks):
        start, end = block.start, block.end
        if end - start > _MAX_ROMAN_LENGTH or not _ROMAN_CAPITALS.fullmatch(text, start, end):
            continue
        label = text[start:end]
        number = page_number(label)
        is_last = index + 1 == len(blocks)
        before = text[blocks[index - 1].end : start] if index else "\f"
        after = "\f" if is_last else text[end : blocks[index + 1].start]
        if number is not None and ("\f" in before or "\f" in after):
            marks.append(PageMark(start, end, label, number, index, is_line=True))
    n_pages = text.strip().count("\f") + 1
    return marks if len(marks) * 5 >= n_pages * 4 and _are_in_order(marks) else []


def are_too_many(text: str, n_marks: int) -> bool:
    """Return whether the pages of `text` would be too short for as many marks."""
    return n_marks > MAX_MARKS and n_marks * MIN_PAGE > len(text)


def _is_set_off(text: str, mark: PageMark) -> bool:
    """Return whether a blank line or a form feed is before or after a line."""
    around = text[max(0, mark.start - 3) : mark.start] + "x" + text[mark.end : mark.end + 3]
    return "\n\n" in around or "\f" in around or around[0] == "x" or around[-1] == "x"


def _inline_marks(builder: BlockBuilder) -> dict[str, list[PageMark]]:
    """Return the marks within lines: named in brackets, in parentheses, in braces, in bars."""
    text, blocks = builder.text, builder.blocks
    found: dict[str, list[PageMark]] = {"named": [], "(": [], "{": [], "|": []}
    for sign, pattern in _INLINE_MARKS.items():
        if sign not in text:
            continue
        matches = list(pattern.finditer(text))
        if are_too_many(text, len(matches)):
            continue
        index = 0
        for match in matches:
            while index < len(blocks) and blocks[index].end < match.end():
                index += 1
            number = page_number(next(filter(None, match.groups())))
            if index == len(blocks) or not _is_within(blocks[index], match) or number is None:
                continue
            is_named = sign in "[<" or (match[1] is not None and sign == "{")
            found["named" if is_named else sign].append(_inline_mark(text, match, number, index))
    return found


def _is_within(block: MutableBlock, match: re.Match[str]) -> bool:
    """Return whether `match` is a part of the text of `block`."""
    is_part = match.start() >= block.start and match.end() - match.start() < block.end - block.start
    return is_part and block.kind is not _BOILERPLATE and not block.label


def _inline_mark(text: str, match: re.Match[str], number: PageNumber, block: int) -> PageMark:
    start, end = match.span()
    is_inside = not text[end : end + _MAX_MARGIN_LENGTH].lstrip(" \t").startswith("\n")
    is_inside = is_inside and not text[max(0, start - _MAX_MARGIN_LENGTH) : start].rstrip(
        " \t"
    ).endswith("\n")
    label = next(filter(None, match.groups()))
    return PageMark(
        start, end, label, number, block, is_line=False, is_inside=is_inside, is_named=True
    )


def _header_numbers(builder: BlockBuilder, recurring: Sequence[Sequence[int]]) -> list[PageMark]:
    """Return the numbers in lines that recur with different numbers: 12 THE HISTORY OF THE MILL."""
    marks: list[PageMark] = []
    for indices in recurring:
        group: list[PageMark] = []
        for index in indices:
            block = builder.blocks[index]
            found = _OUTER_NUMBER.search(builder.source_of(block))
            if found:
                label = found[1] or found[2]
                number = PageNumber("arabic", int(label))
                group.append(PageMark(block.start, block.end, label, number, index, is_line=True))
        # The same line with the same number is a copy, as in a text that is there twice.
        n_ascending = sum(step is not None and step > 0 for step in _steps(group))
        if len(group) * 2 > len(indices) and n_ascending * 2 > len(group) - 1:
            marks += group
    return [] if are_too_many(builder.text, len(marks)) else marks


def recurring_lines(builder: BlockBuilder) -> list[list[int]]:
    """Return the indices of possible running headers that recur, those with the same letters.

    Only the digits and Roman numbers in them may differ.
    """
    indices = _may_recur(builder)
    text, blocks = builder.text, builder.blocks
    # All lines are compared as one string: OCR has thousands of them on each hundred pages.
    lines = [text[blocks[index].start : blocks[index].end] for index in indices]
    folded = "\n".join(lines).casefold()
    coarse = folded.encode("utf-8", "replace").translate(None, _NOT_COMPARED).split(b"\n")
    counts = Counter(coarse)
    lines = folded.split("\n")
    chosen = [number for number in range(len(indices)) if counts[coarse[number]] > 1]
    if not chosen:
        return []
    letters = _letters("\n".join([lines[number] for number in chosen]))
    groups: dict[str, list[int]] = defaultdict(list)
    for number, of_line in zip(chosen, letters, strict=True):
        groups[of_line].append(indices[number])
    groups.pop("", None)
    return [found for found in groups.values() if len(found) > 1 and not _cites(builder, found)]


def _cites(builder: BlockBuilder, indices: Sequence[int]) -> bool:
    """Return whether the blocks with these `indices` are notes that cite a book."""
    lines = [builder.source_of(builder.blocks[index]) for index in indices[:MIN_SEQUENCE]]
    return all(map(_CITATION.match, lines))


def still_recurring(builder: BlockBuilder, groups: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return what `recurring_lines` returns after some of the lines were set apart.

    `groups` are those that it returned before.
    """
    blocks = builder.blocks
    rest = [[index for index in group if blocks[index].kind in _TITLES] for group in groups]
    return sorted(group for group in rest if len(group) > 1)


def _letters(lines: str) -> list[str]:
    """Return the letters of each of `lines`, with spaces for everything else."""
    without = _NOT_LETTERS.sub(" ", _ROMAN_NUMBER.sub("", lines))
    return [line.strip() for line in without.split("\n")]


def _may_recur(builder: BlockBuilder) -> list[int]:
    """Return the indices of possible running headers: short lines that look like titles."""
    text = builder.text
    return [
        index
        for index, block in enumerate(builder.blocks)
        if (block.kind is _PARAGRAPH or block.kind is _HEADING)
        and not block.label
        and block.end - block.start <= MAX_HEADER_LENGTH
        and not (first := text[block.start]).islower()
        and first not in "#=(["
        and text[block.end - 1] != ":"
        and text.find("\n", block.start, block.end) < 0
    ]


def _steps(marks: Sequence[PageMark]) -> list[int | None]:
    """Return how many pages each of `marks` but the first comes after the one before it."""
    return [n_pages_between(first.number, second.number) for first, second in pairwise(marks)]


def _are_in_order(marks: Sequence[PageMark]) -> bool:
    """Return whether there are enough `marks`, and most number the page after that before them."""
    steps = _steps(marks)
    n_next = sum(step in {0, 1} for step in steps)  # a page may be numbered twice
    return len(marks) >= MIN_SEQUENCE and n_next * 2 >= len(steps)


def _sequences(text: str, marks: Sequence[PageMark], around: Surroundings) -> list[PageMark]:
    """Return the numbers that belong to sequences of page numbers, in order.

    Each sequence ascends, and at least a third of its numbers interrupt a sentence or are at a form
    feed. Sequences do not overlap; longer ones come first.
    """
    lengths, previous = _chain(marks)
    taken = [False] * len(marks)
    chosen: list[int] = []
    ranges: list[tuple[int, int]] = []
    for last in sorted(range(len(marks)), key=lambda index: -lengths[index]):
        if lengths[last] < MIN_SEQUENCE - 1:
            break
        chain = []
        index = last
        while index >= 0 and not taken[index]:
            taken[index] = True
            chain.append(index)
            index = previous[index]
        at = bisect_left(ranges, (chain[-1], last)) if chain else 0
        overlaps = (at > 0 and ranges[at - 1][1] > chain[-1]) if chain else True
        overlaps = overlaps or (at < len(ranges) and ranges[at][0] < last)
        # Signs around a number, as in "- 2 -", make two of them enough.
        is_plain = any(text[marks[index].start].isalnum() for index in chain)
        if len(chain) < MIN_SEQUENCE - (not is_plain) or overlaps:
            continue
        n_evident = sum(
            around.is_in_sentence(marks[index].block) or around.is_at_feed(marks[index].block)
            for index in chain
        )
        if n_evident * 3 >= len(chain):
            ranges.insert(at, (chain[-1], last))
            chosen += chain
    return [marks[index] for index in sorted(chosen)]


def _chain(marks: Sequence[PageMark]) -> tuple[list[int], list[int]]:
    """Return, for each of `marks`, how long a sequence may end with it, and the mark before it."""
    lengths, previous = [1] * len(marks), [-1] * len(marks)
    last: dict[PageNumber, int] = {}
    for index, (_, _, _, (system, value), *_) in enumerate(marks):
        for step in range(1, MAX_STEP + 1):
            before = last.get(PageNumber(system, value - step), -1)
            if before >= 0 and lengths[before] >= lengths[index]:
                lengths[index], previous[index] = lengths[before] + 1, before
        number = PageNumber(system, value)
        if number not in last or lengths[index] >= lengths[last[number]]:
            last[number] = index
    return lengths, previous
