"""The path of a file → the rules of the collection for reading it, and the metadata they give it.

The owner of a collection knows the marks of its pages and notes, and the places of its titles and
dates. `rules_file` reads what they write. All tables that match a file apply to it; if several give
the same key, the last one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from excerpt.ingest.formats.reading_rules import NO_RULES, FileRules, FormatRules, TableRules
from excerpt.ingest.formats.rule_facts import date_of_groups
from excerpt.ingest.formats.rule_patterns import find_all
from excerpt.ingest.rules import comparable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec  # loaded only if there are rules

__all__ = ["RULES_FILE", "TABLES", "CollectionRules", "RuleTable"]

RULES_FILE: Final = ".excerpt.toml"
TABLES: Final = ("any", "html", "text", "table")


class RuleTable(NamedTuple):
    """One table of the file.

    name      one of `TABLES`
    line      its line in the file
    patterns  those of its files, as written; () for all files
    spec      the patterns, compiled; None for all files
    values    strings by key, or tuples of `Rule` for the keys of web pages and other texts
    """

    name: str
    line: int
    patterns: tuple[str, ...]
    spec: GitIgnoreSpec | None
    values: Mapping[str, Any]

    def matches(self, path: str) -> bool:
        """Return whether the table applies to the file at `path`."""
        return self.spec is None or bool(self.spec.match_file(path))


@dataclass
class CollectionRules:
    """The rules of a collection.

    source  the file as text, "" if there is none
    tables  its tables, in order
    """

    source: str = ""
    tables: tuple[RuleTable, ...] = ()
    _numbers: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The numbers of the tables that apply to each path asked for so far."""
    _rules: dict[tuple[int, ...], FileRules] = field(default_factory=dict)

    def _tables_of(self, path: str) -> tuple[int, ...]:
        numbers = self._numbers.get(path)
        if numbers is None:
            name = comparable(path)
            numbers = tuple(n for n, table in enumerate(self.tables) if table.matches(name))
            self._numbers[path] = numbers
        return numbers

    def for_file(self, path: str) -> FileRules:
        """Return the rules for the content of the file at `path`."""
        if not self.tables:
            return NO_RULES
        numbers = self._tables_of(path)
        rules = self._rules.get(numbers)
        if rules is None:
            rules = self._rules[numbers] = self._joined(numbers)
        return rules

    def _joined(self, numbers: tuple[int, ...]) -> FileRules:
        values: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
        for table in (self.tables[number] for number in numbers):
            values[table.name] |= table.values
        html, text = (
            FormatRules(**{key.replace("-", "_"): value for key, value in values[name].items()})
            for name in ("html", "text")
        )
        columns = TableRules(**values["table"])
        rules = FileRules(html, text, values["any"].get("encoding", ""), columns)
        return NO_RULES if rules == NO_RULES else rules

    def metadata_of(self, path: str) -> tuple[tuple[str, str], ...]:
        """Return the metadata that the rules give to the file at `path`."""
        values: dict[str, str] = {}
        for table in (self.tables[number] for number in self._tables_of(path)):
            for rule in table.values.get("path", ()):
                match = next(find_all(rule.pattern, comparable(path)), None)
                values |= _fields_of(match.groups) if match else {}
            if "language" in table.values:
                values["language"] = table.values["language"]
        return tuple((name, value) for name, value in values.items() if value)

    def unused(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield a sentence for each table that applies to none of the files at `paths`."""
        used = {number for path in paths for number in self._tables_of(path)}
        for number, table in enumerate(self.tables):
            if number not in used:
                files = ", ".join(map(repr, table.patterns))
                yield f"{RULES_FILE}, line {table.line}: no file matches {files}"


def _fields_of(groups: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata in the named groups of a match in a path."""
    fields = {name: " ".join(value.replace("_", " ").split()) for name, value in groups.items()}
    if date := date_of_groups(fields):
        fields = {name: v for name, v in fields.items() if name not in {"year", "month", "day"}}
        fields.setdefault("date", date)
    return fields
