"""The OpenSearch engine: an index in a cluster, for corpora that more than one machine serves.

The cluster stores the words of passages, and finds, counts and ranks those that match a query, as
far as it can do so exactly. For other queries, it finds the documents that may match, and
`engines.reference` evaluates these, from their token sequences, which are stored there, too. So the
engine answers every query exactly.

engine           a committed state, open for searching
matches          the matches of a query, from the cluster or from the reference semantics
translation      a node → the query for exactly its passages
ranking_query    the terms of a query → the search that ranks passages
counting         the words of a passage → how often a term occurs in it
rules            words → rules on positions
word_tokens      an operand of one word → tokens
candidates       a node → the documents in which it can match
vocabulary       the words of the live documents
index_reader     a committed state: queries → documents, and the token sequences of each
state            a committed state as one consistent view for searches
writer           the next state: adds and ends entries
committed_entries  the entries of a committed state, for the writer
bulk             changes → bulk requests
published        the files that the cluster holds for readers on other machines
publisher        catalog and texts of a committed state → the cluster
local_copy       the published state → a copy of the folder of the index
lease            who may write, and the numbers of epochs
removal          deletes what the committed state does not need
segment_builder  documents → entries, in a worker process
entries          a document → its entries
schema           the fields of entries, and how words are written in them
manifest         a committed state ⇄ JSON
connection       requests → answers
settings         where the cluster is, and the credentials for it
"""
