"""The file of a manuscript → its quotations, each with its location and its note.

The readers of the corpus read the file, so that footnotes, block quotations and the like are known
in every format. Elements for quotations in HTML become marks of their own before.

The note of a quotation is where its author says where it is from: the footnote whose number
follows, the text up to the next quotation, the line below a block quotation, or the parenthesis or
the element `cite` that ends it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Final, NamedTuple

from excerpt.ingest.formats import read_document
from excerpt.model import SET_APART, BlockKind, Document, Mark
from excerpt.quotations.cited_sources import is_source_note
from excerpt.quotations.fragments import Fragment, split_fragments
from excerpt.quotations.marks import CLOSE_ELEMENT, OPEN_ELEMENT, MarkedSpan, scan_marks
from excerpt.text.running_text import running_text

__all__ = ["Quotation", "quotation_of", "read_quotations"]

_OPEN_ADDRESS: Final = "\ue012"
_CLOSE_ADDRESS: Final = "\ue013"
_ADDRESS = re.compile(f"{_OPEN_ADDRESS}([^{_CLOSE_ADDRESS}]*){_CLOSE_ADDRESS}")
_PRIVATE = re.compile(f"[{OPEN_ELEMENT}-{_CLOSE_ADDRESS}]")
_ELEMENT = re.compile(rb"<(/?)(q|blockquote)\b([^<>]*)>", re.IGNORECASE)
_ELEMENT_MARK = re.compile(r"<(/?)(q|blockquote)\b([^<>]*)>", re.IGNORECASE)
_CITE = re.compile(r"""\bcite\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_LAST_CITE = re.compile(
    rb"""([.!?">();\x80-\xff-]\s*<cite\b[^<>]*>)"""
    rb"((?:[^<>]|</?(?:a|b|em|i)\b[^<>]*>){1,400})"
    rb"(</cite>\s*(?:[.)\]]\s*)?(?:</(?:p|div|small)>\s*)*</blockquote>)",
    re.IGNORECASE,
)
"""The element `cite` after the last sentence of a block quotation."""
_LAST_PARENTHESIS = re.compile(
    r"""(?:(?<=[.!?…"'“”’»›。！？])|^)\s*[(\[]([^()\[\]\n]{1,200})[)\]]\s*\.?\s*\Z"""
)
"""A parenthesis after the last sentence of a block quotation."""
_IN_CODE = re.compile("[\"'“”„«»‘’‚‹›]")
_DASH = re.compile(r"\s*(?:[—–―]|--)\s*\S")
"""The beginning of a line that names the source of the block quotation above."""
_SOURCE_LINE = re.compile(
    r"\s*(?:[—–―(\[]|--|excerpt\s|(?:source|quelle|from|aus)\b)", re.IGNORECASE
)
_MAX_LENGTH: Final = 5_000
"""Characters of a note in which a source is looked for."""
_MAX_NOTE_LENGTH: Final = 600
"""Characters after a quotation in which its source may be named."""
_PAGE_FORMATS: Final = frozenset({"html", "mhtml"})


class Quotation(NamedTuple):
    """A quotation of a manuscript.

    text         as it is written, without the outer marks, in one line
    fragments    its parts that must occur in the source
    line         the line on which it begins (from 1), None for a format without lines
    paragraph    the number of its paragraph (from 1)
    notes        the texts that may name its source, the most likely first
    is_unclosed  True if its opening mark is never closed
    is_in_note   True if it is in a note of the manuscript
    blocks       the block quotations that it consists of, if they are several
    """

    text: str
    fragments: tuple[Fragment, ...]
    line: int | None
    paragraph: int
    notes: tuple[str, ...] = ()
    is_unclosed: bool = False
    is_in_note: bool = False
    blocks: "tuple[Quotation, ...]" = ()

    @property
    def inner(self) -> "Iterator[Quotation]":
        """The quotations within it that can be checked on their own."""
        for span in scan_marks(self.text).spans:
            text = self.text[span.start : span.end].strip()
            yield self._replace(text=text, fragments=split_fragments(text))

    @property
    def n_words(self) -> int:
        """The number of words, those in brackets left out."""
        return sum(len(fragment.tokens) for fragment in self.fragments)

    @property
    def location(self) -> str:
        """The location in the manuscript, for people."""
        return f"line {self.line}" if self.line else f"paragraph {self.paragraph}"


