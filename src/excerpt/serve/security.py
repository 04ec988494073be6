"""A guard around the application that refuses everything but our own pages' requests.

    another machine       the server listens on loopback; elsewhere, each request needs a token
    DNS rebinding         on loopback, the Host must be a loopback name with our port
    another website       may only link to a page: a request that it starts in any other way, which
                          browsers tell by Sec-Fetch-Site or Origin, is refused
    another account       may be kept out with a token on loopback, too
    a hostile document    a policy of our own script and style alone; nothing may frame a page
    a slow client         has ten seconds for a body, and 30 s to take the next piece of a response

The token is taken once from the address, into a cookie that scripts cannot read, so that it stays
in no history and no link.
"""

import asyncio
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "Policy", "is_loopback"]

POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "connect")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), clipboard-write=(self)",
}
POSTS: Final = frozenset({"/api/v1/verify"})
"""The only paths that take a body."""
MAX_BODY: Final = 1_000_000
"""Bytes of a body: about three hundred pages of text with quotations to check."""
BODY_SECONDS: Final = 10.0
STALL_SECONDS: Final = 30.0
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


def is_loopback(host: str) -> bool:
    """Return whether an address to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Policy:
    """The conditions that a request must meet.

    port          our port
    is_local      True if we listen on loopback
    token         the secret that a request must know, "" for none
    host          the address that we listen on
    """

    port: int
    is_local: bool = True
    token: str = ""
    host: str = "127.0.0.1"

    @property
    def cookie(self) -> str:
        """The name of the cookie. Cookies are shared by all ports of a machine, hence the port."""
        return f"excerpt_{self.port}"

    def allows_host(self, host: str) -> bool:
        """Return whether the header Host names us.

        On other addresses the token protects: a rebound name does not get our cookie.
        """
        if not self.is_local:
            return True
        names = {*_LOOPBACK, f"[{self.host}]" if ":" in self.host else self.host}
        allowed = {f"{name}:{self.port}" for name in names}
        return host in (allowed | names if self.port == 80 else allowed)

    def allows_origin(self, headers: Headers, method: str) -> bool:
        """Return whether one of our own pages, a link, or no browser at all makes a request."""
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{headers.get('host', '')}":
            return False
        site = headers.get("sec-fetch-site", "none")
        if site in {"none", "same-origin"}:
            return True
        is_link = headers.get("sec-fetch-mode") == "navigate"
        return is_link and headers.get("sec-fetch-dest") == "document" and method in {"GET", "HEAD"}

    def knows_token(self, given: Iterable[str]) -> bool:
        """Return whether one of the `given` values is the token, in constant time."""
        wanted = self.token.encode()
        results = [hmac.compare_digest(value.encode("utf-8", "replace"), wanted) for value in given]
        return any(results)


class _Refusal(NamedTuple):
    """The status of a request that is refused, the reason, and headers of the response."""

    status: int
    text: str
    headers: Mapping[str, str] = MappingProxyType({})

    def response(self, path: str) -> Response:
        """Return the response to a request for `path`: an object, if programs ask there."""
        if not path.startswith("/api/"):
            return PlainTextResponse(f"{self.text}\n", self.status, self.headers)
        error = {"code": "refused", "message": self.text, "remedy": "", "span": None}
        return JSONResponse({"error": error}, self.status, self.headers)


class Guard:
    """The application behind a `Policy`."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded_send = _guarded_send(send)
        refusal = self._refusal(scope)
        if refusal is not None:
            response = refusal.response(scope["path"]) if isinstance(refusal, _Refusal) else refusal
            await response(scope, receive, guarded_send)
            return
        await self._app(scope, _limited_receive(receive), guarded_send)

    def _refusal(self, scope: Scope) -> Response | _Refusal | None:
        """Return the response to a request that is not allowed, None if it is."""
        policy, headers, method = self._policy, Headers(scope=scope), scope["method"]
        if len(headers.getlist("host")) != 1 or not policy.allows_host(headers["host"]):
            names = f"http://127.0.0.1:{policy.port}/"
            return _Refusal(403, f"This server answers only at {names}, not at this name.")
        allowed = ("POST",) if scope["path"] in POSTS else ("GET", "HEAD")
        if method not in allowed:
            names = ", ".join(allowed)
            return _Refusal(405, f"Only {names} is allowed here.", {"allow": names})
        if not policy.allows_origin(headers, method):
            return _Refusal(403, "Another website may link to this page, but not use it.")
        if method == "POST":
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                return _Refusal(415, "A POST must contain JSON: Content-Type: application/json.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 15 or int(length) > MAX_BODY:
            return _Refusal(413, f"A request may have at most {MAX_BODY:,} bytes.")
        return self._token_refusal(scope, headers) if policy.token else None

    def _token_refusal(self, scope: Scope, headers: Headers) -> Response | _Refusal | None:
        """Return the response to a request without the token, or with it in its address."""
        policy = self._policy
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        in_address = [value for name, value in pairs if name == "token"]
        if in_address and policy.knows_token(in_address) and scope["method"] in {"GET", "HEAD"}:
            rest = urlencode([pair for pair in pairs if pair[0] != "token"])
            path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
            # Two slashes at the beginning would name another host.
            url = urlsplit("/" + path.lstrip("/"))._replace(query=rest).geturl()
            response = RedirectResponse(url, 303)
            response.set_cookie(policy.cookie, policy.token, httponly=True, samesite="lax")
            return response
        given = [value for name, value in _cookies(headers) if name == policy.cookie]
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            given.append(bearer.strip())
        if policy.knows_token(given):
            return None
        text = "Open the address with ?token=... that `excerpt serve` has shown."
        return _Refusal(401, text, {"www-authenticate": "Bearer"})


def _cookies(headers: Headers) -> Iterable[tuple[str, str]]:
    for line in headers.getlist("cookie"):
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            yield name, value


def _guarded_send(send: Send) -> Send:
    """Return `send` with our headers, and a limit of time for each piece of a response."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "private, no-cache")
        async with asyncio.timeout(STALL_SECONDS):
            await send(message)

    return guarded


def _limited_receive(receive: Receive) -> Receive:
    """Return `receive` with a limit of time and of size for a body."""
    received = 0
    is_complete = False

    async def limited() -> Message:
        nonlocal received, is_complete
        if is_complete:
            return await receive()  # waits for the client to disconnect
        async with asyncio.timeout(BODY_SECONDS):
            message = await receive()
        received += len(message.get("body", b""))
        is_complete = not message.get("more_body", False)
        if received > MAX_BODY:
            return {"type": "http.disconnect"}
        return message

    return limited
