"""The keys of matching passages → their texts with the words of the query highlighted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from excerpt.catalog import Catalog
from excerpt.engines import Matches, TokenSpan
from excerpt.model import Key, Snippet, Span
from excerpt.present import highlight
from excerpt.search.lookup import passage_reader, text_reader
from excerpt.text.kernel_tokens import find_offsets

__all__ = ["highlighted_texts"]

_BATCH: Final = 256
"""Passages that are tokenized in one go; their tokens are in memory together."""


def highlighted_texts(
    keys: Sequence[Key], matches: Matches, catalog: Catalog
) -> Iterator[dict[str, Any]]:
    """Yield the snippet of each of `keys`, with the passage if that was read for it.

    They are read in batches.
    """
    spans_of = dict(zip(keys, matches.spans(keys), strict=True))
    for first in range(0, len(keys), _BATCH):
        batch = keys[first : first + _BATCH]
        found: dict[Key, dict[str, Any]] = {}
        texts = zip(batch, catalog.store.texts_with_details(batch), strict=True)
        for key, text in texts:
            snippet = text and _highlight_by_kernel(key, *text, spans_of[key], catalog)
            if snippet:
                found[key] = {"snippet": snippet}
        left = [key for key in batch if key not in found]
        if left:
            found.update(zip(left, _highlighted(left, spans_of, catalog), strict=True))
        yield from map(found.__getitem__, batch)


def _highlight_by_kernel(
    key: Key, text: str, details: str, spans: Sequence[TokenSpan], catalog: Catalog
) -> Snippet | None:
    """Return the snippet of a passage with this text and these `details`.

    None if the kernel does not find its words, or if a match continues in the next passage.
    """
    found = find_offsets(text, details, spans, has_compounds=True)
    if found is None and not catalog.store.record(key.document).hyphenated:
        found = find_offsets(text, details, spans, has_compounds=False)
    if found is None:
        return None
    return Snippet(text, highlight.close_spans(text, Span.all_of(*found)))


def _highlighted(
    keys: Sequence[Key], spans_of: Mapping[Key, Sequence[TokenSpan]], catalog: Catalog
) -> Iterator[dict[str, Any]]:
    """Yield the snippet and the passage of each of `keys`."""
    batch = catalog.passage_texts(keys)
    for found, offsets in zip(batch, highlight.token_offsets(batch), strict=True):
        document = found.key.document
        snippet = highlight.make_snippet(
            found,
            spans_of[found.key],
            passage_reader(catalog, document),
            text_reader(catalog, document),
            offsets,
        )
        yield {"snippet": snippet, "passage": found.passage}
