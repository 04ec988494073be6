"""The start of a text → whether it is mail, XML, subtitles or a table, whatever its name.

Read as plain text, such a file would turn addresses, tags, times and field names into words of the
author. The checks are strict, because a text that is refused by mistake cannot be found: each asks
for marks that people do not write by hand, and looks at `SAMPLE` characters at most.
"""

import csv
import re
from collections.abc import Iterator
from typing import Final

__all__ = [
    "SAMPLE",
    "delimiter_of",
    "is_bibliography",
    "is_calendar",
    "is_header",
    "is_json",
    "has_equal_rows",
    "has_headers",
    "is_mail",
    "is_saved_page",
    "is_subtitle_script",
    "is_subtitles",
    "is_table",
    "markup_language",
    "xml_root",
]

SAMPLE: Final = 1 << 16
"""Characters that are examined."""
MAX_CELL: Final = 40
"""Characters of the name of a column."""
MIN_ROWS_WITHOUT_HEADER: Final = 8
"""Rows of equal length that make a table although nothing names its columns."""


def _words(source: str) -> frozenset[str]:
    return frozenset(source.split())


_HEADER = re.compile(
    r"([A-Za-z][A-Za-z0-9-]{0,60})[ \t]{0,9}:[ \t]*([^\n]{0,998})\n?(?:[ \t][^\n]*\n)*"
)
_ENVELOPE = re.compile(r"From [^\n]{1,200}\b\d{1,2}:\d\d[^\n]{0,40}\n(?=[A-Za-z][A-Za-z0-9-]*:)")
_UNDATED_ENVELOPE = re.compile(r">?From [^\n]{1,200}\n(?=[A-Za-z][A-Za-z0-9-]*:)")
_WRITTEN_HEADERS = frozenset(["from", "to", "cc", "date", "subject", "newsgroups", "sender"])
_DATE_OF_MAIL = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{2,4} \d\d:\d\d")
_CONTENT_TYPE = re.compile(r"(?:text|multipart|message|application)/[a-z]", re.IGNORECASE)
_SAVED_PAGE = re.compile(
    r"^(?:From:[ \t]*\"?<Saved by |Snapshot-Content-Location:)", re.IGNORECASE | re.MULTILINE
)
_PROGRAM_HEADERS = _words(
    "message-id mime-version return-path delivered-to content-transfer-encoding"
    " nntp-posting-host list-id dkim-signature"
)
"""Headers that only programs write."""

_PROLOGUE = re.compile(
    r"\s*(?:<\?xml\b(?P<declaration>)[^>]{0,500}\?>\s*)?"
    r"(?><!--(?>(?!-->).)*+-->\s*|<\?(?>(?!\?>).)*+\?>\s*)*+"
    r"(?:<!DOCTYPE\s+(?P<doctype>[\w:.-]+)[^>\[]{0,1000}(?:\[(?>(?!\]\s*>).)*+\]\s*)?>\s*)?"
    r"(?><!--(?>(?!-->).)*+-->\s*|<\?(?>(?!\?>).)*+\?>\s*)*+"
    r"(?:<(?P<root>[^\W\d][\w:.-]*)(?P<attributes>[^<>]{0,4000})>)?",
    re.IGNORECASE | re.DOTALL,
)
_ELEMENT = re.compile(r"<([^\W\d][\w:.-]{0,100})")
_NAMESPACE = re.compile(r"\sxmlns(?::\w+)?\s*=")
_HTML_ELEMENTS = _words(
    "html head body title meta link base script style div p span a b i u em strong h1 h2 h3 h4 h5"
    " h6 hr br img table tr td th tbody thead ul ol li dl dt dd pre blockquote center font article"
    " section main nav header footer figure form frameset noscript center small big tt code"
    " address details sup sub cite q s del ins mark ruby"
)

