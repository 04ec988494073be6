"""Texts → numbers of written forms: what `words.cut` finds, many times faster and without the spans.

Each distinct written form of a language gets a number, in order of first appearance. Most text needs one regular
expression and one look-up for each word; a text with marks, zero-width characters, scripts without spaces or other rare
things goes to `cut`. Property-tested: always the forms that `cut` gives.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from excerpt.analysis.characters import classes
from excerpt.analysis.words import cut

__all__ = ["SEPARATOR", "FormTable"]

SEPARATOR = 0
"""The number that stands between two texts."""
_RARE = re.compile(
    "[^\x00-\u02ff\u0370-\u0373\u0376-\u037d\u037f-\u0482\u048a-\u0559\u0560-\u0590\u1e00-\u1fff\u2010-\u2027"
    "\u2030-\u205e\u20a0-\u20bf\u2100-\u214f\u2190-\u23ff\u2500-\u2775\u2794-\u27bf]"
    "|[\u212b\xad\xb2\xb3\xb9\xbc-\xbe]"
)
"""Where the plain expressions below do not cut as `cut` does: marks, ignorables, unspaced scripts, odd numbers."""
_RUN = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[-\u2010\u2011](?<=[^\W\d_][-\u2010\u2011])[^\S\n\r]*[\n\r]\s*(?=[^\W\d_])")
_BROKEN_INITIALS = re.compile(
    r"\.[^\W\d_][-\u2010\u2011][^\S\n\r]*[\n\r]\s|[-\u2010\u2011]\s+[^\W\d_]\.[^\W\d_]"
)
_INITIALS_STOP = re.compile(r"\.(?<=(?<![^\W_])[^\W\d_]\.)(?=[^\W\d_](?![^\W_]))")
"""A full stop between two letters that stand alone."""
_MARK = "\u212b"
"""Stands before each text as a word of its own: a letter of `_RARE`, so no text that is cut here holds it, and one that
composing replaces, so no form is written with it."""


class FormTable:
    """The written forms met so far. Number 0 is the separator."""

    def __init__(self) -> None:
        self.languages: list[str] = [""]
        self.forms: list[str] = [""]
        self._numbers: dict[str, _Numbers] = {}

    def __len__(self) -> int:
        return len(self.forms)

    def number(self, language: str, texts: Sequence[str], apart: frozenset[str]) -> NDArray[np.uint32]:
        """The numbers of the words of `texts`, with a `SEPARATOR` before each text."""
        numbers = self._numbers.get(language)
        if numbers is None:
            numbers = self._numbers[language] = _Numbers(language, self)
        found: list[str] = []
        if not _is_odd("\n".join(texts), apart):
            found = self._cut_plain(texts)
        else:
            for is_odd, group in groupby(texts, lambda text: _is_odd(text, apart)):
                some = list(group)
                found += self._cut(some, apart) if is_odd else self._cut_plain(some)
        return np.array(list(map(numbers.__getitem__, found)), np.uint32)

    def _cut_plain(self, texts: Sequence[str]) -> list[str]:
        joined = f"\x01{_MARK}\x01".join(("", *texts))
        joined, n_breaks = _BREAK.subn(_rejoined, joined)
        if n_breaks and _BROKEN_INITIALS.search("\x01".join(texts)):
            return self._cut(texts, frozenset())
        return _RUN.findall(_INITIALS_STOP.sub("", joined))

    @staticmethod
    def _cut(texts: Sequence[str], apart: frozenset[str]) -> list[str]:
        found = []
        for text in texts:
            found.append(_MARK)
            found.extend(word.form for word in cut(text, 0, apart))
        return found

    def add(self, language: str, form: str) -> int:
        """A number for a new written form."""
        self.languages.append(language)
        self.forms.append(form)
        return len(self.forms) - 1


class _Numbers(dict[str, int]):
    """Forms as they are found → the numbers of these forms composed (NFC)."""

    def __init__(self, language: str, table: FormTable) -> None:
        super().__init__({_MARK: SEPARATOR})
        self._language = language
        self._table = table

    def __missing__(self, found: str) -> int:
        form = unicodedata.normalize("NFC", found)
        number = self.get(form)
        if number is None:
            number = self[form] = self._table.add(self._language, form)
        self[found] = number
        return number


def _is_odd(text: str, apart: frozenset[str]) -> bool:
    """Whether `text` must be cut by the reference."""
    return bool((not text.isascii() and _RARE.search(text)) or (apart and _BREAK.search(text)))


def _rejoined(found: re.Match[str]) -> str:
    """A break at a line end: nothing, if the word goes on; else as it was."""
    return "" if classes(found.string[found.end()]) == "a" else found[0]
