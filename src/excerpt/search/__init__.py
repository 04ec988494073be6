"""The search path: query → matches → ranked passages with highlights.

index              the public class `Index`: opens an index, searches it, explains and lists
open_index         one committed state: its documents, passages and sources
snapshot           the catalog and the engine of that state
options            the limits and orders of a search
top_hits           matches → the passages to show, in order, duplicates grouped
hits               passages to show → hits with highlighted texts
snippets           the keys of passages → texts with highlights
results            the result of a search
lookup             a path, line or passage id → passages

Loaded only where they are needed:

cluster_copy       an index in a cluster → the folder of a copy of it
reading            a document → a window of it with matches highlighted
concordance_lines  numbers of concordance lines → the lines with their texts
expansion          the best passages → words to add to the query
understanding      a parsed query → the query as the index understands it
written_words      a query → the words that it matches, as passages write them
suggest            a query → notices for its author: unknown words, empty conditions
explain            a query and a passage → how it is understood, scored, and why it does not match
status             the contents of an index, in numbers
coverage           the corpus on disk → the outcome for each file
"""
