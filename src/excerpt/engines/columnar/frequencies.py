"""A leaf of a query on a segment → how often it occurs in each passage, and what that says there.

Of a word that stands in few passages these are listed. Of one that stands in many, what it says in each passage is one
column of 32 bits, which the view keeps: queries add up columns, and score the best few passages again, to the last bit,
from the words that stand in them.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.stream import BARRIER, Stream
from excerpt.engines.columnar.view import View
from excerpt.engines.columnar.wordset import WordSet
from excerpt.query.tree import Operand
from excerpt.ranking import half, saturated, word_frequency

__all__ = [
    "Column",
    "ColumnCache",
    "Excerpts",
    "Frequencies",
    "Lengths",
    "Listed",
    "counted_units",
    "look_up",
    "summed",
]


class Lengths:
    """The number of words of each passage of a segment, as `ranking` needs it: with the `average` of the whole index."""

    def __init__(self, words: Array, average: float) -> None:
        self.n = words.size
        self._halves = half(words, average) if average else None

    def saturation(self, frequency: Array, passages: Array) -> Array:
        """See `ranking.saturation`; for each of `passages`. Where there is no word at all nothing says anything."""
        if self._halves is None:
            return np.zeros(passages.size)
        return np.asarray(saturated(frequency, self._halves[passages]))


class Excerpts:
    """The words of some passages, row by row, each with the `ahead` positions that follow it and a barrier at its end.

    `entries` are all of them one after the other, `first` where each row begins, `n_own` how many of a row are the
    passage's own.
    """

    def __init__(self, body: Stream, passages: Array, ahead: int = 0) -> None:
        starts = body.unit_starts[passages]
        ends = body.unit_starts[passages + 1]
        lengths = np.minimum(ends + ahead, body.n_positions) - starts + 1
        stops = np.cumsum(lengths)
        self.first = stops - lengths
        self.n_own = ends - starts
        at = np.arange(stops[-1] if stops.size else 0)
        at += np.repeat(starts - self.first, lengths)
        at[stops - 1] = 0
        self.entries = body.entries_at(at)
        self.entries[stops - 1] = BARRIER
        self._lengths = lengths

    @cached_property
    def row_of(self) -> Array:
        """The row of each entry."""
        return np.repeat(np.arange(self._lengths.size), self._lengths)

    @cached_property
    def numbers(self) -> Array:
        """How many words stand before each entry in its row."""
        is_word = self.entries != BARRIER
        before: Array = np.cumsum(is_word) - is_word
        numbers: Array = before - before[self.first][self.row_of]
        return numbers

    def count(self, words: WordSet) -> Array:
        """How many of `words` stand in each passage (float64); rows must have nothing ahead."""
        if not self.first.size:
            return np.empty(0)
        return np.add.reduceat(words.holds(self.entries), self.first, dtype=np.float64)


class Frequencies(Protocol):
    """How often a leaf occurs in the live passages of a segment.

    `passages` have it in their own words, in their title or in their headings; `own` in their own words.
    """

    @property
    def n_own(self) -> int:
        """How many passages have it in their own words."""

    @property
    def n_occurrences(self) -> int:
        """How often they have it."""

    @property
    def size(self) -> int:
        """How many passages have it."""

    @property
    def is_aside(self) -> bool:
        """Whether some have it in title or headings alone."""

    @property
    def passages_aside(self) -> Array:
        """Those, ascending."""

    @property
    def passages(self) -> Array:
        """The passages that have it, ascending."""

    @property
    def own(self) -> Array:
        """Those that have it in their own words, ascending."""

    def is_in(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it."""

    def is_own(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it in its own words."""

    def roughly(self, passages: Array) -> Array:
        """Its saturation in each of the ascending `passages`, in 32 bits or better."""

    def exactly(self, passages: Array, excerpts: Excerpts) -> Array:
        """Its saturation in each of the ascending `passages`, whose words are in `excerpts` (float64)."""


def look_up(keys: Array, values: Array, asked: Array) -> Array:
    """The value of each of `asked` (ascending, like `keys`); 0 where there is none."""
    if keys is asked:
        return values
    if not keys.size:
        return np.zeros(asked.size)
    at = keys.searchsorted(asked)
    at[at == keys.size] = 0
    return np.where(keys[at] == asked, values[at], 0)


class Listed:
    """Frequencies of a leaf that stands in few passages: `frequency` in each of the ascending `passages` (float64).

    It occurs `n_occurrences` times in their own words.

    `aside` says for each whether it has it in title or headings alone; None: none has.
    """

    def __init__(
        self,
        passages: Array,
        frequency: Array,
        n_occurrences: int,
        lengths: Lengths,
        aside: Array | None = None,
    ) -> None:
        self.passages = passages
        self.n_occurrences = n_occurrences
        self.frequency = frequency
        self._aside = aside
        self._lengths = lengths

    @cached_property
    def own(self) -> Array:
        """Those that have it in their own words, ascending."""
        return self.passages if self._aside is None else self.passages[~self._aside]

    @property
    def n_own(self) -> int:
        """How many passages have it in their own words."""
        return int(self.own.size)

    @property
    def size(self) -> int:
        """How many passages have it."""
        return int(self.passages.size)

    @property
    def is_aside(self) -> bool:
        """Whether some have it in title or headings alone."""
        return self._aside is not None

    @property
    def passages_aside(self) -> Array:
        """Those, ascending."""
        return self.passages[:0] if self._aside is None else self.passages[self._aside]

    @cached_property
    def saturation(self) -> Array:
        """Of each passage (float64)."""
        return self._lengths.saturation(self.frequency, self.passages)

    def is_in(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it."""
        return _is_member(passages, self.passages)

    def is_own(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it in its own words."""
        return _is_member(passages, self.own)

    def roughly(self, passages: Array) -> Array:
        """Its saturation in each of the ascending `passages`, in 32 bits or better."""
        return look_up(self.passages, self.saturation, passages)

    def exactly(self, passages: Array, excerpts: Excerpts) -> Array:  # noqa: ARG002 - it knows without
        """Its saturation in each of the ascending `passages`, whose words are in `excerpts` (float64)."""
        return self.roughly(passages)


class Column:
    """Frequencies of a word that stands in many passages, as saturations for all (float32, 0 where it is not).

    `stems` and `exact` are what is counted to tell them exactly, `context` the passages with more in title and headings,
    and how much.
    """

    def __init__(
        self,
        listed: Listed,
        words: tuple[WordSet, WordSet | None],
        context: tuple[Array, Array],
        lengths: Lengths,
    ) -> None:
        self.saturation = np.zeros(lengths.n, np.float32)
        self.saturation[listed.passages] = listed.saturation
        self.n_own = listed.n_own
        self.size = listed.size
        self.n_occurrences = listed.n_occurrences
        self.passages_aside = listed.passages_aside
        self._words, self._context, self._lengths = words, context, lengths

    @property
    def is_aside(self) -> bool:
        """Whether some have it in title or headings alone."""
        return self.passages_aside.size > 0

    @property
    def passages(self) -> Array:
        """The passages that have it, ascending."""
        return np.flatnonzero(self.saturation > 0)  # of booleans: ten times as fast as of numbers

    @property
    def own(self) -> Array:
        """Those that have it in their own words, ascending."""
        found = self.passages
        return found[self.is_own(found)] if self.is_aside else found

    def is_in(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it."""
        return np.asarray(self.saturation.take(passages) > 0)

    def is_own(self, passages: Array) -> Array:
        """For each of the ascending `passages` whether it has it in its own words."""
        found = self.is_in(passages)
        return found & ~_is_member(passages, self.passages_aside) if self.is_aside else found

    def roughly(self, passages: Array) -> Array:
        """Its saturation in each of the ascending `passages`, in 32 bits or better."""
        return self.saturation.take(passages)

    def exactly(self, passages: Array, excerpts: Excerpts) -> Array:
        """Its saturation in each of the ascending `passages`, whose words are in `excerpts` (float64)."""
        stems, exact = self._words
        n_stems = excerpts.count(stems)
        if exact is None:
            return self._lengths.saturation(n_stems, passages)
        frequency = word_frequency(n_stems, excerpts.count(exact), 0, 0)
        if self._context[0].size:
            frequency = frequency + look_up(*self._context, passages)
        return self._lengths.saturation(frequency, passages)


class ColumnCache:
    """The columns that were asked for last, up to so many bytes."""

    def __init__(self, n_bytes: int = 96_000_000) -> None:
        self._most = n_bytes
        self._n_bytes = 0
        self._columns: dict[tuple[int, Operand], Column] = {}

    def get(self, view: View, leaf: Operand) -> Column | None:
        """The column of `leaf` in `view`, if it is kept."""
        column = self._columns.pop((view.number, leaf), None)
        if column is not None:
            self._columns[view.number, leaf] = column  # the last to be dropped
        return column

    def keep(self, view: View, leaf: Operand, column: Column) -> None:
        """Keep the `column`, and drop what is then too much."""
        self._columns[view.number, leaf] = column
        self._n_bytes += column.saturation.nbytes
        while self._n_bytes > self._most:
            self._n_bytes -= self._columns.pop(next(iter(self._columns))).saturation.nbytes


def _is_member(needles: Array, stack: Array) -> Array:
    if needles is stack:
        return np.ones(needles.size, np.bool_)
    if not stack.size:
        return np.zeros(needles.size, np.bool_)
    found = stack.searchsorted(needles)
    found[found == stack.size] = 0
    return np.asarray(stack[found] == needles)


def counted_units(units: Array) -> tuple[Array, Array]:
    """The distinct of the ascending `units`, and how often each is there (float64)."""
    first = np.flatnonzero(np.diff(units, prepend=-1))
    return units[first], np.diff(np.append(first, units.size)).astype(np.float64)


def summed(parts: Sequence[tuple[Array, Array | None]], n_units: int) -> tuple[Array, Array]:
    """The units of all `parts`, ascending, with the sum of their numbers in each (float64); None stands for ones."""
    full = [
        (units, np.ones(units.size) if numbers is None else numbers.astype(np.float64))
        for units, numbers in parts
        if units.size
    ]
    if not full:
        return np.empty(0, np.int64), np.empty(0)
    if len(full) == 1:
        return full[0]
    units = np.concatenate([units for units, _ in full])
    numbers = np.concatenate([numbers for _, numbers in full])
    if units.size * 16 < n_units:
        order = np.argsort(units, kind="stable")
        units, numbers = units[order], numbers[order]
        first = np.flatnonzero(np.append(True, units[1:] != units[:-1]))
        return units[first], np.add.reduceat(numbers, first)
    sums = np.bincount(units, weights=numbers, minlength=n_units)
    units = np.flatnonzero(sums > 0)
    return units, sums[units]
