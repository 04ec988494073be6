"""The OpenSearch engine without a cluster: addresses, credentials, words, and failing answers.

What it answers is tested in `cluster`, against a live one.
"""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.engines import check_cluster, record_cluster
from excerpt.engines.opensearch import connection as connection_module
from excerpt.engines.opensearch.connection import Connection, Refused
from excerpt.engines.opensearch.schema import decode_word, encode_path, encode_word
from excerpt.engines.opensearch.settings import (
    FILE,
    Credentials,
    check_url,
    credentials_for,
    read_location,
)
from excerpt.errors import ClusterError, ExcerptError, IndexDamaged
from shell import Shell

LOCAL = "http://localhost:9200"
FAR = "https://search.example.org"
SECRET = "a very secret word"
WORDS = st.text(st.characters(exclude_characters=" \x02"), max_size=5)


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "USER", "PASSWORD", "API_KEY", "CERT", "KEY", "CA"):
        monkeypatch.delenv(f"EXCERPT_OPENSEARCH_{name}", raising=False)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"https://user:{SECRET}@example.org", "contains credentials"),
        ("https://user@example.org", "contains credentials"),
        ("http://search.example.org", "not be encrypted"),
        ("http://127.0.0.1.example.org", "not be encrypted"),
        ("ftp://example.org", "not the address"),
        ("https://[::1", "not the address"),
        ("https://example.org:port", "not the address"),
        ("example.org", "not the address"),
        ("https://example.org/?key=1", "not the address"),
    ],
)
def test_a_wrong_address_is_refused(tmp_path: Path, url: str, message: str) -> None:
    """The message names the fault, without the password, and nothing is written."""
    with pytest.raises(ExcerptError, match=message) as caught:
        record_cluster(tmp_path, "opensearch", url, "letters")
    assert SECRET not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", [LOCAL, "http://127.0.0.1:9200", "http://[::1]:9200/", FAR])
def test_an_address_is_accepted(url: str) -> None:
    """Connections to this computer need no encryption."""
    assert check_url(url) == url.rstrip("/")


def test_an_index_keeps_its_cluster(tmp_path: Path) -> None:
    """The address may change, the name may not, and neither is needed again."""
    for name in ("", "Letters", "letters-1", "../x", "_all"):
        with pytest.raises(ExcerptError):
            record_cluster(tmp_path, "opensearch", LOCAL, name)
    record_cluster(tmp_path, "opensearch", LOCAL, "letters")
    first = read_location(tmp_path)
    record_cluster(tmp_path, "opensearch", "", "")
    assert read_location(tmp_path) == first
    record_cluster(tmp_path, "opensearch", FAR, "letters")
    moved = read_location(tmp_path)
    assert (moved.url, moved.name, moved.index_id) == (FAR, "letters", first.index_id)
    with pytest.raises(ExcerptError, match="is called letters in its cluster"):
        check_cluster(tmp_path, "opensearch", "", "papers")
    with pytest.raises(ExcerptError, match="needs no cluster"):
        check_cluster(tmp_path, "columnar", LOCAL, "")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"url": "http://far.org"}'])
def test_a_damaged_address_is_named(tmp_path: Path, data: bytes) -> None:
    """An error names the file."""
    with pytest.raises(IndexDamaged, match="cannot be read"):
        read_location(tmp_path)
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(IndexDamaged, match="not valid") as caught:
        read_location(tmp_path)
    assert caught.value.where == tmp_path / FILE


