"""Names of fields in other programs → how they are written here."""

from typing import Final

__all__ = ["FIELDS_OF_PEOPLE", "FOREIGN_FIELDS"]

FOREIGN_FIELDS: Final = {
    **dict.fromkeys(("site", "inurl", "url", "folder", "file", "filename"), "path:{}"),
    **dict.fromkeys(("filetype", "ext", "type", "mime"), "format:{}"),
    **dict.fromkeys(("intitle", "allintitle", "ti", "tit"), "title:{}"),
    **dict.fromkeys(("la", "lng", "lr"), "lang:{}"),
    **dict.fromkeys(("inauthor", "au", "aut", "creator", "by"), "author:{}"),
    **dict.fromkeys(("py", "pubyear", "dt"), "year:{}"),
    **dict.fromkeys(("from", "since"), "year:{}.."),
    **dict.fromkeys(("until", "to"), "year:..{}"),
    **dict.fromkeys(("published", "pubdate"), "date:{}"),
    "before": "year:..{}",
    "after": "year:{}..",
    "daterange": "year:{}",
}
"""Names of fields in other programs → how such a field is written here, with its value as {}."""
FIELDS_OF_PEOPLE: Final = {"from": "author:{}", "to": "recipient:{}"}
"""The same for names that stand for a person in mail, and for a year before a number."""
