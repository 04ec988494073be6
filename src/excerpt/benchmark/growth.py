"""A corpus → how long the same questions take on one that is several times as large, and how large its index becomes.

The larger ones are made of the passages of the corpus and of changed copies of them. All sizes are asked in turn, so
that their ratios hold on a machine with moods: once for the ten best with their texts, once for the exact total alone.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from excerpt.benchmark.copies import write_copies
from excerpt.benchmark.corpora import prepared
from excerpt.benchmark.engine_run import Built, Course
from excerpt.benchmark.passages import check_room
from excerpt.benchmark.peers import Way
from excerpt.benchmark.queries import no_matches
from excerpt.benchmark.rounds import Rounds, ask_again, ask_round
from excerpt.benchmark.speed import Wishes, drawn, others_than
from excerpt.benchmark.timing import Figures, figures_of, ratio

__all__ = ["Growing", "Growth", "Size", "measure_growth"]

_SELF: Final = "excerpt"


@dataclass(frozen=True, slots=True)
class Size:
    """A corpus so many `times` as large as the first text: its bytes, and what its build took."""

    times: int
    n_bytes: int
    built: Built


@dataclass(frozen=True, slots=True)
class Growing:
    """The figures of a kind of question at each size, and how many times as long as the first the last took."""

    figures: tuple[Figures, ...]
    ratio: float


@dataclass(frozen=True, slots=True)
class Growth:
    """Everything that was measured: for the ten best (`kinds`) and for the exact total alone (`totals`)."""

    corpus: str
    n_passages: int
    wishes: Wishes
    n_asked: int
    sizes: tuple[Size, ...]
    kinds: dict[str, Growing]
    totals: dict[str, Growing]


def measure_growth(
    corpus: Path | int,
    times: Sequence[int],
    wishes: Wishes,
    say: Callable[[str], None] = lambda _: None,
) -> Growth:
    """Measure on `corpus` or so many megabytes of noise, so many `times`; `say` is told what is done next.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if there is no room on the disk, or nothing is found.
    """
    with TemporaryDirectory(prefix="excerpt-bench-") as place, ExitStack() as stack:
        texts = prepared(corpus, 1, 1, Path(place), say)
        check_room(texts.cut.n_bytes * sum(times), Path(place))
        courses, sizes = {}, []
        for each in times:
            say(f"building {each} times the corpus")
            folder = Path(place, str(each))
            n_bytes = write_copies(texts.cut, each, folder / "corpus")
            courses[str(each)] = Course(
                folder, texts.cut, wishes.ranking, wishes.processes, wishes.rounds
            )
            sizes.append(Size(each, n_bytes, courses[str(each)].build(_SELF)))
        asked = courses[str(times[0])].matching(wishes.questions or drawn(texts.cut, wishes))
        if not asked:
            raise no_matches(corpus)
        others = others_than(asked, texts.cut, wishes)
        say(f"asking {len(asked):,} questions")
        processes = {
            name: course.opened_one(_SELF, [*others, *asked], stack)
            for name, course in courses.items()
        }
        ask_round(processes, others)
        first = ask_round(processes, asked)
        answers = ask_again(processes, asked, first, wishes.rounds)
        totals = ask_again(processes, asked, first, wishes.rounds, Way.TOTAL)
    return Growth(
        texts.name,
        texts.cut.n_passages,
        wishes,
        len(asked),
        tuple(sizes),
        _growing([answers[str(each)] for each in times]),
        _growing([totals[str(each)] for each in times]),
    )


def _growing(sizes: Sequence[Rounds]) -> dict[str, Growing]:
    """The figures of each kind, of what came of it at each size."""
    seconds = [{kind: [asked.seconds for asked in size[kind]] for kind in size} for size in sizes]
    return {
        kind: Growing(
            tuple(figures_of(size[kind]) for size in seconds),
            ratio(seconds[-1][kind], seconds[0][kind]),
        )
        for kind in seconds[0]
    }
