"""`excerpt.index.read.vocabulary`: the terms that a wildcard, fuzzy word or pattern stands for."""

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from excerpt.index.engine import ColumnarEngine
from excerpt.index.format.string_batch import StringBatch
from excerpt.index.read import vocabulary
from excerpt.index.read.term_matching import literal_prefix, matching_terms
from excerpt.index.write.index_writer import ColumnarWriter
from excerpt.query.ast import Fuzzy, Pattern, Wildcard
from excerpt.query.term_matching import term_matcher
from strategies import Corpus, corpora, word_operands

LETTERS = "abcé\u0302я社𐐨"
WORDS = st.text(LETTERS, max_size=6) | st.text("ab", max_size=12)
PLAIN = ["".join(letters) for length in range(1, 7) for letters in product("ab", repeat=length)]
"""ASCII words, enough for a few others to be decoded separately."""
VOCABULARIES = st.builds(
    lambda words, plain: list(dict.fromkeys([*words, *plain])),
    st.lists(WORDS, max_size=40),
    st.sampled_from(([], PLAIN)),
)


def batch_of(terms: list[str]) -> StringBatch:
    """Return sorted `terms` as a batch of a term dictionary."""
    encoded = [term.encode() for term in terms]
    offsets = np.concatenate(([0], np.cumsum([len(each) for each in encoded], dtype=np.int64)))
    return StringBatch(7, np.frombuffer(b"".join(encoded), np.uint8), offsets.astype(np.int64))


def expand(node: Wildcard | Fuzzy | Pattern, terms: list[str]) -> list[str]:
    """Return those of `terms` that match `node`, tested all at once."""
    batch = batch_of(sorted(term for term in terms if term.startswith(literal_prefix(node))))
    return batch.strings(matching_terms(node, batch))


@given(term=WORDS, distance=st.integers(0, 3), terms=VOCABULARIES)
@example(term="ab", distance=1, terms=["", "a", "b", "ba", "abc", "é"])
@example(term="ca", distance=2, terms=["abc", "ac"])
@example(term="a" * 300, distance=1, terms=["a" * 299, "a" * 301, "a" * 302, "b" + "a" * 299])
def test_fuzzy_words_match_terms_within_the_distance(
    term: str, distance: int, terms: list[str]
) -> None:
    """Testing all terms at once gives the same as the edit distance of each."""
    node = Fuzzy(term, distance)
    assert expand(node, terms) == sorted(filter(term_matcher(node), terms))


@given(data=st.data(), terms=st.lists(WORDS, min_size=1, unique=True, max_size=40))
def test_misspelt_words_are_found(data: st.DataObject, terms: list[str]) -> None:
    """A term with up to two letters swapped, left out or inserted is near its original."""
    letters = list(data.draw(st.sampled_from(terms)))
    for _ in range(2):
        at = data.draw(st.integers(0, max(len(letters) - 1, 0)))
        pair = letters[at : at + 2]
        letters[at : at + 2] = data.draw(st.sampled_from((pair[::-1], pair[:1], [*pair, "я"])))
    node = Fuzzy("".join(letters), 2)
    assert expand(node, terms) == sorted(filter(term_matcher(node), terms))


WILDCARDS = st.one_of(
    st.text(LETTERS + "**??[.+\\^", max_size=7),
    st.lists(st.text("ab?", max_size=3), min_size=3, max_size=4).map("*".join),
)


@given(pattern=WILDCARDS, terms=VOCABULARIES.map(lambda words: [*words, "[a", "a+"]))
@example(pattern="*b*", terms=[*PLAIN, "é"])
@example(pattern="*?b*a*", terms=[*PLAIN, "bé"])
@example(pattern="*aab*", terms=[*PLAIN, "aaaéab"])
@example(pattern="*ab*ab*", terms=["abab", "aba", "abb", "ab"])
@example(pattern="*b", terms=["b", "ab", "", "яb", "ba"])
@example(pattern="a*a", terms=["a", "aa", "aba"])
@example(pattern="???", terms=["社я𐐨", "é\u0302", "abc"])
def test_wildcards_match_all_terms_at_once(pattern: str, terms: list[str]) -> None:
    """Testing all terms at once gives the same as each alone, whatever signs the wildcard has."""
    node = Wildcard(pattern)
    terms = [term for term in dict.fromkeys(terms) if term]
    assert expand(node, terms) == sorted(filter(term_matcher(node), terms))


@given(
    pattern=st.sampled_from(("a.*", ".*a", "[ab]+", r"\pL{2,3}", "(a|社).?", ".*", "é.*|.*𐐨")),
    terms=VOCABULARIES,
)
def test_patterns_match_all_terms_at_once(pattern: str, terms: list[str]) -> None:
    """Searching all terms at once gives the same as matching each alone."""
    node = Pattern(pattern)
    terms = [term for term in terms if term]
    assert expand(node, terms) == sorted(filter(term_matcher(node), terms))


def engine_of(folder: Path, corpus: Corpus, dead: set[int]) -> ColumnarEngine:
    """Return the engine of `corpus`, written as one segment, after documents `dead` are deleted."""
    writer = ColumnarWriter(folder, None)
    for document, passages in corpus:
        writer.replace(document, passages)
    manifest = writer.prepare()
    writer.close()
    writer = ColumnarWriter(folder, manifest)
    for number in dead:
        writer.delete(number)
    manifest = writer.prepare()
    writer.close()
    return ColumnarEngine(folder, manifest)


@pytest.mark.parametrize("few", [-1, 1 << 30], ids=["counted", "looked up"])
@settings(max_examples=25)
@given(corpus=corpora(), data=st.data())
def test_words_of_dead_passages_do_not_count(few: int, corpus: Corpus, data: st.DataObject) -> None:
    """An expansion is that of live passages.

    This holds whether terms are looked up one by one or the tokens of dead passages are counted.
    """
    numbers = [document.id for document, _ in corpus]
    dead = data.draw(st.sets(st.sampled_from(numbers)))
    living = [each for each in corpus if each[0].id not in dead]
    node = data.draw(
        word_operands().filter(lambda term: isinstance(term, Wildcard | Fuzzy | Pattern))
    )
    with (
        TemporaryDirectory() as folder,
        TemporaryDirectory() as other,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(vocabulary, "_FEW", few)
        engine = engine_of(Path(folder), corpus, dead)
        expected = engine_of(Path(other), living, set())
        for each in (Wildcard("*"), node):
            assert engine.vocabulary.expand(each) == expected.vocabulary.expand(each)
        assert engine.vocabulary.count() == expected.vocabulary.count()
        engine.close()
        expected.close()
