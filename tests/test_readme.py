"""The README: every example in it runs and shows what it says, its picture is current, and its links lead somewhere."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import excerpt
import picture
from shell import Shell

README = (picture.ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
QUERIES = [
    query.replace("\\|", "|")
    for row in re.findall(r"^\| (`.*?) \| ", README, re.MULTILINE)
    for query in re.findall(r"`([^`]+)`", row)
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample corpus and its index, as a checkout has them after the quick start."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(picture.ROOT / "corpus", folder / "corpus")
    excerpt.build_index(folder / "corpus", folder / "index")
    return folder


def commands() -> list[tuple[str, str]]:
    """Each command of the examples with what it is said to write."""
    found = []
    for example in EXAMPLES:
        for part in re.split(r"^\$ ", example, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append((command, shown))
    return found


def fits(shown: str, written: str) -> bool:
    """Whether `written` is what is `shown`, where "..." stands for anything."""
    pattern = ".*".join(map(re.escape, shown.strip().split("...")))
    return re.fullmatch(pattern, written.strip(), re.DOTALL) is not None


@pytest.mark.parametrize(
    ("command", "shown"), commands(), ids=[command for command, _ in commands()]
)
def test_an_example_shows_what_it_says(command: str, shown: str, place: Path) -> None:
    """A command of the README, typed into a shell beside the sample corpus, writes what stands below it."""
    own = f"{shlex.quote(sys.executable)} -m excerpt"
    ran = subprocess.run(
        re.sub(r"^excerpt\b", own, command),
        shell=True,
        cwd=place,
        env=Shell(place).environment({}),
        capture_output=True,
        check=False,
    )
    written = (ran.stdout + ran.stderr).decode()
    assert fits(shown, written), written


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_table_is_answered(query: str, place: Path) -> None:
    """Every query of the table is understood without a remark, and found in the sample corpus."""
    with excerpt.open(place / "index") as index:
        results = index.search(query)
        assert not [problem for problem in results.query.problems if problem.is_error]
        if query not in NOT_IN_CORPUS:
            assert results.total > 0, query


NOT_IN_CORPUS = {"moneyless society", "Engles~2", "/coloni[sz](e|ed|ation)/"}


def test_the_python_example_runs(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example of the API runs as it stands and finds something."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(place)
    exec(compile(code, "README.md", "exec"), {})
    shown = capsys.readouterr().out
    assert int(shown.split()[0]) > 0
    assert "common ownership" in shown.lower()


def test_the_picture_is_current() -> None:
    """The picture shows what the command writes today (`python tests/picture.py` draws it anew)."""
    assert picture.PICTURE.read_text(encoding="utf-8") == picture.draw(picture.command_output())


def test_links_lead_somewhere() -> None:
    """Links and pictures of the README point to files and headings that are there."""
    headings = {
        line.lstrip("# ").replace(" ", "-").lower()
        for line in README.split("\n")
        if line.startswith("#")
    }
    targets = re.findall(r"\[[^\]]*\]\(([^)]+)\)", re.sub(r"`[^`]*`", "", README))
    assert targets
    for target in targets:
        is_there = (
            target[1:] in headings if target.startswith("#") else (picture.ROOT / target).exists()
        )
        assert is_there, target
    for path in re.findall(r"`((?:src|tests|corpus)/[\w./]+)`", README):
        assert (picture.ROOT / path).exists(), path
