"""Source files → documents divided into passages.

walk              folder → source files, and what was left out with reasons; `rules` decides
source            source file → bytes
containers        the bytes of a mailbox, table or archive → its members
decode            bytes → text, with the evidence for the encoding; its steps:
  encodings         the encodings, by name and by byte order mark
  unicode_detection   Unicode without a byte order mark, and escape sequences
  damaged_utf8      UTF-8 with errors → text
  line_encoding     lines in another encoding than those around them
  encoding_guess    bytes that declare nothing → the most plausible encoding
formats           bytes → document
language          text → language
path_dates        path → the date in it
metadata_table    metadata.csv → names and values by path
rules_file        `.excerpt.toml` → the rules of a collection
collection_rules  the path of a file → the rules that apply to it
passages          document → passages; `splitter` divides long paragraphs, with the counts of
                  `word_counter`
"""
