"""Power cuts: whatever the disk holds after any system call, no reported commit is lost.

The system calls of some builds are recorded; `power` makes disk images of them. The short form
checks some hundred images, the full form all, with several torn images for each call.
"""

import json
import random
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from excerpt import files
from excerpt.catalog import Catalog
from excerpt.errors import IndexDamaged, IndexMissing
from excerpt.indexing.pipeline import build
from power import MODELS, Disk, Event, Image, Untraceable, record
from states import state_of, stray_files

N_SHORT: Final = 40
"""The number of images of each scenario in the short form."""
N_TORN: Final = 4
"""The number of torn images of each moment in the full form."""
VERSIONS: list[dict[str, str]] = [
    {"a.txt": "Winter.", "b.txt": "Miners.", "d/c.txt": "Queen.", "copy.txt": "Miners."},
    {
        "a.txt": "Winter.",
        "b.txt": "Harbour.",
        "moved.txt": "Queen.",
        "new.txt": "Miners in winter.",
    },
    {f"{number}.txt": f"Harbour {number}." for number in range(4)} | {"a.txt": "Winter."},
    {f"{number}.txt": f"Petition {number}." for number in range(4)} | {"a.txt": "Queen."},
]
"""The successive contents of the corpus."""
SCENARIOS = {
    "builds follow each other": "for number in range(len(versions)): step(number)",
    "segments are merged": "ColumnarWriter.__init__.__defaults__ = (2,)\n"
    "for number in range(len(versions)): step(number)",
    "a build commits often": "plan_runner.COMMIT_SECONDS = -1\nplan_runner.BATCH_BYTES = 1\n"
    "for number in range(len(versions)): step(number)",
    "a first build was killed": "for at in (2, *range(5, 40, 3)): die(at)\nstep(0)\nstep(1)",
    "an index is rebuilt from scratch": "step(0)\nstep(1)\nstep(2, from_scratch=True)\n"
    "step(3, from_scratch=True)",
    "a damaged catalog is replaced": "step(0)\nsay('lost 0')\n"
    "(root / 'index' / 'catalog.sqlite').write_bytes(b'junk' * 3000)\n"
    "step(1, from_scratch=True)\nstep(2)",
    "the engine is Whoosh": "step(0, engine='whoosh')\nstep(1)\nstep(2)\nstep(3)",
    "worker processes read": "plan_runner.SMALL_BYTES = -1\nplan_runner.WORKER_BYTES = 1\nn = 2\n"
    "step(0)\nstep(1)",
    "a reader holds the log": "step(0)\nreader = Catalog.open(root / 'index')\nstep(1)\nstep(2)\n"
    "reader.close()\nstep(3)",
    "the engine is rebuilt from the catalog": "step(0)\nstep(1)\nrepair(root / 'index')\n"
    "say('done 1')\nstep(2)",
}
"""The program that is recorded. It prints the number of a version before and after its build."""
PROGRAM = """
import json, os, shutil, signal, sys
from pathlib import Path
from excerpt import files
from excerpt.indexing import plan_runner
from excerpt.indexing.pipeline import build
from excerpt.indexing.repair import repair
from excerpt.catalog import Catalog
from excerpt.index.write.index_writer import ColumnarWriter
root, versions, n = Path(sys.argv[1]), json.loads(sys.argv[2]), 1

def say(text):
    os.write(1, text.encode())

def show(number):
    corpus = root.with_name("corpus")
    shutil.rmtree(corpus, ignore_errors=True)
    for name, text in versions[number].items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return corpus

def step(number, **options):
    corpus = show(number)
    say(f"begin {number}")
    build(corpus, root / "index", processes=n, allow_removals=True, **options)
    say(f"done {number}")

def die(at):
    corpus = show(0)
    say("begin 0")
    if not (child := os.fork()):
        left = [at]
        def observe(step, path):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
        files.observer = observe
        build(corpus, root / "index", processes=n)
        os._exit(0)
    os.waitpid(child, 0)
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which the power fails.

    image       what the disk may hold
    done        the version that was reported last; -1 for none
    begun       the version that is being built
    is_damaged  True if the scenario has damaged the index
    """

    image: Image
    done: int
    begun: int
    is_damaged: bool


def moments(events: list[Event], n_torn: int, chance: random.Random) -> Iterator[Moment]:
    """Yield the moments at which the power may fail, with each possible image once."""
    disk, done, begun, is_damaged = Disk(), -1, 0, False
    seen: set[int] = set()
    for event in events:
        if event.name == "said":
            what, _, number = event.data.decode().partition(" ")
            begun, is_damaged = int(number), what == "lost" or (is_damaged and what == "begin")
            done = {"done": begun, "lost": -1}.get(what, done)
        else:
            disk.apply(event)
        for model in MODELS:
            for _ in range(n_torn if model == "torn" else 1):
                image = disk.image(model, chance)
                key = hash((done, begun, is_damaged, frozenset(image.items())))
                if key not in seen:
                    seen.add(key)
                    yield Moment(image, done, begun, is_damaged)


