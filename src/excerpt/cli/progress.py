"""A build from the command line, with a progress bar on a terminal."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from excerpt.indexing.options import BuildOptions
from excerpt.indexing.pipeline import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from excerpt.indexing.pipeline import Progress, Report

__all__ = ["build_with_progress"]


def build_with_progress(
    corpus: Path | None, index: Path, *, wait: float = 0.0, **options: Unpack[BuildOptions]
) -> "Report":
    """Build the index; the arguments are those of `excerpt.indexing.pipeline.build`."""
    with _progress_bar() as progress:
        return build(corpus, index, wait=wait, progress=progress, **options)


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
