"""Parts of a word with signs between them → whether the word is also written as one.

`e-mail`, `O'Connor`, `Covid-19` and `3,000` have a spelling without the sign. Where a sign marks an
elision, a contraction, a fraction or a range, the parts written as one would be another word: d'eux
and deux, I'll and ill, 9/11 and 911, 3-4 and 34, 2.25 and 225.
"""

from collections.abc import Sequence
from itertools import pairwise

from excerpt.text.characters import HYPHENS, character_classes

__all__ = ["APOSTROPHES", "may_be_one_word"]

APOSTROPHES = frozenset("'\u2018\u2019\u201b\u02bc\uff07\u05f3`\u00b4")
_GERSHAYIM = frozenset('"\u05f4\u201c\u201d')
_MIDDLE_DOT = "\u00b7"
"""The sign within Catalan words: col·legi."""
_FRENCH_ELISIONS = "c d j l m n s t qu jusqu lorsqu puisqu quoiqu presqu quelqu grand"
_ITALIAN_ELISIONS = (
    "un all dall dell nell sull coll gl agl dagl degl negl sugl quell quest bell sant buon nient"
    " senz anch cos dov tutt mezz"
)
_ELISIONS = frozenset(f"{_FRENCH_ELISIONS} {_ITALIAN_ELISIONS}".split())
"""Words that lose their last vowel before another word."""
_CONTRACTIONS = frozenset({"s", "t", "d", "m", "ll", "re", "ve", "em", "er", "n", "clock"})
"""Words, mostly English, that an apostrophe joins to the word before."""
_IGNORED_CLASSES = frozenset("zsm")


def may_be_one_word(parts: Sequence[str], signs: Sequence[str]) -> bool:
    """Return whether the folded `parts` of a word, with `signs` between them, are written as one.

    >>> may_be_one_word(["e", "mail"], ["-"]), may_be_one_word(["d", "eux"], ["'"])
    (True, False)
    """
    pairs = zip(pairwise(parts), signs, strict=True)
    return all(_may_join(before, sign, after, parts[0]) for (before, after), sign in pairs)


def _may_join(before: str, sign: str, after: str, first: str) -> bool:
    if sign in HYPHENS:
        return not (before[-1:].isdigit() and after[:1].isdigit())
    if sign in APOSTROPHES:
        return before not in _ELISIONS and after not in _CONTRACTIONS
    if sign == ",":
        is_group = after.isdecimal() and len(after) == 3
        return is_group and before.isdecimal() and first.isdecimal() and len(first) <= 3
    if sign in _GERSHAYIM:
        return _is_hebrew(before[-1:]) and _is_hebrew(after[:1])
    # Nothing, or only zero-width signs: the letters are of a script without spaces.
    return sign == _MIDDLE_DOT or set(character_classes(sign)) <= _IGNORED_CLASSES


def _is_hebrew(letter: str) -> bool:
    return "\u05d0" <= letter <= "\u05ea"
