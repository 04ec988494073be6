"""The parameters of a URL ⇄ a `PageState`, the whole state of a page.

A parameter that excerpt does not know is ignored, since links gather tracking parameters on their
way. One that it knows, but whose value has no meaning, is an error: it would otherwise change what
a page counts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self
from urllib.parse import quote_plus

from excerpt.errors import ExcerptError, Instruction
from excerpt.search.options import ORDERS

__all__ = [
    "FACETS",
    "LINE_ORDERS",
    "MAX_QUERY",
    "MAX_QUOTE",
    "SPELLINGS",
    "UNKNOWN",
    "VIEWS",
    "BadParameter",
    "PageState",
]

MAX_QUERY: Final = 2_000
"""Characters of a query. Longer ones are refused, since a cut one would count something else."""
MAX_QUOTE: Final = 5_000
"""Characters of a quotation to cite: a page or two."""
MAX_VALUE: Final = 1_000
"""Characters of any other value."""
VIEWS: Final = ("passages", "lines")
LINE_ORDERS: Final = ("path", "left", "right", "date")
FACETS: Final = ("author", "folder", "lang", "format")
"""The facets whose values are names; `start` and `end` are the facet of years."""
SPELLINGS: Final = ("old_spelling", "ocr", "han_variants")
"""The options that add other spellings of the words."""
UNKNOWN: Final = "(none)"
"""The value of a facet for documents that have none."""
MAX_PAGE: Final = 10**7
_YEAR: Final = r"-?\d{1,4}"
_NAMES: Final = {"start": "from", "end": "to"}
"""Fields whose parameter has a name that Python reserves."""


class BadParameter(ExcerptError):
    """A parameter of a URL without a meaning."""


@dataclass(frozen=True, slots=True)
class PageState:
    """The state of a page.

    q            the query as typed
    any          match any of the words
    exact        match words as written
    literal      take operators as ordinary text
    expand       add words to the query for the ranking
    everything   search text that is set apart, too
    old_spelling, ocr, han_variants   add other spellings of the words
    view         one of `VIEWS`
    sort         the order of the hits, or of the lines; "" for the default of the view
    page         the number of the page, from 1
    start, end   the first and the last year, "" for an open end
    author, folder, lang, format   the chosen value of a facet, "" for none
    state        the state of the index that the reader has seen, "" if unknown
    """

    q: str = ""
    any: bool = False
    exact: bool = False
    literal: bool = False
    expand: bool = False
    everything: bool = False
    old_spelling: bool = False
    ocr: bool = False
    han_variants: bool = False
    view: str = "passages"
    sort: str = ""
    page: int = 1
    start: str = ""
    end: str = ""
    author: str = ""
    folder: str = ""
    lang: str = ""
    format: str = ""
    state: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Self:
        """Return the state that the `parameters` of a URL describe.

        Raises:
            BadParameter: if one of them has no meaning.
        """
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = _NAMES.get(field.name, field.name)
            if name not in parameters:
                continue
            value = parameters[name]
            values[field.name] = _is_set(name, value) if field.type is bool else value
        state = cls(**values | {"page": _number(values.get("page", ""), "page")})
        _check(state)
        return state

    @property
    def options(self) -> dict[str, Any]:
        """The options of the query and the chosen facets, as the methods of `Index` take them."""
        spellings = {name: True for name in SPELLINGS if getattr(self, name)}
        more = {"everything": self.everything, "filters": self.filters}
        return self.query_options | more | spellings

    @property
    def query_options(self) -> dict[str, Any]:
        """The options that decide how the query is parsed."""
        return {"any_word": self.any, "exact": self.exact, "literal": self.literal}

    @property
    def filters(self) -> dict[str, list[str]]:
        """The chosen facets, as the methods of `Index` take them."""
        found = {
            name: ["" if value == UNKNOWN else value]
            for name in FACETS
            if (value := getattr(self, name))
        }
        if self.start or self.end:
            found["year"] = [f"{self.start}..{self.end}"]
        return found

    @property
    def has_filter(self) -> bool:
        """True if a facet is chosen."""
        return any(getattr(self, name) for name in (*FACETS, "start", "end"))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the names and values of the parameters that differ from their defaults."""
        return _pairs(self._values())

    def url(self, path: str = "/", **changes: Any) -> str:
        """Return the address of the page `path` in this state, or in that after a click.

        After `changes`, it is the first page if they name none.
        """
        values = self._values()
        if changes:
            values |= {"page": 1, "state": ""} | changes
        query = "&".join(f"{name}={quote_plus(value)}" for name, value in _pairs(values))
        return f"{path}?{query}" if query else path

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name, _, _ in _PARAMETERS}


# A page has some sixty addresses: what `fields` returns is kept.
_PARAMETERS: Final = tuple(
    (field.name, _NAMES.get(field.name, field.name), field.default) for field in fields(PageState)
)
"""The name of each field, that of its parameter, and its default."""


def _pairs(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field, name, default in _PARAMETERS:
        value = values[field]
        if value != default:
            yield name, "1" if value is True else str(value)


def _is_set(name: str, value: str) -> bool:
    if value not in {"", "0", "1", "on", "true", "false"}:
        raise BadParameter(
            f"{name} is 1 or 0, not {value[:40]!r}.", Instruction("Use the options.")
        )
    return value in {"1", "on", "true"}


def _number(value: str, name: str) -> int:
    if not value:
        return 1
    if not (value.isascii() and value.isdecimal() and len(value) <= 8 and int(value) > 0):
        raise BadParameter(
            f"{name} is a number from 1, not {value[:40]!r}.",
            Instruction("Use the links of the page."),
        )
    return min(int(value), MAX_PAGE)


def _check(state: PageState) -> None:
    """Raise an error if a value of `state` has no meaning."""
    if len(state.q) > MAX_QUERY:
        raise BadParameter(
            f"The query has {len(state.q):,} characters; at most {MAX_QUERY:,} are read.",
            Instruction("Shorten it, or send it to the command: excerpt search."),
        )
    if state.view not in VIEWS:
        raise BadParameter(
            f"There is no view {state.view[:40]!r}.", Instruction(f"Views are {', '.join(VIEWS)}.")
        )
    orders = ORDERS if state.view == "passages" else LINE_ORDERS
    # The order of one view survives a visit to the other, which ignores it.
    if state.sort and state.sort not in {*ORDERS, *LINE_ORDERS}:
        raise BadParameter(
            f"There is no order {state.sort[:40]!r}.",
            Instruction(f"Orders are {', '.join(orders)}."),
        )
    for name in ("start", "end"):
        value = getattr(state, name)
        if value and not re.fullmatch(_YEAR, value, re.ASCII):
            raise BadParameter(
                f"{_NAMES[name]} is a year, not {value[:40]!r}.", Instruction("Write it as 1848.")
            )
    for name in FACETS:
        if len(getattr(state, name)) > MAX_VALUE:
            raise BadParameter(
                f"The value of {name} is too long.", Instruction("Choose it in the list.")
            )
