"""A query tree → one line that says it with its brackets.

What `format_query` writes of a tree that the parser made, the parser reads back as the same tree.
"""

from itertools import pairwise

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
    Or,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
)
from excerpt.text.characters import is_unspaced

__all__ = ["format_query"]


def format_query(tree: Node) -> str:
    """`tree` as a query, with a bracket around everything that could be read in two ways.

    >>> format_query(And((Or((Word("wage"), Word("salary"))), Not(Term("union")))))
    '(wage OR salary) AND NOT "union"'
    """
    match tree:
        case AllWords(words):
            return " ".join(map(_bracketed, words))
        case And(nodes):
            return " AND ".join(map(_bracketed, nodes))
        case Or(nodes):
            return " OR ".join(map(_bracketed, nodes))
        case Not(node):
            inner = format_query(node)
            return f"NOT ({inner})" if isinstance(node, Not) else f"NOT {_bracketed(node)}"
        case Scope(within, node):
            return f"{within}({format_query(node)})"
        case FirstPassage(node):
            return format_query(node)
        case Near(left, right, distance, is_ordered):
            operator = f"{'BEFORE' if is_ordered else 'NEAR'}/{distance}"
            near = f"{_bracketed(left)} {operator} {_bracketed(right)}"
            return near if tree.weight == 1.0 else f"({near}){_weight(tree.weight)}"
        case _:
            return _leaf(tree)


def _leaf(tree: Node) -> str:
    match tree:
        case Term(term):
            return f'"{term}"{_weight(tree.weight)}'
        case Form(form):
            return f"={form}{_weight(tree.weight)}"
        case Alternatives():
            return f"{_choice(tree)}{_weight(tree.weight)}"
        case Phrase():
            return f"{_phrase(tree)}{_weight(tree.weight)}"
        case InTitle(operand):
            return f"title:{_bracketed(operand)}"
        case InHeading(operand):
            return f"heading:{_bracketed(operand)}"
        case Field(name, value):
            return f"{name}:{_quoted(value)}"
        case DateRange(name, first, last):
            return f"{name}:{first}..{last}"
        case MatchAll():
            return "(everything)"
        case MatchNone():
            return "(nothing)"
        case Word() | Wildcard() | Fuzzy() | Pattern():
            return f"{_text(tree)}{_weight(tree.weight)}"
        case _:
            raise TypeError(f"not a leaf: {tree!r}")


def _bracketed(tree: Node) -> str:
    """`tree` in brackets, unless it is one piece."""
    needs_brackets = (
        isinstance(tree, And | Or)
        or (isinstance(tree, AllWords) and len(tree.words) > 1)
        or (isinstance(tree, Near) and tree.weight == 1.0)
        or (isinstance(tree, FirstPassage) and _bracketed(tree.node) != format_query(tree.node))
    )
    return f"({format_query(tree)})" if needs_brackets else format_query(tree)


def _weight(weight: float) -> str:
    if weight == 1.0:
        return ""
    written = repr(weight).removesuffix(".0")
    return f"^{written if 'e' not in written else format(weight, '.30f').rstrip('0').rstrip('.')}"


def _text(part: Node) -> str:
    """A word or the like without its weight."""
    match part:
        case Word(text) | Term(text) | Form(text) | Wildcard(text):
            return text
        case Fuzzy(term, distance):
            return f"{term}~" if distance == 1 else f"{term}~{distance}"
        case Pattern(pattern):
            return f"/{pattern}/"
        case _:
            return format_query(part)


def _choice(choice: Alternatives) -> str:
    """A compound as it is written, other alternatives in brackets."""
    parts = compound_parts(choice)
    if not parts:
        return f"({' OR '.join(map(_bracketed, choice.operands))})"
    text = "-".join(map(_text, parts))
    if any(isinstance(part, Form) for part in parts):
        return f"={text}"
    return f'"{text}"' if any(isinstance(part, Term) for part in parts) else text


def compound_parts(choice: Alternatives) -> tuple[Node, ...]:
    """The parts of a word with punctuation inside; () if `choice` is something else."""
    match choice.operands:
        case (Phrase(parts, 0), Word() | Term() | Form() | Wildcard() as whole):
            if "".join(map(_text, parts)) == _text(whole):
                return parts
    return ()


def _phrase(phrase: Phrase) -> str:
    if phrase.gap == 0 and any(isinstance(part, Word) for part in phrase.parts):
        return _side_by_side(list(map(_text, phrase.parts)))
    inner = " ".join(_part(part) for part in phrase.parts)
    is_form = any(map(_has_form, phrase.parts))
    gap = f"~{phrase.gap}" if phrase.gap else ""
    return f'{"=" if is_form else ""}"{inner}"{gap}'


def _side_by_side(texts: list[str]) -> str:
    """Words in a row without quotes: a hyphen between two, unless both are characters that are words."""
    written = texts[0]
    for before, text in pairwise(texts):
        written += text if is_unspaced(before[0]) and is_unspaced(text[0]) else f"-{text}"
    return written


def _part(part: Node) -> str:
    if isinstance(part, Alternatives) and compound_parts(part):
        return "-".join(map(_text, compound_parts(part)))
    return _text(part)


def _has_form(part: Node) -> bool:
    return isinstance(part, Form) or (
        isinstance(part, Alternatives)
        and any(isinstance(below, Form) for below in compound_parts(part))
    )


def _quoted(value: str) -> str:
    is_plain = bool(value) and all(c.isalnum() or c in "-_/.*?[]," for c in value)
    return value if is_plain else f'"{value}"' if '"' not in value else f"“{value}”"
