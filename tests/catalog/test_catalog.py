"""What the catalog takes in is what it gives back."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from excerpt.catalog import Catalog, reader, schema, title_of
from excerpt.catalog.records import Stat, stat_of
from excerpt.catalog.row_codec import entry_of
from excerpt.catalog.texts import PIECE, Compressor
from excerpt.catalog.writer import CatalogWriter
from excerpt.errors import (
    ExcerptError,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    no_index,
    rebuild,
)
from excerpt.files import digest_of
from excerpt.model import Block, BlockKind, Document, Key, Passage, SourceFile, Span

STAT = Stat(1, 2, 3, 4)


def document_of(
    text: str, id_: int = 1, origin: str = "a.txt"
) -> tuple[Document, tuple[Passage, ...]]:
    """A document whose passages are the lines of `text`."""
    passages: list[Passage] = []
    at = 0
    for line in text.splitlines(keepends=True):
        span = Span(at, at + len(line.rstrip("\n")))
        block = Block(span, BlockKind.QUOTE, 3, "here", is_continuation=True)
        n = len(passages)
        passages.append(
            Passage(
                n,
                span,
                (block,),
                ("Part", "Chaptér"),
                (n + 1, n + 1),
                "iv",
                "here",
                f"{id_:02}{n:04x}",
            )
        )
        at += len(line)
    document = Document(
        text, tuple(p.blocks[0] for p in passages), "text", id=id_, origin=origin, title="A title",
        metadata=(("author", "Ann"), ("date", "1848")), hyphenated=frozenset({"self-help"}), warnings=("cut",),
        language="en", encoding="utf-8", paths=(origin,),
    )  # fmt: skip
    return document, tuple(passages)


def write(folder: Path, texts: Sequence[str]) -> None:
    """A catalog of `texts` at 1.txt, 2.txt …"""
    with CatalogWriter.open(folder) as writer:
        for id_, text in enumerate(texts, 1):
            document, passages = document_of(text, id_, f"{id_}.txt")
            writer.add(entry_of(document, f"d{id_}", passages, Compressor()))
            writer.place(f"{id_}.txt", STAT, id_, given=(("author", "Bea"),))
        writer.commit({"segments": []}, corpus=str(folder))


@pytest.mark.parametrize("length", [1, 100, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_passages_come_back_as_they_were(tmp_path: Path, length: int) -> None:
    """Every passage and its text come back to the letter, wherever the text is cut into pieces."""
    text = "\n".join(["ä" * length, "second", "x" * length, "", "\U0001f600 fourth"])
    write(tmp_path, [text])
    _, passages = document_of(text)
    with Catalog.open(tmp_path) as catalog:
        stored = catalog.passages([Key(1, p.ordinal) for p in reversed(passages)])
        assert catalog.text(1) == text
    assert [each.text for each in stored] == [p.span.of(text) for p in reversed(passages)]
    assert tuple(each.passage.span for each in reversed(stored)) == tuple(p.span for p in passages)
    assert stored[-1].passage.blocks == passages[0].blocks


def test_any_number_of_passages_is_fetched(tmp_path: Path) -> None:
    """However many passages are asked for, each comes back: no statement grows beyond what SQLite takes."""
    write(tmp_path, ["one text"])
    with Catalog.open(tmp_path) as catalog:
        stored = catalog.passages([Key(1, 0)] * 70_000)
    assert len(stored) == 70_000
    assert {each.text for each in stored} == {"one text"}


def test_some_passages_are_kept_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recently shown passages are not read again, until later ones take their place."""
    monkeypatch.setattr(reader, "_PASSAGE_CACHE_BYTES", 100_000)
    write(tmp_path, ["\n".join(f"line {number}" for number in range(60))])
    statements: list[str] = []
    read = Catalog._rows

    def counted(
        catalog: Catalog, sql: str, values: Sequence[object] = ()
    ) -> list[tuple[object, ...]]:
        statements.append(sql)
        return read(catalog, sql, values)

    monkeypatch.setattr(Catalog, "_rows", counted)
    keys = [Key(1, ordinal) for ordinal in range(60)]
    with Catalog.open(tmp_path) as catalog:
        first = catalog.shown_passages(keys[:10])
        statements.clear()
        assert catalog.shown_passages([keys[7], keys[2], keys[7]]) == [first[7], first[2], first[7]]
        assert not statements
        for some in (keys, keys[:45], keys[30:]):
            assert catalog.shown_passages(some) == catalog.passages(some)
        statements.clear()
        assert catalog.shown_passages(keys[:10]) == first
        assert statements


