"""The build path: corpus → changes → workers → engine and catalog, one commit after the other.

In every commit each document is complete, and what it replaces is gone; but only the last one holds the whole corpus.
Those before say that they do not, and how far they are, for whoever searches meanwhile. So a build that is interrupted has
lost little more than a minute, and the next one goes on where it was. What to do about which file is decided in
`plan` and `changes`, reading is the part of `workers` and `worker`, and what a commit is that of `state`.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Final

from excerpt import files
from excerpt.catalog.texts import SAMPLE_BYTES, train_dictionary
from excerpt.catalog.writer import CatalogWriter
from excerpt.engines import ENGINES, open_writer, sweep
from excerpt.errors import (
    NAME_INDEX,
    Advice,
    CorpusError,
    ExcerptError,
    IndexDamaged,
    IndexOutdated,
    RunCommand,
    UseOption,
    foreign_corpus,
    no_corpus,
    no_index,
    not_an_index_folder,
)
from excerpt.indexing.changes import Job, Keep, Reject
from excerpt.indexing.committer import IndexCommitter
from excerpt.indexing.plan import Plan, survey
from excerpt.indexing.report import Progress, Report
from excerpt.indexing.worker import Indexer, InPlace, Outcome
from excerpt.indexing.worker_pool import WorkerPool
from excerpt.ingest import source
from excerpt.ingest.formats import VERSION as EXTRACTION
from excerpt.ingest.language import language_code

__all__ = ["Progress", "Report", "build"]

BATCH_BYTES: Final = 2_000_000
"""Files of about so much go to a worker at once: little enough for all workers to end at about the same time."""
SMALL_BYTES: Final = 100_000
"""A build that reads less is done before a worker process has started, and no text of that size holds it up."""
WORKER_BYTES: Final = 2_000_000
"""Bytes to be read for which it pays to start another worker."""
MOST_PROCESSES: Final = 8
SAMPLES: Final = 500
"""Files that are looked into for what texts have in common."""
COMMIT_SECONDS: Final = 60.0
"""Each commit ends the segments that are being made, so that more often would make more of them."""
CATALOG: Final = "catalog.sqlite"
OWN_NAMES: Final = {"lock", "segments", "whoosh"}
"""What is beside the catalog in the folder of an index."""


def build(
    corpus: Path | str | None,
    index: Path | str,
    *,
    exclude: Sequence[str] | str = (),
    language: str = "",
    dry_run: bool = False,
    allow_removals: bool = False,
    from_scratch: bool = False,
    checksum: bool = False,
    engine: str | None = None,
    wait: float = 0.0,
    processes: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Bring the index in the folder `index` up to date with `corpus` (None: the one it was built from).

    `exclude` are patterns as in .gitignore, of files to be left out. `dry_run` only says what would be done,
    `allow_removals` lets more than half of the documents go, `from_scratch` reads all again. `language` (ISO 639) is that
    of the texts read now which do not say their own; without it, it is found out. `checksum` looks at the bytes of every file, whatever its stat says. `engine` is one of `ENGINES`: the one a new index is
    to have, or one made from scratch (None: that of the index, or the first). Another build is waited for up to `wait` seconds.
    At most so many `processes` (None: one for each core) read files side by side, each within a limit of time and memory;
    with 1, this process reads them itself, without protection against files that crash it.

    Raises:
        CorpusError: if the corpus cannot be used, or is another one than the index's.
        RemovalRefused: if more than half of the documents would go, without `allow_removals`.
        IndexBusy: if somebody else is building.
        IndexDamaged: if the index is not what was written, without `from_scratch` and a corpus that is named.
        IndexOutdated: if a newer version of excerpt made the index, without `from_scratch`.
        ExcerptError: if the index cannot be written, or is of another engine.
    """
    started, walked_ns = time.perf_counter(), time.time_ns()
    corpus, index = corpus if corpus is None else Path(corpus), Path(index)
    exclude = (exclude,) if isinstance(exclude, str) else exclude
    language = _language(language)
    if processes is not None and processes < 1:
        raise ValueError("processes count from 1")
    _check(corpus, index)
    if corpus is not None and (from_scratch or not _has_catalog(index)):
        survey(Path(os.path.realpath(corpus)), index, exclude)
    with ExitStack() as stack:
        if not dry_run:
            files.make_folder(index)
            stack.enter_context(files.hold_lock(index / "lock", wait))
        catalog = stack.enter_context(
            CatalogWriter.open(
                index,
                from_scratch=from_scratch,
                is_dry_run=dry_run,
                extraction=EXTRACTION,
                is_corpus_known=corpus is not None,
            )
        )
        root = _root(corpus, catalog, from_scratch=from_scratch)
        name = _engine(engine, catalog)
        plan = Plan.of(root, catalog, exclude, language=language, checksum=checksum)
        if not dry_run:
            if not allow_removals:
                plan.guard()
            stack.enter_context(_without_litter(catalog))
            writer = stack.enter_context(closing(open_writer(index, catalog.manifest, name)))
            state = IndexCommitter(
                catalog, writer, plan.known, plan.given, name, warnings=plan.warnings_to_keep
            )
            _carry_out(plan, state, _n_workers(plan, processes), walked_ns, progress)
        return plan.report(catalog, started)


