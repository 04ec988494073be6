"""Text that is set apart: found on request, and never in the way of the running text."""

from collections.abc import Iterator

import pytest

from excerpt import Index, build_index
from excerpt.model import Hit

FILES = {
    "book.html": (
        "<html><head><title>The ferry</title></head><body>"
        "<nav><a href='/'>Homeward</a> <a href='/x'>Elsewhere</a></nav>"
        "<p id=p1>The ferry ran to Jeru<span class=pagenum>25</span>salem and the keeper"
        '<a id="late"></a> lit the<a href="#n1"><sup>7</sup></a> lantern every night.</p>'
        "<p>The lantern stood on the pier.</p></body></html>"
    ),
    "letter.txt": (
        "A letter\n\nWe have rowed the com-\n\n[Page 12]\n\nmon boat to the island and back again\n"
    ),
    "guide.md": "# Guide\n\nRow the [ferry](https://pier.example/boathouse) at dawn.\n",
    "note.wiki": "== Pier ==\n\nThe pier was built by [[Carpenter|a carpenter]] in 1804.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return the index of a document in each format."""
    folder = tmp_path_factory.mktemp("apart")
    for name, text in FILES.items():
        (folder / "corpus" / name).parent.mkdir(exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    build_index(folder / "corpus", folder / "index")
    with Index(folder / "index") as opened:
        yield opened


def highlighted(hit: Hit) -> list[str]:
    """Return the highlighted texts of a hit."""
    return [text for text, is_highlighted in hit.snippet.parts() if is_highlighted]


def test_words_and_phrases_continue_across_marks(index: Index) -> None:
    """A page number in a word, or a note reference in a phrase, does not break it."""
    (hit,) = index.search('"jerusalem and the keeper"').hits
    assert highlighted(hit) == ["Jeru", "salem and the keeper"]
    (hit,) = index.search('"lit the lantern"').hits
    assert highlighted(hit) == ["lit the", "lantern"]
    assert index.count('"common boat"') == 1


def test_a_page_and_an_anchor_are_those_of_the_match(index: Index) -> None:
    """They hold from their own position on, also within a paragraph."""
    (hit,) = index.search("ferry path:book.html").hits
    assert (hit.page, hit.anchor) == ("", "p1")
    (hit,) = index.search('"every night"').hits
    assert (hit.page, hit.anchor) == ("25", "late")
    (line,) = index.concordance('"every night"')
    assert (line.page, line.anchor) == ("25", "late")


def test_boilerplate_is_found_on_request_only(index: Index) -> None:
    """A search without hits names the option that finds the text."""
    results = index.search("homeward")
    assert results.total == 0
    (notice,) = results.notices
    assert notice == (
        "The running text does not match, but text that is set apart does: boilerplate."
        " --everything finds 1 passage."
    )
    (hit,) = index.search("homeward", everything=True).hits
    assert highlighted(hit) == ["Homeward"]
    assert hit.passage.is_set_apart
    assert index.count("homeward kind:boilerplate") == index.count("homeward", everything=True) == 1


@pytest.mark.parametrize(
    ("query", "text"),
    [("7 kind:reference", "7"), ("25 kind:page", "25"), ("12 kind:page", "12")],
)
def test_marks_are_found_by_their_kind(index: Index, query: str, text: str) -> None:
    """The hit shows the passage around the mark, and highlights the mark."""
    (hit,) = index.search(query).hits
    assert highlighted(hit) == [text]
    assert len(hit.snippet.text) > len(text)


def test_negation_does_not_include_text_set_apart(index: Index) -> None:
    """A condition that excludes boilerplate finds the running text alone."""
    n_running = index.count("NOT xylophone")
    assert index.count("NOT homeward") == index.count("NOT kind:boilerplate") == n_running
    assert index.count("NOT xylophone", everything=True) > n_running


def test_show_prints_a_document_once(index: Index) -> None:
    """Text set apart within a passage is shown in its place, other text between the passages."""
    shown = [stored.text for stored in index.show("book.html")]
    assert "Homeward" in shown[0]
    assert "".join(shown).count("25") == 1


@pytest.mark.parametrize("name", FILES)
def test_every_word_shown_is_found(index: Index, name: str) -> None:
    """Whatever word a document shows, a query with the option finds it."""
    from excerpt.text import tokenize

    words = {token.term for stored in index.show(name) for token in tokenize(stored.text)}
    words -= {"jeru25salem", "the7", "com", "mon"}  # a mark is part of them, or in the middle
    assert len(words) > 5
    assert not [word for word in words if not index.count(f'"{word}"', everything=True)]
