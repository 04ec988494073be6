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

# The piece in which the text of a passage begins; the first byte of its frame and the end; how many
# code points of it precede the passage; and the length of the passage. () without the document.
def find_text(
    texts: Texts, document: int, ordinal: int, /
) -> tuple[int, int, int, int, int] | tuple[()] | None: ...

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

# After how many letters a term of ASCII letters is joined to a term that begins with the next
# letter, or without `with_letter`, to any.
def find_divisions(segment: Segment, utf8: bytes, with_letter: bool, /) -> list[int] | None: ...

# The rests, in UTF-8, of all pairs of joined terms that begin with this.
def find_following(segment: Segment, utf8: bytes, /) -> list[bytes] | None: ...

# The fingerprint of a passage, and the number of passages with any of some fingerprints.
def read_fingerprint(segment: Segment, doc_id: int, /) -> int | None: ...
def count_fingerprints(segment: Segment, fingerprints: tuple[int, ...], /) -> int | None: ...

Passages: TypeAlias = object
Term: TypeAlias = object
# A term; the number of its passages with it in the body; of its occurrences in these; of its
# passages with it in any field; its bytes.
Made: TypeAlias = tuple[Term, int, int, int, int]

# Prepare the passages of an index, given the length of each (unsigned), the norm of each length
# (float64), and what saturation counts where the frequency is below 1.
def open_passages(lengths: Array, norms: Array, weak_weight: float, /) -> Passages | None: ...

# In each segment: the segment; its first passage; its live passages as bits, or None for all; and
# the numbers of stems that belong to the word as a whole, of its other groups, of its groups as
# typed (None: all are), and of all its groups; its spelling in parts, as in `count_phrase`, or ().
# This returns None if the spelling may occur in a heading or title. The factors say what an
# occurrence counts in tenths: in the body, more if as typed, in a heading, in the title.
def count_word(
    passages: Passages,
    parts: tuple[tuple[object, ...], ...],
    factors: tuple[int, ...],
    /,
) -> Made | None: ...

# In each segment: the first three as above; for each word a pair, its groups and the ranges of its
# forms (None: all forms of these groups); pairs of neighbouring words with a list, as the index of
# the first word and the number of the list.
def count_phrase(passages: Passages, parts: tuple[tuple[object, ...], ...], /) -> Made | None: ...

# In each segment: the first three as above, and two words, as in `count_phrase`.
def count_near(
    passages: Passages,
    parts: tuple[tuple[object, ...], ...],
    distance: int,
    is_ordered: bool,
    /,
) -> Made | None: ...

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
