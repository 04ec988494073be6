"""A committed state of the index, open for reading.

index_reader         all segments as one sequence of passages
  └ live_segment     a segment with its deleted documents
      └ segment      the columns of one file
vocabulary           the words of the whole index: stems, expansions, suggestions
  ├ term_matching    the terms that a wildcard, fuzzy word or pattern matches
  └ index_spellings  words that are also written in parts, by signs of joined_terms; joined_pairs
                     for wildcards
term_forms           the forms that an operand stands for in a segment
  ├ word_terms       the same for a word: forms, form groups and stems
  └ list_sums        the sum of several postings lists
norms                the lengths of passages, as the ranking uses them
position_bitmaps     positions of very frequent words, one bit for each
segment_caches       caches that all segments share
kernel_index         the segments, opened for the kernel
"""
