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

Terms are numbered by falling frequency in the body; of the same frequency, those with more groups
come first. Groups are numbered by term and form ids by group. So the groups of a term and the forms
of a group are ranges, frequent words have small ids, and the groups that occur once are the last
that occur in the body, whose postings take no space (see `postings`). Stems are numbered in sorted
order. The columns:

    terms              strings: the terms, sorted
    terms.id           the term id of each of these (see `wide_ids`)
    terms.rank         by term id, its number among the sorted terms, likewise
    terms.first_group  ascending: by term id, the first group; then the number of groups
    groups.first_form  ascending: the first form id of each group; then the last one + 1
    groups.stem        the stem id of each group, likewise
    forms              strings: the forms by id, from 1 on, as `stored_form` says, and then the mark
                       of those that a sign joins to the next word (see `text.compounds`)
    joined             strings: term, NUL, next term, where a sign joins these; sorted
    joined.filter      filter (see `string_filter`) of all these, of "term, NUL", and of "term, NUL,
                       first letter of the next term"
    languages          strings: the languages of the forms, sorted
    languages.first    the first stem of each language; then the number of stems (uint32)
    stems              strings without what they share with the one before: the stems, by stem id;
                       those of a language are sorted
    stems.has_accents  a bit for each stem: 1 if one of its forms has accents, or that form's stem
    stems.groups       the groups of each stem (see `wide_ids`) ...
    stems.first        ... and, ascending, where those of each begin

Strings are found by bisection in the mapped file (see `string_column`); nothing is loaded.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from excerpt import native
from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import FormIds, GroupIds, Offsets
from excerpt.index.format.ascending_column import AscendingColumn
from excerpt.index.format.main_stems import MainStems
from excerpt.index.format.string_batch import StringBatch
from excerpt.index.format.string_column import StringColumn, string_columns
from excerpt.index.format.string_filter import StringFilter, filter_column, hash_of
from excerpt.index.format.wide_ids import WideIds
from excerpt.storage.columns import Column, Columns
from excerpt.text.compounds import MARKS, split_mark
from excerpt.text.normalizer import fold, unaccented

__all__ = [
    "JOINED_SEPARATOR",
    "FormGroup",
    "TermDictionary",
    "joined_columns",
    "stored_form",
    "stored_forms",
]

JOINED_SEPARATOR = "\x00"
"""Between the two terms in a string of `joined`."""
_LAST_CODE_POINT = "\U0010ffff"
_CAPITALIZED, _UPPER = "\x01", "\x02"
"""Stored for a form that is its term capitalized, or in capitals; no word contains them."""


def stored_form(form: str, term: str) -> str:
    """Return the string stored for `form`, a form of `term`: mostly shorter than the form.

    >>> [stored_form(form, "zug") for form in ("zug", "Zug", "ZUG", "Züg")]
    ['', '\\x01', '\\x02', 'Züg']
    """
    if form == term:
        return ""
    for marker in (_CAPITALIZED, _UPPER):
        if form == _restored(marker, term):
            return marker
    return form


def stored_forms(forms: Sequence[str], terms: Sequence[str]) -> list[str]:
    """Return `stored_form` of each of `forms`."""
    found = [
        ""
        if form is term or form == term
        else _CAPITALIZED
        if form == capitalized
        else _UPPER
        if form == upper
        else form
        for form, term, capitalized, upper in zip(
            forms, terms, map(str.capitalize, terms), map(str.upper, terms), strict=True
        )
    ]
    # Outside of ASCII, capitalizing changes other letters, or into others, than `_restored` does.
    for number, is_ascii in enumerate(map(str.isascii, terms)):
        if not is_ascii and found[number]:
            found[number] = stored_form(forms[number], terms[number])
    return found


def _restored(stored: str, term: str) -> str:
    """Return the form of `term` for which `stored` is stored."""
    if stored == _CAPITALIZED:
        return term[:1].upper() + term[1:]
    if stored == _UPPER:
        return term.upper()
    return stored or term


