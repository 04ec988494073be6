"""What stands side by side in a query → one node."""

from collections.abc import Iterator, Sequence

from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    DateRange,
    Field,
    InTitle,
    Node,
    Not,
    Operand,
    Or,
    Phrase,
    Word,
    children,
    query_terms,
)

__all__ = ["split_compounds", "is_document_filter", "join", "juxtapose"]


def split_compounds(operands: Sequence[Operand]) -> Iterator[Operand]:
    """`operands`, each compound among them as its parts and as what it is when written as one."""
    for operand in operands:
        match operand:
            case Alternatives((Phrase(parts), written_as_one)):
                yield from (*parts, written_as_one)
            case _:
                yield operand


def join(kind: type[And] | type[Or], nodes: Sequence[Node]) -> Node:
    """`nodes` as one And (Or), those of the same kind taken apart; a single one is itself."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, kind) else [node])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def juxtapose(nodes: Sequence[Node], *, any_word: bool) -> Node:
    """`nodes` side by side: all of them, the plain words as one All; or any of them, where those that a passage
    cannot be ranked by (fields, NOT) still hold for all."""
    if any_word:
        asked = [node for node in nodes if any(True for _ in query_terms(node))]
        others = [node for node in nodes if not any(True for _ in query_terms(node))]
        return join(And, [join(Or, asked), *others]) if asked else join(And, others)
    words = tuple(node for node in nodes if isinstance(node, Word))
    if len(words) < 2:
        return join(And, nodes)
    at = next(number for number, node in enumerate(nodes) if isinstance(node, Word))
    rest = [node for node in nodes if not isinstance(node, Word)]
    before = sum(1 for node in nodes[:at] if not isinstance(node, Word))
    return join(And, [*rest[:before], AllWords(words), *rest[before:]])


def is_document_filter(tree: Node) -> bool:
    """Whether `tree` asks for nothing but fields of documents."""
    match tree:
        case Field(name):
            return name != "kind"
        case InTitle() | DateRange():
            return True
        case And() | Or() | Not():
            return all(map(is_document_filter, children(tree)))
        case _:
            return False
