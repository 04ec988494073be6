"""Ceilings for the work of a query on a fixed corpus: it is counted, not timed, and must not grow.

The ceilings are a quarter above the counts when they were set (Python 3.11, NumPy 2.4). A change
that needs less work lowers them; the commit of a change that needs more gives the reason.
"""

import random
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from excerpt import native
from excerpt.benchmark.work import count_calls, count_work, time_sums, track_memory
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index
from excerpt.storage.columns import Columns, write_columns

WORDS = [
    first + second + third + fourth + last
    for first in "bcdfghklmnprstvw"
    for second in ("a", "e", "i", "o", "u")
    for third in "bcdfghkl"
    for fourth in "ao"
    for last in "nrst"
]
"""The words of a made-up language, the most frequent first."""


def queries(shift: int = 0) -> dict[str, str]:
    """Return a query of each kind, of words that are `shift` places further down the list."""
    words = WORDS[shift:]
    return {
        "one word": words[8],
        "a very frequent word": words[0],
        "two words, all": f"{words[30]} {words[60]}",
        "three words, all": f"{words[10]} {words[20]} {words[40]}",
        "three words, any": f"{words[12]} OR {words[25]} OR {words[50]}",
        "five words, any": " OR ".join(words[at] for at in (0, 2, 7, 20, 90)),
        "phrase of two": f'"{words[30]} {words[4]}"',
        "phrase of three": f'"{words[2]} {words[0]} {words[3]}"',
        "phrase of five": f'"{words[0]} {words[1]} {words[0]} {words[2]} {words[0]}"',
        "phrase of very frequent words": f'"{words[0]} {words[1]}"',
        "phrase with gaps": f'"{words[6]} {words[11]}"~5',
        "wildcard in a phrase": f'"{words[2][:3]}* {words[0]}"',
        "near": f"{words[6]} NEAR/5 {words[11]}",
        "near, of very frequent words": f"{words[0]} NEAR/5 {words[1]}",
        "before": f"{words[5]} BEFORE/5 {words[15]}",
        "sentence": f"sentence({words[6]} {words[31]})",
        "paragraph": f"paragraph({words[6]} {words[31]})",
        "document": f"document({words[37]} {words[61]})",
        "prefix": f"{words[300][:4]}*",
        "leading wildcard": f"*{words[400][2:]}",
        "fuzzy": f"{words[500]}~",
        "fuzzy, two letters": f"{words[550]}~2",
        "pattern": f"/{words[600][:3]}.*/",
        "exact form": f"={words[32]}",
        "not": f"{words[33]} NOT {words[34]}",
        "boost": f"{words[36]}^3 {words[70]}",
        "expanded": f"{words[38]} {words[80]}",
        "years": f"{words[35]} year:1850..1900",
    }


QUERIES = queries()
WARMING = queries(9), queries(100)
N_HITS = 10
CEILINGS = {
    "one word": (5_000, 6_800, 120, 5, 6_000, 420_000),
    "a very frequent word": (7_800, 18_000, 120, 5, 9_500, 310_000),
    "two words, all": (5_300, 7_200, 210, 5, 8_200, 270_000),
    "three words, all": (7_900, 10_000, 310, 5, 11_000, 280_000),
    "three words, any": (7_700, 9_800, 310, 5, 12_000, 310_000),
    "five words, any": (17_000, 29_000, 500, 5, 20_000, 490_000),
    "phrase of two": (4_100, 6_200, 68, 5, 5_900, 250_000),
    "phrase of three": (11_000, 17_000, 88, 7, 6_800, 440_000),
    "phrase of five": (16_000, 24_000, 93, 7, 7_500, 430_000),
    "phrase of very frequent words": (4_900, 6_600, 69, 5, 6_300, 280_000),
    "phrase with gaps": (180_000, 350_000, 79, 5, 6_100, 740_000),
    "wildcard in a phrase": (140_000, 210_000, 150, 13, 11_000, 1_500_000),
    "near": (180_000, 350_000, 210, 5, 9_200, 740_000),
    "near, of very frequent words": (340_000, 670_000, 190, 18, 14_000, 720_000),
    "before": (13_000, 21_000, 210, 5, 9_200, 260_000),
    "sentence": (18_000, 23_000, 240, 5, 11_000, 410_000),
    "paragraph": (18_000, 23_000, 240, 5, 11_000, 350_000),
    "document": (11_000, 16_000, 240, 5, 11_000, 250_000),
    "prefix": (3_100, 5_000, 84, 5, 6_000, 230_000),
    "leading wildcard": (20_000, 23_000, 110, 5, 6_500, 270_000),
    "fuzzy": (18_000, 22_000, 95, 5, 5_500, 240_000),
    "fuzzy, two letters": (27_000, 34_000, 410, 5, 12_000, 290_000),
    "pattern": (13_000, 21_000, 110, 5, 5_900, 250_000),
    "exact form": (3_000, 4_700, 54, 5, 5_200, 250_000),
    "not": (4_700, 6_600, 210, 5, 8_900, 260_000),
    "boost": (4_600, 6_500, 210, 5, 8_300, 250_000),
    "expanded": (30_000, 34_000, 2_000, 8, 84_000, 580_000),
    "years": (3_500, 5_300, 120, 5, 7_500, 240_000),
}
"""The ceilings of each query, in the order of the fields of `WorkCounts`."""


