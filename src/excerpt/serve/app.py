"""Routes → lanes → responses."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from os import fsdecode
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import unquote_to_bytes

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from excerpt.errors import ExcerptError, Instruction
from excerpt.serve import api, pages
from excerpt.serve.answers import PageAnswer, PageFunction, Request
from excerpt.serve.exports import TYPES, export_file, file_name
from excerpt.serve.lanes import Busy, Lanes, OverBudget
from excerpt.serve.rendering import STATIC
from excerpt.serve.security import Guard, Policy

__all__ = ["create_app"]

T = TypeVar("T")
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_LOG = logging.getLogger("excerpt.serve")


def create_app(folder: Path | str, policy: Policy, corpus: Path | str | None = None) -> ASGIApp:
    """Return the application for the index in `folder`.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: if the index cannot be read.
    """
    lanes = Lanes(Path(folder), Path(corpus) if corpus is not None else None)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with lanes:
            yield

    def route(
        path: str, page: PageFunction, *, is_slow: bool = False, methods: str = "GET"
    ) -> Route:
        return Route(path, _endpoint(lanes, page, is_slow=is_slow), methods=methods.split())

    app = Starlette(
        routes=[
            route("/", pages.search),
            route("/read/{target:path}", pages.read),
            route("/p/{target:path}", pages.passage),
            route("/cite/{target}", pages.cite),
            Route("/export.{target:path}", _export_endpoint(lanes)),
            route("/help", pages.help_topic),
            route("/help/{target}", pages.help_topic),
            route("/corpus", pages.corpus, is_slow=True),
            route("/api/v1/search", api.search),
            route("/api/v1/lines", api.lines),
            route("/api/v1/facets", api.facets),
            route("/api/v1/cite/{target}", api.cite),
            route("/api/v1/verify", api.verify, is_slow=True, methods="POST"),
            route("/api/v1/passages/{target}", api.passages),
            route("/api/v1/documents/{target:path}", api.documents),
            route("/api/v1/status", api.status),
            route("/api/v1/coverage", api.coverage, is_slow=True),
            route("/api/v1/openapi.json", api.openapi),
            Route("/static/{name}", _static),
        ],
        exception_handlers={HTTPException: _http_error, Exception: _unexpected},
        middleware=[Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)],
        lifespan=lifespan,
    )
    return Guard(app, policy)


Endpoint = Callable[[HttpRequest], Awaitable[Response]]


def _endpoint(lanes: Lanes, page: PageFunction, *, is_slow: bool) -> Endpoint:
    async def endpoint(http: HttpRequest) -> Response:
        is_api = http.url.path.startswith("/api/")
        try:
            request = await _read(http)
        except (ClientDisconnect, TimeoutError):
            late = ExcerptError("The request is too large, or did not come in time.")
            return _response(_failed(late, Request(), 413, is_api=is_api), is_fragment=False)
        try:
            answer = await _while_connected(http, lanes.answer(page, request, is_slow=is_slow))
        except ExcerptError as error:
            answer = _failed(error, request, is_api=is_api)
        return _response(answer, is_fragment=request.is_fragment)

    return endpoint


def _export_endpoint(lanes: Lanes) -> Endpoint:
    async def endpoint(http: HttpRequest) -> Response:
        request = await _read(http)
        pieces = lanes.slow.stream(export_file, request)
        try:
            # Errors come before the first piece, and can still be shown as such.
            first = await _while_connected(http, anext(pieces))
        except ExcerptError as error:
            await pieces.aclose()
            return _response(_failed(error, request, is_api=False), is_fragment=False)
        return _FileResponse(first, pieces, request)

    return endpoint


class _FileResponse(Response):
    """A file in pieces. If the client goes, the rest is not computed."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes], request: Request) -> None:
        name = file_name(request)
        super().__init__(
            headers={"content-disposition": f'attachment; filename="{name}"'},
            media_type=TYPES[request.target],
        )
        del self.headers["content-length"]
        self._first = first
        self._rest = rest

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces while the client takes them."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await send(start)
            sending = asyncio.ensure_future(self._send(send))
            await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
        finally:
            gone.cancel()
            await self._rest.aclose()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.body", "body": self._first, "more_body": True})
        async for piece in self._rest:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(http: HttpRequest) -> Request:
    return Request(
        dict(http.query_params),
        _target(http) if "target" in http.path_params else "",
        "x-fragment" in http.headers,
        await http.body() if http.method == "POST" else b"",
    )


def _target(http: HttpRequest) -> str:
    """Return the end of the path with its original bytes, as names of files have them."""
    raw = http.scope.get("raw_path") or http.scope["path"].encode()
    prefix = http.scope["route"].path.partition("{")[0]
    return fsdecode(unquote_to_bytes(raw.partition(b"?")[0][len(prefix) :]))


async def _while_connected(http: HttpRequest, work: Awaitable[T]) -> T:
    """Return the result of `work`, which is cancelled if the client disconnects."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(http.receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ExcerptError("The client has disconnected.")
        return task.result()
    finally:
        for each in (task, gone):
            each.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await each


def _failed(
    error: ExcerptError, request: Request, status: int | None = None, *, is_api: bool
) -> PageAnswer:
    if status is None:
        status = 429 if isinstance(error, Busy) else 503 if isinstance(error, OverBudget) else None
    make = api.error_answer if is_api else pages.error_page
    answer = make(error, request, status)
    return answer._replace(headers=(("retry-after", "2"),)) if status == 429 else answer


def _response(answer: PageAnswer, *, is_fragment: bool) -> Response:
    headers = dict(answer.headers)
    if is_fragment:
        headers["cache-control"] = "no-store"
    headers["vary"] = "x-fragment"
    return Response(answer.body, answer.status, headers, answer.content_type)


async def _static(http: HttpRequest) -> Response:
    # Only files of ours: the name is looked up in a list and never joined to a folder.
    name = http.path_params["name"]
    path = {each.name: each for each in STATIC.iterdir()}.get(name)
    if path is None:
        raise HTTPException(404)
    headers = {"cache-control": "max-age=31536000, immutable"} if http.url.query else {}
    return FileResponse(path, headers=headers, media_type=_TYPES[path.suffix])


async def _http_error(http: HttpRequest, error: Exception) -> Response:
    """Answer a request that no route takes."""
    assert isinstance(error, HTTPException)
    problem = ExcerptError(
        "There is no such page."
        if error.status_code == 404
        else f"{http.method} is not allowed here."
    )
    return _error_response(http, problem, error.status_code)


async def _unexpected(http: HttpRequest, error: Exception) -> Response:
    """Report a fault of the program, without its details."""
    _LOG.error("%s: %s", type(error).__name__, error, exc_info=error)
    problem = ExcerptError(
        "Something went wrong in excerpt.", Instruction("This is a bug. Please report it.")
    )
    return _error_response(http, problem, 500)


def _error_response(http: HttpRequest, error: ExcerptError, status: int) -> Response:
    request = Request(dict(http.query_params), "x", "x-fragment" in http.headers)
    is_api = http.url.path.startswith("/api/")
    answer = (api.error_answer if is_api else pages.error_page)(error, request, status)
    return _response(answer, is_fragment=request.is_fragment)