def _check(corpus: Path | None, index: Path) -> None:
    """What can be said before anything is made.

    Raises:
        CorpusError, IndexMissing, ExcerptError: if the two folders cannot be what they are said to be.
    """
    if index.exists() and not index.is_dir():
        raise not_an_index_folder(index)
    if corpus is not None and not corpus.is_dir():
        raise no_corpus(corpus, is_file=corpus.exists())
    if corpus is not None and Path(os.path.realpath(corpus)).is_relative_to(
        os.path.realpath(index)
    ):
        raise CorpusError("the corpus is inside the index.", NAME_INDEX, where=corpus)
    if not _has_catalog(index):
        _check_room(index)
        if corpus is None:
            raise no_index(index)


def _language(declared: str) -> str:
    """The ISO 639-1 code of a language, "" for none.

    Raises:
        ExcerptError: if it is no code.
    """
    code = language_code(declared)
    if declared and not code:
        raise ExcerptError(
            f"{declared!r} is not the code of a language.",
            Advice("Write two letters, such as de, en or fr."),
        )
    return code


def _has_catalog(index: Path) -> bool:
    """Whether there is an index in this folder, or what may be left of one."""
    return os.path.lexists(index / CATALOG)


def _check_room(index: Path) -> None:
    """See that a folder without a catalog holds nothing but what a build that was killed may have left, and dotfiles.

    Raises:
        ExcerptError: if not, or if it cannot be read.
    """
    try:
        names = sorted(path.name for path in index.iterdir()) if index.exists() else []
    except OSError as error:
        raise ExcerptError(
            f"the folder cannot be read: {(error.strerror or str(error)).lower()}.",
            NAME_INDEX,
            where=index,
        ) from error
    others = [
        name for name in names if not name.startswith((".", CATALOG)) and name not in OWN_NAMES
    ]
    if others:
        raise ExcerptError(
            f"this folder holds no index of excerpt, but other files, such as {others[0]}.",
            UseOption("Name a new or an empty folder", "--index"),
            where=index,
        )


def _root(corpus: Path | None, catalog: CatalogWriter, *, from_scratch: bool) -> Path:
    """The corpus to be read, which must be the index's."""
    former = catalog.corpus
    if corpus is None:
        if former is None:
            raise CorpusError(
                "the index does not record what it was built from.",
                RunCommand("Name the corpus", catalog.folder, "build", ("--corpus", "FOLDER")),
                where=catalog.folder,
            )
        return former
    root = Path(os.path.realpath(corpus))
    if former is not None and not from_scratch and root != Path(os.path.realpath(former)):
        raise foreign_corpus(catalog.folder, former, corpus)
    return root


def _engine(asked: str | None, catalog: CatalogWriter) -> str:
    """The name of the engine that the index is to have."""
    former = catalog.engine
    if asked is None:
        return former or ENGINES[0]
    if asked not in ENGINES:
        raise ExcerptError(
            f"{asked!r} is not an engine of excerpt.",
            Advice(f"The engines are {', '.join(ENGINES)}."),
        )
    if former not in {None, asked} and not catalog.rebuild_reason:
        raise ExcerptError(
            f"this is an index of the engine {former}, not of {asked}.",
            RunCommand("Keep its engine", catalog.folder, "build"),
            RunCommand(
                "Or rebuild it", catalog.folder, "build", ("--engine", asked, "--from-scratch")
            ),
            where=catalog.folder,
        )
    return asked


@contextmanager
def _without_litter(catalog: CatalogWriter) -> Iterator[None]:
    """See that the files of builds that died or failed do not stay: those of one before, and those of this one."""
    _sweep(catalog)
    try:
        yield
    except BaseException:
        with suppress(ExcerptError):
            _sweep(catalog)
        raise


