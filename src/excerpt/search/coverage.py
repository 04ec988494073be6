"""A catalog and the disk → what became of every file below the corpus.

Nothing is lost in silence: a file is indexed, a duplicate of one that is, excluded by a rule, or a problem with its
reason; or it came after the last build. The disk is walked anew and knows nothing of rules, so the sum can be checked.
What is told of a folder that was left out holds for every file below it. Nothing is written, and no source is read
but to see whether one whose stat differs has changed.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from excerpt.catalog import Catalog

__all__ = ["Coverage", "Fate", "Outcome", "cover"]


class Outcome(StrEnum):
    """What can become of a file."""

    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    EXCLUDED = "excluded"
    PROBLEM = "problem"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the file at `path`.

    `why` is the rule that excludes it, the reason of a problem, or the path that a duplicate doubles. `warnings` say in
    plain words what of an indexed file was guessed, replaced or cut, and where. `is_stale`: it has changed since.
    `is_empty`: there is no text in it.
    """

    path: str
    outcome: Outcome
    why: str = ""
    encoding: str = ""
    warnings: tuple[str, ...] = ()
    is_stale: bool = False
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """The fate of every file below `corpus`, by path, and the paths at which the index knows one that has `gone`."""

    corpus: Path
    fates: tuple[Fate, ...]
    gone: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many files have each fate; they add up to all there are."""
        found = Counter(fate.outcome for fate in self.fates)
        return {outcome.value: found[outcome] for outcome in Outcome}

    def of(self, outcome: Outcome) -> tuple[Fate, ...]:
        """The files with this fate."""
        return tuple(fate for fate in self.fates if fate.outcome is outcome)

    @property
    def repaired(self) -> tuple[Fate, ...]:
        """The indexed files of which something was guessed, replaced or cut."""
        return tuple(fate for fate in self.of(Outcome.INDEXED) if fate.warnings)

    @property
    def empty(self) -> tuple[Fate, ...]:
        """The indexed files without any text."""
        return tuple(fate for fate in self.of(Outcome.INDEXED) if fate.is_empty)

    @property
    def stale(self) -> tuple[Fate, ...]:
        """The files that have changed since they were indexed."""
        return tuple(fate for fate in self.fates if fate.is_stale)


def cover(catalog: Catalog, corpus: Path | None = None) -> Coverage:
    """What became of the files below `corpus` (None: the one the catalog was made from).

    Raises:
        IndexDamaged: if the catalog is not what was written.
    """
    root = corpus or catalog.corpus
    known = dict(_known(catalog))
    fates = tuple(sorted(_fates(root, known), key=lambda fate: fate.path))
    there = {fate.path for fate in fates}
    indexed = {Outcome.INDEXED, Outcome.DUPLICATE}
    gone = (path for path, fate in known.items() if fate.outcome in indexed and path not in there)
    return Coverage(root, fates, tuple(sorted(gone)))


def _known(catalog: Catalog) -> Iterator[tuple[str, Fate]]:
    """What the catalog says of files, and of folders, whose paths end with "/"."""
    for outcome, found in (
        (Outcome.EXCLUDED, catalog.skipped()),
        (Outcome.PROBLEM, catalog.problems()),
    ):
        for each in found:
            yield each.path, Fate(each.path, outcome, each.reason)
    for record in catalog.documents():
        first, *others = record.files
        told, is_empty = (record.encoding, record.warnings), not record.n_passages
        yield (
            first.path,
            Fate(first.path, Outcome.INDEXED, "", *told, catalog.is_stale(first), is_empty),
        )
        for place in others:
            is_stale = catalog.is_stale(place)
            yield (
                place.path,
                Fate(place.path, Outcome.DUPLICATE, first.path, *told, is_stale, is_empty),
            )


def _fates(root: Path, known: Mapping[str, Fate]) -> Iterator[Fate]:
    """The fate of everything below `root` that is no folder; a folder that cannot be read is one thing."""
    folders = [("", _fate("", known, Fate("", Outcome.UNSEEN)))]
    while folders:
        folder, around = folders.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = list(found)
        except OSError as error:
            yield (
                around
                if around.why
                else Fate(folder, Outcome.PROBLEM, (error.strerror or "").lower())
            )
            continue
        for entry in entries:
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append((path + "/", _fate(path + "/", known, around)))
            else:
                yield _fate(path, known, around)


def _fate(path: str, known: Mapping[str, Fate], around: Fate) -> Fate:
    """What is known of `path`, or else of the folder around it."""
    return known.get(path) or Fate(path, around.outcome, around.why)
