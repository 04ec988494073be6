"""The properties of an office document or e-book → names and values.

All of them are named as in Dublin Core, whatever the namespace.
"""

import re
from typing import Any, Final

from excerpt.ingest.formats.xml_tree import local_name

__all__ = ["read_properties"]

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
}
"""Names in excerpt by the names of elements."""
_PROGRAM_NAMES = re.compile(
    r"(?:python-docx|(?:microsoft )?office(?: user)?|administrator|admin|user|author|owner|unknown|"
    r"calibre(?: \(.*)?|pandoc|aspose\b.*|apache poi|home|pc|test|\W*)",
    re.IGNORECASE,
)
"""Authors that programs insert."""
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T.*", re.DOTALL)
_UNSET = re.compile(r"(?:0000|0101|1601|1900-01-01|1970-01-01)")
"""Dates that programs insert."""
LONGEST: Final = 2_000
"""Characters of a value."""
_TITLES: Final = frozenset({"", "untitled", "unknown", "title", "document", "word document"})


def read_properties(element: Any) -> dict[str, str]:
    """Return the properties that are children of `element`, if it is not None.

    `created` is the day on which the file was made. Several authors or subjects are joined.
    """
    values: dict[str, list[str]] = {}
    for child in element if element is not None else ():
        name = _NAMES.get(local_name(child).lower(), "")
        value = " ".join("".join(child.itertext()).split())[:LONGEST]
        if name and value and value not in values.get(name, ()):
            values.setdefault(name, []).append(value)
    if "author" in values:
        values["author"] = [name for name in values["author"] if not _PROGRAM_NAMES.fullmatch(name)]
    if "title" in values and values["title"][0].casefold() in _TITLES:
        del values["title"]
    found = {
        name: "; ".join(all_) if name in {"author", "subject"} else all_[0]
        for name, all_ in values.items()
        if all_
    }
    for name in ("created", "published"):
        if name in found:
            time = _TIME.fullmatch(found[name])
            found[name] = time.group(1) if time else found[name]
            if _UNSET.match(found[name]):
                del found[name]
    return found
