"""The nodes of a query tree, independent of syntax and engine; `semantics` defines their meaning.

Operands of one token. Each has a `weight` for ranking:

    Word      a word in all its inflected forms    Term      one folded word
    Form      one word with case and marks         Wildcard  folded words with * and ?
    Fuzzy     words within a few edits             Pattern   a regular expression over folded words

Operands of one or more tokens:

    Phrase        parts in sequence, at most `gap` other words between each and the next
    Near          two operands, at most `distance` other words between them
    NotNear       an operand where another is not near it
    Alternatives  any of several operands

Other nodes match passages:

    AllWords                 all of several words, which may also match in title or headings
    And, Or, Not             Boolean operators
    Scope                    a Boolean expression within one sentence, paragraph or document
    InTitle, InHeading       an operand in the title or the heading path
    Field, DateRange         a field of the document; `kind`: of the block
    FirstPassage             the first passage of each document that matches
    MatchAll, MatchNone      every passage, or none
"""

from collections.abc import Iterator
from typing import Literal, TypeVar

from excerpt.errors import Instruction, QueryError
from excerpt.model import SET_APART, Span
from excerpt.startup import FrozenValue

__all__ = [
    "AllWords",
    "Alternatives",
    "And",
    "AsTyped",
    "DateRange",
    "Field",
    "FirstPassage",
    "Form",
    "Fuzzy",
    "InHeading",
    "InTitle",
    "Joined",
    "MatchAll",
    "MatchNone",
    "Near",
    "Node",
    "Not",
    "NotNear",
    "Operand",
    "Or",
    "Pattern",
    "Phrase",
    "Problem",
    "Query",
    "QuerySyntaxError",
    "Scope",
    "Term",
    "Wildcard",
    "Word",
    "as_typed",
    "asks_for_set_apart",
    "children",
    "has_only_fields",
    "excluded_words",
    "has_period",
    "query_terms",
    "scale_weights",
    "scoped_terms",
    "walk",
    "without_weight",
]


class Word(FrozenValue):
    """A word in all its inflected forms.

    term      the folded word
    spelling  the word with accents as typed, in lower case; "" if they make no difference
    variants  further (language, term) pairs whose forms count as its forms (see `query.variants`)
    """

    term: str
    weight: float = 1.0
    spelling: str = ""
    variants: tuple[tuple[str, str], ...] = ()


class Term(FrozenValue):
    """A folded word, not stemmed.

    `variants` are further (language, term) pairs that count as the word (see `query.variants`).
    `spelling` is that of a `Word`; it only matters for the ranking (see `as_typed`).
    """

    term: str
    weight: float = 1.0
    variants: tuple[tuple[str, str], ...] = ()
    spelling: str = ""


class Form(FrozenValue):
    """A word with case and marks as typed, composed (NFC).

    If it `ignores_accents`, the form has none, and those of the text do not matter. Those that were
    typed are in `spelling`, "" if there were none, and only matter for the ranking.
    """

    form: str
    weight: float = 1.0
    ignores_accents: bool = False
    spelling: str = ""


class Wildcard(FrozenValue):
    """Folded words that match `pattern`: "*" stands for any characters, "?" for one.

    A pattern with hyphens matches words in parts that signs join, and no word written as one. In
    place of a part, "*" then stands for any part (see `spellings`). `spelling` is the pattern with
    accents as typed, "" if there are none (see `as_typed`).
    """

    pattern: str
    weight: float = 1.0
    spelling: str = ""


class Fuzzy(FrozenValue):
    """Folded words at most `distance` edits from `term` (see `term_matching.edit_distance`).

    `spelling` is the word with accents as typed, "" if there are none (see `as_typed`).
    """

    term: str
    distance: int = 1
    weight: float = 1.0
    spelling: str = ""


class Pattern(FrozenValue):
    """Folded words that a regular expression matches as a whole."""

    pattern: str
    weight: float = 1.0


class Alternatives(FrozenValue):
    """Any of `operands`, in the same position."""

    operands: tuple["Operand", ...]
    weight: float = 1.0


