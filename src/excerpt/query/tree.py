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
from dataclasses import dataclass, fields, replace
from typing import Literal

from excerpt.errors import QueryError
from excerpt.model import Span

__all__ = [
    "All",
    "And",
    "Choice",
    "Everything",
    "Field",
    "First",
    "Form",
    "Fuzzy",
    "Headed",
    "Near",
    "Node",
    "Not",
    "Nothing",
    "Operand",
    "Or",
    "Pattern",
    "Phrase",
    "Problem",
    "Query",
    "Range",
    "Scope",
    "Term",
    "Titled",
    "Wildcard",
    "Word",
    "children",
    "leaves",
    "weighted",
]


@dataclass(frozen=True, slots=True)
class Word:
    """A word in all its inflected forms: `term` is the folded word as typed."""

    term: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Term:
    """A folded word, not stemmed."""

    term: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Form:
    """A word with case and marks as typed, composed (NFC)."""

    form: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Folded words that fit `pattern`: "*" stands for any letters, "?" for one."""

    pattern: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Folded words at most `distance` insertions, deletions, changes and swaps from `term`."""

    term: str
    distance: int = 1
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """Folded words that a regular expression matches whole."""

    pattern: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of `operands`, at one place."""

    operands: tuple["Operand", ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """`parts` in this order, at most `gap` other words between each and the next."""

    parts: tuple["Operand", ...]
    gap: int = 0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """`left` and `right` with at most `distance` other words between; `is_ordered`: left stands before right."""

    left: "Operand"
    right: "Operand"
    distance: int
    is_ordered: bool = False
    weight: float = 1.0


Operand = Word | Term | Form | Wildcard | Fuzzy | Pattern | Choice | Phrase | Near


@dataclass(frozen=True, slots=True)
class All:
    """Passages in which each of `words` stands, or stands in their title or heading path, at least one in the
    passage itself."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class And:
    """Passages in all of `nodes`."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Passages in any of `nodes`."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Every passage that is not in `node`."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Scope:
    """Passages with a sentence (paragraph) that begins in them and in which `node` holds; of a document: all the
    passages that have a word of `node`, if it holds in the document."""

    within: Literal["sentence", "paragraph", "document"]
    node: "Node"


@dataclass(frozen=True, slots=True)
class Titled:
    """Passages of the documents in whose title `operand` stands."""

    operand: Operand


@dataclass(frozen=True, slots=True)
class Headed:
    """Passages in whose heading path `operand` stands, within one heading."""

    operand: Operand


@dataclass(frozen=True, slots=True)
class Field:
    """Passages of the documents whose field `name` is `value` (for "path": fits the glob or is below the folder;
    for "kind": passages with a block of that kind; for metadata: has these words in a row)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """Passages of the documents whose date `name` overlaps the days `first` to `last` (ISO, "" for open)."""

    name: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class First:
    """The first passage of each document that has a passage in `node`."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Everything:
    """Every passage."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No passage."""


Node = Operand | All | And | Or | Not | Scope | Titled | Headed | Field | Range | First | Everything | Nothing


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a query its author should know: `is_error` where it cannot be answered as it stands."""

    message: str
    span: Span
    remedy: str = ""
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Query:
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
                raise QueryError(problem.message, self.source, problem.span, problem.remedy)
        return self


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below `node`."""
    match node:
        case All(below) | And(below) | Or(below) | Choice(below) | Phrase(below):
            return tuple(below)
        case Near(left, right):
            return (left, right)
        case Not(below) | Scope(_, below) | Titled(below) | Headed(below) | First(below):
            return (below,)
        case _:
            return ()


def leaves(node: Node) -> Iterator[Node]:
    """What `node` asks for, from left to right: operands of proximity whole, and nothing below a Not, a field or
    the like. These are what a passage is scored by and marked for."""
    match node:
        case All() | And() | Or() | Scope() | First():
            for below in children(node):
                yield from leaves(below)
        case Not() | Titled() | Headed() | Field() | Range() | Everything() | Nothing():
            return
        case _:
            yield node


def weighted(node: Node, factor: float) -> Node:
    """`node` with the weights of its leaves multiplied by `factor`."""
    if any(field.name == "weight" for field in fields(node)):
        return replace(node, weight=node.weight * factor)  # type: ignore[arg-type, union-attr]
    match node:
        case All(words):
            return All(tuple(replace(word, weight=word.weight * factor) for word in words))
        case And(nodes):
            return And(tuple(weighted(below, factor) for below in nodes))
        case Or(nodes):
            return Or(tuple(weighted(below, factor) for below in nodes))
        case Not(below):
            return Not(weighted(below, factor))
        case Scope(within, below):
            return Scope(within, weighted(below, factor))
        case First(below):
            return First(weighted(below, factor))
        case _:
            return node
