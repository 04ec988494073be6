"""Texts of Project Gutenberg → header and licence as boilerplate, statements as metadata.

The lines before and after the text have had several forms since 1991. Title, author, language and
release date are read from the header.
"""

import re
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.blocks.block_edits import change_kinds
from excerpt.ingest.formats.plain.front_matter import FrontMatter
from excerpt.model import BlockKind, Reason

__all__ = ["separate_gutenberg"]

MAX_HEADER: Final = 100_000
"""Characters within which the text must begin: some old headers contain the whole licence."""
_EBOOK: Final = r"(?:the |this )?Project Gutenberg"
_START = re.compile(
    rf"^[^\S\n]*\*{{2,}} ?START OF {_EBOOK}[^\n]*(?:\n[^\S\n]*[^\s*][^\n*]*\*{{2,}}[^\S\n]*)?$",
    re.IGNORECASE | re.MULTILINE,
)
"""The line before the text, which may be wrapped."""
_SMALL_PRINT = re.compile(
    r"^[^\S\n]*\*END[ *]{0,2}THE SMALL PRINT[^\n]*$", re.IGNORECASE | re.MULTILINE
)
"""The line before the text in files from before 2003."""
_END = re.compile(rf"^[^\S\n]*(?:\*{{2,}} ?)?END OF {_EBOOK}[^\n]*$", re.IGNORECASE | re.MULTILINE)
_CREDITS = re.compile(
    r"\s*(?:\[?(?:Produced|E-?text prepared|Transcribed|Scanned|Prepared|HTML version) by\b"
    r"|Credits:|\[?Transcribed from the )",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"^[^\S\n]*(Title|Subtitle|Author|Editor|Translator|Illustrator|Release Date|Posting Date"
    r"|Language):[^\S\n]*(\S[^\n]*(?:\n[^\S\n]+\S[^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
"""A name and its value, which continues in indented lines."""
_NUMBER = re.compile(r"\[\s*(?:E-?book|Etext)?\s*#?\s*\d+\s*\].*", re.IGNORECASE | re.DOTALL)
"""The number of a book after its release date, and the date of its last update."""
_FIRST_LINE = re.compile(
    rf"^[^\S\n]*\**{_EBOOK}(?:['’]s)? (?:E-?(?:book|text) of )?([^\n]{{1,150}}?),?"
    r" by ([^\n]{2,80})$",
    re.IGNORECASE | re.MULTILINE,
)
"""The first line of a header, for headers without a line for the title."""


def separate_gutenberg(builder: BlockBuilder) -> FrontMatter:
    """Make the header and the licence boilerplate, and return the statements in the header.

    A text that is not from Project Gutenberg has no such header.
    """
    text = builder.text
    # Asterisks are around the line before the text; to search for one character is the fastest.
    if "*" not in text or ("Gutenberg" not in text and "GUTENBERG" not in text):
        return FrontMatter()
    start = _START.search(text, 0, MAX_HEADER) or _SMALL_PRINT.search(text, 0, MAX_HEADER)
    first_end = _END.search(text)
    if start is None or (first_end and first_end.start() < start.start()):
        return FrontMatter()
    apart = [(0, start.end())]
    position = start.end()
    if credits_ := _CREDITS.match(text, position):
        position = min(end for end in (text.find("\n\n", credits_.end()), len(text)) if end >= 0)
        apart.append((start.end(), position))
    while end := _END.search(text, position):
        # Several texts in one file each have their header.
        again = _START.search(text, end.end())
        position = again.end() if again else len(text)
        apart.append((end.start(), position))
    change_kinds(builder, apart, BlockKind.BOILERPLATE, Reason.LICENCE)
    return _read_header(text[: start.start()])


def _read_header(header: str) -> FrontMatter:
    facts: dict[str, str] = {}
    for name, value in _FACT.findall(header):
        facts.setdefault(" ".join(name.lower().split()), " ".join(value.split()))
    if first_line := None if "title" in facts else _FIRST_LINE.search(header):
        facts |= {"title": first_line[1], "author": first_line[2].strip(" .*")}
    released = facts.pop("release date", "") or facts.get("posting date", "")
    facts.pop("posting date", None)
    facts["published"] = _NUMBER.sub("", released).strip(" ,")
    return FrontMatter(tuple((name, value) for name, value in facts.items() if value))
