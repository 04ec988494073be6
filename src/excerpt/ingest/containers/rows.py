"""Tables (CSV, TSV) and JSON → their rows, each as the bytes of a document.

A row becomes a small object of JSON with its text, title and metadata: a row that is equal to a
former one has the same bytes, wherever it stands and whatever surrounds it. Rows are numbered as a
spreadsheet shows them, lines and objects of JSON from 1.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import TextIOWrapper
from itertools import chain, islice
from typing import Any, BinaryIO, Final, NamedTuple

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.containers.columns import (
    SAMPLE_ROWS,
    TableColumns,
    choose_columns,
    has_usual_text,
    row_of,
)
from excerpt.ingest.containers.entry import (
    MAX_MEMBER_BYTES,
    MAX_ROWS,
    SPLIT,
    ContainerHints,
    Entries,
    Entry,
    unread,
)
from excerpt.ingest.containers.json_rows import (
    OUTSIDE,
    NumberedRows,
    Values,
    lift_text,
    rows_of_lines,
    rows_of_text,
)
from excerpt.ingest.decode import Hints, decode
from excerpt.ingest.formats.table_row import Row, encode_row
from excerpt.ingest.formats.text_signatures import delimiter_of, is_header
from excerpt.ingest.unicode_detection import REPLACEMENT

__all__ = ["has_texts", "read_rows"]

MAX_CELL: Final = 64 << 20
"""Characters of a row: more of them are probably one open quotation mark."""
_SAMPLE: Final = 1 << 20
_CORRECT: Final = Instruction("Correct it.")
_NAME_TEXTS: Final = Instruction("Save each text in an object, under the name text.")
_UTF_8: Final = "utf-8-sig"
_WINDOWS_1252: Final = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)
}
"""Characters for the surrogates that stand for bytes which are invalid in UTF-8."""
_INVALID = re.compile("[\udc80-\udcff]")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_DELIMITER = re.compile(r"sep=([,;|\t])[\r\n]", re.IGNORECASE)
"""The first line of a table that was saved for Excel; it names the delimiter."""


def read_rows(stream: BinaryIO, kind: str, hints: ContainerHints) -> Entries:
    """Yield the rows of a table ("table") or of JSON ("lines", "json")."""
    mend = _encoding(stream, hints).mend
    found = _Table(stream, kind, hints)
    columns = found.columns
    for number, values in chain(found.first, found.rows):
        if number > MAX_ROWS:
            yield unread("", f"rows after the first {MAX_ROWS:,} were not read", SPLIT)
            return
        if isinstance(values, str):
            remedy = _NAME_TEXTS if values.startswith(OUTSIDE) else _CORRECT
            yield unread(str(number or ""), values, remedy)
            continue
        data = encode_row(mend(row_of(values, columns)))
        yield Entry(str(number), len(data), partial(bytes, data), "table")


def has_texts(stream: BinaryIO, kind: str, hints: ContainerHints) -> bool:
    """Return whether rows of a table or of JSON hold texts."""
    try:
        found = _Table(stream, kind, hints)
    except Unreadable:
        return False
    if found.columns.text:
        return True
    # A file whose rows all are damaged is opened too, so that they are named.
    if kind == "table":
        return bool(found.first) and all(isinstance(row, str) for _, row in found.first)
    return any(number == 0 for number, _ in found.first)


class _Table:
    """The rows of a table or of JSON, and the use of their columns.

    first    rows from which the columns are judged
    rows     all others
    """

    def __init__(self, stream: BinaryIO, kind: str, hints: ContainerHints) -> None:
        self.rows = _numbered(stream, kind, hints)
        self.first = list(islice(self.rows, SAMPLE_ROWS))
        self.columns = _columns(self.first, hints)
        if kind != "table" and not self.columns.text:
            # The text may be in an object within each of them.
            self.rows = _lifted(self.rows, hints)
            self.first = list(_lifted(self.first, hints))
            if has_usual_text(_objects(self.first), hints.rules.table):
                self.columns = _columns(self.first, hints)


def _lifted(rows: Iterable[tuple[int, Values | str]], hints: ContainerHints) -> NumberedRows:
    for number, row in rows:
        yield number, row if isinstance(row, str) else lift_text(row, hints.rules.table)


def _objects(rows: Iterable[tuple[int, Values | str]]) -> list[Values]:
    return [values for _, values in rows if not isinstance(values, str)]


def _columns(rows: Iterable[tuple[int, Values | str]], hints: ContainerHints) -> TableColumns:
    return choose_columns(_objects(rows), hints.rules.table)


def _numbered(stream: BinaryIO, kind: str, hints: ContainerHints) -> NumberedRows:
    readers: dict[str, Callable[[BinaryIO, ContainerHints], NumberedRows]] = {
        "table": _table_rows,
        "lines": _json_lines,
        "json": _json_objects,
    }
    return readers[kind](stream, hints)


# Text


def _lines(stream: BinaryIO, hints: ContainerHints, newline: str | None) -> Iterator[str]:
    """Yield the lines of a text, decoded part by part."""
    encoding = _encoding(stream, hints)
    errors = "surrogateescape" if encoding.codec == _UTF_8 else "replace"
    stream.seek(0)
    # A wrapper closes its stream when it is collected, and the stream belongs to the caller.
    unclosed: Any = _Unclosed(stream)
    text = TextIOWrapper(unclosed, encoding.codec, errors=errors, newline=newline)
    while line := text.readline(MAX_CELL):
        yield line


class _Unclosed:
    """A stream that does not close the one that it reads from."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.read = stream.read
        self.read1 = stream.read

    def readable(self) -> bool:
        """Return True."""
        return True

    def writable(self) -> bool:
        """Return False."""
        return False

    def seekable(self) -> bool:
        """Return False: the text is read once, from its beginning."""
        return False

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class _TableEncoding(NamedTuple):
    """The encoding of a table.

    codec     its name in Python; bytes that are invalid in UTF-8 become surrogates
    guess     the warning about a guess, "" if the encoding is known
    is_valid  True if the whole table is valid UTF-8
    """

    codec: str
    guess: str = ""
    is_valid: bool = False

    def mend(self, row: Row) -> Row:
        """Return a row with invalid bytes read as windows-1252, and with warnings about them.

        The warnings depend on the row alone, so that it stays the same if others change.
        """
        whole = "".join([row.text, row.title, *chain.from_iterable(row.metadata), *row.warnings])
        if self.is_valid or whole.isascii():
            return row
        warnings = [self.guess] if self.guess else []
        if n_invalid := len(_INVALID.findall(whole)):
            warnings.append(f"{_bytes(n_invalid)} not valid UTF-8 and read as windows-1252")
        if n_replaced := whole.count(REPLACEMENT):
            warnings.append(f"{_bytes(n_replaced)} not valid {self.codec} and replaced")
        return Row(
            row.text.translate(_WINDOWS_1252),
            row.title.translate(_WINDOWS_1252),
            row.language,
            tuple(
                (name.translate(_WINDOWS_1252), value.translate(_WINDOWS_1252))
                for name, value in row.metadata
            ),
            (*(warning.translate(_WINDOWS_1252) for warning in row.warnings), *warnings),
        )


