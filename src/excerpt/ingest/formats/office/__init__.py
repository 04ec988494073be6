"""Documents of word processors → Document.

docx             Word documents
  docx_parts       the zip package and its relationships
  docx_styles      styles → roles of paragraphs
  docx_numbers     lists → the numbers of paragraphs
  docx_drawings    drawings → the texts in them
  docx_symbols     characters given by code and font → text
odt              OpenDocument texts
  odt_numbers      lists and headings → the numbers of paragraphs
rtf              rich text
  rtf_groups       groups: their first word, the use of their text
  rtf_definitions  fonts and styles
  rtf_characters   bytes of code pages, and units of UTF-16
  rtf_tables       control words → characters and code pages
styles           names of styles → roles, in all of these
"""
