"""Builds that are killed at any request, and requests that arrive late.

As a program, it kills builds against a cluster whose indices may be deleted, until there were N:

    python tests/cluster/killed_builds.py URL N

After each kill, a reader must find the last committed state, whole, and nothing else. One that
fails prints the seed, and ends the program.
"""

import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from cluster.stores import OpenSearchStore
from conformance.stores import fill_store, oracle, small_corpus
from excerpt.engines import Engine, EngineWriter, open_writer
from excerpt.engines.opensearch.connection import Connection, Refused
from excerpt.engines.opensearch.settings import Credentials
from excerpt.model import Document, Passage
from excerpt.query.ast import MatchAll, Word

__all__ = ["Killed", "Killer", "KilledBuilds", "Request", "send_late"]

Request = tuple[Any, ...]
Contents = dict[int, tuple[Document, list[Passage]]]
KILLS_OF_AN_INDEX = 500
"""Kills before the next index: the number of dead epochs of one is limited."""


class Killed(BaseException):
    """The builder is killed."""


class Killer:
    """Kills the builder before or after its request number `at`, and keeps what it has sent."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, *, is_sent: bool) -> None:
        self.sent: list[Request] = []
        send = Connection.request

        def request(connection: Connection, *arguments: Any, **options: Any) -> dict[str, Any]:
            if len(self.sent) >= at:
                if is_sent and len(self.sent) == at:
                    self.sent.append(arguments)
                    send(connection, *arguments, **options)
                raise Killed
            self.sent.append(arguments)
            return send(connection, *arguments, **options)

        patch.setattr(Connection, "request", request)


def send_late(connection: Connection, requests: list[Request]) -> None:
    """Send requests of dead builders once more."""
    for arguments in requests:
        try:
            connection.request(*arguments)
        except Refused as error:
            assert error.status in {400, 404, 409}  # noqa: PT017 - others are not expected


class KilledBuilds:
    """Random changes of a small index, by builders that are mostly killed."""

    def __init__(self, store: OpenSearchStore, url: str, seed: int) -> None:
        self.store = store
        self.n_kills = 0
        self.n_commits = 0
        self._random = random.Random(seed)
        self._connection = Connection(url, Credentials())
        self._late: list[Request] = []
        corpus = small_corpus("war party", "war rule", "party rule")
        self.contents: Contents = {document.id: (document, cut) for document, cut in corpus}
        fill_store(store, corpus).close()
        store.writer().close()
        store.drop_writer()

    def step(self) -> None:
        """Let one builder work, perhaps kill it, and check the committed state."""
        changed = dict(self.contents)
        with pytest.MonkeyPatch.context() as patch:
            at, is_sent = self._random.randrange(20), self._random.random() < 0.5
            killer = Killer(patch, at, is_sent=is_sent)
            try:
                writer = open_writer(self.store.folder, self.store.manifest, "opensearch")
                for _ in range(self._random.randint(1, 4)):
                    self._change(writer, changed)
                self.store.manifest = writer.prepare("en")
            except Killed:
                self.n_kills += 1
                self._late += killer.sent
            else:
                self.n_commits += 1
                self.contents = changed
        if self._random.random() < 0.2:  # some come after other builds, in any order
            n_late = min(len(self._late), 10)
            send_late(self._connection, self._random.sample(self._late, n_late))
            self._late = self._late[-100:]
        self.check()

    def _change(self, writer: EngineWriter, contents: Contents) -> None:
        number = self._random.randint(1, 4)
        kind = self._random.random()
        if kind < 0.5:
            text = " ".join(self._random.choices(("war", "party", "rule", "peace"), k=3))
            document, cut = small_corpus(text)[0]
            document = document._replace(id=number, paths=(f"{number}.txt",))
            writer.replace(document, cut)
            contents[number] = document, cut
        elif kind < 0.75:
            writer.delete(number)
            contents.pop(number, None)
        elif number in contents:
            paths = (f"{self._random.choice('abc')}/{number}.txt",)
            document, cut = contents[number]
            writer.describe(number, paths, document.metadata)
            contents[number] = document._replace(paths=paths), cut

    def check(self) -> None:
        """Check that a reader finds the last committed state."""
        engine = self.store.reopen()
        try:
            assert_answers(engine, oracle(self.contents.values()))
        finally:
            engine.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def assert_answers(engine: Engine, expected: Engine) -> None:
    """Check that two engines hold the same passages, with the same words and paths."""
    for tree in (MatchAll(), Word("war")):
        found, wanted = engine.execute(tree), expected.execute(tree)
        assert list(found) == list(wanted)
    assert [key for key, _ in found.top(3)] == [key for key, _ in wanted.top(3)]
    fields, others = engine.document_fields, expected.document_fields
    assert fields.document_ids.tolist() == others.document_ids.tolist()
    assert list(fields.paths) == list(others.paths)


def main(url: str, n: int) -> None:
    """Kill `n` builds, and print how many there were."""
    n_kills, n_commits, started = 0, 0, time.monotonic()
    seed = time.time_ns() % 1_000_000
    while n_kills < n:
        folder = TemporaryDirectory()
        store = OpenSearchStore(Path(folder.name) / "index", url)
        builds = KilledBuilds(store, url, seed)
        try:
            while builds.n_kills < min(KILLS_OF_AN_INDEX, n - n_kills):
                builds.step()
        except BaseException:
            sys.stderr.write(f"failed with seed {seed} after {n_kills + builds.n_kills} kills\n")
            raise
        n_kills, n_commits = n_kills + builds.n_kills, n_commits + builds.n_commits
        builds.close()
        store.remove()
        folder.cleanup()
        seed += 1
        sys.stdout.write(
            f"{n_kills:,} builds killed, {n_commits:,} committed, none partly visible"
            f" ({time.monotonic() - started:,.0f} s)\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
