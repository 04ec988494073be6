"""The terms of an index that a sign joins to the next word, and where they can divide a word.

Few of the beginnings of a word are such terms, and even fewer are joined to a term that begins like
the rest of the word. The filter of each segment (see `index.format.string_filter`) rules out
nearly all others.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from excerpt.index.format.term_dictionary import TermDictionary
from excerpt.text import fold
from excerpt.text.stemmer import keeps_beginnings

__all__ = ["JoinedTerms"]


class JoinedTerms(Collection[str]):
    """The terms of some dictionaries, with words in `languages`, that a sign joins to the next."""

    def __init__(self, dictionaries: Sequence[TermDictionary], languages: Iterable[str]) -> None:
        self._dictionaries = dictionaries
        self._keeps_beginnings = all(map(keeps_beginnings, languages))

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
        for i in range(1, len(text)):
            first = fold(text[:i])
            if self._is_joined(first, self._beginning(text[i:])):
                yield i

    def _beginning(self, rest: str) -> str:
        """Return with what the terms of all forms of `rest` begin."""
        # Letters of other scripts can change with what follows them.
        letter = fold(rest)[:1]
        return letter if self._keeps_beginnings and letter.isascii() else ""

    def _is_joined(self, term: str, beginning: str = "") -> bool:
        """Return whether a sign joins `term` to a term with this beginning."""
        return any(each.is_joined(term, beginning) for each in self._dictionaries)
