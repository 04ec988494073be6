"""Documents that have a title but no text."""

import pytest

from excerpt.ingest.formats import read_document
from extracted import check_blocks, check_passages


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("map.html", "<title>Map of the\n Harbour</title><p><img src=map.png></p>"),
        ("map.html", "<title>Map of the Harbour</title>"),
        ("map.html", "<title>Map of the Harbour</title><span class=pagenum>12</span>"),
        ("map.md", "---\ntitle: Map of the Harbour\n---\n"),
    ],
)
def test_a_document_without_text_is_found_by_its_title(name: str, source: str) -> None:
    """The title is its text; text that is set apart remains where it is."""
    document = read_document(name, source.encode())
    check_blocks(document)
    (passage,) = check_passages(document)
    assert passage.span.of(document.text) == document.title == "Map of the Harbour"


@pytest.mark.parametrize(
    ("name", "source", "text"),
    [("a.html", "<title>Map</title><p>Text.", "Text."), ("a.txt", "", ""), ("a.html", "<p>", "")],
)
def test_other_documents_remain_as_they_are(name: str, source: str, text: str) -> None:
    """Either there is text, or there is no title."""
    assert read_document(name, source.encode()).text == text
