"""The statements of a web page about itself → title, language and metadata.

They are in its head, in JSON-LD, in `time` elements and in its info lines. The date at which the
page was published (`published`) is not the date of its text (`date`).

The name of the site is removed from a title only if the page shows that it is one: because its
heading is the rest of the title, or because it names the site. The name of a person is left there
unless the page names the author elsewhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from excerpt.ingest.formats.html.json_ld import read_json_ld
from excerpt.ingest.formats.html.roles import split_names
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
    "citation_publisher": "publisher",
    "datecreated": "date",
    "article:published_time": "published",
    "og:published_time": "published",
    "datepublished": "published",
    "pubdate": "published",
    "published": "published",
    "parsely-pub-date": "published",
    "sailthru.date": "published",
    "source": "source",
    "dc.source": "source",
    "dcterms.source": "source",
    "canonical": "source",
    "og:url": "source",
    "publisher": "publisher",
    "dc.publisher": "publisher",
    "dcterms.publisher": "publisher",
    "og:site_name": "publisher",
    "description": "description",
    "dc.description": "description",
    "dcterms.description": "description",
    "subject": "subject",
    "dc.subject": "subject",
    "dcterms.subject": "subject",
    "keywords": "subject",
}
"""Names in excerpt by the names of meta elements."""
_INFO_NAMES = {
    "written": "date",
    "first published": "published",
    "published": "published",
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
_ADDRESS = re.compile(r"(?:https?:)?//\S+|www\.\S+", re.IGNORECASE)
_PUBLISHED_NAMES = frozenset({"datepublished", "published", "dt-published", "entry-date"})
"""Classes and properties of `time` elements."""
_PERSON = re.compile(
    r"(?:(?:[^\W\d_]\.[ -]?)+|[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*)"
    r"(?: (?:[^\W\d_]\.(?:[ -]?[^\W\d_]\.)*|[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*"
    r"|de|del|della|der|den|di|du|la|le|van|von|y|zu)){1,4}"
)
"""Two to five names or initials; small words such as *von* stand between them."""
_ARTICLES = split_names("a an the der die das le la les el los las il lo gli het de")
_SITE_WORDS = split_names(
    "archive archives archiv archivio archivo library "
    "libraries bibliothek bibliothèque biblioteca book books bücher livres online on-line web "
    "internet digital site website page pages home homepage start welcome index news newspaper "
    "newspapers journal journals review magazine gazette times post herald tribune press verlag "
    "zeitung blog wiki project projekt projet society gesellschaft museum university universität "
    "université institute institut college school foundation center centre collection collections "
    "sammlung papers letters works texts documents reader encyclopedia dictionary history studies "
    "chapter part volume kapitel contents inhalt free full text download pdf"
)
"""Words that occur in names of sites and of parts, not of people."""
_INFO_LINE = re.compile(r"([^\W\d_][^:\n]{0,30}):\s*(\S[^\n]*)")


def _collapse(text: str) -> str:
    return " ".join(text.split())


def _is_address(value: str) -> bool:
    return _ADDRESS.fullmatch(value) is not None


@dataclass(slots=True)
class Head:
    """Statements of a page about itself, in their order.

    title        content of the title element
    language     `lang` of the html element
    metas        names (in lower case) and contents of meta elements, relations and addresses of
                 links
    infos        texts of elements with the class "info" or "information"
    json_ld      names and values from JSON-LD
    facts        names and values from a header of Project Gutenberg
    times        times of `time` elements, each with True if it stands at the start of a block
    """

    title: str = ""
    language: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    infos: list[str] = field(default_factory=list)
    json_ld: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    times: list[tuple[str, bool]] = field(default_factory=list)

    def add_meta(self, name: str, content: str) -> None:
        """Add a meta element, or the relation and address of a link element."""
        value = _collapse(content)
        if name and value:
            self.metas.append((name.strip().lower(), value))

    def add_json_ld(self, source: str) -> None:
        """Add the statements in a script of JSON-LD; earlier ones take precedence."""
        self.json_ld = read_json_ld(source) | self.json_ld

    def add_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Add names and values from a header of the text, which take precedence."""
        self.facts.update(facts)

    def add_time(self, attributes: Mapping[str, str], *, starts_block: bool) -> None:
        """Add a `time` element with these attributes."""
        time = _collapse(attributes.get("datetime", ""))
        names = f"{attributes.get('itemprop', '')} {attributes.get('class', '')}".lower().split()
        if "datecreated" in names:
            self.add_meta("datecreated", time)
        elif "pubdate" in attributes or not _PUBLISHED_NAMES.isdisjoint(names):
            self.add_meta("datepublished", time)
        elif time:
            self.times.append((time, starts_block))

    def _first(self, *names: str) -> str:
        return next((value for wanted in names for name, value in self.metas if name == wanted), "")

    def best_title(self, headings: Iterable[str]) -> str:
        """Return the title of the page whose first-level headings are `headings`."""
        if "title" in self.facts:
            return self.facts["title"]
        first_level = [heading for heading in map(_collapse, headings) if heading]
        declared = self._first("og:title", "dc.title", "dcterms.title", "citation_title")
        title = _collapse(self.title)
        if title.lower() in _EMPTY_TITLES:
            others = (declared, *first_level[:1], self.json_ld.get("title", ""))
            return next(filter(None, others), title)
        site = self._first("og:site_name") or self.json_ld.get("publisher", "")
        has_author = any(name == "author" for name, _ in self.metadata())
        return _remove_site(title, {declared, *first_level}, site, keep_people=not has_author)

    def best_language(self) -> str:
        """Return the ISO 639-1 code of the language that the page declares, or ""."""
        names = ("dc.language", "dcterms.language", "content-language", "language")
        declared = self.language or self._first(*names) or self.json_ld.get("language", "")
        return language_code(declared or self.facts.get("language", ""))

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Return the metadata under the names used by excerpt, the first value of each name.

        The address of an author is used only if nothing else names one.
        """
        values: dict[str, str] = {}
        addresses: dict[str, str] = {}
        for name, value in self._statements():
            if name == "author" and _is_address(value):
                addresses.setdefault(name, value)
            else:
                values.setdefault(name, value)
        for name, value in addresses.items():
            values.setdefault(name, value)
        return tuple(values.items())

    def _statements(self) -> Iterator[tuple[str, str]]:
        """Yield names and values, the most reliable first."""
        yield from ((name, value) for name, value in self.facts.items() if name != "title")
        for name, value in self.metas:
            if name in _META_NAMES:
                yield _META_NAMES[name], value
        published = ""
        for info in self.infos:
            for label, source in _INFO_LINE.findall(info):
                name, value = _collapse(label).lower(), _collapse(source).rstrip(";")
                name = _INFO_NAMES.get(name, name)
                published = published or (value if name == "published" else "")
                yield name, value
        if published:
            # Info lines describe the text, not the page: without any other date, it was written
            # when it was first printed.
            yield "date", published
        for name, value in self.json_ld.items():
            if name not in {"title", "language"}:
                yield name, value
        # A single time at the head of a block is that of a byline; several are those of events.
        if len({time for time, _ in self.times}) == 1 and self.times[0][1]:
            yield "published", self.times[0][0]


def _remove_site(title: str, titles: set[str], site: str, *, keep_people: bool) -> str:
    """Return `title` without the name of the site.

    The name is removed if one part of `title` is among `titles`, or the other part is `site`. With
    `keep_people`, a part that may be the name of a person is not removed.
    """
    known = {words.casefold() for words in titles if words}
    for separator in _SEPARATOR.finditer(title):
        first, last = title[: separator.start()], title[separator.end() :]
        for part, rest in ((first, last), (last, first)):
            is_site = bool(site) and rest.casefold() == site.casefold()
            if is_site or part.casefold() in known:
                return title if keep_people and not is_site and _may_be_person(rest) else part
    return title


def _may_be_person(name: str) -> bool:
    """Return whether `name` looks like that of a person.

    >>> _may_be_person("R. Vane"), _may_be_person("Ada de la Torre"), _may_be_person("Old Books")
    (True, True, False)
    """
    name = name.removeprefix("by ").removeprefix("von ")
    words = name.casefold().split()
    if not words or words[0] in _ARTICLES or not _SITE_WORDS.isdisjoint(words):
        return False
    return _PERSON.fullmatch(name) is not None
