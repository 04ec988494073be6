"""The Whoosh engine: an index in Whoosh's own format, for users who need that format.

Whoosh finds the documents that may match a query; `engines.reference` evaluates them, from the
token sequences that are stored with the terms. So the engine answers every query exactly, at the
price of reading each document that contains a word of the query.

engine           a committed state, open for searching
candidates       a node → the documents in which it can match
index_reader     a committed state: terms → documents, and the token sequences of each
segment_reader   one segment, read through Whoosh
writer           the next state: adds, merges and deletes documents
segment_builder  documents → packed token sequences, in a worker process
document_table   the live documents of a state ⇄ a file
fields           a document → the fields and terms that Whoosh indexes
checked_storage  files → Whoosh, after their digests are checked, and without unsafe pickles
manifest         the files of a committed state ⇄ JSON
"""
