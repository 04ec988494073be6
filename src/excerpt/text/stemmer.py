"""Written form in a language → stem, by its Snowball algorithm (https://snowballstem.org).

The algorithms expect a language's marks: they remove the ending of "abordée", but not of "abordee".
So stems are made of words as they are written; `query.word_forms` says which of them make two words
forms of one. The index is sorted by folded stems.

Regular forms that an algorithm leaves apart get the same stem (see `endings`).

Korean has particles instead of endings; they are removed first, in every language (see `korean`).
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from typing import Final, Protocol

import Stemmer

from excerpt.memory import memoized
from excerpt.text.korean import FIRST_SYLLABLE, strip_particles
from excerpt.text.normalizer import fold, fold_all, has_stress, lower_all, without_stress

__all__ = [
    "LANGUAGES",
    "has_stemmer",
    "keeps_beginnings",
    "possible_stems",
    "stem",
    "stems",
    "written_stems",
]

LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""ISO 639-1 code → Snowball algorithm. In all other languages the stem of a form is its term."""

_MARKED: Final = {
    "ca": "àçèéíïòóúü",
    "cs": "áčďéěíňóřšťúůýž",
    "da": "åæéø",
    "de": "äöü",
    "en": "é",
    "el": "άέήίόύώϊϋΐΰ",
    "eo": "ĉĝĥĵŝŭ",
    "es": "áéíñóúü",
    "et": "äõöšüž",
    "eu": "ñ",
    "fi": "åäö",
    "fr": "àâçèéêëîïôœùûü",
    "ga": "áéíóú",
    "hu": "áéíóöőúüű",
    "it": "àèéìòù",
    "lt": "ąčęėįšųūž",
    "nl": "äèéëïöü",
    "no": "åæéø",
    "pl": "ąćęłńóśźż",
    "pt": "áâàãçéêíóôõú",
    "ro": "ăâîşșţț",
    "ru": "ё",
    "sr": "ćčđšž",
    "sv": "åäéö",
    "tr": "âçğıîöşüû",
}
"""The letters of each language that fold to other letters."""
_ENDING: Final = 7
"""Letters at the end of a word whose marks can change its stem."""
_MAX_MARKS: Final = 2
"""Marks that `possible_stems` tries at a time. In parliamentary texts in 16 languages, all but one
in a thousand words then found the words of the same stem when typed without marks; with none, one
in six failed."""
_CACHE_BYTES: Final = 4_000_000
"""Memory for the possible stems of recent terms."""

_KEEP_BEGINNINGS: Final = frozenset(
    ("ca", "da", "de", "en", "es", "fi", "fr", "hu", "it", "no", "pt", "ro", "ru", "sv")
)
"""Languages whose algorithms remove endings only. Others also remove beginnings, or harden the last
consonant even if it is the first."""


_WITH_RULES: Final = frozenset(
    ("ar", "ca", "da", "de", "el", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "ro", "sv")
)
"""Languages with rules for regular forms (see `endings`)."""
_ENGLISH_PLURALS: Final = (
    "children child men man women woman feet foot teeth tooth geese goose mice mouse lice louse"
    " oxen ox wives wife housewives housewife midwives midwife knives knife wolves wolf calves calf"
    " halves half shelves shelf thieves thief loaves loaf sheaves sheaf scarves scarf elves elf"
    " workmen workman gentlemen gentleman noblemen nobleman statesmen statesman policemen policeman"
    " fishermen fisherman craftsmen craftsman spokesmen spokesman chairmen chairman foremen foreman"
    " clergymen clergyman seamen seaman firemen fireman businessmen businessman"
    " congressmen congressman countrymen countryman freemen freeman tradesmen tradesman"
    " townsmen townsman kinsmen kinsman tribesmen tribesman horsemen horseman sportsmen sportsman"
    " salesmen salesman postmen postman aldermen alderman laymen layman yeomen yeoman"
    " englishmen englishman frenchmen frenchman irishmen irishman scotsmen scotsman"
    " welshmen welshman dutchmen dutchman phenomena phenomenon criteria criterion crises crisis"
    " theses thesis hypotheses hypothesis syntheses synthesis indices index matrices matrix"
    " appendices appendix vertices vertex bacteria bacterium strata stratum memoranda memorandum"
)
_ENGLISH_SINGULARS: Final = dict(
    zip(*(_ENGLISH_PLURALS.split()[n::2] for n in (0, 1)), strict=True)
)
"""Plurals without a regular ending → singulars. Those that are also forms of verbs are left out
(lives, leaves, analyses). They stand here, since a search in English texts loads no other rules."""


