"""`query.unspaced`: words in scripts without spaces, and the pairs that stand for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.query.ast import Node, Or, Phrase, Word, walk
from excerpt.query.formatting import format_query
from excerpt.query.parser import parse
from excerpt.query.unspaced import pairs_of

TYPED = st.text("社会主義のア水ก่าAb19、。？・ -*'", min_size=1, max_size=12)
"""Words of several scripts with signs between them."""


def runs_in(tree: Node) -> list[Phrase]:
    """Return the runs in `tree`."""
    return [node for node in walk(tree) if isinstance(node, Phrase) and node.runs]


@given(TYPED)
def test_a_run_reads_back_as_itself(text: str) -> None:
    """The formatted query has the same words and the same stretches."""
    query = parse(text)
    if not any(problem.is_error for problem in query.problems):
        assert parse(format_query(query.tree)).tree == query.tree


@given(TYPED)
def test_pairs_cover_a_run_and_cross_no_sign(text: str) -> None:
    """Every part of a run is in an alternative; a pair consists of neighbours in one stretch."""
    for run in runs_in(parse(text).tree):
        assert sum(run.runs) == len(run.parts)
        pairs = pairs_of(run)
        assert len(set(pairs)) == len(pairs)
        parts = {part for pair in pairs for part in (walk(pair) if pair != run else run.parts)}
        assert set(run.parts) <= parts
        for pair in pairs:
            written = format_query(pair)
            assert "/" not in written
            assert not isinstance(pair, Phrase) or len(pair.parts) == 2


@given(TYPED)
def test_any_word_takes_runs_apart(text: str) -> None:
    """No run of more than two parts is left, and each that is taken apart has a notice."""
    query = parse(text, any_word=True)
    assert all(run.runs == (2,) or len(pairs_of(run)) == 1 for run in runs_in(query.tree))
    whole = runs_in(parse(text).tree)
    n_apart = len({run for run in whole if len(pairs_of(run)) > 1})
    notices = [each for each in query.problems if "pairs of characters" in each.message]
    assert len(notices) == min(n_apart, 5) or any(each.is_error for each in query.problems)


@pytest.mark.parametrize(
    "source",
    [
        '"日本の首都"',
        '="日本の首都"',
        "=日本の首都",
        "title:日本の首都",
        "日本の首都 NEAR/3 a",
        "-日本の首都",
    ],
)
def test_what_stays_whole(source: str) -> None:
    """Quoted words, exact forms, and operands of fields, NEAR and NOT are phrases."""
    any_word = parse(source, any_word=True).checked().tree
    assert any_word == parse(source).tree
    assert not any(isinstance(node, Or) for node in walk(any_word))


def test_with_exact_a_run_is_a_phrase() -> None:
    """Quotation marks have the same effect."""
    assert parse("日本の首都", exact=True, any_word=True).tree == parse('"日本の首都"').tree


def test_the_weight_of_a_run_is_that_of_its_pairs() -> None:
    """Each pair has it."""
    assert parse("日本の^3", any_word=True).tree == Or(
        tuple(
            Phrase((Word(a), Word(b)), weight=3.0, runs=(2,))
            for a, b in (("日", "本"), ("本", "の"))
        )
    )
