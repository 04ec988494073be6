"""The lanes: slow work is killed, too much of it refused, and new states of the index appear."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from starlette.testclient import TestClient

import excerpt
from excerpt.errors import ExcerptError
from excerpt.serve import desk as desk_module
from excerpt.serve import lanes as lanes_module
from excerpt.serve.answers import PageAnswer, Request
from excerpt.serve.app import create_app
from excerpt.serve.desk import Desk
from excerpt.serve.lanes import MAX_WAITING, Busy, Lanes, OverBudget
from excerpt.serve.security import Policy

ADDRESS = "http://127.0.0.1:8017"


# Page functions of these tests. They are at the top of the module, so that the process of the slow
# lane can import them.


def name_the_process(desk: Desk, request: Request) -> PageAnswer:
    """Return the number of the process."""
    return PageAnswer(str(os.getpid()).encode())


def sleep_long(desk: Desk, request: Request) -> PageAnswer:
    """Take longer than any test."""
    time.sleep(600)
    return PageAnswer(b"")


def sleep_a_second(desk: Desk, request: Request) -> PageAnswer:
    """Take longer than the quick lane allows, and return the number of the process."""
    time.sleep(1)
    return name_the_process(desk, request)


def fail(desk: Desk, request: Request) -> PageAnswer:
    """Raise an error."""
    raise ExcerptError("This failed.")


def die(desk: Desk, request: Request) -> PageAnswer:
    """End the process, as the system does that runs out of memory."""
    os._exit(9)


def count_endlessly(desk: Desk, request: Request) -> Iterator[bytes]:
    """Yield pieces without an end."""
    while True:
        yield b"x" * 10_000


Job = Callable[[Lanes], Awaitable[None]]


def run(index: Path, job: Job) -> None:
    """Run a coroutine with both lanes of an index."""

    async def within() -> None:
        async with Lanes(index) as lanes:
            await job(lanes)

    asyncio.run(within())


async def pid_of_slow_lane(lanes: Lanes) -> int:
    """Return the number of the process of the slow lane."""
    return int((await lanes.answer(name_the_process, Request(), is_slow=True)).body)


def test_the_slow_lane_is_another_process_that_is_kept(index: Path) -> None:
    """Quick answers come from this process, slow ones from the same other one each time."""

    async def job(lanes: Lanes) -> None:
        quick = int((await lanes.answer(name_the_process, Request())).body)
        first, second = await pid_of_slow_lane(lanes), await pid_of_slow_lane(lanes)
        assert quick == os.getpid() != first == second

    run(index, job)


def test_what_takes_too_long_is_killed(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job over its budget is an error; its process is gone, and the next job gets another."""
    monkeypatch.setattr(lanes_module, "SLOW_SECONDS", 5.0)

    async def job(lanes: Lanes) -> None:
        before = await pid_of_slow_lane(lanes)
        with pytest.raises(OverBudget):
            await lanes.answer(sleep_long, Request(), is_slow=True)
        with pytest.raises(ProcessLookupError):
            os.kill(before, 0)
        assert await pid_of_slow_lane(lanes) != before

    run(index, job)


def test_a_job_that_nobody_waits_for_is_killed(index: Path) -> None:
    """After a client disconnects, the computation ends and does not block the next one."""

    async def job(lanes: Lanes) -> None:
        before = await pid_of_slow_lane(lanes)
        task = asyncio.create_task(lanes.answer(sleep_long, Request(), is_slow=True))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await pid_of_slow_lane(lanes) != before

    run(index, job)


def test_a_file_that_is_not_taken_is_not_made(index: Path) -> None:
    """A stream that is closed early ends the computation."""

    async def job(lanes: Lanes) -> None:
        pieces = lanes.slow.stream(count_endlessly, Request())
        assert await anext(pieces) == b"x" * 10_000
        await pieces.aclose()
        assert await pid_of_slow_lane(lanes)

    run(index, job)


def test_too_many_slow_requests_are_refused(index: Path) -> None:
    """One runs, eight wait, and the next is refused; quick ones are not affected."""

    async def job(lanes: Lanes) -> None:
        tasks = [
            asyncio.create_task(lanes.answer(sleep_long, Request(), is_slow=True))
            for _ in range(MAX_WAITING + 1)
        ]
        await asyncio.sleep(0.2)
        with pytest.raises(Busy):
            await lanes.answer(name_the_process, Request(), is_slow=True)
        assert (await lanes.answer(name_the_process, Request())).body
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(index, job)


def test_a_slow_request_changes_lanes(index: Path) -> None:
    """A job that is slow on the quick lane is answered by the other, the next time at once."""

    async def job(lanes: Lanes) -> None:
        for _ in range(2):
            answer = await lanes.answer(sleep_a_second, Request({"q": "war"}))
            assert int(answer.body) != os.getpid()

    run(index, job)


