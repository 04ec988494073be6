"""Text in JSON → objects that may hold texts, as the rows of a table.

A list gives its objects; a text of several objects, on lines of their own or indented, gives these.
One object may be a text itself, may wrap lists of objects, or may name an object for each key. A
list of strings is one of texts, if they are long enough for that.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from excerpt.ingest.containers.columns import has_usual_text
from excerpt.ingest.formats.reading_rules import TableRules

__all__ = ["OUTSIDE", "NumberedRows", "Values", "lift_text", "rows_of_lines", "rows_of_text"]

Values = Mapping[str, Any]
NumberedRows = Iterator[tuple[int, Values | str]]
"""Numbers of rows with their values, or with the reason why they cannot be read. Number 0 stands
for the file itself."""
MAX_DEPTH: Final = 5
"""Levels of objects within objects in which a text is looked for."""
_NOT_READ: Final = "; the objects after it were not read"
OUTSIDE: Final = "not read, outside the objects with texts: "
"""The beginning of a reason that names strings."""
_MAX_NAMED: Final = 10
"""Strings named in a reason."""
_MAX_NAME_LENGTH: Final = 100
"""Characters of such a name."""
_SPACE: Final = " \t\r\n\ufeff"


def rows_of_lines(lines: Iterable[str]) -> NumberedRows:
    """Yield the object in each line, with the number of the line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line, parse_int=str, parse_float=str)
        except json.JSONDecodeError as error:
            yield number, f"it is not valid JSON: {error.msg} (column {error.colno})"
        except (RecursionError, ValueError) as error:
            yield number, _reason(error)
        else:
            yield number, _row(values)


def rows_of_text(text: str, rules: TableRules) -> NumberedRows:
    """Yield the objects of a list, those of a text of several, or those in a single object."""
    start = _after(text, 0)
    if text.startswith("[", start):
        yield from _numbered(_values(text, start + 1, separator=","))
        return
    values = _values(text, start)
    first = list(islice(values, 2))
    if len(first) == 1 and not isinstance(first[0], str):
        found, left_out = _with_texts(first[0], rules)
        yield from enumerate(found, 1)
        if left_out:
            yield 0, f"{OUTSIDE}{', '.join(left_out[:_MAX_NAMED])}" + _and_more(left_out)
    else:
        yield from _numbered(chain(first, values))


def _and_more(names: Sequence[str]) -> str:
    n_more = len(names) - _MAX_NAMED
    return f" and {n_more:,} more" * (n_more > 0)


def _numbered(values: Iterable[Values | str]) -> NumberedRows:
    """Yield values with their numbers, 0 for a first one that is not valid."""
    for number, value in enumerate(values, 1):
        is_damage = isinstance(value, str) and value.endswith(_NOT_READ)
        yield (0 if number == 1 and is_damage else number), value


def _values(text: str, position: int, separator: str = "") -> Iterator[Values | str]:
    """Yield the values in `text` from `position` on; with a `separator`, up to the end of a list.

    A sentence represents a value that is not an object, or not valid.
    """
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    position = _after(text, position)
    while position < len(text) and not (separator and text[position] == "]"):
        try:
            value, position = decoder.raw_decode(text, position)
        except (RecursionError, ValueError) as error:
            yield f"{_reason(error)}{_NOT_READ}"
            return
        yield _row(value)
        position = _after(text, position, separator)
    if separator and position == len(text):
        yield "the list has no end: the file is cut off"
    elif _after(text, position + 1) < len(text):
        yield "what follows the list is not read"


def _row(value: object) -> Values | str:
    """Return a value as a row; a string as one with a single column."""
    if isinstance(value, dict):
        return value
    return {"value": value} if isinstance(value, str) else "it is not an object"


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return f"it is not valid JSON: {error}"


def _with_texts(values: Values, rules: TableRules) -> tuple[list[Values], list[str]]:
    """Return the object if it has a text, or else the objects in it that have any.

    These are in its lists, or are its values: then their keys are added. Their texts have usual
    names, because an object may be anything: the settings of a program have sentences, too. The
    second list names the strings outside these objects, which are not read.
    """
    if has_usual_text([values], rules):
        return [values], []
    found: list[Values] = []
    rest: dict[str, Any] = {}
    for key, value in values.items():
        listed = value if isinstance(value, list) else []
        objects = [each for each in listed if isinstance(each, dict)]
        if has_usual_text(objects, rules):
            found += objects
            rest[key] = [each for each in listed if not isinstance(each, dict)]
        else:
            rest[key] = value
    if found:
        return found, _names_of_strings(rest)
    keyed: list[Values] = [
        {"key": key} | each for key, each in values.items() if isinstance(each, dict)
    ]
    return (keyed if len(keyed) == len(values) and has_usual_text(keyed, rules) else []), []


def _names_of_strings(values: Values) -> list[str]:
    """Return the names of the strings of several words at any depth, such as "notes.remark".

    A string without white space is a code, an address or the like, not a text.
    """
    names: dict[str, None] = {}
    pending: list[tuple[str, Any]] = list(values.items())[::-1]
    while pending:
        name, value = pending.pop()
        if isinstance(value, dict):
            prefix = name[:_MAX_NAME_LENGTH]
            pending += [(f"{prefix}.{key}", value[key]) for key in reversed(value)]
        elif isinstance(value, list):
            pending += [(name, below) for below in reversed(value)]
        elif isinstance(value, str) and len(value.split(maxsplit=1)) > 1:
            names[" ".join(name.split())[:_MAX_NAME_LENGTH]] = None
    return list(names)


def lift_text(row: Values, rules: TableRules, depth: int = MAX_DEPTH) -> Values:
    """Return an object with the values of the object in it that has a text under a usual name.

    It is returned as it is if there is none. A value whose name is taken gets a longer one.
    """
    for key, inner in row.items():
        if not isinstance(inner, dict):
            continue
        lifted: Values = inner
        if not has_usual_text([inner], rules):
            lifted = lift_text(inner, rules, depth - 1) if depth else inner
            if lifted is inner:
                continue
        others = {name: value for name, value in row.items() if name != key}
        return others | {
            f"{key}.{name}" if name in others else name: value for name, value in lifted.items()
        }
    return row


def _after(text: str, position: int, separator: str = "") -> int:
    """Return the position of the next value, after white space and perhaps one `separator`."""
    end = len(text)
    while position < end and text[position] in _SPACE:
        position += 1
    if separator and text.startswith(separator, position):
        return _after(text, position + 1)
    return position
