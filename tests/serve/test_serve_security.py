"""Security: which requests are refused, and which headers every answer has."""

import asyncio
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from excerpt.serve import security
from excerpt.serve.app import create_app
from excerpt.serve.security import MAX_BODY, Guard, Policy, is_loopback

PORT = 8017
OWN = f"http://127.0.0.1:{PORT}"
TOKEN = "a-long-secret"
LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@pytest.fixture(scope="module")
def guarded(index: Path) -> Iterator[TestClient]:
    """Return a client of a server with a token."""
    app = create_app(index, Policy(PORT, token=TOKEN))
    with TestClient(app, base_url=OWN, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8017", 200),
        ("localhost:8017", 200),
        ("[::1]:8017", 200),
        ("127.0.0.1", 403),
        ("127.0.0.1:80", 403),
        ("evil.example:8017", 403),
        ("localhost:8017.evil.example", 403),
        ("evil.example", 403),
        ("", 403),
    ],
)
def test_only_our_names_are_answered(client: TestClient, host: str, status: int) -> None:
    """A name that was rebound to this machine is refused (DNS rebinding)."""
    assert client.get("/?q=war", headers={"host": host}).status_code == status


SITES = ("", "none", "same-origin", "same-site", "cross-site")
ORIGINS = ("", OWN, "http://evil.example", "null", f"http://127.0.0.1:{PORT + 1}")


@pytest.mark.parametrize(("site", "origin", "is_link"), [*product(SITES, ORIGINS, (False, True))])
def test_other_websites_may_only_link(
    client: TestClient, site: str, origin: str, is_link: bool
) -> None:
    """Across sites only a navigation of the whole page is answered, and no foreign origin."""
    headers = {"origin": origin} if origin else {}
    headers |= {"sec-fetch-site": site} if site else {}
    headers |= LINK if is_link else {}
    is_foreign_origin = origin not in {"", OWN}
    is_foreign_site = site in {"same-site", "cross-site"}
    is_allowed = not is_foreign_origin and (not is_foreign_site or is_link)
    response = client.get("/?q=war", headers=headers)
    assert response.status_code == (200 if is_allowed else 403)
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}])
def test_a_post_is_json(client: TestClient, headers: dict[str, str]) -> None:
    """A form of another website cannot post, since it cannot send JSON."""
    response = client.post("/api/v1/verify", content=b"{}", headers=headers)
    assert response.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    """There is nothing to change."""
    assert client.request(method, "/").status_code == 405
    assert client.request(method, "/api/v1/search?q=war").status_code == 405


