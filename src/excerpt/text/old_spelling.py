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
    " ^jetzt$:^itzt$ ^jetzt$:^jezt$ ^jetzt$:^izt$ ^jetzt$:^jetzo$ ^jetzt$:^itzo$"
    " ^nicht$:^nit$ ^nicht$:^nich$ ^soll$:^sol$ ^will$:^wil$ ^gott$:^got$ ^dann$:^dan$"
    " ^sie$:^sy$ ^sie$:^sye$ ^die$:^dy$ ^hie$:^hye$ ^j:^jh chr:cr"
    " ^jahr:^jar ^sohn:^son ^lohn:^lon ^ohne$:^one$ ^ohr:^or ^mehr$:^mer$ ^ehr:^er"
    " mt:mpt mmt:mpt md:mbd mm:mb um$:umb$"  # Ampt, kompt, frembd, Lamb, umb
    " nd$:ndt$ ld$:ldt$ nd$:nt$ ld$:lt$ g$:gk$"  # Landt, Gelt, Bergk
    " pst:bst upt:ubt nter:nder sst:st chs:x tl:tzl"  # Pabst, Haubt, hinder, sex
    " onn:unn omm:umm onig:unig onch:unch oglich:uglich"  # Sunne, kummen, Künig
    " ^hilf:^hulf ^gilt:^gult ^wirk:^wurk ^sprich:^spruch"  # Hülfe, gültig, würken
)
_GERMAN_IN_LONGER_WORDS: Final = {
    4: "ah:a eh:e oh:o uh:u ei:ai ei:ay ai:ey t$:d$",  # nemen, Keyser, Brod
    5: "tt:t ll:l nn:n mm:m rr:r ^d:^t ^b:^p",  # Vatter, Sontag, teutsch, Pauer
    6: "a:e el$:ul$",  # Geberde, Articul
}
"""Rules that would connect too many short words, by the fewest letters of both words."""
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
    " ^through$:^thro$ ^their$:^theyr$ ^through$:^thorow$ ^enough$:^inough$ ^enough$:^enow$"
    " ly$:ely$ y$:ey$ er$:re$ w$:we$ ch$:che$ ss$:sse$ ff$:ffe$"  # onely, countrey, powre
    " ete$:eat$ eme$:eam$ eme$:eame$ ene$:ean$ ere$:eare$"  # compleat, extream
    " ine$:in$ ise$:is$ ose$:os$ ure$:ur$ ence$:ense$ ense$:ence$ ice$:ise$"  # promis, defense
    " oil$:oyle$ oin$:oyne$ aid$:ayde$ ain$:ayne$ ail$:ayle$ air$:ayre$"
    " le$:el$ le$:ell$ ck$:que$ sk$:sque$ cs$:cks$ ue$:ew$ uit$:ute$"  # castel, masque, trew
    " ould$:oud$ ould$:oude$ ould$:olde$ ^em:^im ^be:^bi ^gh:^g isl:il"  # imploy, ghost, iland
    " ther$:der$ aun:an ault$:aut$ oubt:out ebt$:et$ ect$:et$ ect$:it$"  # fader, dout, perfit
    " eign$:aigne$ eign$:aign$ ief$:iefe$ ief$:eefe$ iest$:eest$"
)
_ENGLISH_IN_LONGER_WORDS: Final = {
    4: "ou:o ss$:s$",  # yong, busines
    5: "ie:ee ie:ei ie:e ea:e eo:e ou:u ol:oul ge:dge tch:cch tch:ch an:aun"
    " th:t rh:r ir:er en$:in$",  # beleeve, frend, helth, souldier, colledge, daunger, vertue
    6: "ei:ea er:ar",  # receave, marchant
}
_FINAL_E: Final = "nd ld ng nk rd rk rm rn rt st sk ss th wn ht ft lt nt mp rs"
"""Endings of English words that have an e in older print: kinde, olde."""
_VOWELS_BEFORE_E: Final = "oo ou ea ee ai ei oa"
_CONSONANTS_BEFORE_E: Final = "dfklmnprt"
_FRENCH: Final = (
    "ph:f ^sav:^scav ^sau:^scau"  # sçavoir
    " nts$:ns$ mps$:ms$ es$:ez$ aire$:ayre$"  # enfans, tems, bontez
    " int:inct it$:ict$ it:ict ^un$:^ung$ ^une$:^ugne$"  # sainct, faict
    " ^connai:^connoi ^connait:^connoist ^parai:^paroi ^parait:^paroist ^faib:^foib"
    " ois$:oix$ oi$:oix$ oix$:ois$ s$:z$ x$:z$ oin$:oing$ nd$:nt$ ng$:nc$"  # loix, besoing, grant
    " uj:ubj uj:ubi et$:ect$ ^av:^adv ^aj:^adj ^aj:^adi ev:ebv ous:oubs tt:bt ut:ubt"  # subject
    " aut:ault aud:auld aux:aulx eux:eulx eut:eult eau:eaul au:aul mieux:mieulx"  # aultre
    " u$:eu$ us$:eus$ ue$:eue$ mn:nn nn:mn tion:cion chr:cr oeu:eu"  # veu, colomne
    " ^connai:^cognoi ^connait:^cognoist ^amb:^emb rouv:reuv ouv:ov ic$:icque$ ic$:icq$"
    " ^avec$:^avecque$ ^encore$:^encor$ ^encore$:^encores$ ^jusque$:^jusques$ ^meme$:^mesmes$"
    " ^donc$:^doncques$ ^donc$:^donques$ ^guere$:^gueres$ ^certes$:^certe$ ^clef$:^cle$"
    " ^anglai:^angloi ^francai:^francoi ^avec$:^avecques$ ^avec$:^auecq$"
)
_FRENCH_VERBS: Final = "ait$:oit$ ais$:ois$ aient$:oient$ aise$:oise$"
"""Endings of longer words: estoit, françois."""
_FRENCH_IN_LONGER_WORDS: Final = {
    4: "t:th",  # autheur
    5: "ai:oi ^h:^ on:un",  # monnoie, onneur
    6: "l:ll n:nn m:mm p:pp r:rr",  # appeller
}
_SILENT_S_BEFORE: Final = "bcdfgjlmnpqrtv"
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


def _long_rules(tables: dict[int, str]) -> Iterator[SpellingRule]:
    """Yield rules, given their tables by the fewest letters of both words."""
    for min_letters, table in tables.items():
        yield from _rules(table, min_letters)


def _german() -> Iterator[SpellingRule]:
    yield from _rules(_GERMAN)
    yield from _long_rules(_GERMAN_IN_LONGER_WORDS)


def _english() -> Iterator[SpellingRule]:
    yield from _rules(_ENGLISH)
    yield from _long_rules(_ENGLISH_IN_LONGER_WORDS)
    endings = _FINAL_E.split()
    endings += [v + c for v in _VOWELS_BEFORE_E.split() for c in _CONSONANTS_BEFORE_E]
    yield from _rules(" ".join(f"{ending}$:{ending}e$" for ending in endings))


def _french() -> Iterator[SpellingRule]:
    yield from _rules(_FRENCH)
    yield from _long_rules(_FRENCH_IN_LONGER_WORDS)
    yield from _rules(_FRENCH_VERBS, min_letters=5)
    pairs = (f"{v}{c}:{v}s{c}" for v in "aeiou" for c in _SILENT_S_BEFORE)
    yield from _rules(" ".join(pairs), min_letters=3)
