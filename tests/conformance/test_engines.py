"""Every engine answers every query as the memory engine does, however its index was made."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from conformance.checks import (
    assert_matches_are_independent,
    assert_same_answer,
    assert_same_occurrences,
    assert_same_state,
    assert_same_vocabulary,
    assert_spans_are_those_of_the_occurrences,
    assert_tops_are_prefixes,
)
from conformance.stores import (
    STORES,
    Store,
    ask_each_store,
    code_paths,
    each_store,
    fill_store,
    main_language_of,
    oracle,
    small_corpus,
)
from excerpt.engines import Engine, Occurrence
from excerpt.engines.memory import MemoryEngine
from excerpt.engines.reference import ReferenceMatches
from excerpt.model import Document, Key, Passage
from excerpt.query import semantics
from excerpt.query.ast import (
    AllWords,
    And,
    DateRange,
    Fuzzy,
    InTitle,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
)
from excerpt.query.document_view import DocumentView
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

MakeStore = Callable[[Path], Store]
ALWAYS: tuple[Node, ...] = (
    MatchAll(),
    AllWords((Word("war"), Word("party"))),
    Or((Word("war"), Term("muller"), Wildcard("part*"))),
    And((Phrase((Term("of"), Term("the"))), Near(Word("party"), Fuzzy("rule"), 3))),
    Scope("sentence", And((Word("war"), Not(Word("party"))))),
    DateRange("date", "1848-02-24", ""),
)
"""Queries that are executed in every state."""
N_EXAMPLES = settings().max_examples * 3 // 2
"""Examples of the test with all properties: each property gets more than it would alone."""


@settings(max_examples=N_EXAMPLES)
@given(
    corpus=corpora(),
    several=st.tuples(trees(), trees()),
    of_occurrences=st.tuples(operands(), scopes(scoped_trees())),
    leaf=word_operands(),
    seed=st.integers(0, 9),
)
def test_an_engine_answers_as_the_oracle(
    corpus: Corpus,
    several: tuple[Node, Node],
    of_occurrences: tuple[Node, Node],
    leaf: Node,
    seed: int,
) -> None:
    """Any query on any corpus gives the same passages, order, spans and scores.

    Nested operands and scopes have the same occurrences. The k best passages are the first of the
    whole ranking. Questions about one query do not disturb another.
    """
    expected = oracle(corpus)

    def check(engine: Engine) -> None:
        for tree in several:
            assert_same_answer(engine, expected, tree)
            assert_tops_are_prefixes(engine.execute(tree))
            assert_spans_are_those_of_the_occurrences(engine, tree, seed)
        for tree in of_occurrences:
            assert_same_occurrences(engine, expected, tree)
        assert_same_vocabulary(engine, expected, leaf)
        assert_matches_are_independent(engine, several)

    assert ask_each_store(corpus, check).keys() == STORES.keys()


@each_store
def test_a_pattern_in_a_title_is_of_its_words(make_store: MakeStore, tmp_path: Path) -> None:
    """A pattern expands to words of the title, even in nodes that only the reference evaluates."""
    ((document, passages),) = small_corpus("war")
    corpus = [(document._replace(title="party Müller"), passages)]
    engine = fill_store(make_store(tmp_path), corpus)
    for operand in (Pattern("part(y|ies)"), Wildcard("part*")):
        tree = InTitle(Near(operand, Phrase((Word("muller"),)), 0))
        assert list(engine.execute(tree)) == list(oracle(corpus).execute(tree)) != []
    engine.close()


@each_store
def test_an_empty_index_answers(make_store: MakeStore, tmp_path: Path) -> None:
    """An index without documents matches and counts nothing."""
    engine = fill_store(make_store(tmp_path), [])
    for tree in ALWAYS:
        assert engine.count(tree) == engine.execute(tree).total == 0
    assert engine.statistics().n_passages == 0
    engine.close()


@each_store
def test_a_deleted_document_makes_no_query_too_expensive(
    make_store: MakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query with too many matches in a document is answered when the document is deleted."""
    monkeypatch.setattr(semantics, "MAX_MATCHES", 3)
    store = make_store(tmp_path)
    fill_store(store, small_corpus("war war party party rule rule", "war party rule")).close()
    store.writer().delete(1)
    engine = store.commit()
    tree = Near(Near(Word("war"), Word("party"), 9), Phrase((Word("rule"),)), 9)
    assert [key.document for key in engine.execute(tree)] == [2]
    engine.close()


