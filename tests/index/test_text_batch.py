"""`index.write.text_batch`: passages begin where they should, whatever is put into one batch."""

from collections.abc import Sequence
from itertools import chain
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.kind_bits import KIND_BITS
from excerpt.index.write import text_batch
from excerpt.index.write.text_batch import (
    PARAGRAPH,
    PASSAGE,
    SECTION,
    SENTENCE,
    TextBatch,
    TextBatcher,
)
from excerpt.model import Block, BlockKind, Document, Passage, Span
from excerpt.text.document_tokens import opens_section, passage_texts
from excerpt.text.sentences import starts_in_blocks
from strategies import TwoSplits, documents_split_twice


def pieces_of(document: Document, passages: Sequence[Passage]) -> list[tuple[str, int]]:
    """Return the first character and the flags of each piece of `document`.

    In contrast to the batcher, this works block by block.
    """
    pieces = []
    before: Block | None = None
    groups = passage_texts(document, passages)
    sentences = chain.from_iterable(
        starts_in_blocks(text, [block for passage in group for block in passage.blocks])
        for text, group in groups
    )
    for text, passage in [(text, passage) for text, group in groups for passage in group]:
        for number, block in enumerate(passage.blocks):
            starts, continues = next(sentences), before is not None and block.is_continuation
            for start in sorted({block.span.start, *starts}):
                flags = SENTENCE * (start in starts)
                if start == block.span.start:
                    flags |= PASSAGE * (number == 0) | PARAGRAPH * (not continues)
                    flags |= SECTION * (opens_section(block, before) and not continues)
                pieces.append((text[start], flags))
            before = block
    return pieces


@given(st.lists(documents_split_twice(), max_size=4), st.sampled_from([1, 20, 1 << 20]))
def test_pieces_do_not_depend_on_the_batch(cuttings: list[TwoSplits], size: int) -> None:
    """In batches of any size, pieces begin as they do block by block, and keep their documents."""
    batcher, batches = TextBatcher(), list[TextBatch]()
    expected, languages = list[tuple[str, int]](), list[str]()
    with patch.object(text_batch, "BATCH_SIZE", size):
        for number, cutting in enumerate(cuttings):
            document = cutting.document._replace(language=str(number))
            batches += batcher.add(document, cutting.first)
            expected += pieces_of(document, cutting.first)
            languages += [document.language] * (len(expected) - len(languages))
        batches.append(batcher.take())
    pieces = [
        (batch.text[start], flags)
        for batch in batches
        for start, flags in zip(batch.starts.tolist(), batch.flags.tolist(), strict=True)
    ]
    assert pieces == expected
    assert languages == [
        group.language for batch in batches for group in batch.groups for _ in range(group.n_texts)
    ]
    assert batcher.block_kinds == [
        sum(KIND_BITS[kind] for kind in {block.kind for block in passage.blocks})
        for cutting in cuttings
        for passage in cutting.first
    ]


def document_of(number: int, *texts: str) -> tuple[Document, list[Passage]]:
    """Return a document of these paragraphs, in one passage."""
    text, blocks = "", list[Block]()
    for paragraph in texts:
        text += "\n\n" if text else ""
        span = Span(len(text), len(text) + len(paragraph))
        blocks.append(Block(span, BlockKind.PARAGRAPH))
        text += paragraph
    document = Document(text, tuple(blocks), "text", id=number)
    return document, [Passage(0, Span(0, len(text)), tuple(blocks))]


def test_documents_are_joined_as_the_documentation_says() -> None:
    """The batch is that of the example in the module's docstring."""
    batcher = TextBatcher()
    first, second = document_of(1, "One. Two.", "Three."), document_of(2, "Four.")
    assert [*batcher.add(*first), *batcher.add(*second)] == []
    batch = batcher.take()
    everything = SECTION | PARAGRAPH | PASSAGE | SENTENCE
    assert batch.text == "One. Two.\n\nThree.\0Four."
    assert batch.starts.tolist() == [0, 5, 11, 18]
    assert batch.flags.tolist() == [everything, SENTENCE, PARAGRAPH | SENTENCE, everything]
    assert [group.n_texts for group in batch.groups] == [3, 1]


def test_a_batch_is_empty_after_it_was_taken() -> None:
    """Nothing is given twice."""
    batcher = TextBatcher()
    assert list(batcher.add(*document_of(1, "One."))) == []
    assert batcher.take().text == "One."
    assert batcher.take().text == ""


def test_a_long_document_without_passages_has_no_pieces() -> None:
    """Even if its text is longer than a batch; a page that is all boilerplate may be."""
    batcher = TextBatcher()
    text = "x" * (text_batch.BATCH_SIZE + 1)
    assert list(batcher.add(Document(text, (), "text", id=1), [])) == []
    assert batcher.take().starts.size == 0
