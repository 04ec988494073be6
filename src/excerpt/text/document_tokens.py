"""Document → its tokens, each with its passage, section, paragraph and sentence.

A section is the text between two barriers: headings, notes, captions, table cells and the ends of
the document. Phrases and proximity are matched within a section, across passages. Notes and
captions within sentences come after the running text, and text that is set apart comes last; each
block or mark of it is a section.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from excerpt.model import INSETS, SET_APART, Block, Document, Passage, Token
from excerpt.text.running_text import running_text
from excerpt.text.sentences import starts_in_blocks
from excerpt.text.tokenizer import tokenize

__all__ = ["DocumentTokens", "opens_section", "passage_texts", "tokenize_document"]


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
    groups = passage_texts(document, passages)
    starts_of_blocks = chain.from_iterable(
        starts_in_blocks(text, (block for passage in group for block in passage.blocks))
        for text, group in groups
    )
    for text, passage in ((text, passage) for text, group in groups for passage in group):
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
    # A word ends with its sentence, whatever sign follows.
    for i, (here, there) in enumerate(pairwise(sentence_of)):
        if here != there and tokens[i].mark:
            tokens[i] = tokens[i]._replace(mark="")
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


def passage_texts(
    document: Document, passages: Sequence[Passage]
) -> list[tuple[str, Sequence[Passage]]]:
    """Return the passages of `document` in order, grouped by the text that their words are in.

    Marks are blanked out in the running text. Notes and captions within sentences are marks
    themselves, so they are read in a text in which only the other marks are blanked out. Passages
    set apart are in the document's own text.
    """
    text, marks = document.text, document.marks
    if not marks:
        return [(text, passages)]
    first = next((each.ordinal for each in passages if each.is_set_apart), len(passages))
    groups = [(text, passages[first:])]
    insets = [mark.span for mark in marks if mark.kind in INSETS]
    if insets:
        ends = [span.end for span in insets]

        def is_inset(passage: Passage) -> bool:
            number = bisect_left(ends, passage.span.end)
            is_inside = number < len(ends) and insets[number].start <= passage.span.start
            return is_inside and passage.blocks[0].kind in INSETS

        end = next((each.ordinal for each in passages[:first] if is_inset(each)), first)
        others = running_text(text, [mark for mark in marks if mark.kind in SET_APART])
        groups.insert(0, (others, passages[end:first]))
        first = end
    groups.insert(0, (running_text(text, marks), passages[:first]))
    return [group for group in groups if group[1]]
