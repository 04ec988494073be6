"""A document → the fields and terms that Whoosh indexes. Whoosh does not analyse anything itself.

There are three streams: the text, the title, and the heading paths. Each has a field of written
forms, a field of folded terms, and a field of stems with their languages. Words contain no spaces,
so a space separates the parts of a joined term.

text_form …      the written forms of each stream
text_term …      the folded terms of each stream
text_stem …      the stems of each stream, each joined from language and stem
text_joined …    the terms in each stream that a sign joins to the next word
form_of_term     the forms of each term in the text, each joined from term, language and form in
                 lower case
document         the id of the document in the catalog
tokens           all token sequences, stored (see `packed_documents`)
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

import whoosh.columns
import whoosh.fields

from excerpt.query.document_view import DocumentView
from excerpt.query.token_sequence import TokenSequence
from excerpt.text.normalizer import lower

__all__ = [
    "FORM_OF_TERM",
    "STREAMS",
    "TOKENS",
    "document_fields",
    "form_field",
    "join_parts",
    "joined_field",
    "schema",
    "stem_field",
    "term_field",
]

# Whoosh has no type hints.
_columns: Any = whoosh.columns
_fields: Any = whoosh.fields

STREAMS: Final = ("text", "title", "heading")
FORM_OF_TERM: Final = "form_of_term"
TOKENS: Final = "tokens"


def form_field(stream: str) -> str:
    """Return the name of the field of the written forms in `stream`."""
    return f"{stream}_form"


def term_field(stream: str) -> str:
    """Return the name of the field of the folded terms in `stream`."""
    return f"{stream}_term"


def stem_field(stream: str) -> str:
    """Return the name of the field of the stems in `stream`, joined from language and stem."""
    return f"{stream}_stem"


def joined_field(stream: str) -> str:
    """Return the name of the field of the terms in `stream` that a sign joins to the next word."""
    return f"{stream}_joined"


def join_parts(*parts: str) -> str:
    """Return one term for several `parts`, without spaces in them."""
    return " ".join(parts)


def schema() -> Any:
    """Return Whoosh's description of the fields.

    It consists of Whoosh's own classes, so that Whoosh can open the index without excerpt. Fields
    record only which documents contain a term. So postings are numbers, which can be read without
    a pickle that calls anything.
    """
    schema = _fields.Schema(document=_fields.ID(unique=True, stored=True))
    schema.add(TOKENS, _fields.COLUMN(_columns.VarBytesColumn()))
    schema.add(FORM_OF_TERM, _fields.ID())
    for stream in STREAMS:
        for name in (form_field, term_field, stem_field, joined_field):
            schema.add(name(stream), _fields.ID())
    return schema


def document_fields(id_: int, view: DocumentView, packed: bytes) -> dict[str, Any]:
    """Return the fields of a document, whose token sequences are `packed`.

    Whoosh takes a list of strings as terms and does not analyse them.
    """
    fields: dict[str, Any] = {
        "document": [str(id_)],
        "_stored_document": str(id_),
        TOKENS: packed,
    }
    language = view.text.language
    streams: tuple[Sequence[TokenSequence], ...] = ([view.text], [view.title], view.headings)
    for stream, sequences in zip(STREAMS, streams, strict=True):
        fields[form_field(stream)] = _distinct(sequence.forms for sequence in sequences)
        fields[term_field(stream)] = _distinct(sequence.terms for sequence in sequences)
        fields[joined_field(stream)] = _distinct(sequence.joined_terms for sequence in sequences)
        stems = _distinct(sequence.stems for sequence in sequences)
        fields[stem_field(stream)] = [join_parts(language, stem) for stem in stems]
    pairs = dict.fromkeys(zip(view.text.terms, map(lower, view.text.forms), strict=True))
    fields[FORM_OF_TERM] = [join_parts(term, language, form) for term, form in pairs]
    return fields


def _distinct(words: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(words)))
