"""Subtitles in SRT and WebVTT → Document.

The cues of a sentence are one paragraph, and the time at which each begins is an anchor. Styles and
comments are not read. Captions that roll repeat the line before; each line is read once.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise, takewhile
from typing import Final, NamedTuple

from excerpt.ingest.formats.blocks.outline import SENTENCE_ENDS
from excerpt.ingest.formats.entities import ENTITY
from excerpt.ingest.formats.source import Source
from excerpt.ingest.formats.text_builder import TextBuilder
from excerpt.ingest.language import language_code
from excerpt.model import BlockKind, Document

__all__ = ["read"]

_TIME: Final = r"(?:(\d{1,5}):)?(\d\d?):(\d\d?)[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}[ \t]*-->[ \t]*{_TIME}(?!\d)")
_USUAL_TIMING: Final = {
    "srt": re.compile(r"\s*\d{2,}:\d\d:\d\d,\d{3} --> \d{2,}:\d\d:\d\d,\d{3}(?=\s|\Z)"),
    "vtt": re.compile(r"\s*(?:\d{2,}:)?\d\d:\d\d\.\d{3}\s+-->\s+(?:\d{2,}:)?\d\d:\d\d\.\d{3}"),
}
_HEADER = re.compile(r"(Language)[ \t]*:[ \t]*(\S.*)", re.IGNORECASE)
_SETTINGS: Final = ("NOTE", "STYLE", "REGION")
_TAG: Final = {
    "srt": re.compile(r"</?(?:i|b|u|s|em|strong|font|span|c|v)\b[^<>]{0,200}>", re.IGNORECASE),
    "vtt": re.compile(r"<(?P<name>/?[a-z]*)(?P<rest>[^<>]{0,500})>"),
}
_PLACE = re.compile(r"\{\\[^{}\n]{1,200}\}")
"""A position or style, in the syntax of Advanced SubStation Alpha."""
_ENTITY = re.compile(ENTITY)
_SPEAKER_DASHES: Final = ("- ", "– ", "— ", "-", "–", "—")
LONG_PAUSE: Final = 5_000
"""Milliseconds without a cue that end a paragraph."""
ROLL_PAUSE: Final = 100
"""Milliseconds between captions that roll: a line that is repeated later is spoken twice."""
ROLL_LINES: Final = 4
"""Lines that captions may repeat."""


class _Cue(NamedTuple):
    """A cue: its lines with tags, its times in milliseconds, -1 if unknown, and its line number."""

    lines: list[str]
    start: int
    end: int
    number: int


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text.
    """
    decoded = source.decoded
    lines = decoded.text.split("\n")
    form = "vtt" if lines[0].strip().startswith("WEBVTT") else "srt"
    timings = [number for number, line in enumerate(lines) if "-->" in line]
    header = lines[: timings[0]] if timings else lines
    text = _SubtitleText(form)
    text.add_header(_shown_lines(header, form, is_header=True, is_last=not timings))
    unusual: list[_Cue] = []
    for start, end in pairwise([*timings, len(lines)]):
        shown = _shown_lines(lines[start + 1 : end], form, is_last=end == len(lines))
        cue = _cue(lines[start], shown, start + 1)
        text.add_cue(cue)
        if not _USUAL_TIMING[form].match(lines[start]):
            unusual.append(cue)
    metadata = dict(_header_metadata(header)) if form == "vtt" else {}
    return text.builder.build(form)._replace(
        language=language_code(metadata.pop("language", "")),
        metadata=tuple(metadata.items()),
        encoding=decoded.encoding,
        warnings=(*decoded.warnings, *_warnings(unusual)),
    )


def _shown_lines(
    lines: list[str], form: str, *, is_header: bool = False, is_last: bool = False
) -> list[str]:
    """Return the lines up to the next cue without its name, and without styles and comments."""
    if not is_last:
        lines = _without_name(lines, form)
    if form == "srt":
        return lines
    shown = []
    is_skipped, is_start = is_header, False
    for line in lines:
        is_blank = not line or line.isspace()
        if is_start:
            is_skipped = line.startswith(_SETTINGS)
        if not is_skipped:
            shown.append(line)
        is_start = is_blank
    return shown


def _without_name(lines: list[str], form: str) -> list[str]:
    """Return the lines before a time, without the number or name of its cue.

    In WebVTT, the name follows an empty line; the number in SRT does so unless that is missing.
    """
    if form == "vtt":
        is_named = len(lines) > 1 and lines[-1].strip() and not lines[-2].strip()
        return lines[:-1] if is_named else lines
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    is_number = end and lines[end - 1].strip().isdigit()
    is_apart = end == len(lines) or end < 2 or not lines[end - 2].strip()
    return lines[: end - 1] if is_number and is_apart else lines


def _cue(timing: str, lines: list[str], number: int) -> _Cue:
    """Return the cue with this line of times, whose number in the file is `number`."""
    match = _TIMING.match(timing)
    if match is None:
        return _Cue(lines, -1, -1, number)
    return _Cue(lines, _milliseconds(match, 1), _milliseconds(match, 5), number)


