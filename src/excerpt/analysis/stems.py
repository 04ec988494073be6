"""A written form in a language → its stem, by the Snowball algorithm of that language (https://snowballstem.org)."""

import unicodedata
from functools import cache
from typing import Protocol

from excerpt.analysis.fold import fold

__all__ = ["LANGUAGES", "stem", "stems"]

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


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802  (the library's name)
    def stemWords(self, words: list[str]) -> list[str]: ...  # noqa: N802


@cache
def _stemmer(language: str) -> _Stemmer | None:
    import Stemmer

    algorithm = LANGUAGES.get(language)
    if algorithm is None or algorithm not in Stemmer.algorithms():
        return None
    stemmer: _Stemmer = Stemmer.Stemmer(algorithm)
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
    small = [unicodedata.normalize("NFC", form.casefold()) for form in forms]
    return [fold(found) or fold(form) for found, form in zip(stemmer.stemWords(small), forms, strict=True)]
