"""A corpus and what the index knows of it → what was found, what is to be done about it, and the report of it.

It reads file names, stats, digests and each metadata.csv, and changes nothing: a dry run ends here.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from excerpt.catalog import FileProblem
from excerpt.catalog.records import MetadataPairs
from excerpt.catalog.writer import CatalogWriter
from excerpt.errors import Advice, CorpusError, RemovalRefused, Unreadable, UseOption
from excerpt.indexing.changes import Changes, Decision, Found, Job, Keep, Known, Reject, look_at
from excerpt.indexing.report import Report
from excerpt.ingest import source
from excerpt.ingest.metadata import read_metadata
from excerpt.ingest.walk import Walk, walk
from excerpt.model import SourceFile

__all__ = ["Plan", "survey"]

_METADATA: Final = "metadata.csv"
_MOST_KEPT: Final = 20
_MOST_NAMED: Final = 5
"""Files that are named of those which a metadata.csv names and which are not there."""
_MOST_REASONS: Final = 5
"""Named of a corpus in which there is nothing to be read."""


def survey(root: Path, index: Path, exclude: Sequence[str]) -> Walk:
    """The files of a corpus, as they are just now.

    Raises:
        CorpusError: if there is nothing in it to be read.
    """
    found = walk(root, exclude=exclude, prune=(index,))
    if found.files:
        return found
    reasons = Counter(each.reason for each in found.skipped).most_common(_MOST_REASONS)
    why = "; ".join(f"{n:,} × {reason}" for reason, n in reasons)
    raise CorpusError(
        "there is no text in this folder, so nothing is changed."
        + (f" Left out: {why}." if why else ""),
        Advice("Check that the right folder is named and that its disk is mounted."),
        where=root,
    )


@dataclass
class Plan:
    """What was found in a corpus, and what is to be done about it."""

    root: Path
    walk: Walk
    given: dict[str, MetadataPairs]
    warnings: list[str]
    known: Known
    changes: Changes
    settled: list[SourceFile]
    suspects: list[SourceFile]
    decisions: Iterable[Decision]
    n_lost: int = 0

    @classmethod
    def of(
        cls,
        root: Path,
        catalog: CatalogWriter,
        exclude: Sequence[str],
        *,
        language: str,
        checksum: bool,
    ) -> "Plan":
        """Walk the corpus, look at what may have changed, and decide.

        Raises:
            CorpusError: if there is nothing in it.
        """
        walk = survey(root, catalog.folder, exclude)
        given, warnings = _read_metadata(root, walk)
        known = Known.of(catalog)
        changes = Changes(known, given, language)
        settled, suspects = ([], list(walk.files)) if checksum else known.sift(walk.files)
        found = look_at(root, suspects)
        plan = cls(
            root,
            walk,
            given,
            warnings,
            known,
            changes,
            settled,
            suspects,
            map(changes.decide, found),
        )
        if not known.is_nothing:
            plan._weigh(list(found))
        return plan

    def _weigh(self, found: list[Found]) -> None:
        """With documents known, all files are looked at before anything is decided (see `Changes`)."""
        self.n_lost = self.changes.weigh(self.settled, found)
        self.decisions = sorted(map(self.changes.decide, found), key=self._is_for_later)

    def _is_for_later(self, decision: Decision) -> bool:
        """What stays or moves comes first: a document that lost its place must have another before the next commit."""
        return not (isinstance(decision, Keep) and decision.document in self.known.digests)

    def guard(self) -> None:
        """See that what is lost looks like somebody's intention.

        Raises:
            RemovalRefused: if not.
        """
        n_known = len(self.known.digests)
        if self.n_lost * 2 > n_known:
            raise RemovalRefused(
                f"{_told(self.n_lost, n_known)}, so nothing is changed.",
                UseOption("If they were removed on purpose, confirm it", "--allow-removals"),
                where=self.root,
            )

    @cached_property
    def to_read(self) -> list[SourceFile]:
        """The files that must be read; those that may have to be, before that is known."""
        if isinstance(self.decisions, list):
            return [each.file for each in self.decisions if isinstance(each, Job)]
        return self.suspects

    @cached_property
    def n_bytes(self) -> int:
        """The size of the files to read."""
        return sum(file.size for file in self.to_read)

    @property
    def warnings_to_keep(self) -> list[str]:
        """Those of the warnings that the index keeps: few, for every search reads them."""
        n_more = len(self.warnings) - _MOST_KEPT
        return self.warnings[:_MOST_KEPT] + (
            [f"and {n_more:,} more, which a build tells"] if n_more > 0 else []
        )

    @property
    def vanished(self) -> list[str]:
        """The paths the index knows at which there is nothing to read any more."""
        if not self.known.problems:
            return self.changes.gone
        there = {file.path for file in self.walk.files} | {
            each.path for each in self.walk.skipped if each.is_failure
        }
        return self.changes.gone + sorted(self.known.problems.keys() - there)

    def skipped(self, *, is_failure: bool) -> list[FileProblem]:
        """What the walk left out: what it could not read, or what a rule leaves out."""
        return [
            FileProblem(each.path, each.reason)
            for each in self.walk.skipped
            if each.is_failure == is_failure
        ]

    def unreadable(self, catalog: CatalogWriter) -> list[FileProblem]:
        """All that cannot be read, whether this build has committed or only looked."""
        reasons = {path: known.reason for path, known in catalog.problems().items()}
        reasons |= {each.path: each.reason for each in self.skipped(is_failure=True)}
        for each in self.decisions if isinstance(self.decisions, list) else ():
            reasons |= {each.file.path: each.reason} if isinstance(each, Reject) else {}
        for path in self.vanished:
            reasons.pop(path, None)
        return [FileProblem(path, reason) for path, reason in sorted(reasons.items())]

    def report(self, catalog: CatalogWriter, started: float) -> Report:
        """What there is to tell."""
        if not isinstance(self.decisions, list):
            self.decisions = list(self.decisions)  # a first build that is only tried
        counts = self.changes.counts
        there = catalog.settings.counts
        return Report(
            new=counts["new"],
            changed=counts["changed"],
            removed=self.changes.n_removed,
            moved=counts["moved"],
            unchanged=counts["unchanged"]
            + sum(1 for file in self.settled if file.path in self.known.files),
            duplicates=counts["duplicates"],
            unreadable=tuple(self.unreadable(catalog)),
            skipped=tuple(self.skipped(is_failure=False)),
            warnings=tuple(self.warnings),
            rebuild_reason=catalog.rebuild_reason,
            n_bytes=self.changes.n_bytes,
            elapsed=time.perf_counter() - started,
            n_repaired=there.repaired,
            n_empty=there.empty,
        )


def _told(n_lost: int, n_known: int) -> str:
    """That so many of the documents of the index are lost, in words."""
    if n_known == 1:
        return "the one document of the index is not there any more"
    if n_lost == n_known:
        return f"none of the {n_known:,} documents of the index is there any more"
    return f"{n_lost:,} of the {n_known:,} documents of the index are not there any more"


def _read_metadata(root: Path, walk: Walk) -> tuple[dict[str, MetadataPairs], list[str]]:
    """What each metadata.csv says of the files beside and below it, and what is wrong with that."""
    given: dict[str, MetadataPairs] = {}
    warnings = []
    there = {file.path for file in walk.files}
    for path in (each.path for each in walk.skipped if each.path.rpartition("/")[2] == _METADATA):
        folder = path.removesuffix(_METADATA)
        try:
            table = read_metadata(source.read(root, SourceFile(path, 0, 0, 0, 0)))
        except Unreadable as error:
            warnings.append(" ".join([f"{path}: {error.what}.", *map(str, error.remedies)]))
            continue
        said = table.by_path
        given |= {folder + name: pairs for name, pairs in said.items() if folder + name in there}
        warnings += [
            f"{path}: {problem}" for problem in (*_not_there(folder, said, there), *table.problems)
        ]
    return given, warnings


def _not_there(folder: str, said: Iterable[str], there: Collection[str]) -> Iterator[str]:
    """That some of the files a metadata.csv names are not below its `folder`, and which, if that is so."""
    lost = [name for name in said if folder + name not in there]
    if lost:
        rest = f" and {len(lost) - _MOST_NAMED:,} more" if len(lost) > _MOST_NAMED else ""
        are = "is" if len(lost) == 1 else "are"
        named = ", ".join(map(repr, lost[:_MOST_NAMED]))
        yield f"{len(lost):,} of the files it names {are} not there: {named}{rest}"
