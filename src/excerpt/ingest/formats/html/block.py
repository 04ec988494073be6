"""The strings of one block of a web page → its text, with the marks, anchors and pages in it.

White space is collapsed as browsers do it, also across marks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, NamedTuple

from excerpt.ingest.formats.html.headings import Emphasis
from excerpt.ingest.formats.text_builder import LocationChange
from excerpt.model import BlockKind, Mark, Span

__all__ = ["BREAK", "Context", "Layout", "OpenHtmlBlock", "collapse", "lay_out"]

BREAK: Final = "\x0b"
"""A line break in the strings of a block: a character that HTML does not count as white space."""
_WHITE_SPACE = re.compile(r"[\t\n\r\f]+[ \t\n\r\f]*| [ \t\n\r\f]+")
"""White space that is not a single space."""
_BREAKS = re.compile(rf" ?{BREAK}[ {BREAK}]*")
_LINE_ENDS = re.compile(r"\r\n?|\f")
# Bound once: see `BlockKind`.
_PAGE, _REFERENCE, _GLOSS = BlockKind.PAGE, BlockKind.REFERENCE, BlockKind.GLOSS


class Context(NamedTuple):
    """The meaning of the open elements for the text in them.

    kind, level       of its blocks
    list_depth        number of lists around it
    region            index of the innermost region around it, 0 for none
    emphasis          of its characters
    is_tracked        True if it is in a link within a region, or emphatic
    is_centered       True if its lines are centred
    is_preformatted   True if white space is kept
    is_program        True if it is part of a program
    is_in_heading     True if block elements only break lines
    is_in_article     True if `header` and `footer` are not those of the page
    is_in_link        True if its characters count as link text
    is_in_info        True if it contains lines of metadata
    is_in_data_table  True if table cells are cells
    """

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    list_depth: int = 0
    region: int = 0
    emphasis: Emphasis = Emphasis.NONE
    is_tracked: bool = False
    is_centered: bool = False
    is_preformatted: bool = False
    is_program: bool = False
    is_in_heading: bool = False
    is_in_article: bool = False
    is_in_link: bool = False
    is_in_info: bool = False
    is_in_data_table: bool = False


@dataclass(slots=True)
class OpenHtmlBlock:
    """The block that is being read.

    inherited     the anchor before it
    anchor, page  valid at its beginning
    is_fresh      True if the anchor was set since the block before it
    is_note       True if it begins with the mark of a note
    strings       its text so far
    n_blank       strings at its beginning that are known to be white space
    changes       of anchor and page within it
    marks         index in `strings` and kind of each mark
    images        indices in `strings` of the alternative texts of images
    emphasis      index in `strings` and emphasis of each emphatic string
    insertions    finished blocks that follow it: the notes and captions in it
    """

    inherited: str = ""
    anchor: str = ""
    page: str = ""
    is_fresh: bool = False
    is_note: bool = False
    strings: list[str] = field(default_factory=list)
    n_blank: int = 0
    changes: list[LocationChange] = field(default_factory=list)
    marks: list[tuple[int, BlockKind]] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    emphasis: dict[int, Emphasis] = field(default_factory=dict)
    insertions: list[tuple["OpenHtmlBlock", Context]] = field(default_factory=list)

    def reset(self, anchor: str, page: str) -> None:
        """Make it the block after the one that it was: a new object takes three times as long."""
        self.inherited = self.anchor = anchor
        self.page = page
        self.is_fresh = self.is_note = False
        self.strings.clear()
        self.n_blank = 0
        for rare in (self.changes, self.marks, self.images, self.emphasis, self.insertions):
            if rare:
                rare.clear()

    def discard_white_space(self) -> None:
        """Remove the text, which is only white space, with its marks and the insertions."""
        self.strings.clear()
        self.marks.clear()
        self.images.clear()
        self.emphasis.clear()
        self.insertions.clear()
        self.changes = [change._replace(position=0) for change in self.changes]
        self.n_blank = 0

    def is_blank(self) -> bool:
        """Return whether there is only white space in it so far."""
        strings, n_blank = self.strings, self.n_blank
        while n_blank < len(strings) and (not strings[n_blank] or strings[n_blank].isspace()):
            n_blank += 1
        self.n_blank = n_blank
        return n_blank == len(strings)

    def least_emphasis(self) -> Emphasis:
        """Return the least emphasis of its strings, marks and white space left out of account."""
        if not self.emphasis:
            return Emphasis.NONE
        marks = {index for index, _ in self.marks}
        return min(
            self.emphasis.get(index, Emphasis.NONE)
            for index, string in enumerate(self.strings)
            if string.strip() and index not in marks
        )


class Layout(NamedTuple):
    """The text of a block, with offsets in it instead of indices.

    `n_before` marks precede the running text, and those from number `n_inside` on follow it.
    """

    text: str
    changes: list[LocationChange]
    marks: list[Mark]
    n_before: int
    n_inside: int


def collapse(text: str) -> str:
    """Return `text` with each sequence of white space as one space, and breaks as line ends."""
    is_collapsed = (
        "\n" not in text
        and "  " not in text
        and "\t" not in text
        and "\r" not in text
        and "\f" not in text
    )
    collapsed = text if is_collapsed else _WHITE_SPACE.sub(" ", text)
    return _BREAKS.sub("\n", collapsed) if BREAK in collapsed else collapsed


def lay_out(block: OpenHtmlBlock, *, is_preformatted: bool) -> Layout:
    """Return the layout of `block`.

    Page numbers before and after the running text stand on lines of their own.
    """
    if is_preformatted:
        return _BlockWriter(block, _unify_line_ends, keeps_white_space=True).write()
    if block.marks or block.changes:
        return _BlockWriter(block, collapse, keeps_white_space=False).write()
    return Layout(collapse("".join(block.strings)).strip(), [], [], 0, 0)


def _unify_line_ends(text: str) -> str:
    return _LINE_ENDS.sub("\n", text).replace(BREAK, "\n")


class _BlockWriter:
    """A writer of the text of a block, string by string.

    first, last  indices of the first and the last string of the running text
    lead, trail  indices of the last mark before the running text that does not belong to its block,
                 and of the first one after it
    """

    def __init__(
        self, block: OpenHtmlBlock, clean: Callable[[str], str], *, keeps_white_space: bool
    ) -> None:
        self._block = block
        self._clean = clean
        self._keeps_white_space = keeps_white_space
        self._parts: list[str] = []
        self._length = 0
        self._last = "" if keeps_white_space else " "
        kinds = dict(block.marks)
        running = [
            index
            for index, string in enumerate(block.strings)
            if index not in kinds and string and not string.isspace()
        ]
        end = len(block.strings)
        self._first = running[0] if running else end
        pages = [index for index, kind in block.marks if kind is _PAGE]
        self._lead = max((index for index in pages if index < self._first), default=-1)
        last = running[-1] if running else end
        self._trail = min((index for index in pages if index > last), default=end)
        if not running:
            self._lead = end

    def write(self) -> Layout:
        """Return the layout."""
        strings = self._block.strings
        changes: list[LocationChange] = []
        marks: list[Mark] = []
        n_before = n_inside = done = 0
        is_separated = False
        events: list[tuple[int, int, LocationChange | BlockKind]] = [
            (change.position, 0, change) for change in self._block.changes
        ]
        events += [(index, 1, kind) for index, kind in self._block.marks]
        for index, _, event in sorted(events, key=itemgetter(0, 1)):
            self._add("".join(strings[done:index]))
            done = index
            if index == self._trail and not is_separated:
                self._separate("\n\n")
                is_separated = True
            if isinstance(event, LocationChange):
                changes.append(event._replace(position=self._length))
                continue
            done += 1
            mark = self._add_mark(index, event)
            if mark is None:
                continue
            if event is _GLOSS and marks and self._is_parenthesis(marks[-1], mark):
                mark = Mark(Span(marks.pop().span.start, mark.span.end), event)
            marks.append(mark)
            if index <= self._lead:
                n_before = len(marks)
            if index < self._trail:
                n_inside = len(marks)
        self._add("".join(strings[done:]))
        text = "".join(self._parts).rstrip()
        changes = [change._replace(position=min(change.position, len(text))) for change in changes]
        return Layout(text, changes, marks, n_before, n_inside)

    def _is_parenthesis(self, before: Mark, mark: Mark) -> bool:
        """Return whether one of two glosses that touch is the parenthesis around the other."""
        if before.kind is not _GLOSS or before.span.end != mark.span.start:
            return False
        length = mark.span.end - before.span.start
        written = "".join(self._parts[-2:])[-length:]
        joint = len(before.span)
        return not (written[joint - 1].isalnum() and written[joint].isalnum())

    def _add(self, source: str) -> str:
        """Add and return `source`, cleaned."""
        text = self._clean(source)
        if self._last in {" ", "\n"}:
            text = text.lstrip(" \n")
        if text:
            self._parts.append(text)
            self._length += len(text)
            if not self._keeps_white_space:
                self._last = text[-1]
        return text

    def _add_mark(self, index: int, kind: BlockKind) -> Mark | None:
        """Add a mark, and return it without the white space around it."""
        start = self._length
        text = self._add(self._block.strings[index])
        stripped = text.strip()
        if index == self._lead < self._first:
            self._separate("\n\n")
        elif index < self._first and kind is _REFERENCE:
            self._separate(" ")
        if not stripped:
            return None
        start += text.index(stripped)
        return Mark(Span(start, start + len(stripped)), kind)

    def _separate(self, separator: str) -> None:
        """Separate a mark from the running text, unless white space is kept."""
        if not self._keeps_white_space:
            if self._parts and self._parts[-1].endswith(" "):
                self._parts[-1] = self._parts[-1][:-1]
                self._length -= 1
            self._parts.append(separator)
            self._length += len(separator)
            self._last = " "
