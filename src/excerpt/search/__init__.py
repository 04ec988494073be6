"""The search path: query → matches → ranked passages with highlights.

index              the public class `Index`: opens an index, searches it, explains and lists
snapshot           the committed state that an open index reads: catalog and engine together
options            the limits and orders of a search
top_hits           matches → the passages to show, in order, duplicates grouped
hits               passages to show → hits with highlighted texts
results            the result of a search
concordance_lines  numbers of concordance lines → the lines with their texts
expansion          the best passages → words to add to the query
understanding      a parsed query → the query as the index understands it
suggest            a query → notices for its author: unknown words, empty conditions
explain            a query and a passage → how it is understood, scored, and why it does not match
lookup             a path, line or passage id → passages
status             the contents of an index, in numbers
coverage           the corpus on disk → the outcome for each file

Only `index`, `snapshot`, `options`, `top_hits`, `hits`, `results` and `lookup` are loaded by a
plain search; the others are imported where they are needed.
"""
