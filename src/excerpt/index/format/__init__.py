"""The layout of the index's files: how each part is encoded in columns, and decoded again.

Each part is stored as columns of a file (`excerpt.storage.columns`). Of the files:

    manifest         the files of a committed state ⇄ JSON, for the catalog
    file_names       the folder of the files, and their names
    kind_bits        the kinds of blocks as flags

Encodings, which take several columns each:

    string_column    a list of strings; `string_batch` matches many of them at once
    bit_packing      small integers in 4, 8 or 16 bits
    ascending_column ascending integers, by their gaps
    wide_ids         ids of up to 24 bits
    string_filter    a set of strings as bits, to exclude most others
    form_ids         the form ids of a stream in 16 bits
    postings         the units, frequencies and positions of many things

Parts of a segment, which use them:

    term_dictionary  forms, form groups, terms and stems
    token_stream     the form at each position, and the postings of form groups
    stem_postings    the postings of stems
    pair_postings    the postings of pairs of frequent words
    fingerprints     hashes of the terms of passages
    kernel_layout    where the columns of a segment are, for the kernel
    main_stems       stems, in the main language, of forms of unknown language

And a file that every commit replaces:

    document_table   the live documents: where they are, their paths and metadata
"""
