"""`excerpt build --engine`: an index has one engine and keeps it."""

import json
from pathlib import Path

import pytest

from shell import Shell

TEXT = "CHAPTER I\n\nThe geese came in spring.\n\nThe ducks came in autumn,\nand stayed.\n"
QUERIES = (
    '"came in"',
    "duck OR goose",
    "=Geese",
    "sentence(ducks stayed)",
    "g*se",
    "year:1900 OR the",
    "nowhere",
)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a corpus with an index of the Whoosh engine."""
    made = Shell(tmp_path).write({"a.txt": TEXT, "b.txt": "Geese fly.\n"})
    done = made.run("build", "--engine", "whoosh")
    assert (done.code, done.out[:5], done.err) == (0, "2 new", "")
    return made


def engine_of(shell: Shell) -> str:
    """Return the engine that `status` shows, as text and as JSON."""
    (line,) = (line for line in shell.run("status").lines if line.startswith("engine"))
    name = line.split()[1]
    assert json.loads(shell.run("status", "--json").out)["engine"] == name
    return name


def test_an_index_keeps_its_engine(shell: Shell) -> None:
    """A build that names no engine keeps it, even from scratch; naming it again is fine."""
    assert engine_of(shell) == "whoosh"
    shell.write({"c.txt": "Ducks swim.\n"})
    for options in ([], ["--engine", "whoosh"], ["--from-scratch"]):
        done = shell.run("build", *options)
        assert (done.code, done.err) == (0, "")
        assert engine_of(shell) == "whoosh"
    assert shell.run("search", "ducks", "-l").lines == ["c.txt", "a.txt"][::-1]
    assert shell.run("verify").out == "index is intact: 3 documents, 3 passages.\n"


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_another_engine_is_an_error(shell: Shell, options: list[str]) -> None:
    """The error names both remedies, and the index is unchanged."""
    done = shell.run("build", "--engine", "columnar", *options)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "excerpt: index: this index uses the engine whoosh, not columnar.\n"
        "To keep the engine: excerpt build\n"
        "To change it: excerpt build --engine columnar --from-scratch\n"
    )
    assert engine_of(shell) == "whoosh"


def test_a_rebuild_may_change_the_engine(shell: Shell) -> None:
    """With --from-scratch, the files of the former engine are removed."""
    index = shell.folder / "index"
    for engine, folder, other in (
        ("columnar", "segments", "whoosh"),
        ("whoosh", "whoosh", "segments"),
    ):
        assert shell.run("build", "--engine", engine, "--from-scratch").code == 0
        assert engine_of(shell) == engine
        assert list((index / folder).iterdir())
        assert not (index / other).exists() or not list((index / other).iterdir())


def test_both_engines_give_the_same_output(shell: Shell) -> None:
    """Results, scores and exit codes are equal."""
    shell.run("build", "--engine", "columnar", "--index", "other")
    for query in QUERIES:
        for command in (["search", "--scores"], ["search", "-c"], ["concordance"], ["explain"]):
            first, second = (
                shell.run(*command, query, "--index", name) for name in ("index", "other")
            )
            assert (first.code, first.out, first.err) == (second.code, second.out, second.err)


def test_damage_of_a_whoosh_index_has_a_remedy(shell: Shell) -> None:
    """The error names the file and the command; a rebuild and a repair keep the engine."""
    (terms,) = (shell.folder / "index" / "whoosh").glob("*.trm")
    terms.write_bytes(terms.read_bytes() + b"\0")
    for command in (["search", "geese"], ["verify"], ["status"]):
        done = shell.run(*command)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"excerpt: index/whoosh/{terms.name}: the index is damaged: ")
        assert "excerpt build --from-scratch" in done.err
    assert shell.run("build", "--from-scratch").code == 0
    assert engine_of(shell) == "whoosh"
    terms = next((shell.folder / "index" / "whoosh").glob("*.trm"))
    terms.unlink()
    assert shell.run("verify", "--repair").code == 0
    assert engine_of(shell) == "whoosh"
    assert shell.run("search", "geese", "-c").out == "2\n"


def test_the_engines_are_listed(shell: Shell) -> None:
    """The help and the error for an unknown engine list the engines."""
    assert "--engine [columnar|whoosh|opensearch]" in shell.run("build", "--help").out
    done = shell.run("build", "--engine", "lucene")
    assert done.code == 2
    assert "'lucene' is not one of 'columnar', 'whoosh'" in done.err
