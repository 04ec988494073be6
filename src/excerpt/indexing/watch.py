"""Saves below a corpus → builds, one after the other, each soon after the last save.

The system tells what has changed; a build then looks for itself, so that nothing hangs on a message that was lost. Changes
during a build bring the next one. It decides nothing about files: rules and reasons are those of every build.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import watchfiles

from excerpt.errors import Advice, ExcerptError, no_corpus
from excerpt.indexing.pipeline import build
from excerpt.indexing.report import Report

__all__ = ["watch"]

DEBOUNCE_MS: Final = 400
"""Saves that follow each other wait for the last, but not longer than this."""
QUIET_MS: Final = 50
"""What counts as the last: nothing for so long."""
TICK_MS: Final = 200
"""Between two looks at whether the corpus is still there."""
PATIENCE: Final = 3600.0
"""Seconds to wait for another build of the same index."""


def watch(corpus: Path, index: Path, **wishes: Any) -> Iterator[Report | ExcerptError]:
    """What becomes of a build at once, and of one after each change, without end; `wishes` are those of `build`.

    What is wrong with one build is given out and does not end the watch: a disk may come back, a file be mended.

    Raises:
        ExcerptError: if the corpus cannot be watched.
    """
    root = Path(os.path.realpath(corpus))
    never = os.path.realpath(index)
    if not root.is_dir():
        raise no_corpus(corpus, is_file=corpus.exists())
    while True:
        while (identity := _identity(root)) is None:
            time.sleep(TICK_MS / 1000)
        for is_changed in _ticks(root, never):
            if is_changed:
                try:
                    yield build(root, index, wait=PATIENCE, **wishes)
                except ExcerptError as error:
                    yield error
            if _identity(root) != identity:
                break


def _identity(root: Path) -> tuple[int, int] | None:
    """What tells a folder from another that takes its place."""
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _ticks(root: Path, never: str) -> Iterator[bool]:
    """True at first, when what happens is already being noted; then again and again whether something has changed."""

    def is_source(_: watchfiles.Change, path: str) -> bool:
        return path != never and not path.startswith(never + os.sep)

    told = watchfiles.watch(
        root,
        watch_filter=is_source,
        debounce=DEBOUNCE_MS,
        step=QUIET_MS,
        rust_timeout=TICK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    is_first = True
    try:
        for changes in told:
            yield is_first or bool(changes)
            is_first = False
    except OSError as error:
        if is_first:
            raise _unwatchable(root, error) from error


def _unwatchable(root: Path, error: OSError) -> ExcerptError:
    return ExcerptError(
        f"it cannot be watched: {error}.",
        Advice(
            "If it has very many folders, raise the system's limit"
            " (fs.inotify.max_user_watches on Linux), or run excerpt build from time to time."
        ),
        where=root,
    )
