"""A query and one passage → whether the passage matches, and if not, which conditions of the query it meets and which not.

Each condition is asked of the engine by itself, so that nothing here knows what a query means.
"""

from collections.abc import Iterator
from glob import escape

from excerpt.engines import Engine
from excerpt.model import Key
from excerpt.query.ast import AllWords, And, Field, InHeading, InTitle, Node, Or, Word
from excerpt.query.formatting import format_query

__all__ = ["verdict"]


def verdict(
    tree: Node, asked: Node, key: Key, path: str, engine: Engine
) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Whether the passage `key` of the document at `path` matches `tree`; if not, what it has and what it lacks of
    `asked`, which is `tree` without the words that were added to it."""

    def is_in(node: Node) -> bool:
        # Without the path all passages of the index might be gone through.
        return key in engine.execute(And((node, Field("path", escape(path)))))

    if is_in(tree):
        return True, (), ()
    has: list[str] = []
    lacks: list[str] = []
    for condition in dict.fromkeys(_conditions(asked)):
        (has if is_in(_anywhere(condition)) else lacks).append(format_query(condition))
    return False, tuple(has), tuple(lacks)


def _conditions(node: Node) -> Iterator[Node]:
    """What must hold, each by itself; alternatives are one condition."""
    match node:
        case AllWords(below) | And(below):
            for each in below:
                yield from _conditions(each)
        case _:
            yield node


def _anywhere(condition: Node) -> Node:
    """A word may also stand in the title or a heading."""
    if isinstance(condition, Word):
        return Or((condition, InTitle(condition), InHeading(condition)))
    return condition
