"""The columns of a table → which of them holds the text, and what a row says of it.

The column with the text is the one that a rule names, or has a usual name, or is the longest. The
decision depends on the first rows only, so that a table can be read row by row.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

from excerpt.ingest.formats.nested_values import flatten
from excerpt.ingest.formats.reading_rules import TableRules
from excerpt.ingest.formats.table_row import Row
from excerpt.startup import FrozenValue

__all__ = [
    "SAMPLE_ROWS",
    "TableColumns",
    "choose_columns",
    "has_usual_text",
    "row_of",
    "text_of",
]

SAMPLE_ROWS: Final = 200
"""Rows from which the columns are judged."""
MIN_TEXT: Final = 40
"""Characters, on average, of a column without a usual name that holds texts."""
MIN_NAMED_WORDS: Final = 3
"""Words, on average, of a column whose name only contains a usual one."""
MIN_WORDS: Final = 6
"""Words, on average, of a column without a usual name that holds texts."""


_SEPARATORS = re.compile(r"[\s_-]+")
_OUTER: Final = ("meta", "metadata", "header", "info")
"""Objects within a row that describe it, and what they say."""
_DESCRIBED: Final = ("author", "date", "title", "language")


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


_TEXT: Final = _names(
    "text full_text fulltext body_text content contents body transcript transcription"
    " message texte inhalt volltext contenu texto contenido testo tekst paragraph sentence"
)
_TEXT_WORDS: Final = frozenset(_TEXT) - {"content", "contents", "message", "body"}
"""Words in the names of columns with texts, such as "Letter text"."""
_TITLE: Final = _names("title titel titre titulo título titolo heading headline subject")
_AUTHOR: Final = _names(
    "author authors autor auteur autore creator by byline speaker from writer verfasser sender"
)
_DATE: Final = _names("date datum data fecha year jahr année annee año created_at published")
_LANGUAGE: Final = _names("language lang sprache langue idioma")


class TableColumns(FrozenValue):
    """The columns of a table by their use; "" if there is none for it."""

    text: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""


def choose_columns(rows: Sequence[Mapping[str, Any]], rules: TableRules) -> TableColumns:
    """Return the use of the columns in a table that begins with these rows."""
    names: dict[str, str] = {}
    for row in rows:
        for name in row:
            names.setdefault(_normal(name), name)
    sizes = {name: _sizes(name, rows) for name in names.values()}
    return TableColumns(
        text=_chosen(rules.text, names)
        or next((names[each] for each in _TEXT if each in names and sizes[names[each]][0]), "")
        or _named_in_part(sizes)
        or _longest(sizes),
        title=_chosen(rules.title, names) or _first(_TITLE, names),
        author=_chosen(rules.author, names) or _first(_AUTHOR, names),
        date=_chosen(rules.date, names) or _first(_DATE, names),
        language=_chosen(rules.language, names) or _first(_LANGUAGE, names),
    )


def has_usual_text(rows: Sequence[Mapping[str, Any]], rules: TableRules) -> bool:
    """Return whether a row has a text under a usual name, or under the one that a rule names."""
    usual = {*_TEXT, _normal(rules.text)}
    return any(
        _normal(name) in usual and isinstance(value, str) and value.strip()
        for row in rows
        for name, value in row.items()
    )


def _chosen(name: str, names: Mapping[str, str]) -> str:
    return names.get(_normal(name), "")


def _normal(name: str) -> str:
    """Return the name of a column in lower case, with single underscores between its words."""
    return "_".join(_SEPARATORS.sub(" ", name.lower()).split())


def _named_in_part(sizes: Mapping[str, tuple[float, float]]) -> str:
    """Return the longest column with sentences whose name contains that of a text."""
    found = {
        name: n_characters
        for name, (n_characters, n_words) in sizes.items()
        if n_words >= MIN_NAMED_WORDS and not _TEXT_WORDS.isdisjoint(_normal(name).split("_"))
    }
    return max(found, key=lambda name: found[name], default="")


def _first(usual: Sequence[str], names: Mapping[str, str]) -> str:
    return next((names[each] for each in usual if each in names), "")


def _sizes(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the average numbers of characters and of words in a column."""
    values = [value for row in rows if (value := text_of(row.get(name))).strip()]
    if not values:
        return 0.0, 0.0
    n_words = sum(len(value.split()) for value in values)
    return sum(map(len, values)) / len(values), n_words / len(values)