class _Stemmer(Protocol):
    """The interface of a stemmer of PyStemmer."""

    def stemWords(self, words: list[str]) -> list[str]: ...  # noqa: N802 - the library's name


@cache
def _stemmer(language: str) -> _Stemmer | None:
    """Return the stemmer of `language`, or None if there is none."""
    algorithm = LANGUAGES.get(language)
    if algorithm is None or algorithm not in Stemmer.algorithms():
        return None
    # Size 0 switches off PyStemmer's cache: no form comes twice, so it costs more than it saves.
    stemmer: _Stemmer = Stemmer.Stemmer(algorithm, 0)
    return stemmer


def has_stemmer(language: str) -> bool:
    """Return whether words in `language` have other stems than those of unknown language.

    >>> has_stemmer("en"), has_stemmer("zh"), has_stemmer("")
    (True, False, False)
    """
    return _stemmer(language) is not None


def keeps_beginnings(language: str) -> bool:
    """Return whether every word in `language` begins with the first letter of its folded stem.

    >>> keeps_beginnings("en"), keeps_beginnings("id"), keeps_beginnings("")
    (True, False, True)
    """
    return language not in LANGUAGES or language in _KEEP_BEGINNINGS


def stem(language: str, form: str) -> str:
    """Return the folded stem of the written `form` in `language`, an ISO 639-1 code.

    Without an algorithm for the language, the stem is the term.

    >>> stem("en", "Parties"), stem("de", "Müllers"), stem("", "Parties")
    ('parti', 'mull', 'parties')
    """
    return stems(language, [form])[0]


def stems(language: str, forms: list[str]) -> list[str]:
    """Return the folded stem of each of `forms`, in order (see `stem`)."""
    folded = fold_all(written_stems(language, forms))
    if not all(folded):
        folded = [each or fold(form) for each, form in zip(folded, forms, strict=True)]
    return folded


def written_stems(language: str, forms: list[str]) -> list[str]:
    """Return the stem of each of `forms` with its accents, in lower case.

    >>> written_stems("fr", ["Châtiment", "chats"])
    ['chât', 'chat']
    """
    lowered = lower_all(
        [strip_particles(form) if form[-1:] >= FIRST_SYLLABLE else form for form in forms]
    )
    if has_stress("".join(lowered)):
        lowered = list(map(without_stress, lowered))
    stemmer = _stemmer(language)
    if stemmer is None:
        return lowered
    if language in _WITH_RULES:
        from excerpt.text.endings import after_stemming, before_stemming

        found = after_stemming(language, stemmer.stemWords(before_stemming(language, lowered)))
    else:
        if language == "en" and not _ENGLISH_SINGULARS.keys().isdisjoint(lowered):
            lowered = [_ENGLISH_SINGULARS.get(form, form) for form in lowered]
        found = stemmer.stemWords(lowered)
    if not all(found):
        found = [stem or form for stem, form in zip(found, lowered, strict=True)]
    return found


def possible_stems(language: str, term: str) -> frozenset[str]:
    """Return the stems, with accents, of the forms that `term` may be the term of.

    >>> sorted(possible_stems("it", "citta"))
    ['citt', 'cìtt']
    """
    return _possible(language, term)


@memoized(_CACHE_BYTES)
def _possible(language: str, term: str) -> frozenset[str]:
    return frozenset(written_stems(language, list(_marked_forms(term, _MARKED.get(language, "")))))


def _marked_forms(term: str, letters: str) -> Iterator[str]:
    """Yield `term`, then each form of it with up to `_MAX_MARKS` of `letters` near its end."""
    yield term
    folded = {letter: fold(letter) for letter in letters}
    choices: dict[int, list[str]] = {}
    for i in range(max(0, len(term) - _ENDING), len(term)):
        matching = [letter for letter, plain in folded.items() if term.startswith(plain, i)]
        if matching:
            choices[i] = matching
    for n_marks in range(1, _MAX_MARKS + 1):
        # From the end of the word, so that replacing a letter moves none that is still to come.
        for offsets in combinations(reversed(choices), n_marks):
            for chosen in product(*(choices[i] for i in offsets)):
                marked = term
                for i, letter in zip(offsets, chosen, strict=True):
                    marked = marked[:i] + letter + marked[i + len(folded[letter]) :]
                yield marked