class _ManuscriptParagraph(NamedTuple):
    """A paragraph of the manuscript.

    text    with its inline marks blanked out, and elements for quotations as marks
    start   its offset in the document
    number  of the paragraph, from 1
    kind    of its block
    labels  offsets in `text` of the note references, and their labels
    """

    text: str
    start: int
    number: int
    kind: BlockKind
    labels: tuple[tuple[int, str], ...]


class _Manuscript(NamedTuple):
    """A manuscript as it is read.

    notes      the texts of its notes by their labels
    line_ends  the offsets of its line ends
    """

    document: Document
    paragraphs: tuple[_ManuscriptParagraph, ...]
    notes: dict[str, str]
    line_ends: list[int]


def read_quotations(path: str, data: bytes) -> list[Quotation]:
    """Return the quotations in the file at `path`, whose bytes are `data`, in order.

    Raises:
        Unreadable: if the file cannot be read as text in a known format.
    """
    document = read_document(PurePath(path).name, data)
    if document.format in _PAGE_FORMATS and _ELEMENT.search(data):
        marked = _LAST_CITE.sub(rb"\1&#xE012;\2&#xE013;\3", data)
        document = read_document(PurePath(path).name, _ELEMENT.sub(_mark_element, marked))
    paragraphs = tuple(_paragraphs(document))
    line_ends = [match.start() for match in re.finditer("\n", document.text)]
    manuscript = _Manuscript(document, paragraphs, _notes(paragraphs), line_ends)
    found = [*_block_quotations(manuscript), *_marked_quotations(manuscript)]
    return [quotation for _, quotation in sorted(found, key=lambda each: each[0])]


def quotation_of(text: str, note: str = "") -> Quotation:
    """Return a quotation that stands alone, and the note that names its source."""
    return Quotation(
        " ".join(text.split()), split_fragments(text), None, 1, (note,) if note else ()
    )


def _mark_element(match: re.Match[bytes]) -> bytes:
    """Return a tag of HTML with character references for the marks that stand for it."""
    closing, name, attributes = match.groups()
    if closing:
        return b"&#xE011;" + match[0] if name.lower() == b"q" else match[0]
    cite = _CITE.search(attributes.decode("latin-1"))
    address = next(filter(None, cite.groups()), "") if cite else ""
    note = b"&#xE012;" + address.encode("latin-1") + b"&#xE013;" if address else b""
    return match[0] + (b"&#xE010;" if name.lower() == b"q" else b"") + note


def _paragraphs(document: Document) -> Iterator[_ManuscriptParagraph]:
    text = _with_element_marks(document)
    marks = [mark for mark in document.marks if mark.kind is BlockKind.REFERENCE]
    starts = [mark.span.start for mark in marks]
    number = 0
    for block in document.blocks:
        if block.kind in SET_APART:
            continue
        number += 1
        start, end = block.span.start, block.span.end
        own = marks[bisect_left(starts, start) : bisect_left(starts, end)]
        labels = tuple(_labels(document, own, start))
        yield _ManuscriptParagraph(text[start:end], start, number, block.kind, labels)


def _with_element_marks(document: Document) -> str:
    """Return the running text, with a mark for each tag of a quotation in Markdown."""
    text = running_text(document.text, document.marks)
    if "``" in text:  # as in TeX; the second character of a mark is one that is ignored
        text = text.replace("``", "“\u2060").replace("''", "”\u2060")
    parts: list[str] = []
    done, code = 0, ""
    for span, _ in document.marks:
        mark = span.of(document.text)
        if span.start < done:
            continue
        # Code is between two marks of the same number of signs; its quotation marks are no such.
        fence = mark[: len(mark) - len(mark.lstrip("`~"))]
        before = text[done : span.start]
        parts.append(_IN_CODE.sub(" ", before) if code and fence == code else before)
        code = "" if code and fence == code else code or fence
        found = _ELEMENT_MARK.match(mark)
        if found and found[2].lower() == "q":
            parts.append(CLOSE_ELEMENT if found[1] else OPEN_ELEMENT)
            done = span.start + 1
        else:
            done = span.start
    return "".join(parts) + text[done:]


