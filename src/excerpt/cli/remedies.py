"""Remedies and commands → text to paste into a shell."""

import shlex
from pathlib import Path

from excerpt.errors import Instruction, Remedy, RunCommand, UseOption

__all__ = ["command_line", "remedy_line"]

_DEFAULT_INDEX = Path("index")


def command_line(index: Path, command: str, *options: str) -> str:
    """Return the shell command that runs `excerpt command` on the index in the folder `index`.

    >>> command_line(Path("old letters"), "build", "--from-scratch")
    "excerpt build --from-scratch --index 'old letters'"
    >>> command_line(Path("index"), "status")
    'excerpt status'
    """
    words = ["excerpt", command, *options]
    if index != _DEFAULT_INDEX:
        words += ["--index", str(index)]
    return shlex.join(words)


def remedy_line(remedy: Remedy) -> str:
    """Return a remedy as a line of text.

    >>> remedy_line(UseOption("Choose another folder", "--index"))
    'Choose another folder with --index.'
    >>> remedy_line(RunCommand("Build it", Path("index"), "build", ("--corpus", "FOLDER")))
    'Build it: excerpt build --corpus FOLDER'
    """
    match remedy:
        case Instruction(text):
            return text
        case UseOption(text, option):
            return f"{text} with {option}."
        case RunCommand(text, folder, command, options):
            return f"{text}: {command_line(folder, command, *options)}"
