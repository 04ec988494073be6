"""A query in the syntax of another program → notices that say how excerpt writes the same.

Lucene, Google, library catalogues and SQL have operators that are ordinary words or punctuation
here. Such a query is searched as it stands, and each notice has a remedy that can be pasted.
"""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from excerpt.model import Span
from excerpt.query.ast import Problem
from excerpt.query.foreign_fields import FOREIGN_FIELDS

__all__ = ["check_foreign_syntax"]

_WORD: Final = r"[^\W\d_][\w'’-]*"
_OPERAND: Final = rf"(?:{_WORD}\*?|\"[^\"]*\")"
_NAMES: Final = "title|heading|path|format|lang|kind|year|date|author|TI|AU"
_LIKE_NEAR: Final = (
    rf"\b(?P<name>NEAR|ONEAR|BEFORE|AFTER|near)\(\s*(?P<left>{_OPERAND})[ ,]\s*"
    rf"(?P<right>{_OPERAND})\s*(?:,\s*(?P<distance>\d+))?\s*(?:,\s*\w+\s*)?\)"
)
_NEAR_IN_WORDS: Final = (
    r"(?<=\S )(?P<not>NOT\s+)?(?:(?P<verb>FOLLOWED|PRECEDED|ADJACENT)(?:\s+(?:BY|TO))?"
    r"(?:/(?P<distance>\d{1,4}))?|(?:WITHIN|within)(?:\s+|/)(?P<number>\d{1,4})"
    r"(?:\s+(?:WORDS?|words?))?(?:\s+(?:OF|of))?)(?= \S)"
)
_Message = Callable[[re.Match[str]], tuple[str, str]]


def _near(found: re.Match[str]) -> tuple[str, str]:
    name = "BEFORE" if found["name"] == "ONEAR" else found["name"].upper()
    operator = f"{name}/{found['distance'] or 5}"
    return (
        f"{found['name']}( ) is not an operator and was searched as words.",
        f"Write {found['left']} {operator} {found['right']}.",
    )


def _range(found: re.Match[str]) -> tuple[str, str]:
    first, last = ("" if side == "*" else side for side in (found["first"], found["last"]))
    if any(side and not side[0].isdigit() for side in (first, last)):
        return (
            f"{found[0]} is not a range: words have no ranges, and it was searched as words.",
            "For the beginning of a word, write soci*; for dates, year:1900..1910.",
        )
    return f"{found[0]} is not a range.", f"Write year:{first}..{last}."


def _comparison(found: re.Match[str]) -> tuple[str, str]:
    sign = "" if found["sign"] == "=" else found["sign"]
    name = found["name"].casefold()
    name = FOREIGN_FIELDS.get(name, name).partition(":")[0]
    return (
        f"{found[0]} was searched as words, because a colon must follow the name of a field.",
        f"Write {name}:{sign}{found['value']}.",
    )


_FOLLOWS: Final = {"FOLLOWED": "BEFORE", "PRECEDED": "AFTER", "ADJACENT": "NEAR"}


def _words_for_near(found: re.Match[str]) -> tuple[str, str]:
    """Return the notice about an operator in words: NOT FOLLOWED BY, WITHIN 5 WORDS OF."""
    written = " ".join(found[0].split())
    name = _FOLLOWS[found["verb"].upper()] if found["verb"] else "NEAR"
    default = 0 if found["verb"] else 5
    distance = found["distance"] or found["number"] or default
    return (
        f"{written} is not an operator and was searched as words.",
        f"Write {'NOT ' if found['not'] else ''}{name}/{distance}.",
    )