class Phrase(FrozenValue):
    """`parts` in this order, at most `gap` other words between each and the next.

    `runs` makes no difference to the matches: for a word typed in a script without spaces, it has
    the number of parts in each stretch without a sign between them (see `unspaced`).
    """

    parts: tuple["Operand", ...]
    gap: int = 0
    weight: float = 1.0
    runs: tuple[int, ...] = ()


class Near(FrozenValue):
    """`left` and `right`, at most `distance` other words between them; in order if `is_ordered`."""

    left: "Operand"
    right: "Operand"
    distance: int
    is_ordered: bool = False
    weight: float = 1.0


class NotNear(FrozenValue):
    """`operand` where `other` does not stand at most `distance` other words from it.

    With the relation "BEFORE", `other` must not follow the operand, and with "AFTER", it must not
    precede it; with "NEAR", it must do neither.
    """

    operand: "Operand"
    other: "Operand"
    distance: int
    relation: Literal["NEAR", "BEFORE", "AFTER"] = "NEAR"
    weight: float = 1.0


class Joined(FrozenValue):
    """A word of `operand` that a sign joins to the next word with one of `marks`.

    The mark "" stands for a word that is not joined. `spellings` makes these nodes, no query does.
    """

    operand: "Word | Term | Form | Wildcard"
    marks: tuple[str, ...]
    weight: float = 1.0


class AsTyped(FrozenValue):
    """The forms of `operand` that have the accents as typed; `as_typed` makes these nodes."""

    operand: "Word | Term | Wildcard | Fuzzy"
    weight: float = 1.0


Operand = (
    Word
    | Term
    | Form
    | Wildcard
    | Fuzzy
    | Pattern
    | Alternatives
    | Phrase
    | Near
    | NotNear
    | Joined
    | AsTyped
)
OperandT = TypeVar("OperandT", bound=Operand)


class AllWords(FrozenValue):
    """Passages that match each of `words`, at least one of them in the passage itself.

    The other words may match in the title or the heading path.
    """

    words: tuple[Word, ...]


class And(FrozenValue):
    """Passages that match all of `nodes`."""

    nodes: tuple["Node", ...]


class Or(FrozenValue):
    """Passages that match any of `nodes`."""

    nodes: tuple["Node", ...]


class Not(FrozenValue):
    """Passages that do not match `node`."""

    node: "Node"


class Scope(FrozenValue):
    """Passages in which a sentence or paragraph begins that matches `node` as a whole.

    Within a document: the passages that contain a term of `node`, if the document matches it.
    """

    within: Literal["sentence", "paragraph", "document"]
    node: "Node"


class InTitle(FrozenValue):
    """Passages of the documents whose title matches `operand`."""

    operand: Operand


class InHeading(FrozenValue):
    """Passages with a heading in their heading path that matches `operand`."""

    operand: Operand


class Field(FrozenValue):
    """Passages of the documents whose field `name` has `value`.

    For "path", the path matches the glob or is in the folder; for "kind", the passage has a block
    of that kind; for metadata, a value contains these words in sequence.

    If it `is_exact`, `value` is one of the values that a facet lists (see `field_values`): a folder
    for "path", and exactly this text for the others. "" then stands for documents without a value.
    A query cannot express that.
    """

    name: str
    value: str
    is_exact: bool = False


class DateRange(FrozenValue):
    """Passages of the documents whose date overlaps the days from `first` to `last`.

    The days are in ISO 8601, "" for an open end. `name` is always "date".
    """

    name: str
    first: str
    last: str


class FirstPassage(FrozenValue):
    """The first passage of each document with a passage that matches `node`."""

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


