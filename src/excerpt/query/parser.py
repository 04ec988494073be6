"""Query as typed → tree and problems: the query language (`excerpt help query`).

Queries of words and phrases are read here; operators and parentheses go through `grammar`, which
is imported only for them. The same string always has the same tree. Nothing that is typed raises
an exception here: each error is a `Problem` with its span, and `Query.checked` raises the first.
Whether the words occur is for the index to say.

The package's docstring lists the steps.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Final

from excerpt.model import Span
from excerpt.query.ast import (
    FirstPassage,
    Fuzzy,
    MatchNone,
    Near,
    Node,
    Phrase,
    Problem,
    Query,
    QuerySyntaxError,
    Term,
    Wildcard,
    Word,
)
from excerpt.query.clauses import Clause, read_clauses
from excerpt.query.combination import is_document_filter, juxtapose, split_compounds
from excerpt.query.lexer import FIELDS, Lexeme, LexemeKind, lex
from excerpt.query.terms import has_wildcard, parse_literal
from excerpt.query.validation import (
    MAX_NOTICES,
    check_field_names,
    check_foreign_operators,
    check_proximity_operators,
    check_question_marks,
    check_quoted_operators,
    check_scopes,
    check_signs,
    check_structure,
)
from excerpt.text.characters import NO_BREAK_SPACES

__all__ = ["parse"]

MAX_LENGTH = 2_000
"""Characters of a query with operators, which takes several steps to read."""
MAX_PLAIN_LENGTH = 100_000
"""Characters of a query of words and phrases."""
MAX_CLAUSES = 1_024
_FOREIGN_SIGNS = frozenset("([{%+~/<>=$0123456789XUD\\")
"""Each construction of `foreign_syntax` has at least one of these signs."""
_PLAIN = frozenset({LexemeKind.WORD, LexemeKind.QUOTE})
_NUMBER_SPACE: Final = rf"(?<=\d)[{NO_BREAK_SPACES}](?=\d)"
_PERSIAN_SPACE: Final = (
    r"(?<=(?<![^\s\"(=])\u0645[\u06cc\u064a]) (?=[\u0620-\u06d3])"  # می before a verb
    r"|(?<=(?<![^\s\"(=])\u0646\u0645[\u06cc\u064a]) (?=[\u0620-\u06d3])"  # نمی
    r"|(?<=[\u0620-\u06d3]) (?=\u0647\u0627(?:[\u06cc\u064a]{1,2})?(?:[\s\")]|$))"  # the plural ها
)
_ESCAPED: Final = r'\\[*?"()^~:=]'
"""A sign that is escaped in other programs."""
_SIMPLE: Final = re.compile(r"(?:[A-Z]?[a-z]+ )*[A-Z]?[a-z]+")
"""Words of ASCII letters, without operators."""
_SIMPLE_PATTERN: Final = re.compile(r"([A-Za-z][a-z]+)([*~])")
"""Such a word as the beginning of words, or with a letter more, less or other."""
_SIMPLE_NEAR: Final = re.compile(r"([A-Z]?[a-z]+) NEAR/([1-9]\d?) ([A-Z]?[a-z]+)")
"""Two such words, and the most words between them."""


def parse(
    source: str,
    *,
    any_word: bool = False,
    exact: bool = False,
    literal: bool = False,
    fields: Collection[str] = (),
) -> Query:
    """Return the tree of `source` and its problems.

    any_word  juxtaposed words are alternatives
    exact     no word is stemmed
    literal   every sign is punctuation
    fields    names of metadata fields that the index knows
    """
    composed = unicodedata.normalize("NFC", source)
    text = _with_joiners(_with_commas(composed))
    if len(text) > MAX_PLAIN_LENGTH:
        message = f"The query is longer than {MAX_PLAIN_LENGTH:,} characters."
        problem = Problem(message, Span(0, len(source)), "Shorten it.")
        return Query(source, MatchNone(), (problem,))
    simple = None if literal else _read_simple(text, any_word=any_word, exact=exact)
    if simple:
        return Query(source, simple)
    if literal:
        parsed = (parse_literal(piece, is_stemmed=not exact) for piece in text.split())
        words = [word for word in parsed if word]
        nodes = list(split_compounds(words)) if any_word else words
        tree, problems = _tree([], nodes, any_word=any_word, source=text)
        whole = Lexeme(LexemeKind.QUOTE, text, Span(0, len(text)))
        problems += islice(check_signs([whole]), MAX_NOTICES)
    else:
        tree, problems = _read(text, fields, any_word=any_word, exact=exact)
    if composed != source:
        problems = [problem.replace(span=_as_typed(problem.span, source)) for problem in problems]
    if any(problem.is_error for problem in problems):
        tree = MatchNone()
    return Query(source, tree, tuple(problems))


def _with_joiners(text: str) -> str:
    """Return `text` with the joiner of Persian words whose parts are typed with a space: می شود."""
    if text.isascii() or not any("\u0600" <= sign <= "\u06ff" for sign in text):
        return text
    return re.sub(_PERSIAN_SPACE, "\u200c", text)


def _with_commas(text: str) -> str:
    """Return `text` with commas for the no-break spaces between digits, which mean the same."""
    if text.isascii() or not any(space in text for space in NO_BREAK_SPACES):
        return text
    return re.sub(_NUMBER_SPACE, ",", text)


def _read_simple(text: str, *, any_word: bool, exact: bool) -> Node | None:
    """Return what `_read` does for words, a phrase, two words near each other, or a pattern.

    None for all others. The words must be of plain letters, as in most queries. Reading them here
    takes a tenth of the calls.
    """
    make_word = Term if exact else Word
    if text[-1:] in {"*", "~"}:
        pattern = _SIMPLE_PATTERN.fullmatch(text)
        if not pattern:
            return None
        term = pattern[1].lower()
        return Wildcard(f"{term}*") if pattern[2] == "*" else Fuzzy(term)
    near = _SIMPLE_NEAR.fullmatch(text)
    if near:
        left, distance, right = near.groups()
        return Near(make_word(left.lower()), make_word(right.lower()), int(distance))
    is_phrase = len(text) > 2 and text[0] == text[-1] == '"'
    words = text[1:-1] if is_phrase else text
    if not _SIMPLE.fullmatch(words):
        return None
    terms = words.lower().split(" ")
    if is_phrase:
        return Phrase(tuple(map(Term, terms))) if len(terms) > 1 else Term(terms[0])
    return juxtapose(list(map(make_word, terms)), any_word=any_word)


def _read(
    text: str, fields: Collection[str], *, any_word: bool, exact: bool
) -> tuple[Node, list[Problem]]:
    """Return the tree and the problems of a query in which signs have their meaning."""
    of_metadata = {spelling: name for name in fields for spelling in (name, name.casefold())}
    known_fields = {
        spelling: name
        for spelling, name in of_metadata.items()
        if spelling.casefold() not in FIELDS
    } | FIELDS
    lexemes = lex(_without_escapes(text), known_fields)
    too_long = list(_check_length(lexemes, text))
    if too_long:
        return MatchNone(), too_long
    clauses, problems = read_clauses(lexemes, is_stemmed=not exact)
    problems += check_structure(clauses)
    problems.sort(key=lambda problem: problem.span)
    checks = (
        check_field_names(lexemes, frozenset(known_fields.values())),
        check_proximity_operators(clauses),
        check_foreign_operators(lexemes),
        check_signs(lexemes),
        check_scopes(lexemes),
        check_quoted_operators(lexemes),
        check_question_marks(lexemes),
    )
    notices = [notice for found in checks for notice in islice(found, MAX_NOTICES)]
    if not _FOREIGN_SIGNS.isdisjoint(text):
        notices += _check_foreign_syntax(text, lexemes)
    if problems:
        return MatchNone(), problems + notices
    nodes = [clause.node for clause in clauses if clause.node]
    tree, problems = _tree(clauses, nodes, any_word=any_word, source=text)
    return tree, problems + notices


def _without_escapes(text: str) -> str:
    """Return `text` with spaces in place of escaped signs, unless it may have a pattern."""
    return text if "\\" not in text or "/" in text else re.sub(_ESCAPED, "  ", text)


def _check_foreign_syntax(text: str, lexemes: Sequence[Lexeme]) -> list[Problem]:
    from excerpt.query.foreign_syntax import check_foreign_syntax  # few queries have its signs

    kinds = {LexemeKind.QUOTE, LexemeKind.PATTERN}
    known = [lexeme.span for lexeme in lexemes if lexeme.kind in kinds or lexeme.is_literal]
    return list(islice(check_foreign_syntax(text, known), MAX_NOTICES))


def _check_length(lexemes: Sequence[Lexeme], text: str) -> Iterator[Problem]:
    """Yield the problem of a query that is too long, if it is."""
    is_plain = all(
        lexeme.kind in _PLAIN and not lexeme.tail and not has_wildcard(lexeme.text)
        for lexeme in lexemes
    )
    if not is_plain and len(text) > MAX_LENGTH:
        yield Problem(
            f"A query with operators can have at most {MAX_LENGTH:,} characters; "
            f"this one has {len(text):,}.",
            Span(MAX_LENGTH, len(text)),
            "Shorten it, or search for its words with --literal.",
        )
    elif len(lexemes) > MAX_CLAUSES and any(
        lexeme.kind is not LexemeKind.WORD for lexeme in lexemes
    ):
        yield Problem(
            f"The query has more than {MAX_CLAUSES:,} clauses.",
            lexemes[MAX_CLAUSES].span,
            "Remove some of them.",
        )


def _tree(
    clauses: Sequence[Clause], nodes: Sequence[Node], *, any_word: bool, source: str
) -> tuple[Node, list[Problem]]:
    """Return the tree of `clauses`, whose nodes are `nodes`, and problems with it."""
    if not nodes:
        message = "The query contains no word."
        return MatchNone(), [Problem(message, Span(0, 0), "Write a word of letters or digits.")]
    has_operators = len(nodes) < len(clauses)
    if not has_operators:
        tree = juxtapose(nodes, any_word=any_word)
    else:
        from excerpt.query.grammar import build_tree

        try:
            tree = build_tree(clauses, any_word=any_word)
        except QuerySyntaxError as error:
            span = error.span or Span(0, clauses[-1].lexeme.span.end)
            return MatchNone(), [Problem(error.message, span, error.remedy)]
    notices: list[Problem] = []
    if any_word and any(isinstance(node, Phrase) and node.runs for node in nodes):
        from excerpt.query.unspaced import pairs_notices

        notices = pairs_notices(nodes, tree, source)[:MAX_NOTICES]
    return FirstPassage(tree) if is_document_filter(tree) else tree, notices


def _as_typed(span: Span, source: str) -> Span:
    """Return the span in `source` of a span in its composed form (NFC)."""

    def typed_offset(offset: int) -> int:
        ends = range(len(source) + 1)
        return bisect_left(
            ends, offset, key=lambda end: len(unicodedata.normalize("NFC", source[:end]))
        )

    start = typed_offset(span.start)
    return Span(start, max(start, typed_offset(span.end)))
