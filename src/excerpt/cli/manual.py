"""The commands and their options → a manual page in roff, for `man excerpt`.

The page ships with the package and is written by `python -m excerpt.cli.manual`; a test compares
it with the commands.
"""

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from excerpt._version import __version__

__all__ = ["PATH", "manual"]

PATH = Path(__file__).parent.parent / "docs" / "excerpt.1"
"""The manual page that ships with the package."""


def manual(group: click.Group) -> str:
    """Return the manual page of the commands in `group`."""
    return "\n".join(_lines(group)) + "\n"


def _lines(group: click.Group) -> Iterator[str]:
    context = click.Context(group, info_name="excerpt")
    yield f'.TH EXCERPT 1 "" "excerpt {__version__}" "User Commands"'
    yield ".SH NAME"
    yield "excerpt \\- search a folder of source texts"
    yield ".SH SYNOPSIS"
    yield ".B excerpt"
    yield "COMMAND [OPTIONS] [ARGUMENTS]"
    yield ".SH DESCRIPTION"
    yield from _paragraphs(group.help or "")
    yield ".SH COMMANDS"
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from _command(name, command, context)
    yield ".SH ENVIRONMENT"
    for variable, meaning in _ENVIRONMENT.items():
        yield from (".TP", f".B {variable}", _escape(meaning))
    yield ".SH EXIT STATUS"
    yield "0 on success, and for a search that finds something; 1 for a search that finds nothing,"
    yield "and for verify-quotes if a quotation differs, is elsewhere or was not found;"
    yield "2 for an error."
    yield ".SH SEE ALSO"
    yield _escape("excerpt help TOPIC explains the query language, metadata, output and more.")


_ENVIRONMENT = {
    "EXCERPT_INDEX": "folder of the index, if there is no --index",
    "EXCERPT_CORPUS": "folder of the source texts, if there is no --corpus",
    "EXCERPT_LINKS": "0: no links to files in the output on a terminal",
    "COLUMNS": "width at which text is wrapped",
    "NO_COLOR, FORCE_COLOR": "without, or always with, colours",
}


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    """Yield the section of one command."""
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f".SS excerpt {name} {_escape(usage)}"
    yield from _paragraphs(command.help or "")
    for parameter in command.params:  # without --help, which every command has
        record = parameter.get_help_record(context)
        if record is not None:
            yield from (".TP", f".B {_escape(record[0])}", _escape(record[1]))
    if isinstance(command.epilog, str):
        yield from _paragraphs(command.epilog)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; click keeps the lines of those that begin with \\b."""
    for paragraph in cleandoc(text).replace("\b\n", "\n\b\n").split("\n\n"):
        is_literal = paragraph.startswith("\b")
        lines = [_escape(line) for line in paragraph.strip("\b\n").split("\n") if line.strip()]
        if lines:
            yield ".PP"
            yield from (".nf", *lines, ".fi") if is_literal else lines


def _escape(text: str) -> str:
    """Return `text` with the characters escaped that roff would interpret."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in {".", "'"} else escaped


if __name__ == "__main__":
    from excerpt.cli.root import excerpt

    PATH.write_text(manual(excerpt), encoding="utf-8")
    sys.stdout.write(f"{PATH}\n")
