"""The matches of a query → the passages to show: in the requested order, duplicates grouped.

An engine ranks by score and lists matches by path, or by documents in another order. Of passages
with the same folded words (copies, editions, boilerplate) the first in the order is shown and
carries the others as its duplicates, wherever they rank.

Passages that are left out, as duplicates or because their document has enough hits, are replaced by
later ones, so that a page is as full as possible.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from excerpt.engines import Engine, Matches, ScoredKey
from excerpt.model import Key
from excerpt.query.ast import FirstPassage
from excerpt.search.options import Order, SearchOptions

__all__ = ["TopHits", "ordered_documents", "select_hits"]

_GROWTH: Final = 4
"""The factor by which more of the ranking is fetched when too much of it was left out."""

_NO_SCORE: Final = 0.0
"""The score of a hit that is not yet known to be shown."""


class TopHits(NamedTuple):
    """The passages to show.

    scored_keys  the passages with their scores, in order
    duplicates   for those that have duplicates among the matches, these by path and offset
    """

    scored_keys: tuple[ScoredKey, ...]
    duplicates: dict[Key, tuple[Key, ...]]


def select_hits(matches: Matches, options: SearchOptions, engine: Engine) -> TopHits:
    """Return the passages of `matches` that `options` ask for.

    If the query's tree stands for whole documents, each is shown by its first passage, and
    duplicates are not grouped.
    """
    is_grouped = options.group_duplicates and not isinstance(matches.tree, FirstPassage)
    hits = _page(matches, options, engine, is_grouped=is_grouped)
    if options.sort != "score":
        keys = [key for key, _ in hits]
        hits = tuple(zip(keys, matches.scores(keys), strict=True))
    return TopHits(hits, _duplicates(matches, hits) if is_grouped else {})


def ordered_documents(matches: Matches, sort: Order, engine: Engine) -> Iterator[int]:
    """Return the ids of all documents with a match, in the order of their first passages.

    Raises:
        ValueError: if the order is unknown.
    """
    SearchOptions(sort=sort)  # checks the order
    if sort == "score":
        found: Iterable[Key] = (key for key, _ in matches.top(None))
    else:
        found = _in_order(matches, sort, engine)
    return iter(dict.fromkeys(key.document for key in found))


def _page(
    matches: Matches, options: SearchOptions, engine: Engine, *, is_grouped: bool
) -> tuple[ScoredKey, ...]:
    """Return the hits to show. Only as much of the order is fetched as they require."""
    n_fetched = options.end
    while True:
        hits, is_complete = _ordered(matches, n_fetched, options, engine)
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
    matches: Matches, n: int | None, options: SearchOptions, engine: Engine
) -> tuple[tuple[ScoredKey, ...], bool]:
    """Return the first `n` hits (None: all) of the order, and whether these are all of it.

    They have scores only if these make the order. With the option `per_document`, there may be
    fewer than `n`, although more follow.
    """
    if options.sort == "score":
        hits = matches.top(n)
        is_complete = n is None or n >= matches.total
        if options.per_document is not None:
            hits = tuple(_first_of_documents(hits, options.per_document))
        return hits, is_complete
    in_order = _in_order(matches, options.sort, engine)
    if options.per_document is not None:
        best = {key for key, _ in _first_of_documents(matches.top(None), options.per_document)}
        in_order = (key for key in in_order if key in best)
    found = tuple((key, _NO_SCORE) for key in islice(in_order, n))
    return found, n is None or len(found) < n


def _in_order(matches: Matches, sort: Order, engine: Engine) -> Iterator[Key]:
    """Yield all matches in an order other than that of the scores.

    Documents are sorted as numbers. Their matches are read as far as the iterator is.
    """
    if sort == "path":
        return iter(matches)
    from excerpt.counting.order import ordered_ranks

    counts = matches.passages_by_document()
    return matches.in_documents(ordered_ranks(counts, engine.document_fields, sort))
