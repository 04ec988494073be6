"""The socket: Uvicorn with limits for slow clients."""

import asyncio
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from excerpt.errors import ExcerptError, Instruction
from excerpt.serve.app import create_app
from excerpt.serve.security import Policy, is_loopback

__all__ = ["DEFAULT_PORT", "serve"]

DEFAULT_PORT: Final = 8017
MAX_HEADERS: Final = 65_536
HEADER_SECONDS: Final = 10.0
"""The time in which a client must send its headers."""
IDLE_SECONDS: Final = 15
MAX_CONNECTIONS: Final = 200


class _Protocol(H11Protocol):
    """HTTP with a limit of time for the headers of a request."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give a new connection time for its first request."""
        super().connection_made(transport)
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        """Read what has come; a request that is under way keeps its deadline."""
        is_waiting = self.cycle is None or self.cycle.response_complete
        if is_waiting and self._deadline is None:
            self._set_deadline()
        former = self.cycle
        super().data_received(data)
        if self.cycle is not former:
            self._clear_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline of a connection that has ended."""
        self._clear_deadline()
        super().connection_lost(exc)

    def _set_deadline(self) -> None:
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._expire)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expire(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()


class _ReportingServer(uvicorn.Server):
    """A server that reports when it listens."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then report it."""
        await super().startup(sockets=sockets)
        if self.started:
            self._when_ready()


def serve(
    folder: Path | str = "index",
    *,
    corpus: Path | str | None = None,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    token: str = "",
    opens_browser: bool = False,
    report: Callable[[str], None] | None = None,
) -> None:
    """Serve the web page for the index in `folder` until the process is interrupted.

    Arguments:
        folder: the folder of the index.
        corpus: the folder of the sources, if they have moved.
        host: the address to listen on. Other than on loopback, a token is required, and made up if
            none is given.
        port: the port to listen on; 0 for any free one.
        token: a secret that every request must know, "" for none.
        opens_browser: open the page in the browser of this machine.
        report: called with the address of the page once it can be opened.

    Raises:
        ExcerptError: if the index cannot be read, or if the port is taken.
    """
    if not token and not is_loopback(host):
        token = secrets.token_urlsafe(32)
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    policy = Policy(port, is_loopback(host), token, host)
    url = _address(host, port, token)

    def when_ready() -> None:
        if report is not None:
            report(url)
        if opens_browser:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    with listener:
        app = create_app(folder, policy, corpus)
        _ReportingServer(_config(app), when_ready).run(sockets=[listener])


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=_Protocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=MAX_HEADERS,
        limit_concurrency=MAX_CONNECTIONS,
    )


def _address(host: str, port: int, token: str) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "localhost"} else host  # noqa: S104
    shown = f"[{shown}]" if ":" in shown else shown
    return f"http://{shown}:{port}/{f'?token={token}' if token else ''}"


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address.

    Raises:
        ExcerptError: if the address is taken or is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ExcerptError(
            f"the page cannot be served here: {reason.lower()}.",
            Instruction("Choose another port with --port; 0 takes any free one."),
            where=f"{host}:{port}",
        ) from error
    listener.set_inheritable(False)
    return listener