def _bytes(n_bytes: int) -> str:
    return "1 byte is" if n_bytes == 1 else f"{n_bytes:,} bytes are"


def _encoding(stream: BinaryIO, hints: ContainerHints) -> _TableEncoding:
    """Return the encoding of a table, which is UTF-8 if all of it can be."""
    stream.seek(0)
    start = stream.read(_SAMPLE)
    if start.startswith(_UTF_16):
        return _TableEncoding("utf-16")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        decoder.decode(start)
        while part := stream.read(_SAMPLE):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _detected_encoding(stream, hints)
    return _TableEncoding(_UTF_8, is_valid=True)


def _detected_encoding(stream: BinaryIO, hints: ContainerHints) -> _TableEncoding:
    """Return the encoding that is detected in the lines that are not ASCII."""
    stream.seek(0)
    sample: list[bytes] = []
    n_bytes = 0
    while n_bytes < _SAMPLE and (part := stream.read(_SAMPLE)):
        lines = [line for line in part.split(b"\n") if not line.isascii()]
        sample += lines
        n_bytes += sum(map(len, lines))
    decoded = decode(
        b"\n".join(sample)[:_SAMPLE],
        hints=Hints(hints.rules.encoding, hints.default_encoding),
    )
    codec = decoded.encoding or _UTF_8
    if codec.lower() in {"utf-8", "utf8"}:
        return _TableEncoding(_UTF_8)
    is_guess = any(warning.startswith("read as ") for warning in decoded.warnings)
    guess = f"read as {codec}: the table is not valid UTF-8, and its encoding was detected"
    return _TableEncoding(codec, guess if is_guess else "")


