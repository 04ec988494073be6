"""Text → words: the reference that every faster cutter must equal.

A word is a maximal run of letters, marks and digits. Three rules add to that:
initials with full stops are one word (U.S.S.R.); characters of scripts without spaces are a word each;
a word broken at a line end by a hyphen is one word, unless a capital or a digit follows, or the document
writes the same compound with a hyphen within a line (then it was broken where it has its hyphen anyway).
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise, starmap

from excerpt.model import Span, Token
from excerpt.text.characters import character_classes
from excerpt.text.normalizer import fold

__all__ = ["tokenize", "hyphenated_compounds", "token_offsets", "token_spans"]

_RUN = r"[aA0m][aA0mzs]*(?<![zs])"
_INITIALS = r"[aA]m*(?:\.[aA]m*)+(?![aA0mzs])"
_WORD = re.compile(rf"h[mz]*(?<!z)|{_INITIALS}|{_RUN}")
_BREAK = re.compile(r"(?<=[aAm])[-s]_*n[n_]*(?=a)")
"""A hyphen at a line end, after a letter and before a small letter of the next line."""
_IN_LINE = re.compile(r"[aA0m][aA0mzs]*(?:-[aA0m][aA0mzs]*)+")
_LETTER = re.compile(r"[aA0h]")
_NO_WORD = re.compile(r"[\W_]+")


def tokenize(text: str, start: int = 0, hyphenated: frozenset[str] = frozenset()) -> list[Token]:
    """The words of `text` in order; `start` is added to their spans.

    `hyphenated` are the compounds of the document that are two words when broken at a line end (`hyphenated_compounds`).
    """
    words = []
    for begin, end in _found(text, character_classes(text), hyphenated):
        form = _clean(text[begin:end])
        words.append(Token(form, fold(form), Span(start + begin, start + end)))
    return words


def token_spans(text: str, start: int = 0, hyphenated: frozenset[str] = frozenset()) -> list[Span]:
    """Where the words of `text` stand: the spans that `tokenize` gives, for less."""
    return list(starmap(Span, token_offsets(text, start, hyphenated)))


def token_offsets(
    text: str, start: int = 0, hyphenated: frozenset[str] = frozenset()
) -> list[tuple[int, int]]:
    """Where the words of `text` begin and end: the spans as mere pairs, where there are many and few are looked at."""
    return [
        (start + begin, start + end)
        for begin, end in _found(text, character_classes(text), hyphenated)
    ]


def _found(text: str, kinds: str, hyphenated: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where words begin and end. Marks without a letter or digit are none."""
    if "n" not in kinds or not _BREAK.search(kinds):
        found: Iterator[tuple[int, int]] = (match.span() for match in _WORD.finditer(kinds))
    else:
        found = _joined(text, kinds, hyphenated)
    if "m" not in kinds:
        return found
    return (place for place in found if kinds[place[0]] != "m" or _LETTER.search(kinds, *place))


def _joined(text: str, kinds: str, hyphenated: frozenset[str]) -> Iterator[tuple[int, int]]:
    """The spans of words, those broken at a line end as one."""
    breaks = {found.start(): found.end() for found in _BREAK.finditer(kinds)}
    pending: tuple[int, int] | None = None
    for found in _WORD.finditer(kinds):
        begin, end = found.span()
        if pending is not None:
            if breaks.get(pending[1]) == begin and not _is_apart(
                text, pending, (begin, end), hyphenated
            ):
                pending = (pending[0], end)
                continue
            yield pending
        pending = (begin, end)
    if pending is not None:
        yield pending


def _is_apart(
    text: str, first: tuple[int, int], second: tuple[int, int], hyphenated: frozenset[str]
) -> bool:
    return (
        bool(hyphenated)
        and f"{fold(_clean(text[slice(*first)]))}-{fold(_clean(text[slice(*second)]))}"
        in hyphenated
    )


def _clean(piece: str) -> str:
    """`piece` without what is no part of the word: full stops of initials, hyphens, line ends, ignorables."""
    if piece.isascii():
        return piece if piece.isalnum() else _NO_WORD.sub("", piece)
    kept = "".join(
        c for c, kind in zip(piece, character_classes(piece), strict=True) if kind in "aA0mh"
    )
    return unicodedata.normalize("NFC", kept)


def hyphenated_compounds(text: str) -> frozenset[str]:
    """The compounds that `text` breaks at a line end and also writes with a hyphen within a line, folded.

    >>> hyphenated_compounds("self-\\ngovernment means self-government, and revolu-\\ntion")
    frozenset({'self-government'})
    """
    kinds = character_classes(text)
    broken = set()
    for found in _BREAK.finditer(kinds):
        before = re.compile(r"[aA0mzs]*$").search(kinds, max(0, found.start() - 80), found.start())
        after = re.compile(_RUN).match(kinds, found.end())
        if before and after:
            first, second = text[slice(*before.span())], text[slice(*after.span())]
            broken.add(f"{fold(_clean(first))}-{fold(_clean(second))}")
    if not broken:
        return frozenset()
    return frozenset(broken & _written_compounds(text, kinds))


def _written_compounds(text: str, kinds: str) -> set[str]:
    """Each pair of neighbouring parts that stand in `text` with a hyphen between them, folded."""
    found_pairs: set[str] = set()
    for found in _IN_LINE.finditer(kinds):
        parts = re.split("[-\u2010\u2011]", text[slice(*found.span())])
        folded = [fold(_clean(part)) for part in parts]
        found_pairs.update(f"{first}-{second}" for first, second in pairwise(folded))
    return found_pairs
