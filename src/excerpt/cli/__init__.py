"""The command `excerpt`: it parses arguments, calls the package, renders results and errors.

    root       the command group; it loads the module of the command that is called, one of
      build watch verify               the index; `build_summary`, `build_sample` and `progress`
                                       show how a build goes
      search phrase concordance batch  finding passages
      show status coverage explain     reading them, and knowing the index
      cite verify_quotes               citations and quotations
      serve                            the web page
      bench quality                    measurements
      help                             documentation; `manual` writes the manual page
    options    options that several commands share
    output     lines and records → standard output, in the chosen format
    errors     errors → messages and exit codes; `remedies` → commands to paste
    completion the shell's completion of arguments
    completion_scripts  its scripts for bash and zsh

Data is written to standard output, everything else to standard error. The exit code of a search is
0 for a match and 1 for none; that of other commands is 0 on success. An error is 2.
"""

import os
import sys
from collections.abc import Sequence

from excerpt.startup import collect_garbage_less_often, end_process, limit_blas_threads

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` and return the exit code.

    Without `arguments`, run those of the process, and end the process.
    """
    if arguments is None:
        collect_garbage_less_often()
        end_process(_main(sys.argv[1:]))
    return _main(arguments)


def _main(arguments: Sequence[str]) -> int:
    limit_blas_threads()
    # A stream is None if the process was started with a closed descriptor.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Characters that the terminal's encoding lacks are written as numbers.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(list(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where errors end
        from excerpt.cli.errors import report_error

        return report_error(error)
    return code


def _run(arguments: list[str]) -> int:
    from click.exceptions import Exit

    from excerpt.cli.root import excerpt

    if "_EXCERPT_COMPLETE" in os.environ:  # click's shell completion
        from excerpt.cli.completion_scripts import add_scripts

        add_scripts()
        excerpt.main(arguments, prog_name="excerpt")
    try:
        with excerpt.make_context("excerpt", arguments) as context:
            return excerpt.invoke(context) or 0
    except Exit as end:
        return end.exit_code


def _discard_output() -> None:
    """Redirect standard output to nowhere.

    The reader has gone, so flushing the buffered rest would fail at the end of the process.
    """
    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
