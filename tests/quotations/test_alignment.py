"""The alignment on arrays against a simple one, and its rules."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from excerpt.quotations.alignment import ADDED, NOTHING, REPLACED, SKIPPED, align_words

WORDS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=9)


def least_cost(quoted: list[str], source: list[str], divisions: list[int], free: list[bool]) -> int:
    """Return the least cost of an alignment, by trying all of them."""

    @cache
    def cost(i: int, j: int) -> int:
        """Return the cost of the quoted words from `i` on, the source being used up to `j`."""
        if i == len(quoted):
            return 0
        costs = [ADDED + cost(i + 1, j)]
        if j < len(source):
            costs.append((0 if quoted[i] == source[j] else REPLACED) + cost(i + 1, j + 1))
            is_free = i == 0 or i in divisions or free[j]
            costs.append((0 if is_free else SKIPPED) + cost(i, j + 1))
        return min(costs)

    return cost(0, 0)


@given(WORDS, WORDS, st.data())
def test_the_alignment_has_the_least_cost(
    quoted: list[str], source: list[str], data: st.DataObject
) -> None:
    """No alignment is cheaper, and its pairs are in order and contain every quoted word once."""
    divisions = data.draw(st.lists(st.integers(1, len(quoted)), max_size=2))
    free = data.draw(st.lists(st.booleans(), min_size=len(source), max_size=len(source)))
    alignment = align_words(quoted, source, divisions=divisions, free=free)
    total, n_quoted = 0, 0
    for one, other in alignment.pairs:
        if one == NOTHING:
            total += 0 if n_quoted in divisions or free[other] else SKIPPED
            continue
        assert one == n_quoted
        n_quoted += 1
        total += ADDED if other == NOTHING else REPLACED if quoted[one] != source[other] else 0
    used = [other for _, other in alignment.pairs if other != NOTHING]
    assert used == sorted(set(used))
    assert n_quoted == len(quoted)
    assert total == least_cost(quoted, source, divisions, free)
    matched = sum(
        NOTHING not in pair and quoted[pair[0]] == source[pair[1]] for pair in alignment.pairs
    )
    assert alignment.n_matched == matched


def test_words_in_between_are_skipped_only_where_that_is_allowed() -> None:
    """At a division, a gap of any length costs nothing; elsewhere, even a missing part is dear."""
    source = ["a", "b", "x", "x", "x", "c", "d"]
    free = align_words(list("abcd"), source, divisions=[2])
    assert free.pairs == ((0, 0), (1, 1), (2, 5), (3, 6))
    bound = align_words(list("abcd"), ["a", "b", "c", "d"], gaps=[2])
    assert bound.n_matched == 2
    assert align_words(list("abcd"), ["a", "b", "c", "d"], gaps=[2], divisions=[2]).n_matched == 4


def test_indexes_can_be_moved() -> None:
    """Source words are then counted from an earlier one."""
    alignment = align_words(["a", "z", "b"], ["a", "b"]).moved(5)
    assert alignment.pairs == ((0, 5), (1, NOTHING), (2, 6))
