"""The terms of one query in one segment: the forms they stand for, and where these occur."""

from collections.abc import Iterable, Iterator
from functools import cached_property, reduce
from itertools import product
from typing import Final

import numpy as np

from excerpt.arrays import Int64Array, Mask
from excerpt.index.arrays import DocIds, UnitIds
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.term_forms import AnyForms, TermForms, WordTerms
from excerpt.index.read.vocabulary import IndexVocabulary
from excerpt.index.read.word_terms import compare_forms, find_bare
from excerpt.index.search.occurrences import (
    ONE_TOKEN,
    Occurrences,
    find_occurrences,
    is_flat,
)
from excerpt.index.search.scopes import ScopeEvaluator, ScopeName, smallest_scope
from excerpt.index.sets import distinct, is_member, union
from excerpt.memory import size_of
from excerpt.query.ast import (
    Alternatives,
    AsTyped,
    Form,
    Fuzzy,
    Joined,
    Near,
    NotNear,
    Operand,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
    without_weight,
)

__all__ = ["FEW", "SegmentTerms"]


FEW = 16
"""For fewer than one passage in 16, the passages are read rather than all positions."""
_MAX_CHOICES: Final = 32
"""The most phrases in place of one whose words have spellings in parts."""


class SegmentTerms:
    """The terms of one query in one segment. Results are kept as long as the query."""

    def __init__(self, live: LiveSegment, vocabulary: IndexVocabulary) -> None:
        self.live = live
        self.segment = live.segment
        self.vocabulary = vocabulary
        self._words: dict[Word, WordTerms] = {}
        self._forms: dict[Operand, TermForms] = {}
        self._occurrences: dict[tuple[str, Operand], Occurrences] = {}

    def word_terms(self, word: Word) -> WordTerms:
        """Return what `word` stands for in the segment."""
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = self._find_word(word)
        return found

    def _find_word(self, word: Word) -> WordTerms:
        of_word = self.vocabulary.word_forms(word)
        found = find_bare(self.segment.dictionary, of_word)
        if found is not None:
            return found
        cache, key = self.live.caches.words, (self.live.number, without_weight(word))
        found = cache.get(key)
        if found is None:
            found = compare_forms(self.segment.dictionary, of_word)
            cache.put(key, found, size_of(key) + found.n_bytes)
        return found

    def forms_of(self, operand: Operand) -> TermForms:
        """Return the forms in the segment that an operand of one token stands for."""
        found = self._forms.get(operand)
        if found is not None:
            return found
        if isinstance(operand, Word):
            found = self.word_terms(operand).forms
        elif isinstance(operand, Form):
            cache, key = self.live.caches.forms, (self.live.number, operand)
            found = cache.get(key)
            if found is None:
                found = self._find_forms(operand)
                cache.put(key, found, size_of(key) + found.n_bytes)
        else:  # found fast, or `vocabulary` caches the expansion
            found = self._find_forms(operand)
        self._forms[operand] = found
        return found

    def _find_forms(self, operand: Operand) -> TermForms:
        dictionary = self.segment.dictionary
        match operand:
            case Term(term, _, ()):
                return TermForms.of_term(dictionary, term)
            case Term(term, _, variants):
                of_variants = [
                    group_id
                    for language, variant in variants
                    for group_id in dictionary.groups_of_term(variant)
                    if dictionary.stem_of_group(group_id)[0] == language
                ]
                group_ids = [*dictionary.groups_of_term(term), *of_variants]
                return TermForms.of_groups(dictionary, group_ids)
            case Form(form, _, ignores_accents):
                form_ids = dictionary.form_ids(form, ignores_accents=ignores_accents)
                return TermForms.of_forms(dictionary, form_ids)
            case AsTyped(below):
                return self._as_typed(below)
            case Joined(Wildcard("*"), marks):
                return AnyForms.with_marks(dictionary, marks)
            case Joined(below, marks):
                return self._with_marks(self.forms_of(below), marks)
            case Wildcard() | Fuzzy() | Pattern():
                group_ids = self.vocabulary.group_ids(self.live, operand)
                return TermForms.of_groups(dictionary, group_ids)
            case _:
                raise TypeError(operand)

    def _as_typed(self, below: Word | Term | Wildcard | Fuzzy) -> TermForms:
        """Return the forms of `below` with its accents as typed."""
        dictionary = self.segment.dictionary
        form_ids = self.forms_of(below).form_ids
        if isinstance(below, Word):
            word = self.vocabulary.word_forms(below)
            is_typed = word.has_accents_as_typed
        else:
            from excerpt.query.term_matching import spelling_matcher  # few queries have accents

            matches = spelling_matcher(below)

            def is_typed(language: str, form: str) -> bool:  # noqa: ARG001 - as for words
                return matches(form)

        chosen = [
            form_id
            for group in dictionary.groups(self.forms_of(below).group_ids)
            for form_id, form in zip(group.form_ids, group.forms, strict=True)
            if is_typed(group.language, form)
        ]
        return TermForms.of_forms(dictionary, np.intersect1d(chosen, form_ids))

    def _with_marks(self, forms: TermForms, marks: tuple[str, ...]) -> TermForms:
        """Return those of `forms` that are joined to the next word by one of `marks`."""
        dictionary = self.segment.dictionary
        form_ids = forms.form_ids
        return TermForms.of_forms(dictionary, form_ids[dictionary.have_marks(form_ids, marks)])

    def spelled(self, operand: Operand) -> Operand:
        """Return `operand` with the spellings of its words in parts as alternatives to them.

        Most words have no such spelling; then `operand` itself is returned.
        """
        match operand:
            case Phrase():
                changed: Operand = self._spelled_phrase(operand)
            case Near(left, right):
                changed = operand.replace(left=self.spelled(left), right=self.spelled(right))
            case NotNear(below, other):
                changed = operand.replace(operand=self.spelled(below), other=self.spelled(other))
            case Alternatives(operands):
                changed = operand.replace(operands=tuple(map(self.spelled, operands)))
            case _:
                spellings = self.vocabulary.spellings(operand)
                return Alternatives((operand, *spellings)) if spellings else operand
        return operand if changed == operand else changed

    def _spelled_phrase(self, phrase: Phrase) -> Operand:
        """Return `phrase` with the spellings of its words in parts.

        If it has no gaps, and they are few, each choice of spellings is a phrase of words: these
        are found by their rarest word, or the rarest of the listed pairs of frequent words.
        """
        parts = tuple(map(self.spelled, phrase.parts))
        choices = [part.operands if isinstance(part, Alternatives) else (part,) for part in parts]
        n_choices = reduce(lambda n, choice: min(n * len(choice), _MAX_CHOICES + 1), choices, 1)
        is_simple = all(_is_run(each) for choice in choices for each in choice)
        if phrase.gap or not is_simple or not 1 < n_choices <= _MAX_CHOICES:
            return phrase.replace(parts=parts)
        return Alternatives(tuple(map(_joined_phrase, product(*choices))), phrase.weight)

    def occurrences(self, stream: TokenStream, operand: Operand) -> Occurrences:
        """Return all occurrences of `operand` in `stream`."""
        key = (stream.name, operand)
        found = self._occurrences.get(key)
        if found is None:
            pairs = self.segment.pairs if stream is self.segment.body else None
            spelled = self.spelled(operand)
            if is_flat(spelled):
                found = find_occurrences(spelled, stream, self.forms_of, pairs)
            else:
                from excerpt.index.search.nested import find_nested

                matches = find_nested(spelled, stream, self.forms_of, pairs=pairs)
                found = Occurrences(matches.starts, matches.columns)
            self._occurrences[key] = found
        return found

    def units_with(self, stream: TokenStream, operand: Operand) -> UnitIds:
        """Return the units of `stream` in which `operand` occurs."""
        if isinstance(operand, ONE_TOKEN) and not self.vocabulary.spellings(operand):
            forms = self.forms_of(operand)
            if not forms.is_partial:
                return union([stream.units(group_id) for group_id in forms.group_ids])
        return distinct(stream.units_at(self.occurrences(stream, operand).starts))

    def occurrences_in(
        self, operand: Operand, scopes: tuple[Scope, ...], doc_ids: DocIds
    ) -> Occurrences:
        """Return the occurrences in the body that begin in one of the ascending `doc_ids`.

        If these are few, only the tokens around them are read. Occurrences that are not within
        matches of all `scopes` (the outermost first) are left out.
        """
        within = smallest_scope(scopes)
        if self.are_few(doc_ids):
            found = self._find_around(operand, within, doc_ids)
        elif within is None:
            found = self.occurrences(self.segment.body, operand)
        else:
            found = self._occurrences_in_scope(operand, within)
        body, n_passages = self.segment.body, self.segment.n_passages
        is_wanted: Mask = np.ones(found.starts.size, np.bool_)
        if doc_ids.size < n_passages:
            is_wanted &= is_member(body.units_at(found.starts), doc_ids, n_passages)
        for scope, numbers in self._units_of(scopes):
            units = self.scopes.numbers_at(scope, found.starts)
            is_wanted &= is_member(units, numbers)
            is_wanted &= self.scopes.numbers_at(scope, found.last_positions) == units
        return found.take(is_wanted)

    def are_few(self, doc_ids: DocIds) -> bool:
        """Return whether passages are so few that reading them is faster than all positions."""
        return doc_ids.size * FEW < self.segment.n_passages

    def _find_around(
        self, operand: Operand, within: ScopeName | None, doc_ids: DocIds
    ) -> Occurrences:
        """Return at least the occurrences in the body that begin in one of `doc_ids`."""
        from excerpt.index.search.nested import find_nested, reach_of
        from excerpt.index.search.visible_tokens import merge_ranges

        body, operand = self.segment.body, self.spelled(operand)
        starts, ends = body.ranges(doc_ids)
        width, context = reach_of(operand)
        ranges = merge_ranges(
            np.maximum(starts - context, 0),
            np.minimum(ends + max(width - 1, 0) + context, body.n_positions),
        )
        unit_starts = self.segment.scope_starts[within] if within else None
        found = find_nested(operand, body, self.forms_of, ranges=ranges, unit_starts=unit_starts)
        return Occurrences(found.starts, found.columns)

    def _units_of(self, scopes: tuple[Scope, ...]) -> Iterator[tuple[ScopeName, Int64Array]]:
        """Yield, for each of the nested `scopes`, its extent and the numbers of the matching units.

        The extent is the kind of unit in which it is evaluated: its own, or that of a narrower
        scope around it.
        """
        for number, scope in enumerate(scopes, 1):
            within = smallest_scope(scopes[:number])
            assert within
            yield within, self.scopes.evaluate(within, scope.node)

    @cached_property
    def scopes(self) -> ScopeEvaluator:
        """The evaluation of scopes in the body."""
        return ScopeEvaluator(self.live, self._occurrences_in_scope)

    def _occurrences_in_scope(self, operand: Operand, within: ScopeName) -> Occurrences:
        """Return the occurrences in the body, as they are seen within one sentence or the like."""
        from excerpt.index.search.nested import find_nested, has_not_near

        body = self.segment.body
        if not has_not_near(operand):
            return self.occurrences(body, operand)
        unit_starts = self.segment.scope_starts[within]
        found = find_nested(self.spelled(operand), body, self.forms_of, unit_starts=unit_starts)
        return Occurrences(found.starts, found.columns)


def _is_run(operand: Operand) -> bool:
    """Return whether `operand` is a word, or a phrase of words without gaps."""
    if isinstance(operand, Phrase):
        return not operand.gap and all(isinstance(part, ONE_TOKEN) for part in operand.parts)
    return isinstance(operand, ONE_TOKEN)


def _joined_phrase(parts: Iterable[Operand]) -> Phrase:
    """Return the phrase of `parts`, with the words of phrases without gaps among them."""
    words: list[Operand] = []
    for part in parts:
        words += part.parts if isinstance(part, Phrase) and not part.gap else [part]
    return Phrase(tuple(words))
