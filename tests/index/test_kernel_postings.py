"""The kernel and NumPy give the same postings, totals and scores, to the last bit."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.stores import ColumnarStore, code_paths, main_language_of, small_corpus
from excerpt import native
from excerpt.engines import Engine
from excerpt.index.engine import ColumnarEngine
from excerpt.index.format import kernel_layout
from excerpt.index.read.norms import Norms
from excerpt.index.search import index_terms
from excerpt.index.search.kernel_postings import KernelPostings, count_by_kernel, find_best
from excerpt.index.search.kernel_words import find_spans_by_kernel
from excerpt.index.search.spans import ScopedTerm
from excerpt.index.search.term_postings import SparsePostings
from excerpt.query.ast import AllWords, Form, Fuzzy, Near, Node, Or, Phrase, Term, Wildcard, Word
from excerpt.query.term_matching import term_matcher
from strategies import Corpus, corpora, trees

needs_kernel = pytest.mark.skipif(native.kernel is None, reason="there is no kernel")
CORPORA = st.lists(corpora(), min_size=1, max_size=3)


@contextmanager
def several_segments(parts: Sequence[Corpus], *, has_deletions: bool) -> Iterator[ColumnarStore]:
    """Commit each of `parts` as a segment; later documents replace earlier ones with their ids."""
    with TemporaryDirectory() as folder:
        store = ColumnarStore(Path(folder))
        store.merge_factor = 100
        for number, part in enumerate(parts):
            writer = store.writer()
            for document, passages in part:
                shift = 0 if has_deletions else 100 * number
                writer.replace(document._replace(id=document.id + shift), passages)
            store.commit(main_language_of(part)).close()
        yield store


def answer(engine: Engine, tree: Node) -> list[object]:
    """Return all that an engine says of the ranking of a tree."""
    matches = engine.execute(tree)
    ranking = matches.top(None)
    parts = [matches.explain(key) for key, _ in ranking]
    return [matches.total, matches.absent, ranking, matches.top(2), list(matches), parts]


@needs_kernel
@settings(max_examples=60)
@given(CORPORA, st.lists(trees(), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_the_kernel_answers_as_numpy(
    parts: list[Corpus], some: list[Node], has_deletions: bool, are_frequent: bool
) -> None:
    """All trees have the same ranking with the same scores, with several segments."""
    name = "frequent" if are_frequent else "columnar"
    answers = []
    for store_name in (name, f"{name}, NumPy"):
        with (
            code_paths(store_name),
            several_segments(parts, has_deletions=has_deletions) as store,
        ):
            engine = store.reopen()
            for view in (engine, engine.everything):
                answers += [[answer(view, tree) for tree in some]]
            engine.close()
    assert answers[:2] == answers[2:]


def engine_of(store: ColumnarStore) -> ColumnarEngine:
    """Open the default engine."""
    engine = store.reopen()
    assert isinstance(engine, ColumnarEngine)
    return engine


@needs_kernel
def test_the_kernel_counts_itself() -> None:
    """The answers above are not those of NumPy, to which a kernel that gives up leaves the work."""
    corpus = small_corpus(
        "the war and the parties", "the party of war", "Zug um Zug e-mail", "war party email"
    )
    with several_segments([corpus[:2], corpus[2:]], has_deletions=False) as store:
        engine = engine_of(store)
        operands = (
            Word("war"),
            Term("the"),
            Form("Zug"),
            Phrase((Term("the"), Term("war"))),
            Phrase((Term("party"), Term("of"), Term("war"))),
            Near(Word("war"), Word("party"), 3),
            Phrase((Term("the"), Term("parties")), 2),
            Wildcard("par*"),
            Word("email"),
            Phrase((Term("zug"), Term("email"))),
        )
        found = []
        for operand in operands:
            matches = engine.execute(operand)
            terms = matches._evaluation.terms.of_segments
            reader = engine._reader
            counted = count_by_kernel(operand, terms, reader)
            assert counted is not None
            found.append(counted.n_in_body)
        assert found == [3, 2, 1, 1, 1, 3, 1, 3, 2, 1]
        scoped: list[ScopedTerm] = [(Word("war"), ()), (Phrase((Term("party"), Term("email"))), ())]
        assert find_spans_by_kernel(scoped, terms, reader, [0, 3]) == [[(1, 2)], [(0, 1), (1, 3)]]
        engine.close()


LETTERS = st.text("abcdéя社", min_size=1, max_size=7)
EXPANDED = st.builds(Fuzzy, LETTERS, st.integers(1, 2)) | st.builds(
    lambda letters: Wildcard(f"{letters}*"), LETTERS
)


@needs_kernel
@settings(max_examples=80)
@given(st.lists(st.lists(LETTERS, min_size=1, max_size=60), min_size=1, max_size=2), EXPANDED)
def test_the_kernel_expands_words(texts: list[list[str]], node: Fuzzy | Wildcard) -> None:
    """The terms near a word, or with a prefix, are those that are tested one by one."""
    corpus = small_corpus(*(" ".join(words) for words in texts))
    with several_segments([corpus[:1], corpus[1:]], has_deletions=False) as store:
        engine = engine_of(store)
        matches = term_matcher(node)
        for number, live in enumerate(engine._everything):
            batches = live.segment.dictionary.term_batches()
            terms = [term for batch in batches for term in batch.strings(np.arange(batch.n))]
            found = engine.vocabulary._expand_by_kernel(node, number)
            assert found is not None
            expected = [rank for rank, term in enumerate(terms) if matches(term)]
            assert np.frombuffer(found[0], np.int64).tolist() == expected
            assert found[1] == [terms[rank] for rank in expected]
        engine.close()


N = 2_000
SHARES = st.lists(st.sampled_from([0.001, 0.03, 0.2, 0.9]), min_size=0, max_size=10)


@needs_kernel
@settings(max_examples=80)
@given(SHARES, st.integers(0, 40), st.integers(0, 1 << 30), st.booleans())
def test_the_best_are_those_of_all_scores(
    shares: list[float], k: int, seed: int, has_field_only: bool
) -> None:
    """None of the best passages is missed, in any, all or some given passages."""
    chance = np.random.default_rng(seed)
    norms = Norms(chance.integers(1, 200, N).astype(np.uint16), 100.0)
    sparse = []
    for share in shares:
        doc_ids = np.flatnonzero(chance.random(N) < share)
        frequencies = np.rint(chance.exponential(25, doc_ids.size) + 1) / 10
        only = chance.random(doc_ids.size) < 0.3
        field_only = only if has_field_only and only.any() else None
        sparse.append(SparsePostings(doc_ids, frequencies, 7, norms, field_only))
    weights = chance.choice([0.0, 0.5, 1.0, 1.0, 3.7, 1e300], len(shares)).tolist()
    scores = np.zeros(N)
    for weight, each in zip(weights, sparse, strict=True):
        scores += weight * each.saturation_at(np.arange(N))
    everywhere = np.arange(N)
    in_body = [np.isin(everywhere, each.in_body) for each in sparse]
    is_any = np.any(in_body, axis=0) if sparse else np.zeros(N, np.bool_)
    has_all = np.all([np.isin(everywhere, each.doc_ids) for each in sparse], axis=0) & is_any
    given_ids = np.flatnonzero(chance.random(N) < 0.3)
    postings = [KernelPostings.of(each, norms) for each in sparse]
    for handed, expected in zip(postings, sparse, strict=True):
        assert handed.doc_ids.tolist() == expected.doc_ids.tolist()
        assert handed.in_body.tolist() == expected.in_body.tolist()
        found_there = handed.frequencies_at(everywhere)
        assert found_there.tolist() == expected.frequencies_at(everywhere).tolist()
        numbers = handed.n_in_body, handed.n_occurrences, handed.size
        assert numbers == (expected.n_in_body, 7, expected.size)
    for which, matches in (
        (False, np.flatnonzero(is_any)),
        (True, np.flatnonzero(has_all)),
        (given_ids, given_ids),
    ):
        if which is True and not sparse:
            continue
        total, doc_ids, found = find_best(norms, postings, weights, which, k)
        assert total == matches.size
        assert found.tolist() == scores[doc_ids].tolist()
        lowest = np.sort(scores[matches])[::-1][:k][-1] if k and matches.size else np.inf
        assert sorted(doc_ids.tolist()) == matches[scores[matches] >= lowest].tolist()


@needs_kernel
def test_a_frequent_word_is_taken_from_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second query with a word does not count it again."""
    with several_segments([small_corpus("war", "peace")], has_deletions=False) as store:
        engine = engine_of(store)
        first = engine.execute(Or((Word("war"), Word("peace")))).top(None)
        monkeypatch.setattr(index_terms, "count_by_kernel", None)
        assert engine.execute(Or((Word("war"), Word("peace")))).top(None) == first != ()
        engine.close()


