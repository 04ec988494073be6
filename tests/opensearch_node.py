"""The OpenSearch cluster that tests use: one that exists, or a node that is started for them.

The environment variable EXCERPT_TEST_OPENSEARCH is the address of a cluster whose indices may be
deleted, or "maven": then Maven fetches OpenSearch, and a node runs until the tests end. That needs
Java 21 or newer.
"""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLUSTER = os.environ.get("EXCERPT_TEST_OPENSEARCH", "")
HERE = Path(__file__).parent / "cluster"
START_SECONDS = 120


def missing() -> str:
    """Return why there is no cluster, "" if there is one."""
    if not CLUSTER:
        return "EXCERPT_TEST_OPENSEARCH names no cluster"
    if CLUSTER != "maven":
        return ""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return "a node is started for one process only: use -n 0"
    if shutil.which("mvn") is None:
        return "there is no Maven to fetch OpenSearch with"
    return "" if find_java() else "there is no Java 21 or newer to run OpenSearch with"


def find_java() -> str:
    """Return the path of a Java that can run OpenSearch, "" if there is none."""
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    places = [str(home / "bin/java") for home in homes] + [shutil.which("java") or ""]
    return next((java for java in places if java and _version(java) >= 21), "")


def _version(java: str) -> int:
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found[1]) if found else 0


@contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """Yield the address of a cluster; `folder` is for the files of a node."""
    if CLUSTER != "maven":
        yield CLUSTER
        return
    with running_nodes(folder, 1) as (node,):
        yield node.url


@dataclass
class RunningNode:
    """A node of a cluster: its address, and its process."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """End the process as `kill -9` does."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def running_nodes(
    folder: Path, n: int, megabytes: int = 512, bulk: str = "1mb"
) -> Iterator[list[RunningNode]]:
    """Start `n` nodes, each with this memory for objects, and end them after the block.

    They reject bulk requests that take more memory than `bulk`, so that tests see that.
    """
    java = find_java()
    fetch = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
    options = ["-DincludeScope=runtime", f"-DoutputDirectory={folder / 'lib'}"]
    home = str(Path(java).parent.parent)
    environment = os.environ | {"JAVA_HOME": home}
    subprocess.run([*fetch, *options], check=True, env=environment, stdout=subprocess.DEVNULL)
    ports = _free_ports(2 * n)
    names = [f"n{number}" for number in range(n)]
    addresses = ",".join(f"127.0.0.1:{port}" for port in ports[n:])
    command = [java, f"-Xms{megabytes}m", f"-Xmx{megabytes}m", "-XX:MaxDirectMemorySize=256m"]
    command += [f"-Dbulk={bulk}", "-cp", f"{folder / 'lib'}/*", str(HERE / "Node.java")]
    nodes = []
    try:
        for name, http, transport in zip(names, ports[:n], ports[n:], strict=True):
            own = [str(folder / name), name, str(http), str(transport), ",".join(names), addresses]
            path = folder / f"{name}.log"
            with path.open("wb") as log:
                process = subprocess.Popen(
                    [*command, *own], stdin=subprocess.PIPE, stdout=log, stderr=log
                )
            nodes.append(RunningNode(f"http://127.0.0.1:{http}", process, path))
        for node in nodes:
            _await(node, n)
        yield nodes
    finally:
        for node in nodes:
            node.kill()


def _free_ports(n: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _await(node: RunningNode, n_nodes: int) -> None:
    """Wait until a node answers, and has found the others."""
    deadline = time.monotonic() + START_SECONDS * n_nodes
    wanted = f"wait_for_status=yellow&wait_for_nodes={n_nodes}"
    while time.monotonic() < deadline and node.process.poll() is None:
        try:
            urllib.request.urlopen(f"{node.url}/_cluster/health?{wanted}").close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"the node has not started: {node.log.read_text(errors='replace')[-3000:]}")
