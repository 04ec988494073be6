"""The encodings excerpt reads: what names declare them, how they are told apart, what they are called.

Names are understood as browsers understand them (https://encoding.spec.whatwg.org/#names-and-labels): who writes
iso-8859-1 means windows-1252, who writes gb2312 means gb18030. Only codecs of character sets are on the list, so
that no declaration can call up another kind of codec.
"""

import codecs
import re
import string
from typing import Final

__all__ = ["BOMS", "codec_of", "guess", "name_of"]

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks and their codecs, the longer before the shorter that it begins with."""
SAMPLE: Final = 200_000
"""Bytes a guess looks at: of the lines that are not plain ASCII, as only these say anything."""
LATIN_CONFIDENCE: Final = 0.38
"""Below it, a text in Latin letters is taken for windows-1252, by far the commonest of its kind."""

_MEANT = {
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
"""What a declared codec is read as: the larger one that pages in truth are written in."""
_NAMES = {
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "cp950": "big5",
    "iso2022_jp_2": "iso-2022-jp",
    "iso2022_kr": "iso-2022-kr",
    "euc_jis_2004": "euc-jp",
    "euc_jp": "euc-jp",
    "mac-roman": "macintosh",
}
_SINGLE_BYTE = (
    [f"cp{number}" for number in (437, 850, 852, 855, 866, 874, *range(1250, 1259))]
    + [f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
    + ["koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "ptcp154"]
)
_MULTI_BYTE = ["cp932", "cp949", "cp950", "euc_jp", "euc_jis_2004", "gb18030", "johab", "big5hkscs"]
_KNOWN = frozenset([*_SINGLE_BYTE, *_MULTI_BYTE])
_LATIN = frozenset({"cp1250", "cp1254", "cp1257", "iso8859-2"})
_OTHER_LETTERS = frozenset(
    {
        "cp1251",
        "cp1253",
        "cp1255",
        "cp1256",
        "cp866",
        "cp874",
        "iso8859-5",
        "iso8859-7",
        "koi8-r",
        "koi8-u",
    }
)
_GUESSED = [
    *(
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp874",
        "iso8859-2",
    ),
    *("iso8859-5", "iso8859-7", "koi8-r", "koi8-u", "cp866", "cp932", "cp949", "cp950"),
    *("euc_jis_2004", "gb18030"),
]
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡-©«-´¶-¹»-¿÷×][^\W\d_]")
_BEYOND_ASCII = re.compile(rb"[^\n\r]*[\x80-\xff][^\n\r]*[\n\r]*")


def codec_of(declared: str) -> str:
    """The codec to read by what a source declares; "" if that says nothing, or says Unicode, tried before."""
    try:
        name = codecs.lookup(declared.strip().lower()).name
    except (LookupError, ValueError):
        return ""
    name = _MEANT.get(name, name)
    return name if name in _KNOWN else ""


def name_of(codec: str) -> str:
    """What the encoding of `codec` is called in public."""
    if codec in _NAMES:
        return _NAMES[codec]
    return codec.replace("iso8859", "iso-8859").replace("cp12", "windows-12")


def _sample(data: bytes) -> bytes:
    kept: list[bytes] = []
    size = 0
    for found in _BEYOND_ASCII.finditer(data):
        kept.append(found.group()[: SAMPLE - size])
        size += len(kept[-1])
        if size >= SAMPLE:
            break
    return b"".join(kept)


def guess(data: bytes) -> str:
    """The codec that the bytes themselves suggest, "" if they suggest none."""
    import chardet

    sample = _sample(data)
    found = chardet.detect(
        sample, prefer_superset=True, compat_names=False, include_encodings=_GUESSED
    )
    codec, confidence = found["encoding"] or "", found["confidence"]
    if codec in _LATIN and confidence < LATIN_CONFIDENCE and _may_be_western(sample):
        return ""
    if codec in _OTHER_LETTERS and not _is_mostly_beyond_ascii(sample):
        return ""
    return codec if codec in _KNOWN else ""


def _may_be_western(sample: bytes) -> bool:
    """Whether `sample` makes sense in windows-1252: without gaps, and without signs in the middle of words."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return len(_SIGN_IN_WORD.findall(text)) < 3


def _is_mostly_beyond_ascii(sample: bytes) -> bool:
    """Whether the letters of `sample` may be of another alphabet than the Latin one."""
    n_latin = len(sample) - len(sample.translate(None, string.ascii_letters.encode()))
    beyond = sample.translate(None, bytes(range(128)))
    return len(beyond) * 2 >= n_latin and len(set(beyond)) > 2
