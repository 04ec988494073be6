"""Words typed in scripts without spaces, called runs → the pairs of their characters.

In Chinese, Japanese, Thai and the like a question has no spaces, so it is one word to the parser:
a phrase of its characters. Hardly any question occurs in a text as it is typed. Where it does not,
or any word may match, its overlapping pairs of characters stand for it: most words of these
languages have two characters, and a passage with more pairs ranks higher (J. Nie et al.: On the Use
of Words and N-grams for Chinese Information Retrieval, 2000).

A run is a `Phrase` with `runs`: the number of parts in each stretch without a sign between them. A
phrase ignores signs, but no pair crosses one. Words of other scripts and numbers within a run, as
in GDPの成長, are also alternatives by themselves.

A quoted run, or one with --exact, is only ever a phrase, and so is an operand of NEAR or NOT.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise

from excerpt.model import Span
from excerpt.query.ast import Node, Operand, Or, Phrase, Problem, Term, Word, walk
from excerpt.text.characters import character_classes, is_unspaced

__all__ = [
    "is_character",
    "mark_run",
    "pairs_of",
    "pairs_notice",
    "pairs_notices",
    "take_apart",
]

_IGNORED_CLASSES = frozenset("zsm")
_MAX_SHOWN = 5
"""Pairs to name in a notice."""


def is_character(operand: Node) -> bool:
    """Return whether `operand` is a character of a script without spaces."""
    return isinstance(operand, Word | Term) and is_unspaced(operand.term[0])


def mark_run(phrase: Operand, signs: Sequence[str]) -> Operand:
    """Return `phrase` as a run, if it consists of stemmed words, some of them characters.

    `signs` stand between its parts, as typed.
    """
    if not isinstance(phrase, Phrase) or not any(map(is_character, phrase.parts)):
        return phrase
    if any(isinstance(part, Term) for part in phrase.parts):
        return phrase
    ends = [n for n, sign in enumerate(signs, 1) if set(character_classes(sign)) - _IGNORED_CLASSES]
    bounds = [0, *ends, len(phrase.parts)]
    return phrase.replace(runs=tuple(end - start for start, end in pairwise(bounds)))


def pairs_of(run: Phrase) -> tuple[Operand, ...]:
    """Return the alternatives that stand for `run`: its pairs, and words that stand alone.

    >>> len(pairs_of(Phrase((Word("人"), Word("权"), Word("宣"), Word("言")), runs=(4,))))
    3
    """
    found: dict[Operand, None] = {}
    bounds = [0, *accumulate(run.runs)]
    for start, end in pairwise(bounds):
        stretch = run.parts[start:end]
        found |= dict.fromkeys(
            part for part in stretch if len(stretch) == 1 or not is_character(part)
        )
        found |= dict.fromkeys(Phrase(pair, runs=(2,)) for pair in pairwise(stretch))
    return tuple(each.replace(weight=each.weight * run.weight) for each in found)


def _is_run(node: Node) -> bool:
    """Return whether `node` is a run that can be taken apart."""
    return isinstance(node, Phrase) and bool(node.runs) and len(pairs_of(node)) > 1


def take_apart(
    nodes: Sequence[Node], occurs: Callable[[Phrase], bool] = lambda _: False
) -> tuple[list[Node], list[Phrase]]:
    """Return `nodes` with the pairs of each run that does not occur, and these runs.

    Nodes are alternatives or must all match; `occurs` tells whether a run occurs as a phrase.
    """
    result: list[Node] = []
    runs: list[Phrase] = []
    for node in nodes:
        if isinstance(node, Phrase) and _is_run(node) and not occurs(node):
            runs.append(node)
            result.append(Or(pairs_of(node)))
        else:
            result.append(node)
    return result, runs


def pairs_notices(nodes: Iterable[Node], tree: Node, source: str) -> list[Problem]:
    """Return notices about the runs among `nodes` that `tree` has taken apart."""
    in_tree = set(walk(tree))
    runs = dict.fromkeys(node for node in nodes if isinstance(node, Phrase) and _is_run(node))
    return [
        pairs_notice(run, source, "is searched by")
        for run in runs
        if in_tree.issuperset(pairs_of(run))
    ]


def pairs_notice(run: Phrase, source: str, reason: str) -> Problem:
    """Return the notice that pairs stand for `run`, a word of the query `source`.

    `reason` is the verb of the sentence, and says why.
    """
    text = _written(run)
    pairs = list(map(_written, pairs_of(run)))
    shown = ", ".join(pairs[:_MAX_SHOWN]) + (" …" if len(pairs) > _MAX_SHOWN else "")
    return Problem(
        f"{text} {reason} its pairs of characters: {shown}.",
        Span(0, len(source)),
        "To find it only as a whole, put it in quotation marks.",
        is_error=False,
    )


def _written(operand: Operand) -> str:
    """Return a run or pair as it is typed, apart from signs, case and accents."""
    from excerpt.query.formatting import format_query

    return format_query(operand.replace(weight=1.0)).replace("/", " ")
