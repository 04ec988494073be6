"""A query tree on one segment → sets of passages, frequencies for the ranking, and marks.

Leaves become sorted positions or frequencies for each passage, Boolean nodes set operations on passage numbers. What the
arrays do not answer (proximity of phrases, scopes) is asked of `query/match.py`, for those documents alone in which it
can be. Only live passages come out.
"""

from dataclasses import dataclass
from functools import reduce
from itertools import islice

import numpy as np

from excerpt import dates
from excerpt.engines.columnar.reconstruct import subject_of
from excerpt.engines.columnar.roster import Roster
from excerpt.engines.columnar.scopes import Scopes, is_native_scope
from excerpt.engines.columnar.segment import KIND_BITS
from excerpt.engines.columnar.sets import difference, distinct, intersection, union
from excerpt.engines.columnar.spots import ONE_WORD, Spots, is_native, spots, spots_within
from excerpt.engines.columnar.storage import Array
from excerpt.engines.columnar.stream import Stream
from excerpt.engines.columnar.view import View
from excerpt.engines.columnar.vocabulary import ColumnarVocabulary, accepted_terms
from excerpt.engines.columnar.wordset import WordSet
from excerpt.model import Span
from excerpt.query.match import matching_passages, occurrences
from excerpt.query.runs import Run, Subject
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

