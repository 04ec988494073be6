"""A quotation aligned with its source → where they differ.

Words are compared first: replaced, added or omitted. Where the words are the same, their letters
and the signs between them are compared; white space and hyphens at line ends make no difference.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from excerpt.model import Span, Token
from excerpt.quotations.alignment import NOTHING, Alignment
from excerpt.quotations.fragments import Fragment
from excerpt.quotations.windows import Window
from excerpt.text.line_breaks import BREAK, one_line

__all__ = ["Comparison", "Difference", "DifferenceKind", "Step"]

_IGNORED = re.compile(r"[\s\u00ad\u2060\u200b\ufeff]+")
_MAX_DIVIDED: Final = 4
"""Parts of a word that may be written as one."""
_EDGE: Final = 12
"""Characters before and after a fragment that are compared with its signs."""


class DifferenceKind(StrEnum):
    """A way in which a quotation can differ from its source."""

    REPLACED = "replaced"
    ADDED = "added"
    OMITTED = "omitted"
    SPELLING = "spelling"
    PUNCTUATION = "punctuation"

    @property
    def is_of_words(self) -> bool:
        """True if the words are not the same."""
        return self not in {DifferenceKind.SPELLING, DifferenceKind.PUNCTUATION}


class Difference(NamedTuple):
    """A stretch in which a quotation differs from its source.

    kind    the way in which it differs
    source  the words or signs of the source, "" if it has none
    quote   those of the quotation, "" if it has none
    """

    kind: DifferenceKind
    source: str
    quote: str


class Step(NamedTuple):
    """A stretch of the comparison: the same words on both sides, or different ones.

    kind       None for equal words, which may differ in spelling
    quoted     indexes of words of the quotation, ascending
    source     indexes of words of the window, ascending
    """

    kind: DifferenceKind | None
    quoted: tuple[int, ...]
    source: tuple[int, ...]


class Comparison:
    """A quotation and the words of a document with which it is aligned.

    `quoted` are the words of all fragments, and `source` those of the window.
    """

    def __init__(self, fragments: Sequence[Fragment], window: Window, alignment: Alignment) -> None:
        self.window = window
        self.fragments = fragments
        self.quoted: list[Token] = [token for each in fragments for token in each.tokens]
        self.source = window.tokens
        self.steps = _trimmed(list(self._steps(alignment)))

    @property
    def n_matched(self) -> int:
        """The number of words of the quotation that are in the source, in order."""
        return sum(len(step.quoted) for step in self.steps if step.kind is None)

    @property
    def n_omitted(self) -> int:
        """The number of words of the source that are left out without a sign."""
        return sum(len(step.source) for step in self.steps if step.kind is DifferenceKind.OMITTED)

    @property
    def has_same_words(self) -> bool:
        """True if no word is replaced, added or omitted."""
        return all(step.kind is None for step in self.steps)

    @cached_property
    def span(self) -> Span:
        """The stretch of the document that is quoted, with everything left out."""
        used = [index for step in self.steps for index in step.source]
        if not used:
            return Span(self.source[0].span.start, self.source[0].span.start)
        return Span(self.source[used[0]].span.start, self.source[used[-1]].span.end)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """All differences, in order of the quotation."""
        found: list[Difference] = []
        for step in self.steps:
            if step.kind is None:
                found += self.small_differences(step)
            else:
                found.append(Difference(step.kind, self.source_text(step), self.quote_text(step)))
        return (*found, *self._edges())

    def _steps(self, alignment: Alignment) -> Iterator[Step]:
        """Yield the pairs in groups; words that are only divided otherwise count as equal."""
        group: list[tuple[int, int]] = []
        for pair in alignment.pairs:
            if self._is_equal(pair):
                yield from self._group(group)
                group = []
                yield Step(None, (pair[0],), (pair[1],))
            elif pair[0] == NOTHING and self.window.free[pair[1]]:
                continue
            else:
                group.append(pair)
        yield from self._group(group)

    def _is_equal(self, pair: tuple[int, int]) -> bool:
        quoted, source = pair
        if NOTHING in pair:
            return False
        return self.quoted[quoted].term == self.source[source].term

    def _group(self, pairs: Sequence[tuple[int, int]]) -> Iterator[Step]:
        if not pairs:
            return
        quoted = tuple(each for each, _ in pairs if each != NOTHING)
        source = tuple(each for _, each in pairs if each != NOTHING)
        # A line end may have made one word of "mill-owner", and two of it elsewhere.
        first = self._n_same(quoted, source)
        if first is not None:
            yield Step(None, quoted[: first[0]], source[: first[1]])
            quoted, source = quoted[first[0] :], source[first[1] :]
        last = self._n_same(quoted[::-1], source[::-1], is_reverse=True)
        end, source_end = (len(quoted), len(source)) if last is None else (-last[0], -last[1])
        between, between_source = quoted[:end], source[:source_end]
        # All changes between two equal words are one, since the pairs within them are arbitrary.
        if between and between_source:
            yield Step(DifferenceKind.REPLACED, between, between_source)
        elif between or between_source:
            kind = DifferenceKind.ADDED if between else DifferenceKind.OMITTED
            yield Step(kind, between, between_source)
        if last is not None:
            yield Step(None, quoted[end:], source[source_end:])

    def _n_same(
        self, quoted: Sequence[int], source: Sequence[int], *, is_reverse: bool = False
    ) -> tuple[int, int] | None:
        """Return how many words at the start of both sides have the same letters together.

        None is returned if there are no such words. `is_reverse` if the last word comes first.
        """
        for n_quoted in range(1, min(len(quoted), _MAX_DIVIDED) + 1):
            mine = self._letters(self.quoted, quoted[:n_quoted], is_reverse=is_reverse)
            for n_source in range(1, min(len(source), _MAX_DIVIDED) + 1):
                theirs = self._letters(self.source, source[:n_source], is_reverse=is_reverse)
                if mine == theirs:
                    return n_quoted, n_source
        return None

    @staticmethod
    def _letters(tokens: Sequence[Token], indexes: Sequence[int], *, is_reverse: bool) -> str:
        ordered = reversed(indexes) if is_reverse else indexes
        return "".join(tokens[index].term for index in ordered)

    def source_text(self, step: Step) -> str:
        """Return the words of a step in the source, in one line."""
        if not step.source:
            return ""
        first, last = self.source[step.source[0]].span, self.source[step.source[-1]].span
        return one_line(self.window.text(Span(first.start, last.end)))

    def source_word(self, index: int) -> str:
        """Return a word of the source as it is written."""
        return one_line(self.window.text(self.source[index].span))

    def quoted_word(self, index: int) -> str:
        """Return a word of the quotation as it is written."""
        fragment, number = self.fragment_of[index]
        return one_line(fragment.tokens[number].span.of(fragment.text))

    def quote_text(self, step: Step) -> str:
        """Return the words of a step in the quotation, in one line."""
        parts: list[str] = []
        for index in step.quoted:
            fragment, number = self.fragment_of[index]
            token = fragment.tokens[number]
            if parts:
                start = fragment.tokens[number - 1].span.end if number else token.span.start
                parts.append(fragment.text[start : token.span.start] if number else " … ")
            parts.append(token.span.of(fragment.text))
        return one_line("".join(parts))

    @cached_property
    def fragment_of(self) -> list[tuple[Fragment, int]]:
        """The fragment of each quoted word, and its number among the words of the fragment."""
        return [
            (fragment, number)
            for fragment in self.fragments
            for number in range(len(fragment.tokens))
        ]

    def small_differences(self, step: Step) -> Iterator[Difference]:
        """Yield the differences in the letters of equal words, and in the signs after them."""
        mine, theirs = self._raw_quote(step), self._raw_source(step)
        fragment, _ = self.fragment_of[step.quoted[0]]
        is_same = _is_same(mine, theirs)
        if not is_same and fragment.is_altered:
            is_same = _is_same(mine.casefold(), theirs.casefold())
        if not is_same:
            yield Difference(DifferenceKind.SPELLING, one_line(theirs), one_line(mine))
        after = self._signs_after(step)
        if after and _plain(after[0]) != _plain(after[1]):
            yield Difference(DifferenceKind.PUNCTUATION, after[1].strip(), after[0].strip())

    def _raw_quote(self, step: Step) -> str:
        fragment, first = self.fragment_of[step.quoted[0]]
        last = self.fragment_of[step.quoted[-1]][1]
        return fragment.text[fragment.tokens[first].span.start : fragment.tokens[last].span.end]

    def _raw_source(self, step: Step) -> str:
        first, last = self.source[step.source[0]].span, self.source[step.source[-1]].span
        return self.window.text(Span(first.start, last.end))

    def _signs_after(self, step: Step) -> tuple[str, str] | None:
        """Return the signs between a step and the next word, in quotation and source.

        There are none at the end of a fragment, and where words are left out.
        """
        fragment, number = self.fragment_of[step.quoted[-1]]
        source = step.source[-1]
        if number + 1 == len(fragment.tokens) or source + 1 >= len(self.source):
            return None
        follower = self._source_of.get(step.quoted[-1] + 1)
        if follower != source + 1:
            return None
        mine = fragment.text[
            fragment.tokens[number].span.end : fragment.tokens[number + 1].span.start
        ]
        return mine, self.text_between(source, source + 1)

    def text_between(self, first: int, second: int) -> str:
        """Return the text of the source between two words."""
        return self.window.text(Span(self.source[first].span.end, self.source[second].span.start))

    @cached_property
    def _source_of(self) -> dict[int, int]:
        """The source word of each quoted word that begins a step of equal words."""
        return {step.quoted[0]: step.source[0] for step in self.steps if step.kind is None}

    def _edges(self) -> Iterator[Difference]:
        """Yield the signs at both ends of each fragment that the source does not have there."""
        ends = {step.quoted[-1]: step.source[-1] for step in self.steps if step.kind is None}
        index = 0
        for fragment in self.fragments:
            first, last = index, index + len(fragment.tokens) - 1
            index = last + 1
            before = _plain(fragment.text[: fragment.tokens[0].span.start])
            after = _plain(fragment.text[fragment.tokens[-1].span.end :])
            if before and first in self._source_of:
                at = self.source[self._source_of[first]].span.start
                found = _plain(self.window.text(Span(max(0, at - _EDGE), at)))
                if not found.endswith(before):
                    yield Difference(DifferenceKind.PUNCTUATION, _signs_at_end(found), before)
            if after and last in ends:
                at = self.source[ends[last]].span.end
                found = _plain(self.window.text(Span(at, at + _EDGE)))
                if not found.startswith(after):
                    yield Difference(DifferenceKind.PUNCTUATION, _signs_at_start(found), after)


def _trimmed(steps: list[Step]) -> tuple[Step, ...]:
    """Return steps without source words at the ends that no quoted word corresponds to."""
    while steps and steps[-1].kind is DifferenceKind.OMITTED:
        steps.pop()
    while steps and steps[0].kind is DifferenceKind.OMITTED:
        steps.pop(0)
    return tuple(steps)


def _plain(text: str) -> str:
    """Return `text` without white space and characters that are not seen, composed."""
    return unicodedata.normalize("NFC", _IGNORED.sub("", text))


def _is_same(mine: str, theirs: str) -> bool:
    """Return whether two words have the same letters; either may be broken at a line end.

    A hyphen at a line end may belong to the word or not.
    """
    if mine == theirs:
        return True
    return not _readings(mine).isdisjoint(_readings(theirs))


def _readings(word: str) -> set[str]:
    """Return a word without its breaks at line ends, with and without their hyphens."""
    return {_plain(BREAK.sub("", word)), _plain(BREAK.sub("-", word))}


def _signs_at_start(text: str) -> str:
    found = re.match(r"[^\w]*", text)
    return found[0] if found else ""


def _signs_at_end(text: str) -> str:
    found = re.search(r"[^\w]*\Z", text)
    return found[0] if found else ""
