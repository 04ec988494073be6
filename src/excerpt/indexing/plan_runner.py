"""A plan → documents in the index, by workers, with a commit about once a minute.

The decisions of the plan go to the committer; the files that must be indexed go to the workers in
batches. Whatever the workers send back goes to the committer too.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from excerpt.indexing.changes import Job, Keep, Reject
from excerpt.indexing.committer import IndexCommitter
from excerpt.indexing.indexer import InProcessWorker
from excerpt.indexing.messages import SegmentResult
from excerpt.indexing.plan import Plan
from excerpt.indexing.report import Progress
from excerpt.indexing.worker_pool import WorkerPool
from excerpt.ingest import source
from excerpt.ingest.formats.third_party import added_formats
from excerpt.text_store.compression import SAMPLE_BYTES, Dictionary, train_dictionary

__all__ = ["run_plan"]

BATCH_BYTES: Final = 2_000_000
"""Size of the files in a batch: small enough for all workers to finish at about the same time."""
SMALL_BYTES: Final = 100_000
"""A build that reads less starts no worker process: it is done sooner without, and no text of that
size takes long."""
WORKER_BYTES: Final = 2_000_000
"""Bytes to read for each worker process: with fewer, starting another one does not pay."""
MAX_PROCESSES: Final = 8
_COMPRESSED: Final = (".gz", ".zip", ".tgz", ".bz2", ".xz", ".tbz", ".txz")
N_SAMPLES: Final = 500
"""Number of files from which the dictionary for texts is trained."""
COMMIT_SECONDS: Final = 60.0
"""Time between commits. A commit ends all segments, so more commits would make more of them."""


def run_plan(
    plan: Plan,
    committer: IndexCommitter,
    n_processes: int | None,
    walked_ns: int,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Carry out a plan and commit the result.

    `n_processes` is the most worker processes; None means one for each core.

    Raises:
        ExcerptError: if the index cannot be written.
    """
    for path in plan.removed_paths:
        committer.remove(path)
    committer.record_failures(plan.skipped(is_failure=True))
    committer.record_excluded(plan.skipped(is_failure=False))
    for file in plan.unchanged:
        committer.keep_unchanged(file)
    _index(plan, committer, _n_workers(plan, n_processes), walked_ns, progress)
    committer.record_excluded(plan.skipped(is_failure=False))  # members may have been added
    committer.record_containers(plan.containers)
    for path in plan.removed_containers:
        committer.remove_container(path)
    if committer.has_changes(plan.root) or plan.candidates or committer.is_unfinished:
        committer.commit(plan.root, walked_ns, plan.changes.next_document)
    committer.clean_up()


def _index(
    plan: Plan,
    committer: IndexCommitter,
    n_workers: int,
    walked_ns: int,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Index the files of a plan, with intermediate commits."""
    meter = _ProgressMeter(plan, progress)
    batches = _batches(plan, committer, meter, max(1, n_workers))
    last_commit = time.monotonic()
    with ExitStack() as stack:
        workers: WorkerPool | InProcessWorker
        arguments = (plan.root, committer.folder, committer.engine_name)
        if n_workers:
            workers = stack.enter_context(WorkerPool(*arguments, n_workers))
        else:
            workers = InProcessWorker(*arguments)
        workers.set_dictionary(_dictionary(plan, committer))  # trained while the workers start
        for message in workers.index(batches, meter.start_file):
            if isinstance(message, SegmentResult):
                committer.add_segment(message)
                for document, _ in message.failures:
                    plan.changes.withdraw(document)
            del message  # it is large if documents are many and small; wait for the next without it
            if time.monotonic() - last_commit > COMMIT_SECONDS:
                if workers.is_flushed:
                    committer.record_containers(plan.finder.containers, is_complete=False)
                    next_document = plan.changes.next_document
                    committer.commit(plan.root, walked_ns, next_document, plan.n_files)
                    last_commit = time.monotonic()
                else:
                    workers.flush()


def _n_workers(plan: Plan, n_processes: int | None) -> int:
    """Return the number of worker processes; 0 if this process does the work.

    Readers of other packages may end or crash their process.
    """
    if plan.n_bytes <= SMALL_BYTES or n_processes == 1:
        return int(_has_added_readers())
    most = n_processes or min(os.cpu_count() or 1, MAX_PROCESSES)
    return min(most, ceil(plan.n_bytes / WORKER_BYTES))


def _has_added_readers() -> bool:
    """Return whether other packages have added formats."""
    return bool(added_formats().usable)


def _dictionary(plan: Plan, committer: IndexCommitter) -> Dictionary:
    """Return the dictionary for texts; an index that has none and gets many texts gets one now."""
    if not committer.dictionary.body and plan.n_bytes > SMALL_BYTES:
        # Samples from all over the corpus; compressed files would need to be read as a whole.
        step = ceil(len(plan.walk.files) / N_SAMPLES)
        chosen = [file for file in plan.walk.files[::step] if not file.path.endswith(_COMPRESSED)]
        samples = [source.sample(plan.root, file, SAMPLE_BYTES) for file in chosen]
        if dictionary := train_dictionary([sample for sample in samples if sample]):
            committer.set_dictionary(dictionary)
    return committer.dictionary


def _batches(
    plan: Plan, committer: IndexCommitter, meter: "_ProgressMeter", n_workers: int
) -> Iterator[list[Job]]:
    """Pass the decisions of a plan to the committer, and yield the jobs in batches.

    The number of batches is a multiple of `n_workers`, and all have about the same size.
    """
    n_batches = max(1, round(plan.n_bytes / BATCH_BYTES / n_workers)) * n_workers
    batch_bytes = plan.n_bytes / n_batches
    batch: list[Job] = []
    n_bytes = 0
    for decision in plan.decisions:
        match decision:
            case Keep():
                committer.keep(decision.file, decision.document)
            case Reject():
                committer.reject(decision.file, decision.reason)
            case Job():
                committer.expect(decision)
                meter.sizes[decision.document] = decision.file.size
                batch.append(decision)
                n_bytes += decision.file.size
        if batch and n_bytes >= batch_bytes:
            yield batch
            batch, n_bytes = [], 0
    if batch:
        yield batch


@dataclass(slots=True)
class _ProgressMeter:
    """A meter of the progress of a build.

    sizes  the size of each file that was not started yet, by document id
    """

    plan: Plan
    progress: Callable[[Progress], None] | None
    sizes: dict[int, int] = field(default_factory=dict)
    _n_files: int = 0
    _n_bytes: int = 0

    def start_file(self, document: int) -> None:
        """Report that the file of `document` is about to be read; ignore 0, the end of a batch."""
        size = self.sizes.pop(document, None)
        if size is None or self.progress is None:
            return
        self._n_files += 1
        self._n_bytes += size
        finder = self.plan.finder
        self.progress(
            Progress(
                self._n_files,
                len(self.plan.to_read) + finder.n_more,
                self._n_bytes,
                self.plan.n_bytes + finder.n_more_bytes,
            )
        )
