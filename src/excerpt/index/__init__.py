"""The default engine: NumPy columns on disk, memory-mapped, in immutable segments.

    format   the layout of the files: encoding and decoding of columns, without any policy
    write    documents → segments and document tables; merging of segments
    read     a committed state, opened: segments, live documents, the vocabulary
    search   a query tree → matching passages, scores and spans

A package uses only those above it in this list, except that `write` reads the segments that it
merges. `engine` joins them to the engine that `excerpt.engines` opens, and `arrays` names the types
of their arrays; `sets` and `bitsets` compute with sets of integers. `excerpt/docs/index-format.md`
describes the files completely.

Some terms are used throughout. Documents and passages are numbered from 0 within a segment. A *doc
id* is the number of a passage: within its segment in `format`, `write` and the modules about one
segment, and within the whole index elsewhere (`read.index_reader` converts between the two). A
*token* is one word at a *position* of a token stream, which stores the id of its *form*. The forms
of one language with the same *term* (folded form) and *stem* make a *form group*, which has
postings.
"""
