"""Names of fields and languages in other programs → how they are written here."""

from typing import Final

__all__ = ["FIELDS_OF_PEOPLE", "FOREIGN_FIELDS", "language_codes"]

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
_MORE_LANGUAGES: Final = (
    "af afrikaans be belarusian bg bulgarian bn bengali bs bosnian cy welsh gl galician he hebrew"
    " hr croatian is icelandic ja japanese ka georgian kk kazakh ko korean la latin lv latvian"
    " mk macedonian mn mongolian ms malay sk slovak sl slovenian sq albanian sw swahili th thai"
    " uk ukrainian ur urdu vi vietnamese zh chinese"
)
"""Languages without a stemmer: code and English name."""


def language_codes() -> dict[str, str]:
    """Return the ISO 639-1 code of each language by its English name, in lower case."""
    from excerpt.text import LANGUAGES

    words = _MORE_LANGUAGES.split()
    return {
        **{name: code for code, name in LANGUAGES.items()},
        **dict(zip(words[1::2], words[::2], strict=True)),
    }
