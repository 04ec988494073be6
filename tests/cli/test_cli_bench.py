"""`excerpt bench` through the real command."""

import json
from pathlib import Path

import pytest

from shell import CommandResult, Shell

TEXT = "The geese came in the spring, and the ducks came in the autumn of that year. " * 9
QUICK = ("--sample", "2", "--rounds", "1", "--processes", "1")
MANY_WORDS = " ".join(f"stone{a}{b}" for a in "abcdefgh" for b in "ijklmnop")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a corpus of four texts."""
    return Shell(tmp_path).write({f"{n}.txt": f"{TEXT} Number {n}.\n" for n in range(4)})


def path_without(module: str, shell: Shell) -> str:
    """Return a PYTHONPATH on which importing `module` fails."""
    stubs = shell.folder / "stubs"
    stubs.mkdir()
    (stubs / f"{module}.py").write_text(f"raise ImportError('No module named {module}')\n")
    return str(stubs)


def bench(shell: Shell, *arguments: str, **variables: str) -> CommandResult:
    """Run the command on the corpus."""
    return shell.run("bench", "corpus", *QUICK, *arguments, **variables)


@pytest.mark.benchmark
def test_the_report_is_a_table(shell: Shell) -> None:
    """The report has the corpus, the settings and a row for each kind; no file is left over."""
    (shell.folder / "tmp").mkdir()
    done = bench(shell, TMPDIR=str(shell.folder / "tmp"))
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("corpus      corpus: 4 documents")
    assert any(line.startswith("frequent phrase") for line in done.lines)
    assert {path.name for path in shell.folder.iterdir()} == {"corpus", "tmp"}
    assert list((shell.folder / "tmp").iterdir()) == []


@pytest.mark.benchmark
def test_copies_multiply_the_corpus(shell: Shell) -> None:
    """The first line says how many there are."""
    done = bench(shell, "--copies", "3", "--kinds", "frequent phrase")
    assert (done.code, done.err) == (0, "")
    corpus = "corpus      corpus, 3 times, with changed copies: 12 documents"
    assert done.lines[0].startswith(corpus)


@pytest.mark.benchmark
def test_noise_replaces_the_corpus(shell: Shell) -> None:
    """One megabyte consists of four texts."""
    done = shell.run("bench", "--noise", "1", *QUICK, "--kinds", "one word")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("corpus      generated OCR noise: 4 documents, 1.0 MB")


@pytest.mark.benchmark
def test_an_engine_that_is_not_installed_is_left_out(shell: Shell) -> None:
    """The report names it, and the others are measured."""
    stubs = path_without("tantivy", shell)
    done = bench(shell, "--against", "tantivy,fts5", "--json", PYTHONPATH=stubs)
    assert done.code == 0
    record = json.loads(done.out)
    assert [engine["name"] for engine in record["engines"]] == ["excerpt", "fts5"]
    assert record["left_out"] == {"tantivy": "No module named tantivy"}


def test_an_unknown_engine_is_refused(shell: Shell) -> None:
    """The message lists the known ones."""
    done = bench(shell, "--against", "fts5,grep")
    assert done.code == 2
    assert "unknown engine 'grep'. Choose from whoosh, fts5, tantivy, bm25s, xapian" in done.err


@pytest.mark.benchmark
def test_kinds_are_selected(shell: Shell) -> None:
    """A kind without a matching query is reported as left out."""
    shell.write({"words.txt": MANY_WORDS})
    done = bench(shell, "--kinds", "sentence,title", "--against", "fts5")
    assert (done.code, done.err) == (0, "")
    assert any(line.startswith("sentence  excerpt ") for line in done.lines)
    assert "left out    title: no query of this kind matches anything" in done.lines


def test_an_unknown_kind_is_refused(shell: Shell) -> None:
    """The message lists the known ones."""
    done = bench(shell, "--kinds", "tilte")
    assert done.code == 2
    assert "no kind of query matches 'tilte'. Kinds: one word" in " ".join(done.err.split())


@pytest.mark.benchmark
def test_growth_is_measured_at_each_size(shell: Shell) -> None:
    """Sizes are sorted; the JSON object has the same ones."""
    shell.write({"words.txt": MANY_WORDS})
    done = bench(shell, "--growth", "2,1", "--kinds", "one word")
    assert (done.code, done.err) == (0, "")
    assert any(line.endswith("1 times  2 times  2 to 1") for line in done.lines)
    record = json.loads(bench(shell, "--growth", "1", "--kinds", "one word", "--json").out)
    assert [size["times"] for size in record["sizes"]] == [1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--growth", "1,x"), "'1,x' is not a list of whole numbers"),
        (("--growth", "0,1"), "each number must be at least 1"),
        (("--growth", "1,2", "--against", "fts5"), "cannot be combined with --against"),
        (("--growth", "1,2", "--copies", "2"), "or --copies"),
        (("--noise", "1"), "Give either the folder CORPUS or --noise"),
    ],
)
def test_contradictory_options_are_refused(
    shell: Shell, arguments: tuple[str, ...], message: str
) -> None:
    """Nothing is measured."""
    done = bench(shell, *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_a_benchmark_needs_a_corpus(shell: Shell) -> None:
    """The message names both ways to give one."""
    assert "Give either the folder CORPUS or --noise" in shell.run("bench", *QUICK).err


@pytest.mark.benchmark
def test_given_queries_are_run_if_they_match(shell: Shell) -> None:
    """The ranking can be plain BM25 over plain words, like that of other engines."""
    lines = [
        {"query": "geese", "tags": ["term"]},
        {"query": '"the ducks"', "tags": ["phrase"]},
        {"query": "+geese +porcupine", "tags": ["intersection"]},
    ]
    (shell.folder / "queries.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = bench(shell, "--queries", "queries.jsonl", "--ranking", "bm25", "--json")
    record = json.loads(done.out)
    assert record["queries"].pop("warm_up") > 0
    assert record["queries"] == {"given": 3, "sampled": 3, "used": 2, "unmatched": ["all"]}
    (ours,) = record["engines"]
    assert list(ours["kinds"]) == ["word", "phrase"]
    assert (record["settings"]["ranking"], ours["settings"]["words"]) == ("bm25", "folded")


@pytest.mark.benchmark
def test_queries_without_a_match_are_an_error(shell: Shell) -> None:
    """There is nothing to measure."""
    (shell.folder / "queries.jsonl").write_text('{"query": "porcupine", "tags": ["term"]}\n')
    done = bench(shell, "--queries", "queries.jsonl")
    assert done.code == 2
    assert "no query matches anything" in done.err


def test_a_plot_without_matplotlib_is_refused_at_once(shell: Shell) -> None:
    """The message has the command that installs it."""
    done = bench(shell, "--plot", "bench.svg", PYTHONPATH=path_without("matplotlib", shell))
    assert (done.code, done.out) == (2, "")
    assert 'pip install "excerpt[bench]"' in done.err


def test_a_missing_corpus_is_an_error(tmp_path: Path) -> None:
    """The message names it, as that of a build does."""
    done = bench(Shell(tmp_path))
    assert done.code == 2
    assert "corpus" in done.err


def test_the_help_lists_the_engines(tmp_path: Path) -> None:
    """The message also has the command that installs them."""
    done = Shell(tmp_path).run("bench", "--help")
    assert done.code == 0
    assert "whoosh, fts5, tantivy, bm25s, xapian" in " ".join(done.out.split())
    assert 'pip install "excerpt[bench]"' in done.out
