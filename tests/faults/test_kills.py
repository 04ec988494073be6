"""Builds that are killed at random times: every state left behind is a committed one.

The corpus is edited at random between versions. One index is built undisturbed, the other with
kills. The short form kills 20 builds of made-up texts. The full form kills 1,000, also of the texts
in the folder EXCERPT_TEST_DATA.
"""

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from excerpt.errors import IndexMissing
from excerpt.index.write.index_writer import ColumnarWriter
from excerpt.indexing import plan_runner
from excerpt.indexing.pipeline import build
from excerpt.ingest.formats import read_document
from excerpt.ingest.language import detect_language
from excerpt.search.index import Index
from states import stray_files

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(
    ["excerpt.indexing.pipeline", "excerpt.search.index", "excerpt.index.write.index_writer"]
)
N_KILLS = {False: 20, True: 1000}
MAX_KILLS: Final = 12
"""The most kills of builds of one version."""
MAX_BYTES: Final = 400_000
LARGEST: Final = 40_000
N_MADE_UP: Final = 40
WORDS: Final = [
    "harbour",
    "miner",
    "queen",
    "petition",
    "winter",
    "strike",
    "union",
    "letter",
    "bread",
    "war",
    "peace",
    "coal",
    "ship",
    "mill",
    "king",
    "wage",
]
QUERIES: Final = (
    "harbour",
    '"queen petition"',
    "strikes NEAR/3 unions",
    "lett* -bread",
    "sentence(war peace)",
    "edited*",
    "heading:coal",
)
_Found = dict[str, tuple[tuple[int, str], ...]]


def write_random_texts(folder: Path, chance: random.Random) -> None:
    """Write texts in every format, some of them long enough for several passages."""
    for number in range(N_MADE_UP):
        suffix = chance.choice(("txt", "txt", "md", "html", "wiki"))
        path = folder / f"made-up/{number % 7}" / f"{number}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text_of(chance, suffix, number))


def text_of(chance: random.Random, suffix: str, number: int) -> str:
    """Return a text that no other file has."""
    mark = {"md": "# {}", "wiki": "== {} ==", "html": "<h2>{}</h2>", "txt": "{}"}[suffix]
    blocks = [f"Number {number}, edited{chance.randrange(10**9)}."]
    for _ in range(chance.randrange(1, 25)):
        blocks.append(mark.format(chance.choice(WORDS).upper()))
        blocks += [
            ". ".join(
                " ".join(chance.choices(WORDS, k=9)).capitalize()
                for _ in range(chance.randrange(1, 9))
            )
            + "."
            for _ in range(2)
        ]
    return ("<p>" if suffix == "html" else "\n\n").join(blocks) + "\n"


