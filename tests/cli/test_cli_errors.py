"""Errors as users see them: what, where and remedy; exit code 2, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from shell import CommandResult, Shell


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a corpus of one file with its index."""
    made = Shell(tmp_path_factory.mktemp("errors")).write(
        {"a.txt": "What socialism is: Capital, a critique.\n"}
    )
    assert made.run("build").code == 0
    return made


def assert_is_error(done: CommandResult, *messages: str) -> None:
    """Check that a command failed with `messages` on standard error only."""
    assert done.code == 2, done
    assert done.out == ""
    assert "Traceback" not in done.err
    for message in messages:
        assert message in done.err


def test_without_index_and_corpus_the_error_names_a_remedy(tmp_path: Path) -> None:
    """A search creates nothing if there is no corpus."""
    done = Shell(tmp_path).run("search", "geese")
    assert_is_error(done, "there is no index here, and no corpus", "excerpt build --corpus FOLDER")
    assert list(tmp_path.iterdir()) == []


def test_a_file_as_index_is_an_error(tmp_path: Path) -> None:
    """The file is not overwritten."""
    (tmp_path / "notes").write_text("mine")
    assert_is_error(Shell(tmp_path).run("search", "geese", "--index", "notes"), "notes", "--index")
    assert (tmp_path / "notes").read_text() == "mine"


@pytest.mark.parametrize("command", ["build", "search"])
def test_a_missing_corpus_is_named(command: str, tmp_path: Path) -> None:
    """The error has the name as it was given."""
    words = ["geese"] if command == "search" else []
    assert_is_error(Shell(tmp_path).run(command, *words, "--corpus", "texts"), "texts")


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("search", "capital", "--index", "typo"), {}),
        (("show", "a.txt", "--index", "typo"), {}),
        (("explain", "capital"), {"EXCERPT_INDEX": "typo"}),
        (("phrase", "capital", "--index", "typo"), {}),
        (("status", "--index", "typo"), {}),
    ],
)
def test_a_named_index_that_is_missing_is_an_error(
    arguments: tuple[str, ...], variables: dict[str, str], shell: Shell
) -> None:
    """The name may be mistyped, so the index is built only if its corpus is named too."""
    assert_is_error(
        shell.run(*arguments, **variables),
        "typo: there is no index",
        "excerpt build ",
        "--index typo",
    )
    assert not (shell.folder / "typo").exists()


def test_an_index_named_with_its_corpus_is_built(tmp_path: Path) -> None:
    """The first search builds an index whose corpus is named too."""
    made = Shell(tmp_path).write({"a.txt": "war and peace"})
    assert made.run("search", "war", "-c", "--index", "ix", "--corpus", "corpus").out == "1\n"
    assert made.run("search", "war", "-c", EXCERPT_INDEX="iy", EXCERPT_CORPUS="corpus").out == "1\n"


@pytest.mark.parametrize(
    "arguments", [("search", "war"), ("show", "a.txt"), ("status",), ("coverage",), ("verify",)]
)
def test_a_corpus_other_than_that_of_the_index_is_an_error(
    arguments: tuple[str, ...], shell: Shell
) -> None:
    """Otherwise the answer would be about other texts than the named ones."""
    (shell.folder / "other").mkdir(exist_ok=True)
    done = shell.run(*arguments, "--corpus", "other")
    assert_is_error(
        done,
        f"index: this index was built from {shell.folder / 'corpus'}, not from other.",
        "--index",
    )
    assert shell.run(*arguments, EXCERPT_CORPUS="other").code != 2
    assert shell.run(*arguments, "--corpus", "./corpus").code != 2


