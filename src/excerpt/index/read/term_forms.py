"""The written forms that a query term stands for in one segment, and where they occur.

A term of a query (a word, an exact form, a wildcard …) stands for *form groups*, which have
postings, and for *form ids*, which the token streams consist of. The form ids of a group are
consecutive, and so are those of all groups of a folded term. A set of form ids is therefore a few
ranges, and testing a token takes a few comparisons instead of a lookup in a set.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import FormIds, Positions, ShortFormIds, UnitIds, WeightedFrequencies
from excerpt.index.format.form_ids import RARE
from excerpt.index.format.term_dictionary import FormGroup, TermDictionary
from excerpt.index.format.token_stream import BODY, TokenStream
from excerpt.index.sets import distinct

__all__ = ["AnyForms", "TermForms", "WordTerms"]

_FEW_RANGES: Final = 24
"""Up to this number of ranges, comparing with each is faster than a binary search."""
_BLOCK: Final = 1 << 17
"""Positions scanned at a time, so that intermediate arrays stay in the processor's cache."""


class WordTerms(NamedTuple):
    """The forms in a segment that a query word stands for.

    forms          its forms
    as_typed       those of them that are the word as typed
    other_accents  those of them whose stem has other accents than that of the word as typed
    stem_ids       the stems whose groups all belong to it
    group_ids      the other groups of its forms
    """

    forms: "TermForms"
    as_typed: "TermForms"
    other_accents: "TermForms"
    stem_ids: tuple[int, ...]
    group_ids: tuple[int, ...]

    @property
    def n_bytes(self) -> int:
        """The estimated number of bytes in memory."""
        n_numbers = len(self.stem_ids) + len(self.group_ids)
        return 500 + 40 * n_numbers + sum(forms.n_bytes for forms in self[:3])


