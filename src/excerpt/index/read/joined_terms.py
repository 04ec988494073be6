"""The terms of an index that a sign joins to the next word, and where they can divide a word.

Of the beginnings of a word, few are such terms, and to fewer still is a term joined that begins
like the rest of the word. Both are found in the sorted column `joined` of each segment, without
looking at the rest of the word any further.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from excerpt.index.format.term_dictionary import TermDictionary
from excerpt.memory import BoundedCache
from excerpt.text import fold
from excerpt.text.stemmer import keeps_beginnings

__all__ = ["JOINED_BYTES", "JoinedTerms"]

JOINED_BYTES: Final = 1_000_000
"""Bytes of the look-ups of short terms that are cached: some thousands."""
_SHORT: Final = 3
"""Letters of the longest term whose look-up is cached: many words begin with these letters."""


class JoinedTerms(Collection[str]):
    """The terms of some dictionaries, with words in `languages`, that a sign joins to the next."""

    def __init__(self, dictionaries: Sequence[TermDictionary], languages: Iterable[str]) -> None:
        self._dictionaries = dictionaries
        self._keeps_beginnings = all(map(keeps_beginnings, languages))
        self._found: BoundedCache[tuple[str, str], bool] = BoundedCache(JOINED_BYTES)

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
        term, n_longest = fold(text), -1
        for i in range(1, len(text)):
            first = fold(text[:i])
            if len(first) > _SHORT and term.startswith(first):
                if n_longest < 0:
                    n_longest = max(each.n_shared_with_joined(term) for each in self._dictionaries)
                if len(first.encode("utf-8", "surrogatepass")) > n_longest:
                    continue
            if self._is_joined(first) and self._is_joined(first, self._beginning(text[i:])):
                yield i

    def _beginning(self, rest: str) -> str:
        """Return with what the terms of all forms of `rest` begin."""
        # Letters of other scripts can change with what follows them.
        letter = fold(rest)[:1]
        return letter if self._keeps_beginnings and letter.isascii() else ""

    def _is_joined(self, term: str, beginning: str = "") -> bool:
        """Return whether a sign joins `term` to a term with this beginning."""
        key = term, beginning
        found = self._found.get(key) if len(term) <= _SHORT else None
        if found is None:
            found = any(each.is_joined(term, beginning) for each in self._dictionaries)
            if len(term) <= _SHORT:
                self._found.put(key, found)
        return found
