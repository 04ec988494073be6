"""Tests of `catalog`: a reader finds exactly what a build has committed, or an error."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from catalogs import (
    MANIFEST,
    STAT,
    document_of,
    row_of,
    settings_of,
    write_catalog,
    write_texts,
)
from excerpt.catalog import Catalog, schema, versions
from excerpt.catalog.document_codec import encode_document
from excerpt.catalog.records import stat_of
from excerpt.catalog.writer import REQUESTED, CatalogWriter
from excerpt.errors import (
    ExcerptError,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    no_index,
    rebuild_remedy,
)
from excerpt.files import digest_of
from excerpt.model import Document, Key, SourceFile, Span
from excerpt.storage import StoredFile
from excerpt.text_store.compression import PIECE_LENGTH


@pytest.mark.parametrize(
    "length", [1, 100, PIECE_LENGTH - 1, PIECE_LENGTH, PIECE_LENGTH + 1, 3 * PIECE_LENGTH]
)
def test_passages_and_texts_are_read_as_written(tmp_path: Path, length: int) -> None:
    """Each passage and its exact text are found, wherever the text is cut into pieces."""
    text = "\n".join(["ä" * length, "second", "x" * length, "", "\U0001f600 fourth"])
    write_catalog(tmp_path, [text])
    _, passages = document_of(text)
    with Catalog.open(tmp_path) as catalog:
        stored = catalog.passages([Key(1, p.ordinal) for p in reversed(passages)])
        assert catalog.text(1) == text
    assert [each.text for each in stored] == [p.span.of(text) for p in reversed(passages)]
    assert tuple(each.passage.span for each in reversed(stored)) == tuple(p.span for p in passages)
    assert stored[-1].passage.blocks == passages[0].blocks


@pytest.mark.parametrize(
    "name", ["a b", "a%41", "a?mode=rwc", "a#b", "a&b", "a:b", "a\\b", "\u00e4", "a\nb", b"\xff"]
)
def test_a_catalog_in_a_folder_of_any_name_is_read(tmp_path: Path, name: str | bytes) -> None:
    """No sign in the name of the folder has a meaning for SQLite."""
    folder = tmp_path / os.fsdecode(name)
    folder.mkdir()
    write_catalog(folder, ["one text"])
    with Catalog.open(folder) as catalog:
        assert catalog.text(1) == "one text"
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_any_number_of_passages_is_read(tmp_path: Path) -> None:
    """Any number of keys is read: no statement exceeds the limits of SQLite."""
    write_catalog(tmp_path, ["one text"])
    with Catalog.open(tmp_path) as catalog:
        stored = catalog.passages([Key(1, 0)] * 70_000)
    assert len(stored) == 70_000
    assert {each.text for each in stored} == {"one text"}


def test_text_without_passages_is_stored(tmp_path: Path) -> None:
    """Long texts of boilerplate alone are stored, and so are empty texts."""
    texts = ["menu " * PIECE_LENGTH, ""]
    documents = [Document(text, (), "html", id=id_) for id_, text in enumerate(texts, 1)]
    with CatalogWriter.open(tmp_path) as writer:
        for document in documents:
            writer.add_document(encode_document(document, str(document.id), ()))
            writer.put_file(f"{document.id}.html", STAT, document.id)
        stored = write_texts(tmp_path, [(document, ()) for document in documents])
        writer.commit(settings_of(tmp_path, [stored]))
    with Catalog.open(tmp_path) as catalog:
        assert [catalog.text(1), catalog.text(2)] == texts
        assert (
            catalog.text(1, Span(PIECE_LENGTH - 3, PIECE_LENGTH + 7))
            == texts[0][PIECE_LENGTH - 3 : PIECE_LENGTH + 7]
        )
        catalog.verify()


def test_documents_are_read_as_written(tmp_path: Path) -> None:
    """A document has its fields, its files in order, and the merged metadata of each file."""
    write_catalog(tmp_path, ["first\n"])
    with CatalogWriter.open(tmp_path) as writer:
        path_metadata = (("date", "1850"), ("year", "1850"))
        other = MANIFEST._replace(document_table=StoredFile("other", 1, "digest"))
        writer.put_file(os.fsdecode(b"\xff.txt"), STAT, 1, path_metadata)
        writer.commit(writer.settings.replace(manifest=other))
    with Catalog.open(tmp_path) as catalog:
        record = catalog.document(1)
        assert (record.title, record.language, record.format, record.encoding) == (
            "A title",
            "en",
            "text",
            "utf-8",
        )
        assert (record.origin, record.warnings, record.hyphenated) == (
            "1.txt",
            ("cut",),
            frozenset({"self-help"}),
        )
        assert [(file.path, file.metadata) for file in record.files] == [
            ("1.txt", (("date", "1848"), ("author", "Bea"))),
            ("\udcff.txt", (("year", "1850"), ("author", "Ann"), ("date", "1848"))),
        ]
        assert catalog.paths_with([1]) == {1: ("1.txt", "\udcff.txt")}
        assert catalog.document_at("\udcff.txt") == record
        assert catalog.document_at("nothing.txt") is None
        assert catalog.manifest == other


def test_passages_are_found_by_a_prefix_of_their_id(tmp_path: Path) -> None:
    """A prefix finds all passages whose id begins with it, and no others."""
    write_catalog(tmp_path, ["one\ntwo\n", "three\n"])
    with Catalog.open(tmp_path) as catalog:
        assert catalog.find_passages("01") == [Key(1, 0), Key(1, 1)]
        assert catalog.find_passages("010001") == [Key(1, 1)]
        assert catalog.find_passages("0") == [Key(1, 0), Key(1, 1), Key(2, 0)]
        assert catalog.find_passages("") == catalog.find_passages("0")
        assert catalog.find_passages("0100010000000000") == [Key(1, 1)]
        for absent in ("03", "01000", "x", "é", "01000100000000000"):
            assert (absent == "01000") == bool(catalog.find_passages(absent))


def test_a_reader_keeps_the_state_it_opened(tmp_path: Path) -> None:
    """A commit is seen by readers that open afterwards, and only by them."""
    write_catalog(tmp_path, ["first\n"])
    with Catalog.open(tmp_path) as before, CatalogWriter.open(tmp_path) as writer:
        writer.remove_path("1.txt")
        assert writer.remove_orphans() == [1]
        with Catalog.open(tmp_path) as meanwhile:
            assert meanwhile.counts().documents == 1
        writer.commit(settings_of(tmp_path, before.settings.store.texts))
        assert before.text(1) == "first\n"
    with Catalog.open(tmp_path) as after:
        assert set(vars(after.counts()).values()) == {0}


def test_changes_without_a_commit_are_lost(tmp_path: Path) -> None:
    """A writer that closes without a commit leaves a file that is no index."""
    with CatalogWriter.open(tmp_path) as writer:
        writer.add_document(row_of("first\n"))
    with pytest.raises(IndexMissing):
        Catalog.open(tmp_path)


def test_a_catalog_in_a_read_only_folder_is_read(tmp_path: Path) -> None:
    """After a checkpoint, the catalog is one file that a read-only folder may hold."""
    write_catalog(tmp_path, ["first\n"])
    with CatalogWriter.open(tmp_path) as writer:
        writer.checkpoint()
    assert {path.name for path in tmp_path.iterdir()} == {"catalog.sqlite", "store"}
    tmp_path.chmod(0o555)
    try:
        with Catalog.open(tmp_path) as catalog:
            assert catalog.text(1) == "first\n"
    finally:
        tmp_path.chmod(0o755)


def cut_off(database: Path, copy: Path) -> None:
    """Copy what a power cut leaves of a database without a log, in the middle of a change."""
    copy.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE half AS SELECT zeroblob(1000000)")
        for path in database.parent.glob(f"{database.name}*"):
            shutil.copy(path, copy)
    if (database.parent / "store").exists():
        shutil.copytree(database.parent / "store", copy / "store")


def test_a_reader_rolls_back_a_change_that_a_power_cut_interrupted(tmp_path: Path) -> None:
    """The reader sees the state before the change, or that there is no index."""
    for name in ("whole", "none"):
        (tmp_path / name).mkdir()
    write_catalog(tmp_path / "whole", ["one text"])
    cut_off(tmp_path / "whole" / schema.NAME, tmp_path / "changed")
    with Catalog.open(tmp_path / "changed") as catalog:
        catalog.verify()
        assert catalog.text(1) == "one text"
    cut_off(tmp_path / "none" / schema.NAME, tmp_path / "new")
    assert (tmp_path / "new" / schema.NAME).stat().st_size
    with pytest.raises(IndexMissing):
        Catalog.open(tmp_path / "new")


def test_another_format_is_outdated(tmp_path: Path) -> None:
    """Readers refuse it. A build replaces an older format, a newer one only from scratch."""
    write_catalog(tmp_path, ["first\n"])
    connection = sqlite3.connect(tmp_path / "catalog.sqlite")
    connection.execute("PRAGMA user_version = 77")
    connection.close()
    with pytest.raises(IndexOutdated, match="newer version"):
        Catalog.open(tmp_path)
    with pytest.raises(IndexOutdated, match="newer version") as raised:
        CatalogWriter.open(tmp_path)
    assert rebuild_remedy(tmp_path) in raised.value.remedies
    with CatalogWriter.open(tmp_path, from_scratch=True) as writer:
        assert writer.files() == {}
    connection = sqlite3.connect(tmp_path / "catalog.sqlite")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with CatalogWriter.open(tmp_path) as writer:
        assert writer.rebuild_reason == f"it had format 1, not {schema.FORMAT}"
        assert writer.files() == {}
    write_catalog(tmp_path, ["again\n"])
    with Catalog.open(tmp_path) as catalog:
        assert catalog.text(1) == "again\n"


@pytest.mark.parametrize("name", ["analysis", "unicode"])
def test_another_version_of_the_analysis_is_outdated(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers refuse an index whose words were found by other rules than those of a query."""
    write_catalog(tmp_path, ["first\n"])
    now = versions.query_versions()
    monkeypatch.setattr(versions, "query_versions", lambda: {**now, name: "0"})
    with pytest.raises(IndexOutdated, match=name):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("junk", [b"junk" * 5000, b"SQLite format 3\0" + bytes(5000)])
