"""Metadata of files from the tables of a corpus, in built indexes."""

import unicodedata
from pathlib import Path

import pytest

from excerpt.errors import CorpusError, ExcerptError
from excerpt.indexing.changes import FileDigest
from excerpt.indexing.members import MemberFinder
from excerpt.indexing.pipeline import build
from excerpt.model import SourceFile
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


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus with two texts, one of them twice, and its index next to it."""
    texts = {"a.txt": "# Own\n\nalpha lantern\n", "b.txt": "beta\n", "copy/b.txt": "beta\n"}
    written = write(tmp_path, texts)
    build(written, tmp_path / "index")
    return written


def rebuild(corpus: Path) -> tuple[int, int]:
    """Build, and return the numbers of changed and of unchanged files."""
    report = build(None, corpus.with_name("index"))
    assert (report.new, report.removed) == (0, 0)
    return report.changed + report.copies, report.unchanged


def titles(corpus: Path, query: str) -> list[str]:
    """Return the titles of the hits of a query."""
    with Index(corpus.with_name("index")) as index:
        return [hit.title.text for hit in index.search(query).hits]


def test_a_title_in_a_table_replaces_that_of_the_text(corpus: Path) -> None:
    """The title is shown and found; a change indexes exactly the files again that it concerns."""
    table = corpus / "metadata.csv"
    table.write_text("path,title,author\na.txt,Quayside story,Voss\n", encoding="utf-8")
    assert rebuild(corpus) == (1, 2)
    assert titles(corpus, "title:quayside") == titles(corpus, "lantern") == ["Quayside story"]
    assert titles(corpus, "title:own") == []
    assert titles(corpus, "author:voss") == ["Quayside story"]
    assert rebuild(corpus) == (0, 3)
    table.write_text("path,title,author\na.txt,Quayside story,Orr\n", encoding="utf-8")
    assert rebuild(corpus) == (0, 3)
    assert titles(corpus, "author:orr title:story") == ["Quayside story"]
    table.unlink()
    assert rebuild(corpus) == (1, 2)
    assert titles(corpus, "lantern") == ["Own"]


def test_passages_keep_their_ids_if_the_title_changes(corpus: Path) -> None:
    """The ids of passages do not depend on the title."""

    def passage() -> str:
        with Index(corpus.with_name("index")) as index:
            return index.search("lantern").hits[0].passage.id

    before = passage()
    (corpus / "metadata.csv").write_text("path,title\na.txt,Quayside\n", encoding="utf-8")
    assert rebuild(corpus) == (1, 2)
    assert passage() == before


def test_copies_may_have_different_titles(corpus: Path) -> None:
    """Two files with the same bytes are two documents then, and one again without the titles."""
    table = corpus / "metadata.csv"
    table.write_text("path,title\nb.txt,One\ncopy/b.txt,Two\n", encoding="utf-8")
    assert rebuild(corpus)[1] == 1
    assert titles(corpus, "title:one") == ["One"]
    assert titles(corpus, "title:two") == ["Two"]
    table.write_text("path,title\nb.txt,One\ncopy/b.txt,One\n", encoding="utf-8")
    assert rebuild(corpus)[1] == 2
    with Index(corpus.with_name("index")) as index:
        assert list(index.paths("title:one")) == ["b.txt", "copy/b.txt"]
        assert index.count("title:one") == 1
    table.unlink()
    assert rebuild(corpus)[1] == 1
    assert titles(corpus, "beta") == [""]


def test_a_language_in_a_table_applies_to_indexed_files(corpus: Path) -> None:
    """A change of the language indexes a file again, because its words are stemmed differently."""
    table = corpus / "metadata.csv"
    table.write_text("path,language\na.txt,en\n", encoding="utf-8")
    assert rebuild(corpus) == (1, 2)
    assert titles(corpus, "lanterns lang:en") == ["Own"]
    table.write_text("path,language\na.txt,eng\n", encoding="utf-8")
    assert rebuild(corpus) == (0, 3)


def write_rules(corpus: Path, rules: str) -> None:
    """Write the rules of the corpus."""
    (corpus / ".excerpt.toml").write_text(rules, encoding="utf-8")


def test_a_change_of_rules_indexes_the_files_it_affects(corpus: Path) -> None:
    """Only files to which a changed rule applies are indexed again, and lose no ids."""
    write_rules(corpus, "[[html]]\nnote = '.n'\n[[any]]\nfiles = 'x'\nlanguage = 'de'\n")
    assert rebuild(corpus) == (0, 3)
    write_rules(corpus, "[[text]]\nfiles = 'a.txt'\nboilerplate = 'alpha'\n")
    assert rebuild(corpus) == (1, 2)
    assert titles(corpus, "alpha") == []
    assert titles(corpus, "alpha kind:boilerplate") == ["Own"]
    write_rules(corpus, "[[text]]\nfiles = ['a.*', 'z']\nboilerplate = ['alpha']\n# same\n")
    assert rebuild(corpus) == (0, 3)
    write_rules(corpus, "[[text]]\nfiles = 'b.txt'\ntitle = '^be.*'\n")
    assert sum(rebuild(corpus)) == 3
    assert titles(corpus, "alpha") == ["Own"]
    assert titles(corpus, "title:beta") == ["beta"]
    (corpus / ".excerpt.toml").unlink()
    assert rebuild(corpus)[1] == 1
    assert titles(corpus, "title:beta") == []
    assert rebuild(corpus) == (0, 3)


def test_rules_for_paths_need_no_indexing(corpus: Path) -> None:
    """Fields from paths are updated; a metadata.csv takes precedence."""
    write_rules(corpus, r"[[any]]" + "\n" + r"path = '(?P<series>\w)\.txt'" + "\n")
    assert rebuild(corpus) == (0, 3)
    assert titles(corpus, "series:a") == ["Own"]
    (corpus / "metadata.csv").write_text("path,series\na.txt,z\n", encoding="utf-8")
    assert rebuild(corpus) == (0, 3)
    assert (titles(corpus, "series:a"), titles(corpus, "series:z")) == ([], ["Own"])


def test_an_unreadable_file_is_tried_again_with_other_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes of a file may be unreadable only in the encoding that was assumed."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    corpus = write(tmp_path, {"a.txt": "alpha\n"})
    (corpus / "b.txt").write_bytes(b"beta \x01\x02\x03\x04\x05\x06\n")
    assert [each.path for each in build(corpus, tmp_path / "index").unreadable] == ["b.txt"]
    tried: list[str] = []

    def digest_nothing(_: MemberFinder, files: list[SourceFile]) -> list[FileDigest]:
        tried.extend(file.path for file in files)
        return []

    monkeypatch.setattr(MemberFinder, "look_at", digest_nothing)
    build(None, tmp_path / "index", dry_run=True)
    assert tried == []
    write_rules(corpus, "[[any]]\nencoding = 'cp437'\n")
    build(None, tmp_path / "index", dry_run=True)
    assert "b.txt" in tried


def test_rules_are_configuration(corpus: Path) -> None:
    """The file is excluded as such, one in a subfolder is reported, and an unused table too."""
    write_rules(corpus, "[[text]]\nfiles = '*.rtf'\nnote = 'x'\n")
    (corpus / "copy" / ".excerpt.toml").write_text("", encoding="utf-8")
    report = build(None, corpus.with_name("index"))
    assert {each.path: each.reason for each in report.excluded} == {
        ".excerpt.toml": "rules for reading files, not a document",
        "copy/.excerpt.toml": "rules for reading files, not a document",
    }
    assert report.warnings == (
        ".excerpt.toml, line 1: no file matches '*.rtf'",
        "copy/.excerpt.toml was not read: only the top folder of a corpus has a .excerpt.toml",
    )


def test_invalid_rules_stop_a_build(corpus: Path) -> None:
    """Nothing is changed, and a first build leaves no index."""
    write_rules(corpus, "[[text]]\nnote = '('\n")
    for index in (corpus.with_name("index"), corpus.with_name("other")):
        with pytest.raises(CorpusError, match="line 2: note in"):
            build(corpus, index)
    assert not corpus.with_name("other").exists()
    assert titles(corpus, "alpha") == ["Own"]


@pytest.mark.parametrize("name", ["empty.txt", "picture.html"])
def test_a_text_without_words_is_found_by_its_title_in_a_table(name: str, tmp_path: Path) -> None:
    """By words and in `title:`, until the table names it no more."""
    sources = {"empty.txt": " \n", "picture.html": "<p><img src=map.png></p>"}
    table = f"path,title\n{name},Map of the harbour\n"
    corpus = write(tmp_path, {name: sources[name], "metadata.csv": table})
    assert build(corpus, tmp_path / "index").n_empty == 0
    for query in ("harbour", "title:harbour", '"map of the harbour"'):
        assert titles(corpus, query) == ["Map of the harbour"], query
    write(tmp_path, {"metadata.csv": table.replace("harbour", "quay")})
    assert rebuild(corpus) == (1, 0)
    assert (titles(corpus, "harbour"), titles(corpus, "quay")) == ([], ["Map of the quay"])
    write(tmp_path, {"metadata.csv": "path,title\n"})
    assert rebuild(corpus) == (1, 0)
    assert titles(corpus, "quay OR title:quay") == []


def test_a_title_in_a_table_is_no_text_of_other_files(tmp_path: Path) -> None:
    """A file with words keeps its text as it is."""
    corpus = write(
        tmp_path, {"a.txt": "alpha lantern\n", "metadata.csv": "path,title\na.txt,Map\n"}
    )
    build(corpus, tmp_path / "index")
    with Index(tmp_path / "index") as index:
        assert [hit.text for hit in index.search("title:map")] == ["alpha lantern"]
        assert not index.search("map").total
