"""Counts, orders and totals: the answers of an index to a query in numbers, without its texts.

order             the lines of a concordance in any order
facets            counts of passages and documents by author, folder, year and the like
filters           chosen values of facets → a tree
document_columns  the passages of a document, and the matches in each
window_bounds     a passage or match of a document → the window that a reader gets

It requests everything through the protocol of engines: the lines of a query, the words around them,
and totals by document.
"""
