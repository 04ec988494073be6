"""Quotations and an index → the verdict on each: whether, where and how the source has its words.

First the words are searched as a phrase. If they do not occur as they are quoted, the passages that
share rare sequences of words with the quotation are read, and the best three are aligned with it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.files import digest_of
from excerpt.model import Key
from excerpt.query.ast import Form
from excerpt.query.terms import parse_quote
from excerpt.quotations.alignment import Alignment, align_words
from excerpt.quotations.candidates import best_passages, candidate_windows
from excerpt.quotations.cited_sources import CitedSource, SourceFinder
from excerpt.quotations.differences import Comparison, Difference
from excerpt.quotations.manuscript import Quotation
from excerpt.quotations.meaning import find_warnings
from excerpt.quotations.sides import MarkedText, quote_side, source_side
from excerpt.quotations.source_locations import (
    SourceLocation,
    is_cited,
    location_of,
    passage_location,
    shown_path,
)
from excerpt.quotations.windows import Window, window_around

if TYPE_CHECKING:
    from excerpt.catalog import Catalog
    from excerpt.engines import Engine, Matches

__all__ = ["CheckedQuotation", "QuotationChecker", "SourceLocation", "Verdict"]

MIN_WORDS: Final = 4
"""Words of a quotation that can be checked."""
MIN_SHARE: Final = 0.8
"""Share of the words of a quotation that its source must have, in order."""
_MAX_IN_TITLE: Final = 15
"""Long words of a title."""
_CAPITAL_SHARE: Final = 0.75
"""Share of the long words of a title that have a capital."""
_MAX_LOCATIONS: Final = 20
"""Locations that are examined and listed if a quotation occurs in several."""
_PHRASE_WORDS: Final = 24
"""Words that are searched as a phrase; those after them are compared with the text."""
_MAX_WORDS: Final = 2_000
"""Words of a quotation that are aligned at once, since the costs grow with the square."""


class Verdict(StrEnum):
    """The result of checking a quotation."""

    EXACT = "exact"
    SAME_WORDS = "same words"
    DIFFERS = "differs"
    ELSEWHERE = "elsewhere"
    SEVERAL = "several"
    NOT_FOUND = "not found"
    UNCHECKED = "cannot be checked"

    @property
    def is_wrong(self) -> bool:
        """True if the author should look at the quotation."""
        return self in {Verdict.DIFFERS, Verdict.ELSEWHERE, Verdict.NOT_FOUND}


class CheckedQuotation(NamedTuple):
    """A quotation and the result of checking it.

    locations    where the words are; for "not found" the nearest passage, if there is one
    n_locations  the number of locations; not all of them are listed if there are many
    differences  from the first of these, in order of the quotation
    quote_side   the words of the quotation with what differs marked; () if nothing differs
    source_side  the words of the source, likewise
    warnings     changes that may turn the meaning round
    reasons      sentences that explain the verdict
    """

    quotation: Quotation
    verdict: Verdict
    locations: tuple[SourceLocation, ...] = ()
    n_locations: int = 0
    differences: tuple[Difference, ...] = ()
    quote_side: tuple[MarkedText, ...] = ()
    source_side: tuple[MarkedText, ...] = ()
    warnings: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class QuotationChecker:
    """A checker of quotations against one state of an index."""

    def __init__(
        self,
        catalog: "Catalog",
        engine: "Engine",
        sources: SourceFinder | None = None,
        excluded: Iterable[int] = (),
    ) -> None:
        self._catalog = catalog
        self._engine = engine
        self._sources = sources or SourceFinder(catalog)
        self._excluded = frozenset(excluded)
        """The ids of documents that do not count as sources."""

    def without_manuscript(self, path: str, contents: bytes) -> "QuotationChecker":
        """Return a checker that ignores a manuscript that lies in the corpus.

        Its document is the one with its `contents`, or at its `path` in the corpus, since it may
        have changed.
        """
        at_path = self._catalog.document_at(path)
        excluded = self._sources.with_digest(digest_of([contents]))
        excluded += [at_path.id] if at_path else []
        return QuotationChecker(self._catalog, self._engine, self._sources, excluded)

    def check_all(self, quotations: Iterable[Quotation]) -> Iterator[CheckedQuotation]:
        """Yield the verdict on each of `quotations`.

        If a quotation is not found, the quotations inside it are checked next. Adjacent block
        quotations are checked as one; if that fails, one by one.
        """
        for checked in chain.from_iterable(map(self._check_blocks, quotations)):
            yield checked
            quotation = checked.quotation
            if checked.verdict is Verdict.NOT_FOUND:
                inner = (each for each in quotation.inner if each.n_words >= MIN_WORDS)
                yield from map(self.check, inner)

    def _check_blocks(self, quotation: Quotation) -> list[CheckedQuotation]:
        """Return the verdict on a quotation, or on its blocks if they are from several sources."""
        checked = self.check(quotation)
        if not quotation.blocks or checked.verdict not in {Verdict.DIFFERS, Verdict.NOT_FOUND}:
            return [checked]
        each = [self.check(block) for block in quotation.blocks]
        found = [one for one in each if one.locations and one.verdict is not Verdict.NOT_FOUND]
        own = {one.locations[0].path for one in found}
        if checked.verdict is Verdict.DIFFERS:
            own -= {checked.locations[0].path}
        return each if own else [checked]

    def check(self, quotation: Quotation) -> CheckedQuotation:
        """Return the verdict on a quotation."""
        checked = self._check(quotation)
        if not checked.verdict.is_wrong:
            return checked
        terms = tuple(token.term for each in quotation.fragments for token in each.tokens)
        titled = self._sources.title_of(terms)
        if titled is not None:
            path = shown_path(self._catalog.document(titled))
            return CheckedQuotation(
                quotation, Verdict.UNCHECKED, reasons=(f"It is the title of {path}.",)
            )
        if checked.verdict is Verdict.NOT_FOUND and _looks_like_title(quotation):
            reason = "It looks like the title of a work."
            return CheckedQuotation(quotation, Verdict.UNCHECKED, reasons=(reason,))
        return checked

    def _check(self, quotation: Quotation) -> CheckedQuotation:
        if quotation.n_words < MIN_WORDS:
            reason = "It has fewer than four words."
            return CheckedQuotation(quotation, Verdict.UNCHECKED, reasons=(reason,))
        if quotation.is_unclosed:
            reason = "Its quotation mark is never closed."
            return CheckedQuotation(quotation, Verdict.UNCHECKED, reasons=(reason,))
        cited = self._sources.find(quotation.notes)
        found, n_found = self._exact_places(quotation, cited)
        if not found:
            compared = self._aligned(quotation, cited)
            found = [each for each in compared if each.has_same_words]
            n_found = len(found)
            if not found:
                return self._differing(quotation, cited, compared)
        return self._found(quotation, cited, found, n_found)

    # The words are in the source

    def _exact_places(
        self, quotation: Quotation, cited: CitedSource
    ) -> tuple[list[Comparison], int]:
        """Return the locations where a quotation without omissions occurs, and their number."""
        if len(quotation.fragments) != 1:
            return [], 0
        (fragment,) = quotation.fragments
        tokens = fragment.tokens[:_PHRASE_WORDS]
        tree = parse_quote(fragment.query[: tokens[-1].span.end])
        for engine in (self._engine, self._engine.everything):
            matches = engine.execute(tree)
            if matches.total:
                hits = _first_hits(matches, cited.documents, self._excluded)
                compared = [self._compare_at(quotation, *hit) for hit in hits]
                found = [each for each in compared if each is not None and each.has_same_words]
                is_whole = len(tokens) == len(fragment.tokens)
                return found, max(len(found), self._n_matches(matches)) if is_whole else len(found)
        return [], 0

    def _n_matches(self, matches: "Matches") -> int:
        """Return the number of matching passages outside of excluded documents."""
        n_excluded = sum(key.document in self._excluded for key in matches) if self._excluded else 0
        return matches.total - n_excluded

    def _compare_at(self, quotation: Quotation, key: Key, first: int) -> Comparison | None:
        """Return the comparison with the words from the word `first` of a passage on."""
        n_words = quotation.n_words
        window = window_around(self._catalog, key, 0, first + n_words)
        words = window.terms[first : first + n_words + n_words // 4 + 4]
        if not words:
            return None
        return _compare(quotation, window, first, len(words))

    def _found(
        self, quotation: Quotation, cited: CitedSource, found: list[Comparison], n_found: int
    ) -> CheckedQuotation:
        found.sort(key=lambda each: len(each.differences))
        chosen = found
        reasons = list(cited.remarks if cited.documents else ())
        if cited.documents:
            chosen = [each for each in found if is_cited(each, cited)]
            if not chosen:
                return self._checked(
                    quotation,
                    Verdict.ELSEWHERE,
                    found,
                    len(found),
                    [*reasons, self._where_cited(cited, found)],
                )
        elif cited.unread:
            reason = f"The note names {cited.unread[0]}, which is not in the index."
            return self._checked(quotation, Verdict.UNCHECKED, found, n_found, [reason])
        elif len(found) > 1:
            return self._checked(quotation, Verdict.SEVERAL, found, n_found, reasons)
        verdict = Verdict.SAME_WORDS if chosen[0].differences else Verdict.EXACT
        return self._checked(quotation, verdict, chosen, len(chosen), reasons)

    def _where_cited(self, cited: CitedSource, found: Sequence[Comparison]) -> str:
        ids = sorted(cited.documents)
        if any(each.window.document.id in cited.documents for each in found):
            return "The words are in the document that the note names, but elsewhere in it."
        names = [shown_path(self._catalog.document(id_)) for id_ in ids[:3]]
        return f"The note names {', '.join(names)}, which does not have these words."

    # The words are not in the source as they are quoted

    def _aligned(self, quotation: Quotation, cited: CitedSource) -> list[Comparison]:
        """Return the comparisons with the most likely parts of the corpus, the best first."""
        windows = candidate_windows(
            *(self._engine, self._catalog, quotation.fragments, cited.documents, self._excluded)
        )
        tried = [_compare(quotation, each, 0, len(each.terms)) for each in windows if each.terms]
        compared = [each for each in tried if each is not None]
        return sorted(compared, key=lambda each: (-each.n_matched, each.n_omitted))

    def _differing(
        self, quotation: Quotation, cited: CitedSource, compared: list[Comparison]
    ) -> CheckedQuotation:
        near = [each for each in compared if _is_near(each)]
        if cited.unread and not cited.documents:
            reason = f"The note names {cited.unread[0]}, which is not in the index."
            return self._checked(quotation, Verdict.UNCHECKED, near[:1], len(near[:1]), [reason])
        if near:
            chosen = [each for each in near if is_cited(each, cited)] or near
            reasons = list(cited.remarks)
            if cited.documents and not is_cited(chosen[0], cited):
                reasons.append(self._where_cited(cited, chosen))
            return self._checked(quotation, Verdict.DIFFERS, chosen[:1], 1, reasons)
        if quotation.n_words > _MAX_WORDS:
            reason = f"It has more than {_MAX_WORDS:,} words, and does not occur as it is."
            return self._checked(quotation, Verdict.UNCHECKED, [], 0, [reason])
        return self._not_found(quotation, cited, compared)

    def _not_found(
        self, quotation: Quotation, cited: CitedSource, compared: list[Comparison]
    ) -> CheckedQuotation:
        nearest: tuple[SourceLocation, ...] = ()
        if compared and compared[0].n_matched >= MIN_WORDS:
            nearest = (location_of(compared[0]),)
        else:
            keys = best_passages(
                self._engine, self._catalog, quotation.fragments, 1, self._excluded
            )
            nearest = tuple(passage_location(each) for each in self._catalog.passages(keys))
        return CheckedQuotation(
            quotation, Verdict.NOT_FOUND, nearest, len(nearest), reasons=cited.remarks
        )

    def _checked(
        self,
        quotation: Quotation,
        verdict: Verdict,
        found: Sequence[Comparison],
        n_found: int,
        reasons: Sequence[str],
    ) -> CheckedQuotation:
        best = found[0] if found else None
        differences = best.differences if best else ()
        has_changes = best is not None and not best.has_same_words
        warnings = find_warnings(best, self._is_lower) if best and has_changes else ()
        stale = [
            f"{shown_path(each.window.document)} has changed since it was indexed."
            for each in found[:1]
            if self._catalog.is_stale(each.window.document.files[0])
        ]
        return CheckedQuotation(
            quotation,
            verdict,
            tuple(map(location_of, found)),
            n_found,
            # Only these are kept: the words of all windows would take a lot of memory.
            differences,
            quote_side(best) if best and differences else (),
            source_side(best) if best and differences else (),
            warnings,
            (*reasons, *stale),
        )

    def _is_lower(self, word: str) -> bool:
        """Return whether a word occurs in lower case in the index."""
        return self._engine.count(Form(word)) > 0


def _first_hits(
    matches: "Matches", documents: Collection[int], excluded: Collection[int]
) -> list[tuple[Key, int]]:
    """Return the first matches in `documents`, then the first others, at most 20 of each.

    A match is a passage and its first word there. Those in the documents `excluded` are left out.
    """
    inside: list[tuple[Key, int]] = []
    others: list[tuple[Key, int]] = []
    for key, occurrences in matches.occurrences():
        if key.document in excluded:
            continue
        hits = inside if key.document in documents else others
        if len(hits) < _MAX_LOCATIONS:
            hits += [(key, occurrence.spans[0].start) for occurrence in occurrences]
        if len(others) >= _MAX_LOCATIONS and (not documents or len(inside) >= _MAX_LOCATIONS):
            break
    return inside[:_MAX_LOCATIONS] + others[:_MAX_LOCATIONS]


def _compare(quotation: Quotation, window: Window, first: int, n_words: int) -> Comparison | None:
    """Return the comparison of a quotation with `n_words` words of a window from `first` on.

    It is None for a quotation that is too long to be compared, unless the words are the same.
    """
    end = first + n_words
    quoted = [token.term for each in quotation.fragments for token in each.tokens]
    if window.terms[first : first + len(quoted)] == quoted and len(quotation.fragments) == 1:
        pairs = tuple((n, first + n) for n in range(len(quoted)))
        return Comparison(quotation.fragments, window, Alignment(pairs, len(quoted)))
    if len(quoted) > _MAX_WORDS:
        return None
    divisions: list[int] = []
    for fragment in quotation.fragments[:-1]:
        divisions.append(len(fragment.tokens) + (divisions[-1] if divisions else 0))
    alignment = align_words(
        quoted,
        window.terms[first:end],
        divisions=divisions,
        free=window.free[first:end],
        gaps=[gap - first for gap in window.gaps if first < gap < end],
    )
    return Comparison(quotation.fragments, window, alignment.moved(first))


def _looks_like_title(quotation: Quotation) -> bool:
    """Return whether a quotation may be the title of a work: in a note, with most words capital.

    Outside of notes, the comma of the note before the closing mark must show that it is one.
    """
    if not (quotation.is_in_note or quotation.text.endswith(",")):
        return False
    long = [word for word in re.findall(r"[^\W\d_]+", quotation.text) if len(word) > 3]
    n_capital = sum(word[0].isupper() for word in long)
    return 0 < len(long) <= _MAX_IN_TITLE and n_capital >= _CAPITAL_SHARE * len(long)


def _is_near(compared: Comparison) -> bool:
    """Return whether a quotation is from here, with changes."""
    n_words = len(compared.quoted)
    n_matched = compared.n_matched
    return n_matched >= MIN_SHARE * n_words and compared.n_omitted <= n_words
