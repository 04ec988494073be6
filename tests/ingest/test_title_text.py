"""Documents that have a title but no text."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import BlockKind
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


@pytest.mark.parametrize(
    "source",
    [
        "---\ntitle: Only Front Matter\n---\n",
        "---\ntitle: Only Front Matter\nauthor: Ann\n---",
        '+++\ntitle = "Only Front Matter"\n+++\n\n\n',
    ],
)
def test_the_title_is_on_a_line_of_the_file(source: str) -> None:
    """However the front matter is written, and whatever follows it."""
    document = read_document("a.md", source.encode())
    heading = next(block for block in document.blocks if block.kind is BlockKind.HEADING)
    assert heading.span.of(document.text) == "Only Front Matter"
    line = document.text.count("\n", 0, heading.span.start) + 1
    assert line <= len(source.splitlines())
