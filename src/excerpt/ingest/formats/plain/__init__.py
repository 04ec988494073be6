"""Plain text → Document.

plain_text     the steps in order; most of them are in `blocks` and `pages`
front_matter   statements about the text at its top
header_block   lines `Name: value` at the very top
gutenberg      header and licence of Project Gutenberg
fragments      text in tiny lines → blocks of many lines
side_by_side   a warning about columns that lines run across
time_stamps    times in transcripts of recordings
verse_numbers  numbers of every fifth or tenth line of verse
"""
