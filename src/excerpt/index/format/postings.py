"""Postings lists ⇄ columns: the units in which something occurs, how often, and where.

Each list belongs to a form group, a stem or a pair of words, numbered from 0. Units are the parts
into which a token stream is cut, such as passages. A group that occurs twice in passage 3
(at its tokens 17 and 30) and once in passage 70 (at token 5) has this list:

    units        3  70      as gaps  4 67, the first one counted from unit -1
    frequencies  2  1
    offsets      17 30 5    of each token within its unit, barriers counted

Lists of one kind are concatenated in the columns of one name. Gaps take 8 bits in a list with at
least one unit in 32, and 16 bits with at least one in 4096; there nearly all of them fit. The units
of a rarer list are stored as they are. Frequencies take 4 bits; a list whose frequencies are all 1
has none. Offsets take 8 bits. `bit_packing` stores values that do not fit.

    NAME.starts       uint32, see below
    NAME.tail         uint32: the numbers of lists without starts
    NAME.units        of the rarest lists; uint16 if all units fit, else uint32
    NAME.gaps8        NAME.gaps16       packed into 8 and 16 bits, of the others
    NAME.frequencies  packed into 4 bits
    NAME.offsets      packed into 8 bits; not there for stems, which need no positions

Four elements of `starts` say where a list begins; those of the next list, or the last four, say
where it ends. In noisy text, three of four groups occur once, and they are the last ones: lists of
one token at the end, and empty lists after those, have no starts. `tail` says how many there are of
both. The four elements of a list are:

    unit       the number of units in all lists before it
    token      the number of tokens in all lists before it, which is its start in `offsets`
    gap        its start in `gaps8`, `gaps16` or `units`; in the last four, that of the next list
               of one token
    frequency  its start in `frequencies`
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.index.arrays import Frequencies, Integers, Offsets, Positions, Sizes, UnitIds
from excerpt.index.format.bit_packing import PackedArray, read_packed
from excerpt.storage.columns import Column, Columns

__all__ = ["PostingLists", "PostingsEncoder", "PostingsList"]

_GAPS8: Final = 32
"""A list with at least one unit in 32 has gaps of 8 bits, ..."""
_GAPS16: Final = 4096
"""... a rarer list with at least one in 4096 has gaps of 16 bits."""


_UNIT, _TOKEN, _GAP, _FREQUENCY, _SIZE = range(5)
"""Indexes into the four starts of a list, and their number."""


def _gap_bits(n_units: Integers, n_all_units: int) -> Integers:
    """Return the bits of a gap in lists of `n_units` of `n_all_units`; 32 for units as they are."""
    return np.where(
        n_units * _GAPS8 >= n_all_units, 8, np.where(n_units * _GAPS16 >= n_all_units, 16, 32)
    )


class PostingsEncoder:
    """Postings lists of a stream with `n_units` units, encoded as their tokens are added."""

    def __init__(self, n_units: int, *, has_offsets: bool = True) -> None:
        self._n_all_units = n_units
        self._gaps = {8: PackedArray(8), 16: PackedArray(16)}
        self._unit_dtype = np.uint16 if n_units <= 1 << 16 else np.uint32
        self._units: list[Integers] = [np.empty(0, self._unit_dtype)]
        self._frequencies = PackedArray(4)
        self._offsets = PackedArray(8) if has_offsets else None
        self._n_units: list[Sizes] = [np.empty(0, np.int64)]
        self._n_tokens: list[Sizes] = [np.empty(0, np.int64)]

    def add(self, list_ids: Integers, units: Integers, offsets: Integers, n_tokens: Sizes) -> None:
        """Append the next `n_tokens.size` lists, all of whose tokens are given in order.

        list_ids  the list of each token, counted from 0 in this call
        units     the unit of each token
        offsets   the position of each token within its unit
        n_tokens  the number of tokens of each list
        """
        is_first = np.ones(list_ids.size, np.bool_)
        is_first[1:] = (list_ids[1:] != list_ids[:-1]) | (units[1:] != units[:-1])
        first = np.flatnonzero(is_first)
        frequencies = np.diff(np.append(first, list_ids.size))
        list_ids, units = list_ids[first], units[first].astype(np.int64)
        n_units = np.bincount(list_ids, minlength=n_tokens.size)
        gaps = units + 1
        gaps[1:] -= np.where(list_ids[1:] == list_ids[:-1], units[:-1] + 1, 0)
        gap_bits = _gap_bits(n_units, self._n_all_units)[list_ids]
        for bits, packed in self._gaps.items():
            packed.add(gaps[gap_bits == bits])
        self._units.append(units[gap_bits == 32].astype(self._unit_dtype))
        self._frequencies.add(frequencies[(n_tokens != n_units)[list_ids]])
        if self._offsets:
            self._offsets.add(offsets)
        self._n_units.append(n_units)
        self._n_tokens.append(n_tokens)

    def columns(self, name: str) -> Iterator[Column]:
        """Yield the columns of all lists under `name`; each is released before the next is made."""
        n_units, n_tokens = np.concatenate(self._n_units), np.concatenate(self._n_tokens)
        n_tail = _n_tail(n_tokens)
        starts = np.zeros((n_units.size + 1, _SIZE), np.uint32)
        starts[1:, _UNIT] = np.cumsum(n_units)
        starts[1:, _TOKEN] = np.cumsum(n_tokens)
        gap_bits = _gap_bits(n_units, self._n_all_units)
        for bits in (8, 16, 32):
            lists = np.flatnonzero(gap_bits == bits)
            starts[lists, _GAP] = np.cumsum(n_units[lists]) - n_units[lists]
        starts[1:, _FREQUENCY] = np.cumsum(np.where(n_tokens != n_units, n_units, 0))
        yield f"{name}.starts", starts[: n_tokens.size - sum(n_tail) + 1].reshape(-1)
        yield f"{name}.tail", np.array(n_tail, np.uint32)
        yield f"{name}.units", np.concatenate(self._units)
        yield from self._gaps[8].columns(f"{name}.gaps8")
        yield from self._gaps[16].columns(f"{name}.gaps16")
        yield from self._frequencies.columns(f"{name}.frequencies")
        if self._offsets:
            yield from self._offsets.columns(f"{name}.offsets")


def _n_tail(n_tokens: Sizes) -> tuple[int, int]:
    """Return how many lists of one token there are at the end, and empty ones after those."""
    with_tokens = np.append(-1, np.flatnonzero(n_tokens))
    n_empty = n_tokens.size - 1 - int(with_tokens[-1])
    others = np.append(-1, np.flatnonzero(n_tokens[: n_tokens.size - n_empty] != 1))
    return n_tokens.size - n_empty - 1 - int(others[-1]), n_empty


class PostingLists:
    """The postings lists `name` of a stream with `n_units` units, read from its columns."""

    def __init__(self, columns: Columns, name: str, n_units: int) -> None:
        self._columns = columns
        self._name = name
        self._n_all_units = n_units
        self._starts = f"{name}.starts"
        self._n_with_starts = columns.length(self._starts) // _SIZE - 1
        self._n_single, n_empty = columns.read(f"{name}.tail").tolist()
        self.n = self._n_with_starts + self._n_single + n_empty

    def _bounds(self, list_id: int) -> list[int]:
        """Return the four starts of a list, and the four of the next one."""
        if list_id >= self._n_with_starts:
            return self._bounds_in_tail(list_id - self._n_with_starts)
        first = _SIZE * list_id
        bounds: list[int] = self._columns.read(self._starts, first, first + 2 * _SIZE).tolist()
        return bounds

    def _bounds_in_tail(self, number: int) -> list[int]:
        first = _SIZE * self._n_with_starts
        unit, token, gap, frequency = self._columns.read(self._starts, first).tolist()
        n = min(number, self._n_single)  # lists of one token before this one
        end = min(number + 1, self._n_single)
        start = (unit + n, token + n, gap + n, frequency)
        return [*start, unit + end, token + end, gap + end, frequency]

    def n_tokens(self, list_id: int) -> int:
        """Return the number of tokens of a list."""
        bounds = self._bounds(list_id)
        return bounds[_SIZE + _TOKEN] - bounds[_TOKEN]

    def n_tokens_between(self, first: Int64Array, last: Int64Array) -> Sizes:
        """Return the number of tokens of the lists `first[i]` to `last[i]` together, for each i."""
        return self._n_tokens_before(last) - self._n_tokens_before(first)

    def _n_tokens_before(self, list_ids: Int64Array) -> Sizes:
        with_starts = np.minimum(list_ids, self._n_with_starts)
        n_tokens = self._columns.take(self._starts, _SIZE * with_starts + _TOKEN).astype(np.int64)
        return np.asarray(n_tokens + np.minimum(list_ids - with_starts, self._n_single))

    def units(self, list_id: int) -> UnitIds:
        """Return the units of a list."""
        bounds = self._bounds(list_id)
        return self._units(bounds[_SIZE + _UNIT] - bounds[_UNIT], bounds[_GAP])

    def _units(self, n: int, start: int) -> UnitIds:
        if not n:
            return np.empty(0, np.int64)
        if n * _GAPS16 < self._n_all_units:
            return self._columns.read(f"{self._name}.units", start, start + n).astype(np.int64)
        bits = 8 if n * _GAPS8 >= self._n_all_units else 16
        gaps = read_packed(self._columns, f"{self._name}.gaps{bits}", bits, start, start + n)
        units = np.cumsum(gaps, dtype=np.int64)
        units -= 1
        return units

    def postings(self, list_id: int) -> tuple[UnitIds, Frequencies | None]:
        """Return the units of a list, and its frequency in each (None: always 1)."""
        return self._postings(self._bounds(list_id))

    def _postings(self, bounds: list[int]) -> tuple[UnitIds, Integers | None]:
        unit, token, gap, frequency, unit_end, token_end, _, frequency_end = bounds
        units = self._units(unit_end - unit, gap)
        if token_end - token == unit_end - unit:
            return units, None
        name = f"{self._name}.frequencies"
        return units, read_packed(self._columns, name, 4, frequency, frequency_end)

    def positions(self, list_id: int, unit_offsets: Offsets) -> Positions:
        """Return the positions of the tokens of a list, where units begin at `unit_offsets`."""
        bounds = self._bounds(list_id)
        units, frequencies = self._postings(bounds)
        first, last = bounds[_TOKEN], bounds[_SIZE + _TOKEN]
        offsets = read_packed(self._columns, f"{self._name}.offsets", 8, first, last)
        unit_starts = unit_offsets[units]
        if frequencies is not None:
            unit_starts = np.repeat(unit_starts, frequencies)
        return np.asarray(offsets + unit_starts)


PostingsList = tuple[PostingLists, int]
"""A list, by its number among those of the same name."""
