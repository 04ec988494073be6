"""METS, which describes a digitised work → the files of its pages, and the metadata of the work.

The physical structure gives the order of the pages, and their numbers as printed (`ORDERLABEL`).
"""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from excerpt.ingest.formats.dublin_core import properties_in, read_properties
from excerpt.ingest.formats.xml_tree import attribute, parse_xml, text_of
from excerpt.ingest.language import language_code

__all__ = ["ListedPage", "MetsList", "PageGroup", "parse_mets"]

_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_ROLES: Final = {"aut": "author", "trl": "translator", "edt": "editor"}
_OF_COPIES: Final = frozenset({"digitization", "digitisation", "capture"})
"""Events in the life of a digital copy, not of the work."""
_LAST: Final = 1 << 30


class ListedPage(NamedTuple):
    """A file that METS lists as a page.

    path    relative to the corpus, as far as METS is
    label   the page number as printed, "" if METS gives none
    number  the number of the page in the work, from 1
    """

    path: str
    label: str
    number: int


class PageGroup(NamedTuple):
    """A group of files that METS lists, such as the results of one program.

    use    its name, such as "FULLTEXT"
    pages  its files, in the order of the pages
    """

    use: str
    pages: tuple[ListedPage, ...]


class MetsList(NamedTuple):
    """The content of a METS file.

    groups    the groups of files that may be pages
    metadata  names and values, with title and language
    """

    groups: tuple[PageGroup, ...]
    metadata: dict[str, str]


def parse_mets(data: bytes, path: str) -> MetsList:
    """Return the content of the METS file at `path`, relative to the corpus.

    Raises:
        Unreadable: if it is not well-formed.
    """
    root = parse_xml(data).root
    pages_of_files = _page_of_file(root)
    groups: dict[Any, list[tuple[int, ListedPage]]] = {}
    for file in root.iter("{*}file"):
        target = _target_of(file, path)
        if target:
            order, label, number = pages_of_files.get(attribute(file, "ID"), (_LAST, "", 0))
            pages = groups.setdefault(file.getparent(), [])
            pages.append((order, ListedPage(target, label, number or len(pages) + 1)))
    return MetsList(
        tuple(
            PageGroup(
                attribute(group, "USE"),
                tuple(page for _, page in sorted(pages, key=lambda each: each[0])),
            )
            for group, pages in groups.items()
        ),
        _metadata(root),
    )


def _target_of(file: Any, path: str) -> str:
    """Return the path of a file in the corpus, "" if it is an image or elsewhere."""
    location = file.find("{*}FLocat")
    href = "" if location is None else attribute(location, _HREF).removeprefix("file:")
    if attribute(file, "MIMETYPE").startswith("image/") or not href or _SCHEME.match(href):
        return ""
    target = normpath(join(dirname(path), unquote(href.replace("\\", "/"))))
    return "" if target.startswith(("/", "..")) else target


def _page_of_file(root: Any) -> dict[str, tuple[int, str, int]]:
    """Return the order, the label and the number of the page of each file, by its id."""
    maps = list(root.iter("{*}structMap"))
    physical = [each for each in maps if attribute(each, "TYPE").lower() == "physical"]
    found: dict[str, tuple[int, str, int]] = {}
    n_pages = 0
    for division in (physical or maps)[0].iter("{*}div") if maps else ():
        files = [
            attribute(each, "FILEID") for pointer in division.iterfind("{*}fptr")
            for each in pointer.iter() if attribute(each, "FILEID")
        ]  # fmt: skip
        # The whole work may point to a file, such as a PDF, too.
        if not files or division.find("{*}div") is not None:
            continue
        n_pages += 1
        number = attribute(division, "ORDER")
        label = attribute(division, "ORDERLABEL").strip("[]() -–—")
        for file in files:
            found.setdefault(
                file, (n_pages, label, int(number[:6]) if number.isdecimal() else n_pages)
            )
    return found


def _metadata(root: Any) -> dict[str, str]:
    """Return the metadata of the work: in MODS, or else in Dublin Core."""
    mods = next(root.iter("{http://www.loc.gov/mods/v3}mods"), None)
    if mods is not None:
        return {name: value for name, value in _of_mods(mods) if value}
    for wrap in root.iter("{*}mdWrap"):
        if attribute(wrap, "MDTYPE") == "DC" and (data := wrap.find("{*}xmlData")) is not None:
            holder = data[0] if len(data) == 1 and len(data[0]) else data
            return read_properties(properties_in(holder))
    return {}


def _of_mods(mods: Any) -> Iterator[tuple[str, str]]:
    """Yield names and values of the description of a work in MODS."""
    info = mods.find("{*}titleInfo")
    if info is not None:
        parts = [text_of(info.find(f"{{*}}{name}")) for name in ("nonSort", "title")]
        yield "title", " ".join(filter(None, parts))
    for role, name in _ROLES.items():
        yield name, "; ".join(_people(mods, role))
    origins = [
        origin
        for origin in mods.iterfind("{*}originInfo")
        if attribute(origin, "eventType") not in _OF_COPIES
    ]
    for name, elements in (("date", ("dateIssued", "dateCreated")), ("publisher", ("publisher",))):
        values = (
            text_of(each)
            for element in elements
            for origin in origins
            for each in origin.iterfind(f"{{*}}{element}")
        )
        yield name, next(filter(None, values), "")
    yield "language", language_code(text_of(mods.find("{*}language/{*}languageTerm")))
    yield "subject", "; ".join(map(text_of, mods.iterfind("{*}subject/{*}topic")))


def _people(mods: Any, role: str) -> Iterator[str]:
    """Yield the names of those with a role; authors may have none."""
    for name in mods.iterfind("{*}name"):
        roles = {text_of(term).lower() for term in name.iterfind("{*}role/{*}roleTerm")}
        if role in roles or _ROLES[role] in roles or (role == "aut" and not roles):
            shown = text_of(name.find("{*}displayForm"))
            parts = [
                text_of(part)
                for part in name.iterfind("{*}namePart")
                if attribute(part, "type") not in {"date", "termsOfAddress"}
            ]
            given = [attribute(part, "type") for part in name.iterfind("{*}namePart")]
            joiner = ", " if given[:2] == ["family", "given"] else " "
            yield shown or joiner.join(filter(None, parts))
