"""The file `.excerpt.toml` of a corpus → its rules, or an error that names the line and the remedy.

[[any]]    path, language, encoding    for all files
[[html]]   CSS selectors               for web pages
[[text]]   regular expressions         for all other formats
[[table]]  names of columns            for the rows of tables
"""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from excerpt.errors import CorpusError, Instruction
from excerpt.ingest.collection_rules import RULES_FILE, TABLES, CollectionRules, RuleTable
from excerpt.ingest.encodings import codec_for
from excerpt.ingest.formats.html.selectors import SelectorError, parse_selector
from excerpt.ingest.formats.reading_rules import FormatRules, Rule, TableRules
from excerpt.ingest.formats.rule_patterns import PatternError, check_pattern
from excerpt.ingest.language import language_code
from excerpt.ingest.rules import comparable

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec  # loaded only if there are rules

__all__ = ["parse_rules", "read_rules_file"]

_FORMAT_KEYS: Final = tuple(name.replace("_", "-") for name in FormatRules._fields)
_ANY_KEYS: Final = ("path", "language", "encoding")
_KEYS: Final = {
    "any": ("files", *_ANY_KEYS),
    "html": ("files", *_FORMAT_KEYS),
    "text": ("files", *_FORMAT_KEYS),
    "table": ("files", *TableRules._fields),
}


class _Fault(Exception):
    """A fault in a table, with its remedy; the caller knows the line.

    key  the key at fault, "" for the table itself
    """

    def __init__(self, message: str, remedy: str, key: str = "") -> None:
        super().__init__(message, remedy, key)
        self.message = message
        self.remedy = remedy
        self.key = key


def read_rules_file(root: Path) -> CollectionRules:
    """Return the rules in the `.excerpt.toml` of the corpus `root`; none if there is no such file.

    Raises:
        CorpusError: if the file cannot be read or is not valid.
    """
    try:
        data = (root / RULES_FILE).read_bytes()
    except FileNotFoundError:
        return CollectionRules()
    except OSError as error:
        message = (error.strerror or str(error)).lower()
        raise CorpusError(f"it cannot be read: {message}.", where=root / RULES_FILE) from error
    return parse_rules(data)


def parse_rules(data: bytes) -> CollectionRules:
    """Return the rules in a file with the bytes `data`.

    Raises:
        CorpusError: if they are not valid.
    """
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n")
        root = tomllib.loads(source)
    except UnicodeDecodeError as error:
        remedy = Instruction("Save it in UTF-8.")
        raise CorpusError("it is not in UTF-8.", remedy, where=RULES_FILE) from error
    except tomllib.TOMLDecodeError as error:
        remedy = Instruction("Write selectors and regular expressions in single quotes: '\\d+'.")
        raise CorpusError(f"it is not valid TOML: {error}.", remedy, where=RULES_FILE) from error
    except RecursionError as error:
        raise CorpusError("it is nested too deeply.", where=RULES_FILE) from error
    lines = _TableLines(source)
    tables: list[RuleTable] = []
    for name, number, table in _tables(root, lines):
        line = lines.of_table(name, number)
        try:
            tables.append(_read_table(name, line, table))
        except _Fault as fault:
            raise _error(fault, name, lines.of_key(line, fault.key)) from None
    # Tables of different names stand in the order of the file.
    return CollectionRules(source, tuple(sorted(tables, key=lambda table: table.line)))


