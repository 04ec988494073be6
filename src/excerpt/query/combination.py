"""Adjacent nodes → one node: juxtaposition, and nested And and Or made flat."""

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
    Term,
    Word,
    children,
    query_terms,
)
from excerpt.text.characters import is_unspaced

__all__ = ["any_word_of", "is_document_filter", "join", "juxtapose", "split_compounds"]


def split_compounds(operands: Sequence[Operand]) -> Iterator[Operand]:
    """Yield `operands`, with each compound as its parts and as the word written as one."""
    for operand in operands:
        match operand:
            case Alternatives((Phrase(parts), written_as_one)):
                yield from (*parts, written_as_one)
            case Phrase(parts) if not _is_unspaced(parts):
                yield from parts
            case _:
                yield operand


def _is_unspaced(parts: Sequence[Operand]) -> bool:
    """Return whether `parts` are characters of a script without spaces."""
    return any(isinstance(part, Word | Term) and is_unspaced(part.term[0]) for part in parts)


def join(operator: type[And] | type[Or], nodes: Sequence[Node]) -> Node:
    """Return `nodes` as one And or Or; a single node is returned as it is.

    Nodes of the same operator are merged into the result.
    """
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, operator) else [node])
    return flat[0] if len(flat) == 1 else operator(tuple(flat))


def juxtapose(nodes: Sequence[Node], *, any_word: bool) -> Node:
    """Return the meaning of nodes that stand next to each other without an operator.

    All of them must match; the plain words among them become one AllWords. With `any_word`, any of
    them must match, except that fields and NOT, by which passages cannot be ranked, still must.
    Pairs of characters then stand for words in scripts without spaces.
    """
    if any_word:
        if any(isinstance(node, Phrase) and node.runs for node in nodes):
            from excerpt.query.unspaced import take_apart

            nodes, _ = take_apart(nodes)
        ranked = [node for node in nodes if any(True for _ in query_terms(node))]
        others = [node for node in nodes if not any(True for _ in query_terms(node))]
        return join(And, [join(Or, ranked), *others]) if ranked else join(And, others)
    words = tuple(node for node in nodes if isinstance(node, Word))
    if len(words) < 2:
        return join(And, nodes)
    first = next(i for i, node in enumerate(nodes) if isinstance(node, Word))
    rest = [node for node in nodes if not isinstance(node, Word)]
    return join(And, [*rest[:first], AllWords(words), *rest[first:]])


def is_document_filter(tree: Node) -> bool:
    """Return whether `tree` consists only of fields of documents."""
    match tree:
        case Field(name):
            return name != "kind"
        case InTitle() | DateRange():
            return True
        case And() | Or() | Not():
            return all(map(is_document_filter, children(tree)))
        case _:
            return False


def any_word_of(tree: Node) -> Node | None:
    """Return what matches any of the plain words in `tree` instead of all.

    Filters of documents still must match. Pairs of characters stand for words in scripts without
    spaces. None if `tree` consists of anything but several plain words and filters.
    """
    nodes = tree.nodes if isinstance(tree, And) else (tree,)
    has_runs = any(isinstance(node, Phrase) and node.runs for node in nodes)
    words: list[Node] = []
    filters = []
    for node in nodes:
        match node:
            case AllWords(several) if not words or has_runs:
                words += several
            case Word() if has_runs:
                words.append(node)
            case Phrase() if node.runs:
                from excerpt.query.unspaced import pairs_of

                words += pairs_of(node)
            case _ if is_document_filter(node):
                filters.append(node)
            case _:
                return None
    return join(And, [Or(tuple(words)), *filters]) if len(words) > 1 else None