def _longest(sizes: Mapping[str, tuple[float, float]]) -> str:
    """Return the longest column that holds texts, or texts without spaces (Chinese)."""
    texts = {
        name: n_characters
        for name, (n_characters, n_words) in sizes.items()
        if n_characters >= MIN_TEXT and (n_words >= MIN_WORDS)
    }
    return max(texts, key=lambda name: texts[name], default="")


def row_of(values: Mapping[str, Any], columns: TableColumns) -> Row:
    """Return a row of a table or an object of JSON as a document.

    An object that has no value of the column with the text may have one under another usual name.
    A value that does not suit the role of its column becomes metadata.
    """
    values = _with_described(values)
    text_name = columns.text
    if text_name not in values:
        text_name = next((name for name in values if _is_usual_text(name, values[name])), text_name)
    text = text_of(values.get(text_name))
    title_name, language_name = columns.title or "title", columns.language or "language"
    title, language = (_scalar(values.get(name)) for name in (title_name, language_name))
    used = {
        name
        for name, value in (
            (text_name, text.strip()),
            (title_name, title),
            (language_name, language),
        )
        if value
    }
    metadata = dict(
        flatten({name: value for name, value in values.items() if name not in used and value})
    )
    for name, column in (("author", columns.author), ("date", columns.date)):
        own = " ".join(column.split()).lower()
        if own in metadata and name not in metadata:
            metadata = {name if key == own else key: value for key, value in metadata.items()}
    warnings = []
    if not text.strip() and _has_letters(title, *metadata.values()):
        warnings.append(f"no text in the column {text_name}")
    if text.strip() and (n_unread := _n_unread_parts(values[text_name])):
        warnings.append(f"not read: {n_unread:,} parts of the text, which have other names")
    return Row(text, title, language, tuple(metadata.items()), tuple(warnings))


def _with_described(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with what an object within it says of the text, as far as it does not itself."""
    found = dict(values)
    for outer, name in product(_OUTER, _DESCRIBED):
        inner = found.get(outer)
        if isinstance(inner, dict) and name in inner and name not in found:
            found[name] = inner[name]
            found[outer] = {key: value for key, value in inner.items() if key != name}
    return found


def _is_usual_text(name: str, value: object) -> bool:
    return _normal(name) in _TEXT and isinstance(value, str) and bool(value.strip())


def _has_letters(*texts: str) -> bool:
    return any(map(str.isalpha, "".join(texts)))


def _n_unread_parts(value: object) -> int:
    """Return how many parts of a text have words, but none under a usual name."""
    parts = value if isinstance(value, list) else []
    return sum(
        isinstance(part, dict | list)
        and not _usual_text(part)
        and _has_letters(*(text for _, text in flatten({"part": part})))
        for part in parts
    )


def text_of(value: object) -> str:
    """Return a text as JSON gives it: a string, or a list of paragraphs.

    Where strings and objects alternate, these are parts of one sentence, such as links.
    """
    if not isinstance(value, list):
        return value if isinstance(value, str) else ""
    parts = [each if isinstance(each, str) else _usual_text(each) for each in value]
    is_mixed = any(isinstance(each, str) for each in value) and any(
        isinstance(each, dict) for each in value
    )
    return ("" if is_mixed else "\n\n").join(filter(None, parts))


def _usual_text(value: object) -> str:
    """Return the text of an object under a usual name, "" if it has none."""
    if not isinstance(value, dict):
        return ""
    return next((value[name] for name in _TEXT if isinstance(value.get(name), str)), "")


def _scalar(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
