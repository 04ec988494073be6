"""The values that a page function takes and returns, and that another process can do, too."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from excerpt.errors import ExcerptError
from excerpt.present.json_text import dump

if TYPE_CHECKING:
    from excerpt.serve.desk import Desk

__all__ = [
    "PageFunction",
    "PageAnswer",
    "Request",
    "html_answer",
    "json_answer",
    "redirect",
    "with_errors_as",
]

HTML = "text/html; charset=utf-8"
JSON = "application/json"


class Request(NamedTuple):
    """A request without the network.

    parameters   those of the URL; of a name that occurs several times, the last
    target       the part of the path that names a document, a passage or a topic
    is_fragment  True if only the results are wanted, without the page around them
    body         of a POST
    """

    parameters: Mapping[str, str] = {}
    target: str = ""
    is_fragment: bool = False
    body: bytes = b""


class PageAnswer(NamedTuple):
    """A response without the network."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


PageFunction = Callable[["Desk", Request], PageAnswer]
"""A page function."""


def with_errors_as(
    answer_error: Callable[[ExcerptError, Request], PageAnswer],
) -> Callable[[PageFunction], PageFunction]:
    """Return a decorator of page functions that makes answers of their errors."""

    def decorate(page: PageFunction) -> PageFunction:
        @wraps(page)
        def answered(desk: "Desk", request: Request) -> PageAnswer:
            try:
                return page(desk, request)
            except ExcerptError as error:
                return answer_error(error, request)

        return answered

    return decorate


def html_answer(text: str, status: int = 200) -> PageAnswer:
    """Return a page as a response."""
    # Whatever is in a file name or a text: a lone surrogate must not fail here.
    return PageAnswer(text.encode("utf-8", "replace"), status)


def json_answer(value: Mapping[str, Any], status: int = 200) -> PageAnswer:
    """Return a JSON object as a response."""
    return PageAnswer(dump(value).encode(), status, JSON)


def redirect(url: str) -> PageAnswer:
    """Return a redirection to `url`."""
    return PageAnswer(b"", 303, headers=(("location", url),))
