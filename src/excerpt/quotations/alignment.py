"""The words of a quotation and those of a part of its source → which words correspond.

The quotation is aligned as a whole with any stretch of the source, at the least cost (Sellers,
1980): one row of costs for each word of the quotation, computed by operations on arrays. Source
words may be skipped without cost at the divisions of the quotation; notes and headings anywhere.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

__all__ = ["NOTHING", "Alignment", "align_words"]

NOTHING: Final = -1
"""In a pair: no word of this side corresponds."""
_UNKNOWN: Final = -1
"""The number of a quoted word that the source does not have."""
_MISSING: Final = -2
"""The number that stands for the words of a gap."""
SKIPPED: Final = 10
"""Cost of a word of the source that the quotation leaves out."""
ADDED: Final = 21
"""Cost of a word of the quotation that is not in the source."""
REPLACED: Final = 20
"""Cost of a word in place of another: less than that of an addition."""
_GAP: Final = 10_000
"""Cost of skipping the words between two parts of the source that were not read together."""


class Alignment(NamedTuple):
    """The corresponding words of a quotation and its source, in order.

    pairs      indexes of a word of the quotation and a word of the source; `NOTHING` where one side
               has no word. Source words before the first and after the last pair do not occur
    n_matched  pairs of equal words
    """

    pairs: tuple[tuple[int, int], ...]
    n_matched: int

    def moved(self, n_words: int) -> "Alignment":
        """Return the alignment with the source words counted from `n_words` words before."""
        pairs = tuple(
            (quoted, source if source == NOTHING else source + n_words)
            for quoted, source in self.pairs
        )
        return Alignment(pairs, self.n_matched)


def align_words(
    quoted: Sequence[str],
    source: Sequence[str],
    *,
    divisions: Sequence[int] = (),
    free: Sequence[bool] = (),
    gaps: Sequence[int] = (),
) -> Alignment:
    """Return the best alignment of all words `quoted` with a stretch of `source`.

    Arguments:
        quoted: folded words of the quotation, at least one.
        source: folded words of the source, at least one.
        divisions: indexes of quoted words before which source words may be left out.
        free: for each source word, whether it may be left out anywhere; () for none.
        gaps: indexes of source words before which the source has words that are not in `source`.

    Time and memory are proportional to the product of both lengths.
    """
    numbers: dict[str, int] = {}
    source_ids = np.array([numbers.setdefault(word, len(numbers)) for word in source], np.int32)
    quoted_ids = [numbers.get(word, _UNKNOWN) for word in quoted]
    skip = np.where(np.array(free, bool), 0, SKIPPED) if free else np.full(len(source), SKIPPED)
    # A gap is a word of the source that no quoted word corresponds to, and that is dear to skip.
    inner = [index for index in gaps if index]
    source_ids = np.insert(source_ids, inner, _MISSING)
    skip = np.insert(skip, inner, _GAP)
    indexes = np.insert(np.arange(len(source)), inner, NOTHING).tolist()
    # `travelled[j]` is the cost of skipping the first j words. From the best cost of ending at any
    # earlier word, that of skipping on to j is a running minimum of differences.
    travelled = np.concatenate(([0], np.cumsum(skip))).astype(np.int32)
    nothing = np.zeros_like(travelled)
    rows = np.empty((len(quoted) + 1, len(travelled)), np.int32)
    rows[0] = 0
    is_division = set(divisions)
    for number, word in enumerate(quoted_ids, 1):
        cost = np.where(source_ids == word, 0, np.where(source_ids == _MISSING, _GAP, REPLACED))
        row = rows[number - 1] + ADDED
        np.minimum(row[1:], rows[number - 1, :-1] + cost, out=row[1:])
        way = nothing if number in is_division else travelled
        rows[number] = way + np.minimum.accumulate(row - way)
    pairs, n_matched = _trace(rows, quoted_ids, source_ids.tolist(), is_division)
    placed = ((one, other if other == NOTHING else indexes[other]) for one, other in pairs)
    return Alignment(_trimmed([pair for pair in placed if pair != (NOTHING, NOTHING)]), n_matched)


def _trace(
    rows: np.ndarray[tuple[int, int], np.dtype[np.int32]],
    quoted: Sequence[int],
    source: Sequence[int],
    is_division: set[int],
) -> tuple[list[tuple[int, int]], int]:
    """Return the pairs on the way back along the least costs, in order, and the equal ones."""
    number = len(quoted)
    at = int(np.argmin(rows[number]))
    pairs: list[tuple[int, int]] = []
    n_matched = 0
    while number:
        cost = int(rows[number, at])
        is_equal = at > 0 and quoted[number - 1] == source[at - 1]
        step = 0 if is_equal else _GAP if source[at - 1] == _MISSING else REPLACED
        if at > 0 and cost == int(rows[number - 1, at - 1]) + step:
            pairs.append((number - 1, at - 1))
            n_matched += is_equal
            number, at = number - 1, at - 1
        elif cost == int(rows[number - 1, at]) + ADDED:
            pairs.append((number - 1, NOTHING))
            number -= 1
        else:
            # The words before `at` are skipped, back to one that a quoted word ends at.
            if number not in is_division:
                pairs.append((NOTHING, at - 1))
            at -= 1
    pairs.reverse()
    return pairs, n_matched


def _trimmed(pairs: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return `pairs` without source words at the ends to which no quoted word corresponds."""
    first = next((n for n, pair in enumerate(pairs) if pair[0] != NOTHING), 0)
    last = next((n for n in range(len(pairs), 0, -1) if pairs[n - 1][0] != NOTHING), 0)
    return tuple(pairs[first:last])
