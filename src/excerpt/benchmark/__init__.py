"""Measurements of speed and quality, as commands of the product.

bench      a corpus → how fast excerpt is on it, and others beside it
corpora    what is wished → what is measured: a corpus, changed copies of it (copies), generated noise (noise)
passages   a corpus → the passages every engine gets          sample     passages → questions
draws      a passage → words or a query drawn from it         peers      engines behind the same few methods
process    an engine in a process of its own, memory watched  timing     seconds → figures
course     one engine: a build, cold answers, a change        rounds     several engines, asked in turn
start      a question from the shell                          markup     HTML, beside the mere parsing of it
work       a search → the work it is, counted not timed
growth     a corpus → the same questions on several times as much, copies changed; growth_report its tables
report     figures → a table for people, JSON for programs    plot       figures → SVG

quality    a judged collection → how well excerpt ranks it
judged     a folder → documents, queries, judgements          runs       rankings ⇄ TREC run files
metrics    rankings and judgements → figures, and whether a difference is more than chance
quality_report     figures → a table for people, JSON for programs
"""
