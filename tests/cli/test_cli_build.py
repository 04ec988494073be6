"""`excerpt build`, `status`, `show`, `explain` and `help` through the real command."""

import json
import os
from pathlib import Path

import pytest

from excerpt.files import hold_lock
from excerpt.indexing import execution, pipeline
from excerpt.indexing.pipeline import Progress, build
from shell import Shell

TEXT = "CHAPTER I\n\nThe geese came in spring.\n\nThe ducks came in autumn,\nand stayed.\n"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A corpus with a file that cannot be read, and its index."""
    made = Shell(tmp_path_factory.mktemp("build")).write(
        {
            "a.txt": TEXT,
            "b.html": "<title>Birds</title><p id='p1'>Geese fly.</p>",
            "c.txt": bytes(range(32)) * 99,
        }
    )
    assert made.run("build").code == 0
    return made


def test_a_build_says_what_it_did(tmp_path: Path) -> None:
    """The summary is data; what could not be read is told at the end, with its reason, on standard error."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "c.txt": bytes(range(32)) * 99})
    first, second = shell.run("build"), shell.run("build")
    assert (first.code, second.code) == (0, 0)
    assert " new" in first.out
    assert "1 unchanged" in second.out
    for done in (first, second):
        assert done.err.splitlines()[0] == "1 file could not be read:"
        assert done.err.splitlines()[1].startswith("  c.txt: ")


def test_formats_that_are_not_supported_are_told(tmp_path: Path) -> None:
    """Counted in the summary, named at the end, and also where there is nothing else."""
    shell = Shell(tmp_path).write(
        {"a.txt": TEXT, "b.pdf": b"%PDF", "c/d.docx": b"PK", ".hidden": ""}
    )
    done = shell.run("build")
    assert "1 new, 2 not supported" in done.out
    assert done.err.splitlines() == [
        "2 files are in formats that are not supported yet:",
        "  b.pdf: a PDF: not supported yet; convert it to text or HTML",
        "  c/d.docx: an office document: not supported yet; save it as text or HTML",
    ]
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "b.pdf").write_bytes(b"%PDF")
    done = shell.run("build", "--corpus", "alone", "--index", "other")
    assert done.code == 2
    assert "1 × a PDF: not supported yet" in done.err


def test_documents_without_text_are_told(tmp_path: Path) -> None:
    """By build, status, coverage and show: a search will never find them."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "blank.txt": " \n\n", "empty.html": "<p> </p>"})
    for _ in range(2):
        assert (
            shell.run("build").err
            == "2 documents were without any text: excerpt coverage lists them.\n"
        )
    assert (
        "2 documents were without any text; excerpt coverage lists them." in shell.run("status").out
    )
    assert "Without any text:\n  blank.txt\n  empty.html" in shell.run("coverage").out
    files = json.loads(shell.run("coverage", "--json").out)["files"]
    assert {file["path"]: file["empty"] for file in files} == {
        "a.txt": False,
        "blank.txt": True,
        "empty.html": True,
    }
    done = shell.run("show", "blank.txt")
    assert (done.code, done.out, done.err) == (0, "", "blank.txt has no text.\n")


def test_coverage_names_a_corpus_that_is_gone(tmp_path: Path) -> None:
    """And the files that the index knows in it."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    shell.run("build")
    (tmp_path / "corpus").rename(tmp_path / "away")
    done = shell.run("coverage")
    assert f"Could not be read:\n  {tmp_path / 'corpus'}: no such file or directory" in done.out
    assert "Gone since the last build:\n  a.txt" in done.out


def test_a_document_is_shown_by_any_path_to_it(tmp_path: Path) -> None:
    """As the corpus has it, as the shell completes it, whole, and as it was shown."""
    name = "M\udcfcller\n.txt"
    shell = Shell(tmp_path).write({"sub/a.txt": TEXT})
    (tmp_path / "corpus" / "sub" / name).write_text("Swans.\n")
    shell.run("build")
    plain = shell.run("show", "sub/a.txt")
    for path in (
        "./sub/a.txt",
        "corpus/sub/a.txt",
        "corpus//sub/../sub/a.txt",
        str(tmp_path / "corpus/sub/a.txt"),
    ):
        assert shell.run("show", path) == plain
        assert shell.run("show", f"{path}:3").out == shell.run("show", "sub/a.txt:3").out
    (shown,) = shell.run("search", "swans", "-l").lines
    assert "Swans." in shell.run("show", shown).out
    assert shell.run("show", "a.txt").code == 2


