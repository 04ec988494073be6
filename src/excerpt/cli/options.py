"""What several commands share: their options, the index they open, and how they write."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from excerpt.errors import NAME_INDEX, IndexMissing, RunCommand, foreign_corpus
from excerpt.files import lock_holder
from excerpt.present.terminal import clean
from excerpt.search.index import Index

if TYPE_CHECKING:
    from excerpt.catalog import UnfinishedBuild

__all__ = [
    "color_option",
    "expand_option",
    "note",
    "note_unfinished",
    "opened",
    "place_options",
    "query_options",
    "refuse_other",
    "words_argument",
    "write",
]

Command = TypeVar("Command", bound=Callable[..., Any])


class _Folder(click.Path):
    """A folder that is to be named: an empty name, as of a variable of the shell that is not set, would be the folder one
    is in. What it may be read for is for whoever reads it to say."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("its name is empty; name a folder, or . for the one you are in.", param, ctx)
        return super().convert(value, param, ctx)


def place_options(command: Command) -> Command:
    """--corpus and --index."""
    for option in (
        click.option(
            "--index",
            type=_Folder(),
            default="index",
            envvar="EXCERPT_INDEX",
            show_default=True,
            help="The folder of the index (or EXCERPT_INDEX).",
        ),
        click.option(
            "--corpus",
            type=_Folder(),
            default="corpus",
            envvar="EXCERPT_CORPUS",
            show_default=True,
            help="The folder of the sources (or EXCERPT_CORPUS).",
        ),
    ):
        command = option(command)
    return command


def query_options(command: Command) -> Command:
    """--any, --exact and --literal."""
    for option in (
        click.option(
            "--literal", is_flag=True, help="Take the words as typed: no operators, no quotes."
        ),
        click.option(
            "--exact", is_flag=True, help="Find the very words, not their inflected forms."
        ),
        click.option(
            "--any", "any_word", is_flag=True, help="Find passages with any of the words, not all."
        ),
    ):
        command = option(command)
    return command


expand_option = click.option(
    "--expand",
    is_flag=True,
    help="Add words from the first passages to the query. They only change the order; with --any they find"
    " passages as well.",
)

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour the output: auto does so on a terminal, and heeds NO_COLOR and FORCE_COLOR.",
)


def words_argument(metavar: str) -> Callable[[Command], Command]:
    """One or more words, which make up one query."""
    return click.argument("words", nargs=-1, required=True, metavar=metavar, callback=_in_unicode)


def _in_unicode(_: click.Context, __: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a query as they were typed, whatever the locale took them for; else letters would be lost from them."""
    try:
        return tuple(word if word.isascii() else os.fsencode(word).decode() for word in words)
    except UnicodeError as error:
        raise click.BadParameter(
            "it holds bytes that are not UTF-8; write the query in UTF-8."
        ) from error


def opened(index: Path, corpus: Path) -> Index:
    """The index, built first if there is none yet but a corpus is: at the usual place, or where both were named.

    Raises:
        IndexMissing: if there is neither, or if the index alone was named, whose name may be mistyped.
        CorpusError: if a corpus is named that is not the index's.
    """
    try:
        return _opened(index, corpus)
    except IndexMissing as error:
        if not corpus.is_dir():
            raise IndexMissing(
                f"there is no index here, and no corpus at {corpus} to build it from.",
                *error.remedies,
                where=index,
            ) from error
        if _is_named("index") and not _is_named("corpus"):
            build = RunCommand("Or build it", index, "build", ("--corpus", str(corpus)))
            raise IndexMissing(error.what, NAME_INDEX, build, where=index) from error
    from excerpt.cli.build_summary import tell
    from excerpt.cli.progress import run

    note(f"There is no index at {index} yet; it is built now from {corpus}.")
    tell(run(corpus, index), index)
    return _opened(index, corpus)


def _is_named(name: str) -> bool:
    """Whether the option `name` was given to the command that runs, or in the environment."""
    return click.get_current_context().get_parameter_source(name) is not ParameterSource.DEFAULT


def _opened(index: Path, corpus: Path) -> Index:
    searched = Index(index)
    refuse_other(corpus, searched.corpus, index)
    note_unfinished(index, searched.unfinished)
    return searched


def refuse_other(corpus: Path, own: Path, index: Path) -> None:
    """See that `corpus`, if the command names one, is `own`, the corpus of the index.

    Raises:
        CorpusError: if not; what the environment names is only for the index it names.
    """
    source = click.get_current_context().get_parameter_source("corpus")
    if source is ParameterSource.COMMANDLINE and os.path.realpath(corpus) != os.path.realpath(own):
        raise foreign_corpus(index, own, corpus)


def note_unfinished(index: Path, unfinished: "UnfinishedBuild | None") -> None:
    """Say that only a part of the corpus is in the index, if that is so, and what to do."""
    if unfinished is None:
        return
    part = f"{unfinished.n_files:,} of {unfinished.total_files:,} files are in it"
    if holder := lock_holder(index / "lock"):
        note(f"This index is being built now, by process {holder}: {part}.")
    else:
        from excerpt.cli.remedies import command_line

        resume = command_line(index, "build")
        note(f"The last build of this index did not finish: {part}. Resume it: {resume}")


def note(text: str) -> None:
    """Say something that is no data, on standard error."""
    sys.stderr.write(clean(text) + "\n")


def write(lines: Iterable[str], *, is_data: bool = False) -> bool:
    """Write `lines` to standard output as they come, and say whether there were any.

    `is_data`: they are for programs, and thus UTF-8 whatever the terminal speaks, with their own line ends.
    """
    if is_data and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    any_line = False
    for line in lines:
        sys.stdout.write(line if is_data else line + "\n")
        any_line = True
    return any_line
