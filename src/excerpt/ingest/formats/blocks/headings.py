"""Blocks → the same blocks, with headings where only words or capitals suggest them.

A numbered part (`CHAPTER VI. Pig and Pepper`) and a preface are headings in any text. A short line
in capitals is one only if capitals are rare in the text, if the line does not recur as the name of
a speaker does, and if it is not one of many in a row. A guess may be wrong: it is not a barrier to
phrases.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import (
    BlockBuilder,
    MutableBlock,
    announces_notes,
)
from excerpt.ingest.formats.blocks.heading_words import (
    division_rank,
    is_provision,
    is_titled_part,
    may_begin_part,
)
from excerpt.ingest.formats.blocks.layout import Lineation
from excerpt.ingest.formats.blocks.outline import SENTENCE_ENDS
from excerpt.model import BlockKind

__all__ = ["guess_headings", "part_rank"]

MAX_HEADING_LENGTH: Final = 120
"""Characters of a heading in capitals, or of a numbered part with its title."""
MAX_TITLE_LENGTH: Final = 60
"""Characters of a title below the number of a part."""
MAX_NUMBERED_LENGTH: Final = 60
"""Characters of a numbered heading."""
MAX_IN_A_ROW: Final = 3
"""Lines in capitals that follow each other and may each be a heading; more are a list."""
MIN_OCCURRENCES: Final = 3
"""Occurrences that make a line in capitals a speaker's name or a refrain."""
MAX_CAPITALS: Final = 0.3
"""Share of a text in capitals above which they are not evidence of a heading."""

MIN_PROVISION: Final = 4
"""Words of a sentence that may be a whole article of a law."""
MAX_PROVISION_TITLE: Final = 9
"""Words of the title of an article that ends with a full stop."""
_STOPS: Final = frozenset(".!?;")
_ROMAN_NUMBER = re.compile(r"[IVXLCDM]+\.?")
_TALLY = re.compile(r":[ \t]*(?:\d[\d,. ]*|[^:\n]*\.)\Z")
"""A number, or what ends with a full stop, after a colon: `NOES: 0.`"""
_DOT_LEADER = re.compile(r"(?:\.[ \t]*){4}|[ \t]{3,}\d+\Z|\.{2,}[ \t]*\d+\Z")
"""Signs that lead to a page number in a table of contents."""
_TITLE = re.compile(r"[ \t]*(?P<separator>[.:)\]—–-]*)[ \t\xa0]*(?P<words>.*)", re.DOTALL)
# Bound once: see `BlockKind`.
_HEADING, _ITEM, _PARAGRAPH = BlockKind.HEADING, BlockKind.ITEM, BlockKind.PARAGRAPH
_RUNNING_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.NOTE})


def guess_headings(builder: BlockBuilder, layout: Lineation) -> None:
    """Turn paragraphs that look like headings into headings that are guesses.

    In a text with blank lines between all lines, a line that stands alone means nothing: only
    numbered parts are recognised.
    """
    lowest = _guess_parts(builder, layout)
    if not layout.is_double_spaced:
        _guess_capitals(builder, lowest + 1)
        _guess_numbered(builder, lowest + 1)


def _guess_parts(builder: BlockBuilder, layout: Lineation) -> int:
    """Turn numbered parts, prefaces and the like into headings; return the lowest level."""
    blocks = builder.blocks
    ranks: dict[int, int] = {}
    text = builder.text
    for index, block in enumerate(blocks):
        if (
            block.is_alone
            and block.kind is _PARAGRAPH
            and may_begin_part(text[block.start : block.end])
        ):
            rank = _part_rank(builder, index, is_double_spaced=layout.is_double_spaced)
            if rank is not None:
                ranks[index] = rank
    _leave_out_contents(builder, ranks)
    if not layout.is_double_spaced:
        _add_titles(builder, ranks)
    levels = {rank: min(level, 6) for level, rank in enumerate(sorted({*ranks.values()}), 2)}
    for index, rank in ranks.items():
        _make_heading(blocks[index], levels[rank])
    return max(levels.values(), default=1)


