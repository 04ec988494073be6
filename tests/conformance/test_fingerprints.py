"""Fingerprints and duplicates: they are the same in every engine and the oracle."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from hypothesis import given

import strategies
from conformance.stores import Store, ask_each_store, each_store, fill_store, oracle, small_corpus
from excerpt.engines import Engine
from excerpt.model import Key
from excerpt.query.ast import MatchAll, Node, Word
from strategies import Corpus

MakeStore = Callable[[Path], Store]


def duplicate_groups(engine: Engine) -> set[frozenset[Key]]:
    """Return the groups of passages with equal fingerprints; a passage without words is one."""
    matches = engine.execute(MatchAll())
    keys = list(matches)
    fingerprints = matches.fingerprints(keys)
    by_fingerprint: defaultdict[int, set[Key]] = defaultdict(set)
    for number, (key, fingerprint) in enumerate(zip(keys, fingerprints, strict=True), 1):
        by_fingerprint[fingerprint or -number].add(key)
    return set(map(frozenset, by_fingerprint.values()))


@given(corpus=strategies.corpora(most=4), tree=strategies.trees())
def test_fingerprints_are_those_of_the_oracle(corpus: Corpus, tree: Node) -> None:
    """The same passages have equal fingerprints, and matches have the same duplicates."""
    expected = oracle(corpus)
    groups = duplicate_groups(expected)
    matches = expected.execute(tree)
    keys = list(matches)
    fingerprints = matches.fingerprints(keys)
    first = dict(zip(reversed(fingerprints), reversed(keys), strict=True))
    shown = [*first.values()][::2]
    duplicates = list(matches.duplicates(shown))
    assert duplicates == [
        (first[fingerprint], key)
        for key, fingerprint in zip(keys, fingerprints, strict=True)
        if fingerprint and first[fingerprint] in shown and first[fingerprint] != key
    ]

    def check(engine: Engine) -> None:
        assert duplicate_groups(engine) == groups
        assert list(engine.execute(tree).duplicates(shown)) == duplicates

    ask_each_store(corpus, check)


@each_store
def test_a_fingerprint_disregards_what_a_search_disregards(
    make_store: MakeStore, tmp_path: Path
) -> None:
    """Case, accents and punctuation do not change it; order and boundaries of words do."""
    texts = (
        "The Müller, of war.",
        "the muller of WAR",
        "of the muller war",
        "the mullerof war",
        "—",
        "...",
    )
    engine = fill_store(make_store(tmp_path), small_corpus(*texts))
    matches = engine.execute(Word("war"))
    first, second, *others, without, neither = matches.fingerprints(
        [Key(n + 1, 0) for n in range(len(texts))]
    )
    assert first == second
    assert len({first, *others}) == 3
    assert (without, neither) == (0, 0)
    assert list(matches.duplicates([Key(2, 0), Key(3, 0), Key(5, 0)])) == [(Key(2, 0), Key(1, 0))]
