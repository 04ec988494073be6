"""Passages that were selected → hits: their texts with the matches marked, and where they stand."""

from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.catalog import Catalog, StoredPassage
from excerpt.engines import Matches, Vocabulary
from excerpt.model import Duplicate, Hit, Key, Snippet
from excerpt.present import highlight
from excerpt.search.lookup import following_of, neighbours, text_of
from excerpt.search.top_hits import TopHits

__all__ = ["hits_of"]

_BATCH: Final = 256
"""Passages whose words are held in memory at once."""

Marked = tuple[Snippet, tuple[Snippet, ...], Snippet]
"""The title, the headings and the text of a passage."""


def hits_of(
    catalog: Catalog,
    vocabulary: Vocabulary,
    matches: Matches,
    top_hits: TopHits,
    *,
    offset: int = 0,
    context: int = 0,
    is_marked: bool = True,
) -> tuple[Hit, ...]:
    """The hits for `top_hits`, from rank `offset` + 1 on, with the terms of the query of `matches` highlighted.

    `context` asks for so many passages before and after each. What is not to be marked ends with its passage.
    """
    keys = [key for key, _ in top_hits.hits]
    found = _marked(catalog, vocabulary, matches, keys) if is_marked else _plain(catalog, keys)
    hits = []
    for rank, ((stored, (title, headings, snippet)), (key, score)) in enumerate(
        zip(found, top_hits.hits, strict=True), start=offset + 1
    ):
        places = stored.document.files
        before, after = _beside(catalog, stored, context) if context else ((), ())
        hit = Hit(
            rank,
            score,
            places[0].path,
            title,
            headings,
            stored.passage,
            snippet,
            catalog.is_stale(places[0]),
            tuple(place.path for place in places),
            before,
            after,
        )
        duplicates = top_hits.duplicates.get(key)
        if duplicates:
            found_again = tuple(map(_duplicate, catalog.passages(duplicates)))
            hit = hit._replace(duplicates=found_again)
        hits.append(hit)
    return tuple(hits)


def _beside(catalog: Catalog, stored: StoredPassage, context: int) -> Iterator[tuple[str, ...]]:
    """The texts of so many passages before `stored`, and of those after it."""
    for keys in neighbours(stored, context):
        yield tuple(neighbour.text for neighbour in catalog.passages(keys))


def _plain(catalog: Catalog, keys: Sequence[Key]) -> Iterator[tuple[StoredPassage, Marked]]:
    for stored in catalog.cached_passages(keys):
        headings = tuple(map(Snippet, stored.passage.headings))
        yield stored, (Snippet(stored.document.title), headings, Snippet(stored.text))


def _marked(
    catalog: Catalog, vocabulary: Vocabulary, matches: Matches, keys: Sequence[Key]
) -> Iterator[tuple[StoredPassage, Marked]]:
    spans = dict(zip(keys, matches.spans(keys), strict=True))
    beside = highlight.FieldHighlighter(matches.tree, vocabulary)
    for stored, words in _with_words(catalog, keys):
        record = stored.document
        snippet = highlight.make_snippet(
            stored,
            spans[stored.key],
            following_of(catalog, stored),
            text_of(catalog, stored),
            words,
        )
        headings = tuple(beside.heading(text, record.language) for text in stored.passage.headings)
        yield stored, (beside.title(record.title, record.language), headings, snippet)


def _with_words(
    catalog: Catalog, keys: Sequence[Key]
) -> Iterator[tuple[StoredPassage, highlight.TokenOffsets]]:
    """The passages with these `keys` and where their words stand, those of some found together."""
    for first in range(0, len(keys), _BATCH):
        found = catalog.cached_passages(keys[first : first + _BATCH])
        yield from zip(found, highlight.token_offsets(found), strict=True)


def _duplicate(stored: StoredPassage) -> Duplicate:
    passage = stored.passage
    return Duplicate(stored.document.files[0].path, passage.lines, passage.anchor, passage.id)
