"""`excerpt build`, `status`, `coverage`, `show`, `explain` and `verify` as commands."""

import json
import os
from pathlib import Path

import pytest

from excerpt.files import hold_lock
from excerpt.indexing import pipeline, plan_runner
from excerpt.indexing.pipeline import Progress, build
from shell import Shell

TEXT = "CHAPTER I\n\nThe geese came in spring.\n\nThe ducks came in autumn,\nand stayed.\n"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a corpus with an unreadable file, and its index."""
    made = Shell(tmp_path_factory.mktemp("build")).write(
        {
            "a.txt": TEXT,
            "b.html": "<title>Birds</title><p id='p1'>Geese fly.</p>",
            "c.txt": bytes(range(32)) * 99,
        }
    )
    assert made.run("build").code == 0
    return made


def test_a_build_writes_a_summary(tmp_path: Path) -> None:
    """The summary goes to standard output, unreadable files with reasons to standard error."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "c.txt": bytes(range(32)) * 99})
    first, second = shell.run("build"), shell.run("build")
    assert (first.code, second.code) == (0, 0)
    assert " new" in first.out
    assert "1 unchanged" in second.out
    for done in (first, second):
        assert done.err.splitlines()[0] == "1 file could not be read:"
        assert done.err.splitlines()[1].startswith("  c.txt: ")


def test_unsupported_formats_are_listed(tmp_path: Path) -> None:
    """They are counted in the summary and listed, even if there is no other file."""
    shell = Shell(tmp_path).write(
        {"a.txt": TEXT, "b.djvu": b"AT&T", "c/d.doc": b"PK", ".hidden": ""}
    )
    done = shell.run("build")
    assert "1 new, 2 not supported" in done.out
    djvu = "DjVu scan: not supported yet; convert it to PDF with `ddjvu -format=pdf FILE scan.pdf`"
    word = "save it as DOCX, as with `soffice --headless --convert-to docx FILE`"
    assert done.err.splitlines() == [
        "2 files have unsupported formats:",
        f"  b.djvu: {djvu}",
        f"  c/d.doc: Word 97 document (DOC): not supported yet; {word}",
    ]
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "b.djvu").write_bytes(b"AT&T")
    done = shell.run("build", "--corpus", "alone", "--index", "other")
    assert done.code == 2
    assert "1 × DjVu scan: not supported yet" in done.err


def test_an_encoding_is_named_for_files_that_declare_none(tmp_path: Path) -> None:
    """A guess is replaced by the named encoding, and coverage lists the evidence of others."""
    names = ["é", "è", "à"]
    shell = Shell(tmp_path).write({"a.txt": " ".join(names).encode("cp865"), "b.txt": "é"})
    assert shell.run("build", "--encoding", "ibm865").code == 0
    assert "é è à" in shell.run("show", "a.txt").out
    files = json.loads(shell.run("coverage", "--json").out)["files"]
    assert [file["encoding"] for file in files if file["path"].endswith(".txt")] == [
        "cp865",
        "utf-8",
    ]
    done = shell.run("build", "--encoding", "rot13")
    assert done.code == 2
    assert "'rot13' is not an encoding that excerpt reads.\nWrite a name such as" in done.err


def test_documents_without_text_are_listed(tmp_path: Path) -> None:
    """`build`, `status`, `coverage` and `show` report documents that no search can find."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "blank.txt": " \n\n", "empty.html": "<p> </p>"})
    for _ in range(2):
        assert shell.run("build").err == "2 documents have no text; excerpt coverage lists them.\n"
    assert "2 documents have no text; excerpt coverage lists them." in shell.run("status").out
    assert "Without any text:\n  blank.txt\n  empty.html" in shell.run("coverage").out
    files = json.loads(shell.run("coverage", "--json").out)["files"]
    assert {file["path"]: file["empty"] for file in files} == {
        "a.txt": False,
        "blank.txt": True,
        "empty.html": True,
    }
    done = shell.run("show", "blank.txt")
    assert (done.code, done.out, done.err) == (0, "", "blank.txt has no text.\n")


def test_coverage_of_a_missing_corpus(tmp_path: Path) -> None:
    """The corpus is a problem, and its indexed files are gone."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    shell.run("build")
    (tmp_path / "corpus").rename(tmp_path / "away")
    done = shell.run("coverage")
    assert f"Could not be read:\n  {tmp_path / 'corpus'}: no such file or directory" in done.out
    assert "Gone since the last build:\n  a.txt" in done.out


