"""The encodings that excerpt reads: by declared name, in the first bytes, and public names.

Declared names are interpreted as browsers do (https://encoding.spec.whatwg.org/#names-and-labels):
iso-8859-1 means windows-1252, and gb2312 means gb18030. Only codecs of character sets are listed,
so that no declaration can select a codec of any other type.
"""

import codecs
import re
from typing import Final

__all__ = ["BOMS", "codec_for", "codec_named", "declared_in_text", "is_multi_byte", "public_name"]

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks and their codecs; a mark precedes the shorter one that it begins with."""

_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
}
"""Larger codecs in which pages that declare these are really written."""
_PUBLIC_NAMES = {
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "cp950": "big5",
    "iso2022_kr": "iso-2022-kr",
    "euc_jis_2004": "euc-jp",
    "euc_jp": "euc-jp",
    "big5hkscs": "big5-hkscs",
    "cp874": "windows-874",
    "mac-roman": "macintosh",
}
_DOS = "437 720 737 775 850 852 855 856 857 858 860 861 862 863 864 865 866 869 1006 1125"
_MAINFRAME = "037 273 424 500 875 1026 1140"
_JAPANESE = "cp932 shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 euc_jisx0213"
_SINGLE_BYTE = (
    [f"cp{number}" for number in f"{_DOS} {_MAINFRAME} 874".split()]
    + [f"cp{number}" for number in range(1250, 1259)]
    + [f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
    + [
        f"mac-{name}"
        for name in ["croatian", "cyrillic", "greek", "iceland", "latin2", "roman", "turkish"]
    ]
    + ["mac-romanian", "koi8-r", "koi8-t", "koi8-u", "kz1048", "ptcp154", "hp-roman8"]
)
_MULTI_BYTE = frozenset(f"{_JAPANESE} cp949 johab cp950 big5hkscs gb18030".split())
_SUPPORTED = _MULTI_BYTE.union(_SINGLE_BYTE)
_ISO_2022 = ["kr", "jp", "jp_1", "jp_2", "jp_2004", "jp_3", "jp_ext"]
_RECOGNISED = frozenset(
    ["utf-7", "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "hz"]
    + [f"iso2022_{version}" for version in _ISO_2022]
)
"""Codecs that need no declaration: their bytes show them."""


_DECLARATION = re.compile(
    rb"^[^\S\n\r]*(?:Character set(?: encoding)?|Charset|Encoding)[^\S\n\r]*:"
    rb"[^\S\n\r]*(?:ISO )?([A-Za-z][\w.:-]{2,30})[^\S\n\r]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_DECLARATION_WORDS: Final = (b"character set", b"charset", b"encoding")
_DECLARED_WITHIN: Final = 4000
"""Bytes at the start of a text in which a line may declare its encoding."""


def declared_in_text(data: bytes) -> str:
    """Return the encoding that a line at the top of a plain text declares, "" if there is none.

    >>> declared_in_text(b"Title: Emma\\nCharacter set encoding: ISO-8859-1\\n")
    'ISO-8859-1'
    """
    top = data[:_DECLARED_WITHIN]
    lower = top.lower()
    if not any(word in lower for word in _DECLARATION_WORDS):
        return ""  # which is fast, and true of most texts
    for found in _DECLARATION.finditer(top):
        name = found[1].decode()
        if codec_for(name) and "ascii" not in name.lower():
            return name
    return ""


def codec_for(declared: str) -> str:
    """Return the codec for a declared encoding.

    It is "" if the encoding is unknown, or one of Unicode, which is recognised without a
    declaration.
    """
    try:
        name = codecs.lookup(declared.strip().lower()).name
    except (LookupError, ValueError):
        return ""
    name = _SUPERSETS.get(name, name)
    return name if name in _SUPPORTED else ""


def codec_named(name: str) -> str:
    """Return the codec for an encoding that a user names, or "" if there is none of this name."""
    codec = codec_for(name)
    if codec:
        return codec
    try:
        codec = codecs.lookup(name.strip().lower()).name
    except (LookupError, ValueError):
        return ""
    codec = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(codec, codec)
    return codec if codec in _RECOGNISED else ""


def is_multi_byte(codec: str) -> bool:
    """Return whether `codec` reads an East Asian encoding with several bytes per character."""
    return codec in _MULTI_BYTE


def public_name(codec: str) -> str:
    """Return the common name of the encoding that `codec` reads."""
    if codec in _PUBLIC_NAMES:
        return _PUBLIC_NAMES[codec]
    if codec.startswith("iso2022_jp"):
        return "iso-2022-jp"
    return (
        codec.replace("iso8859", "iso-8859").replace("cp12", "windows-12").replace("mac-", "x-mac-")
    )
