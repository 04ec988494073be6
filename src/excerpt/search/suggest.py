"""A query → notices for its author: unknown words with suggestions, and empty conditions."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from excerpt.engines import Engine, Matches
from excerpt.errors import QueryError
from excerpt.query.ast import (
    Alternatives,
    DateRange,
    Field,
    FirstPassage,
    Fuzzy,
    InHeading,
    InTitle,
    MatchAll,
    Node,
    Or,
    Phrase,
    Query,
    Term,
    Word,
    children,
    query_terms,
    walk,
)
from excerpt.query.formatting import format_query

__all__ = ["notices"]

_MAX_LOOKUPS: Final = 16
"""Words or conditions of a query, and words similar to one, that are looked up one by one."""
_MAX_SHORT: Final = 5
"""Letters of a short word. Too many words are within two edits of it, so only one edit is tried."""
_MAX_SUGGESTIONS: Final = 3


def notices(query: Query, matches: Matches, engine: Engine) -> tuple[str, ...]:
    """Return notices about `query`, whose `matches` are those in the index of `engine`."""
    if not engine.count(MatchAll()):
        return ("The index is empty. excerpt status lists files that could not be read.",)
    found = [
        f"{problem.message} {problem.remedy}".strip()
        for problem in query.problems
        if not problem.is_error
    ]
    if any(isinstance(node, DateRange) for node in walk(query.tree)):
        found += _undated_notice(engine)
    if not matches.total:
        found += _set_apart_notice(matches.tree, engine)
    if not matches.total or isinstance(query.tree, Or):
        found += [_not_found(word, engine) for word in _unknown_words(query.tree, engine)]
    if not matches.total:
        found += [
            f"No passage matches {format_query(node)}."
            for node in _empty_conditions(query.tree, engine)
        ]
    return tuple(found)


def _set_apart_notice(tree: Node, engine: Engine) -> Iterator[str]:
    """Yield a notice if `tree`, which matches nothing, matches in text that is set apart."""
    n_passages = 0 if engine.everything is engine else engine.everything.count(tree)
    if n_passages:
        matches = "1 passage matches" if n_passages == 1 else f"{n_passages:,} passages match"
        pronoun = "it" if n_passages == 1 else "them"
        yield (
            f"{matches} in boilerplate, page numbers or other text set apart: --everything shows"
            f" {pronoun}."
        )


def _undated_notice(engine: Engine) -> Iterator[str]:
    """Yield a notice if there are undated documents, which no date condition finds."""
    n_documents = engine.statistics().n_documents
    n_undated = n_documents - engine.count(FirstPassage(DateRange("date", "", "")))
    if n_undated:
        have = "has" if n_undated == 1 else "have"
        yield (
            f"{n_undated:,} of {n_documents:,} documents {have} no date: "
            "no period matches them, and excluding a period keeps them."
        )


def _unknown_words(tree: Node, engine: Engine) -> Iterator[Word | Term]:
    """Yield the words, among the first of `tree`, that occur in no passage."""
    operands = islice(_single_words(query_terms(tree)), 2 * _MAX_LOOKUPS)
    words = {node.term: node for node in operands if isinstance(node, Word | Term)}
    for word in islice(words.values(), _MAX_LOOKUPS):
        if not engine.everything.count(word):
            yield word


def _single_words(nodes: Iterator[Node] | tuple[Node, ...]) -> Iterator[Node]:
    """Yield the elementary operands in `nodes`, also those within phrases and alternatives.

    A compound is represented by alternatives: its parts as a phrase, then the compound as one word.
    Only the parts are yielded, as typed.
    """
    for node in nodes:
        below = children(node)
        if isinstance(node, Alternatives) and isinstance(below[0], Phrase):
            below = below[:1]
        if below:
            yield from _single_words(below)
        else:
            yield node


def _empty_conditions(tree: Node, engine: Engine) -> Iterator[Node]:
    """Yield the conditions, among the first of `tree`, that no passage meets."""
    conditions = (node for node in walk(tree) if isinstance(node, Field | InTitle | InHeading))
    return (node for node in islice(conditions, _MAX_LOOKUPS) if not engine.count(node))


def _not_found(word: Word | Term, engine: Engine) -> str:
    similar = _similar_terms(word.term, engine)
    if not similar:
        return f"{word.term!r} was not found."
    *others, last = similar
    suggestions = f"{', '.join(others)} or {last}" if others else last
    return f"{word.term!r} was not found. Did you mean {suggestions}?"


def _similar_terms(term: str, engine: Engine) -> list[str]:
    """Return the most similar terms of the index, the most frequent first."""
    for distance in (1, 2) if len(term) > _MAX_SHORT else (1,):
        try:
            found = sorted(engine.vocabulary.expand(Fuzzy(term, distance)))[:_MAX_LOOKUPS]
        except QueryError:  # too many terms
            return []
        if found:
            frequencies = {other: engine.count(Term(other)) for other in found}
            return sorted(found, key=lambda other: -frequencies[other])[:_MAX_SUGGESTIONS]
    return []
