"""Passages and documents → citations that can be checked later.

citation     a passage, a hit or a document → `Citation`, the facts of a citation
names        the field `author` → family and given names
cited_date   a date as it is written → years, months and days
work_types   the kinds of works, and their names in each format
check_line   a passage and the digest of its file ⇄ the line with which a quotation is checked
lookup       a location, as a user gives it → the citation
formats      citations → text in one of the formats
plain        … as one line of text
chicago      … as notes in the style of the Chicago Manual of Style
bibtex       … as entries for BibTeX and BibLaTeX
ris          … as records for reference managers
csl          … as CSL-JSON, from which Zotero and pandoc make any style
markup       … as HTML: the quotation and its source
"""

from excerpt.citing.citation import Citation, cite_document, cite_hit, cite_passage, find_words
from excerpt.citing.formats import FORMATS, CitationFormat, format_citations

__all__ = [
    "FORMATS",
    "Citation",
    "CitationFormat",
    "cite_document",
    "cite_hit",
    "cite_passage",
    "find_words",
    "format_citations",
]
