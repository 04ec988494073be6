"""The order of concordance lines, computed from numbers, against the order by their texts."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.stores import ask_each_store
from excerpt.arrays import Int64Array
from excerpt.counting import order
from excerpt.counting.order import KEY_WORDS, SORTS, Sort, ordered_lines
from excerpt.dates import date_from_metadata
from excerpt.engines import Engine
from excerpt.engines.reference_lines import ReferenceLines
from excerpt.index.search import segment_terms
from excerpt.indexing.pipeline import build
from excerpt.query.ast import Node
from excerpt.search.index import Index
from excerpt.text.document_tokens import tokenize_document
from former_concordance import former_lines
from strategies import FORMS, Corpus, corpora, trees

N_BUILDS = max(1, settings().max_examples // 5)
"""Examples of the test that builds indexes on the disk."""
Place = tuple[int, int, int, int]
"""A line: the id of its document, the ordinal of its passage, its first word and its end."""


@contextmanager
def small_batches(batch: int, few: int) -> Iterator[None]:
    """Sort groups of more than `batch` lines word by word, and read passages if `few` match."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "_BATCH", batch)
        patch.setattr(order, "_FIRST_BATCH", min(batch, 3))
        patch.setattr(segment_terms, "FEW", few)
        yield


def places_of(engine: Engine, tree: Node, sort: Sort, skip: int) -> list[Place]:
    """Return the lines of a query in the order of `sort`, without the first `skip`."""
    lines = engine.execute(tree).lines()
    batches = ordered_lines(lines, sort, engine.document_fields, skip=skip)
    numbers = np.concatenate([np.empty(0, np.int64), *batches])
    return [(*key, *span) for key, span in lines.spans(numbers)]


def expected_places(corpus: Corpus, engine: Engine, tree: Node, sort: Sort) -> list[Place]:
    """Return the same in plain Python, by the words of the documents.

    The lines are those of the occurrences, which other tests compare with the reference.
    """
    is_everything = engine is engine.everything
    words: dict[int, tuple[list[str], list[int]]] = {}
    days = {}
    for document, passages in corpus:
        tokens = tokenize_document(document, passages)
        shown = {each.ordinal for each in passages if is_everything or not each.is_set_apart}
        kept = [n for n, ordinal in enumerate(tokens.passage_of) if ordinal in shown]
        terms = [tokens.tokens[n].term for n in kept]
        words[document.id] = terms, [tokens.passage_of[n] for n in kept]
        days[document.id] = date_from_metadata(document.metadata)
    found: list[tuple[list[Any], Place]] = []
    for key, occurrences in engine.execute(tree).occurrences():
        terms, passage_of = words[key.document]
        for start, end in sorted({(e.spans[0].start, e.spans[-1].end) for e in occurrences}):
            first = passage_of.index(key.ordinal)
            before = terms[: first + start][::-1][:KEY_WORDS]
            after = terms[first + end :][:KEY_WORDS]
            dated = days[key.document]
            by_date = [0, *dated] if dated else [1]
            keys: dict[Sort, list[Any]] = {"left": before, "right": after, "date": by_date}
            found.append((keys.get(sort, []), (*key, start, end)))
    return [place for _, place in sorted(found, key=lambda pair: pair[0])]


@given(
    corpus=corpora(),
    tree=trees(),
    sort=st.sampled_from(SORTS),
    skip=st.sampled_from((0, 0, 1, 3, 7)),
    sizes=st.tuples(st.sampled_from((1, 2, 5, 2048)), st.sampled_from((0, 16))),
)
def test_each_engine_orders_lines_by_the_words_of_the_documents(
    corpus: Corpus, tree: Node, sort: Sort, skip: int, sizes: tuple[int, int]
) -> None:
    """Order and numbers are those of plain Python, in the running text and in everything."""

    def check(engine: Engine) -> None:
        for view in (engine, engine.everything):
            expected = expected_places(corpus, view, tree, sort)
            lines = view.execute(tree).lines()
            assert places_of(view, tree, sort, skip) == expected[skip:]
            assert len(lines) == len(expected)
            assert lines.n_passages == len({place[:2] for place in expected})
            assert lines.n_documents == len({place[0] for place in expected})

    with small_batches(*sizes):
        ask_each_store(corpus, check)


