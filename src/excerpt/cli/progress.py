"""A build from the command line: with a bar of progress, where somebody watches."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from excerpt.indexing.pipeline import Progress, Report, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


__all__ = ["run"]


def run(corpus: Path | None, index: Path, **wishes: Any) -> "Report":
    """Build with a bar of progress, if standard error is a terminal."""
    with _progress() as progress:
        return build(corpus, index, progress=progress, **wishes)


@contextmanager
def _progress() -> "Iterator[Callable[[Progress], None] | None]":
    """What shows how far a build is; None where nobody watches."""
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
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("looking", total=None)

        def show(now: "Progress") -> None:
            told = f"{now.n_files:,} of {now.total_files:,} files"
            bar.update(task, description=told, completed=now.n_bytes, total=now.total_bytes)

        yield show
