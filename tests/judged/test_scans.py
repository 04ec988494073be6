"""Pages, headings and phrases of scanned texts, judged against the sources.

The scans are files in which `## Page N` begins each page, below the folder EXCERPT_TEST_DATA. The
judge reads only the lines of the sources; it does not use the reader that it judges. Run it
with `EXCERPT_TEST_DATA=FOLDER pytest -n 0 -s tests/judged`, which prints the shares.
"""

import os
import random
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import excerpt
from excerpt.ingest.formats import read_document
from excerpt.model import BlockKind

N_SAMPLES: Final = 200
MAX_WRONG_PAGES: Final = 0.02
MAX_WRONG_HEADINGS: Final = 0.10
MAX_MISSED_PHRASES: Final = 0.02

_PAGE = re.compile(r"^## Page (\d+)$", re.MULTILINE)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_THREE_WORDS = re.compile(r"(?<![\w'-])[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}(?![\w'-])")
_NUMBERED = re.compile(
    r"(?i:chapter|book|part|act|letter|section|article|volume)\b[ .]*(?:[IVXL\d]+|[A-Z]\b)"
)
_FIRST_WORDS = re.compile(r"[A-Za-z]+ [A-Za-z]+(?![\w'-])")
_LAST_WORDS = re.compile(r"(?<![\w'-])[A-Za-z]+ [A-Za-z]+(?=,?\Z)")
_BROKEN_END = re.compile(r"(?<![\w'-])[A-Za-z]{2,} [A-Za-z]{2,}-\Z")
_BROKEN_START = re.compile(r"[a-z]{2,} [A-Za-z]{2,}(?![\w'-])")
_ENDS = ".!?:;"


class Scan(NamedTuple):
    """A source: its path below the folder of the scans, and its text."""

    path: str
    text: str

    def page_at(self, offset: int) -> str:
        """Return the number of the page with the character at `offset`."""
        marks = list(_PAGE.finditer(self.text))
        number = bisect_right([mark.start() for mark in marks], offset)
        return marks[number - 1][1] if number else ""