class WorkCounts(NamedTuple):
    """The work of a query.

    n_numbers     numbers read from columns
    n_bytes       bytes read from columns
    n_arrays      arrays read from columns
    n_statements  SQL statements
    n_calls       calls of functions
    n_held        bytes held at once, at most
    """

    n_numbers: int
    n_bytes: int
    n_arrays: int
    n_statements: int
    n_calls: int
    n_held: int


def text_of(number: int) -> str:
    """Return six paragraphs of 110 words, few of them frequent and many rare."""
    chance = random.Random(number)
    paragraphs = []
    for _ in range(6):
        ranks = (int(chance.paretovariate(0.7)) for _ in range(110))
        paragraphs.append(" ".join(WORDS[min(rank, len(WORDS)) - 1] for rank in ranks) + ".")
    return "\n\n".join(paragraphs)


def index_of(n_texts: int, folder: Path) -> Path:
    """Build an index of `n_texts` texts, spread over two hundred years."""
    (folder / "texts").mkdir(parents=True)
    for number in range(n_texts):
        (folder / "texts" / f"{1800 + number % 200}-{number}.txt").write_text(text_of(number))
    build(folder / "texts", folder / "index", processes=1)
    return folder / "index"


def counts_of(index: Path) -> dict[str, WorkCounts]:
    """Count the work of each query in an index that was just opened, without the kernel.

    Similar queries, of more and of less frequent words, come first, so that everything that is
    loaded once is loaded.
    """
    statements: list[str] = []
    found = {}
    for name, query in QUERIES.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", traced(statements))
            opened = Index(index)
        with opened, pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "kernel", None)
            for warming in WARMING:
                opened.search(warming[name], expand=name == "expanded")
            statements.clear()
            with count_work() as work, track_memory() as memory, count_calls() as calls:
                assert opened.search(query, expand=name == "expanded").total >= N_HITS, query
            sizes = work.n_bytes, len(work.sizes)
            found[name] = WorkCounts(
                work.n_numbers, *sizes, len(statements), calls[0], memory.n_bytes
            )
    return found


def traced(statements: list[str]) -> Any:
    """Return a `sqlite3.connect` whose connections append each statement to `statements`."""
    connect = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(statements.append)
        return connection

    return connected


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, WorkCounts]:
    """The work of each query on 1,200 passages."""
    return counts_of(index_of(200, tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, WorkCounts]:
    """The work of each query on four times as many passages."""
    return counts_of(index_of(800, tmp_path_factory.mktemp("large")))


@pytest.mark.parametrize("name", QUERIES)
def test_the_work_of_a_query_stays_below_its_ceilings(
    name: str, small: dict[str, WorkCounts]
) -> None:
    """No count of a query exceeds its ceiling."""
    exceeded = {
        field: (count, ceiling)
        for field, count, ceiling in zip(
            WorkCounts._fields, small[name], CEILINGS[name], strict=True
        )
        if count > ceiling
    }
    assert exceeded == {}


@pytest.mark.parametrize("name", QUERIES)
def test_only_what_is_read_grows_with_the_corpus(
    name: str, small: dict[str, WorkCounts], large: dict[str, WorkCounts]
) -> None:
    """On four times as many passages, a query reads in proportion and runs no more code.

    The margins allow for posting lists that change their encoding. Python and SQLite work for the
    ten hits that are shown, not for all matches.
    """
    before, after = small[name], large[name]
    assert after.n_numbers <= 5 * before.n_numbers + 10_000
    assert after.n_bytes <= 5 * before.n_bytes + 50_000
    assert after.n_held <= 5 * before.n_held
    assert after.n_statements <= 3 * N_HITS
    assert after.n_calls <= 1.5 * before.n_calls


def test_reads_of_columns_are_counted(tmp_path: Path) -> None:
    """Parts and single elements count if they are read within the block.

    A whole column does not count: it is only searched.
    """
    write_columns(tmp_path / "file", [("numbers", np.arange(100, dtype="<u4"))], {})
    columns = Columns(tmp_path / "file")
    with count_work() as work:
        columns.read("numbers", 10, 20)
        columns.take("numbers", np.array([1, 5, 7]))
        columns.item("numbers", 3)
        columns.read("numbers")
    columns.read("numbers", 0, 50)
    assert (work.sizes, work.n_bytes, work.n_numbers) == ([40, 12, 4], 56, 14)


def test_calls_are_counted_within_the_block() -> None:
    """Calls of functions in Python and in C count if they are made within the block."""

    def double(value: int) -> int:
        return abs(value) * 2

    with count_calls() as nothing:
        pass
    with count_calls() as calls:
        for value in range(10):
            double(value)
    assert calls[0] - nothing[0] == 20


def test_memory_is_what_is_held_at_once() -> None:
    """The memory of a block is the most that it holds at once, not the sum of all it allocates."""
    with track_memory() as memory:
        for _ in range(10):
            np.zeros(100_000, np.uint8)
            assert len([object() for _ in range(1_000)]) == 1_000
    assert 100_000 <= memory.n_bytes < 150_000
    with track_memory() as nothing:
        pass
    assert nothing.n_bytes < 1_000


def test_summing_no_arrays_is_possible() -> None:
    """The time is measured for any sizes, also for none; for some it is above zero."""
    assert time_sums([]) >= 0
    assert time_sums([1, 1 << 20]) > 0
