"""What goes wrong is said in plain words: what, where, and what to do about it; exit code 2, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from shell import CommandResult, Shell


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A corpus of one file with its index."""
    made = Shell(tmp_path_factory.mktemp("errors")).write(
        {"a.txt": "What socialism is: Capital, a critique.\n"}
    )
    assert made.run("build").code == 0
    return made


def assert_is_error(done: CommandResult, *said: str) -> None:
    """The command failed, said so on standard error alone, and said it to people."""
    assert done.code == 2, done
    assert done.out == ""
    assert "Traceback" not in done.err
    for each in said:
        assert each in done.err


def test_without_index_and_corpus_the_remedy_is_named(tmp_path: Path) -> None:
    """Nothing is made by the way."""
    done = Shell(tmp_path).run("search", "geese")
    assert_is_error(done, "there is no index here, and no corpus", "excerpt build --corpus FOLDER")
    assert list(tmp_path.iterdir()) == []


def test_an_index_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """It is not overwritten."""
    (tmp_path / "notes").write_text("mine")
    assert_is_error(Shell(tmp_path).run("search", "geese", "--index", "notes"), "notes", "--index")
    assert (tmp_path / "notes").read_text() == "mine"


@pytest.mark.parametrize("command", ["build", "search"])
def test_a_missing_corpus_is_named(command: str, tmp_path: Path) -> None:
    """Under the name it was given by."""
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
def test_a_named_index_that_is_not_there_is_an_error(
    arguments: tuple[str, ...], variables: dict[str, str], shell: Shell
) -> None:
    """Its name may be mistyped: nothing is built at a place that was named, unless its corpus was named too."""
    assert_is_error(
        shell.run(*arguments, **variables),
        "typo: there is no index",
        "excerpt build ",
        "--index typo",
    )
    assert not (shell.folder / "typo").exists()


def test_an_index_named_with_its_corpus_is_built(tmp_path: Path) -> None:
    """By the first search, at the place that was named."""
    made = Shell(tmp_path).write({"a.txt": "war and peace"})
    assert made.run("search", "war", "-c", "--index", "ix", "--corpus", "corpus").out == "1\n"
    assert made.run("search", "war", "-c", EXCERPT_INDEX="iy", EXCERPT_CORPUS="corpus").out == "1\n"


@pytest.mark.parametrize(
    "arguments", [("search", "war"), ("show", "a.txt"), ("status",), ("coverage",), ("verify",)]
)
def test_a_named_corpus_that_is_not_the_index_s_is_an_error(
    arguments: tuple[str, ...], shell: Shell
) -> None:
    """Else the answer would be of other texts than those that were named."""
    (shell.folder / "other").mkdir(exist_ok=True)
    done = shell.run(*arguments, "--corpus", "other")
    assert_is_error(
        done, f"index: this is the index of {shell.folder / 'corpus'}, not of other.", "--index"
    )
    assert shell.run(*arguments, EXCERPT_CORPUS="other").code != 2
    assert shell.run(*arguments, "--corpus", "./corpus").code != 2


