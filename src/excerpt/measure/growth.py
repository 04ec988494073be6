"""A corpus → how long the same questions take on one that is several times as large, and how large its index becomes.

The larger ones are made of the passages of the corpus and of changed copies of them: in each copy some of the words get
letters of their own, so that the vocabulary grows as well and no passage stands there twice. All sizes are asked in
turn, so that their ratios hold on a machine with moods. Titles, dates and markup are not copied.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zlib import crc32

from excerpt.errors import ExcerptError
from excerpt.measure.bench import Wishes, drawn
from excerpt.measure.course import Built, Course
from excerpt.measure.passages import Cut, check_room, copy_corpus, cut_corpus, read_rows
from excerpt.measure.process import PeerProcess
from excerpt.measure.timing import Figures, figures_of, ratio

__all__ = ["Growing", "Growth", "Size", "changed", "measure_growth", "write_copies"]

_SELF: Final = "excerpt"
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_SHARE: Final = 10
"""One form in so many is changed in a copy."""


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
    """Everything that was measured."""

    corpus: str
    n_passages: int
    wishes: Wishes
    n_asked: int
    sizes: tuple[Size, ...]
    kinds: dict[str, Growing]


def measure_growth(
    corpus: Path, times: Sequence[int], wishes: Wishes, say: Callable[[str], None] = lambda _: None
) -> Growth:
    """Measure on `corpus`, so many `times`; `say` is told what is done next.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if there is no room on the disk, or nothing is found.
    """
    with TemporaryDirectory(prefix="excerpt-bench-") as place, ExitStack() as stack:
        say("copying and cutting the corpus")
        copy_corpus(corpus, Path(place, "corpus"))
        cut = cut_corpus(Path(place, "corpus"), Path(place, "passages"))
        if not cut.n_passages:
            raise ExcerptError(f"{corpus}: no file in it could be read.", "excerpt build says why.")
        check_room(cut.n_bytes * sum(times), Path(place))
        courses, sizes = {}, []
        for each in times:
            say(f"building {each} times the corpus")
            folder = Path(place, str(each))
            n_bytes = write_copies(cut, each, folder / "corpus")
            courses[each] = Course(folder, cut, wishes.ranking, wishes.processes, wishes.rounds)
            sizes.append(Size(each, n_bytes, courses[each].build(_SELF)))
        first = courses[times[0]]
        asked = first.matching(wishes.questions or drawn(cut, wishes))
        if not asked:
            raise ExcerptError(f"{corpus}: none of the questions finds anything here.")
        say(f"asking {len(asked):,} questions")
        processes: dict[str, PeerProcess] = {
            str(each): course.opened_one(_SELF, asked, stack) for each, course in courses.items()
        }
        rounds = {
            name: {kind: [series.seconds for series in several] for kind, several in kinds.items()}
            for name, kinds in first.rounds(processes, asked).items()
        }
    every = [rounds[str(each)] for each in times]
    kinds = {
        kind: Growing(tuple(figures_of(size[kind]) for size in every), ratio(every[-1][kind], every[0][kind]))
        for kind in every[0]
    }
    return Growth(corpus.resolve().name, cut.n_passages, wishes, len(asked), tuple(sizes), kinds)


def write_copies(cut: Cut, times: int, folder: Path) -> int:
    """Write the texts of `cut`, and as many changed copies as make it so many `times`, into the new folder `folder`;
    returns their bytes."""
    n_bytes = 0
    for copy in range(times):
        (folder / str(copy)).mkdir(parents=True)
        for document, rows in groupby(read_rows(cut.file), key=lambda row: row.document):
            text = "\n\n".join(changed(row.text, copy) for row in rows) + "\n"
            n_bytes += (folder / str(copy) / f"{document}.txt").write_bytes(text.encode())
    return n_bytes


def changed(text: str, copy: int) -> str:
    """`text` with letters at the end of some of its words, others in each `copy`; copy 0 is the text itself.

    >>> changed("common ownership of the means", 3)
    'common ownership of the meansqd'
    """
    return _WORD.sub(lambda match: _changed_word(match[0], copy), text) if copy else text


@lru_cache(1 << 16)
def _changed_word(word: str, copy: int) -> str:
    is_changed = crc32(word.encode(), copy) % _SHARE == 0
    return f"{word}q{_letters(copy)}" if is_changed else word


def _letters(number: int) -> str:
    """`number` written in letters.

    >>> _letters(1), _letters(27)
    ('b', 'bb')
    """
    rest, last = divmod(number, 26)
    return (_letters(rest) if rest else "") + chr(ord("a") + last)