def wrong_layouts(columns: object, chance: random.Random) -> Iterator[np.ndarray]:
    """Yield layouts of a segment with some wrong numbers."""
    right = np.fromiter(kernel_layout._layout(columns), np.uint64)  # type: ignore[arg-type]
    for _ in range(40):
        layout = right.copy()
        for _ in range(chance.randint(0, 2)):
            wrong = chance.choice([0, 1, 2, 4, 100, 5_000, 2**32 - 1, 2**63, 2**64 - 1])
            layout[chance.randrange(layout.size)] = wrong
        yield layout


@needs_kernel
@settings(max_examples=30)
@given(corpora(), st.integers(0, 1 << 30))
def test_wrong_numbers_do_no_harm(corpus: Corpus, seed: int) -> None:
    """Wrong layouts, numbers and stored values give None, a result or an error, and no crash.

    The blocks count as verified, as if an attacker had made checksums for them.
    """
    kernel, chance = native.kernel, random.Random(seed)
    assert kernel
    with code_paths("frequent"), several_segments([corpus], has_deletions=False) as store:
        engine = engine_of(store)
        for live in engine._everything:
            view, unverified, checksums, bits = live.segment.columns.file
            n = live.segment.n_passages
            passages = kernel.open_passages(np.ones(n + 3, np.uint8), np.ones(2), 0.5)
            for layout in wrong_layouts(live.segment.columns, chance):
                contents = bytearray(view)
                for _ in range(chance.choice([0, 3, 30])):
                    contents[chance.randrange(len(contents))] = chance.randrange(256)
                file = memoryview(contents), bytearray(len(unverified)), checksums, bits
                segment = kernel.open_segment(file, layout)
                if segment is not None:
                    use(segment, passages, chance)
        engine.close()


