"""Matches, as spans of words → snippets, as spans of code points.

An engine counts words; the text of a passage says where they stand. Words are found again by the analyser that the
index was built with, block by block, so a mark is exactly what was matched. A match that runs on into the following
passages is shown to its end: the snippet then holds the text of the document up to there, to the letter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, starmap
from typing import TYPE_CHECKING, NamedTuple

from excerpt.memory import BoundedCache
from excerpt.model import Snippet, Span
from excerpt.query.ast import And, FirstPassage, InHeading, InTitle, Node, Or, children, query_terms
from excerpt.query.semantics import find_matches
from excerpt.query.token_sequence import SequenceVocabulary, TokenSequence, Vocabulary
from excerpt.text import tokenize
from excerpt.text.array_tokenizer import batch_offsets
from excerpt.text.stemmer import stems

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage

__all__ = [
    "FieldHighlighter",
    "PassageAt",
    "TextAt",
    "WordOffsets",
    "match_spans",
    "merge_spans",
    "make_snippet",
    "word_offsets",
]

PassageAt = Callable[[int], "StoredPassage | None"]
"""The passage of the same document with this ordinal, if there is one."""

TextAt = Callable[[Span], str]
"""A stretch of the text of the same document."""


class WordOffsets(NamedTuple):
    """Where the words of a passage begin and end in its document."""

    starts: list[int]
    ends: list[int]


def word_offsets(found: Sequence["StoredPassage"]) -> list[WordOffsets]:
    """Where the words of each passage stand; the words of many are found together."""
    texts, hyphenated, starts = [], [], []
    for stored in found:
        first = stored.passage.span.start
        for block in stored.passage.blocks:
            texts.append(stored.text[block.span.start - first : block.span.end - first])
            starts.append(block.span.start)
        hyphenated += [stored.document.hyphenated] * len(stored.passage.blocks)
    spans = iter(batch_offsets(texts, hyphenated, starts))
    places = []
    for stored in found:
        of_blocks = list(islice(spans, len(stored.passage.blocks)))
        places.append(
            WordOffsets(*(list(chain(*side)) for side in zip(([], []), *of_blocks, strict=True)))
        )
    return places


def merge_spans(spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """`spans` (where each starts and ends) in order, those that overlap made one; those that only touch stay apart.

    >>> merged([(4, 9), (0, 5), (9, 12)])
    (Span(start=0, end=9), Span(start=9, end=12))
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(starmap(Span, found))


def match_spans(
    stored: "StoredPassage",
    marks: Sequence[Sequence[Span]],
    following: PassageAt,
) -> list[tuple[Span, ...]]:
    """Each of `marks`, groups of spans of words counted from the passage's first, as spans of its document's text."""
    needed = max((mark.end for group in marks for mark in group), default=0)
    starts, ends = _words_to(needed, stored, following)
    return [
        tuple(
            Span(starts[mark.start], ends[mark.end - 1])
            for mark in group
            if mark.end <= len(starts)
        )
        for group in marks
    ]


def _words_to(
    needed: int, stored: "StoredPassage", following: PassageAt, words: WordOffsets | None = None
) -> WordOffsets:
    """Where the words of a passage (`words`, if they are known) stand, on into those that follow it until there are as many
    as are `needed`, or no more."""
    if not needed:
        return WordOffsets([], [])
    places = words or word_offsets([stored])[0]
    ordinal = stored.key.ordinal
    while len(places.starts) < needed:
        ordinal += 1
        more = following(ordinal)
        if more is None:
            break
        (further,) = word_offsets([more])
        places = WordOffsets(places.starts + further.starts, places.ends + further.ends)
    return places


def make_snippet(
    stored: "StoredPassage",
    marks: Sequence[tuple[int, int]],
    following: PassageAt,
    text_of: TextAt,
    words: WordOffsets | None = None,
) -> Snippet:
    """The passage's text with `marks` (the first word of each and its end) marked; extended by `text_of` the document to
    the end of the last.

    `words` are those of the passage, if they are known.
    """
    needed = max((end for _, end in marks), default=0)
    starts, ends = _words_to(needed, stored, following, words)
    start, end = stored.passage.span.start, stored.passage.span.end
    spans = [
        (starts[first] - start, ends[past - 1] - start)
        for first, past in marks
        if past <= len(starts)
    ]
    last = max((past for _, past in spans), default=0) + start
    text = stored.text + (text_of(Span(end, last)) if last > end else "")
    return Snippet(text, merge_spans(spans))


class FieldHighlighter:
    """Marks the words of a query in what stands beside the text: titles and headings."""

    def __init__(self, tree: Node, vocabulary: Vocabulary) -> None:
        words = tuple(query_terms(tree))
        self._vocabulary = vocabulary
        self._asked = {
            kind: (*words, *(node.operand for node in _within(tree) if isinstance(node, kind)))
            for kind in (InTitle, InHeading)
        }
        self._made: BoundedCache[tuple[str, str, type], Snippet] = BoundedCache(4_000_000)

    def title(self, text: str, language: str) -> Snippet:
        """A title in `language` with the words of the query marked."""
        return self._marked(text, language, InTitle)

    def heading(self, text: str, language: str) -> Snippet:
        """A heading in `language` with the words of the query marked."""
        return self._marked(text, language, InHeading)

    def _marked(self, text: str, language: str, kind: type[InTitle | InHeading]) -> Snippet:
        key = text, language, kind
        made = self._made.get(key)
        if made is None:
            made = Snippet(text, merge_spans(self._spans(text, language, kind)))
            self._made.put(key, made, 600 + 4 * len(text) + 150 * len(made.highlights))
        return made

    def _spans(
        self, text: str, language: str, kind: type[InTitle | InHeading]
    ) -> Iterator[tuple[int, int]]:
        words = tokenize(text)
        forms = [word.form for word in words]
        same = [0] * len(words)
        run = TokenSequence(
            language, forms, [word.term for word in words], stems(language, forms), *(same,) * 4
        )
        vocabulary = SequenceVocabulary(self._vocabulary, run)
        for operand in self._asked[kind]:
            for group in find_matches(operand, run, vocabulary):  # type: ignore[arg-type]
                for mark in group:
                    yield words[mark.start].span.start, words[mark.end - 1].span.end


def _within(tree: Node) -> Iterator[Node]:
    """`tree` and what it asks for, but for what is below a NOT."""
    yield tree
    if isinstance(tree, And | Or | FirstPassage):
        for below in children(tree):
            yield from _within(below)
