"""The search path: what `Index` gives for a query, over real indexes of small corpora."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from excerpt.catalog import StoredPassage
from excerpt.engines import Engine, Manifest, open_engine
from excerpt.errors import ExcerptError, IndexDamaged, IndexMissing
from excerpt.indexing.pipeline import build
from excerpt.model import Snippet
from excerpt.present import highlight
from excerpt.search.index import Index
from excerpt.search.top_hits import Order

FORMS = (
    *(
        "geese",
        "geese spring",
        '"other geese"',
        '="Geese"',
        "=Geese",
        "ge?se",
        "goos~",
        "/g.*e/",
        "geese^3 marsh",
    ),
    *(
        '"geese the marsh"~3',
        "geese NEAR/5 marsh",
        "geese BEFORE/5 marsh",
        "geese OR spring",
        "geese AND NOT ten",
    ),
    *(
        "sentence(geese marsh)",
        "paragraph(geese number)",
        "document(geese spring)",
        "-spring",
        "title:geese",
    ),
    *(
        "heading:geese",
        "path:long.txt",
        "kind:paragraph geese",
        "format:html",
        "(geese OR ten) marsh",
        "geese-fly OR geese",
    ),
)
"""Every form of a query."""
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


@pytest.fixture(scope="module")
def expanding(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Texts of tides and moons among others; of those that have the word asked for, the last has nothing else in common
    with the first, and that before it has, but it is long."""
    files = {f"o{n}.txt": f"Stone number {n} lies in the field.\n" for n in range(40)}
    files |= {
        f"a{n}.txt": f"The tide and the moon: the tide of day {n}, a tide of the moon.\n"
        for n in range(10)
    }
    files |= {
        "moon.txt": "The moon was full, and the water still.\n",
        "y.txt": "One tide follows the moon of a day, and another the moon of a day of frost, as people say in the long evenings, and the others think.\n",
        "z.txt": "Tide tables, printed yearly by some town, where people buy them for sixpence.\n",
    }
    return made(tmp_path_factory.mktemp("expanding"), files)


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


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Editions of a text under dates, precise, vague and none, and one text of its own."""
    dates = {"b": "1848-03", "c": "1848", "d": "1848-03-02", "e": "1912..1914"}
    files = {
        f"{name}.md": f"---\ndate: {date}\n---\nThe Geese fly.\n" for name, date in dates.items()
    }
    files["a.md"] = "The geese fly.\n"
    files["f.md"] = "---\ndate: 1900\n---\nGeese, geese and more geese: of the geese that fly.\n"
    return made(tmp_path_factory.mktemp("dated"), files)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("path", "abcdef"),
        ("-path", "fedcba"),
        ("date", "cbdfea"),
        ("-date", "efdbca"),
        ("score", "fabcde"),
    ],
)
def test_hits_come_in_the_order_that_is_wished(sort: Order, expected: str, dated: Index) -> None:
    """By the first day of a date, then its last; undated documents are last, and paths tell what is alike apart."""
    found = dated.search("geese", sort=sort, group_duplicates=False)
    assert "".join(hit.path[0] for hit in found) == expected
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5, 6]
    assert "".join(path[0] for path in dated.paths("geese", sort=sort)) == expected
    scores = {hit.path: hit.score for hit in dated.search("geese", group_duplicates=False)}
    assert {hit.path: hit.score for hit in found} == pytest.approx(scores)


def test_the_same_words_are_shown_once(dated: Index) -> None:
    """By the first in the order; it names the others, and the total counts them all."""
    found = dated.search("geese", sort="date")
    assert [hit.path for hit in found] == ["c.md", "f.md"]
    assert [twin.path for twin in found.hits[0].duplicates] == ["a.md", "b.md", "d.md", "e.md"]
    assert found.hits[1].duplicates == ()
    assert found.total == dated.count("geese") == 6
    (twin, *_) = found.hits[0].duplicates
    (stored,) = dated.show(twin.passage)
    assert (stored.document.files[0].path, stored.passage.lines) == (twin.path, twin.lines)


def test_copies_that_do_not_match_are_not_named(dated: Index) -> None:
    """A field says so, or the case of a word."""
    (hit,) = dated.search("geese date:1848")
    assert (hit.path, [twin.path for twin in hit.duplicates]) == ("b.md", ["c.md", "d.md"])
    (hit, _) = dated.search("=geese")
    assert hit.duplicates == ()


def test_partial_matches_are_folded_as_well(dated: Index) -> None:
    """They are hits like others."""
    partial = dated.search("geese hovercraft").partial
    assert [len(hit.duplicates) for hit in partial] == [0, 4]


def test_added_words_change_the_order_of_what_matches(expanding: Index) -> None:
    """All the words stay required; only those that were asked for are marked."""
    plain, expanded = (
        expanding.search("tide", limit=None, expand=expand) for expand in (False, True)
    )
    assert {hit.path for hit in plain} == {hit.path for hit in expanded}
    assert plain.added == ()
    assert "moon" in dict(expanded.added)
    assert all(
        mark.of(hit.snippet.text).lower().startswith("tide")
        for hit in expanded
        for mark in hit.snippet.highlights
    )
    assert [hit.path for hit in plain][-2:] == ["z.txt", "y.txt"]
    assert [hit.path for hit in expanded][-2:] == ["y.txt", "z.txt"]


def test_added_words_are_alternatives_where_any_word_will_do(expanding: Index) -> None:
    """What has them alone is found without a mark, and counted as shown."""
    found = expanding.search("tide", any_word=True, limit=None, expand=True)
    assert "moon.txt" in {hit.path for hit in found}
    assert (
        found.total == expanding.count("tide", any_word=True, expand=True) > expanding.count("tide")
    )
    assert {hit.path for hit in found} == set(expanding.paths("tide", any_word=True, expand=True))
    (hit,) = (hit for hit in found if hit.path == "moon.txt")
    assert hit.snippet.highlights == ()


@pytest.mark.parametrize("any_word", [False, True])
@pytest.mark.parametrize("query", ["tide NOT sea", '"the tide"', "title:x OR tide", "path:y.txt"])
def test_what_a_query_requires_stays_required(query: str, any_word: bool, expanding: Index) -> None:
    """Operators, phrases and fields mean with added words what they mean without."""
    plain, expanded = (
        {hit.path for hit in expanding.search(query, limit=None, any_word=any_word, expand=expand)}
        for expand in (False, True)
    )
    assert plain <= expanded
    if not any_word or "OR" not in query:
        assert plain == expanded


def test_copies_speak_for_their_words_once(tmp_path: Path) -> None:
    """A text that was printed ten times adds no more than one that was not."""
    others = {f"o{n}.txt": f"Stone number {n} lies there.\n" for n in range(20)}
    texts = {"a.txt": "An owl sat on the barn.\n", "b.txt": "An owl sat on the tower.\n", **others}
    copies = {f"c{n}.txt": f"An owl sat on the barn{'!' * n}\n" for n in range(1, 9)}
    (tmp_path / "one").mkdir()
    (tmp_path / "ten").mkdir()
    added = []
    for name, files in (("one", texts), ("ten", texts | copies)):
        with made(tmp_path / name, files) as index:
            words = dict(index.search("owl", expand=True).added)
            added.append(words["tower"] / words["barn"])
    assert added[1] >= added[0] * 0.99


def test_the_best_of_each_document_are_taken_whatever_the_order(geese: Index) -> None:
    """In the order that is wished; offset and limit count what is shown, the total what matches."""
    best = {hit.passage.id for hit in geese.search("geese", limit=None, per_document=2)}
    by_path = geese.search("geese", limit=None, per_document=2, sort="path")
    assert {hit.passage.id for hit in by_path} == best
    assert [hit.path for hit in by_path] == ["long.txt", "long.txt", "page.html", "short.txt"]
    first, second = (hit.passage.ordinal for hit in by_path.hits[:2])
    assert first < second
    page = geese.search("geese", limit=2, offset=1, per_document=2, sort="path")
    assert [(hit.rank, hit.path) for hit in page] == [(2, "long.txt"), (3, "page.html")]
    assert page.total == geese.count("geese") > 4


@pytest.mark.parametrize("query", FORMS)
@pytest.mark.parametrize("expand", [False, True])
def test_the_parts_of_a_score_add_up(query: str, expand: bool, geese: Index) -> None:
    """For every form of query, with added words and without."""
    found = geese.search(query, limit=3, expand=expand, explain=True)
    assert found.hits
    for hit, parts in zip(found, found.explanations, strict=True):
        explained = geese.explain(query, passage=hit.passage.id, expand=expand)
        assert explained.parts == parts
        assert explained.added == found.added
        assert sum(score for _, score in parts) == pytest.approx(hit.score, abs=1e-9)


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
        assert {mark.of(stored.text).lower() for mark in hit.snippet.highlights} <= {
            "geese",
            "goose",
        }
        assert hit.snippet.highlights


def test_without_highlights_the_hits_are_the_same_but_for_marks(geese: Index) -> None:
    """Neither text nor title nor headings have a mark; whatever else a hit says stays."""

    def bare(snippet: Snippet) -> Snippet:
        return Snippet(snippet.text)

    marked = geese.search("geese", limit=None, context=1)
    plain = geese.search("geese", limit=None, context=1, highlight=False)
    assert len(marked.hits) == marked.total
    assert any(hit.snippet.highlights for hit in marked)
    assert plain.hits == tuple(
        hit._replace(
            title=bare(hit.title),
            headings=tuple(map(bare, hit.headings)),
            snippet=Snippet(hit.snippet.text[: len(hit.passage.span)]),
        )
        for hit in marked
    )


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
    (hit,) = (
        hit for hit in geese.search("geese", limit=None, context=2) if hit.passage.ordinal == 1
    )
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
    assert geese.search("geesr").notices == (
        "'geesr' stands in no text of the index. Near to it: geese.",
    )
    assert geese.search("geese OR hovercraft").notices == (
        "'hovercraft' stands in no text of the index.",
    )
    assert geese.search("geese").notices == ()


def test_a_phrase_is_taken_without_its_quotes(geese: Index) -> None:
    """Typed or not, straight or curly."""
    assert [
        len(list(geese.phrase(words)))
        for words in ("other geese", '"other geese"', "“other geese”")
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
            calls.append(json.dumps(manifest.to_json()))
            if len(calls) <= times:
                raise error
            return open_engine(folder, manifest)

        return attempt

    for error in (FileNotFoundError("segment"), IndexDamaged("segment")):
        calls.clear()
        monkeypatch.setattr("excerpt.search.snapshot.open_engine", failing(1, error))
        with Index(tmp_path / "index") as index:
            assert index.count("geese") == 1
        assert len(calls) == 2
        calls.clear()
        monkeypatch.setattr("excerpt.search.snapshot.open_engine", failing(9, error))
        with pytest.raises(IndexDamaged, match="segment"):
            Index(tmp_path / "index")
        assert len(calls) == 2


@pytest.mark.parametrize("begun", [0, 1, 300])
@pytest.mark.parametrize("end", ["build", "build from scratch", "close"])
@pytest.mark.parametrize("listed", ["passages", "files", "paths", "occurrences", "phrase"])
def test_what_was_found_in_one_state_is_not_read_from_another(
    listed: str, end: str, begun: int, tmp_path: Path
) -> None:
    """However much of it was read before a build or the end: what is left is an error, and never another text."""
    files = {f"{number:03}.txt": f"Geese number{number} fly.\n" for number in range(400)}
    index = made(tmp_path, files)
    found = iter(getattr(index, listed)("geese"))
    for _ in range(begun):
        next(found)
    if end == "close":
        index.close()
    else:
        for number in range(0, 400, 3):
            (tmp_path / "corpus" / f"{number:03}.txt").write_text(f"The other geese of {number}.\n")
        index.build(processes=1, from_scratch=end == "build from scratch")
    with pytest.raises(ExcerptError, match="closed"):
        next(found)
    index.close()


def test_a_missing_index_is_said(tmp_path: Path) -> None:
    """With the folder that was asked for."""
    with pytest.raises(IndexMissing, match="nowhere"):
        Index(tmp_path / "nowhere")


def test_words_of_few_hits_are_held_at_once(geese: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many hits are asked for, the words of a batch of them are found together, and no more."""
    sizes = []

    def noted(found: Sequence[StoredPassage]) -> list[highlight.TokenOffsets]:
        sizes.append(len(found))
        return token_offsets(found)

    token_offsets = highlight.token_offsets
    monkeypatch.setattr(highlight, "token_offsets", noted)
    monkeypatch.setattr("excerpt.search.hits._BATCH", 2)
    hits = geese.search("geese", limit=None, group_duplicates=False).hits
    assert len(hits) > 2
    assert sum(sizes) == len(hits)
    assert max(sizes) == 2
