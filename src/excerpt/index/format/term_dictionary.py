"""The distinct words of a segment ⇄ columns: written forms, variants, terms and stems, and how they hang together.

    entry     a written form in a language: what stands in the word column; 0 is the barrier
    variant   the entries of one language, stem and term: what has a list of positions
    term      the variants whose forms fold to one word: what an exact query word means
    stem      the variants of one language and stem: what an ordinary query word means

Terms are numbered by falling frequency, variants by term and entries by variant: the entries of a term or a variant are a
range, and frequent words have small numbers. Texts are found by bisection in the mapped file; nothing is loaded.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from excerpt.index.format.columns import Array, Columns
from excerpt.index.format.string_column import StringBatch, StringColumn, string_columns
from excerpt.text.normalizer import fold
from excerpt.text.stemmer import stems

__all__ = ["TermDictionary", "TermDictionaryBuilder", "arrange"]

_AT_ONCE = 1 << 15
"""Forms that are looked at at a time."""


class TermDictionaryBuilder(NamedTuple):
    """A lexicon in the making: the new number of each form, the variant of each new entry, the stem of each variant, the
    first entry of each term and the end of those of the last, and the columns."""

    number_of: Array
    variant_of: Array
    stem_of: Array
    n_stems: int
    first_entries: Array
    columns: dict[str, Array]

    def by_variant(self, counts: Array) -> Array:
        """How often each variant occurs (int64), given that of each form; the barrier is not counted."""
        found = np.bincount(
            self.variant_of[self.number_of[1:]], weights=counts[1:], minlength=self.stem_of.size
        )
        return found.astype(np.int64)


def arrange(languages: Sequence[str], forms: Sequence[str], counts: Array) -> TermDictionaryBuilder:
    """The lexicon of `forms` in `languages`, each occurring `counts` times; number 0 of each is the barrier."""
    languages, forms = languages[1:], forms[1:]
    term_of, columns = _terms(forms, counts[1:])
    stem_of, stem_texts = _stems(languages, forms)
    order = np.lexsort((stem_of, term_of))
    new_term = _changes(term_of[order])
    new_variant = new_term | _changes(stem_of[order])
    _sort_by_form(order, new_variant, forms)
    first_of_variant = np.flatnonzero(new_variant)
    number_of = np.zeros(len(forms) + 1, np.uint32)
    number_of[order + 1] = np.arange(1, len(forms) + 1)
    variant_of = np.concatenate(([0], np.cumsum(new_variant) - 1)).astype(np.uint32)
    n_stems = stem_texts["stems_at"].size - 1
    first_of_term = np.flatnonzero(new_term[first_of_variant])
    columns |= {
        **string_columns("forms", (forms[i] for i in _each(order))),
        "variant_entries": np.append(first_of_variant + 1, len(forms) + 1).astype(np.uint32),
        "term_variants": np.append(first_of_term, first_of_variant.size).astype(np.uint32),
        **stem_texts,
        **_stem_columns(stem_of[order[first_of_variant]], n_stems),
    }
    first_entries: Array = columns["variant_entries"][columns["term_variants"]]
    return TermDictionaryBuilder(
        number_of, variant_of, columns["variant_stem"], n_stems, first_entries, columns
    )


def _terms(forms: Sequence[str], counts: Array) -> tuple[Array, dict[str, Array]]:
    """The number of the term of each of `forms`, which occur `counts` times, and the columns of the terms."""
    terms = [_term_of(form) for form in forms]
    order, is_new = _sorted(terms, range(len(terms)))
    place_of = _places(order, is_new)
    frequency = np.zeros(np.count_nonzero(is_new), np.int64)
    np.add.at(frequency, place_of, counts)
    by_number = np.argsort(-frequency, kind="stable")
    number_of = np.empty_like(by_number)
    number_of[by_number] = np.arange(by_number.size)
    return number_of[place_of], {
        **string_columns("terms", (terms[i] for i in _each(order[is_new]))),
        "term_numbers": number_of.astype(np.uint32),
        "term_places": by_number.astype(np.uint32),
    }


def _stems(languages: Sequence[str], forms: Sequence[str]) -> tuple[Array, dict[str, Array]]:
    """The number of the stem of each of `forms`, and the columns of the texts of the stems, with their languages."""
    found = _stems_of(languages, forms)
    by_language: dict[str, list[int]] = {}
    for i, language in enumerate(languages):
        by_language.setdefault(language, []).append(i)
    parts = [_sorted(found, by_language.pop(language)) for language in sorted(by_language)]
    order = np.concatenate([np.empty(0, np.int64), *(part for part, _ in parts)])
    is_new = np.concatenate([np.empty(0, np.bool_), *(part for _, part in parts)])
    texts = (f"{languages[i]}\x00{found[i]}" for i in _each(order[is_new]))
    return _places(order, is_new), string_columns("stems", texts)


def _term_of(form: str) -> str:
    """The term of `form`: where that is the same, no other object."""
    term = fold(form)
    return form if term == form else term


def _stems_of(languages: Sequence[str], forms: Sequence[str]) -> list[str]:
    """The stem of each form: where that is the same, no other object. What is made on the way takes much memory, so they
    are looked at some at a time."""
    found = list(forms)
    for first in range(0, len(forms), _AT_ONCE):
        by_language: dict[str, list[int]] = {}
        for i, language in enumerate(languages[first : first + _AT_ONCE], first):
            by_language.setdefault(language, []).append(i)
        for language, numbers in by_language.items():
            for i, stem in zip(numbers, stems(language, [forms[i] for i in numbers]), strict=True):
                if stem != found[i]:
                    found[i] = stem
    return found


def _sorted(texts: Sequence[str], numbers: Iterable[int]) -> tuple[Array, Array]:
    """The `numbers` of `texts` in the order of these, and for each whether its text is another than the one before."""
    order = sorted(numbers, key=texts.__getitem__)
    is_new = [True, *(texts[one] != texts[next_] for one, next_ in pairwise(order))]
    return np.array(order, np.int64), np.array(is_new[: len(order)], np.bool_)


def _places(order: Array, is_new: Array) -> Array:
    """The place of each text among the distinct ones, given their `order`, and which of them is another than the last."""
    place_of = np.empty(order.size, np.int64)
    place_of[order] = np.cumsum(is_new) - 1
    return place_of


def _each(numbers: Array) -> Iterator[int]:
    """The `numbers`, of which only some are numbers of Python at a time."""
    for first in range(0, numbers.size, _AT_ONCE):
        yield from numbers[first : first + _AT_ONCE].tolist()


def _changes(numbers: Array) -> Array:
    """For each of `numbers` whether it differs from the one before."""
    differs: Array = np.diff(numbers, prepend=-1) != 0
    return differs


def _sort_by_form(order: Array, new_variant: Array, forms: Sequence[str]) -> None:
    """Bring the forms of each variant in order."""
    ends = np.append(np.flatnonzero(new_variant), order.size)
    several = np.flatnonzero(np.diff(ends) > 1)
    for start, end in zip(ends[several].tolist(), ends[several + 1].tolist(), strict=True):
        order[start:end] = sorted(order[start:end].tolist(), key=forms.__getitem__)


def _stem_columns(stem_of: Array, n_stems: int) -> dict[str, Array]:
    """The columns of the stems, given that of each variant."""
    sizes = np.bincount(stem_of, minlength=n_stems)
    return {
        "variant_stem": stem_of.astype(np.uint32),
        "stem_variants": np.argsort(stem_of, kind="stable").astype(np.uint32),
        "stem_variants_at": np.concatenate(([0], np.cumsum(sizes))).astype(np.uint32),
    }


class TermDictionary:
    """The words of a segment, read from its columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._terms = StringColumn(columns, "terms")
        self._stems = StringColumn(columns, "stems")
        self._forms = StringColumn(columns, "forms")
        self.n_terms = self._terms.n
        self.n_forms = self._forms.n
        self.n_groups = columns.length("variant_stem")

    def _range(self, name: str, number: int) -> range:
        return range(self._columns.item(name, number), self._columns.item(name, number + 1))

    def term_id(self, term: str) -> int:
        """The number of `term`, -1 if the segment has none."""
        place = self._terms.find(term)
        return place if place < 0 else self._columns.item("term_numbers", place)

    def groups_of_term(self, term: str) -> range:
        """The variants of `term`."""
        number = self.term_id(term)
        return range(0) if number < 0 else self.groups_of_term_id(number)

    def groups_of_term_id(self, number: int) -> range:
        """The variants of the term with this number."""
        return self._range("term_variants", number)

    def stem_variants(self, language: str, stem: str) -> list[int]:
        """The variants of `stem` in `language`."""
        number = self.stem_id(language, stem)
        return self.groups_of_stem(number) if number >= 0 else []

    def stem_id(self, language: str, stem: str) -> int:
        """The number of `stem` in `language`, -1 if the segment has none."""
        return self._stems.find(f"{language}\x00{stem}")

    def groups_of_stem(self, number: int) -> list[int]:
        """The variants of the stem with this number."""
        members = self._range("stem_variants_at", number)
        found: list[int] = self._columns.read("stem_variants", members.start, members.stop).tolist()
        return found

    def forms_of_group(self, variant: int) -> range:
        """The entries of `variant`."""
        return self._range("variant_entries", variant)

    def form_ranges(self, variants: Array) -> tuple[Array, Array]:
        """The first entry of each of `variants`, and the end of its entries (both int64)."""
        first, last = (self._columns.take("variant_entries", variants + after) for after in (0, 1))
        return first.astype(np.int64), last.astype(np.int64)

    def stem_of_group(self, variant: int) -> tuple[str, str]:
        """The language and stem of `variant`."""
        number = self._columns.item("variant_stem", variant)
        language, _, stem = self._stems.string(number).partition("\x00")
        return language, stem

    def form_ids(self, form: str) -> list[int]:
        """The entries that are written `form`, one for each language."""
        entries = (
            entry
            for variant in self.groups_of_term(fold(form))
            for entry in self.forms_of_group(variant)
        )
        return [entry for entry in entries if self.form(entry) == form]

    def form(self, entry: int) -> str:
        """The written form of `entry`."""
        return self._forms.string(entry - 1)

    def forms(self) -> Iterator[str]:
        """The written forms of all entries, in order, without the barrier."""
        return self._forms.strings(0, self._forms.n)

    def groups_of(self, entries: Array) -> Array:
        """The variant of each of `entries`; that of the barrier is -1."""
        return np.searchsorted(self._columns.read("variant_entries"), entries, side="right") - 1

    def term_batches(self, prefix: str = "") -> Iterator[StringBatch]:
        """The terms that begin with `prefix`, in their order; each is numbered by its place in it."""
        first, last = self._terms.bisect_left(prefix), self._terms.n
        if prefix and ord(prefix[-1]) < 0x10FFFF:
            last = self._terms.bisect_left(prefix[:-1] + chr(ord(prefix[-1]) + 1))
        return self._terms.batches(first, last)

    @property
    def first_forms(self) -> Array:
        """The first entry of each variant, and the end of those of the last (uint32)."""
        return self._columns.read("variant_entries")

    def group_ranges(self, places: Array) -> tuple[Array, Array]:
        """Of the terms at `places` in their order, the first variant of each, and the end of its variants (int64)."""
        numbers = self._columns.take("term_numbers", places).astype(np.int64)
        first, last = (self._columns.take("term_variants", numbers + after) for after in (0, 1))
        return first.astype(np.int64), last.astype(np.int64)
