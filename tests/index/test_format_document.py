"""`docs/index-format.md` is complete: a reader made from it finds what excerpt finds."""

import ast
import re
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from math import isqrt
from pathlib import Path

import pytest

import excerpt
import format_reader
from excerpt.catalog import schema
from excerpt.catalog.settings import IndexSettings
from excerpt.index.write import posting_lists
from excerpt.storage.columns import Columns

ROOT = Path(excerpt.__file__).parent
DOCUMENT = (ROOT / "docs" / "index-format.md").read_text(encoding="utf-8")
CORPUS = Path(__file__).parent.parent.parent / "corpus"
WORDS = ("the", "wages", "party", "war", "krieg", "zum", "moneyless")
PHRASES = (("the", "wages"), ("of", "the", "workers"), ("in", "the"), ("der", "krieg"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample corpus in several segments, with dead documents."""
    place = tmp_path_factory.mktemp("format")
    corpus, index = place / "corpus", place / "index"
    shutil.copytree(CORPUS, corpus)
    (corpus / "note.txt").write_text("Warring parties.\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting_lists, "PAIR_MIN_TOKENS", 100)
        excerpt.build_index(corpus, index, processes=1)
    (corpus / "united-front.txt").unlink()
    (corpus / "general-strike.md").write_text("# The strike\n\nNo wages of war.\n")
    (corpus / "later.txt").write_text("Wars, party; moneyless.\n")
    (corpus / "new.txt").write_text(
        "The wages of the workers in the war. The Party and the party.\n"
    )
    excerpt.build_index(corpus, index, processes=1)
    return index


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[format_reader.Index]:
    """The same index, read by the independent reader."""
    index = format_reader.Index(folder)
    yield index
    index.close()


def found_by_excerpt(folder: Path, query: str) -> set[tuple[str, str]]:
    """Return the ids and texts of the passages that excerpt finds."""
    with excerpt.open(folder) as index:
        return {(found.passage.id, found.text) for found in index.passages(query)}


def test_the_reader_uses_nothing_of_excerpt() -> None:
    """The standard library, NumPy and zstandard are all that it imports."""
    tree = ast.parse(Path(format_reader.__file__).read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"numpy", "zstandard"}


def test_the_index_has_several_segments_and_dead_documents(reader: format_reader.Index) -> None:
    """The other tests depend on that to see all of the format."""
    assert len(reader.segments) > 1
    assert any(len(each.live) < len(each.document_ids) for each in reader.segments)


@pytest.mark.parametrize("word", WORDS)
def test_an_exact_word_is_found(folder: Path, reader: format_reader.Index, word: str) -> None:
    """The reader lists the same passages, with the same texts, as the query of a quoted word."""
    found = {reader.passage(key) for key in reader.exact(word)}
    assert found == found_by_excerpt(folder, f'"{word}"')
    assert found or word == "moneyless"


@pytest.mark.parametrize("word", [word for word in WORDS if word != "wages"])
def test_a_word_is_found_in_all_forms(folder: Path, reader: format_reader.Index, word: str) -> None:
    """The reader lists the same passages as the query of a plain word.

    Of "wages", Snowball also gives a German stem that no written form has.
    """
    found = {reader.passage(key) for key in reader.inflected(word)}
    assert found == found_by_excerpt(folder, word)


@pytest.mark.parametrize("words", PHRASES, ids=" ".join)
def test_a_phrase_is_found(
    folder: Path, reader: format_reader.Index, words: tuple[str, ...]
) -> None:
    """The reader lists the same passages as the query of a quoted phrase."""
    found = {reader.passage(key) for key in reader.phrase(*words)}
    assert found == found_by_excerpt(folder, f'"{" ".join(words)}"')


def test_unknown_texts_are_found_in_the_main_language(
    folder: Path, reader: format_reader.Index
) -> None:
    """Texts of unknown language in two segments are found by the English stems of a word."""
    assert sum(segment.main_stems is not None for segment in reader.segments) == 2
    for word in ("war", "party"):
        with excerpt.open(folder) as index:
            paths = {found.document.files[0].path for found in index.passages(word)}
        documents = {document for document, _ in reader.inflected(word)}
        assert {"later.txt", "note.txt"} <= paths
        assert {path for each in documents for path in reader.paths()[each]} == paths


def test_forms_are_restored(folder: Path, reader: format_reader.Index) -> None:
    """The forms of a term are those in its passages, capitalized or in capitals or otherwise."""
    forms = set[str]().union(*(segment.forms_of_term("party") for segment in reader.segments))
    assert {"party", "Party"} <= forms
    for form in ("Party", "PARTY", "parTy"):
        assert bool(found_by_excerpt(folder, f"={form}")) == (form in forms)


def test_documents_are_listed(reader: format_reader.Index) -> None:
    """The document table has the documents and paths of the catalog."""
    paths: dict[int, list[str]] = {}
    for path, _, document, *_ in reader.rows("SELECT * FROM files ORDER BY path"):
        paths.setdefault(document, []).append(path.decode())
    assert reader.paths() == paths


def test_passages_and_records_are_decoded(folder: Path, reader: format_reader.Index) -> None:
    """The reader finds the headings, lines and pages of passages, and the titles of documents."""
    with excerpt.open(folder) as index:
        for document in index.documents():
            title, encoding, warnings, hyphenated, has_lines = reader.record(document.id)
            assert (title, encoding, has_lines) == (
                document.title,
                document.encoding,
                document.has_lines,
            )
            assert tuple(warnings) == document.warnings
            assert set(hyphenated) == document.hyphenated
            details = reader.details(document.id)
            assert len(details) == document.n_passages
            for stored in index.show(document.files[0].path):
                _, headings, lines, page, anchor, *_ = details[stored.key.ordinal]
                passage = stored.passage
                assert (tuple(headings), anchor) == (passage.headings, passage.anchor)
                assert (tuple(lines) if lines else None) == passage.lines
                assert page == (
                    [passage.page, passage.page_number] if passage.page_number else passage.page
                )


@pytest.mark.parametrize("table", ["documents", "containers", "unreadable", "excluded"])
def test_rows_match_their_checksums(reader: format_reader.Index, table: str) -> None:
    """The checksum of each row is made as the document says."""
    columns = [name for _, name, *_ in reader.database.execute(f"PRAGMA table_info({table})")]
    counted = [name for name in columns if name != "n_files"]
    assert counted[-1] == "checksum"
    (n_rows,) = reader.database.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert len(reader.rows(f"SELECT {', '.join(counted)} FROM {table}")) == n_rows


def test_lists_of_stems_and_pairs_follow_from_the_others(reader: format_reader.Index) -> None:
    """`stems.postings` adds up the lists of groups, `pairs.postings` those of neighbours."""
    n_stems = n_pairs = 0
    for segment in reader.segments:
        stems = format_reader.Postings(segment.file, "stems.postings", segment.unit_offsets)
        for number, stem in enumerate(segment.file.array("stems.with_list").tolist()):
            added = Counter[int]()
            for group in segment.groups_of_stems({segment.stem(stem)}):
                added.update(dict(zip(*segment.body.units_of(group), strict=True)))
            assert dict(zip(*stems.units_of(number), strict=True)) == added
            n_stems += 1
        pairs = format_reader.Postings(segment.file, "pairs.postings", segment.unit_offsets)
        n = isqrt(pairs.n)
        assert pairs.n == n * n
        term_ids = segment.file.ids("terms.id").tolist()
        terms = [segment.terms[term_ids.index(term_id)] for term_id in range(n)]
        for first, second in product(range(n), repeat=2):
            starts = segment.starts_of_phrase(terms[first], terms[second])
            assert pairs.positions(first * n + second) == starts
            n_pairs += 1
    assert n_stems > 100
    assert n_pairs > 10


def columns_of(folder: Path) -> set[str]:
    """Return the names of all columns in the files of an index."""
    names: set[str] = set()
    for part in ("segments", "store"):
        for path in (folder / part).iterdir():
            names.update(Columns(path).names)
    return names


def documented(name: str) -> bool:
    """Return whether the document names a column, or the encoding that it is a part of."""
    stream = re.sub(r"^(body|heading|title)\.", "STREAM.", name)
    for suffix in (".exception_indexes", ".exceptions", ".gaps", ".samples", ".low", ".high"):
        name, stream = name.removesuffix(suffix), stream.removesuffix(suffix)
    base, _, last = name.rpartition(".")
    candidates = {name, stream}
    if base.endswith("postings"):
        candidates |= {f"NAME.{last}"} if f"`{base}`" in DOCUMENT or "STREAM." in stream else set()
    return any(f"`{candidate}`" in DOCUMENT for candidate in candidates)


def test_every_column_is_described(folder: Path) -> None:
    """Each name in a segment, a document table or a text file occurs in the document."""
    assert [name for name in sorted(columns_of(folder)) if not documented(name)] == []


def test_every_table_is_described() -> None:
    """Each table of the catalog, each of its columns and each setting occurs in the document."""
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in schema.STATEMENTS:
            database.execute(statement)
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        names = {
            name
            for (table,) in tables
            for _, name, *_ in database.execute(f"PRAGMA table_info({table})")
        }
    assert [table for (table,) in tables if f"**{table}**" not in DOCUMENT] == []
    assert [name for name in names - {"checksum"} if f"`{name}`" not in DOCUMENT] == []
    assert [name for name in IndexSettings.__match_args__ if f"`{name}`" not in DOCUMENT] == []


def test_the_document_describes_the_current_format() -> None:
    """The number of the format in the document, the reader and the catalog is the same."""
    assert f"format {schema.FORMAT}." in DOCUMENT
    assert format_reader.FORMAT == schema.FORMAT
