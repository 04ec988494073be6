"""An error → what a person reads on standard error, and the exit code: what, where, remedy, and never a traceback."""

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

__all__ = ["report"]

_RIGHTS = "Check your rights to it, or name another folder with --index or --corpus."
_REMEDIES = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "The place is read-only: name another with --index.",
    errno.ENOSPC: "Make room on the disk and try again.",
    errno.ENAMETOOLONG: "Name a place with a shorter path.",
}
_QUERIES = {"search", "phrase", "concordance", "explain"}
_ERROR = 2
_INTERRUPTED = 130


def report(error: Exception) -> int:
    """Say what happened on standard error and return the exit code. With EXCERPT_DEBUG set, say where in the code."""
    if os.environ.get("EXCERPT_DEBUG"):
        traceback.print_exception(error)
    match error:
        case click.Abort():
            return _INTERRUPTED
        case click.ClickException():
            told = io.StringIO()
            error.show(told)
            _say(told.getvalue().rstrip("\n"))
            _hint(error)
        case ExcerptError():
            _say(_explained(error))
            return error.exit_code
        case MemoryError():
            _say(
                "excerpt: there is not enough memory.\nSearch for fewer words at once, or limit the hits."
            )
        case OSError():
            place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
            remedy = _REMEDIES.get(error.errno or 0, "")
            _say(f"excerpt: {place}{error.strerror or error}" + (f"\n{remedy}" if remedy else ""))
        case _:
            _say(
                f"excerpt: {type(error).__name__}: {error}\n"
                "This is a defect of excerpt. Set EXCERPT_DEBUG=1 to see where it happened, and please report it."
            )
    return _ERROR


def _say(text: str) -> None:
    with suppress(OSError):  # where nobody can be told, the exit code still tells
        print("\n".join(clean(line) for line in text.split("\n")), file=sys.stderr)  # noqa: T201


def _hint(error: click.ClickException) -> None:
    if not isinstance(error, click.NoSuchOption) or error.option_name.startswith("--"):
        return
    name = error.ctx.command.name if error.ctx else None
    if name == "show":
        _say("A path that starts with a hyphen has -- before it: excerpt show -- -PATH")
    elif name in _QUERIES:
        _say("A word to leave out is part of the query: put the query in quotes, or -- before it.")


def _explained(error: ExcerptError) -> str:
    lines = [f"excerpt: {error.message}"]
    if isinstance(error, QueryError) and error.source:
        lines += [f"    {line}" for line in underline_span(error.source, error.span)]
    lines += map(remedy_line, error.remedies)
    return "\n".join(lines)
