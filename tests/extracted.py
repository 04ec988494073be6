"""Checks of properties that every document and its passages have."""

from bisect import bisect_right
from collections.abc import Sequence

from excerpt.ingest.passages import cut_passages
from excerpt.model import SET_APART, Block, Document, Passage
from excerpt.text.document_tokens import tokenize_document

__all__ = [
    "check_blocks",
    "check_marks",
    "check_passages",
    "check_searchable",
    "kinds_and_texts",
]


def kinds_and_texts(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each block of `document`."""
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def check_blocks(document: Document) -> None:
    """Check that the blocks ascend, begin and end with no white space, and cover all other text."""
    end = 0
    for block in document.blocks:
        text = block.span.of(document.text)
        assert block.span.start >= end
        assert text
        assert text == text.strip()
        assert not document.text[end : block.span.start].strip()
        end = block.span.end
    assert not document.text[end:].strip()
    _check_marks(document)
    for changes in (document.anchors, document.pages):
        starts = [change.start for change in changes]
        assert starts == sorted(starts)
        assert not starts or (starts[0] >= 0 and starts[-1] <= len(document.text))


def _check_marks(document: Document) -> None:
    """Check that marks ascend, and that each is a part of one block that is not set apart."""
    end = 0
    for mark in document.marks:
        text = mark.span.of(document.text)
        assert mark.kind in SET_APART
        assert mark.span.start >= end
        assert text
        assert text == text.strip()
        (block,) = (
            block
            for block in document.blocks
            if block.span.start <= mark.span.start and mark.span.end <= block.span.end
        )
        assert block.kind not in SET_APART
        assert block.span != mark.span
        end = mark.span.end


def check_marks(document: Document) -> None:
    """Check that marks ascend, lie each within one block, and begin and end with no white space."""
    end = 0
    spans = [(block.span.start, block.span.end) for block in document.blocks]
    for mark in document.marks:
        start = mark.span.start
        text = mark.span.of(document.text)
        assert mark.kind in SET_APART
        assert end <= start
        assert text
        assert text == text.strip()
        end = mark.span.end
        first, last = spans[bisect_right(spans, (start, len(document.text))) - 1]
        assert first <= start
        assert end <= last
        assert end - start < last - first


def check_searchable(document: Document, passages: Sequence[Passage]) -> None:
    """Check that every letter and digit of the text is in a token, so that a query finds it."""
    tokens = tokenize_document(document, passages).tokens
    covered = bytearray(len(document.text))
    for token in tokens:
        start, end = token.span.start, token.span.end
        covered[start:end] = bytes(end - start).replace(b"\0", b"\1")
    missed = [
        character
        for character, is_covered in zip(document.text, covered, strict=True)
        if not is_covered and character.isalnum()
    ]
    assert missed == []


def _offsets(document: Document, blocks: list[Block]) -> list[int]:
    """Return the offsets of all characters of `blocks` that are not white space."""
    return [
        offset
        for block in blocks
        for offset in range(block.span.start, block.span.end)
        if not document.text[offset].isspace()
    ]


def check_passages(document: Document) -> tuple[Passage, ...]:
    """Return the passages of the running text of `document`, after checking all passages.

    All are numbered and have ids of their own. Those of the running text are disjoint and in order;
    together they cover exactly the blocks that are not set apart, and those that follow them cover
    exactly the rest and the marks.
    """
    all_passages = cut_passages(document, "a/path.txt")
    assert [passage.ordinal for passage in all_passages] == list(range(len(all_passages)))
    assert len({passage.id for passage in all_passages}) == len(all_passages)
    passages = tuple(passage for passage in all_passages if not passage.is_set_apart)
    apart = all_passages[len(passages) :]
    assert all(block.kind in SET_APART for passage in apart for block in passage.blocks)
    end = 0
    for passage in passages:
        assert passage.span.start >= end
        assert passage.blocks[0].span.start == passage.span.start
        assert passage.blocks[-1].span.end == passage.span.end
        end = passage.span.end
    expected = [block for block in document.blocks if block.kind not in SET_APART]
    covered = [block for passage in passages for block in passage.blocks]
    assert _offsets(document, covered) == _offsets(document, expected)
    pieces = [block for block in document.blocks if block.kind in SET_APART]
    pieces += [Block(span, kind) for span, kind in document.marks]
    covered = [block for passage in apart for block in passage.blocks]
    assert sorted(_offsets(document, covered)) == sorted(_offsets(document, pieces))
    check_searchable(document, all_passages)
    return passages
