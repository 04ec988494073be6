"""Values nested in mappings and lists → pairs of a name and a value.

A mapping that names itself stands for its name: `author: {name: Ann, url: x}` means the author Ann,
and `author.url` is x. Other names are joined by full stops.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["USUAL_NAMES", "flatten"]

MAX_DEPTH: Final = 20
"""Levels of nested values that are read."""
_SYNONYMS: Final = {
    "authors": "author",
    "creator": "author",
    "creators": "author",
    "by": "author",
    "byline": "author",
    "pubdate": "published",
    "publishdate": "published",
    "publish_date": "published",
    "publish-date": "published",
    "publication_date": "published",
    "publication-date": "published",
    "publication date": "published",
    "date_published": "published",
    "datepublished": "published",
    "date published": "published",
}
"""Names in excerpt by other names for the same."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


USUAL_NAMES: Final = _SYNONYMS.keys() | _words(
    "title subtitle author editor translator date year published lang language tags tag categories "
    "category keywords subject description summary abstract excerpt layout slug url permalink "
    "aliases draft type id source publisher series volume issue weight template comments image toc "
    "rights license copyright modified created updated location collection journal isbn doi"
)
"""Names that are usual in statements about a text."""
_PEOPLE: Final = _words("author editor translator recipient")
"""Names whose values are names of people."""
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
"""A link to another note, as in Obsidian, with the text that is shown."""
_OWN_NAMES: Final = ("name", "literal", "title")
"""Names within a mapping that give its own name."""


def flatten(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return pairs of a name, in lower case, and a value.

    Several values are joined by commas, those of people by semicolons, since names have commas.
    """
    flat: dict[str, list[str]] = {}
    for name, value in _pairs("", values, MAX_DEPTH):
        flat.setdefault(name, []).append(value)
    for other, name in _SYNONYMS.items():
        if other in flat and name not in flat:
            flat = {name if key == other else key: texts for key, texts in flat.items()}
    return tuple(
        (name, ("; " if name in _PEOPLE else ", ").join(texts)) for name, texts in flat.items()
    )


def _pairs(name: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each scalar in `value`, which is named `name`."""
    if isinstance(value, Mapping):
        if depth:
            yield from _pairs_of_mapping(name, value, depth - 1)
    elif isinstance(value, list):
        for below in value if depth else ():
            yield from _pairs(name, below, depth - 1)
    elif text := _text(value):
        yield name, text


def _pairs_of_mapping(
    name: str, mapping: Mapping[str, Any], depth: int
) -> Iterator[tuple[str, str]]:
    own, used = _own_name(mapping) if name else ("", frozenset[str]())
    if own:
        yield name, own
    for key, below in mapping.items():
        part = " ".join(str(key).split()).lower()
        if part and key not in used:
            yield from _pairs(f"{name}.{part}" if name else part, below, depth)


def _own_name(mapping: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    """Return the name that a mapping gives to what it describes, and the keys that hold it."""
    for key in _OWN_NAMES:
        value = mapping.get(key)
        if isinstance(value, Mapping):
            own, _ = _own_name(value)
        else:
            own = "" if isinstance(value, list) else _text(value)
        if own:
            return own, frozenset({key})
    keys = ("given", "family")
    parts = [_text(mapping[key]) for key in keys if isinstance(mapping.get(key), str)]
    return " ".join(filter(None, parts)), frozenset(keys)


def _text(value: Any) -> str:
    """Return a scalar as text, with white space collapsed; "" for None."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            text = " ".join(str(value).split())
            return _WIKI_LINK.sub(r"\1", text) if "[[" in text else text
