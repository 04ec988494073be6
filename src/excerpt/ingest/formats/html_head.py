"""What a web page says of itself (title, meta elements, first heading) → its title, language and metadata.

A site's name is cut off a title only where the page itself shows that it is one: by its heading, or by naming it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Head", "language_code"]

_SEPARATOR = re.compile(r"\s+(?:[-–—|·•»:]|::)\s+")
_EMPTY_TITLES = frozenset(
    {"", "untitled", "untitled document", "document", "new page", "index", "home", "no title"}
)
_NAMES = {
    "author": "author",
    "dc.creator": "author",
    "dcterms.creator": "author",
    "article:author": "author",
    "citation_author": "author",
    "date": "date",
    "dc.date": "date",
    "dc.date.issued": "date",
    "dcterms.date": "date",
    "dcterms.created": "date",
    "dcterms.issued": "date",
    "citation_date": "date",
    "citation_publication_date": "date",
    "article:published_time": "date",
    "dc.source": "source",
    "dcterms.source": "source",
    "canonical": "source",
    "og:url": "source",
    "dc.publisher": "publisher",
    "og:site_name": "publisher",
    "dc.description": "description",
    "description": "description",
    "dc.subject": "subject",
    "keywords": "subject",
}
_INFO = {
    "written": "date",
    "first published": "date",
    "published": "date",
    "delivered": "date",
    "spoken": "date",
    "date": "date",
    "author": "author",
    "by": "author",
    "source": "source",
    "translated": "translator",
    "translator": "translator",
}
_LINE = re.compile(r"([^\W\d_][^:\n]{0,30}):\s*(\S[^\n]*)")
_CODES = (
    "eng:en deu:de ger:de fra:fr fre:fr spa:es ita:it rus:ru nld:nl dut:nl por:pt pol:pl lat:la swe:sv dan:da zho:zh "
    "chi:zh jpn:ja ell:el gre:el ces:cs cze:cs hun:hu tur:tr"
)
_THREE_LETTERS = dict(pair.split(":") for pair in _CODES.split())


def language_code(declared: str) -> str:
    """The ISO 639-1 code in a declared language, "" if there is none.

    >>> language_code("en-GB"), language_code("deu"), language_code("x-klingon")
    ('en', 'de', '')
    """
    primary = re.split(r"[-_,;\s]", declared.strip().lower())[0]
    primary = _THREE_LETTERS.get(primary, primary)
    return primary if len(primary) == 2 and primary.isascii() and primary.isalpha() else ""


def _plain(text: str) -> str:
    return " ".join(text.split())


@dataclass(slots=True)
class Head:
    """What was met on the way through a page, in its order."""

    title: str = ""
    language: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)

    def add_meta(self, name: str, content: str) -> None:
        """Take note of a meta element, or of a link element's relation and address."""
        value = _plain(content)
        if name and value:
            self.metas.append((name.strip().lower(), value))

    def _first(self, *names: str) -> str:
        return next((value for wanted in names for name, value in self.metas if name == wanted), "")

    def best_title(self, headings: Iterable[str]) -> str:
        """The title of the page, whose first-level headings are `headings`."""
        first_level = [heading for heading in map(_plain, headings) if heading]
        named = self._first("og:title", "dc.title", "dcterms.title", "citation_title")
        title = _plain(self.title)
        if title.lower() in _EMPTY_TITLES:
            return named or (first_level[0] if first_level else title)
        return _without_site(title, {named, *first_level}, self._first("og:site_name"))

    def best_language(self) -> str:
        """The language the page declares, "" if none."""
        return language_code(
            self.language
            or self._first("dc.language", "dcterms.language", "content-language", "language")
        )

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata by the names excerpt uses, the first of each."""
        found: dict[str, str] = {}
        for name, value in self.metas:
            if name in _NAMES:
                found.setdefault(_NAMES[name], value)
        for info in self.infos:
            for name, value in _LINE.findall(info):
                found.setdefault(
                    _INFO.get(_plain(name).lower(), _plain(name).lower()), _plain(value).rstrip(";")
                )
        return tuple(found.items())


def _without_site(title: str, evidence: set[str], site: str) -> str:
    """`title` without the name of the site, if a part of it is known as the title or as the site."""
    known = {words.casefold() for words in evidence if words}
    for found in _SEPARATOR.finditer(title):
        first, last = title[: found.start()], title[found.end() :]
        if first.casefold() in known or (site and last.casefold() == site.casefold()):
            return first
        if last.casefold() in known or (site and first.casefold() == site.casefold()):
            return last
    return title
