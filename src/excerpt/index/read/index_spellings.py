"""A query word → its spellings in parts that occur in an index (see `query.spellings`).

The kernel finds where a word of ASCII letters can be divided. Without it, and for other words, the
beginnings of the word are looked up one by one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

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
from excerpt.query.term_matching import term_matcher
from excerpt.query.word_forms import WordForms
from excerpt.text import fold
from excerpt.text.stemmer import possible_stems, stems

__all__ = ["IndexSpellings"]

SPELLING_BYTES: Final = 2_000_000
"""Bytes of the spellings of words in parts that are cached."""
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
        self._cache: BoundedCache[Operand, tuple[Phrase, ...]] = BoundedCache(SPELLING_BYTES)

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
                every = separate_spellings(unweighted, self._joined_terms, divisions)
                found = tuple(filter(self._may_occur, every))
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

    def _may_occur(self, spelling: Phrase) -> bool:
        """Return whether a segment has each two neighbouring parts of `spelling` side by side."""
        parts = [part.operand for part in spelling.parts if isinstance(part, Joined)]
        return any(
            all(self._are_joined(live, *pair) for pair in pairwise(parts))
            for live in self._segments
        )

    def _are_joined(self, live: LiveSegment, first: Operand, second: Operand) -> bool:
        """Return whether a sign joins `first` to `second` in a segment; True if in doubt."""
        dictionary = live.segment.dictionary
        if isinstance(first, Wildcard):
            return True
        term = _term_of(first)
        if isinstance(second, Wildcard):
            return any(map(term_matcher(second), dictionary.joined_to(term)))
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
    """Return the term of a word, term or form."""
    return fold(part.form) if isinstance(part, Form) else getattr(part, "term", "")
