"""A query as typed → its tree and its problems: the language of the README.

Words and phrases that merely stand side by side are read here; operators and brackets go through `grammar`, which
is imported only for them. The same string always gives the same tree. Nothing that is typed raises anything here:
what is wrong is a `Problem` with its place, and `Query.checked` raises the first. Whether the words stand anywhere
is the index's business.

tokens     source → pieces          items    piece → node       operands   words → operands
patterns   expressions → Pattern    periods   dates → first and last day
check      pieces → problems        grammar  pieces → tree      rows       side by side → one node
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from excerpt.model import Span
from excerpt.query.ast import FirstPassage, MatchNone, Node, Problem, Query
from excerpt.query.clauses import Clause, read_clauses
from excerpt.query.combination import is_document_filter, juxtapose, split_compounds
from excerpt.query.lexer import FIELDS, Lexeme, LexemeKind, lex
from excerpt.query.terms import has_wildcard
from excerpt.query.terms import parse_literal as literal_word
from excerpt.query.validation import (
    check_field_names,
    check_foreign_operators,
    check_proximity_operators,
    check_structure,
)

__all__ = ["parse"]

MAX_LENGTH = 2_000
"""Characters of a query with operators: what is read in more than one step."""
MAX_PLAIN_LENGTH = 100_000
"""Characters of a query of words and phrases."""
MAX_CLAUSES = 1_024
_PLAIN = frozenset({LexemeKind.WORD, LexemeKind.QUOTE})


def parse(
    source: str,
    *,
    any_word: bool = False,
    exact: bool = False,
    literal: bool = False,
    fields: Collection[str] = (),
) -> Query:
    """What `source` means.

    `any_word` ranks by any of what stands side by side, `exact` stems no word, `parse_literal` takes every sign for
    punctuation. `fields` are the names of metadata that the index knows.
    """
    text = unicodedata.normalize("NFC", source)
    if len(text) > MAX_PLAIN_LENGTH:
        too_long = f"The query is longer than {MAX_PLAIN_LENGTH:,} characters."
        return Query(
            source, MatchNone(), (Problem(too_long, Span(0, len(source)), "Leave some of it out."),)
        )
    if literal:
        found = (literal_word(piece, is_stemmed=not exact) for piece in text.split())
        words = [word for word in found if word]
        tree, problems = _tree(
            [], list(split_compounds(words)) if any_word else words, any_word=any_word
        )
    else:
        tree, problems = _read(text, fields, any_word=any_word, exact=exact)
    if text != source:
        problems = [problem._replace(span=_as_typed(problem.span, source)) for problem in problems]
    if any(problem.is_error for problem in problems):
        tree = MatchNone()
    return Query(source, tree, tuple(problems))


def _read(
    text: str, fields: Collection[str], *, any_word: bool, exact: bool
) -> tuple[Node, list[Problem]]:
    known = {name: name for name in FIELDS} | {
        variant: name
        for name in fields
        for variant in (name, name.casefold())
        if name.casefold() not in FIELDS
    }
    found = lex(text, known)
    too_much = list(_too_much(found, text))
    if too_much:
        return MatchNone(), too_much
    items, problems = read_clauses(found, is_stemmed=not exact)
    problems += check_structure(items)
    problems.sort(key=lambda problem: problem.span)
    notices = [
        *check_field_names(found, frozenset(known.values())),
        *check_proximity_operators(items),
        *check_foreign_operators(found),
    ]
    if problems:
        return MatchNone(), problems + notices
    tree, problems = _tree(items, [item.node for item in items if item.node], any_word=any_word)
    return tree, problems + notices


def _too_much(found: Sequence[Lexeme], text: str) -> Iterator[Problem]:
    is_plain = all(
        token.kind in _PLAIN and not token.tail and not has_wildcard(token.text) for token in found
    )
    if not is_plain and len(text) > MAX_LENGTH:
        yield Problem(
            f"A query with operators is at most {MAX_LENGTH:,} characters long; this one has {len(text):,}.",
            Span(MAX_LENGTH, len(text)),
            "Leave some of it out, or search the words alone with --literal.",
        )
    elif len(found) > MAX_CLAUSES and any(token.kind is not LexemeKind.WORD for token in found):
        yield Problem(
            f"There are more than {MAX_CLAUSES:,} clauses.",
            found[MAX_CLAUSES].span,
            "Leave some of them out.",
        )


def _tree(
    items: Sequence[Clause], nodes: Sequence[Node], *, any_word: bool
) -> tuple[Node, list[Problem]]:
    """The tree of `items`, which mean `nodes`."""
    if not nodes:
        return MatchNone(), [
            Problem(
                "There is no word in this query.", Span(0, 0), "Write a word of letters or digits."
            )
        ]
    if len(nodes) >= len(items):
        tree = juxtapose(nodes, any_word=any_word)
    else:
        from excerpt.query.grammar import Misplaced, build_tree

        try:
            tree = build_tree(items, any_word=any_word)
        except Misplaced as misplaced_piece:
            problem = Problem(misplaced_piece.message, misplaced_piece.span, misplaced_piece.remedy)
            return MatchNone(), [problem]
    return FirstPassage(tree) if is_document_filter(tree) else tree, []


def _as_typed(span: Span, source: str) -> Span:
    """The place in `source` of a place in its composed form (NFC)."""

    def before(offset: int) -> int:
        lengths = range(len(source) + 1)
        return bisect_left(
            lengths, offset, key=lambda end: len(unicodedata.normalize("NFC", source[:end]))
        )

    return Span(before(span.start), max(before(span.start), before(span.end)))
