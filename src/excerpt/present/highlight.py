"""Matches in tokens → snippets with highlights in code points.

An engine counts tokens; where they are in the text is found again with the tokenizer that indexed
it, block by block, so that highlights cover exactly the matched text. If a match continues in the
following passages, the snippet is extended with the document's text up to the end of the match.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, starmap
from typing import TYPE_CHECKING, NamedTuple

from excerpt.memory import BoundedCache
from excerpt.model import Mark, Snippet, Span
from excerpt.query.ast import (
    And,
    FirstPassage,
    InHeading,
    InTitle,
    Node,
    Or,
    children,
    scoped_terms,
)
from excerpt.query.semantics import find_matches
from excerpt.query.token_sequence import SequenceVocabulary, TokenSequence, Vocabulary
from excerpt.text import tokenize
from excerpt.text.stemmer import stems

if TYPE_CHECKING:
    from excerpt.catalog import PassageText, StoredPassage

__all__ = [
    "FieldHighlighter",
    "PassageAt",
    "TextAt",
    "TokenOffsets",
    "close_spans",
    "make_snippet",
    "match_spans",
    "merge_spans",
    "token_offsets",
]

PassageAt = Callable[[int], "PassageText | StoredPassage | None"]
"""Returns the passage of the same document with this ordinal, None if there is none."""

TextAt = Callable[[Span], str]
"""Returns a part of the text of the same document."""

_OPENING = {")": "(", "]": "["}
_CLOSING = frozenset((*_OPENING, "."))
_INITIALS = r"(?:^|[^\w.])(?:(?:[^\W\d_]{1,4}\.)+[^\W\d_]{1,4}|(?:[^\W\d_]\.\s?)+[^\W\d_])$"
"""The end of a text with an abbreviation of several parts, without its last full stop."""

_CACHE_BYTES = 4_000_000
"""Bound of the cache of highlighted titles and headings, which many hits share."""


class TokenOffsets(NamedTuple):
    """The offsets of the tokens of a passage in its document's text.

    starts  the offset of the first code point of each token
    ends    the offset after the last code point of each token
    """

    starts: list[int]
    ends: list[int]


def token_offsets(passages: Sequence["PassageText | StoredPassage"]) -> list[TokenOffsets]:
    """Return the offsets of the tokens of each passage.

    All texts are tokenized in one batch, which is faster than one by one.
    """
    # Most searches with the kernel do without.
    from excerpt.text.array_tokenizer import batch_offsets
    from excerpt.text.running_text import running_text

    texts, hyphenated, starts = [], [], []
    for stored in passages:
        first = stored.passage.span.start
        text = running_text(stored.text, stored.passage.marks, first)
        for block in stored.passage.blocks:
            texts.append(text[block.span.start - first : block.span.end - first])
            starts.append(block.span.start)
        hyphenated += [stored.hyphenated] * len(stored.passage.blocks)
    offsets_of_blocks = iter(batch_offsets(texts, hyphenated, starts))
    found = []
    for stored in passages:
        own = list(islice(offsets_of_blocks, len(stored.passage.blocks)))
        # The empty pair lets the zip work for a passage without blocks, too.
        found.append(
            TokenOffsets(*(list(chain(*side)) for side in zip(([], []), *own, strict=True)))
        )
    return found


def merge_spans(spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Return the pairs (start, end) as sorted spans; those that overlap become one.

    Spans that only touch remain separate.

    >>> merge_spans([(4, 9), (0, 5), (9, 12)])
    (Span(start=0, end=9), Span(start=9, end=12))
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(starmap(Span, merged))


def close_spans(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return `spans` of `text` with the sign after them that closes a word: comrade(s), S.N.C.F.

    Words end with a letter, so such a bracket or full stop does not belong to the last of them.

    >>> close_spans("To comrade(s).", [Span(3, 12)])
    (Span(start=3, end=13),)
    """
    return tuple(
        Span(span.start, span.end + 1)
        if text[span.end : span.end + 1] in _CLOSING and _is_open(text, span.start, span.end)
        else span
        for span in spans
    )


def _is_open(text: str, start: int, end: int) -> bool:
    """Return whether the character after a span of `text` closes the word that ends there."""
    sign, piece = text[end], text[start:end]
    if sign == ".":
        return re.search(_INITIALS, piece) is not None
    return piece.count(_OPENING[sign]) > piece.count(sign)


def match_spans(
    stored: "PassageText | StoredPassage",
    matches: Sequence[Sequence[Span]],
    passage_at: PassageAt,
    offsets: TokenOffsets | None = None,
) -> list[tuple[Span, ...]]:
    """Return the spans of each match as offsets in the document's text.

    A match consists of spans of tokens, counted from the first token of the passage. Spans beyond
    the last token of the document are left out. `offsets` are those of the passage's tokens, if
    they are known.
    """
    n_tokens = max((span.end for match in matches for span in match), default=0)
    (starts, ends), _ = _extend_offsets(n_tokens, stored, passage_at, offsets)
    first = stored.passage.span.start

    def spans_of(match: Sequence[Span]) -> Iterator[Span]:
        for span in match:
            if span.end <= len(starts):
                yield Span(starts[span.start] - first, ends[span.end - 1] - first)

    return [
        tuple(
            Span(span.start + first, span.end + first)
            for span in close_spans(stored.text, spans_of(match))
        )
        for match in matches
    ]