def test_a_file_that_is_no_catalog_is_damage(tmp_path: Path, junk: bytes) -> None:
    """Readers and builds report it as damage and leave it unchanged."""
    (tmp_path / "catalog.sqlite").write_bytes(junk)
    for open_ in (Catalog.open, CatalogWriter.open):
        with pytest.raises(IndexDamaged):
            open_(tmp_path)
    assert (tmp_path / "catalog.sqlite").read_bytes() == junk


def test_a_file_that_is_no_catalog_is_replaced_from_scratch(tmp_path: Path) -> None:
    """A build from scratch replaces the file and says so."""
    (tmp_path / "catalog.sqlite").write_bytes(b"junk" * 5000)
    with CatalogWriter.open(tmp_path, from_scratch=True) as writer:
        assert writer.rebuild_reason.startswith(f"{REQUESTED}: ")
    write_catalog(tmp_path, ["first\n"])


def test_another_programs_database_is_never_replaced(tmp_path: Path) -> None:
    """A build refuses a database that is not a catalog, also from scratch."""
    connection = sqlite3.connect(tmp_path / "catalog.sqlite")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(IndexDamaged):
        Catalog.open(tmp_path)
    for from_scratch in (False, True):
        with pytest.raises(IndexDamaged):
            CatalogWriter.open(tmp_path, from_scratch=from_scratch)


