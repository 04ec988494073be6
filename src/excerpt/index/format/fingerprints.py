"""The words of a passage → one number, its fingerprint: passages with the same folded words in a row share it.

A sequence of numbers is told by Σ number · FACTOR^place modulo 2^64, mixed; first the bytes of each term, then the terms of
each passage. Two different sequences share a number with a chance of about 2^-64, so among ten million passages two that
differ are taken for the same once in 400,000 indexes. 0 is the fingerprint of a passage without words, which is like no other.

Numbers are the same in all segments, whatever their lexicons. Barriers are no words: what a section is changes nothing.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from excerpt.index.format.columns import Array
from excerpt.index.format.form_ids import PackedFormIds
from excerpt.index.read.segment import heads
from excerpt.index.write.inverter import Units
from excerpt.text.normalizer import fold

__all__ = ["column", "numbers_of", "order_columns"]

_FACTOR: Final = 0x9E3779B97F4A7C15
"""Odd, and far from any small power."""
_MIXERS: Final = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_FORMS: Final = 1 << 15
"""Forms that are looked at at once."""
_AT_ONCE: Final = 1 << 18
"""Numbers that are held in 64 bits at once."""


def column(of_form: Array, number_of: Array, entries: PackedFormIds, units: Units) -> Array:
    """The fingerprints (uint64) of the passages that are the `units` of `entries`, whose numbers are those of forms (the first
    of them the barrier) with the numbers `of_form` (see `numbers_of`)."""
    of_entry = np.empty_like(of_form)
    of_entry[number_of] = of_form
    starts = units.starts.astype(np.int64)
    ends = starts[1:]
    found = np.zeros(units.n, np.uint64)
    first = 0
    while first < units.n:
        begin = int(starts[first])
        last = max(first + 1, int(np.searchsorted(ends, begin + _AT_ONCE, side="right")))
        numbers = entries.part(begin, int(ends[last - 1]))
        is_word = numbers != 0
        before = np.concatenate(([0], np.cumsum(is_word)))
        found[first:last] = _told(
            of_entry.take(numbers[is_word]), before[starts[first:last] - begin]
        )
        first = last
    return found


def order_columns(fingerprints: Array) -> dict[str, Array]:
    """The columns by which the passages with some fingerprint are found: the passages in the order of their `fingerprints`, and the
    heads of these in this order."""
    order = np.argsort(fingerprints, kind="stable")
    return {
        "fingerprint_order": order.astype(np.uint32),
        "fingerprint_heads": heads(fingerprints[order]),
    }


def numbers_of(forms: Sequence[str]) -> Array:
    """A number for the term of each of `forms` (uint64)."""
    found = [np.empty(0, np.uint64)]
    for first in range(0, len(forms), _FORMS):
        some = forms[first : first + _FORMS]
        pieces = [f"{fold(form)}\n".encode("utf-8", "surrogatepass") for form in some]
        sizes = np.fromiter(map(len, pieces), np.int64, len(pieces))
        found.append(_told(np.frombuffer(b"".join(pieces), np.uint8), np.cumsum(sizes) - sizes))
    return np.concatenate(found)


def _told(numbers: Array, starts: Array) -> Array:
    """One number for each of the sequences in `numbers` that begin at `starts`; 0 for one without a number."""
    sizes = np.diff(np.append(starts, numbers.size))
    found = np.zeros(starts.size, np.uint64)
    if not numbers.size:
        return found
    powers = np.full(int(sizes.max()), _FACTOR, np.uint64)
    np.multiply.accumulate(powers, out=powers)
    places = np.arange(numbers.size) - np.repeat(starts, sizes)
    products = powers.take(places)
    products *= numbers
    is_any = sizes > 0
    found[is_any] = _mixed(np.add.reduceat(products, starts[is_any]))
    return found


def _mixed(numbers: Array) -> Array:
    """`numbers`, spread over all 64 bits (G. Steele, D. Lea, C. Flood: Fast Splittable Pseudorandom Number Generators,
    2014), and none of them 0."""
    for shift, factor in zip((30, 27), _MIXERS, strict=True):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(np.maximum(numbers ^ (numbers >> np.uint64(31)), 1))
