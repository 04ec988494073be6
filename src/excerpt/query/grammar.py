"""Clauses with operators and parentheses → one tree, by Whoosh's query parser with our plug-ins.

Whoosh tags, nests and binds: NEAR and BEFORE first, then NOT, AND, OR, and juxtaposition last. Its
syntax tree is then converted to ours. The clauses have passed `validation`, so no operator lacks
an operand and every parenthesis has its partner.

Only this module imports Whoosh's parser. `startup` says what it costs; queries of words and phrases
do not need it.
"""

# mypy: disable-error-code="no-untyped-call"
# (Whoosh's syntax nodes have no types.)

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from whoosh.qparser import plugins, syntax, taggers
from whoosh.qparser.default import QueryParser

from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    And,
    InHeading,
    InTitle,
    Near,
    Node,
    Not,
    NotNear,
    Operand,
    Or,
    QuerySyntaxError,
    scale_weights,
)
from excerpt.query.clauses import Clause, near_distance, weight_of
from excerpt.query.combination import join, juxtapose
from excerpt.query.lexer import Lexeme, LexemeKind
from excerpt.query.near_operands import near_operands
from excerpt.query.scopes import scoped

__all__ = ["build_tree"]


def build_tree(clauses: Sequence[Clause], *, any_word: bool) -> Node:
    """Return the tree of `clauses`; juxtaposed nodes are alternatives if `any_word`.

    Raises:
        QuerySyntaxError: if a clause cannot be an operand of NEAR, or be used in a scope or field.
    """
    # The lexemes are known already, so Whoosh sees a placeholder in place of each.
    text = [" "] * max(clause.lexeme.span.end for clause in clauses)
    for clause in clauses:
        span = clause.lexeme.span
        text[span.start : span.end] = "x" * len(span)
    parser = QueryParser(
        None, None, plugins=[_ClausePlugin(clauses), _OperatorPlugin()], group=_Juxtaposition
    )
    return _TreeBuilder(any_word=any_word).node(parser.process("".join(text)))


# Whoosh's side: syntax nodes and plug-ins


class _ClauseNode(syntax.SyntaxNode):
    """A clause that means a node by itself."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause


class _Parenthesis(syntax.SyntaxNode):
    """An opening or closing parenthesis."""

    def __init__(self, lexeme: Lexeme) -> None:
        self.lexeme = lexeme


class _Juxtaposition(syntax.GroupNode):
    """Adjacent nodes; if in parentheses, these are `opening` and `closing` in `kwargs`."""

    merging = False


class _AndGroup(syntax.GroupNode):
    pass


class _OrGroup(syntax.GroupNode):
    pass


class _AndNot(syntax.GroupNode):
    """The first node, and none of the others."""


class _NotGroup(syntax.Wrapper):
    pass


class _NearGroup(syntax.GroupNode):
    merging = False


class _NearOperator(syntax.InfixOperator):
    """NEAR and the like; the group that it makes keeps the lexeme, which has the distance."""

    def __init__(self, lexeme: Lexeme) -> None:
        super().__init__(lexeme.text, _NearGroup)
        self.lexeme = lexeme

    def replace_self(self, parser: Any, group: Any, position: int) -> int:
        result: int = super().replace_self(parser, group, position)
        group[position - 1].kwargs["lexeme"] = self.lexeme
        return result


class _ClausePlugin(plugins.Plugin):
    """A plugin that tags the start of each clause with its syntax node, and nests parentheses."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = {clause.lexeme.span.start: (clause, i) for i, clause in enumerate(clauses)}
        self.kind_before = dict(enumerate((clause.lexeme.kind for clause in clauses), 1))

    def taggers(self, parser: Any) -> list[tuple[Any, int]]:  # noqa: ARG002 - Whoosh's signature
        return [(_Tagger(self), 0)]

    def filters(self, parser: Any) -> list[tuple[Callable[[Any, Any], Any], int]]:  # noqa: ARG002
        return [(_nested, 0)]

    def syntax_node(self, start: int) -> Any:
        """Return the syntax node of the clause at offset `start`, None if none begins there."""
        if start not in self.clauses:
            return None
        clause, number = self.clauses[start]
        node: Any
        lexeme = clause.lexeme
        match lexeme.kind:
            case LexemeKind.OPEN | LexemeKind.CLOSE:
                node = _Parenthesis(lexeme)
            case LexemeKind.AND:
                node = syntax.InfixOperator(lexeme.text, _AndGroup)
            case LexemeKind.OR:
                node = syntax.InfixOperator(lexeme.text, _OrGroup)
            case LexemeKind.NOT if self.kind_before.get(number) in _OPERAND_ENDS:
                node = syntax.InfixOperator(lexeme.text, _AndNot)
            case LexemeKind.NOT | LexemeKind.MINUS:
                node = syntax.PrefixOperator(lexeme.text, _NotGroup)
            case LexemeKind.NEAR:
                node = _NearOperator(lexeme)
            case _:
                node = _ClauseNode(clause)
        return node.set_range(lexeme.span.start, lexeme.span.end)


_OPERAND_ENDS = frozenset(
    {
        LexemeKind.WORD,
        LexemeKind.QUOTE,
        LexemeKind.PATTERN,
        LexemeKind.FIELD,
        LexemeKind.CLOSE,
    }
)
"""Lexemes after which NOT means "and not"; elsewhere it negates what follows."""