_CUE = re.compile(
    r"(?:\d{1,6}[ \t]*\n)?\d{1,3}:\d\d(?::\d\d)?[.,]\d{1,3}[ \t]*-->[ \t]*\d{1,3}:\d\d"
    r"|WEBVTT(?:[ \t\n]|\Z)"
)
_SCRIPT = re.compile(r"\[Script Info\][ \t]*\n|\{\d+\}\{\d+\}")
_CALENDAR = re.compile(r"BEGIN:V(?:CALENDAR|CARD|EVENT|TODO|JOURNAL)[ \t]*\n", re.IGNORECASE)
_BIBLIOGRAPHY = re.compile(
    r"TY  - [A-Z]{2,8}[ \t]*\n"  # RIS
    r"|%0 [A-Z][A-Za-z ]{2,40}\n%[A-Z@0-9] "  # EndNote
    r"|PMID ?- ?\d{1,9}\n[A-Z]{2,4} ?- "  # MEDLINE
    r"|FN [^\n]{1,100}\nVR 1\.0[ \t]*\n"  # Web of Science
    r"|=LDR  [^\n]{20,40}\n=\d{3}  "  # MARC, as text
    r"|\d{5}[a-z][a-z][a-z ][ a]{1,2}[ a-z0-9]?22\d{5}[^\n]{3}45[0-9 ]{2}"  # MARC
)
_BIBTEX = re.compile(
    r"(?>(?>%[^\n]*|@(?:comment|preamble|string)\b[^\n]*|[^\S\n]*)\n)*+\s*"
    r"@[A-Za-z]{3,20}\s*[{(]\s*[^\s,{}]{1,100}\s*,\s*[A-Za-z_-]{2,30}\s*=\s*[{\"\d\w]"
)
_JSON_TOKENS = re.compile(
    r'(?>[\s\[\]{},:]++|"(?>[^"\\\n]++|\\.)*+"|-?\d[\d.eE+-]*+|true\b|false\b|null\b)*+'
)
_JSON_KEY = re.compile(r'\{\s*"(?:[^"\\\n]|\\.){0,1000}"\s*:')
_JSON_STRINGS = re.compile(r'\[\s*"(?:[^"\\\n]|\\.){0,100000}"\s*[,\]]')
_JSON_CUT_STRING = re.compile(r'"(?>[^"\\\n]++|\\.)*+\\?')
_JUDGED_CELLS: Final = 2_000
"""Cells by which a table of numbers is recognised, from all over it."""
_NUMBER = re.compile(r"\s*[-+]?(?:\d[\d .:/'-]*(?:,\d+)?(?:[eE][-+]?\d+)?%?)?\s*")
"""A number, a date or a time in a cell, or nothing."""
_CELL_NAME = re.compile(r"[^\W\d][\w .()/#-]*")
_USUAL_COLUMNS = _words(
    "id _id no nr number key name title text content contents body transcript date year author"
    " speaker path file filename url language lang label page source page_id doc_id docid time type"
    " titel autor datum jahr sprache quelle texte titre auteur année langue"
)


def is_mail(text: str) -> bool:
    """Return whether `text` starts as a message or a mailbox does.

    A letter with From, To and Date at its head is not mail: only mail programs write an identifier,
    a type of content, or an address together with a time.
    """
    start = text[:SAMPLE].lstrip()
    envelope = _ENVELOPE.match(start)
    first = envelope or _UNDATED_ENVELOPE.match(start)
    position = first.end() if first else 0
    values: dict[str, str] = {}
    while header := _HEADER.match(start, position):
        position = header.end()
        values.setdefault(header.group(1).lower(), header.group(2))
    n_by_program = len(values.keys() & _PROGRAM_HEADERS)
    if values.keys().isdisjoint(_WRITTEN_HEADERS):
        return n_by_program > 1
    return bool(
        (envelope and len(values) > 1)
        or n_by_program
        or ("@" in values.get("from", "") and _DATE_OF_MAIL.search(values.get("date", "")))
        or _CONTENT_TYPE.match(values.get("content-type", ""))
    )


