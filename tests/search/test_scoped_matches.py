"""Highlights and counts: only the units that match, and only occurrences that do."""

from pathlib import Path

import pytest

from excerpt.search.index import Index
from search.test_search import build_index

WAGES = "Wages rose again. The labour market was quiet. Wages and labour met. Labour fell."
STREETS = "The church street was old. A church stood there, and Church Street led to the church."


@pytest.fixture(scope="module", params=["columnar", "whoosh"])
def index(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Index:
    """Return an index of two paragraphs below a heading, in the format of each engine."""
    folder: Path = tmp_path_factory.mktemp("units")
    files = {
        "page.html": f"<h1>Wages</h1><p>{WAGES}</p><p>{STREETS}</p>",
        "other.html": "<title>The ferry</title><p>Stone bridges replaced it.</p>",
    }
    index = build_index(folder, files)
    index.build(engine=request.param, from_scratch=True)
    return index


CASES = {
    "wages labour": ["Wages", "Wages", "labour", "Wages", "labour", "Labour"],
    "sentence(wages labour)": ["Wages", "labour"],
    "sentence(wages labour) OR fell": ["Wages", "labour", "fell"],
    "sentence(wages labour) OR wages": ["Wages", "Wages", "Wages", "labour"],
    "sentence(wages OR (labour market))": ["Wages", "Wages", "labour", "market", "Wages", "labour"],
    "sentence(labour -wages)": ["labour", "Labour"],
    'sentence("the church" old)': ["The church", "old"],
    'sentence("old a" church)': [],
    'sentence(church street -"led to")': ["church", "street"],
    "paragraph(sentence(labour -wages) met)": ["labour", "met", "Labour"],
    "paragraph(sentence(labour -wages) church)": [],
    "paragraph(labour church)": [],
    "document(labour street)": ["labour", "labour", "Labour", "street", "Street"],
    "church NOT BEFORE/0 street": ["church", "church"],
    "church NOT AFTER/0 the": ["church", "Church"],
    "church NOT NEAR/2 street": ["church", "church"],
    "street NOT AFTER/0 church": [],
    "sentence(church NOT BEFORE/0 street)": ["church", "church"],
    "sentence(quiet NOT BEFORE/0 wages)": ["quiet"],
    "quiet NOT BEFORE/0 wages": [],
    '"led to" AND (church NOT BEFORE/0 street)': ["church", "led to", "church"],
}


@pytest.mark.parametrize("query", CASES)
def test_only_what_matches_is_highlighted_and_counted(index: Index, query: str) -> None:
    """Searches, concordances and counts agree."""
    hits = index.search(query, limit=None)
    texts = [span.of(hit.snippet.text) for hit in hits for span in hit.snippet.highlights]
    assert texts == CASES[query]
    assert index.count_occurrences(query) == len(texts)
    assert [line.match for line in index.concordance(query, limit=None)] == texts


def test_words_of_a_sentence_are_not_highlighted_in_headings(index: Index) -> None:
    """The heading is no part of the sentence."""
    for query, n in (("wages", 1), ("sentence(wages labour)", 0)):
        (hit, *_) = index.search(query)
        assert [len(heading.highlights) for heading in hit.headings] == [n]


def test_not_reports_what_is_in_headings(index: Index) -> None:
    """NOT does not apply to titles and headings, and a notice counts the matches concerned."""
    (notice,) = index.search("bridges NOT ferry").notices
    assert notice == (
        "1 matching passage has 'ferry' in the title or headings, where NOT does not apply."
        " To exclude it, add -title:ferry -heading:ferry."
    )
    excluding = "bridges NOT ferry -title:ferry -heading:ferry"
    assert (index.count("bridges NOT ferry"), index.count(excluding)) == (1, 0)
    assert index.search("bridges NOT priest").notices == ()
    assert len(index.notices("bridges NOT (ferry OR priest)")) == 1
