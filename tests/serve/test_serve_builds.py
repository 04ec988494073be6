"""The page while builds commit: a new state appears soon, and no page mixes two states."""

import asyncio
import json
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from starlette.testclient import TestClient

import excerpt
from excerpt.serve import api as api_module
from excerpt.serve import desk as desk_module
from excerpt.serve import lanes as lanes_module
from excerpt.serve.answers import Request
from excerpt.serve.app import create_app
from excerpt.serve.lanes import Lanes
from excerpt.serve.security import Policy

ADDRESS = "http://127.0.0.1:8017"


# A clock of our own


class _IdleSelector(selectors.DefaultSelector):
    """A selector that lets time pass instead of waiting, as long as no thread is at work."""

    loop: "_Clock"

    def select(self, timeout: float | None = None) -> Any:
        """Return the ready files; without any, it is `timeout` later at once."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.loop.n_working or timeout is None:
            return super().select(0.01)  # a thread reports its end; meanwhile the clock stands
        self.loop.now += timeout
        return []


class _Clock(asyncio.SelectorEventLoop):
    """An event loop whose clock goes on only while everything waits for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.n_working = 0
        selector = _IdleSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Return the seconds since the loop was made."""
        return self.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Run a function on a thread, for which the clock stands still."""
        self.n_working += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._has_worked)
        return future

    def _has_worked(self, _: object) -> None:
        self.n_working -= 1


def write(corpus: Path, name: str, text: str) -> None:
    """Write a file of the corpus."""
    corpus.mkdir(exist_ok=True)
    (corpus / name).write_text(text, encoding="utf-8")


def totals_of(lanes: Lanes) -> Callable[[], Any]:
    """Return a coroutine function that returns the totals in the quick and the slow lane."""

    async def totals() -> list[int]:
        request = Request({"q": "war"})
        answers = [
            await lanes.answer(api_module.search, request, is_slow=slow) for slow in (False, True)
        ]
        return [json.loads(answer.body)["total"] for answer in answers]

    return totals


def test_a_new_state_is_served_within_two_seconds(tmp_path: Path) -> None:
    """At any moment after a commit, both lanes change over at most two seconds later.

    The clock counts the seconds that the server waits. To open the state takes time of the machine,
    which the clock does not count: it is below a second for 31 million words (`serve.md`).
    """
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write(corpus, "0.txt", "The war begins.\n")
    excerpt.build_index(corpus, index)
    delays: list[float] = []

    async def follow() -> None:
        loop = asyncio.get_running_loop()
        async with Lanes(index) as lanes:
            totals = totals_of(lanes)
            assert await totals() == [1, 1]
            for number in range(1, 5):
                await asyncio.sleep(0.3 * number)  # commits come at different moments of a second
                write(corpus, f"{number}.txt", f"The war goes on, {number}.\n")
                excerpt.build_index(corpus, index)
                committed = loop.time()
                while lanes.desk.n_documents == number:
                    assert loop.time() < committed + 60
                    await asyncio.sleep(0.05)
                delays.append(loop.time() - committed)
                assert await totals() == [number + 1, number + 1]

    clock = _Clock()
    try:
        clock.run_until_complete(follow())
    finally:
        clock.close()
    assert max(delays) <= 1.1  # which leaves 0.9 seconds to open the state and to warm it up
    assert len({round(delay, 1) for delay in delays}) > 1  # the moments did differ


def test_the_clock_stands_while_threads_work() -> None:
    """Time that a thread takes is not counted; time that the loop sleeps is, at once."""
    clock = _Clock()

    async def work() -> list[float]:
        moments = [clock.time()]
        await clock.run_in_executor(None, time.sleep, 0.05)
        moments.append(clock.time())
        await asyncio.sleep(1_000)
        return [*moments, clock.time()]

    assert clock.run_until_complete(work()) == [0, 0, 1_000]
    clock.close()


# Paging


