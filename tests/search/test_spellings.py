"""Searches with other spellings: of older print, misread, and of Chinese characters."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import excerpt
from excerpt import Index
from excerpt.errors import QueryError
from excerpt.model import Span
from excerpt.query import variants
from excerpt.query.ast import Word
from excerpt.text import stem
from shell import Shell

FILES = {
    "de-old.txt": "Der größte Theil der Arbeiter vnnd alle Frawen giengen auff die Straße,"
    " d. h. auf alle Theile der Stadt, dasz man sie ſehen kan.",
    "de-new.txt": "Ein Teil der Arbeiter und viele Frauen gingen auf die Straße, d.h. auf alle"
    " Teile der Stadt, so dass man sie sehen kann.",
    "en-old.txt": "And he came vnto the citie with great loue, and iustice was done to the kinge"
    " and to all his people with much goodnesse.",
    "en-new.txt": "He came unto the city with great love, and justice was done to the king; the"
    " communists met in the tin hall, which had thin walls.",
    "en-ocr.txt": "The cornmunist party met in the town hall to discuss the modem world and the"
    " poffeffion of the land by all the people in l917.",
    "fr-old.txt": "Il estoit en ceste ville depuis longtemps et les enfans alloient à l'escole"
    " avec le roy de ceste contrée.",
    "fr-new.txt": "Il était dans cette ville depuis longtemps, et les enfants allaient à l'école"
    " avec le roi de cette contrée. Un mois est long, mais il passe.",
    "zh-old.txt": "中國的經濟發展很快，頭髮也長得快。人民的生活水平提高了。",
    "zh-new.txt": "中国的经济发展很快，头发也长得快。人民的生活水平提高了。",
    "ja.txt": "国の経済の発展はとても早く、学校の数も増えた。",
}


@pytest.fixture(scope="module", params=["columnar", "whoosh"])
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """An index of `FILES` in both formats."""
    folder = tmp_path_factory.mktemp("spellings")
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    excerpt.build_index(folder / "corpus", folder / "index", engine=request.param)
    with excerpt.open(folder / "index") as opened:
        yield opened


def highlights(index: Index, query: str, **options: Any) -> dict[str, list[str]]:
    """Return the highlighted texts by path, and check that all ways of counting agree."""
    found = index.search(query, **options)
    assert found.total == len(found) == index.count(query, **options)
    assert found.total == sum(1 for _ in index.passages(query, **options))
    return {hit.path: [span.of(hit.text) for span in hit.snippet.highlights] for hit in found}


OLD = [
    ("Teil", {"de-new.txt": ["Teil", "Teile"], "de-old.txt": ["Theil", "Theile"]}),
    ("Theile", {"de-new.txt": ["Teil", "Teile"], "de-old.txt": ["Theil", "Theile"]}),
    ('"Teil"', {"de-new.txt": ["Teil"], "de-old.txt": ["Theil"]}),
    ("=Teil", {"de-new.txt": ["Teil"]}),
    ("Teil*", {"de-new.txt": ["Teil", "Teile"], "de-old.txt": ["Theil", "Theile"]}),
    ('"und viele"~9', {"de-new.txt": ["und viele"]}),
    ("d.h.", {"de-new.txt": ["d.h."], "de-old.txt": ["d. h."]}),
    ('"d. h."', {"de-new.txt": ["d.h."], "de-old.txt": ["d. h."]}),
    (
        "d.h. Teil",
        {"de-new.txt": ["Teil", "d.h.", "Teile"], "de-old.txt": ["Theil", "d. h.", "Theile"]},
    ),
    ('"unto the city"', {"en-new.txt": ["unto the city"], "en-old.txt": ["vnto the citie"]}),
    ("loue NEAR/3 justice", {"en-new.txt": ["love", "justice"], "en-old.txt": ["loue", "iustice"]}),
    ("sentence(unto king)", {"en-new.txt": ["unto", "king"], "en-old.txt": ["vnto", "kinge"]}),
    ("thin", {"en-new.txt": ["thin"]}),
    ("école", {"fr-new.txt": ["école"], "fr-old.txt": ["escole"]}),
    ("enfants", {"fr-new.txt": ["enfants"], "fr-old.txt": ["enfans"]}),
    ('"estoit"', {"fr-new.txt": ["était"], "fr-old.txt": ["estoit"]}),
    ("mois", {"fr-new.txt": ["mois"]}),
]
"""Queries with --old-spelling and what they find."""


@pytest.mark.parametrize(("query", "expected"), OLD)
def test_old_spelling(index: Index, query: str, expected: dict[str, list[str]]) -> None:
    """In words, phrases, wildcards, NEAR and scopes; each language has its own rules."""
    assert highlights(index, query, old_spelling=True) == expected


def test_misreadings(index: Index) -> None:
    """One or two confusions in a word, and every long s."""
    assert highlights(index, "communists", ocr=True) == {
        "en-new.txt": ["communists"],
        "en-ocr.txt": ["cornmunist"],
    }
    assert highlights(index, '"modern world" possession', ocr=True) == {
        "en-ocr.txt": ["modem world", "poffeffion"]
    }
    assert highlights(index, "1917", ocr=True) == {"en-ocr.txt": ["l917"]}


def test_characters(index: Index) -> None:
    """Traditional, simplified and Japanese forms, in phrases and in the pairs of a question."""
    assert highlights(index, "发展", han_variants=True) == {
        "ja.txt": ["発展"],
        "zh-new.txt": ["发展"],
        "zh-old.txt": ["發展"],
    }
    assert set(highlights(index, '"中國"', han_variants=True)) == {"zh-new.txt", "zh-old.txt"}
    assert set(highlights(index, "头发怎么样", han_variants=True)) == {"zh-new.txt", "zh-old.txt"}


def test_the_word_as_typed_ranks_first(index: Index) -> None:
    """The passages are alike, apart from their spelling."""
    for query in ("love", "loue"):
        best = index.search(query, old_spelling=True)[0]
        assert query in best.text


def test_words_with_the_same_stem_are_no_other_spelling(index: Index) -> None:
    """Stemming decides which of these a word finds, with or without the options."""
    for query in ("passe", "longue", "contrees", "thinly"):
        each_kind: list[dict[str, Any]] = [{"old_spelling": True}, {"ocr": True}]
        for options in each_kind:
            plain = {form for _, form in index._engine.vocabulary.forms(Word(query))}
            added = dict(index.explain(query, **options).spellings).get(query, ())
            assert not plain.intersection(added)
            for language in ("en", "fr"):
                own = stem(language, query)
                assert all(stem(language, each) != own for each in added)


def test_all_are_off_by_default(index: Index) -> None:
    """A query finds its words as they are written."""
    assert set(highlights(index, "Theil")) == {"de-old.txt"}
    assert set(highlights(index, "中國")) == {"zh-old.txt"}
    assert not index.search("modern").total
    assert index.explain("Theil").spellings == ()


def test_explain_lists_what_is_added(index: Index) -> None:
    """Only words of the index are."""
    explained = index.explain("Teil und xyzzy", old_spelling=True)
    assert explained.spellings == (("Teil", ("theil", "theile")), ("und", ("vnnd",)))
    assert explained.meaning == "teil und xyzzy"


def test_operands_that_are_left_as_they_are_have_a_notice(index: Index) -> None:
    """Exact forms, fuzzy words and regular expressions."""
    (notice,) = index.search("=Teil OR Theil~ OR /Th.*/", old_spelling=True).notices
    assert notice.startswith("No other spellings are added to =Teil, theil~, /th.*/.")


def test_the_number_of_spellings_is_bounded(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest are added, and a notice gives their number."""
    monkeypatch.setattr(variants, "MAX_VARIANTS", 1)
    found = index.search("发", han_variants=True)
    assert found.query.spellings in {(("发", ("発",)),), (("发", ("發",)),), (("发", ("髮",)),)}
    assert found.notices[0] == "发 has 3 other spellings; 1 are added."