__all__ = ["Evaluation", "Frequencies"]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often a leaf occurs: `frequency` (float64) in each of `passages`; those that have it in their own words, not in
    title or headings alone, are `own`, and there it has `n_occurrences`."""

    passages: Array
    frequency: Array
    own: Array
    n_occurrences: int


class Evaluation:
    """The evaluation of one query on one segment; what it has computed it keeps."""

    def __init__(self, view: View, vocabulary: ColumnarVocabulary, roster: Roster) -> None:
        self._view = view
        self._segment = view.segment
        self._vocabulary = vocabulary
        self._roster = roster
        self._word_sets: dict[Operand, WordSet] = {}
        self._spots: dict[tuple[str, Operand], Spots] = {}
        self._frequencies: dict[Operand, Frequencies] = {}

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
        found = [self.frequencies(word) for word in words]
        own = union([one.own for one in found], self._segment.n_passages)
        return self._intersection([own, *(one.passages for one in found)])

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
        """How often `leaf` occurs in the live passages that have it."""
        found = self._frequencies.get(leaf)
        if found is None:
            found = self._word_frequencies(leaf) if isinstance(leaf, Word) else self._counted(leaf)
            self._frequencies[leaf] = found
        return found

    def _counted(self, leaf: Operand) -> Frequencies:
        body = self._segment.body
        words = self._word_set(leaf) if isinstance(leaf, ONE_WORD) else None
        if words is not None and not words.is_partial:
            passages, frequency = _summed([body.postings(v) for v in words.variants], body.n_units)
        else:
            passages, frequency = _counted_units(body.unit_of(self._found(body, leaf).starts))
        passages, frequency = self._living(passages, frequency)
        return Frequencies(passages, frequency, passages, int(frequency.sum()))

    def _word_frequencies(self, word: Word) -> Frequencies:
        """See `ranking.word_frequency`, which is a sum over the places where a word stands."""
        segment = self._segment
        words = self._word_set(word)
        exact = set(self._word_set(Term(word.term)).variants)
        parts: list[tuple[Array, Array]] = []
        n_occurrences = 0
        for variant in words.variants:
            units, counts = segment.body.postings(variant)
            n_occurrences += int(self._living(units, counts)[1].sum())
            is_exact = variant in exact
            parts.append((units, word_frequency(counts, counts * is_exact, 0, 0)))
        own, frequency = self._living(*_summed(parts, segment.n_passages))
        context = self._context(words)
        if not context:
            return Frequencies(own, frequency, own, n_occurrences)
        together = _summed([(own, frequency), *context], segment.n_passages)
        return Frequencies(*self._living(*together), own, n_occurrences)

    def _context(self, words: WordSet) -> list[tuple[Array, Array]]:
        """What headings and titles add to the frequency of a word in passages."""
        segment = self._segment
        parts: list[tuple[Array, Array]] = []
        for variant in words.variants:
            units, counts = segment.heading.postings(variant)
            if units.size:
                parts.append((units, word_frequency(0, 0, counts, 0)))
            units, counts = segment.title.postings(variant)
            if units.size:
                passages = segment.passages_of(units)
                of_document = np.zeros(segment.n_documents)
                of_document[units] = counts
                parts.append((passages, word_frequency(0, 0, 0, of_document[segment.document_of[passages]])))
        return parts

    def _living(self, passages: Array, frequency: Array) -> tuple[Array, Array]:
        if self._view.is_whole:
            return passages, frequency
        is_live = self._view.is_live[passages]
        return passages[is_live], frequency[is_live]

    # Words and their places

    def _word_set(self, operand: Operand) -> WordSet:
        found = self._word_sets.get(operand)
        if found is None:
            found = self._word_sets[operand] = self._new_word_set(operand)
        return found

    def _new_word_set(self, operand: Operand) -> WordSet:
        lexicon = self._segment.lexicon
        match operand:
            case Word(term):
                pairs = sorted(self._vocabulary.stems(term))
                return WordSet.of_variants(
                    lexicon, [v for pair in pairs for v in lexicon.stem_variants(*pair)]
                )
            case Term(term):
                return WordSet.of_variants(lexicon, list(lexicon.term_variants(term)))
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
            found = spots(operand, stream, self._word_set) if native else self._matched(stream, operand)
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
                found = occurrences(operand, run, self._vocabulary)
                if found:
                    places = stream.word_positions(unit, len(run))
                    for marks in found:
                        row = tuple(Span(places[mark.start], places[mark.end - 1] + 1) for mark in marks)
                        starts.append(row[0].start)
                        rows.append(row)
        return Spots(np.array(starts, np.int64), rows=tuple(rows))

    # Marks

    def marks(self, leaf: Operand, passage: int) -> list[tuple[Span, ...]]:
        """What the occurrences of `leaf` that begin in `passage` mark: spans of words, from its first word on."""
        body = self._segment.body
        start, end = (int(at) for at in body.starts[passage : passage + 2])
        found = self._spots.get((body.name, leaf))
        if found is None:
            ahead = min(end + _width(leaf), body.n_positions)
            found = spots_within(leaf, body.entries(start, ahead), start, self._word_set)
        if found is None:
            found = self.locate(leaf)
        low, high = np.searchsorted(found.starts, (start, end)).tolist()
        rows = [found.row(number) for number in range(low, high)]
        ends = [at for row in rows for mark in row for at in (mark.start, mark.end - 1)]
        numbers = (body.word_number(np.array(ends, np.int64)) - body.word_number(np.array([start]))).tolist()
        each = iter(zip(numbers[::2], numbers[1::2], strict=True))
        return [tuple(Span(first, last + 1) for first, last in islice(each, len(row))) for row in rows]

    def locate(self, leaf: Operand) -> Spots:
        """All occurrences of `leaf` in the words of passages, kept for `marks` of many passages."""
        return self._found(self._segment.body, leaf)


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


def _counted_units(units: Array) -> tuple[Array, Array]:
    """The distinct of the ascending `units`, and how often each is there (float64)."""
    first = np.flatnonzero(np.diff(units, prepend=-1))
    return units[first], np.diff(np.append(first, units.size)).astype(np.float64)


def _summed(parts: list[tuple[Array, Array]], n_units: int) -> tuple[Array, Array]:
    """The units of all `parts`, ascending, with the sum of their numbers in each (float64)."""
    parts = [part for part in parts if part[0].size]
    if not parts:
        return np.empty(0, np.int64), np.empty(0)
    if len(parts) == 1:
        return parts[0][0], parts[0][1].astype(np.float64)
    units = np.concatenate([units for units, _ in parts])
    numbers = np.concatenate([numbers for _, numbers in parts])
    if units.size * 16 < n_units:
        order = np.argsort(units, kind="stable")
        units, numbers = units[order], numbers[order]
        first = np.flatnonzero(np.append(True, units[1:] != units[:-1]))
        return units[first], np.add.reduceat(numbers, first, dtype=np.float64)
    sums = np.bincount(units, weights=numbers, minlength=n_units)
    units = np.flatnonzero(sums > 0)
    return units, sums[units]


def _common(sets: list[Array]) -> Array:
    return reduce(intersection, sets) if sets else np.empty(0, np.int64)
