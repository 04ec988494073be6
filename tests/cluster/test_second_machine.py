"""A machine that has only the address of a cluster reads the index that another has built."""

import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import excerpt
from excerpt import files
from excerpt.engines.opensearch import local_copy, publisher
from excerpt.engines.opensearch.connection import Connection
from excerpt.engines.opensearch.removal import sweep
from excerpt.engines.opensearch.settings import Credentials
from excerpt.errors import ExcerptError
from excerpt.indexing.repair import repair
from shell import Shell

NAME = "excerpt.second"
PART_BYTES = 1 << 13
PASSWORD = "a-very-secret-word"
TEXT = "CHAPTER I\n\nThe geese came in spring.\n\nThe ducks came in autumn,\nand stayed.\n"
COMMANDS = (
    ("search", "duck OR goose", "--json"),
    ("search", '"came in"'),
    ("search", "sentence(ducks stayed)", "--facets", "folder"),
    ("search", "the -geese", "--json"),
    ("concordance", "came"),
    ("show", "a.txt"),
    ("cite", "a.txt:5"),
    ("explain", "duck"),
)


class Machines:
    """The machine that builds an index from a corpus, and another one that has neither."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self.builder = Shell(folder / "builder")
        self.builder.write({"a.txt": TEXT, "b.txt": "Geese fly.\n", "c/c.md": "# Ducks\n"})
        self.other = Shell(folder / "other")
        self.options = ("--engine", "opensearch", "--url", url, "--name", NAME)
        self.other.folder.mkdir()
        self.cache = str(folder / "cache")

    def read(self, *command: str) -> tuple[int, str]:
        """Return the exit code and the output of a command on the other machine."""
        done = self.other.run(
            *command, "--name", NAME, "--url", self.url, XDG_CACHE_HOME=self.cache
        )
        return done.code, done.out


@pytest.fixture
def machines(tmp_path: Path, cluster: str) -> Iterator[Machines]:
    """Return two machines and an index in the cluster, which is removed afterwards."""
    made = Machines(tmp_path, cluster)
    assert made.builder.run("build", *made.options).code == 0
    yield made
    sweep(made.builder.folder / "index", None, is_replaced=True)


def test_another_machine_reads_the_index(machines: Machines) -> None:
    """All reading commands answer there as on the machine of the builder, also after a change."""
    corpus = machines.builder.folder / "corpus"
    for change in ({}, {"b.txt": "Ducks fly.\n", "d.txt": "Swans came.\n"}):
        machines.builder.write(change)
        assert machines.builder.run("build").code == 0
        corpus.rename(corpus.with_name("elsewhere"))  # neither machine can see changes of sources
        for command in COMMANDS if change else COMMANDS[:2]:
            here = machines.builder.run(*command)
            assert machines.read(*command) == (here.code, here.out), command
        corpus.with_name("elsewhere").rename(corpus)
    for last in (("search", "swans"), ("status",), ("verify",)):
        assert machines.read(*last)[0] == 0
    assert not list(machines.other.folder.iterdir())


def test_a_copy_is_only_read(machines: Machines) -> None:
    """A copy can be in any folder, is not built there, and mistakes have clear messages."""
    index = machines.other.folder / "index"
    at_url = ("--name", NAME, "--url", machines.url)
    assert machines.other.run("search", "ducks", "--index", str(index), *at_url).code == 0
    assert machines.other.run("search", "ducks").code == 0
    machines.other.write({"a.txt": TEXT})
    done = machines.other.run("build", "--from-scratch")
    assert (done.code, "which is only read" in done.err) == (2, True)
    with pytest.raises(ExcerptError, match="which is only read"):
        repair(index)
    done = machines.builder.run("search", "ducks", "--index", "index", *at_url)
    assert (done.code, "is not a copy" in done.err) == (2, True)


def test_no_password_is_written(machines: Machines, tmp_path: Path) -> None:
    """No file, message or entry of the cluster has the password, as it is or encoded."""
    secrets = {
        "EXCERPT_OPENSEARCH_URL": machines.url,
        "EXCERPT_OPENSEARCH_USER": "archivist",
        "EXCERPT_OPENSEARCH_PASSWORD": PASSWORD,
        "XDG_CACHE_HOME": machines.cache,
    }
    machines.builder.write({"d.txt": "Swans came.\n"})
    nowhere = "http://127.0.0.1:9"
    results = [
        machines.builder.run("build", **secrets),
        machines.builder.run("status", "--json", **secrets),
        machines.other.run("search", "ducks", "--name", NAME, **secrets),
        machines.other.run("serve", "--name", "nowhere", **secrets),
        machines.other.run("search", "ducks", "--name", NAME, "--url", nowhere, **secrets),
        machines.other.run(
            "search", "ducks", "--name", NAME, **{**secrets, "EXCERPT_OPENSEARCH_URL": nowhere}
        ),
    ]
    assert [result.code for result in results] == [0, 0, 0, 2, 2, 2]
    connection = Connection(machines.url, Credentials())
    connection.request("POST", f"{NAME}-*/_refresh")
    entries = connection.request("GET", f"{NAME}-*/_search?size=1000")
    connection.close()
    written = [str(results), str(entries)]
    written += [
        path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()
    ]
    assert len(entries["hits"]["hits"]) > 10 < len(written)
    for secret in (PASSWORD, b64encode(f"archivist:{PASSWORD}".encode()).decode()):
        assert not any(secret in text for text in written)


DAMAGED_STATES: tuple[dict[str, Any], ...] = (
    {},
    {"size": 1, "catalog": [], "texts": {"../texts": 1}, "dropped": {}},
    {"texts": [1]},
)


def test_a_damaged_state_is_an_error(machines: Machines) -> None:
    """A state that no build has written is refused, and no file is written outside of the copy."""
    connection = Connection(machines.url, Credentials())
    head = connection.request("GET", f"{NAME}-control/_doc/head")["_source"]
    path = f"{NAME}-files/_doc/{head['published']['id']}?routing=0"
    for state in DAMAGED_STATES:
        connection.request("PUT", path, {"token": "x", "state": state})
        at_url = ("--name", NAME, "--url", machines.url)
        done = machines.other.run("search", "ducks", *at_url, XDG_CACHE_HOME=machines.cache)
        assert (done.code, "in the cluster are damaged" in done.err) == (2, True)
    connection.close()
    assert not list(Path(machines.cache).rglob("texts"))


class Killed(BaseException):
    """The builder is killed."""


def test_a_killed_publication_changes_nothing(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the head names the next state, readers see the former; no part of it is left over."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(publisher, "KEEP_SECONDS", 0.0)
    index = machines.builder.folder / "index"

    def words() -> list[str]:
        with excerpt.open(name=NAME, url=machines.url) as opened:
            return [hit.snippet.text for hit in opened.search("swans OR terns")]

    machines.builder.write({"d.txt": "Swans came.\n"})
    excerpt.build_index(None, index)
    machines.builder.write({"d.txt": "Terns came.\n"})
    send = Connection.request
    n_kills, n_sent = 0, 0

    def request(connection: Connection, *arguments: Any, **options: Any) -> dict[str, Any]:
        nonlocal n_sent
        n_sent += 1
        if n_sent > n_kills:
            raise Killed
        return send(connection, *arguments, **options)

    def killed_publish(*arguments: Any) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Connection, "request", request)
            publish(*arguments)

    publish = publisher.StatePublisher.publish
    while True:
        n_sent = 0
        with monkeypatch.context() as patch:
            patch.setattr(publisher.StatePublisher, "publish", killed_publish)
            try:
                excerpt.build_index(None, index)
            except Killed:
                pass
            else:
                break
        n_kills += 1
        assert words() in (["Swans came."], ["Terns came."])
    assert n_kills > 6
    assert words() == ["Terns came."]
    machines.builder.write({"d.txt": "Gulls came.\n"})
    excerpt.build_index(None, index)
    connection = Connection(machines.url, Credentials())
    connection.request("POST", f"{NAME}-files/_refresh")
    found = connection.request("GET", f"{NAME}-files/_search?size=100&_source=file,token")
    connection.close()
    files = {hit["_source"].get("file") for hit in found["hits"]["hits"]} - {None}
    assert files == {f"store/{path.name}" for path in (index / "store").iterdir()}


def test_only_what_is_needed_is_fetched(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search fetches the parts of the texts that it shows, and no part twice."""
    for module in (publisher, local_copy):
        monkeypatch.setattr(module, "PART_BYTES", PART_BYTES)
    draw = random.Random(1)
    text = "\n\n".join(
        f"word{number} " + " ".join(f"{draw.getrandbits(12):x}" for _ in range(120))
        for number in range(500)
    )
    machines.builder.write({"large.txt": text})
    index = machines.builder.folder / "index"
    excerpt.build_index(None, index)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    filled: list[tuple[Path, int]] = []
    fill = files.fill

    def record(path: Path, offset: int, data: bytes) -> None:
        filled.append((path, offset))
        fill(path, offset, data)

    monkeypatch.setattr(files, "fill", record)
    for _ in range(2):
        with excerpt.open(name=NAME, url=machines.url) as opened:
            (hit,) = opened.search("word250").hits
            assert hit.snippet.text.startswith("word250 ")
    n_parts = sum(-(-path.stat().st_size // PART_BYTES) for path in (index / "store").iterdir())
    assert 3 < len(set(filled)) < n_parts / 2
    assert len(filled) - len(set(filled)) <= 1  # the trailer is read before the whole footer
