"""A corpus → how fast excerpt is on it, and others beside it: everything from the build to the first answer.

All of it happens in a temporary folder, on a copy of the corpus. Each peer builds and answers in a process of its own.
Then they are asked in turn, round by round, the same questions; a first round that is not counted warms them up.
"""

import os
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from excerpt.errors import ExcerptError
from excerpt.measure.course import Built, Course, Reading, Rounds, Start
from excerpt.measure.passages import Cut, copy_corpus, cut_corpus
from excerpt.measure.peers import load
from excerpt.measure.process import Asked
from excerpt.measure.sample import USUAL, Form, Question, sample
from excerpt.measure.timing import Figures, figures_of, ratio

__all__ = ["Bench", "Kind", "Measured", "Wishes", "drawn", "measure"]

SELF: Final = "excerpt"
_SAMPLED: Final = 2_000
"""Passages from which questions are drawn."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to measure: what to compare with, the questions (none: they are drawn), so many of each of `kinds`, rounds,
    processes that build and that answer together, the seed of all that is drawn, the ranking of excerpt."""

    against: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    kinds: tuple[str, ...] = USUAL
    n_questions: int = 100
    rounds: int = 5
    processes: int = 2
    seed: int = 1
    ranking: str = "default"


@dataclass(frozen=True, slots=True)
class Kind:
    """The figures of a kind of question: asked one after the other, and answers a second of several processes together.

    `n_found` questions found something, `n_matches` passages in all (None: not counted). `ratio` is how many times as
    long as excerpt the median took. `reading` says what the median question reads (None: not known).
    """

    figures: Figures
    per_second_together: float
    n_found: int
    n_matches: int | None
    ratio: float
    reading: Reading | None = None


@dataclass(slots=True)
class Measured:
    """All there is to say of one peer: seconds from opening its index to a first answer (`cold`), until a changed
    document is found (`change`), each the median of a few; bytes of memory of a process that has answered all."""

    name: str
    settings: dict[str, str]
    built: Built
    cold: float
    memory: int = 0
    change: float = 0.0
    kinds: dict[str, Kind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that was measured. `left_out` says of each peer that could not be, why. `n_asked` of the questions
    matched something in excerpt and were asked of all; of the kinds `without_hits` none did. `is_evicted` says whether the files of an index were dropped
    from the system's cache before a first answer; `load` is that of the machine when nothing had begun."""

    corpus: str
    n_documents: int
    n_bytes: int
    n_passages: int
    wishes: Wishes
    n_drawn: int
    n_asked: int
    without_hits: tuple[str, ...]
    peers: tuple[Measured, ...]
    left_out: dict[str, str]
    start: Start
    is_evicted: bool
    load: float


def measure(corpus: Path, wishes: Wishes, say: Callable[[str], None] = lambda _: None) -> Bench:
    """Measure on `corpus`; `say` is told what is done next.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if there is no room on the disk, or a peer fails.
    """
    left_out: dict[str, str] = {}
    load_before = os.getloadavg()[0]
    with TemporaryDirectory(prefix="excerpt-bench-") as place, ExitStack() as stack:
        say("copying and cutting the corpus")
        copy_corpus(corpus, Path(place, "corpus"))
        cut = cut_corpus(Path(place, "corpus"), Path(place, "passages"))
        if not cut.n_passages:
            raise ExcerptError(f"{corpus}: no file in it could be read.", "excerpt build says why.")
        questions = wishes.questions or drawn(cut, wishes)
        course = Course(Path(place), cut, wishes.ranking, wishes.processes, wishes.rounds)
        peers = []
        for name in (SELF, *wishes.against):
            say(f"building with {name}")
            try:
                peers.append(_built(name, course, questions, wishes.ranking))
            except (ExcerptError, ImportError) as error:
                if name == SELF:
                    raise
                left_out[name] = str(error).partition("\n")[0]
        asked = course.matching(questions)
        if not asked:
            raise ExcerptError(
                f"{corpus}: none of the questions finds anything here.", "Ask others with --queries."
            )
        say(f"asking {len(asked):,} questions")
        read = course.read(asked)
        opened = {peer.name: course.opened(peer.name, asked, stack) for peer in peers}
        rounds = course.rounds({name: several[0] for name, several in opened.items()}, asked)
        for peer in peers:
            together = course.together(opened[peer.name], asked)
            peer.memory = opened[peer.name][0].memory()
            peer.kinds = _kinds(rounds[peer.name], rounds[SELF], together, read if peer.name == SELF else {})
        say("starting from the shell, changing a document")
        start = course.start(_word_of(asked))
        for peer in peers:
            peer.change = course.change(opened[peer.name][0])
        return Bench(
            corpus.resolve().name,
            cut.n_documents,
            cut.n_bytes,
            cut.n_passages,
            wishes,
            len(questions),
            len(asked),
            _without_hits(questions, asked, wishes),
            tuple(peers),
            left_out,
            start,
            course.is_evicted,
            load_before,
        )


def _built(name: str, course: Course, questions: Sequence[Question], ranking: str) -> Measured:
    """The peer `name` with its index.

    Raises:
        ImportError: if it is not installed.
        ExcerptError: if it fails.
    """
    peer = load(name, ranking)
    built = course.build(name)
    course.try_out(name, questions)
    known = [question for question in questions if question.form in peer.forms]
    return Measured(name, dict(peer.settings), built, course.first_answer(name, known))


def drawn(cut: Cut, wishes: Wishes) -> tuple[Question, ...]:
    """Questions from passages drawn at random."""
    chance = random.Random(wishes.seed)  # noqa: S311 - a sample, no secret
    numbers = sorted(chance.sample(range(cut.n_passages), min(_SAMPLED, cut.n_passages)))
    return tuple(
        sample([cut.row(number).text for number in numbers], wishes.n_questions, wishes.seed, wishes.kinds)
    )


def _without_hits(
    questions: Sequence[Question], asked: Sequence[Question], wishes: Wishes
) -> tuple[str, ...]:
    """The kinds of which nothing is asked, since nothing could be drawn or found."""
    found = {question.kind for question in asked}
    wished = dict.fromkeys(question.kind for question in questions) if wishes.questions else wishes.kinds
    return tuple(kind for kind in wished if kind not in found)


def _word_of(asked: Sequence[Question]) -> str:
    """What is asked from the shell: a plain word, if there is one in the questions."""
    plain = [question for question in asked if question.form is not Form.QUERY]
    return [*plain, *asked][0].words[0]


def _kinds(
    mine: Rounds, ours: Rounds, together: dict[str, float], read: dict[str, Reading]
) -> dict[str, Kind]:
    return {kind: _kind(mine[kind], ours[kind], together[kind], read.get(kind)) for kind in mine}


def _kind(mine: Sequence[Asked], ours: Sequence[Asked], together: float, read: Reading | None) -> Kind:
    seconds = [asked.seconds for asked in mine]
    totals = [total for total in mine[0].totals if total is not None]
    return Kind(
        figures_of(seconds),
        together,
        sum(1 for shown in mine[0].shown if shown),
        sum(totals) if len(totals) == len(mine[0].totals) else None,
        ratio(seconds, [asked.seconds for asked in ours]),
        read,
    )
