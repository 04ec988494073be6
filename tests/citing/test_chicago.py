"""Notes in the style of the Chicago Manual: golden notes for each kind of work."""

import pytest

from cited import TODAY, cited, stored
from excerpt.citing import cite_document, format_citations
from excerpt.citing.chicago import note_of
from excerpt.citing.citation import Citation
from excerpt.model import Page, Span

PAPERS = "papers/strike.txt"


def note(citation: Citation) -> str:
    """Return the note of a citation without its check line."""
    return "".join(run.text for run in note_of(citation))


NOTES: dict[str, tuple[dict[str, str], str]] = {
    "nothing is known": ({}, f"“The Strike,” n.d., {PAPERS}."),
    "an undated work": (
        {"author": "Kell, Hugh", "date": "n. d."},
        f"Hugh Kell, “The Strike,” n.d., {PAPERS}.",
    ),
    "a literal name and an approximate year": (
        {"author": "The Allotment Society", "date": "c. 1848"},
        f"The Allotment Society, “The Strike,” ca. 1848, {PAPERS}.",
    ),
    "two authors": (
        {"author": "Marsh, Hilda; Kell, Hugh", "date": "1848-02"},
        f"Hilda Marsh and Hugh Kell, “The Strike,” February 1848, {PAPERS}.",
    ),
    "three authors, one with a suffix": (
        {"author": "Marsh, Hilda; Kell, Hugh, Jr.; Muller, F.", "date": "1917..1921"},
        f"Hilda Marsh, Hugh Kell, Jr., and F. Muller, “The Strike,” 1917–1921, {PAPERS}.",
    ),
    "four authors": (
        {"author": "A, A; B, B; C, C; D, D", "year": "44 BC"},
        f"A A et al., “The Strike,” 44 BC, {PAPERS}.",
    ),
    "a suffix of one part": (
        {"author": "King, Jr.; Smith, Jane and Jones, Bob", "date": "1848"},
        f"King, Jr. and Smith, Jane and Jones, Bob, “The Strike,” 1848, {PAPERS}.",
    ),
    "a century": ({"date": "18th century"}, f"“The Strike,” 18th century, {PAPERS}."),
    "a decade": ({"date": "c. 1920s"}, f"“The Strike,” ca. 1920s, {PAPERS}."),
    "years like a decade": ({"date": "1840..1849"}, f"“The Strike,” 1840–1849, {PAPERS}."),
    "an article in nothing": (
        {"type": "article", "date": "1848"},
        f"“The Strike” (1848), {PAPERS}.",
    ),
    "a letter": (
        {
            "type": "letter",
            "author": "Muller, Franz",
            "recipient": "Voss, Anna",
            "date": "24 February 1848",
            "collection": "Voss Papers",
            "shelfmark": "MS 12/3",
            "repository": "City Archives",
        },
        "Franz Muller to Anna Voss, February 24, 1848, Voss Papers, MS 12/3, City Archives.",
    ),
    "a letter to a person unknown": (
        {"type": "Brief", "author": "Muller, Franz", "date": "1848"},
        f"Franz Muller, “The Strike,” letter, 1848, {PAPERS}.",
    ),
    "a speech": (
        {"type": "speech", "author": "Marsh, Hilda", "date": "1926-05-04", "place": "London"},
        f"Hilda Marsh, “The Strike” (speech, London, May 4, 1926), {PAPERS}.",
    ),
    "a newspaper": (
        {
            "type": "newspaper article",
            "collection": "The Morning Post",
            "date": "1926-05-04",
            "url": "https://example.org/post/1?a=b",
        },
        (
            "“The Strike,” The Morning Post, May 4, 1926, accessed November 27, 2026,"
            " https://example.org/post/1?a=b."
        ),
    ),
    "a journal": (
        {"type": "article-journal", "author": "Kell, Hugh", "journal": "Past", "date": "1988"},
        f"Hugh Kell, “The Strike,” Past (1988), {PAPERS}.",
    ),
    "a book": (
        {
            "type": "book",
            "author": "Kell, Hugh",
            "editor": "Marsh, Hilda",
            "translator": "Muller, F.",
            "publisher": "Oak Press",
            "place": "Leeds",
            "date": "1901",
        },
        (
            "Hugh Kell, The Strike, ed. Hilda Marsh, trans. F. Muller (Leeds: Oak Press, 1901),"
            f" {PAPERS}."
        ),
    ),
    "a chapter": (
        {"type": "chapter", "author": "Kell, Hugh", "collection": "Works", "date": "1901"},
        f"Hugh Kell, “The Strike,” in Works (1901), {PAPERS}.",
    ),
    "an article in a volume": (
        {
            "type": "article-journal",
            "author": "Kell, Hugh",
            "journal": "Past",
            "volume": "12",
            "issue": "3",
            "date": "1988",
        },
        f"Hugh Kell, “The Strike,” Past 12, no. 3 (1988), {PAPERS}.",
    ),
    "an issue of a journal without volumes": (
        {"type": "article-journal", "journal": "Past", "issue": "64", "date": "1974"},
        f"“The Strike,” Past, no. 64 (1974), {PAPERS}.",
    ),
    "a chapter of an edited book": (
        {
            "type": "chapter",
            "author": "Kell, Hugh",
            "editor": "Marsh, Hilda; Voss, Anna",
            "translator": "Muller, F.",
            "collection": "Works",
            "volume": "2",
            "publisher": "Oak Press",
            "date": "1901",
        },
        (
            "Hugh Kell, “The Strike,” trans. F. Muller, in Works, vol. 2, ed. Hilda Marsh and Anna"
            f" Voss (Oak Press, 1901), {PAPERS}."
        ),
    ),
    "a report": (
        {"type": "report", "author": "Labour Office", "place": "Geneva", "date": "1919"},
        f"Labour Office, The Strike (Geneva, 1919), {PAPERS}.",
    ),
    "a page of a website": (
        {"type": "webpage", "collection": "History", "date": "2024", "url": "https://example.org"},
        ("“The Strike,” History, 2024, accessed November 27, 2026, https://example.org."),
    ),
    "a manuscript in an archive": (
        {"type": "diary", "author": "Kell, Hugh", "shelfmark": "D 7", "repository": "Museum"},
        "Hugh Kell, “The Strike” (manuscript, n.d.), D 7, Museum.",
    ),
    "a web page": (
        {
            "type": "webpage",
            "author": "Marsh, Hilda",
            "publisher": "Local History",
            "published": "2024-03-01",
            "source": "https://example.org/strike",
        },
        (
            "Hilda Marsh, “The Strike,” Local History, March 1, 2024, accessed November 27, 2026,"
            " https://example.org/strike."
        ),
    ),
    "days of one month": (
        {"date": "1848-02-24/1848-02-26"},
        f"“The Strike,” February 24–26, 1848, {PAPERS}.",
    ),
    "months of one year": (
        {"date": "1848-02/1848-03"},
        f"“The Strike,” February–March 1848, {PAPERS}.",
    ),
    "a date that is only text": ({"date": "before 1848"}, f"“The Strike,” before 1848, {PAPERS}."),
}


