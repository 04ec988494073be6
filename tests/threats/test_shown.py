"""Threats in output: control characters on a terminal, and formulas in an export.

Each module in this folder covers some rows of the table of threats that excerpt is made to resist.
"""

import csv
import io
import os
import re
from pathlib import Path

import pytest

from shell import CommandResult, Shell

HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Characters that control a terminal or change the direction of writing."""
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066\x7f\r\x08"
"""Sets the window's title, clears the screen, changes colours and direction, and overwrites."""


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a shell with an index of a corpus that tries to control the terminal.

    Tests must not change it.
    """
    folder = tmp_path_factory.mktemp("evil")
    name = EVIL.replace("\r", "") + "é.txt"
    shell = Shell(folder).write(
        {
            name: f"THE {EVIL} HARBOUR\n\nThe harbour {EVIL} froze.\n",
            "page.html": f"<title>Harbour {EVIL}</title><h1 id='{EVIL}'>Ice {EVIL}</h1>"
            f"<p>The harbour {EVIL}.",
            f"{EVIL[1:9]}.djvu": b"AT&T",
            "bad.txt": b"\xff\xfe\x00 harbour \x00\x01\x02" * 100,
            "junk.txt": b"\x01\x02" * 300,
            ".excerptignore": f"*{EVIL[:4]}no\n",
            f"{EVIL[:4]}no": "left out",
            "metadata.csv": f"path,author\npage.html,Bea {EVIL[:8]}\nnowhere{EVIL[:4]},x\n",
        }
    )
    not_unicode = folder / "corpus" / os.fsdecode(b"\xff\x9b\xe9.txt")
    not_unicode.write_bytes(b"The harbour again.\n")
    built = shell.run("build", "--all-unreadable")
    assert built.code == 0, built.err
    check_harmless(built)
    return shell


def check_harmless(done: CommandResult) -> None:
    """Check that the output cannot control a terminal and contains no traceback."""
    assert not HARMFUL.search(done.out), ascii(done.out)
    assert not HARMFUL.search(done.err), ascii(done.err)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "harbour"),
        ("search", "harbour", "--color", "never", "--scores", "--context", "1"),
        ("search", "harbour", "-l"),
        ("search", "harbour", "--json"),
        ("search", "harbour", "--jsonl"),
        ("phrase", "the harbour"),
        ("concordance", "harbour"),
        ("explain", f"harbour {EVIL}"),
        ("search", f'"{EVIL}'),
        ("search", f"title:({EVIL}"),
        ("show", "page.html"),
        ("show", f"{EVIL}.txt"),
        ("status", "--all"),
        ("status", "--json"),
        ("coverage", "--all"),
        ("coverage", "--json"),
        ("verify",),
        ("build", "--dry-run", "--exclude", f"[{EVIL}"),
        ("build", "--corpus", f"{EVIL}nowhere"),
        ("search", "--index", f"{EVIL}nowhere", "harbour"),
        (f"{EVIL}",),
        ("search", f"--{EVIL}"),
    ],
    ids=lambda arguments: ascii(" ".join(arguments))[:40],
)
def test_controls_do_not_reach_the_terminal(evil: Shell, arguments: tuple[str, ...]) -> None:
    """No control character of a text, name, rule, query or option is written as it is.

    This holds for titles, headings, anchors, metadata and messages too, and for output to a pipe.
    """
    check_harmless(evil.run(*(argument.replace("\0", "") for argument in arguments)))


def test_colours_are_the_only_escapes(evil: Shell) -> None:
    """Without the colours, coloured output is harmless."""
    done = evil.run("search", "harbour", "--color", "always")
    assert "\x1b[" in done.out
    check_harmless(CommandResult(done.code, re.sub(r"\x1b\[[0-9;]*m", "", done.out), done.err))


def test_cells_are_no_formulas(tmp_path: Path) -> None:
    """No cell of a CSV file begins like a formula, whatever texts and names begin with."""
    shell = Shell(tmp_path).write(
        {
            f"{sign}cmd{number}.txt": f"{sign}HYPERLINK harbour {number}\n"
            for number, sign in enumerate("=+-@")
        }
    )
    assert shell.run("build").code == 0
    done = shell.run("search", "harbour", "--csv")
    table = list(csv.reader(io.StringIO(done.out)))
    assert len(table) == 5
    assert not [
        cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    ]
