"""Bytes without a byte order mark → the codec of Unicode or of escape sequences that they show.

UTF-16 and UTF-32 show themselves by zero bytes, or by their spaces and full stops where a text has
none; East Asian text in ASCII characters and UTF-7 by their escape sequences. UTF-8 is not looked
for here: it is recognised by decoding it.
"""

import re
from typing import Final

__all__ = [
    "CONTROL",
    "REPLACEMENT",
    "SAMPLE_BYTES",
    "codec_by_escape_sequences",
    "codec_by_zero_bytes",
    "utf_16_by_punctuation",
]

SAMPLE_BYTES: Final = 1 << 16
"""Bytes examined."""
REPLACEMENT: Final = "\ufffd"
CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_CONTROL_BYTES = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_SEPARATORS = re.compile("[ \n\r\u3000-\u3002\uff01\uff0c\uff1a\uff1b\uff1f]")
_UNASSIGNED = re.compile("[\ufffd\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_ESCAPES = (
    (b"\x1b$", ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext")),
    (b"\x1b$)C", ("iso2022_kr",)),
    (b"\x1b(I", ("iso2022_jp_3", "iso2022_jp_ext")),
    (b"~{", ("hz",)),
)
"""Marks and the codecs whose texts contain them; the first that reads a text is taken."""
_UTF_7_WORD = re.compile(rb"\+([A-Za-z0-9/+]*+)(-?)")


def codec_by_zero_bytes(sample: bytes) -> str:
    """Return the codec of UTF-16 or UTF-32 without a byte order mark, or "" if it is neither.

    The positions of zero bytes show it.
    """
    zeros = [sample[offset::4].count(0) for offset in range(4)]
    quarter = max(1, len(sample) // 4)
    for codec, first, second in (("utf-32-le", 3, 2), ("utf-32-be", 0, 1)):
        # No character is above 0x10FFFF, and nearly all are below 0x10000.
        if len(sample) >= 8 and zeros[first] >= quarter and zeros[second] >= 0.9 * quarter:
            text = sample[: len(sample) & ~3].decode(codec, "replace")
            if text.count(REPLACEMENT) * 100 <= len(text):
                return codec
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    codec = "utf-16-le" if odd > even else "utf-16-be"
    n_zeros, n_units = max(even, odd), len(sample) // 2
    if n_zeros * 100 < n_units or min(even, odd) * 20 > n_zeros:
        return ""
    # Some zeros in a text that is plausible byte by byte do not make it UTF-16. There, the high
    # bytes of letters in other alphabets are control characters.
    n_controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES)) - even - odd
    if n_controls * 100 <= len(sample) and n_zeros * 10 < n_units * 8:
        return ""
    text = sample[: len(sample) & ~1].decode(codec, "replace")
    n_doubtful = len(CONTROL.findall(text)) + text.count(REPLACEMENT)
    is_plausible = len(text) > 1 and n_doubtful * 50 <= len(text) and _uses_few_blocks(text)
    return codec if is_plausible else ""


def _uses_few_blocks(text: str) -> bool:
    """Return whether the characters come from a few alphabets.

    Random bytes would be Han characters from everywhere.
    """
    return len({ord(character) >> 8 for character in text}) <= max(8, len(text) // 40)


def utf_16_by_punctuation(sample: bytes) -> str:
    """Return the codec of UTF-16 in which `sample` has spaces and full stops, or "".

    It is for East Asian text, where zero bytes are rare: in bytes of any other kind, read as
    UTF-16, spaces and the full stops of these scripts do not occur by chance.
    """
    sample = sample[: len(sample) & ~1]
    for codec in ("utf-16-le", "utf-16-be"):
        text = sample.decode(codec, "replace")
        n_separators = len(_SEPARATORS.findall(text))
        if (
            len(text) >= 10
            and n_separators * 100 >= len(text) * 2
            and n_separators > 1
            and len(_UNASSIGNED.findall(text)) * 200 <= len(text)
        ):
            return codec
    return ""


def codec_by_escape_sequences(data: bytes) -> str:
    """Return the codec of East Asian text in ASCII characters or of UTF-7, or "" for other text."""
    # Searching for one byte is fast; searching for two is not.
    if b"\x1b" in data or (b"~" in data and b"~{" in data and b"~}" in data):
        for mark, codecs in _ESCAPES:
            for codec in codecs if mark in data else ():
                try:
                    text = data.decode(codec)
                except UnicodeDecodeError:
                    continue
                if not text.isascii():
                    return codec
    if b"+" in data and data.isascii() and _is_utf_7(data):
        return "utf-7"
    return ""


def _is_utf_7(data: bytes) -> bool:
    """Return whether ASCII text contains words in UTF-7, and no plus signs of other kinds.

    Telephone numbers, formulas and addresses contain plus signs too, but what follows them is not
    a letter in UTF-7, or there are plus signs that UTF-7 would write as +-.
    """
    words = _UTF_7_WORD.findall(data[:SAMPLE_BYTES])
    n_words = sum(len(letters) > 2 for letters, _ in words)
    n_others = sum(len(letters) <= 2 and (letters, end) != (b"", b"-") for letters, end in words)
    if n_words < 2 or n_others * 10 > n_words:
        return False
    try:
        text = data.decode("utf-7")
    except UnicodeDecodeError:
        return False
    beyond = [character for character in text if character > "\x7f"]
    n_plain = sum(
        character.isalpha()
        or ord(character) in range(0x2010, 0x2030)
        or ord(character) in range(0x3000, 0x3100)
        for character in beyond
    )
    return bool(beyond) and n_plain * 10 >= 9 * len(beyond) and _is_in_few_scripts(beyond)


def _is_in_few_scripts(characters: list[str]) -> bool:
    return len({ord(character) >> 8 for character in characters}) <= max(3, len(characters) // 4)