def _sweep(catalog: CatalogWriter) -> None:
    """Remove what no reader can name. Where that cannot be told, it waits for the next commit."""
    try:
        manifest = catalog.committed_manifest()
    except (IndexDamaged, IndexOutdated):
        return
    sweep(catalog.folder, manifest)


def _n_workers(plan: Plan, asked: int | None) -> int:
    """How many processes to start; 0 where this one does it all."""
    if plan.n_bytes <= SMALL_BYTES or asked == 1:
        return 0
    most = asked or min(os.cpu_count() or 1, MOST_PROCESSES)
    return min(most, ceil(plan.n_bytes / WORKER_BYTES))


def _carry_out(
    plan: Plan,
    state: IndexCommitter,
    n_workers: int,
    walked_ns: int,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Do what is to be done, and commit it."""
    for path in plan.vanished:
        state.forget(path)
    state.leave_out(plan.skipped(is_failure=False), plan.skipped(is_failure=True))
    for file in plan.settled:
        state.settle(file)
    gauge = _Gauge(plan, progress)
    batches = _batches(plan, state, gauge, max(1, n_workers))
    last = time.monotonic()
    with ExitStack() as stack:
        reading: WorkerPool | InPlace
        if n_workers:
            reading = stack.enter_context(
                WorkerPool(plan.root, state.folder, n_workers, state.engine_name)
            )
            reading.equip(_dictionary(plan, state))  # made while they start
            told = reading.index(batches, gauge.move)
        else:
            given = (state.engine_name, _dictionary(plan, state))
            reading = InPlace(Indexer(plan.root, state.folder, gauge.move, *given))
            told = reading.index(batches)
        for news in told:
            state.hear(news)
            for document, _ in news.failures if isinstance(news, Outcome) else ():
                plan.changes.withdraw(document)
            del news  # of many small documents it is large
            if time.monotonic() - last > COMMIT_SECONDS:
                if reading.is_settled:
                    state.commit(
                        plan.root, walked_ns, plan.changes.next_document, len(plan.walk.files)
                    )
                    last = time.monotonic()
                else:
                    reading.settle()
    if state.is_changed or plan.suspects or state.is_unfinished:
        state.commit(plan.root, walked_ns, plan.changes.next_document)
    state.tidy()


def _dictionary(plan: Plan, state: IndexCommitter) -> bytes:
    """What texts are compressed with: made of samples all over the corpus, for an index that has none yet and gets many."""
    if not state.dictionary and plan.n_bytes > SMALL_BYTES:
        every = ceil(len(plan.walk.files) / SAMPLES)
        chosen = [file for file in plan.walk.files[::every] if not file.path.endswith(".gz")]
        samples = [source.sample(plan.root, file, SAMPLE_BYTES) for file in chosen]
        if dictionary := train_dictionary([sample for sample in samples if sample]):
            state.compress_with(dictionary)
    return state.dictionary


def _batches(
    plan: Plan, state: IndexCommitter, gauge: "_Gauge", n_processes: int
) -> Iterator[list[Job]]:
    """Tell `state` what was decided, and put together what is to be read: about the same for each process."""
    n_batches = max(1, round(plan.n_bytes / BATCH_BYTES / n_processes)) * n_processes
    most = plan.n_bytes / n_batches if n_batches else 0
    batch: list[Job] = []
    size = 0
    for decision in plan.decisions:
        match decision:
            case Keep():
                state.keep(decision.file, decision.document)
            case Reject():
                state.reject(decision.file, decision.reason)
            case Job():
                state.expect(decision)
                gauge.sizes[decision.document] = decision.file.size
                batch.append(decision)
                size += decision.file.size
        if batch and size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass(slots=True)
class _Gauge:
    """Tells how far a build is."""

    plan: Plan
    progress: Callable[[Progress], None] | None
    sizes: dict[int, int] = field(default_factory=dict)
    _n_files: int = 0
    _n_bytes: int = 0

    def move(self, document: int) -> None:
        """The file of `document` is taken up; 0: none is."""
        size = self.sizes.pop(document, None)
        if size is None or self.progress is None:
            return
        self._n_files += 1
        self._n_bytes += size
        total_files, total_bytes = len(self.plan.to_read), self.plan.n_bytes
        self.progress(Progress(self._n_files, total_files, self._n_bytes, total_bytes))
