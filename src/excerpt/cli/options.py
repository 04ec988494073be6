"""Options that several commands share, and the index that they open."""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from click.core import ParameterSource

from excerpt.cli.output import Command, note
from excerpt.errors import (
    NAME_INDEX,
    BuildInterrupted,
    IndexMissing,
    QueryError,
    RunCommand,
    foreign_corpus,
    no_corpus,
)
from excerpt.files import lock_holder
from excerpt.search.index import Index

if TYPE_CHECKING:
    from excerpt.catalog import Catalog, UnfinishedBuild

__all__ = [
    "bom_option",
    "choose_corpus",
    "color_option",
    "corpus_argument",
    "expand_option",
    "folder_options",
    "index_options",
    "named_corpus",
    "note_missing_corpus",
    "note_unfinished",
    "open_index",
    "query_options",
    "words_argument",
]


class _FolderType(click.Path):
    """A folder whose name is not empty.

    An empty name, as from an unset shell variable, would be the current folder. Whether the folder
    can be read is checked where it is read, with a better message than click's.
    """

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("the name is empty. Write . for the current folder.", param, ctx)
        return super().convert(value, param, ctx)


def folder_options(command: Command) -> Command:
    """Add --corpus and --index."""
    for option in (
        click.option(
            "--index",
            type=_FolderType(),
            default="index",
            envvar="EXCERPT_INDEX",
            metavar="FOLDER",
            show_default=True,
            show_envvar=True,
            help="Folder of the index.",
        ),
        click.option(
            "--corpus",
            type=_FolderType(),
            default="corpus",
            envvar="EXCERPT_CORPUS",
            metavar="FOLDER",
            show_default=True,
            show_envvar=True,
            help="Folder of the source texts.",
        ),
    ):
        command = option(command)
    return command


def index_options(command: Command) -> Command:
    """Add --corpus and --index, and --url and --name for an index in a cluster.

    The command gets the folder of the index, which may be a copy of one in a cluster.
    """

    @wraps(command)
    def with_folder(*arguments: Any, index: Path, url: str, name: str, **options: Any) -> Any:
        if url and not name:
            raise click.UsageError("Name the index in the cluster with --name.")
        if name:
            from excerpt.search.cluster_copy import copy_index

            index = copy_index(name, url, index if _is_given("index") else None)
        return command(*arguments, index=index, **options)

    for option in (
        click.option(
            "--name",
            default="",
            metavar="NAME",
            help="Read the index of this name in an OpenSearch cluster (excerpt help cluster).",
        ),
        click.option(
            "--url",
            default="",
            metavar="URL",
            help="With --name: address of the cluster.  [env var: EXCERPT_OPENSEARCH_URL]",
        ),
    ):
        with_folder = option(with_folder)
    return folder_options(cast("Command", with_folder))


corpus_argument = click.argument("folder", required=False, type=_FolderType())
"""The corpus as an argument, in place of --corpus."""


def named_corpus(folder: Path | None, corpus: Path) -> Path | None:
    """Return the corpus that the user has named: `folder`, --corpus, or by the environment.

    Raises:
        UsageError: if an argument and --corpus name two.
    """
    context = click.get_current_context()
    source = context.get_parameter_source("corpus")
    if folder is None:
        return None if source is ParameterSource.DEFAULT else corpus
    if source is ParameterSource.COMMANDLINE:
        raise click.UsageError("Name the corpus once: as FOLDER or with --corpus.", context)
    return folder


def query_options(command: Command) -> Command:
    """Add --any, --exact, --literal, --everything, --filter and those for other spellings."""
    for option in (
        click.option(
            "--filter",
            "filters",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_read_filters,
            help="Search only documents with this author, folder, lang, format, year or other"
            " value, as --facets lists it. Can be repeated.",
        ),
        click.option(
            "--han-variants",
            is_flag=True,
            help="Also find traditional, simplified and Japanese forms of Chinese characters.",
        ),
        click.option(
            "--ocr",
            is_flag=True,
            help="Also find the words as character recognition misreads them (rn for m, f for s).",
        ),
        click.option(
            "--old-spelling",
            is_flag=True,
            help="Also find the words as older print spells them (Theil, vnto, estoit).",
        ),
        click.option(
            "--everything",
            is_flag=True,
            help="Search boilerplate, page numbers and note references too.",
        ),
        click.option(
            "--literal",
            is_flag=True,
            help="Treat operators, quotes and wildcards as plain text.",
        ),
        click.option(
            "--exact", is_flag=True, help="Match the words as typed, not inflected forms."
        ),
        click.option("--any", "any_word", is_flag=True, help="Match any of the words, not all."),
    ):
        command = option(command)
    return command


