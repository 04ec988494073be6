"""Web pages → Document.

`walk.py` reads the tree of a page. Since strings have no offsets in the source, offsets refer
to the text made there. Navigation and the page's header and footer are boilerplate. Note references
and page numbers within a sentence are marks: the sentence continues after them.
"""

import re
from typing import Final

from excerpt.ingest.decode import Hints, decode
from excerpt.ingest.formats.blocks.hyphens import find_hyphenated
from excerpt.ingest.formats.html.charset import declared_charset, text_bytes
from excerpt.ingest.formats.html.damage import find_swallowed
from excerpt.ingest.formats.html.notes import mark_listed_notes
from excerpt.ingest.formats.html.rules import PageRules
from excerpt.ingest.formats.html.tree import parse, repair
from excerpt.ingest.formats.html.walk import walk
from excerpt.ingest.formats.plain import plain_text
from excerpt.ingest.formats.plain.gutenberg import separate_gutenberg
from excerpt.ingest.formats.rule_facts import date_warnings
from excerpt.ingest.formats.source import Source
from excerpt.model import BlockKind, Document
from excerpt.text.running_text import IGNORED, running_text

__all__ = ["read"]

MAX_BYTES: Final = 64 << 20
"""Bytes read of a page: a parsed page takes about twenty times its size in memory."""

_TAG = re.compile(rb"<[a-zA-Z!/?]")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def read(source: Source) -> Document:
    """Return the document in `source`; if there is no tag in it, it is read as plain text.

    Raises:
        Unreadable: if it is not text, or the parser fails.
    """
    data = source.data
    # NUL bytes at the start are those of UTF-16, where a tag does not match.
    if not _TAG.search(data) and b"\0" not in data[:4]:
        return plain_text.read(source)
    truncated = []
    if len(data) > MAX_BYTES:
        truncated = [
            f"truncated: only the first {MAX_BYTES >> 20} MiB of {len(data):,} bytes were read"
        ]
    declared = source.rules.encoding or declared_charset(data)
    hints = Hints(declared, source.default_encoding, text_bytes)
    decoded = decode(data[:MAX_BYTES], hints=hints)
    declaration = _XML_DECLARATION.match(decoded.text)
    markup = decoded.text[declaration.end() :] if declaration else decoded.text
    nodes = parse(repair(markup))
    rules = PageRules.of(nodes, source.rules.html)
    html = walk(nodes, rules)
    html.warnings += date_warnings(rules.facts)
    builder = html.finish()
    html.head.add_facts((*separate_gutenberg(builder).pairs, *rules.facts))
    mark_listed_notes(builder, html.rules, html.notes_ends)
    marks = builder.build_marks()
    running = running_text(builder.text, marks)
    headings = (
        running[block.start : block.end].replace(IGNORED, "")
        for block in builder.blocks
        if block.kind is BlockKind.HEADING and block.level == 1
    )
    return Document(
        text=builder.text,
        blocks=builder.build(),
        format="html",
        pages=tuple(builder.pages),
        marks=marks,
        anchors=tuple(html.anchors),
        title=html.head.best_title(headings),
        language=html.head.best_language(),
        metadata=html.head.metadata(),
        encoding=decoded.encoding,
        hyphenated=find_hyphenated(builder.text),
        warnings=(
            *decoded.warnings,
            *truncated,
            *_unclosed_comment(markup),
            *find_swallowed(markup),
            *html.warnings,
        ),
        has_lines=False,
    )


def _unclosed_comment(markup: str) -> list[str]:
    """Return the warning about a comment that is never closed, or no warning."""
    last = markup.rfind("<!--")
    if last < 0 or markup.find("-->", last) >= 0:
        return []
    start = markup.find("<!--", markup.rfind("-->") + 1)
    if "</script" in markup[start:].lower():
        return []
    n_lost = len(markup) - start
    where = f"the last {n_lost:,} characters, from {start:,} on, were not read"
    return [f"truncated at a comment that is never closed: {where}"]
