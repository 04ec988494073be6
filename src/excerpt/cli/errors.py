"""Errors → messages on standard error, and exit codes.

A message says what happened, where, and what the user can do. It is never a traceback.
"""

import errno
import io
import os
import sys
import traceback
from contextlib import suppress

import click

from excerpt.cli.remedies import remedy_line
from excerpt.errors import ExcerptError, QueryError
from excerpt.present.terminal import clean, underline_span

__all__ = ["report_error"]

_CHECK_PERMISSIONS = "Check its permissions, or name another folder with --index or --corpus."
_SYSTEM_REMEDIES = {
    errno.EACCES: _CHECK_PERMISSIONS,
    errno.EPERM: _CHECK_PERMISSIONS,
    errno.EROFS: "The file system is read-only. Name another folder with --index.",
    errno.ENOSPC: "Make room on the disk and try again.",
    errno.ENAMETOOLONG: "Name a folder with a shorter path.",
}
_QUERY_COMMANDS = {"search", "phrase", "concordance", "explain"}
_ERROR = 2
_INTERRUPTED = 130


def report_error(error: Exception) -> int:
    """Write a message for `error` to standard error and return the exit code.

    If the environment variable EXCERPT_DEBUG is set, write a traceback first.
    """
    if os.environ.get("EXCERPT_DEBUG"):
        traceback.print_exception(error)
    match error:
        case click.Abort():
            return _INTERRUPTED
        case click.ClickException():
            message = io.StringIO()
            error.show(message)
            _print(message.getvalue().rstrip("\n"))
            _print_hint(error)
        case ExcerptError():
            _print(_message_of(error))
            return error.exit_code
        case MemoryError():
            _print(
                "excerpt: there is not enough memory.\n"
                "Search for fewer words at once, or limit the number of hits."
            )
        case OSError():
            where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
            remedy = _SYSTEM_REMEDIES.get(error.errno or 0, "")
            what = error.strerror or error
            _print(f"excerpt: {where}{what}" + (f"\n{remedy}" if remedy else ""))
        case _:
            _print(
                f"excerpt: {type(error).__name__}: {error}\n"
                "This is a bug in excerpt. Please report it."
                " Set EXCERPT_DEBUG=1 to see where it happened."
            )
    return _ERROR


def _print(text: str) -> None:
    with suppress(OSError):  # if standard error is closed, the exit code still reports the error
        print("\n".join(clean(line) for line in text.split("\n")), file=sys.stderr)  # noqa: T201


def _print_hint(error: click.ClickException) -> None:
    """Explain an unknown option that may be a word of a query, or a path."""
    if not isinstance(error, click.NoSuchOption) or error.option_name.startswith("--"):
        return
    name = error.ctx.command.name if error.ctx else None
    if name == "show":
        _print("Write -- before a path that starts with a hyphen: excerpt show -- -PATH")
    elif name in _QUERY_COMMANDS:
        _print("To exclude a word, write -- before the query: excerpt search -- -WORD")


def _message_of(error: ExcerptError) -> str:
    lines = [f"excerpt: {error.message}"]
    if isinstance(error, QueryError) and error.source:
        lines += [f"    {line}" for line in underline_span(error.source, error.span)]
    lines += map(remedy_line, error.remedies)
    return "\n".join(lines)
