r"""The inline markup of Markdown → marks in the blocks of a text.

Emphasis, links, images, code, notes, tags and the like remain in the text as they were typed, and a
mark for each stretch of markup lets the words go on across it:

    **ver**y [old mill](mill.md "A mill")s      words   very old mills
    marks    **  **  [  ](mill.md "A mill")

markdown-it parses the blocks, but not this: its inline tokens have no positions in the source. One
regular expression finds what may be markup, and only that is examined. The time is linear: brackets
and signs of emphasis wait on stacks for their partners, and no pattern can run past the next sign
that begins it. The dialects of GitHub, pandoc, kramdown and Obsidian are read at once, because a
file does not tell which one it is in.
"""

import re
from bisect import bisect_left
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Final

from markdown_it.common.utils import normalizeReference

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.entities import ENTITY
from excerpt.ingest.formats.markup import tags
from excerpt.ingest.formats.markup.emphasis import EmphasisReader
from excerpt.ingest.formats.markup.page_tags import add_page_of_comment, page_of_attributes
from excerpt.model import Anchor, BlockKind, Page

__all__ = ["MarkdownInline"]

MAX_LABEL: Final = 999
"""Characters of a link label."""
MAX_OPEN: Final = 2000
"""Brackets that wait for their partners at a time."""
MAX_MARKER: Final = 40
"""Characters of a list marker and the signs of quotes before it."""
_RAISED: Final = (
    r"\^(?:\[(?:\\?[\[(])?(?:\d{1,3}|[*†‡§])(?:\\?[\])])?\]\(\#[^()\s]{0,200}+\)"
    r"|(?:\\?\[)?\d{1,3}(?:\\?\])?)\^(?!\^)"
)
"""A note mark in superscript of pandoc, perhaps with a link."""
_TOKEN = re.compile(
    rf"""
      (?P<typed>\\\[(?:\d{{1,3}}|[*†‡§])\\\])
    | (?P<escape>\\(?:[!-/:-@\[-`{{-~]|(?=\n)))
    | (?P<code>`++)
    | (?P<comment><!--)
    | (?P<raised>{_RAISED})
    | (?P<link><(?:[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^\s<>]*+|[\w.+-]++@[\w-]+(?>\.[\w-]+)++)>)
    | (?P<tag>{tags.TAG})
    | (?P<entity>{ENTITY})
    | (?P<wiki>!?\[\[(?P<target>[^\[\]|\n]++)(?P<bar>\|)?(?P<alias>[^\[\]\n]*+)\]\](?![(\[:]))
    | (?P<flood>\[{{20,}}+|\]{{20,}}+)
    | (?P<open>!?\[|\^\[)
    | (?P<close>\])
    | (?P<script>(?P<sign>(?<![\^~])[\^~])(?![\s\^~])[^\s\^~]{{1,40}}(?P=sign)(?![\^~]))
    | (?P<emphasis>\*++|_++|~++|=++)
    | (?P<attributes>\{{[:.\#][^{{}}\n]*+\}}|\{{%[^%\n]*+%\}}|\{{\{{[^{{}}\n]*+\}}\}})
    | (?P<prefix>^[^\S\n]*+>(?>[^\S\n]*+>)*+)
    | (?P<fence>^:{{3,}}+[^\n]*+)
    """,
    re.VERBOSE | re.MULTILINE,
)
_TAG_TOKEN = re.compile(
    rf"(?P<comment><!--)|(?P<tag>{tags.TAG}|<[?!][A-Za-z\[][^<>]*+>)|(?P<entity>{ENTITY})",
    re.VERBOSE,
)
_TARGET = re.compile(
    r"""\(\s*+(?:<[^<>\n]*+>|(?>\\.|[^\s()\\]|\((?>\\.|[^\s()\\]|\([^\s()]*+\))*+\))*+)
    (?>\s++(?:"(?>\\.|[^"\\])*+"|'(?>\\.|[^'\\])*+'|\([^()]*+\)))?+\s*+\)""",
    re.VERBOSE | re.DOTALL,
)
"""The target of a link, and its title."""
_LABEL = re.compile(rf"\[([^\[\]]{{0,{MAX_LABEL}}})\]")
_ATTRIBUTES = re.compile(r"\{[:.#]?[^{}\n]*\}")
_CLASS = re.compile(r"(?<=[\s{])\.([\w-]+)")
_NAME = re.compile(r"(?<=[\s{:])\#([^\s{}]+)")
_FOOTNOTE = re.compile(r"\^[^\]\s\[]+")
_CITATION = re.compile(r"[^\[\]@]{0,200}(?<!\w)-?@[\w{]")
_NOTE_TEXT = re.compile(r"\W*(?:\d{1,3}|[*†‡§↩⏎^])\W*")
"""The text of a link to a note, or back from it."""
_TASK = re.compile(r"[ xX]|![A-Z]{3,12}[+-]?|TOC|_TOC_|toc")
"""The sign of a task, of a callout, or for a table of contents, in brackets at the beginning."""
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)\s*(?:#.*)?$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]{1,2}")
_MARKUP, _LINK, _REFERENCE = BlockKind.MARKUP, BlockKind.LINK, BlockKind.REFERENCE
_CAPTION, _NOTE = BlockKind.CAPTION, BlockKind.NOTE


@dataclass(slots=True)
class _Bracket:
    """An opening bracket whose partner is still sought, and whether others opened after it."""

    start: int
    end: int
    has_inner: bool = False


@dataclass(slots=True)
class MarkdownInline:
    """A reader of the blocks of `builder`, which adds their marks.

    builder     the text, its blocks and its marks
    references  the labels of the link definitions, as markdown-it normalizes them
    notes       the labels of the footnotes
    entities    the spans of the entities found so far, which are to be replaced in the text
    code        the spans of code found so far
    """

    builder: BlockBuilder
    references: Container[str] = frozenset()
    notes: Container[str] = frozenset()
    entities: list[tuple[int, int]] = field(default_factory=list)
    code: list[tuple[int, int]] = field(default_factory=list)

    def read(self, start: int, end: int) -> None:
        """Add the marks in the text from `start` to `end`, which is a block or a cell."""
        _Reader(self, start, end).read()

    def read_html(self, start: int, end: int) -> None:
        """Add the marks of tags and comments only, as in a block of HTML."""
        text, position = self.builder.text, start
        while token := _TAG_TOKEN.search(text, position, end):
            position = self.read_tag_token(token, end)

    def read_tag_token(self, token: re.Match[str], limit: int) -> int:
        """Add the mark of a comment, tag or entity, and return the offset at which to go on."""
        start, end = token.span()
        match token.lastgroup:
            case "comment":
                found = self.builder.text.find("-->", end, limit)
                end = found + 3 if found >= 0 else limit
                self.builder.add_mark(start, end, _MARKUP)
                add_page_of_comment(self.builder, start, end)
            case "entity":
                self.entities.append((start, end))
            case _:
                if token.group()[1] in "?!":
                    self.builder.add_mark(start, end, _MARKUP)
                else:
                    end = tags.add_tag(self.builder, start, end, limit)
        return end


class _Reader:
    """The state of reading one stretch of text."""

    def __init__(self, inline: MarkdownInline, start: int, end: int) -> None:
        self._inline, self._builder = inline, inline.builder
        self._text, self._start, self._end = inline.builder.text, start, end
        self._emphasis = EmphasisReader(self._text, start, end)
        self._brackets: list[_Bracket] = []
        self._ticks: dict[int, list[int]] | None = None
        self._may_end_comment = True

    def read(self) -> None:
        """Add the marks of the whole stretch."""
        position = self._start
        while token := _TOKEN.search(self._text, position, self._end):
            position = self._read_token(token)

    def _mark(self, start: int, end: int, kind: BlockKind = _MARKUP) -> None:
        self._builder.add_mark(start, end, kind)

    def _read_token(self, token: re.Match[str]) -> int:
        """Add the marks of a token, and return the offset at which to go on."""
        start, end = token.span()
        match token.lastgroup:
            case "typed" | "raised":
                self._read_typed_reference(start, end)
            case "escape":
                self._mark(start, start + 1)
            case "code":
                return self._read_code(start, end)
            case "link":
                self._mark(start, end, _LINK)
            case "flood":
                self._brackets.clear()
            case "comment" if not self._has_comment_end(end):
                return start + 1
            case "comment" | "tag" | "entity":
                return self._inline.read_tag_token(token, self._end)
            case "wiki":
                self._read_wiki_link(token)
            case "open":
                self._open_bracket(start, end)
            case "close":
                return self._close_bracket(start, end)
            case "emphasis":
                for first, last in self._emphasis.read(start, end):
                    self._mark(first, last)
            case "script":
                self._mark(start, start + 1)
                self._mark(end - 1, end)
            case _:
                self._mark(start, end)
        return end

    def _read_typed_reference(self, start: int, end: int) -> None:
        """Add the mark of a number in brackets or superscript: a note mark after a word."""
        text = self._text
        is_after_text = start > self._start and not text[start - 1].isspace()
        is_power = "[" not in text[start:end] and not tags.is_after_word(text, start)
        if is_after_text and not is_power:
            self._mark(start, end, _REFERENCE)
        elif text[start] == "^":
            self._mark(start, start + 1)
            self._mark(end - 1, end)
        else:
            self._mark(start, start + 1)
            self._mark(end - 2, end - 1)

    def _has_comment_end(self, start: int) -> bool:
        """Return whether a comment that begins before `start` ends; if not, no later one does."""
        self._may_end_comment = self._may_end_comment and (
            self._text.find("-->", start, self._end) >= 0
        )
        return self._may_end_comment

    def _open_bracket(self, start: int, end: int) -> None:
        if self._brackets:
            self._brackets[-1].has_inner = True
        if len(self._brackets) >= MAX_OPEN:
            del self._brackets[: MAX_OPEN // 2]
        self._brackets.append(_Bracket(start, end))

    def _read_code(self, start: int, end: int) -> int:
        """Add the marks of a code span, if it ends, and return the offset after it."""
        if self._ticks is None:
            self._ticks = {}
            for run in re.finditer("`+", self._text[start : self._end]):
                self._ticks.setdefault(len(run.group()), []).append(start + run.start())
        starts = self._ticks.get(end - start, [])
        number = bisect_left(starts, end)
        if number == len(starts):
            return end
        closing = starts[number]
        self._mark(start, end)
        self._mark(closing, closing + end - start)
        self._inline.code.append((end, closing))
        return closing + end - start

    def _read_wiki_link(self, token: re.Match[str]) -> None:
        start, end = token.span()
        first, last = token.span("target")
        is_image = token.group()[0] == "!" and _IMAGE.search(token["target"]) is not None
        if token["target"].startswith("_TOC_"):
            self._mark(start, end)
        elif token["bar"]:
            self._mark(start, last + 1, _LINK)
            if is_image:
                self._mark(last + 1, end - 2, _CAPTION)
            self._mark(end - 2, end)
        elif is_image:
            self._mark(start, end, _LINK)
        else:
            self._mark(start, first)
            self._mark(end - 2, end)

    def _close_bracket(self, start: int, end: int) -> int:
        """Add the marks of a link, note or the like that ends with the bracket at `start`."""
        if not self._brackets:
            return end
        bracket = self._brackets.pop()
        text = self._text
        sign = text[bracket.start : bracket.end]
        if sign == "^[":
            self._mark(bracket.start, bracket.end)
            self._mark(bracket.end, start, _NOTE)
            self._mark(start, end)
            return end
        if target := _TARGET.match(text, end, self._end):
            return self._add_link(bracket, start, target.end())
        is_label = not bracket.has_inner and start - bracket.end <= MAX_LABEL
        content = text[bracket.end : start] if is_label else ""
        if second := _LABEL.match(text, end, self._end):
            label = second.group(1) or content
            if self._is_reference(label):
                return self._add_link(bracket, start, second.end())
        if is_label and self._is_reference(content):
            return self._add_link(bracket, start, end)
        if sign == "[" and content:
            return self._read_content(bracket, start, end, content)
        is_empty = sign == "[" and start == bracket.end
        if is_empty and (attributes := _ATTRIBUTES.match(text, end, self._end)):
            return self._read_attributes(bracket, start, attributes)
        return end

    def _read_attributes(self, bracket: _Bracket, start: int, attributes: re.Match[str]) -> int:
        """Add the marks of `[text]{.class #name}`, which may be a page number."""
        end = attributes.end()
        if id_ := _NAME.search(attributes[0]):
            self._builder.anchors.append(Anchor(bracket.start, id_.group(1)))
        label = page_of_attributes(
            " ".join(_CLASS.findall(attributes[0])),
            id_.group(1) if id_ else "",
            self._text[bracket.end : start],
        )
        if label:
            self._builder.pages.append(Page(bracket.start, label))
            self._mark(bracket.start, end, BlockKind.PAGE)
        else:
            self._mark(bracket.start, bracket.end)
            self._mark(start, end)
        return end

    def _is_reference(self, label: str) -> bool:
        return bool(label.strip()) and normalizeReference(label) in self._inline.references

    def _read_content(self, bracket: _Bracket, start: int, end: int, content: str) -> int:
        """Add the marks of brackets that mean something because of their content."""
        is_note = _FOOTNOTE.fullmatch(content) and (
            content[1:].isdigit() or content[1:] in self._inline.notes
        )
        if is_note or _CITATION.match(content):
            end += self._text[end : end + 1] == ":"
            self._mark(bracket.start, end, _REFERENCE)
        elif (attributes := _ATTRIBUTES.match(self._text, end, self._end)) and len(
            attributes[0]
        ) > 2:
            return self._read_attributes(bracket, start, attributes)
        elif _TASK.fullmatch(content) and not self._has_words_before(bracket.start):
            self._mark(bracket.start, end)
        return end

    def _has_words_before(self, offset: int) -> bool:
        """Return whether more than a list marker or signs of quotes precede `offset` in a line."""
        before = self._text[max(self._start, offset - MAX_MARKER) : offset].rpartition("\n")
        if not before[1] and offset - self._start > MAX_MARKER:
            return True
        return re.sub(r"\d{1,9}[.)]", "", before[2]).strip(" \t>*+-") != ""

    def _add_link(self, bracket: _Bracket, start: int, end: int) -> int:
        """Add the marks of a link whose text ends at `start` and whose target ends at `end`."""
        text = self._text
        content, target = (bracket.end, start), text[start:end]
        if "action=edit" in target:
            # Wikipedia shows it in brackets of its own.
            is_bracketed = (
                text[bracket.start - 1 : bracket.start] == "[" and text[end : end + 1] == "]"
            )
            if is_bracketed and self._brackets:
                self._brackets.pop()
                self._mark(bracket.start - 1, end + 1)
                return end + 1
            self._mark(bracket.start, end)
            return end
        is_to_note = target.startswith("](#") and start - bracket.end < MAX_LABEL
        if is_to_note and _NOTE_TEXT.fullmatch(text, *content):
            self._mark(bracket.start, end, _REFERENCE)
            return end
        self._mark(bracket.start, bracket.end)
        self._mark(start, end, _LINK)
        # A drop capital is a letter of the word after it.
        is_letter = _LETTER.fullmatch(text, *content) and text[end : end + 1].islower()
        if text[bracket.start] == "!" and not is_letter:
            self._mark(*content, _CAPTION)
        if attributes := _ATTRIBUTES.match(text, end, self._end):
            self._mark(*attributes.span())
            return attributes.end()
        return end
