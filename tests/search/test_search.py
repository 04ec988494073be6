"""Searches with `Index` over real indexes of small corpora."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from excerpt import native
from excerpt.catalog import StoredPassage
from excerpt.engines import Engine, Manifest, open_engine
from excerpt.errors import ExcerptError, IndexDamaged, IndexMissing
from excerpt.indexing.pipeline import build
from excerpt.model import Snippet
from excerpt.present import highlight
from excerpt.search.index import Index
from excerpt.search.options import Order

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
"""Queries of every form."""
LONG = "One two three four five six seven eight nine ten. " * 18


def build_index(folder: Path, files: Mapping[str, str]) -> Index:
    """Build an index of a corpus of `files` and open it."""
    (folder / "corpus").mkdir()
    for name, text in files.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    build(folder / "corpus", folder / "index", processes=1)
    return Index(folder / "index")


@pytest.fixture(scope="module")
def geese(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index of a document of many passages, a web page and a short text."""
    files = {
        "long.txt": "\n\n".join(f"{LONG}Geese number {n}." for n in range(8)),
        "page.html": "<title>On geese</title><h1 id='g'>Geese</h1><p>They fly in spring.</p>",
        "short.txt": "A goose, and other geese of the marsh.\n",
    }
    return build_index(tmp_path_factory.mktemp("geese"), files)


@pytest.fixture(scope="module")
def expanding(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index of texts on tides and the moon, among others.

    Two of them have "tide" only once: y.txt shares more words with the first, but is long; z.txt
    shares none.
    """
    files = {f"o{n}.txt": f"Stone number {n} lies in the field.\n" for n in range(40)}
    files |= {
        f"a{n}.txt": f"The tide and the moon: the tide of day {n}, a tide of the moon.\n"
        for n in range(10)
    }
    files |= {
        "moon.txt": "The moon was full, and the water still.\n",
        "y.txt": "One tide follows the moon of a day, and another the moon of a day of frost, as "
        "people say in the long evenings, and the others think.\n",
        "z.txt": "Tide tables, printed yearly by some town, where people buy them for sixpence.\n",
    }
    return build_index(tmp_path_factory.mktemp("expanding"), files)


def test_the_total_does_not_depend_on_the_limit(geese: Index) -> None:
    """The total is the number of all matching passages, and so is `count`."""
    total = geese.search("geese", limit=None).total
    assert len(geese.search("geese", limit=None)) == total == geese.count("geese")
    assert geese.search("geese", limit=1).total == total
    assert geese.search("geese", limit=0).total == total
    assert geese.search("geese", offset=total + 5).hits == ()


def test_hits_per_document_are_limited(geese: Index) -> None:
    """Later hits fill the limit; ranks count the hits that are shown, the total all matches."""
    all_hits = geese.search("geese", limit=None)
    assert sum(hit.path == "long.txt" for hit in all_hits) > 2
    found = geese.search("geese", limit=3, per_document=1)
    assert len({hit.path for hit in found}) == len(found) == len({hit.path for hit in all_hits})
    assert found.total == all_hits.total
    more = geese.search("geese", limit=1, offset=1, per_document=1)
    assert [hit.path for hit in more] == [found.hits[1].path]


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index of copies of a text with precise, vague and no dates, and of another text."""
    dates = {"b": "1848-03", "c": "1848", "d": "1848-03-02", "e": "1912..1914"}
    files = {
        f"{name}.md": f"---\ndate: {date}\n---\nThe Geese fly.\n" for name, date in dates.items()
    }
    files["a.md"] = "The geese fly.\n"
    files["f.md"] = "---\ndate: 1900\n---\nGeese, geese and more geese: of the geese that fly.\n"
    return build_index(tmp_path_factory.mktemp("dated"), files)


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
def test_hits_have_the_requested_order(sort: Order, expected: str, dated: Index) -> None:
    """Dates are compared by first day, then last day, then path; undated documents come last."""
    found = dated.search("geese", sort=sort, group_duplicates=False)
    assert "".join(hit.path[0] for hit in found) == expected
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5, 6]
    assert "".join(path[0] for path in dated.paths("geese", sort=sort)) == expected
    scores = {hit.path: hit.score for hit in dated.search("geese", group_duplicates=False)}
    assert {hit.path: hit.score for hit in found} == pytest.approx(scores)