def _extend_offsets(
    n_tokens: int,
    stored: "PassageText | StoredPassage",
    passage_at: PassageAt,
    offsets: TokenOffsets | None = None,
) -> tuple[TokenOffsets, tuple[Mark, ...]]:
    """Return the offsets of the first `n_tokens` tokens from the beginning of a passage.

    They go on into the following passages if need be. `offsets` are those of the passage itself, if
    they are known. There may be more or, at the end of the document, fewer than `n_tokens`. The
    marks are those of all passages that were read.
    """
    if not n_tokens:
        return TokenOffsets([], []), ()
    starts, ends = offsets or token_offsets([stored])[0]
    marks = stored.passage.marks
    ordinal = stored.key.ordinal
    while len(starts) < n_tokens:
        ordinal += 1
        following = passage_at(ordinal)
        if following is None:
            break
        (more,) = token_offsets([following])
        starts, ends = starts + more.starts, ends + more.ends
        marks += following.passage.marks
    return TokenOffsets(starts, ends), marks


def make_snippet(
    stored: "PassageText | StoredPassage",
    token_spans: Sequence[tuple[int, int]],
    passage_at: PassageAt,
    text_at: TextAt,
    offsets: TokenOffsets | None = None,
) -> Snippet:
    """Return the text of a passage with highlights, extended to the end of the last one.

    `token_spans` are the spans to highlight, as pairs (first token, end), counted from the first
    token of the passage. `offsets` are those of the passage's tokens, if they are known. Inline
    marks within a match are not highlighted.
    """
    n_tokens = max((end for _, end in token_spans), default=0)
    (starts, ends), marks = _extend_offsets(n_tokens, stored, passage_at, offsets)
    passage_start, passage_end = stored.passage.span.start, stored.passage.span.end
    highlights = [
        (starts[first] - passage_start, ends[end - 1] - passage_start)
        for first, end in token_spans
        if end <= len(starts)
    ]
    last = max((end for _, end in highlights), default=0) + passage_start
    extension = text_at(Span(passage_end, last)) if last > passage_end else ""
    text = stored.text + extension
    merged = merge_spans(highlights)
    if marks:
        merged = tuple(_without_marks(text, merged, marks, passage_start))
    return Snippet(text, close_spans(text, merged))


def _without_marks(
    text: str, highlights: Sequence[Span], marks: Sequence[Mark], start: int
) -> Iterator[Span]:
    """Yield the parts of the highlights in `text` that are not in marks, without space around them.

    `start` is the offset of `text` in the document, from which the spans of the marks are counted.
    """
    number = 0
    for highlight in highlights:
        begin = highlight.start
        while number < len(marks) and marks[number].span.end - start <= highlight.start:
            number += 1
        inside = number
        while inside < len(marks) and (mark := marks[inside].span).start - start < highlight.end:
            yield from _stripped(text, begin, mark.start - start)
            begin = max(begin, mark.end - start)
            inside += 1
        yield from _stripped(text, begin, highlight.end)


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the span without the white space at its ends, unless it is empty."""
    piece = text[start:end].rstrip()
    n_leading = len(piece) - len(piece.lstrip())
    if n_leading < len(piece):
        yield Span(start + n_leading, start + len(piece))


class FieldHighlighter:
    """A highlighter of the words of a query in titles and headings."""

    def __init__(self, tree: Node, vocabulary: Vocabulary) -> None:
        # What must stand in one sentence or the like does not stand in a title.
        terms = tuple(term for term, scopes in scoped_terms(tree) if not scopes)
        self._vocabulary = vocabulary
        self._operands = {
            kind: (*terms, *(node.operand for node in _required(tree) if isinstance(node, kind)))
            for kind in (InTitle, InHeading)
        }
        self._cache: BoundedCache[tuple[str, str, type], Snippet] = BoundedCache(_CACHE_BYTES)

    def title(self, text: str, language: str) -> Snippet:
        """Return a title in `language` with highlights."""
        return self._highlighted(text, language, InTitle)

    def heading(self, text: str, language: str) -> Snippet:
        """Return a heading in `language` with highlights."""
        return self._highlighted(text, language, InHeading)

    def _highlighted(self, text: str, language: str, field: type[InTitle | InHeading]) -> Snippet:
        key = text, language, field
        snippet = self._cache.get(key)
        if snippet is None:
            spans = merge_spans(self._spans(text, language, field))
            snippet = Snippet(text, close_spans(text, spans))
            self._cache.put(key, snippet, 600 + 4 * len(text) + 150 * len(snippet.highlights))
        return snippet

    def _spans(
        self, text: str, language: str, field: type[InTitle | InHeading]
    ) -> Iterator[tuple[int, int]]:
        tokens = tokenize(text)
        forms = [token.form for token in tokens]
        terms = [token.term for token in tokens]
        zeros = [0] * len(tokens)  # all tokens are in one passage, section, paragraph and sentence
        marks = [token.mark for token in tokens]
        sequence = TokenSequence(
            language, forms, terms, stems(language, forms), *(zeros,) * 4, marks
        )
        vocabulary = SequenceVocabulary(self._vocabulary, sequence)
        for operand in self._operands[field]:
            for match in find_matches(operand, sequence, vocabulary):  # type: ignore[arg-type]
                for span in match:
                    yield tokens[span.start].span.start, tokens[span.end - 1].span.end


def _required(tree: Node) -> Iterator[Node]:
    """Yield `tree` and the nodes below it that a passage may match, so none below a NOT."""
    yield tree
    if isinstance(tree, And | Or | FirstPassage):
        for below in children(tree):
            yield from _required(below)
