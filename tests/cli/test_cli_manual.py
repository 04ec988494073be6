"""The manual page, and the completion of paths by the shell."""

import shutil
import subprocess

import click
import pytest

from excerpt.cli.completion import complete_path
from excerpt.cli.manual import PATH, manual
from excerpt.cli.root import excerpt
from shell import Shell


def test_the_manual_page_is_current() -> None:
    """The page that ships is that of the commands (`python -m excerpt.cli.manual` writes it)."""
    assert PATH.read_text(encoding="utf-8") == manual(excerpt)


def test_the_manual_page_has_all_commands_and_options() -> None:
    """Nothing is left out, and no line is taken for an instruction of roff."""
    page = PATH.read_text(encoding="utf-8")
    context = click.Context(excerpt)
    for name in excerpt.list_commands(context):
        command = excerpt.get_command(context, name)
        assert command is not None
        assert f".SS excerpt {name}" in page
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert max(parameter.opts, key=len).replace("-", "\\-") in page
    known = {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".nf", ".fi"}
    assert {line.split()[0] for line in page.splitlines() if line.startswith(".")} == known


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a shell with an index of some files."""
    made = Shell(tmp_path_factory.mktemp("complete"))
    made.write({"letters/anna.txt": "A.", "letters/bea.txt": "B.", "log.txt": "L.", "z.txt": "Z."})
    assert made.run("build").code == 0
    return made


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("l", ["letters/", "log.txt"]),
        ("letters/", ["letters/anna.txt", "letters/bea.txt"]),
        ("letters//b", ["letters/bea.txt"]),
        ("q", []),
    ],
)
def test_paths_are_completed_folder_by_folder(
    shell: Shell, typed: str, expected: list[str]
) -> None:
    """The paths are those of the index, not those of the working directory."""
    command = excerpt.get_command(click.Context(excerpt), "show")
    assert command is not None
    context = click.Context(command)
    context.params["index"] = str(shell.folder / "index")
    found = complete_path(context, command.params[0], typed)
    assert [item.value for item in found] == expected


def test_without_an_index_nothing_is_completed(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The shell sees no error."""
    command = excerpt.get_command(click.Context(excerpt), "show")
    assert command is not None
    context = click.Context(command)
    context.params["index"] = str(tmp_path_factory.mktemp("empty") / "index")
    assert complete_path(context, command.params[0], "a") == []


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_shell_gets_its_script(shell: Shell, name: str) -> None:
    """The documented line prints a script that defines the completion of excerpt."""
    result = shell.run(_EXCERPT_COMPLETE=f"{name}_source")
    assert result.code == 0
    assert "_EXCERPT_COMPLETE" in result.out


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bash", "path,letters/"),
        ("zsh", "path\nletters/\n_"),
        ("fish", "plain"),  # which quotes all that it inserts
    ],
)
def test_the_shell_is_told_what_a_path_is(shell: Shell, name: str, expected: str) -> None:
    """Shells quote the spaces in a path, and add none after a folder."""
    n, typed = ("le", "excerpt show le") if name == "fish" else ("2", "excerpt show le")
    completing = {"_EXCERPT_COMPLETE": f"{name}_complete", "COMP_CWORD": n, "COMP_WORDS": typed}
    assert shell.run(**completing).out.strip().startswith(expected)


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_gets_a_path_with_a_space_as_one(shell: Shell) -> None:
    """The function that the script defines suggests it as a whole."""
    script = shell.run(_EXCERPT_COMPLETE="bash_source").out
    answer = r"printf 'path,My letters/a b.txt\npath,My letters/c/\n'"
    lines = [
        script,
        "compopt() { :; }",
        f"excerpt() {{ {answer}; }}",
        "COMP_WORDS=(excerpt show My) COMP_CWORD=2",
        "_excerpt_completion excerpt",
        r'printf "%s\n" "${COMPREPLY[@]}"',
    ]
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "My letters/a b.txt\nMy letters/c/\n"


def test_topics_of_the_help_are_completed(shell: Shell) -> None:
    """And commands, which it describes, too."""
    completing = {"_EXCERPT_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    shown = shell.run(**completing, COMP_WORDS="excerpt help q")
    assert shown.out.split() == ["plain,query", "plain,quality"]
