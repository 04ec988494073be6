"""The cluster of these tests. Without one, all of them are one skip, which says why."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import opensearch_node
from cluster.stores import OpenSearchStore

_NUMBERS = count()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the first of these tests and leave out the others if there is no cluster."""
    reason = opensearch_node.missing()
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    if not reason or not ours:
        return
    ours[0].add_marker(pytest.mark.skip(reason=f"{len(ours)} tests need a cluster: {reason}"))
    config.hook.pytest_deselected(items=ours[1:])
    items[:] = [item for item in items if item not in ours[1:]]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster."""
    with opensearch_node.running_cluster(tmp_path_factory.mktemp("cluster")) as url:
        yield url


@pytest.fixture
def store(cluster: str, tmp_path: Path) -> Iterator[OpenSearchStore]:
    """An empty index in the cluster, which is deleted afterwards."""
    made = OpenSearchStore(tmp_path / "index", cluster)
    yield made
    made.remove()