@pytest.mark.parametrize("name", NOTES)
def test_a_note_has_the_form_of_its_kind_of_work(name: str) -> None:
    """Each kind of work, and each form of names and dates, has the note that the style asks for."""
    metadata, expected = NOTES[name]
    assert note(cited(metadata)) == expected


@pytest.mark.parametrize(
    ("lines", "page", "pages", "expected"),
    [
        ((80, 86), "", (), "lines 80–86"),
        ((80, 80), "", (), "line 80"),
        (None, "iv", (), "p. iv"),
        (None, "iv", (Page(4, "v"), Page(9, "vi")), "pp. iv–vi"),
        (None, "4", (Page(4, "", 6),), "pp. 4–6"),
        ((80, 86), "4", (Page(31, "5"),), "p. 4, lines 80–86"),
    ],
)
def test_a_note_names_pages_and_lines(
    lines: tuple[int, int] | None, page: str, pages: tuple[Page, ...], expected: str
) -> None:
    """Pages are named by their labels, or else by their numbers in the file."""
    passage = stored(lines=lines, page=page, pages=pages)
    assert note(cited(passage=passage)) == f"“The Strike,” n.d., {PAPERS}, {expected}."


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("What Is “Order”?", "“What Is ‘Order’?,” n.d., "),
        ('The "Iron" Law: "No" to 6" guns', '“The ‘Iron’ Law: ‘No’ to 6" guns,” n.d., '),
        ("Strike!", "“Strike!,” n.d., "),
        ("First,", "“First,” n.d., "),
        ("", "“strike.txt,” n.d., "),
        ("Two\n lines", "“Two lines,” n.d., "),
    ],
)
def test_a_title_keeps_its_marks(title: str, expected: str) -> None:
    """Inner quotation marks are single, and the comma follows a question mark (CMOS 6.125)."""
    assert note(cited(passage=stored(title=title))) == f"{expected}{PAPERS}."


def test_a_quotation_precedes_its_note_and_the_check_line_follows() -> None:
    """A text of a citation consists of the words, the note and the check line."""
    passage = stored("One two.\nThree four five.", lines=(7, 8))
    citation = cited(passage=passage, span=Span(9, 19))
    assert format_citations([citation]) == (
        f"“Three four”\n“The Strike,” n.d., {PAPERS}, line 8.\n{citation.check}\n"
    )


def test_a_whole_document_has_neither_pages_nor_lines() -> None:
    """The citation of a document names no place in it, and its check line no passage."""
    citation = cite_document(stored(lines=(3, 9)).document, today=TODAY)
    assert note(citation) == f"“The Strike,” n.d., {PAPERS}."
    assert str(citation.check).startswith("excerpt; blake2b-128 ")
