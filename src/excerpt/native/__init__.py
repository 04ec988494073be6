"""Compiled loops for the inner parts of a search, where there was a C compiler: the *kernel*.

Everything works without: each caller has the same in NumPy, which is also what the kernel is tested
against. `src/hatch_build.py` compiles the C files of this folder when the package is built.

columns.c    a mapped file of columns → verified parts of its arrays
numbers.c    packed, ascending and wide numbers
strings.c    where a string is among sorted ones
postings.c   a postings list → its units and frequencies
positions.c  the forms of a word → the positions at which they occur
lookup.c     a word → its stems and form groups in all segments
phrases.c    phrases and words near each other → where they begin
terms.c      lists of all segments → the passages with a query term
ranking.c    terms → the best passages

Functions for Python, which `_kernel.pyi` describes:

objects.c      open files, indexes, words and terms, and who frees them
texts.c        passages → where their texts are
words.c        a word → its form groups in one segment
query_words.c  a word of a query → the same in all segments
splits.c       a word → where texts divide it with a sign
expansion.c    a fuzzy word or a prefix → the terms of a segment
copies.c       passages → their keys, and whether others have the same words
counting.c     what a query term stands for → its passages
spans.c        phrases → the spans of words they cover in passages
tokens.c       a text → where some of its words are
query.c        terms → total and best passages
kernel.c       the table of these functions

The environment variable `EXCERPT_PURE=1` disables the kernel.
"""

import os
from pathlib import Path
from types import ModuleType
from typing import Final
from zlib import crc32

__all__ = ["describe", "kernel", "source_digest"]

_VARIABLE: Final = "EXCERPT_PURE"


def source_digest(folder: Path) -> str:
    """Return a digest of the C files in `folder`; "" if there are none, as in a wheel."""
    files = sorted(file for file in folder.iterdir() if file.suffix in {".c", ".h"})
    crc = 0
    for file in files:
        crc = crc32(file.read_bytes(), crc)
    return f"{crc:08x}" if files else ""


def _load() -> tuple[ModuleType | None, str]:
    """Return the kernel (see `_kernel.pyi`), or None with the reason why it is not used."""
    if os.environ.get(_VARIABLE, "0") not in {"", "0"}:
        return None, f"{_VARIABLE} is set"
    try:
        from excerpt.native import _kernel as found
    except ImportError:
        return None, "not compiled"
    # In a source tree the files may have changed since: such a kernel may read another format.
    if source_digest(Path(__file__).parent) not in {"", found.SOURCE_DIGEST}:
        return None, "compiled from other sources; install excerpt again"
    return found, ""


kernel, _reason = _load()


def describe() -> str:
    """Return in a few words whether the kernel is used, and if not, why.

    >>> describe().partition(" ")[0] in {"native", "NumPy"}
    True
    """
    return "native" if kernel else f"NumPy ({_reason})"
