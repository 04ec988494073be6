"""Texts → numbers of written forms: what `words.cut` finds, many times faster and without the spans.

Each distinct written form of a language gets a number, in order of first appearance. A word is a place in the UTF-8 of
its text (`places`) and a number for its bytes (`strings`); only for a form that was never met Python looks at it.
Property-tested: always the forms that `cut` gives.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from excerpt.text.array_tokenizer import tokenize_batch
from excerpt.text.interner import StringInterner

__all__ = ["SEPARATOR", "FormTable", "TextGroup"]

SEPARATOR = 0
"""The number that stands between two texts."""
Numbers = NDArray[np.int64]


class TextGroup(NamedTuple):
    """So many texts in a row of one document: its language, and its compounds (see `words.cut`)."""

    n_texts: int
    language: str
    hyphenated: frozenset[str] = frozenset()


class FormTable:
    """The written forms met so far. Number 0 is the separator."""

    def __init__(self) -> None:
        self.languages: list[str] = [""]
        self.forms: list[str] = [""]
        self._strings = StringInterner()
        self._composed = np.empty(0, np.int64)
        """For each string the one that is its form: itself, or what it is in NFC."""
        self._numbers: dict[str, NDArray[np.uint32]] = {}
        """For each language the numbers of the forms that are strings, 0 for those it has none of."""

    def __len__(self) -> int:
        return len(self.forms)

    def form_ids(
        self,
        texts: Sequence[str],
        runs: Sequence[TextGroup],
        begins: Sequence[int] | NDArray[np.int64] | None = None,
    ) -> NDArray[np.uint32]:
        """The numbers of the words of `texts`, which are those of `runs`, with a `SEPARATOR` before each text.

        With `begins` the texts are those that begin there in `texts` (see `tokenize_batch`).
        """
        hyphenated: list[frozenset[str]] = []
        for run in runs:
            hyphenated += [run.hyphenated] * run.n_texts
        buffer, starts, lengths, first = tokenize_batch(texts, hyphenated, begins)
        found = self._strings.intern(buffer, starts, lengths)
        self._compose()
        found = self._composed.take(found)
        numbers = np.zeros(found.size + first.size, np.uint32)
        is_word = np.ones(numbers.size, np.bool_)
        is_word[first + np.arange(first.size)] = False
        numbers[is_word] = self._numbers_of(found, first, runs)
        return numbers

    def close(self) -> None:
        """Let go of all but the forms and their languages: no more text follows."""
        self._strings, self._composed, self._numbers = StringInterner(), np.empty(0, np.int64), {}

    def _compose(self) -> None:
        """See what new strings are in NFC."""
        known = self._composed.size
        if known == len(self._strings):
            return
        composed = {}
        for number in range(known, len(self._strings)):
            string = self._strings.string(number)
            if not string.isascii():
                text = string.decode("utf-8", "surrogatepass")
                if not unicodedata.is_normalized("NFC", text):
                    composed[number] = unicodedata.normalize("NFC", text).encode(
                        "utf-8", "surrogatepass"
                    )
        target = self._strings.intern_all(list(composed.values()))
        more = np.arange(known, len(self._strings))
        more[np.array(list(composed), np.int64) - known] = target
        self._composed = np.concatenate((self._composed, more))

    def _numbers_of(
        self, found: Numbers, first: Numbers, runs: Sequence[TextGroup]
    ) -> NDArray[np.uint32]:
        """The numbers of the forms `found`, each text in its language."""
        numbers = np.empty(found.size, np.uint32)
        text, begin = 0, 0
        for place, run in enumerate(runs):
            text += run.n_texts
            if place + 1 < len(runs) and runs[place + 1].language == run.language:
                continue
            end = int(first[text]) if text < first.size else found.size
            numbers[begin:end] = self._in_language(run.language, found[begin:end])
            begin = end
        return numbers

    def _in_language(self, language: str, found: Numbers) -> NDArray[np.uint32]:
        known = self._numbers.get(language, np.empty(0, np.uint32))
        if known.size < len(self._strings):
            grown = np.zeros(len(self._strings) * 3 // 2, np.uint32)
            grown[: known.size] = known
            known = self._numbers[language] = grown
        numbers = known.take(found)
        new = np.unique(found[numbers == 0])
        if new.size:
            known[new] = np.arange(len(self.forms), len(self.forms) + new.size)
            self.languages += [language] * new.size
            self.forms += [
                self._strings.string(number).decode("utf-8", "surrogatepass")
                for number in new.tolist()
            ]
            numbers = known.take(found)
        return numbers
