"""Tests of `repair`: the engine's files are rebuilt from the catalog alone."""

import shutil
from pathlib import Path

import pytest

from excerpt.errors import IndexBusy, IndexDamaged, IndexMissing, rebuild_remedy
from excerpt.files import hold_lock
from excerpt.indexing.pipeline import build
from excerpt.indexing.repair import repair
from excerpt.search.index import Index
from shell import Shell
from states import state_of, stray_files

TEXTS: dict[str, str | bytes] = {
    "a.txt": (
        "THE HARBOUR\n\nThe harbour of St. Malo was frozen in winter. Mr. Oakes wrote to the"
        " Commu-\nnity.\n"
    )
    * 40,
    "b.md": "# Miners\n\nMiners wrote a petition.[^1]\n\n[^1]: To the queen.\n",
    "c.html": "<title>Queen</title><nav>Home</nav><h1>Queen</h1><p>The queen's petition.<p>Winter"
    "<table><tr><td>a<td>b</table>",
    "copies/b.md": "# Miners\n\nMiners wrote a petition.[^1]\n\n[^1]: To the queen.\n",
    "junk.txt": b"\x01\x02\x03" * 200,
    "metadata.csv": "path,author\ncopies/b.md,Bea\n",
}
QUERIES = (
    '"wrote to"',
    "sentence(harbour winter)",
    "kind:note",
    "author:bea",
    "heading:miners",
    "title:queen",
    "community",
)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell with an index whose sources are gone."""
    shell = Shell(tmp_path).write(TEXTS)
    build(tmp_path / "corpus", tmp_path / "index")
    shutil.move(tmp_path / "corpus", tmp_path / "elsewhere")
    return shell


def answers(index: Path) -> list[object]:
    """Return the answers of an index to `QUERIES`."""
    with Index(index) as opened:
        return [
            [(hit.path, hit.score, hit.snippet) for hit in opened.search(query)]
            for query in QUERIES
        ]


@pytest.mark.parametrize("how", ["flipped", "gone", "folder"])
def test_the_engine_is_rebuilt_without_the_sources(shell: Shell, how: str) -> None:
    """After any damage to its files, all answers are as before, and builds work as usual."""
    index = shell.folder / "index"
    before, right = state_of(index), answers(index)
    for path in (index / "segments").iterdir():
        if how == "flipped":
            path.write_bytes(path.read_bytes()[:-1] + b"?")
        else:
            path.unlink()
    if how == "folder":
        (index / "segments").rmdir()
    with pytest.raises(IndexDamaged):
        answers(index)
    repair(index)
    assert answers(index) == right
    assert all(right)
    assert state_of(index) == before
    assert stray_files(index) == set()
    shutil.move(shell.folder / "elsewhere", shell.folder / "corpus")
    assert build(None, index).unchanged == 4
    assert state_of(index) == before


def test_a_damaged_catalog_is_not_used(shell: Shell) -> None:
    """A repair from a damaged catalog is refused and changes nothing."""
    index = shell.folder / "index"
    catalog = index / "catalog.sqlite"
    content = catalog.read_bytes()
    at = content.index(b"THE HARBOUR") if b"THE HARBOUR" in content else len(content) - 30
    catalog.write_bytes(content[:at] + b"\x00" + content[at + 1 :])
    names = {path.name for path in (index / "segments").iterdir()}
    with pytest.raises(IndexDamaged, match="Rebuild it"):
        repair(index)
    assert {path.name for path in (index / "segments").iterdir()} == names


def test_damaged_texts_are_not_used(shell: Shell) -> None:
    """A repair from damaged texts is refused, since only the sources have them."""
    index = shell.folder / "index"
    texts = next((index / "store").glob("*.texts"))
    content = texts.read_bytes()
    texts.write_bytes(b"\xff" * 8 + content[8:])
    names = {path.name for path in index.rglob("*")}
    with pytest.raises(IndexDamaged, match=texts.name) as raised:
        repair(index)
    assert raised.value.remedies == (rebuild_remedy(index),)
    assert {path.name for path in index.rglob("*")} - names <= {
        "catalog.sqlite-shm",
        "catalog.sqlite-wal",
    }
    texts.write_bytes(content)
    repair(index)


def test_a_repair_needs_the_lock(shell: Shell, tmp_path: Path) -> None:
    """A repair is refused during a build, and creates nothing where there is no index."""
    with hold_lock(shell.folder / "index" / "lock"), pytest.raises(IndexBusy):
        repair(shell.folder / "index")
    with pytest.raises(IndexMissing):
        repair(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_verify_repairs_on_request(shell: Shell) -> None:
    """The command names the damage, the remedy and what it did; an intact index is left alone."""
    (segment,) = (shell.folder / "index" / "segments").glob("*.segment")
    assert shell.run("verify", "--repair").out == "index is intact: 3 documents, 9 passages.\n"
    assert segment.exists()
    segment.write_bytes(segment.read_bytes()[:1000])
    told = shell.run("verify")
    assert (told.code, told.out) == (2, "")
    assert "excerpt verify --repair" in told.err
    mended = shell.run("verify", "--repair")
    assert mended.code == 0
    assert segment.name in mended.err
    assert mended.out == "index was repaired from its texts: 3 documents, 9 passages.\n"
    assert shell.run("verify").code == 0
