"""The work of a query on a corpus that is always the same, counted and not timed: it must not grow.

The ceilings are what was counted when they were noted (Python 3.11, NumPy 2.4) and a quarter more. A change that needs
less lowers them; one that needs more has to say why.
"""

import random
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from excerpt.build import build
from excerpt.engines.columnar.storage import Columns, write_columns
from excerpt.measure.work import calls_of, counted, summing
from excerpt.search import Index

WORDS = [
    first + second + third + fourth + last
    for first in "bcdfghklmnprstvw"
    for second in ("a", "e", "i", "o", "u")
    for third in "bcdfghkl"
    for fourth in "ao"
    for last in "nrst"
]
"""A made-up language, its most frequent words first."""


def queries(shift: int = 0) -> dict[str, str]:
    """A query of each kind, or one like it for words that come so many `shift` later in the list."""
    words = WORDS[shift:]
    return {
        "one word": words[8],
        "a very frequent word": words[0],
        "all words": f"{words[30]} {words[60]}",
        "a phrase": f'"{words[30]} {words[4]}"',
        "a phrase of very frequent words": f'"{words[0]} {words[1]}"',
        "near, of very frequent words": f"{words[0]} NEAR/5 {words[1]}",
        "before": f"{words[5]} BEFORE/5 {words[15]}",
        "sentence": f"sentence({words[6]} {words[31]})",
        "prefix": f"{words[300][:4]}*",
        "leading wildcard": f"*{words[400][2:]}",
        "fuzzy": f"{words[500]}~",
        "pattern": f"/{words[600][:3]}.*/",
        "exact form": f"={words[32]}",
        "not": f"{words[33]} NOT {words[34]}",
        "years": f"{words[35]} year:1850..1900",
    }


QUERIES = queries()
WARMING = queries(9), queries(100)
N_HITS = 10
CEILINGS = {
    "one word": (15_000, 23, 4, 4_800),
    "a very frequent word": (16_000, 24, 4, 15_000),
    "all words": (3_800, 42, 4, 5_000),
    "a phrase": (4_500, 22, 4, 4_200),
    "a phrase of very frequent words": (8_300, 18, 4, 6_500),
    "near, of very frequent words": (670_000, 28, 14, 19_000),
    "before": (55_000, 39, 4, 5_800),
    "sentence": (13_000, 54, 4, 6_900),
    "prefix": (3_200, 24, 4, 4_600),
    "leading wildcard": (33_000, 69, 4, 5_500),
    "fuzzy": (21_000, 57, 4, 4_800),
    "pattern": (20_000, 32, 4, 4_700),
    "exact form": (9_200, 14, 4, 4_300),
    "not": (3_900, 42, 4, 5_300),
    "years": (3_300, 22, 4, 3_900),
}
"""For each query: bytes read, arrays read, statements of SQLite, calls of functions."""


class Counts(NamedTuple):
    """What a query has taken."""

    n_bytes: int
    n_arrays: int
    n_statements: int
    n_calls: int


def text_of(number: int) -> str:
    """Six paragraphs of 110 words, few of them frequent and many rare, as in any language."""
    chance = random.Random(number)
    paragraphs = []
    for _ in range(6):
        ranks = (int(chance.paretovariate(0.7)) for _ in range(110))
        paragraphs.append(" ".join(WORDS[min(rank, len(WORDS)) - 1] for rank in ranks) + ".")
    return "\n\n".join(paragraphs)


def index_of(n_texts: int, folder: Path) -> Path:
    """An index of so many texts, spread over two hundred years."""
    (folder / "texts").mkdir(parents=True)
    for number in range(n_texts):
        (folder / "texts" / f"{1800 + number % 200}-{number}.txt").write_text(text_of(number))
    build(folder / "texts", folder / "index", processes=1)
    return folder / "index"


def counts_of(index: Path) -> dict[str, Counts]:
    """The work of each query in an index just opened, after some like it, for words more and less frequent, so
    that what is loaded once for all is loaded."""
    statements: list[str] = []
    found = {}
    for name, query in QUERIES.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", traced(statements))
            opened = Index(index)
        with opened:
            for warming in WARMING:
                opened.search(warming[name])
            statements.clear()
            with counted() as work, calls_of() as calls:
                assert opened.search(query).total >= N_HITS
            found[name] = Counts(work.n_bytes, len(work.sizes), len(statements), calls[0])
    return found


def traced(statements: list[str]) -> Any:
    """`sqlite3.connect` whose connections write down every statement."""
    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(statements.append)
        return connection

    return connected


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counts]:
    """The work on 1,200 passages."""
    return counts_of(index_of(200, tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counts]:
    """The work on four times as many."""
    return counts_of(index_of(800, tmp_path_factory.mktemp("large")))


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_takes_no_more_work_than_it_did(name: str, small: dict[str, Counts]) -> None:
    """Bytes, arrays, statements and calls stay below what is noted."""
    exceeded = {
        what: (count, ceiling)
        for what, count, ceiling in zip(Counts._fields, small[name], CEILINGS[name], strict=True)
        if count > ceiling
    }
    assert exceeded == {}


@pytest.mark.parametrize("name", QUERIES)
def test_only_bytes_grow_with_the_corpus(
    name: str, small: dict[str, Counts], large: dict[str, Counts]
) -> None:
    """And these in proportion, but for lists that change their form; Python and SQLite work for ten hits, not for all."""
    before, after = small[name], large[name]
    assert after.n_bytes <= 5 * before.n_bytes + 50_000
    assert after.n_statements <= 3 * N_HITS
    assert after.n_calls <= 1.5 * before.n_calls


def test_bytes_are_counted_once_they_are_read(tmp_path: Path) -> None:
    """In parts, by place, and within the block only; a whole column is there to be looked up in."""
    write_columns(tmp_path / "file", {"numbers": np.arange(100, dtype="<u4")}, {})
    columns = Columns(tmp_path / "file")
    with counted() as work:
        columns.read("numbers", 10, 20)
        columns.take("numbers", np.array([1, 5, 7]))
        columns.read("numbers")
    columns.read("numbers", 0, 50)
    assert (work.sizes, work.n_bytes) == ([40, 12], 52)


def test_calls_are_counted_within_the_block() -> None:
    """Of functions in Python and in C."""

    def double(value: int) -> int:
        return abs(value) * 2

    with calls_of() as nothing:
        pass
    with calls_of() as calls:
        for value in range(10):
            double(value)
    assert calls[0] - nothing[0] == 20


def test_summing_up_nothing_takes_no_arrays() -> None:
    """And anything takes some time."""
    assert summing([]) >= 0
    assert summing([1, 1 << 20]) > 0
