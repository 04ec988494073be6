"""Bytes → text, with a record of the encoding and of everything that was replaced.

These are tried in order: a byte order mark, UTF-8 that is entirely valid, the zero bytes of UTF-16,
UTF-8 with few errors, the encoding that the source declares (interpreted as browsers do), a guess,
and windows-1252. No byte is lost silently: warnings count the replacements, with the offset of the
first one, and name an encoding that was guessed. Line ends become "\\n"; nothing else is changed,
and Unicode is not normalised.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from excerpt.errors import Unreadable
from excerpt.ingest.encodings import BOMS, codec_for, guess_codec, public_name

__all__ = ["Decoded", "decode"]

SAMPLE_BYTES: Final = 1 << 16
"""Bytes examined to distinguish text from binary data."""
PIECE_BYTES: Final = 1 << 24
"""Bytes decoded at a time, up to the next line end."""
MAX_SHOWN: Final = 40
"""Characters of a declaration shown in a warning."""
MAX_CONTROLS: Final = 3
"""Control characters that even a text of one line may contain by accident."""
_CONTROL_BYTES = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_C1_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")
_REPLACEMENT: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text.

    text      with "\\n" as the only line end
    encoding  its common name
    warnings  sentences about a guessed encoding and about what was replaced
    """

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


class _Attempt(NamedTuple):
    """A text, the codec that read it, and warnings."""

    text: str
    codec: str
    warnings: list[str]


def decode(data: bytes, declared: str = "") -> Decoded:
    """Return the text in `data`; `declared` is the encoding that the source declares, or "".

    Raises:
        Unreadable: if it is binary data.
    """
    text, codec, warnings = _decode_unicode(data) or _decode_code_page(data, declared)
    if "\0" in text:
        n_nul = text.count("\0")
        characters = "NUL character was" if n_nul == 1 else "NUL characters were"
        where = _where(n_nul, "character", text.find("\0"))
        warnings.append(f"{n_nul:,} {characters} replaced {where}")
        text = text.replace("\0", _REPLACEMENT)
    return Decoded(_unify_line_ends(text), public_name(codec), tuple(warnings))


def _invalid(count: int, encoding: str, action: str, first: int, unit: str = "byte") -> str:
    """Return the warning about `count` sequences of bytes that are not valid in `encoding`."""
    sequences = "byte sequence is" if count == 1 else "byte sequences are"
    verb = "was" if count == 1 else "were"
    return (
        f"{count:,} {sequences} not valid {encoding} and {verb} {action}"
        f" {_where(count, unit, first)}"
    )


def _where(count: int, unit: str, first: int) -> str:
    return f"(at {unit} {first:,})" if count == 1 else f"(the first at {unit} {first:,})"


