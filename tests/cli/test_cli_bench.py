"""`excerpt bench` through the real command."""

import json
from pathlib import Path

import pytest

from shell import CommandResult, Shell

TEXT = "The geese came in the spring, and the ducks came in the autumn of that year. " * 9
QUICK = ("--sample", "2", "--rounds", "1", "--processes", "1")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A corpus of a few texts."""
    return Shell(tmp_path).write({f"{n}.txt": f"{TEXT} Number {n}.\n" for n in range(4)})


def without(module: str, shell: Shell) -> str:
    """A PYTHONPATH on which `module` is as good as not installed."""
    stubs = shell.folder / "stubs"
    stubs.mkdir()
    (stubs / f"{module}.py").write_text(f"raise ImportError('No module named {module}')\n")
    return str(stubs)


def bench(shell: Shell, *arguments: str, **variables: str) -> CommandResult:
    """The command on the corpus."""
    return shell.run("bench", "corpus", *QUICK, *arguments, **variables)


def test_it_prints_a_table(shell: Shell) -> None:
    """With the corpus, the settings and the kinds of questions; nothing is left of its work."""
    (shell.folder / "tmp").mkdir()
    done = bench(shell, TMPDIR=str(shell.folder / "tmp"))
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("corpus     corpus: 4 documents")
    assert any(line.startswith("frequent phrase") for line in done.lines)
    assert {path.name for path in shell.folder.iterdir()} == {"corpus", "tmp"}
    assert list((shell.folder / "tmp").iterdir()) == []


def test_copies_make_the_corpus_larger(shell: Shell) -> None:
    """So many times, which the table says."""
    done = bench(shell, "--copies", "3", "--kinds", "frequent phrase")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("corpus     corpus, 3 times: changed copies: 12 documents")


def test_noise_needs_no_corpus(shell: Shell) -> None:
    """Neither that nor nothing at all is measured together."""
    done = shell.run("bench", "--noise", "1", *QUICK, "--kinds", "one word")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("corpus     generated OCR noise: 4 documents, 1.0 MB")
    assert "one of both" in shell.run("bench", *QUICK).err


def test_a_peer_that_is_not_installed_is_named_as_left_out(shell: Shell) -> None:
    """The others are measured."""
    done = bench(shell, "--against", "tantivy,fts5", "--json", PYTHONPATH=without("tantivy", shell))
    assert done.code == 0
    record = json.loads(done.out)
    assert [peer["name"] for peer in record["peers"]] == ["excerpt", "fts5"]
    assert record["left_out"] == {"tantivy": "No module named tantivy"}


def test_a_peer_that_nobody_knows_is_refused(shell: Shell) -> None:
    """Before anything is done, with the names there are."""
    done = bench(shell, "--against", "fts5,grep")
    assert done.code == 2
    assert "'grep' is none of whoosh, fts5, tantivy, bm25s, xapian" in done.err


def test_kinds_are_chosen(shell: Shell) -> None:
    """Also those that only excerpt has; of which none finds anything is said."""
    shell.write({"words.txt": " ".join(f"stone{a}{b}" for a in "abcdefgh" for b in "ijklmnop")})
    done = bench(shell, "--kinds", "sentence,title", "--against", "fts5")
    assert (done.code, done.err) == (0, "")
    assert any(line.startswith("sentence  excerpt ") for line in done.lines)
    assert "left out   title: no question of this kind finds anything here" in done.lines


def test_a_kind_that_is_not_there_is_refused(shell: Shell) -> None:
    """With the names there are."""
    done = bench(shell, "--kinds", "tilte")
    assert done.code == 2
    assert "'tilte' is in none of" in done.err


def test_growth_is_measured_at_each_size(shell: Shell) -> None:
    """Instead of all else, and as JSON too."""
    shell.write({"words.txt": " ".join(f"stone{a}{b}" for a in "abcdefgh" for b in "ijklmnop")})
    done = bench(shell, "--growth", "2,1", "--kinds", "one word")
    assert (done.code, done.err) == (0, "")
    assert any(line.endswith("1 times  2 times  2 to 1") for line in done.lines)
    record = json.loads(bench(shell, "--growth", "1", "--kinds", "one word", "--json").out)
    assert [size["times"] for size in record["sizes"]] == [1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--growth", "1,x"), "'1,x' is no list of numbers"),
        (("--growth", "0,1"), "at least 1 time"),
        (("--growth", "1,2", "--against", "fts5"), "leave out --against"),
        (("--growth", "1,2", "--copies", "2"), "and --copies"),
        (("--noise", "1"), "one of both"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(
    shell: Shell, arguments: tuple[str, ...], message: str
) -> None:
    """Before anything is done."""
    done = bench(shell, *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_real_queries_are_asked_if_they_find_anything(shell: Shell) -> None:
    """How many do is told; and the ranking may be that of others, plain BM25 over plain words."""
    lines = [
        {"query": "geese", "tags": ["term"]},
        {"query": '"the ducks"', "tags": ["phrase"]},
        {"query": "+geese +porcupine", "tags": ["intersection"]},
    ]
    (shell.folder / "queries.jsonl").write_text("\n".join(map(json.dumps, lines)))
    record = json.loads(
        bench(shell, "--queries", "queries.jsonl", "--ranking", "bm25", "--json").out
    )
    assert record["questions"].pop("others") > 0
    assert record["questions"] == {"given": 3, "drawn": 3, "asked": 2, "without_hits": ["all"]}
    (ours,) = record["peers"]
    assert list(ours["kinds"]) == ["word", "phrase"]
    assert (record["settings"]["ranking"], ours["settings"]["words"]) == ("bm25", "folded")


def test_queries_that_find_nothing_are_an_error(shell: Shell) -> None:
    """There is nothing to measure."""
    (shell.folder / "queries.jsonl").write_text('{"query": "porcupine", "tags": ["term"]}\n')
    done = bench(shell, "--queries", "queries.jsonl")
    assert done.code == 2
    assert "none of the queries has a match" in done.err


def test_a_plot_without_matplotlib_is_refused_at_once(shell: Shell) -> None:
    """With the remedy."""
    done = bench(shell, "--plot", "bench.svg", PYTHONPATH=without("matplotlib", shell))
    assert (done.code, done.out) == (2, "")
    assert 'pip install "excerpt[bench]"' in done.err


def test_a_corpus_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Like in a build."""
    done = bench(Shell(tmp_path))
    assert done.code == 2
    assert "corpus" in done.err


def test_it_has_help(tmp_path: Path) -> None:
    """With all that it can be measured against, and where that comes from."""
    done = Shell(tmp_path).run("bench", "--help")
    assert done.code == 0
    assert "whoosh, fts5, tantivy, bm25s, xapian" in " ".join(done.out.split())
    assert 'pip install "excerpt[bench]"' in done.out
