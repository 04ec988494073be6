"""Damage to the files of an index: the right answer, or an error that names the place and the remedy; never another.

The short form flips a bit at some thousands of positions of a small index, the full one at every position of every file, and
at 2,000 random ones of a larger index.
"""

import random
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

N_FLIPS = {".sqlite": 2000, ".segment": 400, ".documents": 200}
"""Positions in each file of a kind."""
N_PARTS = 4
"""The positions are shared out among so many tests, which may run side by side."""
N_RANDOM = {False: 60, True: 2000}
"""Positions in a larger index."""
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
    "page.html": "<title>Letters</title><h1>Strike</h1><p id=p1>Miners &amp; <em>queen</em>s.</p><p>Zür\xe9ch.",
    "c.txt": "A petition.\n",
    "copies/c.txt": "A petition.\n",
    "empty.txt": "",
    "junk.txt": "\x01\x02\x03" * 200,
    "metadata.csv": "path,author\nc.txt,Bea\n",
    ".hidden": "",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small corpus and its sound index: two segments, copies, problems, damaged bytes."""
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
def index(whole: Path, tmp_path: Path) -> Path:
    """A copy of the index that may be damaged."""
    return shutil.copytree(whole / "index", tmp_path / "index")


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
    lambda opened: list(opened.occurrences("winter")),
]


def answers(index: Path) -> list[Any]:
    """The answers of a sound index."""
    with Index(index) as opened:
        return [ask(opened) for ask in QUESTIONS]


def is_met(index: Path, right: list[Any], questions: Sequence[Callable[[Index], Any]] = ()) -> bool:
    """Whether any question meets damage, told as it should be. The other answers must be the right ones."""
    n_met = 0
    try:
        with Index(index) as opened:
            for ask, answer in zip(questions or QUESTIONS, right, strict=True):
                try:
                    assert ask(opened) == answer
                except ExcerptError as error:
                    check_words(error, index)
                    n_met += 1
    except ExcerptError as error:
        check_words(error, index)
        return True
    return n_met > 0


def check_words(error: ExcerptError, index: Path) -> None:
    """See that `error` names the place in the index, and what to do."""
    commands = [remedy for remedy in error.remedies if isinstance(remedy, RunCommand)]
    is_refused = isinstance(error, IndexOutdated | IndexMissing)
    assert str(index) in error.message, error
    assert any(
        is_refused or "--from-scratch" in remedy.options
        for remedy in commands
        if remedy.command == "build"
    ), error


def is_found_by_verify(index: Path) -> bool:
    """Whether `verify` meets damage."""
    try:
        with Index(index) as opened:
            opened.verify()
    except ExcerptError as error:
        check_words(error, index)
        return True
    return False


def positions(
    index: Path, which: str, part: int, is_full: bool = False
) -> Iterator[tuple[Path, int, int]]:
    """Some places in the files of a kind, evenly spread: file, byte, bit. Every byte of them in the full form."""
    for path in sorted(index.rglob(f"*{which}")):
        size = path.stat().st_size
        step = 1 if is_full else max(1, size // N_FLIPS[which]) | 1
        for number, at in enumerate(range(0, size, step)):
            if number % N_PARTS == part:
                yield path, at, (number // N_PARTS + at) % 8


def flip(path: Path, at: int, bit: int) -> None:
    """Turn one bit of a file over."""
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


@pytest.mark.parametrize("part", range(N_PARTS))
@pytest.mark.parametrize("which", N_FLIPS)
def test_a_flipped_bit_is_met_as_damage_or_changes_nothing(
    index: Path, which: str, part: int, is_full: bool
) -> None:
    """Whatever bit flips, every answer is right or an error with its remedy, and `verify` finds what is met."""
    right = answers(index)
    n_met = n_flipped = 0
    for path, at, bit in positions(index, which, part, is_full):
        flip(path, at, bit)
        is_damaged = is_met(index, right)
        assert is_found_by_verify(index) or not is_damaged, (path.name, at, bit)
        flip(path, at, bit)
        n_met += is_damaged
        n_flipped += 1
    assert answers(index) == right
    assert not is_found_by_verify(index)
    assert n_met * 20 > n_flipped


def test_random_flips_in_a_larger_index(tmp_path: Path, is_full: bool, seed: int) -> None:
    """Of many texts, segments of several blocks and a catalog of many pages, the same holds."""
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
        at, bit = chance.randrange(path.stat().st_size), chance.randrange(8)
        flip(path, at, bit)
        is_found = is_found_by_verify(index)
        assert not is_met(index, right, questions) or is_found, (path.name, at, bit)
        flip(path, at, bit)
        n_found += is_found
    assert n_found * 2 > N_RANDOM[is_full]


def _found_few(opened: Index, query: str) -> Any:
    results = opened.search(query, limit=5)
    return results.hits, results.total, results.notices


def test_a_flipped_bit_in_the_log_gives_no_state_that_never_was(
    whole: Path, tmp_path: Path, is_full: bool
) -> None:
    """Where the last commit is still in SQLite's log, the answers are those of the last commit or of the one before, or
    damage is met; a build brings the index up to date or says what is wrong."""
    shutil.copytree(whole / "corpus", tmp_path / "corpus")
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
    n_met = n_former = 0
    for at in range(0, len(content), 1 if is_full else 499):
        (index / "catalog.sqlite").write_bytes(page)
        log.write_bytes(content)
        flip(log, at, at % 8)
        try:
            with Index(index) as opened:
                found = [ask(opened) for ask in QUESTIONS]
        except ExcerptError as error:
            check_words(error, index)
            n_met += 1
        else:
            assert found in (right, former)
            n_former += found == former
        (index / "catalog.sqlite-shm").unlink(missing_ok=True)
    assert n_met + n_former > 0


@pytest.mark.parametrize("which", ["catalog.sqlite", ".segment", ".documents"])
@pytest.mark.parametrize("how", ["missing", "empty", "cut", "foreign", "longer", "text", "folder"])
def test_a_missing_cut_or_foreign_file_is_met_as_damage(index: Path, which: str, how: str) -> None:
    """It is told as such, or as the lack of an index; a build from scratch heals it where nothing of others is in the way."""
    right = answers(index)
    for path in sorted(index.rglob(f"*{which}")):
        content = path.read_bytes()
        maim(path, content, how)
        damaged = is_met(index, right)
        assert damaged or (which, how) == ("catalog.sqlite", "longer")
        assert is_found_by_verify(index) or not damaged
        if path.is_dir():
            path.rmdir()
        path.write_bytes(content)
    assert answers(index) == right


def maim(path: Path, content: bytes, how: str) -> None:
    """Damage a whole file."""
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


@pytest.mark.parametrize("which", [".sqlite", ".segment", ".documents"])
def test_a_damaged_index_is_built_afresh(whole: Path, index: Path, which: str) -> None:
    """A build says that there is damage or goes on rightly; from scratch, it always heals."""
    right = state_of(index)
    sound = index.with_name("sound")
    shutil.copytree(index, sound)
    places = list(positions(index, which, 0))
    for path, at, bit in places[:: max(1, len(places) // 60)]:
        flip(path, at, bit)
        for from_scratch in (False, True):
            try:
                build(whole / "corpus", index, from_scratch=from_scratch, processes=1)
            except ExcerptError as error:
                check_words(error, index)
                assert not from_scratch
        assert not is_found_by_verify(index)
        assert state_of(index) == right
        shutil.rmtree(index)
        shutil.copytree(sound, index)
