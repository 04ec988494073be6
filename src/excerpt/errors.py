"""Every error a caller of excerpt can meet. Each says what happened, where, and what to do about it.

ExcerptError                exit code 2
├── QueryError              a query that cannot be understood; shows the query with a caret
│   └── UnsupportedQuery    a query this engine cannot answer exactly
├── IndexMissing            there is no index at this place
├── IndexDamaged            a file of the index is not what was written
├── IndexOutdated           the index was made by another version of excerpt
├── IndexBusy               somebody else is building
├── CorpusError             the corpus cannot be used: missing, not a folder, another one than the index's
│   └── RemovalRefused      a build would remove more than half of the documents
└── Unreadable              one file that could not be read; recorded by a build, never fatal to it
"""

from pathlib import Path

from excerpt.model import Span

__all__ = [
    "CorpusError",
    "ExcerptError",
    "IndexBusy",
    "IndexDamaged",
    "IndexMissing",
    "IndexOutdated",
    "QueryError",
    "RemovalRefused",
    "Unreadable",
    "UnsupportedQuery",
    "build_command",
    "command",
]

_DEFAULT_INDEX = Path("index")


def build_command(index: Path, *options: str) -> str:
    """How to build the index in the folder `index` from the shell, for remedies.

    >>> build_command(Path("old letters"), "--from-scratch")
    "excerpt build --from-scratch --index 'old letters'"
    >>> build_command(Path("index"))
    'excerpt build'
    """
    return command(index, "build", *options)


def command(index: Path, name: str, *options: str) -> str:
    """How to run a command of excerpt on the index in the folder `index`, for remedies."""
    words = ["excerpt", name, *options]
    if index != _DEFAULT_INDEX:
        import shlex  # late: most goes well

        words += ["--index", shlex.quote(str(index))]
    return " ".join(words)


class ExcerptError(Exception):
    """What went wrong; as a string, both of its parts.

    message    what happened, and where
    remedy     what to do about it, "" where nothing helps
    exit_code  that of the command
    """

    exit_code = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class QueryError(ExcerptError):
    """A query that cannot be understood.

    source  the query as typed
    span    the place in it where it goes wrong
    """

    def __init__(self, message: str, source: str, span: Span, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.source = source
        self.span = span


class UnsupportedQuery(QueryError):
    """A query this engine cannot answer exactly."""


class IndexMissing(ExcerptError):
    """There is no index at this place."""


class IndexDamaged(ExcerptError):
    """A file of the index is not what was written."""


class IndexOutdated(ExcerptError):
    """The index was made by another version of excerpt."""


class IndexBusy(ExcerptError):
    """Somebody else is building this index."""


class CorpusError(ExcerptError):
    """The corpus cannot be used: missing, not a folder, or another one than the index's."""


class RemovalRefused(CorpusError):
    """A build would remove more than half of the documents."""


class Unreadable(ExcerptError):
    """One file that could not be read. A build records it and goes on."""
