"""The search path: what `Index` gives for a query, over real indexes of small corpora."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from excerpt.build import build
from excerpt.engines import Engine, Manifest, open_engine
from excerpt.errors import ExcerptError, IndexDamaged, IndexMissing
from excerpt.search import Index

LONG = "One two three four five six seven eight nine ten. " * 18


def made(folder: Path, files: Mapping[str, str]) -> Index:
    """An index of a corpus of `files`."""
    (folder / "corpus").mkdir()
    for name, text in files.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    build(folder / "corpus", folder / "index", processes=1)
    return Index(folder / "index")


@pytest.fixture(scope="module")
def geese(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Three documents: one of many passages, one web page, one short text."""
    files = {
        "long.txt": "\n\n".join(f"{LONG}Geese number {n}." for n in range(8)),
        "page.html": "<title>On geese</title><h1 id='g'>Geese</h1><p>They fly in spring.</p>",
        "short.txt": "A goose, and other geese of the marsh.\n",
    }
    return made(tmp_path_factory.mktemp("geese"), files)


def test_total_is_exact_whatever_the_limit(geese: Index) -> None:
    """It counts all passages, and so does `count`."""
    total = geese.search("geese", limit=None).total
    assert len(geese.search("geese", limit=None)) == total == geese.count("geese")
    assert geese.search("geese", limit=1).total == total
    assert geese.search("geese", limit=0).total == total
    assert geese.search("geese", offset=total + 5).hits == ()


def test_hits_of_one_document_are_limited(geese: Index) -> None:
    """The limit is filled from further down the ranking; rank and total stay true."""
    everything = geese.search("geese", limit=None)
    assert sum(hit.path == "long.txt" for hit in everything) > 2
    found = geese.search("geese", limit=3, per_document=1)
    assert len({hit.path for hit in found}) == len(found) == len({hit.path for hit in everything})
    assert found.total == everything.total
    more = geese.search("geese", limit=1, offset=1, per_document=1)
    assert [hit.path for hit in more] == [found.hits[1].path]


@pytest.mark.parametrize("wish", [{"limit": -1}, {"offset": -1}, {"per_document": 0}])
def test_counts_below_their_start_are_refused(wish: dict[str, int], geese: Index) -> None:
    """A mistake of the caller, not of the query."""
    with pytest.raises(ValueError, match="count from"):
        geese.search("geese", **wish)  # type: ignore[arg-type]


def test_highlights_are_in_the_text_of_the_passage(geese: Index) -> None:
    """Each mark covers the word in one of its forms."""
    for hit in geese.search("geese", limit=None):
        (stored,) = geese.show(hit.passage.id)
        assert hit.snippet.text == stored.text
        assert {mark.of(stored.text).lower() for mark in hit.snippet.highlights} <= {"geese", "goose"}
        assert hit.snippet.highlights


def test_a_match_that_runs_on_into_the_next_passage_is_shown_whole(geese: Index) -> None:
    """The text of the hit is that of the document up to the end of the match."""
    first, second = geese.show("long.txt")[:2]
    words = f'"{first.text.split()[-1]} {second.text.split()[0]}"'
    hits = [hit for hit in geese.search(words, limit=None) if hit.passage.ordinal == 0]
    assert len(hits) == 1
    snippet = hits[0].snippet
    assert snippet.text.startswith(first.text)
    assert snippet.text.endswith(second.text.split()[0])
    assert snippet.highlights[-1].end == len(snippet.text)


def test_title_and_headings_have_marks(geese: Index) -> None:
    """A word of the query is marked there too; what the passage lacks may stand there."""
    (hit,) = geese.search("geese spring")
    assert [mark.of(hit.title.text) for mark in hit.title.highlights] == ["geese"]
    assert [mark.of(hit.headings[0].text) for mark in hit.headings[0].highlights] == ["Geese"]


def test_neighbours_come_with_context(geese: Index) -> None:
    """As many passages before and after as there are, up to the wish."""
    texts = [stored.text for stored in geese.show("long.txt")]
    (hit,) = (hit for hit in geese.search("geese", limit=None, context=2) if hit.passage.ordinal == 1)
    assert hit.before == (texts[0],)
    assert hit.after == tuple(texts[2:4])


def test_partial_matches_are_for_several_plain_words_alone(geese: Index) -> None:
    """A phrase or an operator means what it says."""
    assert geese.search("marsh spring").partial
    assert geese.search("marsh spring").hits == ()
    assert not geese.search('"marsh spring"').partial
    assert not geese.search("marsh AND spring").partial
    assert not geese.search("hovercraft").partial
    assert not geese.search("marsh geese").partial


def test_words_that_stand_nowhere_are_named(geese: Index) -> None:
    """With the nearest that do; also where others of an OR are found."""
    assert geese.search("geesr").notices == ("'geesr' stands nowhere in the index. Near to it: geese.",)
    assert geese.search("geese OR hovercraft").notices == ("'hovercraft' stands nowhere in the index.",)
    assert geese.search("geese").notices == ()


def test_a_phrase_is_taken_without_its_quotes(geese: Index) -> None:
    """Typed or not, straight or curly."""
    assert [
        len(list(geese.phrase(words))) for words in ("other geese", '"other geese"', "“other geese”")
    ] == [1, 1, 1]


def test_each_occurrence_has_the_line_it_begins_on(tmp_path: Path) -> None:
    """Also within one passage of many lines."""
    with made(tmp_path, {"a.txt": "goose one\ntwo goose\n\nthree\ngoose\n"}) as index:
        assert [line.line for line in index.occurrences('"goose"')] == [1, 2, 5]
        assert [line.match for line in index.occurrences('"one two"')] == ["one two"]


def test_show_finds_documents_places_and_passages(geese: Index) -> None:
    """By path, by path and line, by the beginning of an id; what is none of these is said."""
    everything = geese.show("long.txt")
    third = everything[2]
    assert third.passage.lines is not None
    assert geese.show(f"long.txt:{third.passage.lines[0]}") == (third,)
    assert geese.show(third.passage.id, context=1) == everything[1:4]
    with pytest.raises(ExcerptError, match="neither a path"):
        geese.show("long.txt#2")
    with pytest.raises(ExcerptError, match="More than one"):
        geese.show("")


def test_an_index_is_opened_again_when_a_merge_took_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a new look at the catalog, as long as that is of a newer state. A file that stays missing is damage."""
    made(tmp_path, {"a.txt": "geese\n"}).close()
    calls = []

    def failing(times: int, error: Exception) -> Callable[[Path, Manifest], Engine]:
        def attempt(folder: Path, manifest: Manifest) -> Engine:
            calls.append(json.dumps(manifest))
            if len(calls) <= times:
                raise error
            return open_engine(folder, manifest)

        return attempt

    for error in (FileNotFoundError("segment"), IndexDamaged("segment")):
        calls.clear()
        monkeypatch.setattr("excerpt.snapshot.open_engine", failing(1, error))
        with Index(tmp_path / "index") as index:
            assert index.count("geese") == 1
        assert len(calls) == 2
        calls.clear()
        monkeypatch.setattr("excerpt.snapshot.open_engine", failing(9, error))
        with pytest.raises(IndexDamaged, match="segment"):
            Index(tmp_path / "index")
        assert len(calls) == 2


def test_a_missing_index_is_said(tmp_path: Path) -> None:
    """With the folder that was asked for."""
    with pytest.raises(IndexMissing, match="nowhere"):
        Index(tmp_path / "nowhere")
