"""The markup of MediaWiki within a text → marks, and the stretches that are one line to a reader.

A page of a wiki is read once, from top to bottom. Templates, links and notes wait on a stack until
they are closed; those that are never closed are text, and so are those that are nested too deeply.
The time is therefore linear in the length of the page.

    [[Norway|Norwegian]]s      words   Norwegians
    12&nbsp;m<ref>A</ref>      words   12 m          note   A
"""

import re
from collections import Counter
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.entities import ENTITY
from excerpt.ingest.formats.markup import tags
from excerpt.ingest.formats.markup.page_tags import add_page_of_comment
from excerpt.ingest.formats.markup.wiki_marks import OpenSign, WikiMarkAdder, WikiMarkup
from excerpt.model import BlockKind

__all__ = ["read_markup"]

MAX_NESTING: Final = 40
"""Templates, links and notes within each other, as in MediaWiki."""
_TOKEN = re.compile(
    rf"""
      (?P<comment><!--)
    | (?P<raw><(?P<element>nowiki|pre|math|chem|ce|score|timeline|source|syntaxhighlight|graph|hiero
        |templatedata|mapframe|maplink|imagemap|inputbox|templatestyles|script|style)
        \b[^<>]*+>)
    | (?P<ref></?ref\b(?>[^<>"/]++|"[^"<]*+"|/(?!>))*+/?>)
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


def read_markup(builder: BlockBuilder) -> WikiMarkup:
    """Add the marks, anchors and pages of the text of `builder`, and return its other markup."""
    return _PageReader(builder).read()


class _PageReader:
    """The state of reading a page."""

    def __init__(self, builder: BlockBuilder) -> None:
        self._text = builder.text
        self._builder = builder
        self._markup = WikiMarkup()
        self._adder = WikiMarkAdder(builder, self._markup)
        self._open: list[OpenSign] = []
        self._n_open: Counter[str] = Counter()
        self._n_ignored: Counter[str] = Counter()
        self._unclosed: set[str] = set()

    def read(self) -> WikiMarkup:
        """Read the whole page."""
        position = 0
        while token := _TOKEN.search(self._text, position):
            position = self._read_token(token)
        self._forget_open()
        return self._markup

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
                self._markup.entities.append((start, end))
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
                # No template contains a section: one that is still open is never closed.
                self._forget_open()
            case "blank":
                while self._open and self._open[-1].kind in {"link", "external"}:
                    self._drop()
            case "emphasis" | "magic":
                self._adder.mark(start, end)
        return end

    def _push(self, kind: str, start: int, end: int) -> None:
        if len(self._open) >= MAX_NESTING:
            self._n_ignored[kind] += 1
            return
        self._open.append(OpenSign(kind, start, end, len(self._builder.marks)))
        self._n_open[kind] += 1

    def _pop(self) -> OpenSign:
        top = self._open.pop()
        self._n_open[top.kind] -= 1
        return top

    def _forget_open(self) -> None:
        """Drop all that is still open: the signs are text, except for tags."""
        while self._open:
            self._drop()
        self._n_ignored.clear()

    def _drop(self) -> None:
        top = self._pop()
        if top.kind == "ref":
            self._adder.mark(top.start, top.end)

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
        self._adder.close(top, start, end, is_outermost=not self._open)
        if not self._open:
            self._markup.solid.append((top.start, end))

    def _read_comment(self, start: int, end: int) -> int:
        found = -1 if "comment" in self._unclosed else self._text.find("-->", end)
        if found < 0:
            self._unclosed.add("comment")
            return end
        self._adder.mark(start, found + 3)
        add_page_of_comment(self._builder, start, found + 3)
        if not self._open:
            self._markup.solid.append((start, found + 3))
        return found + 3

    def _read_raw(self, start: int, end: int, element: str) -> int:
        """Add the marks of an element whose content has no markup, and return its end."""
        text = self._text
        if text[end - 2] == "/":
            self._adder.mark(start, end)
            return end
        closing = None
        if element not in self._unclosed:
            closing = re.compile(rf"</{element}\s*>", re.IGNORECASE).search(text, end)
        if closing is None:
            self._unclosed.add(element)
            self._adder.mark(start, end)
            return end
        if element in _TEXT_ELEMENTS:
            self._adder.mark(start, end)
            self._adder.mark(*closing.span())
            entities = re.compile(ENTITY, re.VERBOSE).finditer(text, end, closing.start())
            self._markup.entities += [entity.span() for entity in entities]
        else:
            self._adder.mark(start, closing.end())
            if not self._open:
                self._markup.solid.append((start, closing.end()))
        return closing.end()

    def _read_ref(self, start: int, end: int) -> None:
        if self._text[end - 2] == "/":
            self._adder.mark(start, end, BlockKind.REFERENCE)
        elif self._text[start + 1] != "/":
            self._push("ref", start, end)
        elif self._n_open["ref"]:
            self._close("ref", start, end)
        else:
            self._adder.mark(start, end)
