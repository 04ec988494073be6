"""A corpus → how fast excerpt is on it, and others beside it: everything from the build to the first answer.

All of it happens in a temporary folder, on a copy of the corpus. Each peer builds and answers in a process of its own.
A question is asked in four ways: of a new process, the index dropped from the system's cache (cold); once in a process
that has answered others (first time); again and again (warm); and again and again with the matches marked in the texts
(highlighted), of those that do so themselves. What is compared are always answers to the same questions, taken in turn.
"""

import os
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from excerpt.benchmark.corpora import prepared
from excerpt.benchmark.engine_run import NEW_WORD, Built, Course, ReadCost
from excerpt.benchmark.html_rate import Markup, markup_of
from excerpt.benchmark.passages import Cut
from excerpt.benchmark.peers import Way, load
from excerpt.benchmark.process import Asked, PeerProcess
from excerpt.benchmark.queries import USUAL, Form, Question, no_matches, sample
from excerpt.benchmark.rounds import Round, Rounds, ask_again, ask_round, ask_together
from excerpt.benchmark.start_up import IMPORTS, Start, start_of
from excerpt.benchmark.timing import Timing, timing_of, together_of
from excerpt.errors import ExcerptError

__all__ = ["Bench", "Kind", "Measured", "Wishes", "drawn", "measure", "others_than"]

SELF: Final = "excerpt"
_SAMPLED: Final = 2_000
"""Passages from which questions are drawn."""
_STARTS_A_ROUND: Final = 2


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to measure: what to compare with, on how many times the corpus, the questions (none: they are drawn) of
    `n_given`, so many of each of `kinds`, rounds, processes that build and that answer together, the seed of all that
    is drawn, the ranking of excerpt."""

    against: tuple[str, ...] = ()
    copies: int = 1
    questions: tuple[Question, ...] = ()
    n_given: int = 0
    kinds: tuple[str, ...] = USUAL
    n_questions: int = 100
    rounds: int = 5
    processes: int = 2
    seed: int = 1
    ranking: str = "default"


@dataclass(frozen=True, slots=True)
class Kind:
    """The figures of a kind of question, asked in several ways; `together`: of several processes side by side.

    Those of `highlighted` are None where the engine marks no matches. `n_found` questions found something, `n_matches`
    passages in all (None: not counted). `reading` says what the median question reads (None: not known).
    """

    warm: Timing
    first: Timing
    cold: Timing
    together: Timing
    highlighted: Timing | None
    n_found: int
    n_matches: int | None
    reading: ReadCost | None = None


@dataclass(slots=True)
class Measured:
    """All there is to say of one peer: seconds until a changed document is found (`change`) and until it is seen that
    nothing has changed (`update`; None: it sees no files), each the median of a few; bytes of memory of a process that
    has answered all."""

    name: str
    settings: dict[str, str]
    built: Built
    memory: int = 0
    change: float = 0.0
    update: float | None = None
    kinds: dict[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that was measured. `left_out` says of each peer that could not be, why. `n_asked` of the questions
    matched something in excerpt and were asked of all, after `n_others` to warm up; of the kinds `without_hits` none
    did. `starts` are from the shell, for plain words and with operators; `markup` is of the HTML. `is_evicted` says whether the files of an index
    were dropped from the system's cache before a cold answer; `load` is that of the machine when nothing had begun."""

    corpus: str
    n_documents: int
    n_bytes: int
    n_passages: int
    n_words: int
    n_terms: int
    wishes: Wishes
    n_drawn: int
    n_asked: int
    n_others: int
    without_hits: tuple[str, ...]
    peers: tuple[Measured, ...]
    left_out: dict[str, str]
    starts: dict[str, Start]
    markup: Markup | None
    is_evicted: bool
    load: float


def measure(
    corpus: Path | int, wishes: Wishes, say: Callable[[str], None] = lambda _: None
) -> Bench:
    """Measure on `corpus`, or on so many megabytes of noise; `say` is told what is done next.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if there is no room on the disk, or a peer fails.
    """
    load_before = os.getloadavg()[0]
    with TemporaryDirectory(prefix="excerpt-bench-") as place, ExitStack() as stack:
        texts = prepared(corpus, wishes.copies, 1 + len(wishes.against), Path(place), say)
        questions = wishes.questions or drawn(texts.source, wishes)
        course = Course(Path(place), texts.cut, wishes.ranking, wishes.processes, wishes.rounds)
        peers, left_out = _built(course, questions, wishes, say)
        asked = course.matching(questions)
        if not asked:
            raise no_matches(corpus)
        others = others_than(asked, texts.source, wishes)
        opened = _ask(course, peers, asked, others, wishes=wishes, stack=stack, say=say)
        say("starting from the shell, building the HTML alone, changing a document")
        starts = _starts(course, Path(place, "compiled"), asked, wishes.rounds)
        markup = markup_of(
            Path(place, "corpus"), Path(place, "html"), wishes.rounds, wishes.processes
        )
        for peer in peers:
            peer.change = course.change(opened[peer.name])
        peers[0].update = course.update(opened[SELF])
        (n_words, n_terms), _ = opened[SELF].call("words")
        return Bench(
            texts.name,
            texts.cut.n_documents,
            texts.cut.n_bytes,
            texts.cut.n_passages,
            n_words,
            n_terms,
            wishes,
            len(questions),
            len(asked),
            len(others),
            _without_hits(questions, asked, wishes),
            tuple(peers),
            left_out,
            starts,
            markup,
            course.is_evicted,
            load_before,
        )


