"""A manuscript and an index → whether each quotation is in the sources, and what it changes.

manuscript     a file → its quotations, with the notes that name their sources
marks          a paragraph → the stretches within quotation marks
fragments      a quotation → the parts of it that must occur in the source
cited_sources  a note → the documents, pages and passages that it names
candidates     the words of a quotation → the locations where it may be from
windows        passages → their words, with their offsets in the document
alignment      the words of a quotation and of a source → which correspond
differences    an alignment → where quotation and source differ
source_locations  words of a source → their location, and whether a note names it
meaning        differences → warnings about negations, numbers and names
checking       quotations → verdicts
report         verdicts → text and JSON
page           verdicts → a page of HTML; `sides` sets quotation and source side by side
"""

from excerpt.quotations.checking import CheckedQuotation, QuotationChecker, Verdict
from excerpt.quotations.manuscript import Quotation, quotation_of, read_quotations
from excerpt.quotations.report import QuotationReport, report_record
from excerpt.quotations.source_locations import SourceLocation

__all__ = [
    "CheckedQuotation",
    "Quotation",
    "QuotationChecker",
    "QuotationReport",
    "SourceLocation",
    "Verdict",
    "quotation_of",
    "read_quotations",
    "report_record",
]
