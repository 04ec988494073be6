"""Language → the rules of its older spelling, as they are found in print from 1500 to 1900.

German, English and French have rules of their own. All other languages have the letters that early
printers used for each other, and texts of unknown language have the rules of all. Folded words are
compared: long s is s, ß is ss, and accents are removed.

The rules are those that histories of the three orthographies describe. They are wide rather than
exact, since only words that occur in the index are added.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from excerpt.text.spelling_rules import SpellingRule, SpellingRules

__all__ = ["old_spelling_rules"]

_LETTERS: Final = "u:v i:j i:y w:vv w:uu"
"""Letters that stand for each other everywhere: vnto, loue, iustice, kyng, vvater."""
_GERMAN: Final = (
    "u:w j:y"  # Fraw, newe
    " t:th t:dt dt:tt t:tt$"  # Theil, todt, Statt
    " z:c k:c"  # Centrum, Canzler
    " ck:k tz:z f:ff ss:sz"  # Werck, Nuz, auff, dasz
    " ie:i ei:ey"  # gieng, studiren, seyn
    " aa:a ee:e oo:o"  # Schaaf, Heerde, Loos
    " ue:u ae:a oe:o"  # Ueber, Aerzte, Oel
    " ph:f rh:r"  # Telephon
    " ^und$:^vnnd$ ^und$:^unnd$ ^und$:^vnndt$ ^und$:^vndt$"
    " ^dass$:^daz$ ^dass$:^dz$ ^kann$:^kan$ ^wenn$:^wann$ ^ihn$:^jn$ ^ihm$:^jm$ ^ihr$:^jr$"
    " ^hilf:^hulf ^gilt:^gult ^wirk:^wurk ^sprich:^spruch"  # Hülfe, gültig, würken
)
_ENGLISH: Final = (
    "ck:k ^en:^in"  # booke, encrease
    " ie$:y$ ye$:y$ ie:y"  # citie, dayes
    " tion:cion xion:ction xion:ccion"  # nacion, connexion
    " our:or ise:ize isi:izi isa:iza"  # honour, organise
    " ae:e oe:e ph:f"  # mediaeval, oeconomy
    " c$:ck$ c$:cke$ c$:que$"  # musick, publicke, publique
    " l$:ll$ l$:lle$ n$:nne$ r$:rre$ t$:tte$ d$:dde$ p$:ppe$ m$:mme$ g$:gge$ s$:sse$ f$:ffe$"
    " ess$:esse$ es$:s$ ed$:d$ ed$:t$"  # goodnesse, kinges, publisht
    " ^he$:^hee$ ^she$:^shee$ ^me$:^mee$ ^do$:^doe$ ^go$:^goe$ ^so$:^soe$ ^no$:^noe$"
    " ^than$:^then$ ^murder:^murther ^burden:^burthen ^yield:^yeeld ^show:^shew ^though$:^tho$"
    " ^through$:^thro$ ^their$:^theyr$"
)
_FINAL_E: Final = "nd ld ng nk rd rk rm rn rt st sk ss th wn ht ft lt nt mp rs"
"""Endings of English words that have an e in older print: kinde, olde."""
_VOWELS_BEFORE_E: Final = "oo ou ea ee ai ei oa"
_CONSONANTS_BEFORE_E: Final = "dfklmnprt"
_FRENCH: Final = (
    "ph:f ^sav:^scav ^sau:^scau"  # sçavoir
    " nts$:ns$ mps$:ms$ es$:ez$ aire$:ayre$"  # enfans, tems, bontez
    " int:inct it$:ict$ it:ict ^un$:^ung$ ^une$:^ugne$"  # sainct, faict
    " ^connai:^connoi ^connait:^connoist ^parai:^paroi ^parait:^paroist ^faib:^foib"
    " ^anglai:^angloi ^francai:^francoi ^avec$:^avecques$ ^avec$:^auecq$"
)
_FRENCH_VERBS: Final = "ait$:oit$ ais$:ois$ aient$:oient$ aise$:oise$"
"""Endings of longer words: estoit, françois."""
_SILENT_S_BEFORE: Final = "bcdfglmnpqrtv"
"""Consonants that an s was written before, where there is an accent now: teste, isle, eſtat."""


@cache
def old_spelling_rules(language: str) -> SpellingRules:
    """Return the rules of older spelling in `language`, an ISO 639-1 code; "" is unknown.

    >>> old_spelling_rules("de").n_changes("teil", "theil") is not None
    True
    """
    tables = {"de": _german, "en": _english, "fr": _french}
    rules = list(_rules(_LETTERS))
    for name, table in tables.items():
        if language in {name, ""}:
            rules += table()
    return SpellingRules(rules)


def _rules(text: str, min_letters: int = 0) -> Iterator[SpellingRule]:
    """Yield the rules in a table: pairs of strings with a colon between them."""
    for pair in text.split():
        first, second = pair.split(":")
        if first != second:
            # A rule of several letters would connect too many short words.
            is_long = max(len(first), len(second)) > 1 and "$" not in first and "^" not in first
            yield SpellingRule(first, second, min_letters or (3 if is_long else 0))


def _german() -> Iterator[SpellingRule]:
    return _rules(_GERMAN)


def _english() -> Iterator[SpellingRule]:
    yield from _rules(_ENGLISH)
    endings = _FINAL_E.split()
    endings += [v + c for v in _VOWELS_BEFORE_E.split() for c in _CONSONANTS_BEFORE_E]
    yield from _rules(" ".join(f"{ending}$:{ending}e$" for ending in endings))


def _french() -> Iterator[SpellingRule]:
    yield from _rules(_FRENCH)
    yield from _rules(_FRENCH_VERBS, min_letters=5)
    pairs = (f"{v}{c}:{v}s{c}" for v in "aeiou" for c in _SILENT_S_BEFORE)
    yield from _rules(" ".join(pairs), min_letters=3)