def _refuse_binary(n_controls: int, n_examined: int) -> None:
    if n_controls * 20 > n_examined and n_controls > min(MAX_CONTROLS, n_examined // 4):
        raise Unreadable("it looks binary, not text: many of its bytes are control characters")


def _decode_unicode(data: bytes) -> _Attempt | None:
    """Return `data` decoded from an encoding of Unicode, or None if it is in none."""
    for bom, codec in BOMS:
        if data.startswith(bom):
            return _decode_certain(data, codec, len(bom))
    sample = data[:SAMPLE_BYTES]
    if b"\0" in sample:
        codec = _codec_by_zero_bytes(sample)
        if codec:
            attempt = _decode_certain(data, codec, 0)
            warning = f"read as {codec}: detected by its zero bytes; there is no byte order mark"
            return attempt._replace(warnings=[warning, *attempt.warnings])
    codec = _codec_by_escape_sequences(data)
    if codec:
        warning = f"read as {public_name(codec)}: detected by its escape sequences"
        return _Attempt(data.decode(codec), codec, [warning])
    _refuse_binary(len(sample) - len(sample.translate(None, _CONTROL_BYTES)), len(sample))
    try:
        return _Attempt(_decode_utf_8(data), "utf-8", [])
    except UnicodeDecodeError:
        return _decode_damaged_utf_8(data)


def _decode_utf_8(data: bytes) -> str:
    """Return `data` decoded from UTF-8.

    A large text is decoded in pieces, because decoding and unifying line ends each take memory for
    another two copies of what they work on.

    Raises:
        UnicodeDecodeError: if it is not valid UTF-8.
    """
    if len(data) <= PIECE_BYTES:
        return data.decode("utf-8")
    parts, start = [], 0
    while start < len(data):
        end = data.find(b"\n", start + PIECE_BYTES) + 1 or len(data)
        parts.append(_unify_line_ends(str(memoryview(data)[start:end], "utf-8")))
        start = end
    return "".join(parts)


def _unify_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _codec_by_zero_bytes(sample: bytes) -> str:
    """Return the codec of UTF-16 or UTF-32 without a byte order mark, or "" if it is neither.

    The positions of zero bytes show it.
    """
    zeros = [sample[offset::4].count(0) for offset in range(4)]
    quarter = max(1, len(sample) // 4)
    for codec, order in (("utf-32-le", (1, 2, 3, 0)), ("utf-32-be", (0, 1, 2, 3))):
        *high, low = (zeros[offset] for offset in order)
        if len(sample) >= 8 and low == 0 and min(high) >= 0.9 * quarter:
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
    n_doubtful = len(_CONTROL.findall(text)) + text.count(_REPLACEMENT)
    is_plausible = len(text) > 1 and n_doubtful * 50 <= len(text) and _uses_few_blocks(text)
    return codec if is_plausible else ""


def _uses_few_blocks(text: str) -> bool:
    """Return whether the characters come from a few alphabets.

    Random bytes would be Han characters from everywhere.
    """
    return len({ord(character) >> 8 for character in text}) <= max(8, len(text) // 40)


def _codec_by_escape_sequences(data: bytes) -> str:
    """Return the codec of East Asian text written in ASCII characters, or "" for other text."""
    # Searching for one byte is fast; searching for two is not.
    if b"\x1b" not in data and (b"~" not in data or b"~{" not in data):
        return ""
    for mark, codec in ((b"\x1b$", "iso2022_jp_2"), (b"\x1b$)C", "iso2022_kr"), (b"~{", "hz")):
        if mark in data and (mark != b"~{" or b"~}" in data):
            try:
                text = data.decode(codec)
            except UnicodeDecodeError:
                continue
            if not text.isascii():
                return codec
    return ""


def _decode_certain(data: bytes, codec: str, start: int) -> _Attempt:
    """Return `data` from `start` decoded with a codec of Unicode that is certain.

    Invalid bytes are replaced and counted.
    """
    body = memoryview(data)[start:]
    try:
        text, warnings = str(body, codec), []
    except UnicodeDecodeError as error:
        text = str(body, codec, "replace")
        count = max(1, text.count(_REPLACEMENT))
        warnings = [_invalid(count, public_name(codec), "replaced", error.start + start)]
    sample = text[:SAMPLE_BYTES]
    _refuse_binary(len(_CONTROL.findall(sample)), len(sample))
    return _Attempt(text, codec, warnings)


class _Repair:
    """A codec error handler that counts invalid bytes.

    It reads single ones as windows-1252, from which most of them come, and replaces others.
    """

    def __init__(self) -> None:
        self.count = 0
        self.first = 0

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        self.first = error.start if self.count == 0 else self.first
        self.count += 1
        piece = error.object[error.start : error.end]
        is_single = len(piece) == 1
        return piece.decode("cp1252", "replace") if is_single else _REPLACEMENT, error.end


def _decode_damaged_utf_8(data: bytes) -> _Attempt | None:
    """Return `data` decoded from UTF-8 with errors.

    None means that there is more than one error for ten characters beyond ASCII: the text is in
    another encoding.
    """
    valid = data.decode("utf-8", "ignore")
    n_beyond_ascii = len(valid) - len(valid.encode("ascii", "ignore"))
    n_invalid = len(data) - len(valid.encode())
    if n_beyond_ascii < 10 * n_invalid:
        return None
    repair = _Repair()
    codecs.register_error("excerpt-repair", repair)
    text = data.decode("utf-8", "excerpt-repair")
    action = "read as windows-1252 or replaced"
    return _Attempt(text, "utf-8", [_invalid(repair.count, "UTF-8", action, repair.first)])


def _decode_code_page(data: bytes, declared: str) -> _Attempt:
    for codec in _candidates(data, codec_for(declared)):
        text = data.decode(codec, "replace")
        count = text.count(_REPLACEMENT)
        if count * 1000 > len(text) or _C1_CONTROL.search(text):
            continue  # bytes without a character in this encoding
        warnings = _warn_if_guessed(codec, declared)
        if count:
            first = text.find(_REPLACEMENT)
            warnings.append(_invalid(count, public_name(codec), "replaced", first, "character"))
        return _Attempt(text, codec, warnings)
    return _decode_windows_1252(data, declared)


def _candidates(data: bytes, declared_codec: str) -> Iterator[str]:
    """Yield the declared codec, if there is one, and then the one that the bytes suggest."""
    if declared_codec:
        yield declared_codec
    guess = guess_codec(data)
    if guess:
        yield guess


def _decode_windows_1252(data: bytes, declared: str) -> _Attempt:
    text = data.decode("cp1252", "replace")
    warnings = _warn_if_guessed("cp1252", declared)
    count = text.count(_REPLACEMENT)
    if count:
        first = text.find(_REPLACEMENT)
        warnings.append(_invalid(count, public_name("cp1252"), "replaced", first))
    return _Attempt(text, "cp1252", warnings)


def _warn_if_guessed(codec: str, declared: str) -> list[str]:
    """Return the warning that an encoding was guessed, or none if it is the declared one."""
    if codec == codec_for(declared):
        return []
    why = "and no encoding is declared"
    if declared:
        why = f"nor in the declared encoding {declared[:MAX_SHOWN]!r}"
    return [f"read as {public_name(codec)}: not valid UTF-8, {why}"]