def test_what_is_wrong_with_metadata_is_told_and_kept(tmp_path: Path) -> None:
    """With file, row and value, by each build and by status, until it is mended; nothing else need have changed."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "metadata.csv": "path,date\na.txt,sometime\n"})
    told = "metadata.csv: 1 date is not recognised: 'sometime' (row 2). Recognised forms are 1848, "
    for _ in range(2):
        assert f"Note: {told}" in shell.run("build").err
    assert f"To be mended in the metadata:\n  {told}" in shell.run("status").out
    assert json.loads(shell.run("status", "--json").out)["warnings"][0].startswith(told)
    shell.write({"metadata.csv": "path,date\na.txt,some time\n"}).run("build")
    assert "'some time'" in shell.run("status").out
    (tmp_path / "corpus" / "metadata.csv").write_text("path,date\nb.txt,1848\n")
    assert "it names 1 file that does not exist: 'b.txt'" in shell.run("build").err
    assert "b.txt" in shell.run("status").out
    (tmp_path / "corpus" / "metadata.csv").write_text("path,date\na.txt,1848\n")
    assert shell.run("build").err == ""
    assert json.loads(shell.run("status", "--json").out)["warnings"] == []


def test_few_warnings_are_kept(tmp_path: Path) -> None:
    """A build tells all, the index keeps some: each search reads them."""
    files = {f"{n:02}/metadata.csv": "path,date\na.txt,sometime\n" for n in range(23)}
    shell = Shell(tmp_path).write({f"{n:02}/a.txt": f"{TEXT}{n}" for n in range(23)} | files)
    assert shell.run("build").err.count("1 date is not recognised") == 23
    kept = json.loads(shell.run("status", "--json").out)["warnings"]
    assert (len(kept), kept[-1]) == (21, "and 3 more, which excerpt build lists")


def test_documents_that_were_repaired_are_counted(tmp_path: Path) -> None:
    """By build and status, with the command that lists them."""
    shell = Shell(tmp_path).write(
        {"a.txt": TEXT, "b.txt": ("The geese \n" * 50).encode() + b"came \xff back."}
    )
    said = "1 document was read with repairs"
    done = shell.run("build", "--index", "ix")
    assert said in done.err
    assert shell.run("build", "--index", "ix", "--dry-run").err == ""
    assert "excerpt coverage --index ix" in done.err
    assert said in shell.run("status", "--index", "ix").out
    assert "b.txt" in shell.run("coverage", "--index", "ix").out


def test_status_tells_what_was_left_out_and_by_which_rule(tmp_path: Path) -> None:
    """By rule, or each file and folder with --all."""
    shell = Shell(tmp_path).write(
        {"a.txt": TEXT, ".a": "", ".b": "", "c.pdf": "", "d.log": "", ".excerptignore": "*.log\n"}
    )
    (tmp_path / "corpus" / "out.txt").symlink_to("/etc/passwd")
    shell.run("build")
    out = shell.run("status").out
    assert "6 files or folders were left out:\n  2 × hidden: its name starts with a dot\n" in out
    assert "1 × a link to a file outside the corpus" in out
    out = shell.run("status", "--all").out
    assert "  .b: hidden: its name starts with a dot\n" in out
    assert "  c.pdf: a PDF: not supported yet; convert it to text or HTML\n" in out
    assert len(json.loads(shell.run("status", "--json").out)["skipped"]) == 6


def test_a_damaged_index_is_built_from_scratch_from_the_usual_corpus(tmp_path: Path) -> None:
    """If it does not say itself what it was built from; the remedy before names the index."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    shell.run("build", "--index", "ix")
    (tmp_path / "ix" / "catalog.sqlite").write_bytes(b"junk" * 3000)
    refused = shell.run("build", "--index", "ix")
    assert refused.code == 2
    assert "excerpt build --from-scratch --index ix" in refused.err
    (tmp_path / "corpus").rename(tmp_path / "texts")
    refused = shell.run("build", "--from-scratch", "--index", "ix")
    assert refused.code == 2
    assert "excerpt build --from-scratch --corpus FOLDER --index ix" in refused.err
    assert (tmp_path / "ix" / "catalog.sqlite").read_bytes() == b"junk" * 3000
    (tmp_path / "texts").rename(tmp_path / "corpus")
    assert "1 new" in shell.run("build", "--from-scratch", "--index", "ix").out


