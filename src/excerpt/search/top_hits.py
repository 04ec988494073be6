"""A query tree → the passages to show: in the order that is wished, so many of a document, and each wording once.

An engine ranks by score and goes through matches by path. The other orders are made here from the dates of documents, over
keys alone, holding no more of them than are asked for. Of passages with the same folded words (copies, editions,
boilerplate) the first in the order is shown and names the others, however far down they stand.

What is left out by its document or its wording is made up for from further down, so the limit is filled where it can be.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from excerpt.engines import Engine, Page
from excerpt.model import Key
from excerpt.query.ast import FirstPassage, Node

if TYPE_CHECKING:
    from excerpt.dates import DayRange

__all__ = ["ORDERS", "Order", "TopHits", "SearchOptions", "documents", "select"]

Order = Literal["score", "date", "-date", "path", "-path"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
"""By falling score; by date, the earliest first, or (-) the latest; by path, or paths backwards. What is alike so stands by
path and place."""
_FEW: Final = 32
"""Passages whose scores are asked for one by one."""
_GROWTH: Final = 4

Ranked = tuple[Key, float]
DaysOf = Callable[[int], "DayRange | None"]
"""The first and last day of a document, None if it has no date."""


@dataclass(frozen=True)
class SearchOptions:
    """Which of the passages that match are wanted, in which order; see `Index.search`."""

    limit: int | None = 10
    offset: int = 0
    per_document: int | None = None
    sort: Order = "score"
    fold: bool = True

    def __post_init__(self) -> None:
        if (
            (self.limit or 0) < 0
            or self.offset < 0
            or (self.per_document or 1) < 1
            or self.per_document == 0
        ):
            raise ValueError("limit and offset count from 0, per_document from 1")
        if self.sort not in ORDERS:
            raise ValueError(f"sort is one of {', '.join(ORDERS)}")

    @property
    def end(self) -> int | None:
        """How many passages are wanted from the top, those that are left out among them."""
        return None if self.limit is None else self.offset + self.limit


class TopHits(NamedTuple):
    """Some of the passages that match, with their scores, and how many match in all. `same` has for those that are not
    alone in their wording the others that match, by path and place."""

    page: Page
    same: dict[Key, tuple[Key, ...]]


def select(engine: Engine, tree: Node, wish: SearchOptions, days_of: DaysOf) -> TopHits:
    """The passages that match `tree`, as `wish` says.

    A tree that stands for whole documents, each shown by its first passage, is never folded.
    """
    is_folded = wish.fold and not isinstance(tree, FirstPassage)
    page = _page(engine, tree, wish, days_of, is_folded=is_folded)
    same = _same(engine, tree, [key for key, _ in page.hits]) if is_folded else {}
    return TopHits(page, same)


def documents(engine: Engine, tree: Node, sort: Order, days_of: DaysOf) -> Iterator[int]:
    """The ids of all documents with a passage that matches `tree`, each where the first of its passages stands."""
    SearchOptions(sort=sort)  # which refuses an order that there is not
    if sort == "score":
        return iter(dict.fromkeys(key.document for key, _ in engine.search(tree, None).hits))
    found = (
        next(group) for _, group in groupby(engine.passages(tree), key=lambda key: key.document)
    )
    return (
        key.document for key in (found if sort == "path" else _sorted(found, None, sort, days_of))
    )


def _page(
    engine: Engine, tree: Node, wish: SearchOptions, days_of: DaysOf, *, is_folded: bool
) -> Page:
    """The hits that are wanted; so much of the order is fetched as they need."""
    fetched = wish.end
    while True:
        top = _ordered(engine, tree, fetched, wish, days_of)
        kept = tuple(_first_worded(engine, top.hits)) if is_folded else top.hits
        if wish.end is None or fetched is None or len(kept) >= wish.end or top.is_last:
            return top.whole._replace(hits=kept[wish.offset : wish.end])
        fetched *= _GROWTH


def _first_of_each(ranked: Iterable[Ranked], most: int) -> Iterator[Ranked]:
    """`ranked` without what comes after the first `most` of a document."""
    seen: dict[int, int] = {}
    for key, score in ranked:
        seen[key.document] = seen.get(key.document, 0) + 1
        if seen[key.document] <= most:
            yield key, score


# Wordings


def _first_worded(engine: Engine, ranked: tuple[Ranked, ...]) -> Iterator[Ranked]:
    """`ranked` without what has the wording of one before."""
    seen = set()
    for hit, wording in zip(ranked, engine.wordings([key for key, _ in ranked]), strict=True):
        if not wording or wording not in seen:
            seen.add(wording)
            yield hit


def _same(engine: Engine, tree: Node, shown: list[Key]) -> dict[Key, tuple[Key, ...]]:
    """For those of the passages `shown` that share their wording with others that match `tree`: these others."""
    others: dict[Key, list[Key]] = {}
    for one, other in engine.twins(tree, shown):
        others.setdefault(one, []).append(other)
    return {key: tuple(found) for key, found in others.items()}


# Orders


class _Top(NamedTuple):
    """The first of an order, and whether there are no more. `whole` is the page it is made from."""

    whole: Page
    hits: tuple[Ranked, ...]
    is_last: bool


def _ordered(
    engine: Engine, tree: Node, n: int | None, wish: SearchOptions, days_of: DaysOf
) -> _Top:
    """The first `n` (None: all) of the order; of each document only the best, if so many of it are wanted."""
    if wish.sort == "score":
        page = engine.search(tree, n)
        best = page.hits
        if wish.per_document is not None:
            best = tuple(_first_of_each(best, wish.per_document))
        return _Top(page, best, n is None or n >= page.total)
    keys = _sorted(_wanted(engine, tree, wish.per_document), n, wish.sort, days_of)
    return _Top(engine.search(tree, 0), _scored(engine, tree, keys), n is None or len(keys) < n)


def _wanted(engine: Engine, tree: Node, per_document: int | None) -> Iterator[Key]:
    """The passages that match, or the best so many of each document, by path and place."""
    if per_document is None:
        return engine.passages(tree)
    best = {key for key, _ in _first_of_each(engine.search(tree, None).hits, per_document)}
    return (key for key in engine.passages(tree) if key in best)


def _sorted(keys: Iterable[Key], n: int | None, sort: Order, days_of: DaysOf) -> list[Key]:
    """The first `n` (None: all) of `keys`, which come by path and place."""
    if sort == "path":
        return list(islice(keys, n))
    placed = _placed(keys, sort, days_of)
    return [key for *_, key in (sorted(placed) if n is None else nsmallest(n, placed))]


def _placed(
    keys: Iterable[Key], sort: Order, days_of: DaysOf
) -> Iterator[tuple[tuple[int, ...], int, Key]]:
    """Each of `keys` behind what it is sorted by: where its document stands, and where it stood itself."""
    at = 0
    for number, (document, group) in enumerate(groupby(keys, key=lambda key: key.document)):
        place = (
            (-number,)
            if sort == "-path"
            else _dated(days_of(document), is_latest_first=sort == "-date")
        )
        for key in group:
            at += 1
            yield place, at, key


def _dated(days: "DayRange | None", *, is_latest_first: bool) -> tuple[int, ...]:
    """Where a document stands by its date: by its first day, then its last; without a date, last either way."""
    if days is None:
        return (1,)
    return (0, -days[0], -days[1]) if is_latest_first else (0, *days)


def _scored(engine: Engine, tree: Node, keys: list[Key]) -> tuple[Ranked, ...]:
    """`keys` with their scores: of a few one by one, since all of a ranking may be many."""
    if len(keys) <= _FEW:
        return tuple(
            (key, sum((score for _, score in engine.explain(tree, key)), 0.0)) for key in keys
        )
    scores = dict(engine.search(tree, None).hits)
    return tuple((key, scores[key]) for key in keys)
