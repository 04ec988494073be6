"""Lucene, a library in Java, in a process of `LuceneProcess.java`, which Java compiles on the way.

It needs a Java development kit and the jar `lucene-core`, of version 9.10 or a later version 9.
"""

import os
import re
import shutil
import struct
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Final

from excerpt.benchmark.passage_file import read_passages
from excerpt.benchmark.peers import Answer, DocumentChange, Duration
from excerpt.benchmark.queries import COMMON_TYPES, BenchmarkQuery, QueryType

__all__ = ["LucenePeer", "find_jar"]

_PROGRAM: Final = Path(__file__).with_name("LuceneProcess.java")
_VARIABLE: Final = "EXCERPT_LUCENE"
"""The environment variable that names the jar."""
_MAVEN: Final = Path(".m2/repository/org/apache/lucene/lucene-core")
"""The path at which Maven keeps the jar, below the home folder."""
_BATCH: Final = 500
"""Passages of one request."""
_NUMBER: Final = struct.Struct(">i")


class LucenePeer:
    """Lucene with StandardAnalyzer, without stop words, and exact totals.

    It times itself, by the clock and by the thread that answers: compilation and collection of
    garbage, which run in other threads, are not part of its CPU times.

    Raises:
        ImportError: if Java or the jar is missing.
    """

    query_types = COMMON_TYPES - {QueryType.NEAR}
    highlighted_types = frozenset[QueryType]()

    def __init__(self, ranking: str) -> None:
        self._process = _start(find_jar())
        self.close = weakref.finalize(self, _end, self._process)
        self.settings = {
            "version": self._call("version")[0],
            "analyser": "StandardAnalyzer without stop words",
            "directory": "MMapDirectory",
            "queries": "built, not parsed",
            "prefix": "unranked",
            "answers": "texts, exact totals",
            "times": "within Java",
        }
        self._folder: Path

    def build(self, corpus: Path, passages: Path, folder: Path, processes: int) -> None:
        """Add all passages in one thread."""
        self._call("create", str(folder))
        for batch in _in_batches(text for passage in read_passages(passages) for text in passage):
            self._call("add", *batch)
        self._call("finish")

    def open(self, folder: Path) -> None:
        """Open the index."""
        self._folder = folder
        self._call("open", str(folder))

    def search(self, query: BenchmarkQuery, limit: int, *, highlight: bool = False) -> Answer:
        """Search with a query object, without parsing."""
        wall, cpu, total, *texts = self._call("search", query.type, str(limit), *query.words)
        return Answer(int(total), tuple(texts), duration=Duration(int(wall) / 1e9, int(cpu) / 1e9))

    def replace(self, change: DocumentChange) -> None:
        """Delete by name, add, commit, and reopen the index."""
        self._call("replace", str(self._folder), change.document, *change.texts)

    def _call(self, *request: str) -> list[str]:
        """Send `request` and return the strings of the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _write_strings(self._process.stdin, request)
        kind, *answer = _read_strings(self._process.stdout)
        if kind == "error":
            raise RuntimeError(answer[0])
        return answer


def find_jar() -> Path:
    """Return the jar of Lucene: the one that the environment names, or the newest one of Maven.

    Raises:
        ImportError: if there is none.
    """
    named = os.environ.get(_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise ImportError(f"the jar named by {_VARIABLE} does not exist: {named}")
        return Path(named)
    found = (Path.home() / _MAVEN).glob("9.*/lucene-core-9.*.jar")
    jars = sorted(found, key=lambda path: [int(each) for each in re.findall(r"\d+", path.name)])
    if not jars:
        raise ImportError(
            f"no jar of Lucene 9 was found. Name lucene-core-9.*.jar in {_VARIABLE}, or have Maven"
            " fetch org.apache.lucene:lucene-core"
        )
    return jars[-1]


def _start(jar: Path) -> subprocess.Popen[bytes]:
    java = shutil.which("java")
    if java is None:
        raise ImportError("Java is not installed")
    return subprocess.Popen(  # noqa: S603 - our own program
        [java, "-cp", str(jar), str(_PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End `process` and release its pipes."""
    process.kill()
    process.communicate()


def _in_batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield `texts`, names and texts of passages in turn, in batches."""
    rest = iter(texts)
    while batch := list(islice(rest, 2 * _BATCH)):
        yield batch


def _write_strings(pipe: IO[bytes], strings: Sequence[str]) -> None:
    parts = [_NUMBER.pack(len(strings))]
    for string in strings:
        data = string.encode()
        parts += _NUMBER.pack(len(data)), data
    pipe.write(b"".join(parts))
    pipe.flush()


def _read_strings(pipe: IO[bytes]) -> list[str]:
    return [_read_exactly(pipe, _read_number(pipe)).decode() for _ in range(_read_number(pipe))]


def _read_number(pipe: IO[bytes]) -> int:
    number: int = _NUMBER.unpack(_read_exactly(pipe, _NUMBER.size))[0]
    return number


def _read_exactly(pipe: IO[bytes], n: int) -> bytes:
    data = pipe.read(n)
    if len(data) < n:
        raise ImportError("Java could not run or compile the program; a development kit is needed")
    return data
