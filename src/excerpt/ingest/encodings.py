"""The encodings that excerpt reads: by declared name, by the bytes themselves, and public names.

Declared names are interpreted as browsers do (https://encoding.spec.whatwg.org/#names-and-labels):
iso-8859-1 means windows-1252, and gb2312 means gb18030. Only codecs of character sets are listed,
so that no declaration can select a codec of any other type.
"""

import codecs
import re
import string
from typing import Final

__all__ = ["BOMS", "codec_for", "guess_codec", "public_name"]

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks and their codecs; a mark precedes the shorter one that it begins with."""
SAMPLE_BYTES: Final = 200_000
"""Bytes examined by a guess, taken from the lines that are not plain ASCII: only these differ."""
MIN_LATIN_CONFIDENCE: Final = 0.38
"""Below this, a text in Latin letters is taken for windows-1252, by far the most common encoding of
such texts."""

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
_SUPPORTED = frozenset([*_SINGLE_BYTE, *_MULTI_BYTE])
_LATIN = frozenset(["cp1250", "cp1254", "cp1257", "iso8859-2"])
_CYRILLIC = ["cp1251", "cp866", "iso8859-5", "koi8-r", "koi8-u"]
_GREEK = ["cp1253", "iso8859-7"]
_NOT_LATIN = frozenset([*_CYRILLIC, *_GREEK, "cp1255", "cp1256", "cp874"])
_EAST_ASIAN = ["cp932", "cp949", "cp950", "euc_jis_2004", "gb18030"]
_GUESSED = sorted([*_LATIN, "cp1252", *_NOT_LATIN, *_EAST_ASIAN])
"""Codecs among which a guess chooses."""
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡-©«-´¶-¹»-¿÷×][^\W\d_]")
_LINE_BEYOND_ASCII = re.compile(rb"[^\n\r]*[\x80-\xff][^\n\r]*[\n\r]*")


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


def public_name(codec: str) -> str:
    """Return the common name of the encoding that `codec` reads."""
    if codec in _PUBLIC_NAMES:
        return _PUBLIC_NAMES[codec]
    return codec.replace("iso8859", "iso-8859").replace("cp12", "windows-12")


def guess_codec(data: bytes) -> str:
    """Return the codec that the bytes suggest, or "" if they suggest none."""
    import chardet

    sample = _sample(data)
    guess = chardet.detect(
        sample, prefer_superset=True, compat_names=False, include_encodings=_GUESSED
    )
    codec, confidence = guess["encoding"] or "", guess["confidence"]
    if codec in _LATIN and confidence < MIN_LATIN_CONFIDENCE and _may_be_western(sample):
        return ""
    if codec in _NOT_LATIN and not _has_many_bytes_beyond_ascii(sample):
        return ""
    return codec if codec in _SUPPORTED else ""


def _sample(data: bytes) -> bytes:
    """Return the first lines of `data` that are not plain ASCII."""
    lines: list[bytes] = []
    size = 0
    for line in _LINE_BEYOND_ASCII.finditer(data):
        lines.append(line.group()[: SAMPLE_BYTES - size])
        size += len(lines[-1])
        if size >= SAMPLE_BYTES:
            break
    return b"".join(lines)


def _may_be_western(sample: bytes) -> bool:
    """Return whether `sample` is valid in windows-1252, with no signs in the middle of words."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return len(_SIGN_IN_WORD.findall(text)) < 3


def _has_many_bytes_beyond_ascii(sample: bytes) -> bool:
    """Return whether the text may be in an alphabet other than the Latin one."""
    n_latin = len(sample) - len(sample.translate(None, string.ascii_letters.encode()))
    beyond = sample.translate(None, bytes(range(128)))
    return len(beyond) * 2 >= n_latin and len(set(beyond)) > 2
