"""A corpus and the state of the index → what a build has to do, and its report.

This reads names, stats, digests and each metadata.csv, and changes nothing: a dry run ends here.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from excerpt.catalog import UnindexedFile
from excerpt.catalog.corpus_location import is_same_folder
from excerpt.catalog.records import MetadataPairs
from excerpt.catalog.writer import REQUESTED, CatalogWriter
from excerpt.errors import Advice, CorpusError, RemovalRefused, UseOption
from excerpt.indexing.changes import (
    Changes,
    Decision,
    FileDigest,
    IndexedCorpus,
    Job,
    Keep,
    Reject,
    digest_files,
)
from excerpt.indexing.corpus_metadata import read_corpus_metadata
from excerpt.indexing.format_changes import FormatChanges
from excerpt.indexing.report import Report
from excerpt.ingest.rules_file import read_rules_file
from excerpt.ingest.walk import Walk, walk
from excerpt.model import SourceFile

__all__ = ["Plan", "walk_corpus"]

_MAX_STORED_WARNINGS: Final = 20
"""Warnings that the index stores. Every search reads them, so they are few."""
_MAX_REASONS: Final = 5
"""Reasons that are named for a corpus without any text."""


def walk_corpus(
    root: Path, index: Path, exclude: Sequence[str], wanted: Collection[str] = ()
) -> Walk:
    """Return the files of a corpus at this moment; `wanted` are suffixes that are not unsupported.

    Raises:
        CorpusError: if there is nothing to index.
    """
    found = walk(root, exclude=exclude, prune=(index,), wanted=frozenset(wanted))
    if found.files:
        return found
    reasons = Counter(each.reason for each in found.skipped).most_common(_MAX_REASONS)
    skipped = "; ".join(f"{n:,} × {reason}" for reason, n in reasons)
    raise CorpusError(
        "no file in this folder can be read, so nothing was changed."
        + (f" Skipped: {skipped}." if skipped else ""),
        Advice("Check that the right folder is named and that its disk is mounted."),
        where=root,
    )


@dataclass
class Plan:
    """The state of a corpus, and what a build has to do about it.

    root            the corpus
    walk            the files that the walk found
    table_metadata  the metadata of all metadata.csv, by path
    warnings        problems with these metadata.csv, and with formats of other packages
    indexed         the corpus as the index has it
    changes         decides about files and counts the decisions
    unchanged       the files that cannot have changed
    candidates      the files that must be looked at
    decisions       a decision about each candidate; in a first build they are made one by one
    n_lost          number of documents that the build would remove without replacement
    postponed       paths of documents that would be removed, but stay until that is confirmed
    """

    root: Path
    walk: Walk
    table_metadata: dict[str, MetadataPairs]
    warnings: list[str]
    indexed: IndexedCorpus
    changes: Changes
    unchanged: list[SourceFile]
    candidates: list[SourceFile]
    decisions: Iterable[Decision]
    n_lost: int = 0
    postponed: Collection[str] = frozenset()

    @classmethod
    def of(
        cls,
        root: Path,
        catalog: CatalogWriter,
        exclude: Sequence[str],
        *,
        language: str,
        encoding: str,
        checksum: bool,
        postponed: Collection[str] | None = None,
    ) -> "Plan":
        """Walk the corpus, look at the files that may have changed, and decide.

        The last argument is that of `pipeline.build`.

        Raises:
            CorpusError: if there is nothing to index, or a rule of the collection is not valid.
        """
        rules = read_rules_file(root)
        formats = FormatChanges.since(catalog.settings)
        found = walk_corpus(root, catalog.folder, exclude, formats.missing_suffixes)
        table_metadata, warnings = read_corpus_metadata(root, found, rules)
        indexed = IndexedCorpus.of(catalog)
        changes = Changes(indexed, table_metadata, language, encoding, rules, formats)
        unchanged, candidates = ([], list(found.files)) if checksum else changes.split(found.files)
        digests = digest_files(root, candidates)
        plan = cls(
            root,
            found,
            table_metadata,
            [*warnings, *formats.warnings()],
            indexed,
            changes,
            unchanged,
            candidates,
            map(changes.decide, digests),
        )
        if not indexed.is_empty:
            plan._compare(list(digests), postponed)
        return plan

    def _compare(self, digests: list[FileDigest], postponed: Collection[str] | None) -> None:
        """Compare all files with the index before the first decision (see `Changes`).

        Removals that were `postponed` before, and those of more than half of the documents, are
        postponed, unless it is None.
        """
        lost = self.changes.compare(self.unchanged, digests)
        self.n_lost = len(lost)
        if postponed is not None and not self._loses_too_many:
            lost &= {
                self.indexed.files[path].document
                for path in postponed
                if path in self.indexed.files
            }
        if postponed is not None and lost:
            self.n_lost -= len(lost)
            self.postponed = frozenset(self.changes.postpone(lost))
            digests = [each for each in digests if each.file.path not in self.postponed]
        self.decisions = sorted(map(self.changes.decide, digests), key=self._is_new)

    @property
    def _loses_too_many(self) -> bool:
        return self.n_lost * 2 > len(self.indexed.digests)

    def _is_new(self, decision: Decision) -> bool:
        """Return whether a decision comes last.

        A document that has moved must get its new path before the next commit: without a path, it
        would be removed.
        """
        return not (isinstance(decision, Keep) and decision.document in self.indexed.digests)

    def check_removals(self) -> None:
        """Check that the removals look intended.

        Raises:
            RemovalRefused: if more than half of the documents would be removed.
        """
        if self._loses_too_many:
            loss = _describe_loss(self.n_lost, len(self.indexed.digests))
            raise RemovalRefused(
                f"{loss}, so nothing was changed.",
                UseOption("If this is intended, confirm it", "--allow-removals"),
                where=self.root,
            )

    @cached_property
    def to_read(self) -> list[SourceFile]:
        """The files that must be indexed; in a first build, all that may have to be."""
        if isinstance(self.decisions, list):
            return [each.file for each in self.decisions if isinstance(each, Job)]
        return self.candidates

    @cached_property
    def n_bytes(self) -> int:
        """The size of the files to index."""
        return sum(file.size for file in self.to_read)

    @property
    def stored_warnings(self) -> list[str]:
        """The warnings that the index stores."""
        n_more = len(self.warnings) - _MAX_STORED_WARNINGS
        more = [f"and {n_more:,} more, which excerpt build lists"] if n_more > 0 else []
        return self.warnings[:_MAX_STORED_WARNINGS] + more

    @property
    def removed_paths(self) -> list[str]:
        """The paths of documents and unreadable files that no longer exist."""
        if not self.indexed.unreadable:
            return self.changes.missing_paths
        existing = {file.path for file in self.walk.files} | {
            each.path for each in self.walk.skipped if each.is_failure
        }
        return self.changes.missing_paths + sorted(self.indexed.unreadable.keys() - existing)

    def skipped(self, *, is_failure: bool) -> list[UnindexedFile]:
        """Return what the walk could not read, or what it excluded by a rule."""
        return [
            UnindexedFile(each.path, each.reason)
            for each in self.walk.skipped
            if each.is_failure == is_failure and each.path not in self.postponed
        ]

    def unreadable(self, catalog: CatalogWriter) -> list[UnindexedFile]:
        """Return everything that cannot be read, after a build or in a dry run."""
        reasons = {path: problem.reason for path, problem in catalog.unreadable().items()}
        reasons |= {each.path: each.reason for each in self.skipped(is_failure=True)}
        for each in self.decisions if isinstance(self.decisions, list) else ():
            reasons |= {each.file.path: each.reason} if isinstance(each, Reject) else {}
        for path in self.removed_paths:
            reasons.pop(path, None)
        return [UnindexedFile(path, reason) for path, reason in sorted(reasons.items())]

    def report(self, catalog: CatalogWriter, started: float) -> Report:
        """Return the report of a build that was `started` at this `time.perf_counter`."""
        if not isinstance(self.decisions, list):
            self.decisions = list(self.decisions)  # a dry run of a first build
        counts = self.changes.counts
        n_unchanged = sum(1 for file in self.unchanged if file.path in self.indexed.files)
        return Report(
            new=counts["new"],
            changed=counts["changed"],
            removed=self.changes.n_removed,
            moved=counts["moved"],
            unchanged=counts["unchanged"] + n_unchanged,
            copies=counts["copies"],
            unreadable=tuple(self.unreadable(catalog)),
            excluded=tuple(self.skipped(is_failure=False)),
            warnings=tuple(self.warnings),
            rebuild_reason=catalog.rebuild_reason,
            n_bytes=self.changes.n_bytes,
            elapsed=time.perf_counter() - started,
            n_repaired=catalog.settings.counts.repaired,
            n_empty=catalog.settings.counts.empty,
            former_corpus=self._former_corpus(catalog),
            missing=tuple(sorted(self.postponed)),
        )

    def _former_corpus(self, catalog: CatalogWriter) -> Path | None:
        """Return where the corpus was in the last build, None if it was the same folder."""
        former = catalog.corpus
        is_other = former is not None and catalog.rebuild_reason != REQUESTED
        return former if former and is_other and not is_same_folder(former, self.root) else None


def _describe_loss(n_lost: int, n_documents: int) -> str:
    if n_documents == 1:
        return "this build would remove the only document of the index"
    if n_lost == n_documents:
        return f"this build would remove all {n_documents:,} documents of the index"
    return f"this build would remove {n_lost:,} of the {n_documents:,} documents of the index"
