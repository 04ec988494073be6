"""The words of a query over all segments, and their spans in passages, found by the kernel."""

from collections.abc import Sequence
from itertools import chain, product
from math import prod
from typing import Final

import numpy as np

from excerpt import native
from excerpt.engines.protocol import TokenSpan
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.read.term_forms import TermForms
from excerpt.index.search.occurrences import ONE_TOKEN, is_flat
from excerpt.index.search.segment_terms import SegmentTerms
from excerpt.query.ast import Joined, Operand, Phrase, Scope, Term, Word
from excerpt.text.compounds import MARKS

__all__ = ["MAX_GROUPS", "KernelWords", "find_spans_by_kernel"]

MAX_GROUPS: Final = 4000
"""For more form groups, NumPy scans all tokens (see `term_frequencies.MAX_LISTS`)."""
_MAX_SPELLINGS: Final = 64
"""For a phrase with more spellings, NumPy joins the positions of its words."""

_UNMARKED: Final = bytes(chr(byte) not in MARKS for byte in range(256))
"""For each last byte of a form, 1 if it is not a mark."""


class KernelWords:
    """The words of a query in all segments, for the kernel.

    opened  the segments for the kernel
    """

    def __init__(self, of_segments: Sequence[SegmentTerms], opened: object) -> None:
        self.of_segments = of_segments
        self.opened = opened
        self.vocabulary = of_segments[0].vocabulary

    def whole(self, word: Word) -> object | None:
        """Return the stems and groups of a word.

        None if it does not consist of whole groups, or if some forms have other accents.
        """
        plain = self.vocabulary.find_plain(word)
        return plain or self._make([_numbers_of_word(each, word) for each in self.of_segments])

    def forms(self, operand: Operand) -> object | None:
        """Return the forms of an operand of one token."""
        plain = None
        if isinstance(operand, Word | Term):
            plain = self.vocabulary.find_plain(operand)
        elif isinstance(operand, Joined) and isinstance(operand.operand, Word | Term):
            plain = self._marked(operand.operand, operand.marks)
        return plain or self._make([_numbers(each.forms_of(operand)) for each in self.of_segments])

    def _marked(self, word: Word | Term, marks: tuple[str, ...]) -> object | None:
        """Return the forms of a plain word with one of `marks`, None if it is not plain."""
        plain = self.vocabulary.find_plain(word)
        assert native.kernel
        return plain and native.kernel.keep_marked(self.opened, plain, _last_bytes(marks))

    def _make(self, numbers: list[tuple[object, ...]]) -> object | None:
        assert native.kernel
        return native.kernel.make_word(self.opened, tuple(numbers)) if all(numbers) else None

    def spelled(self, parts: Sequence[Operand]) -> list[tuple[Operand, ...]]:
        """Return a phrase in all spellings of its words, in parts or as they are.

        No two of them begin at the same token, and none contains another: they have the same
        letters. This holds for terms alone. For others with spellings, the result is empty, and so
        it is for very many.
        """
        choices = [((part,), *self._in_parts(part)) for part in parts]
        n = prod(map(len, choices))
        are_terms = all(isinstance(part, Term) and not part.variants for part in parts)
        if n > 1 and (n > _MAX_SPELLINGS or not are_terms):
            return []
        return [tuple(chain.from_iterable(chosen)) for chosen in product(*choices)]

    def _in_parts(self, part: Operand) -> list[tuple[Operand, ...]]:
        return [spelling.parts for spelling in self.vocabulary.spellings(part)]

    def phrases(self, operand: Operand) -> tuple[tuple[object, ...], ...]:
        """Return a word or phrase in all its spellings, as words of the kernel.

        Occurrences of a word in several spellings may contain each other. The result is () if the
        kernel does not find the occurrences.
        """
        if not isinstance(operand, Phrase):
            spellings = [(operand,), *self._in_parts(operand)]
        elif operand.gap or not is_flat(operand):
            return ()
        else:
            spellings = self.spelled(operand.parts)
        if len(spellings) > _MAX_SPELLINGS:
            return ()
        parts = list(chain.from_iterable(spellings))
        if any(not isinstance(part, ONE_TOKEN) or self.has_many_forms(part) for part in parts):
            return ()
        found = tuple(tuple(map(self.forms, spelled)) for spelled in spellings)
        return () if any(None in phrase for phrase in found) else found

    def has_many_forms(self, operand: Operand) -> bool:
        """Return whether the forms of an operand of one token are too many to list."""
        below = operand.operand if isinstance(operand, Joined) else operand
        return not isinstance(below, Word | Term) and any(
            len(terms.forms_of(operand).group_ids) > MAX_GROUPS for terms in self.of_segments
        )


def _last_bytes(marks: tuple[str, ...]) -> bytes:
    """Return for each last byte of a form whether it has one of `marks`; "" stands for none."""
    is_kept = bytearray(_UNMARKED if "" in marks else len(_UNMARKED))
    for mark in filter(None, marks):
        is_kept[ord(mark)] = 1
    return bytes(is_kept)


def _numbers_of_word(terms: SegmentTerms, word: Word) -> tuple[object, ...]:
    """Return the numbers of a word for `make_word`.

    They are () if they are not of whole groups, or if some forms have other accents.
    """
    found = terms.word_terms(word)
    forms, typed, other_accents = found[:3]
    if forms.is_partial or typed.is_partial or other_accents.group_ids:
        return ()
    # None if all forms are as typed
    of_typed = None if typed.group_ids == forms.group_ids else typed.group_ids
    return found.stem_ids, found.group_ids, of_typed, forms.group_ids, None, -1


def _numbers(forms: TermForms) -> tuple[object, ...]:
    """Return the numbers of forms, for `make_word`."""
    group_ids, ranges = forms.group_ids, None
    if forms.is_partial:
        ranges = tuple(np.column_stack(forms.ranges).reshape(-1).tolist())
    return (), group_ids, (), group_ids, ranges, forms.term_id


def find_spans_by_kernel(
    scoped: Sequence[tuple[Operand, tuple[Scope, ...]]],
    of_segments: Sequence[SegmentTerms],
    reader: IndexReader,
    doc_ids: Sequence[int],
) -> list[list[TokenSpan]] | None:
    """Return the distinct spans of words and phrases in each of `doc_ids`, ascending.

    None if the kernel cannot find those of all terms, or finds damage.
    """
    if not native.kernel or not reader.opened or not of_segments:
        return None
    words = KernelWords(of_segments, reader.opened)
    operands: list[tuple[object, ...]] = []
    for operand, scopes in scoped:
        found = () if scopes else words.phrases(operand)
        if not found:
            return None
        operands.append(found)
    spans: list[list[TokenSpan]] | None = native.kernel.find_spans(
        reader.opened, tuple(operands), tuple(doc_ids)
    )
    return spans
