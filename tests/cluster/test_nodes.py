"""Nodes that are killed and shards that are lost: nothing is lost or partly answered.

These tests take minutes, and run with `--full` only.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import opensearch_node
from cluster.killed_builds import assert_answers as assert_holds
from cluster.stores import OpenSearchStore
from cluster.test_faults import QUERIES, TEXTS, assert_answers
from conformance.checks import assert_same_answer
from conformance.stores import fill_store, oracle, small_corpus
from excerpt.engines.opensearch import engine
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.settings import Credentials
from excerpt.errors import ClusterError, IndexDamaged

N_NODES = 3


@pytest.fixture(autouse=True)
def only_full(request: pytest.FixtureRequest) -> None:
    """Skip the tests of the short form."""
    if not request.config.option.full:
        pytest.skip("this takes minutes: use --full")


@pytest.fixture
def administrator(cluster: str) -> Iterator[Connection]:
    """A connection to the cluster for changes that excerpt never makes."""
    made = Connection(cluster, Credentials())
    yield made
    made.close()


@contextmanager
def lost_shard(administrator: Connection, store: OpenSearchStore) -> Iterator[None]:
    """Take one shard of the index out of the cluster during the block; then the index is red."""
    index = f"{store.name}-1"
    enable = "index.routing.allocation.enable"
    (node,) = administrator.request("GET", "_nodes")["nodes"].values()
    administrator.request("PUT", f"{index}/_settings", {enable: "none"})
    cancel = {"index": index, "shard": 1, "node": node["name"], "allow_primary": True}
    administrator.request("POST", "_cluster/reroute", {"commands": [{"cancel": cancel}]})
    health = administrator.request("GET", f"_cluster/health/{index}")
    assert health["status"] == "red"
    try:
        yield
    finally:
        administrator.request("PUT", f"{index}/_settings", {enable: None})
        for _ in range(60):
            administrator.request("POST", "_cluster/reroute?retry_failed=true")
            if administrator.request("GET", f"_cluster/health/{index}")["status"] != "red":
                break
            time.sleep(0.5)


def test_a_lost_shard_is_an_error(
    store: OpenSearchStore, administrator: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one of its shards, an index has no answers; open readers keep theirs, or fail."""
    monkeypatch.setattr(engine, "RETRY_SECONDS", 0.0)
    template = {
        "index_patterns": [f"{store.name}-*"],
        "template": {"settings": {"number_of_shards": 3}},
    }
    administrator.request("PUT", f"_index_template/{store.name}", template)
    try:
        corpus = small_corpus(*TEXTS)
        expected = oracle(corpus)
        opened = fill_store(store, corpus)
        assert opened.count(QUERIES[0]) == expected.count(QUERIES[0])
        with lost_shard(administrator, store):
            for tree in QUERIES:
                found = store.reopen()
                with pytest.raises(ClusterError):
                    found.count(tree)
                with pytest.raises(ClusterError):
                    found.execute(tree).top(3)
                with pytest.raises(ClusterError):
                    list(found.execute(tree))
                found.close()
            # The point in time keeps the files of the shard, so that the cluster cannot open it.
            for tree in QUERIES:
                assert_same_answer(opened, expected, tree)
            opened.close()
        assert_answers(store, expected)
    finally:
        administrator.request("DELETE", f"_index_template/{store.name}")


def test_a_snapshot_restores_its_state(store: OpenSearchStore, administrator: Connection) -> None:
    """After a restoration, the state of that day answers, and a later one is refused."""
    repository = f"_snapshot/{store.name}"
    body = {"type": "fs", "settings": {"location": store.name}}
    administrator.request("PUT", repository, body)
    corpus = small_corpus(*TEXTS)
    fill_store(store, corpus).close()
    former = store.manifest
    about = {"indices": f"{store.name}-*", "include_global_state": False}
    administrator.request("PUT", f"{repository}/first?wait_for_completion=true", about)
    store.writer().replace(*small_corpus("peace")[0])
    store.commit("en").close()
    store.writer().close()
    store.drop_writer()
    administrator.request("DELETE", f"{store.name}-*")
    path = f"{repository}/first/_restore?wait_for_completion=true"
    administrator.request("POST", path, {"indices": f"{store.name}-*"})
    with pytest.raises(IndexDamaged, match="some of its entries are missing"):
        store.reopen().count(QUERIES[0])
    store.manifest = former
    assert_answers(store, oracle(corpus))
    store.writer().replace(*small_corpus("peace")[0])
    store.commit("en").close()
    assert_answers(store, oracle([*small_corpus("peace"), *corpus[1:]]))
    administrator.request("DELETE", f"{repository}/first")
    administrator.request("DELETE", repository)


def test_a_killed_node_is_replaced(tmp_path: Path) -> None:
    """With replicas, a node may be killed during a build and during searches.

    The indices become yellow, and all answers are those of the last commit. Without two of the
    nodes, there is the whole answer or an error.
    """
    with opensearch_node.running_nodes(tmp_path, N_NODES) as nodes:
        administrator = Connection(nodes[0].url, Credentials())
        template = {
            "index_patterns": ["excerpt*"],
            "template": {"settings": {"number_of_shards": 3, "number_of_replicas": 1}},
        }
        administrator.request("PUT", "_index_template/excerpt", template)
        store = OpenSearchStore(tmp_path / "index", nodes[0].url)
        corpus = small_corpus(*TEXTS * 4)
        opened = fill_store(store, corpus)
        _await(administrator, "green")
        expected = oracle(corpus)
        assert_same_answer(opened, expected, QUERIES[0])
        changed = small_corpus(*(f"{text} peace" for text in TEXTS * 4))
        for number, document in enumerate(changed):
            if number == len(changed) // 2:
                nodes[2].kill()
            store.writer().replace(*document)
            for tree in QUERIES[:2]:
                try:
                    assert_same_answer(opened, expected, tree)
                except ClusterError:  # the point in time was on the node that was killed
                    opened.close()
                    opened = store.reopen()
        opened.close()
        assert_answers(store, expected)
        store.commit("en").close()
        assert _status(administrator) in {"yellow", "green"}
        assert_answers(store, oracle(changed))
        nodes[1].kill()
        found = store.reopen()
        with suppress(ClusterError):  # the last node answers if it has a copy of each shard
            assert_holds(found, oracle(changed))
        found.close()
        administrator.close()


def _status(administrator: Connection) -> str:
    return str(administrator.request("GET", "_cluster/health")["status"])


def _await(administrator: Connection, status: str) -> None:
    answer: dict[str, Any] = {}
    for _ in range(120):
        answer = administrator.request("GET", "_cluster/health")
        if answer["status"] == status:
            return
        time.sleep(1)
    raise AssertionError(answer)
