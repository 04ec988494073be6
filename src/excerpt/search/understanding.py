"""A parsed query → the query as an index understands it.

The parser does not know which words occur. Here words get their other spellings, if options ask for
them (see `query.variants`), and a word typed in a script without spaces that occurs nowhere as a
phrase is replaced by its pairs of characters (see `query.unspaced`). The result is an ordinary
tree, so that all engines agree on it.
"""

from collections.abc import Collection

from excerpt.engines import Engine
from excerpt.query.ast import And, Node, Phrase, Query
from excerpt.query.unspaced import pairs_notice, take_apart

__all__ = ["add_spellings", "split_unspaced_words"]


def add_spellings(query: Query, engine: Engine, kinds: Collection[str]) -> Query:
    """Return `query` with other spellings of its words that occur in the index.

    `kinds` are the names of fields of `query.variants.Spellings`.
    """
    from excerpt.query.variants import Spellings, VariantQuery

    spellings = Spellings(**dict.fromkeys(kinds, True))
    found = VariantQuery(query.source, query.tree, spellings, engine.vocabulary)
    return query.replace(
        tree=found.tree,
        problems=(*query.problems, *found.problems),
        spellings=tuple(found.added.items()),
    )


def split_unspaced_words(query: Query, engine: Engine) -> Query:
    """Return `query` with the pairs of each run that must match but does not occur.

    Runs below OR, NOT, NEAR, scopes and fields stay whole: a query with operators means its words
    as they stand.
    """

    def occurs(run: Phrase) -> bool:
        phrase = run.replace(weight=1.0)
        # Text that is set apart counts: a notice says that it has the phrase.
        return bool(engine.count(phrase) or engine.everything.count(phrase))

    nodes = query.tree.nodes if isinstance(query.tree, And) else (query.tree,)
    apart, runs = take_apart(nodes, occurs)
    if not runs:
        return query
    tree: Node = And(tuple(apart)) if isinstance(query.tree, And) else apart[0]
    reason = "does not occur as a whole, so it is searched by"
    notices = [pairs_notice(run, query.source, reason) for run in dict.fromkeys(runs)]
    return query.replace(tree=tree, problems=(*query.problems, *notices))