class Corpus(NamedTuple):
    """The scans, the folder that contains them, and an index over it."""

    root: Path
    scans: list[Scan]
    searcher: excerpt.Index


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """Provide the scans below EXCERPT_TEST_DATA, indexed."""
    data = os.environ.get("EXCERPT_TEST_DATA")
    folder = Path(data) / "scans" if data else None
    if folder is None or not folder.is_dir():
        pytest.skip("EXCERPT_TEST_DATA names no folder that contains a folder 'scans'")
    scans = [
        Scan(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.txt"))
    ]
    scans = [scan for scan in scans if _PAGE.search(scan.text)]
    target = tmp_path_factory.mktemp("scans") / "index"
    excerpt.build_index(folder, target)
    with excerpt.open(target) as index:
        yield Corpus(folder, scans, index)


def find(corpus: Corpus, phrase: str, path: str) -> list[excerpt.Hit]:
    """Return the hits of `phrase` in the file at `path`."""
    return [
        hit
        for hit in corpus.searcher.search(
            f'"{phrase}"', limit=None, exact=True, group_duplicates=False
        )
        if hit.path == path
    ]


def test_pages(corpus: Corpus) -> None:
    """A hit has the page on which its words are printed."""
    draw = random.Random(1)
    everything = "\n".join(scan.text.casefold() for scan in corpus.scans)
    wrong = []
    n_judged = 0
    while n_judged < N_SAMPLES:
        scan = draw.choice(corpus.scans)
        phrases = list(_THREE_WORDS.finditer(scan.text))
        if not phrases:
            continue
        phrase = draw.choice(phrases)
        if everything.count(phrase.group().casefold()) != 1:
            continue
        n_judged += 1
        pages = [hit.page for hit in find(corpus, phrase.group(), scan.path)]
        if pages != [scan.page_at(phrase.start())]:
            wrong.append((scan.path, phrase.group(), scan.page_at(phrase.start()), pages))
    print(f"\nwrong pages: {len(wrong)} of {n_judged}", *wrong, sep="\n  ")
    assert len(wrong) <= MAX_WRONG_PAGES * n_judged


def lines_around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the last line with words before `start`, and the first one after `end`."""
    before = [line.strip() for line in text[max(0, start - 1000) : start].split("\n")]
    after = [line.strip() for line in text[end : end + 1000].split("\n")]
    return (
        next((line for line in reversed(before) if _WORD.search(line)), ""),
        next((line for line in after if _WORD.search(line)), ""),
    )


def is_heading(scan: Scan, start: int, end: int, n_files: Counter[str]) -> bool:
    """Return whether a reader of the source would take the text from `start` to `end` for one.

    It is marked, or it is a numbered division, or it is a line of known words that no sentence
    runs into or out of, and that no other page repeats like a stamp. A word is known if it occurs
    in several files (`n_files`), which those that are misread do not.
    """
    source = scan.text[start:end]
    if source.startswith("#") or _NUMBERED.match(source):
        return True
    before, after = lines_around(scan.text, start, end)
    words = [word.lower() for word in _WORD.findall(source) if len(word) > 2]
    return (
        bool(words)
        and all(n_files[word] >= 10 for word in words)
        and (not before or before[-1] in _ENDS or before.startswith("#"))
        and not after[:1].islower()
        and not (after.isupper() and len(after) > 20)
        and scan.text.count(f"\n{source}\n") == 1
    )


def test_headings(corpus: Corpus) -> None:
    """A heading is one to a reader of the source."""
    n_files = Counter(
        word for scan in corpus.scans for word in set(_WORD.findall(scan.text.lower()))
    )
    headings = []
    for scan in corpus.scans:
        document = read_document(scan.path, (corpus.root / scan.path).read_bytes())
        headings += [
            (scan, block.span) for block in document.blocks if block.kind is BlockKind.HEADING
        ]
    drawn = random.Random(2).sample(headings, min(N_SAMPLES, len(headings)))
    wrong = [
        (scan.path, span.of(scan.text))
        for scan, span in drawn
        if not is_heading(scan, span.start, span.end, n_files)
    ]
    print(f"\nwrong headings: {len(wrong)} of {len(drawn)}, drawn from {len(headings)}")
    print(*wrong, sep="\n")
    assert len(wrong) <= MAX_WRONG_HEADINGS * len(drawn)


def crossing_phrases(text: str) -> Iterator[str]:
    """Yield phrases of three or four words of `text` with a blank line within them.

    The line before ends within a sentence, or within a word at a hyphen.
    """
    lines = text.split("\n")
    for before, blank, after in zip(lines, lines[1:], lines[2:], strict=False):
        if blank.strip() or "#" in (before[:1], after[:1]):
            continue
        start, end = _LAST_WORDS.search(before), _FIRST_WORDS.match(after)
        if start and end:
            yield f"{start.group()} {end.group()}"
        start, end = _BROKEN_END.search(before), _BROKEN_START.match(after)
        if start and end:
            yield start.group()[:-1] + end.group()


def test_phrases_across_blank_lines(corpus: Corpus) -> None:
    """A phrase is found where a blank line interrupts it, and so is a hyphenated word."""
    draw = random.Random(3)
    missed = []
    n_judged = 0
    while n_judged < N_SAMPLES:
        scan = draw.choice(corpus.scans)
        phrases = list(crossing_phrases(scan.text))
        if not phrases:
            continue
        n_judged += 1
        phrase = draw.choice(phrases)
        if not find(corpus, phrase, scan.path):
            missed.append((scan.path, phrase))
    print(f"\nmissed phrases: {len(missed)} of {n_judged}", *missed, sep="\n  ")
    assert len(missed) <= MAX_MISSED_PHRASES * n_judged
