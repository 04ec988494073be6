"""The command `excerpt`: it parses, calls, renders and maps errors, and does nothing else.

Exit codes, in every command: 0 for a hit or for success, 1 for no hit, 2 for an error. Data goes to standard output,
everything else to standard error. This module is the one place where errors end.
"""

import atexit
import gc
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

__all__ = ["main"]

_NO_HELPERS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""NumPy's linear algebra is not used: its threads would only cost time at the start."""
_FEW_COLLECTIONS = 100_000
"""So many new objects until garbage is looked for: at the start nearly all that is made, code and classes, stays."""
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` and return the exit code. If None, they are those of the process, which ends then."""
    if arguments is None:
        gc.set_threshold(_FEW_COLLECTIONS)
        _end(_main(sys.argv[1:]))
    return _main(arguments)


def _end(code: int) -> NoReturn:
    """End the process. What it has loaded goes with it: Python would take that apart piece by piece, and the system does
    not need to. Nothing is open by now; what libraries want done at the end is done, and threads are waited for."""
    if threading.active_count() == 1:
        atexit._run_exitfuncs()  # noqa: SLF001 - all that a plain end does but this
        for stream in (sys.stdout, sys.stderr):
            # Where this fails nobody reads on; what went wrong before has been told.
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _main(arguments: Sequence[str]) -> int:
    for name in _NO_HELPERS:
        os.environ.setdefault(name, "1")
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
