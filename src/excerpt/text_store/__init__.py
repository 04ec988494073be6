"""The texts and passages of an index, in immutable files that are read in place.

A text file holds some documents: their texts in compressed pieces, and their passages in columns. A
hit costs a few numbers from the columns and one small piece. The catalog names the files of a
committed state, as it does for the engine.

    manifest       the files of a committed state ⇄ JSON, for the catalog
    text_file      one file, open for reading
    text_store     TextStore: all files of a state, open for reading
    compression    texts ⇄ compressed pieces, with the dictionary of the index
    passage_codec  passages ⇄ their details in JSON
    contents       the contents of a new file, from documents or from other files
    builder        documents → a file, in a worker
    writer         StoreWriter: the files of the next state; merges
"""