def test_too_many_candidates_are_a_notice(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The word is searched as it is typed."""

    def refuse(_: object) -> frozenset[str]:
        raise QueryError("too many", "", Span(0, 0))

    monkeypatch.setattr(index._engine.vocabulary, "expand", refuse)
    (notice,) = index.explain("Theil", old_spelling=True).notices
    assert notice == "Too many words of the index may be spellings of Theil; none are added."


def test_the_command(tmp_path: Path) -> None:
    """Options of search, explain, concordance and batch."""
    shell = Shell(tmp_path)
    shell.write({name: FILES[name] for name in ("de-old.txt", "de-new.txt")})
    assert shell.run("build").code == 0
    assert shell.run("search", "Teil", "-c").out == "1\n"
    assert shell.run("search", "Teil", "--old-spelling", "-c").out == "2\n"
    assert shell.run("concordance", "Teil", "--old-spelling", "--count").out == "4\n"
    explained = shell.run("explain", "Teil", "--old-spelling")
    assert "  Teil: theil, theile" in explained.lines
    record = json.loads(shell.run("explain", "Teil", "--old-spelling", "--json").out)
    assert record["spellings"] == [{"word": "Teil", "spellings": ["theil", "theile"]}]
    (tmp_path / "queries.txt").write_text("Teil\n")
    table = shell.run("batch", "queries.txt", "--old-spelling").lines
    assert table[1].split(",")[:4] == ["", "Teil", "2", "2"]
