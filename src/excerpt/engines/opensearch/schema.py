"""The fields of the entries of an index in a cluster, and how words are written there.

A document has three entries, which are read on different occasions, and one for each passage. All
have

doc, ordinal        the id of the document, and the ordinal of the passage, or a negative number
first_path          the first path of the document, so that the cluster can sort by it
from, until         the epoch in which the entry was added, and the one in which it was replaced

The entries of a document have, with the ordinals -1, -2 and -3,

n_…                 its sizes (see `manifest.StateSizes`), for sums
fields              its paths, format, language and metadata, stored

tokens              all its token sequences, stored (see `packed_documents`)

language            its language, "" if unknown
text_form …         the distinct written forms of each stream: the text, the title, the headings
text_term …         the folded terms of each stream
text_stem …         the stems of each stream, each joined from language and stem
text_joined …       the terms in each stream that a sign joins to the next word
text_words …        the words of each stream, each joined from term, language and form
text_stem_words …   the same, each joined from language, stem and form

A passage has

apart, length       whether it is set apart, and its number of words
fingerprint         the hash of its terms, as in `Matches.fingerprints`
kind                the kinds of its blocks
t, f, j             position by position, the terms, the forms with their language, and the marks
                    that join a word to the next; a section is one value. The words of the passage
                    come first. After them come the next words of the section, the look-ahead,
                    each with a sign before it
ahead               at the same positions, the first word of the look-ahead and the end of the last
title_t …           the same for the title, and for the headings; each heading is one value

The cluster only splits these at spaces. `_` stands for a position without a word.
"""

import json
from base64 import b64decode, b64encode
from hashlib import blake2b
from typing import Any, Final

from excerpt.engines.opensearch.manifest import StateSizes

__all__ = [
    "AHEAD",
    "DISTINCT",
    "FIELDS",
    "FIELDS_ORDINAL",
    "LATER",
    "LOOK_AHEAD",
    "N_OF_DOCUMENT",
    "SECTION_GAP",
    "SEPARATOR",
    "STREAMS",
    "TOKENS",
    "TOKENS_ORDINAL",
    "WORDS_ORDINAL",
    "ClusterValues",
    "Fields",
    "decode_word",
    "encode_path",
    "encode_word",
    "fields_of",
    "form_token",
    "index_body",
    "join_parts",
    "pack_fields",
]

ClusterValues = dict[str, Any]
"""JSON of the cluster: a query, or the fields of an entry."""
STREAMS: Final = ("text", "title", "heading")
FIELDS: Final = "fields"
TOKENS: Final = "tokens"
FIELDS_ORDINAL: Final = -1
TOKENS_ORDINAL: Final = -2
WORDS_ORDINAL: Final = -3
N_OF_DOCUMENT: Final = 3
"""Entries of a document, apart from its passages."""
AHEAD: Final = "ahead"
DISTINCT: Final = ("form", "term", "stem", "joined", "words", "stem_words")
"""The fields of the distinct words of a stream."""
SECTION_GAP: Final = 300
"""Positions between two sections: more than any proximity that the cluster evaluates."""
LOOK_AHEAD: Final = 32
"""Words of the look-ahead, if the section has as many."""
_SETTINGS: Final[dict[str, Any]] = {
    "replication.type": "DOCUMENT",
    "max_regex_length": 1_000_000,
    "similarity": {
        "frequency": {
            "type": "scripted",
            "script": {"source": "return query.boost * doc.freq"},
        }
    },
    "analysis": {
        "tokenizer": {"spaces": {"type": "simple_pattern_split", "pattern": " "}},
        "filter": {"gaps": {"type": "stop", "stopwords": ["_"]}},
        "analyzer": {"words": {"type": "custom", "tokenizer": "spaces", "filter": ["gaps"]}},
    },
}
SEPARATOR: Final = " "
"""Separates the parts of a joined word; words contain no spaces."""
_MAX_WORD_BYTES: Final = 8_000
"""Longer words are cut: a keyword of Lucene has at most 32,766 bytes, and some join three words."""
LATER: Final = "+"
"""Begins words of the look-ahead."""
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
    properties: dict[str, Any] = {
        "doc": {"type": "long"},
        "ordinal": number,
        "from": {"type": "long"},
        "until": {"type": "long"},
        "apart": {"type": "boolean"},
        "length": number,
        FIELDS: {"type": "binary"},
        TOKENS: {"type": "binary"},
    }
    properties |= dict.fromkeys(("first_path", "language", "fingerprint", "kind"), keyword)
    properties |= dict.fromkeys(StateSizes._fields, number)
    properties |= {f"{stream}_{kind}": keyword for stream in STREAMS for kind in DISTINCT}
    positions = {
        "type": "text",
        "analyzer": "words",
        "norms": False,
        "similarity": "frequency",
        "position_increment_gap": SECTION_GAP,
    }
    properties |= dict.fromkeys(("t", "f", "j", AHEAD), positions)
    properties |= {f"{stream}_{kind}": positions for stream in STREAMS[1:] for kind in "tfj"}
    return {
        "settings": {"index": _SETTINGS},
        "mappings": {"dynamic": "strict", "properties": properties},
        "aliases": {alias: {}},
    }


def encode_word(word: str) -> str:
    """Return `word` as the cluster stores it; different words are stored differently.

    Strings with halves of code points are not text for the cluster.

    Signs with a meaning in the fields of positions are escaped, too.

    >>> encode_word("wages"), encode_word("_"), encode_word("\\ud800")
    ('wages', '\\x02_', '\\x02í\\xa0\\x80')
    """
    data = word.encode("utf-8", "surrogatepass")
    if len(data) > _MAX_WORD_BYTES:
        digest = blake2b(data, digest_size=16).hexdigest()
        return f"{_ESCAPE}{digest}"
    try:
        data.decode()
    except UnicodeDecodeError:
        return _ESCAPE + data.decode("latin-1")
    return f"{_ESCAPE}{word}" if word == "_" or word.startswith(LATER) else word


def decode_word(stored: str) -> str:
    """Return the word that `encode_word` returned `stored` for; of a long one, only its digest."""
    if not stored.startswith(_ESCAPE):
        return stored
    return stored[1:].encode("latin-1").decode("utf-8", "surrogatepass")


def form_token(language: str, form: str) -> str:
    """Return the token of a form in a language, in the fields of forms."""
    return f"{language}:{encode_word(form)}"


def join_parts(*parts: str) -> str:
    """Return one word for several `parts`."""
    return SEPARATOR.join(map(encode_word, parts))


def encode_path(path: str) -> str:
    """Return a text that the cluster sorts as Python sorts `path`: a character for each byte."""
    return path.encode("utf-8", "surrogatepass").decode("latin-1")


def pack_fields(fields: Fields) -> str:
    """Return the fields of a document as text that the cluster stores."""
    return b64encode(json.dumps(fields).encode()).decode()


def fields_of(source: dict[str, Any]) -> Fields:
    """Return the fields of a stored document."""
    paths, format_, language, metadata = json.loads(b64decode(source[FIELDS]))
    return tuple(paths), format_, language, tuple((name, value) for name, value in metadata)
