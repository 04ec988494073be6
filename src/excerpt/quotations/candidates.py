"""The words of a quotation → the locations in an index where it may be from.

Three words in sequence are rare in most texts. Each of these sequences in a quotation, if it occurs
in at most 50 passages, votes for these passages; a more frequent one is extended by further words.
The passages with the most votes are read, with their neighbours.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from excerpt.model import Key
from excerpt.query.ast import Or, Phrase, Term
from excerpt.quotations.fragments import Fragment
from excerpt.quotations.windows import Window, read_window, window_around

if TYPE_CHECKING:
    from excerpt.catalog import Catalog
    from excerpt.engines import Engine

__all__ = ["best_passages", "candidate_windows"]

_N_WORDS: Final = 3
_MAX_HITS: Final = 50
"""Passages that a sequence of words may occur in to vote for them."""
_MAX_EXAMINED: Final = 20_000
"""Passages with a frequent sequence among which those of a document that a note names are found."""
_MAX_WORDS: Final = 8
"""Words to which a frequent sequence is extended."""
_MAX_SEQUENCES: Final = 64
"""Sequences of a long quotation that are looked up, evenly spaced."""
_N_CANDIDATES: Final = 3
_MAX_REGIONS: Final = 6
"""Parts of a document that are read for a quotation with omissions."""
_NEAR: Final = 2
"""Passages between two votes for one region, at most."""
_OMITTED: Final = 300
"""Words around a region that are read for a quotation with omissions."""
_MAX_RANKED: Final = 30
"""Words by which passages are ranked if no sequence of words is found."""


def candidate_windows(
    engine: "Engine",
    catalog: "Catalog",
    fragments: Sequence[Fragment],
    named: Collection[int] = (),
    excluded: Collection[int] = (),
) -> list[Window]:
    """Return the three most likely stretches of documents, the most likely first.

    The best one in the documents with the ids `named` comes in addition; those in the documents
    `excluded` are left out.
    """
    votes = _votes(engine, fragments, named)
    votes = {key: positions for key, positions in votes.items() if key.document not in excluded}
    if not votes:
        keys = best_passages(engine, catalog, fragments, _N_CANDIDATES, excluded)
        return [_window(catalog, [[key]], fragments) for key in keys]
    regions = _regions(votes)
    groups = [[region] for region in regions]
    if len(fragments) > 1:
        by_document: dict[int, list[list[Key]]] = {}
        for region in regions:
            by_document.setdefault(region[0].document, []).append(region)
        groups = list(by_document.values())
    groups.sort(key=lambda group: -_n_votes(votes, [key for region in group for key in region]))
    windows = []
    in_named = [group for group in groups if group[0][0].document in named]
    chosen = groups[:_N_CANDIDATES]
    for group in chosen + [group for group in in_named[:1] if group not in chosen]:
        group.sort(key=lambda region: -_n_votes(votes, region))
        windows.append(_window(catalog, group[:_MAX_REGIONS], fragments))
    return windows


def best_passages(
    engine: "Engine",
    catalog: "Catalog",
    fragments: Sequence[Fragment],
    k: int,
    excluded: Collection[int] = (),
) -> list[Key]:
    """Return the passages with the most important words of a quotation, best first.

    Those in the documents `excluded` are left out.
    """
    terms = dict.fromkeys(token.term for each in fragments for token in each.tokens)
    longest = sorted(terms, key=len, reverse=True)[:_MAX_RANKED]
    n_excluded = sum(catalog.document(id_).n_passages for id_ in excluded)
    best = engine.execute(Or(tuple(map(Term, longest)))).top(k + n_excluded)
    return [key for key, _ in best if key.document not in excluded][:k]


def _votes(
    engine: "Engine", fragments: Sequence[Fragment], named: Collection[int]
) -> dict[Key, set[int]]:
    """Return the passages in which sequences of the quotation begin, with their positions in it.

    In the documents `named`, frequent sequences count, too.
    """
    votes: dict[Key, set[int]] = {}
    for position, terms in _sequences(fragments):
        for key in _rare_hits(engine, terms, named):
            votes.setdefault(key, set()).add(position)
    return votes


def _sequences(fragments: Sequence[Fragment]) -> Iterator[tuple[int, list[str]]]:
    """Yield positions in the quotation, and the words of its fragment from there on."""
    all_ = []
    first = 0
    shortest = min(_N_WORDS, max(len(each.tokens) for each in fragments))
    for fragment in fragments:
        terms = [token.term for token in fragment.tokens]
        all_ += [(first + n, terms[n : n + _MAX_WORDS]) for n in range(len(terms) - shortest + 1)]
        first += len(terms)
    step = -(-len(all_) // _MAX_SEQUENCES)
    yield from all_[::step]


def _rare_hits(engine: "Engine", terms: Sequence[str], named: Collection[int]) -> list[Key]:
    hits: list[Key] = []
    for n_words in range(min(_N_WORDS, len(terms)), len(terms) + 1):
        words = tuple(map(Term, terms[:n_words]))
        matches = engine.execute(Phrase(words) if len(words) > 1 else words[0])
        if matches.total <= _MAX_HITS:
            return list(matches)
        if named:
            found = islice(matches, _MAX_EXAMINED)
            hits = [key for key in found if key.document in named][:_MAX_HITS]
    return hits


def _regions(votes: dict[Key, set[int]]) -> list[list[Key]]:
    """Return the passages with votes in groups of neighbours."""
    regions: list[list[Key]] = []
    for key in sorted(votes):
        former = regions[-1][-1] if regions else None
        if (
            former is not None
            and former.document == key.document
            and key.ordinal - former.ordinal <= _NEAR
        ):
            regions[-1].append(key)
        else:
            regions.append([key])
    return regions


def _n_votes(votes: dict[Key, set[int]], keys: Sequence[Key]) -> int:
    return len(set().union(*(votes[key] for key in keys)))


def _window(
    catalog: "Catalog", regions: Sequence[Sequence[Key]], fragments: Sequence[Fragment]
) -> Window:
    """Return the window with `regions` and as many words around them as the quotation may take."""
    n_words = sum(len(each.tokens) for each in fragments)
    around = n_words + n_words // 4 + (_OMITTED if len(fragments) > 1 else 0)
    keys = {key for region in regions for key in region}
    for region in regions:
        for key, before, after in ((region[0], around, 0), (region[-1], 0, around)):
            window = window_around(catalog, key, before, after)
            keys.update(stored.key for stored in window.passages)
    return read_window(catalog, keys)
