"""The pairs of terms of a segment that a sign joins → whether one of them fits two wildcards.

Most divisions of a wildcard have no such pair: `*syria` could be `*s` and `yria`, and `*s` stands
for thousands of terms. Searching the pairs as one text shows that in less than a millisecond;
looking at each pair, or expanding `*s`, takes twenty. Pairs with a given first term are looked up.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.index.format.term_dictionary import JOINED_SEPARATOR, TermDictionary
from excerpt.memory import BoundedCache, memoized
from excerpt.query.ast import Wildcard
from excerpt.query.term_matching import term_matcher

__all__ = ["JoinedPairs"]

PAIR_BYTES: Final = 16_000_000
"""Bytes of the texts that are cached."""
_END: Final = "\n"
_LETTER: Final = f"[^{JOINED_SEPARATOR}{_END}]"


class JoinedPairs:
    """The joined pairs of some dictionaries; it belongs to one open index."""

    def __init__(self, dictionaries: Sequence[TermDictionary]) -> None:
        self._dictionaries = dictionaries
        self._texts: BoundedCache[int, str] = BoundedCache(PAIR_BYTES)

    def has(self, number: int, first: str, second: str = "*") -> bool:
        """Return whether the dictionary with this number has a pair that fits two wildcards.

        Either may also be a term.
        """
        return next(self._fitting(number, first, second), None) is not None

    def has_first(self, first: str) -> bool:
        """Return whether a term that fits a wildcard is joined to another in any dictionary."""
        if not _is_wildcard(first):
            return any(dictionary.is_joined(first) for dictionary in self._dictionaries)
        return any(self.has(number, first) for number in range(len(self._dictionaries)))

    def find(self, first: str, second: str, limit: int) -> set[tuple[str, str]] | None:
        """Return the pairs that fit two wildcards, in any dictionary; None if over `limit`."""
        found = set()
        for number in range(len(self._dictionaries)):
            for pair in self._fitting(number, first, second):
                found.add(pair)
                if len(found) > limit:
                    return None
        return found

    def _fitting(self, number: int, first: str, second: str) -> Iterator[tuple[str, str]]:
        """Yield the pairs of a dictionary that fit two wildcards."""
        if not _is_wildcard(first):
            fits = term_matcher(Wildcard(second))
            beginning = re.split(r"[*?]", second, maxsplit=1)[0]
            following = self._dictionaries[number].joined_to(first, beginning)
            yield from ((first, term) for term in following if fits(term))
            return
        text = self._text(number)
        for match in _expression(first, second).finditer(text):
            separator = text.index(JOINED_SEPARATOR, match.start())
            start, end = text.rindex(_END, 0, separator), text.index(_END, separator)
            yield text[start + 1 : separator], text[separator + 1 : end]

    def _text(self, number: int) -> str:
        """Return all pairs of a dictionary, each with a line feed before and after it."""
        text = self._texts.get(number)
        if text is None:
            text = _END + "".join(f"{pair}{_END}" for pair in self._dictionaries[number].pairs())
            self._texts.put(number, text)
        return text


@memoized(1_000_000)
def _expression(first: str, second: str) -> re.Pattern[str]:
    """Return the expression for a pair that fits two wildcards, in the text of all pairs.

    It begins with the first letters that are given: they are found much faster than line feeds.
    """
    beginning = "" if first[0] == "*" else _END
    end = "" if second[-1] == "*" else _END
    first, second = first.lstrip("*"), second.rstrip("*")
    return re.compile(f"{beginning}{_wildcard(first)}{JOINED_SEPARATOR}{_wildcard(second)}{end}")


def _is_wildcard(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _wildcard(pattern: str) -> str:
    """Return the expression for a wildcard."""
    parts = [
        "".join(_LETTER if letter == "?" else re.escape(letter) for letter in part)
        for part in pattern.split("*")
    ]
    first, *others = parts
    if not others:
        return first
    *between, last = others
    # The groups are atomic, so that many stars do not backtrack.
    inner = "".join(f"(?>{_LETTER}*?{part})" for part in between if part)
    return f"{first}{inner}{_LETTER}*{last}"
