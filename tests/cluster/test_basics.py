"""The features of a live cluster on which the engine depends, and the queries that it answers."""

import random
from typing import Any

import pytest

from cluster.stores import OpenSearchStore
from conformance.checks import assert_same_answer, assert_tops_are_prefixes
from conformance.stores import fill_store, oracle, small_corpus
from excerpt.engines.opensearch import matches, state
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.index_reader import OpenSearchIndexReader
from excerpt.engines.opensearch.schema import index_body
from excerpt.engines.opensearch.settings import Credentials
from excerpt.errors import UnsupportedQuery
from excerpt.query.ast import (
    AllWords,
    And,
    Form,
    Fuzzy,
    InTitle,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
)

IN_CLUSTER: tuple[Node, ...] = (
    Word("war"),
    Word("parties"),
    AllWords((Word("war"), Word("party"))),
    Or((Term("war"), Form("party"), Wildcard("ru*"), Fuzzy("pary"))),
    And((Word("war"), Not(Word("rule")))),
    Phrase((Word("war"), Word("party"))),
    Phrase((Word("war"), Word("rule")), 2),
    Near(Word("war"), Word("rule"), 3),
    And((Word("war"), InTitle(Word("war")))),
    Word("email"),
    Phrase((Word("an"), Word("email"))),
)
"""Queries whose matches and ranking the cluster computes."""
TEXTS = (
    *("war party rule", "party war", "war of the party", "an email", "an e-mail", "rule of war"),
    *("parties and rules of war", "war war war rule"),
)


def test_the_cluster_has_all_features(store: OpenSearchStore, cluster: str) -> None:
    """Each module that the engine needs is present: the first of these tests fails without one.

    These are the analyzer, rules on positions of several fields, scripts, points in time and
    deletions by query.
    """
    connection = Connection(cluster, Credentials())
    index = f"{store.name}-features"
    connection.request("PUT", index, index_body(f"{index}-write"))
    entry = {"doc": 1, "ordinal": 0, "length": 3, "t": ["a b _ a", "d"], "f": [":A :B _ :A", ":D"]}
    connection.request("PUT", f"{index}/_doc/1?refresh=true", entry)

    def search(query: dict[str, Any]) -> list[float]:
        answer = connection.request("POST", f"{index}/_search", {"query": query})
        return [hit["_score"] for hit in answer["hits"]["hits"]]

    def ordered(gaps: int, *pairs: tuple[str, str]) -> dict[str, Any]:
        rules = [{"match": {"query": token, "use_field": field}} for field, token in pairs]
        return {
            "intervals": {"t": {"all_of": {"intervals": rules, "max_gaps": gaps, "ordered": True}}}
        }

    assert search(ordered(0, ("t", "a"), ("f", ":B"))) == [0.5]
    assert search(ordered(0, ("t", "b"), ("f", ":A"))) == []
    assert search(ordered(1, ("t", "b"), ("f", ":A"))) != []
    assert search(ordered(200, ("t", "b"), ("t", "d"))) == []  # another section
    script = {"source": "_score * params.w", "params": {"w": 2.5}}
    token = {"term": {"t": "a"}}
    assert search({"script_score": {"query": token, "script": script}}) == [5.0]
    point = f"{index}/_search/point_in_time?keep_alive=1m&allow_partial_pit_creation=false"
    assert connection.request("POST", point)["pit_id"]
    by_query = f"{index}/_delete_by_query?refresh=true"
    assert connection.request("POST", by_query, {"query": {"term": {"doc": 1}}})["deleted"] == 1
    connection.close()


@pytest.mark.parametrize("tree", IN_CLUSTER, ids=repr)
def test_usual_queries_read_no_documents(
    store: OpenSearchStore, monkeypatch: pytest.MonkeyPatch, tree: Node
) -> None:
    """The cluster finds, counts and ranks passages; excerpt reads only those at the top."""
    corpus = small_corpus(*TEXTS)
    engine = fill_store(store, corpus)
    assert_same_answer(engine, oracle(corpus), tree)
    engine.close()
    monkeypatch.setattr(OpenSearchIndexReader, "read_views", None)
    engine = store.reopen()
    found = engine.execute(tree)
    assert found.total == oracle(corpus).count(tree) > 0
    assert len(found.top(2)) == min(2, found.total)
    engine.close()


@pytest.mark.parametrize(
    ("tree", "n_documents"),
    [
        (Word("war"), 0),
        (Scope("sentence", And((Word("war"), Word("party")))), 4),
        (Near(Phrase((Word("war"), Word("war"))), Word("rule"), 3), 4),
    ],
    ids=repr,
)
def test_an_engine_says_what_it_reads(
    store: OpenSearchStore, monkeypatch: pytest.MonkeyPatch, tree: Node, n_documents: int
) -> None:
    """A query that excerpt evaluates has a notice, and is refused if it had to read too much."""
    corpus = small_corpus(*TEXTS)
    engine = fill_store(store, corpus)
    found = engine.execute(tree)
    assert (f" {n_documents} documents." in found.notice) == bool(n_documents)
    assert found.total == oracle(corpus).count(tree) > 0
    monkeypatch.setattr("excerpt.engines.opensearch.engine.MAX_PASSAGES", 2)
    if n_documents:
        with pytest.raises(UnsupportedQuery, match=f"{n_documents} documents"):
            engine.count(tree)
    else:
        assert engine.count(tree) == found.total
    engine.close()


def test_pages_may_be_small(store: OpenSearchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rankings and sets are the same, however many of their passages are in a page."""
    monkeypatch.setattr(matches, "PASSAGES", 3)
    monkeypatch.setattr(state, "PASSAGES", 3)
    monkeypatch.setattr(state, "PAGE", 2)
    draw = random.Random(1)
    texts = [" ".join(draw.choices(("war", "party", "rule", "of"), k=4)) for _ in range(14)]
    corpus = small_corpus(*texts)
    engine = fill_store(store, corpus)
    for tree in (*IN_CLUSTER[:8], Not(Word("email"))):
        assert_same_answer(engine, oracle(corpus), tree)
        assert_tops_are_prefixes(engine.execute(tree))
    engine.close()