def test_large_requests_are_refused(client: TestClient) -> None:
    """A body has a bound, whether its length is declared or not."""
    headers = {"content-type": "application/json"}
    body = b"x" * (MAX_BODY + 1)
    assert client.post("/api/v1/verify", content=body, headers=headers).status_code == 413
    pieces = (b"x" * 100_000 for _ in range(MAX_BODY // 100_000 + 2))
    assert client.post("/api/v1/verify", content=pieces, headers=headers).status_code == 413


@pytest.mark.parametrize("url", ["/", "/?q=war", "/nothing", "/static/page.css", "/api/v1/status"])
def test_every_answer_has_our_policy(client: TestClient, url: str) -> None:
    """Scripts and styles are our own files only, and nothing may frame a page."""
    headers = client.get(url).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_refusals_have_our_policy_too(client: TestClient) -> None:
    """A refusal cannot be framed or sniffed either."""
    headers = client.get("/", headers={"host": "evil.example"}).headers
    assert "default-src 'none'" in headers["content-security-policy"]


class Stalled:
    """An application whose client neither sends nor takes anything."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the body of a request, or send a response."""
        if scope["path"] == "/api/v1/verify":
            await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def never(*_: object) -> Any:
    """Wait for something that does not happen."""
    await asyncio.Event().wait()


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/api/v1/verify")])
def test_a_client_that_stalls_is_dropped(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    """A piece that is not taken, or a body that does not come, ends the request."""
    monkeypatch.setattr(security, "STALL_SECONDS", 0.05)
    monkeypatch.setattr(security, "BODY_SECONDS", 0.05)
    headers = [(b"host", b"127.0.0.1:8017"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    guard = Guard(Stalled(), Policy(PORT))
    with pytest.raises(TimeoutError):
        asyncio.run(guard(scope | {"query_string": b""}, never, never))


# Tokens


def test_a_token_is_required(guarded: TestClient) -> None:
    """Nothing is answered without the token, not even a static file."""
    guarded.cookies.clear()
    for url in ("/", "/?q=war", "/api/v1/status", "/static/page.css", "/?token=wrong", "/?token="):
        assert guarded.get(url).status_code == 401, url
    for cookie in ("wrong", "", TOKEN[:-1], TOKEN + "x"):
        headers = {"cookie": f"excerpt_{PORT}={cookie}"}
        assert guarded.get("/", headers=headers).status_code == 401


def test_a_token_moves_from_the_address_into_a_cookie(guarded: TestClient) -> None:
    """The token stays in no history; scripts cannot read it, and other sites cannot send it."""
    guarded.cookies.clear()
    response = guarded.get(f"/?q=war&token={TOKEN}")
    assert (response.status_code, response.headers["location"]) == (303, "/?q=war")
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert guarded.get("/?q=war").status_code == 200
    guarded.cookies.clear()


def test_a_redirect_stays_here(guarded: TestClient) -> None:
    """An address that begins with two slashes does not lead to another host."""
    guarded.cookies.clear()
    response = guarded.get(f"{OWN}//evil.example/?token={TOKEN}")
    assert response.headers["location"].startswith("/evil.example")


def test_a_program_sends_the_token_in_a_header(guarded: TestClient) -> None:
    """Authorization: Bearer is for programs that keep no cookies."""
    guarded.cookies.clear()
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/api/v1/status", headers=headers).status_code == 200
    assert guarded.get("/", headers={"authorization": f"Basic {TOKEN}"}).status_code == 401


def test_a_token_does_not_replace_the_name(guarded: TestClient) -> None:
    """On loopback, a foreign Host is refused even with the token."""
    headers = {"authorization": f"Bearer {TOKEN}", "host": "evil.example"}
    assert guarded.get("/", headers=headers).status_code == 403


HOSTS = (f"127.0.0.1:{PORT}", f"localhost:{PORT}", f"evil.example:{PORT}", "")
KEYS: tuple[dict[str, str], ...] = (
    {},
    {"authorization": "Bearer wrong"},
    {"authorization": f"Bearer {TOKEN}"},
    {"cookie": f"excerpt_{PORT}=wrong"},
    {"cookie": f"excerpt_{PORT}={TOKEN}"},
)


@pytest.mark.parametrize(
    ("host", "origin", "method", "key"), [*product(HOSTS, ORIGINS, ("GET", "POST"), KEYS)]
)
def test_host_origin_and_token_must_all_be_right(
    guarded: TestClient, host: str, origin: str, method: str, key: dict[str, str]
) -> None:
    """None of the three makes up for another one, whether a request reads or sends something."""
    guarded.cookies.clear()
    headers = {"host": host, **key} | ({"origin": origin} if origin else {})
    if method == "POST":
        body = {"quotes": [{"quote": "Peace came after the war"}]}
        response = guarded.post("/api/v1/verify", json=body, headers=headers)
    else:
        response = guarded.get("/?q=war", headers=headers)
    own_origins = {"", f"http://{host}"}
    is_right = host in HOSTS[:2] and origin in own_origins and TOKEN in "".join(key.values())
    assert (response.status_code == 200) is is_right
    assert is_right or response.status_code in {401, 403}


def test_elsewhere_the_token_protects(index: Path) -> None:
    """On other addresses any name is answered, but only with the token."""
    policy = Policy(PORT, is_local=False, token=TOKEN, host="0.0.0.0")
    with TestClient(create_app(index, policy), base_url="http://archive.example:8017") as client:
        assert client.get("/").status_code == 401
        assert client.get("/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *[(host, True) for host in ("127.0.0.1", "127.8.0.1", "localhost", "::1")],
        *[
            (host, False)
            for host in ("0.0.0.0", "::", "192.168.0.1", "127.evil", "archive.example")
        ],
    ],
)
def test_loopback_is_recognised(host: str, expected: bool) -> None:
    """Only addresses that other machines cannot reach need no token."""
    assert is_loopback(host) is expected