def has_headers(text: str) -> bool:
    """Return whether `text` starts with a header, as messages do."""
    start = text[:SAMPLE].lstrip()
    envelope = _UNDATED_ENVELOPE.match(start)
    return _HEADER.match(start, envelope.end() if envelope else 0) is not None


def is_saved_page(text: str) -> bool:
    """Return whether `text` starts as a web page does that a browser saved as a message."""
    if not is_mail(text):
        return False  # which is fast, and true of most texts
    return _SAVED_PAGE.search(text[:SAMPLE].lstrip().partition("\n\n")[0]) is not None


def markup_language(text: str, end: str, *, is_page: bool) -> str:
    """Return "html" or "xml" if the text is a document in one of these, else "".

    It starts with `text` and ends with `end`. Without a declaration, a document type or a
    namespace, it must be one element as a whole. A file that `is_page` by its suffix may start with
    any element.
    """
    if not text[:SAMPLE].lstrip().startswith("<"):
        return ""
    start = _PROLOGUE.match(text[:SAMPLE])
    assert start is not None  # all parts of the pattern are optional
    doctype, root = (start.group("doctype") or "").lower(), (start.group("root") or "").lower()
    attributes = start.group("attributes") or ""
    if doctype == "html" or root == "html" or "w3.org/1999/xhtml" in attributes:
        return "html"
    is_html_element = root in _HTML_ELEMENTS
    is_declared = doctype or start.group("declaration") is not None or _NAMESPACE.search(attributes)
    if is_page and (is_html_element or not root or not is_declared):
        return ""
    if is_declared:
        return "xml"
    is_closed = root and end.rstrip().lower().endswith(f"</{root}>")
    return ("html" if is_html_element else "xml") if is_closed else ""


def xml_root(text: str) -> str:
    """Return the name of the root element of an XML document, without its prefix."""
    start = _PROLOGUE.match(text[:SAMPLE])
    assert start is not None  # all parts of the pattern are optional
    # The pattern does not match an element with thousands of characters of attributes.
    root = _ELEMENT.match(text, start.start("root") - 1 if start.group("root") else start.end())
    return root.group(1).rpartition(":")[2] if root else ""


def is_subtitles(text: str) -> bool:
    """Return whether `text` starts as a file in SRT or WebVTT does, or with a time of display."""
    return _CUE.match(text[:SAMPLE].lstrip()) is not None


def is_subtitle_script(text: str) -> bool:
    """Return whether `text` starts as subtitles in Sub Station Alpha or MicroDVD do."""
    return _SCRIPT.match(text[:SAMPLE].lstrip()) is not None


def is_bibliography(text: str) -> bool:
    """Return whether `text` starts as records do that programs exchange about books.

    >>> is_bibliography("@book{oakes1871,\\n  title = {Silk},\\n}")
    True
    """
    start = text[:SAMPLE].lstrip()
    return (_BIBLIOGRAPHY.match(start) or _BIBTEX.match(start)) is not None


def is_calendar(text: str) -> bool:
    """Return whether `text` starts as a calendar or an address book does."""
    return _CALENDAR.match(text[:SAMPLE].lstrip()) is not None


def is_json(text: str) -> bool:
    """Return whether `text` consists of objects or lists in JSON, or of lines with one each."""
    start = text[:SAMPLE].lstrip()
    tokens = _JSON_TOKENS.match(start) if start.startswith(("{", "[")) else None
    if tokens is None or not (_JSON_KEY.search(tokens.group()) or _JSON_STRINGS.match(start)):
        return False
    rest = start[tokens.end() :]
    # The sample may end within a string or a literal, a whole text may not.
    is_cut = len(rest) < len("false") or _JSON_CUT_STRING.fullmatch(rest) is not None
    return not rest or (len(text) > SAMPLE and is_cut)


