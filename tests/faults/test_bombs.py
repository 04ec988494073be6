"""Documents made to exhaust time or memory: each is read, cut or rejected with a reason."""

import gzip
import json
from pathlib import Path

from excerpt.indexing import plan_runner
from shell import Shell

BOMBS = {
    "nested.html": b"<div>" * 60_000 + b"the bottom",
    "inline.html": b"<b><i><a href=x>" * 20_000 + b"the bottom",
    "tables.html": b"<table><tr><td>" * 15_000 + b"the bottom",
    "comments.html": b"<!--" * 60_000,
    "tags.html": b"<a " * 80_000,
    "entities.html": b'<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;'
    + b"&amp;" * 60_000,
    "external.html": b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p>'
    + b" word" * 30_000,
    "page-in.txt": b"<html>" + b"<p>" * 90_000,
    "brackets.md": b"[" * 120_000,
    "quotes.md": b"> " * 60_000 + b"x",
    "stars.md": b"*a_" * 50_000,
    "line.txt": b"war and peace " * 100_000,
    "dots.txt": b"." * 500_000,
    "hyphens.txt": b"-\n" * 100_000,
    "capitals.txt": b"A. " * 100_000,
    "equals.wiki": b"=" * 300_000,
    "zeros.txt.gz": gzip.compress(bytes(60 << 20), mtime=0),
    "words.txt.gz": gzip.compress(b"word " * 1_000_000, mtime=0),
}


def test_bombs_are_survived_and_reported(tmp_path: Path) -> None:
    """The build ends, a harmless file is found, and each bomb is indexed or has a reason."""
    assert all(
        len(bomb) > plan_runner.SMALL_BYTES or name.endswith(".gz") for name, bomb in BOMBS.items()
    )
    shell = Shell(tmp_path).write({**BOMBS, "good.txt": "The harbour.\n"})
    built = shell.run("build")
    assert built.code == 0, built.err
    assert "Traceback" not in built.err
    assert shell.run("search", "harbour", "-l").lines == ["good.txt"]
    assert shell.run("search", "root").code == 1
    files = {
        each["path"]: each for each in json.loads(shell.run("coverage", "--json").out)["files"]
    }
    assert files.keys() == BOMBS.keys() | {"good.txt"}
    for name, found in files.items():
        assert found["outcome"] == "indexed" or (found["outcome"], bool(found["reason"])) == (
            "unreadable",
            True,
        ), name
    assert "decompresses to more than" in files["zeros.txt.gz"]["reason"]


def test_one_line_of_fifty_megabytes_is_read_whole(tmp_path: Path) -> None:
    """A text without line ends is cut into passages like any other, and nothing is lost."""
    sentence = b"War and peace have no end here. "
    n_sentences = 50_000_000 // len(sentence)
    shell = Shell(tmp_path).write({"line.txt": sentence * n_sentences + b"The harbour."})
    built = shell.run("build")
    assert built.code == 0, built.err
    assert built.out.startswith("1 new;")
    assert f"words       {7 * n_sentences + 2:,}\n" in shell.run("status").out
    (found,) = shell.run("search", "harbour", "--jsonl").lines
    assert json.loads(found)["last_line"] == 1
