"""A folder, changed copies of it, or generated noise → the corpus of a benchmark.

One of its files is changed in the course of a benchmark, so the user's folder is never used
directly.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from excerpt.benchmark.copies import write_copies
from excerpt.benchmark.noise import write_noise
from excerpt.benchmark.passage_file import (
    PassageFile,
    check_disk_space,
    copy_corpus,
    split_corpus,
)
from excerpt.errors import ExcerptError, Instruction

__all__ = ["BenchmarkCorpus", "prepare_corpus"]

_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class BenchmarkCorpus:
    """The corpus of a benchmark.

    `passages` are those that are indexed; `original` are those without copies, from which queries
    are sampled, so that the queries are the same for any number of copies.
    """

    name: str
    passages: PassageFile
    original: PassageFile


def prepare_corpus(
    corpus: Path | int, copies: int, n_engines: int, folder: Path, report: Callable[[str], None]
) -> BenchmarkCorpus:
    """Write the corpus of a benchmark to `folder`/corpus and split it into passages.

    It is made of the texts in the folder `corpus`, or of as many megabytes of noise, and of
    `copies` - 1 changed copies of them. `report` is called with each step before it begins.

    Raises:
        CorpusError: if there is no text in it.
        ExcerptError: if the disk has no space for it and its indexes.
    """
    target = folder / "corpus"
    if isinstance(corpus, int):
        report(f"generating {corpus} MB of noise")
        check_disk_space(corpus * _MEGA * copies, folder, n_engines)
        write_noise(corpus, target)
        name = "generated OCR noise"
    else:
        report("copying the corpus")
        copy_corpus(corpus, target)
        name = corpus.resolve().name
    report("splitting it into passages")
    passages = original = split_corpus(target, folder / "passages")
    if not passages.n_passages:
        raise ExcerptError(
            "no file in it could be read.",
            Instruction("Run excerpt build to see the reasons."),
            where=str(corpus),
        )
    check_disk_space(passages.n_bytes * copies, folder, n_engines)
    if copies > 1:
        report(f"adding changed copies ({copies} times the corpus)")
        shutil.rmtree(target)
        write_copies(original, copies, target)
        passages = split_corpus(target, folder / "all-passages")
        name += f", {copies} times, with changed copies"
    return BenchmarkCorpus(name, passages, original)