def _read_filters(
    _: click.Context, __: click.Parameter, texts: tuple[str, ...]
) -> dict[str, list[str]] | None:
    """Return the values of each filter, None if there is no filter."""
    if not texts:
        return None
    from excerpt.counting.filters import filter_trees

    filters: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (name and sign):
            raise click.BadParameter(f"{text!r} is not of the form NAME=VALUE, like lang=en.")
        filters.setdefault(name, []).append(value)
    try:
        filter_trees(filters)
    except (QueryError, ValueError) as error:
        raise click.BadParameter(str(error)) from error
    return filters


expand_option = click.option(
    "--expand",
    is_flag=True,
    help="Add words from the best passages to the query. They change only the ranking; with --any,"
    " they match passages too.",
)

bom_option = click.option(
    "--bom",
    "has_bom",
    is_flag=True,
    help="Begin a CSV table with a byte order mark, which some spreadsheets need.",
)

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use colours. auto: on a terminal; NO_COLOR and FORCE_COLOR override it.",
)


def words_argument(metavar: str) -> Callable[[Command], Command]:
    """Return an argument of one or more words, which form one query."""
    return click.argument("words", nargs=-1, required=True, metavar=metavar, callback=_decode)


def _decode(_: click.Context, __: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """Decode the words of a query as UTF-8, whatever the locale.

    Python decodes arguments with the encoding of the locale, which may lose letters.
    """
    try:
        return tuple(word if word.isascii() else os.fsencode(word).decode() for word in words)
    except UnicodeError as error:
        raise click.BadParameter("it is not valid UTF-8.") from error


def open_index(index: Path, corpus: Path) -> Index:
    """Return the index, which is built first if it does not exist but the corpus does.

    It is not built if only the index was named, since its name may be mistyped.

    Raises:
        IndexMissing: if there is no index and none can be built.
        CorpusError: if a corpus is named that is not the index's own.
    """
    try:
        return _open(index, corpus)
    except IndexMissing as error:
        reason = (
            error.message
            if isinstance(error, BuildInterrupted)
            else f"There is no index at {index} yet."
        )
        if not corpus.is_dir():
            raise IndexMissing(
                f"{error.what.rstrip('.')}, and no corpus was found at {corpus} to build it from.",
                *error.remedies,
                where=index,
            ) from error
        if _is_given("index") and not _is_given("corpus"):
            build = RunCommand("Or build it", index, "build", ("--corpus", str(corpus)))
            raise IndexMissing(error.what, NAME_INDEX, build, where=index) from error
    from excerpt.cli.build_summary import note_problems
    from excerpt.cli.progress import build_with_progress

    note(f"{reason} Building it from {corpus}.")
    note_problems(build_with_progress(corpus, index), index)
    return _open(index, corpus)


def _is_given(option: str) -> bool:
    """Return True if the option was given on the command line or in the environment."""
    source = click.get_current_context().get_parameter_source(option)
    return source is not ParameterSource.DEFAULT


def _open(index: Path, corpus: Path) -> Index:
    opened = Index(index)
    choose_corpus(opened, corpus, index)
    note_missing_corpus(opened)
    note_unfinished(index, opened.unfinished)
    return opened


def choose_corpus(opened: "Index | Catalog", corpus: Path, index: Path) -> None:
    """Let an opened index use the `corpus` of the command line, if that is where its files are.

    A corpus from the environment, or the default one, is used only if the index's own is missing:
    it belongs to the index from the environment, and --index may name another one.

    Raises:
        CorpusError: if another corpus is given on the command line, or a missing folder.
    """
    source = click.get_current_context().get_parameter_source("corpus")
    is_named = source is ParameterSource.COMMANDLINE
    own = opened.corpus
    if not is_named and own.is_dir():
        return
    if opened.is_own_corpus(corpus):
        opened.corpus = Path(os.path.realpath(corpus))
    elif is_named:
        if not corpus.is_dir():
            raise no_corpus(corpus, is_file=corpus.exists())
        raise foreign_corpus(index, own, corpus)


def note_missing_corpus(opened: Index) -> None:
    """Report that changes of the sources are not known, because the corpus is not there."""
    if not opened.has_corpus:
        note(
            f"The corpus {opened.corpus} is not there, so it is not known whether files have"
            " changed since they were indexed. Name it with --corpus."
        )


def note_unfinished(index: Path, unfinished: "UnfinishedBuild | None") -> None:
    """Report an incomplete index and what to do about it."""
    if unfinished is None:
        return
    part = f"{unfinished.n_files:,} of {unfinished.total_files:,} files are indexed"
    if holder := lock_holder(index / "lock"):
        note(f"Process {holder} is building this index: {part}.")
    else:
        from excerpt.cli.remedies import command_line

        resume = command_line(index, "build")
        note(f"The last build of this index did not finish: {part}. Resume it: {resume}")
