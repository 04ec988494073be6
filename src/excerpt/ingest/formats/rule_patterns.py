"""Regular expressions in the rules of a collection → their matches in a text.

RE2 does the matching, in time linear in the text. As in queries, `\\w` and `\\d` are the letters,
marks and digits of all scripts. `^` and `$` match at every line.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import re2

from excerpt.memory import memoized

__all__ = ["PatternError", "PatternMatch", "check_pattern", "find_all"]

MAX_MEMORY: Final = 1 << 21
"""Bytes of a compiled pattern."""
_ESCAPE_OR_BRACKET = re.compile(r"\\.|\[\^?\]?|\]|[^\\\[\]]+", re.DOTALL)
_CLASSES = {"w": r"\pL\pM\pN_", "d": r"\p{Nd}"}
_NO_LOOKAROUND: Final = "Patterns cannot look ahead or behind: include what precedes or follows."
_REMEDIES = (
    ("perl operator: (?", _NO_LOOKAROUND),
    (
        "escape sequence",
        "To match the character itself, put a \\ before it; there are no back references.",
    ),
    ("capture group name", "Use each name once; names consist of letters, digits and _."),
)
"""Parts of RE2's messages, and remedies."""
_REMEDY: Final = "Write it in single quotes, and put a \\ before a sign that stands for itself."


class PatternError(Exception):
    """A pattern that is not valid.

    message  the error, as a clause
    remedy   what to write instead, as a sentence
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy


class PatternMatch(NamedTuple):
    """A match of a pattern.

    start, end  of the match in the text
    value       the text of the group with the name of the rule, of the first group, or of the whole
    groups      the texts of all named groups that matched
    """

    start: int
    end: int
    value: str
    groups: Mapping[str, str]


def check_pattern(source: str) -> frozenset[str]:
    """Return the names of the groups in the pattern `source`.

    Raises:
        PatternError: if it is not valid.
    """
    return frozenset(_compiled(source).groupindex)


def find_all(source: str, text: str, name: str = "") -> Iterator[PatternMatch]:
    """Yield the matches of the pattern `source` in `text` that are not empty.

    Their value is that of the group `name` if there is one.
    """
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()  # RE2 accepts no lone surrogates
    for match in _compiled(source).finditer(text):
        if match.end() > match.start():
            groups = {key: value for key, value in match.groupdict().items() if value is not None}
            value = groups.get(name) or (match.groups() or ("",))[0] or match.group()
            yield PatternMatch(match.start(), match.end(), value, groups)


@memoized(64_000_000, result_bytes=MAX_MEMORY)
def _compiled(source: str) -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(f"(?m){_with_all_scripts(source)}", options)
    except (re2.error, UnicodeEncodeError) as error:
        (message, *_) = error.args
        text = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
        text = text.replace("(?m)", "")
        remedy = next((remedy for part, remedy in _REMEDIES if part in text), _REMEDY)
        raise PatternError(f"{source!r} is not a regular expression ({text})", remedy) from None


def _with_all_scripts(source: str) -> str:
    """Return a pattern in which `\\w` and `\\d` stand for characters of all scripts."""
    parts = []
    is_in_class = False
    for piece in _ESCAPE_OR_BRACKET.findall(source):
        part = piece
        if piece[0] == "[" and not is_in_class:
            is_in_class = True
        elif piece == "]":
            is_in_class = False
        elif piece[0] == "\\" and piece[1:].lower() in _CLASSES:
            characters = _CLASSES[piece[1:].lower()]
            if piece[1:].islower():
                part = characters if is_in_class else f"[{characters}]"
            elif not is_in_class:
                part = f"[^{characters}]"
        parts.append(part)
    return "".join(parts)
