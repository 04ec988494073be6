"""`index.format.fingerprints`: passages with the same terms have the same fingerprint."""

from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format import fingerprints
from excerpt.index.format.fingerprints import FingerprintIndex, fingerprint_columns, hash_terms
from excerpt.index.format.form_ids import PackedFormIds
from excerpt.storage.columns import Column
from excerpt.text import fold
from stored import check_damage, stored

TERMS = [fold(form) for form in ("", "war", "War", "peace", "é")]
"""The barrier, and forms, two with the same term."""
ID_OF = np.array([0, 3, 1, 2, 4], np.uint32)
PASSAGES = st.lists(st.lists(st.integers(0, len(TERMS) - 1), max_size=5), max_size=9)


def columns_of(passages: list[list[int]]) -> list[Column]:
    """Return the columns of passages, given as indexes into `TERMS`."""
    numbers = np.array([number for passage in passages for number in passage], np.uint32)
    form_ids = PackedFormIds([numbers], ID_OF)
    offsets = np.cumsum([0, *map(len, passages)])
    return list(fingerprint_columns(hash_terms(TERMS), ID_OF, form_ids, offsets).items())


def terms_of(passage: list[int]) -> tuple[str, ...]:
    """Return the terms of a passage without its barriers."""
    return tuple(TERMS[number] for number in passage if number)


@given(PASSAGES, st.integers(1, 6), st.integers(1, 3))
def test_same_terms_make_the_same_fingerprint(
    passages: list[list[int]], n_tokens: int, n_terms: int
) -> None:
    """However few tokens or forms are hashed at a time; barriers and case count for nothing."""
    with patch.multiple(fingerprints, _TOKENS=n_tokens, _TERMS=n_terms):
        index = FingerprintIndex(stored(columns_of(passages)))
    found = [index.fingerprint(doc_id) for doc_id in range(len(passages))]
    terms = [terms_of(passage) for passage in passages]
    for one, its_terms in zip(found, terms, strict=True):
        assert (one == 0) == (its_terms == ())
        assert [one == other for other in found] == [its_terms == other for other in terms]


@given(PASSAGES, st.data())
def test_passages_are_found_by_their_fingerprints(
    passages: list[list[int]], data: st.DataObject
) -> None:
    """All passages with any of some fingerprints, and no others; unknown ones find nothing."""
    index = FingerprintIndex(stored(columns_of(passages)))
    found = [index.fingerprint(doc_id) for doc_id in range(len(passages))]
    unknown = {12345, 2**64 - 1}
    wanted = data.draw(st.sets(st.sampled_from(sorted({*found, *unknown}))))
    doc_ids = index.doc_ids(np.array(sorted(wanted), np.uint64))
    assert sorted(doc_ids.tolist()) == [n for n, each in enumerate(found) if each in wanted]


def test_fingerprints_with_the_same_prefix_are_told_apart() -> None:
    """Two fingerprints that differ in the lower half only find each its own passages, once."""
    made = np.array([(7 << 32) + 1, (7 << 32) + 2, (7 << 32) + 1], np.uint64)
    columns: list[Column] = [
        ("passages.fingerprint", made),
        ("passages.by_fingerprint", np.array([0, 2, 1], np.uint32)),
        ("passages.fingerprint_prefixes", np.array([7, 7, 7], np.uint32)),
    ]
    index = FingerprintIndex(stored(columns))
    assert sorted(index.doc_ids(made[:1]).tolist()) == [0, 2]
    assert sorted(index.doc_ids(np.unique(made)).tolist()) == [0, 1, 2]


def test_hashes_are_those_of_the_formula() -> None:
    """A term is hashed as the module's docstring says, in plain Python."""
    factor, mask = 0x9E3779B97F4A7C15, 2**64 - 1

    def hash_sequence(numbers: list[int]) -> int:
        total = sum(n * pow(factor, i, 2**64) for i, n in enumerate(numbers, 1)) & mask
        total = (total ^ total >> 30) * 0xBF58476D1CE4E5B9 & mask
        total = (total ^ total >> 27) * 0x94D049BB133111EB & mask
        return max(total ^ total >> 31, 1)

    hashes = [hash_sequence(list(f"{term}\n".encode())) for term in TERMS]
    assert hash_terms(TERMS).tolist() == hashes
    index = FingerprintIndex(stored(columns_of([[1, 0, 4]])))
    assert index.fingerprint(0) == hash_sequence([hashes[1], hashes[4]])


def test_a_damaged_fingerprint_is_noticed() -> None:
    """Damage raises IndexDamaged or changes nothing that is read."""
    passages = [[1 + number % 4, 1 + number // 4 % 4] for number in range(40)]
    all_fingerprints = np.unique(dict(columns_of(passages))["passages.fingerprint"])
    check_damage(
        columns_of(passages),
        lambda columns: sorted(FingerprintIndex(columns).doc_ids(all_fingerprints).tolist()),
    )