def test_duplicates_are_grouped(dated: Index) -> None:
    """The first in the order is a hit and carries the others; the total counts them all."""
    found = dated.search("geese", sort="date")
    assert [hit.path for hit in found] == ["c.md", "f.md"]
    assert [each.path for each in found.hits[0].duplicates] == ["a.md", "b.md", "d.md", "e.md"]
    assert found.hits[1].duplicates == ()
    assert found.total == dated.count("geese") == 6
    (duplicate, *_) = found.hits[0].duplicates
    (stored,) = dated.show(duplicate.passage)
    assert (stored.document.files[0].path, stored.passage.lines) == (
        duplicate.path,
        duplicate.lines,
    )


def test_copies_that_do_not_match_are_no_duplicates(dated: Index) -> None:
    """A field or the case of a word can exclude a copy."""
    (hit,) = dated.search("geese date:1848")
    assert (hit.path, [each.path for each in hit.duplicates]) == ("b.md", ["c.md", "d.md"])
    (hit, _) = dated.search("=geese")
    assert hit.duplicates == ()


def test_duplicates_among_partial_hits_are_grouped(dated: Index) -> None:
    """Partial hits have duplicates like other hits."""
    partial = dated.search("geese hovercraft").partial
    assert [len(hit.duplicates) for hit in partial] == [0, 4]


def test_added_words_change_only_the_order(expanding: Index) -> None:
    """The same passages match, and only the words of the query are highlighted."""
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


def test_added_words_are_alternatives_with_any_word(expanding: Index) -> None:
    """Passages with added words alone match, without highlights, and they are counted."""
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
def test_conditions_hold_with_added_words(query: str, any_word: bool, expanding: Index) -> None:
    """Operators, phrases and fields have the same meaning with added words."""
    plain, expanded = (
        {hit.path for hit in expanding.search(query, limit=None, any_word=any_word, expand=expand)}
        for expand in (False, True)
    )
    assert plain <= expanded
    if not any_word or "OR" not in query:
        assert plain == expanded


def test_copies_vote_for_their_words_once(tmp_path: Path) -> None:
    """A text with ten copies adds no more to the query than a text without."""
    others = {f"o{n}.txt": f"Stone number {n} lies there.\n" for n in range(20)}
    texts = {"a.txt": "An owl sat on the barn.\n", "b.txt": "An owl sat on the tower.\n", **others}
    copies = {f"c{n}.txt": f"An owl sat on the barn{'!' * n}\n" for n in range(1, 9)}
    (tmp_path / "one").mkdir()
    (tmp_path / "ten").mkdir()
    added = []
    for name, files in (("one", texts), ("ten", texts | copies)):
        with build_index(tmp_path / name, files) as index:
            words = dict(index.search("owl", expand=True).added)
            added.append(words["tower"] / words["barn"])
    assert added[1] >= added[0] * 0.99


def test_the_best_hits_per_document_are_shown_in_any_order(geese: Index) -> None:
    """Offset and limit count the hits that are shown, the total all matches."""
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
    """The parts add up for every form of query, with and without added words."""
    found = geese.search(query, limit=3, expand=expand, explain=True)
    assert found.hits
    for hit, parts in zip(found, found.explanations, strict=True):
        explained = geese.explain(query, passage=hit.passage.id, expand=expand)
        assert explained.parts == parts
        assert explained.added == found.added
        assert sum(score for _, score in parts) == pytest.approx(hit.score, abs=1e-9)


@pytest.mark.parametrize("options", [{"limit": -1}, {"offset": -1}, {"per_document": 0}])
def test_numbers_below_their_minimum_are_refused(options: dict[str, int], geese: Index) -> None:
    """They are a mistake of the caller, not of the query."""
    with pytest.raises(ValueError, match="counts from"):
        geese.search("geese", **options)  # type: ignore[arg-type]