def test_text_without_passages_is_kept(tmp_path: Path) -> None:
    """A text of boilerplate alone, however long, comes back, and so does an empty one."""
    texts = ["menu " * PIECE, ""]
    with CatalogWriter.open(tmp_path) as writer:
        for id_, text in enumerate(texts, 1):
            writer.add(
                entry_of(
                    Document(text, (), "html", id=id_, origin=str(id_)), str(id_), (), Compressor()
                )
            )
            writer.place(f"{id_}.html", STAT, id_)
        writer.commit({}, corpus="/")
    with Catalog.open(tmp_path) as catalog:
        assert [catalog.text(1), catalog.text(2)] == texts
        assert catalog.text(1, Span(PIECE - 3, PIECE + 7)) == texts[0][PIECE - 3 : PIECE + 7]
        catalog.verify()


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    """A document's record holds what was said of it, its places in order with their metadata laid over."""
    write(tmp_path, ["first\n"])
    with CatalogWriter.open(tmp_path) as writer:
        writer.place(
            os.fsdecode(b"\xff.txt"), STAT, 1, by_path=(("date", "1850"), ("year", "1850"))
        )
        writer.commit({"segments": [1]}, corpus=str(tmp_path))
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
        assert [(place.path, place.metadata) for place in record.files] == [
            ("1.txt", (("date", "1848"), ("author", "Bea"))),
            ("\udcff.txt", (("year", "1850"), ("author", "Ann"), ("date", "1848"))),
        ]
        assert catalog.document_at("\udcff.txt") == record
        assert catalog.document_at("nothing.txt") is None
        assert catalog.manifest == {"segments": [1]}
        assert title_of(record) == "A title"
        assert title_of(record._replace(title="")) == "1"


def test_passages_are_found_by_the_beginning_of_their_id(tmp_path: Path) -> None:
    """A prefix of a passage's id finds all passages that have it, and no other."""
    write(tmp_path, ["one\ntwo\n", "three\n"])
    with Catalog.open(tmp_path) as catalog:
        assert catalog.find("01") == [Key(1, 0), Key(1, 1)]
        assert catalog.find("010001") == [Key(1, 1)]
        assert catalog.find("03") == []


def test_a_reader_keeps_the_state_it_opened(tmp_path: Path) -> None:
    """What is committed later is seen by those who open later, and by nobody before the commit."""
    write(tmp_path, ["first\n"])
    with Catalog.open(tmp_path) as before, CatalogWriter.open(tmp_path) as writer:
        writer.forget("1.txt")
        assert writer.drop_homeless() == [1]
        with Catalog.open(tmp_path) as meanwhile:
            assert meanwhile.counts()["documents"] == 1
        writer.commit({}, corpus=str(tmp_path))
        assert before.text(1) == "first\n"
    with Catalog.open(tmp_path) as after:
        assert after.counts() == dict.fromkeys(after.counts(), 0)


def test_what_is_not_committed_was_never_there(tmp_path: Path) -> None:
    """A writer that closes without a commit leaves no trace, and a catalog without one is no index."""
    with CatalogWriter.open(tmp_path) as writer:
        document, passages = document_of("first\n")
        writer.add(entry_of(document, "d", passages, Compressor()))
    with pytest.raises(IndexMissing):
        Catalog.open(tmp_path)


def test_a_catalog_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A tidy catalog can be read from a read-only folder."""
    write(tmp_path, ["first\n"])
    with CatalogWriter.open(tmp_path) as writer:
        writer.tidy()
    assert {path.name for path in tmp_path.iterdir()} == {"catalog.sqlite"}
    tmp_path.chmod(0o555)
    try:
        with Catalog.open(tmp_path) as catalog:
            assert catalog.text(1) == "first\n"
    finally:
        tmp_path.chmod(0o755)


def cut_off(database: Path, copy: Path) -> None:
    """Leave in `copy` what a power cut leaves of a database without a log, in the middle of a change."""
    copy.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE half AS SELECT zeroblob(1000000)")
        for path in database.parent.glob(f"{database.name}*"):
            shutil.copy(path, copy)


def test_a_reader_undoes_what_a_power_cut_left_half_done(tmp_path: Path) -> None:
    """Where SQLite had not finished when the power failed, a reader sees the state before, or that there was none."""
    for name in ("whole", "none"):
        (tmp_path / name).mkdir()
    write(tmp_path / "whole", ["one text"])
    cut_off(tmp_path / "whole" / schema.NAME, tmp_path / "changed")
    with Catalog.open(tmp_path / "changed") as catalog:
        catalog.verify()
        assert catalog.text(1) == "one text"
    cut_off(tmp_path / "none" / schema.NAME, tmp_path / "new")
    assert (tmp_path / "new" / schema.NAME).stat().st_size
    with pytest.raises(IndexMissing):
        Catalog.open(tmp_path / "new")


def test_a_catalog_of_another_format_is_outdated(tmp_path: Path) -> None:
    """A reader refuses another format; a writer starts over an older one and says why, a newer one if asked to."""
    write(tmp_path, ["first\n"])
    connection = sqlite3.connect(tmp_path / "catalog.sqlite")
    connection.execute("PRAGMA user_version = 77")
    connection.close()
    with pytest.raises(IndexOutdated, match="newer version"):
        Catalog.open(tmp_path)
    with pytest.raises(IndexOutdated, match="newer version") as raised:
        CatalogWriter.open(tmp_path)
    assert rebuild(tmp_path) in raised.value.remedies
    with CatalogWriter.open(tmp_path, from_scratch=True) as writer:
        assert writer.files() == {}
    connection = sqlite3.connect(tmp_path / "catalog.sqlite")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with CatalogWriter.open(tmp_path) as writer:
        assert "format" in writer.started_over
        assert writer.files() == {}
    write(tmp_path, ["again\n"])
    with Catalog.open(tmp_path) as catalog:
        assert catalog.text(1) == "again\n"


@pytest.mark.parametrize("name", ["analysis", "unicode"])
def test_a_catalog_of_another_analysis_is_outdated(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query must be cut as the index was: another version of what cuts it is refused with the reason."""
    write(tmp_path, ["first\n"])
    now = schema.versions()
    monkeypatch.setattr(schema, "versions", lambda: now | {name: "0"})
    with pytest.raises(IndexOutdated, match=name):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("junk", [b"junk" * 5000, b"SQLite format 3\0" + bytes(5000)])
