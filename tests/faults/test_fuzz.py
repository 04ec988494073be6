"""Mangled input for every reader of foreign bytes: no crash, no hang, no error but its own, and the laws of its output.

The short form reads some hundreds of inputs of each kind, the full one more than a million in all.
"""

import mmap
import multiprocessing
import resource
import signal
import struct
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest

from excerpt.errors import QueryError, Unreadable
from excerpt.indexing.pipeline import build
from excerpt.ingest.decode import decode
from excerpt.ingest.formats import read_document
from excerpt.ingest.language import detect_language
from excerpt.ingest.metadata import read_metadata
from excerpt.query.formatting import format_query
from excerpt.query.parser import parse
from excerpt.search.index import Index
from extracted import check_blocks, check_passages
from mutations import mutants

CHILDREN = multiprocessing.get_context("forkserver")
SHORT = 300
FULL = {
    "decode": 250_000,
    "gzip": 50_000,
    "html": 120_000,
    "markdown": 80_000,
    "metadata": 100_000,
    "query": 300_000,
    "text": 120_000,
    "wiki": 60_000,
}
"""Inputs of each kind: 1,080,000."""
SECONDS = 30
"""Of processor time for one input of some kilobytes at most: what takes longer hangs."""
MEMORY = 2 << 30
LARGEST = 1 << 20
_SEARCHED = 8
"""One query of so many is also asked."""


def read_text(data: bytes) -> None:
    """Bytes in some encoding, also in one that a page declares."""
    for declared in (
        "",
        ("utf-8", "utf-16", "shift_jis", "nonsense", "zlib", "idna")[len(data) % 6],
    ):
        try:
            decoded = decode(data, declared)
        except Unreadable:
            continue
        decoded.text.encode("utf-8", "surrogatepass")
        assert "\r" not in decoded.text
        assert "\0" not in decoded.text


def document_reader(name: str) -> Callable[[bytes], None]:
    """A file of this name."""

    def read(data: bytes) -> None:
        try:
            document = read_document(name, data)
        except Unreadable:
            return
        check_blocks(document)
        check_passages(document)
        detect_language(document.text)

    return read


def read_table(data: bytes) -> None:
    """What may be a metadata.csv."""
    try:
        table = read_metadata(data)
    except Unreadable:
        return
    assert all(path and all(map(all, pairs)) for path, pairs in table.by_path.items())


def read_query(index: Index) -> Callable[[bytes], None]:
    """What may have been typed: understood, shown and read back as the same, or refused at a place in it."""
    number = 0

    def read(data: bytes) -> None:
        nonlocal number
        number += 1
        source = (
            data.decode("utf-8", "surrogatepass" if number % 2 else "replace")
            if _is_text(data)
            else data.decode("latin-1")
        )
        query = parse(source, any_word=number % 5 == 0, exact=number % 7 == 0, fields=["author"])
        for problem in query.problems:
            assert problem.message
            assert 0 <= problem.span.start <= problem.span.end <= len(source)
        with suppress(QueryError):
            query.checked()
            format_query(query.tree)
            if number % _SEARCHED == 0:
                index.search(source, limit=3)

    return read


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeError:
        return False
    return True


def reader_of(kind: str, index: Path) -> Callable[[bytes], None]:
    """What reads input of a kind, and sees that what comes of it is as it must be."""
    if kind == "query":
        return read_query(Index(index))
    names = {
        "text": "a.txt",
        "wiki": "a.wiki",
        "markdown": "a.md",
        "html": "a.html",
        "gzip": "a.txt.gz",
    }
    return {"decode": read_text, "metadata": read_table}.get(kind) or document_reader(names[kind])


def feed(kind: str, seed: int, n_inputs: int, shared: Path, index: Path) -> None:
    """Read so many inputs, each put down before it is read; a signal, a limit or an exception ends the process."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    read = reader_of(kind, index)
    with shared.open("r+b") as file:
        note = mmap.mmap(file.fileno(), 0)
        for data in islice(mutants("text" if kind == "decode" else kind, seed), n_inputs):
            note[: 8 + len(data)] = struct.pack("<Q", len(data)) + data
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            read(data)
        note[:8] = struct.pack("<Q", 0)


def last_of(shared: Path) -> bytes:
    """The input at which a process ended."""
    content = shared.read_bytes()
    return content[8 : 8 + struct.unpack_from("<Q", content)[0]]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small index to be asked."""
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "corpus").mkdir()
    for number, text in enumerate(
        ("Workers of 1848.\n\nThe united front.", "WAR\n\nWage labour and strikes.", "社会主义")
    ):
        (folder / "corpus" / f"{number}.txt").write_text(text)
    build(folder / "corpus", folder / "index")
    return folder / "index"


@pytest.mark.parametrize("kind", FULL)
def test_mangled_input_is_read_or_refused(
    kind: str, index: Path, tmp_path: Path, is_full: bool, seed: int
) -> None:
    """No input ends the process that reads it, takes for ever, or raises anything but the reader's own error."""
    shared = tmp_path / "input"
    shared.write_bytes(bytes(LARGEST))
    n_inputs = FULL[kind] if is_full else SHORT
    child = CHILDREN.Process(target=feed, args=(kind, seed, n_inputs, shared, index))
    child.start()
    child.join()
    assert child.exitcode == 0, (child.exitcode, f"--seed {seed}", last_of(shared))


def test_what_goes_wrong_is_told_with_its_input(index: Path, tmp_path: Path) -> None:
    """The test itself notices a reader that fails, and names what it read."""
    shared = tmp_path / "input"
    shared.write_bytes(bytes(LARGEST))
    child = CHILDREN.Process(target=_feed_a_failure, args=(shared, index))
    child.start()
    child.join()
    assert child.exitcode == 1
    assert last_of(shared) == next(mutants("wiki", 1))


def _feed_a_failure(shared: Path, index: Path) -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    globals()["document_reader"] = lambda _name: lambda _data: 1 // 0
    feed("wiki", 1, 1, shared, index)
