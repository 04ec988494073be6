"""Tests of `catalog.column_codec`: values survive the way into a column and back."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.catalog.column_codec import (
    checksummed,
    decode_list,
    decode_path,
    encode_path,
    row_checksum,
)
from excerpt.text_store.passage_codec import storable


@given(st.binary(min_size=1).filter(lambda name: not {b"/", b"\0"} & {bytes([b]) for b in name}))
def test_a_path_of_any_bytes_survives(name: bytes) -> None:
    """A path that the file system allows decodes to itself, also if it is not UTF-8."""
    path = f"folder/{os.fsdecode(name)}"
    if name == b"..":
        return
    assert decode_path(encode_path(path)) == path
    assert encode_path(path) == b"folder/" + name


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_encoded_paths_sort_as_paths_do(paths: list[str]) -> None:
    """The order of the bytes is the order of the code points."""
    assert [decode_path(each) for each in sorted(map(encode_path, paths)) if is_safe(each)] == [
        path for path in sorted(paths) if is_safe(encode_path(path))
    ]


def is_safe(encoded: bytes) -> bool:
    """Return whether `decode_path` accepts a path."""
    return not encoded.startswith(b"/") and b".." not in encoded.split(b"/")


@pytest.mark.parametrize("path", [b"..", b"../a", b"a/../../b", b"/etc/passwd", b"a/.."])
def test_a_path_that_leads_out_of_the_corpus_is_damage(path: bytes) -> None:
    """Absolute paths and parent folders are refused."""
    with pytest.raises(ValueError, match="out of the corpus"):
        decode_path(path)


@pytest.mark.parametrize("path", [b"a..b", b"...", b"a../b", b"..a/b", b".hidden"])
def test_dots_in_names_are_allowed(path: bytes) -> None:
    """Only the name ".." itself is refused."""
    assert encode_path(decode_path(path)) == path


@given(st.text(st.characters()))
def test_storable_text_has_no_lone_surrogates(text: str) -> None:
    """Lone surrogates become question marks; everything else is unchanged."""
    stored = storable(text)
    assert stored == "".join("?" if "\ud800" <= each <= "\udfff" else each for each in text)
    assert stored.encode().decode() == stored


def test_a_checksum_depends_on_each_value_and_on_their_borders() -> None:
    """A changed, moved, missing or split value changes the checksum."""
    sums = [
        row_checksum(*row)
        for row in ((1, "ab"), (1, "ac"), (2, "ab"), ("ab", 1), (1,), (1, "a", "b"), ("1ab",))
    ]
    assert len(set(sums)) == len(sums)
    assert checksummed((1, "ab")) == (1, "ab", sums[0])


def test_lists_are_decoded() -> None:
    """An empty list is decoded like any other."""
    assert decode_list("[]") == []
    assert decode_list('["a", [1, "b"]]') == ["a", [1, "b"]]