def joined_columns(pairs: Sequence[str]) -> Iterator[Column]:
    """Yield the columns of the sorted pairs of terms that a sign joins."""
    yield from string_columns("joined", pairs, has_prefixes=True).items()
    ends = {(pair, pair.index(JOINED_SEPARATOR) + 1) for pair in pairs}
    beginnings = {pair[: end + n_letters] for pair, end in ends for n_letters in (0, 1)}
    yield "joined.filter", filter_column(beginnings.union(pairs))


class FormGroup(NamedTuple):
    """A group: its id, its language, and its forms with their ids."""

    id: int
    language: str
    form_ids: range
    forms: list[str]


class FoundTerm(NamedTuple):
    """A term that was looked up.

    id           its id, -1 if it does not occur in the segment
    groups       its form groups
    form_ids     the ids of its forms
    stem_ids     the stem of each group
    has_accents  whether any form of these stems, or the stem of the form, has accents
    """

    id: int
    groups: range
    form_ids: range
    stem_ids: tuple[int, ...]
    has_accents: bool


class FoundStem(NamedTuple):
    """A stem that was looked up.

    id           its id, -1 if it does not occur in the segment
    groups       its form groups
    has_accents  whether any form of the stem, or the stem of the form, has accents
    """

    id: int
    groups: tuple[int, ...]
    has_accents: bool


_EQUAL: Final = 2
"""Found by the kernel in place of 1 if a pair is the string itself."""
_NO_TERM: Final = FoundTerm(-1, range(0), range(0), (), has_accents=False)
_NO_STEM: Final = FoundStem(-1, (), has_accents=False)


