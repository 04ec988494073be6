"""A written form in a language → its stem, by the Snowball algorithm of that language (https://snowballstem.org).

The algorithms know a language with its marks: they take the ending off "abordée", and not off "abordee". A query word has
none, so it stands for the stems of all that it may be with marks (`possible_stems`).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, product
from typing import Final, Protocol

import Stemmer

from excerpt.memory import memoized
from excerpt.text.normalizer import fold

__all__ = ["LANGUAGES", "possible_stems", "stem", "stems"]

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
"""ISO 639-1 code → Snowball algorithm. A word of any other language is its own stem."""

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
"""The letters of a language that fold to others."""
_ENDING: Final = 7
"""Letters at the end of a word in which marks decide about its stem."""
_MOST_MARKS: Final = 2
"""Of them that are tried together. With this, all but one in a thousand of the words of parliaments in 16 languages found the
words of the same stem by one that is written without marks; without it, one in six failed."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802  (the library's name)
    def stemWords(self, words: list[str]) -> list[str]: ...  # noqa: N802


def _stemmer(language: str) -> _Stemmer | None:
    algorithm = LANGUAGES.get(language)
    return None if algorithm is None else _loaded(algorithm)


@cache
def _loaded(algorithm: str) -> _Stemmer | None:
    if algorithm not in Stemmer.algorithms():
        return None
    stemmer: _Stemmer = Stemmer.Stemmer(
        algorithm, 0
    )  # its cache costs more than it saves: no form comes twice
    return stemmer


def stem(language: str, form: str) -> str:
    """The stem of the written `form` in `language` (ISO 639-1), folded; the folded form where there is no algorithm.

    >>> stem("en", "Parties"), stem("de", "Müllers"), stem("", "Parties")
    ('parti', 'mull', 'parties')
    """
    return stems(language, [form])[0]


def stems(language: str, forms: list[str]) -> list[str]:
    """The stem of each of `forms`, in order (see `stem`)."""
    stemmer = _stemmer(language)
    if stemmer is None:
        return [fold(form) for form in forms]
    small = [
        form.lower() if form.isascii() else unicodedata.normalize("NFC", form.casefold())
        for form in forms
    ]
    return [
        fold(found) or fold(form)
        for found, form in zip(stemmer.stemWords(small), forms, strict=True)
    ]


def possible_stems(term: str, languages: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The (language, stem) pairs that the folded word `term` may have in `languages`, whatever marks it is written with.

    >>> sorted(possible_stems("repetee", ["fr", "it"]))
    [('fr', 'repet'), ('fr', 'repete'), ('fr', 'repetee'), ('it', 'repete')]
    """
    return frozenset(
        (language, found) for language in languages for found in _possible(language, term)
    )


@memoized(8_000_000)
def _possible(language: str, term: str) -> frozenset[str]:
    return frozenset(stems(language, list(_marked(term, _MARKED.get(language, "")))))


def _marked(term: str, letters: str) -> Iterator[str]:
    """`term`, and what it may be with some of `letters` near its end."""
    yield term
    pieces = {letter: fold(letter) for letter in letters}
    choices: dict[int, list[str]] = {}
    for at in range(max(0, len(term) - _ENDING), len(term)):
        fitting = [letter for letter, piece in pieces.items() if term.startswith(piece, at)]
        if fitting:
            choices[at] = fitting
    for n_marks in range(1, _MOST_MARKS + 1):
        for places in combinations(reversed(choices), n_marks):
            for chosen in product(*(choices[at] for at in places)):
                marked = term
                for at, letter in zip(
                    places, chosen, strict=True
                ):  # from the end, so that places stay
                    marked = marked[:at] + letter + marked[at + len(pieces[letter]) :]
                yield marked
