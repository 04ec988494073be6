"""The lines of a concordance → their numbers in a given order, computed as far as it is read.

Sorting all lines by five words would look up five words of each and the text of every term.
Instead, lines are put into groups by the nearest word. The groups come in the order of their terms,
and only those that are reached are sorted by the next words. The first screen of 150,000 lines then
takes about as long as looking up one word of each.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, Literal, get_args

import numpy as np

from excerpt.arrays import Array, Int64Array
from excerpt.engines import DocumentFields, Lines

__all__ = ["KEY_WORDS", "SORTS", "Sort", "ordered_lines", "ordered_ranks"]

Sort = Literal["path", "left", "right", "date"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
KEY_WORDS: Final = 5
"""Words on one side by which lines are sorted, however many are displayed."""
_FIRST_BATCH: Final = 64
"""Lines that are sorted by all words at once, at first; then twice as many each time."""
_BATCH: Final = 2048
"""The most lines that are sorted by all words at once. A group with more lines is divided by its
next word: this takes one look-up for each line, sorting takes one for each of up to five words."""


def ordered_lines(
    lines: Lines, sort: Sort, fields: DocumentFields, *, skip: int = 0
) -> Iterator[Int64Array]:
    """Yield the numbers of `lines` in the order of `sort`, in batches, without the first `skip`.

    By "left" or "right", lines are in the order of the words before or after them, the nearest
    first: of `KEY_WORDS` folded words, as far as the document has them. By "date", they are in the
    order of the first, then of the last day of their document; undated ones come last. Ties are
    broken by path and offset, which are the order of "path".

    Raises:
        ValueError: if the order is unknown.
    """
    if sort not in SORTS:
        raise ValueError(f"sort is one of {', '.join(SORTS)}")
    return _ordered(lines, sort, fields, skip)


def _ordered(lines: Lines, sort: Sort, fields: DocumentFields, skip: int) -> Iterator[Int64Array]:
    everything = np.arange(len(lines))
    if sort in {"left", "right"}:
        sign = -1 if sort == "left" else 1
        distances = [sign * (number + 1) for number in range(KEY_WORDS)]
        batches = _by_words(lines, everything, distances, skip) if everything.size else iter(())
    else:
        if sort == "date":
            everything = np.argsort(_date_ranks(fields)[lines.documents], kind="stable")
        batches = (
            everything[first : first + _BATCH] for first in range(0, everything.size, _BATCH)
        )
    for batch in batches:
        if skip < batch.size:
            yield batch[skip:]
        skip = max(0, skip - batch.size)


def ordered_ranks(counts: Int64Array, fields: DocumentFields, sort: str) -> Int64Array:
    """Return the ranks of the documents with a count in the order "-path", "date" or "-date".

    Undated documents come last. Documents with the same days are in the order of their ranks.
    """
    ranks = np.flatnonzero(counts)
    if sort == "-path":
        return ranks[::-1]
    first, last, is_undated = (days[ranks] for days in _days_of(fields))
    sign = -1 if sort == "-date" else 1
    return ranks[np.lexsort((sign * last, sign * first, is_undated))]


def _days_of(fields: DocumentFields) -> tuple[Int64Array, Int64Array, Array]:
    """Return the first and last day of each document, 0 if undated, and whether it is undated."""
    first, last = (days.astype(np.int64) for days in (fields.first_days, fields.last_days))
    is_undated = first > last
    return np.where(is_undated, 0, first), np.where(is_undated, 0, last), is_undated


def _date_ranks(fields: DocumentFields) -> Array:
    """Return the rank of each document by its first and last day, undated ones last.

    Documents with the same days have the same rank.
    """
    first, last, is_undated = _days_of(fields)
    order = np.lexsort((last, first, is_undated))
    is_new = np.zeros(order.size, np.bool_)
    for days in (is_undated, first, last):
        is_new[1:] |= np.diff(days[order]) != 0
    # Of the narrowest dtype, since NumPy sorts 16-bit numbers ten times as fast.
    ranks = np.empty(order.size, np.min_scalar_type(order.size))
    ranks[order] = np.cumsum(is_new)
    return ranks


def _by_words(
    lines: Lines, numbers: Int64Array, distances: Sequence[int], skip: int
) -> Iterator[Int64Array]:
    """Yield the ascending `numbers` by the words at `distances`.

    The first `skip` lines are yielded too, but not sorted.
    """
    if not distances:
        yield numbers
        return
    parts: list[Int64Array] = []
    n_parts, size, n_yielded = 0, _FIRST_BATCH, 0
    for group in _groups(lines, numbers, distances[0]):
        # Neighbouring groups are sorted together, up to the size of a batch.
        if parts and n_parts + group.size > size:
            yield from _batch(lines, parts, distances, skip - n_yielded)
            n_yielded += n_parts
            parts, n_parts, size = [], 0, min(2 * size, _BATCH)
        parts.append(group)
        n_parts += group.size
    if parts:
        yield from _batch(lines, parts, distances, skip - n_yielded)


def _groups(lines: Lines, numbers: Int64Array, distance: int) -> Iterator[Int64Array]:
    """Yield the ascending `numbers` in groups with the same word at a distance, by its term.

    Those without a word come first. The numbers of a group ascend.
    """
    words = lines.word_numbers(numbers, distance)
    present = _distinct(words)
    codes = np.zeros(int(present[-1]) + 1, np.min_scalar_type(present.size))  # see _date_ranks
    codes[present] = np.arange(present.size)
    of_lines = codes[words]
    ordered = numbers[np.argsort(of_lines, kind="stable")]
    ends = np.cumsum(np.bincount(of_lines))
    first = 0
    if present[0] == 0:
        yield ordered[: ends[0]]
        first = 1
    for same_term in lines.sorted_words(present[first:]):
        found = [
            ordered[0 if code == 0 else ends[code - 1] : ends[code]]
            for code in codes[same_term].tolist()
        ]
        yield found[0] if len(found) == 1 else np.sort(np.concatenate(found))


def _batch(
    lines: Lines, parts: Sequence[Int64Array], distances: Sequence[int], skip: int
) -> Iterator[Int64Array]:
    """Yield the lines of groups by the words at `distances`: one group, or several small ones."""
    numbers = parts[0] if len(parts) == 1 else np.concatenate(parts)
    if skip >= numbers.size:
        yield numbers
    elif numbers.size > _BATCH:  # it is one group, with the same first word
        yield from _by_words(lines, numbers, distances[1:], skip)
    else:
        yield _sorted_by_words(lines, numbers, distances)


def _sorted_by_words(lines: Lines, numbers: Int64Array, distances: Sequence[int]) -> Int64Array:
    """Return `numbers` by the words at all `distances`; with equal words, they stay in order."""
    if numbers.size < 2:
        return numbers
    ranks = _term_ranks(lines, [lines.word_numbers(numbers, distance) for distance in distances])
    return numbers[np.lexsort(ranks[::-1])]


def _term_ranks(lines: Lines, columns: Sequence[Int64Array]) -> list[Int64Array]:
    """Return, for each of the words in `columns`, the rank of its term among all of these terms.

    Ranks count from 1; those of word 0 are 0.
    """
    present = _distinct(np.concatenate(columns))
    groups = list(lines.sorted_words(present[present > 0]))
    ranks = np.zeros(int(present[-1]) + 1, np.int64)
    sizes = [len(group) for group in groups]
    ranks[list(chain.from_iterable(groups))] = np.repeat(np.arange(1, len(groups) + 1), sizes)
    return [ranks[words] for words in columns]


def _distinct(words: Int64Array) -> Int64Array:
    """Return the distinct ones of `words`, ascending."""
    is_present = np.zeros(int(words.max()) + 1, np.bool_)
    is_present[words] = True
    return np.flatnonzero(is_present)