def copy_real_texts(folder: Path, chance: random.Random) -> None:
    """Copy some of the texts in EXCERPT_TEST_DATA, if there are any."""
    root = os.environ.get("EXCERPT_TEST_DATA")
    paths = sorted(path for path in Path(root).rglob("*") if path.is_file()) if root else []
    chance.shuffle(paths)
    left = MAX_BYTES
    for number, path in enumerate(paths):
        size = path.stat().st_size
        if size <= min(left, LARGEST):
            left -= size
            target = folder / "real" / str(number % 10) / f"{number}-{path.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def edit(corpus: Path, chance: random.Random) -> None:
    """Edit, move, copy, remove and add some files, as a careless archivist does in a day."""
    paths = sorted(path for path in corpus.rglob("*") if path.is_file())
    n = chance.choice((1, 3, 10, len(paths) // 3))
    for number, path in enumerate(chance.sample(paths, min(n, len(paths)))):
        match chance.randrange(7):
            case 0 | 1:
                with path.open("a") as file:
                    file.write(f"\n\nIt was edited{chance.randrange(10**9)} in the harbour.\n")
            case 2:
                path.write_text(text_of(chance, "txt", number))
            case 3:
                path.rename(path.with_name(f"{chance.randrange(10**9)}{path.suffix}"))
            case 4:
                shutil.copyfile(path, path.with_name(f"copy{chance.randrange(10**9)}{path.suffix}"))
            case 5 if len(paths) > N_MADE_UP // 2:
                path.unlink()
            case _:
                path.with_name(f"new{chance.randrange(10**9)}.txt").write_text(
                    text_of(chance, "txt", number)
                )


def run_builds(corpus: Path, index: Path, pipe: Connection) -> None:
    """Fork a build for each request that comes through the pipe.

    Everything that a build loads late is loaded before, so that a kill at a random time hits the
    build itself. A request is the `options` of a build. The answers are its process id and, later,
    its exit code. None ends the process.
    """
    detect_language("The harbour was frozen in winter.")
    for suffix in (".md", ".html", ".wiki"):
        read_document(f"a{suffix}", b"<p>The harbour.")
    while options := pipe.recv():
        if not (child := os.fork()):
            build_with(corpus, index, options)
            os._exit(0)
        pipe.send(child)
        pipe.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def build_with(corpus: Path, index: Path, options: dict[str, Any]) -> None:
    """Build in one of many ways: few or many commits, batches, processes and merges."""
    plan_runner.COMMIT_SECONDS = options["seconds"]  # type: ignore[misc]
    plan_runner.BATCH_BYTES = options["batch"]  # type: ignore[misc]
    plan_runner.SMALL_BYTES = options["small"]  # type: ignore[misc]
    ColumnarWriter.__init__.__defaults__ = (options["fan"],)
    build(corpus, index, wait=60, allow_removals=True, processes=options["processes"])


@dataclass(frozen=True)
class State:
    """The contents of an index.

    digests      the digest of the document at each path
    found        the passages found at each path, for each query
    is_finished  True if no build was interrupted
    rankings     the ranked hits of each query, if the build is finished
    """

    digests: dict[str, str]
    found: tuple[_Found, ...]
    is_finished: bool
    rankings: Any


def read_state(index: Path) -> State | None:
    """Verify an index and return its contents, None if there is none."""
    try:
        opened = Index(index)
    except IndexMissing:
        return None
    with opened:
        opened.verify()
        digests: dict[str, str] = {}
        for record in opened._catalog.documents():
            digests |= {file.path: file.digest for file in record.files}
        is_finished = opened.unfinished is None
        ranked = [opened.search(query, limit=20) for query in QUERIES] if is_finished else []
        return State(
            digests,
            tuple(_found(opened, query) for query in QUERIES),
            is_finished,
            [
                (page.total, [(hit.path, hit.snippet, round(hit.score, 9)) for hit in page])
                for page in ranked
            ],
        )


def _found(opened: Index, query: str) -> _Found:
    found: dict[str, list[tuple[int, str]]] = {}
    for stored in opened.passages(query):
        for file in stored.document.files:
            found.setdefault(file.path, []).append((stored.passage.ordinal, stored.text))
    return {path: tuple(each) for path, each in found.items()}


@dataclass
class Trial:
    """Two indexes of one corpus: one is built undisturbed, the other is killed."""

    folder: Path
    chance: random.Random
    builder: Connection
    counts: Counter[str] = field(default_factory=Counter)
    before: State | None = None
    after: State | None = None
    seconds: float = 0.0

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def advance(self) -> None:
        """Edit the corpus, and build the undisturbed index of the new version."""
        undisturbed = self.folder / "undisturbed"
        if self.chance.random() < 0.15 and self.before is not None:
            shutil.rmtree(self.index)
            shutil.rmtree(undisturbed)
            self.before = None
            self.counts["first builds"] += 1
        edit(self.corpus, self.chance)
        started = time.monotonic()
        build(self.corpus, undisturbed, allow_removals=True, processes=1)
        self.seconds = time.monotonic() - started
        self.after = read_state(undisturbed)
        self.counts["versions"] += 1

    def kill(self) -> bool:
        """Start a build and kill it; return False if the build was faster."""
        options = {
            "seconds": self.chance.choice((30, 0.02, -1, -1)),
            "batch": self.chance.choice((32_000_000, 50_000, 5_000)),
            "small": self.chance.choice((plan_runner.SMALL_BYTES, -1)),
            "fan": self.chance.choice((2, 3, 8)),
            "processes": self.chance.choice((1, 1, 1, 2)),
        }
        self.builder.send(options)
        child = self.builder.recv()
        if not self.builder.poll(self.chance.random() * 1.5 * self.seconds):
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(child, signal.SIGKILL)
        exit_code = self.builder.recv()
        assert exit_code in {0, -signal.SIGKILL}
        return bool(exit_code)

    def check_state(self) -> None:
        """Check that the index is in a committed state."""
        state = read_state(self.index)
        if state is None:
            assert self.before is None
            self.counts["nothing yet"] += 1
        elif state.is_finished:
            assert state in (self.before, self.after)
            self.counts["before" if state == self.before else "after"] += 1
        else:
            self._check_unfinished(state)
            self.counts["in between"] += 1

    def _check_unfinished(self, state: State) -> None:
        """Check that each document belongs to the version before or after.

        It must be found by its own text and by nothing else.
        """
        versions = [each for each in (self.before, self.after) if each is not None]
        for query, found in enumerate(state.found):
            expected: _Found = {}
            for path, digest in state.digests.items():
                version = next(each for each in versions if each.digests.get(path) == digest)
                if path in version.found[query]:
                    expected[path] = version.found[query][path]
            assert found == expected, QUERIES[query]

    def finish(self) -> None:
        """Check that the next build gives the undisturbed index and leaves no stray files."""
        build(self.corpus, self.index, allow_removals=True, processes=1)
        assert read_state(self.index) == self.after
        assert stray_files(self.index) == set()
        self.before = self.after


def test_builds_that_are_killed_at_random_lose_nothing(
    tmp_path: Path, is_full: bool, seed: int
) -> None:
    """After each kill the index has a committed state; in the end it equals the undisturbed one."""
    ours, theirs = CHILDREN.Pipe()
    child = CHILDREN.Process(
        target=run_builds, args=(tmp_path / "corpus", tmp_path / "index", theirs)
    )
    child.start()
    theirs.close()
    trial = Trial(tmp_path, random.Random(seed), ours)
    write_random_texts(trial.corpus, trial.chance)
    if is_full:
        copy_real_texts(trial.corpus, trial.chance)
    while trial.counts["kills"] < N_KILLS[is_full]:
        trial.advance()
        for _ in range(trial.chance.randrange(1, MAX_KILLS + 1)):
            is_killed = trial.kill()
            trial.counts["kills"] += is_killed
            trial.check_state()
            if not is_killed:
                break
        trial.finish()
        counts = ", ".join(f"{n} {what}" for what, n in sorted(trial.counts.items()))
        if is_full:
            (tmp_path / "log").write_text(counts)
    shutil.rmtree(trial.index)
    trial.finish()
    ours.send(None)
    child.join()
    print(f"--seed {seed}: {counts}")  # noqa: T201
