"""An index → how fast and how large its web page is: the figures of `excerpt help serve`.

    python -m excerpt.benchmark.serve_budgets [INDEX]

The server runs as a user runs it, in a process of its own, and answers over its socket. Times are
those of the server's processor (of all its threads), which a busy machine does not change, and
those that the client sees. Words are drawn from the index, so that no list of words favours it.
"""

import gzip
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Final
from urllib.parse import quote, urlsplit

from excerpt.errors import ExcerptError
from excerpt.search.index import Index
from excerpt.serve.rendering import STATIC
from excerpt.text import tokenize

__all__ = ["main"]

N_WORDS: Final = 60
N_ROUNDS: Final = 3
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@contextmanager
def _server(index: Path) -> Iterator[tuple[int, str, float]]:
    """Run the server, and yield its process id, its host and port, and the seconds it took."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "excerpt", "serve", "--port", "0", "--index", str(index)]
    with subprocess.Popen(  # noqa: S603 - this program itself
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            address = urlsplit(process.stdout.readline().strip()).netloc
            _get(address, "/")
            yield process.pid, address, time.perf_counter() - started
        finally:
            process.terminate()


def _get(address: str, url: str, *, is_fragment: bool = False) -> bytes:
    """Return the response to a request, compressed as it is sent."""
    connection = http.client.HTTPConnection(address, timeout=120)
    headers = {"Accept-Encoding": "gzip"} | ({"X-Fragment": "1"} if is_fragment else {})
    connection.request("GET", url, headers=headers)
    body = connection.getresponse().read()
    connection.close()
    return body


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, user and system, in seconds."""
    schedule = Path(f"/proc/{pid}/schedstat")
    if schedule.exists():  # in nanoseconds, by thread
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> float:
    """Return the memory of a process that it does not share, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    private = (line.split() for line in lines if line.startswith("Private"))
    return sum(int(fields[1]) for fields in private) / 1_000


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def _words(index: Path) -> list[str]:
    """Return words of documents that are evenly spread over the index, each once."""
    found: dict[str, None] = {}
    with Index(index) as opened:
        documents = list(opened.documents())
        for document in documents[:: max(1, len(documents) // N_WORDS)]:
            passages = opened.show(document.files[0].path)
            text = passages[len(passages) // 2].text if passages else ""
            terms = [token.term for token in tokenize(text) if len(token.term) > 3]
            found |= dict.fromkeys(terms[len(terms) // 2 :][:1])
    return list(found)[:N_WORDS]


def _measure(pid: int, address: str, urls: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return the milliseconds of the processor, and of the clock, for each request."""
    cpu, clock = [], []
    for url in urls:
        before, started = _cpu_seconds(pid), time.perf_counter()
        _get(address, url, is_fragment=url.startswith("/?"))
        clock.append(1_000 * (time.perf_counter() - started))
        cpu.append(1_000 * (_cpu_seconds(pid) - before))
    return cpu, clock


def _row(name: str, cpu: Sequence[float], clock: Sequence[float]) -> str:
    late = quantiles(cpu, n=20)[-1] if len(cpu) > 1 else cpu[0]
    return f"{name:<34} {median(cpu):6.1f} {late:6.1f} {median(clock):8.1f}"


def main(arguments: Sequence[str]) -> None:
    """Print the figures for the index that `arguments` name, by default the folder index."""
    index = Path(arguments[0] if arguments else "index")
    try:
        words = _words(index)
    except ExcerptError as error:
        raise SystemExit(str(error)) from error
    if not words:
        raise SystemExit(f"{index}: the index has no words to search for.")
    report = print
    with _server(index) as (pid, address, seconds):
        used = _cpu_seconds(pid)
        report(f"start to first page      {seconds:.2f} s, {used:.2f} s of the processor")
        report(f"memory, idle             {_memory(pid):.0f} MB")
        report("milliseconds per answer       processor: median   95th    clock: median")
        hits = [f"/?q={quote(word)}" for word in words]
        report(_row("a query for the first time", *_measure(pid, address, hits)))
        report(_row("a keystroke, warm", *_measure(pid, address, hits * N_ROUNDS)))
        lines = [f"/?q={quote(word)}&view=lines&sort=right" for word in words]
        report(_row("lines, sorted by words after", *_measure(pid, address, lines)))
        reader = [f"/read/{_document(index)}?q={quote(word)}" for word in words]
        report(_row("the reader", *_measure(pid, address, reader)))
        sizes = [len(_get(address, url)) for url in hits]
        largest = f"at most {max(sizes) / 1000:.1f}"
        report(f"page, compressed         {median(sizes) / 1000:.1f} kB, {largest}")
        for name in ("page.js", "page.css"):
            size = len(gzip.compress((STATIC / name).read_bytes()))
            report(f"{name}, compressed     {size / 1000:.1f} kB")
        _get(address, f"/export.csv?q={quote(words[0])}")
        whole = _memory(pid) + sum(map(_memory, _children(pid)))
        report(f"memory, with the slow lane   {whole:.0f} MB")


def _document(index: Path) -> int:
    """Return the number of the document with the most passages."""
    with Index(index) as opened:
        return max(opened.documents(), key=lambda document: document.n_passages).id


if __name__ == "__main__":
    main(sys.argv[1:])
