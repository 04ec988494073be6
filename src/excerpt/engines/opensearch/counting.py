"""The stored words of a passage → how often a term of a query occurs in it.

The words of the look-ahead take part in matches that begin in the passage. As everywhere, only
minimal matches count: those without another one between their first and last word.
"""

from collections.abc import Iterator, Sequence
from itertools import product

from excerpt.engines.opensearch.rules import prefix_of
from excerpt.engines.opensearch.schema import LATER, ClusterValues
from excerpt.engines.opensearch.word_tokens import WordTokens

__all__ = ["count_near", "count_phrases", "count_words"]

_Interval = tuple[int, int]
"""The positions of the first and the last word of a match."""


class _Section:
    """The words of one section in a passage.

    n_own  the number of words of the passage itself; those of the look-ahead follow
    """

    def __init__(self, terms: str, forms: str, marks: str) -> None:
        self._terms = terms.split(" ")
        self._forms = forms.split(" ")
        self._marks = marks.split(" ")
        self.n_own = sum(not term.startswith(LATER) for term in self._terms)

    def positions(self, word: WordTokens) -> list[int]:
        """Return the positions of the words of `word`."""
        column, tokens = (self._terms, word.terms) if word.terms else (self._forms, word.forms)
        wanted = {*tokens, *(f"{LATER}{token}" for token in tokens)}
        found = [at for at, text in enumerate(column) if text in wanted]
        if word.marks is None:
            return found
        return [at for at in found if self._marks[at].replace("_", "") in word.marks]

    def phrases(self, words: Sequence[WordTokens]) -> Iterator[_Interval]:
        """Yield where `words` stand one after the other."""
        first, *others = (self.positions(word) for word in words)
        sets = [frozenset(each) for each in others]
        for at in first:
            if all(at + n in each for n, each in enumerate(sets, 1)):
                yield at, at + len(sets)

    def n_minimal(self, spans: set[_Interval]) -> int:
        """Return how many of `spans` are minimal and begin in the passage itself."""
        n = 0
        earliest = len(self._terms)
        for start, end in sorted(spans, key=lambda span: (-span[0], span[1])):
            if end < earliest:
                earliest = end
                n += start < self.n_own
        return n


def _sections(entry: ClusterValues, stream: str = "text") -> Iterator[_Section]:
    prefix = prefix_of(stream)
    columns = (entry.get(f"{prefix}{kind}", ()) for kind in "tfj")
    for values in zip(*columns, strict=True):
        yield _Section(*values)


def count_words(word: WordTokens, entry: ClusterValues, stream: str = "text") -> int:
    """Return how often a word occurs in a stream of a passage, in parts or not."""
    n = 0
    for section in _sections(entry, stream):
        spans = {(at, at) for at in section.positions(word)}
        for spelling in word.spellings:
            spans.update(section.phrases(spelling))
        n += section.n_minimal(spans)
    return n


def count_phrases(phrases: Sequence[Sequence[WordTokens]], entry: ClusterValues) -> int:
    """Return how often the words of any of `phrases` stand one after the other in a passage."""
    n = 0
    for section in _sections(entry):
        n += section.n_minimal({span for words in phrases for span in section.phrases(words)})
    return n


def count_near(
    pair: Sequence[WordTokens], distance: int, entry: ClusterValues, *, is_ordered: bool
) -> int:
    """Return how often two words stand at most `distance` other words apart in a passage."""
    n = 0
    for section in _sections(entry):
        spans = {
            (min(left, right), max(left, right))
            for left, right in product(*map(section.positions, pair))
            if 1 <= (right - left if is_ordered else abs(right - left)) <= distance + 1
        }
        n += section.n_minimal(spans)
    return n
