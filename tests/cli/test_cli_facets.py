"""`excerpt search --facets` and the option --filter as commands."""

import csv
import json
from pathlib import Path

import pytest

from shell import Shell

FILES = {
    "minutes/a.txt": "The strike of the weavers.\n",
    "minutes/b.txt": "Another strike.\n",
    "letter.txt": "No strike, please.\n",
    "metadata.csv": 'path,date,author\nminutes/a.txt,1848,"Lee; Cruz"\nletter.txt,,Lee\n',
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a small corpus with its index."""
    made = Shell(tmp_path_factory.mktemp("facets")).write(FILES)
    assert made.run("build").code == 0
    return made


def test_facets_are_one_json_object(shell: Shell) -> None:
    """All values are listed, with the numbers of passages and documents."""
    done = shell.run("search", "strike", "--facets")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    one, two = ({"passages": n, "documents": n, "occurrences": n} for n in (1, 2))
    assert found == {
        "schema": 2,
        "query": "strike",
        "passages": 3,
        "documents": 3,
        "occurrences": 3,
        "facets": {
            "author": [
                {"value": "Lee", **two},
                {"value": "", **one},
                {"value": "Cruz", **one},
            ],
            "folder": [{"value": "minutes", **two}, {"value": "", **one}],
            "lang": found["facets"]["lang"],
            "format": [{"value": "text", "passages": 3, "documents": 3, "occurrences": 3}],
        },
        "years": [{"from": 1848, "to": 1848, **one}],
        "undated": two,
    }
    assert sum(each["passages"] for each in found["facets"]["lang"]) == 3
    none = shell.run("search", "xylophone", "--facets")
    assert (none.code, json.loads(none.out)["passages"]) == (1, 0)
    assert "xylophone" in none.err


def test_a_filter_leaves_the_documents_that_its_facet_counts(shell: Shell) -> None:
    """Every command with a query takes filters; those of one facet are alternatives."""

    def count(*filters: str) -> str:
        options = [part for each in filters for part in ("--filter", each)]
        return shell.run("search", "strike", "--count", *options).out.strip()

    assert count("author=Lee") == "2"
    assert count("author=Lee", "author=") == "3"
    assert count("author=Lee", "folder=minutes") == "1"
    assert count("year=1840..1849") == "1"
    assert count("year=") == "2"
    assert count("author=lee") == "0"
    done = shell.run("search", "strike", "--filter", "author=Lee", "--facets")
    assert [each["value"] for each in json.loads(done.out)["facets"]["author"]] == [
        "Lee",
        "",
        "Cruz",
    ]
    lines = shell.run("concordance", "strike", "--filter", "folder=minutes", "--csv").lines
    assert [row["path"] for row in csv.DictReader(lines)] == ["minutes/a.txt", "minutes/b.txt"]
    assert "minutes" in shell.run("explain", "strike", "--filter", "folder=minutes").out
    done = shell.run("search", "strike", "--filter", "author=Cruz", "-l")
    assert done.lines == ["minutes/a.txt"]


def test_filters_apply_to_many_queries(shell: Shell, tmp_path: Path) -> None:
    """The counts of a batch are those of the filtered documents."""
    (tmp_path / "q.txt").write_text("strike\n", encoding="utf-8")
    done = shell.run("batch", str(tmp_path / "q.txt"), "--filter", "author=Lee")
    (row,) = csv.DictReader(done.lines)
    assert (row["passages"], row["documents"], row["occurrences"]) == ("2", "2", "2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Lee", "'Lee' is not of the form NAME=VALUE"),
        ("=Lee", "NAME=VALUE"),
        ("kind=note", "kind is not a facet"),
        ("year=18x8", "18x8"),
    ],
)
def test_a_malformed_filter_is_an_error(shell: Shell, text: str, message: str) -> None:
    """The error names the option and the fault."""
    for command in (("search", "strike"), ("concordance", "strike"), ("explain", "strike")):
        done = shell.run(*command, "--filter", text)
        assert (done.code, done.out) == (2, "")
        assert "--filter" in done.err
        assert message in done.err
