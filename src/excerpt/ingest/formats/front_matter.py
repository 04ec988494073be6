"""The lines between `---` at the top of a text → names and values.

A small part of YAML, as much as people write there: `name: value`, `name: [one, two]`, and lists of `- value` lines.
What is more than that is left out rather than misread.
"""

import re

__all__ = ["split_front_matter"]

_FRONT = re.compile(r"---[^\S\n]*\n(.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z][\w .:-]*?):(?:\s+(.*))?")
_ENTRY = re.compile(r"\s*-\s+(.*)")


def split_front_matter(text: str) -> tuple[list[tuple[str, str]], int]:
    """The names (lower-case) and values in the front matter of `text`, and where it ends: 0 if it has none."""
    front = _FRONT.match(text[: 1 << 16])
    if not front or not _PAIR.match(front.group(1).lstrip()):
        return [], 0
    found: dict[str, list[str]] = {}
    name = ""
    for line in front.group(1).split("\n"):
        pair, entry = _PAIR.fullmatch(line.rstrip()), _ENTRY.fullmatch(line)
        if pair and not line[0].isspace():
            name = pair.group(1).strip().lower()
            found[name] = _values(pair.group(2) or "")
        elif entry and name:
            found[name].extend(_values(entry.group(1)))
    return [(name, ", ".join(values)) for name, values in found.items() if values], front.end()


def _values(source: str) -> list[str]:
    source = source.strip()
    if source in {"", "|", ">", "~", "null"}:
        return []
    if source.startswith("[") and source.endswith("]"):
        return [value for part in source[1:-1].split(",") for value in _values(part)]
    if source[0] in "\"'" and source[-1] == source[0] and len(source) > 1:
        return [source[1:-1]]
    return [re.sub(r"\s+#.*", "", source)]