texts = st.lists(
    st.tuples(st.sampled_from(FORMS), st.sampled_from((" ", " ", ", ", ". ", "\n", "\n\n", "-\n"))),
    min_size=1,
    max_size=40,
).map(lambda pairs: "".join(form + sign for form, sign in pairs))
QUERIES = (
    "war",
    "war OR party",
    '"of the"',
    "the NEAR/3 war",
    "w* OR m* OR s*",
    "w* -guerre",
    "notpresent",
    "war notpresent",
    "title:war",
)


@settings(max_examples=N_BUILDS, deadline=None)
@given(
    first=st.lists(texts, min_size=1, max_size=3),
    second=st.lists(texts, max_size=3),
    query=st.sampled_from(QUERIES),
    engine=st.sampled_from(("columnar", "columnar", "whoosh")),
    page=st.tuples(st.sampled_from((0, 3, 9)), st.integers(0, 5), st.sampled_from((None, 0, 4))),
)
def test_a_concordance_has_the_same_lines_in_the_same_order_as_by_its_texts(
    first: list[str],
    second: list[str],
    query: str,
    engine: str,
    page: tuple[int, int, int | None],
) -> None:
    """Lines sorted by positions are those of the former way, which reads all texts."""
    around, offset, limit = page
    with TemporaryDirectory() as name, small_batches(4, 16):
        corpus, folder = Path(name) / "corpus", Path(name) / "index"
        corpus.mkdir()
        rows = ["path,date"]
        for number, text in enumerate([*first, *second]):
            if number == len(first):
                build(corpus, folder, processes=1, engine=engine)
            (corpus / f"{number}.txt").write_text(text, encoding="utf-8")
            rows.append(f"{number}.txt,{('1848', 'c. 1850', '', '1849-02-03')[number % 4]}")
        (corpus / "metadata.csv").write_text("\n".join(rows), encoding="utf-8")
        build(corpus, folder, processes=1, engine=engine)
        with Index(folder) as index:
            matches = index._engine.execute(index.parse(query).tree)
            for sort in SORTS:
                expected = former_lines(matches, index._catalog, around, sort)
                end = None if limit is None else offset + limit
                found = index.concordance(
                    query, around=around, sort=sort, limit=limit, offset=offset
                )
                assert list(found) == expected[offset:end]
                assert found.notices == index.notices(query, sort=sort)
                assert found.n_occurrences == len(expected)
                assert found.n_passages == len({line.passage for line in expected})
                assert found.n_documents == len({line.path for line in expected})


class ManyLines(ReferenceLines):
    """A hundred thousand lines, the words around which are computed."""

    n = 100_000

    def __len__(self) -> int:
        return self.n

    def word_numbers(self, numbers: Int64Array, distance: int) -> Int64Array:
        """Return one of ten words nearby, and one of ever more words farther away."""
        return np.asarray(1 + numbers * 7919 % 10 ** abs(distance))

    n_looked_up = 0

    def sorted_words(self, words: Int64Array) -> Iterator[list[int]]:
        """Yield the words, whose terms are their digits."""
        for word in words.tolist():
            self.n_looked_up += 1
            yield [word]


@pytest.mark.parametrize("skip", [0, 50_000, 99_990])
def test_a_page_of_lines_sorts_only_what_it_shows(skip: int) -> None:
    """Few terms are looked up, and memory is a few bytes for each line, wherever the page is."""
    lines = ManyLines()
    fields = None  # which only the order of dates needs
    tracemalloc.start()
    try:
        batches = ordered_lines(lines, "right", fields, skip=skip)  # type: ignore[arg-type]
        first = next(batches)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    expected = sorted(range(lines.n), key=lambda n: [n * 7919 % 10**d for d in range(1, 6)])
    assert first.tolist() == expected[skip : skip + first.size]
    assert 1 <= first.size <= order._BATCH
    assert lines.n_looked_up <= 10 + 100 + 1000 + KEY_WORDS * order._BATCH
    assert peak <= 64 * lines.n


def test_an_unknown_order_is_an_error() -> None:
    """The error names the orders."""
    with pytest.raises(ValueError, match="path, left, right, date"):
        ordered_lines(ReferenceLines(), "size", None)  # type: ignore[arg-type]
