"""The build: arguments → plan → workers → engine and catalog.

Each commit holds complete documents, but only the last one covers the whole corpus. Commits before
it are marked as unfinished, with their progress, for those who search meanwhile. An interrupted
build therefore loses little more than a minute of work, and the next build continues from there.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from excerpt import files
from excerpt.catalog.writer import CatalogWriter
from excerpt.engines import (
    check_cluster,
    check_original,
    open_writer,
    record_cluster,
    recorded_engine,
    sweep,
)
from excerpt.errors import ClusterError, ExcerptError, IndexBusy, IndexDamaged, IndexOutdated
from excerpt.indexing.committer import IndexCommitter
from excerpt.indexing.plan import Plan, walk_corpus
from excerpt.indexing.plan_runner import run_plan
from excerpt.indexing.preconditions import (
    check_encoding,
    check_folders,
    check_language,
    choose_corpus,
    choose_engine,
    has_catalog,
)
from excerpt.indexing.publishing import publish_state
from excerpt.indexing.report import Progress, Report
from excerpt.ingest.formats import VERSION as READERS_VERSION
from excerpt.ingest.rules_file import read_rules_file
from excerpt.text_store.writer import sweep as sweep_texts

__all__ = ["Progress", "Report", "build"]


def build(
    corpus: Path | str | None,
    index: Path | str,
    *,
    exclude: Sequence[str] | str = (),
    language: str = "",
    encoding: str = "",
    passwords: Sequence[str] = (),
    dry_run: bool = False,
    sample: int = 0,
    allow_removals: bool = False,
    postponed: Collection[str] | None = None,
    from_scratch: bool = False,
    checksum: bool = False,
    engine: str | None = None,
    url: str = "",
    name: str = "",
    wait: float = 0.0,
    processes: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Update the index in the folder `index` from `corpus`; create it if there is none.

    corpus          the folder of the source texts; None means the one the index was built from
    exclude         patterns of files to leave out, in the syntax of .gitignore
    language        the language (ISO 639) of texts indexed now that declare none; "" to detect it
    encoding        the encoding of files indexed now that declare none and are not valid UTF-8, as
                    in "windows-1251"; "" to detect it
    passwords       passwords to try for encrypted PDF files, those that could not be read included
    dry_run         only report what would be done
    sample          in a dry run, the number of files whose rules and metadata are reported
    allow_removals  build even if more than half of the documents would be removed
    postponed       instead of refusing such a build, keep these documents and report them as
                    `missing`; a later build that is given these paths postpones their removal
                    still, however many documents there are then
    from_scratch    rebuild the whole index
    checksum        compare the bytes of every file, even if its size and times are unchanged
    engine          the engine of a new or rebuilt index, one of `engines.ENGINES`; None means that
                    of the index, or the first
    url, name       for the engine "opensearch", the address of the cluster and the name that the
                    index has there; "" keeps what the index records
    wait            seconds to wait for another build of the index to finish
    processes       the most worker processes, each with a limit of time and memory; None means one
                    for each core. With 1, this process reads the files itself, so that a file that
                    crashes its reader ends the build
    progress        is called whenever a file is about to be read

    Raises:
        CorpusError: if the corpus cannot be used, or the index was built from another one.
        RemovalRefused: if more than half of the documents would be removed.
        IndexBusy: if another process builds the index.
        IndexDamaged: if the index is damaged, unless `from_scratch` and `corpus` are given.
        IndexOutdated: if a newer version of excerpt built the index, without `from_scratch`.
        ClusterError: if the index is in a cluster that does not answer.
        ExcerptError: if the index cannot be written, or has another engine.
        ValueError: if `processes` is less than 1.
    """
    started, walked_ns = time.perf_counter(), time.time_ns()
    corpus, index = corpus if corpus is None else Path(corpus), Path(index)
    exclude = (exclude,) if isinstance(exclude, str) else exclude
    language, encoding = check_language(language), check_encoding(encoding)
    if processes is not None and processes < 1:
        raise ValueError("processes must be at least 1")
    check_folders(corpus, index)
    check_original(index)
    if corpus is not None and (from_scratch or not has_catalog(index)):
        if engine is not None or not from_scratch:
            check_cluster(index, engine or recorded_engine(index), url, name)
        _check_new_corpus(corpus, index, exclude)
    with ExitStack() as stack:
        if not dry_run:
            files.make_folder(index)
            stack.enter_context(files.hold_lock(index / "lock", wait))
        writer = CatalogWriter.open(
            index,
            from_scratch=from_scratch,
            is_dry_run=dry_run,
            readers=READERS_VERSION,
            is_corpus_known=corpus is not None,
        )
        catalog = stack.enter_context(writer)
        root = choose_corpus(corpus, catalog, from_scratch=from_scratch)
        engine_name = choose_engine(engine, catalog)
        check_cluster(index, engine_name, url, name)
        plan = Plan.of(
            root,
            catalog,
            exclude,
            language=language,
            encoding=encoding,
            passwords=tuple(passwords),
            checksum=checksum,
            postponed=None if allow_removals else postponed,
        )
        if dry_run:
            return _dry_report(plan, catalog, started, sample)
        if not allow_removals:
            plan.check_removals()
        _carry_out(
            plan,
            catalog,
            engine_name,
            cluster=(url, name),
            processes=processes,
            walked_ns=walked_ns,
            progress=progress,
        )
        return plan.report(catalog, started)


