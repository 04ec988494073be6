"""Bytes → text, with the evidence for the encoding chosen.

The order of belief: a byte order mark, UTF-8 that is valid to the last byte, the zeros of UTF-16, UTF-8 with a few
slips, what the source declares (as browsers understand it), a guess, and windows-1252 at the end. No byte is lost in
silence: what had to be replaced is counted in the warnings, with the place of the first one, and so is said that an
encoding was guessed.
Line ends become "\\n"; nothing else is changed, and Unicode is not normalised.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from excerpt.errors import Unreadable
from excerpt.ingest.encodings import BOMS, codec_of, guess, name_of

__all__ = ["Decoded", "decode"]

SAMPLE: Final = 1 << 16
"""Bytes looked at to tell text from what is none."""
PIECE: Final = 1 << 24
"""Bytes that are decoded at a time, up to the next line end."""
LONGEST_NAME: Final = 40
"""Characters of a declaration that a warning repeats."""
FEW_CONTROLS: Final = 3
"""Control characters that even a text of one line may hold by accident."""
_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with unified line ends, the encoding it was read in, and what was replaced, in plain words."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, declared: str = "") -> Decoded:
    """Read `data` as text; `declared` is the encoding its author names, "" if none.

    Raises:
        Unreadable: if it is no text.
    """
    text, codec, warnings = _in_unicode(data) or _in_code_page(data, declared)
    if "\0" in text:
        warnings.append(
            _counted(
                text.count("\0"),
                "NUL character was",
                "NUL characters were",
                "replaced",
                text.find("\0"),
            )
        )
        text = text.replace("\0", "\ufffd")
    return Decoded(_with_plain_line_ends(text), name_of(codec), tuple(warnings))


def _counted(count: int, one: str, many: str, fate: str, first: int) -> str:
    return f"{count:,} {one if count == 1 else many} {fate}, the first at {first:,}"


def _refuse_binary(n_controls: int, n_looked_at: int) -> None:
    if n_controls * 20 > n_looked_at and n_controls > min(FEW_CONTROLS, n_looked_at // 4):
        raise Unreadable("it looks binary, not text: many of its bytes are control characters")


_Found = tuple[str, str, list[str]]
"""A text, the codec it was read with, and the warnings."""


def _in_unicode(data: bytes) -> _Found | None:
    """`data` in an encoding of Unicode, None if it is in none."""
    for bom, codec in BOMS:
        if data.startswith(bom):
            return _tolerant(data, codec, len(bom))
    if b"\0" in data[:SAMPLE]:
        wide = _wide_codec(data[:SAMPLE])
        if wide:
            text, _, warnings = _tolerant(data, wide, 0)
            return (
                text,
                wide,
                [f"read as {wide}: told by its zero bytes, no byte order mark", *warnings],
            )
    seven_bit = _seven_bit_codec(data)
    if seven_bit:
        warning = f"read as {name_of(seven_bit)}: told by its escape sequences"
        return data.decode(seven_bit), seven_bit, [warning]
    sample = data[:SAMPLE]
    _refuse_binary(len(sample) - len(sample.translate(None, _CONTROLS)), len(sample))
    try:
        return _piecewise(data), "utf-8", []
    except UnicodeDecodeError:
        return _almost_utf_8(data)


def _piecewise(data: bytes) -> str:
    """`data` as UTF-8. A large text is decoded and its line ends unified in pieces, as either takes room for two more of it.

    Raises:
        UnicodeDecodeError: if it is not UTF-8.
    """
    if len(data) <= PIECE:
        return data.decode("utf-8")
    parts, start = [], 0
    while start < len(data):
        end = data.find(b"\n", start + PIECE) + 1 or len(data)
        parts.append(_with_plain_line_ends(str(memoryview(data)[start:end], "utf-8")))
        start = end
    return "".join(parts)


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _wide_codec(sample: bytes) -> str:
    """The codec of UTF-16 or UTF-32 without a mark, told by where its zeros stand; "" if it is neither."""
    zeros = [sample[offset::4].count(0) for offset in range(4)]
    quarter = max(1, len(sample) // 4)
    for codec, order in (("utf-32-le", (1, 2, 3, 0)), ("utf-32-be", (0, 1, 2, 3))):
        if (
            len(sample) >= 8
            and zeros[order[-1]] == 0
            and min(zeros[order[i]] for i in range(3)) >= 0.9 * quarter
        ):
            return codec
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    codec = "utf-16-le" if odd > even else "utf-16-be"
    n_zeros = max(even, odd)
    if n_zeros * 100 < len(sample) // 2 or min(even, odd) * 20 > n_zeros:
        return ""
    n_controls = len(sample) - len(sample.translate(None, _CONTROLS)) - even - odd
    if n_controls * 100 <= len(sample) and n_zeros * 10 < len(sample) // 2 * 8:
        return ""  # some zeros in a text that makes sense byte by byte; the upper halves of letters are controls
    text = sample[: len(sample) & ~1].decode(codec, "replace")
    doubtful = len(_CONTROL.findall(text)) + text.count("\ufffd")
    return (
        codec if len(text) > 1 and doubtful * 50 <= len(text) and _keeps_to_few_blocks(text) else ""
    )


def _keeps_to_few_blocks(text: str) -> bool:
    """Whether the letters of `text` come from a handful of alphabets: by chance they would be Han from all over."""
    return len({ord(character) >> 8 for character in text}) <= max(8, len(text) // 40)


def _seven_bit_codec(data: bytes) -> str:
    """The codec of East Asian text that is written in ASCII characters, "" if `data` is no such text."""
    if b"\x1b" not in data and (
        b"~" not in data or b"~{" not in data
    ):  # one byte is found at once, two are not
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


def _tolerant(data: bytes, codec: str, start: int) -> _Found:
    """`data` from `start` on in a codec of Unicode that is sure; what is not valid is replaced and counted."""
    body = memoryview(data)[start:]
    try:
        text, warnings = str(body, codec), []
    except UnicodeDecodeError as error:
        text = str(body, codec, "replace")
        count = max(1, text.count("\ufffd"))
        warnings = [
            _counted(
                count,
                "place is",
                "places are",
                f"not {name_of(codec)} and replaced",
                error.start + start,
            )
        ]
    sample = text[:SAMPLE]
    _refuse_binary(len(_CONTROL.findall(sample)), len(sample))
    return text, codec, warnings


class _Slips:
    """Reads single bytes that are not UTF-8 as windows-1252, where they mostly come from, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self.first = 0

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        self.first = error.start if self.count == 0 else self.first
        self.count += 1
        piece = error.object[error.start : error.end]
        return piece.decode("cp1252", "replace") if len(piece) == 1 else "\ufffd", error.end


