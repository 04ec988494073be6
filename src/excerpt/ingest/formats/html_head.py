"""The head of a web page, its first heading and its info lines → title, language and metadata.

The name of the site is removed from a title only if the page shows that it is one: because its
heading is the rest of the title, or because it names the site.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from excerpt.ingest.language import language_code

__all__ = ["Head"]

_SEPARATOR = re.compile(r"\s+(?:[-–—|·•»:]|::)\s+")
_EMPTY_TITLES = frozenset(
    {"", "untitled", "untitled document", "document", "new page", "index", "home", "no title"}
)
_META_NAMES = {
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
"""Names in excerpt by the names of meta elements."""
_INFO_NAMES = {
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
"""Names in excerpt by the names in info lines (Written: 1848); others are kept as they are."""
_INFO_LINE = re.compile(r"([^\W\d_][^:\n]{0,30}):\s*(\S[^\n]*)")


def _collapse(text: str) -> str:
    return " ".join(text.split())


@dataclass(slots=True)
class Head:
    """Statements of a page about itself, in their order.

    title     content of the title element
    language  `lang` of the html element
    metas     names (in lower case) and contents of meta elements, relations and addresses of links
    infos     texts of elements with the class "info" or "information"
    """

    title: str = ""
    language: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)

    def add_meta(self, name: str, content: str) -> None:
        """Add a meta element, or the relation and address of a link element."""
        value = _collapse(content)
        if name and value:
            self.metas.append((name.strip().lower(), value))

    def _first(self, *names: str) -> str:
        return next((value for wanted in names for name, value in self.metas if name == wanted), "")

    def best_title(self, headings: Iterable[str]) -> str:
        """Return the title of the page whose first-level headings are `headings`."""
        first_level = [heading for heading in map(_collapse, headings) if heading]
        declared = self._first("og:title", "dc.title", "dcterms.title", "citation_title")
        title = _collapse(self.title)
        if title.lower() in _EMPTY_TITLES:
            return declared or (first_level[0] if first_level else title)
        return _remove_site(title, {declared, *first_level}, self._first("og:site_name"))

    def best_language(self) -> str:
        """Return the ISO 639-1 code of the language that the page declares, or ""."""
        names = ("dc.language", "dcterms.language", "content-language", "language")
        return language_code(self.language or self._first(*names))

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Return the metadata under the names used by excerpt, the first value of each name."""
        values: dict[str, str] = {}
        for name, value in self.metas:
            if name in _META_NAMES:
                values.setdefault(_META_NAMES[name], value)
        for info in self.infos:
            for label, value in _INFO_LINE.findall(info):
                name = _collapse(label).lower()
                values.setdefault(_INFO_NAMES.get(name, name), _collapse(value).rstrip(";"))
        return tuple(values.items())


def _remove_site(title: str, titles: set[str], site: str) -> str:
    """Return `title` without the name of the site.

    The name is removed if one part of `title` is among `titles`, or the other part is `site`.
    """
    known = {words.casefold() for words in titles if words}
    for separator in _SEPARATOR.finditer(title):
        first, last = title[: separator.start()], title[separator.end() :]
        if first.casefold() in known or (site and last.casefold() == site.casefold()):
            return first
        if last.casefold() in known or (site and first.casefold() == site.casefold()):
            return last
    return title
