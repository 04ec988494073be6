"""Source files → documents divided into passages.

walk       folder → source files; `rules` leave some out
source     source file → bytes
formats    bytes → document; `decode` and `encodings` turn bytes into text
language   text → language
metadata   path, metadata.csv → names and values
passages   document → passages; `splitter` and `word_counter` divide long paragraphs
"""
