"""The errors that excerpt raises on purpose: what happened, where, and what a user can do.

ExcerptError                exit code 2
├── QueryError              a query with an error; shown with a caret
│   └── UnsupportedQuery    a query that this engine cannot answer exactly
├── IndexMissing            a folder without an index
│   └── BuildInterrupted    a folder whose first build did not finish
├── IndexDamaged            an index with a damaged or foreign file
├── IndexOutdated           an index of another version of excerpt
├── IndexBusy               an index that another process is building
├── ClusterError            a cluster that does not answer, or not completely
├── CorpusError             an unusable corpus: missing, not a folder, or not the index's own
│   └── RemovalRefused      a build that would remove more than half of the documents
└── Unreadable              a source file that cannot be read; a build records it and continues

The three parts are data, so that each user interface can present them its own way: the command
prints a shell command where `str(error)` prints a sentence. Functions at the end of the module
make the errors that several modules raise, so that each fault has one message.
"""

from collections.abc import Iterable
from pathlib import Path

from excerpt.model import Span
from excerpt.startup import FrozenValue

__all__ = [
    "CHECK_PERMISSIONS",
    "INTACT",
    "NAME_CORPUS",
    "NAME_INDEX",
    "Instruction",
    "BuildInterrupted",
    "ClusterError",
    "CorpusError",
    "ExcerptError",
    "IndexBusy",
    "IndexDamaged",
    "IndexMissing",
    "IndexOutdated",
    "QueryError",
    "Remedy",
    "RemovalRefused",
    "RunCommand",
    "Unreadable",
    "UnsupportedQuery",
    "UseOption",
    "damaged",
    "did_you_mean",
    "foreign_corpus",
    "interrupted_build",
    "no_corpus",
    "no_index",
    "not_an_index_folder",
    "rebuild_remedy",
    "repair_remedy",
]


class Instruction(FrozenValue):
    """A remedy that the user carries out by hand: a sentence."""

    text: str

    def __str__(self) -> str:
        return self.text


class UseOption(FrozenValue):
    """A remedy that an option of the command provides, and the argument of that name in Python.

    text    what the option achieves, without a period: "Choose another folder"
    option  its name on the command line: "--index"
    """

    text: str
    option: str

    def __str__(self) -> str:
        return f"{self.text} with the argument {self.option.strip('-').replace('-', '_')}."


class RunCommand(FrozenValue):
    """A remedy that a command of excerpt provides.

    text     what the command achieves, without a period: "Build it"
    folder   the folder of the index that it works on
    command  its name: "build"
    options  its further arguments, unquoted; a word in capitals is for the user to replace
    """

    text: str
    folder: Path
    command: str
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.text}."


Remedy = Instruction | UseOption | RunCommand
"""One thing that a user can do about an error."""

NAME_CORPUS = Instruction("Name the folder that holds the source texts.")
NAME_INDEX = UseOption("Choose another folder", "--index")
CHECK_PERMISSIONS = Instruction("Check the permissions of the file and of its folder.")
INTACT = Instruction("The last committed state of the index is intact.")


