"""Mangled input for every reader of foreign bytes: no crash, no hang, only the reader's own errors.

The short form reads some hundred inputs of each kind, the full form more than a million in all.
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
from excerpt.ingest.metadata_table import read_metadata
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
"""The number of inputs of each kind: 1,080,000 in all."""
SECONDS = 30
"""The most processor time for one input, which has a few kilobytes."""
MEMORY = 2 << 30
LARGEST = 1 << 20
_SEARCHED = 8
"""One query out of this number is also searched for."""


def read_text(data: bytes) -> None:
    """Decode bytes, without a declared encoding and with one that a page might declare."""
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
    """Return a reader of files with this name."""

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
    """Read a metadata.csv."""
    try:
        table = read_metadata(data)
    except Unreadable:
        return
    assert all(path and all(map(all, pairs)) for path, pairs in table.by_path.items())


def read_query(index: Index) -> Callable[[bytes], None]:
    """Return a reader of queries: each is understood, or has an error with a position."""
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
    """Return the reader of a kind of input, which checks what it has read."""
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
    """Read inputs; write each to `shared` before it is read.

    A signal, a limit or an exception ends the process.
    """
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
    """Return the input during which a process ended."""
    content = shared.read_bytes()
    return content[8 : 8 + struct.unpack_from("<Q", content)[0]]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small index for queries."""
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
    """No input crashes or blocks its reader, or raises any other error than the reader's own."""
    shared = tmp_path / "input"
    shared.write_bytes(bytes(LARGEST))
    n_inputs = FULL[kind] if is_full else SHORT
    child = CHILDREN.Process(target=feed, args=(kind, seed, n_inputs, shared, index))
    child.start()
    child.join()
    assert child.exitcode == 0, (child.exitcode, f"--seed {seed}", last_of(shared))


def test_a_failing_reader_is_reported_with_its_input(index: Path, tmp_path: Path) -> None:
    """The test above detects a reader that fails, and names the input."""
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
