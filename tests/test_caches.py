"""`excerpt.memory`: caches that are bounded in bytes."""

import ast
import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import excerpt
from excerpt.memory import ENTRY_BYTES, BoundedCache, memoized, size_of
from excerpt.query.ast import Near, Word

IN_C = {
    *("_fold", "_is_clear_end", "_is_end_between", "_script_of"),
    *("_stemmer", "_terms", "old_spelling_rules"),
    *("asset", "render_topic"),
}
"""Functions with a cache of `functools`: called for every word, letter or full stop with keys of
bounded length, once for each language, or once for each file of the web page."""
MAX_BYTES = 10 * ENTRY_BYTES
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("get"), st.integers(0, 9)),
        st.tuples(st.just("put"), st.integers(0, 9), st.integers(0, 4 * ENTRY_BYTES)),
    ),
    max_size=80,
)


@given(ACTIONS)
def test_a_cache_is_a_list_in_order_of_use_cut_to_its_bound(actions: list[tuple[Any, ...]]) -> None:
    """Gets and puts give what a list of entries gives that is cut from its oldest end."""
    cache: BoundedCache[int, int] = BoundedCache(MAX_BYTES)
    entries: list[tuple[int, int, int]] = []  # key, value, size; the most recently used last
    for step, (action, key, *size) in enumerate(actions):
        known = [entry for entry in entries if entry[0] == key]
        others = [entry for entry in entries if entry[0] != key]
        if action == "get":
            assert cache.get(key) == (known[0][1] if known else None)
            entries = others + known
        else:
            cache.put(key, step, size[0])
            total = size[0] + ENTRY_BYTES
            entries = others + [(key, step, total)] * (total <= MAX_BYTES)
            while sum(entry[2] for entry in entries) > MAX_BYTES:
                del entries[0]
        assert cache.n_bytes == sum(entry[2] for entry in entries) <= cache.max_bytes
        assert len(cache) == len(entries)


def test_a_cleared_cache_is_empty() -> None:
    """Nothing of a cleared cache is found or counted, and it can be filled again."""
    cache: BoundedCache[str, int] = BoundedCache(MAX_BYTES)
    cache.put("war", 1)
    cache.clear()
    assert (cache.get("war"), cache.n_bytes, len(cache)) == (None, 0, 0)
    cache.put("war", 2)
    assert cache.get("war") == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda number: f"word{number}",
        lambda number: ("war", f"peace{number}", number + 1_000),
        lambda number: frozenset(f"{number} {other}" for other in range(50)),
        lambda number: {f"{number} {other}": other for other in range(50)},
        lambda number: Word(f"word{number}", number + 0.5),
        lambda number: Near(Word(f"word{number}"), Word("peace", number + 0.5), number + 1_000),
        lambda number: np.full(100, number),
    ],
    ids=["string", "tuple", "set", "dict", "node", "nested nodes", "array"],
)
def test_estimates_are_at_least_what_entries_take(make: Callable[[int], object]) -> None:
    """A cache counts at least the bytes it allocates, and at most three times as many."""
    cache: BoundedCache[str, object] = BoundedCache(1 << 30)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(2_000):
        cache.put(f"key {number}", make(number))
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken <= cache.n_bytes <= 3 * taken


def test_threads_may_share_a_cache() -> None:
    """Gets and puts of several threads at once leave a cache that counts its entries correctly."""
    cache: BoundedCache[int, int] = BoundedCache(MAX_BYTES)
    wrong = []

    def work() -> None:
        for number in range(20_000):
            key = number % 23
            if cache.get(key) not in {None, key}:
                wrong.append(key)
            cache.put(key, key, 28)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert cache.n_bytes == len(cache) * (28 + ENTRY_BYTES) <= MAX_BYTES


def test_results_are_remembered_within_the_bound() -> None:
    """A memoized function is called again only for arguments whose results were dropped."""
    calls = []

    @memoized(MAX_BYTES, result_bytes=0)
    def is_long(text: str) -> bool | None:
        calls.append(text)
        return None if not text else len(text) > 3

    assert [is_long("war"), is_long("peace"), is_long("war"), is_long(""), is_long("")] == [
        False,
        True,
        False,
        None,
        None,
    ]
    assert calls == ["war", "peace", ""]
    for number in range(100):
        is_long(f"word {number}")
    is_long("war")
    assert calls.count("war") == 2


def test_size_of_counts_what_a_value_consists_of() -> None:
    """Strings, containers, fields and arrays count with all their parts."""
    assert size_of("x" * 1_000) >= 1_000
    assert size_of(("x" * 1_000, ["y" * 1_000])) >= 2_000
    assert size_of(Word("x" * 1_000)) >= 1_000
    assert size_of(np.zeros(1_000, np.uint8)[10:]) >= 990
    assert size_of({0: np.zeros(0, np.int64)}) > size_of({})


def test_no_cache_is_without_a_bound_in_bytes() -> None:
    """`functools` caches only functions that have no or few possible arguments, or short ones."""
    found = set()
    for path in Path(excerpt.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                names = {ast.unparse(each).partition("(")[0] for each in node.decorator_list}
                if names & {"lru_cache"} or (names & {"cache"} and node.args.args):
                    found.add(node.name)
            elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("lru_cache("):
                found.update(map(ast.unparse, node.args))
    assert found == IN_C
