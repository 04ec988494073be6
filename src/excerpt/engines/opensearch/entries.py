"""A document → its entries, and those of its passages (see `schema`)."""

from base64 import b64encode
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import Any

from excerpt.engines.opensearch.manifest import StateSizes
from excerpt.engines.opensearch.schema import (
    AHEAD,
    FIELDS,
    FIELDS_ORDINAL,
    LATER,
    LOOK_AHEAD,
    STREAMS,
    TOKENS,
    TOKENS_ORDINAL,
    WORDS_ORDINAL,
    encode_path,
    encode_word,
    form_token,
    join_parts,
    pack_fields,
)
from excerpt.engines.packed_documents import PackedDocument
from excerpt.engines.reference import fingerprints_of
from excerpt.model import SET_APART
from excerpt.query.document_view import DocumentView
from excerpt.query.token_sequence import TokenSequence

__all__ = ["document_entries", "passage_entries"]


def document_entries(document: PackedDocument, view: DocumentView) -> list[dict[str, Any]]:
    """Return the entries of a document, without their epochs."""
    fields = document.paths, document.format, document.language, document.metadata
    sizes = StateSizes(
        1,
        document.n_passages,
        document.n_words,
        document.n_running_passages,
        document.n_running_words,
    )
    of_all: dict[str, Any] = {"doc": document.id, "first_path": _first_path(view)}
    words: dict[str, Any] = {"ordinal": WORDS_ORDINAL, "language": document.language}
    streams: tuple[Sequence[TokenSequence], ...] = ([view.text], [view.title], view.headings)
    for stream, sequences in zip(STREAMS, streams, strict=True):
        values = _distinct_words(view.text.language, sequences)
        words |= {f"{stream}_{kind}": each for kind, each in values.items()}
    stored = {"ordinal": FIELDS_ORDINAL, **sizes._asdict(), FIELDS: pack_fields(fields)}
    tokens = {"ordinal": TOKENS_ORDINAL, TOKENS: b64encode(document.packed).decode()}
    return [of_all | entry for entry in (stored, tokens, words)]


def _distinct_words(language: str, sequences: Sequence[TokenSequence]) -> dict[str, list[str]]:
    """Return the distinct words of a stream, in each way in which they are looked up."""
    words = dict.fromkeys(
        chain.from_iterable(
            zip(sequence.terms, sequence.stems, sequence.forms, strict=True)
            for sequence in sequences
        )
    )
    joined = dict.fromkeys(chain.from_iterable(sequence.joined_terms for sequence in sequences))
    return {
        "form": _distinct(encode_word(form) for _, _, form in words),
        "term": _distinct(encode_word(term) for term, _, _ in words),
        "stem": _distinct(join_parts(language, stem) for _, stem, _ in words),
        "joined": list(map(encode_word, joined)),
        "words": _distinct(join_parts(term, language, form) for term, _, form in words),
        "stem_words": _distinct(join_parts(language, stem, form) for _, stem, form in words),
    }


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def passage_entries(id_: int, view: DocumentView) -> Iterator[dict[str, Any]]:
    """Yield the entries of the passages of the document with this id, without their epochs."""
    text = view.text
    starts = [bisect_left(text.passage_of, ordinal) for ordinal in view.ordinals]
    first_path = _first_path(view)
    title = _values("title", view.title)
    prints = fingerprints_of(view)
    bounds = zip(starts, [*starts[1:], len(text)], strict=True)
    for ordinal, (start, end) in enumerate(bounds):
        yield {
            "doc": id_,
            "ordinal": ordinal,
            "first_path": first_path,
            "apart": bool(view.kinds[ordinal] & SET_APART),
            "length": end - start,
            "fingerprint": f"{prints[ordinal]:016x}",
            "kind": sorted(view.kinds[ordinal]),
            **_own_values(text, start, end),
            **title,
            **_values("heading", view.headings[ordinal]),
        }


def _first_path(view: DocumentView) -> str:
    return encode_path(view.paths[0] if view.paths else "")


def _own_values(text: TokenSequence, start: int, end: int) -> dict[str, list[str]]:
    """Return the words of the passage from `start` to `end`, with its look-ahead."""
    if start == end:
        return {}
    later = end
    last = text.section_of[end - 1]
    while later < min(end + LOOK_AHEAD, len(text)) and text.section_of[later] == last:
        later += 1
    values = _columns(text.slice(start, later), end - start)
    n_later = later - end
    if n_later:
        n_before = end - max(start, bisect_left(text.section_of, last))
        signs = ["_"] * n_before + ["A"] + ["_"] * (n_later - 1) + ["Z"]
        # The values before must be as long as those of the other fields.
        values[AHEAD] = [*map(_without_words, values["t"][:-1]), " ".join(signs)]
    return values


def _without_words(value: str) -> str:
    return " ".join("_" for _ in value.split(" "))


def _values(stream: str, sequence: TokenSequence) -> dict[str, list[str]]:
    """Return the words of a title or of headings."""
    columns = _columns(sequence, len(sequence))
    return {f"{stream}_{kind}": values for kind, values in columns.items()}


def _columns(sequence: TokenSequence, n_own: int) -> dict[str, list[str]]:
    """Return the terms, forms and marks of a sequence, one value for each section.

    The words from number `n_own` on are the look-ahead.
    """
    language = sequence.language
    terms = [encode_word(term) for term in sequence.terms]
    forms = [form_token(language, form) for form in sequence.forms]
    for words in (terms, forms):
        words[n_own:] = [f"{LATER}{word}" for word in words[n_own:]]
    marks = [mark or "_" for mark in sequence.marks] or ["_"] * len(terms)
    sections = sequence.section_of
    return {
        kind: [
            " ".join(word for word, _ in members)
            for _, members in groupby(zip(words, sections, strict=True), key=lambda pair: pair[1])
        ]
        for kind, words in (("t", terms), ("f", forms), ("j", marks))
    }
