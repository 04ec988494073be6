"""Regions of a web page → those that are boilerplate: navigation, the page's header and footer.

An element, a class or an id only suggests that a region is boilerplate. Its contents decide: links,
the words of copyright notices, its length and its position on the page. Some text of a page always
remains.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import accumulate
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import MutableBlock
from excerpt.model import SET_APART, BlockKind, Reason

__all__ = ["Region", "Role", "mark_boilerplate"]

MAX_REGION_LENGTH: Final = 200
"""Characters outside links of a region that may be boilerplate; a longer one is text."""
MAX_NOTICE_LENGTH: Final = 1_000
"""Characters examined for a copyright notice."""
LINKS_OF_MENU: Final = 2
"""Links of a region that is a menu only by its class or id."""
_SITE_WORDS = re.compile(
    r"©|\(c\)|copyright|all rights reserved|powered by|privacy|uses? cookies|cookie policy|"
    r"terms of (?:use|service)|last (?:updated|modified)|webmaster|tous droits|alle rechte|"
    r"impressum|derechos reservados",
    re.IGNORECASE,
)
"""Words of the header or footer of a page, which do not belong to its text."""
_NO_SCRIPT = re.compile(
    r"java\s?script|\bframes\b|\bbrowser|navigateur|navegador|frameset|braus|браузер",
    re.IGNORECASE,
)
"""Words of a message to readers whose browser lacks scripts or frames."""
# Bound once: see `BlockKind`.
_BOILERPLATE, _HEADING = BlockKind.BOILERPLATE, BlockKind.HEADING
_CAPTION, _NOTE = BlockKind.CAPTION, BlockKind.NOTE


class Role(Enum):
    """The reason for which a region may be boilerplate.

    NONE        it is not a region
    NAVIGATION  a `nav` element, or a class such as navbar
    MENU        a class or id that occurs in texts, too, such as menu
    CONTROL     a class of forms and banners, such as cookie-banner
    HEADER      a `header` element, its role, or a class such as masthead
    FOOTER      a `footer` element, its role, or a class such as site-footer
    FALLBACK    an element that is shown only without scripts or frames
    COLLECTION  a rule of the collection, which no look at its contents can overrule
    ROW         its text consists of a few links
    """

    NONE = 0
    NAVIGATION = 1
    MENU = 2
    CONTROL = 3
    HEADER = 4
    FOOTER = 5
    FALLBACK = 6
    COLLECTION = 7
    ROW = 8


_REASONS: Final = {
    Role.NAVIGATION: Reason.NAVIGATION,
    Role.MENU: Reason.NAVIGATION,
    Role.CONTROL: Reason.CONTROL,
    Role.HEADER: Reason.PAGE_HEADER,
    Role.FOOTER: Reason.PAGE_FOOTER,
    Role.FALLBACK: Reason.HIDDEN,
    Role.COLLECTION: Reason.COLLECTION,
    Role.ROW: Reason.NAVIGATION,
}


@dataclass(slots=True)
class Region:
    """An element that may be boilerplate.

    role          the reason
    parent        index of the region around it, 0 for none
    is_titled     True if its class or id says that it holds the title of a text
    n_characters  of its text; those of the regions in it are added at the end
    n_in_links    characters of its text that are links
    n_links       links in it
    first, last   indices of its first and last block, the regions in it included, or -1
    """

    role: Role
    parent: int = 0
    is_titled: bool = False
    n_characters: int = 0
    n_in_links: int = 0
    n_links: int = 0
    first: int = -1
    last: int = -1


def mark_boilerplate(
    text: str,
    blocks: Sequence[MutableBlock],
    region_of: Sequence[int],
    regions: Sequence[Region],
) -> None:
    """Turn the blocks of `text` in regions of boilerplate into boilerplate."""
    if len(regions) == 1:
        return
    _mark_by_rules(blocks, region_of, regions)
    _sum_up(region_of, regions)
    is_boilerplate = _Judge(text, blocks, region_of, regions).judge()
    if not any(is_boilerplate):
        return
    titles = [block.kind is _HEADING and block.level == 1 for block in blocks]
    has_title = any(
        title and not is_boilerplate[region]
        for title, region in zip(titles, region_of, strict=True)
    )
    apart = [
        (block, regions[region].role)
        for block, title, region in zip(blocks, titles, region_of, strict=True)
        if is_boilerplate[region] and (has_title or not title)
    ]
    if _is_all_text(blocks, [block for block, _ in apart]):
        return
    for block, role in apart:
        if block.kind is not _NOTE and block.kind not in SET_APART:
            block.kind, block.level, block.is_continuation = _BOILERPLATE, _REASONS[role], False
            block.is_guess = False


def _mark_by_rules(
    blocks: Sequence[MutableBlock], region_of: Sequence[int], regions: Sequence[Region]
) -> None:
    """Turn the blocks in regions that a rule names into boilerplate."""
    is_named = [False]
    for region in regions[1:]:
        is_named.append(is_named[region.parent] or region.role is Role.COLLECTION)
    for block, number in zip(blocks, region_of, strict=True):
        if is_named[number] and block.kind not in SET_APART:
            block.kind, block.level, block.is_continuation = _BOILERPLATE, Reason.COLLECTION, False


def _is_all_text(blocks: Sequence[MutableBlock], apart: Sequence[MutableBlock]) -> bool:
    """Return whether only headings and captions would remain of the page."""
    ids = {id(block) for block in apart}
    return not any(
        block.kind not in {_HEADING, _CAPTION} and block.kind not in SET_APART
        for block in blocks
        if id(block) not in ids
    )


def _sum_up(region_of: Sequence[int], regions: Sequence[Region]) -> None:
    """Add the characters, links and blocks of each region to those of the region around it."""
    for index, number in enumerate(region_of):
        region = regions[number]
        region.first = index if region.first < 0 else region.first
        region.last = index
    # A region begins after the one around it: going backwards, each is complete when it is added.
    for region in reversed(regions[1:]):
        around = regions[region.parent]
        around.n_characters += region.n_characters
        around.n_in_links += region.n_in_links
        around.n_links += region.n_links
        if region.first >= 0:
            around.first = region.first if around.first < 0 else min(around.first, region.first)
            around.last = max(around.last, region.last)


class _Judge:
    """A judge of the regions of one page."""

    def __init__(
        self,
        text: str,
        blocks: Sequence[MutableBlock],
        region_of: Sequence[int],
        regions: Sequence[Region],
    ) -> None:
        self._text = text
        self._blocks = blocks
        self._region_of = region_of
        self._regions = regions
        self._total = sum(block.end - block.start for block in blocks)
        sizes = [
            0 if number else block.end - block.start
            for block, number in zip(blocks, region_of, strict=True)
        ]
        self._before = [0, *accumulate(sizes)]
        """Characters outside of regions before each block."""
        self._titles = [
            index
            for index, block in enumerate(blocks)
            if block.kind is _HEADING and block.level == 1
        ]

    def judge(self) -> list[bool]:
        """Return for each region whether it is boilerplate."""
        found = [False]
        for region in self._regions[1:]:
            found.append(found[region.parent] or self._is_boilerplate(region))
        return found

    def _is_boilerplate(self, region: Region) -> bool:
        n_outside = region.n_characters - region.n_in_links
        if region.role is Role.COLLECTION:
            return True
        if region.n_characters * 2 > self._total and n_outside * 2 > region.n_characters:
            return False  # the main text of the page
        is_short = n_outside <= MAX_REGION_LENGTH
        is_linked = region.n_in_links >= n_outside
        match region.role:
            case Role.NAVIGATION:
                return region.n_links > 0 and (is_short or is_linked)
            case Role.MENU:
                return region.n_links >= LINKS_OF_MENU and is_linked
            case Role.CONTROL:
                return is_short
            case Role.ROW:
                return self._is_at_edge(region)
            case Role.FALLBACK:
                return self._adds_nothing(region)
            case _:
                return self._is_of_page(region, is_short=is_short, is_linked=is_linked)

    def _is_at_edge(self, region: Region) -> bool:
        """Return whether little text stands before or after a region."""
        if region.first < 0:
            return False
        n_before = self._before[region.first]
        n_after = self._before[-1] - self._before[region.last + 1]
        return min(n_before, n_after) <= MAX_REGION_LENGTH < max(n_before, n_after)

    def _is_of_page(self, region: Region, *, is_short: bool, is_linked: bool) -> bool:
        """Return whether a header or footer is that of the page, and not part of a text."""
        if is_linked and region.n_links:
            return True
        if not is_short and not self._names_site(region):
            return False
        n_before = self._before[max(region.first, 0)]
        n_after = self._before[-1] - self._before[region.last + 1]
        if region.role is Role.FOOTER:
            return n_after <= MAX_REGION_LENGTH
        if region.is_titled or (not region.n_links and self._holds_title(region)):
            return False
        return n_before <= MAX_REGION_LENGTH

    def _names_site(self, region: Region) -> bool:
        """Return whether a region holds the words of a site, such as a copyright notice."""
        if region.first < 0:
            return False
        start, end = self._blocks[region.first].start, self._blocks[region.last].end
        text = self._text[start : min(end, start + MAX_NOTICE_LENGTH)]
        return _SITE_WORDS.search(text) is not None

    def _holds_title(self, region: Region) -> bool:
        """Return whether a header holds the only heading of the first level."""
        titles = self._titles
        return len(titles) == 1 and region.first <= titles[0] <= region.last

    def _adds_nothing(self, region: Region) -> bool:
        """Return whether a fallback repeats text of the page, or says why it is shown."""
        if region.first < 0:
            return True
        texts = [self._words_of(block) for block in self._blocks[region.first : region.last + 1]]
        if region.n_characters <= MAX_REGION_LENGTH and _NO_SCRIPT.search(" ".join(texts)):
            return True
        return self._other_texts.issuperset(texts)

    @cached_property
    def _other_texts(self) -> frozenset[str]:
        """The texts of the blocks that are not in a fallback."""
        return frozenset(
            self._words_of(block)
            for block, number in zip(self._blocks, self._region_of, strict=True)
            if self._regions[number].role is not Role.FALLBACK
        )

    def _words_of(self, block: MutableBlock) -> str:
        return " ".join(self._text[block.start : block.end].split())
