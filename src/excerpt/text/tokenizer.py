"""Text → tokens: the reference, which every faster tokenizer must equal.

A word is a maximal run of letters, marks and digits. Four rules add to that:

- Initials with full stops are one word: U.S.S.R.
- A number in groups of digits is one word: 3,000 (see `grouped_numbers`).
- In scripts without spaces, each character with its marks is a word.
- A word hyphenated at a line end is one word. It is two words if a capital or a digit follows, or
  if the same document also writes it with its hyphen within a line: then the hyphen is its own.

The rules are regular expressions over character classes (see `characters`).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise, starmap

from excerpt.model import Span, Token
from excerpt.text.characters import character_classes
from excerpt.text.compounds import join_marks
from excerpt.text.normalizer import fold, fold_all

__all__ = ["hyphenated_compounds", "token_offsets", "token_spans", "tokenize"]

_RUN = r"[aA0m][aA0mzs]*(?<![zs])"
_INITIALS = r"[aA]m*(?:\.[aA]m*)+(?![aA0mzs])"
_WORD = re.compile(rf"h[mz]*(?<!z)|{_INITIALS}|{_RUN}")
# The look-behind comes second, so that it is tried at hyphens only.
_LINE_BREAK = re.compile(r"[-=s](?<=[aAm].)_*n[n_]*(?=a)")
"""A hyphen at a line end, after a letter and before a small letter of the next line."""
_COMPOUND = r"[aA0m][aA0mzs]*+((?>-[aA0m][aA0mzs]*+)*+)"
"""A word, with the parts after hyphens within the line as a group; compiled when used, since
searches do not need it. A word without hyphens matches, too: it need not be tried again from its
second letter on."""
_MAY_BE_GROUPED = r"0[zs]*[x_.][zs]*0"
"""Digits with a sign between them; compiled when used, since most queries have none."""
_LETTER = re.compile(r"[aA0h]")
_PLAIN = re.compile("[aA0mh]+")
"""The classes of a word that is its own form, composed."""
_NO_WORD = re.compile(r"[\W_]+")
_MAX_PART = 80
"""Characters before a line break in which the first part of a broken word is looked for."""

OffsetPair = tuple[int, int]
"""The start and the end of a token; a `Span` that costs less to make."""


def tokenize(text: str, start: int = 0, hyphenated: frozenset[str] = frozenset()) -> list[Token]:
    """Return the tokens of `text` in order, with `start` added to their spans.

    `hyphenated` contains the compounds of the document that are two words when broken at a line
    end (see `hyphenated_compounds`).
    """
    classes = character_classes(text)
    offsets = list(_word_offsets(text, classes, hyphenated))
    forms = _forms(text, classes, offsets)
    terms = fold_all(forms)
    signs = [text[end:begin] for (_, end), (begin, _) in pairwise(offsets)]
    words = zip(forms, terms, offsets, join_marks(terms, signs), strict=True)
    return [
        Token(form, term, Span(start + begin, start + end), mark)
        for form, term, (begin, end), mark in words
    ]


def token_spans(text: str, start: int = 0, hyphenated: frozenset[str] = frozenset()) -> list[Span]:
    """Return the spans of the tokens of `text`, like `tokenize` but without folding."""
    return list(starmap(Span, token_offsets(text, start, hyphenated)))


def token_offsets(
    text: str, start: int = 0, hyphenated: frozenset[str] = frozenset()
) -> list[OffsetPair]:
    """Return the start and end of each token of `text`: spans as plain pairs."""
    found = _word_offsets(text, character_classes(text), hyphenated)
    return [(start + begin, start + end) for begin, end in found]


def _word_offsets(text: str, classes: str, hyphenated: frozenset[str]) -> Iterator[OffsetPair]:
    """Yield the start and end of each word; marks without a letter or digit are not words."""
    if "n" not in classes or not _LINE_BREAK.search(classes):
        found: Iterator[OffsetPair] = (match.span() for match in _WORD.finditer(classes))
    else:
        found = _joined_offsets(text, classes, hyphenated)
    if "0" in classes and re.search(_MAY_BE_GROUPED, classes):
        from excerpt.text.grouped_numbers import find_grouped_numbers  # few queries have them

        found = _with_numbers(found, find_grouped_numbers(text))
    if "m" not in classes:
        return found
    return (word for word in found if classes[word[0]] != "m" or _LETTER.search(classes, *word))


def _with_numbers(
    words: Iterator[OffsetPair], numbers: Sequence[OffsetPair]
) -> Iterator[OffsetPair]:
    """Yield the offsets of words, all those that begin in one of `numbers` as one."""
    following = iter(numbers)
    number = next(following, None)
    start = -1  # of a number, once a part of it was found
    for begin, end in words:
        if number is None or begin < number[0]:
            yield begin, end
            continue
        start = begin if start < 0 else start
        if end >= number[1]:
            yield start, end
            number, start = next(following, None), -1


def _joined_offsets(text: str, classes: str, hyphenated: frozenset[str]) -> Iterator[OffsetPair]:
    """Yield the offsets of words, the parts of a word broken at a line end as one."""
    breaks = {found.start(): found.end() for found in _LINE_BREAK.finditer(classes)}
    pending: OffsetPair | None = None
    for found in _WORD.finditer(classes):
        begin, end = found.span()
        if pending is not None:
            is_broken = breaks.get(pending[1]) == begin
            if is_broken and not _is_compound(text, pending, (begin, end), hyphenated):
                pending = (pending[0], end)
                continue
            yield pending
        pending = (begin, end)
    if pending is not None:
        yield pending


def _is_compound(
    text: str, first: OffsetPair, second: OffsetPair, hyphenated: frozenset[str]
) -> bool:
    """Return whether the parts of a broken word form one of the `hyphenated` compounds."""
    if not hyphenated:
        return False
    return _compound(text[slice(*first)], text[slice(*second)]) in hyphenated


def _compound(first: str, second: str) -> str:
    """Return the compound of two parts as `hyphenated_compounds` contains it."""
    return f"{fold(_form(first))}-{fold(_form(second))}"


def _form(piece: str) -> str:
    """Return the form of the word written as `piece`, composed (NFC).

    The full stops of initials, the signs of numbers, hyphens, line ends and ignored characters do
    not belong to it.
    """
    if piece.isascii():
        return piece if piece.isalnum() else _NO_WORD.sub("", piece)
    classes = character_classes(piece)
    kept = "".join(c for c, kind in zip(piece, classes, strict=True) if kind in "aA0mh")
    return unicodedata.normalize("NFC", kept)


def _forms(text: str, classes: str, offsets: Sequence[OffsetPair]) -> list[str]:
    """Return the forms of the words at `offsets`: `_form` of each, but composed as one text."""
    pieces = [
        text[begin:end] if _PLAIN.fullmatch(classes, begin, end) else _form(text[begin:end])
        for begin, end in offsets
    ]
    # No character composes with a line feed, and no form contains one.
    return unicodedata.normalize("NFC", "\n".join(pieces)).split("\n") if pieces else []


def hyphenated_compounds(text: str) -> frozenset[str]:
    """Return the compounds that `text` writes with a hyphen within a line and breaks elsewhere.

    They are folded.

    >>> hyphenated_compounds("self-\\ngovernment means self-government, and revolu-\\ntion")
    frozenset({'self-government'})
    """
    classes = character_classes(text)
    pairs = set()
    run = re.compile(_RUN)
    for found in _LINE_BREAK.finditer(classes):
        begin, end = found.span()
        before = classes[max(0, begin - _MAX_PART) : begin]
        n_before = len(before) - len(before.rstrip("aA0mzs"))
        if after := run.match(classes, end):
            pairs.add((text[begin - n_before : begin], text[end : after.end()]))
    broken = {_compound(*pair) for pair in pairs}
    if not broken:
        return frozenset()
    return frozenset(broken & _compounds_in_lines(text, classes))


def _compounds_in_lines(text: str, classes: str) -> set[str]:
    """Return each pair of words with a hyphen between them within a line of `text`, folded."""
    compounds: set[str] = set()
    for found in re.finditer(_COMPOUND, classes):
        if not found.group(1):
            continue
        parts = re.split("[-\u2010\u2011]", text[slice(*found.span())])
        compounds.update(_compound(*pair) for pair in pairwise(parts))
    return compounds
