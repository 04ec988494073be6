"""Lines and records → standard output and standard error, in the output format that was chosen."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import click

__all__ = ["Command", "fit", "format_option", "note", "plural", "write"]

_MAX_COLUMNS = 100
Command = TypeVar("Command", bound=Callable[..., Any])
"""A function that a decorator turns into a command, or adds an option to."""


def note(text: str) -> None:
    """Write a line that is not data to standard error; a terminal gets it wrapped between words."""
    from excerpt.present.terminal import clean, terminal_width

    text = clean(text)
    if sys.stderr.isatty() and len(text) > (width := terminal_width(sys.stderr, _MAX_COLUMNS)):
        from excerpt.model import Snippet
        from excerpt.present.wrap import wrap

        text = "\n".join(line.text for line in wrap(Snippet(text), width))
    sys.stderr.write(text + "\n")


def fit(lines: Iterable[str]) -> Iterator[str]:
    """Yield `lines`, on a terminal wrapped between words to its width.

    Further lines begin below the value of a "name  value" pair, or below the first letter.
    """
    from excerpt.model import Snippet
    from excerpt.present.terminal import text_width
    from excerpt.present.wrap import wrap

    width = text_width(sys.stdout, sys.maxsize)
    for line in lines:
        label = re.match(r"\S+ {2,}|\s*", line)
        indent = label.end() if label else 0
        if len(line) <= width or indent >= width:
            yield line
            continue
        head = line[:indent]
        for piece in wrap(Snippet(line[indent:]), width - indent):
            yield head + piece.text
            head = " " * indent


def write(lines: Iterable[str], *, is_data: bool = False) -> bool:
    """Write `lines` to standard output as they come, and return True if there were any.

    Data (`is_data`) is for programs: it has its own line ends and is UTF-8 in any locale.
    """
    if is_data and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    has_lines = False
    for line in lines:
        sys.stdout.write(line if is_data else line + "\n")
        has_lines = True
    return has_lines


def plural(n: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "file"), plural(1234, "file")
    ('1 file', '1,234 files')
    """
    return f"{n:,} {noun if n == 1 else noun + 's'}"


def format_option(*names: str, output: str, description: str) -> Callable[[Command], Command]:
    """Return an option with these `names` that chooses the output format `output`.

    The command gets the chosen format as its argument `output`, None if none was chosen. Two
    different formats are an error; click alone would silently use the last one.
    """
    return click.option(
        *names,
        f"is_{output}",
        is_flag=True,
        expose_value=False,
        callback=_choose(output),
        help=description,
    )


def _choose(output: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def choose(context: click.Context, parameter: click.Parameter, is_given: bool) -> None:
        context.params.setdefault("output", None)
        if not is_given:
            return
        option = "/".join(parameter.opts)
        other = context.meta.setdefault(__name__, option)
        if other != option:
            raise click.UsageError(
                f"{other} and {option} cannot be combined: choose one output format.", context
            )
        context.params["output"] = output

    return choose
