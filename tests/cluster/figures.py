"""Figures of an index in a cluster: the rate of a build, sizes, latencies and pages of results.

    python tests/cluster/figures.py NODES CORPUS

The nodes are started for it, with 1 GB each. Several hold a shard each, with a replica elsewhere.
Queries are of words in the corpus: one to three words, phrases of two, and NEAR. Each has a new
reader.
"""

import random
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import excerpt
import opensearch_node
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.settings import Credentials
from excerpt.engines.opensearch.state import ClusterState

NAME = "excerpt.figures"
N_QUERIES = 20


def main(n_nodes: int, corpus: Path) -> None:
    """Build an index of `corpus` in a cluster of `n_nodes`, and print its figures."""
    opensearch_node.CLUSTER = "maven"
    with TemporaryDirectory() as name, ExitStack() as stack:
        nodes = stack.enter_context(
            opensearch_node.running_nodes(Path(name), n_nodes, megabytes=1024, bulk="10%")
        )
        url = nodes[0].url
        connection = Connection(url, Credentials())
        copies = {"number_of_shards": n_nodes, "number_of_replicas": int(n_nodes > 1)}
        template = {"index_patterns": ["excerpt*"], "template": {"settings": copies}}
        connection.request("PUT", "_index_template/excerpt", template)
        connection.close()
        index = Path(name) / "index"
        n_bytes = sum(path.stat().st_size for path in corpus.rglob("*") if path.is_file())
        started = time.perf_counter()
        excerpt.build_index(corpus, index, engine="opensearch", url=url, name=NAME)
        seconds = time.perf_counter() - started
        _print("build", f"{seconds:.0f} s, {n_bytes / seconds / 1e6:.2f} MB/s")
        _sizes(url, index, n_bytes)
        _queries(index)


def _print(measure: str, value: str) -> None:
    sys.stdout.write(f"{measure:13}{value}\n")
    sys.stdout.flush()


def _sizes(url: str, index: Path, n_bytes: int) -> None:
    with excerpt.open(index) as opened:
        counts = opened.status().counts
    connection = Connection(url, Credentials())
    connection.request("POST", f"{NAME}-1/_forcemerge?max_num_segments=1")
    connection.request("POST", f"{NAME}-*/_refresh")
    indices = connection.request("GET", f"{NAME}-*/_stats/store")["indices"]
    nodes = connection.request("GET", "_nodes")["_nodes"]["total"]
    connection.close()
    _print("nodes", str(nodes))
    _print(
        "text", f"{n_bytes:,} bytes, {counts.documents:,} documents, {counts.passages:,} passages"
    )
    for key, value in sorted(indices.items()):
        size = value["primaries"]["store"]["size_in_bytes"]
        _print(key.rpartition("-")[2], f"{size:,} bytes, {size / counts.passages:,.0f} a passage")
    catalog = (index / "catalog.sqlite").stat().st_size
    _print("catalog", f"{catalog:,} bytes, {catalog / counts.documents:,.0f} a document")


def _queries(index: Path) -> None:
    draw = random.Random(1)
    with excerpt.open(index) as opened:
        texts = [hit.snippet.text for hit in opened.search("the", limit=200)]
    kinds: dict[str, Any] = {
        "one word": lambda words: words[0],
        "two words": lambda words: f"{words[0]} {words[3]}",
        "three words": lambda words: f"{words[0]} {words[3]} {words[5]}",
        "any of three": lambda words: f"{words[0]} OR {words[3]} OR {words[5]}",
        "phrase": lambda words: f'"{words[0]} {words[1]}"',
        "NEAR": lambda words: f"{words[0]} NEAR/5 {words[2]}",
    }
    search = ClusterState.search
    pages = 0

    def count(state: ClusterState, body: dict[str, Any], query: Any = None) -> dict[str, Any]:
        nonlocal pages
        pages += "track_scores" in body
        return search(state, body, query)

    setattr(ClusterState, "search", count)  # noqa: B010 - for mypy, methods are constant
    for kind, query_of in kinds.items():
        seconds, numbers = [], []
        for _ in range(N_QUERIES):
            words = [word for word in draw.choice(texts).split() if word.isalpha()]
            at = draw.randrange(max(1, len(words) - 6))
            query = query_of((words[at : at + 6] + ["peace"] * 6)[:6])
            with excerpt.open(index) as opened:
                opened.search("zzz", limit=1)  # opens the point in time
                pages, started = 0, time.perf_counter()
                list(opened.search(query, limit=10))
                seconds.append(time.perf_counter() - started)
                numbers.append(pages)
        deciles = statistics.quantiles(seconds, n=20)
        _print(
            kind,
            f"median {statistics.median(seconds) * 1e3:.0f} ms, 95 % {deciles[-1] * 1e3:.0f} ms;"
            f" pages: median {statistics.median(numbers):.0f}, most {max(numbers)}",
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
