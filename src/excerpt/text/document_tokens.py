"""A document → its words, each with the passage, section, paragraph and sentence it stands in.

A section is the run of words between two barriers: headings, notes, captions, table cells and the ends of the
document. Phrases and proximity are matched on it, wherever passages are cut.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from excerpt.model import BARRIERS, Block, Document, Passage, Token
from excerpt.text.tokenizer import tokenize

__all__ = ["DocumentTokens", "opens_section", "tokenize_document"]


class DocumentTokens(NamedTuple):
    """A document as words.

    `passage_of`, `section_of`, `paragraph_of` and `sentence_of` give for each word the ordinal of its passage and the
    number of its section, paragraph and sentence, all ascending. `title` and `headings` (one list for each passage) are words too.
    """

    document: Document
    passages: tuple[Passage, ...]
    tokens: tuple[Token, ...]
    passage_of: tuple[int, ...]
    section_of: tuple[int, ...]
    paragraph_of: tuple[int, ...]
    sentence_of: tuple[int, ...]
    title: tuple[Token, ...]
    headings: tuple[tuple[Token, ...], ...]


def opens_section(block: Block, before: Block | None) -> bool:
    """Whether a section starts with `block`, which comes after the block `before`."""
    if before is None:
        return True
    return not block.is_continuation and (block.kind in BARRIERS or before.kind in BARRIERS)


def tokenize_document(document: Document, passages: Sequence[Passage]) -> DocumentTokens:
    """The words of `document`, which is cut into `passages`."""
    words: list[Token] = []
    passage_of: list[int] = []
    section_of: list[int] = []
    paragraph_of: list[int] = []
    sentence_of: list[int] = []
    section = paragraph = sentence = -1
    before: Block | None = None
    from excerpt.text import sentences  # late: a search reads no document

    begun = sentences.starts_in_blocks(
        document.text, (block for passage in passages for block in passage.blocks)
    )
    for passage in passages:
        for block in passage.blocks:
            section += opens_section(block, before)
            paragraph += before is None or not block.is_continuation
            before = block
            found = tokenize(block.span.of(document.text), block.span.start, document.hyphenated)
            words.extend(found)
            passage_of.extend([passage.ordinal] * len(found))
            section_of.extend([section] * len(found))
            paragraph_of.extend([paragraph] * len(found))
            starts = next(begun)
            sentence_of.extend(sentence + bisect_right(starts, word.span.start) for word in found)
            sentence += len(starts)
    return DocumentTokens(
        document,
        tuple(passages),
        tuple(words),
        tuple(passage_of),
        tuple(section_of),
        tuple(paragraph_of),
        tuple(sentence_of),
        tuple(tokenize(document.title)),
        tuple(
            tuple(word for heading in passage.headings for word in tokenize(heading))
            for passage in passages
        ),
    )
