"""The headings of a text → the anchors by which a page made of it is linked: `page#the-title`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, heading_words
from excerpt.model import Anchor, BlockKind

__all__ = ["add_heading_anchors", "github_anchor", "mediawiki_anchor"]

_NOT_IN_ANCHOR: Final = re.compile(r"[^\w\- ]")
_ID = re.compile(r"\{[^{}\n]*#([^\s{}]+)[^{}\n]*\}\s*#*\Z")
"""The explicit anchor of a heading, in the attributes after it."""


def github_anchor(heading: str) -> str:
    """Return the anchor of a heading in Markdown, as GitHub makes it.

    >>> github_anchor("C'est l'été: 2. Teil"), github_anchor("a_b — c")
    ('cest-lété-2-teil', 'a_b--c')
    """
    return _NOT_IN_ANCHOR.sub("", heading.lower()).replace(" ", "-")


def mediawiki_anchor(heading: str) -> str:
    """Return the anchor of a heading in a wiki, as MediaWiki makes it.

    >>> mediawiki_anchor("The first years")
    'The_first_years'
    """
    return heading.replace(" ", "_")


def add_heading_anchors(
    builder: BlockBuilder, make: Callable[[str], str], first: int = 1, sign: str = "-"
) -> None:
    """Add an anchor for each heading of `builder`, and sort the anchors.

    `make` returns the anchor of a heading. Later ones with the same name get a number after `sign`,
    from `first` on. An explicit `{#name}` takes precedence.
    """
    n_seen: Counter[str] = Counter()
    words = heading_words(builder)
    for block in builder.blocks:
        if block.kind is not BlockKind.HEADING:
            continue
        explicit = _ID.search(builder.text, max(block.start, block.end - 200), block.end)
        if explicit:
            name = explicit.group(1)
        else:
            made = make(words[block.start])
            n = n_seen[made]
            n_seen[made] += 1
            name = f"{made}{sign}{n - 1 + first}" if n else made
        if name:
            builder.anchors.append(Anchor(block.start, name))
    builder.anchors = _distinct(sorted(builder.anchors))


def _distinct(anchors: Iterable[Anchor]) -> list[Anchor]:
    """Return the last of the anchors at each offset."""
    return list({anchor.start: anchor for anchor in anchors}.values())
