"""An index of an older format gives one clear message, and the next build replaces it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from excerpt.catalog import Catalog
from excerpt.catalog.column_codec import row_checksum
from excerpt.catalog.schema import FORMAT, STATEMENTS
from excerpt.engines import COLUMNAR, WHOOSH
from shell import Shell
from states import state_of, stray_files

TEXTS = {"a.txt": "The harbour.\n", "b.txt": "The miners in winter.\n"}
OLD_MANIFEST = {"segments": [{"name": "old.segment"}], "roster": {"name": "old.roster"}}


def age(index: Path, engine: str) -> None:
    """Turn an index into one of format 9: other column names, settings and files of the engine."""
    manifest = json.dumps(OLD_MANIFEST | ({} if engine == COLUMNAR else {"engine": engine}))
    with closing(sqlite3.connect(index / "catalog.sqlite")) as connection, connection:
        for table in ("settings", "documents", "files", "containers"):
            assert any(f"CREATE TABLE {table}" in statement for statement in STATEMENTS)
            connection.execute(f"ALTER TABLE {table} RENAME COLUMN checksum TO seal")
        connection.execute("DELETE FROM settings WHERE name IN ('counts', 'walked_ns')")
        connection.execute(
            "UPDATE settings SET value = ?, seal = ? WHERE name = 'manifest'",
            (manifest, row_checksum("manifest", manifest)),
        )
        connection.execute("PRAGMA user_version = 9")
    for path in index.glob("*/*"):
        path.rename(path.with_name(f"old{path.suffix}"))


@pytest.mark.parametrize("engine", [COLUMNAR, WHOOSH])
def test_an_old_index_says_what_to_do_and_is_rebuilt(tmp_path: Path, engine: str) -> None:
    """Commands that read it name the remedy; `build` follows it without any option."""
    shell = Shell(tmp_path).write(TEXTS)
    index = tmp_path / "index"
    assert shell.run("build", "--engine", engine).code == 0
    before = state_of(index)
    age(index, engine)
    expected = (
        "excerpt: index: the index was built by an older version of excerpt"
        f" (format 9, not {FORMAT}).\nRebuild it: excerpt build\n"
    )
    for arguments in (("status",), ("search", "harbour"), ("verify",)):
        refused = shell.run(*arguments)
        assert (refused.code, refused.out, refused.err) == (2, "", expected)
    built = shell.run("build")
    assert built.code == 0
    assert built.out.startswith("2 new; ")
    assert f"rebuilt from scratch: it had format 9, not {FORMAT}." in built.err
    assert shell.run("search", "harbour", "-l").lines == ["a.txt"]
    assert state_of(index) == before
    assert stray_files(index) == set()
    with Catalog.open(index) as catalog:
        assert catalog.manifest.engine == engine
    assert shell.run("build").out.startswith("2 unchanged; ")


def test_a_dry_run_leaves_an_old_index_alone(tmp_path: Path) -> None:
    """A dry run reports the rebuild and does not change a byte."""
    shell = Shell(tmp_path).write(TEXTS)
    assert shell.run("build").code == 0
    age(tmp_path / "index", COLUMNAR)
    content = (tmp_path / "index" / "catalog.sqlite").read_bytes()
    trial = shell.run("build", "--dry-run")
    assert (trial.code, trial.out) == (0, "Dry run: 2 new\n")
    assert f"would be rebuilt from scratch: it had format 9, not {FORMAT}." in trial.err
    assert (tmp_path / "index" / "catalog.sqlite").read_bytes() == content
