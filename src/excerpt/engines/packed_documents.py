"""Documents ⇄ packed documents, whose token sequences are bytes that an engine stores.

The bytes hold everything that `query.semantics` needs of a document, except its paths, format,
language and metadata, which an engine stores apart. They are compressed, and consist of a header in
JSON and the text's tokens:

size     4 bytes: the size of the header, little-endian
header   the distinct words (form, term, stem,
         mark); title and headings as word numbers; the lengths of
         passages, sections, paragraphs and sentences in words
tokens   the word number of each token of the text, as 32-bit integers, little-endian

Unpacked sequences look up words and positions when they are accessed: a query needs the stems or
the forms, rarely both.
"""

import json
import struct
import sys
import zlib
from abc import abstractmethod
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, repeat
from typing import Any, Final, Protocol, TypeVar

from excerpt.model import Document, Passage
from excerpt.query.document_view import DocumentView, view_document
from excerpt.query.token_sequence import TokenSequence, group_bounds
from excerpt.text.document_tokens import tokenize_document

__all__ = ["LazyView", "PackedDocument", "pack", "pack_document", "pack_view", "unpack"]

_COMPRESSION_LEVEL: Final = 3
_SIZE: Final = struct.Struct("<I")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A document on its way to the writer: its fields and sizes, and its `packed` tokens."""

    id: int
    paths: tuple[str, ...]
    format: str
    language: str
    metadata: tuple[tuple[str, str], ...]
    n_passages: int
    n_words: int
    n_running_passages: int
    n_running_words: int
    packed: bytes


def pack_document(document: Document, passages: Sequence[Passage]) -> PackedDocument:
    """Tokenize `document` and return it in packed form."""
    return pack_view(document.id, view_document(tokenize_document(document, passages)))


def pack_view(id_: int, view: DocumentView) -> PackedDocument:
    """Return the document with this id, as the semantics sees it, in packed form."""
    running = view.running()
    return PackedDocument(
        id_,
        tuple(view.paths),
        view.format,
        view.language,
        tuple(view.metadata),
        len(view.ordinals),
        len(view.text),
        len(running.ordinals),
        len(running.text),
        pack(view),
    )


def pack(view: DocumentView) -> bytes:
    """Return the token sequences of a document, and the kinds of its blocks, as bytes."""
    number_of: dict[tuple[str, str, str, str], int] = {}

    def word_numbers(sequence: TokenSequence) -> list[int]:
        columns = sequence.forms, sequence.terms, sequence.stems, sequence.marks
        words = zip(*columns, strict=True)
        return [number_of.setdefault(word, len(number_of)) for word in words]

    text = view.text
    tokens = word_numbers(text)
    paths = [
        (tuple(word_numbers(path)), tuple(_group_lengths(path.section_of)))
        for path in view.headings
    ]
    path_number_of = {path: number for number, path in enumerate(dict.fromkeys(paths))}
    header = {
        "language": text.language,
        "passages": _passage_lengths(text.passage_of, len(view.kinds)),
        "groups": [
            _group_lengths(numbers)
            for numbers in (text.section_of, text.paragraph_of, text.sentence_of)
        ],
        "title": word_numbers(view.title),
        "heading_paths": list(path_number_of),
        "heading_path_of": [path_number_of[path] for path in paths],
        "kinds": [sorted(kinds) for kinds in view.kinds],
        "words": list(zip(*number_of, strict=True)) or [(), (), (), ()],
    }
    encoded = json.dumps(header, separators=(",", ":")).encode()
    numbers = _little_endian(array("I", tokens)).tobytes()
    return zlib.compress(_SIZE.pack(len(encoded)) + encoded + numbers, _COMPRESSION_LEVEL)


def unpack(
    packed: bytes,
    paths: Sequence[str],
    format_: str,
    language: str,
    metadata: Sequence[tuple[str, str]],
) -> DocumentView:
    """Return the document that was `packed`, with the given fields of the document table.

    Raises:
        ValueError, struct.error, zlib.error, LookupError: if the bytes are damaged.
    """
    data = zlib.decompress(packed)
    (size,) = _SIZE.unpack_from(data)
    header = json.loads(data[_SIZE.size : _SIZE.size + size])
    tokens = _little_endian(array("I", data[_SIZE.size + size :]))

    def sequence(numbers: Sequence[int], *lengths: Sequence[int]) -> TokenSequence:
        *words, marks = (_WordColumn(column, numbers) for column in header["words"])
        columns: Any = [*words, *map(_GroupNumbers, lengths), marks]
        return TokenSequence(header["language"], *columns)

    title = header["title"]
    heading_paths = [sequence(numbers, *[each] * 4) for numbers, each in header["heading_paths"]]
    return DocumentView(
        sequence(tokens, header["passages"], *header["groups"]),
        sequence(title, *[[len(title)]] * 4),
        [heading_paths[number] for number in header["heading_path_of"]],
        [frozenset(kinds) for kinds in header["kinds"]],
        paths,
        format_,
        language,
        metadata,
    )


class _LazySequence(Sequence[Item]):
    """A sequence that computes its items when they are accessed; slices of it are lists."""

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._item(number) for number in range(*index.indices(len(self)))]
        return self._item(index)

    @abstractmethod
    def _item(self, index: int) -> Item:
        """Return one item."""


class _WordColumn(_LazySequence[str]):
    """The forms, terms or stems of tokens, given by word numbers."""

    def __init__(self, words: Sequence[str], numbers: Sequence[int]) -> None:
        self._words = words
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return map(self._words.__getitem__, self._numbers)

    def _item(self, index: int) -> str:
        return self._words[self._numbers[index]]


class _GroupNumbers(_LazySequence[int]):
    """The number of the group (passage, section …) of each token, given by the groups' lengths.

    Groups may be empty.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self._lengths = lengths
        self._ends = list(accumulate(lengths))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(map(repeat, range(len(self._lengths)), self._lengths))

    def _item(self, index: int) -> int:
        return bisect_right(self._ends, index)