def test_highlights_cover_the_words_of_the_query(geese: Index) -> None:
    """Each highlight covers an inflected form of the word."""
    for hit in geese.search("geese", limit=None):
        (stored,) = geese.show(hit.passage.id)
        assert hit.snippet.text == stored.text
        assert {mark.of(stored.text).lower() for mark in hit.snippet.highlights} <= {
            "geese",
            "goose",
        }
        assert hit.snippet.highlights


def test_hits_without_highlights_are_otherwise_the_same(geese: Index) -> None:
    """Text, title and headings have no highlights; all other fields are equal."""

    def plain_text(snippet: Snippet) -> Snippet:
        return Snippet(snippet.text)

    marked = geese.search("geese", limit=None, context=1)
    plain = geese.search("geese", limit=None, context=1, highlight=False)
    assert len(marked.hits) == marked.total
    assert any(hit.snippet.highlights for hit in marked)
    assert plain.hits == tuple(
        hit._replace(
            title=plain_text(hit.title),
            headings=tuple(map(plain_text, hit.headings)),
            snippet=Snippet(hit.snippet.text[: len(hit.passage.span)]),
        )
        for hit in marked
    )


def test_a_match_that_continues_in_the_next_passage_is_shown_whole(geese: Index) -> None:
    """The text of the hit extends to the end of the match."""
    first, second = geese.show("long.txt")[:2]
    words = f'"{first.text.split()[-1]} {second.text.split()[0]}"'
    hits = [hit for hit in geese.search(words, limit=None) if hit.passage.ordinal == 0]
    assert len(hits) == 1
    snippet = hits[0].snippet
    assert snippet.text.startswith(first.text)
    assert snippet.text.endswith(second.text.split()[0])
    assert snippet.highlights[-1].end == len(snippet.text)


def test_title_and_headings_have_highlights(geese: Index) -> None:
    """Words of the query are highlighted there too, even if the passage lacks them."""
    (hit,) = geese.search("geese spring")
    assert [mark.of(hit.title.text) for mark in hit.title.highlights] == ["geese"]
    assert [mark.of(hit.headings[0].text) for mark in hit.headings[0].highlights] == ["Geese"]


def test_context_adds_the_neighbouring_passages(geese: Index) -> None:
    """There are up to `context` passages before and after."""
    texts = [stored.text for stored in geese.show("long.txt")]
    (hit,) = (
        hit for hit in geese.search("geese", limit=None, context=2) if hit.passage.ordinal == 1
    )
    assert hit.before == (texts[0],)
    assert hit.after == tuple(texts[2:4])
    assert [passage.ordinal for passage in hit.passages_before] == [0]
    assert [passage.ordinal for passage in hit.passages_after] == [2, 3]


def test_only_several_plain_words_have_partial_hits(geese: Index) -> None:
    """Phrases, operators and single words have none."""
    assert geese.search("marsh spring").partial
    assert geese.search("marsh spring").hits == ()
    assert not geese.search('"marsh spring"').partial
    assert not geese.search("marsh AND spring").partial
    assert not geese.search("hovercraft").partial
    assert not geese.search("marsh geese").partial


def test_unknown_words_have_notices(geese: Index) -> None:
    """A notice suggests similar words; within OR, it is given although others are found."""
    assert geese.search("geesr").notices == ("'geesr' was not found. Did you mean geese?",)
    assert geese.search("geese OR hovercraft").notices == ("'hovercraft' was not found.",)
    assert geese.search("geese").notices == ()


