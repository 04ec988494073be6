"""README and documentation: examples run, links resolve, and the picture is current."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import excerpt
import picture
from excerpt.cli.help import DOCS, topics
from shell import Shell

README = picture.ROOT / "README.md"
DOCUMENTS = [README, *sorted(DOCS.glob("*.md")), picture.ROOT / ".github" / "CONTRIBUTING.md"]
MAX_WORDS = 900
"""Words of the README: what a stranger reads before trying it."""


class Example(NamedTuple):
    """A fenced block of a document: its language tag and its lines."""

    document: Path
    number: int
    language: str
    body: str

    def __str__(self) -> str:
        return f"{self.document.name}-{self.number}"


def examples(language: str) -> list[Example]:
    """The blocks of all documents that are tagged with `language`."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        blocks = re.findall(r"^```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        found += [Example(document, number, *block) for number, block in enumerate(blocks)]
    return [example for example in found if example.language == language]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample corpus and its index, as after the quick start.

    It is moved after the build: an index whose corpus is not where it was looks for it next to
    itself, and so do the copies of this folder.
    """
    folder = tmp_path_factory.mktemp("documents")
    shutil.copytree(picture.ROOT / "corpus", folder / "first" / "corpus")
    excerpt.build_index(folder / "first" / "corpus", folder / "first" / "index")
    return (folder / "first").rename(folder / "moved")


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of that folder, so that an example may change it."""
    return Path(shutil.copytree(built, tmp_path / "work"))


def fits(shown: str, written: str) -> bool:
    """Return whether `written` is the output `shown`, in which "..." stands for anything."""
    pattern = ".*".join(map(re.escape, shown.strip().split("...")))
    return re.fullmatch(pattern, written.strip(), re.DOTALL) is not None


@pytest.mark.parametrize("example", examples("console"), ids=str)
def test_a_command_shows_what_the_document_says(example: Example, folder: Path) -> None:
    """The commands of a block, run one after the other, write the lines below them."""
    own = f"{shlex.quote(sys.executable)} -m excerpt"
    commands = re.split(r"^\$ ", example.body, flags=re.MULTILINE)[1:]
    assert commands
    for command, _, shown in (part.partition("\n") for part in commands):
        ran = subprocess.run(
            re.sub(r"(^|\| )excerpt\b", rf"\1{own}", command),
            shell=True,
            cwd=folder,
            env=Shell(folder).environment({}),
            capture_output=True,
            check=False,
        )
        written = (ran.stdout + ran.stderr).decode()
        assert fits(shown, written), f"{command}\n{written}"


@pytest.mark.parametrize("example", examples("python"), ids=str)
def test_a_script_runs(
    example: Example,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Python example runs unchanged in the folder of the sample corpus and prints something."""
    monkeypatch.chdir(folder)
    exec(compile(example.body, str(example), "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.strip()


def queries() -> list[str]:
    """The queries in the tables of the documentation on the query language."""
    text = (DOCS / "query.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \| ", text, re.MULTILINE)
    return [query.replace("\\|", "|") for row in rows for query in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("query", queries())
def test_a_query_of_the_table_is_understood(query: str, built: Path) -> None:
    """Every query of the table is parsed without an error."""
    with excerpt.open(built / "index") as index:
        problems = index.search(query).query.problems
    assert not [problem for problem in problems if problem.is_error]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_resolve(document: Path) -> None:
    """Links and paths in a document point to files and headings that exist."""
    text = document.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).replace(" ", "-").lower()
        for line in text.split("\n")
        if line.startswith("#")
    }
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\[[^\]]*\]\(([^)]+)\)", re.sub(r"`[^`]*`", "", prose)):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif "://" not in target:
            assert (document.parent / target.partition("#")[0]).exists(), target
    for path in re.findall(r"`((?:src|tests|corpus)/[\w./]+)`", prose):
        assert (picture.ROOT / path).exists(), path
    for topic in re.findall(r"`excerpt help ([a-z-]+)`", prose):
        assert topic in topics(), topic


def test_the_readme_is_short() -> None:
    """The README has at most 900 words, code included."""
    assert len(README.read_text(encoding="utf-8").split()) <= MAX_WORDS


def test_the_picture_is_current() -> None:
    """The picture shows what the command writes today (`python tests/picture.py` redraws it)."""
    assert picture.PICTURE.read_text(encoding="utf-8") == picture.draw(picture.command_output())


def test_every_topic_has_a_title() -> None:
    """Each document opens with a heading that tells topics apart in the overview."""
    titles = topics()
    assert len(set(titles.values())) == len(titles) > 0
    for name in titles:
        assert (DOCS / f"{name}.md").read_text(encoding="utf-8").startswith("# "), name
