"""Titles and authors that programs put into the properties of a document, for want of others."""

import re
from typing import Final

__all__ = ["is_placeholder_author", "is_placeholder_title"]

_TITLES: Final = frozenset(
    {"", "untitled", "unknown", "title", "titel", "no title", "none", "document", "document1"}
    | {"word document", "layout 1", "print"}
)
_AUTHORS = re.compile(
    r"(?:python-docx|(?:microsoft )?office(?: user)?|windows user|administrator|admin|user|author"
    r"|owner|root|default|unknown|none|benutzer|utilisateur|calibre(?: \(.*)?|pandoc|aspose\b.*"
    r"|dell|hp|acer|asus|lenovo|toshiba"
    r"|apache poi|home|pc|test|\W*)",
    re.IGNORECASE,
)


def is_placeholder_title(title: str) -> bool:
    """Return whether a program inserted this title, or lost its letters.

    >>> is_placeholder_title("Untitled."), is_placeholder_title("The untitled field")
    (True, False)
    >>> is_placeholder_title("?????? ????")
    True
    """
    return title.casefold().strip(". ") in _TITLES or not any(map(str.isalnum, title))


def is_placeholder_author(author: str) -> bool:
    """Return whether a program inserted this author.

    >>> is_placeholder_author("Windows User"), is_placeholder_author("Ada Oakes")
    (True, False)
    """
    return _AUTHORS.fullmatch(author) is not None
