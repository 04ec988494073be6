"""Templates, links and notes of MediaWiki that have been closed → their marks in a page.

Each leaves some of its text in the running text, `[[Norway|Norwegian]]` its last word. All else
becomes marks: of markup, of the targets of links, of pages, and of notes and captions.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.html.roles import split_names
from excerpt.ingest.formats.markup.wiki_templates import (
    Parameter,
    TemplateRole,
    is_quotation,
    normalized,
    role_of_template,
    text_parameters,
)
from excerpt.ingest.formats.markup.wiki_values import (
    page_label,
    ruby_parameters,
    shown_spans,
    starts_word,
)
from excerpt.model import Anchor, BlockKind, Page

__all__ = ["OpenSign", "WikiMarkAdder", "WikiMarkup"]

_NAMESPACE = re.compile(r"\s*:?\s*([^\W\d_][\w -]{0,30}?)\s*:", re.IGNORECASE)
_FILE: Final = split_names(
    """
    file image datei bild fichier imagen archivo immagine ficheiro arquivo imagem bestand
    afbeelding fil plik grafika файл изображение soubor kép tiedosto αρχείο dosya
    ファイル 文件
    """
)
_CATEGORY: Final = split_names(
    """
    category kategorie catégorie categoría categoria categorie kategori kategoria категория
    kategória luokka κατηγορία
    カテゴリ 分类
    """
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
_ANCHORS: Final = frozenset({"anchor", "anker", "ancre"})
_MARKUP, _LINK, _REFERENCE = BlockKind.MARKUP, BlockKind.LINK, BlockKind.REFERENCE
_CAPTION, _NOTE = BlockKind.CAPTION, BlockKind.NOTE


@dataclass(slots=True)
class OpenSign:
    """The opening sign of a template, link or note whose closing sign is still sought.

    kind     "template", "link", "external" or "ref"
    start    its offset
    end      the offset after it
    n_marks  the number of marks before it
    bars     the offsets of the bars after it
    equals   for each bar, the offset of the first equals sign after it, -1 if there is none
    """

    kind: str
    start: int
    end: int
    n_marks: int
    bars: list[int] = field(default_factory=list)
    equals: list[int] = field(default_factory=list)


@dataclass(slots=True)
class WikiMarkup:
    """The markup of a page, except for its marks, anchors and pages.

    entities  spans of the entities
    solid     spans of templates, links, notes and comments that do not lie in others; line ends in
              them do not count as line ends of the page
    boxes     for the solid spans that are boxes, the starts of their parameters
    quotes    the solid spans that are quotations
    """

    entities: list[tuple[int, int]] = field(default_factory=list)
    solid: list[tuple[int, int]] = field(default_factory=list)
    boxes: dict[int, list[int]] = field(default_factory=dict)
    quotes: set[tuple[int, int]] = field(default_factory=set)


class WikiMarkAdder:
    """A writer that adds the marks of what has been closed to a builder, the rest to the markup."""

    def __init__(self, builder: BlockBuilder, markup: WikiMarkup) -> None:
        self._text = builder.text
        self._builder = builder
        self._markup = markup
        self._is_word_begun = False

    def mark(self, start: int, end: int, kind: BlockKind = _MARKUP) -> None:
        """Add a mark from `start` to `end`."""
        self._builder.add_mark(start, end, kind)

    def close(self, top: OpenSign, start: int, end: int, *, is_outermost: bool) -> None:
        """Add the marks from `top` to its closing sign, which is from `start` to `end`."""
        match top.kind:
            case "template":
                self._close_template(top, start, end, is_outermost=is_outermost)
            case "link":
                self._close_link(top, start, end)
            case "external":
                self._close_external(top, start, end)
            case _:
                self.mark(top.start, top.end)
                self.mark(top.end, start, _NOTE)
                self.mark(start, end)

    def _close_external(self, top: OpenSign, start: int, end: int) -> None:
        """Add the marks of `[http://example.org text]`."""
        if self._text[top.end : start].strip():
            self.mark(top.start, top.end, _LINK)
            self.mark(start, end)
        else:
            self.mark(top.start, end, _LINK)

    def _close_link(self, top: OpenSign, start: int, end: int) -> None:
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
            self.mark(top.start, last + 1, _LINK)
            self.mark(start, end)
        elif _LANGUAGE.fullmatch(text, top.start, end) and self._is_block(top.start, end):
            self.mark(top.start, end, _LINK)
        else:
            self.mark(top.start, top.end)
            self.mark(start, end)

    def _replace(self, top: OpenSign, end: int, kind: BlockKind = _MARKUP) -> None:
        """Make all from the opening sign of `top` to `end` one mark."""
        del self._builder.marks[top.n_marks :]
        self.mark(top.start, end, kind)

    def _close_file(self, top: OpenSign, start: int, end: int) -> None:
        """Add the marks of a picture: its last parameter is a caption, unless it is an option."""
        if not top.bars:
            self.mark(top.start, end, _LINK)
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
        top: OpenSign,
        end: int,
        kept: list[tuple[int, int]],
        inset: BlockKind | None = None,
        cuts: Sequence[int] = (),
    ) -> None:
        """Make all from the opening sign of `top` to `end` markup, except for stretches of text.

        Each of the stretches `kept` is a note or caption if `inset` is given. At each of the
        `cuts`, a mark ends and another one begins.
        """
        text, marks = self._text, self._builder.marks
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
                self.mark(first, last, inset)
            position = last
        self._mark_parts(position, end, cuts)

    def _mark_parts(self, start: int, end: int, cuts: Sequence[int]) -> None:
        for cut in cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]:
            self.mark(start, cut)
            start = cut
        self.mark(start, end)

    def _is_block(self, start: int, end: int) -> bool:
        """Return whether the text from `start` to `end` has its lines for itself."""
        text = self._text
        line = text[max(0, start - 20) : start].rpartition("\n")
        rest = text[end : end + 20].partition("\n")
        is_first = (bool(line[1]) or start < 20) and not line[2].strip()
        return is_first and (bool(rest[1]) or end + 20 > len(text)) and not rest[0].strip()

    def _close_template(self, top: OpenSign, start: int, end: int, *, is_outermost: bool) -> None:
        """Add the marks of a template by its name."""
        text = self._text
        name = text[top.end : top.bars[0] if top.bars else start]
        parameters = list(self._parameters(top, start))
        if len(name) > 200:
            name = ""
        elif name[:8].lower() == "#tag:ref":
            parameters, name = parameters[:1], "#tag:ref"
        n_named = sum(parameter.name != "" for parameter in parameters)
        is_block = is_outermost and self._is_block(top.start, end)
        role = role_of_template(name, n_named, is_block=is_block)
        kept = [(each.start, each.end) for each in text_parameters(name, parameters)]
        if normalized(name) in _ANCHORS:
            for parameter in parameters:
                value = text[parameter.start : parameter.end].strip().replace(" ", "_")
                self._builder.anchors.append(Anchor(top.start, value))
        match role:
            case TemplateRole.TEXT if kept:
                self._keep(top, end, kept)
                if is_block and is_quotation(name):
                    self._markup.quotes.add((top.start, end))
            case TemplateRole.NOTE if kept:
                self._keep(top, end, kept)
                self.mark(kept[0][0], kept[-1][1], _NOTE)
            case TemplateRole.BOX:
                self._keep(top, end, kept, cuts=top.bars)
                self._markup.boxes[top.start] = top.bars
            case TemplateRole.REFERENCE:
                self._replace(top, end, _REFERENCE)
            case _:
                self._close_other(top, start, end, parameters)

    def _close_other(
        self, top: OpenSign, start: int, end: int, parameters: list[Parameter]
    ) -> None:
        """Add the marks of a template whose values are shown unless its name tells otherwise."""
        text = self._text
        name_end = top.bars[0] if top.bars else start
        name = text[top.end : min(name_end, top.end + 200)]
        if label := page_label(text, name, parameters):
            self._replace(top, end, BlockKind.PAGE)
            self._builder.pages.append(Page(top.start, label))
            return
        if ruby := ruby_parameters(name, parameters):
            base, gloss = ruby
            self._keep(top, end, [(base.start, base.end), (gloss.start, gloss.end)])
            self.mark(base.end, gloss.start)
            self.mark(gloss.start, gloss.end, BlockKind.GLOSS)
            return
        kept = list(shown_spans(text, top.end, name_end, parameters, is_in_two=self._is_word_begun))
        self._is_word_begun = self._is_word_begun or starts_word(name)
        if kept:
            self._keep(top, end, kept)
        else:
            self._replace(top, end)

    def _parameters(self, top: OpenSign, end: int) -> Iterator[Parameter]:
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
