"""Checks of properties that every document and its passages have."""

from bisect import bisect_right
from collections.abc import Sequence

from excerpt.ingest.passages import cut_passages
from excerpt.model import INSETS, SET_APART, Block, Document, Passage, Span
from excerpt.text.characters import character_classes
from excerpt.text.document_tokens import tokenize_document

__all__ = [
    "check_blocks",
    "check_marks",
    "check_passages",
    "check_searchable",
    "kinds_and_texts",
    "words_of",
]


def kinds_and_texts(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each block of `document`."""
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def check_blocks(document: Document) -> None:
    """Check that the blocks ascend, begin and end with no white space, and cover all other text.

    Each mark lies within one of them. They ascend, and those set apart are disjoint.
    """
    end = 0
    for block in document.blocks:
        text = block.span.of(document.text)
        assert block.span.start >= end
        assert text
        assert text == text.strip()
        assert not document.text[end : block.span.start].strip()
        end = block.span.end
    assert not document.text[end:].strip()
    check_marks(document)
    for changes in (document.anchors, document.pages):
        starts = [change.start for change in changes]
        assert starts == sorted(starts)
        assert not starts or (starts[0] >= 0 and starts[-1] <= len(document.text))


def check_marks(document: Document) -> None:
    """Check that marks ascend, and that each is a part of one block that is not set apart.

    Those of notes and captions within sentences may contain others; the others are disjoint.
    """
    spans = [block.span for block in document.blocks]
    ends = dict.fromkeys((True, False), 0)
    inset = Span(0, 0)
    assert list(document.marks) == sorted(document.marks)
    for mark in sorted(document.marks, key=lambda mark: (mark.span.start, -mark.span.end)):
        text, is_inset = mark.span.of(document.text), mark.kind in INSETS
        assert text
        assert text == text.strip()
        assert mark.kind in INSETS | SET_APART
        assert mark.span.start >= ends[is_inset]
        ends[is_inset] = mark.span.end
        if is_inset:
            assert mark.span.start >= ends[False]
            inset = mark.span
        elif mark.span.start < inset.end:
            assert mark.span.end <= inset.end
        number = bisect_right(spans, Span(mark.span.start, len(document.text))) - 1
        assert spans[number].start <= mark.span.start
        assert mark.span.end <= spans[number].end
        assert mark.span != spans[number]
        assert document.blocks[number].kind not in SET_APART


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
        if not is_covered and character_classes(character) in "aA0h"
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
    together they cover exactly the blocks that are not set apart. Those of notes and captions
    within sentences follow. Those set apart cover exactly the rest and the other marks.
    """
    all_passages = cut_passages(document, "a/path.txt")
    assert [passage.ordinal for passage in all_passages] == list(range(len(all_passages)))
    assert len({passage.id for passage in all_passages}) == len(all_passages)
    n_running = sum(not passage.is_set_apart for passage in all_passages)
    apart = all_passages[n_running:]
    passages = _check_insets(document, all_passages[:n_running])
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
    pieces += [Block(span, kind) for span, kind in document.marks if kind in SET_APART]
    covered = [block for passage in apart for block in passage.blocks]
    assert sorted(_offsets(document, covered)) == sorted(_offsets(document, pieces))
    check_searchable(document, all_passages)
    return passages


def _check_insets(document: Document, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """Return `passages` without the last ones, which cover exactly the document's insets."""
    insets = [Block(span, kind) for span, kind in document.marks if kind in INSETS]
    expected = _offsets(document, insets)
    n = len(passages)
    covered: list[int] = []
    while len(covered) < len(expected):
        n -= 1
        assert len({block.kind for block in passages[n].blocks} & INSETS) == 1
        covered = _offsets(document, list(passages[n].blocks)) + covered
    assert covered == expected
    return passages[:n]


def words_of(document: Document, *, kind: str = "") -> str:
    """Return the words of its running text, or of the passages with a `kind` of block."""
    passages = cut_passages(document, "a/path.txt")
    tokens = tokenize_document(document, passages)
    wanted = {
        passage.ordinal
        for passage in passages
        if (kind in {block.kind for block in passage.blocks} if kind else not passage.is_set_apart)
    }
    pairs = zip(tokens.tokens, tokens.passage_of, strict=True)
    return " ".join(token.form for token, ordinal in pairs if ordinal in wanted)
