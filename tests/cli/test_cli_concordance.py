"""`excerpt phrase` and `excerpt concordance` through the real command."""

import csv
import io
import json
from pathlib import Path

import pytest

from shell import Shell

FILES = {
    "a.txt": "First line.\nAll power to the\ncouncils, all power to the people.\n\nThe power of words.\n",
    "b.html": "<h1 id='top'>Power</h1><p>Class struggles; classless; 中国 all “power” to 中国.</p>",
    "metadata.csv": "path,date\na.txt,1921\nb.html,c. 1848\n",
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A small corpus with its index."""
    made = Shell(tmp_path_factory.mktemp("lines")).write(FILES)
    assert made.run("build").code == 0
    return made


def test_every_occurrence_is_a_line_with_its_own_place(shell: Shell) -> None:
    """The place is the line on which the match begins."""
    done = shell.run("phrase", "all", "power")
    assert done.code == 0
    assert [line.split("  ")[-1].strip() for line in done.lines] == [
        "a.txt:2",
        "a.txt:3",
        "b.html#top",
    ]


def test_matches_are_aligned_and_context_is_closed_up(shell: Shell) -> None:
    """Line ends of the source are spaces; the matches stand below each other, as far as the terminal has room."""
    lines = shell.run("phrase", "all power to", COLUMNS="100").lines
    assert lines[0].index("All power") == lines[1].index("all power") == (100 - 32) // 2
    assert "First line. All power to the councils, all" in lines[0]


def test_context_is_so_many_words(shell: Shell) -> None:
    """However wide the terminal: as many words as were asked for, aligned by columns, and counted at the end."""
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


def ordered(shell: Shell, sort: str) -> list[tuple[str, str, str]]:
    """The occurrences of a word in an order, each with the word before and the word after."""
    rows = shell.run("concordance", "power", "--sort", sort, "--csv", "--around", "1").out
    return [
        (row["left"], row["match"], row["right"])
        for row in csv.DictReader(io.StringIO(rows, newline=""))
    ]


def test_the_order_is_that_of_places_neighbours_or_dates(shell: Shell) -> None:
    """Neighbours are compared as words are searched, the nearest first; what is alike stays in the order of places."""
    first, second, third = (
        ("All ", "power", " to"),
        ("all ", "power", " to"),
        ("The ", "power", " of"),
    )
    heading, quoted = ("", "Power", " Class"), ("all “", "power", "” to")
    assert ordered(shell, "path") == [first, second, third, heading, quoted]
    assert ordered(shell, "left") == [heading, second, first, quoted, third]
    assert ordered(shell, "right") == [heading, third, first, second, quoted]
    assert ordered(shell, "date") == [heading, quoted, first, second, third]


def test_a_date_is_shown_where_it_is_the_order(shell: Shell) -> None:
    """In the words of the document."""
    done = shell.run("phrase", "power", "to", "--sort", "date", "--around", "1")
    assert done.lines == [
        "all “power” to 中  b.html#top (c. 1848)",
        " All power to the  a.txt:2 (1921)",
        " all power to the  a.txt:3 (1921)",
    ]


def test_one_object_has_all_lines_and_the_counts(shell: Shell) -> None:
    """As JSON, written as it is found."""
    done = shell.run("concordance", "power BEFORE/3 people OR councils", "--json", "--around", "2")
    found = json.loads(done.out)
    assert done.err == ""
    assert found["query"] == "power BEFORE/3 people OR councils"
    assert found["counts"] == {"occurrences": 2, "passages": 1, "documents": 1, "stale": 0}
    assert [line["match"] for line in found["lines"]] == ["councils", "power to the people"]
    assert (
        json.loads(shell.run("phrase", "no", "power", "--json").out)["counts"]["occurrences"] == 0
    )


def test_what_should_be_known_is_said(shell: Shell) -> None:
    """A word that stands nowhere, and one that looks like an operator."""
    assert "hovercraft" in shell.run("concordance", "hovercraft").err
    assert "NEAR/5" in shell.run("concordance", "power NEAR people").err


def test_a_phrase_is_exact_and_may_hold_wildcards(shell: Shell) -> None:
    """Whatever stands between its words; quotes around it mean nothing."""
    assert shell.run("phrase", "-c", "class", "struggle").lines == ["0"]
    assert shell.run("phrase", "-c", "class*", "struggle*").lines == ["1"]
    assert shell.run("phrase", "-c", '"all power"').lines == ["3"]
    assert shell.run("phrase", "-c", "“all", "power”").lines == ["3"]


def test_no_occurrence_exits_with_1(shell: Shell) -> None:
    """In every form."""
    for form in ([], ["-c"], ["--jsonl"], ["--json"], ["--csv"]):
        assert shell.run("phrase", "no", "power", *form).code == 1
        assert shell.run("concordance", "hovercraft", *form).code == 1


def test_a_concordance_takes_any_query(shell: Shell) -> None:
    """Each match of each of its words is a line."""
    assert shell.run("concordance", "-c", "councils OR people OR words").lines == ["3"]
    assert shell.run("concordance", "-c", "power BEFORE/2 councils").lines == ["1"]


def test_records_have_match_context_and_place(shell: Shell) -> None:
    """As JSON lines and as CSV."""
    records = [
        json.loads(line)
        for line in shell.run("phrase", "all power", "--jsonl", "--around", "2").lines
    ]
    assert records[0] == {
        "schema": 2,
        "path": "a.txt",
        "line": 2,
        "anchor": "",
        "page": "",
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


def test_lines_of_a_file_that_has_changed_say_so(tmp_path: Path) -> None:
    """Each in a record, and all in one note for people; so does the text that is shown."""
    shell = Shell(tmp_path).write(
        {"a.txt": "All power here. All power.", "b.txt": "And all power there."}
    )
    assert "changed" not in shell.run("phrase", "all power").err.partition("3 occurrences")[2]
    shell.write({"a.txt": "Something else."})
    assert (
        "1 document has changed or gone since the last build."
        in shell.run("phrase", "all power").err
    )
    records = [json.loads(line) for line in shell.run("phrase", "all power", "--jsonl").lines]
    assert [(record["path"], record["stale"]) for record in records] == [
        ("a.txt", True),
        ("a.txt", True),
        ("b.txt", False),
    ]
    assert json.loads(shell.run("phrase", "all power", "--json").out)["counts"]["stale"] == 1
    assert "a.txt has changed or gone" in shell.run("show", "a.txt").err
    assert json.loads(shell.run("show", "a.txt", "--json").out)["stale"] == ["a.txt"]
    assert shell.run("show", "b.txt").err == ""


def test_colour_marks_the_match(shell: Shell) -> None:
    """And the place, on request."""
    assert (
        "\x1b[1;31mall “power\x1b[0m" in shell.run("phrase", "all power", "--color", "always").out
    )


def test_the_page_is_that_of_the_match(tmp_path: Path) -> None:
    """Pages within one passage: an occurrence has the page it stands on, not the one its passage begins on."""
    shell = Shell(tmp_path).write({"f.txt": "Alpha one.\n\fBeta two.\n\fGamma three.\n"})
    shell.run("build")
    (line,) = shell.run("phrase", "gamma", "--jsonl").lines
    assert json.loads(line)["page"] == "3"
    (line,) = shell.run("phrase", "beta", "--jsonl").lines
    assert json.loads(line)["page"] == "2"


@pytest.mark.parametrize("form", [[], ["-c"], ["--json"]])
def test_passages_without_a_word_to_be_listed_are_told(form: list[str], shell: Shell) -> None:
    """A field or a NOT asks for no word, so that nothing occurs although passages match."""
    told = "without a word to be listed: excerpt search shows "
    for query in ("format:html", "NOT xylophone"):
        done = shell.run("concordance", query, *form)
        assert (done.code, told in done.err) == (1, True)
    assert told not in shell.run("concordance", "xylophone", *form).err


def test_context_cannot_be_negative(shell: Shell) -> None:
    """It is not taken for none."""
    done = shell.run("phrase", "power", "--around", "-3")
    assert (done.code, done.out) == (2, "")
    assert "--around" in done.err
