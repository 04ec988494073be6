"""The vocabulary of an index as a whole: what query words and patterns stand for in all segments.

Only words of live passages count, so an index that was updated answers exactly like one that was
built from scratch.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from sys import getsizeof
from typing import Final, NamedTuple

import numpy as np

from excerpt import native
from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import Sizes
from excerpt.index.format.term_dictionary import FormGroup
from excerpt.index.read.index_spellings import IndexSpellings
from excerpt.index.read.kernel_index import open_index
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.term_forms import TermForms
from excerpt.index.read.term_matching import literal_prefix, matching_terms
from excerpt.index.read.word_terms import candidate_groups
from excerpt.memory import BoundedCache, size_of
from excerpt.query.ast import (
    Fuzzy,
    Node,
    Operand,
    Pattern,
    Phrase,
    Term,
    Wildcard,
    Word,
    without_weight,
)
from excerpt.query.term_matching import MAX_TERMS, expansion_error
from excerpt.query.word_forms import WordForms
from excerpt.text import lower

__all__ = ["IndexVocabulary"]

WORD_BYTES: Final = 4_000_000
"""Bytes of what query words stand for that are cached."""
EXPANSION_BYTES: Final = 16_000_000
"""Bytes of the expansions that are cached: three of the largest that are allowed, or thousands of
ordinary ones."""
_FEW: Final = 256
"""Up to this number, terms are looked up one by one. For more, the tokens of all dead passages are
counted once."""


class _Expansion(NamedTuple):
    """The terms that a pattern stands for.

    terms    the matching terms that occur in live passages
    ordinals for each segment, all matching terms by their ordinals in the sorted dictionary,
             including those of dead passages and of titles
    """

    terms: frozenset[str]
    ordinals: dict[int, Int64Array]

    @property
    def n_bytes(self) -> int:
        """The estimated number of bytes in memory.

        `size_of` is not used for the terms: on many, it would take a tenth of the time of the
        expansion itself.
        """
        return getsizeof(self.terms) + sum(map(getsizeof, self.terms)) + size_of(self.ordinals)


class IndexVocabulary:
    """The words of the live passages of some segments; it belongs to one open index.

    main_language  the language that texts of unknown language are taken for when stemmed, or ""
    """

    def __init__(
        self, segments: Sequence[LiveSegment], languages: frozenset[str], main_language: str = ""
    ) -> None:
        self._segments = segments
        self._languages = languages
        self.main_language = main_language
        self._word_forms: BoundedCache[Word, WordForms] = BoundedCache(WORD_BYTES)
        self._has_main_stems = ("" in languages and bool(main_language)) or any(
            live.segment.dictionary.main_stems for live in segments
        )
        """True if texts of unknown language have stems of another."""
        self.opened = open_index(segments)
        """The segments for the kernel, None if it is not used."""
        taken_for = {language or main_language for language in languages}
        self._spellings = IndexSpellings(segments, self.opened, taken_for, self.word_forms)
        self._expansions: BoundedCache[Node, _Expansion] = BoundedCache(EXPANSION_BYTES)
        self._n_dead: dict[int, Sizes] = {}
        """For each segment that has dead passages, the result of `_count_dead`, once needed."""

    def word_forms(self, word: Word) -> WordForms:
        """Return what a query word stands for."""
        unweighted = without_weight(word)
        found = self._word_forms.get(unweighted)
        if found is None:
            written = self._written(word.term)
            found = WordForms(word, self._languages, written, self.main_language)
            self._word_forms.put(unweighted, found, size_of(unweighted) + found.n_bytes)
        return found

    def spellings(self, operand: Operand) -> tuple[Phrase, ...]:
        """Return the spellings of an operand of one word in parts (see `query.spellings`)."""
        return self._spellings.of(operand)

    def find_plain(self, operand: Word | Term) -> object | None:
        """Return what a word stands for in all segments, for the kernel.

        None if its forms must be compared as they are written, or without the kernel.
        """
        is_stemmed = isinstance(operand, Word)
        if (
            not native.kernel
            or operand.variants
            or (is_stemmed and (operand.spelling or self._has_main_stems))
            or not self.opened
        ):
            return None
        utf8 = operand.term.encode("utf-8", "surrogatepass")
        return native.kernel.find_word(self.opened, utf8, is_stemmed) or None

    def forms(self, word: Word) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form of a query word."""
        of_word = self.word_forms(word)
        return frozenset(
            (language, form)
            for live in self._segments
            for group in candidate_groups(live.segment.dictionary, of_word)
            for language, form in _live_forms(live, group)
            if of_word.accepted(language, [form])
        )

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the documents; "" is unknown."""
        return self._languages

    def written(self, term: str) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form with this term."""
        return frozenset(self._written(term))

    def _written(self, term: str) -> Iterator[tuple[str, str]]:
        """Yield the language, and the form in lower case, of each form of `term` that is live."""
        for live in self._segments:
            dictionary = live.segment.dictionary
            found = dictionary.find_term(term)
            if found.has_accents:
                for group in dictionary.groups(found.groups):
                    yield from _live_forms(live, group)
            else:
                for group_id, stem_id in zip(found.groups, found.stem_ids, strict=True):
                    if _is_live(live, group_id):
                        yield dictionary.language_of_stem(stem_id), term

    def expand(self, node: Node) -> frozenset[str]:
        """Return the terms that a wildcard, fuzzy word or pattern stands for.

        Raises:
            QueryError: if there are more than `MAX_TERMS`.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        return self._expansion(node).terms

    def group_ids(self, live: LiveSegment, node: Wildcard | Fuzzy | Pattern) -> list[int]:
        """Return the form groups in a segment of the terms that match `node`.

        They include groups of dead passages and of titles.

        Raises:
            QueryError: if `node` stands for more than `MAX_TERMS` terms.
        """
        ordinals = self._expansion(node).ordinals[live.number]
        first, end = live.segment.dictionary.group_ranges(ordinals)
        return list(chain.from_iterable(map(range, first.tolist(), end.tolist())))

    def count(self) -> int:
        """Return the number of distinct terms in live passages."""
        terms: set[str] = set()
        for live in self._segments:
            for batch in live.segment.dictionary.term_batches():
                numbers = np.arange(batch.n)
                terms.update(batch.strings(numbers[self._are_live(live, numbers + batch.first)]))
        return len(terms)

    def _expansion(self, node: Wildcard | Fuzzy | Pattern) -> _Expansion:
        found = self._expansions.get(node)
        if found is None:
            found = self._expand(node)
            self._expansions.put(node, found, size_of(node) + found.n_bytes)
        return found

    def _expand(self, node: Wildcard | Fuzzy | Pattern) -> _Expansion:
        terms: set[str] = set()
        ordinals = {}
        for number, live in enumerate(self._segments):
            by_kernel = self._expand_by_kernel(node, number)
            if by_kernel is not None:
                ordinals[live.number] = np.frombuffer(by_kernel[0], np.int64)
                terms.update(by_kernel[1])
                if len(terms) > MAX_TERMS:
                    raise expansion_error(node)
                continue
            parts = [np.empty(0, np.int64)]
            for batch in live.segment.dictionary.term_batches(literal_prefix(node)):
                matching = matching_terms(node, batch)
                parts.append(matching + batch.first)
                terms.update(batch.strings(matching[self._are_live(live, parts[-1])]))
                if len(terms) > MAX_TERMS:
                    raise expansion_error(node)
            ordinals[live.number] = np.concatenate(parts)
        return _Expansion(frozenset(terms), ordinals)

    def _expand_by_kernel(
        self, node: Wildcard | Fuzzy | Pattern, number: int
    ) -> tuple[bytearray, list[str]] | None:
        """Return the ordinals (int64) of the matching terms in a segment, and the live terms.

        None for other nodes than fuzzy words and prefixes, or if the kernel gives up.
        """
        if not native.kernel or not self.opened or isinstance(node, Pattern):
            return None
        if isinstance(node, Fuzzy):
            text, distance = node.term, node.distance
        else:
            text, distance = literal_prefix(node), -1
            if not text or node.pattern != f"{text}*":
                return None
        utf8 = text.encode("utf-8", "surrogatepass")
        found: tuple[bytearray, list[str]] | None = native.kernel.expand_word(
            self.opened, number, utf8, distance
        )
        return found

    def _are_live(self, live: LiveSegment, ordinals: Int64Array) -> Mask:
        """Return for each term whether it occurs in a live passage.

        Terms are given by their `ordinals` in the sorted dictionary.
        """
        first, end = live.segment.dictionary.group_ranges(ordinals)
        n_tokens = live.segment.body.n_tokens_between(first, end)
        if live.is_whole:
            return np.asarray(n_tokens > 0)
        if ordinals.size > _FEW:
            n_dead = self._n_dead.get(live.number)
            if n_dead is None:
                n_dead = self._n_dead[live.number] = _count_dead(live)
            return np.asarray(n_tokens > n_dead[end] - n_dead[first])
        ranges = map(range, first.tolist(), end.tolist())
        return np.array(
            [any(_is_live(live, group_id) for group_id in group_ids) for group_ids in ranges],
            np.bool_,
        )


def _count_dead(live: LiveSegment) -> Sizes:
    """Return the number of tokens in dead passages before each form group, and before their end.

    A token is before a group if its form belongs to a group with a smaller id.
    """
    body, dictionary = live.segment.body, live.segment.dictionary
    counts = np.zeros(dictionary.n_forms + 1, np.int64)
    # Passages where a stretch of dead ones begins or ends, in turn.
    edges = np.flatnonzero(np.diff(live.is_live, prepend=True, append=True))
    for start, end in body.unit_offsets[edges].reshape(-1, 2).tolist():
        np.add.at(counts, body.form_ids(start, end), 1)
    sums: Sizes = np.cumsum(counts)[dictionary.first_forms - 1]
    return sums


def _live_forms(live: LiveSegment, group: FormGroup) -> Iterator[tuple[str, str]]:
    """Yield the language, and the form in lower case, of each form of a group that is live."""
    if not _is_live(live, group.id):
        return
    by_spelling: dict[str, list[int]] = {}
    for form_id, form in zip(group.form_ids, group.forms, strict=True):
        by_spelling.setdefault(lower(form), []).append(form_id)
    for spelling, form_ids in by_spelling.items():
        if len(by_spelling) > 1:  # the group occurs, but this spelling may not
            body = live.segment.body
            positions = TermForms.of_parts([(group, form_ids)]).positions(body)
            if not live.only_live(body.units_at(positions)).size:
                continue
        yield group.language, spelling


def _is_live(live: LiveSegment, group_id: int) -> bool:
    """Return whether a form group occurs in a live passage."""
    if live.is_whole:
        return live.segment.body.n_tokens(group_id) > 0
    return live.only_live(live.segment.body.units(group_id)).size > 0
