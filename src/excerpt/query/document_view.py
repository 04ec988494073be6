"""Document → what the semantics of a query sees: its token sequences and fields."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from excerpt.model import SET_APART, Token
from excerpt.query.token_sequence import TokenSequence
from excerpt.text import tokenize
from excerpt.text.stemmer import stems

if TYPE_CHECKING:
    from excerpt.text.document_tokens import DocumentTokens

__all__ = ["DocumentView", "view_document"]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as the semantics of a query sees it.

    text      the tokens of its text
    title     the tokens of its title, which is one section
    headings  by ordinal of the passage, its heading path; each heading is a section
    kinds     by ordinal of the passage, the kinds of its blocks
    paths     its paths
    format    its format
    language  its language
    metadata  its metadata, as pairs of name and value
    """

    text: TokenSequence
    title: TokenSequence
    headings: Sequence[TokenSequence]
    kinds: Sequence[frozenset[str]]
    paths: Sequence[str]
    format: str
    language: str
    metadata: Sequence[tuple[str, str]]

    @property
    def ordinals(self) -> range:
        """The ordinals of all passages."""
        return range(len(self.kinds))

    def running(self) -> "DocumentView":
        """Return the document without the passages that are set apart, which are its last."""
        n = next((n for n, kinds in enumerate(self.kinds) if kinds & SET_APART), len(self.kinds))
        if n == len(self.kinds):
            return self
        text = self.text.slice(0, bisect_left(self.text.passage_of, n))
        return replace(self, text=text, headings=self.headings[:n], kinds=self.kinds[:n])


def view_document(tokenized: "DocumentTokens") -> DocumentView:
    """Return a tokenized document as the semantics sees it."""
    document, passages = tokenized.document, tokenized.passages
    numbers = (
        tokenized.passage_of,
        tokenized.section_of,
        tokenized.paragraph_of,
        tokenized.sentence_of,
    )
    return DocumentView(
        _sequence(tokenized.tokens, document.language, numbers),
        _sequence_of_sections([tokenized.title], document.language),
        [
            _sequence_of_sections([tokenize(text) for text in passage.headings], document.language)
            for passage in passages
        ],
        [frozenset(str(block.kind) for block in passage.blocks) for passage in passages],
        document.paths,
        document.format,
        document.language,
        document.metadata,
    )


def _sequence_of_sections(sections: Sequence[Sequence[Token]], language: str) -> TokenSequence:
    """Return a sequence in which each of `sections` is a section, paragraph and sentence."""
    numbers = [number for number, tokens in enumerate(sections) for _ in tokens]
    return _sequence([token for tokens in sections for token in tokens], language, (numbers,) * 4)


def _sequence(
    tokens: Sequence[Token], language: str, numbers: tuple[Sequence[int], ...]
) -> TokenSequence:
    forms = [token.form for token in tokens]
    passage_of, section_of, paragraph_of, sentence_of = numbers
    return TokenSequence(
        language,
        forms,
        [token.term for token in tokens],
        stems(language, forms),
        passage_of,
        section_of,
        paragraph_of,
        sentence_of,
        [token.mark for token in tokens],
    )
