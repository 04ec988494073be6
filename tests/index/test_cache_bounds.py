"""Thousands of queries on one open index: caches keep their bounds, and memory levels off."""

import gc
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from excerpt.index.read import vocabulary as read_vocabulary
from excerpt.index.search import postings_cache
from excerpt.indexing.pipeline import build
from excerpt.memory import BoundedCache, release_freed_memory
from excerpt.query.ast import Node, Operand, Or, Term, Wildcard, Word
from excerpt.search.index import Index
from excerpt.text.normalizer import _CACHED_FORMS, fold

CONSONANTS, VOWELS = "bcdfghklmnprstvwz", "aeiouy"
N_WORDS, N_PREFIXES, N_INFIXES = 50_000, 2_000, 500
PER_QUERY = 100
"""Words of one query, since as many queries of one word would take a minute."""


def words() -> Iterator[str]:
    """Yield the words of a made-up language, each once, in an order that is always the same."""
    chance = random.Random(1)
    known = set()
    while True:
        n_syllables = chance.choice([3, 3, 4])
        word = "".join(
            chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(n_syllables)
        )
        if word not in known:
            known.add(word)
            yield word


def resident_bytes() -> int:
    """Return how much memory the process has, without what was freed."""
    gc.collect()
    release_freed_memory()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def caches() -> list[BoundedCache[Any, Any]]:
    """Return all caches of the process."""
    return [each for each in gc.get_objects() if isinstance(each, BoundedCache)]


@pytest.fixture(scope="module")
def vocabulary() -> list[str]:
    """The words that are searched for."""
    return list(islice(words(), N_WORDS))


@pytest.fixture(scope="module")
def folder(vocabulary: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index in which every second word occurs."""
    root = tmp_path_factory.mktemp("caches")
    (root / "texts").mkdir()
    known = vocabulary[::2]
    for number, first in enumerate(range(0, len(known), 1_000)):
        text = ". ".join(known[first : first + 1_000])
        (root / "texts" / f"{number}.txt").write_text(text)
    build(root / "texts", root / "index", processes=1, language="en")
    return root / "index"


def queries(vocabulary: list[str]) -> Iterator[list[Node]]:
    """Yield the queries in ten parts, each with a tenth of every kind."""
    prefixes = list(dict.fromkeys(word[:n] for n in (4, 3) for word in vocabulary))[:N_PREFIXES]
    pairs = [first + second for first in CONSONANTS for second in VOWELS]
    infixes = [*pairs, *(f"{pair}{other}" for pair in pairs for other in CONSONANTS)][:N_INFIXES]
    assert (len(prefixes), len(infixes)) == (N_PREFIXES, N_INFIXES)
    for part in range(10):
        nodes: list[Operand] = [Word(word) for word in vocabulary[part::20]]
        nodes += [Term(word) for word in vocabulary[part + 10 :: 20]]
        yield [
            *(Or(tuple(nodes[at : at + PER_QUERY])) for at in range(0, len(nodes), PER_QUERY)),
            *(Wildcard(f"{prefix}*") for prefix in prefixes[part::10]),
            *(Wildcard(f"*{infix}*") for infix in infixes[part::10]),
        ]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
def test_memory_levels_off(
    folder: Path, vocabulary: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cache keeps within its bound, and once the caches are full the process grows no more.

    The bounds of the two largest caches are lowered, so that these queries fill them too. The
    forms that the process has folded, whose cache has a bound in entries, fill it beforehand.
    """
    for number in range(_CACHED_FORMS):
        fold(f"é{number:05}")
    monkeypatch.setattr(postings_cache, "SPARSE_BYTES", 8_000_000)
    monkeypatch.setattr(read_vocabulary, "EXPANSION_BYTES", 4_000_000)
    others = {id(each): each.n_bytes for each in caches()}
    with Index(folder) as index:
        sizes = [resident_bytes()]
        for part in queries(vocabulary):
            for query in part:
                index.count(query)
            sizes.append(resident_bytes())
            assert all(each.n_bytes <= each.max_bytes for each in caches())
        bounds = sum(each.max_bytes - others.get(id(each), 0) for each in caches())
    assert sizes[-1] - sizes[0] <= bounds
    assert sizes[-1] - sizes[5] <= 4_000_000
