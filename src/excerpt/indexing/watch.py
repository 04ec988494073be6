"""Changes below a corpus → one build after the other, each soon after the last change.

The system only says that something has changed. A build then looks for itself, so that nothing
depends on a notification that was lost. Changes during a build cause the next one.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Unpack

import watchfiles

from excerpt.errors import ExcerptError, Instruction, no_corpus
from excerpt.indexing.options import BuildOptions
from excerpt.indexing.pipeline import build
from excerpt.indexing.report import Report

__all__ = ["watch"]

_DEBOUNCE_MS: Final = 400
"""The longest wait for a series of changes to end."""
_QUIET_MS: Final = 50
"""The time without changes after which a series has ended."""
_TICK_MS: Final = 200
"""Time between two checks whether the corpus still exists."""
_LOCK_SECONDS: Final = 3600.0
"""Time to wait for another build of the same index."""


def watch(
    corpus: Path, index: Path, **options: Unpack[BuildOptions]
) -> Iterator[Report | ExcerptError]:
    """Build at once and after every change; yield the report of each build, without end.

    A build that fails yields its error, and the watch continues: the disk may come back, or the
    file be corrected. If more than half of the documents are gone, other changes are still built:
    their removal waits until the files are back or another build confirms it (`Report.missing`).

    Raises:
        ExcerptError: if the corpus cannot be watched.
    """
    root = Path(os.path.realpath(corpus))
    if not root.is_dir():
        raise no_corpus(corpus, is_file=corpus.exists())
    options["postponed"] = options.get("postponed") or ()
    while True:
        while (identity := _identity(root)) is None:
            time.sleep(_TICK_MS / 1000)
        for is_changed in _changes(root, os.path.realpath(index)):
            if is_changed:
                try:
                    report = build(root, index, wait=_LOCK_SECONDS, **options)
                    options["postponed"] = report.missing
                    yield report
                except ExcerptError as error:
                    yield error
            # The system watches the folder itself, not its path. If another folder has taken its
            # place, or the disk was unmounted, watching starts again.
            if _identity(root) != identity:
                break


def _identity(root: Path) -> tuple[int, int] | None:
    """Return what distinguishes a folder from another at the same path, None if there is none."""
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _changes(root: Path, index: str) -> Iterator[bool]:
    """Yield several times a second whether anything outside of `index` has changed.

    The first value is True. From then on, no change is missed.
    """

    def is_source(_: watchfiles.Change, path: str) -> bool:
        return path != index and not path.startswith(index + os.sep)

    notifications = watchfiles.watch(
        root,
        watch_filter=is_source,
        debounce=_DEBOUNCE_MS,
        step=_QUIET_MS,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    is_first = True
    try:
        for changes in notifications:
            yield is_first or bool(changes)
            is_first = False
    except OSError as error:
        if is_first:
            raise _unwatchable(root, error) from error


def _unwatchable(root: Path, error: OSError) -> ExcerptError:
    return ExcerptError(
        f"it cannot be watched: {error}.",
        Instruction(
            "If it has very many folders, raise the system's limit"
            " (fs.inotify.max_user_watches on Linux), or run excerpt build from time to time."
        ),
        where=root,
    )
