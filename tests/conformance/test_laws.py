"""Laws that hold for every query on every engine: sets, proximity, and splitting into passages.

Each law is a function that returns whether it holds. One test draws queries for which it must hold;
another shows that it fails for an engine with a mistake that concerns the law.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.stores import STORES, ask_each_store, oracle, small_corpus
from excerpt.engines import Engine, Occurrence
from excerpt.model import Block, BlockKind, Document, Key, Passage, Span
from excerpt.query.ast import And, Near, Node, Not, NotNear, Operand, Or, Phrase, Scope, Word, walk
from excerpt.text.document_tokens import tokenize_document
from strategies import (
    Corpus,
    TwoSplits,
    corpora,
    documents_split_twice,
    operands,
    scoped_trees,
    split_documents,
    trees,
)

Ask = Callable[[Node], set[Key]]
"""Returns the passages that match a query."""
Law = Callable[[Ask, Node, Node, Node], bool]


def law_and_narrows(ask: Ask, a: Node, b: Node, _: Node) -> bool:
    """A AND B ⊆ A."""
    return ask(And((a, b))) <= ask(a)


def law_or_widens(ask: Ask, a: Node, b: Node, _: Node) -> bool:
    """A ⊆ A OR B."""
    return ask(a) <= ask(Or((a, b)))


def law_but_not_narrows(ask: Ask, a: Node, b: Node, _: Node) -> bool:
    """(A -B) ⊆ A, and it contains nothing of B."""
    left = ask(And((a, Not(b))))
    return left <= ask(a) and not left & ask(b)


def law_not_not(ask: Ask, a: Node, _b: Node, _c: Node) -> bool:
    """NOT (NOT A) = A."""
    return ask(Not(Not(a))) == ask(a)


def law_order_of_operands(ask: Ask, a: Node, b: Node, _: Node) -> bool:
    """A AND B = B AND A; A OR B = B OR A."""
    return ask(And((a, b))) == ask(And((b, a))) and ask(Or((a, b))) == ask(Or((b, a)))


def law_distribution(ask: Ask, a: Node, b: Node, c: Node) -> bool:
    """A AND (B OR C) = (A AND B) OR (A AND C)."""
    return ask(And((a, Or((b, c))))) == ask(Or((And((a, b)), And((a, c)))))


def law_phrase_is_before(ask: Ask, a: Node, b: Node, _: Node) -> bool:
    """A phrase of two words is the same as BEFORE/0."""
    assert isinstance(a, Operand)
    assert isinstance(b, Operand)
    return ask(Phrase((a, b))) == ask(Near(a, b, 0, is_ordered=True))


def law_near_grows(ask: Ask, a: Node, b: Node, _: Node) -> bool:
    """A BEFORE/n B ⊆ A BEFORE/n+1 B, also with NEAR; BEFORE ⊆ NEAR, and NEAR is symmetric."""
    assert isinstance(a, Operand)
    assert isinstance(b, Operand)
    near = [occurring(ask, Near(a, b, n)) for n in range(4)]
    before = [occurring(ask, Near(a, b, n, is_ordered=True)) for n in range(4)]
    return (
        all(near[n] <= near[n + 1] and before[n] <= before[n + 1] for n in range(3))
        and all(one <= other for one, other in zip(before, near, strict=True))
        and near == [occurring(ask, Near(b, a, n)) for n in range(4)]
    )


def occurring(ask: Ask, node: Node) -> set[int]:
    """Return the documents that match.

    Passages cannot be compared: a short match may begin in another passage than a long one.
    """
    return {key.document for key in ask(node)}


OF_SETS: tuple[Law, ...] = (
    law_and_narrows,
    law_or_widens,
    law_but_not_narrows,
    law_not_not,
    law_order_of_operands,
    law_distribution,
)
OF_OPERANDS: tuple[Law, ...] = (law_phrase_is_before, law_near_grows)


SMALL: Corpus = small_corpus(
    "war party rule", "party war", "war of the party", "rule", "party", "the the", "war war rule"
)


def asking(engine: Engine) -> Ask:
    """Return a function that executes queries with `engine`."""
    return lambda tree: set(engine.execute(tree))


@given(
    corpus=corpora(2),
    nodes=st.tuples(trees(), trees(), trees()),
    operands=st.tuples(operands(), operands()),
)
def test_laws_of_sets_and_proximity(
    corpus: Corpus, nodes: tuple[Node, Node, Node], operands: tuple[Operand, Operand]
) -> None:
    """Boolean operators are operations on sets; phrases, BEFORE and NEAR are consistent."""

    def check(engine: Engine) -> None:
        for law in OF_SETS:
            assert law(asking(engine), *nodes), law.__doc__
        for law in OF_OPERANDS:
            assert law(asking(engine), *operands, operands[0]), law.__doc__

    ask_each_store(corpus, check)


# Each law fails for an engine that is wrong


def _first_alone(node: Node) -> Node:
    return node.nodes[0] if isinstance(node, Or | And) else node


def _first_of_or_in_and(node: Node) -> Node:
    if not isinstance(node, And):
        return node
    return And(
        tuple(_first_alone(below) if isinstance(below, Or) else below for below in node.nodes)
    )


def _and_is_or(node: Node) -> Node:
    return Or(node.nodes) if isinstance(node, And) else node


def _or_is_and(node: Node) -> Node:
    return And(node.nodes) if isinstance(node, Or) else node


def _not_is_silent(node: Node) -> Node:
    return node.node if isinstance(node, Not) else node


def _not_finds_nothing(node: Node) -> Node:
    return And((node, node.node)) if isinstance(node, Not) else node


def _phrase_is_loose(node: Node) -> Node:
    return node.replace(gap=1) if isinstance(node, Phrase) else node


def _near_is_odd(node: Node) -> Node:
    return node.replace(distance=3 - node.distance) if isinstance(node, Near) else node


@pytest.mark.parametrize(
    ("law", "mistake"),
    [
        (law_and_narrows, _and_is_or),
        (law_or_widens, _or_is_and),
        (law_but_not_narrows, _not_is_silent),
        (law_not_not, _not_finds_nothing),
        (law_order_of_operands, _first_alone),
        (law_distribution, _first_of_or_in_and),
        (law_phrase_is_before, _phrase_is_loose),
        (law_near_grows, _near_is_odd),
    ],
    ids=lambda value: value.__name__,
)
def test_each_law_fails_for_a_wrong_engine(law: Law, mistake: Callable[[Node], Node]) -> None:
    """For each law, there are words for which an engine with the mistake breaks it."""
    engine = oracle(SMALL)

    def wrongly(node: Node) -> Node:
        if isinstance(node, And | Or):
            node = node.replace(nodes=tuple(map(wrongly, node.nodes)))
        elif isinstance(node, Not):
            node = Not(wrongly(node.node))
        return mistake(node)

    words = list(map(Word, ("war", "party", "rule")))
    assert all(law(asking(engine), *nodes) for nodes in product(words, repeat=3))
    assert not all(
        law(lambda tree: set(engine.execute(wrongly(tree))), *nodes)
        for nodes in product(words, repeat=3)
    )


# Splitting into passages


Found = Iterable[tuple[Key, tuple[Occurrence, ...]]]


def in_document(document: Document, passages: list[Passage], found: Found) -> set[tuple[Span, ...]]:
    """Return the spans of occurrences, counted from the first word of the document."""
    passage_of = tokenize_document(document, passages).passage_of
    return {
        tuple(Span(first + span.start, first + span.end) for span in occurrence.spans)
        for key, occurrences in found
        for first in [passage_of.index(key.ordinal)]
        for occurrence in occurrences
    }


@given(
    two_splits=documents_split_twice(),
    operand=operands(),
    within=st.sampled_from(("sentence", "paragraph")),
    tree=scoped_trees(),
)
def test_splitting_elsewhere_changes_nothing(
    two_splits: TwoSplits,
    operand: Operand,
    within: Literal["sentence", "paragraph"],
    tree: Node,
) -> None:
    """Phrases and proximity are matched in the sections of a document, scopes in the document.

    They do not depend on the passages.
    """
    document = two_splits.document
    occurrences, keys = [], []
    for passages in (two_splits.first, two_splits.second):
        answers = ask_each_store(
            [(document, passages)],
            lambda engine: (
                list(engine.execute(operand).occurrences()),
                set(engine.execute(Scope(within, tree))),
            ),
        )
        occurrences.append(
            {name: in_document(document, passages, found) for name, (found, _) in answers.items()}
        )
        keys.append([found for _, found in answers.values()])
    assert occurrences[0] == occurrences[1]
    for store, found in zip(STORES, zip(*keys, strict=True), strict=True):
        assert law_of_scopes(two_splits, found), store


def test_the_law_of_splitting_fails_for_occurrences_within_passages() -> None:
    """An engine that matches phrases only within one passage breaks the law."""
    whole = Block(Span(0, 9), BlockKind.PARAGRAPH)
    halves = [
        whole._replace(span=Span(0, 3)),
        whole._replace(span=Span(4, 9), is_continuation=True),
    ]
    document = Document("war party", (whole,), "text", id=1)
    found = []
    for blocks in ([whole], halves):
        passages = [Passage(n, block.span, (block,)) for n, block in enumerate(blocks)]
        lengths = Counter(tokenize_document(document, passages).passage_of)
        tree = Phrase((Word("war"), Word("party")))
        occurrences = oracle([(document, passages)]).execute(tree).occurrences()
        within = [
            (key, tuple(each for each in of_key if each.spans[-1].end <= lengths[key.ordinal]))
            for key, of_key in occurrences
        ]
        found.append(in_document(document, passages, within))
    assert found == [{(Span(0, 2),)}, set()]


def law_of_scopes(two_splits: TwoSplits, found: Sequence[set[Key]]) -> bool:
    """Each passage that matches in one split shares words with one that matches in the other."""
    of_splits = []
    for passages, keys in zip((two_splits.first, two_splits.second), found, strict=True):
        passage_of = tokenize_document(two_splits.document, passages).passage_of
        ordinals = {key.ordinal for key in keys}
        of_splits.append([ordinal if ordinal in ordinals else None for ordinal in passage_of])
    together = list(zip(*of_splits, strict=True))
    for side in (0, 1):
        shared = {pair[side] for pair in together if None not in pair}
        if {pair[side] for pair in together} - {None} != shared:
            return False
    return True


def test_the_law_of_scopes_fails_for_passages() -> None:
    """An engine that treats a passage as a sentence breaks the law."""
    whole = Block(Span(0, 9), BlockKind.PARAGRAPH)
    halves = [
        whole._replace(span=Span(0, 3)),
        whole._replace(span=Span(4, 9), is_continuation=True),
    ]
    document = Document("war party", (whole,), "text", id=1)
    splits_ = [
        [Passage(n, block.span, (block,)) for n, block in enumerate(blocks)]
        for blocks in ([whole], halves)
    ]
    both = And((Word("war"), Word("party")))
    two_splits = TwoSplits(document, *splits_)
    for tree, holds in ((Scope("sentence", both), True), (both, False)):
        found = [set(oracle([(document, passages)]).execute(tree)) for passages in splits_]
        assert law_of_scopes(two_splits, found) is holds


# A document split in two


Split = tuple[Corpus, Corpus]
"""A corpus of one document, and a corpus of its two halves."""


def split_at(document: Document, passages: list[Passage], at: int) -> Split:
    """Return `document` as a whole, and split into two before the passage `at`."""
    second = [passage._replace(ordinal=number) for number, passage in enumerate(passages[at:])]
    return [(document, passages)], [
        (document, passages[:at]),
        (document._replace(id=document.id + 1), second),
    ]


@st.composite
def splits(draw: st.DrawFn) -> Split:
    """Return a document and its halves."""
    document, passages = draw(split_documents())
    return split_at(document, passages, draw(st.integers(0, len(passages))))


def has_not(operand: Operand) -> bool:
    """Return whether a part of `operand` must not be near another."""
    return any(isinstance(node, NotNear) for node in walk(operand))


def new_after(whole: set[Key], halves: set[Key], at: int) -> set[int]:
    """Return the ordinals of the passages that match in the halves but not in the whole."""
    in_halves = {key.ordinal + (at if key.document > 1 else 0) for key in halves}
    return in_halves - {key.ordinal for key in whole}


@given(
    split=splits(),
    asked=st.lists(operands().filter(lambda operand: not has_not(operand)), min_size=1, max_size=3),
)
def test_halves_of_a_document_have_no_new_matches(split: Split, asked: list[Operand]) -> None:
    """Operands that occur together in half a document do so in the whole, unless NOT is used."""
    whole, halves = split
    at = len(halves[0][1])
    both = And(tuple(asked))

    def ask(engine: Engine) -> tuple[set[Key], set[Key]]:
        return asking(engine)(both), asking(engine)(Scope("document", both))

    in_whole, in_halves = ask_each_store(whole, ask), ask_each_store(halves, ask)
    for store in STORES:
        for found_in_whole, found_in_halves in zip(in_whole[store], in_halves[store], strict=True):
            assert new_after(found_in_whole, found_in_halves, at) == set(), store


def test_the_law_of_halves_fails_with_not_and_across_documents() -> None:
    """There are new matches with NOT, and for an engine that joins consecutive documents."""
    ((document, passages),) = small_corpus("war")
    block = passages[0].blocks[0]._replace(span=Span(0, 3))
    text = document._replace(text="war party", blocks=(block, block._replace(span=Span(4, 9))))
    cut = [Passage(n, block.span, (block,), id=str(n)) for n, block in enumerate(text.blocks)]
    whole, halves = split_at(text, cut, 1)
    ask_whole, ask_halves = asking(oracle(whole)), asking(oracle(halves))
    both, only = And((Word("war"), Word("party"))), And((Word("war"), Not(Word("party"))))
    together, alone = Scope("document", both), Scope("document", only)
    assert new_after(ask_whole(together), ask_halves(together), 1) == set()
    assert new_after(ask_whole(alone), ask_halves(alone), 1) == {0}
    assert new_after(ask_halves(together), ask_whole(together), 1) == {0, 1}
