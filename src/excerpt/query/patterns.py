"""A regular expression of a query → a Pattern over folded words, if it is one that can be matched in bounded time.

Patterns are matched by backtracking, which takes exponential time for some. So those that repeat what varies within
are refused, and the number of choices that a matcher may have to try is bounded; words of more than
`spelling.LONGEST_MATCHED` letters match none. Look-around, flags and back-references are no matter of one word.
"""

import re
import unicodedata
import warnings

from excerpt.analysis import fold
from excerpt.query.misfit import Misfit
from excerpt.query.tree import Pattern

__all__ = ["pattern"]

MOST_CHOICES = 12
"""Twice as many ways to match for each; a repetition counts as three."""
REPETITION = 3
_SIGNS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|[()|*+?]|\{\d*,?\d*\}|.", re.DOTALL)


def pattern(text: str) -> Pattern:
    """The meaning of the regular expression `text`, its letters folded.

    Raises:
        Misfit: if it is none, or one that could take for ever.
    """
    folded = _folded(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what a later Python may read otherwise is refused
            re.compile(folded)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        message = f"This is no regular expression: {error}."
        raise Misfit(message, "Put a \\ before a sign that means itself.") from None
    _refuse_foreign(folded)
    _refuse_slow(folded)
    return Pattern(folded)


def _folded(text: str) -> str:
    """`text` with its letters as they stand in terms; those after a backslash are no letters."""

    def small(found: re.Match[str]) -> str:
        if found[0].startswith("\\") or found[0].isascii():
            return found[0] if found[0].startswith("\\") else found[0].lower()
        folded = fold(found[0])
        return folded if len(folded) == 1 else found[0]

    return re.sub(r"\\.|.", small, unicodedata.normalize("NFC", text), flags=re.DOTALL)


def _signs(text: str) -> list[re.Match[str]]:
    return list(_SIGNS.finditer(text))


def _refuse_foreign(text: str) -> None:
    for found in _signs(text):
        is_extension = found[0] == "(" and text.startswith("(?", found.start())
        if is_extension or re.fullmatch(r"\\[1-9]", found[0]):
            raise Misfit(
                "Look-around, flags and back-references are not part of these patterns.",
                "Use letters, . [ ] ( ) | * + ? { } only.",
            )


def _refuse_slow(text: str) -> None:
    n_choices = 0
    alternatives = [0]  # the bars in each open bracket
    varies = [False]  # and whether anything in it does
    closed = False  # whether the last sign closed a bracket in which anything varies
    for sign in (found[0] for found in _signs(text)):
        was_closed, closed = closed, False
        if sign in {"(", "(?:"}:
            alternatives.append(0)
            varies.append(False)
        elif sign == ")" and len(varies) > 1:
            n_choices += alternatives.pop().bit_length()
            closed = varies.pop()
            varies[-1] |= closed
        elif sign == "|":
            alternatives[-1] += 1
            varies[-1] = True
        elif sign == "?" or _is_repetition(sign):
            varies[-1] = True
            n_choices += REPETITION if _is_repetition(sign) else 1
            if was_closed and _is_repetition(sign):
                raise Misfit(
                    "This pattern repeats what varies within, and could take for ever.",
                    "Put no * + { } after a bracket that has | * + ? { } inside.",
                )
    if n_choices + alternatives[0].bit_length() > MOST_CHOICES:
        raise Misfit(
            "This pattern varies in too many places, and could take for ever.",
            "Write more letters and fewer * + ? | { }, or several patterns with OR.",
        )


def _is_repetition(sign: str) -> bool:
    return sign in {"*", "+"} or (sign[0] == "{" and len(sign) > 1)
