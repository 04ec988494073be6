"""Damage to the files of an index gives the right answer, or an error with file and remedy.

The short form flips a bit at some thousand positions of a small index, nine in ten of them outside
of the empty space of a file. The full form flips one at every position of every file, and at 2,000
random positions of a larger index.
"""

import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from excerpt.errors import ExcerptError, IndexDamaged, IndexMissing, IndexOutdated, RunCommand
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index
from states import state_of

N_FLIPS = {".sqlite": 600, ".segment": 300, ".documents": 150, ".texts": 300}
"""The number of positions in each file of a kind, without those in empty space."""
EMPTY = re.compile(rb"\0{32,}")
"""Empty space: nine tenths of a small catalog."""
N_PARTS = 4
"""The number of tests that share the positions, so that they can run in parallel."""
N_RANDOM = {False: 60, True: 2000}
"""The number of positions in a larger index, in the short and in the full form."""
QUERIES = (
    "miners",
    '"queen in"~1',
    "title:letters OR author:bea",
    "pet* -winter",
    "heading:strike",
    "nowhere",
)
PATHS = ("letters/a.txt", "letters/b.txt", "page.html", "copies/c.txt", "empty.txt", "absent.txt")
TEXTS = {
    "letters/a.txt": "WINTER\n\nThe harbour was frozen.\n\n"
    + "The miners wrote to the queen. " * 90,
    "letters/b.txt": "THE STRIKE\n\nNobody was paid in winter.\n\nA petition went to the queen.\n",
    "page.html": "<title>Letters</title><h1>Strike</h1><p id=p1>Miners &amp; <em>queen</em>s.</p>"
    "<p>Zür\xe9ch.",
    "c.txt": "A petition.\n",
    "copies/c.txt": "A petition.\n",
    "empty.txt": "",
    "junk.txt": "\x01\x02\x03" * 200,
    "metadata.csv": "path,author\nc.txt,Bea\n",
    ".hidden": "",
}


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small corpus and its index.

    The index has two segments, copies, problems, and a text with damaged bytes.
    """
    folder = tmp_path_factory.mktemp("damage")
    for number in range(12):
        TEXTS.setdefault(
            f"more/{number:02}.txt", f"Number {number}.\n\nThe harbour in winter {number}.\n"
        )
    for is_later in (False, True):
        for name, text in TEXTS.items():
            if name.startswith("letters") <= is_later:
                path = folder / "corpus" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode("latin-1"))
        build(folder / "corpus", folder / "index")
    return folder


@pytest.fixture
def index(intact: Path, tmp_path: Path) -> Path:
    """Return a copy of the index that the test may damage."""
    return shutil.copytree(intact / "index", tmp_path / "index")


def _shown(opened: Index, path: str) -> Any:
    try:
        shown = opened.show(path)
        for stored in shown[:1]:
            assert opened.show(stored.passage.id) == shown[:1]
    except IndexDamaged:
        raise
    except ExcerptError as error:
        return error.message
    return shown


def _found(opened: Index, query: str) -> Any:
    results = opened.search(query, limit=None)
    return results.hits, results.total, results.partial, results.notices


QUESTIONS: list[Callable[[Index], Any]] = [
    *(partial(_found, query=query) for query in QUERIES),
    *(partial(_shown, path=path) for path in PATHS),
    lambda opened: opened.status(),
    lambda opened: list(opened.paths("the")),
    lambda opened: list(opened.concordance("winter")),
]


def answers(index: Path) -> list[Any]:
    """Return the answers of an index."""
    with Index(index) as opened:
        return [ask(opened) for ask in QUESTIONS]


def meets_damage(
    index: Path, right: list[Any], questions: Sequence[Callable[[Index], Any]] = ()
) -> bool:
    """Return whether any question meets damage; check all errors and all other answers."""
    n_detected = 0
    try:
        with Index(index) as opened:
            for ask, answer in zip(questions or QUESTIONS, right, strict=True):
                try:
                    assert ask(opened) == answer
                except ExcerptError as error:
                    check_message(error, index)
                    n_detected += 1
    except ExcerptError as error:
        check_message(error, index)
        return True
    return n_detected > 0


def check_message(error: ExcerptError, index: Path) -> None:
    """Check that an error names the index and the remedy."""
    commands = [remedy for remedy in error.remedies if isinstance(remedy, RunCommand)]
    is_refused = isinstance(error, IndexOutdated | IndexMissing)
    assert str(index) in error.message, error
    assert any(
        is_refused or "--from-scratch" in remedy.options
        for remedy in commands
        if remedy.command == "build"
    ), error


def is_found_by_verify(index: Path) -> bool:
    """Return whether `verify` finds damage."""
    try:
        with Index(index) as opened:
            opened.verify()
    except ExcerptError as error:
        check_message(error, index)
        return True
    return False


def positions(
    index: Path, which: str, part: int, is_full: bool = False
) -> Iterator[tuple[Path, int, int]]:
    """Yield positions in the files of a kind, evenly spread: file, byte, bit.

    The full form yields every byte, the short form one in empty space for nine in other space.
    """
    for path in sorted(index.rglob(f"*{which}")):
        content = path.read_bytes()
        empty = [at for run in EMPTY.finditer(content) for at in range(*run.span())]
        used = sorted(set(range(len(content))).difference(empty))
        n_flips = len(content) if is_full else N_FLIPS[which]
        offsets = sorted(
            spread(used, n_flips) + spread(empty, n_flips if is_full else n_flips // 9)
        )
        for number, offset in enumerate(offsets):
            if number % N_PARTS == part:
                yield path, offset, (number // N_PARTS + offset) % 8


def spread(offsets: list[int], n: int) -> list[int]:
    """Return about `n` of these `offsets`, evenly spread."""
    return offsets[:: max(1, len(offsets) // n) | 1]


def flip(path: Path, offset: int, bit: int) -> None:
    """Flip one bit of a file."""
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))


@pytest.mark.parametrize("part", range(N_PARTS))
@pytest.mark.parametrize("which", N_FLIPS)
def test_a_flipped_bit_is_detected_or_changes_nothing(
    index: Path, which: str, part: int, is_full: bool
) -> None:
    """Every answer is right or an error with its remedy; `verify` finds the same damage."""
    right = answers(index)
    n_detected = n_flipped = 0
    for path, offset, bit in positions(index, which, part, is_full):
        flip(path, offset, bit)
        is_damaged = meets_damage(index, right)
        assert is_found_by_verify(index) or not is_damaged, (path.name, offset, bit)
        flip(path, offset, bit)
        n_detected += is_damaged
        n_flipped += 1
    assert answers(index) == right
    assert not is_found_by_verify(index)
    assert n_detected * (20 if is_full else 2) > n_flipped


def test_random_flips_in_a_larger_index(tmp_path: Path, is_full: bool, seed: int) -> None:
    """The same holds for segments of several blocks and a catalog of many pages."""
    chance = random.Random(seed)
    words = [
        "harbour",
        "miners",
        "queen",
        "petition",
        "winter",
        "strike",
        "letter",
        "bea",
        "paid",
        "frozen",
        "nobody",
        "wrote",
    ]
    for number in range(240):
        path = tmp_path / "corpus" / f"{number % 9}" / f"{number}.{('txt', 'md')[number % 2]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = (
            " ".join(chance.choices([*words, f"w{number}"], k=60)) + "." for _ in range(12)
        )
        path.write_text(f"# Strike {number}\n\n" + "\n\n".join(paragraphs) + "\n")
    index = tmp_path / "index"
    build(tmp_path / "corpus", index, processes=1)
    questions: list[Callable[[Index], Any]] = [
        *(
            partial(_found_few, query=query)
            for query in ('"queen petition"', "w17 OR w200", "heading:3", "bea NEAR/2 w5")
        ),
        *(partial(_shown, path=path) for path in ("0/9.txt", "5/77.md", "absent.txt")),
        lambda opened: opened.status(),
    ]
    with Index(index) as opened:
        right = [ask(opened) for ask in questions]
    files = sorted(path for path in index.rglob("*") if path.is_file() and path.name != "lock")
    sizes = [path.stat().st_size for path in files]
    n_found = 0
    for _ in range(N_RANDOM[is_full]):
        (path,) = chance.choices(files, sizes)
        offset, bit = chance.randrange(path.stat().st_size), chance.randrange(8)
        flip(path, offset, bit)
        is_found = is_found_by_verify(index)
        assert not meets_damage(index, right, questions) or is_found, (path.name, offset, bit)
        flip(path, offset, bit)
        n_found += is_found
    assert n_found * 2 > N_RANDOM[is_full]


def _found_few(opened: Index, query: str) -> Any:
    results = opened.search(query, limit=5)
    return results.hits, results.total, results.notices


def test_a_flipped_bit_in_the_log_gives_a_committed_state(
    intact: Path, tmp_path: Path, is_full: bool
) -> None:
    """With the last commit in SQLite's log, answers belong to the last commit or the one before.

    Otherwise damage is reported.
    """
    shutil.copytree(intact / "corpus", tmp_path / "corpus")
    live = tmp_path / "live"
    build(tmp_path / "corpus", live, processes=1)
    reader = Index(live)
    former = [ask(reader) for ask in QUESTIONS]
    (tmp_path / "corpus" / "later.txt").write_text("The queen in winter.\n")
    build(tmp_path / "corpus", live, processes=1)
    index = shutil.copytree(live, tmp_path / "index", ignore=shutil.ignore_patterns("*-shm"))
    reader.close()
    log = index / "catalog.sqlite-wal"
    content, page = log.read_bytes(), (index / "catalog.sqlite").read_bytes()
    right = answers(index)
    n_detected = n_former = 0
    for offset in range(0, len(content), 1 if is_full else 499):
        (index / "catalog.sqlite").write_bytes(page)
        log.write_bytes(content)
        flip(log, offset, offset % 8)
        try:
            with Index(index) as opened:
                found = [ask(opened) for ask in QUESTIONS]
        except ExcerptError as error:
            check_message(error, index)
            n_detected += 1
        else:
            assert found in (right, former)
            n_former += found == former
        (index / "catalog.sqlite-shm").unlink(missing_ok=True)
    assert n_detected + n_former > 0


@pytest.mark.parametrize("which", ["catalog.sqlite", ".segment", ".documents", ".texts"])
@pytest.mark.parametrize("how", ["missing", "empty", "cut", "foreign", "longer", "text", "folder"])
def test_a_missing_cut_or_foreign_file_is_detected(index: Path, which: str, how: str) -> None:
    """The error reports damage, or that there is no index."""
    right = answers(index)
    for path in sorted(index.rglob(f"*{which}")):
        content = path.read_bytes()
        damage_file(path, content, how)
        damaged = meets_damage(index, right)
        assert damaged or (which, how) == ("catalog.sqlite", "longer")
        assert is_found_by_verify(index) or not damaged
        if path.is_dir():
            path.rmdir()
        path.write_bytes(content)
    assert answers(index) == right


def damage_file(path: Path, content: bytes, how: str) -> None:
    """Replace a file by something else."""
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how != "missing":
        other = (
            next(each for each in sorted(path.parent.glob("*")) if each.is_file())
            if how == "foreign"
            else None
        )
        foreign = b"SQLite format 3\0" + bytes(4000) if other is None else other.read_bytes()
        kinds = {
            "empty": b"",
            "cut": content[: len(content) * 2 // 3],
            "foreign": foreign,
            "longer": content + bytes(4096),
            "text": b"Dear Bea,\n" * 500,
        }
        path.write_bytes(kinds[how])


@pytest.mark.parametrize("which", [".sqlite", ".segment", ".documents", ".texts"])
def test_a_damaged_index_is_rebuilt(intact: Path, index: Path, which: str) -> None:
    """A build reports the damage or gives the right index; from scratch it always does."""
    right = state_of(index)
    sound = index.with_name("sound")
    shutil.copytree(index, sound)
    places = list(positions(index, which, 0))
    for path, offset, bit in places[:: 1 + len(places) // 40]:
        flip(path, offset, bit)
        for from_scratch in (False, True):
            try:
                build(intact / "corpus", index, from_scratch=from_scratch, processes=1)
            except ExcerptError as error:
                check_message(error, index)
                assert not from_scratch
        assert not is_found_by_verify(index)
        assert state_of(index) == right
        shutil.rmtree(index)
        shutil.copytree(sound, index)