def test_numbers_in_groups_are_suggested(tmp_path: Path) -> None:
    """A space or a full stop may not join digits, so a number written with them is not found."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("10 000 francs", encoding="utf-8")
    (corpus / "b.txt").write_text("1 234 567 marks, 3,000 pounds, 007", encoding="utf-8")
    build(corpus, tmp_path / "index")
    with Index(tmp_path / "index") as index:
        for query, n, groups in (
            ("10000", "1 passage", "10 000"),
            ("1234567", "1 passage", "1 234 567"),
        ):
            (notice,) = index.search(query).notices
            assert notice == (
                f"'{query}' was not found."
                f' To find it in groups of digits ({n}), write "{groups}".'
            )
            assert index.search(f'"{groups}"').total == int(n[0])
        assert index.search("3000").notices == ()
        assert index.search("10001").notices == ("'10001' was not found.",)


def test_notices_have_words_as_written(tmp_path: Path) -> None:
    """Words of the query have case and accents as typed, suggestions as in the texts."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Die Müller. DIE MÜLLER, ein État, l'état.", encoding="utf-8")
    build(corpus, tmp_path / "index")
    with Index(tmp_path / "index") as index:
        for query, notice in {
            "Müllern": "'Müllern' was not found. Did you mean Müller?",
            '"Mülle"': "'Mülle' was not found. Did you mean Müller?",
            "Étatx": "'Étatx' was not found. Did you mean état?",
            '"Käse Üx"': "'Käse' was not found. 'Üx' was not found.",
            "Xÿz*": "",
            "Mülle": "'Mülle' was not found. Did you mean Müller?",
        }.items():
            assert " ".join(index.search(query).notices) == notice
        assert index.explain("mull*").expansions == (("mull*", ("müller",)),)
        assert index.explain("etta~2").expansions == (("etta~2", ("état",)),)


def test_quotes_of_a_phrase_are_ignored(geese: Index) -> None:
    """A phrase may be given with straight, curly or no quotes."""
    assert [
        len(list(geese.phrase(words)))
        for words in ("other geese", '"other geese"', "“other geese”")
    ] == [1, 1, 1]


def test_occurrences_have_the_line_on_which_they_begin(tmp_path: Path) -> None:
    """Lines are counted within passages of several lines too."""
    with build_index(tmp_path, {"a.txt": "goose one\ntwo goose\n\nthree\ngoose\n"}) as index:
        assert [line.line for line in index.concordance('"goose"')] == [1, 2, 5]
        assert [line.match for line in index.concordance('"one two"')] == ["one two"]


def test_show_accepts_paths_lines_and_ids(geese: Index) -> None:
    """A location is a path, a path with a line, or a unique prefix of an id."""
    passages = geese.show("long.txt")
    third = passages[2]
    assert third.passage.lines is not None
    assert geese.show(f"long.txt:{third.passage.lines[0]}") == (third,)
    assert geese.show(third.passage.id, context=1) == passages[1:4]
    with pytest.raises(ExcerptError, match="there is no anchor"):
        geese.show("long.txt#2")
    with pytest.raises(ExcerptError, match="neither the path"):
        geese.show("nowhere")
    with pytest.raises(ExcerptError, match="is empty"):
        geese.show("")
    first_digits = Counter(passage.passage.id[0] for passage in passages)
    ((digit, n),) = first_digits.most_common(1)
    assert n > 1
    with pytest.raises(ExcerptError, match="More than one"):
        geese.show(digit)


def test_opening_is_retried_if_a_build_removes_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newer state is opened then; a file that stays missing is damage."""
    build_index(tmp_path, {"a.txt": "geese\n"}).close()
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
@pytest.mark.parametrize("listed", ["passages", "files", "paths", "concordance", "phrase"])
def test_an_iterator_does_not_continue_in_another_state(
    listed: str, end: str, begun: int, tmp_path: Path
) -> None:
    """After a build or `close`, the next item is an error and never a text of another state."""
    files = {f"{number:03}.txt": f"Geese number{number} fly.\n" for number in range(400)}
    index = build_index(tmp_path, files)
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


def test_a_missing_index_is_an_error(tmp_path: Path) -> None:
    """The error names the folder."""
    with pytest.raises(IndexMissing, match="nowhere"):
        Index(tmp_path / "nowhere")


def test_hits_are_tokenized_in_batches(geese: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many hits there are, the tokens of at most one batch are in memory.

    The kernel finds those of one passage after the other.
    """
    monkeypatch.setattr(native, "kernel", None)
    sizes = []

    def recorded(passages: Sequence[StoredPassage]) -> list[highlight.TokenOffsets]:
        sizes.append(len(passages))
        return token_offsets(passages)

    token_offsets = highlight.token_offsets
    monkeypatch.setattr(highlight, "token_offsets", recorded)
    monkeypatch.setattr("excerpt.search.snippets._BATCH", 2)
    hits = geese.search("geese", limit=None, group_duplicates=False).hits
    assert len(hits) > 2
    assert sum(sizes) == len(hits)
    assert max(sizes) == 2
