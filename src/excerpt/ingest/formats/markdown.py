"""Markdown → Document: the source itself is the text, its blocks are the lines that the parser finds in it.

Only block structure is parsed; emphasis and links stay in the text as they were typed. Front matter between `---`
lines is read as `name: value` lines and simple lists, and is metadata alone.
"""

import re
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from excerpt.ingest.decode import Decoded
from excerpt.ingest.formats.block_builder import (
    BlockBuilder,
    BlockBuilders,
    clean_heading,
    mark_notes,
)
from excerpt.ingest.formats.front_matter import split_front_matter
from excerpt.ingest.formats.html_head import language_code
from excerpt.ingest.formats.pagination import paginate
from excerpt.ingest.formats.plain_text import extract_text, hyphenated_in
from excerpt.model import BlockKind, Document, Page

__all__ = ["extract_markdown"]

MAX_CHARACTERS: Final = 4 << 20
"""Longer texts are read as plain text, which knows headings, lists and quotes too: the parser takes its time."""
MAX_NESTING: Final = 60

_PAGE = re.compile(
    r"#{0,6}\s*[\[(]?(?i:page|p\.|seite|s\.|fol\.)\s*(\d{1,5}|[ivxlcdm]{1,9})[\])]?\s*#*"
)
_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
_DEFINITION = re.compile(r"\[[^\]^][^\]]*\]:\s*\S")
_TAG = re.compile(r"<[^<>]*>")
_SIGNS = re.compile(r"[\W_]*")
_LEAVES = {
    "heading_open": BlockKind.HEADING,
    "paragraph_open": BlockKind.PARAGRAPH,
    "fence": BlockKind.PARAGRAPH,
    "code_block": BlockKind.PARAGRAPH,
    "html_block": BlockKind.PARAGRAPH,
    "tr_open": BlockKind.CELL,
}


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Lines `first` up to `last` (exclusive) of one kind."""

    first: int
    last: int
    kind: BlockKind
    level: int


def extract_markdown(decoded: Decoded) -> Document:
    """The document that a Markdown text is."""
    text = decoded.text
    facts, body = split_front_matter(text)
    leaves = _leaves(text[body:]) if len(text) <= MAX_CHARACTERS else None
    if leaves is None:
        return extract_text(decoded)
    found = BlockBuilders(text)
    if body:
        found.add(0, body, BlockKind.BOILERPLATE)
    _add_leaves(found, leaves, body)
    paginate(found)
    headings = (
        clean_heading(text[d.start : d.end]) for d in found.drafts if d.kind is BlockKind.HEADING
    )
    known = dict(facts)
    title = known.pop("title", "") or next(headings, "")
    mark_notes(found)
    return Document(
        text=text,
        blocks=found.blocks(),
        format="markdown",
        pages=tuple(found.pages),
        title=title,
        language=language_code(known.get("language") or known.get("lang") or ""),
        metadata=tuple(known.items()),
        encoding=decoded.encoding,
        hyphenated=hyphenated_in(text),
        warnings=decoded.warnings,
    )


def _leaves(body: str) -> list[_Leaf] | None:
    """The leaf blocks of `body` in its order; None if the parser cannot cope with it."""
    parser = (
        MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
        .enable("table")
        .disable(["inline", "text_join"])
    )
    try:
        tokens = parser.parse(body)
    except (RecursionError, IndexError, ValueError):
        return None
    return list(_from_tokens(tokens))


def _from_tokens(tokens: list[Token]) -> list[_Leaf]:
    leaves: list[_Leaf] = []
    depth = n_quotes = 0
    for token in tokens:
        if token.type in {
            "bullet_list_open",
            "ordered_list_open",
            "bullet_list_close",
            "ordered_list_close",
        }:
            depth += token.nesting
        elif token.type in {"blockquote_open", "blockquote_close"}:
            n_quotes += token.nesting
        elif token.map and token.type in _LEAVES:
            kind, level = _LEAVES[token.type], 0
            if kind is BlockKind.HEADING:
                level = int(token.tag[1])
            elif kind is BlockKind.PARAGRAPH and (depth or n_quotes):
                kind, level = (BlockKind.ITEM, depth) if depth else (BlockKind.QUOTE, 0)
            leaves.append(_Leaf(token.map[0], token.map[1], kind, level))
    return leaves


def _add_leaves(found: BlockBuilders, leaves: list[_Leaf], body: int) -> None:
    """Add the leaves, and what stands between them, which the parser has taken for marks or definitions."""
    starts = [body, *(end.end() for end in re.compile("\n").finditer(found.text, body))]
    starts.append(len(found.text))
    at = body
    for leaf in leaves:
        start, end = max(at, starts[leaf.first]), starts[min(leaf.last, len(starts) - 1)]
        if start >= end:
            continue
        _add_gap(found, at, start)
        _add_leaf(found, start, end, leaf)
        at = end
    _add_gap(found, at, len(found.text))


def _add_leaf(found: BlockBuilders, start: int, end: int, leaf: _Leaf) -> None:
    if leaf.kind is BlockKind.CELL:
        _add_cells(found, start, end)
        return
    draft = found.add(start, end, leaf.kind, leaf.level)
    if draft is None:
        return
    source = found.text[draft.start : draft.end]
    page = _PAGE.fullmatch(source)
    if page:
        draft.kind, draft.level, draft.is_page_mark = BlockKind.BOILERPLATE, 0, True
        found.pages.append(Page(draft.end, page.group(1)))
    elif _NOTE.match(source):
        draft.kind, draft.level = BlockKind.NOTE, 0
    elif leaf.kind is BlockKind.HEADING:
        _split_underline(found, draft, source)
    elif source.startswith("<") and not _TAG.sub("", source).strip():
        draft.kind, draft.level = BlockKind.BOILERPLATE, 0


def _split_underline(found: BlockBuilders, draft: BlockBuilder, source: str) -> None:
    """Set the line under a heading apart."""
    above, line_end, line = source.rpartition("\n")
    if line_end and not line.strip(" =->"):
        end = draft.end
        draft.end = draft.start + len(above.rstrip())
        found.add(draft.start + len(above), end, BlockKind.BOILERPLATE)


def _add_cells(found: BlockBuilders, start: int, end: int) -> None:
    at = start
    for bar in re.compile(r"(?<!\\)\|").finditer(found.text, start, end):
        if found.text[at : bar.start()].strip(" \t|"):
            found.add(at, bar.start(), BlockKind.CELL)
            at = bar.start()
    rest = found.text[at:end]
    found.add(at, end, BlockKind.CELL if rest.strip(" \t|\n") else BlockKind.BOILERPLATE)


def _add_gap(found: BlockBuilders, start: int, end: int) -> None:
    """Add lines that are in no leaf: rules, marks without text, the addresses of links, notes of one word."""
    gap = found.text[start:end]
    if not gap or gap.isspace():
        return
    if _SIGNS.fullmatch(gap):
        found.add(start, end, BlockKind.BOILERPLATE)
        return
    for line in re.compile(r"[^\n]*\S[^\n]*").finditer(found.text, start, end):
        words = line.group().strip()
        is_sign = _SIGNS.fullmatch(words) or _DEFINITION.match(words)
        kind = (
            BlockKind.NOTE
            if _NOTE.match(words)
            else BlockKind.BOILERPLATE
            if is_sign
            else BlockKind.PARAGRAPH
        )
        found.add(line.start(), line.end(), kind)
