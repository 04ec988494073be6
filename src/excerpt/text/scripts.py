"""Word → the scripts of its letters, by the names that Unicode gives to them."""

import unicodedata
from functools import lru_cache

__all__ = ["scripts_of"]


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    """Return the first word of the name of `letter`, which is its script, such as LATIN."""
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]


def scripts_of(word: str) -> frozenset[str]:
    """Return the scripts of the letters of `word`; none if it has only digits.

    >>> scripts_of("party"), scripts_of("1917"), sorted(scripts_of("ab社"))
    (frozenset({'LATIN'}), frozenset(), ['CJK', 'LATIN'])
    """
    return frozenset(map(_script_of, filter(str.isalpha, word)))