# CSV


def _table_rows(stream: BinaryIO, hints: ContainerHints) -> NumberedRows:
    """Yield the rows below the header of a table."""
    csv.field_size_limit(MAX_CELL)
    start = "".join(islice(_lines(stream, hints, ""), 100))[:_SAMPLE]
    lines = _lines(stream, hints, "")
    if named := _DELIMITER.match(start):
        next(lines)
    delimiter = named[1] if named else delimiter_of(start) or ","
    rows = _split_rows(lines, delimiter)
    header: list[str] = []
    for number, cells in rows:
        if isinstance(cells, str):
            yield number, cells
        elif not header and any(cells):
            header = _column_names(cells if is_header(cells) else [""] * len(cells))
            if not is_header(cells):
                yield number, dict(zip(header, cells, strict=True))
        elif any(cells[len(header) :]):
            yield number, "it has more cells than there are columns"
        elif any(cells):
            yield number, dict(zip(header, cells, strict=False))


def _column_names(cells: list[str]) -> list[str]:
    """Return the names of the columns; they differ."""
    names: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"column {number}"
        while name in names:
            name = f"{name} {number}"
        names[name] = None
    return list(names)


class _Record:
    """The lines of the row that is being read, which are read again if it never ends."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.taken: list[str] = []
        self.is_exhausted = False
        self._n_characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._n_characters > MAX_CELL:
            raise csv.Error("it is too long")
        line = next(self._lines, None)
        if line is None:
            self.is_exhausted = True
            raise StopIteration
        self.taken.append(line)
        self._n_characters += len(line)
        return line

    def end(self) -> None:
        """Forget the lines of a row that was read."""
        self.taken.clear()
        self._n_characters = 0


def _split_rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the number of each row with its cells, or with the reason why it cannot be read."""
    record = _Record(lines)
    reader = csv.reader(record, delimiter=delimiter)
    for number in range(1, MAX_ROWS + 3):
        try:
            cells = next(reader, None)
            is_open = record.is_exhausted and cells is not None
            reason = "a quotation mark in it is never closed" if is_open else ""
        except csv.Error as error:
            cells, reason = None, f"it is damaged: {error}"
        if not reason:
            if cells is None:
                return
            record.end()
            yield number, cells
            continue
        yield number, reason
        rest = chain(record.taken[1:], lines)
        yield from _rows_of_one_line(rest, delimiter, number + 1)
        return


def _rows_of_one_line(
    lines: Iterable[str], delimiter: str, number: int
) -> Iterator[tuple[int, list[str] | str]]:
    """Yield one row for each line, after a row that never ends."""
    for n, line in enumerate(lines, number):
        try:
            yield n, next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error as error:
            yield n, f"it is damaged: {error}"


# JSON


def _json_lines(stream: BinaryIO, hints: ContainerHints) -> NumberedRows:
    return rows_of_lines(_lines(stream, hints, None))


def _json_objects(stream: BinaryIO, hints: ContainerHints) -> NumberedRows:
    if stream.seek(0, 2) > MAX_MEMBER_BYTES:
        raise Unreadable(
            f"it is larger than {MAX_MEMBER_BYTES >> 20} MiB",
            Instruction("Save it with one object a line (.jsonl)."),
        )
    stream.seek(0)
    text = decode(stream.read(), hints=Hints(hints.rules.encoding, hints.default_encoding)).text
    return rows_of_text(text, hints.rules.table)
