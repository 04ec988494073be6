"""A query against an index → what its author should know: words that stand nowhere, and what each leaf stands for."""

from collections.abc import Iterable, Iterator
from itertools import islice

from excerpt.engines import Engine, Vocabulary
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
    Pattern,
    Phrase,
    Query,
    Term,
    Wildcard,
    Word,
    children,
    query_terms,
)
from excerpt.query.formatting import format_query
from excerpt.text import stem

__all__ = ["expansions", "notices"]

_FEW = 16
"""Words of a query, and words near to one, that are looked up one by one."""
_SHORT = 5
"""Words of at most so many letters are too near to too many at two letters' distance."""


def notices(asked: Query, total: int, engine: Engine) -> tuple[str, ...]:
    """What is to be said of a query that `total` passages match."""
    if not engine.count(MatchAll()):
        return ("The index is empty: excerpt status says whether something could not be read.",)
    said = [
        f"{problem.message} {problem.remedy}".strip()
        for problem in asked.problems
        if not problem.is_error
    ]
    if any(isinstance(node, DateRange) for node in _all_nodes(asked.tree)):
        said += _undated(engine)
    if not total or isinstance(asked.tree, Or):
        said += [_unknown(leaf, engine) for leaf in _missing(asked.tree, engine)]
    if not total:
        said += [
            f"Nothing in the index has {format_query(node)}." for node in _unmet(asked.tree, engine)
        ]
    return tuple(said)


def expansions(tree: Node, vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each word, wildcard, fuzzy word and pattern of `tree` with what it stands for: stems with their language,
    or the words of the index."""
    for leaf in _operands(query_terms(tree)):
        if isinstance(leaf, Word):
            yield format_query(leaf), tuple(_told(_plain_stems(leaf.term, vocabulary)))
        elif isinstance(leaf, Wildcard | Fuzzy | Pattern):
            yield format_query(leaf), tuple(sorted(vocabulary.expand(leaf)))


def _plain_stems(term: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The stems of `term` as it is written, and of the forms of it in the index, but not of what else it may be with marks."""
    languages = {language for language, _ in vocabulary.stems(term)}
    yield from vocabulary.written_stems(term) | {
        (language, stem(language, term)) for language in languages
    }


def _told(stems: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Each stem with the languages it belongs to."""
    languages: dict[str, list[str]] = {}
    for language, one in sorted(stems):
        languages.setdefault(one, []).append(language or "unknown language")
    for one, found in sorted(languages.items()):
        yield f"{one} ({', '.join(found)})"


def _operands(found: Iterable[Node], *, is_as_typed: bool = False) -> Iterator[Node]:
    """The words and the like in `found`, those inside phrases and alternatives too.

    `is_as_typed`: of a compound its parts, not the word they would make if they were written as one.
    """
    for node in found:
        below = children(node)
        if isinstance(node, Alternatives) and is_as_typed and isinstance(below[0], Phrase):
            below = below[:1]
        if below:
            yield from _operands(below, is_as_typed=is_as_typed)
        else:
            yield node


def _all_nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for below in children(tree):
        yield from _all_nodes(below)


def _undated(engine: Engine) -> list[str]:
    """How many documents no date finds."""
    n_documents = engine.statistics().n_documents
    n_undated = n_documents - engine.count(FirstPassage(DateRange("date", "", "")))
    if not n_undated:
        return []
    return [
        f"{n_undated:,} of {n_documents:,} documents have no date: they match no period, and every -date: does."
    ]


def _missing(tree: Node, engine: Engine) -> Iterator[Word | Term]:
    """Those of the first few words of `tree` that stand nowhere in the index."""
    asked = islice(_operands(query_terms(tree), is_as_typed=True), 2 * _FEW)
    words = {leaf.term: leaf for leaf in asked if isinstance(leaf, Word | Term)}
    for leaf in islice(words.values(), _FEW):
        if not engine.count(leaf):
            yield leaf


def _unmet(tree: Node, engine: Engine) -> Iterator[Node]:
    """Those of the first few fields, titles and headings of `tree` that nothing in the index has."""
    asked = (node for node in _all_nodes(tree) if isinstance(node, Field | InTitle | InHeading))
    return (node for node in islice(asked, _FEW) if not engine.count(node))


def _unknown(leaf: Word | Term, engine: Engine) -> str:
    near = _nearest(leaf.term, engine)
    remedy = f" Near to it: {', '.join(near)}." if near else ""
    return f"{leaf.term!r} stands in no text of the index.{remedy}"


def _nearest(term: str, engine: Engine, most: int = 3) -> list[str]:
    """The words of the index nearest to `term`, the more frequent first."""
    for distance in (1, 2) if len(term) > _SHORT else (1,):
        try:
            found = sorted(engine.vocabulary.expand(Fuzzy(term, distance)))[:_FEW]
        except QueryError:  # more than can be gone through
            return []
        if found:
            totals = {word: engine.count(Term(word)) for word in found}
            return sorted(found, key=lambda word: -totals[word])[:most]
    return []