def is_table(text: str) -> bool:
    """Return whether `text` has rows of cells between tabs, commas, semicolons or bars.

    The first row names the columns, or there are many rows with equally many tabs, or of numbers.
    Verses and lists of names have commas too, but a space after them.
    """
    return bool(_delimiter(text))


def has_equal_rows(text: str) -> bool:
    """Return whether nearly all rows of a text have equally many cells, two at least.

    This makes a table of a file that is named as one.
    """
    start = text[:SAMPLE].lstrip("\n")
    for delimiter in "\t,;|":
        lengths = [len(row) for row in _rows(start, delimiter)]
        if len(text) > SAMPLE:
            lengths = lengths[:-1]
        usual = max(set(lengths), key=lengths.count, default=0)
        if usual > 1 and lengths.count(usual) * 10 >= len(lengths) * 9:
            return True
    return False


def delimiter_of(text: str) -> str:
    """Return the delimiter of a text that is known to be a table, "" if it has one column."""
    line = text.lstrip("\n").partition("\n")[0]
    return _delimiter(text) or max(
        (sign for sign in "\t,;|" if sign in line), key=line.count, default=""
    )


def _delimiter(text: str) -> str:
    start = text[:SAMPLE].lstrip("\n")
    line = start[: (start.find("\n") + 1 or len(start)) - 1]
    is_whole = len(text) <= SAMPLE
    return next(
        (
            delimiter
            for delimiter in "\t,;|"
            if delimiter in line and _has_rows(start, delimiter, is_whole=is_whole)
        ),
        "",
    )


def _has_rows(sample: str, delimiter: str, *, is_whole: bool) -> bool:
    found = _rows(sample, delimiter)
    first = next(found, [])
    n_columns = len(first)
    has_header = _names_columns(first)
    is_grid = (delimiter == "\t" and n_columns > 2) or all(map(_NUMBER.fullmatch, first))
    if n_columns < 2 or not (has_header or is_grid):
        return False  # most texts end here, before the rest is split
    rows = [first, *found]
    if not is_whole:
        rows.pop()
    names = {cell.strip().lower() for cell in first}
    n_equal = sum(len(row) == n_columns for row in rows)
    if len(rows) > 1 and names <= _USUAL_COLUMNS:
        return True  # even if its rows are not equally long
    if len(rows) < 2 or n_equal * 50 < len(rows) * 49:
        return False
    if has_header:
        return not names.isdisjoint(_USUAL_COLUMNS) or (n_columns > 2 and len(rows) > 3)
    if all(map(_NUMBER.fullmatch, first)) and (n_columns == 2 or delimiter != "\t"):
        cells = [cell for row in rows for cell in row]
        cells = cells[:: len(cells) // _JUDGED_CELLS + 1]
        n_numbers = sum(_NUMBER.fullmatch(cell) is not None for cell in cells)
        return len(rows) >= MIN_ROWS_WITHOUT_HEADER and n_numbers * 10 > len(cells) * 9
    is_filled = sum(bool(row[0].strip()) for row in rows) * 10 > len(rows) * 9
    return len(rows) >= MIN_ROWS_WITHOUT_HEADER and is_filled


def _rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows of a table that are not empty, up to the first that is not valid."""
    try:
        yield from filter(None, csv.reader(sample.split("\n"), delimiter=delimiter))
    except csv.Error:
        return


def is_header(cells: list[str]) -> bool:
    """Return whether the first row of a table names its columns."""
    return _names_columns(cells) or all(
        len(cell) <= MAX_CELL and any(map(str.isalpha, cell)) for cell in cells
    )


def _names_columns(cells: list[str]) -> bool:
    """Return whether the cells of a row look like the names of columns."""
    are_distinct = len({cell.strip().lower() for cell in cells}) == len(cells)
    return are_distinct and all(
        len(cell) <= MAX_CELL and _CELL_NAME.fullmatch(cell) for cell in cells
    )
