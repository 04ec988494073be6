"""Passages that were selected → hits: their texts with the matches marked, and where they stand."""

from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.catalog import Catalog, StoredPassage
from excerpt.engines import Engine
from excerpt.model import Duplicate, Hit, Key, Snippet
from excerpt.present import highlight
from excerpt.query.ast import Node
from excerpt.search.lookup import following_of, neighbours, text_of
from excerpt.search.top_hits import TopHits

__all__ = ["hits_of"]

_BATCH: Final = 256
"""Passages whose words are held in memory at once."""

Marked = tuple[Snippet, tuple[Snippet, ...], Snippet]
"""The title, the headings and the text of a passage."""


def hits_of(
    catalog: Catalog,
    engine: Engine,
    tree: Node,
    selection: TopHits,
    *,
    offset: int = 0,
    context: int = 0,
    is_marked: bool = True,
) -> tuple[Hit, ...]:
    """The hits of a `selection` of what matches `tree`, from rank `offset` + 1 on, each with the others that have its words.

    `context` asks for so many passages before and after each. What is not to be marked ends with its passage.
    """
    keys = [key for key, _ in selection.page.hits]
    found = _marked(catalog, engine, tree, keys) if is_marked else _plain(catalog, keys)
    hits = []
    for rank, ((stored, (title, headings, snippet)), (key, score)) in enumerate(
        zip(found, selection.page.hits, strict=True), start=offset + 1
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
        same = selection.same.get(key)
        hits.append(
            hit._replace(duplicates=tuple(map(_twin, catalog.passages(same)))) if same else hit
        )
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
    catalog: Catalog, engine: Engine, tree: Node, keys: Sequence[Key]
) -> Iterator[tuple[StoredPassage, Marked]]:
    marks = dict(zip(keys, engine.marks(tree, keys), strict=True))
    beside = highlight.FieldHighlighter(tree, engine.vocabulary)
    for stored, words in _with_words(catalog, keys):
        record = stored.document
        snippet = highlight.make_snippet(
            stored,
            marks[stored.key],
            following_of(catalog, stored),
            text_of(catalog, stored),
            words,
        )
        headings = tuple(beside.heading(text, record.language) for text in stored.passage.headings)
        yield stored, (beside.title(record.title, record.language), headings, snippet)


def _with_words(
    catalog: Catalog, keys: Sequence[Key]
) -> Iterator[tuple[StoredPassage, highlight.WordOffsets]]:
    """The passages with these `keys` and where their words stand, those of some found together."""
    for first in range(0, len(keys), _BATCH):
        found = catalog.cached_passages(keys[first : first + _BATCH])
        yield from zip(found, highlight.word_offsets(found), strict=True)


def _twin(stored: StoredPassage) -> Duplicate:
    passage = stored.passage
    return Duplicate(stored.document.files[0].path, passage.lines, passage.anchor, passage.id)