def _check_new_corpus(corpus: Path, index: Path, exclude: Sequence[str]) -> None:
    """Refuse an empty corpus, and rules that are not valid, before an index is replaced."""
    root = Path(os.path.realpath(corpus))
    read_rules_file(root)
    walk_corpus(root, index, exclude)


def _dry_report(plan: Plan, catalog: CatalogWriter, started: float, sample: int) -> Report:
    """Return the report of a plan that is not carried out, with the effects on a sample."""
    report = plan.report(catalog, started, is_dry_run=True)
    if not sample:
        return report
    from excerpt.indexing.sampling import sample_effects

    effects, n_affected = sample_effects(plan, sample)
    return replace(report, effects=effects, n_affected=n_affected)


def _carry_out(
    plan: Plan,
    catalog: CatalogWriter,
    engine_name: str,
    *,
    cluster: tuple[str, str],
    processes: int | None,
    walked_ns: int,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Carry out a plan with a writer of the engine, and leave no unused files.

    `cluster` is the address and the name that the user has given, if any.
    """
    with ExitStack() as stack:
        stack.enter_context(_unused_files_removed(catalog))
        record_cluster(catalog.folder, engine_name, *cluster)
        writer = open_writer(catalog.folder, catalog.manifest, engine_name)
        stack.enter_context(closing(writer))
        committer = IndexCommitter(
            catalog,
            writer,
            plan.indexed,
            plan.metadata,
            engine_name,
            warnings=plan.stored_warnings,
            rules=plan.changes.rules.source,
            formats=plan.changes.formats,
        )
        run_plan(plan, committer, processes, walked_ns, progress)


@contextmanager
def _unused_files_removed(catalog: CatalogWriter) -> Iterator[None]:
    """Remove the files of builds that died before the block, and of this one if the block fails."""
    _remove_unused_files(catalog)
    try:
        yield
    except BaseException:
        with suppress(ExcerptError):
            _remove_unused_files(catalog)
        raise


def _remove_unused_files(catalog: CatalogWriter) -> None:
    """Remove the files of texts and of the engine that the committed state does not name."""
    try:
        settings = catalog.committed_settings()
    except (IndexDamaged, IndexOutdated):
        return  # unknown which files are in use; the next commit removes the others
    if settings is not None:
        with suppress(ClusterError, IndexBusy):  # of a build that was killed after its last commit
            publish_state(catalog, settings)
    sweep(catalog.folder, settings.manifest if settings else None)
    sweep_texts(catalog.folder, settings.store if settings else None)
