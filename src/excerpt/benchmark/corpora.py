"""What is wished → the corpus that is measured: a copy of a folder, several changed copies of it, or generated noise.

Everything lies in a folder of its own, so that a file can be changed while what was given is never touched.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from excerpt.benchmark.copies import write_copies
from excerpt.benchmark.noise import write_noise
from excerpt.benchmark.passages import Cut, check_room, copy_corpus, cut_corpus
from excerpt.errors import Advice, ExcerptError

__all__ = ["Corpus", "prepared"]

_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is measured: what it is called, what it is cut into, and the passages that questions are drawn from."""

    name: str
    cut: Cut
    source: Cut


def prepared(
    corpus: Path | int, copies: int, n_engines: int, folder: Path, say: Callable[[str], None]
) -> Corpus:
    """Make `folder`/corpus of the sources in `corpus` or of so many megabytes of noise, so many times, and cut it.

    Questions are drawn from the corpus as it is without copies, so that they are the same with them.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if there is no room on the disk for it and the indexes of so many engines.
    """
    made = folder / "corpus"
    if isinstance(corpus, int):
        say(f"making {corpus} MB of noise")
        check_room(corpus * _MEGA * copies, folder, n_engines)
        write_noise(corpus, made)
        name = "generated OCR noise"
    else:
        say("copying the corpus")
        copy_corpus(corpus, made)
        name = corpus.resolve().name
    say("cutting it into passages")
    cut = source = cut_corpus(made, folder / "passages")
    if not cut.n_passages:
        raise ExcerptError(
            "no file in it could be read.", Advice("excerpt build says why."), where=str(corpus)
        )
    check_room(cut.n_bytes * copies, folder, n_engines)
    if copies > 1:
        say(f"copying it {copies - 1} times with changes")
        shutil.rmtree(made)
        write_copies(source, copies, made)
        cut = cut_corpus(made, folder / "all-passages")
        name += f", {copies} times: changed copies"
    return Corpus(name, cut, source)