class _TableLines:
    """The lines of tables and keys in a file, which the parser of TOML does not tell."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")

    def of_table(self, name: str, number: int) -> int:
        """Return the line of the table with this name and number (from 0)."""
        header = re.compile(rf"\s*\[+\s*[\"']?{re.escape(name)}[\"']?\s*\]+")
        found = (n for n, line in enumerate(self._lines, 1) if header.match(line))
        return next(islice(found, number, None), 1)

    def of_name(self, name: str) -> int:
        """Return the line of a table or key at the top level."""
        return max(self.of_table(name, 0), self.of_key(0, name))

    def of_key(self, table_line: int, key: str) -> int:
        """Return the line of a key in the table at `table_line`, or that of the table."""
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
        for number, line in enumerate(self._lines[table_line:], table_line + 1):
            if key and pattern.match(line):
                return number
            if line.lstrip().startswith("["):
                break
        return table_line


def _error(fault: _Fault, name: str, line: int) -> CorpusError:
    what = f"{fault.key} in [[{name}]]: {fault.message}" if fault.key else fault.message
    return CorpusError(f"{what}.", Instruction(fault.remedy), where=f"{RULES_FILE}, line {line}")


def _tables(
    root: Mapping[str, Any], lines: _TableLines
) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """Yield the name, number (from 0) and content of each table."""
    for name, tables in root.items():
        is_list = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
        if name in TABLES and is_list:
            yield from ((name, number, table) for number, table in enumerate(tables))
            continue
        line = lines.of_name(name)
        known = ", ".join(f"[[{table}]]" for table in TABLES)
        if name in TABLES:
            fault = _Fault(f"{name} is not a list of tables", f"Write [[{name}]] above its keys.")
        else:
            fault = _Fault(
                f"{name} is not a table of rules",
                f"{_suggestion(name, TABLES)}Tables are {known}.",
            )
        raise _error(fault, name, line)


def _suggestion(name: str, known: Sequence[str]) -> str:
    similar = difflib.get_close_matches(name.lower().replace("_", "-"), known, 1)
    return f"Did you mean {similar[0]}? " if similar else ""


def _read_table(name: str, line: int, table: Mapping[str, Any]) -> RuleTable:
    """Return a table of the file.

    Raises:
        _Fault: if it is not valid.
    """
    for key in table:
        if key not in _KEYS[name]:
            raise _Fault("there is no such key", _remedy_for_key(key, name), key)
    patterns = tuple(map(str, _listed(table.get("files", []), "files")))
    values: dict[str, Any] = {}
    for key, value in table.items():
        try:
            if key != "files":
                values[key] = _read_value(name, key, value)
        except (SelectorError, PatternError) as error:
            raise _Fault(error.message, error.remedy, key) from None
    if not values:
        raise _Fault(f"[[{name}]] has no rule", f"Its keys are {', '.join(_KEYS[name])}.")
    return RuleTable(name, line, patterns, _compile_files(patterns), values)


def _remedy_for_key(key: str, name: str) -> str:
    """Return the remedy for an unknown key in a table."""
    known = key.lower().replace("_", "-")
    homes = [f"[[{table}]]" for table in TABLES if known in _KEYS[table]]
    if homes and known not in _KEYS[name]:
        return f"Move it to {' or '.join(homes)}."
    return f"{_suggestion(key, _KEYS[name])}Keys are {', '.join(_KEYS[name])}."


def _listed(value: Any, key: str) -> list[Any]:
    """Return the values of a key, which may be a single one."""
    values = value if isinstance(value, list) else [value]
    for each in values:
        if not isinstance(each, str | dict) or not each:
            raise _Fault("it is not a string", "Write one string, or several in [ ].", key)
        if isinstance(each, dict) and key == "files":
            raise _Fault("it is not a string", "Write one pattern, or several in [ ].", key)
    return values


def _read_value(name: str, key: str, value: Any) -> Any:
    """Return the value of a key other than `files`.

    Raises:
        _Fault, SelectorError, PatternError: if it is not valid.
    """
    if name == "table":
        if not isinstance(value, str) or not value.strip():
            raise _Fault("it is not the name of a column", "Write one name in quotes.", key)
        return value
    if key == "page-mark-at":
        if value not in ("head", "foot"):
            raise _Fault(f"{value!r} is not a part of a page", 'Write "head" or "foot".', key)
        return value
    if key == "language":
        code = language_code(value) if isinstance(value, str) else ""
        if not code:
            raise _Fault(f"{value!r} is not a language", "Write a code such as de, en or fr.", key)
        return code
    if key == "encoding":
        if not isinstance(value, str) or not _is_encoding(value):
            remedy = "Write a name such as windows-1251, koi8-r or shift_jis."
            raise _Fault(f"{value!r} is not an encoding that excerpt reads", remedy, key)
        return value
    rules = tuple(_read_rule(each, key, is_html=name == "html") for each in _listed(value, key))
    if key == "path" and not all(check_pattern(rule.pattern) for rule in rules):
        remedy = r"Name what to take: (?P<author>[^/]+)/(?P<year>\d{4})."
        raise _Fault("the pattern has no named group", remedy, key)
    return rules


def _read_rule(value: str | dict[str, Any], key: str, *, is_html: bool) -> Rule:
    if isinstance(value, str):
        rule = Rule(selector=value) if is_html else Rule(pattern=value)
    elif not is_html:
        raise _Fault("it is not a string", "Write a regular expression in single quotes.", key)
    else:
        parts = ("selector", "pattern")
        if value.keys() - set(parts) or not all(isinstance(each, str) for each in value.values()):
            remedy = "Write { selector = '...', pattern = '...' }."
            raise _Fault("a part of it is neither a selector nor a pattern", remedy, key)
        rule = Rule(*(value.get(part, "") for part in parts))
        if not rule.selector:
            remedy = "Write { selector = '...', pattern = '...' }."
            raise _Fault("there is no selector", remedy, key)
    if is_html:
        parse_selector(rule.selector)
    if rule.pattern:
        check_pattern(rule.pattern)
    return rule


def _is_encoding(name: str) -> bool:
    """Return whether `name` is that of an encoding that excerpt reads."""
    with suppress(LookupError, ValueError):
        return bool(codec_for(name)) or codecs.lookup(name).name.startswith("utf-")
    return False


def _compile_files(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(map(comparable, patterns))
    except ValueError as error:
        remedy = "Write patterns as in a .gitignore file: letters/*.html."
        raise _Fault(f"a pattern is not valid ({error})", remedy, "files") from error
