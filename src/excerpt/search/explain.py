"""A query → how it is understood; and a passage → its score and the conditions it does not meet.

Every condition is executed by the engine as a query of its own: the meaning of queries is defined
elsewhere.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from glob import escape
from itertools import chain
from typing import Final, NamedTuple

from excerpt.catalog import Catalog
from excerpt.engines import Engine, Vocabulary
from excerpt.model import Key
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    Field,
    Form,
    Fuzzy,
    InHeading,
    InTitle,
    Joined,
    Node,
    Operand,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    Wildcard,
    Word,
    query_terms,
    walk,
)
from excerpt.query.formatting import format_query
from excerpt.search.written_words import first_occurrence, written_occurrences
from excerpt.text import fold
from excerpt.text.characters import is_unspaced

__all__ = ["Conditions", "Explanation", "check_conditions", "expand_terms"]

_MAX_WRITTEN: Final = 5_000
"""Terms whose forms are looked up."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation of a query, and of the score of a passage.

    query        the query as it was understood
    meaning      the query with all its parentheses
    expansions   words, wildcards and the like, with what each stands for in the index
    notices      notices about the query, for its author
    parts        the parts that add up to the score of the passage, with their names
    added        the words that `expand` has added to the query, with their weights
    is_match     True if the passage matches, None if no passage was given
    meets        if the passage does not match: the conditions of the query that it meets
    fails        if the passage does not match: the conditions of the query that it does not meet
    spellings    words with the other spellings of the index that options have added
    """

    query: Query
    meaning: str
    expansions: tuple[tuple[str, tuple[str, ...]], ...]
    notices: tuple[str, ...]
    parts: tuple[tuple[str, float], ...] = ()
    added: tuple[tuple[str, float], ...] = ()
    is_match: bool | None = None
    meets: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    spellings: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __repr__(self) -> str:
        return f"<Explanation of {self.query.source!r}: {self.meaning}>"


class Conditions(NamedTuple):
    """A check of a passage against the conditions of a query.

    is_match  True if the passage matches, None if no passage was given
    meets     if it does not match: the conditions that it meets
    fails     if it does not match: the conditions that it does not meet
    """

    is_match: bool | None = None
    meets: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()


def check_conditions(
    ranked_tree: Node, tree: Node, key: Key, path: str, engine: Engine
) -> Conditions:
    """Return whether the passage `key` matches `ranked_tree`, and if not, what it lacks.

    `ranked_tree` is `tree` with the words that `expand` has added; the conditions are those of
    `tree`. `path` is the path of the passage's document.
    """

    def is_met(condition: Node) -> bool:
        # Limited to the path, since otherwise all matches in the index might be listed.
        return key in engine.execute(And((condition, Field("path", escape(path)))))

    if is_met(ranked_tree):
        return Conditions(is_match=True)
    meets: list[str] = []
    fails: list[str] = []
    for condition in dict.fromkeys(_conditions(tree)):
        (meets if is_met(_in_any_field(condition)) else fails).append(format_query(condition))
    return Conditions(False, tuple(meets), tuple(fails))


def _conditions(node: Node) -> Iterator[Node]:
    """Yield the nodes that a passage must match one by one; alternatives are one condition."""
    match node:
        case AllWords(below) | And(below):
            for each in below:
                yield from _conditions(each)
        case _:
            yield node


def _in_any_field(condition: Node) -> Node:
    """Return the condition, for a word also met by the title or a heading."""
    if isinstance(condition, Word):
        return Or((condition, InTitle(condition), InHeading(condition)))
    return condition


def expand_terms(
    tree: Node, engine: Engine, catalog: Catalog
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each word, wildcard, fuzzy word and pattern of `tree` with what it stands for.

    A word stands for forms, each given with its languages, and for its spellings in parts, each as
    one passage writes it; the others stand for forms of the index, and wildcards also for words in
    parts. An exact word is only yielded if it has several spellings.
    """
    vocabulary = engine.vocabulary
    for node in chain.from_iterable(map(walk, query_terms(tree))):
        if isinstance(node, Word) and is_unspaced(node.term[0]):
            continue  # a character stands for itself
        if isinstance(node, Word):
            forms = tuple(_with_languages(vocabulary.forms(node), vocabulary.main_language))
            yield format_query(node), (*forms, *_in_parts(node, engine, catalog))
        elif isinstance(node, Form) and node.ignores_accents:
            found = written_occurrences(engine.execute(node), catalog)
            if found != [node.form]:
                yield format_query(node), tuple(found)
        elif isinstance(node, Term | Form):
            forms = _forms_of_exact(node, vocabulary)
            in_parts = _in_parts(node, engine, catalog)
            if in_parts or len(forms) > 1:
                yield format_query(node), (*forms, *in_parts)
        elif isinstance(node, Wildcard):
            terms = _as_written(vocabulary.expand(node), vocabulary)
            spellings = Alternatives(engine.separate_spellings(node))
            whole = written_occurrences(engine.execute(spellings), catalog)
            yield format_query(node), (*terms, *whole)
        elif isinstance(node, Fuzzy | Pattern):
            yield format_query(node), _as_written(vocabulary.expand(node), vocabulary)


def _as_written(terms: Collection[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the forms of `terms` in lower case, with their accents; folded if they are many."""
    if len(terms) > _MAX_WRITTEN:
        return tuple(sorted(terms))
    forms = {form for term in terms for _, form in vocabulary.written(term)}
    return tuple(sorted(forms, key=lambda form: (fold(form), form)))


def _forms_of_exact(word: Term | Form, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the forms that an exact word stands for; the word as a query if it is the only one."""
    written = vocabulary.written(word.term) if isinstance(word, Term) else ()
    forms = sorted({form for _, form in written})
    return tuple(forms) if len(forms) > 1 else (format_query(word),)


def _in_parts(word: Operand, engine: Engine, catalog: Catalog) -> tuple[str, ...]:
    """Return the spellings of a word in parts, as they are written in the index."""
    phrases = (
        phrase
        for spelling in engine.separate_spellings(word)
        if engine.count(spelling)
        for phrase in _inflected(spelling, engine.vocabulary)
    )
    found = (first_occurrence(engine.execute(each), catalog) for each in phrases)
    return tuple(sorted(dict.fromkeys(filter(None, found))))


def _inflected(spelling: Phrase, vocabulary: Vocabulary) -> Iterator[Phrase]:
    """Yield a phrase for each form of the last part of a spelling, if that is inflected."""
    *parts, last = spelling.parts
    if isinstance(last, Joined) and isinstance(last.operand, Word):
        for term in sorted({fold(form) for _, form in vocabulary.forms(last.operand)}):
            yield Phrase((*parts, Joined(Term(term), last.marks)))
    else:
        yield spelling


def _with_languages(forms: Iterable[tuple[str, str]], main_language: str) -> Iterator[str]:
    """Yield each form with its languages in parentheses."""
    unknown = "unknown language" + (f" searched as {main_language}" if main_language else "")
    languages_of: dict[str, list[str]] = {}
    for language, form in sorted(forms):
        languages_of.setdefault(form, []).append(language or unknown)
    for form, languages in sorted(languages_of.items()):
        yield f"{form} ({', '.join(languages)})"
