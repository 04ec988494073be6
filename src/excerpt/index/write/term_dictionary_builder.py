"""The distinct forms of a segment → their terms, stems and form groups, numbered, as columns.

`format.term_dictionary` describes the result. Noisy text has millions of forms, so strings are
compared and copied as rarely as possible: forms are sorted once by term and once by stem, and
everything else is done on numbers. A term or stem that equals its form shares the string object.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from excerpt.index.arrays import Array, Int64Array, Mask, Sizes, UInt32Array
from excerpt.index.format.ascending_column import encode_ascending
from excerpt.index.format.string_column import string_columns
from excerpt.index.format.term_dictionary import stored_form
from excerpt.index.format.wide_ids import encode_ids
from excerpt.text.compounds import MARKS, split_mark
from excerpt.text.normalizer import fold, lower
from excerpt.text.stemmer import written_stems

__all__ = ["TermDictionaryBuilder"]

_CHUNK: Final = 1 << 15
"""Forms that are stemmed, or numbers that are Python objects, at a time."""


class TermDictionaryBuilder:
    """The term dictionary of `forms` in `languages`, which occur `n_tokens` times each in the body.

    The first element of each of these is the barrier's.

    id_of        the form id of each of the forms, 0 for the barrier
    group_of     the group of each form id, of no meaning for the barrier
    stem_of      the stem of each group
    first_forms  the first form id of each term, and the end of those of the last
    columns      the columns of the dictionary, to be taken out as they are written
    """

    def __init__(self, languages: Sequence[str], forms: Sequence[str], n_tokens: Sizes) -> None:
        languages, marked = languages[1:], forms[1:]
        forms = [_without_mark(form) for form in marked]
        rank_of, stored, term_columns = _rank_terms(forms)
        stem_of, stem_columns = _number_stems(languages, forms)
        order = np.lexsort((stem_of, rank_of))
        starts_term = _is_change(rank_of[order])
        starts_group = starts_term | _is_change(stem_of[order])
        n_groups = np.bincount(rank_of[order[starts_group]])
        id_of_rank = _number_terms(np.bincount(rank_of, n_tokens[1:]), n_groups)
        by_term = np.argsort(id_of_rank[rank_of[order]], kind="stable")
        order, starts_term, starts_group = (
            order[by_term],
            starts_term[by_term],
            starts_group[by_term],
        )
        _sort_groups(order, starts_group, marked)
        first_of_group = np.flatnonzero(starts_group)
        first_of_term = np.flatnonzero(starts_term[first_of_group])

        self.id_of: UInt32Array = np.zeros(len(forms) + 1, np.uint32)
        self.id_of[order + 1] = np.arange(1, len(forms) + 1)
        self.group_of: UInt32Array = np.concatenate(([0], np.cumsum(starts_group) - 1)).astype(
            np.uint32
        )
        self.stem_of: UInt32Array = stem_of[order[first_of_group]].astype(np.uint32)
        self.n_stems: int = int(stem_columns["languages.first"][-1])
        first_form = np.append(first_of_group + 1, len(forms) + 1).astype(np.uint32)
        first_group = np.append(first_of_term, first_of_group.size).astype(np.uint32)
        self.first_forms: UInt32Array = first_form[first_group]
        self.columns: dict[str, Array] = {
            **term_columns,
            **dict(encode_ids("terms.id", id_of_rank)),
            **dict(encode_ids("terms.rank", np.argsort(id_of_rank))),
            **dict(encode_ascending("terms.first_group", first_group)),
            **string_columns("forms", (stored[i] + split_mark(marked[i])[1] for i in _ints(order))),
            **dict(encode_ascending("groups.first_form", first_form)),
            **dict(encode_ids("groups.stem", self.stem_of)),
            **stem_columns,
            **_groups_by_stem(self.stem_of, self.n_stems),
        }

    def sum_by_group(self, n_tokens: Sizes) -> Sizes:
        """Return the number of tokens of each group, given that of each of the forms."""
        groups = self.group_of[self.id_of[1:]]
        sums = np.bincount(groups, weights=n_tokens[1:], minlength=self.stem_of.size)
        return sums.astype(np.int64)


def _rank_terms(forms: Sequence[str]) -> tuple[Int64Array, list[str], dict[str, Array]]:
    """Return the rank of the term of each of `forms`, the string stored for it, and the columns.

    The ranks are those of the distinct terms in sorted order, as their strings are stored.
    """
    terms = [_fold(form) for form in forms]
    order, is_new = _sorted(terms, range(len(terms)))
    columns = string_columns("terms", (terms[i] for i in _ints(order[is_new])), has_prefixes=True)
    return _ranks(order, is_new), list(map(stored_form, forms, terms)), columns


def _number_terms(n_tokens: Array, n_groups: Sizes) -> Int64Array:
    """Return the id of each term, given how often it occurs in the body, and its groups."""
    rank_of_id = np.lexsort((-n_groups, -n_tokens))  # stable: equal terms stay sorted
    id_of_rank = np.empty_like(rank_of_id)
    id_of_rank[rank_of_id] = np.arange(rank_of_id.size)
    return id_of_rank


def _number_stems(
    languages: Sequence[str], forms: Sequence[str]
) -> tuple[Int64Array, dict[str, Array]]:
    """Return the stem id of each of `forms`, and the columns of the stems."""
    stem_of, has_accents = _stem(languages, forms)
    by_language: dict[str, list[int]] = {}
    for i, language in enumerate(languages):
        by_language.setdefault(language, []).append(i)
    parts = [_sorted(stem_of, by_language.pop(language)) for language in sorted(by_language)]
    order = np.concatenate([np.empty(0, np.int64), *(part for part, _ in parts)])
    is_new = np.concatenate([np.empty(0, np.bool_), *(part for _, part in parts)])
    n_stems = [np.count_nonzero(part) for _, part in parts]
    numbers = _ranks(order, is_new)
    n_with_accents = np.bincount(numbers[has_accents], minlength=sum(n_stems))
    return numbers, {
        **string_columns(
            "stems",
            (stem_of[i] for i in _ints(order[is_new])),
            is_shared=True,
            has_prefixes=True,
        ),
        **string_columns("languages", sorted(set(languages))),
        "languages.first": np.cumsum([0, *n_stems]).astype(np.uint32),
        "stems.has_accents": np.packbits(n_with_accents > 0),
    }


def _without_mark(marked: str) -> str:
    """Return a form without its mark: `marked` itself if it has none."""
    return marked[:-1] if marked[-1:] in MARKS else marked


def _fold(form: str) -> str:
    """Return the term of `form`: `form` itself if they are equal, so that no memory is taken."""
    term = fold(form)
    return form if term == form else term


def _stem(languages: Sequence[str], forms: Sequence[str]) -> tuple[list[str], Mask]:
    """Return the stem of each of `forms`, and whether the form or its stem has accents.

    A stem that equals its form is the same object. Stemming makes several strings of each form; in
    chunks, few of them exist at once.
    """
    found = list(forms)
    has_accents: Mask = np.zeros(len(forms), np.bool_)
    for first in range(0, len(forms), _CHUNK):
        by_language: dict[str, list[int]] = {}
        for i, language in enumerate(languages[first : first + _CHUNK], first):
            by_language.setdefault(language, []).append(i)
        for language, numbers in by_language.items():
            written = written_stems(language, [forms[i] for i in numbers])
            for i, stem in zip(numbers, written, strict=True):
                form = forms[i]
                if stem.isascii() and form.isascii():
                    folded = stem
                else:
                    folded = fold(stem) or fold(form)
                    has_accents[i] = folded != stem or fold(form) != lower(form)
                if folded != form:
                    found[i] = folded
    return found, has_accents


def _sorted(strings: Sequence[str], numbers: Iterable[int]) -> tuple[Int64Array, Mask]:
    """Return `numbers` sorted by their strings, and where a string differs from the one before."""
    order = sorted(numbers, key=strings.__getitem__)
    is_new = [True, *(strings[before] != strings[after] for before, after in pairwise(order))]
    return np.array(order, np.int64), np.array(is_new[: len(order)], np.bool_)


def _ranks(order: Int64Array, is_new: Mask) -> Int64Array:
    """Return the rank of each string among the distinct ones, given what `_sorted` returns."""
    ranks = np.empty(order.size, np.int64)
    ranks[order] = np.cumsum(is_new) - 1
    return ranks


def _ints(numbers: Int64Array) -> Iterator[int]:
    """Yield `numbers` as Python integers, creating a chunk of them at a time."""
    for first in range(0, numbers.size, _CHUNK):
        yield from numbers[first : first + _CHUNK].tolist()


def _is_change(numbers: Int64Array) -> Mask:
    """Return for each of the non-negative `numbers` whether it differs from the one before."""
    return np.asarray(np.diff(numbers, prepend=-1) != 0)


def _sort_groups(order: Int64Array, starts_group: Mask, forms: Sequence[str]) -> None:
    """Sort the forms within each group, in place."""
    ends = np.append(np.flatnonzero(starts_group), order.size)
    several = np.flatnonzero(np.diff(ends) > 1)
    for start, end in zip(ends[several].tolist(), ends[several + 1].tolist(), strict=True):
        order[start:end] = sorted(order[start:end].tolist(), key=forms.__getitem__)


def _groups_by_stem(stem_of: UInt32Array, n_stems: int) -> dict[str, Array]:
    """Return the columns that list the groups of each stem."""
    sizes = np.bincount(stem_of, minlength=n_stems)
    return {
        **dict(encode_ids("stems.groups", np.argsort(stem_of, kind="stable"))),
        **dict(encode_ascending("stems.first", np.concatenate(([0], np.cumsum(sizes))))),
    }
