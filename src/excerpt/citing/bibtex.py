r"""Citations → entries for BibTeX and BibLaTeX, in UTF-8.

The special characters of TeX are escaped, and words with capitals in titles are in braces, because
many styles change titles to lower case. Braces are written as \textbraceleft{} and
\textbraceright{}: BibTeX counts those with a backslash, too. BibTeX reads the year, BibLaTeX the
date, which may be approximate or an interval.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from excerpt.citing.chicago import locator
from excerpt.citing.citation import Citation
from excerpt.citing.cited_date import MONTHS, CitedDate, DateParts
from excerpt.citing.names import CitedName
from excerpt.citing.plain import single_line
from excerpt.present.terminal import escape_path

__all__ = ["escape_tex", "protect_capitals", "write"]

_ESCAPES: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_MONTHS: Final = tuple(month[:3].lower() for month in MONTHS)
"""The macros for months that every style defines."""
_TITLE_WORD: Final = r"((?:[^\W_]\.){2,}|[^\W_]+(?:['’-][^\W_]+)*)"
"""A word or initials; the rest of a title lies between them."""
_LANGUAGES: Final = {
    "cs": "czech",
    "da": "danish",
    "de": "ngerman",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "la": "latin",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
    "uk": "ukrainian",
}
"""Names of languages in babel, which BibLaTeX expects, by code."""
_CONTAINER_FIELDS: Final = {"article": "journal", "incollection": "booktitle"}
_PUBLISHER_FIELDS: Final = {"techreport": "institution", "phdthesis": "school"}
_URL_SAFE: Final = "!\"#$%&'()*+,-./:;=?@[]_~|"


def write(citations: Sequence[Citation]) -> str:
    """Return an entry for each citation, with empty lines between them."""
    return "\n".join(_entry(citation) for citation in citations)


def _entry(citation: Citation) -> str:
    fields = "".join(f",\n  {name} = {value}" for name, value in _fields(citation))
    key = re.sub(r"[^0-9A-Za-z./:-]", "-", citation.id)
    return f"@{citation.work_type.bibtex}{{excerpt-{key}{fields}\n}}\n"


def _fields(citation: Citation) -> Iterator[tuple[str, str]]:
    """Yield the fields of an entry that are not empty, with their values."""
    yield from _in_braces(_description(citation))
    if citation.issued and len(citation.issued.first) > 1:
        yield "month", _MONTHS[citation.issued.first[1] - 1]
    yield from _in_braces(_location_parts(citation))


def _in_braces(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((name, f"{{{value}}}") for name, value in values.items() if value)


def _description(citation: Citation) -> dict[str, str]:
    """Return the fields that say what the work is."""
    kind = citation.work_type.bibtex
    return {
        "author": _names(citation.authors),
        "editor": _names(citation.editors),
        "translator": _names(citation.translators),
        "title": protect_capitals(citation.title),
        _CONTAINER_FIELDS.get(kind, "series"): escape_tex(citation.container),
        "volume": escape_tex(citation.volume),
        "number": escape_tex(citation.issue),
        _PUBLISHER_FIELDS.get(kind, "publisher"): escape_tex(citation.publisher),
        "address": escape_tex(citation.publisher_place),
        "type": escape_tex(citation.work_type.label),
        "date": _edtf(citation.issued) if citation.issued else "",
        "year": _year(citation.issued) if citation.issued else "",
    }


def _location_parts(citation: Citation) -> dict[str, str]:
    """Return the fields that say where the source is, and the place in it."""
    kept = [citation.shelfmark, citation.archive]
    if not citation.shelfmark and not citation.url:
        kept.append(escape_path(citation.file))
    recipients = ", ".join(map(str, citation.recipients))
    notes = [recipients and f"to {recipients}", locator(citation), str(citation.check)]
    return {
        "pages": "--".join(map(escape_tex, citation.pages)),
        "howpublished": escape_tex(", ".join(filter(None, kept))),
        "url": quote(citation.url, safe=_URL_SAFE),
        "urldate": citation.check.read if citation.url else "",
        "langid": _LANGUAGES.get(citation.language, ""),
        "annote": escape_tex(" ".join(citation.paragraphs)) if citation.is_quotation else "",
        "note": escape_tex("; ".join(filter(None, notes))),
    }


def escape_tex(text: str) -> str:
    r"""Return `text` on one line, with the special characters of TeX escaped.

    >>> print(escape_tex("50 % of {A_1} & ~\\"))
    50 \% of \textbraceleft{}A\_1\textbraceright{} \& \textasciitilde{}\textbackslash{}
    """
    return _escape(single_line(text))


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def protect_capitals(title: str) -> str:
    """Return a title for TeX in which styles keep the capitals.

    The capital with which a title begins needs no protection.

    >>> print(protect_capitals("The United Front in Germany, 1921: U.S.S.R. and eBay"))
    The {United} {Front} in {Germany}, 1921: {U.S.S.R.} and {eBay}
    """
    parts = re.split(_TITLE_WORD, single_line(title))
    return "".join(
        f"{{{_escape(part)}}}" if _has_capital(part, number) else _escape(part)
        for number, part in enumerate(parts)
    )


def _has_capital(part: str, number: int) -> bool:
    """Return whether part `number` of a title needs protection; the odd ones are words."""
    is_word, is_first = number % 2 == 1, number == 1
    return is_word and any(map(str.isupper, part[1:] if is_first else part))


def _names(names: Sequence[CitedName]) -> str:
    """Return names for BibTeX, which are separated by "and"."""
    return " and ".join(map(_name, names))


def _name(name: CitedName) -> str:
    if name.is_literal:
        return f"{{{escape_tex(name.family)}}}"
    parts = [name.family, name.suffix, name.given] if name.suffix else [name.family, name.given]
    # A part with "and" would be taken for two names.
    return ", ".join(
        f"{{{escape_tex(part)}}}" if re.search(r"\band\b", part) else escape_tex(part)
        for part in parts
    )


def _edtf(issued: CitedDate) -> str:
    """Return a date as BibLaTeX has it: 1848-02-24, 1848~ or 1917/1921; "" for other texts."""
    sign = "~" if issued.is_circa else ""
    return "/".join(_iso(parts) + sign for parts in issued.parts)


def _iso(parts: DateParts) -> str:
    year, *rest = parts
    sign = "-" if year < 0 else ""
    return "-".join([f"{sign}{abs(year):04}", *(f"{number:02}" for number in rest)])


def _year(issued: CitedDate) -> str:
    """Return the year as it is printed."""
    if not issued.parts:
        return escape_tex(issued.text)
    years = dict.fromkeys(parts[0] for parts in issued.parts)
    shown = "--".join(str(year) if year > 0 else f"{1 - year} BC" for year in years)
    return f"ca. {shown}" if issued.is_circa else shown
