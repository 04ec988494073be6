"""A text with inline marks → the running text, as if the marks were not there.

Marks are replaced by characters that no word contains, one for one, so that every offset stays as
it is. Words, sentences and line breaks can then be found by the same rules as in any other text:

    Jeru<25>salem      a mark within a word becomes characters that are ignored in words
    com-[p. 12]mon     a page that begins after a hyphen becomes a line break
    treaty[2] of       any other mark becomes spaces
    one<br>two         so does a tag or template that separates words
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.model import INSETS, BlockKind, Mark, Passage
from excerpt.text.characters import LINE_END_HYPHENS

__all__ = ["IGNORED", "running_text", "text_of_blocks", "unmarked_lines", "without_marks"]

IGNORED: Final = "\u2060"
"""The word joiner, which is ignored in words: it stands for a mark within a word."""
_SEPARATES: Final = INSETS | {BlockKind.REFERENCE}
"""Kinds of marks that stand between two words, never within one."""
_SEPARATOR: Final = (
    "(?i:"
    r"<[/!]?(?:br|hr|p|div|li|ul|ol|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|td|th|h[1-6]"
    r"|blockquote|pre|section|article|figure|figcaption|center|img)\b"
    r"|\{\{\s*(?:nbsp|nnbsp|thinsp|hair ?space|spaces?|snds?|spnd|dash|[–—·•|]|\\)"
    ")"
)
"""Markup between words: a line break, the tag of a block, or a template for a space."""
_NOT_SPACE: Final = re.compile(r"\S")
_BREAKS_LINE: Final = frozenset({BlockKind.PAGE, BlockKind.BOILERPLATE})


def running_text(text: str, marks: Sequence[Mark], start: int = 0) -> str:
    """Return `text` with its `marks` blanked out; it has the same length.

    Arguments:
        text: a text, or a part of it.
        marks: the marks in it, ascending; they may overlap. Those outside of it are cut off.
        start: the offset of the part, from which the spans of the marks are counted.
    """
    if not marks:
        return text
    parts: list[str] = []
    done = 0
    for begin, end, kinds in _groups(marks, start, start + len(text)):
        parts += (text[done:begin], _substitute(text, begin, end, kinds))
        done = end
    parts.append(text[done:])
    return "".join(parts)


def text_of_blocks(text: str, passage: Passage) -> str:
    """Return the `text` of a passage with everything outside of its blocks blanked out.

    Its marks are blanked out, too. Between two blocks there may be a page number or a running
    header, which belongs to another passage.
    """
    start = passage.span.start
    running = running_text(text, passage.marks, start)
    parts: list[str] = []
    done = 0
    for block in passage.blocks:
        begin, end = max(done, block.span.start - start), block.span.end - start
        parts += (_NOT_SPACE.sub(" ", running[done:begin]), running[begin:end])
        done = max(done, end)
    return "".join([*parts, _NOT_SPACE.sub(" ", running[done:])])


def _is_separator(markup: str) -> bool:
    # Compiled when it is first needed: a search of a text without marks does not need it.
    return re.search(_SEPARATOR, markup) is not None


def without_marks(text: str, marks: Sequence[Mark], start: int = 0) -> str:
    """Return the words of `text`, with its `marks` taken out and single spaces between them.

    The arguments are those of `running_text`.

    >>> from excerpt.model import Span
    >>> without_marks("The [mill](m.md)!", [Mark(Span(4, 5), BlockKind.MARKUP),
    ...                                     Mark(Span(9, 16), BlockKind.LINK)])
    'The mill!'
    """
    return " ".join(unmarked_lines(text, marks, start).split())


def unmarked_lines(text: str, marks: Sequence[Mark], start: int = 0) -> str:
    """Return `text` with its `marks` taken out and its white space; see `without_marks`."""
    parts: list[str] = []
    done = 0
    for begin, end, kinds in _groups(marks, start, start + len(text)):
        between = " " if text[begin:end].isspace() else _substitute(text, begin, end, kinds)[:1]
        is_between_words = text[begin - 1 : begin].isalnum() and text[end : end + 1].isalnum()
        parts += (text[done:begin], between if is_between_words and between != IGNORED else "")
        done = end
    parts.append(text[done:])
    return "".join(parts)


def _groups(
    marks: Sequence[Mark], start: int, stop: int
) -> Iterator[tuple[int, int, set[BlockKind]]]:
    """Yield start, end and kinds of the marks in a part; those that touch or overlap become one."""
    begin = end = -1
    kinds: set[BlockKind] = set()
    for span, kind in marks:
        first, last = max(span.start, start) - start, min(span.end, stop) - start
        if first >= last:
            continue
        if kinds and first <= end:
            end = max(end, last)
            kinds.add(kind)
            continue
        if kinds:
            yield begin, end, kinds
        begin, end, kinds = first, last, {kind}
    if kinds:
        yield begin, end, kinds


def _substitute(text: str, begin: int, end: int, kinds: set[BlockKind]) -> str:
    """Return the substitute for the marks from `begin` to `end`."""
    before, after = text[begin - 1 : begin], text[end : end + 1]
    length = end - begin
    is_in_word = before.isalnum() and after.isalnum() and kinds.isdisjoint(_SEPARATES)
    if is_in_word and not _is_separator(text[begin:end]):
        return IGNORED * length
    if before in LINE_END_HYPHENS and after.isalpha() and kinds <= _BREAKS_LINE:
        return "\n" + " " * (length - 1)
    return " " * length
