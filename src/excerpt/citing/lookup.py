"""A location in an index, as a user gives it → its citation.

A quotation is looked for in the passage at the location and on from there, or anywhere in a
document that is named as a whole.
"""

import re
from datetime import date
from typing import TYPE_CHECKING

from excerpt.catalog import Catalog, StoredDocument, StoredPassage
from excerpt.citing.citation import Citation, cite_document, cite_passage, find_words
from excerpt.errors import Advice, ExcerptError
from excerpt.model import Key, Span
from excerpt.query.terms import parse_quote
from excerpt.search.lookup import find_document, find_location, neighbours
from excerpt.text import tokenize

if TYPE_CHECKING:
    from excerpt.engines import Engine

__all__ = ["cite_location"]

_N_FOLLOWING = 8
"""Passages after the one at the location into which a quotation may run."""


def cite_location(
    catalog: Catalog,
    engine: "Engine",
    location: str,
    quote: str | None = None,
    today: date | None = None,
) -> Citation:
    """Return the citation of a location; see `Index.cite`.

    Raises:
        ExcerptError: if there is no such location, or the quotation is not there.
    """
    document = find_document(catalog, location)
    walked_ns = catalog.settings.walked_ns
    if document is not None and quote is None:
        document = _named_first(document, location)
        is_stale = catalog.is_stale(document.files[0])
        return cite_document(document, is_stale=is_stale, walked_ns=walked_ns, today=today)
    key = (
        find_location(catalog, location)
        if document is None or quote is None
        else _find_quote(engine, document, quote, location)
    )
    (stored,) = catalog.passages([key])
    stored = stored._replace(document=_named_first(stored.document, location))
    span = None
    if quote is not None:
        stored = _with_following(catalog, stored)
        span = find_words(stored.passage, stored.text, quote)
        if span is None:
            raise _not_quoted(location)
    is_stale = catalog.is_stale(stored.document.files[0])
    return cite_passage(stored, is_stale=is_stale, walked_ns=walked_ns, today=today, span=span)


def _named_first(document: StoredDocument, location: str) -> StoredDocument:
    """Return a document with that of its identical files first that a location names.

    The metadata are those at the path of this file.
    """
    named = [file for file in document.files if f"/{file.path}" in f"/{location}"]
    if not named:
        return document
    cited = max(named, key=lambda file: len(file.path))
    others = (file for file in document.files if file != cited)
    return document._replace(files=(cited, *others), metadata=cited.metadata)


def _find_quote(engine: "Engine", document: StoredDocument, quote: str, location: str) -> Key:
    """Return the first passage of a document in which the words of a quotation begin."""
    if tokenize(quote):
        tree = parse_quote(re.sub(r"[*?]", " ", quote))  # in a query they would be wildcards
        for key in engine.everything.execute(tree):
            if key.document == document.id:
                return key
    raise _not_quoted(location)


def _not_quoted(location: str) -> ExcerptError:
    return ExcerptError(
        "these words do not occur there in this order.",
        Advice("Give the path alone to look in the whole document, or leave out --quote."),
        where=location,
    )


def _with_following(catalog: Catalog, stored: StoredPassage) -> StoredPassage:
    """Return a passage that includes the next ones, with the id of the first."""
    _, keys = neighbours(stored, _N_FOLLOWING)
    passage, text = stored.passage, stored.text
    for following in catalog.passages(keys):
        other = following.passage
        gap = catalog.text(stored.document.id, Span(passage.span.end, other.span.start))
        text += gap + following.text
        passage = passage._replace(
            span=Span(passage.span.start, other.span.end),
            blocks=passage.blocks + other.blocks,
            pages=passage.pages + other.pages,
            anchors=passage.anchors + other.anchors,
            marks=passage.marks + other.marks,
        )
    return stored._replace(passage=passage, text=text)
