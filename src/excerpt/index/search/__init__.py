"""A query tree → matching passages, scores and spans, computed on arrays.

    engine (one level up)
      └ matches            the results of one query, as callers see them
          ├ top_k          total and best k; skips passages by the bounds of block_max, and adds
          │                scores in accumulators
          ├ evaluation     Boolean nodes → sets of doc ids; scopes, for sentences and paragraphs
          ├ lines          the lines of a concordance
          └ index_terms    the terms of the query in the whole index: postings, spans
              └ segment_terms   the same in one segment: forms, occurrences, term_frequencies

Occurrences of an operand, in one segment:

    occurrences        words, phrases and `NEAR` of words, in positions of a token stream
      ├ proximity        two terms near each other; bitmap_proximity, if both are very frequent
      └ visible_tokens   the tokens that are looked at
    nested             operands within operands, by joins of match_table

Postings are made and ranked by the kernel (kernel_postings), which also finds the spans of words
and phrases (kernel_words). Without it, they are sparse
(term_postings) or dense (dense_postings). They are cached (postings_cache). What arrays do not
answer is computed by the reference in `excerpt.query.semantics`, on documents that `reconstruction`
restores from the index.
"""
