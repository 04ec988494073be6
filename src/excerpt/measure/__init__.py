"""Measurements of speed and quality, as commands of the product.

bench      a corpus → how fast excerpt is on it, and others beside it
passages   a corpus → the passages every engine gets          sample     passages → questions
process    an engine in a process of its own, memory watched  timing     seconds → figures
peers      excerpt and others, each behind the same few methods
report     figures → a table for people, JSON for programs    plot       figures → SVG
"""
