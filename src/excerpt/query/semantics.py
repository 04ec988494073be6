"""A query tree on the words of a document → the passages it means and the words it marks.

This is what every form of a query *means*; engines must equal it. Slow and obvious on purpose: each node becomes
the set of all its matches, and nothing is skipped.

A match of an operand is its marks: spans of words, disjoint and ascending, all within one section. A word has one
mark of one word, a phrase one mark from its first to its last word, NEAR the marks of both operands. Inside a
phrase or NEAR every match of an operand is tried. Of the matches of a whole operand only the minimal ones occur:
those with no other between their first and last word; of several that begin and end alike, the first by its marks.

A match belongs to the passage in which it begins. Scores are not computed here.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from fnmatch import translate
from itertools import pairwise

from excerpt.errors import Advice, UnsupportedQuery
from excerpt.memory import memoized
from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    DateRange,
    Field,
    FirstPassage,
    Form,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    Operand,
    Or,
    Phrase,
    Scope,
    Term,
    Word,
    query_terms,
)
from excerpt.query.token_sequence import (
    DocumentView,
    SequenceVocabulary,
    TokenSequence,
    Vocabulary,
    group_bounds,
)
from excerpt.text import tokenize

__all__ = ["MatchSpans", "matches_by_passage", "matching_passages", "find_matches"]

MatchSpans = tuple[Span, ...]
"""The spans of words that one match marks."""
MAX_MATCHES = 1_000_000
"""Matches of one operand in one document that are looked at; more is a query bomb."""


def find_matches(operand: Operand, run: TokenSequence, vocabulary: Vocabulary) -> list[MatchSpans]:
    """The minimal matches of `operand` in `run`, in order.

    Raises:
        UnsupportedQuery: if nested proximity has too many matches to look at.
    """
    return _minimal(_matches(operand, run, vocabulary))


def matching_passages(tree: Node, subject: DocumentView, vocabulary: Vocabulary) -> set[int]:
    """The ordinals of the passages of `subject` that `tree` means.

    Raises:
        UnsupportedQuery: for fields within scopes, and for proximity with too many matches.
    """

    def below(node: Node) -> set[int]:
        return matching_passages(node, subject, vocabulary)

    match tree:
        case AllWords(words):
            return _all(words, subject, vocabulary)
        case And(nodes):
            return _intersection([below(node) for node in nodes], set(subject.ordinals))
        case Or(nodes):
            return set().union(*map(below, nodes))
        case Not(node):
            return set(subject.ordinals) - below(node)
        case FirstPassage(node):
            return set(subject.ordinals[:1]) if below(node) else set()
        case Scope(within, node):
            return _scope(within, node, subject, vocabulary)
        case InTitle(operand):
            return (
                set(subject.ordinals) if _stands_in(operand, subject.title, vocabulary) else set()
            )
        case InHeading(operand):
            return {
                n for n in subject.ordinals if _stands_in(operand, subject.headings[n], vocabulary)
            }
        case Field(name, value):
            return _field(name, value, subject)
        case DateRange(_, first, last):
            return set(subject.ordinals) if _is_from(subject.metadata, first, last) else set()
        case MatchAll():
            return set(subject.ordinals)
        case MatchNone():
            return set()
        case _:
            return _beginnings(tree, subject.text, vocabulary)


def matches_by_passage(
    tree: Node, subject: DocumentView, vocabulary: Vocabulary
) -> dict[int, list[tuple[int, MatchSpans]]]:
    """For each passage that `tree` means the occurrences of its leaves that begin in it.

    Each is the number of the leaf in `query_terms` and its marks, counted from the passage's first word; they are
    in the order of their marks, then of the leaves.
    """
    found: dict[int, list[tuple[int, MatchSpans]]] = {
        ordinal: [] for ordinal in sorted(matching_passages(tree, subject, vocabulary))
    }
    passage_of = subject.text.passage_of
    for number, leaf in enumerate(query_terms(tree)):
        for marks in find_matches(leaf, subject.text, vocabulary):  # type: ignore[arg-type]
            ordinal = passage_of[marks[0].start]
            if ordinal in found:
                first = bisect_left(passage_of, ordinal)
                shifted = tuple(Span(mark.start - first, mark.end - first) for mark in marks)
                found[ordinal].append((number, shifted))
    for matches in found.values():
        matches.sort(key=lambda match: (match[1], match[0]))
    return found


# Operands: a run of words → matches


def _matches(operand: Operand, run: TokenSequence, vocabulary: Vocabulary) -> set[MatchSpans]:
    match operand:
        case Alternatives(operands):
            return set().union(*(_matches(one, run, vocabulary) for one in operands))
        case Phrase(parts, gap):
            return _in_a_row(
                [_matches(part, run, vocabulary) for part in parts], gap, run.section_of
            )
        case Near(left, right):
            return _near(
                operand,
                _matches(left, run, vocabulary),
                _matches(right, run, vocabulary),
                run.section_of,
            )
        case _:
            return {(Span(at, at + 1),) for at in _places(operand, run, vocabulary)}


def _places(leaf: Operand, run: TokenSequence, vocabulary: Vocabulary) -> list[int]:
    """Where the words stand that `leaf` names."""
    match leaf:
        case Word(term):
            wanted = {stem for language, stem in vocabulary.stems(term) if language == run.language}
            return [at for at, stem in enumerate(run.stems) if stem in wanted]
        case Form(form):
            return [at for at, here in enumerate(run.forms) if here == form]
        case Term(term):
            return [at for at, here in enumerate(run.terms) if here == term]
        case _:
            terms = vocabulary.expand(leaf)
            return [at for at, here in enumerate(run.terms) if here in terms]


def _in_a_row(parts: list[set[MatchSpans]], gap: int, section_of: Sequence[int]) -> set[MatchSpans]:
    """The phrases of one match of each of `parts`, with at most `gap` words between each and the next."""
    if not parts:
        return set()
    found = {(marks[0].start, marks[-1].end) for marks in parts[0]}
    for part in parts[1:]:
        ends: dict[int, set[int]] = defaultdict(set)
        for marks in part:
            ends[marks[0].start].add(marks[-1].end)
        found = {
            (start, later)
            for start, end in found
            for at in range(end, end + gap + 1)
            for later in ends.get(at, ())
            if section_of[start] == section_of[at]
        }
        _refuse_bomb(len(found))
    return {(Span(start, end),) for start, end in found}


def _near(
    near: Near, left: set[MatchSpans], right: set[MatchSpans], section_of: Sequence[int]
) -> set[MatchSpans]:
    """The pairs of a match of each side that share no word and have few enough words between."""
    found: set[MatchSpans] = set()
    others = sorted(right)
    starts = [marks[0].start for marks in others]
    longest = max((marks[-1].end - marks[0].start for marks in others), default=0)
    for marks in left:
        start, end = marks[0].start, marks[-1].end
        earliest = end if near.is_ordered else start - near.distance - longest
        at = bisect_left(starts, earliest)
        while at < len(others) and starts[at] <= end + near.distance:
            other = others[at]
            at += 1
            joined = tuple(sorted(marks + other))
            if (
                start - other[-1].end <= near.distance
                and section_of[start] == section_of[other[0].start]
                and all(one.end <= two.start for one, two in pairwise(joined))
            ):
                found.add(joined)
        _refuse_bomb(len(found))
    return found


def _refuse_bomb(n_matches: int) -> None:
    if n_matches > MAX_MATCHES:
        raise UnsupportedQuery(
            "the words of a phrase or NEAR stand near each other in too many ways",
            "",
            Span(0, 0),
            Advice("Lower the distances, or join the parts with AND."),
        )


def _minimal(found: set[MatchSpans]) -> list[MatchSpans]:
    """Those of `found` that have no other between their ends, in order; the first of those that end alike."""
    kept: list[MatchSpans] = []
    for marks in sorted(found, key=lambda marks: (-marks[0].start, marks[-1].end, marks)):
        if not kept or marks[-1].end < kept[-1][-1].end:
            kept.append(marks)
    kept.reverse()
    return kept


def _stands_in(operand: Operand, run: TokenSequence, vocabulary: Vocabulary) -> bool:
    """Whether `operand` stands in a title or heading path."""
    return bool(_matches(operand, run, SequenceVocabulary(vocabulary, run)))


# Sets of passages


def _intersection(sets: list[set[int]], everything: set[int]) -> set[int]:
    return everything.intersection(*sets)


def _beginnings(operand: Operand, run: TokenSequence, vocabulary: Vocabulary) -> set[int]:
    """The passages in which a match of `operand` begins."""
    return {run.passage_of[marks[0].start] for marks in find_matches(operand, run, vocabulary)}


def _all(words: tuple[Word, ...], subject: DocumentView, vocabulary: Vocabulary) -> set[int]:
    holding = []
    inside: set[int] = set()
    for word in words:
        here = _beginnings(word, subject.text, vocabulary)
        inside |= here
        holding.append(
            here
            | matching_passages(InTitle(word), subject, vocabulary)
            | matching_passages(InHeading(word), subject, vocabulary)
        )
    return _intersection(holding, inside)


def _scope(within: str, node: Node, subject: DocumentView, vocabulary: Vocabulary) -> set[int]:
    run = subject.text
    if within != "document":
        pieces = [run.slice(start, end) for start, end in _units(within, run)]
        return {piece.passage_of[0] for piece in pieces if _holds(node, piece, vocabulary)}
    if not _holds(node, run, vocabulary):
        return set()
    asked = list(query_terms(node))
    if not asked:
        return set(subject.ordinals)
    return set().union(*(_beginnings(leaf, run, vocabulary) for leaf in asked))  # type: ignore[arg-type]


def _units(within: str, run: TokenSequence) -> list[tuple[int, int]]:
    """Where the sentences or paragraphs of `run` start and end."""
    if within == "document":
        return [(0, len(run))]
    return group_bounds(run.paragraph_of if within == "paragraph" else run.sentence_of)


def _holds(node: Node, run: TokenSequence, vocabulary: Vocabulary) -> bool:
    """Whether `node` holds in the words of `run` alone."""

    def each(nodes: Sequence[Node]) -> Iterator[bool]:
        return (_holds(below, run, vocabulary) for below in nodes)

    match node:
        case AllWords(words):
            return bool(words) and all(each(words))
        case And(nodes):
            return all(each(nodes))
        case Or(nodes):
            return any(each(nodes))
        case Not(below):
            return not _holds(below, run, vocabulary)
        case Scope(within, below):
            return any(
                _holds(below, run.slice(start, end), vocabulary)
                for start, end in _units(within, run)
            )
        case MatchAll():
            return True
        case MatchNone():
            return False
        case InTitle() | InHeading() | Field() | DateRange() | FirstPassage():
            raise UnsupportedQuery(
                "a field cannot stand within sentence( ), paragraph( ) or document( )",
                "",
                Span(0, 0),
                Advice("Put it outside the parentheses."),
            )
        case _:
            return bool(_matches(node, run, vocabulary))


# Fields


def _field(name: str, value: str, subject: DocumentView) -> set[int]:
    if name == "kind":
        return {n for n in subject.ordinals if value.casefold() in subject.kinds[n]}
    tests: dict[str, Callable[[], bool]] = {
        "path": lambda: any(map(_fits_path(value), subject.paths)),
        "format": lambda: subject.format.casefold() == value.casefold(),
        "lang": lambda: subject.language.casefold() == value.casefold(),
    }
    holds = tests[name]() if name in tests else _has_metadata(name, value, subject.metadata)
    return set(subject.ordinals) if holds else set()


@memoized(500_000, result_bytes=4_000)
def _fits_path(value: str) -> Callable[[str], bool]:
    """Whether a path is `value`, is below the folder `value`, or fits the glob; "*" crosses folders."""
    wanted = unicodedata.normalize("NFC", value).rstrip("/")
    if not any(sign in wanted for sign in "*?["):
        return lambda path: f"{unicodedata.normalize('NFC', path)}/".startswith(f"{wanted}/")
    glob = re.compile(translate(wanted))
    return lambda path: glob.match(unicodedata.normalize("NFC", path)) is not None


def _has_metadata(name: str, value: str, metadata: Sequence[tuple[str, str]]) -> bool:
    """Whether a value under `name` has the words of `value` in a row."""
    wanted = [word.term for word in tokenize(value)]
    return bool(wanted) and any(
        _has_row([word.term for word in tokenize(text)], wanted)
        for other, text in metadata
        if other.casefold() == name.casefold()
    )


def _is_from(metadata: Sequence[tuple[str, str]], first: str, last: str) -> bool:
    """Whether the date of a document overlaps the period; one without a date overlaps none."""
    from excerpt import dates  # late: few queries ask for dates

    days = dates.date_from_metadata(metadata)
    return days is not None and dates.overlaps(days, dates.day_range(first, last))


def _has_row(terms: list[str], wanted: list[str]) -> bool:
    starts = range(len(terms) - len(wanted) + 1)
    return any(terms[at : at + len(wanted)] == wanted for at in starts)
