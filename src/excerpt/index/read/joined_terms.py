"""The terms of an index that a sign joins to the next word, and where they can divide a word.

Few of the beginnings of a word are such terms, and even fewer are joined to a term that begins like
the rest of the word. The filter of each segment (see `index.format.string_filter`) rules out
nearly all others.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final
from zlib import crc32

from excerpt.index.format.term_dictionary import JOINED_SEPARATOR, TermDictionary
from excerpt.text import fold
from excerpt.text.stemmer import keeps_beginnings

__all__ = ["IndexJoinedTerms"]

_SEPARATOR: Final = JOINED_SEPARATOR.encode()


class IndexJoinedTerms(Collection[str]):
    """The terms of some dictionaries, with words in `languages`, that a sign joins to the next."""

    def __init__(self, dictionaries: Sequence[TermDictionary], languages: Iterable[str]) -> None:
        self._dictionaries = dictionaries
        self.keeps_beginnings = all(map(keeps_beginnings, languages))
        """True if all forms of a word begin like the word."""

    def __contains__(self, term: object) -> bool:
        return self._is_joined(str(term))

    def __iter__(self) -> Iterator[str]:
        for dictionary in self._dictionaries:
            yield from dictionary.joined_terms()

    def __len__(self) -> int:
        return sum(dictionary.n_joined for dictionary in self._dictionaries)

    def divisions(self, text: str) -> Iterator[int]:
        """Yield where `text` can be divided: after a term that is joined to one like the rest.

        That is a term with the same first letter, if all stemmers keep first letters. So other
        forms of the rest, and all beginnings of the rest, are among these terms.
        """
        candidates: Iterable[int] = range(1, len(text))
        if text.isascii():
            candidates = self._candidates(text.lower())
        for i in candidates:
            if self._is_joined(fold(text[:i]), self.beginning(text[i:])):
                yield i

    def _candidates(self, term: str) -> Iterator[int]:
        """Yield where the filters do not rule out to divide `term`, which is ASCII."""
        letters = term.encode()
        crc = 0  # of the letters before i: each continues the one before
        for i in range(1, len(letters)):
            crc = crc32(letters[i - 1 : i], crc)
            rest = letters[i : i + 1] if self.keeps_beginnings else b""
            hashed = crc32(_SEPARATOR + rest, crc)
            for dictionary in self._dictionaries:
                if dictionary.may_be_joined(hashed):
                    yield i
                    break

    def beginning(self, rest: str) -> str:
        """Return with what the terms of all forms of `rest` begin: a letter, or ""."""
        # Letters of other scripts can change with what follows them.
        letter = fold(rest)[:1]
        return letter if self.keeps_beginnings and letter.isascii() else ""

    def _is_joined(self, term: str, beginning: str = "") -> bool:
        """Return whether a sign joins `term` to a term with this beginning."""
        return any(each.is_joined(term, beginning) for each in self._dictionaries)
