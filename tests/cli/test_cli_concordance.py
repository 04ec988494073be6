"""`excerpt phrase` and `excerpt concordance` as commands."""

import csv
import io
import json
from pathlib import Path

import pytest

from shell import Shell

FILES = {
    "a.txt": "First line.\nAll power to the\ncouncils, all power to the people.\n\n"
    "The power of words.\n",
    "b.html": "<h1 id='top'>Power</h1><p>Class struggles; classless; 中国 all “power” to 中国.</p>",
    "metadata.csv": "path,date\na.txt,1921\nb.html,c. 1848\n",
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a small corpus with its index."""
    made = Shell(tmp_path_factory.mktemp("lines")).write(FILES)
    assert made.run("build").code == 0
    return made


def test_every_occurrence_is_a_line_with_its_location(shell: Shell) -> None:
    """The line number is that of the beginning of the match."""
    done = shell.run("phrase", "all", "power")
    assert done.code == 0
    assert [line.split("  ")[-1].strip() for line in done.lines] == [
        "a.txt:2",
        "a.txt:3",
        "b.html#top",
    ]


def test_matches_are_aligned(shell: Shell) -> None:
    """Line ends of the source become spaces, and the lines are as wide as the terminal."""
    lines = shell.run("phrase", "all power to", COLUMNS="100").lines
    assert lines[0].index("All power") == lines[1].index("all power") == (100 - 32) // 2
    assert "First line. All power to the councils, all" in lines[0]


def test_around_sets_the_words_of_context(shell: Shell) -> None:
    """Each side has that many words, however narrow the terminal; counts are noted."""
    done = shell.run("phrase", "all power to", "--around", "4", COLUMNS="40")
    assert done.out == (
        "               First line. All power to the councils, all power  a.txt:2\n"
        "    power to the councils, all power to the people. The power    a.txt:3\n"
        "struggles; classless; 中国 all “power” to 中国.                  b.html#top\n"
    )
    assert done.err == "3 occurrences in 2 passages of 2 documents.\n"
    done = shell.run("phrase", "words", "--around", "0")
    assert (done.out, done.err) == (
        "words  a.txt:5\n",
        "1 occurrence in 1 passage of 1 document.\n",
    )


def sorted_occurrences(shell: Shell, sort: str) -> list[tuple[str, str, str]]:
    """Return the sorted occurrences of a word, each with the words on both sides."""
    rows = shell.run("concordance", "power", "--sort", sort, "--csv", "--around", "1").out
    return [
        (row["left"], row["match"], row["right"])
        for row in csv.DictReader(io.StringIO(rows, newline=""))
    ]


def test_lines_are_sorted(shell: Shell) -> None:
    """Context is compared by folded words, the nearest first; ties stay in path order."""
    first, second, third = (
        ("All ", "power", " to"),
        ("all ", "power", " to"),
        ("The ", "power", " of"),
    )
    heading, quoted = ("", "Power", " Class"), ("all “", "power", "” to")
    assert sorted_occurrences(shell, "path") == [first, second, third, heading, quoted]
    assert sorted_occurrences(shell, "left") == [heading, second, first, quoted, third]
    assert sorted_occurrences(shell, "right") == [heading, third, first, second, quoted]
    assert sorted_occurrences(shell, "date") == [heading, quoted, first, second, third]


def test_lines_sorted_by_date_show_it(shell: Shell) -> None:
    """The date is shown as the metadata gives it."""
    done = shell.run("phrase", "power", "to", "--sort", "date", "--around", "1")
    assert done.lines == [
        "all “power” to 中  b.html#top (c. 1848)",
        " All power to the  a.txt:2 (1921)",
        " all power to the  a.txt:3 (1921)",
    ]


def test_some_of_the_lines_can_be_written(shell: Shell) -> None:
    """--limit and --offset count lines in the order of --sort; counts are those of all lines."""
    for output in ("--csv", "--jsonl"):
        everything = shell.run("concordance", "power", "--sort", "right", output).lines
        head = everything[: output == "--csv"]
        rows = everything[len(head) :]
        assert len(rows) == 5
        options = ("--sort", "right", "--limit", "2", "--offset", "3")
        done = shell.run("concordance", "power", *options, output)
        assert done.lines == [*head, *rows[3:]]
        assert done.err == "5 occurrences in 2 passages of 2 documents. Shown: 4–5.\n"
    done = shell.run("phrase", "all power", "-n", "1", "--json")
    assert len(json.loads(done.out)["lines"]) == 1
    assert json.loads(done.out)["counts"]["occurrences"] == 3
    done = shell.run("concordance", "power", "--offset", "9")
    assert (done.code, done.out) == (0, "")
    assert "--offset skips all of them" in done.err
    assert shell.run("concordance", "power", "--limit", "-1").code == 2


def test_json_has_all_lines_and_counts(shell: Shell) -> None:
    """The JSON object has query, lines and counts."""
    done = shell.run("concordance", "power BEFORE/3 people OR councils", "--json", "--around", "2")
    found = json.loads(done.out)
    assert done.err == ""
    assert found["query"] == "power BEFORE/3 people OR councils"
    assert found["counts"] == {
        "occurrences": 2,
        "passages": 1,
        "documents": 1,
        "stale_documents": 0,
    }
    assert [line["match"] for line in found["lines"]] == ["councils", "power to the people"]
    assert (
        json.loads(shell.run("phrase", "no", "power", "--json").out)["counts"]["occurrences"] == 0
    )


def test_notices_about_a_query_are_written(shell: Shell) -> None:
    """Unknown words, and words that look like operators, are noted."""
    assert "hovercraft" in shell.run("concordance", "hovercraft").err
    assert "NEAR/5" in shell.run("concordance", "power NEAR people").err


def test_a_phrase_is_exact_and_may_hold_wildcards(shell: Shell) -> None:
    """Punctuation between the words and quotes around them are ignored."""
    assert shell.run("phrase", "-c", "class", "struggle").lines == ["0"]
    assert shell.run("phrase", "-c", "class*", "struggle*").lines == ["1"]
    assert shell.run("phrase", "-c", '"all power"').lines == ["3"]
    assert shell.run("phrase", "-c", "“all", "power”").lines == ["3"]


def test_the_exit_code_is_1_without_an_occurrence(shell: Shell) -> None:
    """The exit code is the same in every output format."""
    for output in ([], ["-c"], ["--jsonl"], ["--json"], ["--csv"]):
        assert shell.run("phrase", "no", "power", *output).code == 1
        assert shell.run("concordance", "hovercraft", *output).code == 1


def test_a_concordance_takes_any_query(shell: Shell) -> None:
    """Each match of a query term or a NEAR is one line."""
    assert shell.run("concordance", "-c", "councils OR people OR words").lines == ["3"]
    assert shell.run("concordance", "-c", "power BEFORE/2 councils").lines == ["1"]


def test_records_have_match_context_and_location(shell: Shell) -> None:
    """JSON lines and CSV have the same records."""
    records = [
        json.loads(line)
        for line in shell.run("phrase", "all power", "--jsonl", "--around", "2").lines
    ]
    assert records[0] == {
        "schema": 2,
        "path": "a.txt",
        "member": "",
        "line": 2,
        "anchor": "",
        "page": "",
        "page_number": None,
        "passage": records[0]["passage"],
        "date": "1921",
        "stale": False,
        "left": "First line. ",
        "match": "All power",
        "right": " to the",
    }
    assert records[0]["passage"]
    rows = list(
        csv.DictReader(io.StringIO(shell.run("phrase", "all power", "--csv").out, newline=""))
    )
    assert [(row["match"], row["path"], row["line"]) for row in rows] == [
        ("All power", "a.txt", "2"),
        ("all power", "a.txt", "3"),
        ("all “power", "b.html", ""),
    ]


def test_lines_of_a_changed_file_are_stale(tmp_path: Path) -> None:
    """Records have `stale`, and one note counts the documents; `show` notes it too."""
    shell = Shell(tmp_path).write(
        {"a.txt": "All power here. All power.", "b.txt": "And all power there."}
    )
    assert "changed" not in shell.run("phrase", "all power").err.partition("3 occurrences")[2]
    shell.write({"a.txt": "Something else."})
    assert (
        "1 document has changed or disappeared since the last build."
        in shell.run("phrase", "all power").err
    )
    records = [json.loads(line) for line in shell.run("phrase", "all power", "--jsonl").lines]
    assert [(record["path"], record["stale"]) for record in records] == [
        ("a.txt", True),
        ("a.txt", True),
        ("b.txt", False),
    ]
    assert (
        json.loads(shell.run("phrase", "all power", "--json").out)["counts"]["stale_documents"] == 1
    )
    assert "a.txt has changed or disappeared" in shell.run("show", "a.txt").err
    assert json.loads(shell.run("show", "a.txt", "--json").out)["stale_paths"] == ["a.txt"]
    assert shell.run("show", "b.txt").err == ""


def test_the_match_is_coloured(shell: Shell) -> None:
    """--color always colours exactly the match."""
    assert (
        "\x1b[1;31mall “power\x1b[0m" in shell.run("phrase", "all power", "--color", "always").out
    )


def test_the_page_is_that_of_the_match(tmp_path: Path) -> None:
    """A line has the page of its match, not that of the beginning of the passage."""
    shell = Shell(tmp_path).write({"f.txt": "Alpha one.\n\fBeta two.\n\fGamma three.\n"})
    shell.run("build")
    (line,) = shell.run("phrase", "gamma", "--jsonl").lines
    assert json.loads(line)["page"] == "3"
    (line,) = shell.run("phrase", "beta", "--jsonl").lines
    assert json.loads(line)["page"] == "2"


@pytest.mark.parametrize("output", [[], ["-c"], ["--json"]])
def test_matching_passages_without_an_occurrence_are_noted(output: list[str], shell: Shell) -> None:
    """A field or a NOT matches passages without a word to list."""
    note = "without a word to list; excerpt search shows "
    for query in ("format:html", "NOT xylophone"):
        done = shell.run("concordance", query, *output)
        assert (done.code, note in done.err) == (1, True)
    assert note not in shell.run("concordance", "xylophone", *output).err


def test_context_cannot_be_negative(shell: Shell) -> None:
    """A negative number of words is an error."""
    done = shell.run("phrase", "power", "--around", "-3")
    assert (done.code, done.out) == (2, "")
    assert "--around" in done.err
