"""Regular expressions: none meets the faults of `re` in the oldest Python that is supported.

Up to Python 3.11.4, which Debian 12 has, a possessive repeat of something that can backtrack loses
the end of the last repetition (CPython issue 106052). An atomic group cannot backtrack.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import walk_packages
from re import _constants, _parser
from typing import Any

import pytest

import excerpt

SINGLE = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "GROUPREF", "AT"}
"""Operators that cannot backtrack."""


def possessive_repeats(parsed: Any) -> Iterator[list[str]]:
    """Yield the operators of each repeat that is possessive, at all depths."""
    for operator, argument in parsed:
        if operator is _constants.POSSESSIVE_REPEAT:
            yield [str(each) for each, _ in argument[2]]
        values = argument if isinstance(argument, list | tuple) else (argument,)
        for value in values:
            for part in value if isinstance(value, list) else (value,):
                if isinstance(part, _parser.SubPattern):
                    yield from possessive_repeats(part)


def is_safe(pattern: str | bytes, flags: int = 0) -> bool:
    """Return whether nothing in a possessive repeat of the pattern can backtrack."""
    return all(
        operators == ["ATOMIC_GROUP"] or (len(operators) == 1 and operators[0] in SINGLE)
        for operators in possessive_repeats(_parser.parse(pattern, flags))
    )


def patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    """Yield a pattern, or those in a collection."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        yield from patterns_in(list(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from patterns_in(each)


def modules() -> list[str]:
    """Return the names of all modules that need no other package."""
    names = (each.name for each in walk_packages(excerpt.__path__, "excerpt."))
    return [name for name in names if ".peers." not in name and not name.endswith("__main__")]


@pytest.mark.parametrize("name", modules())
def test_nothing_backtracks_in_a_possessive_repeat(name: str) -> None:
    """The patterns of each module find the same in every patch release of Python 3.11."""
    for pattern in patterns_in(list(vars(import_module(name)).values())):
        assert is_safe(pattern.pattern, pattern.flags & ~re.UNICODE), pattern.pattern


@pytest.mark.parametrize(
    ("pattern", "safe"),
    [
        (r"(?:ab?c)*+", False),
        (r"((?:a|bc)?+)", False),
        (r"x|(?=(?:ab|b)++)", False),
        (r"(?>ab?c)*+", True),
        (r"[ab]*+\s++a?+", True),
    ],
)
def test_unsafe_patterns_are_found(pattern: str, safe: bool) -> None:
    """The test above can fail, at every depth."""
    assert is_safe(pattern) is safe
