"""Pieces of a query with operators and brackets → one tree, by the parser of whoosh with plug-ins of our own.

Whoosh tags, nests and binds: NEAR and BEFORE first, then NOT, AND, OR, and last what merely stands side by side.
Its syntax tree is turned into ours. Only this module imports whoosh; a query of words and phrases needs none of it
(110 ms). The pieces have passed `check`: nothing dangles and every bracket has its partner.
"""

# mypy: disable-error-code="no-untyped-call"
# (the syntax nodes of whoosh have no types)

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from whoosh.qparser import plugins, syntax, taggers
from whoosh.qparser.default import QueryParser

from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    DateRange,
    Field,
    FirstPassage,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    Operand,
    Or,
    Scope,
    children,
    scale_weights,
)
from excerpt.query.clauses import Clause, near_distance, weight_of
from excerpt.query.combination import join, juxtapose
from excerpt.query.lexer import Lexeme, LexemeKind
from excerpt.query.syntax_error import QuerySyntaxError

__all__ = ["Misplaced", "build_tree"]


class Misplaced(QuerySyntaxError):
    """A piece of a query where it means nothing; `span` is its place."""

    def __init__(self, message: str, remedy: str, span: Span) -> None:
        super().__init__(message, remedy)
        self.span = span


def build_tree(items: Sequence[Clause], *, any_word: bool) -> Node:
    """The tree of `items`.

    Raises:
        Misplaced: for what cannot stand beside NEAR, in a scope or in a field.
    """
    length = max(item.lexeme.span.end for item in items)
    text = [
        " "
    ] * length  # whoosh sees a sign where a piece is: what pieces look like is known already
    for item in items:
        text[item.lexeme.span.start : item.lexeme.span.end] = "x" * len(item.lexeme.span)
    parser = QueryParser(
        None, None, plugins=[_ClausePlugin(items), _OperatorPlugin()], group=_Juxtaposition
    )
    return _TreeBuilder(any_word=any_word).node(parser.process("".join(text)))


# Whoosh's side


class _ClauseNode(syntax.SyntaxNode):
    def __init__(self, item: Clause) -> None:
        self.item = item


class _Bracket(syntax.SyntaxNode):
    def __init__(self, token: Lexeme) -> None:
        self.token = token


class _Juxtaposition(syntax.GroupNode):
    """What stands side by side, in brackets (`opening`, `closing`) or not."""

    merging = False


class _And(syntax.GroupNode):
    pass


class _Or(syntax.GroupNode):
    pass


class _AndNot(syntax.GroupNode):
    """The first, and none of the rest."""


class _Not(syntax.Wrapper):
    pass


class _Near(syntax.GroupNode):
    merging = False


class _NearOperator(syntax.InfixOperator):
    """NEAR or BEFORE; the group it makes keeps the token with the distance."""

    def __init__(self, token: Lexeme) -> None:
        super().__init__(token.text, _Near)
        self.token = token

    def replace_self(self, parser: Any, group: Any, position: int) -> int:
        result: int = super().replace_self(parser, group, position)
        group[position - 1].kwargs["token"] = self.token
        return result


class _ClausePlugin(plugins.Plugin):
    """Tags each place where a piece begins with what it is, and nests brackets."""

    def __init__(self, items: Sequence[Clause]) -> None:
        self.items = {item.lexeme.span.start: (item, number) for number, item in enumerate(items)}
        self.before = dict(enumerate((item.lexeme.kind for item in items), 1))

    def taggers(self, parser: Any) -> list[tuple[Any, int]]:  # noqa: ARG002  (whoosh's names)
        return [(_Tagger(self), 0)]

    def filters(self, parser: Any) -> list[tuple[Callable[[Any, Any], Any], int]]:  # noqa: ARG002
        return [(_nested, 0)]

    def syntax_node(self, start: int) -> Any:
        if start not in self.items:
            return None
        item, number = self.items[start]
        node: Any
        token = item.lexeme
        match token.kind:
            case LexemeKind.OPEN | LexemeKind.CLOSE:
                node = _Bracket(token)
            case LexemeKind.AND:
                node = syntax.InfixOperator(token.text, _And)
            case LexemeKind.OR:
                node = syntax.InfixOperator(token.text, _Or)
            case LexemeKind.NOT if self.before.get(number) in _ENDS:
                node = syntax.InfixOperator(token.text, _AndNot)
            case LexemeKind.NOT | LexemeKind.MINUS:
                node = syntax.PrefixOperator(token.text, _Not)
            case LexemeKind.NEAR:
                node = _NearOperator(token)
            case _:
                node = _ClauseNode(item)
        return node.set_range(token.span.start, token.span.end)


_ENDS = frozenset(
    {LexemeKind.WORD, LexemeKind.QUOTE, LexemeKind.PATTERN, LexemeKind.FIELD, LexemeKind.CLOSE}
)
"""What may stand before a NOT that means "but not"."""


class _Tagger(taggers.Tagger):
    def __init__(self, pieces: _ClausePlugin) -> None:
        self.pieces = pieces

    def match(self, parser: Any, text: str, pos: int) -> Any:  # noqa: ARG002  (whoosh's names)
        return self.pieces.syntax_node(pos)


