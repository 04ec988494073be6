"""Tests of marks in web pages that only their surroundings show: page and note numbers."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts


def read(source: str) -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document("a.html", source.encode())
    check_blocks(document)
    check_passages(document)
    return document


def marks_of(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each mark in `document`."""
    return [(mark.kind.value, mark.span.of(document.text)) for mark in document.marks]


BEFORE = "The keeper and the okapi that he had raised by hand walked slowly to"
AFTER = "the river. There they rested in the shade until the evening came."


@pytest.mark.parametrize(
    "number",
    [
        "<p>[{}]</p>",
        "<p>- {} -</p>",
        "<p align=center>{}</p>",
        "<center>{}</center>",
        "<hr><p>Page {}</p>",
        "<p>Page {}</p><hr>",
        "<div>({})</div>",
    ],
)
def test_a_page_number_in_a_paragraph_of_its_own_is_found_by_its_sequence(number: str) -> None:
    """A sentence continues after it, and the page begins at it."""
    pages = [f"<p>{BEFORE}</p>{number.format(page)}<p>{AFTER}</p>" for page in range(4, 9)]
    document = read("".join(pages))
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph"] * 5
    assert [kind for kind, _ in marks_of(document)] == ["page"] * 5
    assert [page.label for page in document.pages] == ["4", "5", "6", "7", "8"]


@pytest.mark.parametrize("number", ["<p>{}</p>", "<p>[{}]</p>", "<p>{}.</p>"])
def test_numbers_between_finished_paragraphs_are_text(number: str) -> None:
    """Numbered paragraphs and verses are no pages."""
    document = read("".join(f"{number.format(n)}<p>{AFTER}</p>" for n in range(1, 7)))
    assert {kind for kind, _ in kinds_and_texts(document)} == {"paragraph"}
    assert not document.pages


@pytest.mark.parametrize(
    ("source", "references"),
    [
        ("in 1880<sup>1</sup> was", "1"),
        ("in 1880<sup>[1]</sup> was", "[1]"),
        ("in 1880<span style='vertical-align: super'>1</span> was", "1"),
        ("12,000<sup>1</sup> men and 45<sup>2</sup> women", "1 2"),
        ("the mill<sup>1</sup> of chapter 5<sup>2</sup> and the okapi<sup>3</sup>", "1 2 3"),
        ("10<sup>2</sup> and 10<sup>3</sup> and 10<sup>4</sup> or 2<sup>3</sup>", ""),
        ("1<sup>st</sup> and 22<sup>nd</sup> and 5<sup>1</sup>/<sub>2</sub>", ""),
        ("25<sup>1</sup>/<sub>2</sub> and km<sup>2</sup>", ""),
        ("<sup>14</sup>C and <sup>235</sup>U", ""),
        ("<sup>1</sup>In the beginning. <sup>2</sup>And then. <sup>3</sup>So", "1 2 3"),
    ],
)
def test_a_raised_number_is_a_reference_unless_it_is_a_power(source: str, references: str) -> None:
    """A number before it is no word, but the numbers around it show that it refers to notes."""
    document = read(f"<p>{source} it.</p>")
    assert marks_of(document) == [("reference", number) for number in references.split()]


def test_a_raised_number_begins_the_note_to_which_another_refers() -> None:
    """The first paragraph below that begins with the same number is its note."""
    document = read("<p>A word<sup>1</sup> here.</p><p><sup>1</sup> First. <p><sup>2</sup> No.</p>")
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph", "note", "paragraph"]


