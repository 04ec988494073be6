"""The values of templates of MediaWiki that no list names → those that a reader sees.

A template shows its values in its own way, `{{circa|1850}}` as "c. 1850" and `{{HMS|Victory}}` as
"HMS Victory". Unless its name says that it shows nothing, its values without names are text.
"""

import re
from collections.abc import Iterator
from typing import Final

from excerpt.ingest.formats.markup.wiki_templates import Parameter, names_of, normalized

__all__ = ["page_label", "ruby_parameters", "shown_spans", "starts_word"]

_HIDDEN: Final = re.compile(
    r"""
    (?:use\ (?:[dmy]{3}\ dates|.*\ english)|engvar.*|short\ ?desc.*|italic\ ?title.*|lowercase\b.*
    |defaultsort\b.*|displaytitle\b.*|displaytitle:.*|good\ article|featured\ .*|pp(?:-.*)?
    |authority\ control|reflist.*|refbegin|refend|references|notelist.*|notefoot|toc.*|__.*
    |clear\b.*|clr|-|col-.*|.*\bstub|flag\ ?icon.*|flagdeco|flagathlete|coord\ missing|cbignore
    |nbsp|nbs|snd|spaces|spaced\ .dash|pad|gap|rule|dhr|hr|custom\ rule|separator|[*]{3}|hs|ntsh
    |dtsh|\{.*
    |sort\ ?key|hidden\ sort.*|sortname|anchor|anker|ancre|category.*|cat|interwiki.*|link\ [fg]a
    |inflation.*|age|age\ in\ .*|nowrap\ begin|nowrap\ end|update\b.*|dead\ ?link|permanent\ dead.*
    |(?:.*\ |)(?:needed|inline|missing)\??|dubious.*|disputed.*|clarify.*|specify|vague|when|which
    |who|whom|by\ whom|whose|where|why|how|what|according\ to\ whom|verify.*|failed\ verification
    |unreliable.*|better\ source.*|original\ research.*|quantify|elucidate|synthesis.*|weasel.*
    |peacock.*|pov.*|cleanup.*|unreferenced.*|refimprove.*|more\ citations.*|citations\ .*
    |one\ source.*|orphan.*|expand\ .*|multiple\ issues|copy\ ?edit.*|merge.*|notability.*|advert.*
    |tone\b.*|in-use|under\ construction|citation|wikify|proofread.*|protected.*|navbox.*
    |\#.*|int:.*|subst:.*|safesubst:.*|namespace.*|pagename.*|fullpagename.*|template:.*)
    """,
    re.VERBOSE,
)
"""Names of templates that show nothing, or none of their values as they are."""
_SHOWN_NAMES: Final = names_of(
    """
    as of, hms, hmas, hmcs, hmnzs, hmsas, hmis, uss, usns, usat, usav, uscgc, usrc, ussc, css, ss,
    ms, mv, my, mf, mt, mts, ps, rms, rrs, rv, sms, smu, hswms, hdms, hnoms, hnlms, ins, jds, roks,
    orp, ara, bap, arm, tcg, ts, tss, gts, sv, sy, st, hmt, hmhs, hmy, hmm, pns, slns, hs, le, nms,
    lpd, rfa, rv, isbn, issn, oclc, lccn, doi, pmid, pmc, rfc, imo, bwv, k, unesco
    """
)
"""Templates that show their names before their values."""
_FIRST_ONLY: Final = names_of(
    """
    drop initial, dropinitial, di, drop cap, dropcap, initial, large initial, sic,
    hover, hws, hyphenated word start, hwe, hyphenated word end, death-date and age,
    birth-date and age, popup, errata
    """
)
_WORD_STARTS: Final = names_of("hws, hyphenated word start")
_WORD_ENDS: Final = names_of("hwe, hyphenated word end, lpe, lps")
_LAST: Final = {"death date and age": 3, "ship": 3}
_COLON: Final = re.compile(
    r"\s*(?:formatnum|lc|uc|lcfirst|ucfirst|padleft|padright)\s*:", re.IGNORECASE
)
_NAMED: Final = {
    "zh": names_of("c, s, t, p, w, j, y, tp, sp, l, cy, poj, wuu, hp, first, pinyin, literal"),
    "val": names_of("u, ul, up, upl, ud, e, end"),
    "frac": names_of("1, 2, 3"),
}
"""Names of the parameters that these templates show."""
_NUMBERED: Final = re.compile(r"\d{1,2}")
_SETTING = re.compile(
    r"""
    [-+.\d]+\s*(?:em|ex|px|pt|rem|%)|\#[0-9a-f]{3,8}|https?://\S+
    |(?:region|type|scale|display|dim):\S*
    |left|right|center|centre|justify|yes|no|true|false|none|auto|\S+\.(?:jpe?g|png|gif|svg|og[gav])
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A value that is a size, a colour, an address or another setting."""
_PROSE_SPACES: Final = 6
"""Spaces in the value of a parameter with a name that is text."""
_PAGE: Final = names_of(
    "page, pagenum, page number, page num, page no, pageno, pg, page break, pagebreak, seite, "
    "page marker, pagina, página, страница"
)
_LABEL = re.compile(r"(?:.*/)?\s*(\d{1,5}[rv]?|[ivxlcdm]{1,9})\s*", re.IGNORECASE | re.DOTALL)
_RUBY: Final = names_of("ruby, rubi, furigana, ruby-ja, rb, ふりがな, 振り仮名, ルビ")


def page_label(text: str, name: str, parameters: list[Parameter]) -> str:
    """Return the label of the page that a template marks, "" if it marks none."""
    if normalized(name) not in _PAGE:
        return ""
    spans = {each.name or "1": each for each in reversed(parameters)}
    found = spans.get("num") or spans.get("1")
    label = (
        _LABEL.fullmatch(text, found.start, min(found.end, found.start + 300)) if found else None
    )
    return label.group(1) if label else ""


def ruby_parameters(name: str, parameters: list[Parameter]) -> list[Parameter]:
    """Return a text and its ruby, nothing if the template is not for ruby."""
    values = [each for each in parameters if not each.name or each.name in {"1", "2"}]
    return values if len(values) == 2 and normalized(name) in _RUBY else []


def shown_spans(
    text: str, start: int, end: int, parameters: list[Parameter], *, is_in_two: bool
) -> Iterator[tuple[int, int]]:
    """Yield the spans of what a template shows; its name is from `start` to `end`.

    `is_in_two` is True if a template for the first half of a word came before.
    """
    if colon := _COLON.match(text, start, end):
        yield colon.end(), end
        return
    name = normalized(text[start:end]) if end - start <= 200 else ""
    if name in _SHOWN_NAMES:
        yield start, end
    last = 1 if name in _FIRST_ONLY else 2 if name in _SHOWN_NAMES else _LAST.get(name, 99)
    is_hidden = not name or _HIDDEN.fullmatch(name) is not None
    is_hidden = is_hidden or (is_in_two and name in _WORD_ENDS)
    named = _NAMED.get(name, frozenset())
    values = [each for each in parameters if not each.name or _NUMBERED.fullmatch(each.name)]
    if name in _WORD_STARTS | _WORD_ENDS and len(values) > 1:
        del values[0]  # the whole word follows its half
    if name.startswith("sort") and len(values) > 1:
        del values[0]
    shown = {each.start for each in values[:last]} if name and not is_hidden else set()
    for name_of_value, first, after in parameters:
        value = text[first:after]
        if first in shown:
            if not _SETTING.fullmatch(value):
                yield first, after
        elif name_of_value in named or (
            not is_hidden and name_of_value and value.count(" ") >= _PROSE_SPACES
        ):
            yield first, after


def starts_word(name: str) -> bool:
    """Return whether the template with this `name` is for the first half of a word."""
    return normalized(name) in _WORD_STARTS