def use(segment: object, passages: object, chance: random.Random) -> None:
    """Call all functions of the kernel with numbers that may be wrong."""
    kernel = native.kernel
    assert kernel

    def numbers() -> tuple[int, ...]:
        return tuple(chance.choice([0, 1, 2, 3, 9, 2**40]) for _ in range(chance.randint(0, 3)))

    start = chance.choice([0, 0, 1, 3, 2**50])
    live = chance.choice([None, b"", bytes(100)])
    languages = chance.choice([(), (0,), (0, 1), (1, 0), (0, 1, 2), (70,), (0, 2**31)])
    index = kernel.open_index(((segment, start, live, languages),), chance.choice([0, 1, 2, 100]))
    for string in (b"war", b"", b"zz", b"part", b"e\x00m"):
        kernel.find_term(segment, string)
        kernel.find_joined(segment, string)
        kernel.find_following(segment, string)
        kernel.find_stem(segment, string, chance.randint(0, 3), chance.randint(0, 9))
    if index is None:
        return
    found = [
        kernel.find_word(index, string, is_stemmed)
        for string in (b"war", b"", b"zz", b"party")
        for is_stemmed in (True, False)
    ]
    found += [
        kernel.make_word(index, ((numbers(), numbers(), typed, numbers(), ranges, 0),))
        for typed, ranges in ((None, None), (numbers(), None), ((), numbers()))
    ]
    words = [word for word in found if word]
    words += [marked for word in words if (marked := kernel.keep_marked(index, word, b"\1" * 256))]
    for _ in range(4):
        flags = chance.random() < 0.5, chance.random() < 0.5
        kernel.find_splits(index, b"email", *flags, chance.randint(1, 5))
        kernel.expand_word(index, 0, b"p\xc3\xa4rt", chance.randint(-1, 3))
        kernel.expand_word(index, chance.choice([0, 1, -1]), b"w", chance.randint(-1, 1))
        kernel.find_keys(index, (0, start, start + chance.choice([0, 1, 2, 2**40])))
        if words:
            some = tuple(chance.choices(words, k=chance.randint(0, 3)))
            kernel.count_word(passages, index, words[0], some, (10, 1, 20, 20))
            kernel.count_word(passages, index, words[-1], (), (10, 0, 0, 0))
            kernel.count_phrase(passages, index, (some, some[:1]))
            kernel.count_near(passages, index, some[:2], chance.choice([0, 3, 2**50]), False)
            kernel.find_spans(index, ((some, some[:1]), (some[1:],)), (0, start, start + 1))


@needs_kernel
def test_words_in_all_fields_are_found_in_both_ways() -> None:
    """A word in the title alone helps a passage to have all words."""
    corpus = small_corpus("peace", "treaty of peace", "nothing", title="The war")
    tree = AllWords((Word("war"), Word("peace")))
    with several_segments([corpus], has_deletions=False) as store:
        engine = engine_of(store)
        with_kernel = answer(engine, tree)
        engine.close()
        with patch.object(native, "kernel", None):
            engine = engine_of(store)
            assert answer(engine, tree) == with_kernel
            assert with_kernel[0] == 2
            engine.close()


def test_a_variable_disables_the_kernel() -> None:
    """The variable is read when the package is imported."""
    code = "from excerpt.native import describe, kernel; print(kernel, describe())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"EXCERPT_PURE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "None NumPy (EXCERPT_PURE is set)\n"
