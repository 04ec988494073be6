"""Document → its tokens, each with its passage, section, paragraph and sentence.

A section is the text between two barriers: headings, notes, captions, table cells and the ends of
the document. Phrases and proximity are matched within a section, across passages. Text that is set
apart comes after the running text, and each block or mark of it is a section.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from excerpt.model import Block, Document, Passage, Token
from excerpt.text.running_text import running_text
from excerpt.text.sentences import starts_in_blocks
from excerpt.text.tokenizer import tokenize

__all__ = ["DocumentTokens", "opens_section", "split_passages", "tokenize_document"]


class DocumentTokens(NamedTuple):
    """A document as tokens.

    document      the document
    passages      its passages
    tokens        the tokens of its text, in order
    passage_of    for each token, the ordinal of its passage
    section_of    for each token, the number of its section, from 0
    paragraph_of  for each token, the number of its paragraph, from 0
    sentence_of   for each token, the number of its sentence, from 0
    title         the tokens of its title

    All numbers ascend.
    """

    document: Document
    passages: tuple[Passage, ...]
    tokens: tuple[Token, ...]
    passage_of: tuple[int, ...]
    section_of: tuple[int, ...]
    paragraph_of: tuple[int, ...]
    sentence_of: tuple[int, ...]
    title: tuple[Token, ...]


def opens_section(block: Block, before: Block | None) -> bool:
    """Return whether a section begins with `block`, which follows the block `before`."""
    if before is None:
        return True
    return not block.is_continuation and (block.is_barrier or before.is_barrier)


def tokenize_document(document: Document, passages: Sequence[Passage]) -> DocumentTokens:
    """Return the tokens of `document`, which is divided into `passages`."""
    tokens: list[Token] = []
    passage_of: list[int] = []
    section_of: list[int] = []
    paragraph_of: list[int] = []
    sentence_of: list[int] = []
    section = paragraph = sentence = -1
    before: Block | None = None
    running = running_text(document.text, document.marks)
    starts_of_blocks = chain.from_iterable(
        starts_in_blocks(text, (block for passage in group for block in passage.blocks))
        for text, group in split_passages(document.text, running, passages)
    )
    for passage in passages:
        text = document.text if passage.is_set_apart else running
        for block in passage.blocks:
            section += opens_section(block, before)
            paragraph += before is None or not block.is_continuation
            before = block
            found = tokenize(block.span.of(text), block.span.start, document.hyphenated)
            tokens.extend(found)
            passage_of.extend([passage.ordinal] * len(found))
            section_of.extend([section] * len(found))
            paragraph_of.extend([paragraph] * len(found))
            starts = next(starts_of_blocks)
            sentence_of.extend(sentence + bisect_right(starts, token.span.start) for token in found)
            sentence += len(starts)
    return DocumentTokens(
        document,
        tuple(passages),
        tuple(tokens),
        tuple(passage_of),
        tuple(section_of),
        tuple(paragraph_of),
        tuple(sentence_of),
        tuple(tokenize(document.title)),
    )


def split_passages(
    text: str, running: str, passages: Sequence[Passage]
) -> Iterator[tuple[str, Sequence[Passage]]]:
    """Yield `running` with the passages of the running text, then `text` with those set apart."""
    first = next((each.ordinal for each in passages if each.is_set_apart), len(passages))
    yield running, passages[:first]
    if first < len(passages):
        yield text, passages[first:]
