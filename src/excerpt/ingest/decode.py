"""Bytes → text, with a record of the encoding, the evidence for it and all that was replaced.

These are tried in order: a byte order mark, the zero bytes of UTF-16, escape sequences, UTF-8 that
is entirely valid, UTF-8 with errors, the encoding that the source declares (interpreted as browsers
do), the one that the user names for sources that declare none, a guess, and windows-1252. No byte
is lost silently: warnings count the replacements, with the offset of the first one, and name an
encoding that was guessed. Line ends become "\\n"; nothing else is changed, and Unicode is not
normalised.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from excerpt.errors import Unreadable
from excerpt.ingest.damaged_utf8 import Repaired, decode_damaged_utf_8
from excerpt.ingest.encoding_guess import Guess, guess_encoding, is_implausible
from excerpt.ingest.encodings import BOMS, codec_for, codec_named, is_multi_byte, public_name
from excerpt.ingest.line_encoding import guess_line_encoding
from excerpt.ingest.unicode_detection import (
    CONTROL,
    REPLACEMENT,
    SAMPLE_BYTES,
    codec_by_escape_sequences,
    codec_by_zero_bytes,
    utf_16_by_punctuation,
)

__all__ = ["Decoded", "Hints", "decode"]

PIECE_BYTES: Final = 1 << 24
"""Bytes decoded at a time, up to the next line end."""
MAX_SHOWN: Final = 40
"""Characters of a declaration shown in a warning."""
MAX_CONTROLS: Final = 3
"""Control characters that even a text of one line may contain by accident."""
_CONTROL_BYTES = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_C1_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")
_MISPLACED_SIGNS = {
    byte: bytes([byte]).decode("cp1252")
    for byte in b"\x80\x82\x84\x86\x87\x8a\x8b\x8e\x91\x92\x93\x94\x95\x96\x97\x99\x9a\x9b\x9e"
}
"""Quotation marks, dashes, Š and Ž of windows-1252, where ISO 8859 has control characters."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text.

    text      with "\\n" as the only line end
    encoding  its common name
    evidence  a phrase: why it was decoded from this encoding
    warnings  sentences about a guessed encoding and about what was replaced
    """

    text: str
    encoding: str
    evidence: str = ""
    warnings: tuple[str, ...] = ()


class Hints(NamedTuple):
    """Hints at the encoding of a source.

    declared  the encoding that the source declares, "" if it declares none
    default   the encoding that the user names for sources that declare none, or ""
    extract   returns the part of the bytes that is text, for sources with markup
    """

    declared: str = ""
    default: str = ""
    extract: Callable[[bytes], bytes] = bytes


NO_HINTS: Final = Hints()
MIN_DOUBLE_ENCODED: Final = 3
"""Signs of a text that was converted to UTF-8 twice, ..."""
MAX_BETWEEN: Final = 2_000
"""... and characters of it for each of them: a text about encodings has fewer."""
_DOUBLE_BEGINNINGS: Final = ("Ã", "â€")
_DOUBLE_ENCODED: Final = ("Ã©", "Ã¨", "Ã¤", "Ã¶", "Ã¼", "ÃŸ", "Ã³", "Ã¡", "Ã±", "Ã§", "â€")


class _Attempt(NamedTuple):
    """A text, the codec that read it, the evidence for it, and warnings."""

    text: str
    codec: str
    evidence: str
    warnings: list[str]


def decode(data: bytes, declared: str = "", hints: Hints = NO_HINTS) -> Decoded:
    """Return the text in `data`; `declared` is the encoding that the source declares, or "".

    Raises:
        Unreadable: if it is binary data.
    """
    hints = hints._replace(declared=declared) if declared else hints
    attempt = _decode_unicode(data, hints) or _decode_code_page(data, hints)
    text, codec, evidence, warnings = attempt
    if "\0" in text:
        n_nul = text.count("\0")
        characters = "NUL character was" if n_nul == 1 else "NUL characters were"
        where = _where(n_nul, "character", text.find("\0"))
        warnings.append(f"{n_nul:,} {characters} replaced {where}")
        text = text.replace("\0", REPLACEMENT)
    if not text.isascii():
        warnings += _double_encoding(text)
    return Decoded(_unify_line_ends(text), public_name(codec), evidence, tuple(warnings))


def _invalid(count: int, encoding: str, action: str, first: int, unit: str = "byte") -> str:
    """Return the warning about `count` sequences of bytes that are not valid in `encoding`."""
    sequences = "byte sequence is" if count == 1 else "byte sequences are"
    verb = "was" if count == 1 else "were"
    return (
        f"{count:,} {sequences} not valid {encoding} and {verb} {action}"
        f" {_where(count, unit, first)}"
    )


def _double_encoding(text: str) -> list[str]:
    """Return the warning about a text that was once UTF-8, and was read as windows-1252.

    Such a text is not changed: its words are found as they are written, Ã© for é.
    """
    if not any(sign in text for sign in _DOUBLE_BEGINNINGS):
        return []  # which is fast, and true of most texts
    n_signs = sum(map(text.count, _DOUBLE_ENCODED))
    if n_signs < MIN_DOUBLE_ENCODED or n_signs * MAX_BETWEEN < len(text):
        return []
    first = min(at for at in map(text.find, _DOUBLE_ENCODED) if at >= 0)
    where = _where(n_signs, "character", first)
    return [f"{n_signs:,} signs such as Ã© or â€™ {where}: the file was converted to UTF-8 twice"]


def _where(count: int, unit: str, first: int) -> str:
    return f"(at {unit} {first:,})" if count == 1 else f"(the first at {unit} {first:,})"


def _refuse_binary(n_controls: int, n_examined: int) -> None:
    if n_controls * 20 > n_examined and n_controls > min(MAX_CONTROLS, n_examined // 4):
        raise Unreadable("it looks binary, not text: many of its bytes are control characters")


def _decode_unicode(data: bytes, hints: Hints) -> _Attempt | None:
    """Return `data` decoded from an encoding of Unicode, or None if it is in none."""
    for bom, codec in BOMS:
        if data.startswith(bom):
            return _decode_certain(data, codec, len(bom), "byte order mark")
    sample = data[:SAMPLE_BYTES]
    codec = codec_by_zero_bytes(sample) if b"\0" in sample else ""
    if codec:
        return _decode_without_mark(data, codec, "its zero bytes")
    codec = codec_by_escape_sequences(data) or _declared_in_ascii(data, hints.declared)
    if codec:
        name = public_name(codec)
        is_declared = public_name(codec_named(hints.declared)) == name
        warning = f"read as {name}: detected by its escape sequences"
        warnings = [] if is_declared else [warning]
        return _Attempt(data.decode(codec), codec, "escape sequences", warnings)
    n_controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    try:
        text = _decode_utf_8(data)
    except UnicodeDecodeError:
        codec = utf_16_by_punctuation(sample) if n_controls else ""
        if codec:
            return _decode_without_mark(data, codec, "its spaces and full stops")
        _refuse_binary(n_controls, len(sample))
        repaired = decode_damaged_utf_8(
            data, lambda lines, around: _guess_part(lines, around, hints)
        )
        return _report_repaired(repaired) if repaired else None
    if n_controls:
        _refuse_binary(n_controls, len(sample))
    return _Attempt(text, "utf-8", "ASCII" if text.isascii() else "valid UTF-8", [])


def _declared_in_ascii(data: bytes, declared: str) -> str:
    """Return the codec that a text of ASCII characters declares, "" if it cannot be read with it.

    A text of a few words may have too few escape sequences to show it.
    """
    codec = codec_named(declared) if declared else ""
    if codec not in {"utf-7", "hz"} or not data.isascii():
        return ""
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return ""
    return codec


def _decode_without_mark(data: bytes, codec: str, evidence: str) -> _Attempt:
    attempt = _decode_certain(data, codec, 0, evidence)
    warning = f"read as {codec}: detected by {evidence}; there is no byte order mark"
    return attempt._replace(warnings=[warning, *attempt.warnings])


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


def _decode_certain(data: bytes, codec: str, start: int, evidence: str) -> _Attempt:
    """Return `data` from `start` decoded with a codec of Unicode that is certain.

    Invalid bytes are replaced and counted.
    """
    body = memoryview(data)[start:]
    try:
        text, warnings = str(body, codec), []
    except UnicodeDecodeError as error:
        text = str(body, codec, "replace")
        count = max(1, text.count(REPLACEMENT))
        warnings = [_invalid(count, public_name(codec), "replaced", error.start + start)]
    sample = text[:SAMPLE_BYTES]
    _refuse_binary(len(CONTROL.findall(sample)), len(sample))
    return _Attempt(text, codec, evidence, warnings)


def _report_repaired(repaired: Repaired) -> _Attempt:
    """Return the attempt for UTF-8 with errors."""
    evidence = "UTF-8 with errors"
    if repaired.other:
        name, count = public_name(repaired.other), repaired.n_other
        lines = "1 line is" if count == 1 else f"{count:,} lines are"
        where = _where(count, "byte", repaired.first)
        warning = f"{lines} not valid UTF-8 and {'was' if count == 1 else 'were'} read as {name}"
        warnings = [f"{warning} {where}"]
        if repaired.n_bad:
            action = "in other lines and were read as windows-1252 or replaced"
            warnings.append(f"{repaired.n_bad:,} byte sequences are not valid UTF-8 {action}")
        return _Attempt(repaired.text, "utf-8", f"{evidence}, in part {name}", warnings)
    if repaired.cut:
        warning = f"cut in the middle of a character at its {repaired.cut}"
        return _Attempt(repaired.text, "utf-8", evidence, [warning])
    action = "read as windows-1252 or replaced"
    warning = _invalid(repaired.n_bad, "UTF-8", action, repaired.first)
    return _Attempt(repaired.text, "utf-8", evidence, [warning])


def _guess_part(lines: bytes, around: str, hints: Hints) -> str:
    """Return the codec of the lines of a text that are not UTF-8, with the lines `around` them."""
    return codec_named(hints.default) or guess_line_encoding(lines, around)


def _decode_code_page(data: bytes, hints: Hints) -> _Attempt:
    """Return `data` decoded from an encoding that is not one of Unicode."""
    text_bytes = hints.extract(data)
    declared = codec_for(hints.declared)
    refused = ""
    if hints.declared:
        refused = f"nor in the declared encoding {hints.declared[:MAX_SHOWN]!r}"
        if declared and is_implausible(text_bytes, declared):
            refused = f"and not plausible in the declared encoding {hints.declared[:MAX_SHOWN]!r}"
            declared = ""
    attempt = _try(data, declared, "declared") if declared else None
    if attempt:
        return attempt
    default = codec_named(hints.default)
    if default and not refused:
        attempt = _try(data, default, "named by --encoding")
        if attempt:
            return attempt
        refused = f"nor in {public_name(default)}, the encoding named by --encoding"
    guess = guess_encoding(text_bytes) or Guess("cp1252", 0.0, "")
    attempt = _try(data, guess.codec, _describe(guess))
    if attempt is None:
        guess = Guess("cp1252", 0.0, "")
        attempt = _replace_invalid(data, "cp1252", _describe(guess))
    why = refused or "and no encoding is declared"
    warning = f"read as {public_name(guess.codec)}: not valid UTF-8, {why}; {attempt.evidence}"
    return attempt._replace(warnings=[warning, *attempt.warnings])


def _describe(guess: Guess) -> str:
    """Return the evidence for a guess."""
    if not guess.confidence:
        return "assumed, because its bytes suggest no encoding"
    language = f" as {guess.language}" if guess.language else ""
    return f"detected{language} with confidence {guess.confidence:.2f}"


def _try(data: bytes, codec: str, evidence: str) -> _Attempt | None:
    """Return `data` decoded with `codec`, or None if more than a few bytes are invalid."""
    attempt = _replace_invalid(data, codec, evidence)
    text = attempt.text
    if text.count(REPLACEMENT) * 1000 > len(text):
        return None
    if codec.startswith("iso8859"):
        # Windows programs save quotation marks even in texts that they declare to be ISO 8859.
        n_signs = len(text) - len(text.translate(dict.fromkeys(_MISPLACED_SIGNS)))
        n_beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
        if 0 < n_signs * 20 <= n_beyond_ascii:
            text = text.translate(_MISPLACED_SIGNS)
            signs = "sign was" if n_signs == 1 else "signs were"
            attempt.warnings.append(f"{n_signs:,} {signs} read as windows-1252")
    if _C1_CONTROL.search(text):
        return None  # bytes without a character in this encoding
    return attempt._replace(text=text)


def _replace_invalid(data: bytes, codec: str, evidence: str) -> _Attempt:
    text = data.decode(codec, "replace")
    count = text.count(REPLACEMENT)
    if not count:
        return _Attempt(text, codec, evidence, [])
    # In single-byte encodings, bytes and characters have the same offsets.
    unit = "character" if is_multi_byte(codec) else "byte"
    first = text.find(REPLACEMENT)
    warning = _invalid(count, public_name(codec), "replaced", first, unit)
    return _Attempt(text, codec, evidence, [warning])
