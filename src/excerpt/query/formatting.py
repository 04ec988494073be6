"""Query tree → query with explicit parentheses, in one line.

The parser reads the result back as the same tree, if it made that tree.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    DateRange,
    Field,
    FirstPassage,
    Form,
    Fuzzy,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
    walk,
)
from excerpt.text import fold
from excerpt.text.compounds import may_be_one_word

__all__ = ["format_query", "quote_phrase"]

_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»'), " ")
"""Replaces quotation marks by spaces."""


def format_query(tree: Node) -> str:
    """Return `tree` as a query, with parentheses around everything that could be ambiguous.

    >>> format_query(And((Or((Word("wage"), Word("salary"))), Not(Term("union")))))
    '(wage OR salary) AND NOT "union"'
    """
    match tree:
        case AllWords(words):
            return " ".join(map(_grouped, words))
        case And(nodes):
            return " AND ".join(map(_grouped, nodes))
        case Or(nodes):
            return " OR ".join(map(_grouped, nodes))
        case Not(node):
            inner = format_query(node)
            return f"NOT ({inner})" if isinstance(node, Not) else f"NOT {_grouped(node)}"
        case Scope(within, node):
            return f"{within}({format_query(node)})"
        case FirstPassage(node):
            return format_query(node)
        case Near(left, right, distance, is_ordered):
            operator = "BEFORE" if is_ordered else "NEAR"
            return _format_proximity(left, f"{operator}/{distance}", right, tree.weight)
        case NotNear(left, right, distance, relation):
            return _format_proximity(left, f"NOT {relation}/{distance}", right, tree.weight)
        case _:
            return _format_unit(tree)


def _format_proximity(left: Node, operator: str, right: Node, weight: float) -> str:
    near = f"{_grouped(left)} {operator} {_grouped(right)}"
    return near if weight == 1.0 else f"({near}){_weight(weight)}"


def _format_unit(node: Node) -> str:
    """Return a node that needs no parentheses around it."""
    match node:
        case Term(term):
            return f'"{node.spelling or term}"{_weight(node.weight)}'
        case Form(form):
            return f"{_form_sign([node])}{form}{_weight(node.weight)}"
        case Alternatives():
            return f"{_format_alternatives(node)}{_weight(node.weight)}"
        case Phrase():
            return f"{_format_phrase(node)}{_weight(node.weight)}"
        case InTitle(operand):
            return f"title:{_grouped(operand)}"
        case InHeading(operand):
            return f"heading:{_grouped(operand)}"
        case Field(name, value):
            return f"{name}:{_quoted(value)}"
        case DateRange():
            return _format_dates(node)
        case MatchAll():
            return "(everything)"
        case MatchNone():
            return "(nothing)"
        case Word() | Wildcard() | Fuzzy() | Pattern():
            return f"{_text(node)}{_weight(node.weight)}"
        case _:
            raise TypeError(f"not a node of a query: {node!r}")


def _format_dates(node: DateRange) -> str:
    """Return a range of dates: of years if it has whole years."""
    first, last = node.first.removesuffix("-01-01"), node.last.removesuffix("-12-31")
    ends_are_years = all(not end or end[1:].isdecimal() for end in (first, last))
    if node.name != "date" or not ends_are_years:
        return f"{node.name}:{node.first}..{node.last}"
    return f"year:{first}" if first == last else f"year:{first}..{last}"


def _grouped(node: Node) -> str:
    """Return `node` in parentheses, unless it is one unit."""
    needs_parentheses = (
        isinstance(node, And | Or)
        or (isinstance(node, AllWords) and len(node.words) > 1)
        or (isinstance(node, Near | NotNear) and node.weight == 1.0)
        or (isinstance(node, FirstPassage) and _grouped(node.node) != format_query(node.node))
    )
    return f"({format_query(node)})" if needs_parentheses else format_query(node)


def _weight(weight: float) -> str:
    """Return a weight as it is written after an operand, "" for 1."""
    if weight == 1.0:
        return ""
    written = repr(weight).removesuffix(".0")
    if "e" in written:  # the query language has no exponents
        written = format(weight, ".30f").rstrip("0").rstrip(".")
    return f"^{written}"


def _text(term: Node) -> str:
    """Return a word, term or the like without quotation marks and weight."""
    match term:
        case Word(text) | Term(text) | Form(text) | Wildcard(text):
            return term.spelling or text
        case Fuzzy(text, distance):
            return f"{term.spelling or text}~{'' if distance == 1 else distance}"
        case Pattern(pattern):
            return f"/{pattern}/"
        case _:
            return format_query(term)


def _format_alternatives(alternatives: Alternatives) -> str:
    """Return a compound as it is typed, other alternatives in parentheses."""
    parts = compound_parts(alternatives)
    if not parts:
        return f"({' OR '.join(map(_grouped, alternatives.operands))})"
    text = _joined(parts)
    if sign := _form_sign(parts):
        return f"{sign}{text}"
    return f'"{text}"' if any(isinstance(part, Term) for part in parts) else text


def compound_parts(alternatives: Alternatives) -> tuple[Node, ...]:
    """Return the parts of a word with punctuation inside, () if `alternatives` is none."""
    match alternatives.operands:
        case (Phrase(parts, 0), Word() | Term() | Form() | Wildcard() as whole):
            if "".join(map(_text, parts)) == _text(whole):
                return parts
    return ()


def _format_phrase(phrase: Phrase) -> str:
    if phrase.gap == 0 and any(isinstance(part, Word) for part in phrase.parts):
        return _juxtaposed(phrase)
    inner = " ".join(_phrase_part(part) for part in phrase.parts)
    sign = _form_sign([below for part in phrase.parts for below in walk(part)])
    gap = f"~{phrase.gap}" if phrase.gap else ""
    return f'{sign}"{inner}"{gap}'


def _form_sign(nodes: Iterable[Node]) -> str:
    """Return the sign before a word or phrase with these nodes, "" if none of them is a form."""
    forms = [node for node in nodes if isinstance(node, Form)]
    return ("=~" if forms[0].ignores_accents else "=") if forms else ""


def _juxtaposed(phrase: Phrase) -> str:
    """Return a phrase of stemmed words, which cannot be quoted.

    A slash stands for the sign between two words: words with a slash are never written as one.
    """
    words = map(_phrase_part, phrase.parts)
    stretches = phrase.runs or [1] * len(phrase.parts)
    return "/".join("".join(islice(words, n)) for n in stretches)


def _phrase_part(part: Node) -> str:
    if isinstance(part, Alternatives) and compound_parts(part):
        return _joined(compound_parts(part))
    return _text(part)


def _joined(parts: Sequence[Node]) -> str:
    """Return the parts of a word joined by the sign that lets it be written as one."""
    texts = list(map(_text, parts))
    has_hyphens = may_be_one_word(list(map(fold, texts)), ["-"] * (len(texts) - 1))
    return ("-" if has_hyphens else ",").join(texts)


def _quoted(value: str) -> str:
    """Return the value of a field, in quotation marks if it needs them."""
    is_plain = bool(value) and all(c.isalnum() or c in "-_/.*?[]," for c in value)
    return value if is_plain else f'"{value}"' if '"' not in value else f"“{value}”"


def quote_phrase(words: str) -> str:
    """Return the query for `words` as a phrase, as written. Quotation marks in it are ignored.

    >>> quote_phrase("the “united front”")
    '"the  united front "'
    """
    return f'"{words.translate(_QUOTES)}"'
