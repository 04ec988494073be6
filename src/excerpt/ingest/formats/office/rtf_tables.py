"""The code pages and characters that control words of RTF stand for."""

from typing import Final

from excerpt.ingest.formats.text_builder import BREAK

__all__ = ["CHARACTERS", "CODECS_BY_CHARSET", "SYMBOL", "codec_of_page"]

SYMBOL: Final = "symbol"
"""In place of a codec, for fonts of signs."""
CODECS_BY_CHARSET: Final = {
    0: "cp1252",
    2: SYMBOL,
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""Codecs by the number after `\\fcharset`."""
CHARACTERS: Final = {
    "tab": "\t",
    "line": BREAK,
    "lbr": BREAK,
    "softline": BREAK,
    "column": " ",
    "emdash": "—",
    "endash": "–",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "ltrmark": "\u200e",
    "rtlmark": "\u200f",
    "~": "\u00a0",
    "_": "\u2011",
    "-": "\u00ad",
    "\\": "\\",
    "{": "{",
    "}": "}",
    "\t": "\t",
}
"""Characters by control word or control sign."""
_PAGES: Final = {10000: "mac_roman", 1361: "johab", 708: "iso8859-6", 10007: "mac_cyrillic"}


def codec_of_page(page: int) -> str:
    """Return the codec of a code page of Windows.

    >>> codec_of_page(1251), codec_of_page(65001), codec_of_page(7)
    ('cp1251', 'utf-8', 'cp1252')
    """
    if page in _PAGES:
        return _PAGES[page]
    if page == 65001:
        return "utf-8"
    name = f"cp{page}"
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name
