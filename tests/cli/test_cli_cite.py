"""`excerpt cite`: its formats, its messages and its exit codes."""

import json
from pathlib import Path

import pytest

from excerpt.citing.check_line import find_check_lines
from shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell with an index of one text."""
    shell = Shell(tmp_path).write({"strike.txt": "The wages of the strikers rose.\n"})
    assert shell.run("build").code == 0
    return shell


def test_cite_writes_a_note_and_the_check_line(shell: Shell) -> None:
    """Without a format it is a note, on standard output."""
    cited = shell.run("cite", "strike.txt:1")
    assert (cited.code, cited.err) == (0, "")
    note, check = cited.lines
    assert note == "“strike.txt,” n.d., strike.txt, line 1."
    assert [str(line) for line in find_check_lines(check)] == [check]


def test_each_format_is_written_as_data(shell: Shell) -> None:
    """RIS keeps its own ends of lines, and CSL-JSON is JSON."""
    passage = json.loads(shell.run("search", "wages", "--json").out)["hits"][0]["passage"]
    assert len(passage) == 16
    assert shell.run("cite", passage, "--format", "bibtex").out.startswith("@misc{excerpt-")
    assert shell.run("cite", passage, "--format", "html").out.startswith("<blockquote")
    assert json.loads(shell.run("cite", passage, "--format", "csl").out)[0]["id"] == passage
    assert "TY  - GEN" in shell.run_new("cite", passage, "--format", "ris").lines
    quoted = shell.run("cite", "strike.txt", "--quote", "the STRIKERS rose")
    assert quoted.lines[0] == "“the strikers rose”"


def test_a_stale_file_is_noted(shell: Shell) -> None:
    """The note goes to standard error, and the check line says so too."""
    (shell.folder / "corpus" / "strike.txt").write_text("Other words.\n", encoding="utf-8")
    cited = shell.run("cite", "strike.txt:1")
    assert cited.code == 0
    assert cited.lines[-1].endswith("; changed since")
    assert "strike.txt has changed or disappeared since it was indexed" in cited.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["strike.txt:9"], "there is no such line."),
        (["nothing"], "is neither the path of an indexed document nor the id"),
        (["strike.txt", "--quote", "rose the"], "these words do not occur there in this order."),
        (["strike.txt", "--format", "mla"], "'mla' is not one of 'chicago', 'bibtex'"),
    ],
)
def test_errors_are_one_message(shell: Shell, arguments: list[str], message: str) -> None:
    """Exit code 2, nothing on standard output, and no traceback."""
    failed = shell.run("cite", *arguments)
    assert (failed.code, failed.out) == (2, "")
    assert message in failed.err
    assert "Traceback" not in failed.err
