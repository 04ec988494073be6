"""E-books (EPUB 2 and 3) → Document.

reader    the chapters in their order → Document
package   the package → metadata and chapters
contents  the table of contents and the list of pages
"""