def _almost_utf_8(data: bytes) -> _Found | None:
    """UTF-8 with at most one slip in ten of its characters beyond ASCII, None if it is not that."""
    lenient = data.decode("utf-8", "ignore")
    n_beyond = len(lenient) - len(lenient.encode("ascii", "ignore"))
    n_lost = len(data) - len(lenient.encode())
    if n_beyond < 10 * n_lost:
        return None
    slips = _Slips()
    codecs.register_error("excerpt-slips", slips)
    text = data.decode("utf-8", "excerpt-slips")
    fate = "not UTF-8 and read as windows-1252 or replaced"
    return text, "utf-8", [_counted(slips.count, "place is", "places are", fate, slips.first)]


def _candidates(data: bytes, named: str) -> Iterator[str]:
    """The codecs to try: the declared one, if one is `named`; only if that fails, what the bytes suggest."""
    if named:
        yield named
    guessed = guess(data)
    if guessed:
        yield guessed


def _in_code_page(data: bytes, declared: str) -> _Found:
    for codec in _candidates(data, codec_of(declared)):
        text = data.decode(codec, "replace")
        count = text.count("\ufffd")
        if count * 1000 > len(text) or _C1.search(text):
            continue  # too many gaps, or bytes that stand for no character there
        fate = f"not {name_of(codec)} and replaced"
        first = text.find("\ufffd")
        warnings = [_counted(count, "place is", "places are", fate, first)] if count else []
        return text, codec, _if_guessed(codec, declared) + warnings
    text, codec, warnings = _in_windows_1252(data)
    return text, codec, _if_guessed(codec, declared) + warnings


def _if_guessed(codec: str, declared: str) -> list[str]:
    """The warning that an encoding was guessed, none if it is the `declared` one."""
    if codec == codec_of(declared):
        return []
    why = f"nor in the declared {declared[:LONGEST_NAME]!r}" if declared else "no encoding declared"
    return [f"read as {name_of(codec)}: not valid UTF-8, {why}"]


def _in_windows_1252(data: bytes) -> _Found:
    text = data.decode("cp1252", "replace")
    count = text.count("\ufffd")
    fate = "no character of windows-1252 and replaced"
    warnings = [_counted(count, "byte is", "bytes are", fate, text.find("\ufffd"))] if count else []
    return text, "cp1252", warnings
