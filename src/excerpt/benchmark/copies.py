"""The passages of a corpus → a larger corpus: the passages, and changed copies of them.

In each copy some words get an additional ending, so that the vocabulary grows with the corpus. Each
passage loses a few consecutive words, so that its copies are neither duplicates nor have the same
score. Titles, dates and markup are not copied.
"""

import re
from itertools import groupby
from pathlib import Path
from typing import Final
from zlib import crc32

from excerpt.benchmark.passage_file import PassageFile, read_passages
from excerpt.memory import memoized

__all__ = ["change_text", "write_copies"]

_WORD: Final = re.compile(r"[^\W\d_]+")
_MIN_LETTERS: Final = 4
"""Letters of a word that gets an ending, at least. If no word of a passage gets one, all do."""
_ONE_IN: Final = 10
"""One word form in ten gets an ending, and a passage loses at most a tenth of its words."""


def write_copies(passages: PassageFile, times: int, folder: Path) -> int:
    """Write the texts of `passages` and `times` - 1 changed copies of them into the new `folder`.

    Returns the number of bytes written.
    """
    n_bytes = 0
    for copy in range(times):
        (folder / str(copy)).mkdir(parents=True)
        for document, group in groupby(
            read_passages(passages.file), key=lambda passage: passage.document
        ):
            text = "\n\n".join(change_text(passage.text, copy) for passage in group) + "\n"
            n_bytes += (folder / str(copy) / f"{document}.txt").write_bytes(text.encode())
    return n_bytes


def change_text(text: str, copy: int) -> str:
    """Return `text` with an ending on some words and without some others, depending on `copy`.

    Copy 0 is the text itself.

    >>> change_text("common ownership of the means", 3)
    'common ownership of the meansqd'
    """
    if not copy:
        return text
    shortened = _shorten(text, copy)
    changed = _WORD.sub(lambda match: _change_word(match[0], copy), shortened)
    if changed == shortened:
        return _WORD.sub(rf"\g<0>q{_letters(copy)}", shortened)
    return changed


def _shorten(text: str, copy: int) -> str:
    """Return `text` without up to a tenth of its words, which are consecutive."""
    words = text.split(" ")
    most = len(words) // _ONE_IN
    if not most:
        return text
    # A checksum instead of a random number: the same copy of a text is the same in every run.
    chance = crc32(text.encode(), copy)
    start = chance % (len(words) - most)
    return " ".join([*words[:start], *words[start + 1 + chance // len(words) % most :]])


@memoized(16_000_000)
def _change_word(word: str, copy: int) -> str:
    is_changed = len(word) >= _MIN_LETTERS and crc32(word.encode(), copy) % _ONE_IN == 0
    return f"{word}q{_letters(copy)}" if is_changed else word


def _letters(number: int) -> str:
    """Return `number` in base 26, with letters as digits.

    >>> _letters(1), _letters(27)
    ('b', 'bb')
    """
    rest, last = divmod(number, 26)
    return (_letters(rest) if rest else "") + chr(ord("a") + last)