class Checker:
    """Checks images against the contents of each version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = folder / "root" / "index"
        self.states: list[Any] = []
        for number, texts in enumerate(VERSIONS):
            for name, text in texts.items():
                path = folder / f"v{number}" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            build(folder / f"v{number}", folder / f"index{number}", processes=1)
            self.states.append(state_of(folder / f"index{number}"))

    def check_image(self, moment: Moment) -> None:
        """Check that an image holds a committed state that is new enough.

        The next build must continue from it.
        """
        self._lay_out(moment)
        try:
            self._check_state(moment)
        except IndexMissing:
            assert moment.done < 0
        except IndexDamaged:
            assert moment.is_damaged
        corpus = self.folder / "corpus"
        build(corpus, self.index, processes=1, allow_removals=True, from_scratch=moment.is_damaged)
        assert state_of(self.index) == self.states[moment.begun]
        assert stray_files(self.index) == set()

    def _lay_out(self, moment: Moment) -> None:
        for name in ("root", "corpus"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.folder / f"v{moment.begun}", self.folder / "corpus")
        (self.folder / "root").mkdir()
        for path, content in sorted(moment.image.items()):
            if content is None:
                (self.folder / "root" / path).mkdir()
            else:
                (self.folder / "root" / path).write_bytes(content)

    def _check_state(self, moment: Moment) -> None:
        state = state_of(self.index)
        with Catalog.open(self.index) as catalog:
            is_unfinished = catalog.unfinished is not None
        numbers = (
            {moment.begun, moment.done} - {-1} if not moment.is_damaged else range(moment.begun + 1)
        )
        if is_unfinished:
            texts = {pair for number in numbers for pair in VERSIONS[number].items()}
            assert texts >= {(path, text) for _, paths, _, text, _ in state[0] for path, _ in paths}
        else:
            assert state in [self.states[number] for number in numbers]


@pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace records the system calls, and is not installed"
)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_power_cut_loses_no_commit(
    scenario: str, tmp_path: Path, is_full: bool, seed: int
) -> None:
    """The index is in a committed state, at least the last reported one.

    The next build ends where an undisturbed one does.
    """
    program = PROGRAM + SCENARIOS[scenario]
    try:
        events = record(program, tmp_path / "root", json.dumps(VERSIONS))
    except Untraceable as error:
        pytest.skip(f"strace may not trace here: {error}")
    chance = random.Random(seed)
    found = list(moments(events, N_TORN if is_full else 1, chance))
    assert sum(event.name == "sync" for event in events) > 8
    assert len(found) > 100
    checker = Checker(tmp_path)
    for moment in found if is_full else chance.sample(found, N_SHORT):
        checker.check_image(moment)
    print(f"{scenario}: {len(events)} events, {len(found)} images")  # noqa: T201


@pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace records the system calls, and is not installed"
)
@pytest.mark.parametrize(
    "fault", ["os.fsync = lambda _: None", "files.sync_folder = lambda _: None"]
)
def test_a_missing_sync_is_detected(fault: str, tmp_path: Path) -> None:
    """The test above fails for builds that leave out a sync."""
    try:
        events = record(
            f"{PROGRAM}\n{fault}\nstep(0)\nstep(1)", tmp_path / "root", json.dumps(VERSIONS)
        )
    except Untraceable as error:
        pytest.skip(f"strace may not trace here: {error}")
    checker, found = Checker(tmp_path), moments(events, 1, random.Random(1))
    with pytest.raises((AssertionError, IndexDamaged)):
        deque(map(checker.check_image, found), maxlen=0)


def test_a_commit_names_only_synced_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and their folder are synced before the commit, and removals come last."""
    steps: list[tuple[str, str]] = []
    monkeypatch.setattr(files, "observer", lambda step, path: steps.append((step, path.name)))
    for number, texts in enumerate(VERSIONS):
        for name, text in texts.items():
            path = tmp_path / "corpus" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        steps.clear()
        build(tmp_path / "corpus", tmp_path / "index", processes=1)
        commit = steps.index(("before-commit", "catalog.sqlite"))
        written = {
            name for step, name in steps[:commit] if step == "after-write" and name != "lock"
        }
        synced = steps[:commit].index(("after-sync", "segments"))
        assert written <= {name for step, name in steps[:synced] if step == "after-sync"}
        assert steps[commit + 2 : commit + 4] == [("before-sync", "index"), ("after-sync", "index")]
        assert not any(step == "before-unlink" for step, _ in steps[:commit]), number
        with Catalog.open(tmp_path / "index") as catalog:
            manifest, store = catalog.manifest.to_json(), catalog.settings.store
        assert {
            store.texts[-1].file.name,
            manifest["document_table"]["name"],
            manifest["segments"][-1]["file"]["name"],
        } <= written


@pytest.mark.parametrize("model", MODELS)
def test_each_model_loses_what_it_should(model: str) -> None:
    """The models differ for a synced file, a written one, and one with a synced name."""
    disk = Disk()
    for event in (
        Event("create", "safe"),
        Event("write", "safe", b"safe"),
        Event("sync", "safe"),
        Event("create", "name"),
        Event("sync", "."),
        Event("write", "name", b"x" * 600),
        Event("unlink", "safe"),
        Event("create", "late"),
        Event("write", "late", b"late", 2),
    ):
        disk.apply(event)
    images = [disk.image(model, random.Random(number)) for number in range(60)]
    expected: dict[str, list[Image]] = {
        "strict": [{"safe": b"safe", "name": b""}],
        "names first": [{"name": b"", "late": b""}],
        "bytes first": [{"safe": b"safe", "name": b"x" * 600}],
    }
    if model in expected:
        assert images == expected[model] * 60
        return
    assert {image.get("name") for image in images} == {b"", b"x" * 512, b"x" * 600}
    assert {image.get("late") for image in images} == {None, b"", b"\0\0", b"\0\0late"}
    assert {image.get("safe") for image in images} == {None, b"safe"}
