"""A document's words ⇄ the bytes in which Whoosh keeps them: compressed JSON, each distinct word written once.

It is all that `query/match.py` asks of a document but for the fields that may change while its words stay. There is no
pickle in it, and numbers of passages, sections, paragraphs and sentences are kept as the lengths of their stretches.
"""

import json
import zlib
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from excerpt.query.runs import Run, Subject, units

__all__ = ["pack", "unpack"]

_LEVEL = 3


def pack(subject: Subject) -> bytes:
    """The words of `subject` and the kinds of its blocks."""
    numbers: dict[tuple[str, str, str], int] = {}

    def numbered(run: Run) -> list[int]:
        words = zip(run.forms, run.terms, run.stems, strict=True)
        return [numbers.setdefault(word, len(numbers)) for word in words]

    run = subject.run
    kept = {
        "language": run.language,
        "words": numbered(run),
        "passages": _lengths(run.passage_of, len(subject.kinds)),
        "stretches": [_stretches(each) for each in (run.section_of, run.paragraph_of, run.sentence_of)],
        "title": numbered(subject.title),
        "headings": [[numbered(each), _stretches(each.section_of)] for each in subject.headings],
        "kinds": [sorted(kinds) for kinds in subject.kinds],
    }
    kept["distinct"] = list(zip(*numbers, strict=True)) or [[], [], []]
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), _LEVEL)


def unpack(
    data: bytes, places: Sequence[str], format_: str, language: str, metadata: Sequence[tuple[str, str]]
) -> Subject:
    """What was packed into `data`, with the fields of the document that are not kept there."""
    kept = json.loads(zlib.decompress(data))
    words = _Words(kept["language"], *kept["distinct"])
    section_of, paragraph_of, sentence_of = map(_numbers, kept["stretches"])
    title = kept["title"]
    return Subject(
        words.run(kept["words"], _numbers(kept["passages"]), section_of, paragraph_of, sentence_of),
        words.run(title, *[[0] * len(title)] * 4),
        [words.run(numbers, *[_numbers(lengths)] * 4) for numbers, lengths in kept["headings"]],
        [frozenset(kinds) for kinds in kept["kinds"]],
        places,
        format_,
        language,
        metadata,
    )


class _Words:
    """The distinct words of a document, by number."""

    def __init__(self, language: str, forms: list[str], terms: list[str], stems: list[str]) -> None:
        self._language = language
        self._columns = forms, terms, stems

    def run(self, words: list[int], *numbers: Sequence[int]) -> Run:
        """The run of the `words` with these numbers."""
        columns: list[Any] = [[column[word] for word in words] for column in self._columns]
        return Run(self._language, *columns, *numbers)


def _lengths(passage_of: Sequence[int], n_passages: int) -> list[int]:
    """The number of words of each passage; some have none."""
    lengths = [0] * n_passages
    for start, end in units(passage_of):
        lengths[passage_of[start]] = end - start
    return lengths


def _stretches(numbers: Sequence[int]) -> list[int]:
    """The lengths of the stretches of equal `numbers`."""
    return [end - start for start, end in units(numbers)]


def _numbers(lengths: Sequence[int]) -> list[int]:
    """For each word the number of its stretch."""
    return list(chain.from_iterable(map(repeat, range(len(lengths)), lengths)))