def _milliseconds(match: re.Match[str], first: int) -> int:
    hours, minutes, seconds, fraction = match.group(first, first + 1, first + 2, first + 3)
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))


def _header_metadata(header: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names and values at the beginning of a file in WebVTT."""
    comment = header[0].strip().removeprefix("WEBVTT").strip(" \t-–—")
    if comment:
        yield "description", comment
    for line in takewhile(str.strip, header[1:]):
        if found := _HEADER.match(line):
            yield found.group(1).lower(), found.group(2).strip()


def _warnings(unusual: list[_Cue]) -> Iterator[str]:
    """Yield a sentence about the cues whose times are not written as usual."""
    if unusual:
        n_unknown = sum(cue.start < 0 for cue in unusual)
        cues_have = "cue has a time" if len(unusual) == 1 else "cues have times"
        first = "" if len(unusual) == 1 else "the first "
        unknown = f"; {n_unknown:,} could not be read" if n_unknown else ""
        where = f"{first}in line {unusual[0].number:,}"
        yield f"{len(unusual):,} {cues_have} in an unusual form ({where}){unknown}"


class _SubtitleText:
    """The text of subtitles, to which cues are added in their order."""

    def __init__(self, form: str) -> None:
        self.builder = TextBuilder(collapses=True)
        self._tag = _TAG[form]
        self._is_vtt = form == "vtt"
        self._end = 0
        """The end of the cue before, in milliseconds."""
        self._last = ""
        """The last line of the paragraph that may continue, "" if there is none."""
        self._before: list[str] = []
        """The lines of the cue before."""
        self._voice = ""

    def add_header(self, lines: list[str]) -> None:
        """Add text before the first cue as a paragraph."""
        self.builder.add("\n".join(map(self._plain, lines)))
        self.builder.end()

    def add_cue(self, cue: _Cue) -> None:
        """Add the lines of a cue that the one before does not show already."""
        rolls = self._before and (cue.start < 0 or cue.start <= self._end + ROLL_PAUSE)
        if cue.start > self._end + LONG_PAUSE:
            self._last = ""
        plain = [(self._plain(line), line) for line in cue.lines]
        plain = [(line, source) for line, source in plain if line]
        lines = [line for line, _ in plain]
        new = _new_lines(self._before, lines) if rolls else lines
        if lines:
            self._before, self._end = lines, max(cue.end, self._end)
        anchor = _anchor(cue.start) if cue.start >= 0 else ""
        voice = ""
        for number, (_, source) in enumerate(plain, len(new) - len(plain)):
            voice = self._voice_of(source) or voice
            if number >= 0:
                self._add_line(new[number], voice, anchor)
                anchor = ""

    def _add_line(self, line: str, voice: str, anchor: str) -> None:
        """Add a line with the name of a new speaker, and the anchor that begins at it, if any."""
        self._begin(line, is_other=voice != self._voice)
        if anchor:
            self.builder.set_anchor(anchor)
        if voice and voice != self._voice:
            self.builder.add_mark(voice, BlockKind.MARKUP)
            self.builder.add(" ")
        self.builder.add(line)
        self._last, self._voice = line, voice

    def _begin(self, line: str, *, is_other: bool) -> None:
        """Continue the paragraph with a space, or begin another one.

        A paragraph ends with a sentence, or if another voice speaks.
        """
        last = "" if is_other else self._last
        ended = last[-1:] in SENTENCE_ENDS and not line[:1].islower()
        if not last or ended or line.startswith(_SPEAKER_DASHES):
            self.builder.open(BlockKind.PARAGRAPH)
        else:
            self.builder.add(" ")

    def _plain(self, line: str) -> str:
        """Return a line without tags."""
        if "<" in line:
            line = self._tag.sub("", line)
        if "{\\" in line:
            line = _PLACE.sub("", line)
        if "&" in line:
            line = _ENTITY.sub(lambda entity: unescape(entity.group()), line)
        return " ".join(line.split())

    def _voice_of(self, line: str) -> str:
        """Return the name of the speaker in the first tag of a line, "" if there is none."""
        found = self._tag.search(line) if self._is_vtt and "<v" in line else None
        if found is None or found.group("name") != "v":
            return ""
        return self._plain(found.group("rest").partition(" ")[2])


def _new_lines(before: list[str], lines: list[str]) -> list[str]:
    """Return the lines without those that the cue before shows; the last one may have grown.

    >>> _new_lines(["The barges", "came"], ["came", "late"])
    ['late']
    >>> _new_lines(["The"], ["The barges"]), _new_lines(["No."], ["No."]), _new_lines(["a"], ["b"])
    (['barges'], [], ['b'])
    """
    for count in range(min(len(before), len(lines), ROLL_LINES), 0, -1):
        last, repeated = before[-1], lines[count - 1]
        if before[-count:-1] != lines[: count - 1]:
            continue
        if repeated == last:
            return lines[count:]
        if repeated.startswith(last + " "):
            return [repeated[len(last) + 1 :], *lines[count:]]
    return lines


def _anchor(time: int) -> str:
    """Return the anchor of a time in milliseconds.

    >>> _anchor(1_489_760)
    't=00:24:49'
    """
    minutes, seconds = divmod(time // 1000, 60)
    return f"t={minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
