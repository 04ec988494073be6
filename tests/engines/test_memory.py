"""The memory engine: scores, order, limits, and the states that its writer makes."""

from math import log

import pytest

from excerpt.engines import BuiltSegment, Statistics
from excerpt.engines.memory import MemoryEngine, MemoryWriter
from excerpt.errors import ExcerptError
from excerpt.model import Block, BlockKind, Document, Key, Passage, Span
from excerpt.query.ast import AllWords, MatchAll, Or, Phrase, Term, Word
from excerpt.query.parser import parse
from excerpt.query.ranking import (
    BURST_PRIOR,
    EXACT_WEIGHT,
    HEADING_WEIGHT,
    K1,
    MAX_BURST,
    TITLE_WEIGHT,
    B,
)


def document(
    number: int, *texts: str, title: str = "", heading: str = "", path: str = ""
) -> tuple[Document, list[Passage]]:
    """Return an English document with a passage for each of `texts`."""
    blocks = []
    at = 0
    for text in texts:
        blocks.append(Block(Span(at, at + len(text)), BlockKind.PARAGRAPH))
        at += len(text) + 1
    places = (path or f"{number}.txt",)
    whole = Document(
        "\n".join(texts),
        tuple(blocks),
        "text",
        title=title,
        language="en",
        id=number,
        paths=places,
    )
    headings = (heading,) if heading else ()
    return whole, [Passage(n, block.span, (block,), headings) for n, block in enumerate(blocks)]


def engine_of(*documents: tuple[Document, list[Passage]]) -> MemoryEngine:
    """Return an engine over some documents."""
    writer = MemoryWriter()
    for whole, passages in documents:
        writer.replace(whole, passages)
    return writer.engine()


def part(frequency: float, held: tuple[int, int, int], length: int, average: float) -> float:
    """Return the score of a term by the formula of `query.ranking`, written out.

    `held` has the number of occurrences, of passages with any, and of all passages.
    """
    n_occurrences, n_holding, n_passages = held
    share = (n_holding + 0.5) / (n_passages + 1)
    burst = min(MAX_BURST, (n_occurrences + BURST_PRIOR) / (n_holding + BURST_PRIOR))
    term_weight = -log(share) * (1 - share) * burst
    return term_weight * frequency / (frequency + K1 * (1 - B + B * length / average))


def test_a_word_is_scored_by_stems_form_headings_and_title() -> None:
    """Two stems count, one of them for the exact form too, and headings and title."""
    engine = engine_of(
        document(1, "party parties fight", "bread", title="Party", heading="Parties of old")
    )
    ((key, score),) = engine.execute(Word("party")).top(10)
    assert key == Key(1, 0)
    assert score == pytest.approx(
        part(2 + EXACT_WEIGHT + HEADING_WEIGHT + TITLE_WEIGHT, (2, 1, 2), 3, 2.0), abs=1e-12
    )


def test_other_terms_are_scored_by_occurrences_and_weight() -> None:
    """A phrase counts in the passage in which it begins, multiplied by its weight."""
    engine = engine_of(document(1, "war peace war", "peace bread"))
    ((key, score),) = engine.execute(Phrase((Term("war"), Term("peace")), weight=2.0)).top(10)
    assert key == Key(1, 0)
    assert score == pytest.approx(2 * part(2.0, (2, 1, 2), 3, 2.5), abs=1e-12)


def test_a_word_of_the_title_alone_adds_to_the_score() -> None:
    """A word of the title contributes to the score, although no passage has it."""
    engine = engine_of(document(1, "war", title="Land"))
    ((_, score),) = engine.execute(AllWords((Word("war"), Word("land")))).top(10)
    assert score == pytest.approx(
        part(1 + EXACT_WEIGHT, (1, 1, 1), 1, 1.0) + part(TITLE_WEIGHT, (0, 0, 1), 1, 1.0), abs=1e-12
    )


def test_explanations_add_up() -> None:
    """Each term has its part, under its name in the query."""
    engine = engine_of(document(1, "war peace war"))
    tree = parse('war OR "peace war"').checked().tree
    ((key, score),) = engine.execute(tree).top(1)
    parts = engine.execute(tree).explain(key)
    assert [name for name, _ in parts] == ["war", '"peace war"']
    assert sum(part for _, part in parts) == score


def test_equal_scores_are_ordered_by_path_then_offset() -> None:
    """Ties are not broken by the id of the document."""
    engine = engine_of(document(1, "war", "war", path="b"), document(2, "war", path="a"))
    keys = [Key(2, 0), Key(1, 0), Key(1, 1)]
    assert [key for key, _ in engine.execute(Word("war")).top(None)] == keys
    assert list(engine.execute(Word("war"))) == keys


def test_a_limit_cuts_the_ranking() -> None:
    """The total does not depend on it."""
    matches = engine_of(document(1, "war", "war", "war")).execute(MatchAll())
    assert [key.ordinal for key, _ in matches.top(2)] == [0, 1]
    assert matches.top(0) == ()
    assert len(matches.top(7)) == len(matches.top(None)) == matches.total == 3


def test_spans_are_in_the_order_of_the_keys() -> None:
    """A span that several terms cover is listed once."""
    engine = engine_of(document(1, "war and war", "bread", "the war"))
    tree = Or((Word("war"), Term("war"), Phrase((Word("the"), Word("war")))))
    assert engine.execute(tree).spans([Key(1, 2), Key(1, 0)]) == [
        [(0, 2), (1, 2)],
        [(0, 1), (2, 3)],
    ]


def test_a_passage_without_words_has_the_score_0() -> None:
    """An index without any word can be searched."""
    engine = engine_of(document(1, "..."))
    assert engine.execute(MatchAll()).top(1) == ((Key(1, 0), 0.0),)
    assert engine.count(Word("war")) == 0


def test_the_writer_replaces_moves_and_deletes() -> None:
    """An engine has the state in which it was opened."""
    writer = MemoryWriter()
    writer.replace(*document(1, "war"))
    writer.replace(*document(2, "peace"))
    before = writer.engine()
    writer.replace(*document(1, "bread and land"))
    writer.describe(1, ["z/1.txt"], [("author", "Rosa")])
    writer.delete(2)
    after = writer.engine()
    assert before.statistics() == Statistics(2, 2, 2, 2)
    assert after.statistics() == Statistics(1, 1, 3, 3)
    assert after.count(parse("author:rosa path:z", fields=["author"]).checked().tree) == 1
    assert before.count(Word("war")) == 1
    assert after.count(Word("war")) == 0
    assert writer.prepare().to_json() == {
        "engine": "memory",
        "documents": [1],
        "main_language": "",
    }


def test_segments_are_refused() -> None:
    """The memory engine has no segments to adopt."""
    with pytest.raises(ExcerptError, match="no segments"):
        MemoryWriter().adopt(BuiltSegment())


def test_a_word_without_accents_stands_for_the_forms_that_have_them() -> None:
    """Forms with accents can have other stems."""
    engine = engine_of(document(1, "Müllers müller"))
    assert engine.vocabulary.forms(Word("muller")) == {("en", "müller"), ("en", "müllers")}
    assert engine.count(Word("mullers")) == 1
