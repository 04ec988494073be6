"""The lines between `---` at the top of a text → names and values.

Only the part of YAML that people write there is read: `name: value`, `name: [one, two]`, and lists
of `- value` lines. Anything else is left out rather than misread.
"""

import re
from typing import Final

__all__ = ["split_front_matter"]

_MOST_CHARACTERS: Final = 1 << 16
"""Characters within which front matter must end."""
_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z][\w .:-]*?):(?:\s+(.*))?")
_LIST_ITEM = re.compile(r"\s*-\s+(.*)")


def split_front_matter(text: str) -> tuple[list[tuple[str, str]], int]:
    """Return the names (in lower case) and values in the front matter of `text`, and its end.

    The end is an offset in `text`, 0 if there is no front matter.
    """
    front_matter = _FRONT_MATTER.match(text[:_MOST_CHARACTERS])
    if not front_matter or not _PAIR.match(front_matter.group(1).lstrip()):
        return [], 0
    values: dict[str, list[str]] = {}
    name = ""
    for line in front_matter.group(1).split("\n"):
        pair, item = _PAIR.fullmatch(line.rstrip()), _LIST_ITEM.fullmatch(line)
        if pair and not line[0].isspace():
            name = pair.group(1).strip().lower()
            values[name] = _parse_values(pair.group(2) or "")
        elif item and name:
            values[name].extend(_parse_values(item.group(1)))
    pairs = [(name, ", ".join(several)) for name, several in values.items() if several]
    return pairs, front_matter.end()


def _parse_values(source: str) -> list[str]:
    source = source.strip()
    if source in {"", "|", ">", "~", "null"}:
        return []
    if source.startswith("[") and source.endswith("]"):
        return [value for part in source[1:-1].split(",") for value in _parse_values(part)]
    if source[0] in "\"'" and source[-1] == source[0] and len(source) > 1:
        return [source[1:-1]]
    return [re.sub(r"\s+#.*", "", source)]
