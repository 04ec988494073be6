"""Markdown and wiki markup → Document: the text is the source, and the signs in it are marks.

markdown         Markdown → Document
  markdown_blocks  its blocks; `markdown_html` reads HTML among them
  markdown_inline  the markup within a block; `emphasis` pairs the signs of emphasis
  markdown_notes   paragraphs that are notes
wiki             wiki markup → Document
  wiki_blocks      its blocks
  wiki_inline      the markup within a block
  wiki_marks       templates, links and notes → marks
  wiki_templates   templates → their parameters that are text
  wiki_values      templates that no list names → the values that a reader sees
tags             HTML tags within either → marks
page_tags        tags and comments that begin a page
heading_markup   the signs around headings
heading_anchors  headings → anchors of the page made from the text
"""
