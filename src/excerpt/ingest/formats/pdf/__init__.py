"""PDF → Document, read in a process of its own (`formats.guarded`).

reader      the steps in order
library     a file → outline, metadata and pages, through PDFium
  objects     images, and headings of the structure tree
  characters  the characters of a page, with coordinates and fonts
    right_to_left  Hebrew and Arabic as PDFium gives them → in reading order
page        the characters of a page → lines
  columns     lines that run on into the next column
  fragments   lines as PDFium divides them → whole lines
lines       lines → roles: running headers, page numbers, notes, body text
headings    headings by tags, by the outline, or by their look
labels      page labels as a reader would cite them
metadata    title, author and date, without what programs put there
blocks      lines with roles → text, blocks, marks and pages
"""
