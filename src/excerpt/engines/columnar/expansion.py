"""A wildcard, fuzzy word or pattern and a piece of a vocabulary → the numbers of the terms that fit.

What fits is what `query.spelling.accepts` says, which asks one term after the other. Here all terms of a piece are asked
together: wildcards part by part; fuzzy words column by column, the first letters of all terms of one length at once, then
the second ones of those still near enough, and so on; patterns by RE2 over the terms as lines.
"""

import numpy as np

from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.texts import Piece
from excerpt.query.spelling import fitting
from excerpt.query.tree import Fuzzy, Pattern, Wildcard

__all__ = ["fitting_terms", "prefix_of"]


def prefix_of(node: Wildcard | Fuzzy | Pattern) -> str:
    """The letters every term that fits `node` begins with."""
    if not isinstance(node, Wildcard):
        return ""
    ends = [node.pattern.find(sign) for sign in "*?" if sign in node.pattern]
    return node.pattern[: min(ends)] if ends else node.pattern


def fitting_terms(node: Wildcard | Fuzzy | Pattern, piece: Piece) -> Array:
    """The numbers (int64, ascending, from 0 within `piece`) of the terms that fit `node`.

    The terms of the piece begin with `prefix_of(node)`.
    """
    match node:
        case Wildcard(pattern):
            return _spelt(pattern, piece)
        case Fuzzy(term, most):
            return _near([ord(letter) for letter in term], most, piece)
        case Pattern():
            starts = np.fromiter((start for start, _ in fitting(node, piece.lines())), np.int64)
            return np.searchsorted(piece.at[:-1] + np.arange(piece.n), starts)


def _spelt(pattern: str, piece: Piece) -> Array:
    """The numbers of the terms that a wildcard stands for.

    Between its stars it has parts of a fixed length. The first and the last have their place in each term; each of the
    others may as well stand where it first can.
    """
    letters, at = piece.letters()
    first, *others = pattern.split("*")
    lengths = np.diff(at)
    numbers = np.flatnonzero(lengths >= len(pattern) - len(others) if others else lengths == len(first))
    numbers = numbers[_standing(first, letters, at[numbers])]
    if not others:
        return numbers
    *between, last = others
    numbers = numbers[_standing(last, letters, at[numbers + 1] - len(last))]
    reached, end = at[numbers] + len(first), at[numbers + 1] - len(last)
    for part in between:
        if part.strip("?"):
            reached = _next_places(part, letters, reached)
        reached += len(part)
        fits = reached <= end
        numbers, reached, end = numbers[fits], reached[fits], end[fits]
    return numbers


def _standing(part: str, letters: Array, places: Array) -> Array:
    """Which of `places` in `letters` are those of `part`, whose "?" are any letter."""
    kept = np.arange(places.size)
    for offset in reversed(range(len(part))):
        if part[offset] != "?":
            kept = kept[letters.take(places[kept] + offset) == ord(part[offset])]
    return kept


def _next_places(part: str, letters: Array, places: Array) -> Array:
    """From each of `places` on, the first place in `letters` of `part`, which is not all "?"; else their end."""
    offset = len(part) - len(part.lstrip("?"))
    last = letters.size - len(part) + 1
    found = np.flatnonzero(letters[offset : max(last, 0) + offset] == ord(part[offset]))
    found = np.append(found[_standing(part, letters, found)], letters.size)
    following: Array = found[np.searchsorted(found, places)]
    return following


def _near(term: list[int], most: int, piece: Piece) -> Array:
    """The numbers of the terms within `most` of `term`."""
    letters, at = piece.letters()
    lengths = np.diff(at)
    found = []
    for length in range(max(len(term) - most, 0), len(term) + most + 1):
        numbers = np.flatnonzero(lengths == length)
        kept = _near_of_length(term, most, letters, at[numbers], length)
        found.append(numbers[kept])
    return np.sort(np.concatenate(found))


def _near_of_length(term: list[int], most: int, letters: Array, starts: Array, length: int) -> Array:
    """Which of the words of `length` letters that begin at `starts` in `letters` are within `most` of `term`.

    The table of optimal string alignment (see `spelling.distance`), a column for each letter of the words. Of a column
    only those cells are looked at from which the end can be reached in time; a cell is named by how many more letters of
    the word than of the term it has behind it.
    """
    ahead = length - len(term)
    band = [shift for shift in range(most, -most - 1, -1) if abs(shift) + abs(ahead - shift) <= most]
    small = np.min_scalar_type(length + len(term) + 1)
    kept = np.arange(starts.size)
    now = {shift: np.full(starts.size, -shift, small) for shift in band if 0 <= -shift <= len(term)}
    before: dict[int, Array] = {}
    here = last = np.empty(0, letters.dtype)
    for column in range(1, length + 1):
        last, here = here, letters.take(starts + (column - 1))
        two_before, before, now = before, now, {}
        for shift in band:
            row = column - shift
            if row == 0:
                now[shift] = np.full(starts.size, column, small)
            elif 0 < row <= len(term):
                cell = before[shift] + (here != term[row - 1])
                if shift - 1 in before:
                    np.minimum(cell, before[shift - 1] + 1, out=cell)
                if shift + 1 in now:
                    np.minimum(cell, now[shift + 1] + 1, out=cell)
                if row > 1 and shift in two_before:
                    is_swapped = (last == term[row - 1]) & (here == term[row - 2])
                    np.minimum(cell, two_before[shift] + 1, out=cell, where=is_swapped)
                now[shift] = cell
        in_time = [cell <= most - abs(ahead - shift) for shift, cell in now.items()]
        alive = np.flatnonzero(np.logical_or.reduce(in_time))
        if alive.size < starts.size:
            starts, kept, here = starts[alive], kept[alive], here[alive]
            now = {shift: cell[alive] for shift, cell in now.items()}
            before = {shift: cell[alive] for shift, cell in before.items()}
        if not alive.size:
            break
    return kept
