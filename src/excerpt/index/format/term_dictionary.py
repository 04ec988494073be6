"""The distinct words of a segment, read from its columns: forms, form groups, terms and stems.

    form    a word as written, in one language; tokens are form ids, and 0 is the barrier
    group   the forms of one language with the same term and the same stem: has postings
    term    a folded word (case and accents removed), with all its groups: an exact query word
    stem    a stem of one language, with all its groups: an ordinary query word

A segment with the German words "Zug" (twice) and "Zuge" and the English words "zug", "wars" and
"War" has these ids:

    form    1 Zug      2 zug      3 War      4 wars     5 Zuge
    group   0          1          2          3          4
    term    0 zug      0 zug      1 war      2 wars     3 zuge
    stem    0 de zug   2 en zug   1 en war   1 en war   0 de zug

Terms are numbered by falling frequency, groups by term and form ids by group. So the groups of a
term and the forms of a group are ranges, and frequent words have small ids. Stems are numbered in
sorted order. The columns:

    terms.utf8, terms.offsets   the terms, sorted
    terms.id                    the term id of each of these (uint32)
    terms.first_group           by term id, the first group; then the number of groups (uint32)
    groups.first_form           the first form id of each group; then the last one + 1 (uint32)
    groups.stem                 the stem id of each group (uint32)
    forms.utf8, forms.offsets   the forms in the order of their ids, from 1 on
    stems.utf8, stems.offsets   language, NUL, stem; by stem id, which is sorted
    stems.groups                the groups of each stem (uint32) ...
    stems.group_offsets         ... and where those of each begin (uint32)

Strings are found by bisection in the mapped file (see `string_column`); nothing is loaded.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from excerpt.index.arrays import FormIds, GroupIds, Int64Array, UInt32Array
from excerpt.index.format.columns import Columns
from excerpt.index.format.string_batch import StringBatch
from excerpt.index.format.string_column import StringColumn
from excerpt.text.normalizer import fold

__all__ = ["STEM_SEPARATOR", "TermDictionary"]

STEM_SEPARATOR = "\x00"
"""Between the language and the stem in a string of `stems`."""
_LAST_CODE_POINT = "\U0010ffff"


class TermDictionary:
    """The words of a segment, read as needed."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._terms = StringColumn(columns, "terms")
        self._stems = StringColumn(columns, "stems")
        self._forms = StringColumn(columns, "forms")
        self.n_forms = self._forms.n
        self.n_terms = self._terms.n
        self.n_groups = columns.length("groups.stem")

    def _range(self, name: str, number: int) -> range:
        return range(self._columns.item(name, number), self._columns.item(name, number + 1))

    # Terms

    def term_id(self, term: str) -> int:
        """Return the id of `term`, -1 if it does not occur in the segment."""
        rank = self._terms.find(term)
        return rank if rank < 0 else self._columns.item("terms.id", rank)

    def terms(self, term_ids: Int64Array) -> list[str]:
        """Return the terms with these ids."""
        return self._terms.strings_at(self._ranks_of_terms[term_ids])

    @cached_property
    def _ranks_of_terms(self) -> Int64Array:
        """The rank of each term among the sorted terms, by its id."""
        term_ids = self._columns.read("terms.id")
        ranks: Int64Array = np.empty(term_ids.size, np.int64)
        ranks[term_ids] = np.arange(term_ids.size)
        return ranks

    @cached_property
    def terms_of_forms(self) -> Int64Array:
        """The term id of each form id; -1 for the barrier."""
        first_groups = self._columns.read("terms.first_group")
        first_forms = self.first_forms[first_groups].astype(np.int64)
        terms: Int64Array = np.full(self.n_forms + 1, -1, np.int64)
        terms[1:] = np.repeat(np.arange(self.n_terms), first_forms[1:] - first_forms[:-1])
        return terms

    def groups_of_term(self, term: str) -> range:
        """Return the groups of `term`."""
        term_id = self.term_id(term)
        return range(0) if term_id < 0 else self.groups_of_term_id(term_id)

    def groups_of_term_id(self, term_id: int) -> range:
        """Return the groups of a term."""
        return self._range("terms.first_group", term_id)

    def term_batches(self, prefix: str = "") -> Iterator[StringBatch]:
        """Yield the terms that begin with `prefix`, sorted; `StringBatch.first` is a rank."""
        first, last = self._terms.bisect_left(prefix), self._terms.n
        limit = prefix.rstrip(_LAST_CODE_POINT)  # "b" follows "a" and U+10FFFF
        if limit:
            last = self._terms.bisect_left(limit[:-1] + chr(ord(limit[-1]) + 1))
        return self._terms.batches(first, last)

    def group_ranges(self, ranks: Int64Array) -> tuple[GroupIds, GroupIds]:
        """Return the first group, and the end of the groups, of each term.

        Terms are given by their ranks among the sorted terms.
        """
        term_ids = self._columns.take("terms.id", ranks).astype(np.int64)
        first, last = (
            self._columns.take("terms.first_group", term_ids + after) for after in (0, 1)
        )
        return first.astype(np.int64), last.astype(np.int64)

    # Stems

    def stem_id(self, language: str, stem: str) -> int:
        """Return the id of `stem` in `language`, -1 if it does not occur in the segment."""
        return self._stems.find(f"{language}{STEM_SEPARATOR}{stem}")

    def groups_of_stem(self, stem_id: int) -> list[int]:
        """Return the groups of a stem."""
        numbers = self._range("stems.group_offsets", stem_id)
        groups: list[int] = self._columns.read("stems.groups", numbers.start, numbers.stop).tolist()
        return groups

    def stem_of_group(self, group: int) -> tuple[str, str]:
        """Return the language and the stem of a group."""
        stem_id = self._columns.item("groups.stem", group)
        language, _, stem = self._stems.string(stem_id).partition(STEM_SEPARATOR)
        return language, stem

    # Forms

    def form(self, form_id: int) -> str:
        """Return the form with an id, which is not the barrier's."""
        return self._forms.string(form_id - 1)

    def forms(self) -> Iterator[str]:
        """Yield all forms in the order of their ids, from 1 on."""
        return self._forms.strings()

    def form_ids(self, form: str) -> list[int]:
        """Return the ids of `form`, one for each language in which it occurs."""
        candidates = (
            form_id
            for group in self.groups_of_term(fold(form))
            for form_id in self.forms_of_group(group)
        )
        return [form_id for form_id in candidates if self.form(form_id) == form]

    def forms_of_group(self, group: int) -> range:
        """Return the ids of the forms of a group."""
        return self._range("groups.first_form", group)

    def form_ranges(self, groups: GroupIds) -> tuple[FormIds, FormIds]:
        """Return the first form id, and the end of the form ids, of each of `groups` (int64)."""
        first, last = (self._columns.take("groups.first_form", groups + after) for after in (0, 1))
        return first.astype(np.int64), last.astype(np.int64)

    @property
    def first_forms(self) -> UInt32Array:
        """The first form id of each group, and the end of those of the last."""
        return self._columns.read("groups.first_form")

    def groups_of(self, form_ids: FormIds) -> GroupIds:
        """Return the group of each form; -1 for the barrier."""
        return np.searchsorted(self.first_forms, form_ids, side="right") - 1
