"""The header of a TEI document → title, language and metadata.

The date is that of the text: of its creation, of the letter, or of its source. That of the
publication of the file is not.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml.etree import iterwalk

from excerpt.ingest.formats.tei.names import UNITS
from excerpt.ingest.formats.xml_tree import attribute, local_name
from excerpt.ingest.language import language_code

__all__ = ["read_header", "read_language"]

_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
MAX_LENGTH: Final = 500
"""Characters of a value."""
_EDGE: Final = "\0"
"""A character that XML does not allow."""
_BETWEEN_UNITS: Final = re.compile(rf"(?<=[\w.,;:)\]]){_EDGE}+(?=[\w(\[])")
_ORIGINALS: Final = frozenset({"originalSource", "firstEdition", "printSource"})
_INTERVALS: Final = (("from", "to"), ("notBefore", "notAfter"))


def _text(element: Any, without: str = "") -> str:
    """Return the text in an element, "" if it is None; names and other units stand apart.

    Elements with the name `without` are left out.
    """
    if element is None:
        return ""
    text = _BETWEEN_UNITS.sub(" ", "".join(_pieces(element, without))).replace(_EDGE, "")
    return " ".join(text.split())[:MAX_LENGTH]


def _pieces(element: Any, without: str) -> Iterator[str]:
    """Yield the text in an element, with `_EDGE` at both ends of each unit in it."""
    walker = iterwalk(element, ("start", "end", "comment", "pi"))
    for event, each in walker:
        if event == "start" and without and local_name(each) == without:
            walker.skip_subtree()
            continue
        is_unit = event in {"start", "end"} and local_name(each) in UNITS
        if is_unit:
            yield _EDGE
        if event == "start":
            yield each.text or ""
        elif each is not element:
            yield each.tail or ""


def read_header(header: Any) -> dict[str, str]:
    """Return the names and values in the element `header`, the title included."""
    if header is None:
        return {}
    people = _joined(header.iterfind("{*}fileDesc/{*}titleStmt/{*}author"))
    pairs = (
        ("title", _title(header)),
        ("author", people or _correspondents(header, "sent")),
        ("date", _date(header)),
        ("editor", _joined(header.iterfind("{*}fileDesc/{*}titleStmt/{*}editor"))),
        ("sender", _correspondents(header, "sent")),
        ("recipient", _correspondents(header, "received")),
        ("publisher", _text(header.find("{*}fileDesc/{*}publicationStmt/{*}publisher"))),
        ("source", _source(header)),
        ("subject", _joined(header.iterfind("{*}profileDesc/{*}textClass/{*}keywords//{*}term"))),
    )
    return {name: value for name, value in pairs if value}


def _joined(elements: Any) -> str:
    """Return names of people or subjects, without the numbers that authority files give them."""
    names = (_text(element, without="idno") for element in elements)
    return "; ".join(dict.fromkeys(filter(None, names)))[:MAX_LENGTH]


def _title(header: Any) -> str:
    """Return the main title, or the first one."""
    titles = list(header.iterfind("{*}fileDesc/{*}titleStmt/{*}title"))
    main = [title for title in titles if attribute(title, "type") in {"main", "uniform"}]
    return next(filter(None, map(_text, [*main, *titles])), "")


def _correspondents(header: Any, type_: str) -> str:
    """Return the names of those who sent or received a letter."""
    people = []
    for action in header.iterfind("{*}profileDesc/{*}correspDesc/{*}correspAction"):
        if attribute(action, "type") == type_:
            people += [each for each in action if each.tag.endswith(("persName", "orgName"))]
    return _joined(people)


def _source(header: Any) -> str:
    """Return the description of the source, without those of digital sources."""
    for element in _sources(header):
        if text := _text(element):
            return text
    return ""


def _sources(header: Any) -> list[Any]:
    """Return the descriptions of sources that are not digital, the first editions first.

    That of a digital source may contain that of its original.
    """
    found = []
    for source in header.iterfind("{*}fileDesc/{*}sourceDesc/*"):
        if attribute(source, "type") == "digitalSource":
            originals = source.iterfind(".//{*}bibl")
            found += [each for each in originals if attribute(each, "type") in _ORIGINALS]
        else:
            found.append(source)
    return sorted(found, key=lambda source: attribute(source, "type") != "firstEdition")


def _date(header: Any) -> str:
    """Return the date of the text."""
    for element in _dates(header):
        for first, last in _INTERVALS:
            start, end = attribute(element, first), attribute(element, last)
            if start and end and start != end:
                return f"{start}..{end}"
            if start or end:
                return start or end
        exact = (attribute(element, name) for name in ("when", "when-iso", "value"))
        date = next(filter(None, exact), "") or _text(element)
        if any(map(str.isdigit, date)):
            return date
    return ""


def _dates(header: Any) -> Iterator[Any]:
    """Yield the elements that may give the date of the text, the best first."""
    yield from header.iterfind("{*}profileDesc/{*}creation//{*}date")
    for action in header.iterfind("{*}profileDesc/{*}correspDesc/{*}correspAction"):
        if attribute(action, "type") == "sent":
            yield from action.iterfind("{*}date")
    for title in header.iterfind("{*}fileDesc/{*}titleStmt/{*}title"):
        if attribute(title, "type") == "iso-date":  # as editions of letters and diaries have it
            yield title
    for source in _sources(header):
        yield from source.iterfind(".//{*}origDate")
        yield from source.iterfind(".//{*}date")


def read_language(root: Any, header: Any) -> str:
    """Return the ISO 639-1 code of the language that a document declares, or ""."""
    text = root.find("{*}text")
    for element in (text, root):
        if element is not None:
            code = language_code(element.get(_LANGUAGE) or element.get("lang") or "")
            if code:
                return code
    used: list[tuple[float, str]] = []
    if header is not None:
        for element in header.iterfind("{*}profileDesc/{*}langUsage/{*}language"):
            usage = attribute(element, "usage").rstrip("%")
            name = attribute(element, "ident") or attribute(element, "id") or _text(element)
            used.append((float(usage) if usage.isdecimal() else 0.0, language_code(name)))
    return max(used, key=lambda each: each[0])[1] if used else ""