def _labels(document: Document, marks: Sequence[Mark], start: int) -> Iterator[tuple[int, str]]:
    """Yield the offsets of note references from `start` on, and their labels."""
    for span, _ in marks:
        label = re.sub(r"[^\w*†‡]", "", span.of(document.text))
        if label:
            yield span.start - start, label


def _notes(parts: Sequence[_ManuscriptParagraph]) -> dict[str, str]:
    """Return the texts of the notes by their labels; a note without one is known by its number."""
    notes: dict[str, str] = {}
    number = 0
    for part in parts:
        if part.kind is BlockKind.NOTE:
            number += 1
            label = next((label for at, label in part.labels if at < 3), "")
            written = re.match(r"\s*[\[(]?(\w{1,4})[\]).:]?\s", part.text)
            if not label:
                label = written[1] if written and written[1].isdecimal() else str(number)
            notes.setdefault(label, part.text)
    return notes


def _block_quotations(manuscript: _Manuscript) -> Iterator[tuple[int, Quotation]]:
    """Yield the quotations that are blocks of their own; consecutive blocks are one."""
    group: list[_ManuscriptParagraph] = []
    for part, following in pairwise([*manuscript.paragraphs, None]):
        assert part is not None
        if part.kind is not BlockKind.QUOTE:
            continue
        group.append(part)
        if following is not None and following.kind is BlockKind.QUOTE:
            continue
        yield from _block_quotation(manuscript, group, following)
        group = []


def _block_quotation(
    manuscript: _Manuscript,
    group: list[_ManuscriptParagraph],
    following: _ManuscriptParagraph | None,
) -> Iterator[tuple[int, Quotation]]:
    lines = [(part, line) for part in group for line in part.text.split("\n")]
    named = [line for part, line in lines[1:] if _DASH.match(line)]
    quoted = "\n\n".join(
        "\n".join(line for line in part.text.split("\n") if line not in named) for part in group
    )
    note = [manuscript.notes.get(label, "") for part in group for _, label in part.labels]
    if following is not None and _SOURCE_LINE.match(following.text):
        note.append(following.text[:_MAX_NOTE_LENGTH])
    quoted, own = _without_last_note(quoted)
    text = _without_outer_marks(quoted)
    whole = _quotation(manuscript, text, group[0], 0, [*own, *named, *note])
    parts = _with_their_notes(group)
    if len(parts) > 1:
        followers = [*([None] * (len(parts) - 1)), following]
        blocks = [
            block
            for each, follower in zip(parts, followers, strict=True)
            for _, block in _block_quotation(manuscript, each, follower)
        ]
        whole = whole._replace(blocks=tuple(blocks))
    yield group[0].start, whole


def _without_last_note(quoted: str) -> tuple[str, list[str]]:
    """Return a block quotation without the parenthesis at its end that names its source.

    The text in the parenthesis is returned, too.
    """
    found = _LAST_PARENTHESIS.search(quoted)
    if found is None or not is_source_note(found[1]):
        return quoted, []
    return quoted[: found.start()], [found[1]]


def _with_their_notes(group: list[_ManuscriptParagraph]) -> list[list[_ManuscriptParagraph]]:
    """Return the paragraphs of a block quotation, each with those after it that only name it."""
    parts: list[list[_ManuscriptParagraph]] = []
    for part in group:
        text, _ = _without_last_note(_ADDRESS.sub("", part.text))
        if parts and not text.strip():
            parts[-1].append(part)
        else:
            parts.append([part])
    return parts


def _without_outer_marks(text: str) -> str:
    """Return a block quotation without the quotation marks around all of it."""
    stripped = text.strip()
    scan = scan_marks(stripped)
    if len(scan.spans) == 1 and scan.spans[0].start == 1 and scan.spans[0].end == len(stripped) - 1:
        return stripped[1:-1]
    return stripped


