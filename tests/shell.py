"""The real command in a folder of its own, for the tests of the command line."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CommandResult", "Shell"]

_UNSET = ("EXCERPT_CORPUS", "EXCERPT_INDEX", "EXCERPT_DEBUG", "NO_COLOR", "FORCE_COLOR", "COLUMNS")


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
        done = subprocess.run(
            [sys.executable, "-m", "excerpt", *arguments],
            cwd=self.folder,
            env=self.environment(variables),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a command, without variables that change its output."""
        kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
        return {**kept, "PYTHONUTF8": "1", **variables}
