"""UTF-8 with errors → text: cut within a character, with stray bytes, or mixed with other lines.

A text is UTF-8 if far more of its bytes form characters of UTF-8 than do not, since those of other
encodings rarely do so by chance. Texts put together from several sources change their encoding from
line to line; the lines that are not UTF-8 are then in one other encoding.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

__all__ = ["Repaired", "decode_damaged_utf_8"]

MIN_RATIO: Final = 3
"""Characters of UTF-8 for each byte that is none, in a text that is UTF-8."""
MAX_BY_CHANCE: Final = 0.05
"""Share of characters of UTF-8 that are found by chance in the lines of another encoding."""
ChooseCodec = Callable[[bytes, str], str]
MAX_CHANCE: Final = 1e-4
"""Probability below which characters of UTF-8 are not there by chance."""
_REPLACEMENT: Final = "\ufffd"
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_LATIN_WORD = re.compile("[a-z][À-ÖØ-öø-ſ]|[À-ÖØ-öø-ſ][a-z]")
_CUT_START = re.compile(rb"[\x80-\xbf]{1,3}(?![\x80-\xbf])")
_CUT_END = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
_LINES = re.compile(rb"(?s:.{0,65536})[^\n\r]*+(?>\r\n|[\n\r])?+")
"""Lines that are decoded at once."""
_LINE = re.compile(rb"[^\n\r]*+(?>\r\n|[\n\r])?+")


class Repaired(NamedTuple):
    """A text that is UTF-8 in part.

    text    the text
    cut     where it is cut within a character: "start", "end", "start and end" or ""
    n_bad   number of byte sequences that are not UTF-8
    first   offset of the first of them
    other   the codec of the lines that are not UTF-8, "" if there are none
    n_other number of these lines
    """

    text: str
    cut: str = ""
    n_bad: int = 0
    first: int = 0
    other: str = ""
    n_other: int = 0


class _Repair:
    """A codec error handler that counts invalid bytes.

    It decodes single bytes with `codec`, from which most of them come, and replaces all others.
    """

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.count = 0
        self.first = 0

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        self.first = error.start if self.count == 0 else self.first
        self.count += 1
        piece = error.object[error.start : error.end]
        is_single = len(piece) == 1
        return piece.decode(self.codec, "replace") if is_single else _REPLACEMENT, error.end

    def decode(self, data: bytes) -> str:
        """Return `data` decoded from UTF-8 with repairs."""
        codecs.register_error("excerpt-repair", self)
        return data.decode("utf-8", "excerpt-repair")


def decode_damaged_utf_8(data: bytes, choose_codec: ChooseCodec) -> Repaired | None:
    """Return `data` decoded from UTF-8 with errors, or None if it is in another encoding.

    `choose_codec` returns the codec of lines that are not UTF-8, from them and from the others.
    """
    n_valid, n_invalid = _count(data)
    if not n_valid:
        return None
    uncut = _decode_cut(data)
    if uncut is not None:
        return uncut
    is_utf_8 = n_valid >= MIN_RATIO * n_invalid and n_valid >= MIN_RATIO
    decoded = _decode_lines(data, choose_codec, is_utf_8=is_utf_8)
    if decoded is None and is_utf_8:
        repair = _Repair("cp1252")
        return Repaired(repair.decode(data), "", repair.count, repair.first)
    return decoded


def _count(data: bytes) -> tuple[int, int]:
    """Return the number of characters of UTF-8 beyond ASCII, and of bytes that form none."""
    valid = data.decode("utf-8", "ignore")
    n_beyond_ascii = len(valid) - len(valid.encode("ascii", "ignore"))
    return n_beyond_ascii, len(data) - len(valid.encode())


def _decode_cut(data: bytes) -> Repaired | None:
    """Return `data` if all of it is UTF-8 but for characters cut at its ends, else None."""
    start, end = _CUT_START.match(data), _CUT_END.search(data, max(0, len(data) - 3))
    body = data[start.end() if start else 0 : end.start() if end else len(data)]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    text = (_REPLACEMENT if start else "") + text + (_REPLACEMENT if end else "")
    sides = [side for side, cut in (("start", start), ("end", end)) if cut]
    return Repaired(text, " and ".join(sides), len(sides), 0 if start else len(body))


def _decode_lines(data: bytes, choose_codec: ChooseCodec, *, is_utf_8: bool) -> Repaired | None:
    """Return `data` with each line in UTF-8 or in the one other encoding, else None.

    None means that too few lines are UTF-8 to be so on purpose, or that none is in another
    encoding. In a text that `is_utf_8`, lines with more characters of UTF-8 than other bytes are
    damaged.
    """
    repair = _Repair("cp1252")
    lines: list[str | bytes] = []
    starts: list[int] = []
    for start, line in _lines(data):
        if isinstance(line, str):
            lines.append(line)
            continue
        n_valid, n_invalid = _count(line)
        is_damaged = is_utf_8 and n_valid > n_invalid
        lines.append(repair.decode(line) if is_damaged else line)
        if not is_damaged:
            starts.append(start)
    good = "".join(line for line in lines if isinstance(line, str))
    bad = b"".join(line for line in lines if isinstance(line, bytes))
    if not bad or not (is_utf_8 or _is_on_purpose(good, bad)):
        return None
    codec = choose_codec(bad, good) or "cp1252"
    text = "".join(
        line.decode(codec, "replace") if isinstance(line, bytes) else line for line in lines
    )
    return Repaired(text, "", repair.count, starts[0], codec, len(starts))


def _lines(data: bytes) -> Iterator[tuple[int, str | bytes]]:
    """Yield the offsets of lines that are UTF-8, as text, and of those that are not, as bytes.

    Lines in UTF-8 come many at a time: there may be millions, and each takes memory.
    """
    for group in _LINES.finditer(data):
        text = _decode_if_valid(group.group())
        if isinstance(text, str):
            yield group.start(), text
        else:
            for line in _LINE.finditer(data, *group.span()):
                yield line.start(), _decode_if_valid(line.group())


def _decode_if_valid(data: bytes) -> str | bytes:
    """Return `data` decoded from UTF-8, or as it is if it is not valid."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def _is_on_purpose(good: str, bad: bytes) -> bool:
    """Return whether the lines `good` are UTF-8 on purpose, unlike the lines `bad`."""
    runs = _BEYOND_ASCII.finditer(good)
    most = max((run.end() - run.start() for run in runs), default=0)
    n_by_chance, n_invalid = _count(bad)
    share = n_by_chance / (n_by_chance + n_invalid)
    if share > MAX_BY_CHANCE:
        # That many characters of UTF-8 in a row are improbable among these lines.
        return share**most * (1 + bad.count(b"\n")) < MAX_CHANCE
    # Two letters of Chinese may look like one of UTF-8, but not like a Latin one in a Latin word.
    n_good = len(good) - len(good.encode("ascii", "ignore"))
    return n_good > 1 or bool(_LATIN_WORD.search(good))
