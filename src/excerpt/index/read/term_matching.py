"""A wildcard, fuzzy word or pattern and a batch of a term dictionary → the terms that match.

`query.term_matching.term_matcher` defines what matches, and looks at one term after the other.
Here all terms of a batch are tested at once:

- a wildcard part by part, between its stars;
- a fuzzy word column by column of the table of edit distances: first with the first letters of
  all terms of one length, then with the second letters of those that are still near enough, …;
- a pattern by RE2, which searches the terms as the lines of one buffer.
"""

from typing import Any

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.index.arrays import Integers
from excerpt.index.format.string_batch import StringBatch, StringCodePoints
from excerpt.query.ast import Fuzzy, Pattern, Wildcard
from excerpt.query.term_matching import find_matching_terms

__all__ = ["literal_prefix", "matching_terms"]

# Throughout, `letters` are the code points of many terms one after the other, and a term is given
# by the index of its first letter (`starts`) and its number of letters (`lengths`).


def literal_prefix(node: Wildcard | Fuzzy | Pattern) -> str:
    """Return the letters with which every matching term begins."""
    if not isinstance(node, Wildcard):
        return ""
    ends = [node.pattern.find(sign) for sign in "*?" if sign in node.pattern]
    return node.pattern[: min(ends)] if ends else node.pattern


def matching_terms(node: Wildcard | Fuzzy | Pattern, batch: StringBatch) -> Int64Array:
    """Return the numbers of the terms that match `node`, ascending, counted from 0 in the batch.

    All terms of the batch must begin with `literal_prefix(node)`.
    """
    if isinstance(node, Pattern):
        spans = find_matching_terms(node, batch.lines())
        starts = np.fromiter((start for start, _ in spans), np.int64)
        # In the buffer, each term is followed by a line feed.
        return np.searchsorted(batch.offsets[:-1] + np.arange(batch.n), starts)
    parts = []
    for terms in batch.code_points():
        if isinstance(node, Wildcard):
            found = _match_wildcard(node.pattern, terms)
        else:
            found = _match_fuzzy(node, terms)
        parts.append(terms.numbers[found])
    return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))


def _match_wildcard(pattern: str, terms: StringCodePoints) -> Int64Array:
    """Return the indexes of the `terms` that a wildcard matches.

    Between its stars a wildcard has parts of fixed length. The first and the last have a fixed
    place in each term. Each of the others may be matched where it occurs first: if a term matches
    at all, it does so with this choice.
    """
    letters, starts, lengths = terms.letters, terms.starts, terms.lengths
    first, *others = pattern.split("*")
    min_length = len(pattern) - len(others)
    found = np.flatnonzero(lengths >= min_length if others else lengths == len(first))
    if first.strip("?"):
        found = found[_occurs_at(first, letters, starts[found])]
    if not others:
        return found
    *between, last = others
    ends = starts + (lengths - len(last))
    if last.strip("?"):
        found = found[_occurs_at(last, letters, ends[found])]
    return found[_in_order(between, terms, found, len(first), ends)] if between else found


def _in_order(
    parts: list[str], terms: StringCodePoints, chosen: Int64Array, begin: int, ends: Int64Array
) -> Int64Array:
    """Return which of the `chosen` terms contain `parts` in this order.

    The parts must lie between the letter `begin` of a term and its end in `ends`.
    """
    found = np.arange(chosen.size)
    reached, end = terms.starts[chosen] + begin, ends[chosen]
    for part in parts:
        if part.strip("?"):
            occurrences = _find_all(part, terms.letters)
            if occurrences.size < reached.size:  # first drop the terms that have none: it is faster
                has_one = np.zeros(terms.starts.size, np.bool_)
                has_one[np.searchsorted(terms.starts, occurrences, side="right") - 1] = True
                kept = np.flatnonzero(has_one[chosen[found]])
                found, reached, end = found[kept], reached[kept], end[kept]
            # The end of all letters follows the last occurrence: it lies behind every `end`.
            following = np.append(occurrences, terms.letters.size)
            reached = following[np.searchsorted(occurrences, reached)]
        reached += len(part)
        kept = np.flatnonzero(reached <= end)
        found, reached, end = found[kept], reached[kept], end[kept]
    return found


def _occurs_at(part: str, letters: Integers, offsets: Int64Array) -> Int64Array:
    """Return which of `offsets` into `letters` have `part`, in which "?" is any letter.

    The last letter is compared first: after a common prefix, the first would rule out nothing.
    """
    found = np.arange(offsets.size)
    for shift in reversed(range(len(part))):
        if part[shift] != "?":
            found = found[letters.take(offsets[found] + shift) == ord(part[shift])]
    return found


