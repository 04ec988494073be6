"""The keys of JSON output are those of the tables in `docs/output.md` and of the docstrings."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from excerpt.cli.help import DOCS
from excerpt.present import records, reports
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
    record: dict[str, Any] = json.loads(shell.run(*arguments).out)
    assert record.pop("schema") == 2
    return record


def described(function: Callable[..., Any]) -> set[str]:
    """The keys that the docstring of a function lists."""
    return set(re.findall(r"^    (\w+)  +\S", function.__doc__ or "", re.MULTILINE))


def test_search(shell: Shell) -> None:
    """The keys of the object and of a hit, with all options."""
    found = output(shell, "search", "strike", "--expand", "--context", "1", "--json")
    assert set(found) == documented("Hits", "query")
    assert set(found["hits"][0]) == documented("Hits", "rank")
    assert set(found) == described(records.results_record)
    assert set(found["hits"][0]) == described(records.hit_record)


def test_concordance(shell: Shell) -> None:
    """The keys of a line."""
    found = output(shell, "concordance", "strike", "--json")
    assert set(found) == {"query", "lines", "counts"}
    assert set(found["lines"][0]) == documented("Concordance", "left")
    assert set(found["lines"][0]) == described(records.line_record)


def test_facets(shell: Shell) -> None:
    """The keys of the counts of a query."""
    found = output(shell, "search", "strike", "--facets")
    assert set(found) == documented("Facets", "query")
    assert set(found) - {"query"} == described(records.facets_record)


def test_show(shell: Shell) -> None:
    """A passage has the keys of a hit that do not depend on a search."""
    found = output(shell, "show", "a.txt", "--json")
    without = {"rank", "score", "location", "highlights", "stale"}
    without |= {"duplicates", "before", "after"}
    assert set(found["passages"][0]) == documented("Hits", "rank") - without
    assert set(found) == described(records.passages_record)


def test_explain(shell: Shell) -> None:
    """The keys of an explanation."""
    found = output(shell, "explain", "strike", "--json")
    assert (
        set(found) == documented("Explanations", "query") == described(reports.explanation_record)
    )


def test_status_and_coverage(shell: Shell) -> None:
    """The keys of both objects, and of a file."""
    status, coverage = output(shell, "status", "--json"), output(shell, "coverage", "--json")
    assert set(status) == documented("Status", "index") == described(reports.status_record)
    assert set(coverage) == described(reports.coverage_record)
    assert set(coverage["files"][0]) == documented("Status", "path")
