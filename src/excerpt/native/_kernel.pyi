# The functions of the kernel. Each returns None where the index is damaged.

from typing import Literal, TypeAlias

from excerpt.arrays import Array

SOURCE_DIGEST: str

# The bytes of a file of columns; for each block 1 if it is not verified; the checksums of the
# blocks; the bits of their size.
File: TypeAlias = tuple[memoryview, bytearray, Array, int]
Segment: TypeAlias = object

# Verify these blocks (int64), and mark them as verified up to the first that is damaged.
def verify_blocks(file: File, blocks: Array, /) -> Literal[True] | None: ...

# Open the columns in a file with these extents; see `index/format/kernel_layout.py`.
def open_segment(file: File, layout: Array, /) -> Segment | None: ...

Texts: TypeAlias = object

# Open the columns of a text file; see `text_store/text_file.py`.
def open_texts(file: File, layout: Array, /) -> Texts | None: ...

# A frame: its number, the first byte and the end.
Frame: TypeAlias = tuple[int, int, int]

# For each key, a document and the ordinal of a passage: the number of the file; the piece in which
# the text begins; how many code points of it precede the passage; the length of the passage; and
# the group with its details. None if the passage was not found, or is damaged.
def find_texts(
    files: tuple[Texts, ...], keys: tuple[tuple[int, int], ...], /
) -> tuple[tuple[int, Frame, int, int, Frame] | None, ...] | None: ...

# The id of a term, or -1; its first group and their end; its first form and their end; the stems
# of its groups; whether these have accents.
def find_term(
    segment: Segment, utf8: bytes, /
) -> tuple[int, int, int, int, int, tuple[int, ...], bool] | None: ...

# The id of a stem among the stems `first` to `last`, or -1; its groups; whether it has accents.
def find_stem(
    segment: Segment, utf8: bytes, first: int, last: int, /
) -> tuple[int, tuple[int, ...], bool] | None: ...

# 2 if this is a pair of joined terms, 1 if one begins with it, or 0.
def find_joined(segment: Segment, utf8: bytes, /) -> int | None: ...

# The rests, in UTF-8, of all pairs of joined terms that begin with this.
def find_following(segment: Segment, utf8: bytes, /) -> list[bytes] | None: ...

Index: TypeAlias = object
# A word in each segment of an index.
Word: TypeAlias = object

# Open an index. Each segment has its first passage there, its live passages as bits (None: all) and
# the numbers in the index of its languages; texts are in the first `n_required` of these.
def open_index(
    segments: tuple[tuple[Segment, int, bytes | None, tuple[int, ...]], ...], n_required: int, /
) -> Index | None: ...

# What a word stands for, if it is plain, or False. A term, which is not stemmed, is always plain.
def find_word(index: Index, utf8: bytes, is_stemmed: bool, /) -> Word | bool | None: ...

# In each segment, the numbers of stems that belong to the word as a whole, of its other groups, of
# its groups as typed (None: all are), of all its groups, the ranges of its forms (None: all forms
# of these groups), and of its term, or -1.
def make_word(index: Index, numbers: tuple[tuple[object, ...], ...], /) -> Word | None: ...

# The forms of a word whose last byte has 1 in a table of 256 bytes.
def keep_marked(index: Index, word: Word, is_kept: bytes, /) -> Word | None: ...

# The ways to divide a word of ASCII letters in a segment: after how many letters, and whether the
# last two parts are joined as they are. Otherwise the part before the last is joined to a term that
# begins with the same letter as the last, or without `with_letter`, to any.
def find_splits(
    index: Index, utf8: bytes, is_stemmed: bool, with_letter: bool, most_parts: int, /
) -> list[tuple[tuple[int, ...], bool]] | None: ...

# The ranks (int64) of the terms of a segment within an edit distance of a word, or with -1, of
# those that begin with it; and the terms among them that occur in live passages.
def expand_word(
    index: Index, segment: int, utf8: bytes, distance: int, /
) -> tuple[bytearray, list[str]] | None: ...

# For each passage the id of its document, its number there, its fingerprint, and how many passages
# have that.
def find_keys(
    index: Index, doc_ids: tuple[int, ...], /
) -> tuple[tuple[int, int, int, int], ...] | None: ...

Passages: TypeAlias = object
Term: TypeAlias = object
# A term; the number of its passages with it in the body; of its occurrences in these; of its
# passages with it in any field; its bytes.
Made: TypeAlias = tuple[Term, int, int, int, int]

# Prepare the passages of an index, given the length of each (unsigned), the norm of each length
# (float64), and what saturation counts where the frequency is below 1.
def open_passages(lengths: Array, norms: Array, weak_weight: float, /) -> Passages | None: ...

# A word and its spelling in parts, or (). This returns None if the spelling may occur in a heading
# or title. The factors say what an occurrence counts in tenths: in the body, more if as typed, in a
# heading, in the title. Where the last two are 0, headings and titles are not read.
def count_word(
    passages: Passages,
    index: Index,
    word: Word,
    spelling: tuple[Word, ...],
    factors: tuple[int, ...],
    /,
) -> Made | None: ...

# Phrases, no two of which begin at the same token.
def count_phrase(
    passages: Passages, index: Index, phrases: tuple[tuple[Word, ...], ...], /
) -> Made | None: ...

# Two words near each other.
def count_near(
    passages: Passages,
    index: Index,
    sides: tuple[Word, ...],
    distance: int,
    is_ordered: bool,
    /,
) -> Made | None: ...

# For each passage the spans of words of some phrases that begin there, ascending.
def find_spans(
    index: Index, operands: tuple[tuple[tuple[Word, ...], ...], ...], doc_ids: tuple[int, ...], /
) -> list[list[tuple[int, int]]] | None: ...

# The starts and the ends in a text of some ascending spans of words; those that overlap are one.
# The table has the class of each code point, 0 if unknown: such a code point is returned. The
# details are those of the passage, with its blocks. None if Python must find the words, or if a
# span ends after the last.
def find_span_offsets(
    text: str,
    table: bytearray,
    details: str,
    has_compounds: bool,
    spans: list[tuple[int, int]],
    /,
) -> tuple[list[int], list[int]] | int | None: ...

# Fill in how many of the ascending `numbers` are less than each of `wanted`, or not greater if
# `is_right`; all are int64, and the last as many as `wanted`. False if these do not ascend.
def search_ascending(numbers: Array, wanted: Array, is_right: bool, counts: Array, /) -> bool: ...

# Given passages (int64, ascending) and tenths (uint32), in the body and in other fields, and the
# number of occurrences.
def make_term(
    passages: Passages,
    in_body: Array,
    tenths: Array,
    in_fields: Array,
    more_tenths: Array,
    n_occurrences: int,
    /,
) -> Made | None: ...

# The passages of a term (int64), its tenths in each (uint32), and for each 1 if the term is in the
# body (None: in all).
def read_term(term: Term, /) -> tuple[bytearray, bytearray, bytearray | None]: ...

# The tenths of a term (uint32) in some passages (int64).
def read_frequencies(term: Term, doc_ids: Array, /) -> bytearray | None: ...

# The number of passages, and the best `k` of them (int64) with their scores (float64): of those
# with any term (False), all terms (True) or given ones (int64).
def find_best(
    passages: Passages,
    terms: tuple[Term, ...],
    weights: tuple[float, ...],
    which: bool | Array,
    k: int,
    /,
) -> tuple[int, bytearray, bytearray] | None: ...
