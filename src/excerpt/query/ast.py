"""The nodes of a query: what was asked, free of any syntax and any engine. Their meaning is `query/match.py`.

Words: leaves that stand somewhere in the run of words of a section; each has a `weight` for ranking.

    Word      a word in all its inflected forms         Term      this folded word
    Form      this word with case and marks as typed    Wildcard  a folded word with * and ?
    Fuzzy     a word within a few letters of this one   Pattern   a regular expression over folded words

Operands of proximity are those, and:

    Phrase    parts in a row, at most `gap` other words between each and the next
    Near      two operands, at most `distance` other words between, in either order or in this one
    Choice    any of several operands, at one place

Sets of passages:

    All       all of several Words in a passage, where its title and heading path may help out
    And, Or, Not, Scope (a Boolean within one sentence, paragraph or document)
    Titled, Headed (words of the title, of the heading path), Field, Range (of the document; kind: of the block)
    First     of each document that matches, the first passage only
    Everything, Nothing
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from excerpt.errors import Advice, QueryError
from excerpt.model import Span
from excerpt.startup import FrozenValue

__all__ = [
    "AllWords",
    "And",
    "Alternatives",
    "MatchAll",
    "Field",
    "FirstPassage",
    "Form",
    "Fuzzy",
    "InHeading",
    "Near",
    "Node",
    "Not",
    "MatchNone",
    "Operand",
    "Or",
    "Pattern",
    "Phrase",
    "Problem",
    "Query",
    "DateRange",
    "Scope",
    "Term",
    "InTitle",
    "Wildcard",
    "Word",
    "children",
    "query_terms",
    "scale_weights",
]


class Word(FrozenValue):
    """A word in all its inflected forms: `term` is the folded word as typed."""

    term: str
    weight: float = 1.0


class Term(FrozenValue):
    """A folded word, not stemmed."""

    term: str
    weight: float = 1.0


class Form(FrozenValue):
    """A word with case and marks as typed, composed (NFC)."""

    form: str
    weight: float = 1.0


class Wildcard(FrozenValue):
    """Folded words that fit `pattern`: "*" stands for any letters, "?" for one."""

    pattern: str
    weight: float = 1.0


class Fuzzy(FrozenValue):
    """Folded words at most `distance` insertions, deletions, changes and swaps from `term`."""

    term: str
    distance: int = 1
    weight: float = 1.0


class Pattern(FrozenValue):
    """Folded words that a regular expression matches whole."""

    pattern: str
    weight: float = 1.0


class Alternatives(FrozenValue):
    """Any of `operands`, at one place."""

    operands: tuple["Operand", ...]
    weight: float = 1.0


class Phrase(FrozenValue):
    """`parts` in this order, at most `gap` other words between each and the next."""

    parts: tuple["Operand", ...]
    gap: int = 0
    weight: float = 1.0


class Near(FrozenValue):
    """`left` and `right` with at most `distance` other words between; `is_ordered`: left stands before right."""

    left: "Operand"
    right: "Operand"
    distance: int
    is_ordered: bool = False
    weight: float = 1.0


Operand = Word | Term | Form | Wildcard | Fuzzy | Pattern | Alternatives | Phrase | Near


class AllWords(FrozenValue):
    """Passages in which each of `words` stands, or stands in their title or heading path, at least one in the
    passage itself."""

    words: tuple[Word, ...]


class And(FrozenValue):
    """Passages in all of `nodes`."""

    nodes: tuple["Node", ...]


class Or(FrozenValue):
    """Passages in any of `nodes`."""

    nodes: tuple["Node", ...]


class Not(FrozenValue):
    """Every passage that is not in `node`."""

    node: "Node"


class Scope(FrozenValue):
    """Passages with a sentence (paragraph) that begins in them and in which `node` holds; of a document: all the
    passages that have a word of `node`, if it holds in the document."""

    within: Literal["sentence", "paragraph", "document"]
    node: "Node"


class InTitle(FrozenValue):
    """Passages of the documents in whose title `operand` stands."""

    operand: Operand


class InHeading(FrozenValue):
    """Passages in whose heading path `operand` stands, within one heading."""

    operand: Operand


class Field(FrozenValue):
    """Passages of the documents whose field `name` is `value` (for "path": fits the glob or is below the folder;
    for "kind": passages with a block of that kind; for metadata: has these words in a row)."""

    name: str
    value: str


class DateRange(FrozenValue):
    """Passages of the documents whose date `name` overlaps the days `first` to `last` (ISO, "" for open)."""

    name: str
    first: str
    last: str


class FirstPassage(FrozenValue):
    """The first passage of each document that has a passage in `node`."""

    node: "Node"


class MatchAll(FrozenValue):
    """Every passage."""


class MatchNone(FrozenValue):
    """No passage."""


Node = (
    Operand
    | AllWords
    | And
    | Or
    | Not
    | Scope
    | InTitle
    | InHeading
    | Field
    | DateRange
    | FirstPassage
    | MatchAll
    | MatchNone
)


class Problem(NamedTuple):
    """Something about a query its author should know: `is_error` where it cannot be answered as it stands."""

    message: str
    span: Span
    remedy: str = ""
    is_error: bool = True


class Query(NamedTuple):
    """A query as typed, what it means, and what is wrong with it."""

    source: str
    tree: Node
    problems: tuple[Problem, ...] = ()

    def checked(self) -> "Query":
        """The query itself, if it has no error.

        Raises:
            QueryError: for the first error in it.
        """
        for problem in self.problems:
            if problem.is_error:
                raise QueryError(problem.message, self.source, problem.span, Advice(problem.remedy))
        return self


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below `node`."""
    match node:
        case AllWords(below) | And(below) | Or(below) | Alternatives(below) | Phrase(below):
            return tuple(below)
        case Near(left, right):
            return (left, right)
        case Not(below) | Scope(_, below) | InTitle(below) | InHeading(below) | FirstPassage(below):
            return (below,)
        case _:
            return ()


def query_terms(node: Node) -> Iterator[Node]:
    """What `node` asks for, from left to right: operands of proximity whole, and nothing below a Not, a field or
    the like. These are what a passage is scored by and marked for."""
    match node:
        case AllWords() | And() | Or() | Scope() | FirstPassage():
            for below in children(node):
                yield from query_terms(below)
        case Not() | InTitle() | InHeading() | Field() | DateRange() | MatchAll() | MatchNone():
            return
        case _:
            yield node


def scale_weights(node: Node, factor: float) -> Node:
    """`node` with the weights of its leaves multiplied by `factor`."""
    if isinstance(node, Operand):
        return node.replace(weight=node.weight * factor)
    match node:
        case AllWords(words):
            return AllWords(tuple(word.replace(weight=word.weight * factor) for word in words))
        case And(nodes):
            return And(tuple(scale_weights(below, factor) for below in nodes))
        case Or(nodes):
            return Or(tuple(scale_weights(below, factor) for below in nodes))
        case Not(below):
            return Not(scale_weights(below, factor))
        case Scope(within, below):
            return Scope(within, scale_weights(below, factor))
        case FirstPassage(below):
            return FirstPassage(scale_weights(below, factor))
        case _:
            return node
