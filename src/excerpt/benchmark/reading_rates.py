"""A folder of files → how fast each format is read, next to the underlying library alone.

Mailboxes, tables and archives are read with all documents in them.

Run `python -m excerpt.benchmark.reading_rates FOLDER`. Both read the same files in turn, from
memory, in this process; the library only parses them and joins their strings. The time is that of
the processor, the fastest of several rounds, so that other programs disturb it little.
"""

import csv
import email
import json
import sys
import tarfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.policy import compat32
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pypdfium2
from bs4 import BeautifulSoup
from lxml import etree

from excerpt.errors import Unreadable
from excerpt.ingest.containers.entry import ContainerHints
from excerpt.ingest.containers.expansion import FoundMember, expand
from excerpt.ingest.containers.kinds import find_container
from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.compressed import is_compressed
from excerpt.ingest.formats.identification import find_format, read
from excerpt.ingest.formats.registry import load_reader
from excerpt.ingest.formats.source import Source
from excerpt.model import Document

__all__ = ["ReadingRate", "measure_reading_rates", "report_lines"]

_ROUNDS: Final = 3
_ENOUGH: Final = 10_000_000
"""Bytes of a format after which no further files are read."""
_ENOUGH_SECONDS: Final = 0.3
"""Seconds of a round, at least: few or small files are read several times."""


@dataclass(frozen=True, slots=True)
class ReadingRate:
    """The rates at which the files of a format are read.

    name          of the format
    n_files       the number of files
    n_bytes       their size
    n_characters  of the texts that are read from them
    n_pages       of PDF, otherwise 0
    seconds       to read all of them
    alone         seconds of the library, None without one
    """

    name: str
    n_files: int
    n_bytes: int
    n_characters: int
    n_pages: int
    seconds: float
    alone: float | None


def measure_reading_rates(
    folder: Path, *, seconds: float = _ENOUGH_SECONDS, rounds: int = _ROUNDS
) -> list[ReadingRate]:
    """Return the rates of the formats of the files in `folder`, by name.

    Each is measured in `rounds` of at least `seconds` of processor time.
    """
    return [
        _measure(name, sources, seconds, rounds)
        for name, sources in sorted(_sources_by_format(folder).items())
    ]


def _sources_by_format(folder: Path) -> dict[str, list[Source]]:
    """Return the files that can be read, by the name of the format."""
    found: dict[str, list[Source]] = {}
    sizes: dict[str, int] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        source = Source(path.suffix.lower().removeprefix("."), path.read_bytes())
        name = _container_name(source)
        try:
            format_ = None if name else find_format(source)
            if format_ is not None:
                read(format_, source)  # within limits: a file may be hostile
                name = format_.name
        except Unreadable:
            continue
        if sizes.get(name, 0) < _ENOUGH:
            sizes[name] = sizes.get(name, 0) + len(source.data)
            found.setdefault(name, []).append(source)
    return found


def _members(source: Source) -> list[FoundMember]:
    """Return all members of a container; there are none if it is none."""
    name = f"file.{source.suffix}"
    hints = ContainerHints()
    container = find_container(name, BytesIO(source.data), hints)
    found = expand(name, container.entries, hints, lambda *_: "") if container else ()
    return [each for each in found if not each.reason]


def _container_name(source: Source) -> str:
    """Return the name of the kind of container that a file is, "" if it is none."""
    members = _members(source)
    if not members or len(source.data) > _ENOUGH:
        return ""
    if source.data.startswith(b"PK"):
        return "zip"
    format_ = members[0].origin.format
    if format_ and is_compressed(source.data):
        return ""  # the library would have to decompress it, too
    if format_ == "table":
        return "json" if source.data.lstrip()[:1] in {b"{", b"["} else "table"
    return {"mail": "mailbox", "tei": "TEI corpus"}.get(format_, "tar")


def _read_members(source: Source) -> list[Document]:
    """Return the documents in a container that can be read."""
    documents = []
    for member in _members(source):
        try:
            documents.append(
                read_document(member.path, member.data, format_name=member.origin.format)
            )
        except Unreadable:
            continue
    return documents


def _measure(name: str, sources: Sequence[Source], seconds: float, rounds: int) -> ReadingRate:
    reader = _reader_of(name, sources[0])
    alone = _LIBRARIES.get(name)
    if alone is not None:
        # Files that excerpt reads despite their damage would compare nothing.
        sources = [source for source in sources if _is_parsed(alone, source.data)] or sources[:1]
        alone = alone if _is_parsed(alone, sources[0].data) else None
    documents = [document for source in sources for document in reader(source)]

    def read_all() -> None:
        for source in sources:
            # A source keeps what it has decoded: the reader gets a new one each time.
            reader(Source(source.suffix, source.data))

    def parse_all() -> None:
        for source in sources:
            if alone is not None:
                alone(source.data)

    own, others = [], []
    for _ in range(rounds):
        own.append(_time(read_all, seconds))
        others.append(_time(parse_all, seconds) if alone else 0.0)
    return ReadingRate(
        name,
        len(sources),
        sum(len(source.data) for source in sources),
        sum(len(document.text) for document in documents),
        sum(len(document.pages) for document in documents) if name == "pdf" else 0,
        min(own),
        min(others) if alone else None,
    )


