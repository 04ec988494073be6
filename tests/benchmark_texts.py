"""Texts for the tests of benchmarks: generated texts, and a small judged collection."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from excerpt.benchmark.passage_file import PassageFile, read_passages
from excerpt.benchmark.queries import (
    NEAR_DISTANCE,
    USUAL_KINDS,
    BenchmarkQuery,
    QueryType,
    sample_queries,
)

FREQUENT = [
    first + second
    for first in ("th", "w", "o", "f", "h", "s")
    for second in ("e", "is", "at", "en", "ou")
]
"""Thirty words: as many as the sampling treats as very frequent."""
STEMS = (
    "harvest",
    "village",
    "teacher",
    "bridge",
    "winter",
    "garden",
    "letter",
    "carpen",
    "railway",
    "mountain",
)
ORDINARY = [stem + end for stem in STEMS for end in ("", "like", "hood", "ward", "making", "folk")]

JUDGED_FILES = {
    "corpus.jsonl": (
        '{"_id": "d1", "title": "Tides", "text": "The moon raises the tides of the sea."}\n'
        '{"_id": "d2", "title": "",'
        ' "text": "Bread is baked in the early morning by the bakers."}\n\n'
        '{"_id": "d3", "text": "The moon is made of rock, and the rock of minerals."}\n'
        '{"_id": "d4", "text": ""}\n'
    ),
    "queries.jsonl": (
        '{"_id": "q1", "text": "Which baker bakes the bread of the morning?"}\n'
        '{"_id": "q2", "text": "moon and tides"}\n'
        '{"_id": "q3", "text": "nothing is judged here"}\n'
        '{"_id": "q4", "text": "of this nothing is relevant"}\n'
        '{"_id": "q5", "text": "xylophone"}\n'
    ),
    "qrels.tsv": ("q1\td2\t2\nq1\td1\t-1\nq2\td1\t1\nq2\td9\t1\nq4\td1\t0\nq5\td3\t1\nq8\td1\t1\n"),
}
"""A judged collection. q3 and q4 have no relevant document; d9 and q8 do not exist."""


def text_of(number: int) -> str:
    """Return a text of about a hundred words, a different one for each number.

    The words at its end occur in no query, so no query can match words of two adjacent texts.
    """
    chance = random.Random(number)
    words = chance.choices(ORDINARY, k=30) + chance.choices(FREQUENT, k=80)
    chance.shuffle(words)
    return " ".join([*words, *(f"{number}end{index}" for index in range(NEAR_DISTANCE + 1))])


def write_corpus(folder: Path) -> None:
    """Write twelve texts of two paragraphs, a duplicate, an unreadable file and an ignored one."""
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(f"{text_of(number)}\n\n{text_of(number + 40)}\n")
    (folder / "copy.txt").write_bytes((folder / "03.txt").read_bytes())
    (folder / "noise.txt").write_bytes(bytes(range(32)) * 99)
    (folder / "old").mkdir()
    (folder / "old" / "ignored.txt").write_text("ignored")
    (folder / ".excerptignore").write_text("old/\n")


def queries_from(
    passages: PassageFile, n: int = 8, seed: int = 1, kinds: Sequence[str] = USUAL_KINDS
) -> list[BenchmarkQuery]:
    """Return queries sampled from all passages."""
    return sample_queries([each.text for each in read_passages(passages.file)], n, seed, kinds)


def word_query(word: str) -> BenchmarkQuery:
    """Return a query for one word."""
    return BenchmarkQuery("one word", QueryType.WORD, (word,))


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    """Write `files` to the folder `folder` and return it."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
