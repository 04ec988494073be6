"""The rules of a collection that apply to one file, as its reader needs them.

`collection_rules` reads them from the file in which the owner of a corpus writes them.
"""

from typing import NamedTuple

__all__ = ["NO_RULES", "OF_PAGES", "FileRules", "FormatRules", "Rule", "TableRules"]


class Rule(NamedTuple):
    """A rule that selects parts of a text.

    selector  elements of a web page, as in CSS; "" in other formats
    pattern   a regular expression for the text there; "" for any text
    """

    selector: str = ""
    pattern: str = ""


class FormatRules(NamedTuple):
    """The rules for the content of a file, for web pages or for all other formats.

    page_mark       numbers of pages
    note            notes
    note_reference  references to notes
    boilerplate     text that is not the author's
    title           the title
    author          the names of authors
    date            the date
    page_mark_at    "foot" if a page number ends its page, "head" or "" if it begins it
    """

    page_mark: tuple[Rule, ...] = ()
    note: tuple[Rule, ...] = ()
    note_reference: tuple[Rule, ...] = ()
    boilerplate: tuple[Rule, ...] = ()
    title: tuple[Rule, ...] = ()
    author: tuple[Rule, ...] = ()
    date: tuple[Rule, ...] = ()
    page_mark_at: str = ""


class TableRules(NamedTuple):
    """The names of the columns of a table that hold the text and the metadata of each row."""

    text: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""


OF_PAGES = frozenset({"html", "epub", "mhtml"})
"""Formats whose readers apply the rules for web pages."""


class FileRules(NamedTuple):
    """The rules for one file.

    html      for web pages, and the chapters of e-books
    text      for all other formats
    encoding  the encoding of the file, "" if no rule gives it
    table     for the rows of tables, and of JSON
    """

    html: FormatRules = FormatRules()
    text: FormatRules = FormatRules()
    encoding: str = ""
    table: TableRules = TableRules()

    def for_format(self, name: str) -> FormatRules:
        """Return the rules for the content of a file in the format `name`."""
        return self.html if name in OF_PAGES else self.text


NO_RULES = FileRules()