def part_rank(line: str) -> int | None:
    """Return the rank of the part whose heading the short text `line` is by its words, if any.

    >>> part_rank("CHAPTER VI. Pig and Pepper"), part_rank("Preface"), part_rank("Part 2 of it")
    (2, 2, None)
    """
    part = division_rank(line)
    if part is None:
        return 2 if is_titled_part(line) else None
    return part[0] if _may_be_title(part[1]) else None


def _part_rank(builder: BlockBuilder, index: int, *, is_double_spaced: bool) -> int | None:
    """Return the rank of the part whose heading the block with this index is, if it is one."""
    text, blocks = builder.text, builder.blocks
    line = builder.source_of(blocks[index])
    if (
        line[0] in "(["
        or len(line) > MAX_HEADING_LENGTH
        or line.count("\n") > 2
        or _DOT_LEADER.search(line)
    ):
        return None
    part = division_rank(line)
    if part is None:
        may_be = not is_double_spaced and index + 1 < len(blocks) and is_titled_part(line)
        return 2 if may_be and not _is_in_sentence(text, blocks, index) else None
    is_heading = _may_be_title(part[1]) and not _is_in_sentence(text, blocks, index)
    return part[0] if is_heading and not _is_whole_provision(builder, index, part[1]) else None


def _is_whole_provision(builder: BlockBuilder, index: int, title: str) -> bool:
    """Return whether the block with this index is a whole article of a law, and not its heading.

    Then it is a sentence, which is long or has no text below it.
    """
    blocks = builder.blocks
    n_words = len(title.split())
    if title.rstrip()[-1:] not in _STOPS or n_words < MIN_PROVISION:
        return False
    if not is_provision(builder.source_of(blocks[index])):
        return False
    if index + 1 == len(blocks) or n_words > MAX_PROVISION_TITLE:
        return True
    below = builder.source_of(blocks[index + 1])
    return division_rank(below[:MAX_HEADING_LENGTH]) is not None


def _may_be_title(rest: str) -> bool:
    """Return whether `rest`, which follows the number of a part, may be its title."""
    title = _TITLE.fullmatch(rest)
    if title is None:
        return False
    separator, words = title["separator"], title["words"].strip()
    if not words:
        return True
    first = words.lstrip("“\"«„¿¡'‘([—–- ")[:1]
    if not first or first.islower() or words[-1] in ",;-":
        return False
    is_sentence = words[-1] in ".!?" and not words.isupper()
    return not is_sentence or (separator.startswith(".") and "\n" not in rest)


def _is_in_sentence(text: str, blocks: Sequence[MutableBlock], index: int) -> bool:
    """Return whether a sentence runs into or out of the block with this index."""
    if index + 1 < len(blocks) and text[blocks[index + 1].start].islower():
        return True
    if not index or blocks[index - 1].kind not in _RUNNING_TEXT:
        return False
    before = blocks[index - 1]
    is_alone = before.is_alone and before.end - before.start <= MAX_HEADING_LENGTH
    return not is_alone and text[before.end - 1] in ",-"


def _leave_out_contents(builder: BlockBuilder, ranks: dict[int, int]) -> None:
    """Leave out parts that follow each other without any text: they are a table of contents."""
    run: list[int] = []
    for index in [*ranks, len(builder.blocks) + 1]:
        if run and (index != run[-1] + 1 or ranks[index] < ranks[run[0]]):
            same_rank = Counter(ranks[each] for each in run).most_common(1)[0][1]
            for each in run if same_rank >= MIN_OCCURRENCES else ():
                del ranks[each]
            run = []
        run.append(index)


def _add_titles(builder: BlockBuilder, ranks: dict[int, int]) -> None:
    """Extend the headings at the indices in `ranks` by titles that stand alone below them.

    The blocks of titles are taken into those of the headings, and `ranks` is changed accordingly.
    """
    blocks, text = builder.blocks, builder.text
    titles = {
        index + 1
        for index in ranks
        if index + 2 < len(blocks)
        and index + 1 not in ranks
        and _is_bare_part(builder.source_of(blocks[index]))
        and _is_title(text, blocks[index + 1])
    }
    if not titles:
        return
    for index in titles:
        blocks[index - 1].end = blocks[index].end
    n_before = 0
    shifted: dict[int, int] = {}
    for index in sorted({*ranks, *titles}):
        if index in titles:
            n_before += 1
        else:
            shifted[index - n_before] = ranks[index]
    ranks.clear()
    ranks.update(shifted)
    builder.blocks[:] = [block for index, block in enumerate(blocks) if index not in titles]


