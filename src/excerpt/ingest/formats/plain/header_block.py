"""Lines `Name: value` at the very top of a plain text → names and values.

Such lines are a header if a blank line ends them, all of them have a name, and at least two of the
names are usual in statements about a text. They remain text, because they are part of the source.
"""

import re
from typing import Final

from excerpt.ingest.formats.nested_values import USUAL_NAMES, flatten

__all__ = ["read_header_block"]

MAX_CHARACTERS: Final = 4000
"""Characters within which the blank line must follow."""
MIN_KNOWN: Final = 2
"""Lines with a usual name."""
_FIELD = re.compile(r"([^\W\d_][\w .'’-]{0,30}?)[^\S\n]*:[^\S\n]+(\S[^\n]*(?:\n[^\S\n]+\S[^\n]*)*)")
"""A name and its value, which continues in indented lines."""
_END = re.compile(r"\n[^\S\n]*\n")


def read_header_block(text: str) -> tuple[tuple[str, str], ...]:
    """Return names, in lower case, and values at the top of `text`.

    >>> read_header_block("Title: The Flood\\nAuthor: Jane Hale\\n\\nIt rained.\\n")
    (('title', 'The Flood'), ('author', 'Jane Hale'))
    """
    top = text[:MAX_CHARACTERS]
    end = _END.search(top)
    position, stop = 0, end.start() if end else -1
    values: dict[str, str] = {}
    while position < stop:
        found = _FIELD.match(top, position, stop)
        if found is None or (found.end() < stop and top[found.end()] != "\n"):
            return ()
        values.setdefault(" ".join(found[1].lower().split()), found[2])
        position = found.end() + 1
    return flatten(values) if len(USUAL_NAMES & values.keys()) >= MIN_KNOWN else ()
