"""The OpenSearch engine: an index in a cluster, for corpora that more than one machine serves.

The cluster stores the words of documents and finds those that may match a query;
`engines.reference` evaluates them, from the token sequences that are stored with the words. So the
engine answers every query exactly, at the price of reading each document that contains a word of
the query.

engine           a committed state, open for searching
candidates       a node → the documents in which it can match
vocabulary       the words of the live documents
index_reader     a committed state: queries → documents, and the token sequences of each
state            a committed state as one consistent view for searches
writer           the next state: adds, changes and ends entries
bulk             changes → bulk requests
lease            who may write, and the numbers of epochs
removal          deletes what the committed state does not need
segment_builder  documents → entries, in a worker process
schema           the fields of entries, and how words are written in them
manifest         a committed state ⇄ JSON
connection       requests → answers
settings         where the cluster is, and the credentials for it
"""
