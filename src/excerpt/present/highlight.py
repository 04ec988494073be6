"""Matches, as spans of words → snippets, as spans of code points.

An engine counts words; the text of a passage says where they stand. Words are found again by the analyser that the
index was built with, block by block, so a mark is exactly what was matched. A match that runs on into the following
passages is shown to its end: the snippet then holds the text of the document up to there, to the letter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from excerpt.analysis import cut
from excerpt.analysis.stems import stems
from excerpt.analysis.words import places
from excerpt.model import Snippet, Span
from excerpt.query.match import occurrences
from excerpt.query.runs import Run, RunVocabulary, Vocabulary
from excerpt.query.tree import And, First, Headed, Node, Or, Titled, children, leaves

if TYPE_CHECKING:
    from excerpt.catalog import Stored
    from excerpt.engines import Match

__all__ = ["Beside", "Following", "TextOf", "extents", "marked", "merged", "snippet_of", "word_places"]

Following = Callable[[int], "Stored | None"]
"""The passage of the same document with this ordinal, if there is one."""

TextOf = Callable[[Span], str]
"""A stretch of the text of the same document."""


def word_places(stored: "Stored", most: int) -> list[tuple[int, int]]:
    """Where the first words of a passage, `most` or some more, begin and end in its document."""
    first = stored.passage.span.start
    found: list[tuple[int, int]] = []
    for block in stored.passage.blocks:
        start, end = block.span.start, block.span.end
        found += places(stored.text[start - first : end - first], start, stored.document.apart)
        if len(found) >= most:
            break
    return found


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """`spans` in order, those that overlap made one; those that only touch stay apart.

    >>> merged([Span(4, 9), Span(0, 5), Span(9, 12)])
    (Span(start=0, end=9), Span(start=9, end=12))
    """
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def marked(text: str, spans: Iterable[Span]) -> Snippet:
    """`text` with `spans` of it marked."""
    return Snippet(text, merged(spans))


def extents(
    stored: "Stored", marks: Sequence[Sequence[Span]], following: Following
) -> list[tuple[Span, ...]]:
    """Each of `marks`, groups of spans of words counted from the passage's first, as spans of its document's text."""
    needed = max((mark.end for group in marks for mark in group), default=0)
    words = word_places(stored, needed) if needed else []
    ordinal = stored.key.ordinal
    while len(words) < needed:
        ordinal += 1
        more = following(ordinal)
        if more is None:
            break
        words += word_places(more, needed - len(words))
    return [
        tuple(Span(words[mark.start][0], words[mark.end - 1][1]) for mark in group if mark.end <= len(words))
        for group in marks
    ]


def snippet_of(
    stored: "Stored", matches: Sequence["Match"], following: Following, text_of: TextOf
) -> Snippet:
    """The passage's text with `matches` marked; extended by `text_of` the document to the end of the last match."""
    spans = [span for group in extents(stored, [m.marks for m in matches], following) for span in group]
    start, end = stored.passage.span.start, stored.passage.span.end
    last = max((span.end for span in spans), default=end)
    text = stored.text + (text_of(Span(end, last)) if last > end else "")
    return marked(text, (Span(span.start - start, span.end - start) for span in spans))


class Beside:
    """Marks the words of a query in what stands beside the text: titles and headings."""

    def __init__(self, tree: Node, vocabulary: Vocabulary) -> None:
        words = tuple(leaves(tree))
        self._vocabulary = vocabulary
        self._asked = {
            kind: (*words, *(node.operand for node in _within(tree) if isinstance(node, kind)))
            for kind in (Titled, Headed)
        }
        self._made: dict[tuple[str, str, type], Snippet] = {}

    def title(self, text: str, language: str) -> Snippet:
        """A title in `language` with the words of the query marked."""
        return self._marked(text, language, Titled)

    def heading(self, text: str, language: str) -> Snippet:
        """A heading in `language` with the words of the query marked."""
        return self._marked(text, language, Headed)

    def _marked(self, text: str, language: str, kind: type[Titled | Headed]) -> Snippet:
        key = text, language, kind
        if key not in self._made:
            self._made[key] = marked(text, self._spans(text, language, kind))
        return self._made[key]

    def _spans(self, text: str, language: str, kind: type[Titled | Headed]) -> Iterator[Span]:
        words = cut(text)
        forms = [word.form for word in words]
        same = [0] * len(words)
        run = Run(language, forms, [word.term for word in words], stems(language, forms), *(same,) * 4)
        vocabulary = RunVocabulary(self._vocabulary, run)
        for operand in self._asked[kind]:
            for group in occurrences(operand, run, vocabulary):  # type: ignore[arg-type]
                for mark in group:
                    yield Span(words[mark.start].span.start, words[mark.end - 1].span.end)


def _within(tree: Node) -> Iterator[Node]:
    """`tree` and what it asks for, but for what is below a NOT."""
    yield tree
    if isinstance(tree, And | Or | First):
        for below in children(tree):
            yield from _within(below)
