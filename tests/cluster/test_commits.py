"""Commits to a live cluster are all or nothing, whatever happens to the builder."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cluster.killed_builds import Killed, KilledBuilds, Killer, Request, send_late
from cluster.stores import OpenSearchStore
from conformance.checks import assert_same_answer, assert_same_state
from conformance.stores import fill_store, oracle, small_corpus
from conformance.test_engines import ALWAYS
from excerpt.engines import Engine, EngineWriter, open_engine, open_writer, record_cluster
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.settings import Credentials, read_location
from excerpt.errors import ClusterError, ExcerptError, IndexBusy, IndexDamaged
from excerpt.query.ast import MatchAll

CORPUS = small_corpus("war party", "war rule", "party rule")
LATER = small_corpus("war party", "peace rule", "party rule", "a new text")


def change(writer: EngineWriter) -> None:
    """Replace, move, delete and add documents."""
    (_, replaced, _, added) = LATER
    writer.replace(*replaced)
    writer.describe(1, ["moved.txt"], [("author", "Engels")])
    writer.delete(3)
    writer.replace(*added)


def changed_oracle() -> Engine:
    """Return the memory engine over what `change` leads to."""
    (first, passages), second, _, fourth = LATER
    moved = first._replace(paths=("moved.txt",), metadata=(("author", "Engels"),))
    return oracle([(moved, passages), second, fourth])


def assert_holds(store: OpenSearchStore, expected: Engine) -> None:
    """Check that the committed state of `store` answers as `expected`."""
    engine = store.reopen()
    assert_same_state(engine, expected)
    for tree in ALWAYS[:3]:
        assert_same_answer(engine, expected, tree)
    engine.close()


@pytest.mark.parametrize("is_sent", [False, True], ids=["before", "after"])
def test_a_killed_build_changes_nothing(store: OpenSearchStore, is_sent: bool) -> None:
    """A builder that is killed at any request leaves the former state, and the next one succeeds.

    The requests of the killed builders arrive once more when one has committed.
    """
    fill_store(store, CORPUS).close()
    store.writer().close()
    store.drop_writer()
    n_kills = 0
    late: list[Request] = []
    while True:
        with pytest.MonkeyPatch.context() as patch:
            killer = Killer(patch, n_kills, is_sent=is_sent)
            try:
                writer = open_writer(store.folder, store.manifest, "opensearch")
                change(writer)
                prepared = writer.prepare("en")
            except Killed:
                pass
            else:
                break
        assert_holds(store, oracle(CORPUS))
        n_kills += 1
        late += killer.sent
    assert n_kills > 6
    store.manifest = prepared
    assert_holds(store, changed_oracle())
    connection = Connection(read_location(store.folder).url, Credentials())
    send_late(connection, late)
    index = str(prepared.to_json()["index_name"])
    connection.request("POST", f"{index}/_refresh")
    connection.close()
    assert_holds(store, changed_oracle())


def test_no_killed_build_is_partly_visible(store: OpenSearchStore, cluster: str) -> None:
    """Random builds that are killed anywhere, with late requests, never change what readers see."""
    builds = KilledBuilds(store, cluster, 1)
    while builds.n_kills < 8:
        builds.step()
    assert builds.n_commits > 0
    builds.close()


def test_a_second_builder_is_refused(store: OpenSearchStore, tmp_path: Path) -> None:
    """While a builder works in a folder, another in a copy of it is refused."""
    fill_store(store, CORPUS).close()
    shutil.copytree(store.folder, tmp_path / "copy")
    store.writer().replace(*LATER[3])
    second = open_writer(tmp_path / "copy", store.manifest, "opensearch")
    with pytest.raises(IndexBusy, match=r"is being built by process \d+ on "):
        second.delete(1)
    second.close()
    store.commit("en").close()
    store.writer().close()
    assert_holds(store, oracle([*CORPUS, LATER[3]]))


def test_a_builder_that_lost_its_lease_stops(
    store: OpenSearchStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A builder that was silent too long finds that another one has taken its place."""
    fill_store(store, CORPUS).close()
    shutil.copytree(store.folder, tmp_path / "copy")
    monkeypatch.setattr("excerpt.engines.opensearch.lease.LEASE_SECONDS", -1.0)
    store.writer().replace(*LATER[3])
    second = open_writer(tmp_path / "copy", store.manifest, "opensearch")
    second.delete(1)
    with pytest.raises(IndexBusy):
        store.writer().prepare("en")
    second.prepare("en")
    second.close()


def test_a_name_belongs_to_one_index(store: OpenSearchStore, cluster: str, tmp_path: Path) -> None:
    """Another folder cannot write into an index of the same name."""
    fill_store(store, CORPUS).close()
    record_cluster(tmp_path / "other", "opensearch", cluster, store.name)
    writer = open_writer(tmp_path / "other", None, "opensearch")
    with pytest.raises(ExcerptError, match="belongs to another index"):
        writer.replace(*CORPUS[0])
    writer.close()


def test_entries_that_are_lost_are_noticed(store: OpenSearchStore) -> None:
    """A reader refuses a state whose entries are not all there."""
    fill_store(store, CORPUS).close()
    engine = store.reopen()
    index = str(store.manifest.to_json()["index_name"]) if store.manifest else ""
    connection = engine._connection  # type: ignore[attr-defined]
    query = {"query": {"term": {"doc": 2}}}
    connection.request("POST", f"{index}/_delete_by_query?refresh=true", query)
    with pytest.raises(IndexDamaged, match="some of its entries are missing"):
        list(engine.execute(MatchAll()))
    engine.close()


Damage = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda answer: answer.update(timed_out=True), "it took too long"),
        (
            lambda answer: answer["_shards"].update(failed=1, failures=[{"shard": 0}]),
            r"1 of 1 shards failed \(0\)",
        ),
        (lambda answer: answer["_shards"].update(successful=0), "0 of 1 shards failed"),
    ],
)
def test_an_incomplete_answer_is_an_error(
    store: OpenSearchStore, monkeypatch: pytest.MonkeyPatch, damage: Damage, message: str
) -> None:
    """A search that did not reach all shards in time returns nothing."""
    fill_store(store, CORPUS).close()
    send = Connection.request

    def request(connection: Connection, *arguments: Any, **options: Any) -> dict[str, Any]:
        answer = send(connection, *arguments, **options)
        if "_search?" in arguments[1]:
            damage(answer)
        return answer

    monkeypatch.setattr(Connection, "request", request)
    engine = open_engine(store.folder, store.manifest)  # type: ignore[arg-type]
    with pytest.raises(ClusterError, match=message):
        list(engine.execute(MatchAll()))
    engine.close()
