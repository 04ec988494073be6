"""The values that a page function takes and returns, and that another process can do, too."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from excerpt.present.export import dump

__all__ = ["PageAnswer", "Request", "html_answer", "json_answer", "redirect"]

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


def html_answer(text: str, status: int = 200) -> PageAnswer:
    """Return a page as a response."""
    # Whatever is in a file name or a text: a lone surrogate must not fail here.
    return PageAnswer(text.encode("utf-8", "replace"), status)


def json_answer(value: Mapping[str, Any], status: int = 200) -> PageAnswer:
    """Return a JSON object as a response."""
    return PageAnswer(dump(value).encode(), status, JSON)


def json_text_answer(text: str) -> PageAnswer:
    """Return the text of a JSON object as a response, on one line."""
    return json_answer(json.loads(text))


def redirect(url: str) -> PageAnswer:
    """Return a redirection to `url`."""
    return PageAnswer(b"", 303, headers=(("location", url),))
