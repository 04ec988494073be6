"""`excerpt help`: the documentation that ships with the package, and the help of commands."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from excerpt.cli.help import DOCS, topics
from excerpt.cli.output import fit
from shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command in an empty folder."""
    return Shell(tmp_path)


def test_help_lists_commands_and_topics(shell: Shell) -> None:
    """Without a topic, the overview names every command and every document."""
    shown = shell.run("help")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(shell.run("--help").out)
    listed = [line.split()[0] for line in shown.lines[shown.lines.index("") :] if line.strip()]
    assert set(topics()) == {path.stem for path in DOCS.glob("*.md")}
    assert set(topics()) <= set(listed)


@pytest.mark.parametrize("topic", topics())
def test_a_topic_is_written_as_markdown_into_a_pipe(shell: Shell, topic: str) -> None:
    """Outside a terminal, `help TOPIC` writes the document unchanged."""
    shown = shell.run("help", topic)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == (DOCS / f"{topic}.md").read_text(encoding="utf-8")


def test_a_topic_is_formatted_and_paged_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal, the document passes through the pager without its Markdown signs."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PAGER": "sed s/^/PAGED:/", "TERM": "xterm", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "excerpt", "help", "corpus"],
        cwd=tmp_path,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while part := os.read(ours, 65536):
                written += part
        except OSError:
            pass  # Linux reports the end of a terminal as an error
        assert process.stderr is not None
        assert process.stderr.read() == b""
    os.close(ours)
    lines = written.decode().splitlines()
    assert process.returncode == 0
    assert all(line.startswith("PAGED:") for line in lines)
    assert not any("## Formats" in line for line in lines)
    assert any("Formats" in line for line in lines)


def test_help_of_a_command_is_its_own_help(shell: Shell) -> None:
    """`help COMMAND` equals `COMMAND --help`; --help-query shows the query language."""
    assert shell.run("help", "search").out == shell.run("search", "--help").out
    assert shell.run("search", "--help-query").out == shell.run("help", "query").out


def test_an_unknown_topic_suggests_one(shell: Shell) -> None:
    """A name that is neither a topic nor a command is an error that names the nearest topic."""
    shown = shell.run("help", "rankings")
    assert (shown.code, shown.out) == (2, "")
    assert "'ranking'" in shown.err
    assert "lists the topics" in shell.run("help", "zzz").err


def test_lists_are_wrapped_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the value of a pair, or below the first letter; never within a word that fits."""
    monkeypatch.setenv("COLUMNS", "20")
    assert list(fit(["kernel      NumPy (no kernel)", "  strike*: strike, strikers", "a b"])) == [
        "kernel      NumPy",
        "            (no",
        "            kernel)",
        "  strike*: strike,",
        "  strikers",
        "a b",
    ]