def test_credentials_go_to_one_cluster_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not sent where an index from a stranger says."""
    assert credentials_for(LOCAL) == Credentials()
    with pytest.raises(ExcerptError, match="EXCERPT_OPENSEARCH_URL"):
        credentials_for(FAR)
    monkeypatch.setenv("EXCERPT_OPENSEARCH_USER", "archivist")
    monkeypatch.setenv("EXCERPT_OPENSEARCH_PASSWORD", SECRET)
    for url in (LOCAL, FAR):
        with pytest.raises(ExcerptError) as caught:
            credentials_for(url)
        assert SECRET not in str(caught.value)
    monkeypatch.setenv("EXCERPT_OPENSEARCH_URL", f"{FAR}/")
    assert credentials_for(FAR) == Credentials("archivist", SECRET)
    assert SECRET not in repr(credentials_for(FAR))
    with pytest.raises(ExcerptError):
        credentials_for(LOCAL)
    monkeypatch.setenv("EXCERPT_OPENSEARCH_API_KEY", SECRET)
    with pytest.raises(ExcerptError, match="both set"):
        credentials_for(FAR)


@given(word=WORDS, other=WORDS)
def test_words_are_stored_as_different_texts(word: str, other: str) -> None:
    """Any word is stored as text in UTF-8 and can be restored; paths keep their order."""
    assert decode_word(encode_word(word)) == word
    encode_word(word).encode()
    assert (encode_word(word) == encode_word(other)) == (word == other)
    assert (encode_path(word) < encode_path(other)) == (word < other)


def test_long_words_are_stored_as_digests() -> None:
    """A word that is too long for the cluster is another word than all others."""
    stored = {encode_word("é" * n) for n in range(4_000, 4_010)}
    assert len(stored) == 10
    assert max(len(word.encode()) for word in stored) <= 8_000


class FakeCluster(HTTPServer):
    """A server with prepared answers, for faults that a live cluster does not have on demand."""

    def __init__(self, answers: list[tuple[int, bytes]]) -> None:
        self.answers = answers
        self.headers: list[Any] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeCluster

    def do_GET(self) -> None:
        self.server.headers.append(self.headers)
        status, body = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def fake() -> Iterator[FakeCluster]:
    """Return a server that runs in a thread."""
    server = FakeCluster([])
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def error_body(kind: str) -> bytes:
    """Return an answer with an error of the cluster."""
    return json.dumps({"error": {"type": kind, "reason": "it is so"}}).encode()


def test_a_busy_cluster_is_asked_again(fake: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request is repeated with growing pauses until it succeeds or the time is over."""
    pauses: list[float] = []
    monkeypatch.setattr("excerpt.engines.opensearch.connection.time.sleep", pauses.append)
    fake.answers += [
        (429, error_body("rejected")),
        (503, b""),
        (502, b"no JSON"),
        (200, b'{"a":1}'),
    ]
    connection = Connection(fake.url, Credentials("archivist", SECRET))
    assert connection.request("GET", "") == {"a": 1}
    assert len(pauses) == 3
    assert fake.headers[0]["authorization"].startswith("Basic ")
    connection.close()
    hasty = Connection(fake.url, Credentials(api_key=SECRET), retry_seconds=-1)
    fake.answers += [(429, error_body("rejected"))]
    with pytest.raises(Refused, match=r"\(429\): rejected: it is so") as caught:
        hasty.request("GET", "")
    assert SECRET not in str(caught.value)
    hasty.close()


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (429, error_body("cluster_block_exception"), "Free disk space in the cluster"),
        (401, b"", "EXCERPT_OPENSEARCH_USER"),
        (302, b"", r"\(302\)"),
        (400, b"[1]", r"\(400\): without a reason"),
        (200, b"<html>", "not an OpenSearch cluster"),
        (200, b"x" * 2_000, "too long"),
    ],
)
def test_other_answers_are_errors_at_once(
    fake: FakeCluster, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, message: str
) -> None:
    """A full disk, a refusal, a redirect or another server ends a request."""
    monkeypatch.setattr(connection_module, "MAX_RESPONSE_BYTES", 1_000)
    fake.answers += [(status, body), (200, b'{"a":1}')]
    connection = Connection(fake.url, Credentials("archivist", SECRET))
    with pytest.raises(ClusterError, match=message) as caught:
        connection.request("GET", "")
    assert SECRET not in str(caught.value)
    assert len(fake.answers) == 1
    connection.close()


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the optional dependency, the message says how to install it."""
    monkeypatch.setitem(__import__("sys").modules, "urllib3", None)
    with pytest.raises(ExcerptError, match=r"pip install 'excerpt\[opensearch\]'"):
        Connection(LOCAL, Credentials())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--engine", "opensearch"), "needs a cluster"),
        (("--engine", "opensearch", "--url", "http://far.org", "--name", "a"), "not be encrypted"),
        (("--url", LOCAL, "--name", "a"), "engine columnar needs no cluster"),
    ],
)
def test_a_build_without_a_cluster_is_an_error(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    """The command leaves no trace."""
    shell = Shell(tmp_path).write({"a.txt": "The geese came.\n"})
    done = shell.run("build", *options)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert not (tmp_path / "index").exists()


def test_an_index_for_a_cluster_is_never_built_elsewhere(tmp_path: Path) -> None:
    """Later builds ask the cluster again, until they name another engine."""
    shell = Shell(tmp_path).write({"a.txt": "The geese came.\n"})
    options = ("--engine", "opensearch", "--url", "http://localhost:1", "--name", "letters")
    for arguments in (("build", *options), ("build",), ("search", "geese")):
        done = shell.run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "http://localhost:1: the cluster does not answer" in done.err
    assert shell.run("build", "--engine", "columnar").code == 0
    assert "columnar" in shell.run("status").out
