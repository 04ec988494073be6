"""The information dictionary of a PDF → title, author and date, without what programs put there."""

import re
from typing import Final

from excerpt.ingest.formats.placeholders import is_placeholder_author, is_placeholder_title

__all__ = ["clean_author", "clean_title", "date_of"]

_PROGRAM = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)|powerpoint[- ]\w+)\s*-\s*", re.IGNORECASE
)
_FILE_NAME = re.compile(
    r".*\.(?:docx?|dotx?|pdf|indd|qx[dp]|tex|dvi|ps|eps|rtf|odt|pmd|p65|fm|book|txt|html?|xlsx?"
    r"|pptx?|ai|cdr|wpd|sxw|pub|tiff?|jpe?g|png|pages|key|numbers|psd|pptm|docm|mif|qxp|lwp|wps"
    r"|cwk|inx|exe)"
    r"|[\w-]+ \d+\.\.\d+|[\w-]*\d[\w-]*|[a-z]:\\.*|file:.*|https?:\S*",
    re.IGNORECASE,
)
_GARBAGE = re.compile(r"\(0x[0-9a-f]+\)|\ufffd|[<>{}\\]|^\W*$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:|www\.)\S*", re.IGNORECASE)
_INSERTED_AUTHORS: Final = frozenset({"anonymous", "unspecified"})
"""Authors that PDF writers insert; in an e-book, the author may be anonymous."""
_INSERTED_TITLES: Final = frozenset({"(anonymous)", "(unspecified)", "unspecified"})
_DATE = re.compile(r"(?:D:)?((?:199|2\d\d)\d)(0[1-9]|1[0-2])?(0[1-9]|[12]\d|3[01])?")


def clean_title(title: str) -> str:
    """Return a title, "" if it is the name of a file or of no use.

    >>> clean_title("Microsoft Word - The  silk weavers"), clean_title("Report_v2.DOC")
    ('The silk weavers', '')
    >>> clean_title("88300 162..177"), clean_title("The years 1871..1914")
    ('', 'The years 1871..1914')
    >>> clean_title("(anonymous)"), clean_title("(untitled)"), clean_title("Anonymous")
    ('', '', 'Anonymous')
    """
    title = " ".join(_PROGRAM.sub("", title).split())
    is_inserted = is_placeholder_title(title.strip("()")) or title.casefold() in _INSERTED_TITLES
    return "" if is_inserted or _GARBAGE.search(title) or _FILE_NAME.fullmatch(title) else title


def clean_author(author: str) -> str:
    """Return an author, "" if it is not a name.

    >>> clean_author("Ada  Oakes"), clean_author("ARRAY(0x2c7cf020)"), clean_author("Administrator")
    ('Ada Oakes', '', '')
    >>> clean_author("(anonymous)"), clean_author("anonymous"), clean_author("(unspecified)")
    ('', '', '')
    >>> clean_author("http://www.example.org/"), clean_author("DELL")
    ('', '')
    """
    author = " ".join(author.split())
    is_text = any(map(str.isalpha, author)) and not _GARBAGE.search(author)
    is_name = is_text and not _ADDRESS.fullmatch(author)
    plain = author.strip("()")
    is_inserted = is_placeholder_author(plain) or plain.casefold() in _INSERTED_AUTHORS
    return author if is_name and not is_inserted else ""


def date_of(written: str) -> str:
    """Return a date of the information dictionary as 1998-12-31, as far as it goes.

    >>> date_of("D:19981231120000Z"), date_of("D:1998"), date_of("D:00000101")
    ('1998-12-31', '1998', '')
    """
    match = _DATE.match(written)
    return "-".join(part for part in match.groups() if part) if match else ""