_RULES: Final[tuple[tuple[str, _Message], ...]] = (
    (_LIKE_NEAR, _near),
    (
        _NEAR_IN_WORDS,
        _words_for_near,
    ),
    (r"[\[{]\s*(?P<first>[^\s\]}]+) TO (?P<last>[^\s\]}]+)\s*[\]}]", _range),
    (
        r"\b(?:AROUND|NEAR|WITHIN)\s*\(\s*(?P<distance>\d+)\s*\)",
        lambda found: (
            f"{found[0]} is not an operator and was searched as words.",
            f"Write NEAR/{found['distance']} between two words.",
        ),
    ),
    (
        r"(?<!\S)(?:[wW]/(?P<unit>[sp])|/(?P<bare>[sp]))(?!\S)",
        lambda found: (
            f"{found[0]} is not an operator and was searched as a word.",
            (
                "Write sentence(wage labour)."
                if "s" in (found["unit"], found["bare"])
                else "Write paragraph(wage labour)."
            ),
        ),
    ),
    (
        r"(?<=[^\s:] )(?P<name>ONEAR/?|near|adj|[NW])(?P<distance>\d{1,4})(?= \S)",
        lambda found: (
            f"{found[0]} is not an operator and was searched as a word.",
            (
                f"Write NEAR/{found['distance']}."
                if found["name"] in {"N", "near"}
                else f"Write BEFORE/{found['distance']}."
            ),
        ),
    ),
    (
        r"(?<=\S )/(?P<distance>\d{1,4})(?= \S)",
        lambda found: (
            f"{found[0]} is not an operator and was searched as a word.",
            f"Write NEAR/{found['distance']}.",
        ),
    ),
    (
        r"(?<!\S)~(?P<distance>\d{1,4})(?!\S)",
        lambda found: (
            f"{found[0]} was searched as a word, because a space precedes it.",
            f'For a phrase with a distance, write "mass party"~{found["distance"]}.',
        ),
    ),
    (
        r"(?<=\S )(?:ANDNOT|BUTNOT|AND/NOT|BUT NOT)(?= \S)",
        lambda found: (f"{found[0]} is not an operator and was searched as words.", "Write NOT."),
    ),
    (
        rf"(?<!\S)(?P<before>{_WORD})\[(?P<tag>ti|title|tiab|au|author)\](?!\S)",
        lambda found: (
            f"{found[0]} was searched as words: a field goes before its value.",
            f"Write {'author' if found['tag'][0] == 'a' else 'title'}:{found['before']}.",
        ),
    ),
    (
        rf"(?<!\S){_WORD}\[\w{{2,}}\][\w*+?]*(?!\S)",
        lambda found: (
            f"{found[0]} was searched as words: a pattern goes between slashes.",
            f"Write /{found[0]}/.",
        ),
    ),
    (
        rf"(?<!\S)(?:%?{_WORD}%[\w-]*|%{_WORD})(?!\S)",
        lambda found: (
            f"% is not a wildcard: {found[0]} was searched without it.",
            f"Write {found[0].replace('%', '*')}.",
        ),
    ),
    (
        rf"(?<!\S)(?P<start>{_WORD})\$(?P<rest>\w*)(?!\S)",
        lambda found: (
            f"$ is not a wildcard: {found[0]} was searched without it.",
            f"Write {found[0].replace('$', '*')}.",
        ),
    ),
    (
        rf"(?<!\S)\+(?P<word>{_WORD}|\"[^\"]*\")",
        lambda found: (
            "+ is not needed: all words must occur.",
            f'For exactly this form, write "{found["word"].strip(chr(34))}".',
        ),
    ),
    (
        rf"(?<!\S)~(?P<word>{_WORD})",
        lambda found: (
            f"The ~ before {found['word']} was ignored: it must follow the word.",
            f"For similar spellings, write {found['word']}~.",
        ),
    ),
    (
        r"(?<!\S)/(?P<pattern>(?:[^/\\\s]|\\\S)+)/(?P<flags>[a-z]{1,4})(?!\S)",
        lambda found: (
            f"{found[0]} was searched as words: a pattern has no flags, and ignores case.",
            f"Write /{found['pattern']}/.",
        ),
    ),
    (
        rf"\b(?P<name>{_NAMES})\s?(?P<sign>[<>]=?|=)\s?(?P<value>[\w-]+)",
        _comparison,
    ),
    (
        r"\\[-+*?\"()\[\]{}^~:=!]",
        lambda found: (
            f"A backslash does not change what a sign means: {found[0]} is punctuation here.",
            "To search for words as they are, whatever they look like, use --literal.",
        ),
    ),
    (
        r"(?<!\S)XOR(?!\S)",
        lambda _: (
            "XOR is not an operator and was searched as a word.",
            "Write (wage OR labour) NOT (wage labour).",
        ),
    ),
)
"""The pattern of each construction, and a function from its match to a message and a remedy."""


def check_foreign_syntax(text: str, quoted: Collection[Span]) -> Iterator[Problem]:
    """Yield notices about parts of the query `text` that mean something in other programs.

    The spans of `quoted` are not examined.
    """
    plain = list(text)
    for span in quoted:
        plain[span.start : span.end] = "\0" * (span.end - span.start)
    outside = "".join(plain)
    taken: list[Span] = []
    for pattern, describe in _RULES:
        # A construction may contain quotes, but does not begin in one.
        for found in re.finditer(pattern, text):
            span = Span(*found.span())
            is_quoted = outside[span.start] == "\0"
            overlaps = any(each.start < span.end and span.start < each.end for each in taken)
            if is_quoted or overlaps:
                continue
            taken.append(span)
            message, remedy = describe(found)
            yield Problem(message, span, remedy, is_error=False)
