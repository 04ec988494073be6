"""A written form → the term it is searched by: what an ordinary search takes for the same word.

Case (full case folding), compatibility forms and ligatures, marks on Latin, Greek, Arabic and Hebrew letters, and
a few letters that Unicode does not decompose. Cyrillic й, voiced kana and Indic vowels stay what they are.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from excerpt.text.characters import is_unspaced

__all__ = ["fold"]

_LONGEST: Final = 32
"""The longest form, in characters, whose term is cached: a form and its term then take less than
500 bytes, and the cache of 65,536 forms less than 32 MB."""

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ß": "ss", "ı": "i", "ħ": "h", "ŧ": "t"}
)
_BARE_SCRIPTS = (
    (0x0030, 0x024F),  # digits, Latin
    (0x0250, 0x02AF),  # phonetic
    (0x0370, 0x03FF),  # Greek
    (0x0590, 0x06FF),  # Hebrew, Arabic
    (0x0750, 0x077F),  # Arabic supplement
    (0x0870, 0x08FF),  # Arabic extended
    (0x1E00, 0x1FFF),  # Latin additional, Greek extended
    (0x2C60, 0x2C7F),  # Latin extended C
    (0xA720, 0xA7FF),  # Latin extended D
    (0xAB30, 0xAB6F),  # Latin extended E
)
_DIAERESIS = "\u0308"


def _is_bare(base: str) -> bool:
    """Whether marks on `base` make no other word."""
    point = ord(base)
    return any(low <= point <= high for low, high in _BARE_SCRIPTS)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _compatible(character: str) -> str:
    """The compatibility form of `character`, unless it would bring in what is no letter (½, ﷺ) or other words (ゟ)."""
    plain = unicodedata.normalize("NFKC", character)
    letters = [each for each in plain if not _is_mark(each)]
    if any(unicodedata.category(each)[0] not in "LN" for each in letters):
        return character
    is_one_word = (
        len(letters) <= 1 if is_unspaced(character) else not any(map(is_unspaced, letters))
    )
    return plain if is_one_word else character


def _without_marks(text: str) -> str:
    kept = []
    base = ""
    for character in text:
        if not _is_mark(character):
            base = character
        elif base and (
            _is_bare(base) or (base == "е" and character == _DIAERESIS)
        ):  # Cyrillic е: ё = е
            continue
        kept.append(character)
    return "".join(kept)


def fold(form: str) -> str:
    """The term of the written `form`; never empty for a form that is not, and never with a space in it.

    >>> fold("Müller"), fold("ﬁrſt"), fold("Čapek"), fold("ЁЛКА")
    ('muller', 'first', 'capek', 'елка')
    """
    if form.isascii():
        return form.lower()
    return _cached(form) if len(form) <= _LONGEST else _fold(form)


def _fold(form: str) -> str:
    compatible = "".join(map(_compatible, form)).casefold().translate(_LETTERS)
    bare = _without_marks(unicodedata.normalize("NFD", compatible))
    # Folding can bring out letters of the table (ǽ) and compatibility forms that only a later step shows.
    again = unicodedata.normalize("NFC", bare.translate(_LETTERS))
    if not _is_mark(form[0]):  # nor can what begins with a letter become what is no word (Thai ำ)
        again = again[
            next((at for at, each in enumerate(again) if not _is_mark(each)), len(again)) :
        ]
    if again == form:
        return form
    return fold(again) if again else form


_cached = lru_cache(maxsize=1 << 16)(_fold)
"""`_fold` with a cache in C: `excerpt.memory.memoized` takes four times as long for each word."""
