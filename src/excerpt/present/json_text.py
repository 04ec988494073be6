"""Values → JSON that is harmless on a terminal.

JSON is UTF-8, with texts exactly as they are in the documents. Characters that could control a
terminal are escaped. Each object and each JSON line has a `schema` number. It is raised when a key
is renamed, removed or given another meaning, but not when a key is added.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

__all__ = ["SCHEMA", "dump", "dump_lines", "dump_pieces", "dump_report"]

SCHEMA = 2
_UNSAFE = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|[\U000e0000-\U000e007f]"
)
"""Characters that could control a terminal and that `json.dumps` leaves as they are."""


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def dump(value: object, *, indent: int | None = None) -> str:
    """Return `value` as JSON that is harmless on a terminal."""
    # Unsafe characters occur only within strings, where an escape means the same.
    return _UNSAFE.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def dump_report(record: Mapping[str, Any]) -> str:
    """Return one object with its schema number, on lines of its own."""
    return dump({"schema": SCHEMA, **record}, indent=2) + "\n"


def dump_lines(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each record as a line with its schema number (JSON lines)."""
    for record in records:
        yield dump({"schema": SCHEMA, **record}) + "\n"


def dump_pieces(
    head: Mapping[str, Any],
    name: str,
    records: Iterable[Any],
    tail: Mapping[str, Any] | None = None,
) -> Iterator[str]:
    """Yield one object in pieces, as its records are found.

    Its keys are those of `head`, then `name` with a list of the records, then those of `tail`.
    A tail may be filled while the records are read.
    """
    yield f'{dump({"schema": SCHEMA, **head})[:-1]}, "{name}": ['
    for number, record in enumerate(records):
        yield f"{',' if number else ''}\n{dump(record)}"
    yield f"\n], {dump(tail)[1:]}\n" if tail else "\n]}\n"
