"""A query tree on one segment → sets of passages, frequencies for the ranking, and marks.

Leaves become sorted positions or frequencies for each passage, Boolean nodes set operations on passage numbers. What the
arrays do not answer (proximity of phrases, scopes) is asked of `query/match.py`, for those documents alone in which it
can be. Only live passages come out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from excerpt import dates
from excerpt.engines import Match
from excerpt.engines.columnar.frequencies import (
    Column,
    ColumnCache,
    Excerpts,
    Frequencies,
    Lengths,
    Listed,
    counted_units,
    summed,
)
from excerpt.engines.columnar.reconstruct import subject_of
from excerpt.engines.columnar.roster import Roster
from excerpt.engines.columnar.scopes import Scopes, is_native_scope
from excerpt.engines.columnar.segment import KIND_BITS
from excerpt.engines.columnar.sets import difference, distinct, intersection, is_member, union
from excerpt.engines.columnar.spots import ONE_WORD, Spots, is_native, spots, spots_within
from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.stream import Stream
from excerpt.engines.columnar.view import View
from excerpt.engines.columnar.vocabulary import ColumnarVocabulary, accepted_terms
from excerpt.engines.columnar.wordset import WordSet
from excerpt.model import Span
from excerpt.query.match import matching_passages, occurrences
from excerpt.query.runs import Run, RunVocabulary, Subject
from excerpt.query.tree import (
    All,
    And,
    Choice,
    Everything,
    Field,
    First,
    Form,
    Fuzzy,
    Headed,
    Near,
    Node,
    Not,
    Nothing,
    Operand,
    Or,
    Pattern,
    Phrase,
    Range,
    Scope,
    Term,
    Titled,
    Wildcard,
    Word,
    leaves,
)
from excerpt.ranking import word_frequency

__all__ = ["Evaluation"]


MANY = 8
"""A word has a column if one in so many passages has it, ..."""
LARGE = 4096
"""... where there are so many that it pays."""


class Evaluation:
    """The evaluation of one query on one segment; what it has computed it keeps."""

    def __init__(
        self,
        view: View,
        vocabulary: ColumnarVocabulary,
        roster: Roster,
        average: float,
        columns: ColumnCache,
    ) -> None:
        self._view = view
        self._lengths = Lengths(view.lengths, average)
        self._columns = columns
        self._segment = view.segment
        self._vocabulary = vocabulary
        self._roster = roster
        self._word_sets: dict[Operand, WordSet] = {}
        self._spots: dict[tuple[str, Operand], Spots] = {}
        self._frequencies: dict[Operand, Frequencies] = {}
        self._stem_numbers: dict[str, list[int]] = {}

    # Sets of passages

    def passages(self, node: Node) -> Array:
        """The live passages that `node` means, ascending (int64)."""
        match node:
            case All(words):
                return self._all(words)
            case And(nodes):
                found = [self.passages(below) for below in nodes]
                return self._intersection(found) if found else self._view.live_passages
            case Or(nodes):
                return union([self.passages(below) for below in nodes], self._segment.n_passages)
            case Not(below):
                return difference(self._view.live_passages, self.passages(below), self._segment.n_passages)
            case First(below):
                documents = distinct(self._segment.document_of[self.passages(below)])
                return self._segment.first_passage[documents]
            case Titled(operand):
                return self._standing_in(self._segment.title, operand)
            case Headed(operand):
                return self._standing_in(self._segment.heading, operand)
            case Field(name, value):
                return self._kind(value) if name == "kind" else self._field(node)
            case Range(_, first, last):
                is_wanted = self._roster.overlapping(dates.period(first, last))
                return self._view.passages_of_ranks(is_wanted)
            case Everything():
                return self._view.live_passages
            case Nothing():
                return np.empty(0, np.int64)
            case Scope():
                return self._scope(node) if is_native_scope(node.node) else self._by_match(node, node.node)
            case Word() | Term() | Form() | Wildcard() | Fuzzy() | Pattern() | Choice() | Phrase() | Near():
                return self.frequencies(node).own
            case _:
                return self._by_match(node, node)

    def _all(self, words: tuple[Word, ...]) -> Array:
        found = sorted((self.frequencies(word) for word in words), key=lambda one: one.size)
        if not found:
            return np.empty(0, np.int64)
        passages = found[0].passages
        for one in found[1:]:
            passages = passages[one.is_in(passages)]
        if any(one.is_aside for one in found):
            passages = passages[reduce(np.logical_or, [one.is_own(passages) for one in found])]
        return passages

    def _intersection(self, sets: list[Array]) -> Array:
        n = self._segment.n_passages
        return reduce(lambda one, other: intersection(one, other, n), sorted(sets, key=len))

    def _standing_in(self, stream: Stream, operand: Operand) -> Array:
        return self._view.passages_of(stream, self._holding(stream, operand))

    def _holding(self, stream: Stream, operand: Operand) -> Array:
        """The units of `stream` in which `operand` stands, ascending."""
        if isinstance(operand, ONE_WORD):
            words = self._word_set(operand)
            if not words.is_partial:
                return union([stream.units(variant) for variant in words.variants])
        return distinct(stream.unit_of(self._found(stream, operand).starts))

    def _kind(self, value: str) -> Array:
        bit = next((bit for kind, bit in KIND_BITS.items() if kind == value.casefold()), 0)
        return self._view.living(np.flatnonzero(self._segment.columns.read("kinds") & bit))

    def _field(self, node: Field) -> Array:
        roster = self._roster
        rows = zip(roster.places, roster.formats, roster.languages, roster.metadata, strict=True)
        holds = (bool(matching_passages(node, _fields_alone(*row), self._vocabulary)) for row in rows)
        return self._view.passages_of_ranks(np.fromiter(holds, np.bool_, roster.n))

    def _scope(self, scope: Scope) -> Array:
        scopes = Scopes(self._segment, self.locate)
        passages = scopes.passages(scope.within, scopes.holding(scope.within, scope.node))
        asked = list(leaves(scope.node)) if scope.within == "document" else []
        if not asked:
            return self._view.living(passages)
        own = [self.frequencies(leaf).own for leaf in asked]  # type: ignore[arg-type]
        n = self._segment.n_passages
        return intersection(union(own, n), passages, n)

    # Frequencies

    def frequencies(self, leaf: Operand) -> Frequencies:
        """How often `leaf` occurs in the live passages that have it, whatever its weight."""
        plain = replace(leaf, weight=1.0)
        found = self._frequencies.get(plain)
        if found is None:
            found = self._columns.get(self._view, plain) or self._new_frequencies(plain)
            self._frequencies[plain] = found
        return found

    def _new_frequencies(self, leaf: Operand) -> Frequencies:
        if isinstance(leaf, Word):
            stems, exact = self._word_set(leaf), self._word_set(Term(leaf.term))
            n_occurrences, *parts = self._own_frequency(leaf, exact)
            own = (parts[0], parts[1])
            context = self._context(leaf)
            listed = self._with_context(n_occurrences, own, context)
            words: tuple[WordSet, WordSet | None] = (stems, exact)
        else:
            passages, frequency = self._living(*self._counted(leaf))
            listed = Listed(passages, frequency, int(frequency.sum()), self._lengths)
            if not isinstance(leaf, Term):
                return listed
            words, context = (self._word_set(leaf), None), _NO_CONTEXT
        n = self._segment.n_passages
        if n < LARGE or listed.size * MANY < n:
            return listed
        column = Column(listed, words, context, self._lengths)
        self._columns.keep(self._view, leaf, column)
        return column

    def _counted(self, leaf: Operand) -> tuple[Array, Array]:
        """The passages in which `leaf` begins, ascending, and how often in each."""
        body = self._segment.body
        if isinstance(leaf, ONE_WORD):
            words = self._word_set(leaf)
            if not words.is_partial:
                return summed([body.postings(variant) for variant in words.variants], body.n_units)
        if isinstance(leaf, Phrase) and leaf.gap == 0 and len(leaf.parts) == 2 and is_native(leaf):
            first, second = (self._word_set(part).term for part in leaf.parts)
            pair = self._segment.pairs.number(first, second)
            if pair >= 0:
                return summed([self._segment.pairs.postings(pair)], body.n_units)
        return counted_units(body.unit_of(self._found(body, leaf).starts))

    def _own_frequency(self, word: Word, exact: WordSet) -> tuple[int, Array, Array]:
        """How often a word occurs, in which passages, and what that makes in each: see `ranking.word_frequency`."""
        segment, body = self._segment, self._segment.body
        stems = self._stems(word)
        passages, n_stems = summed(
            [part for stem in stems for part in segment.stem_postings(stem)], segment.n_passages
        )
        variants = set(self._word_set(word).variants)
        if variants <= set(exact.variants):
            passages, n_stems = self._living(passages, n_stems)
            return int(n_stems.sum()), passages, word_frequency(n_stems, n_stems, 0, 0)
        n_exact = np.zeros(passages.size)
        for variant in variants.intersection(exact.variants):
            units, counts = body.postings(variant)
            n_exact[passages.searchsorted(units)] += 1 if counts is None else counts
        n_exact = self._living(passages, n_exact)[1]
        passages, n_stems = self._living(passages, n_stems)
        return int(n_stems.sum()), passages, word_frequency(n_stems, n_exact, 0, 0)

    def _context(self, word: Word) -> tuple[Array, Array]:
        """What headings and titles add to the frequency of `word` in passages: these, and how much."""
        segment = self._segment
        parts: list[tuple[Array, Array | None]] = []
        for variant in segment.variants_beside(self._stems(word)):
            units, counts = summed([segment.heading.postings(variant)], segment.n_passages)
            parts.append((units, word_frequency(0, 0, counts, 0)))
            units, counts = summed([segment.title.postings(variant)], segment.n_documents)
            passages = segment.passages_of(units)
            of_document = np.zeros(segment.n_documents)
            of_document[units] = counts
            parts.append((passages, word_frequency(0, 0, 0, of_document[segment.document_of[passages]])))
        return self._living(*summed(parts, segment.n_passages)) if parts else _NO_CONTEXT

    def _with_context(
        self, n_occurrences: int, own: tuple[Array, Array], context: tuple[Array, Array]
    ) -> Listed:
        if not context[0].size:
            return Listed(*own, n_occurrences, self._lengths)
        passages, frequency = summed([own, context], self._segment.n_passages)
        aside = ~is_member(passages, own[0], self._segment.n_passages)
        return Listed(passages, frequency, n_occurrences, self._lengths, aside if aside.any() else None)

    def _living(self, passages: Array, frequency: Array) -> tuple[Array, Array]:
        if self._view.is_whole:
            return passages, frequency
        is_live = self._view.is_live[passages]
        return passages[is_live], frequency[is_live]

    def _stems(self, word: Word) -> list[int]:
        """The stems of the segment that `word` means."""
        found = self._stem_numbers.get(word.term)
        if found is None:
            lexicon = self._segment.lexicon
            numbers = (lexicon.stem_number(*pair) for pair in sorted(self._vocabulary.stems(word.term)))
            found = self._stem_numbers[word.term] = [number for number in numbers if number >= 0]
        return found

    # Words and their places

    def _word_set(self, operand: Operand) -> WordSet:
        found = self._word_sets.get(operand)
        if found is None:
            found = self._word_sets[operand] = self._new_word_set(operand)
        return found

    def _new_word_set(self, operand: Operand) -> WordSet:
        lexicon = self._segment.lexicon
        match operand:
            case Word():
                return WordSet.of_variants(
                    lexicon, [v for stem in self._stems(operand) for v in lexicon.variants_of_stem(stem)]
                )
            case Term(term):
                return WordSet.of_term(lexicon, term)
            case Form(form):
                return WordSet.of_entries(lexicon, lexicon.entries_of_form(form))
            case Wildcard() | Fuzzy() | Pattern():
                terms = accepted_terms(self._view, operand)
                return WordSet.of_variants(
                    lexicon, [v for term in terms for v in lexicon.term_variants(term)]
                )
            case _:
                raise TypeError(operand)

    def _found(self, stream: Stream, operand: Operand) -> Spots:
        key = (stream.name, operand)
        found = self._spots.get(key)
        if found is None:
            native = is_native(operand)
            pairs = self._segment.pairs if stream is self._segment.body else None
            found = (
                spots(operand, stream, self._word_set, pairs) if native else self._matched(stream, operand)
            )
            self._spots[key] = found
        return found

    # What `query/match.py` decides

    def _documents(self, node: Node) -> Array:
        """Documents that `node` can be found in: all that have its words, and perhaps others."""
        match node:
            case Phrase(parts) | Choice(parts):
                found = [self._documents(part) for part in parts]
                return union(found) if isinstance(node, Choice) else _common(found)
            case Near(left, right):
                return intersection(self._documents(left), self._documents(right))
            case And(nodes):
                return _common([self._documents(below) for below in nodes])
            case All(words):
                return _common([self._documents(word) for word in words])
            case Or(nodes):
                return union([self._documents(below) for below in nodes])
            case Word() | Term() | Form() | Wildcard() | Fuzzy() | Pattern():
                return distinct(self._segment.document_of[self._holding(self._segment.body, node)])
            case _:
                return self._view.live_documents

    def _by_match(self, node: Node, inside: Node) -> Array:
        found = []
        for document in intersection(self._documents(inside), self._view.live_documents).tolist():
            ordinals = sorted(matching_passages(node, subject_of(self._view, document), self._vocabulary))
            found.append(np.array(ordinals, np.int64) + self._segment.first_passage[document])
        return union(found)

    def _matched(self, stream: Stream, operand: Operand) -> Spots:
        """The occurrences of `operand`, one document (one unit, in other streams than the body) after the other."""
        segment = self._segment
        starts: list[int] = []
        rows: list[tuple[Span, ...]] = []
        is_body = stream is segment.body
        for document in (self._documents(operand) if is_body else self._view.live_documents).tolist():
            subject = subject_of(self._view, document)
            first = int(segment.first_passage[document])
            runs = (
                [(subject.run, first)]
                if is_body
                else (
                    [(subject.title, document)]
                    if stream is segment.title
                    else [(run, first + number) for number, run in enumerate(subject.headings)]
                )
            )
            for run, unit in runs:
                vocabulary = self._vocabulary if is_body else RunVocabulary(self._vocabulary, run)
                found = occurrences(operand, run, vocabulary)
                if found:
                    places = stream.word_positions(unit, len(run))
                    for marks in found:
                        row = tuple(Span(places[mark.start], places[mark.end - 1] + 1) for mark in marks)
                        starts.append(row[0].start)
                        rows.append(row)
        return Spots(np.array(starts, np.int64), rows=tuple(rows))

    # Marks

    def marks(self, asked: Sequence[Operand], passages: Array) -> list[list[Match]]:
        """The occurrences of each leaf `asked` that begin in each of the ascending `passages`, in order."""
        ahead = max(map(_width, asked), default=1) - 1
        excerpts = Excerpts(self._segment.body, passages, ahead)
        found: list[list[Match]] = [[] for _ in range(passages.size)]
        for number, leaf in enumerate(asked):
            within = spots_within(leaf, excerpts.entries, 0, self._word_set)
            rows = self._rows_within(within, excerpts) if within else self._rows_of(leaf, passages)
            for row, marks in rows:
                found[row].append(Match(number, marks))
        for matches in found:
            matches.sort(key=lambda match: (match.marks, match.leaf))
        return found

    def _rows_within(self, spots: Spots, excerpts: Excerpts) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """The number of the passage of each occurrence within `excerpts`, and what it marks: spans of its words."""
        starts, ends = spots.marks[0]
        rows = excerpts.row_of[starts]
        is_own = starts - excerpts.first[rows] < excerpts.n_own[rows]
        starts, ends, rows = starts[is_own], ends[is_own], rows[is_own]
        firsts, lasts = excerpts.numbers[starts].tolist(), excerpts.numbers[ends - 1].tolist()
        for row, first, last in zip(rows.tolist(), firsts, lasts, strict=True):
            yield row, (Span(first, last + 1),)

    def _rows_of(self, leaf: Operand, passages: Array) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """The same of the occurrences of `leaf` in the whole segment."""
        body, spots = self._segment.body, self.locate(leaf)
        starts = body.unit_starts
        lows = spots.starts.searchsorted(starts[passages]).tolist()
        highs = spots.starts.searchsorted(starts[passages + 1]).tolist()
        before = body.word_number(starts[passages]).tolist()
        for row, (low, high) in enumerate(zip(lows, highs, strict=True)):
            found = [spots.row(number) for number in range(low, high)]
            ends = [at for marks in found for mark in marks for at in (mark.start, mark.end - 1)]
            numbers = iter((body.word_number(np.array(ends, np.int64)) - before[row]).tolist())
            for marks in found:
                yield row, tuple(Span(next(numbers), next(numbers) + 1) for _ in marks)

    def locate(self, leaf: Operand) -> Spots:
        """All occurrences of `leaf` in the words of passages, kept for `marks` of many passages."""
        return self._found(self._segment.body, leaf)


_NO_CONTEXT = (np.empty(0, np.int64), np.empty(0))
_NO_WORDS = Run("", (), (), (), (), (), (), ())


def _fields_alone(
    places: tuple[str, ...], form: str, language: str, metadata: tuple[tuple[str, str], ...]
) -> Subject:
    """A document of one passage without a word, to ask a field of."""
    return Subject(_NO_WORDS, _NO_WORDS, [_NO_WORDS], [frozenset()], places, form, language, metadata)


def _width(leaf: Operand) -> int:
    """How many positions an occurrence of `leaf` takes at most, where `spots_within` knows it."""
    match leaf:
        case Phrase(parts):
            return len(parts)
        case Choice(operands):
            return max(map(_width, operands), default=1)
        case _:
            return 1


def _common(sets: list[Array]) -> Array:
    return reduce(intersection, sets) if sets else np.empty(0, np.int64)
