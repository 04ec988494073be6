"""Templates of MediaWiki → the parameters that are text: `{{lang|fr|Bonjour}}`, `{{cite book|…}}`.

A template cannot be expanded, since its definition is in the wiki. Its name shows its role: the
text of a quotation or a foreign phrase is part of the sentence around it, the fields of a citation
are text except for addresses and numbers, the values of an information box are cells, and a note is
a note. `wiki_values.py` is about all other templates.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

__all__ = [
    "Parameter",
    "TemplateRole",
    "is_quotation",
    "names_of",
    "normalized",
    "role_of_template",
    "text_parameters",
]


class TemplateRole(Enum):
    """The role of a template in its text."""

    OTHER = auto()
    TEXT = auto()
    NOTE = auto()
    REFERENCE = auto()
    BOX = auto()


class Parameter(NamedTuple):
    """A parameter of a template.

    name   in lower case, "" if it has none
    start  offset of its value
    end    offset after its value
    """

    name: str
    start: int
    end: int


def names_of(listed: str) -> frozenset[str]:
    """Return the names in `listed`, with commas between them."""
    return frozenset(" ".join(name.split()) for name in listed.split(","))


_ALL: Final = 99
_FOREIGN: Final = names_of(
    "lang, langx, transl, transliteration, color, font color, colour, langue, sprache, lang2"
)
_SIMPLE: Final = names_of(
    """
    nowrap, nobr, nobreak, small, smaller, big, bigger, larger, sc, smallcaps, small caps, sup, sub,
    em, strong, abbr, tooltip, ill, interlanguage link, center, centre, right, formatnum, lien,
    visible anchor, vanchor, translation, literally, lit, unité, script, native name,
    angbr, underline, bold, italic, mvar, var, char, code, tt, okina, strikethrough, cancelled
    """
)
_QUOTATIONS: Final = names_of(
    """
    quote, quotation, blockquote, bquote, block quote, cquote, rquote, pull quote, quote box,
    quotebox, poem quote, poemquote, poem, verse translation, zitat, citation bloc, cita, début
    citation, cytat, citazione, citaat, цитата, epigraph, dialogue, verse
    """
)
_LISTS: Final = names_of(
    """
    main, main article, see also, further, details, about, hatnote, ubl, unbulleted list, plainlist,
    ublist, flatlist, hlist, bulleted list, ordered list, columns-list, div col, multicol,
    small div, lang box
    """
)
_NOTES: Final = names_of(
    "efn, efn-ua, efn-lr, refn, notetag, note label, #tag:ref, sfn, sfnp, harvnb"
)
_NOTE_PREFIXES: Final = ("efn", "refn", "sfn", "harv", "#tag:ref")
_FREE_NOTES: Final = ("efn", "refn", "notetag", "note label", "#tag:ref")
"""Notes in free text; their parameters with other names are their names and groups."""
_REFERENCES: Final = names_of("rp, r, ref label, note, ref, cn, citation needed, fact, page needed")
_CITATION: Final = re.compile(
    r"cite\b|citation\b|cit\b|literatur\b|internetquelle\b|ouvrage\b|article\b|lien web\b|cita \w"
    r"|книга\b|статья\b|cytuj\b|source\b|cite_|bokref\b|webbref\b|kilde\b|harvard citation\b"
)
_BOX: Final = re.compile(
    r"info ?box|.*\b(?:info)?box\b|taxobox|speciesbox|geobox|chembox|drugbox|ficha\b|karta\b"
    r"|карточка\b|tietolaatikko\b|bio\b|persondata\b|personendaten\b|information\b"
)
_NOT_TEXT: Final = names_of(
    """
    url, archive-url, archiveurl, archive-date, archivedate, access-date, accessdate, chapter-url,
    chapterurl, contribution-url, section-url, url-status, url-access, dead-url, deadurl, ref, df,
    mode, doi, doi-access, isbn, issn, oclc, pmid, pmc, bibcode, jstor, arxiv, lccn, asin, id,
    s2cid, hdl, citeseerx, ol, zbl, mr, name-list-style, author-link, authorlink, author1-link,
    author2-link, editor-link, editorlink, postscript, separator, format, via-url, abruf, lang,
    language, align, width, style, class, image, bgcolor, bg, fontsize, size, salign, qalign,
    image_size, imagesize, image_width, coordinates, website, url-text, upright, cs1-dates, group,
    loc-url, ps, lk, sp, adj, sigfig, order, disp
    """
)
_TEXT_NAMES: Final = names_of(
    """
    text, quote, quotation, 1, 2, sign, source, author, title, by, cite, character, translation,
    content, original, quotetext, text1, text2, caption
    """
)


def role_of_template(name: str, n_named: int, *, is_block: bool) -> TemplateRole:
    """Return the role of the template with this `name`.

    Arguments:
        name: as it is written.
        n_named: the number of parameters with names.
        is_block: True if it has its lines for itself.
    """
    name = normalized(name)
    if name in _NOTES or name.startswith(_NOTE_PREFIXES):
        return TemplateRole.NOTE
    if name in _REFERENCES:
        return TemplateRole.REFERENCE
    if _is_quoted(name) or _CITATION.match(name):
        return TemplateRole.TEXT
    if is_block and n_named > 1 and (_BOX.match(name) or n_named > 3):
        return TemplateRole.BOX
    return TemplateRole.OTHER


def is_quotation(name: str) -> bool:
    """Return whether the template with this `name` is a quotation."""
    return normalized(name) in _QUOTATIONS


def text_parameters(name: str, parameters: Sequence[Parameter]) -> Iterator[Parameter]:
    """Yield those of `parameters` that are text."""
    name = normalized(name)
    first, last = 1, _ALL
    is_quoted = is_quotation(name)
    if name.startswith("transl"):  # between the language and the text may be a standard
        first = last = max(2, sum(not parameter.name for parameter in parameters))
    elif name in _FOREIGN:
        first = last = 2
    elif name in _SIMPLE or name.startswith(("lang-", "efn", "refn")):
        last = 1
    elif name in {"convert", "cvt"}:
        last = 2
    number = 0
    for parameter in parameters:
        if not parameter.name:
            number += 1
            if first <= number <= last:
                yield parameter
        elif is_quoted or name in _FOREIGN or name in _SIMPLE:
            if parameter.name in _TEXT_NAMES and (is_quoted or parameter.name == str(first)):
                yield parameter
        elif name.startswith(_FREE_NOTES):
            if parameter.name in {"1", "text", "note", "content"}:
                yield parameter
        elif parameter.name not in _NOT_TEXT and not parameter.name.endswith(
            ("-url", "_url", "link")
        ):
            yield parameter


def normalized(name: str) -> str:
    """Return the name of a template in lower case, with single spaces."""
    return " ".join(name.replace("_", " ").lower().split())


def _is_quoted(name: str) -> bool:
    """Return whether the template shows some of its parameters as they are."""
    is_known = name in _FOREIGN or name in _SIMPLE or name in _QUOTATIONS or name in _LISTS
    return is_known or name.startswith("lang-") or name in {"convert", "cvt"}
