"""Tests of the blocks of Markdown: they are those of the parser, and the text is the source."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts, words_of


def read(source: str) -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document("a.md", source.encode())
    check_blocks(document)
    check_passages(document)
    assert document.text == source
    return document


def test_blocks_of_all_kinds() -> None:
    """Headings, paragraphs, lists, quotes, code, tables and rules are recognised."""
    source = (
        "# A\n\nText\non.\n\nB\n---\n\n- i\n  - ii\n\n> q\n\n```\ncode\n```\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n***\n"
    )
    assert kinds_and_texts(read(source)) == [
        ("heading", "# A"),
        ("paragraph", "Text\non."),
        ("heading", "B\n---"),
        ("item", "- i"),
        ("item", "- ii"),
        ("quote", "> q"),
        ("paragraph", "```\ncode\n```"),
        ("cell", "| a"),
        ("cell", "| b"),
        ("boilerplate", "|"),
        ("boilerplate", "|---|---|"),
        ("cell", "| c"),
        ("cell", "| d"),
        ("boilerplate", "|"),
        ("boilerplate", "***"),
    ]


def test_front_matter_is_metadata() -> None:
    """Values, lists in both forms and quoted values are read; the lines are not text."""
    document = read(
        '---\ntitle: "War: a word"\nAuthor: [Ann, "B."]\ntags:\n  - x\n  - y\n'
        "date: 1848-02\nlang: de-AT\n---\n\n# H\n"
    )
    assert document.title == "War: a word"
    assert document.language == "de"
    assert dict(document.metadata) == {
        "author": "Ann; B.",
        "tags": "x, y",
        "date": "1848-02",
        "lang": "de-AT",
    }
    assert [kind for kind, _ in kinds_and_texts(document)] == ["boilerplate", "heading"]


def test_a_rule_at_the_top_is_not_front_matter() -> None:
    """Lines between two rules that are not names and values are text."""
    document = read("---\n\nJust text.\n\n---\n\nMore.")
    assert ("paragraph", "Just text.") in kinds_and_texts(document)
    assert document.metadata == ()


def test_the_title_is_the_first_heading_without_markup() -> None:
    """Emphasis, links and closing signs are not part of titles and heading paths."""
    document = read("## The **old** [mill](m.md) ##\n\nText.")
    assert document.title == "The old mill"
    assert check_passages(document)[0].headings == ("The old mill",)


def test_notes_and_definitions() -> None:
    """Footnotes are notes, even if they are one word; link definitions are not text."""
    assert kinds_and_texts(read("Text.[^1]\n\n[^1]: A note.\n\n[^2]: short\n\n[l]: http://x.y\n"))[
        1:
    ] == [
        ("note", "[^1]: A note."),
        ("note", "[^2]: short"),
        ("link", "[l]: http://x.y"),
    ]


def test_a_page_heading_is_a_page_mark() -> None:
    """`## Page 12` names a page and does not end a paragraph."""
    source = "A sentence that\n\n## Page 12\n\ngoes on."
    document = read(source)
    assert kinds_and_texts(document) == [("paragraph", source)]
    assert [mark.span.of(source) for mark in document.marks] == ["## Page 12"]
    assert document.pages[0].label == "12"


def test_html_without_words_is_not_text() -> None:
    """HTML that shows no words is markup; other HTML is text."""
    assert [
        kind for kind, _ in kinds_and_texts(read('<a name="x"></a>\n\n<div>words</div>\n'))
    ] == [
        "markup",
        "paragraph",
    ]


def test_deep_nesting_loses_no_text() -> None:
    """Quotes and lists deeper than the parser follows remain text."""
    document = read(f"{'> ' * 500}deep\n\n{'- ' * 500}deeper")
    assert (
        "".join(text for kind, text in kinds_and_texts(document) if kind != "boilerplate").count(
            "deep"
        )
        == 2
    )


def test_notes_have_several_paragraphs() -> None:
    """A note continues in indented lines, and each line with a label begins another one."""
    source = (
        "Text.[^a]\n\n[^a]: First\nparagraph.\n\n    Second *paragraph*.\n\n    Third.\n\n"
        "[^b]: Another note.\n[^c]: A third one.\n\nText goes on.\n\n    code\n"
    )
    assert kinds_and_texts(read(source))[1:] == [
        ("note", "[^a]: First\nparagraph."),
        ("note", "Second *paragraph*."),
        ("note", "Third."),
        ("note", "[^b]: Another note."),
        ("note", "[^c]: A third one."),
        ("paragraph", "Text goes on."),
        ("paragraph", "code"),
    ]


def test_notes_without_signs_of_markdown() -> None:
    """A paragraph is a note if a reference leads to its number, or if it has a link back."""
    notes = (
        "<sup>1</sup> One.|^2^ Two.|\\\\[3\\\\] Three.|<b id='f4'>4</b> Four. [↩](#a4)"
        '|<p class="footnote">Five.</p>|[5](#a5) Six.'
    ).replace("\\\\", "\\")
    source = (
        "Treaty<sup>1</sup> was^2^ and\\[3\\] in war<sup><a href='#f4' id=a4>4</a></sup>. "
        "Or[5](#f5).\n\n" + notes.replace("|", "\n\n") + "\n\n\\[8\\] Text.\n\n<sup>9</sup> Text."
    )
    document = read(source)
    assert kinds_and_texts(document)[1:] == [
        *(("note", note) for note in notes.split("|")),
        ("paragraph", "\\[8\\] Text."),
        ("paragraph", "<sup>9</sup> Text."),
    ]
    assert words_of(document).startswith("Treaty was and in war Or")


def test_a_note_follows_a_line_directly() -> None:
    """No blank line is needed before a note."""
    assert kinds_and_texts(read("Text[^1]\n[^1]: A note\ngoes on.\n[^2]: Two.")) == [
        ("paragraph", "Text[^1]"),
        ("note", "[^1]: A note\ngoes on."),
        ("note", "[^2]: Two."),
    ]


def test_html_blocks_are_what_their_elements_are() -> None:
    """Headings, items, quotations and cells in HTML are blocks of their kinds."""
    document = read(
        '<h1 align="center">The <i>Mill</i></h1>\n\n'
        "<ul>\n<li>i</li>\n<li>j\n<ul><li>k</li></ul></ul>\n\n"
        "<blockquote><p>q</p>r</blockquote>\n\n<table><tr><td>c</td><th>d</th></tr></table>\n\n"
        "<!-- <h2>no</h2> -->\n\n<div><h2>H</h2>t</div>\n\n<pre><h1>p</h1></pre>\n"
    )
    assert document.title == "The Mill"
    assert [block.level for block in document.blocks if block.kind == "item"] == [1, 1, 2]
    assert [each for each in kinds_and_texts(document) if each[0] != "markup"] == [
        ("heading", '<h1 align="center">The <i>Mill</i></h1>'),
        ("item", "<ul>\n<li>i</li>"),
        ("item", "<li>j"),
        ("item", "<ul><li>k</li>"),
        ("quote", "<blockquote><p>q</p>"),
        ("quote", "r</blockquote>"),
        ("cell", "<table><tr><td>c</td>"),
        ("cell", "<th>d</th>"),
        ("heading", "<div><h2>H</h2>"),
        ("paragraph", "t</div>"),
        ("paragraph", "<pre><h1>p</h1></pre>"),
    ]


def test_definition_lists_are_items() -> None:
    """A term and its definitions are items."""
    assert kinds_and_texts(read("Mill\n: A building.\n: A machine.\n\nText: none.")) == [
        ("item", "Mill"),
        ("item", ": A building."),
        ("item", ": A machine."),
        ("paragraph", "Text: none."),
    ]


def test_headings_have_the_anchors_of_github() -> None:
    """Equal headings are numbered, and an explicit anchor takes precedence."""
    document = read(
        "# The *old* [Mill](m.md)!\n\nText.\n\nWheel\n=====\n\n## Wheel\n\n### End {#the-end}\n\n"
        '<a id="here"></a>Here and\n<span name=there>there</span>.\n'
    )
    names = [anchor.name for anchor in document.anchors]
    assert names == ["the-old-mill", "wheel", "wheel-1", "the-end", "here", "there"]
    passages = check_passages(document)
    assert [passage.headings[-1] for passage in passages] == ["The old Mill!", "End"]
    last = passages[-1]
    assert last.anchor_at(document.text.index("Here")) == "here"
    assert last.anchor_at(document.text.index("there</span>")) == "there"


def test_long_markdown_has_marks_too() -> None:
    """A text too long for the parser is read line by line, with its inline markup."""
    document = read("# A\n\nIt is a **ver**y [old](m.md) mill.\n\n" + "Words on. " * 450_000)
    assert document.title == "A"
    assert [mark.span.of(document.text) for mark in document.marks] == [
        "#",
        "**",
        "**",
        "[",
        "](m.md)",
    ]


def test_marks_of_pages_begin_pages() -> None:
    """Tags, attributes and comments that number pages are set apart within words and sentences."""
    document = read(
        'A bro<span class="pagenum">14</span>ken, [15]{.page-num} bro[16]{.pagenum}ken and '
        '<a id="page_23"></a>more []{#Page_24 .pagenum}here <!-- p. 25 -->so '
        '<span class="pagenum" id="Page_26">[26]</span> on.\n\n<p class="pagenum">27</p>\n\nEnd.'
    )
    labels = [page.label for page in document.pages]
    assert " ".join(labels) == "14 15 16 23 24 25 26 27"
    assert words_of(document) == "A broken broken and more here so on End"


@pytest.mark.parametrize("line", ["[{}]", "- {} -", "{}"])
def test_numbers_in_paragraphs_of_their_own_number_pages(line: str) -> None:
    """Numbers in a sequence that interrupts sentences are page numbers, as in plain text."""
    first, second, third = (line.format(number) for number in (5, 6, 7))
    document = read(
        f"The road goes\n\n{first}\n\non and on until\n\n{second}\n\nthe end of the"
        f"\n\n{third}\n\nbook is near."
    )
    assert words_of(document) == "The road goes on and on until the end of the book is near"
    assert words_of(document, kind="page") == "5 6 7"


def test_other_numbers_are_text() -> None:
    """Numbers between finished paragraphs, and items, are no page numbers."""
    document = read("One.\n\n5\n\nTwo.\n\n- 3\n- 9\n\n<!-- 5 -->Three. <a id=p>x</a>")
    assert words_of(document) == "One 5 Two 3 9 Three x"
    assert document.pages == ()


@pytest.mark.parametrize(
    "front",
    [
        (
            "---\ntitle: T\nabstract: |\n  An old\n  mill.\n\n  It fell.\ntags: [a]\n"
            "subtitle: 'Of it'\n---"
        ),
        '+++\ntitle = "T"\nabstract = """\nAn old\nmill.\n\nIt fell."""\nsubtitle = "Of it"\n+++',
        '{"title": "T", "abstract": "An old mill. It fell.", "subtitle": "Of it"}',
    ],
)
def test_prose_in_front_matter_is_text(front: str) -> None:
    """An abstract and a subtitle are paragraphs and metadata; all other lines are set apart."""
    document = read(f"{front}\n\nText.\n")
    assert words_of(document) == "An old mill It fell Of it Text"
    assert dict(document.metadata)["subtitle"] == "Of it"
    assert document.title == "T"
