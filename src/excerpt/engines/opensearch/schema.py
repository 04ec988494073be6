"""The fields of the entries of an index in a cluster, and how words are written there.

All entries of an index are of one shape. A document has

doc, place          its id, and its first path so that the cluster can sort by it
from, until         the epoch in which the entry was added, and the one in which it was replaced
language            its language, "" if unknown
n_…                 its sizes (see `manifest.Sizes`), for sums
fields              its paths, format, language and metadata, stored
tokens              all its token sequences, stored (see `packed_documents`)
text_form …         the distinct written forms of each stream: the text, the title, the headings
text_term …         the folded terms of each stream
text_stem …         the stems of each stream, each joined from language and stem
text_joined …       the terms in each stream that a sign joins to the next word
words               the forms of each term in the text, each joined from term, language and form in
                    lower case

Nothing is analysed by the cluster.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any, Final

from excerpt.engines.opensearch.manifest import Sizes
from excerpt.engines.packed_documents import PackedDocument
from excerpt.query.document_view import DocumentView
from excerpt.query.token_sequence import TokenSequence
from excerpt.text.normalizer import lower

__all__ = [
    "FIELDS",
    "SEPARATOR",
    "STREAMS",
    "TOKENS",
    "Fields",
    "decode_word",
    "document_entry",
    "encode_place",
    "encode_word",
    "fields_of",
    "index_body",
    "join_parts",
    "pack_fields",
]

STREAMS: Final = ("text", "title", "heading")
FIELDS: Final = "fields"
TOKENS: Final = "tokens"
SEPARATOR: Final = " "
"""Separates the parts of a joined word; words contain no spaces."""
_MAX_WORD_BYTES: Final = 8_000
"""Longer words are cut: a keyword of Lucene has at most 32,766 bytes, and some join three words."""
_ESCAPE: Final = "\x02"
"""Begins words that are not written as they are; no word contains it."""
Fields = tuple[tuple[str, ...], str, str, tuple[tuple[str, str], ...]]
"""The paths, the format, the language and the metadata of a document."""


def index_body(alias: str) -> dict[str, Any]:
    """Return the settings of a new index, which writers address by `alias`.

    The numbers of shards and replicas are left to the cluster and its templates.
    """
    keyword = {"type": "keyword"}
    number = {"type": "integer"}
    stored = {"type": "binary"}
    properties: dict[str, Any] = {
        "doc": {"type": "long"},
        "place": keyword,
        "from": {"type": "long"},
        "until": {"type": "long"},
        "language": keyword,
        "words": keyword,
        FIELDS: stored,
        TOKENS: stored,
    }
    properties |= dict.fromkeys(Sizes._fields, number)
    for stream in STREAMS:
        properties |= {f"{stream}_{kind}": keyword for kind in ("form", "term", "stem", "joined")}
    return {
        "settings": {"index": {"max_result_window": 10_000, "replication.type": "DOCUMENT"}},
        "mappings": {"dynamic": "strict", "properties": properties},
        "aliases": {alias: {}},
    }


def encode_word(word: str) -> str:
    """Return `word` as the cluster stores it; different words are stored differently.

    Strings with halves of code points are no text for the cluster.

    >>> encode_word("wages"), encode_word("\\ud800")
    ('wages', '\\x02í\\xa0\\x80')
    """
    data = word.encode("utf-8", "surrogatepass")
    if len(data) > _MAX_WORD_BYTES:
        digest = blake2b(data, digest_size=16).hexdigest()
        return f"{_ESCAPE}{digest}"
    try:
        data.decode()
    except UnicodeDecodeError:
        return _ESCAPE + data.decode("latin-1")
    return word


def decode_word(stored: str) -> str:
    """Return the word that `encode_word` returned `stored` for; of a long one, only its digest."""
    if not stored.startswith(_ESCAPE):
        return stored
    return stored[1:].encode("latin-1").decode("utf-8", "surrogatepass")


def join_parts(*parts: str) -> str:
    """Return one word for several `parts`."""
    return SEPARATOR.join(map(encode_word, parts))


def encode_place(path: str) -> str:
    """Return a text that the cluster sorts as Python sorts `path`: a character for each byte."""
    return path.encode("utf-8", "surrogatepass").decode("latin-1")


def pack_fields(fields: Fields) -> str:
    """Return the fields of a document as text that the cluster stores."""
    return b64encode(json.dumps(fields).encode()).decode()


def fields_of(source: dict[str, Any]) -> Fields:
    """Return the fields of a stored document."""
    paths, format_, language, metadata = json.loads(b64decode(source[FIELDS]))
    return tuple(paths), format_, language, tuple((name, value) for name, value in metadata)


def document_entry(document: PackedDocument, view: DocumentView) -> dict[str, Any]:
    """Return the entry of a document, without its epochs."""
    fields = document.paths, document.format, document.language, document.metadata
    sizes = Sizes(
        1,
        document.n_passages,
        document.n_words,
        document.n_running_passages,
        document.n_running_words,
    )
    entry: dict[str, Any] = {
        "doc": document.id,
        "place": encode_place(document.paths[0] if document.paths else ""),
        "language": document.language,
        **sizes._asdict(),
        FIELDS: pack_fields(fields),
        TOKENS: b64encode(document.packed).decode(),
    }
    language = view.text.language
    streams: tuple[Sequence[TokenSequence], ...] = ([view.text], [view.title], view.headings)
    for stream, sequences in zip(STREAMS, streams, strict=True):
        stems = _distinct(sequence.stems for sequence in sequences)
        entry |= {
            f"{stream}_form": _encoded(sequence.forms for sequence in sequences),
            f"{stream}_term": _encoded(sequence.terms for sequence in sequences),
            f"{stream}_joined": _encoded(sequence.joined_terms for sequence in sequences),
            f"{stream}_stem": [join_parts(language, stem) for stem in stems],
        }
    pairs = dict.fromkeys(zip(view.text.terms, map(lower, view.text.forms), strict=True))
    entry["words"] = [join_parts(term, language, form) for term, form in pairs]
    return entry


def _encoded(words: Iterable[Iterable[str]]) -> list[str]:
    return list(map(encode_word, _distinct(words)))


def _distinct(words: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(words)))
