"""`engines.columnar.expansion`: the terms that a wildcard, fuzzy word or pattern stands for, found all at once."""

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
from excerpt.index.read.term_matching import fitting_terms, prefix_of
from excerpt.index.write.index_writer import ColumnarWriter
from excerpt.query.ast import Fuzzy, Pattern, Wildcard
from excerpt.query.term_matching import term_matcher
from strategies import Corpus, corpora, word_operands

LETTERS = "abcé\u0302я社𐐨"
WORDS = st.text(LETTERS, max_size=6) | st.text("ab", max_size=12)
PLAIN = ["".join(letters) for length in range(1, 7) for letters in product("ab", repeat=length)]
"""So many that a few words with other letters are looked at apart."""
VOCABULARIES = st.builds(
    lambda words, plain: list(dict.fromkeys([*words, *plain])),
    st.lists(WORDS, max_size=40),
    st.sampled_from(([], PLAIN)),
)


def piece_of(terms: list[str]) -> StringBatch:
    """The sorted `terms` as they stand in a segment."""
    encoded = [term.encode() for term in terms]
    at = np.concatenate(([0], np.cumsum([len(one) for one in encoded], dtype=np.int64)))
    return StringBatch(7, np.frombuffer(b"".join(encoded), np.uint8), at.astype(np.int64))


def expanded(node: Wildcard | Fuzzy | Pattern, terms: list[str]) -> list[str]:
    """Those of `terms` that fit `node`, found together."""
    piece = piece_of(sorted(term for term in terms if term.startswith(prefix_of(node))))
    return piece.strings(fitting_terms(node, piece))


@given(term=WORDS, distance=st.integers(0, 3), terms=VOCABULARIES)
@example(term="ab", distance=1, terms=["", "a", "b", "ba", "abc", "é"])
@example(term="ca", distance=2, terms=["abc", "ac"])
@example(term="a" * 300, distance=1, terms=["a" * 299, "a" * 301, "a" * 302, "b" + "a" * 299])
def test_fuzzy_words_are_those_within_the_distance(term: str, distance: int, terms: list[str]) -> None:
    """All terms at once give what the distance of each gives."""
    node = Fuzzy(term, distance)
    assert expanded(node, terms) == sorted(filter(term_matcher(node), terms))


@given(data=st.data(), terms=st.lists(WORDS, min_size=1, unique=True, max_size=40))
def test_misspelt_words_are_found(data: st.DataObject, terms: list[str]) -> None:
    """A term with two letters swapped, and one changed, is near to what it was."""
    letters = list(data.draw(st.sampled_from(terms)))
    for _ in range(2):
        at = data.draw(st.integers(0, max(len(letters) - 1, 0)))
        letters[at : at + 2] = data.draw(
            st.sampled_from((letters[at : at + 2][::-1], letters[at : at + 1], [*letters[at : at + 2], "я"]))
        )
    node = Fuzzy("".join(letters), 2)
    assert expanded(node, terms) == sorted(filter(term_matcher(node), terms))


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
def test_wildcards_are_those_that_fit(pattern: str, terms: list[str]) -> None:
    """All terms at once give what each alone gives, whatever signs the wildcard has."""
    node = Wildcard(pattern)
    terms = [term for term in dict.fromkeys(terms) if term]
    assert expanded(node, terms) == sorted(filter(term_matcher(node), terms))


@given(
    pattern=st.sampled_from(("a.*", ".*a", "[ab]+", r"\pL{2,3}", "(a|社).?", ".*", "é.*|.*𐐨")),
    terms=VOCABULARIES,
)
def test_patterns_are_those_that_match(pattern: str, terms: list[str]) -> None:
    """All terms at once give what each alone gives."""
    node = Pattern(pattern)
    terms = [term for term in terms if term]
    assert expanded(node, terms) == sorted(filter(term_matcher(node), terms))


def engine_of(folder: Path, corpus: Corpus, dead: set[int]) -> ColumnarEngine:
    """The engine of `corpus`, written in one segment, from which the documents `dead` were then deleted."""
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


@pytest.mark.parametrize("few", [-1, 1 << 30])
@settings(max_examples=25)
@given(corpus=corpora(), data=st.data())
def test_words_of_dead_passages_alone_are_no_words(few: int, corpus: Corpus, data: st.DataObject) -> None:
    """Whether terms are looked up one by one or the dead words counted, an expansion is that of what lives."""
    numbers = [document.id for document, _ in corpus]
    dead = data.draw(st.sets(st.sampled_from(numbers)))
    living = [each for each in corpus if each[0].id not in dead]
    node = data.draw(word_operands().filter(lambda leaf: isinstance(leaf, Wildcard | Fuzzy | Pattern)))
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(vocabulary, "_FEW", few)
        engine, expected = engine_of(Path(one), corpus, dead), engine_of(Path(other), living, set())
        for each in (Wildcard("*"), node):
            assert engine.vocabulary.expand(each) == expected.vocabulary.expand(each)
        assert engine.vocabulary.count() == expected.vocabulary.count()
        engine.close()
        expected.close()
