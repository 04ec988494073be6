"""Query as typed → tree, and what the tree means.

Reading a query, in the order of the steps:

    lexer           source → lexemes: words, quotes, operators, parentheses, fields
    clauses         lexeme → clause: the node that it means by itself
      terms           words and quotes → operands
      patterns        regular expression → operand
      date_ranges     value of `year:` or `date:` → first and last day
      unspaced        words in scripts without spaces → the pairs of their characters
    validation      clauses → problems with their arrangement
      foreign_syntax  notices about the syntax of other programs
      foreign_fields  names of fields and languages in other programs
    grammar         clauses with operators → tree, by Whoosh's parser
      near_operands   nodes on both sides of NEAR → operands, or what to write instead
      scopes          expression in a scope → node, with its fields outside of the scope
    combination     adjacent nodes → one node
    ast             the nodes of the tree
    parser          all these steps: `parse`

With the words of an index:

    word_forms      a word → the written forms that it stands for
    variants        words → other spellings of them that occur

What a tree means, which every engine must return:

    token_sequence  the tokens of a text, as the semantics sees them
    field_values    the fields of a document → their values, as facets list them
    document_view   document → token sequences and fields, as the semantics sees it
    semantics       tree, document → passages and matches: the reference of all tests
    term_matching   wildcard, fuzzy word or pattern → whether a term matches
    ranking         frequencies → score
    typed_words     words of a query as they are typed, for messages
    formatting      tree → query with explicit parentheses
"""
