"""The matches of a query → the passages to show: in the requested order, duplicates grouped.

An engine ranks by score and lists matches by path. The other orders are made here from the dates of
documents, over keys alone. Of passages with the same folded words (copies, editions, boilerplate)
the first in the order is shown and carries the others as its duplicates, wherever they rank.

Passages that are left out, as duplicates or because their document has enough hits, are replaced by
later ones, so that a page is as full as possible.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.engines import Matches, ScoredKey
from excerpt.model import Key
from excerpt.query.ast import FirstPassage
from excerpt.search.options import Order, SearchOptions

if TYPE_CHECKING:
    from excerpt.dates import DayRange

__all__ = ["TopHits", "ordered_documents", "select_hits"]

_GROWTH: Final = 4
"""The factor by which more of the ranking is fetched when too much of it was left out."""

DaysOf = Callable[[int], "DayRange | None"]
"""Returns the first and last day of the document with an id; None if it has no date."""


class TopHits(NamedTuple):
    """The passages to show.

    scored_keys  the passages with their scores, in order
    duplicates   for those that have duplicates among the matches, these by path and offset
    """

    scored_keys: tuple[ScoredKey, ...]
    duplicates: dict[Key, tuple[Key, ...]]


def select_hits(matches: Matches, options: SearchOptions, days_of: DaysOf) -> TopHits:
    """Return the passages of `matches` that `options` ask for.

    If the query's tree stands for whole documents, each is shown by its first passage, and
    duplicates are not grouped.
    """
    is_grouped = options.group_duplicates and not isinstance(matches.tree, FirstPassage)
    hits = _page(matches, options, days_of, is_grouped=is_grouped)
    return TopHits(hits, _duplicates(matches, hits) if is_grouped else {})


def ordered_documents(matches: Matches, sort: Order, days_of: DaysOf) -> Iterator[int]:
    """Return the ids of all documents with a match, in the order of their first passages.

    Raises:
        ValueError: if the order is unknown.
    """
    SearchOptions(sort=sort)  # checks the order
    if sort == "score":
        return iter(dict.fromkeys(key.document for key, _ in matches.top(None)))
    firsts = (next(group) for _, group in groupby(matches, key=lambda key: key.document))
    ordered = firsts if sort == "path" else _sorted(firsts, None, sort, days_of)
    return (key.document for key in ordered)


def _page(
    matches: Matches, options: SearchOptions, days_of: DaysOf, *, is_grouped: bool
) -> tuple[ScoredKey, ...]:
    """Return the hits to show. Only as much of the order is fetched as they require."""
    n_fetched = options.end
    while True:
        hits, is_complete = _ordered(matches, n_fetched, options, days_of)
        if is_grouped:
            hits = tuple(_without_duplicates(matches, hits))
        if options.end is None or n_fetched is None or len(hits) >= options.end or is_complete:
            return hits[options.offset : options.end]
        n_fetched *= _GROWTH


def _first_of_documents(ranking: Iterable[ScoredKey], n: int) -> Iterator[ScoredKey]:
    """Yield at most `n` passages of each document in `ranking`."""
    n_seen: dict[int, int] = {}
    for key, score in ranking:
        n_seen[key.document] = n_seen.get(key.document, 0) + 1
        if n_seen[key.document] <= n:
            yield key, score


# Duplicates


def _without_duplicates(matches: Matches, hits: tuple[ScoredKey, ...]) -> Iterator[ScoredKey]:
    """Yield `hits` without those that have the fingerprint of an earlier one."""
    seen = set()
    fingerprints = matches.fingerprints([key for key, _ in hits])
    for hit, fingerprint in zip(hits, fingerprints, strict=True):
        if not fingerprint or fingerprint not in seen:
            seen.add(fingerprint)
            yield hit


def _duplicates(matches: Matches, hits: tuple[ScoredKey, ...]) -> dict[Key, tuple[Key, ...]]:
    """Return the duplicates of those of `hits` that have any."""
    found: dict[Key, list[Key]] = {}
    for key, duplicate in matches.duplicates([key for key, _ in hits]):
        found.setdefault(key, []).append(duplicate)
    return {key: tuple(duplicates) for key, duplicates in found.items()}


# Orders


def _ordered(
    matches: Matches, n: int | None, options: SearchOptions, days_of: DaysOf
) -> tuple[tuple[ScoredKey, ...], bool]:
    """Return the first `n` hits (None: all) of the order, and whether these are all of it.

    With the option `per_document`, there may be fewer than `n`, although more follow.
    """
    if options.sort == "score":
        hits = matches.top(n)
        is_complete = n is None or n >= matches.total
        if options.per_document is not None:
            hits = tuple(_first_of_documents(hits, options.per_document))
        return hits, is_complete
    keys = _sorted(_listed(matches, options.per_document), n, options.sort, days_of)
    scored = zip(keys, matches.scores(keys), strict=True)
    return tuple(scored), n is None or len(keys) < n


def _listed(matches: Matches, per_document: int | None) -> Iterator[Key]:
    """Return the matches by path and offset: the best `per_document` (None: all) of each."""
    if per_document is None:
        return iter(matches)
    best = {key for key, _ in _first_of_documents(matches.top(None), per_document)}
    return (key for key in matches if key in best)


def _sorted(keys: Iterable[Key], n: int | None, sort: Order, days_of: DaysOf) -> list[Key]:
    """Return the first `n` (None: all) of `keys`, given by path and offset, in the order."""
    if sort == "path":
        return list(islice(keys, n))
    from heapq import nsmallest

    sortable = _sortable(keys, sort, days_of)
    return [key for *_, key in (sorted(sortable) if n is None else nsmallest(n, sortable))]


def _sortable(
    keys: Iterable[Key], sort: Order, days_of: DaysOf
) -> Iterator[tuple[tuple[int, ...], int, Key]]:
    """Yield each key after the sort key of its document and its number by path and offset."""
    number = 0
    for rank, (document, group) in enumerate(groupby(keys, key=lambda key: key.document)):
        if sort == "-path":
            sort_key: tuple[int, ...] = (-rank,)
        else:
            sort_key = _by_date(days_of(document), is_latest_first=sort == "-date")
        for key in group:
            number += 1
            yield sort_key, number, key


def _by_date(days: "DayRange | None", *, is_latest_first: bool) -> tuple[int, ...]:
    """Return the sort key of a document with these first and last days; without, it comes last."""
    if days is None:
        return (1,)
    return (0, -days[0], -days[1]) if is_latest_first else (0, *days)
