"""What a reader gets to see: marked snippets, concordances, and both as text, JSON and CSV.

highlight     matches counted in words → snippets marked in code points
concordance   occurrences → keywords in context, counted
context       places in a document → the words around them
sorting       values → the same in the order of their keys, on the disk
alignment     keywords in context → lines for people, the matches below each other
render        hits and documents → text for people
wrap          a snippet → lines of a width
terminal      text → what may be shown: harmless, measured, coloured where wanted
export        results → JSON and CSV
"""
