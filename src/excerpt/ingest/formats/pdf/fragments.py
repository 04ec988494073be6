"""The lines of a page as PDFium divides them → whole lines.

PDFium begins another line wherever the baseline changes: at a raised or lowered character, and
after a large initial, which is as high as several lines.
"""

from collections.abc import Iterable
from typing import Final

from excerpt.ingest.formats.pdf.page import PdfLine

__all__ = ["join_fragments"]

_TOUCHING: Final = 0.25
"""The gap between two parts of a word, at most, in sizes of the font."""
_NUMBER_GAP: Final = 0.8
"""The gap between a raised number and the text that it marks, at most."""
_OVERLAP: Final = 0.3
_SAME_PLACE: Final = 1.5
"""Points between two copies of a line."""
_SHIFT: Final = 0.6
"""The distance of the baselines of two parts of a line, at most."""
_RAISED: Final = 0.85
"""Size of a raised number, at most."""
_INITIAL: Final = 1.7
"""Size of an initial, at least, in sizes of the text after it."""
_QUOTES: Final = "\"'“”„‘«»‹›"


def join_fragments(lines: Iterable[PdfLine]) -> list[PdfLine]:
    """Return the lines with the parts that adjoin each other joined.

    A line that is drawn twice at one place, to look bold, is returned once.
    """
    lines_by_text: dict[str, list[PdfLine]] = {}
    joined: list[PdfLine] = []
    initial: PdfLine | None = None
    left = 0.0  # that of the lines next to the initial
    for line in lines:
        copies = lines_by_text.setdefault(line.text, [])
        if any(_is_copy(line, other) for other in copies):
            continue
        copies.append(line)
        last = joined[-1] if joined else None
        if initial is not None and line.y >= initial.y - _TOUCHING * line.size:
            if abs(line.left - left) < line.size:
                joined.append(line._replace(left=initial.left))
                continue
        elif initial is not None:
            initial = None
        if last is not None and _is_initial(last, line):
            initial, left = last, line.left
            joined[-1] = _with_initial(last, line)
        elif last is not None and _adjoins(last, line):
            joined[-1] = _joined(last, line)
        else:
            joined.append(line)
    return joined


def _is_copy(line: PdfLine, other: PdfLine) -> bool:
    return abs(line.left - other.left) < _SAME_PLACE and abs(line.y - other.y) < _SAME_PLACE


def _is_initial(last: PdfLine, line: PdfLine) -> bool:
    """Return whether `last` is the initial of `line`."""
    letter = last.text.strip(_QUOTES)
    return (
        len(letter) == 1
        and letter.isalpha()
        and letter.isupper()
        and line.text[0].isalpha()
        and last.size > _INITIAL * line.size
        and -_OVERLAP * line.size <= line.left - last.right < line.size
        and last.y < line.y < last.y + last.size
    )


def _with_initial(initial: PdfLine, line: PdfLine) -> PdfLine:
    n = len(initial.text)
    references = tuple((start + n, end + n) for start, end in line.references)
    return line._replace(text=initial.text + line.text, left=initial.left, references=references)


def _adjoins(last: PdfLine, line: PdfLine) -> bool:
    """Return whether `line` continues `last` without a gap, higher or lower than it."""
    size = max(last.size, line.size)
    is_after_number = last.references[-1:] and last.references[-1][1] == len(last.text)
    is_number = _is_raised_number(last, line) or is_after_number
    widest = _NUMBER_GAP if is_number else _TOUCHING
    return (
        not last.breaks_word
        and last.level == line.level
        and abs(line.y - last.y) < _SHIFT * size
        and -_OVERLAP * size <= line.left - last.right <= widest * size
    )


def _is_raised_number(line: PdfLine, other: PdfLine) -> bool:
    """Return whether a line is a raised number in another, which it refers to or which it marks."""
    is_number = line.text.isdecimal() and len(line.text) <= 3
    return is_number and line.size < _RAISED * other.size and line.y > other.y


def _joined(last: PdfLine, line: PdfLine) -> PdfLine:
    """Return both as one line, with the font of the larger one; a raised number is a reference."""
    space = " " * (line.left - last.right > _TOUCHING * max(last.size, line.size))
    n = len(last.text + space)
    references = last.references + tuple((start + n, end + n) for start, end in line.references)
    if _is_raised_number(line, last) and last.text[-1] not in "([":
        references = (*last.references, (n, n + len(line.text)))
    elif _is_raised_number(last, line):
        references = ((0, len(last.text)), *references)
    main = last if last.size >= line.size else line
    return main._replace(
        text=last.text + space + line.text,
        left=last.left,
        right=line.right,
        breaks_word=line.breaks_word,
        references=references,
    )
