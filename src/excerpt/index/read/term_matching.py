"""A wildcard, fuzzy word or pattern and a piece of a vocabulary → the numbers of the terms that fit.

What fits is what `query.spelling.accepts` says, which asks one term after the other. Here all terms of a piece are asked
together: wildcards part by part; fuzzy words column by column, the first letters of all terms of one length at once, then
the second ones of those still near enough, and so on; patterns by RE2 over the terms as lines.
"""

import numpy as np

from excerpt.index.arrays import Array
from excerpt.index.format.string_batch import StringBatch, CodePoints
from excerpt.query.term_matching import find_matching_terms
from excerpt.query.ast import Fuzzy, Pattern, Wildcard

__all__ = ["fitting_terms", "prefix_of"]


def prefix_of(node: Wildcard | Fuzzy | Pattern) -> str:
    """The letters every term that fits `node` begins with."""
    if not isinstance(node, Wildcard):
        return ""
    ends = [node.pattern.find(sign) for sign in "*?" if sign in node.pattern]
    return node.pattern[: min(ends)] if ends else node.pattern


def fitting_terms(node: Wildcard | Fuzzy | Pattern, piece: StringBatch) -> Array:
    """The numbers (int64, ascending, from 0 within `piece`) of the terms that fit `node`.

    The terms of the piece begin with `prefix_of(node)`.
    """
    if isinstance(node, Pattern):
        starts = np.fromiter((start for start, _ in find_matching_terms(node, piece.lines())), np.int64)
        return np.searchsorted(piece.offsets[:-1] + np.arange(piece.n), starts)
    found = [
        words.numbers[_spelt(node.pattern, words) if isinstance(node, Wildcard) else _near(node, words)]
        for words in piece.code_points()
    ]
    return found[0] if len(found) == 1 else np.sort(np.concatenate(found))


def _spelt(pattern: str, words: CodePoints) -> Array:
    """Which of `words` a wildcard stands for.

    Between its stars it has parts of a fixed length. The first and the last have their place in each term; each of the
    others may as well stand where it first can.
    """
    letters, starts, lengths = words.letters, words.starts, words.lengths
    first, *others = pattern.split("*")
    kept = np.flatnonzero(lengths >= len(pattern) - len(others) if others else lengths == len(first))
    if first.strip("?"):
        kept = kept[_standing(first, letters, starts[kept])]
    if not others:
        return kept
    *between, last = others
    ends = starts + (lengths - len(last))
    if last.strip("?"):
        kept = kept[_standing(last, letters, ends[kept])]
    return kept[_in_order(between, words, kept, len(first), ends)] if between else kept


def _in_order(parts: list[str], words: CodePoints, kept: Array, begin: int, ends: Array) -> Array:
    """Which of the words `kept` have `parts` in this order, from their letter `begin` on and before their `ends`."""
    found = np.arange(kept.size)
    reached, end = words.starts[kept] + begin, ends[kept]
    for part in parts:
        if part.strip("?"):
            places = _places(part, words.letters)
            if places.size < reached.size:  # quicker: look only at the words that have one
                has_one = np.zeros(words.starts.size, np.bool_)
                has_one[np.searchsorted(words.starts, places, side="right") - 1] = True
                fits = np.flatnonzero(has_one[kept[found]])
                found, reached, end = found[fits], reached[fits], end[fits]
            following = np.append(places, words.letters.size)
            reached = following[np.searchsorted(places, reached)]
        reached += len(part)
        fits = np.flatnonzero(reached <= end)
        found, reached, end = found[fits], reached[fits], end[fits]
    return found


def _standing(part: str, letters: Array, places: Array) -> Array:
    """Which of `places` in `letters` are those of `part`, whose "?" are any letter."""
    kept = np.arange(places.size)
    for offset in reversed(range(len(part))):
        if part[offset] != "?":
            kept = kept[letters.take(places[kept] + offset) == ord(part[offset])]
    return kept


def _places(part: str, letters: Array) -> Array:
    """All places of `part` in `letters`, ascending; it is not all "?"."""
    offset = len(part) - len(part.lstrip("?"))
    last = letters.size - len(part) + 1
    found = np.flatnonzero(letters[offset : max(last, 0) + offset] == ord(part[offset]))
    return found[_standing(part, letters, found)]


def _near(node: Fuzzy, words: CodePoints) -> Array:
    """Which of `words` are within the distance."""
    term = [ord(letter) for letter in node.term]
    kept = [np.empty(0, np.int64)]
    for length in range(max(len(term) - node.distance, 0), len(term) + node.distance + 1):
        numbers = np.flatnonzero(words.lengths == length)
        starts = words.starts[numbers]
        kept.append(numbers[_near_of_length(term, node.distance, words.letters, starts, length)])
    return np.sort(np.concatenate(kept))


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
        if not starts.size:
            break
        last, here = here, letters.take(starts + (column - 1))
        two_before, before, now = before, now, {}
        for shift in band:
            row = column - shift
            if row == 0:
                now[shift] = np.full(starts.size, column, small)
            elif 0 < row <= len(term):
                cell = now[shift] = before[shift] + (here != term[row - 1])
                for near in (before.get(shift - 1), now.get(shift + 1)):  # a letter more, a letter less
                    if near is not None:
                        np.minimum(cell, near + 1, out=cell)
                if row > 1 and shift in two_before:
                    is_swapped = (last == term[row - 1]) & (here == term[row - 2])
                    np.minimum(cell, two_before[shift] + 1, out=cell, where=is_swapped)
        in_time = [cell <= most - abs(ahead - shift) for shift, cell in now.items()]
        alive = np.flatnonzero(np.logical_or.reduce(in_time))
        if alive.size < starts.size:
            starts, kept, here = starts[alive], kept[alive], here[alive]
            now, before = ({shift: cell[alive] for shift, cell in each.items()} for each in (now, before))
    return kept
