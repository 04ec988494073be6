"""Query tree, document → the passages that match, and the matches within them.

This module defines the meaning of every node; engines must return the same. It is slow and obvious
on purpose: each node becomes the set of all its matches, and nothing is skipped.

A match of an operand is a tuple of spans over the tokens of a section: disjoint and ascending. A
word matches with one span: of one token, or of several that are joined by signs and equal the word
when written together (see `spellings`). A phrase matches with one span from its first to its last
token, NEAR with the spans of both operands. NOT NEAR has those matches of an operand that another
one is not near to. Inside a phrase or NEAR, every match of an operand is tried.
Of the matches of a whole operand, only the minimal ones count: those without another match between
their first and last token. Of several with the same first and last token, the first in order
counts.

A match belongs to the passage in which it begins. A sentence, paragraph or document that a query
asks for is looked at alone, and the terms that it must have match only where the whole does. Scores
are not computed here.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from itertools import pairwise
from typing import TYPE_CHECKING

from excerpt.errors import Instruction, UnsupportedQuery
from excerpt.memory import memoized
from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    AsTyped,
    DateRange,
    Field,
    FirstPassage,
    Form,
    Fuzzy,
    InHeading,
    InTitle,
    Joined,
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    NotNear,
    Operand,
    Or,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
    query_terms,
    scoped_terms,
)
from excerpt.query.field_values import field_values, folders_of
from excerpt.query.spellings import separate_spellings
from excerpt.query.term_matching import spelling_matcher, term_matcher
from excerpt.query.token_sequence import (
    SequenceVocabulary,
    TokenSequence,
    Vocabulary,
    group_bounds,
)
from excerpt.text import fold, tokenize
from excerpt.text.normalizer import unaccented

if TYPE_CHECKING:
    from excerpt.query.document_view import DocumentView

__all__ = [
    "MatchSpans",
    "find_matches",
    "matches_by_passage",
    "matching_passages",
    "term_matches",
]

MatchSpans = tuple[Span, ...]
"""A match: spans of tokens."""
MAX_MATCHES = 1_000_000
"""Matches of one operand in one document, before minimal ones are selected; only a query that was
made to be expensive has more."""


def find_matches(
    operand: Operand, sequence: TokenSequence, vocabulary: Vocabulary
) -> list[MatchSpans]:
    """Return the minimal matches of `operand` in `sequence`, in order.

    Raises:
        UnsupportedQuery: if nested proximity has too many matches to examine.
    """
    return _minimal(_all_matches(operand, sequence, vocabulary))


def matching_passages(tree: Node, document: "DocumentView", vocabulary: Vocabulary) -> set[int]:
    """Return the ordinals of the passages of `document` that match `tree`.

    Raises:
        UnsupportedQuery: for a field within a scope, or proximity with too many matches.
    """

    def below(node: Node) -> set[int]:
        return matching_passages(node, document, vocabulary)

    everything = set(document.ordinals)
    match tree:
        case AllWords(words):
            return _passages_with_all(words, document, vocabulary)
        case And(nodes):
            return everything.intersection(*map(below, nodes))
        case Or(nodes):
            return set().union(*map(below, nodes))
        case Not(node):
            return everything - below(node)
        case FirstPassage(node):
            return set(document.ordinals[:1]) if below(node) else set()
        case Scope(within, node):
            return _passages_in_scope(within, node, document, vocabulary)
        case InTitle(operand):
            return everything if _occurs_in(operand, document.title, vocabulary) else set()
        case InHeading(operand):
            return {
                ordinal
                for ordinal in document.ordinals
                if _occurs_in(operand, document.headings[ordinal], vocabulary)
            }
        case Field(name, value, is_exact=True):
            values = _exact_values(name, document)
            is_match = value in values if values else not value
            return everything if is_match else set()
        case Field(name, value):
            return _passages_with_field(name, value, document)
        case DateRange(_, first, last):
            return everything if _overlaps(document.metadata, first, last) else set()
        case MatchAll():
            return everything
        case MatchNone():
            return set()
        case _:
            return _passages_with(tree, document.text, vocabulary)


def matches_by_passage(
    tree: Node, document: "DocumentView", vocabulary: Vocabulary
) -> dict[int, list[tuple[int, MatchSpans]]]:
    """Return, for each passage that matches `tree`, the `term_matches` that begin in it."""
    found = term_matches(tree, document, vocabulary)
    return {
        ordinal: found.get(ordinal, [])
        for ordinal in sorted(matching_passages(tree, document, vocabulary))
    }


def term_matches(
    tree: Node, document: "DocumentView", vocabulary: Vocabulary
) -> dict[int, list[tuple[int, MatchSpans]]]:
    """Return the matches of the terms of `tree` that begin in each passage that has any.

    Each match is the number of its operand in `query_terms` and its spans, which count tokens from
    the start of the passage. The matches are ordered by their spans, then by operand. A term in a
    Scope matches only within the sentences, paragraphs or documents that the scope matches.
    """
    found: dict[int, list[tuple[int, MatchSpans]]] = defaultdict(list)
    text = document.text
    units: dict[tuple[Scope, ...], list[tuple[int, int]]] = {}
    for number, (operand, scopes) in enumerate(scoped_terms(tree)):
        if scopes not in units:
            units[scopes] = list(_matching_units(scopes, text, vocabulary))
        for start, end in units[scopes]:
            unit = text.slice(start, end) if scopes else text
            for spans in find_matches(operand, unit, vocabulary):  # type: ignore[arg-type]
                ordinal = unit.passage_of[spans[0].start]
                first = bisect_left(text.passage_of, ordinal) - start
                shifted = tuple(Span(span.start - first, span.end - first) for span in spans)
                found[ordinal].append((number, shifted))
    for matches in found.values():
        matches.sort(key=lambda match: (match[1], match[0]))
    return dict(found)


# Operand, token sequence → matches


def _all_matches(
    operand: Operand, sequence: TokenSequence, vocabulary: Vocabulary
) -> set[MatchSpans]:
    """Return all matches of `operand`, minimal or not."""
    match operand:
        case Alternatives(operands):
            return set().union(*(_all_matches(below, sequence, vocabulary) for below in operands))
        case Phrase(parts, gap):
            matches = [_all_matches(part, sequence, vocabulary) for part in parts]
            return _phrase_matches(matches, gap, sequence.section_of)
        case Near(left, right, distance, is_ordered):
            return _near_matches(
                _all_matches(left, sequence, vocabulary),
                _Others(
                    _all_matches(right, sequence, vocabulary),
                    distance,
                    "BEFORE" if is_ordered else "NEAR",
                    sequence.section_of,
                ),
            )
        case NotNear(below, other, distance, relation):
            matches_of_other = _all_matches(other, sequence, vocabulary)
            others = _Others(matches_of_other, distance, relation, sequence.section_of)
            return {
                spans
                for spans in find_matches(below, sequence, vocabulary)
                if not any(True for _ in others.near(spans))
            }
        case _:
            positions = _positions(operand, sequence, vocabulary)
            found: set[MatchSpans] = {(Span(position, position + 1),) for position in positions}
            for spelling in separate_spellings(operand, sequence.joined_terms):
                of_parts: list[set[MatchSpans]] = [
                    {(Span(at, at + 1),) for at in _positions(part, sequence, vocabulary)}
                    for part in spelling.parts
                ]
                found |= _phrase_matches(of_parts, 0, sequence.section_of)
            return found


def _positions(term: Operand, sequence: TokenSequence, vocabulary: Vocabulary) -> list[int]:
    """Return the positions of the tokens that `term` matches."""
    match term:
        case Word():
            forms = _accepted_forms(term, sequence, vocabulary)
            return [i for i, form in enumerate(sequence.forms) if form in forms]
        case Joined(below, marks):
            positions = _positions(below, sequence, vocabulary)
            return [i for i in positions if (sequence.marks[i] if sequence.marks else "") in marks]
        case AsTyped(Word() as word):
            word_forms = vocabulary.word_forms(word)
            forms = {
                form
                for form in _accepted_forms(word, sequence, vocabulary)
                if word_forms.has_accents_as_typed(sequence.language, form)
            }
            return [i for i, form in enumerate(sequence.forms) if form in forms]
        case AsTyped(Term() | Wildcard() | Fuzzy() as below):
            is_typed = spelling_matcher(below)
            positions = _positions(below, sequence, vocabulary)
            return [i for i in positions if is_typed(sequence.forms[i])]
        case Form(text, _, ignores_accents):
            wanted = {text}
            if ignores_accents:
                wanted = {form for form in set(sequence.forms) if unaccented(form) == text}
            return [i for i, form in enumerate(sequence.forms) if form in wanted]
        case Wildcard("*"):
            return list(range(len(sequence.forms)))
        case Term(text, _, variants):
            terms = {text, *(term for language, term in variants if language == sequence.language)}
            return [i for i, other in enumerate(sequence.terms) if other in terms]
        case _:
            expanded = vocabulary.expand(term)
            return [i for i, other in enumerate(sequence.terms) if other in expanded]


def _accepted_forms(word: Word, sequence: TokenSequence, vocabulary: Vocabulary) -> set[str]:
    """Return the forms in `sequence` that `word` stands for."""
    forms = vocabulary.word_forms(word)
    language = sequence.language
    if not language and forms.main_language:  # the stems of the sequence are of no language
        return forms.accepted(language, sorted(set(sequence.forms)))
    stems = {stem for other, stem in forms.stems if other == language}
    # Few forms have such a stem, so few have to be compared as they are written.
    words = zip(sequence.forms, sequence.terms, sequence.stems, strict=True)
    candidates = {form for form, term, stem in words if stem in stems or term in forms.terms}
    return forms.accepted(language, sorted(candidates))


def _phrase_matches(
    parts: list[set[MatchSpans]], gap: int, section_of: Sequence[int]
) -> set[MatchSpans]:
    """Return the sequences of one match of each part, at most `gap` tokens between neighbours."""
    if not parts:
        return set()
    found = {(spans[0].start, spans[-1].end) for spans in parts[0]}
    for part in parts[1:]:
        ends: dict[int, set[int]] = defaultdict(set)
        for spans in part:
            ends[spans[0].start].add(spans[-1].end)
        found = {
            (start, later_end)
            for start, end in found
            for later_start in range(end, end + gap + 1)
            for later_end in ends.get(later_start, ())
            if section_of[start] == section_of[later_start]
        }
        _check_count(len(found))
    return {(Span(start, end),) for start, end in found}


class _Others:
    """Matches of an operand, to be found near those of another.

    With the relation "BEFORE", the other operand stands before them, and with "AFTER", after them.
    """

    def __init__(
        self, matches: set[MatchSpans], distance: int, relation: str, section_of: Sequence[int]
    ) -> None:
        self._matches = sorted(matches)
        self._starts = [spans[0].start for spans in self._matches]
        self._longest = max((spans[-1].end - spans[0].start for spans in matches), default=0)
        self._distance = distance
        self._relation = relation
        self._section_of = section_of

    def near(self, spans: MatchSpans) -> Iterator[MatchSpans]:
        """Yield the matches near `spans` that share no token with them, joined with them."""
        start, end = spans[0].start, spans[-1].end
        earliest = end if self._relation == "BEFORE" else start - self._distance - self._longest
        latest = start if self._relation == "AFTER" else end + self._distance
        i = bisect_left(self._starts, earliest)
        while i < len(self._starts) and self._starts[i] <= latest:
            other = self._matches[i]
            i += 1
            joined = tuple(sorted(spans + other))
            if (
                start - other[-1].end <= self._distance
                and (self._relation != "AFTER" or other[-1].end <= start)
                and self._section_of[start] == self._section_of[other[0].start]
                and all(before.end <= after.start for before, after in pairwise(joined))
            ):
                yield joined


def _near_matches(matches: set[MatchSpans], others: _Others) -> set[MatchSpans]:
    """Return the pairs of a match and another that is near it."""
    found: set[MatchSpans] = set()
    for spans in matches:
        found.update(others.near(spans))
        _check_count(len(found))
    return found


def _check_count(n_matches: int) -> None:
    if n_matches > MAX_MATCHES:
        raise UnsupportedQuery(
            "The words of a phrase or NEAR match in too many ways.",
            Instruction("Lower the distances, or join the parts with AND."),
        )


def _minimal(matches: set[MatchSpans]) -> list[MatchSpans]:
    """Return the matches without another between their ends, in order.

    Of those with the same first and last token, the first is kept.
    """
    kept: list[MatchSpans] = []
    for spans in sorted(matches, key=lambda spans: (-spans[0].start, spans[-1].end, spans)):
        if not kept or spans[-1].end < kept[-1][-1].end:
            kept.append(spans)
    kept.reverse()
    return kept


def _occurs_in(operand: Operand, sequence: TokenSequence, vocabulary: Vocabulary) -> bool:
    """Return whether `operand` matches in a title or heading path."""
    return bool(_all_matches(operand, sequence, SequenceVocabulary(vocabulary, sequence)))


# Node → sets of passages


def _passages_with(operand: Operand, sequence: TokenSequence, vocabulary: Vocabulary) -> set[int]:
    """Return the passages in which a match of `operand` begins."""
    matches = find_matches(operand, sequence, vocabulary)
    return {sequence.passage_of[spans[0].start] for spans in matches}


def _passages_with_all(
    words: tuple[Word, ...], document: "DocumentView", vocabulary: Vocabulary
) -> set[int]:
    """Return the passages that contain a word and have the others at least in their titles."""
    with_word = []
    with_any: set[int] = set()
    for word in words:
        inside = _passages_with(word, document.text, vocabulary)
        with_any |= inside
        with_word.append(
            inside
            | matching_passages(InTitle(word), document, vocabulary)
            | matching_passages(InHeading(word), document, vocabulary)
        )
    return with_any.intersection(*with_word)


def _passages_in_scope(
    within: str, node: Node, document: "DocumentView", vocabulary: Vocabulary
) -> set[int]:
    """Return the passages of a Scope (see there)."""
    sequence = document.text
    if within != "document":
        units = [sequence.slice(*bounds) for bounds in _unit_bounds(within, sequence)]
        return {unit.passage_of[0] for unit in units if _is_match(node, unit, vocabulary)}
    if not _is_match(node, sequence, vocabulary):
        return set()
    operands = [term for term in query_terms(node) if isinstance(term, Operand)]
    if not operands:
        return set(document.ordinals)
    return set().union(*(_passages_with(each, sequence, vocabulary) for each in operands))


def _matching_units(
    scopes: tuple[Scope, ...], sequence: TokenSequence, vocabulary: Vocabulary
) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the innermost units of `scopes` that match, within those that match."""
    if not scopes:
        yield 0, len(sequence)
        return
    scope, *inner = scopes
    for start, end in _unit_bounds(scope.within, sequence):
        unit = sequence.slice(start, end)
        if _is_match(scope.node, unit, vocabulary):
            for first, last in _matching_units(tuple(inner), unit, vocabulary):
                yield start + first, start + last


