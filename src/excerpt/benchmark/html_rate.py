"""The HTML of a corpus → its build rate, compared with Beautiful Soup only parsing it.

Reading HTML is most of the work of building it into an index. excerpt reads it with Beautiful Soup
over lxml, but keeps only the needed elements in the tree. Both work in turn on the same files: the
build from files to a committed index, in as many processes as requested; the parser alone in one
process, warmed up, with its default settings, and with decoded text, so that it need not detect an
encoding. A small amount of HTML is copied several times, so that the fixed costs of a build weigh
as little as in a larger corpus.
"""

import shutil
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Final

from bs4 import BeautifulSoup

from excerpt.benchmark.peer_process import PeerProcess
from excerpt.errors import Unreadable
from excerpt.ingest.decode import decode
from excerpt.ingest.walk import walk

__all__ = ["HtmlRate", "measure_html_rate"]

_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
_ENOUGH: Final = 40_000_000
"""Bytes after which no further files, or copies of them, are added."""
_MAX_COPIES: Final = 20
_SELF: Final = "excerpt"


@dataclass(frozen=True, slots=True)
class HtmlRate:
    """The rate of a build on HTML; times are medians of rounds in turn.

    build, parse  seconds to build `n_documents` of `n_bytes` into an index, and only to parse them
    share         rate of the build as a share of the rate of the parser
    """

    n_documents: int
    n_bytes: int
    build: float
    parse: float
    share: float


def measure_html_rate(corpus: Path, folder: Path, rounds: int, processes: int) -> HtmlRate | None:
    """Return the rate on the HTML in `corpus`, or None if there is none.

    `folder` is a new folder to work in; `processes` is the number of processes of a build.
    """
    files = [corpus / file.path for file in walk(corpus).files if _suffix(file.path) in _SUFFIXES]
    if not files:
        return None
    sizes = _copy_files(files, folder / "corpus")
    with ProcessPoolExecutor(1, get_context("spawn")) as parser:
        pairs = [
            (
                _time_build(folder, str(number), processes),
                parser.submit(_time_parser, folder / "corpus").result(),
            )
            for number in range(rounds)
        ]
    builds, parses = zip(*pairs, strict=True)
    share = median(parse / build for build, parse in pairs)
    return HtmlRate(len(sizes), sum(sizes), median(builds), median(parses), share)


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()


def _copy_files(files: list[Path], folder: Path) -> list[int]:
    """Write `files`, and copies that differ in a comment, to the new `folder`; return the sizes."""
    folder.mkdir(parents=True)
    sizes: list[int] = []
    for number, path in product(range(_MAX_COPIES), files):
        data = path.read_bytes() + (b"<!-- %d -->" % number if number else b"")
        (folder / f"{len(sizes):06}{_suffix(path.name)}").write_bytes(data)
        sizes.append(len(data))
        if sum(sizes) > _ENOUGH:
            break
    return sizes


def _text_of(path: Path) -> str:
    try:
        return decode(path.read_bytes()).text
    except Unreadable:
        return ""  # a build leaves it out, too


def _time_build(folder: Path, name: str, processes: int) -> float:
    """Return the seconds of a build."""
    with PeerProcess(_SELF, "default") as process:
        _, seconds = process.call("build", folder / "corpus", folder, folder / name, processes)
    shutil.rmtree(folder / name)
    return seconds


def _time_parser(folder: Path) -> float:
    """Return the seconds that Beautiful Soup takes to parse the texts in `folder`."""
    texts = list(filter(None, map(_text_of, sorted(folder.iterdir()))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        BeautifulSoup(texts[0] if texts else "", "lxml")  # the first call is slower
        started = time.perf_counter()
        for text in texts:
            BeautifulSoup(text, "lxml")
        return time.perf_counter() - started