def test_a_build_says_why_it_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When an older version has made the index."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "EXTRACTION", 0)
        build(tmp_path / "corpus", tmp_path / "index")
    assert "The index was rebuilt from scratch: it had extraction 0, not " in shell.run("build").err
    assert shell.run("build").err == ""


def test_a_build_that_can_read_nothing_fails(tmp_path: Path) -> None:
    """Exit code 2 tells a script."""
    assert Shell(tmp_path).write({"c.txt": bytes(range(32)) * 99}).run("build").code == 2


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """It says what would be done."""
    done = Shell(tmp_path).write({"a.txt": TEXT}).run("build", "--dry-run")
    assert (done.code, "1 new" in done.out) == (0, True)
    assert not (tmp_path / "index").exists()


def test_files_can_be_left_out(tmp_path: Path) -> None:
    """--exclude may be repeated."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "b.bak": TEXT, "drafts/c.txt": TEXT})
    shell.run("build", "--exclude", "*.bak", "--exclude", "drafts/")
    assert shell.run("search", "geese", "-l").lines == ["a.txt"]


def test_removing_most_documents_asks_first(tmp_path: Path) -> None:
    """--allow-removals goes on."""
    shell = Shell(tmp_path).write({f"{n}.txt": f"Geese number {n}." for n in range(4)})
    shell.run("build")
    for n in range(3):
        (tmp_path / "corpus" / f"{n}.txt").unlink()
    refused = shell.run("build")
    assert refused.code == 2
    assert "--allow-removals" in refused.err
    assert shell.run("search", "geese", "-c").lines == ["4"]
    assert shell.run("build", "--allow-removals").code == 0
    assert shell.run("search", "geese", "-c").lines == ["1"]
    (tmp_path / "corpus" / "3.txt").unlink()
    (tmp_path / "corpus" / "other.txt").write_text("Something else.")
    assert "the only document of the index is gone" in shell.run("build").err


def test_an_index_knows_its_corpus(tmp_path: Path) -> None:
    """Without --corpus it is brought up to date with the one it was built from; another one is refused."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    (tmp_path / "corpus").rename(tmp_path / "texts")
    assert shell.run("build", "--corpus", "texts").code == 0
    assert "1 unchanged" in shell.run("build").out
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "b.txt").write_text(TEXT)
    assert shell.run("build", "--corpus", "others").code == 2


def test_status_counts_and_names_what_could_not_be_read(shell: Shell) -> None:
    """For people and as JSON."""
    out = shell.run("status").out
    assert "documents   2 in 2 files" in out
    assert "1 file could not be read:\n  c.txt: " in out
    status = json.loads(shell.run("status", "--json").out)
    assert status["schema"] == 2
    assert status["counts"]["documents"] == 2
    assert [problem["path"] for problem in status["problems"]] == ["c.txt"]


@pytest.fixture
def unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """An index in which one file of two is, for its build was interrupted."""

    def stop(now: Progress) -> None:
        if now.n_files > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(execution, "BATCH_BYTES", 1)
    monkeypatch.setattr(execution, "COMMIT_SECONDS", -1.0)
    shell = Shell(tmp_path).write({"a.txt": TEXT, "b.txt": TEXT * 2})
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "corpus", tmp_path / "ix", processes=1, progress=stop)
    return shell


@pytest.mark.parametrize(
    "command", [["search", "geese"], ["phrase", "geese"], ["concordance", "geese"], ["status"]]
)
def test_an_unfinished_index_says_so(command: list[str], unfinished: Shell) -> None:
    """On standard error, with what to do; while it is being built, that it is."""
    done = unfinished.run(*command, "--index", "ix")
    said = "1 of 2 files are in it"
    assert done.code == 0
    assert done.err.splitlines()[0] == (
        f"The last build of this index did not finish: {said}. Resume it: excerpt build --index ix"
    )
    with hold_lock(unfinished.folder / "ix" / "lock"):
        done = unfinished.run(*command, "--index", "ix")
    assert (
        done.err.splitlines()[0]
        == f"This index is being built now, by process {os.getpid()}: {said}."
    )


