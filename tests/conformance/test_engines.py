"""Every engine answers every query as the memory engine does, however its index was made."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from conformance.checks import assert_same_answer, assert_same_state, assert_tops_are_prefixes
from conformance.stores import Store, each_store, fill_store, oracle, small_corpus
from excerpt.engines import Engine, Matches, Occurrence
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
QUESTIONS: tuple[Callable[[Matches], Any], ...] = (
    lambda matches: matches.top(2),
    lambda matches: matches.total,
    lambda matches: matches.spans([key for key, _ in matches.top(2)]),
    lambda matches: matches.fingerprints(list(matches)),
    lambda matches: list(matches.occurrences()),
    lambda matches: matches.scores(list(matches)),
    lambda matches: matches.absent,
    lambda matches: [matches.explain(key) for key in matches],
    lambda matches: list(matches.duplicates([key for key, _ in matches.top(1)])),
    list,
)
"""All that can be asked of the matches of a query."""


@each_store
@given(corpus=corpora(), tree=trees())
def test_an_engine_answers_as_the_oracle(make_store: MakeStore, corpus: Corpus, tree: Node) -> None:
    """Any query on any corpus gives the same passages, order, spans and scores."""
    with TemporaryDirectory() as folder:
        engine = fill_store(make_store(Path(folder)), corpus)
        assert_same_answer(engine, oracle(corpus), tree)
        engine.close()


@each_store
@given(corpus=corpora(), tree=operands())
def test_occurrences_are_those_of_the_oracle(
    make_store: MakeStore, corpus: Corpus, tree: Node
) -> None:
    """Nested phrases, proximity and alternatives have the same occurrences."""
    with TemporaryDirectory() as folder:
        engine = fill_store(make_store(Path(folder)), corpus)
        assert list(engine.execute(tree).occurrences()) == list(
            oracle(corpus).execute(tree).occurrences()
        )
        engine.close()


@each_store
@given(corpus=corpora(), tree=scopes(scoped_trees()))
def test_scopes_are_those_of_the_oracle(make_store: MakeStore, corpus: Corpus, tree: Node) -> None:
    """Boolean queries within sentences, paragraphs and documents, also nested, match the same."""
    with TemporaryDirectory() as folder:
        engine = fill_store(make_store(Path(folder)), corpus)
        assert list(engine.execute(tree).occurrences()) == list(
            oracle(corpus).execute(tree).occurrences()
        )
        engine.close()


@each_store
@given(corpus=corpora(), tree=trees())
def test_a_limit_cuts_the_ranking(make_store: MakeStore, corpus: Corpus, tree: Node) -> None:
    """The k best passages are the first of the whole ranking, with the same scores."""
    with TemporaryDirectory() as folder:
        engine = fill_store(make_store(Path(folder)), corpus)
        assert_tops_are_prefixes(engine.execute(tree))
        engine.close()


@each_store
@given(corpus=corpora(), tree=trees(), data=st.data())
def test_spans_are_those_of_the_occurrences(
    make_store: MakeStore, corpus: Corpus, tree: Node, data: st.DataObject
) -> None:
    """Spans are in the order of the keys, with or without a ranking before."""
    with TemporaryDirectory() as folder:
        engine = fill_store(make_store(Path(folder)), corpus)
        matches = engine.execute(tree)
        found = dict(matches.occurrences())
        keys = data.draw(st.permutations(list(found))) if found else []
        fresh = engine.execute(tree)
        if data.draw(st.booleans()):
            fresh.top(10)
        assert fresh.spans(keys) == [
            sorted({(span.start, span.end) for each in found[key] for span in each.spans})
            for key in keys
        ]
        engine.close()


@each_store
@given(corpus=corpora(), leaf=word_operands())
def test_the_vocabulary_is_that_of_the_corpus(
    make_store: MakeStore, corpus: Corpus, leaf: Node
) -> None:
    """Stems and expansions are those of the live passages, as in the oracle."""
    with TemporaryDirectory() as folder:
        engine = fill_store(make_store(Path(folder)), corpus)
        expected = oracle(corpus).vocabulary
        if isinstance(leaf, Word):
            assert engine.vocabulary.stems(leaf.term) == expected.stems(leaf.term)
        if isinstance(leaf, Wildcard | Fuzzy | Pattern):
            assert engine.vocabulary.expand(leaf) == expected.expand(leaf)
        engine.close()


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


@each_store
@given(corpus=corpora(), first=trees(), second=trees())
def test_matches_of_two_queries_do_not_disturb_each_other(
    make_store: MakeStore, corpus: Corpus, first: Node, second: Node
) -> None:
    """Two matches of one engine, used alternately, give the same answers as each of them alone."""
    with TemporaryDirectory() as folder:
        engine = fill_store(make_store(Path(folder)), corpus)
        trees = first, second
        alone = [[ask(engine.execute(tree)) for ask in QUESTIONS] for tree in trees]
        both = [engine.execute(tree) for tree in trees]
        alternately = [[ask(matches) for matches in both] for ask in QUESTIONS]
        assert [list(answers) for answers in zip(*alternately, strict=True)] == alone
        backwards = [[ask(matches) for matches in both[::-1]] for ask in QUESTIONS[::-1]]
        assert [list(answers)[::-1] for answers in zip(*backwards, strict=True)] == alone[::-1]
        engine.close()


class Changes(RuleBasedStateMachine):
    """Documents are added, changed, moved and deleted; each state answers like a new index."""

    make_store: MakeStore

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = self.make_store(Path(self.folder.name))
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
        if number in self.written:
            self.store.writer().delete(number)
            del self.written[number]

    @rule(number=st.integers(1, 4), metadata=metadata(), folder=st.sampled_from("abxyz"))
    def move(self, number: int, metadata: tuple[tuple[str, str], ...], folder: str) -> None:
        """Give a document another path and other metadata."""
        if number in self.written:
            document, passages = self.written[number]
            moved = document._replace(paths=(f"{folder}/{number}.txt",), metadata=metadata)
            self.store.writer().describe(number, moved.paths, moved.metadata)
            self.written[number] = moved, passages

    @rule()
    def commit(self) -> None:
        """Commit all changes."""
        self.engine = self.store.commit()
        self.committed = dict(self.written)

    @rule()
    def reopen(self) -> None:
        """Open the last state again."""
        if self.engine is not None:
            self.engine.close()
            self.engine = self.store.reopen()

    @rule(tree=trees())
    def ask(self, tree: Node) -> None:
        """Compare the answers to any query with those of the oracle."""
        if self.engine is not None:
            assert_same_answer(self.engine, oracle(self.committed.values()), tree)

    @invariant()
    def equals_a_new_index(self) -> None:
        """Compare the committed state with that of a new index."""
        if self.engine is not None:
            new = oracle(self.committed.values())
            assert_same_state(self.engine, new)
            for tree in ALWAYS:
                assert_same_answer(self.engine, new, tree)

    def teardown(self) -> None:
        """Remove all files."""
        if self.engine is not None:
            self.engine.close()
        self.folder.cleanup()


@each_store
def test_a_changed_index_equals_a_new_one(make_store: MakeStore) -> None:
    """Any series of changes and commits leads to the state of a new index."""
    machine = type("ChangesOfOneEngine", (Changes,), {"make_store": staticmethod(make_store)})
    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=15))


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