def test_show_accepts_any_path_to_a_document(tmp_path: Path) -> None:
    """A path may be relative to the corpus or the current folder, absolute, or escaped."""
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


def test_metadata_problems_are_reported_until_they_are_solved(tmp_path: Path) -> None:
    """Each build and `status` report file, row and value, even if no text has changed."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "metadata.csv": "path,date\na.txt,sometime\n"})
    warning = (
        "metadata.csv: 1 date is not recognised: 'sometime' (row 2). Recognised forms are 1848, "
    )
    for _ in range(2):
        assert f"Warning: {warning}" in shell.run("build").err
    assert f"Warnings:\n  {warning}" in shell.run("status").out
    assert json.loads(shell.run("status", "--json").out)["warnings"][0].startswith(warning)
    shell.write({"metadata.csv": "path,date\na.txt,some time\n"}).run("build")
    assert "'some time'" in shell.run("status").out
    (tmp_path / "corpus" / "metadata.csv").write_text("path,date\nb.txt,1848\n")
    assert "1 row matches no indexed file: 'b.txt'" in shell.run("build").err
    assert "b.txt" in shell.run("status").out
    (tmp_path / "corpus" / "metadata.csv").write_text("path,date\na.txt,1848\n")
    assert shell.run("build").err == ""
    assert json.loads(shell.run("status", "--json").out)["warnings"] == []


def test_an_index_keeps_few_warnings(tmp_path: Path) -> None:
    """A build reports all warnings; the index keeps some, since each search reads them."""
    files = {f"{n:02}/metadata.csv": "path,date\na.txt,sometime\n" for n in range(23)}
    shell = Shell(tmp_path).write({f"{n:02}/a.txt": f"{TEXT}{n}" for n in range(23)} | files)
    assert shell.run("build").err.count("1 date is not recognised") == 23
    kept = json.loads(shell.run("status", "--json").out)["warnings"]
    assert (len(kept), kept[-1]) == (21, "and 3 more, which excerpt build lists")


def test_repaired_documents_are_counted(tmp_path: Path) -> None:
    """`build` and `status` count them and name the command that lists them."""
    shell = Shell(tmp_path).write(
        {"a.txt": TEXT, "b.txt": ("The geese \n" * 50).encode() + b"came \xff back."}
    )
    note = "1 document was read with warnings"
    done = shell.run("build", "--index", "ix")
    assert note in done.err
    assert shell.run("build", "--index", "ix", "--dry-run").err == ""
    assert "excerpt coverage --index ix" in done.err
    assert note in shell.run("status", "--index", "ix").out
    assert "b.txt" in shell.run("coverage", "--index", "ix").out


def test_status_lists_excluded_files_by_rule(tmp_path: Path) -> None:
    """`status` counts files for each rule; --all lists all files and folders."""
    shell = Shell(tmp_path).write(
        {"a.txt": TEXT, ".a": "", ".b": "", "c.djvu": "", "d.log": "", ".excerptignore": "*.log\n"}
    )
    (tmp_path / "corpus" / "out.txt").symlink_to("/etc/passwd")
    shell.run("build")
    out = shell.run("status").out
    assert "6 files or folders are excluded:\n  2 × hidden: its name starts with a dot\n" in out
    assert "1 × a link to a file outside the corpus" in out
    out = shell.run("status", "--all").out
    assert "  .b: hidden: its name starts with a dot\n" in out
    assert "  c.djvu: DjVu scan: not supported yet; convert it to PDF with" in out
    assert len(json.loads(shell.run("status", "--json").out)["excluded"]) == 6


def test_a_damaged_index_is_rebuilt_from_the_default_corpus(tmp_path: Path) -> None:
    """A damaged catalog cannot name its corpus; errors before that name the index."""
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


def test_a_build_notes_why_it_rebuilds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of an older version is rebuilt, and the next build notes nothing."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "READERS_VERSION", 0)
        build(tmp_path / "corpus", tmp_path / "index")
    assert "The index was rebuilt from scratch: it had readers 0, not " in shell.run("build").err
    assert shell.run("build").err == ""


def test_a_build_that_can_read_nothing_fails(tmp_path: Path) -> None:
    """The exit code is 2 if no file could be read."""
    assert Shell(tmp_path).write({"c.txt": bytes(range(32)) * 99}).run("build").code == 2


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """A dry run reports what would change and creates no index."""
    done = Shell(tmp_path).write({"a.txt": TEXT}).run("build", "--dry-run")
    assert (done.code, "1 new" in done.out) == (0, True)
    assert not (tmp_path / "index").exists()


def test_files_can_be_excluded(tmp_path: Path) -> None:
    """--exclude may be repeated."""
    shell = Shell(tmp_path).write({"a.txt": TEXT, "b.bak": TEXT, "drafts/c.txt": TEXT})
    shell.run("build", "--exclude", "*.bak", "--exclude", "drafts/")
    assert shell.run("search", "geese", "-l").lines == ["a.txt"]


def test_removing_most_documents_needs_an_option(tmp_path: Path) -> None:
    """Without --allow-removals, the index is unchanged."""
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
    assert "this build would remove the only document of the index" in shell.run("build").err


def test_an_index_knows_its_corpus(tmp_path: Path) -> None:
    """Without --corpus, the index's own corpus is read; another one is an error."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    (tmp_path / "corpus").rename(tmp_path / "texts")
    assert shell.run("build", "--corpus", "texts").code == 0
    assert "1 unchanged" in shell.run("build").out
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "b.txt").write_text(TEXT)
    assert shell.run("build", "--corpus", "others").code == 2


