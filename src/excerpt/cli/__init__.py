"""The command `excerpt`: it parses, calls, renders and maps errors, and does nothing else.

Exit codes, in every command: 0 for a hit or for success, 1 for no hit, 2 for an error. Data goes to standard output,
everything else to standard error. This module is the one place where errors end.
"""

import os
import sys
from collections.abc import Sequence

from excerpt.startup import collect_garbage_less_often, end_process, limit_blas_threads

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` and return the exit code. If None, they are those of the process, which ends then."""
    if arguments is None:
        collect_garbage_less_often()
        end_process(_main(sys.argv[1:]))
    return _main(arguments)


def _main(arguments: Sequence[str]) -> int:
    limit_blas_threads()
    # A stream that whoever called us has closed is None.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal that cannot show a character shows its number
    try:
        code = _run(list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where errors end
        from excerpt.cli.errors import report

        return report(error)
    return code


def _run(arguments: list[str]) -> int:
    from click.exceptions import Exit

    from excerpt.cli.root import excerpt

    if "_EXCERPT_COMPLETE" in os.environ:
        excerpt.main(arguments, prog_name="excerpt")
    try:
        with excerpt.make_context("excerpt", arguments) as context:
            return excerpt.invoke(context) or 0
    except Exit as end:
        return end.exit_code


def _forget_output() -> None:
    """Whoever read the output has gone: let nothing more be written, not even at the end of the process."""
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
