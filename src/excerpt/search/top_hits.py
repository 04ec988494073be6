"""The matches of a query → the passages to show: in the requested order, duplicates grouped.

An engine ranks by score and lists matches by path, or by documents in another order. Of passages
with the same folded words (copies, editions, boilerplate) the first in the order is shown and
carries the others as its duplicates, wherever they rank.

Passages that are left out, as duplicates or because their document has enough hits, are replaced by
later ones, so that a page is as full as possible.

Ranking and comparing a hundred thousand passages takes a second, so the order of a query that
is paged through is kept (`HitOrders`). It is fetched in growing parts: all pages together take
about as long as one page at the end.
"""

from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from excerpt.engines import Engine, Matches, ScoredKey
from excerpt.memory import BoundedCache, size_of
from excerpt.model import Key
from excerpt.query.ast import FirstPassage, Node
from excerpt.search.options import Order, SearchOptions

__all__ = ["HitOrders", "TopHits", "ordered_documents", "select_hits"]

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


class _OrderedHits(NamedTuple):
    """The beginning of an order, as columns: as tuples, hits take ten times the memory.

    documents, ordinals  the keys
    scores               their scores, 0 if these do not make the order
    is_complete          True if no hits follow
    """

    documents: "array[int]"
    ordinals: "array[int]"
    scores: "array[float]"
    is_complete: bool

    @classmethod
    def of(cls, hits: tuple[ScoredKey, ...], *, is_complete: bool) -> "_OrderedHits":
        return cls(
            array("q", (key.document for key, _ in hits)),
            array("q", (key.ordinal for key, _ in hits)),
            array("d", (score for _, score in hits)),
            is_complete,
        )

    def between(self, start: int, end: int) -> tuple[ScoredKey, ...]:
        """Return the hits with these ranks, from 0."""
        keys = map(Key, self.documents[start:end], self.ordinals[start:end])
        return tuple(zip(keys, self.scores[start:end], strict=True))


class HitOrders:
    """Cached rankings of queries whose results were paged through, on one state of an index."""

    def __init__(self, max_bytes: int) -> None:
        self._known: BoundedCache[tuple[Node, SearchOptions, bool], _OrderedHits] = BoundedCache(
            max_bytes
        )

    def page(
        self, matches: Matches, options: SearchOptions, engine: Engine, *, is_everything: bool
    ) -> tuple[ScoredKey, ...]:
        """Return the hits that `options` ask for; a first page, or all hits, are not kept."""
        end = options.end
        if not options.offset or end is None:
            return _beginning(matches, end, options, engine)[0][options.offset : end]
        every = SearchOptions(None, 0, options.per_document, options.sort, options.group_duplicates)
        asked = (matches.tree, every, is_everything)
        known = self._known.get(asked)
        if known is None or not (known.is_complete or len(known.scores) >= end):
            n = end if known is None else end * _GROWTH
            hits, is_complete = _beginning(matches, n, options, engine)
            known = _OrderedHits.of(hits, is_complete=is_complete)
            self._known.put(asked, known, 2_000 + size_of(known))
        return known.between(options.offset, end)


def select_hits(
    matches: Matches,
    options: SearchOptions,
    engine: Engine,
    orders: HitOrders | None = None,
    *,
    is_everything: bool = False,
) -> TopHits:
    """Return the passages of `matches` that `options` ask for.

    If the query's tree stands for whole documents, each is shown by its first passage, and
    duplicates are not grouped. Pages after the first are taken from `orders`, which tell the
    matches in everything from those in the running text.
    """
    if orders is None:
        hits = _beginning(matches, options.end, options, engine)[0][options.offset : options.end]
    else:
        hits = orders.page(matches, options, engine, is_everything=is_everything)
    if options.sort != "score":
        keys = [key for key, _ in hits]
        hits = tuple(zip(keys, matches.scores(keys), strict=True))
    return TopHits(hits, _duplicates(matches, hits) if _is_grouped(matches, options) else {})


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


def _is_grouped(matches: Matches, options: SearchOptions) -> bool:
    return options.group_duplicates and not isinstance(matches.tree, FirstPassage)


def _beginning(
    matches: Matches, n: int | None, options: SearchOptions, engine: Engine
) -> tuple[tuple[ScoredKey, ...], bool]:
    """Return at least the first `n` hits (None: all), and whether these are all.

    Only as much of the order is fetched as they require.
    """
    n_fetched = n
    while True:
        hits, is_complete = _ordered(matches, n_fetched, options, engine)
        if _is_grouped(matches, options):
            hits = tuple(_without_duplicates(matches, hits))
        if n is None or n_fetched is None or len(hits) >= n or is_complete:
            return hits, is_complete
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