class TermForms:
    """A set of written forms of a segment.

    group_ids   the form groups that they belong to, ascending
    is_partial  True if only some forms of the groups belong to the set, so that the postings of
                the groups must be compared with the token stream
    term_id     the id of the term whose forms these are, -1 if they are not all forms of one term
    """

    def __init__(
        self,
        group_ids: Sequence[int],
        ranges: tuple[FormIds, FormIds] | TermDictionary,
        *,
        is_partial: bool = False,
        term_id: int = -1,
    ) -> None:
        """Make a set of the form ids of some `ranges`, or of whole groups of a dictionary.

        Ranges are given by their starts, ascending, and their ends (exclusive). They are disjoint.
        """
        self.group_ids = group_ids
        self.is_partial = is_partial
        self.term_id = term_id
        self._given = ranges

    @cached_property
    def ranges(self) -> tuple[FormIds, FormIds]:
        """The start and the end of each range; those of whole groups are rarely needed."""
        if isinstance(self._given, tuple):
            return self._given
        return self._given.form_ranges(np.array(self.group_ids, np.int64))

    @property
    def first(self) -> FormIds:
        """The first form id of each range, ascending."""
        return self.ranges[0]

    @property
    def end(self) -> FormIds:
        """The end of each range (exclusive)."""
        return self.ranges[1]

    @classmethod
    def of_groups(cls, dictionary: TermDictionary, group_ids: Iterable[int]) -> "TermForms":
        """Return all forms of some groups."""
        return cls(tuple(sorted(set(group_ids))), dictionary)

    @classmethod
    def of_term(cls, dictionary: TermDictionary, term: str) -> "TermForms":
        """Return all forms of a folded term: a single range."""
        found = dictionary.find_term(term)
        if not found.groups:
            return cls.of_groups(dictionary, ())
        form_ids = found.form_ids
        ranges = np.array([form_ids.start], np.int64), np.array([form_ids.stop], np.int64)
        return cls(tuple(found.groups), ranges, term_id=found.id)

    @classmethod
    def of_forms(cls, dictionary: TermDictionary, form_ids: Sequence[int] | FormIds) -> "TermForms":
        """Return these forms alone."""
        first = np.sort(np.array(form_ids, np.int64))
        group_ids = distinct(dictionary.groups_of(first))
        begins, ends = dictionary.form_ranges(group_ids)
        if int((ends - begins).sum()) == first.size:
            return cls(tuple(group_ids.tolist()), (begins, ends))
        return cls(tuple(group_ids.tolist()), (first, first + 1), is_partial=True)

    @classmethod
    def of_parts(cls, parts: Sequence[tuple[FormGroup, Sequence[int]]]) -> "TermForms":
        """Return some forms of each of some ascending groups."""
        group_ids = tuple(group.id for group, _ in parts)
        if all(len(form_ids) == len(group.forms) for group, form_ids in parts):
            ranges = [group.form_ids for group, _ in parts]
            first = np.array([each.start for each in ranges], np.int64)
            return cls(group_ids, (first, np.array([each.stop for each in ranges], np.int64)))
        first = np.array([form_id for _, form_ids in parts for form_id in form_ids], np.int64)
        return cls(group_ids, (first, first + 1), is_partial=True)

    @property
    def form_ids(self) -> FormIds:
        """The ids of all forms of the set, ascending."""
        sizes = self.end - self.first
        shifts = self.first - (np.cumsum(sizes) - sizes)
        return np.repeat(shifts, sizes) + np.arange(sizes.sum())

    @property
    def n_bytes(self) -> int:
        """The estimated number of bytes in memory."""
        n_ranges = self.first.size if self.is_partial else len(self.group_ids)
        return 700 + 40 * len(self.group_ids) + 16 * n_ranges

    def contains(self, form_ids: FormIds) -> Mask:
        """Return for each of `form_ids` whether it belongs to the set."""
        if not self.first.size:
            return np.zeros(form_ids.size, np.bool_)
        if self.first.size == 1:
            return np.asarray((form_ids >= self.first[0]) & (form_ids < self.end[0]))
        number = np.searchsorted(self.first, form_ids, side="right") - 1
        # For a form id below all ranges, `number` is -1: the last range, whose end decides nothing.
        return np.asarray((number >= 0) & (form_ids < self.end[number]))

    def occurs_between(self, stream: TokenStream, start: int, end: int) -> Mask:
        """Return for each position from `start` to `end` whether one of the forms occurs there."""
        found = self._contains_short(stream.short_form_ids(start, end))
        if self._has_rare:
            positions, form_ids = stream.rare_form_ids(start, end)
            found[positions - start] = self.contains(form_ids)
        return found

    def occurs_at(self, stream: TokenStream, positions: Positions) -> Mask:
        """Return for each of `positions` whether one of the forms occurs there.

        A position beyond the end of the stream has none.
        """
        short_form_ids = stream.short_form_ids_at(positions)
        found = self._contains_short(short_form_ids)
        if self._has_rare:
            rare = np.flatnonzero(short_form_ids == RARE)
            found[rare] = self.contains(stream.form_ids_at(positions[rare]))
        return found

    @property
    def _has_rare(self) -> bool:
        """True if some of the form ids do not fit 16 bits."""
        return bool(self.end.size and self.end[-1] > RARE)

    def _contains_short(self, short_form_ids: ShortFormIds) -> Mask:
        """Return for each of `short_form_ids` (uint16) whether it belongs to the set.

        This is False for `RARE`, which stands for any form id that does not fit 16 bits.
        """
        if self.first.size > _FEW_RANGES:
            return self.contains(short_form_ids.astype(np.int64)) & (short_form_ids < RARE)
        found = np.zeros(short_form_ids.size, np.bool_)
        for first, end in zip(self.first.tolist(), self.end.tolist(), strict=True):
            if first < RARE:
                # One comparison instead of two: in uint16, numbers below `first` wrap around to
                # large ones, which are not below the length of the range either.
                found |= short_form_ids - np.uint16(first) < np.uint16(min(end, RARE) - first)
        return found

    def n_tokens(self, stream: TokenStream) -> int:
        """Return the number of positions that the postings of the groups have in `stream`."""
        if len(self.group_ids) > _FEW_RANGES and stream.name == BODY:
            group_ids = np.array(self.group_ids, np.int64)
            return int(stream.n_tokens_between(group_ids, group_ids + 1).sum())
        return sum(map(stream.n_tokens, self.group_ids))

    def positions(self, stream: TokenStream) -> Positions:
        """Return the positions at which the forms occur in `stream`."""
        parts = [stream.positions(group_id) for group_id in self.group_ids]
        if not parts:
            return np.empty(0, np.int64)
        found = parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")
        return found[self.contains(stream.form_ids_at(found))] if self.is_partial else found

    def scan(self, stream: TokenStream) -> tuple[UnitIds, WeightedFrequencies]:
        """Return the units of `stream` in which the forms occur, and how often in each (float64).

        This scans the whole stream. For a very large set that is faster than reading the postings
        of each group.
        """
        # A table of the 16-bit form ids: +1 where a range begins, -1 where it ends, summed up.
        begins, ends = (np.minimum(side, RARE) for side in (self.first, self.end))
        steps = np.bincount(begins, minlength=RARE + 1) - np.bincount(ends, minlength=RARE + 1)
        is_in_set = np.cumsum(steps) > 0
        n = stream.n_positions
        occurs: Mask = np.empty(n, np.bool_)
        for start in range(0, n, _BLOCK):
            end = min(start + _BLOCK, n)
            is_in_set.take(stream.short_form_ids(start, end), out=occurs[start:end], mode="clip")
        if self._has_rare:
            positions, form_ids = stream.rare_form_ids(0, n)
            occurs[positions] = self.contains(form_ids)
        n_before: Int64Array = np.cumsum(np.append(False, occurs), dtype=np.uint32)
        frequencies = np.diff(n_before[stream.unit_offsets].astype(np.int64))
        units = np.flatnonzero(frequencies)
        return units, frequencies[units].astype(np.float64)


class AnyForms(TermForms):
    """All forms of a segment that a sign joins to the next word by some mark, or to none.

    They are too many to list, so each form is tested by its mark.
    """

    marks: tuple[str, ...]
    dictionary: TermDictionary

    @classmethod
    def with_marks(cls, dictionary: TermDictionary, marks: tuple[str, ...]) -> "AnyForms":
        """Return the forms with one of `marks`; "" stands for a form that is not joined."""
        ends = np.array([1], np.int64), np.array([dictionary.n_forms + 1], np.int64)
        forms = cls(range(dictionary.n_groups), ends, is_partial=True)
        forms.marks, forms.dictionary = marks, dictionary
        return forms

    def contains(self, form_ids: FormIds) -> Mask:
        """Return for each of `form_ids` whether it belongs to the set."""
        found = super().contains(form_ids)
        found[found] = self.dictionary.have_marks(form_ids[found], self.marks)
        return found

    def _contains_short(self, short_form_ids: ShortFormIds) -> Mask:
        return self.contains(short_form_ids.astype(np.int64)) & (short_form_ids < RARE)

    def n_tokens(self, stream: TokenStream) -> int:
        """Return more than the number of positions with the forms: other words are rarer."""
        return stream.n_positions

    def positions(self, stream: TokenStream) -> Positions:
        """Return the positions at which the forms occur in `stream`."""
        return np.flatnonzero(self.contains(stream.form_ids(0, stream.n_positions)))
