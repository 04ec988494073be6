"""The Whoosh engine: the words of an index in Whoosh's own format, for those who want that format.

kept        a document's words ⇄ the bytes in which Whoosh keeps them beside its terms
fields      a document's words → the terms Whoosh is given, ready-made
sealed      the files of an index → Whoosh, only if they are what excerpt wrote, and with no pickle that names a class
roster      the documents of a committed state, and which files belong to it
shelf       a committed state, open: in which documents a term stands, and the words of each
candidates  a node → the documents in which it may hold
engine      those, verified and scored one by one by `query/match.py` and `ranking.py`
writer      the next state in the making

Whoosh finds the documents that may match; what they mean is looked up in the words themselves. So this engine can answer
every query exactly, at the price of reading each document that holds a word of it. The underscore in the name keeps
`import whoosh` unmistakable.
"""
