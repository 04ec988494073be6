"""Metadata of files from the tables of a corpus, in built indexes."""

import unicodedata
from pathlib import Path

import pytest

from excerpt.errors import ExcerptError
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "Fähre") for form in ("NFC", "NFD"))


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write `files` into the corpus below `folder`, and return the corpus."""
    for name, text in files.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "corpus"


@pytest.mark.parametrize("on_disk", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("typed", [COMPOSED, DECOMPOSED])
def test_names_are_the_same_in_both_forms_of_unicode(
    on_disk: str, typed: str, tmp_path: Path
) -> None:
    """A name is found in metadata.csv, `show`, `path:` and patterns, however the disk has it."""
    files = {
        f"{on_disk}/{on_disk}.txt": "ferry one lamp",
        f"{on_disk}/metadata.csv": f"path,author\n{typed}.txt,Quell\n",
        f"{on_disk}/draft {on_disk}.txt": "a draft",
        ".excerptignore": f"draft {typed}.txt\n",
    }
    corpus = write(tmp_path, files)
    report = build(corpus, tmp_path / "index")
    assert report.warnings == ()
    path = f"{on_disk}/{on_disk}.txt"
    with Index(tmp_path / "index") as index:
        for query in (f"path:{typed}", f"path:*{typed}.txt", "author:quell"):
            assert list(index.paths(query)) == [path], query
        for location in (f"{typed}/{typed}.txt", f"{typed}/{typed}.txt:1"):
            assert [stored.document.files[0].path for stored in index.show(location)] == [path]
        with pytest.raises(ExcerptError):
            index.show(f"{typed}/draft {typed}.txt")
