"""A word written as one → its spellings in parts, with signs between them: email → e-mail.

A query in parts finds the word written as one (see `terms`), so this makes both find each other.
Each spelling is a phrase of parts that signs join in the text: `email` does not find "e mail".

- All parts but the last must be terms that some sign joins to the next word. There are at most
  four parts, or three of a long word or of a pattern with several wildcards.
- The last part is inflected like the word itself.
- A wildcard with a hyphen is divided there: `self-*` finds self-rule, but not selfish.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import product
from typing import Final

from excerpt.query.ast import Form, Joined, Operand, Phrase, Term, Wildcard, Word
from excerpt.query.term_matching import term_matcher
from excerpt.text import fold, lower
from excerpt.text.compounds import JOINED

__all__ = [
    "Divisions",
    "JoinedTerms",
    "divisible_text",
    "max_parts",
    "separate_spellings",
    "spelling_of",
]

_MAX_PARTS: Final = 3
_MAX_LENGTH: Final = 40
"""The most parts of a spelling that is not a number, and the most letters of a word with parts."""
_MAX_PARTS_OF_SHORT: Final = 4
_MAX_LENGTH_OF_SHORT: Final = 24
"""The same for a word that may have one part more; longer ones could have thousands of spellings.

Patterns with several wildcards may not, because most of their beginnings match some term.
"""
PartNode = Word | Term | Form | Wildcard
JoinedTerms = Collection[str]
"""The terms that some sign joins to the next word."""
Divisions = Callable[[str], Iterable[int]]
"""A function from a text to the offsets at which to divide it, ascending."""


def separate_spellings(
    operand: Operand,
    joined_terms: JoinedTerms,
    divisions: Divisions | None = None,
    is_in_use: Callable[[str], bool] | None = None,
) -> tuple[Phrase, ...]:
    """Return the spellings in parts of a word, term, form or wildcard.

    Only those are returned in which all parts but the last are in `joined_terms`. Of these,
    `divisions` may leave out some that the caller has no use for. `is_in_use` tells whether a term
    or wildcard stands for one of `joined_terms`; the default compares them all.

    >>> separate_spellings(Term("email"), {"e", "em"})[0].parts[0].marks
    ('-',)
    """
    if isinstance(operand, Wildcard):
        if not joined_terms:
            return ()
        is_in_use = is_in_use or partial(_is_in_use, joined_terms=joined_terms)
        return tuple(_of_wildcard(operand.pattern, cache(is_in_use)))
    if not isinstance(operand, Word | Term | Form):
        return ()
    text = divisible_text(operand)
    if not text or not joined_terms or text.isdecimal():
        return ()
    # The ways to divide a word share most of their rests, and each is looked up only once.
    find_divisions = _cached(divisions or partial(_divisions, joined_terms=joined_terms))
    splits = _splits(text, find_divisions, max_parts(text))
    return tuple(spelling_of(operand, parts) for parts in splits)


def divisible_text(operand: Word | Term | Form) -> str:
    """Return the text to divide into parts; "" if it is too long or too short."""
    match operand:
        case Word(term, _, spelling):
            text = spelling or term
        case Term(text) | Form(text):
            pass
    return text if 1 < len(text) <= _MAX_LENGTH else ""


def spelling_of(operand: Word | Term | Form, parts: Sequence[str]) -> Phrase:
    """Return the spelling of a word, term or form in these parts, each joined to the next."""
    match operand:
        case Word():
            nodes: list[PartNode] = [*map(_term, parts[:-1]), _word(parts[-1])]
        case Term():
            nodes = list(map(_term, parts))
        case Form():
            nodes = [Form(part, ignores_accents=operand.ignores_accents) for part in parts]
    return _joined(nodes)


def _word(text: str) -> Word:
    term, spelling = fold(text), lower(text)
    return Word(term, spelling="" if spelling == term else spelling)


def _term(text: str) -> Term:
    return Term(fold(text))


def _divisions(text: str, joined_terms: JoinedTerms) -> Iterator[int]:
    """Yield where `text` can be divided: after each of `joined_terms` with which it begins."""
    return (i for i in range(1, len(text)) if fold(text[:i]) in joined_terms)


def max_parts(text: str) -> int:
    """Return the most parts of a word or pattern."""
    n_wildcards = text.count("*") + text.count("?")
    is_short = len(text) <= _MAX_LENGTH_OF_SHORT and n_wildcards < 2
    return _MAX_PARTS_OF_SHORT if is_short else _MAX_PARTS


def _cached(divisions: Divisions) -> Divisions:
    """Return `divisions` with a cache for the rests of one word."""
    return cache(lambda rest: tuple(divisions(rest)))


def _splits(text: str, divisions: Divisions, n_left: int) -> Iterator[list[str]]:
    """Yield the ways to divide `text` into several parts."""
    for i in divisions(text):
        first, rest = text[:i], text[i:]
        yield [first, rest]
        if n_left > 2:
            yield from ([first, *parts] for parts in _splits(rest, divisions, n_left - 1))


def _joined(nodes: Sequence[PartNode], last_marks: tuple[str, ...] = ("", JOINED)) -> Phrase:
    """Return the phrase of `nodes`, each joined to the next; the last has one of `last_marks`."""
    marks = [*[(JOINED,)] * (len(nodes) - 1), last_marks]
    return Phrase(tuple(map(Joined, nodes, marks)))


def _of_wildcard(pattern: str, is_in_use: Callable[[str], bool]) -> Iterator[Phrase]:
    """Yield the spellings of `pattern` in parts.

    A "*" may also stand for whole parts: `motherin*` and `mother*law` are mother-in-law. At the end
    it stands for all parts that are left.
    """
    n_parts = max_parts(pattern)
    if JOINED in pattern:
        yield from _with_any_parts(pattern.split(JOINED), is_in_use)
        return
    for split in _wildcard_splits(pattern, is_in_use, n_parts):
        for parts in _with_whole_parts(split, n_parts):
            is_whole = parts[-1][-1] != "*" or len(parts) == n_parts
            yield _of_parts(parts, is_whole=is_whole)


def _of_parts(parts: Sequence[str], *, is_whole: bool) -> Phrase:
    """Return the phrase of `parts`; unless it `is_whole`, no other part may follow."""
    nodes = [Wildcard(part) if _is_pattern(part) else Term(part) for part in parts]
    return _joined(nodes, ("", JOINED) if is_whole else ("",))


def _with_any_parts(parts: list[str], is_in_use: Callable[[str], bool]) -> Iterator[Phrase]:
    """Yield the phrases of `parts` in which each "*" stands for any part.

    After the first part, a "*" may also stand for several; at the end, for all that are left.
    """
    if not all(part == "*" or is_in_use(part) for part in parts[:-1]):
        return
    n_parts = max(_MAX_PARTS_OF_SHORT, len(parts))
    at_most = [n_parts - len(parts) + 1 if part == "*" and n else 1 for n, part in enumerate(parts)]
    for counts in product(*(range(1, most + 1) for most in at_most)):
        if sum(counts) <= n_parts:
            chosen = [part for part, n in zip(parts, counts, strict=True) for _ in range(n)]
            yield _of_parts(chosen, is_whole=parts[-1] != "*" or len(chosen) == n_parts)


def _with_whole_parts(split: list[str], n_parts: int) -> Iterator[list[str]]:
    """Yield `split` with each number of whole parts, up to `n_parts`, for each of its "*"."""
    pieces: list[list[list[str]]] = []
    for number, part in enumerate(split):
        after = split[number + 1] if number + 1 < len(split) else "*"
        n_whole = n_parts - len(split) if part[-1] == after[0] == "*" else 0
        pieces.append([[part, *["*"] * n] for n in range(n_whole + 1)])
    for chosen in product(*pieces):
        parts = [part for piece in chosen for part in piece]
        if len(parts) <= n_parts:
            yield parts


def _wildcard_splits(
    pattern: str, is_in_use: Callable[[str], bool], n_left: int
) -> Iterator[list[str]]:
    """Yield the ways to divide `pattern` into several parts; a "*" may belong to two of them."""
    for i in range(1, len(pattern)):
        first = pattern[:i]
        if not first.strip("*?") or not is_in_use(first):
            continue
        for rest in (pattern[i:], f"*{pattern[i:]}")[: 1 + (first[-1] == "*")]:
            if rest.strip("*?"):
                yield [first, rest]
                if n_left > 2:
                    further = _wildcard_splits(rest, is_in_use, n_left - 1)
                    yield from ([first, *parts] for parts in further)


def _is_pattern(part: str) -> bool:
    return "*" in part or "?" in part


def _is_in_use(part: str, joined_terms: JoinedTerms) -> bool:
    """Return whether `part` is, or matches, one of `joined_terms`."""
    if not _is_pattern(part):
        return part in joined_terms
    return any(map(term_matcher(Wildcard(part)), joined_terms))
