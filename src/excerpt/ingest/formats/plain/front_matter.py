"""Statements about a text at its top → names and values.

Four kinds of front matter are recognised: YAML between `---` lines, TOML between `+++` lines, a
JSON object, and the title block of pandoc, whose lines begin with `%`. Lines between two `---` are
front matter only if they are a mapping of names to values; otherwise the `---` are rules, and the
lines are text. Front matter that cannot be parsed is text too, and a warning says why.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from excerpt.ingest.formats.nested_values import USUAL_NAMES, flatten

__all__ = ["FrontMatter", "read_front_matter"]

MAX_CHARACTERS: Final = 1 << 16
"""Characters within which front matter must end."""
MAX_DEPTH: Final = 20
"""Levels of lists and mappings in YAML."""
MAX_VALUES: Final = 2000
"""Values in YAML: an alias can repeat a list that repeats others."""
_YAML = re.compile(r"---[^\S\n]*\n(?![^\S\n]*\n)(.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
"""YAML begins in the line after `---`: a blank line there follows a rule (as in pandoc)."""
_UNREAD_YAML = re.compile(
    r"---[^\S\n]*\n((?>[^\S\n]*+\n)*+)"
    r"(?:(?!---|\.\.\.)[^\W\d][\w .-]{0,40}:(?:[^\S\n][^\n]*+)?"
    r"(?>\n[^\S\n]++\S[^\n]*+|\n-[^\S\n][^\n]*+)*+(?:\n|\Z))+(?:(?:---|\.\.\.)[^\S\n]*+(?:\n|\Z))?"
)
"""Lines with names after `---` that have no end, or follow a blank line."""
_SWITCHES: Final = frozenset({"true", "false", "yes", "no", "on", "off"})
_TOML = re.compile(r"\+\+\+[^\S\n]*\n(.*?)\n?^\+\+\+[^\S\n]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_JSON = re.compile(r'\{\s*"(?:[^"\\\n]|\\.)*"\s*:')
_KEY = re.compile(r"^[\"']?([^\W\d][\w .:@/()+&’'-]{0,40}?)[\"']?[^\S\n]*:(?=\s|$)", re.MULTILINE)
"""A name at the beginning of a line, followed by a colon."""
_PROSE: Final = frozenset({"abstract", "description", "summary", "subtitle", "excerpt", "lead"})
"""Names of values that are text to a reader."""
_PROSE_VALUE = re.compile(
    rf"""(?:^|(?<=[\s{{,]))["']?(?:{"|".join(sorted(_PROSE))})["']?\s*[=:]\s*
    (?:\"\"\"(?P<long>.*?)\"\"\"|\'\'\'(?P<literal>.*?)\'\'\'
    |"(?P<quoted>(?:[^"\\\n]|\\.)*)"|'(?P<single>[^'\n]*)')""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""A value in TOML or JSON."""
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_IDENTIFIER = re.compile(r"_?[^\W\d_A-Z][\w.-]*")
_MIN_WORDS: Final = 4
"""Words of a sentence."""
_SENTENCE_ENDS: Final = frozenset(".!?…。！？")
_PANDOC = re.compile(r"(?:%(?:[^\S\n]+[^\n]*)?(?:\n[^\S\n]+[^\s%][^\n]*)*(?:\n|\Z)){1,3}(?=\s|\Z)")
"""Up to three fields, each a line after `%` and indented lines, and a blank line after them."""
_PANDOC_FIELD = re.compile(r"^%([^\n]*(?:\n[^\S\n]+[^\n]*)*)", re.MULTILINE)
_MERGED: Final = "<<"
"""The name under which YAML gives the values of another mapping."""
_EMPTY: Final = frozenset({"", "~", "null", "Null", "NULL"})


class FrontMatter(NamedTuple):
    """The statements at the top of a text.

    pairs     names, in lower case, and values
    end       offset after their last line; 0 if there are none
    fields    spans of the lines of a title block, which are content; () for other front matter
    warnings  sentences on what could not be parsed
    prose     spans of the paragraphs of a subtitle, an abstract and the like, which readers see
    """

    pairs: tuple[tuple[str, str], ...] = ()
    end: int = 0
    fields: tuple[tuple[int, int], ...] = ()
    warnings: tuple[str, ...] = ()
    prose: tuple[tuple[int, int], ...] = ()

    def other_lines(self) -> Iterator[tuple[int, int]]:
        """Yield the spans before, between and after the paragraphs of prose."""
        start = 0
        for first, last in self.prose:
            yield start, first
            start = last
        yield start, self.end


def read_front_matter(text: str, *, is_markdown: bool = False) -> FrontMatter:
    """Return the front matter of `text`.

    Objects in JSON and the title block of pandoc are front matter only in Markdown.
    """
    match text[:1]:
        case "-":
            return _read_yaml(text[:MAX_CHARACTERS])
        case "+":
            return _read_toml(text[:MAX_CHARACTERS])
        case "{" if is_markdown:
            return _read_json(text[:MAX_CHARACTERS])
        case "%" if is_markdown:
            return _read_title_block(text[:MAX_CHARACTERS])
    return FrontMatter()


def _as_text(language: str, reason: str, remedy: str, end: int = 0) -> FrontMatter:
    """Return no values, and the warning that the lines up to `end` are text: one paragraph."""
    warning = f"front matter read as text: it is not valid {language} ({reason}). {remedy}"
    return FrontMatter((), end, ((0, end),) if end else (), (warning,))


# YAML


class _TooNested(ValueError):
    """YAML has more levels or values than are read."""


def _read_yaml(text: str) -> FrontMatter:
    found = _YAML.match(text)
    if found is None:
        return _report_unread_yaml(text)
    source = found.group(1)
    names = {name.casefold() for name in _KEY.findall(source)}
    if not names:
        return FrontMatter()
    try:
        values, spans = _parse_yaml(source)
    except ValueError as error:
        # Prose between two rules may contain a colon too: only known names show the intention.
        if names.isdisjoint(USUAL_NAMES) and not isinstance(error, _TooNested):
            return FrontMatter()
        remedy = "Put values that contain a colon or begin with a sign in quotes."
        return _as_text("YAML", str(error), remedy, found.end())
    if not values:
        return FrontMatter()
    prose = _paragraphs(
        text, [(found.start(1) + start, found.start(1) + end) for start, end in spans]
    )
    return FrontMatter(_pairs(values), found.end(), prose=prose)


def _report_unread_yaml(text: str) -> FrontMatter:
    """Return the warning about lines with usual names that no YAML can be, if there are any."""
    found = _UNREAD_YAML.match(text)
    if found is None or USUAL_NAMES.isdisjoint(map(str.casefold, _KEY.findall(found.group()))):
        return FrontMatter()
    if found[1]:
        return _as_text("YAML", "a blank line follows ---", "Remove it.", found.end())
    remedy = "Put --- in a line of its own after the last value."
    return _as_text("YAML", "no line with --- ends it", remedy, found.end())


def _pairs(values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return names and values without those that look like a date of the text but are none.

    A note or a page is created by a program; `published: true` shows it on a site.
    """
    return tuple(
        ("date_created" if name == "created" else name, value)
        for name, value in flatten(values)
        if name != "published" or value.casefold() not in _SWITCHES
    )


def _paragraphs(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the paragraphs in the `spans` of values, without the signs around these."""
    return tuple(
        (start, start + len(found.group().rstrip()))
        for first, last in sorted(spans)
        for found in _PARAGRAPH.finditer(text, first, last)
        for start in [found.start()]
    )


def _parse_yaml(source: str) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """Return the mapping in `source`, all scalars as they are written, and the spans of prose.

    The mapping is empty if the source is prose as a whole.

    Raises:
        ValueError: if it is not valid.
    """
    import yaml

    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 2}" if mark else ""
        raise ValueError(f"{error.problem or error.context}{where}") from error
    except yaml.YAMLError as error:
        raise ValueError("it contains a character that is not allowed") from error
    except RecursionError as error:
        raise _TooNested("it has too many levels") from error
    if not isinstance(root, yaml.MappingNode) or any(map(_is_prose, root.value)):
        return {}, []
    budget = iter(range(MAX_VALUES))
    values: dict[str, Any] = _plain_value(root, MAX_DEPTH, budget)
    return values, [
        _span_of_value(source, value)
        for key, value in root.value
        if isinstance(key.value, str)
        and key.value.casefold() in _PROSE
        and isinstance(value, yaml.ScalarNode)
        and value.start_mark.index > key.start_mark.index  # no alias of a value above
    ]


def _span_of_value(source: str, node: Any) -> tuple[int, int]:
    """Return the span of a scalar in YAML without its quotation marks or its block sign."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in {"|", ">"}:
        return min(end, source.find("\n", start) + 1), end
    return (start + 1, end - 1) if node.style else (start, end)


def _is_prose(item: tuple[Any, Any]) -> bool:
    """Return whether a name and its value are a sentence with a colon: Note: this is a copy."""
    key, value = item
    name = key.value if isinstance(key.value, str) else ""
    if name == _MERGED or name.casefold() in USUAL_NAMES or _IDENTIFIER.fullmatch(name):
        return False
    if not _KEY.fullmatch(f"{name}:"):
        return True
    is_plain = isinstance(value.value, str) and value.style is None
    return is_plain and _is_sentence(value.value)


def _is_sentence(text: str) -> bool:
    n_words = len(text.split(None, _MIN_WORDS - 1))
    return n_words == _MIN_WORDS and text.rstrip("'\"”’»)")[-1:] in _SENTENCE_ENDS


def _plain_value(node: Any, depth: int, budget: Iterator[int]) -> Any:
    """Return a node of YAML as a string, list or dictionary; None for null."""
    if depth < 0 or next(budget, None) is None:
        raise _TooNested("it has too many levels or values")
    if isinstance(node.value, str):
        is_null = node.style is None and node.value in _EMPTY
        return None if is_null else node.value
    if node.value and isinstance(node.value[0], tuple):
        pairs: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key.value, str) else ""
            if name in pairs:
                raise ValueError(f"the name {name} occurs twice, line {key.start_mark.line + 2}")
            plain = _plain_value(value, depth - 1, budget)
            if name == _MERGED:
                merged = plain if isinstance(plain, dict) else {}
            else:
                pairs[name] = plain
        return merged | pairs
    return [_plain_value(below, depth - 1, budget) for below in node.value]


# TOML and JSON


def _read_toml(text: str) -> FrontMatter:
    found = _TOML.match(text)
    if found is None or "=" not in found.group(1):
        return FrontMatter()
    try:
        # The line with the opening signs becomes an empty one, so that the lines are counted right.
        values = tomllib.loads("\n" + found.group(1), parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) or "it has too many levels"
        lowered = reason[0].lower() + reason[1:]
        return _as_text("TOML", lowered, "Put values in quotes.", found.end())
    prose = _prose_values(text, found.end())
    return FrontMatter(_pairs(values), found.end(), prose=prose) if values else FrontMatter()


def _prose_values(text: str, end: int) -> tuple[tuple[int, int], ...]:
    """Return the paragraphs of prose in TOML or JSON, which ends at the offset `end`."""
    found = _PROSE_VALUE.finditer(text, 0, end)
    return _paragraphs(text, [value.span(value.lastgroup or 0) for value in found])


def _read_json(text: str) -> FrontMatter:
    if not _JSON.match(text):
        return FrontMatter()
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
    try:
        values, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        reason = f"{error.msg[0].lower()}{error.msg[1:]}, line {error.lineno}"
        return _as_text("JSON", reason, "Correct it, or write it as YAML between --- lines.")
    except RecursionError:
        return _as_text("JSON", "it has too many levels", "Write it as YAML between --- lines.")
    rest = re.compile(r"[^\S\n]*(?:\n|\Z)").match(text, end)
    if not (values and rest):
        return FrontMatter()
    return FrontMatter(_pairs(values), rest.end(), prose=_prose_values(text, end))


# The title block of pandoc


def _read_title_block(text: str) -> FrontMatter:
    """Return the fields of a title block: the title, the authors, and the date, each in lines."""
    block = _PANDOC.match(text)
    if block is None:
        return FrontMatter()
    found = list(_PANDOC_FIELD.finditer(block.group()))
    lines = [[" ".join(line.split()) for line in field.group(1).split("\n")] for field in found]
    title, authors, date = (*lines, [], [])[:3]
    people = [person.strip() for line in authors for person in line.split(";")]
    values = (
        ("title", " ".join(title).strip()),
        ("author", "; ".join(filter(None, people))),
        ("date", " ".join(date).strip()),
    )
    pairs = tuple((name, value) for name, value in values if value)
    if not pairs:
        return FrontMatter()
    return FrontMatter(pairs, block.end(), tuple(field.span() for field in found))
