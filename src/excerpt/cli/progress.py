"""A build from the command line, with a progress bar on a terminal, until the end or Ctrl-C."""

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from excerpt.catalog import Catalog
from excerpt.cli.output import note
from excerpt.errors import ExcerptError
from excerpt.indexing.options import BuildOptions
from excerpt.indexing.pipeline import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from excerpt.indexing.pipeline import Progress, Report

__all__ = ["build_with_progress"]


def build_with_progress(
    corpus: Path | None, index: Path, *, wait: float = 0.0, **options: Unpack[BuildOptions]
) -> "Report":
    """Build the index; the arguments are those of `excerpt.indexing.pipeline.build`.

    If the build is interrupted, the state of the index is noted.
    """
    started_ns = time.time_ns()
    try:
        with _progress_bar() as progress:
            return build(corpus, index, wait=wait, progress=progress, **options)
    except KeyboardInterrupt:
        note(f"Stopped; {_state_after_interrupt(index, started_ns)} Build again to continue.")
        raise


def _state_after_interrupt(index: Path, started_ns: int) -> str:
    """Return what a build that began at this time and was interrupted has committed."""
    try:
        with Catalog.open(index) as catalog:
            settings = catalog.settings
    except ExcerptError:
        return "the index is unchanged."  # nothing was committed, or it was unreadable before, too
    # A build records the time of its walk, which follows the start, with every commit.
    if settings.walked_ns < started_ns:
        return "the index is unchanged."
    if settings.unfinished is None:
        return "the index is up to date."
    n_files, total_files = settings.unfinished.n_files, settings.unfinished.total_files
    return f"{n_files:,} of {total_files:,} files are indexed."


@contextmanager
def _progress_bar() -> "Iterator[Callable[[Progress], None] | None]":
    """Yield a function that updates a progress bar; None if standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as ProgressBar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with ProgressBar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("listing files", total=None)

        def update(progress: "Progress") -> None:
            description = f"{progress.n_files:,} of {progress.total_files:,} files"
            bar.update(
                task,
                description=description,
                completed=progress.n_bytes,
                total=progress.total_bytes,
            )

        yield update
