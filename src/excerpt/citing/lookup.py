"""A location in an index, as a user gives it → its citation.

A quotation is looked for in the passage at the location and on from there, or anywhere in a
document that is named as a whole.
"""

import re
from datetime import date
from typing import TYPE_CHECKING

from excerpt.catalog import Catalog, StoredDocument, StoredPassage
from excerpt.citing.citation import Citation, cite_document, cite_passage, find_words
from excerpt.counting.document_columns import outline_of
from excerpt.errors import ExcerptError, Instruction
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
    cited = cite_passage(stored, is_stale=is_stale, walked_ns=walked_ns, today=today, span=span)
    is_located = cited.lines or cited.pages or cited.anchor or cited.row
    if is_located or stored.document.format == "mail":  # nobody counts paragraphs of an email
        return cited
    return cited._replace(numbers=_paragraph_numbers(catalog, stored, span or stored.passage.span))


def _paragraph_numbers(
    catalog: Catalog, stored: StoredPassage, span: Span
) -> tuple[int, int] | None:
    """Return the numbers of the first and the last paragraph in a span of a passage.

    None is returned for text that is set apart, and for headings before the first paragraph.
    """
    if stored.key.ordinal >= stored.document.n_running:
        return None
    outline = outline_of(catalog, stored.document.id)
    number = int(outline.n_before[outline.number_at(outline.offset_of(stored.key.ordinal))])
    found = []
    for block in stored.passage.blocks:
        number += block.begins_paragraph
        is_counted = block.begins_paragraph or block.is_continuation
        if is_counted and block.span.start < span.end and block.span.end > span.start:
            found.append(number)
    return (found[0], found[-1]) if found and found[0] else None


def _named_first(document: StoredDocument, location: str) -> StoredDocument:
    """Return a document with that of its identical files first that a location names.

    The metadata are those at the path of this file.
    """
    named = [file for file in document.files if f"/{file.path}" in f"/{location}"]
    if not named:
        return document
    cited = max(named, key=lambda file: len(file.path))
    others = (file for file in document.files if file != cited)
    return document._replace(files=(cited, *others), metadata_pairs=cited.metadata)


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
        Instruction("Give the path alone to look in the whole document, or leave out --quote."),
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
