"""The form ids of a stream → the postings of its form groups, stems and pairs of frequent words.

Each function maps the token at each position to the number of its list, and has the lists inverted
and encoded. `format.postings` explains the encoding.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import numpy as np

from excerpt.index.arrays import Integers, Sizes, UInt32Array
from excerpt.index.format.form_ids import BARRIER, PackedFormIds
from excerpt.index.format.pair_postings import PAIRS
from excerpt.index.format.postings import PostingsEncoder
from excerpt.index.format.stem_postings import STEMS, WITH_LIST
from excerpt.index.format.token_stream import BODY
from excerpt.index.write.inverter import Inverter, list_ranges
from excerpt.index.write.units import Units
from excerpt.storage.columns import Column

__all__ = ["group_postings", "invert", "pair_postings", "stem_postings"]

PAIR_SHARE: Final = 400
"""A term makes pairs if at least one token in 400 belongs to it, ..."""
PAIR_MIN_TOKENS: Final = 2000
"""... and it has 2000 tokens in the segment. It takes little time to read the positions of a rarer
term."""
_MAX_PAIR_TERMS: Final = 255
"""The numbers of the pairs of 255 terms, and one more for "no pair", fit 16 bits."""
STEM_SHARE: Final = 256
"""A stem has a list if it has a token for each 256 passages of the segment. It takes little time to
add up the postings of a rarer stem."""


def invert(
    name: str,
    list_ids: Callable[[], Iterable[Integers]],
    units: Units,
    ranges: Iterable[tuple[int, int]],
    *,
    has_offsets: bool = True,
) -> Iterator[Column]:
    """Yield the columns of the postings `name`.

    list_ids  returns, each time it is called, the list of every position of the stream (unsigned,
              in parts of any size); a number after the last list stands for none
    ranges    consecutive ranges of lists; each is inverted in a pass of its own
    """
    encoder = PostingsEncoder(units.n, has_offsets=has_offsets)
    for begin, end in ranges:
        inverter = Inverter(begin, end)
        for part in list_ids():
            inverter.add(part)
        for first, last in inverter.ranges():
            lists, positions = inverter.tokens(first, last)
            units_of = units.at(positions)
            positions -= units.offsets.take(units_of)
            encoder.add(lists, units_of, positions, inverter.n_tokens[first:last])
        del inverter  # the largest part of the memory of a build; what follows needs some too
    yield from encoder.columns(name)


def group_postings(
    name: str, form_ids: PackedFormIds, units: Units, group_of: UInt32Array, n_tokens: Sizes
) -> Iterator[Column]:
    """Yield the columns of the postings of form groups in the stream `name`.

    group_of  the group of each form id; that of the barrier is not used
    n_tokens  the number of tokens of each group in the stream
    """
    list_of = group_of.copy()
    list_of[BARRIER] = n_tokens.size
    if name != BODY:
        groups = np.flatnonzero(n_tokens)
        yield f"{name}.groups", groups.astype(np.uint32)
        number_of = np.full(n_tokens.size + 1, groups.size, np.uint32)
        number_of[groups] = np.arange(groups.size)
        list_of, n_tokens = number_of[list_of], n_tokens[groups]
    list_ids = partial(form_ids.look_up, list_of)
    yield from invert(f"{name}.postings", list_ids, units, list_ranges(n_tokens))


def stem_postings(
    form_ids: PackedFormIds,
    units: Units,
    group_of: UInt32Array,
    stem_of: UInt32Array,
    n_tokens: Sizes,
) -> Iterator[Column]:
    """Yield the columns of the postings of frequent stems with several form groups in the body.

    group_of  the group of each form id
    stem_of   the stem of each group
    n_tokens  the number of tokens of each group in the body
    """
    n_groups = np.bincount(stem_of)
    n_tokens_of_stem = np.bincount(stem_of, weights=n_tokens).astype(np.int64)
    has_list = (n_groups > 1) & (n_tokens_of_stem * STEM_SHARE >= units.n)
    n = int(has_list.sum())
    number_of = np.where(has_list, np.cumsum(has_list) - 1, n)
    list_of = np.append(number_of[stem_of], n)[group_of].astype(np.uint32)
    list_of[BARRIER] = n
    yield WITH_LIST, np.flatnonzero(has_list).astype(np.uint32)
    list_ids = partial(form_ids.look_up, list_of)
    ranges = list_ranges(n_tokens_of_stem[has_list])
    yield from invert(STEMS, list_ids, units, ranges, has_offsets=False)


def pair_postings(
    form_ids: PackedFormIds, units: Units, first_forms: UInt32Array, n_tokens: Sizes
) -> Iterator[Column]:
    """Yield the columns of the postings of pairs of frequent words in the body.

    first_forms  the first form id of each term, and the end of those of the last
    n_tokens     the number of tokens of each form id
    """
    offsets = first_forms[: _MAX_PAIR_TERMS + 1].astype(np.int64)
    n_before = np.concatenate(([0], np.cumsum(n_tokens[: offsets[-1]])))
    is_rare = np.diff(n_before[offsets]) < max(form_ids.n // PAIR_SHARE, PAIR_MIN_TOKENS)
    n = int(is_rare.argmax()) if is_rare.any() else is_rare.size
    term_of = np.full(n_tokens.size, n, np.uint16)
    term_of[offsets[0] : offsets[n]] = np.repeat(np.arange(n), np.diff(offsets[: n + 1]))

    def list_ids() -> Iterator[Integers]:
        for terms in form_ids.look_up(term_of, lookahead=1):
            yield _pairs(terms, n)

    # Few positions begin a pair, some in a hundred, so one pass does for all lists.
    yield from invert(PAIRS, list_ids, units, [(0, n * n)])


def _pairs(terms: Integers, n: int) -> Integers:
    """Return the pair that each of `terms` (uint16) makes with the next; n² stands for no pair.

    The last term has no next one, so there is one pair less than terms.
    """
    pairs = np.full(terms.size - 1, n * n, np.uint16)
    first = np.flatnonzero((terms[:-1] < n) & (terms[1:] < n))
    pairs[first] = terms[first] * np.uint16(n) + terms[first + 1]
    return pairs
