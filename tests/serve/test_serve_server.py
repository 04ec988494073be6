"""The server as a process: its command, its port, slow clients, and its end."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from excerpt.serve.server import MAX_HEADERS
from serve_browser import serving
from shell import Shell


@pytest.fixture(scope="module")
def address(index: Path) -> Iterator[str]:
    """Return the address of a running server."""
    with serving(index) as url:
        yield url


def connect(address: str) -> socket.socket:
    """Return a connection to the server."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 80), timeout=60)


def status_of(url: str, headers: dict[str, str] | None = None) -> int:
    """Return the status of a request, redirects followed."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {})) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_the_page_is_served(address: str) -> None:
    """The command writes the address that the page is at, on loopback."""
    assert address.startswith("http://127.0.0.1:")
    assert status_of(f"{address}?q=war") == 200
    assert status_of(address, {"Host": "evil.example"}) == 403


def test_headers_have_a_bound_in_time_and_size(address: str) -> None:
    """A client that never ends its headers is dropped; others are answered meanwhile."""
    with connect(address) as slow, connect(address) as silent, connect(address) as large:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        large.sendall(b"GET / HTTP/1.1\r\nX-Large: " + b"x" * (MAX_HEADERS + 10_000))
        assert large.recv(1_000).startswith(b"HTTP/1.1 4")
        assert status_of(f"{address}?q=war") == 200
        assert slow.recv(1_000) == b""
        assert silent.recv(1_000) == b""


def test_a_connection_serves_several_requests(address: str) -> None:
    """The limit of time is for each request, not for the connection."""
    host = urlsplit(address).netloc.encode()
    with connect(address) as client:
        for _ in range(3):
            client.sendall(b"HEAD /static/icon.svg HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
            assert client.recv(10_000).startswith(b"HTTP/1.1 200")


def test_a_reader_that_stalls_holds_up_nobody(address: str) -> None:
    """A client takes no more of a large file; pages are answered as before."""
    host = urlsplit(address).netloc.encode()
    with connect(address) as stalled:
        stalled.sendall(b"GET /export.json?q=the HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
        stalled.recv(10)
        for _ in range(5):
            assert status_of(f"{address}?q=war") == 200


def test_a_token_keeps_others_out(index: Path) -> None:
    """With --token, the address holds the secret; without it, nothing is answered."""
    with serving(index, "--token") as url:
        plain, _, token = url.partition("?token=")
        assert len(token) >= 43  # 256 bits in base 64
        assert status_of(plain) == 401
        assert status_of(f"{plain}api/v1/status", {"Authorization": f"Bearer {token}"}) == 200


def test_a_port_that_is_taken_is_reported(index: Path, address: str) -> None:
    """The message names the address and the remedy."""
    port = str(urlsplit(address).port)
    ran = Shell(index.parent).run_new("serve", "--port", port)
    assert ran.code == 2
    assert f"127.0.0.1:{port}" in ran.err
    assert "--port" in ran.err
    ran = Shell(index.parent).run_new("serve", "--port", "0", "--host", "192.0.2.1")
    assert (ran.code, "Traceback" in ran.err) == (2, False)


def test_an_index_that_is_missing_is_reported(tmp_path: Path) -> None:
    """Without an index and a corpus there is nothing to serve."""
    ran = Shell(tmp_path).run_new("serve", "--port", "0")
    assert ran.code == 2
    assert "no index" in ran.err.lower()


def test_the_end_is_quiet(index: Path) -> None:
    """Ctrl-C ends the server and the process of its slow lane, without a traceback."""
    import os
    import signal

    with subprocess.Popen(
        [sys.executable, "-m", "excerpt", "serve", "--port", "0", "--index", str(index)],
        cwd=index.parent,
        env=Shell(index.parent).environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert status_of(f"{url}export.jsonl?q=war") == 200
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        pids = children.read_text().split() if children.exists() else []
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
