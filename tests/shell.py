"""The command in a folder of its own, for the tests of the command line.

Starting Python and importing excerpt takes ten times as long as most commands. On Linux, a server
process therefore imports excerpt once and forks a process for each command: it has its own
arguments, environment, folder and standard streams, and exits as the command does. Tests of the
start itself ask for a new interpreter.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryFile
from unittest.mock import patch

from excerpt.cli import main

__all__ = ["CommandResult", "Shell"]

_UNSET = ("EXCERPT_CORPUS", "EXCERPT_INDEX", "EXCERPT_DEBUG", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
_OF_INTERPRETER = ("PYTHON", "LC_", "LANG")
"""Beginnings of the variables that Python reads when it starts."""
_PRELOADED = [
    *(f"excerpt.cli.{name}" for name in ("build", "concordance", "coverage", "errors", "explain")),
    *(f"excerpt.cli.{name}" for name in ("phrase", "root", "search", "show", "status", "verify")),
    *("excerpt.indexing.pipeline", "excerpt.ingest.formats", "excerpt.index.engine"),
    *("excerpt.index.write.index_writer", "excerpt.indexing.indexer", "excerpt.search.index"),
    *("excerpt.present.render", "excerpt.present.records", "excerpt.ingest.language"),
    *("bs4", "chardet", "lxml.etree", "numpy", "pathspec", "py3langid", "whoosh.query", "shell"),
]
_SERVER_ENVIRONMENT = {
    "PYTHONPATH": str(Path(__file__).parent),  # so that it finds this module
    "PYTHONUTF8": "1",
    # NumPy must not start threads in a process that is forked.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The exit code of a command, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()


class Shell:
    """Runs `excerpt` in the folder `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, files: Mapping[str, str | bytes]) -> "Shell":
        """Write `files` into the corpus."""
        for name, content in files.items():
            path = self.folder / "corpus" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def run(self, *arguments: str, **variables: str) -> CommandResult:
        """Run `excerpt` with `arguments`, and with `variables` in its environment."""
        is_about_start = any(name.startswith(_OF_INTERPRETER) for name in variables)
        if sys.platform != "linux" or is_about_start:
            return self.run_new(*arguments, **variables)
        return _run_forked(arguments, self.folder, self.environment(variables))

    def run_new(self, *arguments: str, **variables: str) -> CommandResult:
        """Do the same with a new interpreter."""
        done = subprocess.run(
            [sys.executable, "-m", "excerpt", *arguments],
            cwd=self.folder,
            env=self.environment(variables),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a command, without variables that change its output."""
        kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
        return {**kept, "PYTHONUTF8": "1", "COLUMNS": "100", **variables}


@cache
def _server() -> ForkServerContext:
    """Start the server that forks commands; it ends with this process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    with patch.dict(os.environ, _SERVER_ENVIRONMENT):
        forkserver.ensure_running()
    return context


def _run_forked(
    arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]
) -> CommandResult:
    with TemporaryFile() as out, TemporaryFile() as err:
        streams = [f"/proc/{os.getpid()}/fd/{stream.fileno()}" for stream in (out, err)]
        process = _server().Process(
            target=_be_command, args=(arguments, str(folder), dict(environment), streams)
        )
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(arguments)
        code = process.exitcode
        process.close()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode())
    return CommandResult(code, *texts)


def _be_command(
    arguments: tuple[str, ...], folder: str, environment: Mapping[str, str], streams: list[str]
) -> None:
    """Turn a forked process into one that has just been started to run `excerpt`."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, stream in enumerate(streams, 1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_APPEND), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 - open for the whole process
    sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1)  # noqa: SIM115
    sys.argv = ["excerpt", *arguments]
    main()