@pytest.mark.parametrize(
    ("query", "is_slow"),
    [
        ("q=the&view=lines", True),
        ("q=peace&view=lines", False),
        ("q=the", False),
        ("q=sentence(the+war)", True),
        ("q=sentence(peace+spoke)", False),
        ("q=peace+OR+paragraph(the+marks)", True),
        ("q=the+NEAR/9+marks", True),
        ("q=NOT+(the+NEAR/9+marks)+AND+peace", True),
        ("q=the+BEFORE/9+marks", True),
        ("q=the+NOT+NEAR/9+peace", True),
        ("q=peace+NOT+NEAR/9+the", False),
        ("q=the+NEAR/9+(peace+NEAR/9+spoke)", False),
        ("q=the+NEAR/9+(peace+OR+marks)", True),
        ("q=(peace+OR+the+NEAR/9+marks)+NEAR/9+the", True),
        ("q=%22the+marks%22", False),
        ("q=%22the+marks%22~2", True),
        ("q=%22the+mark*%22", True),
        ("q=the+AND+marks", False),
        ("q=peace&page=100000", True),
        ("q=sentence(the", False),
        ("", False),
        ("q=the&view=map", False),
    ],
)
def test_costly_queries_are_recognised(
    index: Path, monkeypatch: pytest.MonkeyPatch, query: str, is_slow: bool
) -> None:
    """Lines and sentences of frequent words are left to the slow lane, before they run."""
    monkeypatch.setattr(desk_module, "MAX_QUICK_POSTINGS", 5)
    desk = Desk(index)
    assert desk.is_slow(Request(dict(parse_qsl(query)))) is is_slow
    desk.close()


def test_a_costly_query_is_answered_by_the_slow_lane(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is the same, whichever lane gives it."""
    with TestClient(create_app(index, Policy(8017)), base_url=ADDRESS) as client:
        quick = client.get("/api/v1/lines?q=the&sort=right").json()
        monkeypatch.setattr(desk_module, "MAX_QUICK_POSTINGS", 5)
        slow = client.get("/api/v1/lines?q=the&sort=right").json()
    assert {**quick, "ms": 0} == {**slow, "ms": 0}


def test_errors_and_deaths_are_reported(index: Path) -> None:
    """An error is raised here as it was there; the death of the process is an error, too."""

    async def job(lanes: Lanes) -> None:
        with pytest.raises(ExcerptError, match="This failed"):
            await lanes.answer(fail, Request(), is_slow=True)
        with pytest.raises(ExcerptError, match="has ended"):
            await lanes.answer(die, Request(), is_slow=True)
        assert await pid_of_slow_lane(lanes)

    run(index, job)


def test_busy_and_late_are_statuses(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 says when to come again; 503 says what to do."""
    with TestClient(create_app(index, Policy(8017)), base_url=ADDRESS) as client:
        for error, status, code in ((Busy(), 429, "busy"), (OverBudget(), 503, "over_budget")):

            async def refuse(*_: object, error: ExcerptError = error, **__: object) -> None:
                raise error

            monkeypatch.setattr(Lanes, "answer", refuse)
            response = client.get("/?q=war")
            assert response.status_code == status
            assert error.what in response.text
            found = client.get("/api/v1/search?q=war")
            assert (found.status_code, found.json()["error"]["code"]) == (status, code)
        assert client.get("/?q=war").headers.get("retry-after") is None


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, for at most a minute."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("the condition does not come true")


def test_a_new_state_appears(tmp_path: Path) -> None:
    """After a build commits, both lanes answer from the new state; older pages say so."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The war begins.\n", encoding="utf-8")
    excerpt.build_index(corpus, index)
    with TestClient(create_app(index, Policy(8017)), base_url=ADDRESS) as client:
        before = client.get("/api/v1/search?q=war").json()
        assert before["total"] == 1
        assert len(client.get("/export.jsonl?q=war").text.splitlines()) == 1
        (corpus / "b.txt").write_text("The war ends.\n", encoding="utf-8")
        excerpt.build_index(corpus, index)
        wait_until(lambda: client.get("/api/v1/search?q=war").json()["total"] == 2)
        assert client.get("/api/v1/status").json()["counts"]["documents"] == 2
        assert len(client.get("/export.jsonl?q=war").text.splitlines()) == 2
        text = client.get(f"/?q=war&state={before['state']}").text
        assert "The index has been updated" in text
        after = client.get("/api/v1/search?q=war").json()["state"]
        assert "has been updated" not in client.get(f"/?q=war&state={after}").text


def test_a_state_that_cannot_be_opened_is_tried_again(
    index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected error while a new state is opened is reported, and ends nothing."""
    monkeypatch.setattr(lanes_module, "POLL_SECONDS", 0.01)
    calls: list[int] = []

    def fail_at_first(_: object) -> None:
        calls.append(1)
        if len(calls) < 3:
            raise ZeroDivisionError

    monkeypatch.setattr(lanes_module.DeskSource, "newer", fail_at_first)

    async def job(lanes: Lanes) -> None:
        while len(calls) < 4:  # noqa: ASYNC110 - the other side is a thread
            await asyncio.sleep(0.01)
        assert (await lanes.answer(name_the_process, Request())).body

    run(index, job)
    assert "cannot be opened" in caplog.text


def test_pages_survive_a_build(tmp_path: Path) -> None:
    """All hits can be paged through while builds commit."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for number in range(30):
        (corpus / f"{number}.txt").write_text(f"War, {number}.\n", encoding="utf-8")
    excerpt.build_index(corpus, index)
    with TestClient(create_app(index, Policy(8017)), base_url=ADDRESS) as client:
        seen, page = set(), 1
        while page:
            found = client.get(f"/api/v1/search?q=war&sort=path&page={page}").json()
            seen |= {hit["path"] for hit in found["hits"]}
            page = found["next"]
            (corpus / f"new{page}.txt").write_text(f"War, new {page}.\n", encoding="utf-8")
            excerpt.build_index(corpus, index)
        assert seen >= {f"{number}.txt" for number in range(30)}
