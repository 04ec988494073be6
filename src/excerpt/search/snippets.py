"""The keys of matching passages → their texts with the words of the query highlighted."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from excerpt.catalog import Catalog
from excerpt.engines import Matches
from excerpt.model import Key
from excerpt.present import highlight
from excerpt.search.lookup import passage_reader, text_reader

__all__ = ["highlighted_texts"]

_BATCH: Final = 256
"""Passages that are tokenized in one go; their tokens are in memory together."""


def highlighted_texts(
    keys: Sequence[Key], matches: Matches, catalog: Catalog
) -> Iterator[dict[str, Any]]:
    """Yield the snippet and the passage of each of `keys`. They are read in batches."""
    spans_of = dict(zip(keys, matches.spans(keys), strict=True))
    for first in range(0, len(keys), _BATCH):
        batch = catalog.passage_texts(keys[first : first + _BATCH])
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