def _is_parsed(parse: Callable[[bytes], object], data: bytes) -> bool:
    """Return whether a library parses a file."""
    try:
        parse(data)
    except Exception:  # noqa: BLE001 - whatever the library raises
        return False
    return True


def _reader_of(name: str, source: Source) -> Callable[[Source], Sequence[Document]]:
    """Return a function that reads the documents in a file like `source`."""
    if name in _CONTAINERS:
        return _read_members
    read_one = load_reader(find_format(source).reader)
    return lambda each: [read_one(each)]


def _time(work: Callable[[], None], seconds: float) -> float:
    """Return the processor time of `work`, repeated until it takes some seconds in all."""
    n_times = 0
    started = time.process_time()
    while True:
        work()
        n_times += 1
        elapsed = time.process_time() - started
        if elapsed >= seconds:
            return elapsed / n_times


def _parse_xml(data: bytes) -> str:
    parser = etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # an empty member
        return ""
    return "" if root is None else "".join(root.itertext())


def _parse_package(data: bytes) -> str:
    with ZipFile(BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.endswith(("ml", ".opf", ".ncx"))]
        return "".join(_parse_xml(package.read(name)) for name in names)


def _parse_open_document(data: bytes) -> str:
    return _parse_package(data) if data.startswith(b"PK") else _parse_xml(data)


def _parse_page(data: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(BeautifulSoup(data, "lxml").get_text())


def _parse_pdf(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    texts = [pdf[number].get_textpage().get_text_range() for number in range(len(pdf))]
    pdf.close()
    return "".join(texts)


def _parse_message(data: bytes) -> bytes:
    message = email.message_from_bytes(data, policy=compat32)
    contents = (part.get_payload(decode=True) for part in message.walk())
    return b"".join(content for content in contents if isinstance(content, bytes))


def _parse_mailbox(data: bytes) -> list[bytes]:
    return [_parse_message(part) for part in data.split(b"\nFrom ")]


def _parse_table(data: bytes) -> list[list[str]]:
    return list(csv.reader(data.decode("utf-8", "replace").splitlines(keepends=True)))


def _parse_json(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return [json.loads(line) for line in data.splitlines() if line.strip()]


def _unpack_zip(data: bytes) -> list[bytes]:
    with ZipFile(BytesIO(data)) as opened:
        return list(map(opened.read, opened.namelist()))


def _unpack_tar(data: bytes) -> list[bytes]:
    with tarfile.open(fileobj=BytesIO(data)) as opened:
        streams = map(opened.extractfile, opened)
        return [stream.read() for stream in streams if stream is not None]


_CONTAINERS: Final[dict[str, Callable[[bytes], object]]] = {
    "mailbox": _parse_mailbox,
    "table": _parse_table,
    "json": _parse_json,
    "zip": _unpack_zip,
    "tar": _unpack_tar,
    "TEI corpus": _parse_xml,
}
_LIBRARIES: Final[dict[str, Callable[[bytes], object]]] = {
    **dict.fromkeys(("docx", "epub"), _parse_package),
    **dict.fromkeys(("tei", "alto", "page"), _parse_xml),
    **dict.fromkeys(("html", "hocr"), _parse_page),
    **dict.fromkeys(("mail", "mhtml"), _parse_message),
    "odt": _parse_open_document,
    "pdf": _parse_pdf,
    **_CONTAINERS,
}
"""The work of the library under a reader alone: lxml with zipfile, Beautiful Soup, PDFium."""


def report_lines(rates: Sequence[ReadingRate]) -> Iterator[str]:
    """Yield a table of rates in Markdown."""
    yield "| format | files | MB | MB/s | Mchar/s | library alone |"
    yield "|---|---:|---:|---:|---:|---:|"
    for rate in rates:
        speed = f"{rate.n_bytes / rate.seconds / 1e6:.1f}"
        alone = f"{rate.n_bytes / rate.alone / 1e6:.1f} MB/s" if rate.alone else "–"
        if rate.n_pages:
            speed = f"{speed}, {rate.n_pages / rate.seconds:,.0f} pages/s"
            alone = f"{rate.n_pages / (rate.alone or 1):,.0f} pages/s"
        yield (
            f"| {rate.name} | {rate.n_files} | {rate.n_bytes / 1e6:.1f} | {speed} "
            f"| {rate.n_characters / rate.seconds / 1e6:.1f} | {alone} |"
        )


if __name__ == "__main__":
    for line in report_lines(measure_reading_rates(Path(sys.argv[1]))):
        print(line)  # noqa: T201
