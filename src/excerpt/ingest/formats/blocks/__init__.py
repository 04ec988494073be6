"""Blocks of a text, found by the look of its lines; for every format that has no markup for them.

block_builder    blocks under construction, whose kinds later steps change
outline          lines → headings, items, quotations, tables and paragraphs
layout           how lines are laid out: wrapped, or one paragraph each
headings         headings that only words or capitals suggest; `heading_words` lists the words
hyphens          compounds with a hyphen, where line ends make them ambiguous
note_references  note references as marks, and the notes that they refer to
surroundings     the sentence or page that a block interrupts
block_edits      stretches that turn out to have another role
mark_settling    marks as found → disjoint marks within blocks
"""