class TermDictionary:
    """The words of a segment, read as needed.

    main_stems  the stems of its forms of unknown language; None if they are those of the segment

    With `opened`, the segment that the kernel has opened (see `kernel_layout`), words are looked up
    by the kernel. It finds the same, in a tenth of the time.
    """

    def __init__(
        self,
        columns: Columns,
        main_stems: MainStems | None = None,
        opened: object | None = None,
    ) -> None:
        self.main_stems = main_stems
        self._opened = opened
        self._columns = columns
        self._terms = StringColumn(columns, "terms")
        self._stems = StringColumn(columns, "stems")
        self._forms = StringColumn(columns, "forms")
        self._term_ids = WideIds(columns, "terms.id")
        self._term_ranks = WideIds(columns, "terms.rank")
        self._stem_ids = WideIds(columns, "groups.stem")
        self._groups_of_stems = WideIds(columns, "stems.groups")
        self._first_group = AscendingColumn(columns, "terms.first_group")
        self._first_form = AscendingColumn(columns, "groups.first_form")
        self._first_of_stem = AscendingColumn(columns, "stems.first")
        self.n_forms = self._forms.n
        self.n_groups = self._stem_ids.n
        self.n_terms = self._terms.n

    # Terms

    def find_term(self, term: str) -> FoundTerm:
        """Look up a term."""
        if native.kernel and self._opened:
            found = native.kernel.find_term(self._opened, term.encode("utf-8", "surrogatepass"))
            if found is not None:
                term_id, first, end, first_form, end_form, stem_ids, has_accents = found
                form_ids = range(first_form, end_form)
                return FoundTerm(term_id, range(first, end), form_ids, stem_ids, has_accents)
        term_id = self._find_id(term)
        if term_id < 0:
            return _NO_TERM
        groups = self.groups_of_term_id(term_id)
        form_ids = range(self._first_form.item(groups.start), self._first_form.item(groups.stop))
        stem_ids = tuple(map(self._stem_ids.item, groups))
        return FoundTerm(term_id, groups, form_ids, stem_ids, self._have_accents(stem_ids))

    def _find_id(self, term: str) -> int:
        rank = self._terms.find(term)
        return rank if rank < 0 else self._term_ids.item(rank)

    def term_id(self, term: str) -> int:
        """Return the id of `term`, -1 if it does not occur in the segment."""
        return self.find_term(term).id if self._opened else self._find_id(term)

    def ranks(self, term_ids: Int64Array) -> Int64Array:
        """Return the ranks of the terms with these ids among the sorted terms."""
        return self._term_ranks.take(term_ids)

    def terms_at(self, ranks: Int64Array) -> list[str]:
        """Return the terms with these ranks among the sorted terms."""
        return self._terms.strings_at(ranks)

    @cached_property
    def terms_of_forms(self) -> Int64Array:
        """The term id of each form id; -1 for the barrier."""
        first_forms = self.first_forms[self._first_group.read()]
        terms: Int64Array = np.full(self.n_forms + 1, -1, np.int64)
        terms[1:] = np.repeat(np.arange(self.n_terms), first_forms[1:] - first_forms[:-1])
        return terms

    def groups_of_term(self, term: str) -> range:
        """Return the groups of `term`."""
        if self._opened:
            return self.find_term(term).groups
        term_id = self._find_id(term)  # without what else `find_term` reads
        return range(0) if term_id < 0 else self.groups_of_term_id(term_id)

    def groups_of_term_id(self, term_id: int) -> range:
        """Return the groups of a term."""
        return range(*self._first_group.pair(term_id))

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
        return self._first_group.pairs(self._term_ids.take(ranks))

    # Terms that a sign joins to the next word

    @cached_property
    def _joined(self) -> StringColumn:
        return StringColumn(self._columns, "joined")

    @property
    def n_joined(self) -> int:
        """The number of pairs of terms that a sign joins."""
        return self._joined.n

    @cached_property
    def _joined_filter(self) -> StringFilter:
        return StringFilter(self._columns, "joined.filter")

    def may_be_joined(self, hashed: int) -> bool:
        """Return False if no pair of joined terms begins with the string with this `hash_of`.

        The string must end with the separator or the letter after it, or be a whole pair.
        """
        return self._joined_filter.may_contain(hashed)

    def is_joined(self, term: str, beginning: str = "") -> bool:
        """Return whether a sign joins `term` to a term with this `beginning` in the segment.

        `beginning` is a letter or "".
        """
        prefix = f"{term}{JOINED_SEPARATOR}{beginning}"
        if not self.may_be_joined(hash_of(prefix)):
            return False
        found = self._find_joined(prefix)
        if found is not None:
            return found > 0
        index = self._joined.bisect_left(prefix)
        return index < self._joined.n and self._joined.string(index).startswith(prefix)

    def is_joined_to(self, term: str, following: str) -> bool:
        """Return whether a sign joins `term` to the term `following` anywhere in the segment."""
        pair = f"{term}{JOINED_SEPARATOR}{following}"
        if not self.may_be_joined(hash_of(pair)):
            return False
        found = self._find_joined(pair)
        return self._joined.find(pair) >= 0 if found is None else found == _EQUAL

    def _find_joined(self, string: str) -> int | None:
        """Return whether a pair begins with, or is, `string`; None without the kernel."""
        if native.kernel and self._opened:
            found: int | None = native.kernel.find_joined(
                self._opened, string.encode("utf-8", "surrogatepass")
            )
            return found
        return None

    def joined_to(self, term: str, beginning: str = "") -> Iterator[str]:
        """Yield the terms with this `beginning` to which a sign joins `term`, sorted."""
        prefix = f"{term}{JOINED_SEPARATOR}{beginning}"
        if native.kernel and self._opened:
            found = native.kernel.find_following(
                self._opened, prefix.encode("utf-8", "surrogatepass")
            )
            if found is not None:
                return (beginning + each.decode("utf-8", "surrogatepass") for each in found)
        first = self._joined.bisect_left(prefix)
        last = self._joined.bisect_left(prefix[:-1] + chr(ord(prefix[-1]) + 1))
        start = len(prefix) - len(beginning)
        return (pair[start:] for pair in self._joined.strings(first, last))

    def joined_terms(self) -> Iterator[str]:
        """Yield the terms that some sign joins to the next word; some several times."""
        return (pair.partition(JOINED_SEPARATOR)[0] for pair in self._joined.strings())

    def pairs(self) -> Iterator[str]:
        """Yield each pair of a term and one to which a sign joins it, with a separator between."""
        return self._joined.strings()

    # Stems

    def find_stem(self, language: str, stem: str) -> FoundStem:
        """Look up a stem of a language."""
        stems = self._stems_of_language.get(language)
        if not stems:
            return _NO_STEM
        if native.kernel and self._opened:
            encoded = stem.encode("utf-8", "surrogatepass")
            found = native.kernel.find_stem(self._opened, encoded, stems.start, stems.stop)
            if found is not None:
                return FoundStem(*found)
        stem_id = self._stems.find(stem, stems.start, stems.stop)
        if stem_id < 0:
            return _NO_STEM
        groups = tuple(self._groups_of_stems.read(*self._first_of_stem.pair(stem_id)).tolist())
        return FoundStem(stem_id, groups, self._have_accents([stem_id]))

    def stem_id(self, language: str, stem: str) -> int:
        """Return the id of `stem` in `language`, -1 if it does not occur in the segment."""
        return self.find_stem(language, stem).id

    @cached_property
    def languages(self) -> list[str]:
        """The languages of its stems."""
        return list(StringColumn(self._columns, "languages").strings())

    @cached_property
    def _first_stems(self) -> list[int]:
        first: list[int] = self._columns.read("languages.first").tolist()
        return first

    @cached_property
    def _stems_of_language(self) -> dict[str, range]:
        ranges = map(range, self._first_stems, self._first_stems[1:])
        return dict(zip(self.languages, ranges, strict=True))

    def _have_accents(self, stem_ids: Iterable[int]) -> bool:
        """Return whether any form of any of these stems, or the stem of the form, has accents.

        If not, all these forms equal their terms but for case.
        """
        return any(
            self._columns.item("stems.has_accents", stem_id >> 3) & 0x80 >> (stem_id & 7)
            for stem_id in stem_ids
        )

    def groups_of_stem(self, stem_id: int) -> list[int]:
        """Return the groups of a stem."""
        groups: list[int] = self._groups_of_stems.read(*self._first_of_stem.pair(stem_id)).tolist()
        return groups

    def stem_of_group(self, group: int) -> tuple[str, str]:
        """Return the language and the stem of a group."""
        stem_id = self._stem_ids.item(group)
        return self.language_of_stem(stem_id), self._stems.string(stem_id)

    def language_of_group(self, group: int) -> str:
        """Return the language of a group."""
        return self.language_of_stem(self._stem_ids.item(group))

    def language_of_stem(self, stem_id: int) -> str:
        """Return the language of a stem."""
        return self.languages[bisect_right(self._first_stems, stem_id) - 1]

    # Forms

    def form(self, form_id: int) -> str:
        """Return the form with an id, which is not the barrier's."""
        stored, _ = split_mark(self._forms.string(form_id - 1))
        if stored > _UPPER:
            return stored
        group = self._first_form.bisect_right(form_id) - 1
        return _restored(stored, self._term(self._first_group.bisect_right(group) - 1))

    def _term(self, term_id: int) -> str:
        return self._terms.string(self._term_ranks.item(term_id))

    def groups(self, group_ids: Iterable[int]) -> Iterator[FormGroup]:
        """Yield the groups with these ascending ids.

        Groups of one term have consecutive ids, so that their forms are read together.
        """
        rest = list(group_ids)[::-1]
        while rest:
            term_id = self._first_group.bisect_right(rest[-1]) - 1
            end = self._first_group.item(term_id + 1)
            of_term = [rest.pop()]
            while rest and rest[-1] < end:
                of_term.append(rest.pop())
            yield from self._groups_of_term(term_id, of_term)

    def _groups_of_term(self, term_id: int, group_ids: list[int]) -> Iterator[FormGroup]:
        base = group_ids[0]
        firsts = self._first_form.few(base, group_ids[-1] + 2)
        stored = self._forms.strings(firsts[0] - 1, firsts[-1] - 1)
        forms = [split_mark(each)[0] for each in stored]
        if min(forms) <= _UPPER:
            term = self._term(term_id)
            forms = [_restored(each, term) for each in forms]
        for group in group_ids:
            first, last = firsts[group - base], firsts[group - base + 1]
            of_group = forms[first - firsts[0] : last - firsts[0]]
            yield FormGroup(group, self.language_of_group(group), range(first, last), of_group)

    def forms_of_language(self, language: str) -> tuple[GroupIds, list[str]]:
        """Return all forms of a language, in the order of their ids, and the group of each."""
        stems = self._stems_of_language.get(language)
        if not stems:
            return np.empty(0, np.int64), []
        last = self._first_of_stem.pair(stems.stop - 1)[1]
        groups = np.sort(self._groups_of_stems.read(self._first_of_stem.item(stems.start), last))
        first, end = self._first_form.pairs(groups)
        sizes = end - first
        # The ranges of all groups at once: count up from 0, and shift each range to its start.
        shifts = first - (np.cumsum(sizes) - sizes)
        form_ids = np.repeat(shifts, sizes) + np.arange(int(sizes.sum()))
        groups = np.repeat(groups, sizes)
        terms = self.terms_at(self.ranks(self._first_group.searchsorted(groups, "right") - 1))
        stored = (split_mark(each)[0] for each in self._forms.strings_at(form_ids - 1))
        return groups, list(map(_restored, stored, terms))

    def mark(self, form_id: int) -> str:
        """Return how a form with this id is joined to the next word, "" if it is not."""
        return split_mark(self._forms.string(form_id - 1))[1]

    def have_marks(self, form_ids: FormIds, marks: Iterable[str]) -> Mask:
        """Return for each form whether its mark, "" if it has none, is among `marks`."""
        last = self._forms.last_bytes(form_ids - 1)  # marks are ASCII
        found = np.isin(last, np.array([ord(mark) for mark in marks if mark], np.uint8))
        if "" in marks:
            found |= ~np.isin(last, np.array(sorted(map(ord, MARKS)), np.uint8))
        return found

    def marked_forms(self) -> Iterator[str]:
        """Yield all forms with their marks, in the order of their ids, from 1 on."""
        terms = list(self._terms.strings())
        first_form = self.first_forms[self._first_group.read()]
        ranks = np.repeat(self._term_ranks.read(), np.diff(first_form))
        for stored, rank in zip(self._forms.strings(), ranks.tolist(), strict=True):
            form, mark = split_mark(stored)
            yield _restored(form, terms[rank]) + mark

    def form_ids(self, form: str, *, ignores_accents: bool = False) -> list[int]:
        """Return the ids of `form`, one for each language and mark with which it occurs.

        If it `ignores_accents`, those of all forms are returned that differ in accents alone.
        """
        term = fold(form)
        if ignores_accents:
            return [
                form_id
                for group in self.groups(self.groups_of_term(term))
                for form_id, other in zip(group.form_ids, group.forms, strict=True)
                if unaccented(other) == form
            ]
        stored = stored_form(form, term)
        return [
            form_id
            for group in self.groups_of_term(term)
            for form_id in self.forms_of_group(group)
            if split_mark(self._forms.string(form_id - 1))[0] == stored
        ]

    def stems_of_groups(self, groups: GroupIds) -> Int64Array:
        """Return the stem id of each of `groups`."""
        return self._stem_ids.take(groups)

    def forms_of_group(self, group: int) -> range:
        """Return the ids of the forms of a group."""
        return range(*self._first_form.pair(group))

    def form_ranges(self, groups: GroupIds) -> tuple[FormIds, FormIds]:
        """Return the first form id, and the end of the form ids, of each of `groups` (int64)."""
        return self._first_form.pairs(groups)

    @property
    def first_forms(self) -> Offsets:
        """The first form id of each group, and the end of those of the last."""
        return self._first_form.read()

    def groups_of(self, form_ids: FormIds) -> GroupIds:
        """Return the group of each form; -1 for the barrier."""
        return self._first_form.searchsorted(form_ids, "right") - 1