class Builder(Thread):
    """Commits one new document after the other, each at the end of the order by path.

    n_of_state  the number of passages in each state, by its identifier
    """

    def __init__(self, corpus: Path, index: Path) -> None:
        super().__init__(daemon=True)
        self._corpus = corpus
        self._index = index
        self._is_over = Event()
        self.n_of_state: dict[str, int] = {}
        self._note_state()

    def _note_state(self) -> None:
        with excerpt.open(self._index) as opened:
            self.n_of_state[opened.state] = opened.count("war")

    def run(self) -> None:
        """Commit until `stop` is called."""
        number = 0
        while not self._is_over.wait(0.2):  # the other side needs the processor, too
            number += 1
            write(self._corpus, f"zz{number:05}.md", f"The war in a new text, {number}.\n")
            excerpt.build_index(self._corpus, self._index)
            self._note_state()

    def stop(self) -> None:
        """End after the present build."""
        self._is_over.set()
        self.join()


def write_sections(corpus: Path, n: int) -> None:
    """Write a corpus of `n` sections, each a passage of its own, in files of up to a thousand."""
    for first in range(0, n, 1_000):
        numbers = range(first, min(n, first + 1_000))
        text = "\n".join(f"## {number}\n\nThe war, day {number}.\n" for number in numbers)
        write(corpus, f"{first:06}.md", text)


def page_through(client: TestClient, url: str, key: str) -> tuple[list[str], dict[str, set[int]]]:
    """Return the passages on all pages of an address, and the totals that each state reported."""
    passages: list[str] = []
    totals: dict[str, set[int]] = {}
    page: int | None = 1
    while page:
        found = client.get(f"{url}&page={page}").json()
        passages += [record["passage"] for record in found[key]]
        totals.setdefault(found["state"], set()).add(found["total"])
        page = found["next"]
    return passages, totals


@pytest.mark.parametrize(
    ("n", "per_page"),
    [(2_000, 10), pytest.param(20_000, 1_000, marks=pytest.mark.benchmark)],
)
def test_everything_can_be_paged_through_while_builds_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int, per_page: int
) -> None:
    """From the first to the last page nothing is left out, repeated or of two states.

    Of twenty thousand passages, a page has a thousand, since two thousand requests would take long.
    They stay on the quick lane, which the test can change.
    """
    monkeypatch.setattr(desk_module, "HITS_PER_PAGE", per_page)
    for module in (desk_module, api_module):
        monkeypatch.setattr(module, "LINES_PER_PAGE", per_page)
    for name in ("MAX_QUICK_HITS", "MAX_QUICK_POSTINGS"):
        monkeypatch.setattr(desk_module, name, 10**9)
    monkeypatch.setattr(lanes_module, "QUICK_SECONDS", 600.0)
    monkeypatch.setattr(lanes_module, "POLL_SECONDS", 0.05)
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write_sections(corpus, n)
    excerpt.build_index(corpus, index)
    with excerpt.open(index) as opened:
        expected = [stored.passage.id for stored in opened.passages("war")]
    assert len(set(expected)) == len(expected) == n
    builder = Builder(corpus, index)
    with TestClient(create_app(index, Policy(8017)), base_url=ADDRESS) as client:
        builder.start()
        try:
            hits = page_through(client, "/api/v1/search?q=war&sort=path", "hits")
            lines = page_through(client, "/api/v1/lines?q=war", "lines")
            file = client.get("/export.jsonl?q=war&sort=path").text.splitlines()
        finally:
            builder.stop()
    for passages, totals in (hits, lines):
        assert passages[:n] == expected
        assert len(set(passages)) == len(passages)
        assert len(totals) > 1, "no build has committed meanwhile"
        for state, found in totals.items():
            assert found == {builder.n_of_state[state]}
        assert len(passages) in builder.n_of_state.values()
    exported = [json.loads(record)["passage"] for record in file]
    assert exported[:n] == expected
    assert len(set(exported)) == len(exported)
    assert len(exported) in builder.n_of_state.values()
