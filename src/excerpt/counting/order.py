"""The lines of a concordance → their numbers in a given order, computed as far as it is read.

Sorting all lines by five words would look up five words of each and the text of every term.
Instead, lines are put into groups by the nearest word, and only the groups that are reached are
sorted by the next words. The first screen of 150,000 lines then takes about as long as looking up
one word of each.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, get_args

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.engines import DocumentFields, Lines

__all__ = ["KEY_WORDS", "SORTS", "Sort", "ordered_lines"]

Sort = Literal["path", "left", "right", "date"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
KEY_WORDS: Final = 5
"""Words on one side by which lines are sorted, however many are displayed."""
_BATCH: Final = 2048
"""Lines that are sorted by all words at once. A group that is larger is divided by its next word:
this takes one look-up for each line, sorting takes one for each of up to five words."""


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
        batches = _by_words(lines, everything, distances, skip)
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


def _date_ranks(fields: DocumentFields) -> Int64Array:
    """Return the rank of each document by its first and last day, undated ones last.

    Documents with the same days have the same rank.
    """
    first, last = fields.first_days, fields.last_days
    is_undated = first > last
    first, last = (np.where(is_undated, 0, days) for days in (first, last))
    order = np.lexsort((last, first, is_undated))
    is_new = np.zeros(order.size, np.bool_)
    for days in (is_undated, first, last):
        is_new[1:] |= np.diff(days[order].astype(np.int64)) != 0
    ranks = np.empty(order.size, np.int64)
    ranks[order] = np.cumsum(is_new)
    return ranks


def _by_words(
    lines: Lines, numbers: Int64Array, distances: Sequence[int], skip: int
) -> Iterator[Int64Array]:
    """Yield `numbers`, which are in the order of ties, by the words at `distances`.

    The first `skip` lines are yielded too, but not sorted.
    """
    if numbers.size <= _BATCH or not distances:
        yield _sorted_by_words(lines, numbers, distances) if skip < numbers.size else numbers
        return
    ranks = _term_ranks(lines, [lines.word_numbers(numbers, distances[0])])[0]
    numbers = numbers[np.argsort(ranks, kind="stable")]
    # Neighbouring groups are sorted together, up to the size of a batch.
    start = end = 0
    for size in np.bincount(ranks).tolist():
        if end > start and end - start + size > _BATCH:
            yield from _group(lines, numbers[start:end], distances, skip - start)
            start = end
        end += size
    yield from _group(lines, numbers[start:end], distances, skip - start)


def _group(
    lines: Lines, numbers: Int64Array, distances: Sequence[int], skip: int
) -> Iterator[Int64Array]:
    """Yield `numbers` by the words at `distances`: one large group, or several small ones."""
    if numbers.size > _BATCH:  # they have the same first word
        yield from _by_words(lines, numbers, distances[1:], skip)
    elif skip < numbers.size:
        yield _sorted_by_words(lines, numbers, distances)
    else:
        yield numbers


def _sorted_by_words(lines: Lines, numbers: Int64Array, distances: Sequence[int]) -> Int64Array:
    """Return `numbers` by the words at all `distances`; with equal words, they stay in order."""
    if not distances or numbers.size < 2:
        return numbers
    ranks = _term_ranks(lines, [lines.word_numbers(numbers, distance) for distance in distances])
    return numbers[np.lexsort(ranks[::-1])]


def _term_ranks(lines: Lines, columns: Sequence[Int64Array]) -> list[Int64Array]:
    """Return, for each of the words in `columns`, the rank of its term among all of these terms.

    Ranks count from 1; those of word 0 are 0. They are of the narrowest dtype, since NumPy sorts
    16-bit numbers ten times as fast.
    """
    n_words = 1 + max(int(words.max(initial=0)) for words in columns)
    is_present = np.zeros(n_words, np.bool_)
    for words in columns:
        is_present[words] = True
    is_present[0] = False
    present = np.flatnonzero(is_present)
    terms = lines.terms(present)
    rank_of = {term: rank for rank, term in enumerate(sorted(set(terms)), 1)}
    ranks = np.zeros(n_words, np.min_scalar_type(len(rank_of)))
    ranks[present] = [rank_of[term] for term in terms]
    return [ranks[words] for words in columns]