@pytest.mark.parametrize(
    ("source", "mark"),
    [
        ("a <span class=linenum>10</span>of", "10"),
        ("a <span class=lineno>10</span>of", "10"),
        ("a <sup class='versenum'>2</sup>of", "2"),
        ("a <a href='#v2' class='verse-num'>2</a>of", "2"),
        ("pink<sup class=reference>:12</sup> of", ":12"),
        ("See<a href='#fn1'><span class=vh>Footnote </span>1</a> of", "Footnote 1"),
        ("pink. <a href='#fn9' class=fn>9</a>of", "9"),
        ("pink.<a href='notes.htm#5'>5</a> of", "5"),
    ],
)
def test_numbers_of_verses_and_notes_do_not_touch_words(source: str, mark: str) -> None:
    """The words next to them are whole."""
    assert marks_of(read(f"<p>{source} it")) == [("reference", mark)]


@pytest.mark.parametrize(
    "mark",
    [
        "<sup class='noprint Inline-Template'>[<i><a href=x>citation needed</a></i>]</sup>",
        "<span class=noprint>[edit]</span>",
        "<a class=mw-jump-link href='#top'>Jump to the top</a>",
    ],
)
def test_what_is_not_printed_is_boilerplate(mark: str) -> None:
    """Such an element is a mark in its sentence."""
    assert [kind for kind, _ in marks_of(read(f"<p>pink{mark} of it"))] == ["boilerplate"]


def test_a_span_of_the_class_note_is_a_note_within_a_sentence() -> None:
    """At the beginning of a paragraph, it only emphasises a word."""
    document = read("<p>pink <span class=note>or rosy</span> clouds</p>")
    assert kinds_and_texts(document) == [("paragraph", "pink clouds"), ("note", "or rosy")]
    document = read("<p><span class=note>Note:</span> pink clouds</p>")
    assert kinds_and_texts(document) == [("paragraph", "Note: pink clouds")]


def test_an_inline_element_may_be_a_block_by_its_style() -> None:
    """Words in it do not touch those of the next element."""
    line = "<span style='display: block'>{}</span>"
    assert read(f"<p>{line.format('a')}{line.format('b')}</p>").text == "a\n\nb"
    assert read("<p><b style='display: inline-block'>a</b>b").text == "ab"


def test_the_navigation_of_a_saved_page_of_mediawiki_is_boilerplate() -> None:
    """The slogan, the links to parts of the page and the menu are no text."""
    text = "The okapi lives in the forest, where it eats leaves and hides from everyone."
    document = read(
        "<h1>Okapi</h1><div id=siteSub>From the free encyclopedia</div>"
        "<div id=jump-to-nav>Jump to: <a href='#nav'>navigation</a></div>"
        "<a class=mw-jump-link href='#mw-head'>Jump to navigation</a>"
        f"<p>{text}</p><div id=mw-navigation><h2>Navigation menu</h2><div id=mw-head>"
        "<a href=x>Log in</a></div><div id=mw-panel><a href=y>Help</a></div></div>"
    )
    assert [each for each in kinds_and_texts(document) if each[0] != "boilerplate"] == [
        ("heading", "Okapi"),
        ("paragraph", text),
    ]


PROSE = "After the notes, the tale goes on."


@pytest.mark.parametrize(
    "source",
    [
        "<div class=footnotes><h3>FOOTNOTES:</h3><p>[1] King.</p></div>",
        "<div><h3>Notes</h3><p>1. King.</p></div>",
        "<div><div><h3>Notes</h3></div><p>1. King.</p></div>",
        "<h3>Footnotes</h3><p>King.</p><hr>",
        "<h3>Notes</h3><hr><p>[1] King.</p><hr>",
        "<h3>Notes</h3><ol><li>King.</li></ol>",
        "<h3>Notes</h3><p>* King.</p>",
    ],
)
def test_prose_may_follow_notes(source: str) -> None:
    """Notes end with the element of their heading, at a line, or where their marks end."""
    kinds = [kind for kind, _ in kinds_and_texts(read(f"<p>One.</p>{source}<p>{PROSE}</p>"))]
    assert kinds == ["paragraph", "heading", "note", "paragraph"]