def _nested(parser: Any, group: Any) -> Any:  # noqa: ARG001
    """The flat `group` with what stands between brackets as a group of its own."""
    stack = [_Juxtaposition()]
    for node in group:
        if isinstance(node, _Bracket) and node.token.kind is LexemeKind.OPEN:
            stack.append(_Juxtaposition(opening=node.token))
        elif isinstance(node, _Bracket):
            inner = stack.pop()
            inner.kwargs["closing"] = node.token
            stack[-1].append(inner)
        else:
            stack[-1].append(node)
    return stack[0]


class _OperatorPlugin(plugins.OperatorsPlugin):
    """The operators in the order in which they bind; `_ClausePlugin` tags them."""

    _ORDER: ClassVar[tuple[tuple[type, type], ...]] = (
        (_NearOperator, _Near),
        (syntax.PrefixOperator, _Not),
        (syntax.InfixOperator, _AndNot),
        (syntax.InfixOperator, _And),
        (syntax.InfixOperator, _Or),
    )

    def __init__(self) -> None:
        ops = [(self.OpTagger("x", grouped, operator), 0) for operator, grouped in self._ORDER]
        super().__init__(ops, clean=True)

    def taggers(self, parser: Any) -> list[Any]:  # noqa: ARG002
        return []


# Our side


class _TreeBuilder:
    """Turns whoosh's syntax tree into ours."""

    def __init__(self, *, any_word: bool) -> None:
        self.any_word = any_word

    def node(self, found: Any) -> Node:
        """The node that a syntax node means."""
        if isinstance(found, _ClauseNode):
            assert found.item.node is not None
            return found.item.node
        if isinstance(found, _Juxtaposition):
            return self._row(found)
        if isinstance(found, _Near):
            return self._near(found)
        below = [self.node(one) for one in found]
        if isinstance(found, _And):
            return join(And, below)
        if isinstance(found, _Or):
            return join(Or, below)
        if isinstance(found, _Not):
            return Not(below[0])
        return join(And, [below[0], *map(Not, below[1:])])

    def _row(self, found: _Juxtaposition) -> Node:
        """What stands side by side; "a b NOT c" is a, b and NOT c."""
        nodes: list[Node] = []
        for one in found:
            if isinstance(one, _AndNot) and len(found) > 1:
                first, *rest = (self.node(below) for below in one)
                nodes += [first, *map(Not, rest)]
            else:
                nodes.append(self.node(one))
        inside = juxtapose(nodes, any_word=self.any_word)
        opening: Lexeme | None = found.kwargs.get("opening")
        if opening is None:
            return inside
        closing: Lexeme = found.kwargs["closing"]
        span = Span(opening.span.start, closing.span.end)
        if opening.text:
            inside = _scoped(opening.text, inside, span)
        elif opening.field:
            inside = _fielded(opening.field, inside, span)
        return scale_weights(inside, weight_of(closing))

    def _near(self, found: _Near) -> Node:
        left, right = found
        token: Lexeme = found.kwargs["token"]
        return Near(
            _operand(self.node(left), _span(left)),
            _operand(self.node(right), _span(right)),
            near_distance(token),
            is_ordered=token.text.startswith("BEFORE"),
        )


def _span(found: Any) -> Span:
    """The place of a syntax node."""
    if isinstance(found, _Juxtaposition):
        return Span(found.kwargs["opening"].span.start, found.kwargs["closing"].span.end)
    if isinstance(found, syntax.GroupNode):
        return Span(_span(found[0]).start, _span(found[-1]).end)
    return Span(found.startchar, found.endchar)


def _operand(node: Node, span: Span) -> Operand:
    """`node` beside NEAR, where alternatives are a Choice."""
    if isinstance(node, Or):
        return Alternatives(tuple(_operand(below, span) for below in node.nodes))
    if isinstance(node, Operand):
        if node.weight != 1.0:
            raise Misplaced(
                "A part of NEAR or BEFORE has no weight of its own.",
                "Give it to the whole: (mass NEAR/5 party)^3.",
                span,
            )
        return node
    names = {AllWords: "Several words", And: "AND", Not: "NOT", Scope: "sentence( ) and the like"}
    name = next((name for kind, name in names.items() if isinstance(node, kind)), "A field")
    raise Misplaced(
        f"{name} cannot stand beside NEAR or BEFORE.",
        'Write words, quotes or alternatives there: (worker OR "working class") NEAR/5 party.',
        span,
    )


_OUTSIDE = (InTitle, InHeading, Field, DateRange, FirstPassage, MatchAll, MatchNone)


def _scoped(within: str, node: Node, span: Span) -> Node:
    below = [node]
    for one in below:
        if isinstance(one, _OUTSIDE):
            raise Misplaced(
                f"A field cannot stand in {within}( ).", "Write it beside the brackets.", span
            )
        below.extend(children(one))
    return Scope(within, node)  # type: ignore[arg-type]


def _fielded(field: str, node: Node, span: Span) -> Node:
    """`node` said of a title or heading path."""
    match node:
        case And(nodes):
            return join(And, [_fielded(field, below, span) for below in nodes])
        case AllWords(words):
            return join(And, [_fielded(field, word, span) for word in words])
        case Or(nodes):
            return join(Or, [_fielded(field, below, span) for below in nodes])
        case Not(below):
            return Not(_fielded(field, below, span))
    if not isinstance(node, Operand):
        raise Misplaced(
            f"A field or scope cannot stand in {field}:( ).", "Write it beside the brackets.", span
        )
    if node.weight != 1.0:
        raise Misplaced(f"A {field} has no weight.", "Leave out the ^ and its number.", span)
    return InTitle(node) if field == "title" else InHeading(node)