def _unit_bounds(within: str, sequence: TokenSequence) -> list[tuple[int, int]]:
    """Return the start and end of each sentence or paragraph, or of the whole document."""
    if within == "document":
        return [(0, len(sequence))]
    return group_bounds(sequence.paragraph_of if within == "paragraph" else sequence.sentence_of)


def _is_match(node: Node, sequence: TokenSequence, vocabulary: Vocabulary) -> bool:
    """Return whether `node` matches the tokens of `sequence` alone."""

    def each(nodes: Sequence[Node]) -> Iterator[bool]:
        return (_is_match(below, sequence, vocabulary) for below in nodes)

    match node:
        case AllWords(words):
            return bool(words) and all(each(words))
        case And(nodes):
            return all(each(nodes))
        case Or(nodes):
            return any(each(nodes))
        case Not(below):
            return not _is_match(below, sequence, vocabulary)
        case Scope(within, below):
            return any(
                _is_match(below, sequence.slice(start, end), vocabulary)
                for start, end in _unit_bounds(within, sequence)
            )
        case MatchAll():
            return True
        case MatchNone():
            return False
        case InTitle() | InHeading() | Field() | DateRange() | FirstPassage():
            raise UnsupportedQuery(
                "A field cannot be used inside sentence( ), paragraph( ) or document( ).",
                Instruction("Write it outside the parentheses."),
            )
        case _:
            return bool(_all_matches(node, sequence, vocabulary))


