"""What someone names (a place in a document, the beginning of an id) → the passage that is meant; and what is beside it."""

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from excerpt.catalog import Catalog, StoredDocument, StoredPassage
from excerpt.errors import Advice, ExcerptError
from excerpt.model import Key, Span

__all__ = ["document_at", "following_of", "key_at", "key_of", "neighbours", "text_of"]

_DIGITS = 20
"""No text has lines of such numbers, and Python reads none of thousands of digits."""


def document_at(catalog: Catalog, path: str) -> StoredDocument | None:
    """The document at `path`: as the corpus has it, as it is shown, or as it is seen from the folder one is in."""
    found = (catalog.document_at(name) for name in _names(path, catalog.corpus) if _is_path(name))
    return next((record for record in found if record is not None), None)


def _names(path: str, corpus: Path) -> Iterator[str]:
    """What `path` may be called in the `corpus`."""
    yield from dict.fromkeys((path, _as_it_is(path), os.path.normpath(path)))
    with suppress(OSError, ValueError):  # the folder one is in may be gone
        yield os.path.relpath(path or ".", corpus)


def _is_path(name: str) -> bool:
    """Whether `name` can be one: a lone surrogate that stands for no byte cannot."""
    return not re.search("[\ud800-\udc7f\udd00-\udfff]", name)


def _as_it_is(shown: str) -> str:
    r"""A path with the characters for which others are shown: control characters, and bytes that are not UTF-8.

    >>> _as_it_is("two␊lines"), _as_it_is(r"M\xfcller")
    ('two\nlines', 'M\udcfcller')
    """
    bare = re.sub("[\u2400-\u241f]", lambda found: chr(ord(found[0]) - 0x2400), shown)
    return re.sub(r"\\x([89a-f][0-9a-f])", lambda found: chr(0xDC00 + int(found[1], 16)), bare)


def key_at(catalog: Catalog, place: str) -> Key | None:
    """The passage at "path:line": the last that begins at or before that line."""
    path, _, line = place.rpartition(":")
    record = document_at(catalog, path) if line.isdecimal() and len(line) < _DIGITS else None
    if record is None:
        return None
    passages = catalog.passages_of(record.id)
    starts = [passage.lines[0] if passage.lines else 0 for passage in passages]
    last = catalog.text(record.id).count("\n") + 1
    if not starts or not record.has_lines or not 0 < int(line) <= last:
        raise ExcerptError(
            "there is no such line.",
            Advice(
                f"{path} has {last:,} {'line' if last == 1 else 'lines'}."
                if record.has_lines
                else f"The lines of {path} are not known."
            ),
            where=place,
        )
    return Key(record.id, max(0, bisect_right(starts, int(line)) - 1))


def key_of(catalog: Catalog, passage: str) -> Key:
    """The passage whose id begins with `passage`.

    Raises:
        ExcerptError: if there is none, or more than one.
    """
    found = list(catalog.find_passages(passage)) if passage.isascii() else []
    if not found:
        raise ExcerptError(
            f"{passage!r} is neither a path in the corpus nor the id of a passage.",
            Advice("The output of excerpt search --json contains paths and ids."),
        )
    if len(found) > 1:
        raise ExcerptError(
            f"More than one passage has an id that begins with {passage!r}.",
            Advice("Give more of the id."),
        )
    return found[0]


def neighbours(stored: StoredPassage, context: int) -> tuple[list[Key], list[Key]]:
    """The keys of up to `context` passages before and after."""
    document, at = stored.key.document, stored.key.ordinal
    last = min(stored.document.n_passages, at + 1 + context)
    return (
        [Key(document, ordinal) for ordinal in range(max(0, at - context), at)],
        [Key(document, ordinal) for ordinal in range(at + 1, last)],
    )


def following_of(catalog: Catalog, stored: StoredPassage) -> Callable[[int], StoredPassage | None]:
    """Gives the passage of the same document with an ordinal, if there is one."""
    record = stored.document

    def following(ordinal: int) -> StoredPassage | None:
        if ordinal >= record.n_passages:
            return None
        return catalog.passages([Key(record.id, ordinal)])[0]

    return following


def text_of(catalog: Catalog, stored: StoredPassage) -> Callable[[Span], str]:
    """Gives a stretch of the text of the same document."""
    return lambda span: catalog.text(stored.document.id, span)