def test_prose_below_the_heading_notes_is_prose() -> None:
    """Without marks, the paragraphs below it are notes only if the heading leaves no doubt."""
    kinds = [kind for kind, _ in kinds_and_texts(read(f"<h2>Notes</h2><p>{PROSE}<p>{PROSE}"))]
    assert kinds == ["heading", "paragraph", "paragraph"]
    kinds = [kind for kind, _ in kinds_and_texts(read(f"<h2>Footnotes</h2><p>{PROSE}<p>{PROSE}"))]
    assert kinds == ["heading", "note", "note"]


@pytest.mark.parametrize(
    "source",
    [
        "<p>A word<a href='#n1'><sup>1</sup></a> next.</p><p id=n1>1. First note.</p>",
        "<p>A word<sup>(1)</sup> next.</p><p>(1) Note one.<br>(2) Note two.</p>",
        "<p>A word<sup>*</sup> next.</p><p>* Note one.</p>",
        "<p>A word<a href='#fn_a'>†</a> next.</p><p id=fn_a>† Note one.</p>",
        "<p>A word (<a href='#2'>2</a>) next.</p><p><a name=2>2</a>. Note.</p>",
    ],
)
def test_a_paragraph_to_which_a_reference_leads_is_a_note(source: str) -> None:
    """The link or the label shows that it is one."""
    document = read(source)
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph", "note"]
    assert [kind for kind, _ in marks_of(document)] == ["reference"]


@pytest.mark.parametrize(
    "source",
    [
        "<p>See (<a href='#2'>2</a>).</p><h2 id=2>2. The law</h2><p>Text.</p>",
        "<p>See <a href='#p2'>2</a>.</p><p id=p2>2. The law</p>",
    ],
)
def test_a_link_to_a_section_is_no_reference(source: str) -> None:
    """The number of a section belongs to the sentence."""
    assert marks_of(read(source)) == []


def test_a_sentence_continues_after_a_note_between_paragraphs() -> None:
    """The note is a mark in it, as a page number is."""
    source = "<p>A word bro-</p><div class=footnote>1 x</div><p>ken here.</p>"
    document = read(source)
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph"]
    assert marks_of(document) == [("note", "1 x")]
    assert len(read(source.replace("bro-", "here.")).blocks) == 3


@pytest.mark.parametrize(
    "row",
    [
        "<p><a href=1.htm>Previous</a> | <a href=i.htm>Contents</a> | <a href=3.htm>Next</a></p>",
        "<center>[<a href=1.htm>Back</a>] [<a href=3.htm>Next</a>]</center>",
        "<table><tr><td><a href=1.htm>Back</a></td><td><a href=3.htm>Next</a></td></tr></table>",
        "<ul><li><a href=1.htm>Home</a></li><li><a href=3.htm>Guests</a></li></ul>",
    ],
)
def test_a_row_of_links_at_an_edge_of_a_page_is_navigation(row: str) -> None:
    """In the middle of a page it is text."""
    text = f"<p>{BEFORE} {AFTER}</p>" * 3
    kinds = [kind for kind, _ in kinds_and_texts(read(f"{row}{text}{row}"))]
    assert set(kinds) == {"boilerplate", "paragraph"}
    assert kinds[0] == kinds[-1] == "boilerplate"
    kinds = [kind for kind, _ in kinds_and_texts(read(f"{text}{row}{text}"))]
    assert "boilerplate" not in kinds


@pytest.mark.parametrize(
    "source",
    [
        "<ul><li><a href='#1'>One</a></li><li><a href='#2'>Two</a></li></ul>",
        "<p><a href=1.htm>The okapi</a> is not <a href=2.htm>a giraffe</a></p>",
        "<p><a href=1.htm>Okapi</a></p>",
    ],
)
def test_other_links_at_an_edge_of_a_page_are_text(source: str) -> None:
    """Contents of the same page and sentences with links are no navigation."""
    kinds = [kind for kind, _ in kinds_and_texts(read(source + f"<p>{BEFORE} {AFTER}</p>" * 3))]
    assert "boilerplate" not in kinds
