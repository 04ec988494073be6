"""The HTML of a corpus → how fast it is built into an index, beside Beautiful Soup, which only parses it.

To read HTML is most of what a build does with it, and Beautiful Soup over lxml is what excerpt reads it with, though it
leaves out of the tree what it does not need. Both work in turn on the same files: the build in as many processes as it is
asked to, from files to a committed index; the parser in one process of its own that does nothing else, warm, as it comes,
and given text, so that it need not find out an encoding. Of little HTML several copies are taken, so that what a build takes
once, whatever its size, does not count for more than it does in a larger corpus.
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

from excerpt.benchmark.process import PeerProcess
from excerpt.errors import Unreadable
from excerpt.ingest.decode import decode
from excerpt.ingest.walk import walk

__all__ = ["Markup", "markup_of"]

_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
_ENOUGH: Final = 40_000_000
"""Bytes after which no more files, or copies of them, are taken."""
_COPIES: Final = 20
_SELF: Final = "excerpt"


@dataclass(frozen=True, slots=True)
class Markup:
    """So many documents and bytes of HTML, the seconds in which they are built and in which they are only parsed, and
    the rate of the build as a share of that of the parser; medians of rounds in turn."""

    n_documents: int
    n_bytes: int
    build: float
    parse: float
    share: float


def markup_of(corpus: Path, folder: Path, rounds: int, processes: int) -> Markup | None:
    """Measure on the HTML in `corpus`, in the new folder `folder`, building with so many `processes`; None if there is
    none."""
    found = [corpus / file.path for file in walk(corpus).files if _suffix(file.path) in _SUFFIXES]
    if not found:
        return None
    sizes = _copied(found, folder / "corpus")
    with ProcessPoolExecutor(1, get_context("spawn")) as parser:
        pairs = [
            (
                _built(folder, str(number), processes),
                parser.submit(_parsed, folder / "corpus").result(),
            )
            for number in range(rounds)
        ]
    builds, parses = zip(*pairs, strict=True)
    share = median(parse / build for build, parse in pairs)
    return Markup(len(sizes), sum(sizes), median(builds), median(parses), share)


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()


def _copied(found: list[Path], folder: Path) -> list[int]:
    """The sizes of the files in the new folder `folder`: those `found`, and copies that differ in a comment."""
    folder.mkdir(parents=True)
    sizes: list[int] = []
    for number, path in product(range(_COPIES), found):
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
        return ""  # a build leaves it out as well


def _built(folder: Path, name: str, processes: int) -> float:
    """Seconds of a build."""
    with PeerProcess(_SELF, "default") as process:
        _, seconds = process.call("build", folder / "corpus", folder, folder / name, processes)
    shutil.rmtree(folder / name)
    return seconds


def _parsed(folder: Path) -> float:
    """Seconds in which Beautiful Soup parses the texts in `folder`."""
    texts = list(filter(None, map(_text_of, sorted(folder.iterdir()))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        BeautifulSoup(texts[0] if texts else "", "lxml")
        started = time.perf_counter()
        for text in texts:
            BeautifulSoup(text, "lxml")
        return time.perf_counter() - started
