"""All commands that read an index answer from a live cluster as from the default engine."""

import json
from pathlib import Path

import pytest

from excerpt.engines.opensearch.settings import FILE
from shell import Shell

TEXT = "CHAPTER I\n\nThe geese came in spring.\n\nThe ducks came in autumn,\nand stayed.\n"
COMMANDS = (
    ("search", "duck OR goose", "--json"),
    ("search", '"came in"'),
    ("search", "sentence(ducks stayed)", "--facets", "folder"),
    ("search", "=Geese"),
    ("search", "g*se", "-l"),
    ("search", "nowhere"),
    ("search", "the -geese", "--json"),
    ("concordance", "came"),
    ("explain", "duck"),
    ("verify",),
)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a corpus with an index of the default engine."""
    made = Shell(tmp_path).write({"a.txt": TEXT, "b.txt": "Geese fly.\n", "c/c.md": "# Ducks\n"})
    assert made.run("build").code == 0
    return made


def test_commands_answer_as_with_the_default_engine(shell: Shell, cluster: str) -> None:
    """Output and exit codes are the same, also after a change; leaving the cluster empties it."""
    expected = [shell.run(*command) for command in COMMANDS]
    options = ("--engine", "opensearch", "--url", cluster, "--name", "excerpt.commands")
    assert shell.run("build", *options, "--from-scratch").code == 0
    assert [shell.run(*command) for command in COMMANDS] == expected
    shell.write({"b.txt": "Ducks fly.\n"})
    done = shell.run("build")
    assert (done.code, done.err) == (0, "")
    found = json.loads(shell.run("search", "duck", "--json").out)
    shell.run("build", "--engine", "columnar", "--from-scratch")
    assert json.loads(shell.run("search", "duck", "--json").out) == found
    assert not (shell.folder / "index" / FILE).exists()
