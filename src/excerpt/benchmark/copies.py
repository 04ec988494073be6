"""A corpus → one several times as large: its passages, and changed copies of them.

In each copy some of the words get letters of their own, so that the vocabulary grows as well, and each passage loses a
few words in a row, so that its copies neither stand there twice nor all score the same. Titles, dates and markup are
not copied.
"""

import re
from itertools import groupby
from pathlib import Path
from typing import Final
from zlib import crc32

from excerpt.benchmark.passages import Cut, read_rows
from excerpt.memory import memoized

__all__ = ["changed", "write_copies"]

_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORTEST: Final = 4
"""Letters of the words that are changed; in a passage without any, all words are."""
_SHARE: Final = 10
"""One form in so many is changed in a copy, and a passage loses at most one word in so many."""


def write_copies(cut: Cut, times: int, folder: Path) -> int:
    """Write the texts of `cut`, and as many changed copies as make it so many `times`, into the new folder `folder`;
    returns their bytes."""
    n_bytes = 0
    for copy in range(times):
        (folder / str(copy)).mkdir(parents=True)
        for document, rows in groupby(read_rows(cut.file), key=lambda row: row.document):
            text = "\n\n".join(changed(row.text, copy) for row in rows) + "\n"
            n_bytes += (folder / str(copy) / f"{document}.txt").write_bytes(text.encode())
    return n_bytes


def changed(text: str, copy: int) -> str:
    """`text` with letters at the end of some of its words and without some others, different ones in each `copy`; copy
    0 is the text itself.

    >>> changed("common ownership of the means", 3)
    'common ownership of the meansqd'
    """
    if not copy:
        return text
    kept = _shortened(text, copy)
    made = _WORD.sub(lambda match: _changed_word(match[0], copy), kept)
    return made if made != kept else _WORD.sub(rf"\g<0>q{_letters(copy)}", kept)


def _shortened(text: str, copy: int) -> str:
    """`text` without up to a tenth of its words, which stand in a row."""
    words = text.split(" ")
    most = len(words) // _SHARE
    if not most:
        return text
    chance = crc32(text.encode(), copy)
    start = chance % (len(words) - most)
    return " ".join([*words[:start], *words[start + 1 + chance // len(words) % most :]])


@memoized(16_000_000)
def _changed_word(word: str, copy: int) -> str:
    is_changed = len(word) >= _SHORTEST and crc32(word.encode(), copy) % _SHARE == 0
    return f"{word}q{_letters(copy)}" if is_changed else word


def _letters(number: int) -> str:
    """`number` written in letters.

    >>> _letters(1), _letters(27)
    ('b', 'bb')
    """
    rest, last = divmod(number, 26)
    return (_letters(rest) if rest else "") + chr(ord("a") + last)
