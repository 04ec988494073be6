"""The words and quotes of a query → the operands they mean, by the analysis that every text goes through.

A word with punctuation inside is the phrase of its parts or the parts written as one; words of scripts without
spaces are phrases of their characters.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from excerpt.query.ast import Alternatives, Form, Fuzzy, Operand, Phrase, Term, Wildcard, Word
from excerpt.query.syntax_error import QuerySyntaxError
from excerpt.text import tokenize
from excerpt.text.characters import character_classes

__all__ = ["parse_fuzzy", "has_wildcard", "parse_literal", "parse_quote", "parse_word"]

MAX_EDITS = 2
_HYPHENS = frozenset("-\u2010\u2011")
TermNode = Callable[[str], Operand]


class _Piece(NamedTuple):
    """A word or wildcard in a query: the text for its leaf and where it stands."""

    text: str
    start: int
    end: int
    is_wild: bool = False


def parse_word(text: str, *, is_form: bool = False, is_stemmed: bool = True) -> Operand | None:
    """The meaning of a word as typed, None if it holds no letter or digit.

    >>> parse_word("Workers'"), parse_word("wom?n")
    (Word(term='workers', weight=1.0), Wildcard(pattern='wom?n', weight=1.0))
    """
    leaf: TermNode = Form if is_form else Word if is_stemmed else Term
    pieces = _pieces(text, is_form)
    return _compound(pieces, leaf) if pieces else None


def parse_literal(text: str, *, is_stemmed: bool = True) -> Operand | None:
    """The meaning of a word whose every sign is punctuation, None if it holds no letter or digit."""
    pieces = _plain_pieces(text, is_form=False)
    return _compound(pieces, Word if is_stemmed else Term) if pieces else None


def parse_quote(text: str, gap: int = 0, *, is_form: bool = False) -> Operand:
    """The meaning of quoted words.

    Raises:
        QuerySyntaxError: if there is no word in it, or one alone with a distance.
    """
    leaf: TermNode = Form if is_form else Term
    pieces = _pieces(text, is_form)
    if not pieces:
        raise QuerySyntaxError(
            "There is no word between the quotes.", "Write the words of the phrase between them."
        )
    parts = [part for group in _hyphenated(pieces, text) for part in _parts_of_group(group, leaf)]
    if len(parts) == 1:
        if gap:
            raise QuerySyntaxError(
                "A phrase of one word has no distance.",
                f"For words spelt alike write {pieces[0].text}~ without quotes.",
            )
        return parts[0]
    return Phrase(tuple(parts), gap)


def parse_fuzzy(text: str, distance: int) -> Operand:
    """The meaning of a word with a tilde.

    Raises:
        QuerySyntaxError: if it is not one word, or the distance is none that words are compared by.
    """
    words = tokenize(text)
    if not 1 <= distance <= MAX_EDITS:
        raise QuerySyntaxError(
            "Words are compared by 1 or 2 letters only.", f"Write {text}~ or {text}~2."
        )
    if len(words) != 1 or has_wildcard(text):
        raise QuerySyntaxError(
            "A tilde goes with one plain word.",
            "Write it after each word that may be spelt otherwise.",
        )
    return Fuzzy(words[0].term, distance)


def has_wildcard(text: str) -> bool:
    """Whether `text` has a wildcard in it."""
    return bool(("*" in text or "?" in text) and re.search("[WQ]", _wild_classes(text)))


# Words and wildcards in a text


def _pieces(text: str, is_form: bool) -> list[_Piece]:
    if not has_wildcard(text):
        return _plain_pieces(text, is_form=is_form)
    if is_form:
        raise QuerySyntaxError(
            "A wildcard cannot be searched with case and marks as typed.",
            "Leave out the = or the wildcard.",
        )
    return list(_wild_pieces(text))


def _plain_pieces(text: str, *, is_form: bool) -> list[_Piece]:
    return [
        _Piece(found.form if is_form else found.term, found.span.start, found.span.end)
        for found in tokenize(text)
    ]


def _wild_classes(text: str) -> str:
    """The classes of characters, with W for "*" and Q for a "?" that stands for a letter: not at a word's end."""
    kinds = list(character_classes(text))
    for at, character in enumerate(text):
        if character in "*?":
            kinds[at] = "W" if character == "*" else "Q"
    return re.sub("(?<!Q)Q++(?![zsm]*[aA0hW])", lambda end: "x" * len(end[0]), "".join(kinds))


def _wild_pieces(text: str) -> Iterator[_Piece]:
    kinds = _wild_classes(text)
    for run in re.finditer("[aA0mhzsWQ]+", kinds):
        if "h" in run[0]:
            yield from _unspaced_pieces(text, kinds, run.start(), run.end())
        elif "W" in run[0] or "Q" in run[0]:
            yield _Piece(_wildcard(text[slice(*run.span())]), *run.span(), is_wild=True)
        else:
            for found in tokenize(text[slice(*run.span())], run.start()):
                yield _Piece(found.term, found.span.start, found.span.end)


def _unspaced_pieces(text: str, kinds: str, start: int, end: int) -> Iterator[_Piece]:
    """The words of a run with characters that are words themselves: a star at its ends says nothing."""
    run = kinds[start:end]
    if re.search("[WQ]", run.strip("W")):
        raise QuerySyntaxError(
            "A wildcard cannot stand between words that are written without spaces.",
            'For characters between them write them in quotes with a distance: "社 主"~1.',
        )
    for found in tokenize(text[start:end], start):
        yield _Piece(found.term, found.span.start, found.span.end)


def _wildcard(text: str) -> str:
    """A wildcard word, its letters folded."""
    folded = "".join(
        part if part[0] in "*?" else "".join(found.term for found in tokenize(part))
        for part in re.findall(r"[*?]+|[^*?]+", text)
    )
    pattern_ = re.sub(r"\*+", "*", folded)
    if not pattern_.strip("*?"):
        raise QuerySyntaxError(
            f"A {text} alone stands for every word.",
            'Write some letters of the word with it; for any word within a phrase write "united front"~1.',
        )
    return pattern_


# Compounds


def _compound(pieces: list[_Piece], leaf: TermNode) -> Operand:
    """The pieces of one word: the phrase of them, or what they are when written as one."""
    parts = tuple(_leaf(piece, leaf) for piece in pieces)
    if len(parts) == 1:
        return parts[0]
    joined = "".join(piece.text for piece in pieces)
    if any(piece.is_wild for piece in pieces):
        has_unspaced = "h" in character_classes(joined)
        return Phrase(parts) if has_unspaced else Alternatives((Phrase(parts), Wildcard(joined)))
    written_as_one = tokenize(joined)
    return (
        Alternatives((Phrase(parts), leaf(joined))) if len(written_as_one) == 1 else Phrase(parts)
    )


def _leaf(piece: _Piece, leaf: TermNode) -> Operand:
    return Wildcard(piece.text) if piece.is_wild else leaf(piece.text)


def _hyphenated(pieces: list[_Piece], text: str) -> Iterator[list[_Piece]]:
    """The pieces in groups: those with a mere hyphen between them together."""
    group: list[_Piece] = []
    for piece in pieces:
        if group and text[group[-1].end : piece.start] not in _HYPHENS:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _parts_of_group(group: list[_Piece], leaf: TermNode) -> tuple[Operand, ...]:
    compound = _compound(group, leaf)
    return compound.parts if isinstance(compound, Phrase) else (compound,)
