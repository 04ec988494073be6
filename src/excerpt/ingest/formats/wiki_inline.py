"""The markup of MediaWiki within a text → marks, and the stretches that are one line to a reader.

A page of a wiki is read once, from top to bottom. Templates, links and notes wait on a stack until
they are closed; those that are never closed are text, and so are those that are nested too deeply.
The time is therefore linear in the length of the page.

    [[Norway|Norwegian]]s      words   Norwegians
    12&nbsp;m<ref>A</ref>      words   12 m          note   A
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from excerpt.ingest.formats import tags
from excerpt.ingest.formats.block_builder import BlockBuilder
from excerpt.ingest.formats.entities import ENTITY
from excerpt.ingest.formats.page_tags import add_page_of_comment
from excerpt.ingest.formats.wiki_templates import (
    Parameter,
    TemplateRole,
    is_quotation,
    role_of_template,
    text_parameters,
)
from excerpt.ingest.formats.wiki_values import (
    page_label,
    ruby_parameters,
    shown_spans,
    starts_word,
)
from excerpt.model import Anchor, BlockKind, Mark, Page

__all__ = ["WikiMarkup", "read_markup"]

MAX_NESTING: Final = 40
"""Templates, links and notes within each other, as in MediaWiki."""
_TOKEN = re.compile(
    rf"""
      (?P<comment><!--)
    | (?P<raw><(?P<element>nowiki|pre|math|chem|ce|score|timeline|source|syntaxhighlight|graph|hiero
        |templatedata|mapframe|maplink|imagemap|inputbox|templatestyles|script|style)
        \b[^<>]*+>)
    | (?P<ref></?ref\b(?:[^<>"/]++|"[^"<]*+"|/(?!>))*+/?>)
    | (?P<tag>{tags.TAG})
    | (?P<entity>{ENTITY})
    | (?P<flood>\{{{{16,}}+|\}}{{16,}}+|\[{{16,}}+|\]{{16,}}+|'{{6,}}+)
    | (?P<template>\{{\{{)
    | (?P<template_end>\}}\}})
    | (?P<link>\[\[)
    | (?P<link_end>\]\])
    | (?P<external>\[(?=(?:https?:|ftps?:|mailto:|news:|irc:)?//|mailto:)[^\s\[\]<>{{}}|]++)
    | (?P<external_end>\])
    | (?P<emphasis>'{{2,3}}(?!')|'{{5}})
    | (?P<bar>\|)
    | (?P<equals>=)
    | (?P<heading>\n(?=={{2,6}}[^=\n][^\n]*=[^\S\n]*+(?:\n|\Z)))
    | (?P<blank>\n[^\S\n]*+(?=\n))
    | (?P<magic>(?-i:__[A-Z]{{3,}}__)|~{{3,5}}|^\#\w{{8,14}}(?=[ :]*\[\[))
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_TEXT_ELEMENTS: Final = frozenset({"nowiki", "pre", "source", "syntaxhighlight"})
"""Elements whose content is text without markup; that of other raw elements is markup."""
_NAMESPACE = re.compile(r"\s*:?\s*([^\W\d_][\w -]{0,30}?)\s*:", re.IGNORECASE)
_FILE: Final = frozenset(
    """
    file image datei bild fichier imagen archivo immagine ficheiro arquivo imagem bestand
    afbeelding fil plik grafika файл изображение soubor kép tiedosto αρχείο dosya
    ファイル 文件
    """.split()  # noqa: SIM905
)
_CATEGORY: Final = frozenset(
    """
    category kategorie catégorie categoría categoria categorie kategori kategoria категория
    kategória luokka κατηγορία
    カテゴリ 分类
    """.split()  # noqa: SIM905
)
_LANGUAGE = re.compile(r"\[\[(?:[a-z]{2,3}|simple|[a-z]{2,3}-[a-z-]{2,10}):[^\[\]|\n]+\]\]")
_IMAGE_OPTION = re.compile(
    r"\s*(?:thumb(?:nail)?|frame(?:d|less)?|border|left|right|cent(?:er|re)|none|baseline|middle"
    r"|sub|super|(?:text-)?(?:top|bottom)|\d*\s*(?:x\s*\d+)?\s*px|mini(?:atur)?|links|rechts"
    r"|(?:upright|hochkant|redresse)\s*=?[\d. ]*|zentriert|ohne|gerahmt|rahmenlos|vignette|gauche"
    r"|droite|centré|cadre|neant|miniatura?|miniaturadeimagen|derecha|izquierda|centro|destra"
    r"|sinistra|direita|esquerda|мини|слева|справа|центр|[a-z]{2,10}\s*=[^=]*)\s*",
    re.IGNORECASE,
)
_ALT = re.compile(r"\s*alt\s*=\s*", re.IGNORECASE)
_ANCHOR_TEMPLATE = re.compile(r"\s*(?:anchor|anker|ancre)\s*", re.IGNORECASE)
_MARKUP, _LINK, _REFERENCE = BlockKind.MARKUP, BlockKind.LINK, BlockKind.REFERENCE
_CAPTION, _NOTE = BlockKind.CAPTION, BlockKind.NOTE


@dataclass(slots=True)
class _Open:
    """Something that is still open.

    kind     "template", "link", "external" or "ref"
    start    offset of its opening sign
    end      offset after that
    n_marks  the number of marks before it
    bars     offsets of the bars in it
    equals   for each bar, offset of the first equals sign after it, -1 if there is none
    """

    kind: str
    start: int
    end: int
    n_marks: int
    bars: list[int] = field(default_factory=list)
    equals: list[int] = field(default_factory=list)


@dataclass(slots=True)
class WikiMarkup:
    """The markup of a page.

    marks     in any order
    anchors   in order
    pages     in order
    entities  spans of the entities
    solid     spans of templates, links, notes and comments that do not lie in others; a line end
              in them is no line end of the page
    boxes     for the solid spans that are boxes, the starts of their parameters
    quotes    the solid spans that are quotations
    """

    marks: list[Mark] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    entities: list[tuple[int, int]] = field(default_factory=list)
    solid: list[tuple[int, int]] = field(default_factory=list)
    boxes: dict[int, list[int]] = field(default_factory=dict)
    quotes: set[tuple[int, int]] = field(default_factory=set)


def read_markup(text: str) -> WikiMarkup:
    """Return the markup of `text`."""
    return _PageReader(text).read()


class _PageReader:
    """The state of reading a page."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._builder = BlockBuilder(text)
        self._found = WikiMarkup(self._builder.marks, self._builder.anchors, self._builder.pages)
        self._open: list[_Open] = []
        self._n_open: Counter[str] = Counter()
        self._n_ignored: Counter[str] = Counter()
        self._unclosed: set[str] = set()
        self._is_word_begun = False

    def read(self) -> WikiMarkup:
        """Read the whole page."""
        position = 0
        while token := _TOKEN.search(self._text, position):
            position = self._read_token(token)
        self._forget_open()
        return self._found

    def _mark(self, start: int, end: int, kind: BlockKind = _MARKUP) -> None:
        self._builder.add_mark(start, end, kind)

    def _read_token(self, token: re.Match[str]) -> int:
        """Read a token and return the offset at which to go on."""
        start, end = token.span()
        match token.lastgroup:
            case "comment":
                return self._read_comment(start, end)
            case "raw" | "element":
                return self._read_raw(start, end, token["element"].lower())
            case "ref":
                self._read_ref(start, end)
            case "tag":
                return tags.add_tag(self._builder, start, end, len(self._text))
            case "entity":
                self._found.entities.append((start, end))
            case "template" | "link" | "external" as kind:
                self._push(kind, start, end)
            case "link_end" if self._open and self._open[-1].kind == "external":
                self._close("external", start, start + 1)
                return start + 1
            case "template_end" | "link_end" | "external_end" as kind:
                self._close(kind.removesuffix("_end"), start, end)
            case "bar":
                if self._open:
                    self._open[-1].bars.append(start)
                    self._open[-1].equals.append(-1)
            case "equals":
                if self._open and self._open[-1].equals and self._open[-1].equals[-1] < 0:
                    self._open[-1].equals[-1] = start
            case "heading":
                # No template contains a section; one that is still open has been forgotten.
                self._forget_open()
            case "blank":
                while self._open and self._open[-1].kind in {"link", "external"}:
                    self._drop()
            case "emphasis" | "magic":
                self._mark(start, end)
        return end

    def _push(self, kind: str, start: int, end: int) -> None:
        if len(self._open) >= MAX_NESTING:
            self._n_ignored[kind] += 1
            return
        self._open.append(_Open(kind, start, end, len(self._found.marks)))
        self._n_open[kind] += 1

    def _pop(self) -> _Open:
        top = self._open.pop()
        self._n_open[top.kind] -= 1
        return top

    def _forget_open(self) -> None:
        """Close nothing that is still open: its signs are text, except for tags."""
        while self._open:
            self._drop()
        self._n_ignored.clear()

    def _drop(self) -> None:
        top = self._pop()
        if top.kind == "ref":
            self._mark(top.start, top.end)

    def _close(self, kind: str, start: int, end: int) -> None:
        """Close the last thing of this kind that is open, if it may be closed here."""
        if self._n_ignored[kind]:
            self._n_ignored[kind] -= 1
            return
        if not self._n_open[kind]:
            return
        outer = {"template", "ref"} if kind in {"link", "external"} else set()
        while self._open[-1].kind != kind:
            if self._open[-1].kind in outer:
                return
            self._drop()
        top = self._pop()
        match kind:
            case "template":
                self._close_template(top, start, end)
            case "link":
                self._close_link(top, start, end)
            case "external":
                self._close_external(top, start, end)
            case _:
                self._mark(top.start, top.end)
                self._mark(top.end, start, _NOTE)
                self._mark(start, end)
        if not self._open:
            self._found.solid.append((top.start, end))

    def _read_comment(self, start: int, end: int) -> int:
        found = -1 if "comment" in self._unclosed else self._text.find("-->", end)
        if found < 0:
            self._unclosed.add("comment")
            return end
        self._mark(start, found + 3)
        add_page_of_comment(self._builder, start, found + 3)
        if not self._open:
            self._found.solid.append((start, found + 3))
        return found + 3

    def _read_raw(self, start: int, end: int, element: str) -> int:
        """Add the marks of an element whose content has no markup, and return the end of it."""
        text = self._text
        if text[end - 2] == "/":
            self._mark(start, end)
            return end
        closing = None
        if element not in self._unclosed:
            closing = re.compile(rf"</{element}\s*>", re.IGNORECASE).search(text, end)
        if closing is None:
            self._unclosed.add(element)
            self._mark(start, end)
            return end
        if element in _TEXT_ELEMENTS:
            self._mark(start, end)
            self._mark(*closing.span())
            entities = re.compile(ENTITY, re.VERBOSE).finditer(text, end, closing.start())
            self._found.entities += [entity.span() for entity in entities]
        else:
            self._mark(start, closing.end())
            if not self._open:
                self._found.solid.append((start, closing.end()))
        return closing.end()

    def _read_ref(self, start: int, end: int) -> None:
        if self._text[end - 2] == "/":
            self._mark(start, end, _REFERENCE)
        elif self._text[start + 1] == "/" and not self._n_open["ref"]:
            self._mark(start, end)
        elif self._text[start + 1] == "/":
            self._close("ref", start, end)
        else:
            self._push("ref", start, end)

    def _close_external(self, top: _Open, start: int, end: int) -> None:
        """Add the marks of `[http://example.org text]`."""
        if self._text[top.end : start].strip():
            self._mark(top.start, top.end, _LINK)
            self._mark(start, end)
        else:
            self._mark(top.start, end, _LINK)

    def _close_link(self, top: _Open, start: int, end: int) -> None:
        """Add the marks of `[[target|text]]`."""
        text = self._text
        last = top.bars[0] if top.bars else start
        found = _NAMESPACE.match(text, top.end, last)
        namespace = found.group(1).lower() if found else ""
        is_shown = text[top.end : top.end + 1] != ":"
        if is_shown and namespace in _CATEGORY:
            self._replace(top, end)
        elif is_shown and namespace in _FILE:
            self._close_file(top, start, end)
        elif top.bars:
            self._mark(top.start, last + 1, _LINK)
            self._mark(start, end)
        elif _LANGUAGE.fullmatch(text, top.start, end) and self._is_block(top.start, end):
            self._mark(top.start, end, _LINK)
        else:
            self._mark(top.start, top.end)
            self._mark(start, end)

    def _replace(self, top: _Open, end: int, kind: BlockKind = _MARKUP) -> None:
        """Make all from the opening sign of `top` to `end` one mark."""
        del self._found.marks[top.n_marks :]
        self._mark(top.start, end, kind)

    def _close_file(self, top: _Open, start: int, end: int) -> None:
        """Add the marks of a picture: its last parameter is a caption, unless it is an option."""
        if not top.bars:
            self._mark(top.start, end, _LINK)
            return
        ends = [*top.bars[1:], start]
        captions = []
        for number, (bar, last) in enumerate(zip(top.bars, ends, strict=True)):
            if alt := _ALT.match(self._text, bar + 1, last):
                captions.append((alt.end(), last))
            elif number == len(ends) - 1 and not _IMAGE_OPTION.fullmatch(self._text, bar + 1, last):
                captions.append((bar + 1, last))
        self._keep(top, end, captions, _CAPTION)

    def _keep(
        self,
        top: _Open,
        end: int,
        kept: list[tuple[int, int]],
        inset: BlockKind | None = None,
        cuts: Sequence[int] = (),
    ) -> None:
        """Make all from the opening sign of `top` to `end` markup, except for stretches of text.

        Each of the stretches `kept` is a note or caption if `inset` is given. At each of the
        `cuts`, a mark ends and another one begins.
        """
        text, marks = self._text, self._found.marks
        inner = marks[top.n_marks :]
        del marks[top.n_marks :]
        number = 0
        inner.sort()
        for first, last in kept:
            while number < len(inner) and inner[number].span.start < last:
                if inner[number].span.start >= first and inner[number].span.end <= last:
                    marks.append(inner[number])
                number += 1
        position = top.start
        for first, last in kept:
            is_between_words = text[position - 1].isalnum() and text[first : first + 1].isalnum()
            # The bar between two words keeps them apart.
            is_bar_kept = is_between_words and position > top.start and not cuts
            self._mark_parts(position + is_bar_kept, first, cuts)
            if inset:
                self._mark(first, last, inset)
            position = last
        self._mark_parts(position, end, cuts)

    def _mark_parts(self, start: int, end: int, cuts: Sequence[int]) -> None:
        for cut in cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]:
            self._mark(start, cut)
            start = cut
        self._mark(start, end)

    def _is_block(self, start: int, end: int) -> bool:
        """Return whether the text from `start` to `end` has its lines for itself."""
        text = self._text
        line = text[max(0, start - 20) : start].rpartition("\n")
        rest = text[end : end + 20].partition("\n")
        is_first = (bool(line[1]) or start < 20) and not line[2].strip()
        return is_first and (bool(rest[1]) or end + 20 > len(text)) and not rest[0].strip()

    def _close_template(self, top: _Open, start: int, end: int) -> None:
        """Add the marks of a template by its name."""
        text = self._text
        name = text[top.end : top.bars[0] if top.bars else start]
        parameters = list(self._parameters(top, start))
        if len(name) > 200:
            name = ""
        elif name[:8].lower() == "#tag:ref":
            parameters, name = parameters[:1], "#tag:ref"
        n_named = sum(parameter.name != "" for parameter in parameters)
        is_block = not self._open and self._is_block(top.start, end)
        role = role_of_template(name, n_named, is_block=is_block)
        kept = [(each.start, each.end) for each in text_parameters(name, parameters)]
        if _ANCHOR_TEMPLATE.fullmatch(name):
            for parameter in parameters:
                value = text[parameter.start : parameter.end].strip().replace(" ", "_")
                self._found.anchors.append(Anchor(top.start, value))
        match role:
            case TemplateRole.TEXT if kept:
                self._keep(top, end, kept)
                if is_block and is_quotation(name):
                    self._found.quotes.add((top.start, end))
            case TemplateRole.NOTE if kept:
                self._keep(top, end, kept)
                self._mark(kept[0][0], kept[-1][1], _NOTE)
            case TemplateRole.BOX:
                self._keep(top, end, kept, cuts=top.bars)
                self._found.boxes[top.start] = top.bars
            case TemplateRole.REFERENCE:
                self._replace(top, end, _REFERENCE)
            case _:
                self._close_other(top, start, end, parameters)

    def _close_other(self, top: _Open, start: int, end: int, parameters: list[Parameter]) -> None:
        """Add the marks of a template whose values are shown unless its name tells otherwise."""
        text = self._text
        name_end = top.bars[0] if top.bars else start
        name = text[top.end : min(name_end, top.end + 200)]
        if label := page_label(text, name, parameters):
            self._replace(top, end, BlockKind.PAGE)
            self._found.pages.append(Page(top.start, label))
            return
        if ruby := ruby_parameters(name, parameters):
            base, gloss = ruby
            self._keep(top, end, [(base.start, base.end), (gloss.start, gloss.end)])
            self._mark(base.end, gloss.start)
            self._mark(gloss.start, gloss.end, BlockKind.GLOSS)
            return
        kept = list(shown_spans(text, top.end, name_end, parameters, is_in_two=self._is_word_begun))
        self._is_word_begun = self._is_word_begun or starts_word(name)
        if kept:
            self._keep(top, end, kept)
        else:
            self._replace(top, end)

    def _parameters(self, top: _Open, end: int) -> Iterator[Parameter]:
        """Yield the parameters of a template, with values without white space around them."""
        ends = [*top.bars[1:], end] if top.bars else []
        for bar, equals, last in zip(top.bars, top.equals, ends, strict=True):
            has_name = 0 <= equals < last and equals - bar < 60
            first = equals + 1 if has_name else bar + 1
            value = self._text[first:last].rstrip()
            first += len(value) - len(value.lstrip())
            name = self._text[bar + 1 : equals].strip().lower() if has_name else ""
            if value.strip():
                yield Parameter(name, first, first + len(value.lstrip()))