def test_junk_in_the_catalogs_place_is_damage(tmp_path: Path, junk: bytes) -> None:
    """What is no catalog is told as damage; a writer replaces it only if it is asked to."""
    (tmp_path / "catalog.sqlite").write_bytes(junk)
    for open_ in (Catalog.open, CatalogWriter.open):
        with pytest.raises(IndexDamaged):
            open_(tmp_path)
    assert (tmp_path / "catalog.sqlite").read_bytes() == junk


def test_junk_is_replaced_from_scratch(tmp_path: Path) -> None:
    """From scratch a catalog is made even where there is none to be read."""
    (tmp_path / "catalog.sqlite").write_bytes(b"junk" * 5000)
    with CatalogWriter.open(tmp_path, from_scratch=True) as writer:
        assert writer.started_over.startswith("as asked")
    write(tmp_path, ["first\n"])


def test_another_programs_database_is_never_replaced(tmp_path: Path) -> None:
    """A database that is not excerpt's is refused, also from scratch."""
    connection = sqlite3.connect(tmp_path / "catalog.sqlite")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(IndexDamaged):
        Catalog.open(tmp_path)
    for from_scratch in (False, True):
        with pytest.raises(IndexDamaged):
            CatalogWriter.open(tmp_path, from_scratch=from_scratch)


def test_no_index_is_told_as_such(tmp_path: Path) -> None:
    """A folder without a catalog, a missing folder and a file are told apart, each with a remedy."""
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(IndexMissing) as raised:
            Catalog.open(folder)
        assert raised.value.remedies == no_index(folder).remedies
    (tmp_path / "file").touch()
    with pytest.raises(IndexDamaged, match="this is a file"):
        Catalog.open(tmp_path / "file")


def test_a_flipped_bit_is_never_a_wrong_answer(tmp_path: Path) -> None:
    """Whatever bit of the catalog flips: what can be read is right, and the rest is an error of excerpt."""
    text = "\n".join(f"line {number} of the text" for number in range(30))
    write(tmp_path, [text, "another\n"])
    with CatalogWriter.open(tmp_path) as writer:
        writer.tidy()

    def answers() -> list[object]:
        with Catalog.open(tmp_path) as catalog:
            return [
                list(catalog.documents()),
                catalog.passages([Key(1, 7), Key(2, 0)]),
                catalog.text(1),
                catalog.manifest,
                catalog.metadata_names(),
            ]

    right = answers()
    path = tmp_path / "catalog.sqlite"
    whole = path.read_bytes()
    n_errors = 0
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        try:
            assert answers() == right
        except ExcerptError:
            n_errors += 1
    assert n_errors > 20
    path.write_bytes(whole)
    assert answers() == right


def test_stale_places_are_noticed(tmp_path: Path) -> None:
    """A place is stale when its bytes differ or are gone, not when only its times do."""
    (tmp_path / "a.txt").write_text("first\n")
    found = (tmp_path / "a.txt").stat()
    file = SourceFile("a.txt", found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    with CatalogWriter.open(tmp_path) as writer:
        document, passages = document_of("first\n")
        writer.add(entry_of(document, digest_of([b"first\n"]), passages, Compressor()))
        writer.place("a.txt", stat_of(file), 1)
        writer.commit({}, corpus=str(tmp_path))
    with Catalog.open(tmp_path) as catalog:
        (place,) = catalog.document(1).files
        assert not catalog.is_stale(place)
        os.utime(tmp_path / "a.txt", (1, 1))
        assert not catalog.is_stale(place)
        (tmp_path / "a.txt").write_text("other\n")
        assert catalog.is_stale(place)
        (tmp_path / "a.txt").unlink()
        assert catalog.is_stale(place)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """A catalog that has no room to grow says so, and keeps its last state."""
    write(tmp_path, ["first\n"])
    with CatalogWriter.open(tmp_path) as writer:
        writer._connection.execute("PRAGMA max_page_count = 20")
        document, passages = document_of("".join(f"{n} {n * n}\n" for n in range(9000)), 2, "2.txt")
        with pytest.raises(ExcerptError, match="No space left"):
            writer.add(entry_of(document, "d2", passages, Compressor()))
    with Catalog.open(tmp_path) as catalog:
        assert catalog.text(1) == "first\n"
        catalog.verify()