class QuerySyntaxError(Exception):
    """A part of a query that has no meaning.

    It never leaves the parser, which turns it into a `Problem`.

    message  the error
    remedy   what to write instead
    span     where, in the text that was being read; None for all of it
    """

    def __init__(self, message: str, remedy: str = "", span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.span = span


class Problem(FrozenValue):
    """An error in a query, or a notice about it if `is_error` is False.

    message   the error or notice
    span      where, in the query as typed
    remedy    what to write instead
    is_error  True if the query cannot be answered
    """

    message: str
    span: Span
    remedy: str = ""
    is_error: bool = True


class Query(FrozenValue):
    """A query as typed, its tree, and its problems in the order of their positions.

    `spellings` are its words with other spellings, and these (see `query.variants`).
    """

    source: str
    tree: Node
    problems: tuple[Problem, ...] = ()
    spellings: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def checked(self) -> "Query":
        """Return the query itself if it has no error.

        Raises:
            QueryError: the first error, if there is one.
        """
        for problem in self.problems:
            if problem.is_error:
                raise QueryError(
                    problem.message, self.source, problem.span, Instruction(problem.remedy)
                )
        return self


def has_only_fields(node: Node) -> bool:
    """Return whether `node` depends only on fields of documents."""
    match node:
        case And() | Or() | Not() | FirstPassage():
            return all(map(has_only_fields, children(node)))
        case Field(name):
            return name != "kind"
        case DateRange() | MatchAll() | MatchNone():
            return True
        case _:
            return False


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below `node`."""
    match node:
        case AllWords(nodes) | And(nodes) | Or(nodes) | Alternatives(nodes) | Phrase(nodes):
            return tuple(nodes)
        case Near(left, right) | NotNear(left, right):
            return (left, right)
        case Not(below) | Scope(_, below) | InTitle(below) | InHeading(below) | FirstPassage(below):
            return (below,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and all nodes below it, each before those below it."""
    yield node
    for below in children(node):
        yield from walk(below)


def query_terms(node: Node) -> Iterator[Node]:
    """Yield the operands of `node` that passages are scored by and highlighted for, in order.

    Operands of proximity are yielded whole, and nothing below a Not or a field is.
    """
    return (term for term, _ in scoped_terms(node))


def scoped_terms(
    node: Node, scopes: tuple[Scope, ...] = ()
) -> Iterator[tuple[Node, tuple[Scope, ...]]]:
    """Yield the `query_terms` of `node`, each with the scopes it is in, the outermost first.

    Only its occurrences within a match of all these scopes are highlighted and counted.
    """
    match node:
        case AllWords() | And() | Or() | FirstPassage():
            for below in children(node):
                yield from scoped_terms(below, scopes)
        case Scope(_, inside):
            yield from scoped_terms(inside, (*scopes, node))
        case Not() | InTitle() | InHeading() | Field() | DateRange() | MatchAll() | MatchNone():
            return
        case _:
            yield node, scopes


def as_typed(operand: Operand) -> Operand | None:
    """Return `operand` with the accents of its words as typed; None if it makes no difference."""

    def typed(part: Operand) -> Operand:
        match part:
            case Word() | Term() | Wildcard() | Fuzzy():
                return AsTyped(part) if part.spelling else part
            case Form():
                return Form(part.spelling) if part.spelling else part
            case Phrase(parts):
                return part.replace(parts=tuple(map(typed, parts)))
            case Alternatives(operands):
                return part.replace(operands=tuple(map(typed, operands)))
            case Near(left, right):
                return part.replace(left=typed(left), right=typed(right))
            case NotNear(below):
                return part.replace(operand=typed(below))
            case _:
                return part

    found = typed(operand)
    return None if found == operand else found


def asks_for_set_apart(node: Node) -> bool:
    """Return whether `node` has a condition, not negated, on a kind of text that is set apart."""
    match node:
        case Field("kind", value):
            return value.casefold() in SET_APART
        case Not():
            return False
        case _:
            return any(map(asks_for_set_apart, children(node)))


def excluded_words(node: Node) -> Iterator[Word]:
    """Yield the plain words that passages must not contain to match `node`."""
    match node:
        case And(nodes) | Or(nodes):
            for below in nodes:
                yield from excluded_words(below)
        case Not(Word() as word):
            yield word
        case Not(AllWords(nodes) | Or(nodes)):
            yield from (below for below in nodes if isinstance(below, Word))


def has_period(node: Node) -> bool:
    """Return whether there is a condition on the date in `node`."""
    return any(isinstance(below, DateRange) for below in walk(node))


def without_weight(operand: OperandT) -> OperandT:
    """Return `operand` with the weight 1."""
    if operand.weight == 1.0:
        return operand
    unweighted: OperandT = operand.replace(weight=1.0)  # type: ignore[assignment]
    return unweighted


def scale_weights(node: Node, factor: float) -> Node:
    """Return `node` with the weights of its operands multiplied by `factor`."""
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
