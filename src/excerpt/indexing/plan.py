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

from excerpt.catalog import IndexedContainer, UnindexedFile
from excerpt.catalog.corpus_location import is_same_folder
from excerpt.catalog.writer import REQUESTED, CatalogWriter
from excerpt.errors import CorpusError, Instruction, RemovalRefused, UseOption
from excerpt.indexing.changes import (
    Changes,
    Decision,
    FileDigest,
    IndexedCorpus,
    Job,
    Keep,
    Reject,
)
from excerpt.indexing.corpus_metadata import CorpusMetadata, read_corpus_metadata
from excerpt.indexing.format_changes import FormatChanges
from excerpt.indexing.members import MemberFinder
from excerpt.indexing.page_files import join_pages
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
        Instruction("Check that the right folder is named and that its disk is mounted."),
        where=root,
    )


@dataclass
class Plan:
    """The state of a corpus, and what a build has to do about it.

    root            the corpus
    walk            the files that the walk found
    metadata        the metadata that the user gives to files
    warnings        problems with it, and with formats of other packages
    indexed         the corpus as the index has it
    changes         decides about files and counts the decisions
    finder          looks at files, and finds the members of containers
    unchanged       the files and members that cannot have changed
    candidates      the files that must be looked at
    decisions       a decision about each candidate; in a first build they are made one by one
    n_lost          number of documents that the build would remove without replacement
    postponed       paths of documents that would be removed, but stay until that is confirmed
    """

    root: Path
    walk: Walk
    metadata: CorpusMetadata
    warnings: list[str]
    indexed: IndexedCorpus
    changes: Changes
    finder: MemberFinder
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
        passwords: Sequence[str],
        checksum: bool,
        postponed: Collection[str] | None = None,
    ) -> "Plan":
        """Walk the corpus, look at the files that may have changed, and decide.

        `postponed` has the meaning that it has in `pipeline.build`.

        Raises:
            CorpusError: if there is nothing to index, or a rule of the collection is not valid.
        """
        rules = read_rules_file(root)
        formats = FormatChanges.since(catalog.settings)
        found = walk_corpus(root, catalog.folder, exclude, formats.missing_suffixes)
        metadata, warnings = read_corpus_metadata(root, found, rules)
        indexed = IndexedCorpus.of(catalog)
        found = join_pages(root, found, indexed)
        changes = Changes(indexed, metadata, language, encoding, rules, formats, passwords)
        finder = MemberFinder(root, found, changes)
        unchanged, candidates = (
            ([], list(found.files)) if checksum else changes.split(found.files, finder.key_of)
        )
        finder.keep_excluded(changes.kept_containers)
        digests = finder.look_at(candidates)
        plan = cls(
            root,
            found,
            metadata,
            [*warnings, *formats.warnings()],
            indexed,
            changes,
            finder,
            unchanged,
            candidates,
            map(changes.decide, digests),
        )
        if not indexed.is_empty:
            plan._compare(list(digests), postponed)
        return plan

    def _compare(self, digests: list[FileDigest], postponed: Collection[str] | None) -> None:
        """Compare all files with the index before the first decision (see `Changes`).

        Removals named in `postponed` are postponed, and all if more than half of the documents
        would go. If it is None, none is postponed.
        """
        lost = self.changes.compare(self.unchanged, digests) - self._joined
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
    def _joined(self) -> set[int]:
        """The documents whose files are now the pages of another one: they are not lost."""
        files = self.indexed.files
        paths = (page.path for pages in self.walk.pages.values() for page in pages)
        return {files[path].document for path in paths if path in files}

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
        # Members that still cannot be read are recorded again with their container.
        kept = self.changes.kept_containers
        gone = [
            path
            for path, problem in self.indexed.unreadable.items()
            if (problem.container not in kept if problem.container else path not in existing)
        ]
        return self.changes.missing_paths + sorted(gone)

    @property
    def n_files(self) -> int:
        """The number of files and members, as far as these are known."""
        kept = len(self.changes.kept_containers)
        n_kept = sum(1 for file in self.unchanged if file.container)
        return len(self.walk.files) - kept + n_kept + self.finder.n_more

    @property
    def containers(self) -> dict[str, IndexedContainer]:
        """The containers that were looked at, as the index is to record them.

        One with members whose removal is postponed is looked at again by the next build.
        """
        waiting = {
            self.indexed.files[path].container
            for path in self.postponed
            if path in self.indexed.files
        }
        return {
            path: container._replace(is_complete=path not in waiting)
            for path, container in self.finder.containers.items()
        }

    @property
    def removed_containers(self) -> list[str]:
        """The files that hold no members any more."""
        kept = self.changes.kept_containers | self.finder.containers.keys()
        kept |= {
            self.indexed.files[path].container
            for path in self.postponed
            if path in self.indexed.files
        }
        return sorted(self.indexed.containers.keys() - kept)

    def skipped(self, *, is_failure: bool) -> list[UnindexedFile]:
        """Return what the walk could not read, or what rules exclude."""
        skipped = [
            UnindexedFile(each.path, each.reason)
            for each in self.walk.skipped
            if each.is_failure == is_failure and each.path not in self.postponed
        ]
        return skipped if is_failure else sorted(skipped + self.finder.excluded)

    def unreadable(self, catalog: CatalogWriter, *, is_dry_run: bool) -> list[UnindexedFile]:
        """Return everything that cannot be read, after a build or in a dry run."""
        reasons = {path: problem.reason for path, problem in catalog.unreadable().items()}
        for path in self.removed_paths if is_dry_run else ():
            reasons.pop(path, None)
        reasons |= {each.path: each.reason for each in self.skipped(is_failure=True)}
        for each in self.decisions if isinstance(self.decisions, list) else ():
            reasons |= {each.file.path: each.reason} if isinstance(each, Reject) else {}
        return [UnindexedFile(path, reason) for path, reason in sorted(reasons.items())]

    def report(self, catalog: CatalogWriter, started: float, *, is_dry_run: bool = False) -> Report:
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
            unreadable=tuple(self.unreadable(catalog, is_dry_run=is_dry_run)),
            excluded=tuple(self.skipped(is_failure=False)),
            warnings=tuple(self.warnings),
            rebuild_reason=catalog.rebuild_reason,
            n_bytes=self.changes.n_bytes,
            elapsed=time.perf_counter() - started,
            n_with_warnings=catalog.settings.counts.with_warnings,
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
