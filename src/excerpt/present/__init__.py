"""Matches → what a user sees: snippets, concordances, and both as text, JSON and CSV.

highlight    matches in tokens → snippets with highlights in code points
context      spans of a document → the words around them
block_signs  Markdown → its text without front matter and signs of blocks
concordance  occurrences → lines with context
alignment    concordance lines → lines of text with the matches in one column
wrap         a snippet → lines of a given width
render       hits and documents → text to read
terminal     text → harmless text, measured, coloured on a terminal
notebook     hits → HTML for notebooks
records      results → records, for JSON and CSV
reports      the state of an index, explanations of a query → records, for JSON
json_text    values → JSON
csv_text     records → CSV
"""
