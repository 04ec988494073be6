"""The markup of a page → warnings about quotes, tags and elements that swallow its text.

A browser, too, takes all text up to the next quotation mark for the value of an attribute whose
quote is never closed, and everything after a script without an end for the script. It is not read
here either, but reported.
"""

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["find_swallowed"]

_QUOTES: Final = tuple(
    re.compile(rf"=\s{{0,9}}+{quote}([^{quote}<>]*+>[^{quote}]*+)({quote}(.)?|\Z)", re.DOTALL)
    for quote in "\"'"
)
"""A value with the end of a tag in it, and the character after it."""
_TAG: Final = re.compile(r"<[a-zA-Z]")
_EQUALS_SIGN_AT_END: Final = re.compile(r"=\s{0,9}\Z")
_SUSPECT: Final = re.compile(r"""=\s{0,9}+(?:"[^"<>]*+>|'[^'<>]*+>)""")
"""A value with the end of a tag in it. Most pages have none, and are searched only once."""
_WORDS: Final = re.compile(
    r"<[a-zA-Z][a-zA-Z\d]*+((?>\s++[^\W\d_]++[.,;:!?]?){2,}+)\s*+(?:[^\W\d_]*+(<)|/?>)"
)
"""A sign for "less than" that looks like a tag, with words in the place of attributes."""
_FLAGS: Final = frozenset(
    """
    allowfullscreen async autofocus autoplay checked compact controls declare default defer disabled
    download formnovalidate hidden inert ismap itemscope loop multiple muted nohref nomodule
    noresize noshade novalidate nowrap open playsinline readonly required reversed selected border
    """.split()  # noqa: SIM905
)
"""Attributes without a value."""
_OPEN_TAG: Final = re.compile(r"<[a-zA-Z/][^<>]*\Z")
_RAW_START: Final = re.compile(r"<(script|style|title)(?=[>\s])", re.IGNORECASE)

_EMPTY_TAG: Final = re.compile(r"<[^<>]{0,500}/>")
"""An element of XHTML that ends where it begins."""


def find_swallowed(markup: str) -> list[str]:
    """Return a warning about each kind of damage that hides text of the page."""
    return [
        *_unclosed_quotes(markup),
        *_words_in_tags(markup),
        *_unclosed_tag(markup),
        *_unclosed_elements(markup),
    ]


def _unclosed_quotes(markup: str) -> list[str]:
    if not _SUSPECT.search(markup):
        return []
    found = [
        match
        for pattern in _QUOTES
        for match in pattern.finditer(markup)
        if _is_swallowed(match)
        and markup.rfind("<", 0, match.start()) > markup.rfind(">", 0, match.start())
    ]
    if not found:
        return []
    n_lost = sum(len(match.group(1)) for match in found)
    first = min(match.start(1) for match in found)
    many = "a quotation mark is" if len(found) == 1 else f"{len(found):,} quotation marks are"
    where = f"the first at character {first:,}"
    return [f"{many} not closed in a tag: {n_lost:,} characters were not read ({where})"]


def _is_swallowed(value: re.Match[str]) -> bool:
    """Return whether the `value` of an attribute is rather text up to the next quotation mark.

    That mark opens the value of a later attribute, or a quotation, or there is none.
    """
    text = value[1]
    if not value[2]:
        return True
    if not _TAG.search(text):
        return False
    is_opening = value[3] is not None and not (value[3].isspace() or value[3] in "/>")
    end = text.find("</")
    return (
        is_opening
        or _EQUALS_SIGN_AT_END.search(text, max(0, len(text) - 10)) is not None
        or (end >= 0 and _TAG.search(text, end) is not None)
    )


def _words_in_tags(markup: str) -> list[str]:
    """Return a warning about words that are taken for the attributes of a tag."""
    found = [
        match
        for match in _outside_comments(markup, _WORDS)
        if match[2] or not _FLAGS.issuperset(match[1].lower().split())
    ]
    if not found:
        return []
    n_lost = sum(len(match[0]) for match in found)
    many = "a sign < is" if len(found) == 1 else f"{len(found):,} signs < are"
    where = f"the first at character {found[0].start():,}"
    return [f"{many} taken for the start of a tag: {n_lost:,} characters were not read ({where})"]


def _outside_comments(markup: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the matches of `pattern` that do not begin in a comment."""
    start = -2  # of the next comment, not sought yet: most pages have no match
    for match in pattern.finditer(markup):
        start = markup.find("<!--") if start == -2 else start
        while 0 <= start < match.start():
            end = markup.find("-->", start + 4)
            if end < 0 or end > match.start():
                break
            start = markup.find("<!--", end)
        if not 0 <= start < match.start():
            yield match


def _unclosed_tag(markup: str) -> list[str]:
    tag = _OPEN_TAG.search(markup, markup.rfind("<")) if "<" in markup else None
    if tag is None or " " not in tag.group().strip():
        return []
    n_lost = len(tag.group())
    where = f"the last {n_lost:,} characters were not read"
    return [f"truncated at a tag that is never closed: {where}"]


def _unclosed_elements(markup: str) -> list[str]:
    """Return a warning about each element without tags in it that is opened and never closed."""
    starts = {
        tag[1].lower(): tag.start()
        for tag in _RAW_START.finditer(markup)
        if not _EMPTY_TAG.match(markup, tag.start())
    }
    warnings = []
    for name, start in sorted(starts.items()):
        is_in_comment = markup.rfind("<!--", 0, start) > markup.rfind("-->", 0, start)
        if is_in_comment or re.compile(f"</{name}", re.IGNORECASE).search(markup, start):
            continue
        n_lost = len(markup) - start
        warnings.append(
            f"truncated at <{name}>, which is never closed:"
            f" the last {n_lost:,} characters, from {start:,} on, are not part of the text"
        )
    return warnings