def _marked_quotations(manuscript: _Manuscript) -> Iterator[tuple[int, Quotation]]:
    """Yield the quotations within marks; those in block quotations are parts of them."""
    for is_note in (False, True):
        stream = [
            part for part in manuscript.paragraphs if (part.kind is BlockKind.NOTE) == is_note
        ]
        stream = [part for part in stream if part.kind is not BlockKind.QUOTE]
        yield from _quotations_in(manuscript, stream)


class _OpenQuotation(NamedTuple):
    """A quotation that began in an earlier paragraph."""

    part: _ManuscriptParagraph
    span: MarkedSpan
    texts: tuple[str, ...]


def _quotations_in(
    manuscript: _Manuscript, stream: Sequence[_ManuscriptParagraph]
) -> Iterator[tuple[int, Quotation]]:
    opened: _OpenQuotation | None = None
    for part in stream:
        text = part.text
        mark, start = "", 0
        if opened is not None:
            mark = opened.span.mark
            n_leading = len(text) - len(text.lstrip())
            repeats = text.startswith(mark, n_leading)
            start = n_leading + 1 if repeats else 0
            if not repeats and not _closes_first(text, mark):
                yield from _unclosed(manuscript, opened)
                opened, mark, start = None, "", 0
        scan = scan_marks(text, mark, start)
        ends = [*(span.start for span in scan.spans[1:]), len(text)]
        if opened is not None:
            opened = opened._replace(texts=(*opened.texts, text[start : scan.closed]))
            if scan.closed is not None:
                note = _note_after(
                    part, scan.closed, [s.start for s in scan.spans], manuscript.notes
                )
                whole = "\n\n".join(opened.texts)
                at = opened.part.start + opened.span.start
                yield at, _quotation(manuscript, whole, opened.part, opened.span.start, note)
                opened = None
        for span, end in zip(scan.spans, ends, strict=False):
            note = _note_after(part, span.end, [end], manuscript.notes)
            if span is scan.spans[0] and scan.closed is None:
                note.append(text[: span.start])
            whole = text[span.start : span.end]
            yield part.start + span.start, _quotation(manuscript, whole, part, span.start, note)
        if scan.unclosed is not None and opened is None:
            opened = _OpenQuotation(part, scan.unclosed, (text[scan.unclosed.start :],))
    if opened is not None:
        yield from _unclosed(manuscript, opened)


def _closes_first(text: str, mark: str) -> bool:
    """Return whether a paragraph closes a quotation that it does not open again."""
    return mark != '"' and scan_marks(text, mark).closed is not None


def _unclosed(manuscript: _Manuscript, opened: _OpenQuotation) -> Iterator[tuple[int, Quotation]]:
    if opened.span.mark != '"':  # which also stands for inches, seconds and "the same"
        text = opened.texts[0]
        found = _quotation(manuscript, text, opened.part, opened.span.start, [])
        yield opened.part.start + opened.span.start, found._replace(is_unclosed=True)


def _note_after(
    part: _ManuscriptParagraph, offset: int, ends: Sequence[int], notes: dict[str, str]
) -> list[str]:
    """Return the texts that may name the source of a quotation that ends at `offset`."""
    end = min([*(each for each in ends if each > offset), offset + _MAX_NOTE_LENGTH])
    labels = [label for at, label in part.labels if offset <= at <= end]
    return [*(notes.get(label, "") for label in labels[:1]), part.text[offset:end]]


def _quotation(
    manuscript: _Manuscript, text: str, part: _ManuscriptParagraph, offset: int, note: Sequence[str]
) -> Quotation:
    addresses = [match[1] for match in _ADDRESS.finditer(text)]
    plain = _ADDRESS.sub("", text).replace(OPEN_ELEMENT, "“").replace(CLOSE_ELEMENT, "”")
    plain = _PRIVATE.sub("", plain).replace("\u2060", "")
    line = bisect_left(manuscript.line_ends, part.start + offset) + 1
    notes = [_PRIVATE.sub(" ", each[:_MAX_LENGTH]).strip() for each in [*addresses, *note]]
    return Quotation(
        " ".join(plain.split()),
        split_fragments(plain),
        line if manuscript.document.has_lines else None,
        part.number,
        tuple(filter(None, notes)),
        is_in_note=part.kind is BlockKind.NOTE,
    )