# Fields


def _passages_with_field(name: str, value: str, document: "DocumentView") -> set[int]:
    """Return the passages of a Field (see there)."""
    if name == "kind":
        return {n for n in document.ordinals if value.casefold() in document.kinds[n]}
    tests: dict[str, Callable[[], bool]] = {
        "path": lambda: any(map(_path_matcher(value), document.paths)),
        "format": lambda: document.format.casefold() == value.casefold(),
        "lang": lambda: document.language.casefold() == value.casefold(),
    }
    is_match = tests[name]() if name in tests else _has_metadata(name, value, document.metadata)
    return set(document.ordinals) if is_match else set()


def _exact_values(name: str, document: "DocumentView") -> Sequence[str]:
    """Return the values of a field that an exact Field can have; none if there is no value."""
    match name:
        case "path":
            return folders_of(document.paths)
        case "format":
            return [document.format]
        case "lang":
            return [document.language]
        case _:
            return field_values(name, document.metadata)


@memoized(500_000, result_bytes=4_000)
def _path_matcher(value: str) -> Callable[[str], bool]:
    """Return a function that tells whether a path is `value`, in that folder, or fits the glob.

    A path may itself contain the signs of a glob: `a[1].txt` finds the file with this name, too.
    Case is ignored, and `value` may begin at any folder of the path. In a glob, "*" also matches
    "/". A path fits it if that of a folder around it does: mailboxes and archives are folders too.
    """
    wanted = _path_key(value).strip("/")

    def is_below(path: str) -> bool:
        return f"/{wanted}/" in f"/{_path_key(path)}/"

    if not any(sign in wanted for sign in "*?["):
        return is_below
    # `translate` ends the expression at the end of the text.
    glob = re.compile(rf"{translate(wanted)[:-2]}(?:/|\Z)")

    def fits(path: str) -> bool:
        key = _path_key(path)
        starts = [0, *(found.end() for found in re.finditer("/", key))]
        return is_below(path) or any(glob.match(key, start) for start in starts)

    return fits


