"""Errors as data, as Python text, and between processes."""

import pickle
from pathlib import Path

import pytest

from excerpt.cli.remedies import remedy_line
from excerpt.errors import (
    ExcerptError,
    IndexMissing,
    Instruction,
    QueryError,
    Remedy,
    RunCommand,
    UseOption,
    no_corpus,
    no_index,
    rebuild_remedy,
)
from excerpt.model import Span


def test_an_error_holds_its_parts() -> None:
    """The message joins the place and what happened; the string adds the remedies."""
    error = no_index(Path("letters"))
    assert (error.what, error.where) == ("there is no index here.", Path("letters"))
    assert error.message == "letters: there is no index here."
    assert str(error) == "letters: there is no index here. Build it."
    assert isinstance(error, IndexMissing)


def test_a_message_without_a_place_is_a_sentence() -> None:
    """Without a place the message has no colon."""
    error = ExcerptError("The disk is full.", Instruction("Make room."))
    assert (error.message, str(error)) == ("The disk is full.", "The disk is full. Make room.")


@pytest.mark.parametrize(
    ("remedy", "in_python", "in_a_shell"),
    [
        (Instruction("Try again."), "Try again.", "Try again."),
        (
            UseOption("Allow it", "--allow-removals"),
            "Allow it with the argument allow_removals.",
            "Allow it with --allow-removals.",
        ),
        (
            rebuild_remedy(Path("index")),
            "Rebuild it from the sources.",
            "Rebuild it from the sources: excerpt build --from-scratch",
        ),
        (
            RunCommand("Build it", Path("my index"), "build", ("--corpus", "it's")),
            "Build it.",
            """Build it: excerpt build --corpus 'it'"'"'s' --index 'my index'""",
        ),
    ],
)
def test_a_remedy_suits_its_reader(remedy: Remedy, in_python: str, in_a_shell: str) -> None:
    """Python users read of arguments, shell users of options and commands that they can paste."""
    assert (str(remedy), remedy_line(remedy)) == (in_python, in_a_shell)


@pytest.mark.parametrize(
    "error",
    [
        no_corpus(Path("texts"), is_file=True),
        QueryError("There is no word here.", "?!", Span(0, 2), Instruction("Write a word.")),
    ],
)
def test_an_error_survives_pickling(error: ExcerptError) -> None:
    """Worker processes send errors to their parent."""
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), vars(copy)) == (str(error), vars(error))