def _find_all(part: str, letters: Integers) -> Int64Array:
    """Return all offsets of `part` in `letters`, ascending; it has a letter that is not "?"."""
    shift = len(part) - len(part.lstrip("?"))
    n_offsets = letters.size - len(part) + 1
    found = np.flatnonzero(letters[shift : max(n_offsets, 0) + shift] == ord(part[shift]))
    return found[_occurs_at(part, letters, found)]


def _match_fuzzy(node: Fuzzy, terms: StringCodePoints) -> Int64Array:
    """Return the indexes of the `terms` within the distance of a fuzzy word."""
    target = [ord(letter) for letter in node.term]
    parts = [np.empty(0, np.int64)]
    for length in range(max(len(target) - node.distance, 0), len(target) + node.distance + 1):
        of_length = np.flatnonzero(terms.lengths == length)
        starts = terms.starts[of_length]
        near = _within_distance(target, node.distance, terms.letters, starts, length)
        parts.append(of_length[near])
    return np.sort(np.concatenate(parts))


def _within_distance(
    target: list[int], max_distance: int, letters: Integers, starts: Int64Array, length: int
) -> Int64Array:
    """Return which terms are within `max_distance` of `target`.

    The terms have `length` letters each and begin at `starts` in `letters`.

    This computes the table of optimal string alignment (see `query.term_matching.edit_distance`)
    for all terms at once, with a column for each of their letters. Only a band of it is computed
    (E. Ukkonen: Algorithms for Approximate String Matching, 1985): the cells from which the last
    one can still be reached within the distance. A cell is named by its diagonal, which is the
    number of letters of the term minus those of the target that lie before it. Terms without a
    cell in reach are dropped after each column.
    """
    last_diagonal = length - len(target)
    band = [
        diagonal
        for diagonal in range(max_distance, -max_distance - 1, -1)
        if abs(diagonal) + abs(last_diagonal - diagonal) <= max_distance
    ]
    # No cell is greater than this. Narrow integers take less memory and time.
    small = np.min_scalar_type(length + len(target) + 1)
    found = np.arange(starts.size)
    cells: dict[int, Integers] = {
        diagonal: np.full(starts.size, -diagonal, small)
        for diagonal in band
        if 0 <= -diagonal <= len(target)
    }
    before: dict[int, Integers] = {}
    here = last = np.empty(0, letters.dtype)
    for column in range(1, length + 1):
        if not starts.size:
            break
        last, here = here, letters.take(starts + (column - 1))
        two_before, before = before, cells
        cells = _next_column(target, band, column, (here, last), (before, two_before), small=small)
        within = [
            cell <= max_distance - abs(last_diagonal - diagonal) for diagonal, cell in cells.items()
        ]
        alive = np.flatnonzero(np.logical_or.reduce(within))
        if alive.size < starts.size:
            starts, found, here = starts[alive], found[alive], here[alive]
            cells, before = (
                {diagonal: cell[alive] for diagonal, cell in each.items()}
                for each in (cells, before)
            )
    return found


def _next_column(
    target: list[int],
    band: list[int],
    column: int,
    letters: tuple[Integers, Integers],
    columns: tuple[dict[int, Integers], dict[int, Integers]],
    *,
    small: np.dtype[Any],
) -> dict[int, Integers]:
    """Return the cells of a column, by diagonal, for all terms.

    `letters` are the letter of each term at this column and at the one before, `columns` the cells
    of the column before and of the one before that, and `small` is the dtype of the cells.
    """
    here, last = letters
    before, two_before = columns
    cells: dict[int, Integers] = {}
    for diagonal in band:
        row = column - diagonal
        if row == 0:
            cells[diagonal] = np.full(here.size, column, small)
        elif 0 < row <= len(target):
            cell = cells[diagonal] = before[diagonal] + (here != target[row - 1])
            for neighbour in (before.get(diagonal - 1), cells.get(diagonal + 1)):
                if neighbour is not None:  # a letter inserted, a letter left out
                    np.minimum(cell, neighbour + 1, out=cell)
            if row > 1 and diagonal in two_before:
                is_swapped = (last == target[row - 1]) & (here == target[row - 2])
                np.minimum(cell, two_before[diagonal] + 1, out=cell, where=is_swapped)
    return cells
