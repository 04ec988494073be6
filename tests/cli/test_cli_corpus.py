"""Tests of the command with a corpus that was moved or is missing, and of an index on its own."""

import json
import shutil
from pathlib import Path

import pytest

from shell import Shell

READING = [
    ("search", "geese"),
    ("phrase", "geese"),
    ("concordance", "geese"),
    ("show", "a.txt"),
    ("explain", "geese"),
    ("status",),
    ("coverage",),
    ("verify",),
]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell on another machine: the index is there, the corpus has another name."""
    shell = Shell(tmp_path).write({"a.txt": "The geese came.\n", "b.txt": "The ducks stayed.\n"})
    assert shell.run("build").code == 0
    # Copies have other times and inodes.
    shutil.copytree(tmp_path / "corpus", tmp_path / "texts", copy_function=shutil.copyfile)
    shutil.rmtree(tmp_path / "corpus")
    return shell


def test_an_index_from_elsewhere_is_read_with_its_corpus(shell: Shell) -> None:
    """Every command accepts the folder in which the files are now, and knows what has changed."""
    for arguments in READING:
        done = shell.run(*arguments, "--corpus", "texts")
        assert (done.code, done.err.count("not there")) == (0, 0), arguments
    (shell.folder / "texts" / "b.txt").write_text("The ducks left.\n")
    record = json.loads(shell.run("search", "ducks", "--json", "--corpus", "texts").out)["hits"][0]
    assert record["stale"] is True
    status = json.loads(shell.run("status", "--json", "--corpus", "texts").out)
    assert status["corpus"] == str(shell.folder / "texts")
    assert (
        "Changed since the last build:\n  b.txt" in shell.run("coverage", "--corpus", "texts").out
    )


def test_a_corpus_in_the_default_folder_is_found(shell: Shell) -> None:
    """The default folder is used if the recorded one is missing and the files are there."""
    index = shell.folder / "elsewhere" / "below" / "index"
    (shell.folder / "index").rename(shell.folder / "moved")
    shutil.copytree(shell.folder / "moved", index)
    (shell.folder / "texts").rename(shell.folder / "corpus")
    shutil.move(shell.folder / "corpus", index.parent.parent / "corpus")
    other = Shell(index.parent.parent)
    record = json.loads(other.run("search", "ducks", "--json", "--index", "below/index").out)
    assert record["hits"][0]["stale"] is False


def test_an_index_without_a_corpus_is_searched(shell: Shell) -> None:
    """Only changes are unknown: they are null, and one note says so."""
    for arguments in (*READING[:6], ("search", "geese", "-l"), ("search", "geese", "-c")):
        done = shell.run(*arguments)
        assert done.code == 0
        assert "changed or disappeared" not in done.out + done.err
        assert done.err.count(f"{shell.folder / 'corpus'} is not there") == 1
        assert "--corpus" in done.err
    assert json.loads(shell.run("search", "ducks", "--json").out)["hits"][0]["stale"] is None
    assert json.loads(shell.run("phrase", "ducks", "--jsonl").out)["stale"] is None
    assert json.loads(shell.run("show", "a.txt", "--json").out)["stale_paths"] is None


def test_a_missing_folder_is_named_as_such(shell: Shell) -> None:
    """The name may be mistyped; the index may have been built from anything."""
    done = shell.run("search", "geese", "--corpus", "nowhere")
    assert (done.code, done.err.splitlines()[0]) == (
        2,
        "excerpt: nowhere: this folder does not exist.",
    )


def test_a_build_notes_that_the_files_have_moved(shell: Shell) -> None:
    """From then on, the new folder is the corpus."""
    done = shell.run("build", "--corpus", "texts")
    assert done.out.startswith("2 unchanged; ")
    assert f"their folder was {shell.folder / 'corpus'}." in done.err
    done = shell.run("build")
    assert (done.out[:12], done.err) == ("2 unchanged;", "")


def test_a_build_finds_a_renamed_corpus_where_a_search_does(shell: Shell) -> None:
    """The usual folder is compared with an index whose recorded corpus is gone."""
    shell.run("build", "--corpus", "texts")
    (shell.folder / "texts").rename(shell.folder / "corpus")
    done = shell.run("build")
    assert done.out.startswith("2 unchanged; ")
    assert f"their folder was {shell.folder / 'texts'}." in done.err


def test_the_corpus_may_be_an_argument(tmp_path: Path) -> None:
    """`build FOLDER` is short for `build --corpus FOLDER`; both at once are an error."""
    shell = Shell(tmp_path).write({"a.txt": "The geese came.\n"})
    (tmp_path / "corpus").rename(tmp_path / "texts")
    assert shell.run("build", "texts").out.startswith("1 new; ")
    assert shell.run("build", "texts/").out.startswith("1 unchanged; ")
    for command in ("build", "watch"):
        done = shell.run(command, "texts", "--corpus", "texts")
        assert done.code == 2
        assert "Name the corpus once" in done.err
        assert "nowhere: this folder does not exist" in shell.run(command, "nowhere").err