def test_a_missing_index_is_an_error(tmp_path: Path) -> None:
    """An empty folder, a missing folder and a file have different messages and remedies."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(IndexMissing) as raised:
            Catalog.open(folder)
        assert raised.value.remedies == no_index(folder).remedies
    (tmp_path / "file").touch()
    with pytest.raises(IndexDamaged, match="this is a file"):
        Catalog.open(tmp_path / "file")


def test_a_flipped_bit_never_gives_a_wrong_answer(tmp_path: Path) -> None:
    """Whichever bit flips, in the catalog or in the texts, an answer is right or an error."""
    text = "\n".join(f"line {number} of the text" for number in range(30))
    write_catalog(tmp_path, [text, "another\n"])
    with CatalogWriter.open(tmp_path) as writer:
        writer.checkpoint()

    def answers() -> list[object]:
        with Catalog.open(tmp_path) as catalog:
            return [
                list(catalog.documents()),
                catalog.passages([Key(1, 7), Key(2, 0)]),
                catalog.text(1),
                catalog.paths_with([1, 2]),
                catalog.find_passages("02"),
                catalog.manifest,
                catalog.metadata_names(),
            ]

    right = answers()
    (texts,) = (tmp_path / "store").iterdir()
    for path in (tmp_path / "catalog.sqlite", texts):
        whole = path.read_bytes()
        n_errors = 0
        for at in range(0, len(whole), 97 if path.suffix == ".sqlite" else 7):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
            try:
                assert answers() == right
            except ExcerptError:
                n_errors += 1
        assert n_errors > 20
        path.write_bytes(whole)
    assert answers() == right


def test_stale_files_are_detected(tmp_path: Path) -> None:
    """A file is stale if its bytes differ or it is missing, but not if only its times differ."""
    (tmp_path / "a.txt").write_text("first\n")
    found = (tmp_path / "a.txt").stat()
    file = SourceFile("a.txt", found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    with CatalogWriter.open(tmp_path) as writer:
        writer.add_document(row_of("first\n", digest=digest_of([b"first\n"])))
        writer.put_file("a.txt", stat_of(file), 1)
        writer.commit(settings_of(tmp_path, [write_texts(tmp_path, [document_of("first\n")])]))
    with Catalog.open(tmp_path) as catalog:
        (indexed,) = catalog.document(1).files
        assert not catalog.is_stale(indexed)
        os.utime(tmp_path / "a.txt", (1, 1))
        assert not catalog.is_stale(indexed)
        (tmp_path / "a.txt").write_text("other\n")
        assert catalog.is_stale(indexed)
        (tmp_path / "a.txt").unlink()
        assert catalog.is_stale(indexed)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """A catalog that cannot grow raises an error and keeps its last state."""
    write_catalog(tmp_path, ["first\n"])
    with CatalogWriter.open(tmp_path) as writer:
        writer._connection.execute("PRAGMA max_page_count = 20")
        rows = [row_of("", n, f"{n}" * 100) for n in range(2, 900)]
        with pytest.raises(ExcerptError, match="No space left"):
            list(map(writer.add_document, rows))
    with Catalog.open(tmp_path) as catalog:
        assert catalog.text(1) == "first\n"
        catalog.verify()