class Changes(RuleBasedStateMachine):
    """Documents are added, changed, moved and deleted; each state answers like a new index."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.stores = {
            name: make_store(Path(self.folder.name) / name) for name, make_store in STORES.items()
        }
        self.written: dict[int, tuple[Document, list[Passage]]] = {}
        self.committed: dict[int, tuple[Document, list[Passage]]] = {}
        self.engines: dict[str, Engine] = {}

    def on_each_store(self, act: Callable[[str], None]) -> None:
        """Call `act` with the name of each store."""
        for name in self.stores:
            with code_paths(name):
                act(name)

    @rule(data=st.data(), number=st.integers(1, 4))
    def put(self, data: st.DataObject, number: int) -> None:
        """Add or replace a document."""
        document, passages = data.draw(split_documents(number))
        self.on_each_store(lambda name: self.stores[name].writer().replace(document, passages))
        self.written[number] = document, passages

    @rule(number=st.integers(1, 4))
    def delete(self, number: int) -> None:
        """Delete a document."""
        if number in self.written:
            self.on_each_store(lambda name: self.stores[name].writer().delete(number))
            del self.written[number]

    @rule(number=st.integers(1, 4), metadata=metadata(), folder=st.sampled_from("abxyz"))
    def move(self, number: int, metadata: tuple[tuple[str, str], ...], folder: str) -> None:
        """Give a document another path and other metadata."""
        if number in self.written:
            document, passages = self.written[number]
            paths = (f"{folder}/{number}.txt",)
            moved = document._replace(paths=paths, metadata=metadata)
            self.on_each_store(
                lambda name: self.stores[name].writer().describe(number, paths, metadata)
            )
            self.written[number] = moved, passages

    @rule()
    def commit(self) -> None:
        """Commit all changes."""

        def commit(name: str) -> None:
            main_language = main_language_of(self.written.values())
            self.engines[name] = self.stores[name].commit(main_language)

        self.on_each_store(commit)
        self.committed = dict(self.written)

    @rule()
    def reopen(self) -> None:
        """Open the last state again."""

        def reopen(name: str) -> None:
            self.engines[name].close()
            self.engines[name] = self.stores[name].reopen()

        if self.engines:
            self.on_each_store(reopen)

    @rule(tree=trees())
    def ask(self, tree: Node) -> None:
        """Compare the answers to any query with those of the oracle."""
        if self.engines:
            new = oracle(self.committed.values())
            self.on_each_store(lambda name: assert_same_answer(self.engines[name], new, tree))

    @invariant()
    def equals_a_new_index(self) -> None:
        """Compare the committed state with that of a new index."""
        new = oracle(self.committed.values())

        def check(name: str) -> None:
            assert_same_state(self.engines[name], new)
            for tree in ALWAYS:
                assert_same_answer(self.engines[name], new, tree)

        if self.engines:
            self.on_each_store(check)

    def teardown(self) -> None:
        """Remove all files."""
        for engine in self.engines.values():
            engine.close()
        self.folder.cleanup()


def test_a_changed_index_equals_a_new_one() -> None:
    """Any series of changes and commits leads to the state of a new index."""
    limits = settings(max_examples=25, stateful_step_count=15)
    run_state_machine_as_test(Changes, settings=limits)


# The comparison fails for a wrong engine


class LosesTheLast(ReferenceMatches):
    """Matches without the last passage."""

    def __iter__(self) -> Iterator[Key]:
        yield from list(super().__iter__())[:-1]


class IgnoresTitles(ReferenceMatches):
    """Matches that are scored by words of the text alone."""

    def _word_frequencies(
        self, word: Word, subject: DocumentView, counts: Counter[int]
    ) -> dict[int, float]:
        ordinals = super()._word_frequencies(word, subject, counts)
        return {ordinal: float(counts[ordinal]) for ordinal in ordinals}


class CountsPassagesFromOne(ReferenceMatches):
    """Matches whose occurrences are those of the passage before."""

    def occurrences(self) -> Iterator[tuple[Key, tuple[Occurrence, ...]]]:
        for key, found in super().occurrences():
            yield Key(key.document, key.ordinal + 1), found


@pytest.mark.parametrize("wrong", [LosesTheLast, IgnoresTitles, CountsPassagesFromOne])
def test_the_comparison_fails_for_a_wrong_engine(wrong: type[ReferenceMatches]) -> None:
    """An engine fails that loses passages, scores differently or reports other occurrences."""

    class WrongEngine(MemoryEngine):
        def execute(self, tree: Node) -> ReferenceMatches:
            return wrong(tree, self)

    right = oracle(small_corpus("war party", "parties of the war"))
    tree = Or((Word("war"), Word("party")))
    assert_same_answer(MemoryEngine(right.documents), right, tree)
    with pytest.raises(AssertionError):
        assert_same_answer(WrongEngine(right.documents), right, tree)