def test_status_has_how_far_an_unfinished_build_came(unfinished: Shell) -> None:
    """Null when there is nothing left to do."""
    status = json.loads(unfinished.run("status", "--json", "--index", "ix").out)
    assert status["unfinished"] == {"n_files": 1, "total_files": 2}
    assert unfinished.run("build", "--index", "ix").code == 0
    done = unfinished.run("status", "--json", "--index", "ix")
    assert (json.loads(done.out)["unfinished"], done.err) == (None, "")


@pytest.mark.parametrize("command", [["search", "geese"], ["status"]])
def test_an_index_that_is_built_for_the_first_time_is_no_missing_one(
    command: list[str], tmp_path: Path
) -> None:
    """Whoever asks it meanwhile is told to wait."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    (tmp_path / "index").mkdir()
    with hold_lock(tmp_path / "index" / "lock"):
        done = shell.run(*command)
    assert done.code == 2
    assert f"is being built for the first time by process {os.getpid()}" in done.err
    assert "Try again" in done.err


def test_status_makes_no_index(tmp_path: Path) -> None:
    """It looks and touches nothing."""
    done = Shell(tmp_path).write({"a.txt": TEXT}).run("status")
    assert done.code == 2
    assert not (tmp_path / "index").exists()


def test_show_gives_a_document_a_place_or_a_passage(shell: Shell) -> None:
    """By path, by path and line, by the id of a passage or its beginning."""
    (hit,) = json.loads(shell.run("search", "ducks", "--json").out)["hits"]
    whole = shell.run("show", "a.txt").out
    assert "The geese came in spring." in whole
    assert "The ducks came in autumn, and stayed." in whole
    for what in (hit["passage"], hit["passage"][:12], "a.txt:6"):
        (passage,) = json.loads(shell.run("show", what, "--json").out)["passages"]
        assert {
            name: hit[name] for name in ("path", "lines", "passage", "text")
        }.items() <= passage.items()
    assert "ducks came in autumn,\nand stayed." in shell.run("show", "a.txt", "--raw").out


def test_show_tells_title_and_anchor(shell: Shell) -> None:
    """Of a document that has them."""
    out = shell.run("show", "b.html").out
    assert out.startswith("Birds\nb.html\n")
    assert "b.html#p1" in out


def test_explain_says_how_a_query_is_understood(shell: Shell) -> None:
    """With its brackets, and with what each word stands for; a score is taken apart."""
    out = shell.run("explain", "geese OR duck* NOT autumn").out
    assert out.splitlines()[0] == "geese OR (duck* AND NOT autumn)"
    assert "  duck*: ducks" in out
    (hit,) = json.loads(shell.run("search", "ducks", "--json").out)["hits"]
    explained = json.loads(shell.run("explain", "ducks", "--passage", hit["passage"], "--json").out)
    assert sum(part["score"] for part in explained["score"]) == pytest.approx(hit["score"])


def test_version(shell: Shell) -> None:
    """One line."""
    import excerpt

    assert shell.run("--version").out == f"excerpt {excerpt.__version__}\n"


@pytest.mark.parametrize(
    "command",
    [
        "build",
        "search",
        "phrase",
        "concordance",
        "show",
        "status",
        "coverage",
        "verify",
        "watch",
        "explain",
        "help",
    ],
)
def test_every_command_has_help(command: str, shell: Shell) -> None:
    """Which says what it is for."""
    done = shell.run(command, "--help")
    assert done.code == 0
    assert f"Usage: excerpt {command}" in done.out
    assert "  --help" in done.out or "-h, --help" in done.out


def test_verify_finds_what_is_not_as_it_was_written(tmp_path: Path) -> None:
    """One line and exit code 0 for a sound index; for another the file and the remedy."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    shell.run("build")
    sound = shell.run("verify")
    assert (sound.code, sound.out) == (0, "index is intact: 1 document, 1 passage.\n")
    (segment,) = (tmp_path / "index").glob("segments/*.segment")
    content = segment.read_bytes()
    segment.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    damaged = shell.run("verify")
    assert (damaged.code, damaged.out) == (2, "")
    assert f"excerpt: index/segments/{segment.name}: " in damaged.err
    assert "excerpt build --from-scratch" in damaged.err
