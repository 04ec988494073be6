"""Tests of the rules of a collection on texts and web pages of every format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.ingest.formats import read_document
from excerpt.ingest.rules_file import parse_rules
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts

TEXT = r"""
[[text]]
page-mark = '^\[Page (?P<page>[\divx]+)\]$|\{(\d+)\}'
note = '^NOTE: [^\n]*(?:\n[^\n]+)*'
note-reference = '\(\(\d+\)\)'
boilerplate = ['^Scanned by .*$', 'XX+']
title = '^Ti: (.*)$'
author = '^Au: (?P<author>.*)$'
date = '^Da: (?P<day>\d+)/(?P<month>\d+)/(?P<year>\d+)'
"""
HTML = r"""
[[html]]
page-mark = { selector = 'i, p.pn', pattern = '^Page (.+)$' }
note = '.fn, li.n'
note-reference = 'a.r'
boilerplate = ['#top', 'em']
title = 'p.t'
author = 'p.by b'
date = { selector = 'p.by', pattern = 'on (?P<date>.*)' }
"""


def read(source: str, rules: str, name: str = "a.txt") -> Document:
    """Return the document in `source`, read by `rules`, after checking it."""
    applied = parse_rules(rules.encode()).for_file(name)
    document = read_document(name, source.encode(), applied)
    check_blocks(document)
    check_passages(document)
    return document


def marks(document: Document) -> list[tuple[str, str]]:
    """Return the kinds and texts of the marks of a document."""
    return [(mark.kind.value, mark.span.of(document.text)) for mark in document.marks]


def labels(document: Document) -> list[tuple[str, str]]:
    """Return the labels of pages, each with the first words on the page."""
    return [
        (page.label, " ".join(document.text[page.start :].split()[:2])) for page in document.pages
    ]


def test_marks_in_a_text() -> None:
    """A sentence goes on after page numbers, references and boilerplate."""
    document = read(
        "First.\n\nIt was a long{3}winter ((1)) in the\n\n[Page 4]\n\nScanned by NN\n\n"
        "harbour town. XXX End.\n",
        TEXT,
    )
    assert kinds_and_texts(document) == [
        ("paragraph", "First."),
        ("paragraph", document.text.removeprefix("First.").strip()),
    ]
    assert marks(document) == [
        ("page", "{3}"),
        ("reference", "((1))"),
        ("page", "[Page 4]"),
        ("boilerplate", "Scanned by NN"),
        ("boilerplate", "XXX"),
    ]
    assert labels(document) == [("3", "{3}winter ((1))"), ("4", "[Page 4]")]


def test_blocks_in_a_text() -> None:
    """Lines of their own become blocks of their kinds; a note is cut out of a paragraph."""
    document = read("Scanned by NN\n\nOne.\nNOTE: a note\nof two lines\n\n[Page 5]\n\nTwo.", TEXT)
    assert kinds_and_texts(document) == [
        ("boilerplate", "Scanned by NN"),
        ("paragraph", "One."),
        ("note", "NOTE: a note\nof two lines"),
        ("page", "[Page 5]"),
        ("paragraph", "Two."),
    ]
    assert document.blocks[0].level == 10  # Reason.COLLECTION
    assert marks(document) == []


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.wiki"])
def test_facts_of_a_text(name: str) -> None:
    """Title, author and date are taken from the text, whatever its format says of itself."""
    document = read("Ti: The Weir\n\nAu: Ada Voss\n\nAu: Ben\n\nDa: 4/5/1911\n\nText.", TEXT, name)
    assert document.title == "The Weir"
    assert dict(document.metadata) == {"author": "Ada Voss; Ben", "date": "1911-05-04"}
    without = read("Nothing.", TEXT, name)
    assert (without.title, without.metadata) == (read("Nothing.", "", name).title, ())


def test_a_rule_for_front_matter_and_markdown() -> None:
    """Rules take precedence over front matter, and marks are found within Markdown."""
    document = read("---\ntitle: X\n---\n\n# One {7} two\n\nTi: The Weir\n", TEXT, "a.md")
    assert document.title == "The Weir"
    assert ("page", "{7}") in marks(document)


def test_page_numbers_at_the_foot() -> None:
    """A number at the foot belongs to the text before it; after the last one, none is known."""
    rules = "[[text]]\npage-mark = '^- (\\d+) -$'\npage-mark-at = 'foot'"
    document = read("One.\n\n- 1 -\n\nTwo.\n\n- 2 -\n\nThree.", rules)
    assert labels(document) == [("1", "One. -"), ("2", "Two. -"), ("", "Three.")]
    html = "[[html]]\npage-mark = '.p'\npage-mark-at = 'foot'"
    page = read("<p>One.<p class=p>1<p>Two.<span class=p>2</span> Three.", html, "a.html")
    assert [label for label, _ in labels(page)] == ["1", "2", ""]
    assert labels(page)[0][1] == "One. 1"


def test_marks_in_a_page() -> None:
    """Elements become marks, whatever is in them, and the sentence goes on after them."""
    document = read(
        "<p>It was a long <i>Page xii/3</i> winter<a class=r>[see 5]</a> in the "
        "<em>ad <b>x</b></em> harbour <span class=fn>A note.</span>town.<p class=pn>Page 7"
        "<p>End <i>not a page</i>.",
        HTML,
        "a.html",
    )
    assert kinds_and_texts(document) == [
        ("paragraph", "It was a long Page xii/3 winter[see 5] in the ad x harbour town."),
        ("note", "A note."),
        ("page", "Page 7"),
        ("paragraph", "End not a page."),
    ]
    assert marks(document) == [
        ("page", "Page xii/3"),
        ("reference", "[see 5]"),
        ("boilerplate", "ad x"),
    ]
    assert [label for label, _ in labels(document)] == ["xii/3", "7"]


def test_blocks_in_a_page() -> None:
    """Boilerplate by a rule is certain, even if nothing else remains of a page."""
    document = read(
        "<div id=top><h1>Head</h1><p>Long text. </p></div><ul><li>one<li class=n>two</ul>", HTML,
        "a.html",
    )  # fmt: skip
    assert kinds_and_texts(document) == [
        ("boilerplate", "Head"),
        ("boilerplate", "Long text."),
        ("item", "one"),
        ("note", "two"),
    ]
    assert {kind for kind, _ in kinds_and_texts(read("<div id=top>x", HTML, "a.html"))} == {
        "boilerplate"
    }


def test_facts_of_a_page() -> None:
    """Values are taken from elements, and from the attributes of those that describe the page."""
    page = (
        "<title>Not this</title><meta name=author content=No><meta name=x content='The  Dam'>"
        "<p class=t>The Weir<p class=by>By <b>Ada Voss</b> and <b>Ben</b> on 4 May 1911<p>Text"
    )
    document = read(page, HTML, "a.html")
    assert document.title == "The Weir"
    assert dict(document.metadata) == {"author": "Ada Voss; Ben", "date": "4 May 1911"}
    other = read(page, "[[html]]\ntitle = 'meta[name=x]'", "a.html")
    assert other.title == "The Dam"


def test_a_date_that_is_none_is_reported() -> None:
    """A rule may find something else in some files."""
    warning = "a rule found the date 'soon', which is not recognised"
    assert read("Da: soon", "[[text]]\ndate = 'Da: (.*)'").warnings == (warning,)
    assert read("<b>soon</b>", "[[html]]\ndate = 'b'", "a.html").warnings == (warning,)
    assert read("Da: 1911", "[[text]]\ndate = 'Da: (.*)'").warnings == ()


def test_an_encoding_is_used() -> None:
    """The encoding by a rule replaces one that a page declares, but not valid UTF-8."""
    rules = parse_rules(b"[[any]]\nencoding = 'koi8-r'").for_file("a")
    page = '<meta charset="windows-1251"><p>Жители порта'
    for name in ("a.html", "a.txt"):
        assert "Жители" in read_document(name, page.encode("koi8-r"), rules).text
        assert "Жители" in read_document(name, page.encode(), rules).text


PIECES = st.sampled_from(
    [
        "word ",
        " {3}",
        "((4))",
        "XX",
        "\n",
        "\n\n",
        "[Page 5]",
        "NOTE: n",
        "Scanned by x",
        ". ",
        "# ",
    ]
)


@given(st.lists(PIECES, max_size=25), st.sampled_from(["a.txt", "a.md", "a.wiki"]))
def test_any_text_keeps_its_properties(pieces: list[str], name: str) -> None:
    """Whatever rules find, blocks cover the text, and marks lie within blocks."""
    text = "".join(pieces)
    assert read(text, TEXT, name).text == text


NODES = st.recursive(
    st.sampled_from(["word ", "Page 5", "x. ", "<br>"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
        st.sampled_from(["i", "p class=pn", "span class=fn", "a class=r", "em", "div id=top", "p",
                         "li class=n", "h1", "b"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)  # fmt: skip


@given(NODES)
def test_any_page_keeps_its_properties(page: str) -> None:
    """Rules change the kinds of text, but lose none of it."""
    words = "".join(read(page, HTML, "a.html").text.split())
    plain = "".join(read_document("a.html", page.encode()).text.split())
    assert sorted(words) == sorted(plain)
