"""Hits load most of their fields when these are needed, and keep them when the index is closed."""

import copy
import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from excerpt.catalog import Catalog
from excerpt.indexing.pipeline import build
from excerpt.model import Hit
from excerpt.search.index import Index

TEXTS = {
    "a.md": "# Strikes\n\nThe strike of the miners began.\n\nIt ended in May.\n",
    "b.txt": "A strike of the miners, again.\n",
    "copy.txt": "A strike of the miners, again!\n",
    "metadata.csv": "path,author\na.md,Ann\n",
}
FIELDS = Hit.__match_args__


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a corpus and its index."""
    (tmp_path / "corpus").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).write_text(text)
    build(tmp_path / "corpus", tmp_path / "index", processes=1)
    return tmp_path


@pytest.fixture
def index(folder: Path) -> Iterator[Index]:
    """Return the open index."""
    with Index(folder / "index") as opened:
        yield opened


def fields_of(hit: Hit) -> list[object]:
    """Return all fields of a hit."""
    return [getattr(hit, name) for name in FIELDS]


@pytest.mark.parametrize("is_highlighted", [False, True])
def test_fields_are_the_same_in_any_order(index: Index, is_highlighted: bool) -> None:
    """Each field has the same value, whichever is loaded first."""
    expected = [
        fields_of(hit) for hit in index.search("strike", highlight=is_highlighted, context=1)
    ]
    assert [values[FIELDS.index("path")] for values in expected] == ["a.md", "b.txt"]
    assert expected[0][FIELDS.index("metadata")] == {"author": "Ann"}
    assert expected[1][FIELDS.index("duplicates")] != ()
    for name in FIELDS:
        for hit, values in zip(
            index.search("strike", highlight=is_highlighted, context=1), expected, strict=True
        ):
            assert getattr(hit, name) == values[FIELDS.index(name)]
            assert fields_of(hit) == values


def test_texts_need_no_statement(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog is read once for the paths or documents of all hits, when one is needed."""
    statements: list[str] = []
    read = Catalog._rows

    def counted(
        catalog: Catalog, sql: str, values: Sequence[object] = ()
    ) -> list[tuple[object, ...]]:
        statements.append(sql)
        return read(catalog, sql, values)

    index.search("strike")  # reads the settings
    monkeypatch.setattr(Catalog, "_rows", counted)
    results = index.search("strike", highlight=False)
    assert [hit.text for hit in results]
    assert results[0].passage.blocks
    assert statements == []
    assert all(hit.path for hit in results)
    assert len(statements) == 1
    assert results[0].metadata
    n_statements = len(statements)
    assert [hit.language for hit in results] == ["en", ""]
    assert all(hit.format and hit.paths for hit in results)
    assert len(statements) == n_statements
    results = index.search("strike")
    assert results[0].metadata
    n_statements = len(statements)
    assert all(hit.path for hit in results)
    assert len(statements) == n_statements


def test_hits_outlive_the_index(folder: Path) -> None:
    """They are completed when the index is closed, rebuilt, copied or pickled."""
    with Index(folder / "index") as index:
        closed, copied, pickled = (index.search("strike") for _ in range(3))
        expected = [fields_of(hit) for hit in index.search("strike")]
        copies = copy.deepcopy(list(copied))
        restored = pickle.loads(pickle.dumps(list(pickled)))
        rebuilt = index.search("strike")
        (folder / "corpus" / "a.md").unlink()
        index.build()
    for hits in (closed, copies, restored, rebuilt):
        # The states of files are examined late, when they are needed.
        states = [fields_of(hit.replace(is_stale=False)) for hit in hits]
        assert states == expected
    assert len({hash(hit) for hit in closed}) == 2
    assert closed[0] != closed[1]
    assert closed[0] != "a hit"


def test_unknown_attributes_are_errors(index: Index) -> None:
    """A name that is no field is not looked for in the index; fields cannot be changed."""
    (hit, _) = index.search("strike")
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        _ = hit.colour  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="cannot be changed"):
        hit.path = "elsewhere"  # type: ignore[misc]