def _passage_lengths(passage_of: Sequence[int], n_passages: int) -> list[int]:
    """Return the number of tokens of each passage, 0 for those without any."""
    lengths = [0] * n_passages
    for start, end in group_bounds(passage_of):
        lengths[passage_of[start]] = end - start
    return lengths


def _group_lengths(numbers: Sequence[int]) -> list[int]:
    """Return the lengths of the groups of equal `numbers`."""
    return [end - start for start, end in group_bounds(numbers)]


def _little_endian(numbers: "array[int]") -> "array[int]":
    """Convert `numbers` between the byte order of this machine and little-endian, in place."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class FieldsOfDocument(Protocol):
    """The fields of a document as an engine holds them in memory."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the document."""

    @property
    def format(self) -> str:
        """The name of the format."""

    @property
    def language(self) -> str:
        """The language, "" if it is unknown."""

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata, as pairs of name and value."""


class LazyView(DocumentView):
    """A document whose fields are known, and whose tokens are read when they are accessed."""

    _n_passages: int
    _read: Callable[[], DocumentView]

    def __init__(
        self, document: FieldsOfDocument, n_passages: int, read: Callable[[], DocumentView]
    ) -> None:
        """Make a view of the first `n_passages` of a document; `read` returns all of it."""
        for name in ("paths", "format", "language", "metadata"):
            self._set(name, getattr(document, name))
        self._set("_n_passages", n_passages)
        self._set("_read", read)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)  # the base class is frozen

    @cached_property
    def _view(self) -> DocumentView:
        view = self._read()
        return view if len(view.ordinals) == self._n_passages else view.running()

    @property
    def ordinals(self) -> range:
        """The ordinals of all passages."""
        return range(self._n_passages)

    @property
    def text(self) -> TokenSequence:
        """The tokens of the text."""
        return self._view.text

    @property
    def title(self) -> TokenSequence:
        """The tokens of the title."""
        return self._view.title

    @property
    def headings(self) -> Sequence[TokenSequence]:
        """The tokens of the heading path of each passage."""
        return self._view.headings

    @property
    def kinds(self) -> Sequence[frozenset[str]]:
        """The kinds of the blocks of each passage."""
        return self._view.kinds
