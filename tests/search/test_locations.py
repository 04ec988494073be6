"""Every location that a hit or a line displays opens exactly its passage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import excerpt
from excerpt.present.alignment import _clean_lines
from excerpt.present.render import _location_lines
from excerpt.present.terminal import PLAIN
from excerpt.search.index import Index

CORPUS = Path(__file__).parent.parent.parent / "corpus"
SENTENCE = "Once the mill was closed, the weavers went to the next town and wove there. "
FILES = {
    "one line.txt": SENTENCE * 60,
    "page.html": f"<p id=a>{SENTENCE * 20}</p><p>{SENTENCE * 20}</p><p id=b>Woven {SENTENCE}</p>",
    "bare.html": f"<p>{SENTENCE * 20}</p><p>{SENTENCE * 20}</p>",
    "notes.md": f"Text{SENTENCE * 3}[^1] and {SENTENCE * 30}\n\n[^1]: A note on weavers.\n",
    "a ¶3.txt": f"A name with a sign. {SENTENCE}",
    "deep/a#b.html": f"<p id=x>{SENTENCE}</p>",
    "letter.eml": "From: a@example.org\nSubject: mill\nDate: Tue, 2 Mar 2005 10:00:00 +0000\n\n"
    + "\n\n".join([SENTENCE * 20, SENTENCE * 20]),
}
QUERIES = ("-zzzz", "the", "weavers OR der OR le", "kind:note", "kind:boilerplate OR kind:page")


@pytest.fixture(scope="module", params=["corpus", "awkward"])
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """Return an index of the sample corpus, or of files whose passages share lines and anchors."""
    folder = tmp_path_factory.mktemp("locations")
    corpus = CORPUS
    if request.param == "awkward":
        corpus = folder / "corpus"
        for name, text in FILES.items():
            (corpus / name).parent.mkdir(parents=True, exist_ok=True)
            (corpus / name).write_text(text, encoding="utf-8")
    excerpt.build_index(corpus, folder / "index", processes=1)
    with Index(folder / "index") as opened:
        yield opened


def ids_at(index: Index, location: str) -> list[str]:
    """Return the ids of the passages that a location opens."""
    return [stored.passage.id for stored in index.show(location)]


@pytest.mark.parametrize("query", QUERIES)
def test_the_location_of_a_hit_opens_its_passage(index: Index, query: str) -> None:
    """Both that of the command, with its page, and that of the interface."""
    for hit in index.search(query, limit=None, everything=True):
        (shown,) = _location_lines(hit, 1_000, PLAIN, has_ids=False, has_scores=False)
        without_notes = shown.strip().partition("  (")[0].partition("  +")[0]
        assert ids_at(index, without_notes) == [hit.passage.id], shown
        assert ids_at(index, hit.location) == [hit.passage.id]


@pytest.mark.parametrize("query", QUERIES[1:3])
def test_the_location_of_a_line_opens_its_passage(index: Index, query: str) -> None:
    """A line of a concordance names the line of its match."""
    lines = list(index.concordance(query, everything=True))
    for line, shown in zip(lines, _clean_lines(lines, has_dates=False), strict=True):
        assert ids_at(index, shown.location) == [line.passage], shown.location


def test_a_number_that_no_passage_has_is_an_error(index: Index) -> None:
    """The message says how many there are."""
    hit = index.search("the", limit=1)[0]
    with pytest.raises(excerpt.ExcerptError, match="there is no passage 999"):
        index.show(f"{hit.path} ¶999")
