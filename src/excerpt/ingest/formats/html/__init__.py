"""Web pages → Document: the text as a browser renders it.

reader        the bytes of a page → Document; the other steps of it:
  charset       the encoding that the page declares
  tree          the markup → a tree of elements and strings
  damage        the markup → warnings about what swallows text
  walk          the tree → strings in order, for a builder
  builder       strings in order → text, blocks, marks, anchors and pages
    block         the strings of one block → its text and marks
    head          the statements of the page about itself; `json_ld` reads those for machines
    headings      short blocks that are headings by their look
    notes         blocks that are notes
    preformatted  preformatted text → blocks

Decisions about elements, which the walk asks for:

roles         names of elements, classes and ids → their meaning
regions       navigation, headers and footers of the page, which are boilerplate
hidden        elements that are hidden, and read nevertheless
rows          rows of links
marks         note references, page numbers, glosses and controls
raised_numbers  raised numbers that are note references
targets       the text at the target of a link
replacements  images, formulas and scripts → the text that stands for them
rules         the rules of a collection; `selectors` finds elements by CSS selectors
"""