class _Tagger(taggers.Tagger):
    def __init__(self, plugin: _ClausePlugin) -> None:
        self.plugin = plugin

    def match(self, parser: Any, text: str, pos: int) -> Any:  # noqa: ARG002 - Whoosh's signature
        return self.plugin.syntax_node(pos)


def _nested(parser: Any, group: Any) -> Any:  # noqa: ARG001 - Whoosh's signature
    """Return the flat `group` with the nodes between parentheses as groups of their own."""
    stack = [_Juxtaposition()]
    for node in group:
        if isinstance(node, _Parenthesis) and node.lexeme.kind is LexemeKind.OPEN:
            stack.append(_Juxtaposition(opening=node.lexeme))
        elif isinstance(node, _Parenthesis):
            inner = stack.pop()
            inner.kwargs["closing"] = node.lexeme
            stack[-1].append(inner)
        else:
            stack[-1].append(node)
    return stack[0]


class _OperatorPlugin(plugins.OperatorsPlugin):
    """A plugin that binds operators tagged by `_ClausePlugin`, in the order of `_PRECEDENCE`."""

    _PRECEDENCE: ClassVar[tuple[tuple[type, type], ...]] = (
        (_NearOperator, _NearGroup),
        (syntax.PrefixOperator, _NotGroup),
        (syntax.InfixOperator, _AndNot),
        (syntax.InfixOperator, _AndGroup),
        (syntax.InfixOperator, _OrGroup),
    )

    def __init__(self) -> None:
        ops = [(self.OpTagger("x", grouped, operator), 0) for operator, grouped in self._PRECEDENCE]
        super().__init__(ops, clean=True)

    def taggers(self, parser: Any) -> list[Any]:  # noqa: ARG002 - Whoosh's signature
        return []


# Our side: the tree


class _TreeBuilder:
    """A converter of Whoosh's syntax tree to ours."""

    def __init__(self, *, any_word: bool) -> None:
        self.any_word = any_word

    def node(self, parsed: Any) -> Node:
        """Return the node that the syntax node `parsed` means."""
        if isinstance(parsed, _ClauseNode):
            assert parsed.clause.node is not None
            return parsed.clause.node
        if isinstance(parsed, _Juxtaposition):
            return self._juxtaposition(parsed)
        if isinstance(parsed, _NearGroup):
            return self._near(parsed)
        nodes = [self.node(below) for below in parsed]
        if isinstance(parsed, _AndGroup):
            return join(And, nodes)
        if isinstance(parsed, _OrGroup):
            return join(Or, nodes)
        if isinstance(parsed, _NotGroup):
            return Not(nodes[0])
        return join(And, [nodes[0], *map(Not, nodes[1:])])

    def _juxtaposition(self, parsed: _Juxtaposition) -> Node:
        """Return the meaning of adjacent nodes: "a b NOT c" is a, b and NOT c."""
        nodes: list[Node] = []
        for below in parsed:
            if isinstance(below, _AndNot) and len(parsed) > 1:
                first, *rest = map(self.node, below)
                nodes += [first, *map(Not, rest)]
            else:
                nodes.append(self.node(below))
        inside = juxtapose(nodes, any_word=self.any_word)
        opening: Lexeme | None = parsed.kwargs.get("opening")
        if opening is None:
            return inside
        closing: Lexeme = parsed.kwargs["closing"]
        span = Span(opening.span.start, closing.span.end)
        if opening.text:
            inside = scoped(opening.text, inside, span)
        elif opening.field:
            inside = _in_field(opening.field, inside, span)
        return scale_weights(inside, weight_of(closing))

    def _near(self, parsed: _NearGroup) -> Node:
        left, right = parsed
        lexeme: Lexeme = parsed.kwargs["lexeme"]
        nodes = self.node(left), self.node(right)
        first, second = near_operands(nodes, (_span(left), _span(right)), lexeme.text)
        distance = near_distance(lexeme)
        match lexeme.text.partition("/")[0].split():
            case ["NOT", relation]:
                return NotNear(first, second, distance, relation)  # type: ignore[arg-type]
            case ["AFTER"]:
                return Near(second, first, distance, is_ordered=True)
            case [relation]:
                return Near(first, second, distance, is_ordered=relation == "BEFORE")
        raise AssertionError(lexeme)


def _span(parsed: Any) -> Span:
    """Return the span of a syntax node in the query."""
    if isinstance(parsed, _Juxtaposition):
        return Span(parsed.kwargs["opening"].span.start, parsed.kwargs["closing"].span.end)
    if isinstance(parsed, syntax.GroupNode):
        return Span(_span(parsed[0]).start, _span(parsed[-1]).end)
    return Span(parsed.startchar, parsed.endchar)


def _in_field(field: str, node: Node, span: Span) -> Node:
    """Return `node` applied to the title or to the heading path."""
    match node:
        case And(nodes):
            return join(And, [_in_field(field, below, span) for below in nodes])
        case AllWords(words):
            return join(And, [_in_field(field, word, span) for word in words])
        case Or(nodes):
            return join(Or, [_in_field(field, below, span) for below in nodes])
        case Not(below):
            return Not(_in_field(field, below, span))
    if not isinstance(node, Operand):
        raise QuerySyntaxError(
            f"A field or scope cannot be used inside {field}:( ).",
            "Write it outside the parentheses.",
            span,
        )
    if node.weight != 1.0:
        raise QuerySyntaxError(
            f"The field {field} cannot have a weight.", "Remove the ^ and its number.", span
        )
    return InTitle(node) if field == "title" else InHeading(node)
