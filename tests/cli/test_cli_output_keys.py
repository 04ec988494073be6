"""The keys of JSON output are those that the tables in `docs/output.md` list."""

import json
import re
from typing import Any

import pytest

from excerpt.cli.help import DOCS
from shell import Shell

SECTIONS = re.split(r"^#+ ", (DOCS / "output.md").read_text(encoding="utf-8"), flags=re.MULTILINE)


def documented(title: str, first: str) -> set[str]:
    """The keys in the table of the section `title` that begins with the key `first`."""
    (section,) = [each for each in SECTIONS if each.startswith(title)]
    tables = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    cells = [re.findall(r"^\| (`[^|]*)\|", table, re.MULTILINE) for table in tables]
    (keys,) = [each for each in cells if each[0].startswith(f"`{first}`")]
    return set(re.findall(r"`(\w+)`", " ".join(keys)))


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A corpus of two files with its index."""
    made = Shell(tmp_path_factory.mktemp("keys"))
    made.write({"a.txt": "The strike goes on.\n", "b.html": "<h1>Bread</h1><p>A strike</p>"})
    assert made.run("build").code == 0
    return made


def output(shell: Shell, *arguments: str) -> dict[str, Any]:
    """The JSON object that a command writes, without its `schema`."""
    record: dict[str, Any] = json.loads(shell.run(*arguments, "--json").out)
    assert record.pop("schema") == 2
    return record


def test_search(shell: Shell) -> None:
    """The keys of the object and of a hit, with all options."""
    found = output(shell, "search", "strike", "--expand", "--context", "1")
    assert set(found) == documented("Hits", "query")
    assert set(found["hits"][0]) == documented("Hits", "rank")


def test_concordance(shell: Shell) -> None:
    """The keys of a line."""
    found = output(shell, "concordance", "strike")
    assert set(found) == {"query", "lines", "counts"}
    assert set(found["lines"][0]) == documented("Concordance", "left")


def test_show(shell: Shell) -> None:
    """A passage has the keys of a hit that do not depend on a search."""
    found = output(shell, "show", "a.txt")
    without = {"rank", "score", "location", "highlights", "stale"}
    without |= {"duplicates", "before", "after"}
    assert set(found["passages"][0]) == documented("Hits", "rank") - without


def test_explain(shell: Shell) -> None:
    """The keys of an explanation."""
    assert set(output(shell, "explain", "strike")) == documented("Explanations", "query")


def test_status_and_coverage(shell: Shell) -> None:
    """The keys of both objects, and of a file."""
    assert set(output(shell, "status")) == documented("Status", "index")
    assert set(output(shell, "coverage")["files"][0]) == documented("Status", "path")
