"""Blocks of a plain text → the same, with note references as inline marks and their notes as notes.

A superscript digit after a word, and a number in brackets directly after a word, refer to a note
(`treaty²`, `old.[12]`); `km²`, `10²` and `a[1]` do not. Numbers in parentheses and asterisks do so
only if the text has a note with the same label.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.model import SET_APART, BlockKind, Reason

__all__ = ["is_power", "mark_references"]

_FIRST_SUPERSCRIPTS: Final = "¹²³"
_SUPERSCRIPTS: Final = _FIRST_SUPERSCRIPTS + "⁴⁵⁶⁷⁸⁹⁰"
_WORD_END: Final = r"[^\W\d_]|[.,;:!?\"”’»)\]]"
# Each pattern begins with the sign itself: one that began with a look-behind would be tried at
# every character, which takes many times as long.
_NO_VARIABLE: Final = r"(?<!(?<![^\W\d_])[^\W\d_].)"
"""No word of one letter before the sign, as in a² and a[1]: these would be found in any case, but
the expression finds them many times as fast."""
_SUPERSCRIPT = re.compile(
    rf"[{_SUPERSCRIPTS}](?<=(?:{_WORD_END}).){_NO_VARIABLE}"
    rf"(?<![{_SUPERSCRIPTS}].)(?<![{_SUPERSCRIPTS}][,⁻–].)[{_SUPERSCRIPTS}]{{,2}}"
    rf"(?:[,⁻–][{_SUPERSCRIPTS}]{{1,3}})*(?![\w⁺⁻⁽])"
)
_BRACKETED = re.compile(
    rf"\[(?<=(?:\d|{_WORD_END}).){_NO_VARIABLE}(\d{{1,3}}|[*†‡§]{{1,3}}|[a-zA-Z])\](?![\w(\[=])"
)
_SPACED = re.compile(r"\[(?<=\S \[)(\d{1,3}|[*†‡§]{1,3}|[a-zA-Z])\]")
_PARENTHESES = re.compile(r"\((\d{1,3}|[*†‡§]{1,3}|[a-z])\)(?!\w)")
_SIGNS = re.compile(rf"[*†‡§](?<=(?:\d|{_WORD_END}).)[*†‡§]{{,2}}(?![\w*†‡§])")
_NOTE = re.compile(
    r"\[(?P<word>(?i:footnote|note|endnote|fu(?:ß|ss)note|anmerkung|nota|noot|сноска|примечание))"
    r"[ \xa0][\w*†‡§]{1,4}[:.\]]"
    r"|\[(?P<bracketed>\d{1,3}|[*†‡§]{1,3}|[a-zA-Z])\]"
    r"|\((?P<parentheses>\d{1,3}|[*†‡§]{1,3}|[a-z])\)"
    rf"|(?P<superscript>[{_SUPERSCRIPTS}]{{1,3}})[ \t]?(?=[^\W\d_]|[\"“„«(])"
    r"|(?P<signs>[*†‡§]{1,3})(?![^*\s][^*\n]{0,200}(?<=\S)\*)[ \t]?(?=[^\W\d_]|[\"“„«(])"
)
"""The label at the start of a note. Asterisks around words emphasise them: **Q:** Where?"""
_MAX_WORD_LENGTH: Final = 40
_UNITS: Final = frozenset(
    """
    km cm mm dm hm dam nm ft in yd mi ha sec min mol kg lb mc sin cos tan cot log ln exp
    км см мм дм м га сек мин metre metres meter meters kilometre kilometres kilometer kilometers
    foot feet yard yards mile miles inch inches mètre mètres kilometro metros metri
    """.split()  # noqa: SIM905
)
"""Words after which a superscript is a power."""
MAX_REFERENCES: Final = 1_000
"""References that a text may have however close they are to each other, ..."""
MIN_DISTANCE: Final = 24
"""... and characters for each reference in a text with more: others are data."""
_NOTE_STARTS: Final = frozenset("[(*†‡§" + _SUPERSCRIPTS)
# Bound once: see `BlockKind`.
_NOTE_KIND, _PARAGRAPH, _ITEM = BlockKind.NOTE, BlockKind.PARAGRAPH, BlockKind.ITEM
_MAY_BE_NOTE: Final = frozenset({_NOTE_KIND, _PARAGRAPH, _ITEM})
_BOILERPLATE, _REFERENCE = BlockKind.BOILERPLATE, BlockKind.REFERENCE


def mark_references(builder: BlockBuilder) -> None:
    """Mark the references to notes, and make notes of the paragraphs that they refer to."""
    text = builder.text
    has_superscripts = not text.isascii() and any(sign in text for sign in _FIRST_SUPERSCRIPTS)
    # Daggers are not sought: they follow the asterisk, and to find them takes long, because their
    # last byte is that of the space.
    if not has_superscripts and not any(sign in text for sign in "[*"):
        # Numbers in parentheses need a list of notes or a rule above them.
        kinds = {block.kind for block in builder.blocks}
        if _NOTE_KIND not in kinds and _BOILERPLATE not in kinds:
            return
    superscripts = list(_SUPERSCRIPT.finditer(text)) if has_superscripts else []
    bracketed = list(_BRACKETED.finditer(text))
    starts = {block.start for block in builder.blocks}
    found: list[tuple[int, int]] = []
    if not _are_too_many(text, len(superscripts)):
        spans = (match.span() for match in superscripts)
        found += [span for span in spans if not is_power(text, span[0])]
    if not _are_too_many(text, len(bracketed)):
        found += [
            match.span()
            for match in bracketed
            if match.start() not in starts and not _is_in_word(text, match)
        ]
    if _are_too_many(text, len(found)):
        return
    labels = {text[slice(*span)] for span in found}
    labels.update(match.group().strip() for match in _SPACED.finditer(text))
    noted = _mark_notes(builder, labels)
    for pattern in (_SPACED, _PARENTHESES, _SIGNS) if noted else ():
        for match in pattern.finditer(text):
            label = match.group().lstrip()
            start = match.end() - len(label)
            if label in noted and start not in starts and _has_word(text, start):
                found.append((start, match.end()))
    _add_marks(builder, sorted(set(found)))


def _are_too_many(text: str, n_found: int) -> bool:
    """Return whether `n_found` signs are too close to each other for references in `text`."""
    return n_found > MAX_REFERENCES and n_found * MIN_DISTANCE > len(text)


def is_power(text: str, offset: int) -> bool:
    """Return whether a superscript at `offset` is a power, that of a unit or a variable."""
    word = _word_before(text, offset)
    if not word:
        return False  # after punctuation
    if len(word) == 1 or word in _UNITS:
        return True
    before = text[max(0, offset - _MAX_WORD_LENGTH) : offset - len(word)]
    return before.rstrip(" \xa0")[-1:].isdecimal()


def _is_in_word(text: str, match: re.Match[str]) -> bool:
    """Return whether brackets are part of a word or a formula: employee[s], a[1]."""
    start = match.start()
    if not start or not _is_letter(text[start - 1]):
        return False
    if match[1].isupper() and text[start - 1].islower():
        return False
    return match[1].isalpha() or start == 1 or not _is_letter(text[start - 2])


def _is_letter(character: str) -> bool:
    return character.isalnum() and not character.isdecimal()


def _word_before(text: str, offset: int) -> str:
    """Return the letters directly before `offset`; a regular expression takes ten times as long."""
    start, low = offset, max(0, offset - _MAX_WORD_LENGTH)
    while start > low and (letter := text[start - 1]).isalnum() and not letter.isdecimal():
        start -= 1
    return text[start:offset]


def _has_word(text: str, offset: int) -> bool:
    """Return whether a word may stand before `offset` in its line, not only signs of an item."""
    before = text[max(0, offset - _MAX_WORD_LENGTH) : offset]
    line = before.rpartition("\n")[2]
    return len(line) == _MAX_WORD_LENGTH or any(map(str.isalnum, line))


def _is_rule(text: str, block: MutableBlock) -> bool:
    """Return whether boilerplate is a decorative line: no bar of a table, no front matter."""
    first = text[block.start]
    is_line = not first.isalnum() and first not in "|!+" and block.end - block.start > 1
    return is_line and block.level != Reason.METADATA


def _mark_notes(builder: BlockBuilder, references: set[str]) -> set[str]:
    """Make notes of the blocks that begin with one of the `references`; return all labels.

    Numbers in parentheses, and signs, begin notes only below a rule, or in a list of notes. If most
    paragraphs with a number in brackets are not referred to, they are numbered themselves.
    """
    labels: set[str] = set()
    notes: list[MutableBlock] = []
    n_numbered = 0
    for block, label, is_listed in _labelled_blocks(builder):
        if is_listed or label in references:
            notes.append(block)
            labels.add(label)
            n_numbered -= label in references and not is_listed
        n_numbered += label.startswith("[") and not is_listed
    if n_numbered > len(notes):
        return set()
    for block in notes:
        block.kind, block.level = _NOTE_KIND, 0
    return labels


def _labelled_blocks(builder: BlockBuilder) -> Iterator[tuple[MutableBlock, str, bool]]:
    """Yield the blocks that may be notes, with their labels and whether they are listed as notes.

    The label of a note in brackets with a word, `[Footnote 3: …]`, is the bracket.
    """
    text = builder.text
    is_below_rule = is_open = False
    for block in builder.blocks:
        if block.kind is _BOILERPLATE and _is_rule(text, block):
            is_below_rule = True
        if block.kind not in _MAY_BE_NOTE:
            is_below_rule = is_below_rule and block.kind in SET_APART
            is_open = False
            continue
        note = None
        may_be = text[block.start] in _NOTE_STARTS
        if not (may_be or is_below_rule or is_open or block.kind is _NOTE_KIND):
            continue  # which is true of most blocks
        if may_be:
            note = _NOTE.match(text, block.start, block.end)
        is_listed = block.kind is _NOTE_KIND or is_below_rule
        if note and note["word"]:
            is_open = text[block.end - 1] != "]"
            yield block, "[", True
        elif is_open:
            is_open = text[block.end - 1] != "]"
            yield block, "", True
        elif note and (is_listed or not (note["parentheses"] or note["signs"])):
            yield block, note.group().rstrip(" \t"), is_listed
        else:
            is_below_rule = False


def _add_marks(builder: BlockBuilder, spans: Sequence[tuple[int, int]]) -> None:
    """Add the `spans` within blocks of running text as marks, unless they overlap other marks."""
    taken = sorted(mark.span for mark in builder.marks)
    starts, ends = [span.start for span in taken], [span.end for span in taken]
    done = 0
    for block, start, end in _within_blocks(builder, spans):
        number = bisect_left(starts, end)
        is_free = start >= done and (not number or ends[number - 1] <= start)
        if is_free and block.kind not in SET_APART and start > block.start:
            builder.add_mark(start, end, _REFERENCE)
            done = end


def _within_blocks(
    builder: BlockBuilder, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[MutableBlock, int, int]]:
    """Yield the `spans` that lie within a block, with it."""
    index = 0
    blocks = builder.blocks
    for start, end in spans:
        while index < len(blocks) and blocks[index].end < end:
            index += 1
        if index < len(blocks) and blocks[index].start <= start:
            yield blocks[index], start, end
