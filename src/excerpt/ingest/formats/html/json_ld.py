"""JSON-LD in a web page (schema.org) → names and values of the text that the page shows.

Only statements about a written work or a page are read: those about the site, its publisher or the
trail of links to the page do not describe the text.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["read_json_ld"]

MAX_CHARACTERS: Final = 1 << 20
"""Characters of a script; a longer one is not read."""
MAX_NODES: Final = 1000
"""Objects in a script that are examined."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_OPENING = re.compile(r"(?://[ \t]*)?(?:<!--|<!\[CDATA\[)")
_CLOSING = re.compile(r"(?://[ \t]*)?(?:-->|\]\]>)\Z")
"""Signs that hide a script from old browsers, around it."""
_WORKS: Final = _words(
    "blogposting book chapter creativework issue letter liveblogposting manuscript message poem "
    "presentationdigitaldocument quotation report review shortstory socialmediaposting statement "
    "textdigitaldocument thesis transcript"
)
_PAGES: Final = frozenset({"webpage", "itempage", "mediawikipage", "aboutpage", "qapage"})
_NAMES: Final = (
    ("headline", "title"),
    ("name", "title"),
    ("author", "author"),
    ("creator", "author"),
    ("dateCreated", "date"),
    ("datePublished", "published"),
    ("publisher", "publisher"),
    ("inLanguage", "language"),
)
"""Properties of schema.org, and the names in excerpt; the first of several counts."""

_Object = Mapping[str, Any]


def read_json_ld(source: str) -> dict[str, str]:
    """Return what the script `source` says about the text of its page; {} if it is not valid.

    >>> read_json_ld('{"@type": "Article", "author": [{"name": "R. Vane"}], "dateCreated": 1911}')
    {'author': 'R. Vane', 'date': '1911'}
    """
    if len(source) > MAX_CHARACTERS:
        return {}
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
    try:
        stripped = source.strip()
        opening = _OPENING.match(stripped)
        root = decoder.decode(_CLOSING.sub("", stripped[opening.end() if opening else 0 :]))
    except (ValueError, RecursionError):
        return {}
    nodes = list(_nodes(root))
    names = {node.get("@id"): node["name"] for node in nodes if isinstance(node.get("name"), str)}
    values: dict[str, str] = {}
    for node in sorted(filter(_rank, nodes), key=_rank):
        for key, name in _NAMES:
            text = ("; " if name == "author" else ", ").join(_texts(node.get(key), names))
            if text:
                values.setdefault(name, text)
    return values


def _nodes(root: Any) -> Iterator[_Object]:
    """Yield the objects in a list, in a graph, and those that a page says it is about."""
    pending = [root]
    for _ in range(MAX_NODES):
        if not pending:
            return
        node = pending.pop(0)
        if isinstance(node, list):
            pending += node[:MAX_NODES]
        elif isinstance(node, dict):
            yield node
            pending += [node[key] for key in ("@graph", "mainEntity") if key in node]
            pending += [person for person in _listed(node.get("author")) if person]


def _listed(value: Any) -> list[Any]:
    return value[:MAX_NODES] if isinstance(value, list) else [value]


def _rank(node: _Object) -> int:
    """Return 1 for a work, 2 for a page, 0 for anything else."""
    types = {
        re.split("[/:#]", kind)[-1].lower()
        for kind in _listed(node.get("@type"))
        if isinstance(kind, str)
    }
    if types & _WORKS or any(kind.endswith("article") for kind in types):
        return 1
    return 2 if types & _PAGES else 0


def _texts(value: Any, names: Mapping[Any, str]) -> Iterator[str]:
    """Yield the texts of a value; an object stands for its name, which may be given elsewhere."""
    for each in _listed(value):
        is_object = isinstance(each, dict)
        text = each.get("name") or names.get(str(each.get("@id"))) if is_object else each
        if isinstance(text, str) and text.strip():
            yield " ".join(text.split())
