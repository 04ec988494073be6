"""A query → notices for its author: unknown words with suggestions, and empty conditions."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from excerpt.catalog import Catalog
from excerpt.engines import Engine, Matches
from excerpt.errors import QueryError, did_you_mean
from excerpt.model import SET_APART, BlockKind
from excerpt.query.ast import (
    Alternatives,
    And,
    DateRange,
    Field,
    FirstPassage,
    Fuzzy,
    InHeading,
    InTitle,
    MatchAll,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Query,
    Term,
    Word,
    children,
    excluded_words,
    has_period,
    query_terms,
    walk,
)
from excerpt.query.formatting import format_query
from excerpt.query.typed_words import TypedWords
from excerpt.search.written_words import common_form
from excerpt.text.characters import is_unspaced
from excerpt.text.scripts import scripts_of

__all__ = ["notices"]

_MAX_LOOKUPS: Final = 16
"""Words or conditions of a query, and words similar to one, that are looked up one by one."""
_MAX_SHORT: Final = 5
"""Letters of a short word. Too many words are within two edits of it, so only one edit is tried."""
_MAX_SUGGESTIONS: Final = 3
_MIN_SUGGESTED: Final = 3
"""Letters of the shortest word that has similar ones: all short words are similar to each other."""
_GROUP: Final = 3
_MAX_DIGITS: Final = 15
"""Digits of a group of a number, and of the longest number that is looked for in groups."""
_MAX_LISTED: Final = 20
"""Values or fields that a notice names."""


def notices(
    query: Query,
    matches: Matches,
    engine: Engine,
    catalog: Catalog | None = None,
    *,
    is_by_date: bool = False,
) -> tuple[str, ...]:
    """Return notices about `query`, whose `matches` are those in the index of `engine`.

    `is_by_date` if they are shown by date. Words are shown as they are written in the query;
    suggestions as in the texts of `catalog`, or folded without one.
    """
    typed = TypedWords(query.source)
    if not engine.count(MatchAll()):
        return ("The index is empty. excerpt status lists files that could not be read.",)
    found = [
        f"{problem.message} {problem.remedy}".strip()
        for problem in query.problems
        if not problem.is_error
    ]
    found += _undated_notices(query.tree, engine, is_by_date=is_by_date)
    if matches.total:
        found += _heading_notices(query.tree, engine, typed)
    else:
        found += _set_apart_notice(matches.tree, engine)
    if not matches.total or isinstance(query.tree, Or):
        found += [
            _not_found(word, engine, catalog, typed) for word in _unknown_words(query.tree, engine)
        ]
    if not matches.total:
        found += [
            f"No passage matches {format_query(node)}.{_known_values(node, engine)}"
            for node in _empty_conditions(query.tree, engine)
        ]
    return tuple(found)


def _set_apart_notice(tree: Node, engine: Engine) -> Iterator[str]:
    """Yield a notice if `tree`, which matches nothing, matches in text that is set apart."""
    everything = engine.everything
    n_passages = 0 if everything is engine else everything.count(tree)
    if n_passages:
        kinds = [
            str(kind)
            for kind in BlockKind
            if kind in SET_APART and everything.count(And((tree, Field("kind", kind))))
        ]
        passages = "1 passage" if n_passages == 1 else f"{n_passages:,} passages"
        yield (
            "The running text does not match, but text that is set apart does:"
            f" {', '.join(kinds)}. --everything finds {passages}."
        )


def _heading_notices(tree: Node, engine: Engine, typed: TypedWords) -> Iterator[str]:
    """Yield a notice for each word after NOT that the title or headings of a match contain.

    A plain word may match there, but NOT applies to the words of the passage alone.
    """
    for word in islice(dict.fromkeys(excluded_words(tree)), _MAX_SUGGESTIONS):
        n = engine.count(And((tree, Or((InTitle(word), InHeading(word))))))
        if n:
            have = "1 matching passage has" if n == 1 else f"{n:,} matching passages have"
            term = typed.text(word)
            yield (
                f"{have} {_quoted(term)} in the title or headings, where NOT does not apply."
                f" To exclude {'it' if n == 1 else 'them'}, add -title:{term} -heading:{term}."
            )


def _undated_notices(tree: Node, engine: Engine, *, is_by_date: bool) -> Iterator[str]:
    """Yield notices about documents without a date that `tree` matches, or would match with one."""
    rest = _without_periods(tree)
    if rest != tree and (n := _count_undated(And((rest, Not(tree))), engine)):
        match, have = ("matches", "has") if n == 1 else ("match", "have")
        yield f"{_documents(n)} {match} the rest of the query, but {have} no date."
    if (is_by_date or has_period(tree)) and (n := _count_undated(tree, engine)):
        have, come = ("has", "it comes") if n == 1 else ("have", "they come")
        total = engine.count(FirstPassage(tree))
        of = f"{n:,} of {total:,} matching documents" if total > 1 else "The matching document"
        yield f"{of} {have} no date{f': {come} last' if is_by_date else ''}."


def _count_undated(tree: Node, engine: Engine) -> int:
    """Return the number of documents without a date that `tree` matches."""
    return engine.count(FirstPassage(And((tree, Not(DateRange("date", "", ""))))))


def _without_periods(tree: Node) -> Node:
    """Return `tree` without the periods that documents must have."""
    match tree:
        case And(nodes):
            return And(tuple(map(_without_periods, nodes)))
        case Or(nodes):
            return Or(tuple(map(_without_periods, nodes)))
        case FirstPassage(node):
            return FirstPassage(_without_periods(node))
        case DateRange():
            return MatchAll()
        case _:
            return tree


def _documents(n: int) -> str:
    return "1 document" if n == 1 else f"{n:,} documents"


def _unknown_words(tree: Node, engine: Engine) -> Iterator[Word | Term | Phrase]:
    """Yield the words, among the first of `tree`, that occur in no passage.

    A word in a script without spaces is a phrase. Its pairs of characters, which are alternatives,
    are left out: they are not what was typed.
    """
    choices = (node for node in walk(tree) if isinstance(node, Or))
    pairs = {each for node in choices for each in node.nodes if isinstance(each, Phrase)}
    typed = (term for term in query_terms(tree) if term not in pairs)
    operands = islice(_single_words(typed), 2 * _MAX_LOOKUPS)
    words = {
        node if isinstance(node, Phrase) else node.term: node
        for node in operands
        if isinstance(node, Word | Term | Phrase)
    }
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
        if isinstance(node, NotNear):
            below = below[:1]
        if below and not (isinstance(node, Phrase) and node.runs):
            yield from _single_words(below)
        else:
            yield node


def _empty_conditions(tree: Node, engine: Engine) -> Iterator[Node]:
    """Yield the conditions, among the first of `tree`, that no passage meets."""
    conditions = (node for node in walk(tree) if isinstance(node, Field | InTitle | InHeading))
    return (node for node in islice(conditions, _MAX_LOOKUPS) if not engine.count(node))


def _known_values(condition: Node, engine: Engine) -> str:
    """Return a sentence with what a field can be: its values if they are few, or the fields."""
    if not isinstance(condition, Field) or condition.name == "kind":
        return ""
    if longer := _longer_values(condition, engine):
        return longer
    if condition.name == "path":
        return ""
    fields = engine.document_fields
    if condition.name in {"lang", "format"}:
        values = fields.languages if condition.name == "lang" else fields.formats
        return _listed(f" The values of {condition.name} are", set(values))
    metadata = {name.casefold() for pairs in fields.metadata for name, _ in pairs}
    if condition.name.casefold() in metadata:
        return ""
    return _listed(
        f" There is no field {condition.name!r}. The fields are", metadata | {"lang", "format"}
    )


def _longer_values(condition: Field, engine: Engine) -> str:
    """Return a sentence with the wildcard for longer values of a field, if there are any."""
    name, value = condition.name, condition.value
    if name in {"lang", "format"} or "*" in value or "?" in value or not value.isalnum():
        return ""
    for pattern in (f"{value}*", f"*{value}*"):
        if engine.count(Field(name, pattern)):
            return f" Longer values are found by {name}:{pattern}."
    return ""


def _listed(start: str, values: set[str]) -> str:
    shown = sorted(filter(None, values))
    more = " …" if len(shown) > _MAX_LISTED else ""
    return f"{start} {', '.join(shown[:_MAX_LISTED])}{more}." if shown else ""


def _not_found(
    word: Word | Term | Phrase, engine: Engine, catalog: Catalog | None, typed: TypedWords
) -> str:
    message = f"{_quoted(typed.text(word))} was not found."
    if not isinstance(word, Phrase) and (n := _count_in_groups(word.term, engine)):
        passages = "1 passage" if n == 1 else f"{n:,} passages"
        quoted = f'"{_in_groups(word.term)}"'
        return f"{message} To find it in groups of digits ({passages}), write {quoted}."
    similar = [] if isinstance(word, Phrase) else _similar_terms(word.term, engine)
    if not similar:
        return message
    if catalog is not None:
        written = (common_form(engine.execute(Term(term)), catalog) for term in similar)
        similar = [form or term for form, term in zip(written, similar, strict=True)]
    return f"{message} {did_you_mean(similar)}"


def _in_groups(number: str) -> str:
    """Return a number with a space before each group of three digits.

    >>> _in_groups("1234567")
    '1 234 567'
    """
    return f"{int(number):,}".replace(",", " ")


def _count_in_groups(term: str, engine: Engine) -> int:
    """Return the number of passages that have `term`, a number, in groups with any signs between.

    A space or a full stop between groups does not join them, because it may mean something else.
    """
    if not (term.isascii() and term.isdecimal() and _GROUP < len(term) <= _MAX_DIGITS):
        return 0
    if term[0] == "0":
        return 0
    return engine.count(Phrase(tuple(map(Term, _in_groups(term).split()))))


def _quoted(word: str) -> str:
    """Return a word in quotation marks; a phrase has its own."""
    return word if word.startswith('"') else f"'{word}'"


def _similar_terms(term: str, engine: Engine) -> list[str]:
    """Return the most similar terms of the index in the same script, the most frequent first."""
    if is_unspaced(term[0]) or len(term) < _MIN_SUGGESTED:
        return []  # other characters are not similar
    scripts = scripts_of(term)
    for distance in (1, 2) if len(term) > _MAX_SHORT else (1,):
        try:
            expanded = engine.vocabulary.expand(Fuzzy(term, distance))
        except QueryError:  # too many terms
            return []
        found = sorted(each for each in expanded if scripts_of(each) == scripts)[:_MAX_LOOKUPS]
        if found:
            frequencies = {other: engine.count(Term(other)) for other in found}
            return sorted(found, key=lambda other: -frequencies[other])[:_MAX_SUGGESTIONS]
    return []