@pytest.mark.parametrize("option", ["--corpus", "--index"])
@pytest.mark.parametrize("command", ["build", "search", "status", "watch"])
def test_an_empty_folder_name_is_an_error(command: str, option: str, tmp_path: Path) -> None:
    """An unset shell variable must not mean the current folder."""
    (tmp_path / "private.txt").write_text("geese")
    words = ["geese"] if command == "search" else []
    assert_is_error(Shell(tmp_path).run(command, *words, option, ""), option, "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["private.txt"]


@pytest.mark.parametrize("name", ["a.txt/ix", "/proc/excerpt"])
def test_an_impossible_index_folder_has_a_remedy(name: str, tmp_path: Path) -> None:
    """The error advises to choose another folder."""
    shell = Shell(tmp_path).write({"a.txt": "geese"})
    place = name if name.startswith("/") else f"corpus/{name}"
    assert_is_error(shell.run("build", "--index", place), "Choose another folder with --index.")
    assert_is_error(shell.run("status", "--index", place), "there is no index here")


def test_a_query_must_be_utf8(shell: Shell) -> None:
    """Bytes that are not UTF-8 are an error, also as the id of a passage."""
    word = os.fsdecode(b"ge\xffese")
    for command in ("search", "phrase", "concordance", "explain"):
        assert_is_error(shell.run(command, word), "not valid UTF-8")
    for done in (shell.run("show", word), shell.run("explain", "war", "--passage", word)):
        assert_is_error(done, "is neither the path of an indexed document nor the id of a passage")


def test_a_query_is_utf8_in_every_locale(tmp_path: Path) -> None:
    """No letters of a query are lost in an ASCII locale."""
    shell = Shell(tmp_path).write({"u.txt": "Gänse.\n"})
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert shell.run("search", "Gänse", "-l", **plain).out == "u.txt\n"


def run_without_privileges(shell: Shell, *arguments: str) -> CommandResult:
    """Run a command without the right of root to ignore permissions."""
    weaken = (
        ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    )
    done = subprocess.run(
        [*weaken, sys.executable, "-m", "excerpt", *arguments],
        cwd=shell.folder,
        env=shell.environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    return CommandResult(done.returncode, done.stdout, done.stderr)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are those of POSIX")
@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0 and not which("setpriv"),
    reason="root ignores permissions",
)
def test_missing_permissions_are_not_damage(tmp_path: Path) -> None:
    """A search needs no access to the corpus; a file of the index without it is an error."""
    shell = Shell(tmp_path).write({"a.txt": "geese"})
    shell.run("build")
    segments = list((tmp_path / "index" / "segments").iterdir())
    refused = {tmp_path / "corpus": ["build"], tmp_path / "index": ["search", "geese"]}
    refused |= {segment: ["search", "geese", "-c"] for segment in segments}
    for path, arguments in refused.items():
        rights = path.stat().st_mode
        path.chmod(0)
        try:
            done = run_without_privileges(shell, *arguments)
            assert_is_error(done, str(path.relative_to(tmp_path)), "ermission denied")
            assert "damaged" not in done.err
            if path.name == "corpus":
                assert run_without_privileges(shell, "search", "geese", "-c").out == "1\n"
        finally:
            path.chmod(rights)


def test_the_exit_code_survives_a_full_standard_error(shell: Shell) -> None:
    """An error is 2, not 1 for no match, even if its message cannot be written."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "excerpt", "search", '"war']
        done = subprocess.run(
            command, cwd=shell.folder, env=shell.environment({}), stderr=full, check=False
        )
    assert done.returncode == 2


def test_an_empty_corpus_is_noted(tmp_path: Path) -> None:
    """A search of an empty index is not reported as a search without matches."""
    (tmp_path / "corpus").mkdir()
    done = Shell(tmp_path).run("search", "geese")
    assert done.code in {1, 2}
    assert "empty" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("query", ["?!…", "*", "( )", '""'])
def test_a_query_without_a_word_is_an_error(query: str, shell: Shell) -> None:
    """The query is shown with a caret."""
    assert_is_error(shell.run("search", query), f"    {query}\n", "^")


def test_the_caret_is_below_the_error(shell: Shell) -> None:
    """The caret is aligned by terminal columns."""
    err = shell.run("search", '中国 "united').err.splitlines()
    assert err[1] == '    中国 "united'
    assert err[2].index("^") == 4 + 5


def test_a_long_query_is_shortened(shell: Shell) -> None:
    """The part around the error is shown, with the caret below it."""
    _, line, caret, *_ = shell.run("search", f'{"word " * 300}"united').err.splitlines()
    assert len(line) < 200
    assert line[caret.index("^")] == '"'


@pytest.mark.parametrize(
    ("query", "code"), [("what is socialism?", 0), ("Capital: A Critique", 0), ("don't", 1)]
)
def test_punctuation_is_not_syntax(query: str, code: int, shell: Shell) -> None:
    """Question marks, colons and apostrophes of plain text are no errors."""
    assert shell.run("search", query).code == code


def test_ten_thousand_words_are_a_query(shell: Shell) -> None:
    """They are searched, or refused with a short message."""
    done = shell.run("search", *(f"word{n}" for n in range(10_000)))
    assert done.code in {1, 2}
    assert "Traceback" not in done.err
    assert len(done.err) < 5_000


def test_controls_in_a_query_do_not_reach_the_terminal(shell: Shell) -> None:
    """Control characters are replaced in the message and above the caret."""
    assert "\x1b" not in shell.run("search", '\x1b[31m "').err


def test_a_mistyped_command_suggests_the_nearest(shell: Shell) -> None:
    """A query without a command is answered with the command for it."""
    assert_is_error(shell.run("serach", "geese"), "Did you mean 'search'?")
    assert_is_error(shell.run("xylophones", "geese"), "excerpt search xylophones geese")


def test_usage_errors_exit_with_2(shell: Shell) -> None:
    """Unknown options, missing queries and wrong numbers are usage errors."""
    assert_is_error(shell.run("search", "geese", "--limt", "3"), "--limit")
    assert_is_error(shell.run("search"), "QUERY")
    assert_is_error(shell.run("search", "geese", "-n", "few"), "few")
    assert_is_error(shell.run("search", "geese", "-war"), "write -- before the query")


def test_a_path_with_a_hyphen_is_explained(shell: Shell) -> None:
    """The hint for `show` is about paths, not about queries."""
    done = shell.run("show", "-rf.txt")
    assert_is_error(done, "excerpt show -- -PATH")
    assert "query" not in done.err


def test_system_errors_have_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    """An OSError is shown with its path and a remedy."""
    from excerpt.cli.errors import report_error

    assert report_error(PermissionError(13, "Permission denied", "/root/ix")) == 2
    assert capsys.readouterr().err == (
        "excerpt: /root/ix: Permission denied\n"
        "Check its permissions, or name another folder with --index or --corpus.\n"
    )


def test_an_unknown_passage_is_an_error(shell: Shell) -> None:
    """`show` and `explain` name the passage that does not exist."""
    assert_is_error(shell.run("show", "nothing.txt"), "'nothing.txt' is neither the path")
    assert_is_error(shell.run("explain", "capital", "--passage", "zzz"), "'zzz'")


def test_a_bug_shows_a_traceback_only_for_debugging(shell: Shell) -> None:
    """EXCERPT_DEBUG=1 shows the traceback."""
    code = (
        "import sys, excerpt.search.index\n"
        "def broken(*_): raise RuntimeError('broken')\n"
        "excerpt.search.index.Index.status = broken\n"
        "from excerpt.cli import main\n"
        "sys.exit(main(['status']))"
    )

    def run(**variables: str) -> CommandResult:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=shell.folder,
            env=shell.environment(variables),
            capture_output=True,
            text=True,
            check=False,
        )
        return CommandResult(done.returncode, done.stdout, done.stderr)

    assert_is_error(run(), "RuntimeError: broken", "EXCERPT_DEBUG=1")
    assert "Traceback" in run(EXCERPT_DEBUG="1").err


def run_program(shell: Shell, code: str) -> "subprocess.CompletedProcess[str]":
    """Run Python code in the folder of `shell`."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=shell.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_ctrl_c_is_quiet(shell: Shell) -> None:
    """An interrupt exits with 130 and writes nothing."""
    code = (
        "import os, signal, sys, excerpt.search.index\n"
        "def interrupted(*_): os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(30)\n"
        "excerpt.search.index.Index.status = interrupted\n"
        "from excerpt.cli import main\n"
        "sys.exit(main(['status']))"
    )
    done = run_program(shell, code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize(
    "begin",
    [
        "atexit.register(lambda: print('last words'))",
        "threading.Thread(target=lambda: (time.sleep(0.5), print('last words'))).start()",
    ],
)
def test_exit_handlers_and_threads_are_completed(shell: Shell, begin: str) -> None:
    """The process ends early, but after exit handlers, other threads and buffered output."""
    code = (
        f"import atexit, sys, threading, time; {begin}; sys.argv[1:] = ['help', 'query']\n"
        "from excerpt.cli import main\n"
        "sys.exit(main())"
    )
    done = run_program(shell, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(shell.run("help", "query").out[:200])
    assert done.stdout.endswith("last words\n")


def test_a_closed_output_is_not_a_bug(shell: Shell) -> None:
    """A command whose standard output is closed still exits normally."""
    shell.write({"a.txt": "war and peace"}).run("build")
    command = [
        sys.executable,
        "-c",
        "import os, sys; os.close(1); os.execv(sys.argv[1], sys.argv[1:])",
    ]
    done = subprocess.run(
        [*command, sys.executable, "-m", "excerpt", "search", "war"],
        cwd=shell.folder,
        env=shell.environment({}),
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 0
    assert b"bug" not in done.stderr


def test_a_missing_line_is_an_error(shell: Shell) -> None:
    """`show` says how many lines the document has."""
    shell.write({"a.txt": "war and peace"}).run("build")
    done = shell.run("show", "a.txt:99999999")
    assert done.code == 2
    assert "a.txt has 1 line." in done.err


def test_a_huge_context_is_allowed(shell: Shell) -> None:
    """More context than any text has is no error."""
    shell.write({"a.txt": "war and peace"}).run("build")
    assert shell.run("phrase", "war", "--around", "9" * 30, "--jsonl").code == 0


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("search", ("--json", "--csv")),
        ("search", ("-c", "--files")),
        ("search", ("-l", "--jsonl")),
        ("search", ("-0", "--csv")),
        ("phrase", ("--csv", "--jsonl")),
        ("concordance", ("--json", "--count")),
        ("show", ("--raw", "--json")),
    ],
)
def test_two_output_formats_are_an_error(
    command: str, options: tuple[str, str], shell: Shell
) -> None:
    """The error names both options."""
    assert_is_error(shell.run(command, "a.txt", *options), *options, "output format")


@pytest.mark.parametrize("option", ["--csv", "-l", "-c"])
def test_an_output_format_may_be_repeated(option: str, shell: Shell) -> None:
    """A repeated option, as from a shell alias, changes nothing."""
    once, twice = (
        shell.run("search", "path:a.txt", *options) for options in ([option], [option] * 2)
    )
    assert (once.code, twice) == (0, once)
