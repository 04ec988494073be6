"""Sampled queries are reproducible, of every kind, and match something."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark_texts import FREQUENT, queries_from, text_of
from excerpt.benchmark.passage_file import PassageFile, split_corpus
from excerpt.benchmark.peers import load_peer
from excerpt.benchmark.queries import (
    ALL_KINDS,
    USUAL_KINDS,
    BenchmarkQuery,
    QueryType,
    read_queries,
    sample_queries,
    select_kinds,
)
from excerpt.errors import ExcerptError
from excerpt.indexing.pipeline import build


def test_a_seed_determines_the_queries(passages: PassageFile) -> None:
    """A different seed samples different queries."""
    assert queries_from(passages) == queries_from(passages)
    assert queries_from(passages) != queries_from(passages, seed=2)


def test_there_are_queries_of_every_kind(passages: PassageFile) -> None:
    """All queries are distinct, and there are as many as requested if the corpus has them."""
    queries = queries_from(passages, kinds=ALL_KINDS)
    assert list(dict.fromkeys(query.kind for query in queries)) == list(ALL_KINDS)
    assert len(set(queries)) == len(queries)
    assert sum(query.kind == "one word" for query in queries) == 8


def test_every_usual_query_matches_something(
    corpus: Path, passages: PassageFile, tmp_path: Path
) -> None:
    """The words of a query occur together in the corpus."""
    build(corpus, tmp_path / "index")
    peer = load_peer("excerpt", "bm25")
    peer.open(tmp_path / "index")
    assert [query for query in queries_from(passages) if not peer.search(query, 1).total] == []


def test_every_kind_matches_something(tmp_path: Path) -> None:
    """Titles and years too, if the texts have them."""
    for number in range(20):
        year = 1800 + 11 * number
        text = f"# {text_of(number + 50)[:90]}\n\n{text_of(number)}\n"
        (tmp_path / "texts" / str(year)).mkdir(parents=True)
        (tmp_path / "texts" / str(year) / "text.md").write_text(text)
    passages = split_corpus(tmp_path / "texts", tmp_path / "passages")
    build(tmp_path / "texts", tmp_path / "index")
    peer = load_peer("excerpt", "default")
    peer.open(tmp_path / "index")
    queries = queries_from(passages, kinds=ALL_KINDS)
    assert {query.kind for query in queries if peer.search(query, 1).total} == set(ALL_KINDS)


def test_kinds_are_selected_by_words_in_their_names() -> None:
    """Kinds keep the order of the report; a word in no name is an error that lists all names."""
    assert select_kinds("usual") == USUAL_KINDS
    assert select_kinds("all") == ALL_KINDS
    assert select_kinds("title,usual") == (*USUAL_KINDS, "title")
    assert select_kinds("title, fuzzy,two") == (
        "two words, all",
        "phrase of two",
        "fuzzy",
        "fuzzy, two letters",
        "title",
    )
    with pytest.raises(ValueError, match=r"matches 'tilte'\. Kinds: one word; two words"):
        select_kinds("near,tilte")


def test_phrases_have_the_frequent_words_of_their_kind(passages: PassageFile) -> None:
    """A frequent phrase has only such words, a phrase of two none, the others not only such."""
    for query in queries_from(passages, n=30):
        n_frequent = sum(word in FREQUENT for word in query.words)
        if query.kind == "frequent phrase":
            assert n_frequent == 2
        elif query.kind == "phrase of two":
            assert n_frequent == 0
        elif query.type is QueryType.PHRASE:
            assert n_frequent < len(query.words)


@given(st.lists(st.text(max_size=60), max_size=4), st.integers(0, 3))
def test_any_text_can_be_sampled(texts: Sequence[str], n: int) -> None:
    """Texts without suitable words give fewer queries, never more than requested."""
    queries = sample_queries(texts, n, 0, ALL_KINDS)
    for kind in ALL_KINDS:
        assert sum(query.kind == kind for query in queries) <= n


def test_phrases_consist_of_plain_words_between_white_space() -> None:
    """Words that engines split or fold differently are in no phrase; punctuation breaks phrases."""
    text = "alpha beta, gamma delta\n\nepsilon zeta don't 1848 Müller eta theta"
    queries = sample_queries([text], 50, 1)
    # All words are among the thirty most frequent of such a short text.
    assert {query.words for query in queries if query.type is QueryType.PHRASE} == {
        ("alpha", "beta"),
        ("gamma", "delta"),
        ("epsilon", "zeta"),
        ("eta", "theta"),
        ("zeta", "don"),
    }


def test_queries_are_read_with_their_tags(tmp_path: Path) -> None:
    """Queries with unknown tags are left out, and duplicates are read once."""
    lines = [
        {"query": "+Red +flag", "tags": ["intersection", "global"]},
        {"query": '"red flag"', "tags": ["phrase"]},
        {"query": "red flag", "tags": ["union"]},
        {"query": "flag", "tags": ["term"]},
        {"query": "flag", "tags": ["term"]},
        {"query": "flag -red", "tags": ["negated"]},
    ]
    file = tmp_path / "queries.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    queries, n_lines = read_queries(file)
    assert n_lines == 6
    assert queries == [
        BenchmarkQuery("word", QueryType.WORD, ("flag",)),
        BenchmarkQuery("all", QueryType.ALL, ("red", "flag")),
        BenchmarkQuery("any", QueryType.ANY, ("red", "flag")),
        BenchmarkQuery("phrase", QueryType.PHRASE, ("red", "flag")),
    ]


@pytest.mark.parametrize(
    "content", ["no json", "[1]", '{"query": "a"}', '{"query": "a", "tags": []}']
)
def test_a_malformed_list_of_queries_is_refused(content: str, tmp_path: Path) -> None:
    """The remedy shows an example."""
    (tmp_path / "queries").write_text(content)
    with pytest.raises(ExcerptError, match=r"is not a list of queries(.|\n)*intersection"):
        read_queries(tmp_path / "queries")
