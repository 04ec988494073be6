"""The markup of a page → warnings about quotes, tags and elements that swallow its text.

A browser, too, takes all text up to the next quotation mark for the value of an attribute whose
quote is never closed, and everything after a script without an end for the script. It is not read
here either, but reported.
"""

import re
from typing import Final

__all__ = ["find_swallowed"]

_QUOTES: Final = tuple(
    (
        # The next quote opens a later attribute, so an equals sign stands before it.
        re.compile(
            rf"=\s{{0,9}}{quote}([^{quote}<>]*>[^{quote}]*<[a-zA-Z][^{quote}]*=\s{{0,9}}){quote}"
        ),
        re.compile(rf"=\s{{0,9}}{quote}([^{quote}<>]*>[^{quote}]*)\Z"),
    )
    for quote in "\"'"
)
_SUSPECT: Final = re.compile(r"""=\s{0,9}+(?:"[^"<>]*+>|'[^'<>]*+>)""")
"""A value with the end of a tag in it. Most pages have none, and are searched only once."""
_OPEN_TAG: Final = re.compile(r"<[a-zA-Z/][^<>]*\Z")
_RAW_START: Final = re.compile(r"<(script|style|title)(?=[>\s])", re.IGNORECASE)


def find_swallowed(markup: str) -> list[str]:
    """Return a warning about each kind of damage that hides text of the page."""
    return [*_unclosed_quotes(markup), *_unclosed_tag(markup), *_unclosed_elements(markup)]


def _unclosed_quotes(markup: str) -> list[str]:
    if not _SUSPECT.search(markup):
        return []
    found = [
        match
        for patterns in _QUOTES
        for pattern in patterns
        for match in pattern.finditer(markup)
        if markup.rfind("<", 0, match.start()) > markup.rfind(">", 0, match.start())
    ]
    if not found:
        return []
    n_lost = sum(len(match.group(1)) for match in found)
    first = min(match.start(1) for match in found)
    many = "a quotation mark is" if len(found) == 1 else f"{len(found):,} quotation marks are"
    where = f"the first at character {first:,}"
    return [f"{many} not closed in a tag: {n_lost:,} characters were not read ({where})"]


def _unclosed_tag(markup: str) -> list[str]:
    tag = _OPEN_TAG.search(markup, markup.rfind("<")) if "<" in markup else None
    if tag is None or " " not in tag.group().strip():
        return []
    n_lost = len(tag.group())
    where = f"the last {n_lost:,} characters were not read"
    return [f"truncated at a tag that is never closed: {where}"]


def _unclosed_elements(markup: str) -> list[str]:
    """Return a warning about each element without tags in it that is opened and never closed."""
    starts = {tag[1].lower(): tag.start() for tag in _RAW_START.finditer(markup)}
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
