"""Measurements of speed and quality, as commands of the product.

bench      a corpus → how fast excerpt is on it, and others beside it
passages   a corpus → the passages every engine gets          sample     passages → questions
process    an engine in a process of its own, memory watched  timing     seconds → figures
peers      excerpt and others, each behind the same few methods
draws      a passage → words or a query drawn from it         course     the measuring itself: builds, rounds, a change
work       a search → the bytes it reads, counted not timed
growth     a corpus → the same questions on several times as much, copies changed; growth_report its tables
report     figures → a table for people, JSON for programs    plot       figures → SVG

quality    a judged collection → how well excerpt ranks it
judged     a folder → documents, queries, judgements          runs       rankings ⇄ TREC run files
metrics    rankings and judgements → figures, and whether a difference is more than chance
quality_report     figures → a table for people, JSON for programs
"""
