"""The engine's array types, in addition to those of `excerpt.arrays`: elements, dtype and order.

NumPy's type stubs keep two types for a 64-bit integer: `int64`, and `intp` for what functions such
as `flatnonzero` return. `Int64` stands for both.
"""

from typing import Any

import numpy as np

from excerpt.arrays import Int64

__all__ = [
    "Bits",
    "DocIds",
    "DocumentIds",
    "DocumentNumbers",
    "Fingerprints",
    "FormIds",
    "Frequencies",
    "GroupIds",
    "Integers",
    "Offsets",
    "Positions",
    "Ranks",
    "Scores",
    "ShortFormIds",
    "Sizes",
    "Tenths",
    "UInt32Array",
    "UnitIds",
    "WeightedFrequencies",
]

UInt32Array = np.ndarray[Any, np.dtype[np.uint32]]
"""uint32; ids, positions or offsets as they are stored, and held while a segment is written."""
Integers = np.ndarray[Any, np.dtype[np.integer[Any]]]
"""Integers of any width, as a column stores them; the narrowest type that holds all of them."""
Bits = np.ndarray[Any, np.dtype[np.unsignedinteger[Any]]]
"""uint8, uint16 or uint64; each element is a set of flags."""
Sizes = np.ndarray[Any, np.dtype[Int64]]
"""int64; the number of elements in each of several groups."""
Offsets = np.ndarray[Any, np.dtype[Int64]]
"""int64, ascending, n + 1 elements: group i is `values[offsets[i]:offsets[i + 1]]`."""

DocIds = np.ndarray[Any, np.dtype[Int64]]
"""int64, ascending unless stated otherwise; numbers of passages, from 0 in the order of documents:
within a segment, or within the whole index where `IndexReader` has joined the segments. A passage
is to the engine what textbooks call a document: the unit of search."""
UnitIds = np.ndarray[Any, np.dtype[Int64]]
"""int64, ascending; the units of a token stream: doc ids in the body and in headings, document
numbers in titles."""
DocumentNumbers = np.ndarray[Any, np.dtype[Int64]]
"""int64; documents (the source texts that passages belong to), numbered within a segment from 0."""
DocumentIds = np.ndarray[Any, np.dtype[Int64]]
"""int64; ids of documents in the catalog, which are the same in all segments."""
Ranks = np.ndarray[Any, np.dtype[Int64]]
"""int64; ranks of live documents in the order of their paths, from 0."""

Positions = np.ndarray[Any, np.dtype[Int64]]
"""int64, ascending unless stated otherwise; positions in a token stream, from 0."""
Frequencies = np.ndarray[Any, np.dtype[np.number[Any]]]
"""uint8 or int64; the number of occurrences in each of several units."""
Tenths = np.ndarray[Any, np.dtype[np.unsignedinteger[Any]]]
"""uint8 or uint16; weighted frequencies in tenths."""
WeightedFrequencies = np.ndarray[Any, np.dtype[np.floating[Any]]]
"""float64; frequencies summed up over several postings or weighted over the fields of a passage."""
FormIds = np.ndarray[Any, np.dtype[Int64]]
"""int64; ids of written forms, 0 for a barrier."""
ShortFormIds = np.ndarray[Any, np.dtype[np.uint16]]
"""uint16; form ids, with `RARE` in place of each id that does not fit."""
GroupIds = np.ndarray[Any, np.dtype[Int64]]
"""int64; ids of form groups. The forms of a group share term, language and stem."""
Fingerprints = np.ndarray[Any, np.dtype[np.uint64]]
"""uint64; equal for passages with the same sequence of terms, 0 for a passage without words."""
Scores = np.ndarray[Any, np.dtype[np.floating[Any]]]
"""float64, or float32 where stated; scores of passages, or parts of them."""
