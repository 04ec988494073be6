"""A committed state of the index, open for reading.

index_reader         all segments as one sequence of passages
  └ live_segment     a segment with its deleted documents
      └ segment      the columns of one file
vocabulary           the words of the whole index: stems, expansions, suggestions
  └ term_matching    the terms that a wildcard, fuzzy word or pattern matches
term_forms           the forms that a word of a query stands for in a segment
norms                the lengths of passages, as the ranking uses them
position_bitmaps     positions of very frequent words, one bit for each
segment_caches       caches that all segments share
"""
