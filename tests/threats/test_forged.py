"""Threat "paths": paths out of the corpus, links and pipes, and indexes from strangers."""

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from excerpt.catalog import Catalog
from excerpt.catalog.column_codec import row_checksum
from excerpt.errors import ExcerptError, IndexDamaged
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index
from shell import Shell


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return a small index that a test may forge."""
    shell = Shell(tmp_path).write({"a.txt": "The harbour.\n", "b.txt": "The queen.\n"})
    build(tmp_path / "corpus", shell.folder / "index", processes=1)
    return tmp_path / "index"


def forge(index: Path, table: str, column: str, value: object) -> None:
    """Change a column in a table of the catalog, with matching checksums."""
    connection = sqlite3.connect(index / "catalog.sqlite")
    names = [each[1] for each in connection.execute(f"PRAGMA table_info({table})")]
    changed, last = names.index(column), names.index("checksum")
    rows = connection.execute(
        f"SELECT rowid, * FROM {table}" if table != "files" else "SELECT path, * FROM files"
    )
    for key, *row in rows.fetchall():
        row[changed] = value if not callable(value) else value(row)
        row[last] = row_checksum(*row[:last])
        where = "path" if table == "files" else "rowid"
        columns = ", ".join(f"{name} = ?" for name in names)
        connection.execute(f"UPDATE {table} SET {columns} WHERE {where} = ?", (*row, key))
        if table == "files":
            break
    connection.commit()
    connection.close()


@pytest.mark.parametrize("path", [b"../secret.txt", b"/etc/passwd", b"d/../../secret.txt", b".."])
def test_a_forged_path_leads_nowhere(index: Path, path: bytes) -> None:
    """A path out of the corpus is damage, and the file there is not opened."""
    (index.parent / "secret.txt").write_text("xyzzy")
    forge(index, "files", "path", path)
    with Index(index) as opened:
        hits = opened.search("harbour OR queen")
        with pytest.raises(IndexDamaged):
            [hit.is_stale for hit in hits]
        with pytest.raises(IndexDamaged):
            opened.show(hits[0].passage.id)
    with pytest.raises(IndexDamaged):
        build(index.parent / "corpus", index)


def test_a_forged_manifest_names_no_other_file(index: Path) -> None:
    """A file of the engine must be in the engine's folder."""
    with Catalog.open(index) as catalog:
        manifest = json.dumps(catalog.manifest.to_json())
    name = json.loads(manifest)["document_table"]["name"]
    shutil.copy(index / "segments" / name, index.parent / name)

    def forged(row: list[str]) -> str:
        return manifest.replace(name, f"../../{name}") if row[0] == "manifest" else row[1]

    forge(index, "settings", "value", forged)
    with pytest.raises(IndexDamaged, match="leads to another folder"):
        Index(index)


def test_links_in_an_index_harm_no_other_file(index: Path, tmp_path: Path) -> None:
    """A link in place of the lock or of the segments changes nothing at its target."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "letter.txt").write_text("Dear Bea")
    (index / "lock").unlink()
    (index / "lock").symlink_to(own / "letter.txt")
    with pytest.raises(ExcerptError, match="lock"):
        build(None, index)
    (index / "lock").unlink()
    shutil.copytree(index / "segments", own, dirs_exist_ok=True)
    shutil.rmtree(index / "segments")
    (index / "segments").symlink_to(own)
    (tmp_path / "corpus" / "new.txt").write_text("The queen again.\n")
    build(None, index)
    assert (own / "letter.txt").read_text() == "Dear Bea"


def test_another_programs_database_is_not_changed(tmp_path: Path) -> None:
    """A foreign database in place of a catalog is refused, and no byte of it changes."""
    Shell(tmp_path).write({"a.txt": "The harbour.\n"})
    (tmp_path / "index").mkdir()
    path = tmp_path / "index" / "catalog.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE letters (text); INSERT INTO letters VALUES ('Dear Bea')")
    connection.close()
    before = path.read_bytes()
    for from_scratch in (False, True):
        with pytest.raises(IndexDamaged):
            build(tmp_path / "corpus", tmp_path / "index", from_scratch=from_scratch)
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} <= {"catalog.sqlite", "lock"}


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/hostname", "d/../../secret.txt", "a.txt/../../secret.txt"]
)
def test_no_argument_and_no_table_leads_out_of_the_corpus(index: Path, path: str) -> None:
    """`show` knows only documents of the index, and metadata.csv only files below it."""
    shell = Shell(index.parent)
    (index.parent / "secret.txt").write_text("xyzzy")
    shell.write({"metadata.csv": f"path,author\n{path},Bea\n"})
    assert shell.run("build").code == 0
    shown = shell.run("show", path)
    assert (shown.code, shown.out) == (2, "")
    assert shell.run("search", "author:bea").code != 0


@pytest.mark.parametrize("name", ["a.txt", ".excerptignore", "metadata.csv", "x.html.gz"])
def test_pipes_in_a_corpus_do_not_block(tmp_path: Path, name: str) -> None:
    """A pipe in place of a source, of rules or of metadata blocks nothing."""
    shell = Shell(tmp_path).write({"good.txt": "The harbour.\n"})
    os.mkfifo(tmp_path / "corpus" / name)
    assert shell.run("build").code == 0
    assert shell.run("coverage").code == 0
    assert shell.run("search", "harbour", "-c").lines == ["1"]


@pytest.mark.parametrize("name", ["lock", "catalog.sqlite", "segments"])
def test_pipes_in_an_index_do_not_block(index: Path, name: str) -> None:
    """A pipe in place of a file of the index blocks nothing."""
    place = index / name
    if place.is_dir():
        (place,) = place.glob("*.segment")
    place.unlink()
    os.mkfifo(place)
    shell = Shell(index.parent)
    assert shell.run("search", "harbour").code in ({0} if name == "lock" else {2})
    done = shell.run("build")
    assert "Traceback" not in done.err
