"""The passages to show → hits: texts with highlights, locations, neighbours and duplicates."""

from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.catalog import Catalog, StoredPassage
from excerpt.engines import Matches, Vocabulary
from excerpt.model import Duplicate, Hit, Key, Snippet
from excerpt.present import highlight
from excerpt.search.lookup import neighbours, passage_reader, text_reader
from excerpt.search.top_hits import TopHits

__all__ = ["first_occurrence", "make_hits"]

_BATCH: Final = 256
"""Passages that are tokenized in one go; their tokens are in memory together."""

HitTexts = tuple[Snippet, tuple[Snippet, ...], Snippet]
"""The title, the headings and the text of a passage."""


def make_hits(
    top_hits: TopHits,
    matches: Matches,
    catalog: Catalog,
    vocabulary: Vocabulary,
    *,
    offset: int = 0,
    context: int = 0,
    has_highlights: bool = True,
) -> tuple[Hit, ...]:
    """Return the hits for `top_hits`, with ranks from `offset` + 1 on.

    The words of the query of `matches` are highlighted. Without highlights, snippets also end with
    their passages. `context` is the number of neighbouring passages on each side.
    """
    keys = [key for key, _ in top_hits.hits]
    if has_highlights:
        all_texts = _highlighted_texts(keys, matches, catalog, vocabulary)
    else:
        all_texts = _plain_texts(keys, catalog)
    hits = []
    for rank, ((key, score), (stored, texts)) in enumerate(
        zip(top_hits.hits, all_texts, strict=True), start=offset + 1
    ):
        title, headings, snippet = texts
        files = stored.document.files
        before, after = _neighbour_texts(stored, catalog, context) if context else ((), ())
        duplicates = top_hits.duplicates.get(key, ())
        hits.append(
            Hit(
                rank,
                score,
                files[0].path,
                title,
                headings,
                stored.passage,
                snippet,
                catalog.is_stale(files[0]),
                tuple(file.path for file in files),
                before,
                after,
                tuple(map(_duplicate, catalog.passages(duplicates))) if duplicates else (),
                stored.document.language,
                stored.document.metadata,
                stored.document.digest,
                catalog.settings.walked_ns,
                stored.document.format,
                files[0].member,
            )
        )
    return tuple(hits)


def first_occurrence(matches: Matches, catalog: Catalog, vocabulary: Vocabulary) -> str:
    """Return the first words that a query matches, as the best passage writes them; "" if none.

    White space between them is one space.
    """
    best = TopHits(matches.top(1), {})
    texts = (hit.snippet for hit in make_hits(best, matches, catalog, vocabulary))
    found = next((text.highlights[0].of(text.text) for text in texts if text.highlights), "")
    return " ".join(found.split())


def _neighbour_texts(
    stored: StoredPassage, catalog: Catalog, context: int
) -> Iterator[tuple[str, ...]]:
    """Yield the texts of the `context` passages before `stored`, then of those after it."""
    for keys in neighbours(stored, context):
        yield tuple(neighbour.text for neighbour in catalog.passages(keys))


def _plain_texts(keys: Sequence[Key], catalog: Catalog) -> Iterator[tuple[StoredPassage, HitTexts]]:
    for stored in catalog.cached_passages(keys):
        headings = tuple(map(Snippet, stored.passage.headings))
        yield stored, (Snippet(stored.document.title), headings, Snippet(stored.text))


def _highlighted_texts(
    keys: Sequence[Key], matches: Matches, catalog: Catalog, vocabulary: Vocabulary
) -> Iterator[tuple[StoredPassage, HitTexts]]:
    spans_of = dict(zip(keys, matches.spans(keys), strict=True))
    fields = highlight.FieldHighlighter(matches.tree, vocabulary)
    for stored, tokens in _tokenized(keys, catalog):
        document = stored.document
        snippet = highlight.make_snippet(
            stored,
            spans_of[stored.key],
            passage_reader(catalog, document),
            text_reader(catalog, document),
            tokens,
        )
        title = fields.title(document.title, document.language)
        headings = (fields.heading(text, document.language) for text in stored.passage.headings)
        yield stored, (title, tuple(headings), snippet)


def _tokenized(
    keys: Sequence[Key], catalog: Catalog
) -> Iterator[tuple[StoredPassage, highlight.TokenOffsets]]:
    """Yield the passages with these `keys` and the offsets of their tokens, computed in batches."""
    for first in range(0, len(keys), _BATCH):
        batch = catalog.cached_passages(keys[first : first + _BATCH])
        yield from zip(batch, highlight.token_offsets(batch), strict=True)


def _duplicate(stored: StoredPassage) -> Duplicate:
    passage = stored.passage
    return Duplicate(stored.document.files[0].path, passage.lines, passage.anchor, passage.id)
