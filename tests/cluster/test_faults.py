"""A live cluster that is overloaded, full or incomplete: builds stop, and no answer is partial."""

from collections.abc import Iterator
from typing import Any

import pytest

import opensearch_node
from cluster.stores import OpenSearchStore
from conformance.checks import assert_same_answer
from conformance.stores import fill_store, oracle, small_corpus
from excerpt.engines import Engine
from excerpt.engines.opensearch import bulk, engine
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.settings import Credentials
from excerpt.errors import ClusterError
from excerpt.query.ast import Near, Node, Phrase, Scope, Word

TEXTS = ("war party", "party of war", "rule of war", "war and peace", "peace rule", "no war")
QUERIES: tuple[Node, ...] = (
    Word("war"),
    Phrase((Word("war"), Word("party"))),
    Near(Word("war"), Word("rule"), 3),
    Scope("sentence", Word("peace")),
)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not repeat requests."""
    for module in (bulk, engine):
        monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)


@pytest.fixture
def administrator(cluster: str) -> Iterator[Connection]:
    """A connection to the cluster for changes that excerpt never makes."""
    made = Connection(cluster, Credentials())
    yield made
    made.close()


def assert_answers(store: OpenSearchStore, expected: Engine) -> None:
    """Check that the committed state answers as `expected`."""
    found = store.reopen()
    for tree in QUERIES:
        assert_same_answer(found, expected, tree)
    found.close()


def test_rejected_requests_are_divided(
    store: OpenSearchStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node rejects bulk requests of more than its share of memory; smaller ones succeed."""
    codes: list[int] = []
    send = Connection._send

    def record(*arguments: Any) -> tuple[int, dict[str, Any]]:
        status, answer = send(*arguments)
        codes.append(status)
        return status, answer

    monkeypatch.setattr(Connection, "_send", record)
    monkeypatch.setattr(bulk, "RETRY_SECONDS", 60.0)
    texts = [f"{text} {'of war ' * 9_000}" for text in TEXTS * 2]
    corpus = small_corpus(*texts)
    found = fill_store(store, corpus)
    assert found.execute(Word("party")).total == oracle(corpus).count(Word("party")) == 4
    found.close()
    assert 429 in codes or opensearch_node.CLUSTER != "maven"  # others may have more memory


@pytest.mark.parametrize("is_whole", [False, True], ids=["entries", "whole cluster"])
def test_a_full_disk_ends_a_build(
    store: OpenSearchStore, administrator: Connection, is_whole: bool
) -> None:
    """The block that a cluster sets on a full disk ends the build; the last commit is intact."""
    corpus = small_corpus(*TEXTS)
    fill_store(store, corpus).close()
    store.writer().close()
    store.drop_writer()
    indices = f"{store.name}-*" if is_whole else f"{store.name}-1"
    for is_blocked in (True, None):
        block = {"index.blocks.read_only_allow_delete": is_blocked}
        administrator.request("PUT", f"{indices}/_settings", block)
        changed = small_corpus("peace")[0]
        if is_blocked:
            with pytest.raises(ClusterError, match=r"Free disk space.*The last commit is intact"):
                _build(store, changed)
            store.writer().close()
            store.drop_writer()
        else:
            _build(store, changed)
            corpus[0] = changed
        assert_answers(store, oracle(corpus))


def _build(store: OpenSearchStore, changed: Any) -> None:
    store.writer().replace(*changed)
    store.commit("en").close()
