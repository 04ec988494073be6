"""The properties of an office document or e-book → names and values.

All of them are named as in Dublin Core, whatever the namespace.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from excerpt.ingest.formats.placeholders import is_placeholder_author, is_placeholder_title
from excerpt.ingest.formats.xml_tree import local_name, text_of

__all__ = ["properties_in", "read_properties"]

_NAMES: Final = {
    "title": "title",
    "creator": "author",
    "initial-creator": "author",
    "created": "created",
    "creation-date": "created",
    "date": "published",
    "description": "description",
    "subject": "subject",
    "keywords": "subject",
    "keyword": "subject",
    "language": "language",
    "publisher": "publisher",
    "source": "source",
    "translator": "translator",
    "editor": "editor",
}
"""Names in excerpt by the names of elements."""
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T.*", re.DOTALL)
_UNSET = re.compile(r"(?:0000|0101|1601|1900-01-01|1970-01-01)")
"""Dates that programs insert."""
_LISTS: Final = frozenset({"author", "editor", "subject", "translator"})
"""Properties whose values are joined."""
MAX_LENGTH: Final = 2_000
"""Characters of a value."""


def properties_in(element: Any) -> list[tuple[str, str]]:
    """Return the name and text of each child of `element`, if it is not None."""
    children = element if element is not None else ()
    return [(local_name(child).lower(), text_of(child)) for child in children]


def read_properties(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the metadata that properties give, from the name and text of each.

    `created` is the day on which the file was made. Several people or subjects are joined.
    """
    values: dict[str, list[str]] = {}
    for property_, text in pairs:
        name, value = _NAMES.get(property_, ""), text[:MAX_LENGTH]
        if name == "author" and is_placeholder_author(value):
            continue
        if name and value and value not in values.get(name, ()):
            values.setdefault(name, []).append(value)
    found = {name: "; ".join(all_) if name in _LISTS else all_[0] for name, all_ in values.items()}
    if is_placeholder_title(found.get("title", "")):
        found.pop("title", None)
    for name in ("created", "published"):
        if name in found:
            time = _TIME.fullmatch(found[name])
            found[name] = time.group(1) if time else found[name]
            if _UNSET.match(found[name]):
                del found[name]
    return found