def _is_bare_part(line: str) -> bool:
    """Return whether `line` is a number of a part without a title."""
    part = division_rank(line)
    return part is not None and not part[1].strip(" .:")


def _is_title(text: str, block: MutableBlock) -> bool:
    """Return whether `block` is a line with the capitals of a title, and no sentence."""
    if (
        not block.is_alone
        or block.kind is not _PARAGRAPH
        or block.end - block.start > MAX_TITLE_LENGTH
    ):
        return False
    words = text[block.start : block.end].split()
    long_words = [word for word in words if len(word) > 3] or words
    n_capitals = sum(word[:1].isupper() for word in long_words)
    ends = text[block.end - 1]
    return ends not in SENTENCE_ENDS and ends not in ",-" and n_capitals * 3 >= len(long_words) * 2


def _make_heading(block: MutableBlock, level: int) -> None:
    block.kind, block.level, block.is_guess = _HEADING, min(level, 6), True


def _guess_capitals(builder: BlockBuilder, level: int) -> None:
    """Turn lines in capitals that stand alone into headings of `level`.

    The last block of a text is never a heading: capitals there are a signature.
    """
    blocks = builder.blocks
    found = [
        index
        for index, block in enumerate(blocks[:-1])
        if block.is_alone and block.kind is _PARAGRAPH and _is_in_capitals(builder, block)
    ]
    if not found or _has_many_capitals(builder):
        return
    lines = {index: builder.source_of(blocks[index]) for index in found}
    occurrences = Counter(lines.values())
    for run in _runs(found):
        for index in run if len(run) <= MAX_IN_A_ROW else ():
            line = lines[index]
            if occurrences[line] < MIN_OCCURRENCES or announces_notes(line):
                _make_heading(blocks[index], level)


def _is_in_capitals(builder: BlockBuilder, block: MutableBlock) -> bool:
    """Return whether `block` is a line of capital letters that may be a heading."""
    if block.end - block.start > MAX_HEADING_LENGTH:
        return False
    line = builder.source_of(block)
    # After a colon, or a shout, comes a speech rather than a section.
    if not line.isupper() or "\n" in line or line[-1] in ",;:!-" or line[0] in "([":
        return False
    if ":" in line and _TALLY.search(line) and division_rank(line) is None:
        return False
    n_letters = sum(map(str.isalpha, line))
    # Letters of a script without capitals are not capitals, even next to an acronym.
    are_capitals = sum(map(str.isupper, line)) * 10 >= n_letters * 9
    return are_capitals and (n_letters > 3 or _ROMAN_NUMBER.fullmatch(line) is not None)


def _has_many_capitals(builder: BlockBuilder) -> bool:
    """Return whether so much of the text is in capitals that they do not make a heading."""
    sources = [builder.source_of(block) for block in builder.blocks]
    capitals = [len(source) for source in sources if source.isupper()]
    return len(capitals) > MAX_IN_A_ROW and sum(capitals) > MAX_CAPITALS * sum(map(len, sources))


def _runs(indices: Sequence[int]) -> list[list[int]]:
    """Return `indices`, which ascend, in groups of consecutive numbers."""
    runs = [[indices[0]]]
    for before, index in pairwise(indices):
        if index == before + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _guess_numbered(builder: BlockBuilder, level: int) -> None:
    """Turn numbered lines that stand alone between paragraphs into headings (2. Of the mill)."""
    text, blocks = builder.text, builder.blocks
    for before, block, after in zip(blocks, blocks[1:], blocks[2:], strict=False):
        if (
            block.kind is _ITEM
            and block.end - block.start <= MAX_NUMBERED_LENGTH
            and after.kind is not _ITEM
            and text[block.start].isdigit()
            and not (before.kind is _ITEM and text[before.start].isdigit())
            and text[block.end - 1] not in SENTENCE_ENDS
            and text[block.end : block.end + 2] == "\n\n"
            and "\n" not in text[block.start : block.end]
        ):
            _make_heading(block, level)
