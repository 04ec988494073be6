"""A document's words → the terms that Whoosh is given, ready-made: it analyses nothing.

Each of three streams (the text, the title, the heading paths) has a field for written forms, for folded terms, and for stems
with their language before them. `variant` says which stems a term of the text has. Words hold no space: it divides what
is put together here. `document` is the number of the document in the catalog, `kept` its words in full.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

import whoosh.columns
import whoosh.fields

from excerpt.query.token_sequence import DocumentView, TokenSequence

__all__ = [
    "KEPT",
    "STREAMS",
    "VARIANTS",
    "fields_of",
    "form_field",
    "schema",
    "stem_field",
    "term_field",
    "token",
]

_columns: Any = whoosh.columns
_fields: Any = whoosh.fields
"""Their names are not told to type checkers."""
STREAMS: Final = ("text", "title", "heading")
VARIANTS: Final = "variant"
KEPT: Final = "kept"


def form_field(stream: str) -> str:
    """The field of the written forms in `stream`."""
    return f"{stream}_form"


def term_field(stream: str) -> str:
    """The field of the folded terms in `stream`."""
    return f"{stream}_term"


def stem_field(stream: str) -> str:
    """The field of the stems in `stream`; each is a `token` of language and stem."""
    return f"{stream}_stem"


def token(*parts: str) -> str:
    """One term of Whoosh for several `parts`, of which none holds a space."""
    return " ".join(parts)


def schema() -> Any:
    """Whoosh's description of the fields: of its own classes alone, so that Whoosh can open an index without excerpt.

    A field says of a term which documents have it, and no more. So its postings are numbers, which can be read back
    without a pickle that calls anything.
    """
    made = _fields.Schema(document=_fields.ID(unique=True, stored=True))
    made.add(KEPT, _fields.COLUMN(_columns.VarBytesColumn()))
    made.add(VARIANTS, _fields.ID())
    for stream in STREAMS:
        for field in (form_field(stream), term_field(stream), stem_field(stream)):
            made.add(field, _fields.ID())
    return made


def fields_of(document: int, subject: DocumentView, kept: bytes) -> dict[str, Any]:
    """The fields of the document with this number. Whoosh takes a list as terms that need no analysis."""
    found: dict[str, Any] = {
        "document": [str(document)],
        "_stored_document": str(document),
        KEPT: kept,
    }
    language = subject.text.language
    runs: tuple[Sequence[TokenSequence], ...] = ([subject.text], [subject.title], subject.headings)
    for stream, of_stream in zip(STREAMS, runs, strict=True):
        found[form_field(stream)] = _distinct(run.forms for run in of_stream)
        found[term_field(stream)] = _distinct(run.terms for run in of_stream)
        stems = _distinct(run.stems for run in of_stream)
        found[stem_field(stream)] = [token(language, stem) for stem in stems]
    variants = dict.fromkeys(zip(subject.text.terms, subject.text.stems, strict=True))
    found[VARIANTS] = [token(term, language, stem) for term, stem in variants]
    return found


def _distinct(columns: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(columns)))
