"""A query word → its spellings in parts that occur in an index (see `query.spellings`).

The kernel finds where a word of ASCII letters can be divided. Without it, and for other words, the
beginnings of the word are looked up one by one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from excerpt import native
from excerpt.index.read.joined_terms import IndexJoinedTerms
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.word_terms import candidate_ids
from excerpt.memory import BoundedCache
from excerpt.query.ast import Form, Joined, Operand, Phrase, Term, Wildcard, Word, without_weight
from excerpt.query.spellings import (
    divisible_text,
    max_parts,
    separate_spellings,
    spelling_of,
)
from excerpt.query.word_forms import WordForms
from excerpt.text import fold
from excerpt.text.stemmer import possible_stems, stems

if TYPE_CHECKING:
    from excerpt.index.read.joined_pairs import JoinedPairs

__all__ = ["IndexSpellings"]

SPELLING_BYTES: Final = 2_000_000
"""Bytes of the spellings of words in parts that are cached."""
_MAX_PAIRS: Final = 16
"""Pairs of terms that are tried one by one in place of two wildcards."""
Splits = dict[tuple[int, ...], bool]
"""The cuts of a word, each with whether its last two parts are joined as they are."""


class IndexSpellings:
    """The spellings in parts of the words of some segments; it belongs to one open index."""

    def __init__(
        self,
        segments: Sequence[LiveSegment],
        opened: object | None,
        languages: Iterable[str],
        word_forms: Callable[[Word], WordForms],
    ) -> None:
        """Use the segments, and the same for the kernel.

        `languages` are those by which words are stemmed, and `word_forms` returns what a word
        stands for.
        """
        self._segments = segments
        self._opened = opened
        self._languages = list(languages)
        self._word_forms = word_forms
        dictionaries = [live.segment.dictionary for live in segments]
        self._has_main_stems = any(each.main_stems for each in dictionaries)
        self._joined_terms = IndexJoinedTerms(dictionaries, self._languages)
        self._dictionaries = dictionaries
        self._cache: BoundedCache[Operand, tuple[Phrase, ...]] = BoundedCache(SPELLING_BYTES)

    @cached_property
    def _pairs(self) -> "JoinedPairs":
        from excerpt.index.read.joined_pairs import JoinedPairs  # few queries have wildcards

        return JoinedPairs(self._dictionaries)

    def of(self, operand: Operand) -> tuple[Phrase, ...]:
        """Return the spellings of an operand of one word in parts."""
        if not isinstance(operand, Word | Term | Form | Wildcard):
            return ()
        splits = None if isinstance(operand, Wildcard) else self._splits(operand)
        if splits is not None and not splits:
            return ()  # as most words
        unweighted = without_weight(operand)
        found = self._cache.get(unweighted)
        if found is None:
            if splits is None or isinstance(unweighted, Wildcard):
                divisions = self._joined_terms.divisions
                is_in_use = self._pairs.has_first if isinstance(operand, Wildcard) else None
                every = separate_spellings(unweighted, self._joined_terms, divisions, is_in_use)
                found = tuple(chain.from_iterable(map(self._occurring, every)))
            else:
                found = tuple(self._divided(unweighted, splits))
            self._cache.put(unweighted, found)
        return found

    def _splits(self, operand: Word | Term | Form) -> Splits | None:
        """Return where the kernel divides a word, in the order of `separate_spellings`.

        None if the word is not of ASCII letters, without the kernel, or if there is damage.
        """
        text = divisible_text(operand)
        if not text:
            return {}
        if not native.kernel or not self._opened or not (text.isascii() and text.isalpha()):
            return None
        found = native.kernel.find_splits(
            self._opened,
            text.lower().encode(),
            isinstance(operand, Word),
            self._joined_terms.keeps_beginnings,
            max_parts(text),
        )
        if not found:
            return None if found is None else {}
        splits: Splits = {}
        for cuts, is_pair in sorted(found):  # of all segments
            splits[cuts] = is_pair or splits.get(cuts, False)
        return splits

    def _divided(self, operand: Word | Term | Form, splits: Splits) -> Iterator[Phrase]:
        """Yield the spellings with these `splits` that may occur."""
        text = divisible_text(operand)
        rests = {text[cuts[-1] :] for cuts, is_pair in splits.items() if not is_pair}
        inflected = self._with_forms(sorted(rests)) if rests else rests
        for cuts, is_pair in splits.items():
            if is_pair or text[cuts[-1] :] in inflected:
                bounds = pairwise((0, *cuts, len(text)))
                spelling = spelling_of(operand, [text[start:end] for start, end in bounds])
                if is_pair or self._may_occur(spelling):
                    yield spelling

    def _with_forms(self, words: Sequence[str]) -> set[str]:
        """Return those of `words` that may have forms in a segment; others are not there."""
        if self._has_main_stems:
            return set(words)
        dictionaries = [live.segment.dictionary for live in self._segments]
        # Forms with accents may have any stem; the others have those that are looked up below.
        found = {
            word for word in words if any(each.find_term(word).has_accents for each in dictionaries)
        }
        for language in self._languages:
            for word, stem in zip(words, stems(language, list(words)), strict=True):
                candidates = {stem, *map(fold, possible_stems(language, word))}
                if any(
                    dictionary.stem_id(language, each) >= 0
                    for dictionary in dictionaries
                    for each in candidates
                ):
                    found.add(word)
        return found

    def _occurring(self, spelling: Phrase) -> Iterator[Phrase]:
        """Yield `spelling` if it may occur.

        If its first two parts have wildcards that few pairs of terms fit, these pairs are yielded
        in place of them: `*tter` could be `*t` and `ter`, and `*t` alone stands for thousands of
        terms.
        """
        if not self._may_occur(spelling):
            return
        first, second, *others = (part for part in spelling.parts if isinstance(part, Joined))
        if isinstance(first.operand, Wildcard) or isinstance(second.operand, Wildcard):
            ends = _term_of(first.operand), _term_of(second.operand)
            pairs = self._pairs.find(*ends, _MAX_PAIRS)
        else:
            pairs = None
        if pairs is None:
            yield spelling
            return
        for pair in sorted(pairs):
            before, after = map(Term, pair)
            yield Phrase((Joined(before, first.marks), Joined(after, second.marks), *others))

    def _may_occur(self, spelling: Phrase) -> bool:
        """Return whether a segment has each two neighbouring parts of `spelling` side by side."""
        parts = [part.operand for part in spelling.parts if isinstance(part, Joined)]
        return any(
            all(self._are_joined(number, *pair) for pair in pairwise(parts))
            for number in range(len(self._segments))
        )

    def _are_joined(self, number: int, first: Operand, second: Operand) -> bool:
        """Return whether a sign joins `first` to `second` in the segment with this number."""
        if isinstance(first, Wildcard) or isinstance(second, Wildcard):
            return self._pairs.has(number, _term_of(first), _term_of(second))
        dictionary = self._segments[number].segment.dictionary
        term = _term_of(first)
        if dictionary.is_joined_to(term, _term_of(second)):
            return True
        if not isinstance(second, Word):
            return False
        following = list(dictionary.joined_to(term, self._joined_terms.beginning(second.term)))
        if not following:
            return False
        of_second = candidate_ids(dictionary, self._word_forms(second))
        groups = map(dictionary.groups_of_term, following)
        return any(not of_second.isdisjoint(of_term) for of_term in groups)


def _term_of(part: Operand) -> str:
    """Return the term of a word, term or form, or the pattern of a wildcard."""
    if isinstance(part, Wildcard):
        return part.pattern
    return fold(part.form) if isinstance(part, Form) else getattr(part, "term", "")
