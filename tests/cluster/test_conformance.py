"""An index in a live cluster answers every query as the memory engine does."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cluster.stores import OpenSearchStore
from conformance.checks import (
    assert_matches_are_independent,
    assert_same_answer,
    assert_same_occurrences,
    assert_same_state,
    assert_same_vocabulary,
    assert_spans_are_those_of_the_occurrences,
    assert_tops_are_prefixes,
)
from conformance.stores import fill_store, main_language_of, oracle, small_corpus
from conformance.test_accents import CASES
from conformance.test_engines import ALWAYS
from conformance.test_operator_pairs import CORPUS, compounds, is_allowed
from excerpt.engines import Engine
from excerpt.model import Document, Passage
from excerpt.query.ast import Node
from excerpt.query.parser import parse
from strategies import (
    Corpus,
    corpora,
    metadata,
    operands,
    scoped_trees,
    scopes,
    split_documents,
    trees,
    word_operands,
)

JOINED = ("an e-mail", "the email of 3,000 mails", "3000th mail", "O'Connor", "oconnor e-\nmail")
JOINED_QUERIES = (
    "email",
    '"e-mail"',
    "e-*",
    "*-mail",
    "3000",
    "=3,000",
    "oconnor",
    "mail NEAR/2 e",
)
N_TREES = 8
"""Trees for each corpus: to write an index takes longer than to search it."""


@contextmanager
def temporary_store(url: str) -> Iterator[OpenSearchStore]:
    """Yield an empty index, which is deleted afterwards."""
    with TemporaryDirectory() as folder:
        store = OpenSearchStore(Path(folder) / "index", url)
        try:
            yield store
        finally:
            store.remove()


@settings(max_examples=settings().max_examples // 5)
@given(
    corpus=corpora(),
    several=st.lists(trees(), min_size=N_TREES, max_size=N_TREES),
    of_occurrences=st.tuples(operands(), scopes(scoped_trees())),
    leaf=word_operands(),
    seed=st.integers(0, 9),
)
def test_a_cluster_answers_as_the_oracle(  # noqa: PLR0917 - Hypothesis passes by name
    cluster: str,
    corpus: Corpus,
    several: list[Node],
    of_occurrences: tuple[Node, Node],
    leaf: Node,
    seed: int,
) -> None:
    """Any query on any corpus gives the same passages, order, spans and scores."""
    expected = oracle(corpus)
    with temporary_store(cluster) as store:
        engine = fill_store(store, corpus)
        for tree in several:
            assert_same_answer(engine, expected, tree)
        for tree in several[:2]:
            assert_tops_are_prefixes(engine.execute(tree))
            assert_spans_are_those_of_the_occurrences(engine, tree, seed)
        for tree in of_occurrences:
            assert_same_occurrences(engine, expected, tree)
        assert_same_vocabulary(engine, expected, leaf)
        assert_matches_are_independent(engine, (several[0], several[1]))
        engine.close()


def test_an_empty_index_answers(store: OpenSearchStore) -> None:
    """An index without documents matches and counts nothing."""
    engine = fill_store(store, [])
    for tree in ALWAYS:
        assert engine.count(tree) == engine.execute(tree).total == 0
    assert engine.statistics().n_passages == 0
    engine.close()


def test_every_operator_within_every_other(
    store: OpenSearchStore, request: pytest.FixtureRequest
) -> None:
    """The operands take turns on each side of each pair of operators; `--full` asks them all."""
    queries = [query for query in compounds(2) if is_allowed(parse(query).problems)]
    expected = oracle(CORPUS)
    engine = fill_store(store, CORPUS)
    for query in queries[:: 1 if request.config.option.full else 193]:
        assert_same_answer(engine, expected, parse(query).checked().tree)
    engine.close()


def test_accents_and_joined_words_are_found(
    store: OpenSearchStore, request: pytest.FixtureRequest
) -> None:
    """Spellings in parts, other accents and words of other languages score as in the oracle."""
    contents = [*chain.from_iterable(CASES.values()), *JOINED]
    corpus = small_corpus(*contents, title="Ete and e-mail")
    expected = oracle(corpus)
    engine = fill_store(store, corpus)
    queries = (*CASES, *JOINED_QUERIES)
    for query in queries if request.config.option.full else queries[::3]:
        tree = parse(query, any_word=" " in query).checked().tree
        assert_same_answer(engine, expected, tree)
    engine.close()


class Changes(RuleBasedStateMachine):
    """Documents are added, changed, moved and deleted; each state answers like a new index."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = OpenSearchStore(Path(self.folder.name) / "index", self.url)
        self.written: dict[int, tuple[Document, list[Passage]]] = {}
        self.committed: dict[int, tuple[Document, list[Passage]]] = {}
        self.engine: Engine | None = None

    @rule(data=st.data(), number=st.integers(1, 4))
    def put(self, data: st.DataObject, number: int) -> None:
        """Add or replace a document."""
        document, passages = data.draw(split_documents(number))
        self.store.writer().replace(document, passages)
        self.written[number] = document, passages

    @rule(number=st.integers(1, 4))
    def delete(self, number: int) -> None:
        """Delete a document."""
        self.store.writer().delete(number)
        self.written.pop(number, None)

    @rule(number=st.integers(1, 4), metadata=metadata(), folder=st.sampled_from("abxyz"))
    def move(self, number: int, metadata: tuple[tuple[str, str], ...], folder: str) -> None:
        """Give a document another path and other metadata."""
        if number in self.written:
            document, passages = self.written[number]
            paths = (f"{folder}/{number}.txt",)
            self.store.writer().describe(number, paths, metadata)
            self.written[number] = document._replace(paths=paths, metadata=metadata), passages

    @rule(is_last=st.booleans())
    def commit(self, is_last: bool) -> None:
        """Commit all changes; the writer may go on, or end."""
        if self.engine is not None:
            self.engine.close()
        self.engine = self.store.commit(main_language_of(self.written.values()))
        self.committed = dict(self.written)
        if is_last:
            self.store.writer().close()
            self.store.drop_writer()

    @rule()
    def die(self) -> None:
        """Kill the builder; what it has not committed is lost."""
        self.store.drop_writer()
        self.written = dict(self.committed)

    @rule(tree=trees())
    def ask(self, tree: Node) -> None:
        """Compare the answers to any query with those of the oracle."""
        if self.engine is not None:
            assert_same_answer(self.engine, oracle(self.committed.values()), tree)

    @invariant()
    def equals_a_new_index(self) -> None:
        """Compare the committed state with that of a new index."""
        if self.engine is not None:
            assert_same_state(self.engine, oracle(self.committed.values()))

    def teardown(self) -> None:
        """Delete the index."""
        if self.engine is not None:
            self.engine.close()
        self.store.remove()
        self.folder.cleanup()


def test_a_changed_index_equals_a_new_one(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any series of changes, kills and commits leads to the state of a new index."""
    monkeypatch.setattr(Changes, "url", cluster)
    limits = settings(max_examples=8, stateful_step_count=15)
    run_state_machine_as_test(Changes, settings=limits)


def test_a_reader_keeps_its_state(store: OpenSearchStore) -> None:
    """A reader does not see later commits; a new reader does."""
    corpus = small_corpus("war party", "war rule")
    first = fill_store(store, corpus)
    store.writer().delete(1)
    store.writer().describe(2, ["z.txt"], [("author", "Engels")])
    second = store.commit("en")
    for tree in ALWAYS:
        assert_same_answer(first, oracle(corpus), tree)
    assert_same_state(first, oracle(corpus))
    moved = [
        (corpus[1][0]._replace(paths=("z.txt",), metadata=(("author", "Engels"),)), corpus[1][1])
    ]
    assert_same_state(second, oracle(moved))
    first.close()
    second.close()
