"""Written form → term: forms with the same term are one word to an ordinary search.

Folding removes differences in case (full case folding), compatibility forms and ligatures, marks on
Latin, Greek, Arabic and Hebrew letters, and the strokes of a few letters that Unicode does not
decompose. Cyrillic й, voiced kana and Indic vowels stay, because there the mark makes another
letter; an accent that shows the stress of a Cyrillic word does not.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from excerpt.text.characters import PRIVATE_LETTERS, is_unspaced

__all__ = [
    "fold",
    "fold_all",
    "has_stress",
    "lower",
    "lower_all",
    "unaccented",
    "without_stress",
]

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ß": "ss", "ı": "i", "ħ": "h", "ŧ": "t"}
    | {"ð": "d", "þ": "th"}
    # Arabic letters that are written for each other, and their Persian forms
    | {"\u0629": "\u0647", "\u0649": "\u064a", "\u06cc": "\u064a", "\u06a9": "\u0643"}
    | {"\u0671": "\u0627"}
)
"""Letters without a decomposition in Unicode, and the letters that they fold to."""
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
"""Ranges of code points whose marks are removed."""
_JAMO = ("\u1160", "\u11ff")
"""Korean vowels and finals, which compose with the letter before them."""
_DEPENDENT = "\0"
"""In place of a character whose term depends on those around it; no word contains it."""
_DIAERESIS = "\u0308"
_CYRILLIC_VOWELS = frozenset("аеиоуыэюяіѣѵєАЕИОУЫЭЮЯІѢѴЄ")
_STRESS = "\u0300\u0301"
_STRESSED = re.compile(f"(?<=[аеёиоуыэюяіїєѣѵ])[{_STRESS}]")
"""A stress mark in a composed word in lower case."""
_MARKED = re.compile("[bv]m+")
"""A letter with marks that it may lose, in kinds of characters (see `_kind_of`)."""
_IOTA_SUBSCRIPT = "\u0345"
_HEH_WITH_YEH = "\u06c0"
"""A Persian heh with a mark. Unicode decomposes it to a letter that Persian does not have."""
_AM = frozenset("\u0e33\u0eb3")
"""A vowel of Thai and Lao. Its compatibility form is a mark and another vowel, so that without the
mark, which no word begins with, นำ would be นา."""
_VIRAMA, _ANUSVARA, _CANDRABINDU = "\u094d", "\u0902", "\u0901"
_NASALS = re.compile(
    "(?:\u0919\u094d(?=[\u0915-\u0918])|\u091e\u094d(?=[\u091a-\u091d])"
    "|\u0923\u094d(?=[\u091f-\u0922])|\u0928\u094d(?=[\u0924-\u0927])"
    "|\u092e\u094d(?=[\u092a-\u092d]))"
)
"""A nasal of Devanagari before a consonant of its own class, for which most write the anusvara:
हिन्दी and हिंदी, गङ्गा and गंगा."""
_LEFT_OUT = frozenset("\u02bb\u02bd\u02be\u02bf\u0640")
"""The okina, ayin and hamza of transcribed words, which many texts leave out, and the tatweel,
which only lengthens the line between two Arabic letters."""
_MAX_CHARACTERS = 1 << 14
"""Entries of a table of characters: with its key, each takes less than 200 bytes."""
_MAX_WORD = 200
"""Characters up to which a text is taken for a word, whose marks are removed one by one."""
_CACHED_FORMS = 1 << 16
_MAX_CACHED_LENGTH = 32
"""Characters of the longest form whose term is cached. A form and its term then take less than 500
bytes, and the cache of 65,536 forms less than 32 MB."""


def _loses_marks(base: str) -> bool:
    """Return whether marks on the letter `base` are removed."""
    point = ord(base)
    return any(low <= point <= high for low, high in _BARE_SCRIPTS)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


class _CharacterTable(dict[int, str]):
    """A table for `str.translate` that computes the entry of a character when it first occurs.

    Words of a text consist of few characters: looking one up takes a fiftieth of computing it.
    """

    def __init__(self, entry_of: Callable[[str], str]) -> None:
        super().__init__()
        self._entry_of = entry_of

    def __missing__(self, point: int) -> str:
        entry = self._entry_of(chr(point))
        if len(self) >= _MAX_CHARACTERS:
            self.clear()  # or a text in another script would be slow for good
        self[point] = entry
        return entry


def _compatible(character: str) -> str:
    """Return the compatibility form of `character`, or itself where that form is not one word.

    Forms that contain other characters than letters and digits (½, ﷺ) or several words of a script
    without spaces (ゟ) are refused. Digits of all scripts are those of ASCII. The iota subscript is
    dropped here, because case folding would turn it into a letter.
    """
    if character in _LEFT_OUT:
        return ""
    if character in PRIVATE_LETTERS:
        return PRIVATE_LETTERS[character]
    if character == _HEH_WITH_YEH:
        return "\u0647"
    if character in _AM:
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    decomposed = unicodedata.normalize("NFD", character)
    if _IOTA_SUBSCRIPT in decomposed:
        return unicodedata.normalize("NFC", decomposed.replace(_IOTA_SUBSCRIPT, ""))
    plain = unicodedata.normalize("NFKC", character)
    letters = [each for each in plain if not _is_mark(each)]
    if any(unicodedata.category(each)[0] not in "LN" for each in letters):
        return character
    is_one_word = (
        len(letters) <= 1 if is_unspaced(character) else not any(map(is_unspaced, letters))
    )
    return plain if is_one_word else character


def _is_same_letter(base: str, mark: str) -> bool:
    """Return whether a Cyrillic letter with a mark is the same letter: ё, or a stressed vowel."""
    return (base == "е" and mark == _DIAERESIS) or (mark in _STRESS and base in _CYRILLIC_VOWELS)


def _kind_of(character: str) -> str:
    """Return "m" for a mark, "b" for a letter that loses its marks, "v" if it loses some."""
    if _is_mark(character):
        return "m"
    if _loses_marks(character):
        return "b"
    return "v" if character in _CYRILLIC_VOWELS else "o"


def _without_marks(text: str) -> str:
    """Return the decomposed `text` without the marks that do not make another letter."""
    kinds = text.translate(_KINDS)
    if "bm" not in kinds and "vm" not in kinds:
        return text
    if "vm" not in kinds and len(text) > _MAX_WORD:
        return _marks_after_bases(text).sub("", text)
    parts = []
    done = 0
    for found in _MARKED.finditer(kinds):
        base, end = text[found.start()], found.end()
        parts.append(text[done : found.start() + 1])
        if kinds[found.start()] == "v":
            marks = text[found.start() + 1 : end]
            parts += [mark for mark in marks if not _is_same_letter(base, mark)]
        done = end
    return "".join((*parts, text[done:]))


def _marks_after_bases(text: str) -> re.Pattern[str]:
    """Return the expression for the marks that letters in `text` lose.

    It consists of the characters of `text`: a text in one language has few.
    """
    characters = "".join(sorted(set(text)))
    kinds = characters.translate(_KINDS)
    bases, marks = (
        "".join(
            [re.escape(each) for each, kind in zip(characters, kinds, strict=True) if kind == k]
        )
        for k in "bm"
    )
    return re.compile(f"(?<=[{bases}])[{marks}]+")


def fold(form: str) -> str:
    """Return the term of the written `form`.

    The term of a form that is not empty is not empty and contains no space.

    >>> fold("Müller"), fold("ﬁrſt"), fold("Čapek"), fold("ЁЛКА")
    ('muller', 'first', 'capek', 'елка')
    """
    if form.isascii():
        return form.lower()
    return _fold_cached(form) if len(form) <= _MAX_CACHED_LENGTH else _fold(form)


def fold_all(forms: Sequence[str]) -> list[str]:
    """Return the term of each of `forms`: `fold`, at a fraction of the time."""
    text = "\n".join(forms)
    if text.isascii():
        terms = text.lower().split("\n")
        return terms if len(terms) == len(forms) else list(map(str.lower, forms))
    terms = list(map(str.lower, forms))
    beyond = [number for number, is_ascii in enumerate(map(str.isascii, forms)) if not is_ascii]
    if beyond:
        found = _fold_characters([forms[number] for number in beyond])
        for number, term in zip(beyond, found, strict=True):
            terms[number] = term
    return terms


def _fold_characters(forms: list[str]) -> list[str]:
    """Return the terms of `forms`, made of the terms of their characters where that is possible.

    Noisy text has a hundred thousand distinct words for a megabyte. All of them are folded as one
    text, which takes a tenth of the time.
    """
    folded = "\n".join(forms).translate(_FOLDED)
    terms = folded.split("\n")
    if len(terms) != len(forms):
        return list(map(fold, forms))  # one of them contains a line feed
    if _DEPENDENT in folded:
        dependent = [number for number, term in enumerate(terms) if _DEPENDENT in term]
        for number, term in zip(
            dependent, _fold_words([forms[number] for number in dependent]), strict=True
        ):
            terms[number] = term
    return terms


def _fold_words(forms: list[str]) -> list[str]:
    """Return the terms of `forms`, which contain no line feed.

    Each step of `_fold` is applied to all of them at once: none crosses a line feed.
    """
    again = _fold_once("\n".join(forms)).split("\n")
    marks = {first for first in {folded[:1] for folded in again} if not first or _is_mark(first)}
    unfinished = []
    for number, (form, folded) in enumerate(zip(forms, again, strict=True)):
        if folded == form:
            continue
        if folded[:1] in marks:
            again[number] = fold(form)
        else:
            unfinished.append(number)
    if unfinished:
        for number, term in zip(unfinished, fold_all([again[n] for n in unfinished]), strict=True):
            again[number] = term
    return again


def lower(form: str) -> str:
    """Return `form` without differences in case, with its marks, composed (NFC).

    >>> lower("ÉTÉ"), lower("Straße")
    ('été', 'strasse')
    """
    return form.lower() if form.isascii() else unicodedata.normalize("NFC", form.casefold())


def lower_all(forms: Sequence[str]) -> list[str]:
    """Return `lower` of each of `forms`, at a fraction of the time."""
    text = "\n".join(forms)
    lowered = (text.lower() if text.isascii() else lower(text)).split("\n")
    return lowered if len(lowered) == len(forms) else list(map(lower, forms))


def without_stress(text: str) -> str:
    """Return `text`, composed and in lower case, without the stress marks of Cyrillic words.

    >>> without_stress("вода\u0301")
    'вода'
    """
    return _STRESSED.sub("", text) if has_stress(text) else text


def has_stress(text: str) -> bool:
    """Return whether a letter in `text` has a stress mark; few words have one."""
    return ("\u0301" in text or "\u0300" in text) and _STRESSED.search(text) is not None


def unaccented(form: str) -> str:
    """Return `form` folded but for its capital letters.

    >>> unaccented("Müller"), unaccented("ÉTÉ"), unaccented("Øre")
    ('Muller', 'ETE', 'Ore')
    """
    if form.isascii():
        return form
    bare = unicodedata.normalize("NFC", _without_marks(unicodedata.normalize("NFD", form)))
    return "".join(fold(each).upper() if each.isupper() else fold(each) for each in bare)


def _fold_once(text: str) -> str:
    """Return `text` after one round of all steps of folding."""
    folded = text.translate(_COMPATIBLE).casefold().translate(_LETTERS)
    bare = _without_marks(unicodedata.normalize("NFD", folded))
    if _VIRAMA in bare or _CANDRABINDU in bare:
        bare = _NASALS.sub(_ANUSVARA, bare).replace(_CANDRABINDU, _ANUSVARA)
    # Folding can uncover letters of the table (ǽ → æ) and further compatibility forms, so the
    # result is folded again until it no longer changes.
    return unicodedata.normalize("NFC", bare.translate(_LETTERS))


def _fold(form: str) -> str:
    again = _fold_once(form)
    if all(map(_is_mark, again)) and not all(map(_is_mark, form)):
        return form  # only signs that are left out, and marks
    if again and _is_mark(again[0]) and not _is_mark(form[0]):
        # A form that begins with a letter must not become one that begins with a mark (Thai ำ):
        # the tokenizer would not find it again.
        first = next((i for i, each in enumerate(again) if not _is_mark(each)), len(again))
        again = again[first:]
    if again == form:
        return form
    return fold(again) if again else form


def _folded(character: str) -> str:
    """Return the term of `character` if it is the same in every word, otherwise `_DEPENDENT`.

    Such a character, and all that it becomes on the way, begins with no mark and no letter that
    composes with the one before it. Then no step of folding crosses the border to its neighbour:
    marks are reordered, composed and removed only after a letter.
    """
    if character == "\n":
        return character
    before, after = "", character
    while before != after:
        before = after
        folded = before.translate(_COMPATIBLE)
        lowered = folded.casefold().translate(_LETTERS)
        decomposed = unicodedata.normalize("NFD", lowered)
        after = _fold_once(before)
        if not all(map(_is_independent, (before, folded, lowered, decomposed, after))):
            return _DEPENDENT
    return after


def _is_independent(text: str) -> bool:
    """Return whether `text` neither depends on what precedes it nor is empty."""
    is_joined = not text or text == _DEPENDENT or _is_mark(text[0])
    return not is_joined and not _JAMO[0] <= text[0] <= _JAMO[1]


_COMPATIBLE = _CharacterTable(_compatible)
_KINDS = _CharacterTable(_kind_of)
_FOLDED = _CharacterTable(_folded)
# A cache in C: `excerpt.memory.memoized` would take four times as long for each word.
_fold_cached = lru_cache(maxsize=_CACHED_FORMS)(_fold)