def _path_key(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _has_metadata(name: str, value: str, metadata: Sequence[tuple[str, str]]) -> bool:
    """Return whether a metadata value named `name` contains the words of `value` in sequence.

    Words may have wildcards.
    """
    wanted = _value_matchers(value)
    return bool(wanted) and any(
        _contains([token.term for token in tokenize(text)], wanted)
        for other, text in metadata
        if other.casefold() == name.casefold()
    )


@memoized(500_000, result_bytes=4_000)
def _value_matchers(value: str) -> list[Callable[[str], bool]]:
    """Return a function for each word of a field's value, which tells whether a term is meant."""
    if "*" not in value and "?" not in value:
        return [token.term.__eq__ for token in tokenize(value)]
    matchers: list[Callable[[str], bool]] = []
    for word in re.findall(r"[\w*?]+", unicodedata.normalize("NFC", value)):
        parts = re.split(r"([*?]+)", word.rstrip("?"))
        pattern = "".join(part if part[:1] in {"*", "?"} else fold(part) for part in parts if part)
        if pattern.strip("*?"):
            matchers.append(term_matcher(Wildcard(pattern)))
    return matchers


def _contains(terms: list[str], wanted: Sequence[Callable[[str], bool]]) -> bool:
    """Return whether a contiguous part of `terms` is `wanted`."""
    starts = range(len(terms) - len(wanted) + 1)
    return any(
        all(is_meant(term) for is_meant, term in zip(wanted, terms[start:], strict=False))
        for start in starts
    )


def _overlaps(metadata: Sequence[tuple[str, str]], first: str, last: str) -> bool:
    """Return whether the date of a document overlaps the days; without a date, it does not."""
    from excerpt import dates

    days = dates.date_from_metadata(metadata)
    return days is not None and dates.overlaps(days, dates.day_range(first, last))
