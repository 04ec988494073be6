"""The distinct forms of a segment → their terms, stems and form groups, numbered, as columns.

`format.term_dictionary` describes the result. Noisy text has millions of forms, so strings are
compared and copied as rarely as possible: forms are sorted once by term and once by stem, and
everything else is done on numbers. A term or stem that equals its form shares the string object.
"""

from collections.abc import Iterator, Sequence
from operator import is_not, ne, or_
from typing import Final

import numpy as np

from excerpt.arrays import Array, Int64Array, Mask
from excerpt.index.arrays import Fingerprints, Integers, Sizes, UInt32Array
from excerpt.index.format.ascending_column import encode_ascending
from excerpt.index.format.fingerprints import hash_terms
from excerpt.index.format.string_column import string_columns
from excerpt.index.format.term_dictionary import stored_forms
from excerpt.index.format.wide_ids import encode_ids
from excerpt.index.write.string_order import sort_strings
from excerpt.text.compounds import MARKS
from excerpt.text.normalizer import fold_all, lower_all
from excerpt.text.stemmer import written_stems

__all__ = ["TermDictionaryBuilder"]

_CHUNK: Final = 1 << 15
"""Forms that are stemmed, or numbers that are Python objects, at a time."""


class TermDictionaryBuilder:
    """The term dictionary of `forms` in `languages`, which occur `n_tokens` times each in the body.

    The first element of each of these is the barrier's.

    term_hashes  the hash of the term of each of the forms (see `fingerprints`)
    id_of        the form id of each of the forms, 0 for the barrier
    group_of     the group of each form id, of no meaning for the barrier
    stem_of      the stem of each group
    first_forms  the first form id of each term, and the end of those of the last
    columns      the columns of the dictionary, to be taken out as they are written
    """

    def __init__(self, languages: Sequence[str], forms: Sequence[str], n_tokens: Sizes) -> None:
        languages, marked = languages[1:], forms[1:]
        forms = [form[:-1] if form[-1:] in MARKS else form for form in marked]
        terms = _terms(forms)
        self.term_hashes: Fingerprints = hash_terms(["", *terms])
        rank_of, term_columns = _rank_terms(terms)
        stored = stored_forms(forms, terms)
        for i, is_marked in enumerate(map(is_not, forms, marked)):
            if is_marked:
                stored[i] += marked[i][-1]
        stem_of, stem_columns = _number_stems(languages, forms, terms)
        del terms
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
            **string_columns("forms", stored, order),
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


def _terms(forms: Sequence[str]) -> list[str]:
    """Return the term of each of `forms`.

    A term that equals its form is the same object, so that it takes no memory.
    """
    return [
        form if term == form else term
        for first in range(0, len(forms), _CHUNK)
        for form, term in zip(
            forms[first : first + _CHUNK], fold_all(forms[first : first + _CHUNK]), strict=True
        )
    ]


def _rank_terms(terms: Sequence[str]) -> tuple[Int64Array, dict[str, Array]]:
    """Return the rank of each of `terms`, and the columns of the distinct ones.

    The ranks are those of the distinct terms in sorted order, as their strings are stored.
    """
    order, is_new = sort_strings(terms)
    columns = string_columns("terms", terms, order[is_new], has_prefixes=True)
    return _ranks(order, is_new), columns


def _number_terms(n_tokens: Integers, n_groups: Sizes) -> Int64Array:
    """Return the id of each term, given how often it occurs in the body, and its groups."""
    rank_of_id = np.lexsort((-n_groups, -n_tokens))  # stable: equal terms stay sorted
    id_of_rank = np.empty_like(rank_of_id)
    id_of_rank[rank_of_id] = np.arange(rank_of_id.size)
    return id_of_rank


def _number_stems(
    languages: Sequence[str], forms: Sequence[str], terms: Sequence[str]
) -> tuple[Int64Array, dict[str, Array]]:
    """Return the stem id of each of `forms`, whose `terms` are given, and the columns of stems."""
    stem_of, has_accents = _stem(languages, forms, terms)
    parts = [_sorted_numbers(stem_of, numbers) for _, numbers in _by_language(languages)]
    order = np.concatenate([np.empty(0, np.int64), *(part for part, _ in parts)])
    is_new = np.concatenate([np.empty(0, np.bool_), *(part for _, part in parts)])
    n_stems = [np.count_nonzero(part) for _, part in parts]
    numbers = _ranks(order, is_new)
    n_with_accents = np.bincount(numbers[has_accents], minlength=sum(n_stems))
    return numbers, {
        **string_columns(
            "stems",
            stem_of,
            order[is_new],
            is_shared=True,
            has_prefixes=True,
        ),
        **string_columns("languages", sorted(set(languages))),
        "languages.first": np.cumsum([0, *n_stems]).astype(np.uint32),
        "stems.has_accents": np.packbits(n_with_accents > 0),
    }


def _stem(
    languages: Sequence[str], forms: Sequence[str], terms: Sequence[str]
) -> tuple[list[str], Mask]:
    """Return the stem of each of `forms`, and whether the form or its stem has accents.

    A stem that equals its form is the same object. Stemming makes several strings of each form; in
    chunks, few of them exist at once.
    """
    found = list(forms)
    has_accents: Mask = np.zeros(len(forms), np.bool_)
    for first in range(0, len(forms), _CHUNK):
        for language, in_chunk in _by_language(languages[first : first + _CHUNK]):
            numbers = in_chunk + first
            chosen = numbers.tolist()
            own = [forms[i] for i in chosen]
            written = written_stems(language, own)
            own_terms = [terms[i] for i in chosen]
            folded = _fold_stems(written, own_terms)
            for i, form, stem in zip(chosen, own, folded, strict=True):
                if stem != form:
                    found[i] = stem
            if not all(map(str.isascii, own)):
                differs = map(or_, map(ne, written, folded), map(ne, own_terms, lower_all(own)))
                has_accents[numbers] = np.fromiter(differs, np.bool_, len(chosen))
    return found, has_accents


def _fold_stems(written: Sequence[str], terms: Sequence[str]) -> list[str]:
    """Return the folded `written` stems of forms, given their terms.

    A stem that folds to nothing gives way to the term. A term is its own term.
    """
    others = [stem for stem, term in zip(written, terms, strict=True) if stem != term]
    if not others:
        return list(terms)
    folded = iter(fold_all(others))
    return [
        term if stem == term else next(folded) or term
        for stem, term in zip(written, terms, strict=True)
    ]


def _by_language(languages: Sequence[str]) -> Iterator[tuple[str, Int64Array]]:
    """Yield each of the `languages`, sorted, and the numbers of the forms in it, ascending."""
    distinct = sorted(set(languages))
    codes = {language: code for code, language in enumerate(distinct)}
    code_of = np.fromiter(map(codes.__getitem__, languages), np.int64, len(languages))
    for code, language in enumerate(distinct):
        yield language, np.flatnonzero(code_of == code)


def _sorted_numbers(strings: Sequence[str], numbers: Int64Array) -> tuple[Int64Array, Mask]:
    """Return `numbers` sorted by their strings, and where a string differs from the one before."""
    order, is_new = sort_strings([strings[i] for i in _ints(numbers)])
    return numbers[order], is_new


def _ranks(order: Int64Array, is_new: Mask) -> Int64Array:
    """Return the rank of each string among the distinct ones, given their order."""
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