def test_status_lists_unreadable_files(shell: Shell) -> None:
    """Text and JSON have the counts and the unreadable files."""
    out = shell.run("status").out
    assert "documents   2 in 2 files" in out
    assert "1 file could not be read:\n  c.txt: " in out
    status = json.loads(shell.run("status", "--json").out)
    assert status["schema"] == 2
    assert status["counts"]["documents"] == 2
    assert [problem["path"] for problem in status["unreadable"]] == ["c.txt"]


@pytest.fixture
def unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return an index of one of two files, whose build was interrupted."""

    def stop(now: Progress) -> None:
        if now.n_files > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(plan_runner, "BATCH_BYTES", 1)
    monkeypatch.setattr(plan_runner, "COMMIT_SECONDS", -1.0)
    shell = Shell(tmp_path).write({"a.txt": TEXT, "b.txt": TEXT * 2})
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "corpus", tmp_path / "ix", processes=1, progress=stop)
    return shell


@pytest.mark.parametrize(
    "command", [["search", "geese"], ["phrase", "geese"], ["concordance", "geese"], ["status"]]
)
def test_an_unfinished_index_is_noted(command: list[str], unfinished: Shell) -> None:
    """The note says how to resume the build, or which process is building."""
    done = unfinished.run(*command, "--index", "ix")
    part = "1 of 2 files are indexed"
    assert done.code == 0
    assert done.err.splitlines()[0] == (
        f"The last build of this index did not finish: {part}. Resume it: excerpt build --index ix"
    )
    with hold_lock(unfinished.folder / "ix" / "lock"):
        done = unfinished.run(*command, "--index", "ix")
    assert done.err.splitlines()[0] == f"Process {os.getpid()} is building this index: {part}."


def test_status_has_the_progress_of_an_unfinished_build(unfinished: Shell) -> None:
    """`unfinished` is null after a build has finished."""
    status = json.loads(unfinished.run("status", "--json", "--index", "ix").out)
    assert status["unfinished"] == {"files": 1, "total": 2}
    assert unfinished.run("build", "--index", "ix").code == 0
    done = unfinished.run("status", "--json", "--index", "ix")
    assert (json.loads(done.out)["unfinished"], done.err) == (None, "")


@pytest.mark.parametrize("command", [["search", "geese"], ["status"]])
def test_the_first_build_is_not_a_missing_index(command: list[str], tmp_path: Path) -> None:
    """The error names the building process instead of the missing index."""
    shell = Shell(tmp_path).write({"a.txt": TEXT})
    (tmp_path / "index").mkdir()
    with hold_lock(tmp_path / "index" / "lock"):
        done = shell.run(*command)
    assert done.code == 2
    assert f"is being built for the first time by process {os.getpid()}" in done.err
    assert "Try again" in done.err


def test_status_creates_no_index(tmp_path: Path) -> None:
    """A missing index is an error, and nothing is written."""
    done = Shell(tmp_path).write({"a.txt": TEXT}).run("status")
    assert done.code == 2
    assert not (tmp_path / "index").exists()


def test_show_accepts_paths_lines_and_ids(shell: Shell) -> None:
    """A passage is named by path and line, or by its id or the beginning of it."""
    (hit,) = json.loads(shell.run("search", "ducks", "--json").out)["hits"]
    whole = shell.run("show", "a.txt").out
    assert "The geese came in spring." in whole
    assert "The ducks came in autumn, and stayed." in whole
    for what in (hit["passage"], hit["passage"][:12], "a.txt:6"):
        (passage,) = json.loads(shell.run("show", what, "--json").out)["passages"]
        assert {
            name: hit[name] for name in ("path", "first_line", "passage", "text")
        }.items() <= passage.items()
    assert "ducks came in autumn,\nand stayed." in shell.run("show", "a.txt", "--raw").out


def test_show_has_title_and_anchor(shell: Shell) -> None:
    """The title comes first, then the path; a passage of HTML has its anchor."""
    out = shell.run("show", "b.html").out
    assert out.startswith("Birds\nb.html\n")
    assert "b.html#p1" in out


def test_explain_shows_the_meaning_of_a_query(shell: Shell) -> None:
    """The explanation has all parentheses, expansions, and the parts of a score."""
    out = shell.run("explain", "geese OR duck* NOT autumn").out
    assert out.splitlines()[0] == "geese OR (duck* AND NOT autumn)"
    assert "  duck*: ducks" in out
    (hit,) = json.loads(shell.run("search", "ducks", "--json").out)["hits"]
    explained = json.loads(shell.run("explain", "ducks", "--passage", hit["passage"], "--json").out)
    assert sum(part["score"] for part in explained["parts"]) == pytest.approx(hit["score"])


def test_version(shell: Shell) -> None:
    """--version writes one line."""
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
    """--help describes the usage of each command, which a new interpreter can import."""
    done = shell.run_new(command, "--help")
    assert done.code == 0
    assert f"Usage: excerpt {command}" in done.out
    assert "  --help" in done.out or "-h, --help" in done.out


def test_verify_detects_damage(tmp_path: Path) -> None:
    """An intact index gives one line; a damaged one an error with file and remedy."""
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


def test_a_sample_shows_the_effect_of_rules(tmp_path: Path) -> None:
    """Before a first build, files to which rules apply are compared with a reading without them."""
    shell = Shell(tmp_path).write(
        {
            "a.txt": "Alpha.\n\nTi: The Weir\n",
            "b.txt": b"\x00\x01\x02\x03\x04\x05 binary \x06\x07",
            "c.md": "Gamma.\n",
            ".excerpt.toml": "[[text]]\nfiles = '*.txt'\ntitle = '^Ti: (.*)'\n",
        }
    )
    trial = shell.run("build", "--dry-run", "--sample", "5")
    assert trial.code == 0
    assert "Effect of rules and metadata on 2 of 2 files:" in trial.lines
    assert "  title            none → The Weir" in trial.lines
    assert any(line.startswith("  problem          it looks binary") for line in trial.lines)
    assert not (tmp_path / "index").exists()
    one = shell.run("build", "--dry-run", "--sample", "1").lines
    assert "Effect of rules and metadata on 1 of 2 files:" in one
    shell.run("build")
    nothing = shell.run("build", "--dry-run", "--sample", "5")
    assert nothing.lines[-1] == "Every file would be read as before."


def test_a_sample_needs_a_dry_run(tmp_path: Path) -> None:
    """The message names the option that is missing."""
    done = Shell(tmp_path).write({"a.txt": "Alpha.\n"}).run("build", "--sample", "5")
    assert done.code == 2
    assert "add --dry-run" in done.err


def test_invalid_rules_are_reported(tmp_path: Path) -> None:
    """The line, the key, the fault and the remedy are named, and nothing is built."""
    rules = "[[text]]\nnotes = 'x'\n"
    shell = Shell(tmp_path).write({"a.txt": "Alpha.\n", ".excerpt.toml": rules})
    done = shell.run("build")
    assert done.code == 2
    assert done.err.startswith(
        "excerpt: .excerpt.toml, line 2: notes in [[text]]: there is no such key.\nDid you mean "
    )
    assert not (tmp_path / "index").exists()
