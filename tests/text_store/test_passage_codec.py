"""Tests of `passage_codec`: passages survive the way into their details and back."""

import pytest
from hypothesis import given

from excerpt.model import Anchor, Block, BlockKind, Document, Mark, Page, Passage, Span
from excerpt.text_store.passage_codec import (
    decode_outline,
    decode_passage,
    encode_details,
    encode_id_prefix,
)
from strategies import split_documents


def round_trip(passage: Passage) -> Passage:
    """Return a passage as it is decoded from its columns and its details."""
    span, id_ = passage.span, int(passage.id, 16)
    return decode_passage(passage.ordinal, span.start, len(span), id_, encode_details(passage))


@given(split_documents())
def test_any_passage_survives(cut: tuple[Document, list[Passage]]) -> None:
    """Passages are decoded as they were, and so are their outlines."""
    for passage in cut[1]:
        assert round_trip(passage) == passage
        details, span = encode_details(passage), passage.span
        n_paragraphs = sum(block.begins_paragraph for block in passage.blocks)
        outline = decode_outline(span.start, len(span), details)
        assert outline == (span.start, len(span), n_paragraphs)
        assert "\n" not in details
        assert details.isascii()


@pytest.mark.parametrize("kind", list(BlockKind))
@pytest.mark.parametrize("level", [0, 1, 4095])
@pytest.mark.parametrize("continues", [False, True])
def test_the_traits_of_a_block_do_not_mix(kind: BlockKind, level: int, continues: bool) -> None:
    """Kind, level and continuation are decoded independently of each other."""
    blocks = (
        Block(Span(5, 9), kind, level, continues, is_guess=not continues),
        Block(Span(9, 12), BlockKind.PARAGRAPH, 0, not continues, is_guess=continues),
    )
    passage = Passage(
        3, Span(5, 12), blocks, ("A [B]",), None, "", 'here "quoted"', id=f"{10:016x}"
    )
    assert round_trip(passage) == passage
    assert len(BlockKind) <= 16, "bits 0-3 of the traits hold the kind"


def test_pages_anchors_and_marks_within_a_passage_survive() -> None:
    """They are decoded from the row; a lone surrogate becomes a question mark."""
    passage = Passage(
        0,
        Span(0, 20),
        (Block(Span(0, 20), BlockKind.PARAGRAPH),),
        page="iv",
        pages=(Page(3, "v"), Page(9, "\ud800")),
        anchors=(Anchor(4, "a1"), Anchor(8, "")),
        marks=(Mark(Span(3, 5), BlockKind.PAGE), Mark(Span(8, 9), BlockKind.REFERENCE)),
        id=f"{10:016x}",
    )
    stored = passage._replace(pages=(Page(3, "v"), Page(9, "?")))
    assert round_trip(passage) == stored


def test_the_numbers_of_pages_survive() -> None:
    """Pages of a file that has pages are stored with their number, also the first."""
    passage = Passage(
        0, Span(0, 20), (), page="iv", pages=(Page(3, "v", 7),), id=f"{10:016x}", page_number=6
    )
    decoded = round_trip(passage)
    assert decoded == passage
    assert [decoded.page_at(offset).number for offset in (0, 3)] == [6, 7]


def test_ids_with_a_prefix_are_a_range() -> None:
    """The first and last id with a prefix are numbers; no id begins with anything else."""
    assert encode_id_prefix("") == (0, 2**64 - 1)
    assert encode_id_prefix("0a") == (0x0A << 56, (0x0B << 56) - 1)
    for none in ("x", "0A", "0" * 17):
        first, last = encode_id_prefix(none)
        assert last < first