@pytest.mark.parametrize("option", ["--corpus", "--index"])
@pytest.mark.parametrize("command", ["build", "search", "status", "watch"])
def test_an_empty_name_is_no_folder(command: str, option: str, tmp_path: Path) -> None:
    """A variable of the shell that is not set would else mean all that is below the folder one is in."""
    (tmp_path / "private.txt").write_text("geese")
    words = ["geese"] if command == "search" else []
    assert_is_error(Shell(tmp_path).run(command, *words, option, ""), option, "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["private.txt"]


@pytest.mark.parametrize("name", ["a.txt/ix", "/proc/excerpt"])
def test_an_index_where_none_can_be_has_a_remedy(name: str, tmp_path: Path) -> None:
    """It is not said of it that its last state is untouched."""
    shell = Shell(tmp_path).write({"a.txt": "geese"})
    place = name if name.startswith("/") else f"corpus/{name}"
    assert_is_error(shell.run("build", "--index", place), "Choose another folder with --index.")
    assert_is_error(shell.run("status", "--index", place), "there is no index here")


def test_bytes_that_are_no_text_are_no_query(shell: Shell) -> None:
    """Nor do they show that an index is damaged, where they name a passage."""
    word = os.fsdecode(b"ge\xffese")
    for command in ("search", "phrase", "concordance", "explain"):
        assert_is_error(shell.run(command, word), "not UTF-8")
    for done in (shell.run("show", word), shell.run("explain", "war", "--passage", word)):
        assert_is_error(done, "is neither a path in the corpus nor the id of a passage")


def test_a_query_in_utf8_is_understood_in_every_locale(tmp_path: Path) -> None:
    """Else letters would be lost from it."""
    shell = Shell(tmp_path).write({"u.txt": "Gänse.\n"})
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert shell.run("search", "Gänse", "-l", **plain).out == "u.txt\n"


def run_without_rights(shell: Shell, *arguments: str) -> CommandResult:
    """The command as somebody runs it who may not go round the rights of files, as root may."""
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


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are those of POSIX")
@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0 and not which("setpriv"), reason="root may all"
)
def test_folders_without_rights_are_told(tmp_path: Path) -> None:
    """A corpus is not needed for a search, and files of the index that may not be read are not called damaged."""
    shell = Shell(tmp_path).write({"a.txt": "geese"})
    shell.run("build")
    segments = list((tmp_path / "index" / "segments").iterdir())
    refused = {tmp_path / "corpus": ["build"], tmp_path / "index": ["search", "geese"]}
    refused |= {segment: ["search", "geese", "-c"] for segment in segments}
    for path, arguments in refused.items():
        rights = path.stat().st_mode
        path.chmod(0)
        try:
            done = run_without_rights(shell, *arguments)
            assert_is_error(done, str(path.relative_to(tmp_path)), "ermission denied")
            assert "damaged" not in done.err
            if path.name == "corpus":
                assert run_without_rights(shell, "search", "geese", "-c").out == "1\n"
        finally:
            path.chmod(rights)


