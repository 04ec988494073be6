"""A document's words ⇄ the bytes in which Whoosh keeps them: the distinct words in JSON, then the number of each word.

It is all that `query/match.py` asks of a document but for the fields that may change while its words stay. There is no
pickle in it. What is read back is unfolded when it is looked at, and not before: a query asks for stems or for forms,
seldom for both.
"""

import json
import struct
import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, repeat
from typing import Any, Final, TypeVar

from excerpt.query.token_sequence import DocumentView, TokenSequence, group_bounds

__all__ = ["pack", "unpack"]

_LEVEL: Final = 3
_SIZE: Final = struct.Struct("<I")
T = TypeVar("T")


def pack(subject: DocumentView) -> bytes:
    """The words of `subject` and the kinds of its blocks."""
    numbers: dict[tuple[str, str, str], int] = {}

    def numbered(run: TokenSequence) -> list[int]:
        words = zip(run.forms, run.terms, run.stems, strict=True)
        return [numbers.setdefault(word, len(numbers)) for word in words]

    run = subject.text
    words = numbered(run)
    paths = [
        (tuple(numbered(path)), tuple(_stretches(path.section_of))) for path in subject.headings
    ]
    number_of = {path: number for number, path in enumerate(dict.fromkeys(paths))}
    notes = {
        "language": run.language,
        "passages": _lengths(run.passage_of, len(subject.kinds)),
        "stretches": [
            _stretches(each) for each in (run.section_of, run.paragraph_of, run.sentence_of)
        ],
        "title": numbered(subject.title),
        "headings": list(number_of),
        "heading_of": [number_of[path] for path in paths],
        "kinds": [sorted(kinds) for kinds in subject.kinds],
        "distinct": list(zip(*numbers, strict=True)) or [(), (), ()],
    }
    head = json.dumps(notes, separators=(",", ":")).encode()
    return zlib.compress(
        _SIZE.pack(len(head)) + head + _little(array("I", words)).tobytes(), _LEVEL
    )


def unpack(
    data: bytes,
    paths: Sequence[str],
    format_: str,
    language: str,
    metadata: Sequence[tuple[str, str]],
) -> DocumentView:
    """What was packed into `data`, with the fields of the document that are not kept there."""
    data = zlib.decompress(data)
    (size,) = _SIZE.unpack_from(data)
    notes = json.loads(data[_SIZE.size : _SIZE.size + size])
    words = array("I", data[_SIZE.size + size :])

    def run(numbers: Sequence[int], *stretches: Sequence[int]) -> TokenSequence:
        columns: Any = [_Column(column, numbers) for column in notes["distinct"]]
        return TokenSequence(notes["language"], *columns, *map(_Numbers, stretches))

    title, headings = (
        notes["title"],
        [run(numbers, *[each] * 4) for numbers, each in notes["headings"]],
    )
    return DocumentView(
        run(_little(words), notes["passages"], *notes["stretches"]),
        run(title, *[[len(title)]] * 4),
        [headings[number] for number in notes["heading_of"]],
        [frozenset(kinds) for kinds in notes["kinds"]],
        paths,
        format_,
        language,
        metadata,
    )


class _Unfolded(Sequence[T]):
    """A sequence whose pieces are lists."""

    def __getitem__(self, at: Any) -> Any:
        return (
            [self.item(one) for one in range(*at.indices(len(self)))]
            if isinstance(at, slice)
            else self.item(at)
        )

    def item(self, at: int) -> T:
        """One element."""
        raise NotImplementedError


class _Column(_Unfolded[str]):
    """The words with `numbers`, of those that are `distinct`."""

    def __init__(self, distinct: Sequence[str], numbers: Sequence[int]) -> None:
        self._distinct = distinct
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return map(self._distinct.__getitem__, self._numbers)

    def item(self, at: int) -> str:
        return self._distinct[self._numbers[at]]


class _Numbers(_Unfolded[int]):
    """For each word the number of its stretch, of stretches of these `lengths`; some may be empty."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self._lengths = lengths
        self._ends = list(accumulate(lengths))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(map(repeat, range(len(self._lengths)), self._lengths))

    def item(self, at: int) -> int:
        return bisect_right(self._ends, at)


def _lengths(passage_of: Sequence[int], n_passages: int) -> list[int]:
    """The number of words of each passage; some have none."""
    lengths = [0] * n_passages
    for start, end in group_bounds(passage_of):
        lengths[passage_of[start]] = end - start
    return lengths


def _stretches(numbers: Sequence[int]) -> list[int]:
    """The lengths of the stretches of equal `numbers`."""
    return [end - start for start, end in group_bounds(numbers)]


def _little(numbers: "array[int]") -> "array[int]":
    """`numbers` as they are on the disk, whatever this machine is; and back."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