class ExcerptError(Exception):
    """The base of all errors; as a string, one paragraph with all parts.

    what       what happened, ending with a period; begins in lower case if `where` precedes it
    where      the file or folder that it happened to, None if the message names it or there is none
    remedies   what the user can do about it; each is one alternative or one step
    exit_code  the exit code of the command
    """

    exit_code = 2

    # Exception.__init__ is not called: it takes no keywords, and the positional arguments that
    # Exception.__new__ has stored are those by which an error is unpickled.
    def __init__(self, what: str, *remedies: Remedy, where: Path | str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedies = remedies

    @property
    def message(self) -> str:
        """The file or folder, if any, and what happened: one sentence."""
        return self.what if self.where is None else f"{self.where}: {self.what}"

    def __str__(self) -> str:
        return " ".join([self.message, *map(str, self.remedies)])


class QueryError(ExcerptError):
    """A query with an error.

    source  the query as typed
    span    the part of it that is wrong
    """

    def __init__(self, what: str, source: str, span: Span, *remedies: Remedy) -> None:
        super().__init__(what, *remedies)
        self.source = source
        self.span = span


class UnsupportedQuery(QueryError):
    """A query that this engine cannot answer exactly, as a whole: it has no source and no span."""

    def __init__(self, what: str, *remedies: Remedy) -> None:
        super().__init__(what, "", Span(0, 0), *remedies)


class IndexMissing(ExcerptError):
    """A folder without an index."""


class BuildInterrupted(IndexMissing):
    """A folder in which the first build of an index did not finish."""


class IndexDamaged(ExcerptError):
    """An index with a damaged or foreign file."""


class IndexOutdated(ExcerptError):
    """An index that another version of excerpt built."""


class IndexBusy(ExcerptError):
    """An index that another process is building."""


class ClusterError(ExcerptError):
    """A cluster that does not answer, refuses a request, or answers only in part."""


class CorpusError(ExcerptError):
    """An unusable corpus: missing, not a folder, or not the one the index was built from."""


class RemovalRefused(CorpusError):
    """A build that would remove more than half of the documents."""


class Unreadable(ExcerptError):
    """A source file that cannot be read: a build records the reason and continues.

    `what` is the reason alone, without a period; the caller knows the path.
    """

    @property
    def reason(self) -> str:
        """The reason as a build records it, followed by the remedies, if there are any."""
        return " ".join([f"{self.what}.", *map(str, self.remedies)]) if self.remedies else self.what

    def __str__(self) -> str:
        return self.reason


def did_you_mean(names: Iterable[str]) -> str:
    """Return a question with at least one name.

    >>> did_you_mean(["Oslo"]), did_you_mean(["Oslo", "Rome", "Paris"])
    ('Did you mean Oslo?', 'Did you mean Oslo, Rome or Paris?')
    """
    *others, last = names
    return f"Did you mean {', '.join(others)} or {last}?" if others else f"Did you mean {last}?"


def rebuild_remedy(index: Path) -> RunCommand:
    """Return the remedy of rebuilding the index from its sources."""
    return RunCommand("Rebuild it from the sources", index, "build", ("--from-scratch",))


def repair_remedy(index: Path) -> RunCommand:
    """Return the remedy of rebuilding the engine's files from the catalog and the texts."""
    return RunCommand(
        "Repair it from its texts, without the sources", index, "verify", ("--repair",)
    )


def damaged(detail: object, where: Path, *remedies: Remedy) -> IndexDamaged:
    """Return the error for a file of the index that does not hold what was written to it."""
    return IndexDamaged(f"the index is damaged: {detail}.", *remedies, where=where)


def no_index(index: Path) -> IndexMissing:
    """Return the error for a folder without an index."""
    build = RunCommand("Build it", index, "build", ("--corpus", "FOLDER"))
    return IndexMissing("there is no index here.", build, where=index)


def interrupted_build(index: Path) -> BuildInterrupted:
    """Return the error for a folder in which the first build of an index did not finish."""
    build = RunCommand("Build it again", index, "build", ("--corpus", "FOLDER"))
    return BuildInterrupted("a build was interrupted before its first commit.", build, where=index)


def not_an_index_folder(index: Path) -> IndexDamaged:
    """Return the error for a file in the place of the index's folder."""
    return IndexDamaged("this is a file, not the folder of an index.", NAME_INDEX, where=index)


def no_corpus(corpus: Path, *, is_file: bool) -> CorpusError:
    """Return the error for a corpus that does not exist or is a file."""
    what = "this is a file, not a folder." if is_file else "this folder does not exist."
    return CorpusError(what, NAME_CORPUS, where=corpus)


def foreign_corpus(index: Path, own: Path, given: Path) -> CorpusError:
    """Return the error for a corpus other than the one the index was built from."""
    return CorpusError(
        f"this index was built from {own}, not from {given}.",
        Instruction("Omit --corpus to use the corpus of this index."),
        NAME_INDEX,
        RunCommand(
            "Or replace this one", index, "build", ("--from-scratch", "--corpus", str(given))
        ),
        where=index,
    )
