"""Forms of one word whose Snowball stems differ, by regular endings → the same stem for them.

Snowball's algorithms leave some regular forms apart: Portuguese ação and ações, Italian operaio and
operai, Polish robotnik and robotnicy, Spanish luz and luces. The rules here change the ending of a
word before its algorithm, or the end of the stem after it. They are few: only endings that a
grammar gives without exceptions that matter, and some words too short for the algorithm. No rule
changes the first letter, but in Arabic, where the article and "and" are written with the noun.
"""

from collections.abc import Sequence
from typing import Final

__all__ = ["LANGUAGES", "after_stemming", "before_stemming"]

_EndingRule = tuple[str, str, int]
"""An ending, what replaces it, and the fewest letters of a word or stem that it applies to."""

_BEFORE: Final[dict[str, tuple[_EndingRule, ...]]] = {
    # nacions → nació, boques → boca, vagues → vaga, places → plaça
    "ca": (
        *(("cions", "ció", 6), ("sions", "sió", 6), ("xions", "xió", 6), ("çons", "çó", 5)),
        *(("ques", "ca", 5), ("gues", "ga", 5), ("ces", "ça", 5)),
    ),
    # luz → luce, as luces; ciudades → ciudad, mujeres → mujer, jóvenes → joven
    "es": (("z", "ce", 3), ("dades", "dad", 6), ("eres", "er", 6), ("enes", "en", 6)),
    # ihminen → ihmise, as ihmisen
    "fi": (("inen", "ise", 6),),
    # operaio, operaia → operai; zii → zio, laghi → lago, leghe → lega
    "it": (
        *(("aio", "ai", 5), ("aia", "ai", 5), ("aie", "ai", 5)),
        *(("ii", "io", 3), ("ghi", "go", 5), ("ghe", "ga", 5)),
    ),
    # partii → partia
    "pl": (("ii", "ia", 5),),
    # ações → ação, homens → homem, animais → animal, possíveis → possível, português → portugueses
    "pt": (
        *(("ões", "ão", 4), ("ães", "ão", 4), ("ãos", "ão", 4)),
        *(("ens", "em", 5), ("ins", "im", 4), ("ons", "om", 4), ("uns", "um", 5)),
        *(("ais", "al", 5), ("éis", "el", 5), ("óis", "ol", 4), ("uis", "ul", 5)),
        *(("veis", "vel", 6), ("ceis", "cil", 6), ("teis", "til", 5), ("ês", "eses", 5)),
    ),
}
_AFTER: Final[dict[str, tuple[_EndingRule, ...]]] = {
    # Arbeiterinnen → Arbeiterin
    "de": (("inn", "in", 6),),
    # βιβλίο, as βιβλία
    "el": (("ι", "", 4),),
    # años → año
    "es": (("os", "o", 4), ("as", "a", 4), ("es", "e", 4)),
    # kaupungin → kaupunki
    "fi": (("ng", "nk", 4),),
    # active → actif
    "fr": (("if", "iv", 4),),
    # almák → alma
    "hu": (("a", "", 4), ("e", "", 4)),
    # robotnik → robotnicy, Polak → Polacy, studenci → student
    "pl": (("nik", "nic", 5), ("ak", "ac", 5), ("enc", "ent", 5)),
    # studenți → student
    "ro": (("ț", "t", 4),),
}
_MAX_LENGTH: Final = {"es": 5}
"""The most letters of a stem that a rule of `_AFTER` applies to, if there is a limit."""


def _forms(text: str) -> dict[str, str]:
    """Return form → basic form, given words each followed by the other."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_WORDS: Final = {
    "ca": _forms("anys any lleis llei mans mà pans pa"),
    "da": _forms("året år årene år årets år"),
    "es": _forms("lunes lunez antes antez"),
    "fr": _forms(
        "lois loi rois roi amis ami jeux jeu enjeux enjeu feux feu lieux lieu milieux milieu"
        " dieux dieu adieux adieu cheveux cheveu neveux neveu vœux vœu aveux aveu cieux ciel"
        " travaux travail vitraux vitrail coraux corail baux bail émaux émail"
    ),
    "it": _forms("anni anno"),
    "nl": _forms("dagen dag steden stad leden lid schepen schip kinderen kind"),
    "no": _forms("året år årene år årets år"),
    "pt": _forms("leis lei reis rei mês mes civis civil demais demai jamais jamai"),
    "sv": _forms("året år åren år årets år"),
}
"""Words by themselves: too short for a rule, or with an ending that only looks like one."""
LANGUAGES: Final = frozenset({*_BEFORE, *_AFTER, *_WORDS, "ar"})
"""The languages with rules."""
_OLD_A: Final = frozenset({"da", "no"})
"""Languages in which aa is the older spelling of å, which names keep: Aarhus, Haakon."""
_ARABIC_AND: Final = ("وال", "فال")
"""And, or so, with the article: والكتاب → الكتاب."""
_ARABIC_NOUNS: Final = ("والد", "والي")
"""Beginnings of words that only look alike: father, governor."""
_MIN_ARABIC: Final = 6
_ENDINGS_BEFORE: Final = {each: tuple(rule[0] for rule in _BEFORE[each]) for each in _BEFORE}
_ENDINGS_AFTER: Final = {each: tuple(rule[0] for rule in _AFTER[each]) for each in _AFTER}


def before_stemming(language: str, words: list[str]) -> list[str]:
    """Return `words`, in lower case, as the algorithm of `language` should get them.

    >>> before_stemming("pt", ["ações", "ação"]), before_stemming("it", ["anni"])
    (['ação', 'ação'], ['anno'])
    """
    if language == "ar":
        return [_without_and(word) for word in words]
    if language in _OLD_A:
        words = [word.replace("aa", "å") if "aa" in word else word for word in words]
    known = _WORDS.get(language)
    if known:
        words = [known.get(word, word) for word in words]
    endings = _ENDINGS_BEFORE.get(language)
    if not endings:
        return words
    rules = _BEFORE[language]
    return [_replaced(word, rules) if word.endswith(endings) else word for word in words]


def after_stemming(language: str, stems: list[str]) -> list[str]:
    """Return the `stems` of the algorithm of `language` without differences that mean nothing.

    >>> after_stemming("pl", ["robotnik", "robotnic", "naród"])
    ['robotnic', 'robotnic', 'narod']
    """
    if language == "pl":  # ó and o alternate: naród, narodu
        stems = [stem.replace("ó", "o") for stem in stems]
    endings = _ENDINGS_AFTER.get(language)
    if not endings:
        return stems
    rules, longest = _AFTER[language], _MAX_LENGTH.get(language)
    return [
        _replaced(stem, rules)
        if stem.endswith(endings) and (longest is None or len(stem) <= longest)
        else stem
        for stem in stems
    ]


def _without_and(word: str) -> str:
    """Return an Arabic word without an "and" before its article."""
    is_joined = word.startswith(_ARABIC_AND) and len(word) >= _MIN_ARABIC
    return word[1:] if is_joined and not word.startswith(_ARABIC_NOUNS) else word


def _replaced(word: str, rules: Sequence[_EndingRule]) -> str:
    """Return `word` with the first of its endings that a rule replaces."""
    for ending, replacement, shortest in rules:
        if len(word) >= shortest and word.endswith(ending):
            return word[: -len(ending)] + replacement
    return word