def _built(
    course: Course, questions: Sequence[Question], wishes: Wishes, say: Callable[[str], None]
) -> tuple[list[Measured], dict[str, str]]:
    """Excerpt and the peers with their indexes; and for each that cannot be measured, why."""
    peers: list[Measured] = []
    left_out: dict[str, str] = {}
    for name in (SELF, *wishes.against):
        say(f"building with {name}")
        try:
            settings = dict(load(name, wishes.ranking).settings)
            peers.append(Measured(name, settings, course.build(name)))
            course.try_out(name, questions)
        except (ExcerptError, ImportError) as error:
            if name == SELF:
                raise
            peers = [peer for peer in peers if peer.name != name]
            left_out[name] = str(error).partition("\n")[0]
    return peers, left_out


def _ask(
    course: Course,
    peers: Sequence[Measured],
    asked: Sequence[Question],
    others: Sequence[Question],
    *,
    wishes: Wishes,
    stack: ExitStack,
    say: Callable[[str], None],
) -> dict[str, PeerProcess]:
    """Ask in all ways and note the figures; returns a process of each peer, its index open."""
    say(f"asking {len(asked):,} questions: cold")
    cold = course.cold([peer.name for peer in peers], asked)
    read = course.read(asked)
    opened = {peer.name: course.opened(peer.name, [*others, *asked], stack) for peer in peers}
    processes = {name: several[0] for name, several in opened.items()}
    say(
        f"asking {len(others):,} others to warm up, then these: first time, warm, highlighted, together"
    )
    ask_round(processes, others)
    first = ask_round(processes, asked)
    warm = ask_again(processes, asked, first, wishes.rounds)
    marked = ask_again(processes, asked, first, wishes.rounds, Way.HIGHLIGHTS)
    together = {
        name: ask_together(several, asked, wishes.rounds) for name, several in opened.items()
    }
    taken = {
        name: _Taken(first[name], warm[name], cold[name], marked[name], together[name])
        for name in opened
    }
    for peer in peers:
        mine, ours = taken[peer.name], taken[SELF]
        is_self = peer.name == SELF
        peer.kinds = {
            kind: _kind(kind, mine, ours, read[kind] if is_self else None) for kind in mine.first
        }
        peer.memory = processes[peer.name].memory()
    return processes


class _Taken(NamedTuple):
    """What came of the questions of each kind that one peer was asked."""

    first: Round
    warm: Rounds
    cold: dict[str, list[float]]
    marked: Rounds
    together: dict[str, list[list[float]]]


def _kind(kind: str, mine: _Taken, ours: _Taken, reading: ReadCost | None) -> Kind:
    once = mine.first[kind]
    totals = [total for total in once.totals if total is not None]
    return Kind(
        _timing(mine.warm[kind], ours.warm[kind]),
        _timing([once], [ours.first[kind]]),
        timing_of([mine.cold[kind]], [ours.cold[kind]]),
        together_of(mine.together[kind], ours.together[kind]),
        _timing(mine.marked[kind], ours.marked[kind]) if kind in mine.marked else None,
        sum(1 for shown in once.shown if shown),
        sum(totals) if len(totals) == len(once.totals) else None,
        reading,
    )


def _timing(mine: Sequence[Asked], ours: Sequence[Asked]) -> Timing:
    return timing_of([asked.seconds for asked in mine], [asked.seconds for asked in ours])


def _starts(
    course: Course, compiled: Path, asked: Sequence[Question], rounds: int
) -> dict[str, Start]:
    """Searches from the shell for a plain word, if there is one in the questions, without and with an operator."""
    plain = [question for question in asked if question.form is not Form.QUERY]
    word = [*plain, *asked][0].words[0]
    queries = {"words": word, "operators": f"{word} NOT {NEW_WORD}"}
    n = _STARTS_A_ROUND * rounds
    return {
        name: start_of(query, IMPORTS[name], course.index(SELF), compiled, n)
        for name, query in queries.items()
    }


def drawn(cut: Cut, wishes: Wishes) -> tuple[Question, ...]:
    """Questions from passages drawn at random."""
    chance = random.Random(wishes.seed)  # noqa: S311 - a sample, no secret
    numbers = sorted(chance.sample(range(cut.n_passages), min(_SAMPLED, cut.n_passages)))
    return tuple(
        sample(
            [cut.row(number).text for number in numbers],
            wishes.n_questions,
            wishes.seed,
            wishes.kinds,
        )
    )


def others_than(asked: Sequence[Question], cut: Cut, wishes: Wishes) -> list[Question]:
    """Questions of the same kinds to warm up, none of which is among those that are measured."""
    known = {(question.form, question.words) for question in asked}
    others = drawn(cut, replace(wishes, seed=wishes.seed + 1))
    return [question for question in others if (question.form, question.words) not in known]


def _without_hits(
    questions: Sequence[Question], asked: Sequence[Question], wishes: Wishes
) -> tuple[str, ...]:
    """The kinds of which nothing is asked, since nothing could be drawn or found."""
    found = {question.kind for question in asked}
    wished = (
        dict.fromkeys(question.kind for question in questions) if wishes.questions else wishes.kinds
    )
    return tuple(kind for kind in wished if kind not in found)
