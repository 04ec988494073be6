"""Several postings lists of a segment → the sum of the frequencies in each unit."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from excerpt.index.arrays import DocIds, Frequencies, UnitIds, WeightedFrequencies
from excerpt.index.format.postings import PostingsList
from excerpt.index.sets import group_starts

__all__ = ["sum_lists", "sum_lists_at", "sum_postings"]

_DENSE: Final = 32
"""A table of all units pays off if at least one in 32 is looked up."""
_SPARSE_SUM: Final = 16
"""Sorting pays off, in place of a table of all units, if fewer than one in 16 have a frequency."""


def sum_lists(lists: Sequence[PostingsList], n_units: int) -> tuple[UnitIds, WeightedFrequencies]:
    """Return the units in any of `lists`, ascending, and the sum of the frequencies in each.

    `n_units` is the number of all units.
    """
    return sum_postings([each.postings(number) for each, number in lists], n_units)


def sum_lists_at(
    lists: Sequence[PostingsList], units: UnitIds, n_units: int
) -> WeightedFrequencies:
    """Return the sum of the frequencies in each of `units`, which contain those of all `lists`."""
    sums: WeightedFrequencies = np.zeros(units.size)
    for each, number in lists:
        sums += _align(*each.postings(number), units, n_units)
    return sums


def sum_postings(
    parts: Sequence[tuple[UnitIds, Frequencies | WeightedFrequencies | None]], n_units: int
) -> tuple[UnitIds, WeightedFrequencies]:
    """Return the units of several postings, ascending, and the sum of the frequencies in each.

    In place of frequencies, None stands for 1 in each unit; `n_units` is the number of all units.
    The sums are float64.
    """
    full: list[tuple[UnitIds, WeightedFrequencies]] = [
        (units, np.ones(units.size) if frequencies is None else frequencies.astype(np.float64))
        for units, frequencies in parts
        if units.size
    ]
    if not full:
        return np.empty(0, np.int64), np.empty(0)
    if len(full) == 1:
        return full[0]
    units = np.concatenate([units for units, _ in full])
    frequencies = np.concatenate([frequencies for _, frequencies in full])
    if units.size * _SPARSE_SUM < n_units:
        order = np.argsort(units, kind="stable")
        units, frequencies = units[order], frequencies[order]
        starts = group_starts(units)
        return units[starts], np.add.reduceat(frequencies, starts)
    # NumPy's type stubs overlook that the sums of weights are floats.
    sums = np.bincount(units, frequencies, n_units).astype(np.float64, copy=False)
    units = np.flatnonzero(sums > 0)
    return units, sums[units]


def _align(
    units: UnitIds, frequencies: Frequencies | None, wanted: DocIds, n: int
) -> WeightedFrequencies:
    """Return the frequency in each of the units `wanted`: 0 in one that is not among `units`.

    `units` are a subset of `wanted`. Without `frequencies`, that of each unit is 1. `n` is the
    number of all units.
    """
    if units.size == wanted.size:
        return np.ones(units.size) if frequencies is None else frequencies.astype(np.float64)
    if units.size * _DENSE > n:
        table: WeightedFrequencies = np.zeros(n, np.float32)
        table[units] = 1 if frequencies is None else frequencies
        return table.take(wanted)
    found: WeightedFrequencies = np.zeros(wanted.size)
    found[wanted.searchsorted(units)] = 1 if frequencies is None else frequencies
    return found
