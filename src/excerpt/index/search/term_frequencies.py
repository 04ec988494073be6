"""A query term in a segment → its weighted frequency in each passage (see `query.ranking`).

There are several ways to count. From the cheapest on: postings of stems and form groups, of listed
pairs of frequent words, bitmaps for two frequent words near each other, and last the occurrences
themselves.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from excerpt.index.arrays import DocIds, UnitIds, WeightedFrequencies
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.list_sums import sum_lists, sum_lists_at, sum_postings
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.term_forms import TermForms, WordTerms
from excerpt.index.search.bitmap_proximity import MAX_DISTANCE, near_frequencies
from excerpt.index.search.occurrences import ONE_TOKEN, as_near, find_occurrences, is_flat
from excerpt.index.search.proximity import is_dense
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.index.sets import group_starts
from excerpt.query.ast import Alternatives, Operand, Phrase, Word
from excerpt.query.ranking import OTHER_ACCENTS_FREQUENCY, word_frequency

__all__ = ["MAX_LISTS", "TermFrequencies", "count_term", "prefer_typed"]

MAX_LISTS = 4000
"""Reading more posting lists than this takes longer than scanning all tokens of a segment."""
_NONE: Final = (np.empty(0, np.int64), np.empty(0))


class TermFrequencies(NamedTuple):
    """The frequencies of a term in the live passages of a segment.

    doc_ids        the passages with the term in the body
    frequencies    its weighted frequency in each (float64)
    n_occurrences  the number of occurrences in these bodies
    fields         the passages with the term in title or headings, and what that adds to the
                   frequency
    """

    doc_ids: DocIds
    frequencies: WeightedFrequencies
    n_occurrences: int
    fields: tuple[DocIds, WeightedFrequencies]


def count_term(terms: SegmentTerms, term: Operand) -> TermFrequencies:
    """Return the frequencies of `term` in the live passages of a segment."""
    if isinstance(term, Word):
        word = terms.word_terms(term)
        n_occurrences, doc_ids, frequencies = _count_word(terms, word)
        fields = _count_fields(terms, word)
        if spellings := terms.vocabulary.spellings(term):
            segment = terms.segment
            in_body, in_heading, in_title = (
                _count_spellings(terms, word.forms, spellings, stream)
                for stream in (segment.body, segment.heading, segment.title)
            )
            n_live = _only_live(terms.live, *in_body)
            n_occurrences += int(n_live[1].sum())
            doc_ids, frequencies = sum_postings(
                [(doc_ids, frequencies), n_live], segment.n_passages
            )
            more = _weigh_fields(terms, in_heading, in_title)
            fields = sum_postings([fields, more], segment.n_passages)
        return TermFrequencies(doc_ids, frequencies, n_occurrences, fields)
    doc_ids, frequencies = _only_live(terms.live, *_count_occurrences(terms, term))
    return TermFrequencies(doc_ids, frequencies, int(frequencies.sum()), _NONE)


def prefer_typed(every: TermFrequencies, typed: TermFrequencies) -> TermFrequencies:
    """Return the frequencies of a term; those in `typed` are of its accents as typed."""
    is_both, at = np.isin(every.doc_ids, typed.doc_ids), typed.doc_ids.searchsorted(every.doc_ids)
    frequencies = np.full(every.doc_ids.size, OTHER_ACCENTS_FREQUENCY)
    frequencies[is_both] = typed.frequencies[at[is_both]]
    return every._replace(frequencies=frequencies)


def _count_occurrences(terms: SegmentTerms, term: Operand) -> tuple[DocIds, WeightedFrequencies]:
    """Return the passages in which occurrences of `term` begin, and how many in each."""
    body = terms.segment.body
    if terms.spelled(term) is not term:
        return _count_units(body.units_at(terms.occurrences(body, term).starts))
    if isinstance(term, ONE_TOKEN):
        forms = terms.forms_of(term)
        if len(forms.group_ids) > MAX_LISTS:
            return forms.scan(body)
        if not forms.is_partial:
            return sum_lists(body.lists(forms.group_ids), body.n_units)
    if isinstance(term, Phrase) and term.gap == 0 and len(term.parts) == 2 and is_flat(term):
        first, second = (terms.forms_of(part).term_id for part in term.parts)
        pair = terms.segment.pairs.pair_id(first, second)
        if pair >= 0:
            return sum_postings([terms.segment.pairs.postings(pair)], body.n_units)
    near = as_near(term)
    if near and near.distance <= MAX_DISTANCE:
        sides = terms.forms_of(near.left), terms.forms_of(near.right)
        if is_dense(*sides, body, near.distance, is_ordered=near.is_ordered):
            bitmaps = terms.live.bitmaps
            return near_frequencies(bitmaps, *sides, near.distance, is_ordered=near.is_ordered)
    return _count_units(body.units_at(terms.occurrences(body, term).starts))


def _count_word(terms: SegmentTerms, word: WordTerms) -> tuple[int, DocIds, WeightedFrequencies]:
    """Return the number of occurrences of a word, the passages with any, and its frequency in each.

    All forms of the word count; the word as typed counts for more, and forms with other accents for
    hardly anything.
    """
    segment, body = terms.segment, terms.segment.body
    if word.forms.is_partial:
        doc_ids, n_forms = _count_units(body.units_at(word.forms.positions(body)))
    else:
        lists = [each for stem_id in word.stem_ids for each in segment.stem_lists(stem_id)]
        lists += body.lists(word.group_ids)
        doc_ids, n_forms = sum_lists(lists, segment.n_passages)
    if word.as_typed.group_ids == word.forms.group_ids and not word.as_typed.is_partial:
        n_as_typed: WeightedFrequencies = n_forms
    else:
        n_as_typed = _count_among(word.as_typed, body, doc_ids)
    if word.other_accents.group_ids:
        n_others = _count_among(word.other_accents, body, doc_ids)
        frequencies = word_frequency(n_forms - n_others, n_as_typed, 0, 0, n_others > 0)
    else:
        frequencies = word_frequency(n_forms, n_as_typed, 0, 0, 0)
    n_forms = _only_live(terms.live, doc_ids, n_forms)[1]
    doc_ids, frequencies = _only_live(terms.live, doc_ids, frequencies)
    return int(n_forms.sum()), doc_ids, frequencies


def _count_among(forms: TermForms, body: TokenStream, doc_ids: DocIds) -> WeightedFrequencies:
    """Return how often `forms` occur in each of `doc_ids`, which contain all of them."""
    if forms.is_partial:
        units, frequencies = _count_units(body.units_at(forms.positions(body)))
        n: WeightedFrequencies = np.zeros(doc_ids.size)
        n[doc_ids.searchsorted(units)] = frequencies
        return n
    return sum_lists_at(body.lists(forms.group_ids), doc_ids, body.n_units)


def _count_fields(terms: SegmentTerms, word: WordTerms) -> tuple[DocIds, WeightedFrequencies]:
    """Return the live passages with a word in headings or title.

    With them, return what that adds to the frequency of the word.
    """
    segment = terms.segment
    if not segment.may_be_in_fields(word.forms.group_ids):
        return _NONE
    in_heading = _count_forms(word.forms, segment.heading)
    in_title = _count_forms(word.forms, segment.title)
    if not word.other_accents.group_ids:
        return _weigh_fields(terms, in_heading, in_title)
    return _weigh_fields(
        terms,
        in_heading,
        in_title,
        _count_in(word.other_accents, segment.heading, in_heading[0]),
        _count_in(word.other_accents, segment.title, in_title[0]),
    )


def _count_in(forms: TermForms, stream: TokenStream, units: UnitIds) -> WeightedFrequencies:
    """Return how often `forms` occur in each of `units`, which contain all of them."""
    found, frequencies = _count_forms(forms, stream)
    n: WeightedFrequencies = np.zeros(units.size)
    n[units.searchsorted(found)] = frequencies
    return n


def _weigh_fields(
    terms: SegmentTerms,
    in_heading: tuple[UnitIds, WeightedFrequencies],
    in_title: tuple[UnitIds, WeightedFrequencies],
    others_in_heading: WeightedFrequencies | int = 0,
    others_in_title: WeightedFrequencies | int = 0,
) -> tuple[DocIds, WeightedFrequencies]:
    """Return the live passages below headings and titles, and what these add to a frequency.

    The last two arguments say how many of the occurrences have other accents.
    """
    segment = terms.segment
    doc_ids, n_headings = in_heading
    documents, n_titles = in_title
    n_headings = word_frequency(
        0, 0, n_headings - others_in_heading, 0, np.greater(others_in_heading, 0)
    )
    n_titles = word_frequency(0, 0, 0, n_titles - others_in_title, np.greater(others_in_title, 0))
    parts: list[tuple[DocIds, WeightedFrequencies]] = [
        (doc_ids, n_headings),
        (
            segment.passages_of(documents),
            np.repeat(n_titles, segment.n_passages_of(documents)),
        ),
    ]
    return _only_live(terms.live, *sum_postings(parts, segment.n_passages))


def _count_spellings(
    terms: SegmentTerms, forms: TermForms, spellings: Sequence[Phrase], stream: TokenStream
) -> tuple[UnitIds, WeightedFrequencies]:
    """Return the units of `stream` with a word spelled in parts, and how often in each.

    Spellings that contain one of the `forms` of the word are left out: they are not minimal.
    """
    found = find_occurrences(Alternatives(tuple(spellings)), stream, terms.forms_of)
    starts, ends = found.spans[0]
    is_minimal = np.ones(starts.size, np.bool_)
    for i in range(int((ends - starts).max(initial=0))):
        is_minimal &= ~(forms.occurs_at(stream, starts + i) & (starts + i < ends))
    return _count_units(stream.units_at(starts[is_minimal]))


def _count_forms(forms: TermForms, stream: TokenStream) -> tuple[UnitIds, WeightedFrequencies]:
    """Return the units of `stream` with any of `forms`, and how many of them in each."""
    if forms.is_partial:
        return _count_units(stream.units_at(forms.positions(stream)))
    return sum_lists(stream.lists(forms.group_ids), stream.n_units)


def _only_live(
    live: LiveSegment, doc_ids: DocIds, frequencies: WeightedFrequencies
) -> tuple[DocIds, WeightedFrequencies]:
    if live.is_whole:
        return doc_ids, frequencies
    is_live = live.is_live[doc_ids]
    return doc_ids[is_live], frequencies[is_live]


def _count_units(units: UnitIds) -> tuple[UnitIds, WeightedFrequencies]:
    """Return the distinct ones of the sorted `units`, and how often each occurs (float64)."""
    starts = group_starts(units)
    return units[starts], np.diff(np.append(starts, units.size)).astype(np.float64)
