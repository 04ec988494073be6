"""What must hold of every document that is extracted, and of the passages it is cut into."""

from excerpt.ingest.passages import cut_passages
from excerpt.model import Block, BlockKind, Document, Passage

__all__ = ["check_blocks", "check_passages", "kinds_and_texts"]


def kinds_and_texts(document: Document) -> list[tuple[str, str]]:
    """The blocks of `document`, each as its kind and its text."""
    return [(block.kind.value, block.span.of(document.text)) for block in document.blocks]


def check_blocks(document: Document) -> None:
    """Blocks ascend, are not empty, begin and end with a character, and hold all that is not white space."""
    at = 0
    for block in document.blocks:
        text = block.span.of(document.text)
        assert block.span.start >= at
        assert text
        assert text == text.strip()
        assert not document.text[at : block.span.start].strip()
        at = block.span.end
    assert not document.text[at:].strip()


def _characters(document: Document, blocks: list[Block]) -> list[int]:
    """The places of all characters of `blocks` that are not white space."""
    return [
        place
        for block in blocks
        for place in range(block.span.start, block.span.end)
        if not document.text[place].isspace()
    ]


def check_passages(document: Document) -> tuple[Passage, ...]:
    """Passages are disjoint, in order, numbered, named apart, and hold all blocks but boilerplate, to the letter."""
    found = cut_passages(document, "a/path.txt")
    assert [passage.ordinal for passage in found] == list(range(len(found)))
    assert len({passage.id for passage in found}) == len(found)
    at = 0
    for passage in found:
        assert passage.span.start >= at
        assert passage.blocks[0].span.start == passage.span.start
        assert passage.blocks[-1].span.end == passage.span.end
        at = passage.span.end
    own = [block for block in document.blocks if block.kind is not BlockKind.BOILERPLATE]
    held = [block for passage in found for block in passage.blocks]
    assert _characters(document, held) == _characters(document, own)
    return found