def test_where_nobody_can_be_told_the_exit_code_still_tells(shell: Shell) -> None:
    """An error is 2, not 1 for nothing found."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "excerpt", "search", '"war']
        done = subprocess.run(
            command, cwd=shell.folder, env=shell.environment({}), stderr=full, check=False
        )
    assert done.returncode == 2


def test_an_empty_corpus_is_said(tmp_path: Path) -> None:
    """A search in nothing is told from a search for nothing."""
    (tmp_path / "corpus").mkdir()
    done = Shell(tmp_path).run("search", "geese")
    assert done.code in {1, 2}
    assert "empty" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("query", ["?!…", "*", "( )", '""'])
def test_a_query_without_a_word_is_an_error(query: str, shell: Shell) -> None:
    """It is shown with a caret."""
    assert_is_error(shell.run("search", query), f"    {query}\n", "^")


def test_the_caret_stands_under_the_place(shell: Shell) -> None:
    """Counted in columns of the terminal."""
    err = shell.run("search", '中国 "united').err.splitlines()
    assert err[1] == '    中国 "united'
    assert err[2].index("^") == 4 + 5


def test_a_long_query_is_shown_around_the_place(shell: Shell) -> None:
    """The caret still stands under it."""
    _, line, caret, *_ = shell.run("search", f'{"word " * 300}"united').err.splitlines()
    assert len(line) < 200
    assert line[caret.index("^")] == '"'


@pytest.mark.parametrize(
    ("query", "code"), [("what is socialism?", 0), ("Capital: A Critique", 0), ("don't", 1)]
)
def test_ordinary_punctuation_is_no_syntax(query: str, code: int, shell: Shell) -> None:
    """Question marks, colons and apostrophes of plain writing are no mistakes."""
    assert shell.run("search", query).code == code


def test_ten_thousand_words_are_a_query(shell: Shell) -> None:
    """They are searched, or refused in plain words."""
    done = shell.run("search", *(f"word{n}" for n in range(10_000)))
    assert done.code in {1, 2}
    assert "Traceback" not in done.err
    assert len(done.err) < 5_000


def test_controls_in_a_query_do_not_reach_the_terminal(shell: Shell) -> None:
    """Neither in the message nor under the caret."""
    assert "\x1b" not in shell.run("search", '\x1b[31m "').err


def test_a_mistyped_command_suggests_the_nearest(shell: Shell) -> None:
    """And a query without a command is told how to search."""
    assert_is_error(shell.run("serach", "geese"), "Did you mean 'search'?")
    assert_is_error(shell.run("xylophones", "geese"), "excerpt search xylophones geese")


def test_usage_errors_exit_with_2(shell: Shell) -> None:
    """An unknown option, a missing query, a wrong number; a hyphen that looks like an option is explained."""
    assert_is_error(shell.run("search", "geese", "--limt", "3"), "--limit")
    assert_is_error(shell.run("search"), "QUERY")
    assert_is_error(shell.run("search", "geese", "-n", "few"), "few")
    assert_is_error(shell.run("search", "geese", "-war"), "put the query in quotes")


def test_a_path_with_a_hyphen_is_explained(shell: Shell) -> None:
    """Not as a word of a query."""
    done = shell.run("show", "-rf.txt")
    assert_is_error(done, "excerpt show -- -PATH")
    assert "query" not in done.err


def test_what_the_system_refuses_has_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    """A place without rights is told with what else can be done."""
    from excerpt.cli.errors import report

    assert report(PermissionError(13, "Permission denied", "/root/ix")) == 2
    assert capsys.readouterr().err == (
        "excerpt: /root/ix: Permission denied\n"
        "Check your rights to it, or name another folder with --index or --corpus.\n"
    )


def test_an_unknown_passage_is_said(shell: Shell) -> None:
    """By show and explain alike."""
    assert_is_error(shell.run("show", "nothing.txt"), "'nothing.txt' is neither a path")
    assert_is_error(shell.run("explain", "capital", "--passage", "zzz"), "'zzz'")


def test_a_defect_shows_no_traceback_unless_asked(shell: Shell) -> None:
    """EXCERPT_DEBUG=1 shows where it happened."""
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
    """What comes of a program in Python."""
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
    """It exits with 130 and says nothing."""
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
def test_what_is_to_be_done_at_the_end_is_done(shell: Shell, begin: str) -> None:
    """The process ends at once, but not before what others want done, and not without what was written."""
    code = (
        f"import atexit, sys, threading, time; {begin}; sys.argv[1:] = ['help', 'query']\n"
        "from excerpt.cli import main\n"
        "sys.exit(main())"
    )
    done = run_program(shell, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(shell.run("help", "query").out[:200])
    assert done.stdout.endswith("last words\n")


def test_a_closed_output_is_no_defect(shell: Shell) -> None:
    """A command whose standard output is closed still ends with its exit code."""
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
    assert b"defect" not in done.stderr


def test_a_line_that_is_not_there_is_said(shell: Shell) -> None:
    """`show` names the lines a document has, instead of showing another one."""
    shell.write({"a.txt": "war and peace"}).run("build")
    done = shell.run("show", "a.txt:99999999")
    assert done.code == 2
    assert "a.txt has 1 line." in done.err


def test_a_huge_context_is_as_good_as_a_large_one(shell: Shell) -> None:
    """More context than any text has is no error."""
    shell.write({"a.txt": "war and peace"}).run("build")
    assert shell.run("phrase", "war", "--around", "9" * 30, "--jsonl").code == 0


@pytest.mark.parametrize(
    ("command", "forms"),
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
def test_two_forms_of_output_are_an_error(
    command: str, forms: tuple[str, str], shell: Shell
) -> None:
    """Both are named; neither wins in silence."""
    assert_is_error(shell.run(command, "a.txt", *forms), *forms, "form")


@pytest.mark.parametrize("form", ["--csv", "-l", "-c"])
def test_a_form_may_be_asked_for_twice(form: str, shell: Shell) -> None:
    """An alias that has it already does no harm."""
    once, twice = (shell.run("search", "path:a.txt", *forms) for forms in ([form], [form, form]))
    assert (once.code, twice) == (0, once)
