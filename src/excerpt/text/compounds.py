"""Parts of a word with signs between them → whether the word is also written as one.

`e-mail`, `O'Connor`, `Covid-19`, `1920's` and `Ph.D.` have a spelling without the sign. Numbers in
groups of digits (3,000) are one word anyway: see `grouped_numbers`.
Where a sign marks an elision, a contraction, a fraction, a product or a range, the parts written as
one would be another word: d'eux and deux, I'll and ill, 9/11 and 911, 3-4 and 34, 2.25 and 225,
3·3 and 33.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from excerpt.text.characters import HYPHENS, character_classes, is_unspaced

__all__ = [
    "APOSTROPHES",
    "JOINED",
    "JOINING_SIGNS",
    "MARKS",
    "STOP",
    "join_marks",
    "joining_sign",
    "may_be_one_word",
    "may_join",
    "split_mark",
    "without_line_end",
    "without_mark",
]

APOSTROPHES = frozenset("'\u2018\u2019\u201b\u02bc\uff07\u05f3`\u00b4")
_HYPHENS = HYPHENS | frozenset("\u058a\u05be\ufe63\uff0d")
"""All hyphens within a line, with those of Armenian, Hebrew (maqaf) and East Asian fonts."""
_GERSHAYIM = frozenset('"\u05f4\u201c\u201d')
_MIDDLE_DOT = "\u00b7"
"""The sign within Catalan words: col·legi."""
_FRENCH_ELISIONS = "y c d j l m n s t qu jusqu lorsqu puisqu quoiqu presqu quelqu grand"
_ITALIAN_ELISIONS = (
    "un all dall dell nell sull coll gl agl dagl degl negl sugl quell quest bell sant buon nient"
    " ch v com quand null pover senz anch cos dov tutt mezz"
)
_GREEK_ELISIONS = "σ μ τ θ κ δ απ αφ επ εφ υπ υφ κατ καθ μετ μεθ παρ αλλ ουδ μηδ γι"
_ELISIONS = frozenset(f"{_FRENCH_ELISIONS} {_ITALIAN_ELISIONS} {_GREEK_ELISIONS} th".split())
"""Words that lose their last vowel before another word, and the English "th" of th'art."""
_CONTRACTIONS = frozenset(
    {"s", "t", "d", "m", "ll", "re", "ve", "em", "er", "en", "n", "r", "w", "clock"}
)
"""Words, mostly English and Welsh, that an apostrophe joins to the word before."""


JOINED: Final = "-"
"""The mark of a part that a sign joins to the next part."""
MARKS: Final = frozenset((JOINED,))
STOP: Final = "."
_MAX_ABBREVIATED = 4
"""Letters of the longer part of an abbreviation whose other part is a single letter: Ph.D."""
_ORDINAL_ENDINGS = frozenset({"a", "o", "as", "os"})
"""Folded endings of Spanish, Portuguese and Italian ordinals with a full stop: 1.º, 2.ª."""
_GENDER_SIGNS = frozenset("*:_/")
_GENDER_ENDINGS = frozenset({"in", "innen"})
"""Signs and endings of German words for people of any gender: Arbeiter:innen."""
_MIN_GENDERED = 4
"""The fewest letters before such a sign."""
JOINING_SIGNS: Final = _HYPHENS | APOSTROPHES | _GERSHAYIM | _GENDER_SIGNS | {_MIDDLE_DOT, STOP}
"""All signs that may join two words."""


def may_be_one_word(parts: Sequence[str], signs: Sequence[str]) -> bool:
    """Return whether the folded `parts` of a word, with `signs` between them, are written as one.

    >>> may_be_one_word(["e", "mail"], ["-"]), may_be_one_word(["d", "eux"], ["'"])
    (True, False)
    """
    return all(join_marks(parts, signs)[:-1])


def join_marks(parts: Sequence[str], signs: Sequence[str]) -> list[str]:
    """Return how each of the folded `parts` is joined to the next one, "" if it is not.

    The last part is joined to nothing. `signs` are the characters between the parts.

    >>> join_marks(["3000", "strong", "don", "t"], ["-", " ", "'"])
    ['-', '', '', '']
    """
    joining = [joining_sign(_without_ignored(between)) for between in signs]
    pairs = zip(pairwise(parts), joining, strict=True)
    marks = [JOINED if may_join(*pair, sign) else "" for pair, sign in pairs]
    return [*marks, ""] if parts else []


def joining_sign(between: str) -> str:
    r"""Return the sign that may join two words: without a line end, or the stop of an initial.

    >>> joining_sign("-\n"), joining_sign(".-"), joining_sign(", ")
    ('-', '-', ', ')
    """
    sign = without_line_end(between)
    return JOINED if sign == f"{STOP}{JOINED}" else sign


def without_line_end(sign: str) -> str:
    """Return a hyphen that ends its line without the line end; any other sign as it is.

    >>> without_line_end("-\\n"), without_line_end("- ")
    ('-', '- ')
    """
    if sign[:1] in HYPHENS and sign[1:].isspace() and ("\n" in sign or "\r" in sign):
        return sign[0]
    return sign


def split_mark(marked: str) -> tuple[str, str]:
    """Return a form and the mark after it, "" if it has none.

    >>> split_mark("e-"), split_mark("mail")
    (('e', '-'), ('mail', ''))
    """
    return (marked[:-1], marked[-1]) if marked[-1:] in MARKS else (marked, "")


def without_mark(marked: str) -> str:
    """Return a form without its mark: `marked` itself if it has none."""
    return marked[:-1] if marked[-1:] in MARKS else marked


def _without_ignored(sign: str) -> str:
    """Return `sign` without the characters that are ignored in words."""
    if len(sign) < 2:
        return sign
    classes = character_classes(sign)
    return "".join(c for c, kind in zip(sign, classes, strict=True) if kind not in "zsm")


def may_join(before: str, after: str, sign: str) -> bool:
    """Return whether `sign` joins two folded parts of a word."""
    is_number = before[-1:].isdigit() and after[:1].isdigit()  # 3-4 and 5'11
    if sign in _HYPHENS:
        is_joined = not is_number
    elif sign in APOSTROPHES:
        is_plural = after == "s" and before[-1:].isdigit()  # the 1920's
        is_word = before not in _ELISIONS and after not in _CONTRACTIONS and not is_number
        is_joined = is_plural or is_word
    elif sign in _GERSHAYIM:
        is_joined = _is_hebrew(before[-1:]) and _is_hebrew(after[:1])
    elif sign == STOP:
        is_ordinal = before.isdecimal() and after in _ORDINAL_ENDINGS
        is_joined = is_ordinal or _is_abbreviation(before, after)
    elif sign in _GENDER_SIGNS:
        is_joined = len(before) >= _MIN_GENDERED and before.isalpha() and after in _GENDER_ENDINGS
    else:
        # 3·3 is a product, a date or a range, but not 33.
        is_joined = sign == _MIDDLE_DOT and before[-1:].isalpha() and after[:1].isalpha()
    # Each character of a script without spaces is a word by itself.
    return is_joined and not is_unspaced(before[-1:] or " ") and not is_unspaced(after[:1] or " ")


def _is_abbreviation(before: str, after: str) -> bool:
    """Return whether a full stop between two folded words abbreviates them: Ph.D., M.Sc., κ.λπ."""
    lengths = sorted((len(before), len(after)))
    is_short = lengths[0] == 1 and 1 < lengths[1] <= _MAX_ABBREVIATED
    return is_short and before.isalpha() and after.isalpha()


def _is_hebrew(letter: str) -> bool:
    return "\u05d0" <= letter <= "\u05ea"
