"""Commits choose the main language; an index answers the same however it was made."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from excerpt.engines import COLUMNAR, WHOOSH
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.write import index_writer
from excerpt.index.write.main_stems_writer import write_main_stems
from excerpt.indexing.main_language import main_language
from excerpt.indexing.pipeline import build
from excerpt.indexing.repair import repair
from excerpt.search.index import Index
from excerpt.storage import StoredFile
from shell import Shell

ENGLISH = "The ship was in the harbour, and all of the crew were to be paid for it. " * 30
FRENCH = "Les navires sont dans le port, et la paie de l'équipage est pour tous les marins. " * 30
GERMAN = "Das Schiff ist in dem Hafen, und die Leute sind für den Lohn auf der Reise. " * 30
NOTES = {"note.txt": "Two ships sighted.", "other.txt": "Navire, shipped."}
QUERIES = ("ship", "shipping", "navires", "navire -ship", "title:ships", "sight NEAR/2 ships")


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({}, ""),
        ({"": 900}, ""),
        ({"en": 1, "": 900}, "en"),
        ({"en": 500, "fr": 499}, "en"),
        ({"en": 500, "fr": 500}, ""),
        ({"en": 400, "fr": 300, "de": 300}, ""),
        ({"en": 0, "": 3}, ""),
    ],
)
def test_the_main_language_has_more_than_half_of_the_text(
    sizes: Mapping[str, int], expected: str
) -> None:
    """Texts of unknown language do not count, whatever their size."""
    assert main_language(sizes) == expected


CHANGES: tuple[tuple[Mapping[str, str | None], str], ...] = (
    ({}, "en"),
    ({"fr.txt": FRENCH * 3}, "fr"),
    ({"later.txt": "des navires; ships"}, "fr"),
    ({"de.txt": GERMAN * 4}, ""),
    ({"fr.txt": None, "de.txt": None}, "en"),
)
"""Changes of files, None for one that is removed, and the main language after each."""


def answers(index: Path) -> list[object]:
    """Return what an index answers to `QUERIES`, and its main language."""
    with Index(index) as opened:
        found = [
            [(hit.path, hit.text, hit.snippet.highlights, round(hit.score, 9)) for hit in hits]
            for hits in map(opened.search, QUERIES)
        ]
        return [opened.status().main_language, *found]


@pytest.mark.parametrize("engine", [COLUMNAR, WHOOSH])
def test_an_index_whose_main_language_changes_equals_a_new_one(tmp_path: Path, engine: str) -> None:
    """Whatever was committed before; a repaired index does, too."""
    shell = Shell(tmp_path).write({"en.txt": ENGLISH, **NOTES})
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    seen = []
    for number, (changed, expected) in enumerate(CHANGES):
        for path, text in changed.items():
            if text is None:
                (corpus / path).unlink()
            else:
                shell.write({path: text})
        build(corpus, index, engine=engine if not number else None, processes=1)
        build(corpus, tmp_path / f"new{number}", engine=engine, processes=1)
        found = answers(index)
        assert found == answers(tmp_path / f"new{number}")
        assert found[0] == expected
        with Index(index) as opened:
            opened.verify()
        seen.append(found)
    assert seen[0][1] != seen[1][1]
    repair(index)
    assert answers(index) == seen[-1]


def test_a_change_of_the_main_language_writes_no_segment_again(tmp_path: Path) -> None:
    """Only the stems of unknown texts are written; nothing is, if the language is the same."""
    shell = Shell(tmp_path).write({"en.txt": ENGLISH, **NOTES})
    corpus, index = tmp_path / "corpus", tmp_path / "index"

    def files() -> dict[str, set[str]]:
        names = {path.name for path in (index / "segments").iterdir()}
        return {
            kind: {name for name in names if name.endswith(kind)} for kind in (".segment", ".stems")
        }

    build(corpus, index, processes=1)
    first = files()
    shell.write({"plain.txt": ENGLISH + "More of the same. "})
    build(corpus, index, processes=1)
    same = files()
    assert first[".segment"] < same[".segment"]
    assert first[".stems"] == same[".stems"]
    shell.write({"fr.txt": FRENCH * 9})
    build(corpus, index, processes=1)
    other = files()
    assert same[".segment"] < other[".segment"]
    assert len(other[".stems"]) == 1
    assert not other[".stems"] & same[".stems"]


def test_an_unchanged_main_language_stems_only_new_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit does not read the words of segments that were committed before."""
    shell = Shell(tmp_path).write({"en.txt": ENGLISH, **NOTES})
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    build(corpus, index, processes=1)
    stemmed = []

    def counted(folder: Path, info: SegmentInfo, language: str) -> StoredFile | None:
        stemmed.append(info)
        return write_main_stems(folder, info, language)

    monkeypatch.setattr(index_writer, "write_main_stems", counted)
    shell.write({"later.txt": "Three ships."})
    build(corpus, index, processes=1)
    assert len(stemmed) == 1


def test_the_command_says_what_unknown_texts_are_searched_as(tmp_path: Path) -> None:
    """`status`, `coverage` and `explain` name the language; a build can set another."""
    shell = Shell(tmp_path).write({"en.txt": ENGLISH, **NOTES})
    shell.run("build", "--corpus", "corpus")
    status = shell.run("status").out
    assert "unknown (searched as en) 2, en 1" in status
    remedy = "searched as en; excerpt build --language XX --from-scratch sets another"
    assert remedy in " ".join(status.split())
    assert (
        "In an unknown language, searched as en:\n  note.txt\n  other.txt"
        in shell.run("coverage").out
    )
    explained = " ".join(shell.run("explain", "ship").out.split())
    assert "ships (unknown language searched as en)" in explained
    assert "note.txt" in shell.run("search", "-l", "ship").out
    shell.run("build", "--language", "fr", "--from-scratch")
    assert "note.txt" not in shell.run("search", "-l", "sights").out
    assert "ships (fr)" in shell.run("explain", "ship").out
