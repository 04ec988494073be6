"""Tests of web pages: the text that a reader of the page would see, and its structure."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Block, Document, Reason
from extracted import check_blocks, check_passages, kinds_and_texts


def read(source: str | bytes) -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document("a.html", source.encode() if isinstance(source, str) else source)
    check_blocks(document)
    check_passages(document)
    assert not document.has_lines
    return document


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p><em>sur</em>plus <a href=x>va</a>lue", "surplus value"),
        ("<p>one<br>two", "one\ntwo"),
        ("<p>pro-<br>clame", "pro-\nclame"),
        ("one<br> <br>two", "one\n\ntwo"),
        ("<p>  one \n\t two  <i> three</i> </p>", "one two three"),
        ("<p>f&uuml;r &amp; &#8220;wider&#8221;", "für & “wider”"),
        ("<p>a&nbsp;b", "a\u00a0b"),
        ("<pre>one\n  two\n\nthree</pre>", "one\n  two\n\nthree"),
        ("<div>one<div>two</div>three</div>", "one\n\ntwo\n\nthree"),
        ("<h1>one<br>two</h1>", "one\ntwo"),
        ("<p>so&shy;cial", "so\u00adcial"),
        ("<p>1<wbr>2", "12"),
        ("<custom>one</custom>two", "onetwo"),
        ("<p>one<!-- no -->two<p>&nbsp;</p>", "onetwo"),
    ],
)
def test_the_text_is_what_a_browser_shows(source: str, text: str) -> None:
    """Block elements and breaks separate words, inline elements do not; entities are decoded."""
    assert read(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "<script>no</script>",
        "<style>no</style>",
        "<template>no</template>",
        "<p hidden>no</p>",
        '<p style="Display : none">no</p>',
        "<head><title>no</title></head>",
        "<!-- no -->",
        "<select><option>no</select>",
    ],
)
def test_hidden_content_is_not_text(source: str) -> None:
    """Scripts, styles, templates, comments and hidden elements are left out."""
    assert read(f"{source}<p>yes").text == "yes"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<blockquote><p>x</blockquote>", "quote"),
        ("<ul><li>x</ul>", "item"),
        ("<figure><figcaption>x</figcaption></figure>", "caption"),
        ("<div class=fig><p class=caption>x</div>", "caption"),
        ("<aside>x</aside>", "note"),
        ("<p class=enote>x", "note"),
        ("<div class='footnotes'><ol><li>x</ol></div>", "note"),
        ("<p id=fn1>x", "note"),
        ("<section role=doc-endnotes><p>x</section>", "note"),
        ("<nav><a href=a>x</a></nav>", "boilerplate"),
        ("<nav>x</nav>", "paragraph"),
        ("<nav><h2>x</h2><ol><li>Of lamps<li>Of mills</ol></nav>", "heading"),
        ("<footer>x</footer>", "boilerplate"),
        ("<div class=nav-bar><a href=a>x</a></div>", "boilerplate"),
        ("<p class=footer>x © 1999", "boilerplate"),
        ("<p class=footer>x of the mill", "boilerplate"),
        (f"<p class=footer>x of the mill<p>{'word ' * 60}", "paragraph"),
        ("<p class=footer><a href=a>x</a>", "boilerplate"),
        ("<div id='main-menu'><a href=a>x</a></div>", "boilerplate"),
        ("<div class=menu><p>x soup<p>Saddle of mutton</div>", "paragraph"),
        ("<menu><li>x soup<li>Saddle of mutton</menu>", "item"),
        ("<div class=share><a href=a>x</a> <a href=b>y</a></div>", "boilerplate"),
        ("<div class=share><p>x of the crop, <a href=a>by law</a></div>", "paragraph"),
        (
            "<div class=toc><p>x<p><a href=a>Of lamps</a> <a href=b>Of mills</a></div>",
            "boilerplate",
        ),
        ("<div class=toc><p>x<p>Of lamps<p>Of mills</div>", "paragraph"),
        ("<div class=sidebar><p>x</div>", "paragraph"),
        ("<div class=navigation><p>x by the stars</div>", "paragraph"),
        ("<article><footer>x</footer></article>", "paragraph"),
        ("<article><header>x</header></article>", "paragraph"),
        ("<blockquote><footer>x</footer></blockquote>", "quote"),
        ("<figure><footer>x</footer></figure>", "paragraph"),
        ("<section><h2>a</h2><footer>x</footer></section>", "paragraph"),
        ("<ul><li>a<footer>x</footer></ul>", "item"),
        ("<div class='personal letter'><footer>x</footer></div>", "paragraph"),
        (f"<header><p>x</header><p>{'word ' * 60}", "paragraph"),
        (f"<footer>x</footer><p>{'word ' * 60}", "paragraph"),
        ("<footer><ol><li id=fn1>x</ol></footer>", "note"),
        (f"<footer>x {'word ' * 60}</footer>", "paragraph"),
        (f"<footer>x {'word ' * 60} © 1999</footer>", "boilerplate"),
        ("<noscript><p>x was drained twice.</noscript>", "paragraph"),
        ("<noscript>x needs JavaScript.</noscript>", "boilerplate"),
        ("<div><p>x y</p></div><noscript><p>x y</noscript>", "paragraph"),
        ("<p class=navy>x", "paragraph"),
        ("<p class=footer-note>x", "note"),
        ("<p class='small footnote-text'>x", "note"),
        ("<section id=social-democracy><p>x</section>", "paragraph"),
        ("<section id=share-cropping><p>x</section>", "paragraph"),
        ("<div id=search-for-work><p>x</div>", "paragraph"),
        ("<div class=menu-of-the-poor><p>x</div>", "paragraph"),
        ("<div class='cookie-banner'>x</div>", "boilerplate"),
        ("<div class='breadcrumbs'><a href=a>x</a></div>", "boilerplate"),
        ("<div id=site_nav><a href=a>x</a></div>", "boilerplate"),
        ("<div role=navigation><a href=a>x</a></div>", "boilerplate"),
        (f"<div class=social><p>x {'word ' * 50}</div>", "paragraph"),
        (f"<div role=navigation>x {'word ' * 50}</div>", "paragraph"),
        (f"<div role=navigation><a href=a>x {'word ' * 50}</a></div>", "boilerplate"),
        (f"<div class=sidebar>{'word ' * 50}<nav><a href=a>x</a></nav></div>", "boilerplate"),
        ("<h2>Notes</h2><ol><li>x</ol>", "note"),
        ("<table><tr><td>x<td>y</table>", "cell"),
        ("<table><tr><td>x</table>", "paragraph"),
        ("<table role=presentation><tr><td>x<td>y</table>", "paragraph"),
        (f"<table><tr><td>x {'word ' * 100}<td>y</table>", "paragraph"),
    ],
)
def test_the_kind_of_a_block(source: str, kind: str) -> None:
    """Element, class, id and role decide the kind; tables used for layout have no cells."""
    document = read(f"<p>{'A long text of the page itself. ' * 20}</p>{source}")
    assert next(found for found, text in kinds_and_texts(document) if text.startswith("x")) == kind


def test_items_have_a_depth() -> None:
    """The level of an item is the number of lists around it."""
    document = read("<ul><li>a<ul><li>b</ul><li>c</ul>")
    assert [block.level for block in document.blocks] == [1, 2, 1]


def test_the_depth_of_items_is_limited() -> None:
    """Thousands of nested lists do not cause levels that are too large for the catalog."""
    document = read("<ul><li>" * 5000 + "x")
    assert [block.level for block in document.blocks] == [100]


def test_boilerplate_is_judged_within_the_page() -> None:
    """A region with the class of a menu is text if it is most of the page and not links."""
    long = "A sentence of the text itself. " * 10
    assert "boilerplate" not in dict(
        kinds_and_texts(read(f"<div class=menu><p>{long}</div><p>Short."))
    )
    links = "<a href=x>A link to another page.</a> " * 10
    assert (
        kinds_and_texts(read(f"<div class=menu><p>{links}</div><p>Short."))[0][0] == "boilerplate"
    )


def test_a_page_that_is_all_boilerplate_is_text() -> None:
    """A page without any other text is not boilerplate."""
    assert kinds_and_texts(read("<nav><ul><li>One<li>Two</ul></nav>")) == [
        ("item", "One"),
        ("item", "Two"),
    ]


def test_a_header_may_contain_the_title() -> None:
    """The heading in the header of a page is its title, unless the text has one."""
    kinds = kinds_and_texts(read("<header><h1>Mill</h1><a href=a>A site</a></header><p>Text."))
    assert kinds == [("heading", "Mill"), ("boilerplate", "A site"), ("paragraph", "Text.")]
    kinds = kinds_and_texts(read("<header><h1>Mill</h1><p>An abstract</header><p>Text."))
    assert kinds[1] == ("paragraph", "An abstract")
    kinds = kinds_and_texts(read("<header><h1>Site</h1></header><h1>Mill</h1><p>Text."))
    assert kinds[:2] == [("boilerplate", "Site"), ("heading", "Mill")]


def test_a_group_of_headings_is_one_heading() -> None:
    """A number and a title in an hgroup are one heading."""
    document = read("<hgroup><h2>IV</h2> <p>Of the mill</p></hgroup><p>Text.")
    assert check_passages(document)[0].headings == ("IV Of the mill",)


def test_a_page_of_nothing_but_headings_and_links_is_text() -> None:
    """The links below the title of an index are its text."""
    document = read("<h1>Lamps</h1><nav><a href=1>Of oil</a> <a href=2>Of wax</a></nav>")
    assert kinds_and_texts(document) == [("heading", "Lamps"), ("paragraph", "Of oil Of wax")]


def test_a_fallback_that_repeats_the_page_is_boilerplate() -> None:
    """The text of `noscript` counts once."""
    document = read("<p>The lamp was lit.</p><noscript><p>The  lamp was lit.</p></noscript>")
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph", "boilerplate"]


def test_the_text_of_a_frameset_is_read() -> None:
    """The text for browsers without frames is the only text of the page."""
    document = read(
        "<frameset cols='20%,*'><frame src=a.htm><noframes><body><h1>The Ferry</h1>"
        "<p>A <b>lantern</b> burned.</body></noframes></frameset>"
    )
    assert kinds_and_texts(document) == [
        ("heading", "The Ferry"),
        ("paragraph", "A lantern burned."),
    ]


@pytest.mark.parametrize(
    "tag",
    [
        "div style='visibility: hidden; opacity: 0'",
        "div style='display:none'",
        "div hidden",
        "template",
    ],
)
def test_hidden_text_that_is_most_of_the_page_is_read(tag: str) -> None:
    """A script would show it. The warning says so."""
    name = tag.split(maxsplit=1)[0]
    document = read(f"<h1>Lamps</h1><{tag}><p>{'The lamp was lit. ' * 5}</p></{name}>")
    assert document.text.count("The lamp was lit.") == 5
    assert "hidden text was read" in document.warnings[0]


def test_hidden_text_beside_the_text_is_reported_if_it_is_long() -> None:
    """Short hidden text is not worth a warning."""
    long = "<p>" + "The lamp was lit. " * 100
    document = read(f"{long}<div hidden><p>{'Nobody saw it. ' * 60}</div>")
    assert "Nobody" not in document.text
    assert document.warnings == ("hidden text was not read: 899 characters",)
    menu = "<nav>" + "<a href=x>A link to another page.</a> " * 20 + "</nav>"
    assert "Nobody" in read(f"{menu}<div hidden><p>{'Nobody saw it. ' * 5}</div>").text
    assert read(f"{long}<div hidden>Nobody saw it.</div>").warnings == ()


def marks_of(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each mark of `document`."""
    return [(mark.kind.value, mark.span.of(document.text)) for mark in document.marks]


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="#n7"><sup>7</sup></a>',
        '<sup><a href="#n7">7</a></sup>',
        '<a epub:type="noteref" href="e.xhtml#n7">7</a>',
        '<sup class="footnote-ref">[7]</sup>',
        "<sup>7</sup>",
        '<a href="#7">[7]</a>',
        '<a href="#7">(7)</a>',
        '<a href="notes.html#fn7">7</a>',
        '<a href="notes.html#7"><font size="-1">7</font></a>',
        '<a href="note7.html">7</a>',
        "<span style='vertical-align: super'>7</span>",
        "<a href='#_ftn7'><span class=MsoFootnoteReference><span>[7]</span></span></a>",
        "<a class=sdfootnoteanc href='#sdfootnote7sym'><sup>7</sup></a>",
    ],
)
def test_a_note_reference_does_not_interrupt_a_sentence(mark: str) -> None:
    """The block of the sentence contains it as a mark."""
    document = read(f"<p>impossible{mark} Thus it went.")
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph"]
    assert marks_of(document) in [[("reference", shown)] for shown in ("7", "[7]", "(7)")]
    ((_, shown),) = marks_of(document)
    assert document.text == f"impossible{shown} Thus it went."


@pytest.mark.parametrize(
    "text",
    [
        "see <a href='#p12'>12</a> and",
        "in chapter <a href='#c3'>3</a> of",
        "he said <a href='x.html'>(3)</a> so",
        "<a href='#or'>or</a>",
    ],
)
def test_other_links_are_text(text: str) -> None:
    """A number that is linked to a page or a chapter belongs to its sentence."""
    assert marks_of(read(f"<p>Words {text} words.")) == []


@pytest.mark.parametrize(
    "mark",
    [
        "<span class=pagenum>25</span>",
        "<span class='page-num'>[25]</span>",
        "<span class=pageno>{25}</span>",
        "<span class=page_number>[Pg 25]</span>",
        "<i class=pb>25</i>",
        "<span epub:type=pagebreak title=25></span>",
        "<span role=doc-pagebreak aria-label='Page 25'></span>",
        "<span id=Page_25>[Page 25]</span>",
        "<a id=page25></a>",
        "<a name=p25><strong>&lt;25&gt;</strong></a>",
        "<a name=025>[25]</a>",
        "<span class=pagenum><a name=Page_25>[25]</a></span>",
    ],
)
def test_a_page_number_does_not_interrupt_a_word(mark: str) -> None:
    """The page begins at the mark."""
    document = read(f"<p>The walls of Jeru{mark}salem fell.")
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph"]
    assert [page.label for page in document.pages] == ["25"]
    shown = "".join(text for _, text in marks_of(document))
    assert document.text == f"The walls of Jeru{shown}salem fell."
    assert document.text[document.pages[0].start :] == f"{shown}salem fell."
    assert [kind for kind, _ in marks_of(document)] == ["page"] * bool(shown)


def test_page_numbers_around_a_paragraph_are_blocks() -> None:
    """A page number before or after the words of a block is no part of it."""
    document = read(
        "<h2><span class=pagenum>12</span>Lamps</h2><p>Text <span class=pagenum>13</span></p>"
        "<div class=pagenum id=p14>[Page 14]</div><p>More."
    )
    assert kinds_and_texts(document) == [
        ("page", "12"),
        ("heading", "Lamps"),
        ("paragraph", "Text"),
        ("page", "13"),
        ("page", "[Page 14]"),
        ("paragraph", "More."),
    ]
    assert [(page.label, document.text[page.start :][:2]) for page in document.pages] == [
        ("12", "12"),
        ("13", "13"),
        ("14", "[P"),
    ]


def test_an_element_that_holds_a_page_begins_it() -> None:
    """The id of an element of the class `page` numbers the page that is in it."""
    document = read("<div class=page id=p12><p>one</div><div class=page id=p13><p>two</div>")
    assert kinds_and_texts(document) == [("paragraph", "one"), ("paragraph", "two")]
    assert [(page.label, document.text[page.start :]) for page in document.pages] == [
        ("12", "one\n\ntwo"),
        ("13", "two"),
    ]


def test_a_page_of_controls_is_text() -> None:
    """Some text always remains."""
    assert kinds_and_texts(read("<button>Light the lamp</button>")) == [
        ("paragraph", "Light the lamp")
    ]


@pytest.mark.parametrize("before", ["the", "com-"])
def test_a_sentence_continues_after_a_page_number_between_paragraphs(before: str) -> None:
    """Both parts and the page number are one block."""
    document = read(f"<p>Here {before}</p><p class=pagenum>13</p><p>mon people.</p><p>More.")
    assert kinds_and_texts(document) == [
        ("paragraph", f"Here {before}\n\n13\n\nmon people."),
        ("paragraph", "More."),
    ]
    assert marks_of(document) == [("page", "13")]


@pytest.mark.parametrize("tag", ["span class=sidenote", "small class=marginnote", "aside"])
def test_a_note_within_a_sentence_follows_its_block(tag: str) -> None:
    """The sentence is not interrupted, and the anchors of the note end with it."""
    name = tag.split(maxsplit=1)[0]
    document = read(
        f"<p id=p1>The lamp <label class=margin-toggle for=sn></label><input id=sn><{tag} id=sn1>"
        f"A <b>brass</b> one.</{name}> was lit.<p>It went out."
    )
    assert kinds_and_texts(document) == [
        ("paragraph", "The lamp was lit."),
        ("note", "A brass one."),
        ("paragraph", "It went out."),
    ]
    assert [anchor.name for anchor in document.anchors] == ["p1", "sn1", "p1"]


def test_a_note_that_is_linked_is_a_note() -> None:
    """A paragraph that begins with the target of a note reference is that note."""
    document = read(
        "<p>Bees swarm in May <a href='#2'>[2]</a> as a rule.<hr><p><a name=2>[2]</a> Or July."
        "<p>Wasps do not."
    )
    assert kinds_and_texts(document) == [
        ("paragraph", "Bees swarm in May [2] as a rule."),
        ("note", "[2] Or July."),
        ("paragraph", "Wasps do not."),
    ]
    assert [(a.name, document.text[a.start :][:5]) for a in document.anchors] == [
        ("2", "[2] O"),
        ("", "Wasps"),
    ]


@pytest.mark.parametrize("mark", ["²", "[2]", "[*]"])
def test_a_note_reference_needs_no_element(mark: str) -> None:
    """A raised number, or one in brackets, is a reference after a word or a sentence."""
    document = read(f"<p>the treaty{mark} of <b>Ghent.</b>{mark} Then")
    assert marks_of(document) == [("reference", mark)] * 2
    assert marks_of(read("<p>a km² and 10² men, see [2] and a[1]")) == []


def test_a_page_number_needs_no_element() -> None:
    """A number in brackets that calls itself a page is one, if no elements mark pages."""
    document = read("<p>the walls of [Page 12] Jeru[p. 13]salem</p><p>[Pg 14]</p><p>fell")
    assert marks_of(document) == [("page", "[Page 12]"), ("page", "[p. 13]"), ("page", "[Pg 14]")]
    assert [page.label for page in document.pages] == ["12", "13", "14"]
    document = read("<p>see [p. 12] and <span class=pagenum>[7]</span> there")
    assert marks_of(document) == [("page", "[7]")]


def test_ruby_is_a_gloss() -> None:
    """The base text continues across the glosses, which are shown with their parentheses."""
    document = read(
        "<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>を"
    )
    assert document.text == "漢(かん)字(じ)を"
    assert marks_of(document) == [("gloss", "(かん)"), ("gloss", "(じ)")]


@pytest.mark.parametrize(
    ("source", "mark"),
    [
        ("<h2>History<span class=mw-editsection>[<a href=e>edit</a>]</span></h2>", "[edit]"),
        ("<p>It sank<sup class=Inline-Template>[<i>when?</i>]</sup> here.", "[when?]"),
        ("<p>Press <button>Copy</button> now.", "Copy"),
        ("<p>Your <label for=x>Name</label>:", "Name"),
    ],
)
def test_controls_are_set_apart(source: str, mark: str) -> None:
    """Buttons, labels and links to edit a page are boilerplate where they stand."""
    document = read(source + "<p>Text.")
    assert marks_of(document) == [("boilerplate", mark)]
    assert len(document.blocks) == 2


def test_a_drop_capital_is_part_of_its_word() -> None:
    """The alternative text of an image next to a letter belongs to the word."""
    document = read("<p>“<img alt=O>nce the <img alt=K>ing came. <img alt=x> <b>Then</b>")
    assert document.text == "“Once the King came. Then"


def test_alternative_text_is_a_caption() -> None:
    """The caption follows the block of the image, unless it is a file name or a decoration."""
    image = "<img alt='A ferry at dawn'>"
    document = read(
        f"<h1><img alt='The Ferry'></h1><p>One {image} two.<p>{image}<img alt=spacer>"
        f"<img alt='x1.gif'><img width=1 height=1 alt='Count them'>"
        "<figure><img alt='A lamp'><figcaption>A lamp</figcaption></figure>"
    )
    assert kinds_and_texts(document) == [
        ("heading", "The Ferry"),
        ("paragraph", "One two."),
        ("caption", "A ferry at dawn"),
        ("caption", "A lamp"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>is <math><mi>E</mi><mo>=</mo><annotation>E=mc^2</annotation></math> so", "is E= so"),
        ("<p>is <script type='math/tex'>E=mc^2</script> so", "is E=mc^2 so"),
        ("<p>is <img alt='{\\displaystyle x}'> so", "is {\\displaystyle x} so"),
        ("<p>a<svg><text>Map</text><title>q</title></svg>b", "ab\n\nMap"),
        ("<p>a<svg><text>Map</text><p>b", "aMap\n\nb"),
        ("<p>a<svg><foreignobject><p>b</p></foreignobject></svg>c", "ac\n\nb"),
        ("<p>a<map name=m><area alt=no>b</map>c", "abc"),
        ("<p>a<marquee>b</marquee>c", "a\n\nb\n\nc"),
        ("<p>a<details><summary>b</summary>c</details>d", "a\n\nb\n\nc\n\nd"),
        ("<p>a<textarea>b\nc</textarea>d", "a\n\nb\nc\n\nd"),
        ("<p>a<embed src=x>b <source><track hidden>c<p>d", "ab c\n\nd"),
        ("<ruby>a<rt>b</rt><rt>c</rt></ruby>", "abc"),
        ("a</br>b</p>c", "a\nb\n\nc"),
        ("<p>a<template><p>t</template><dialog>b</dialog>", "a\n\nb"),
    ],
)
def test_elements_with_a_text_of_their_own(source: str, text: str) -> None:
    """Formulas are not doubled, and everything that a browser shows is read."""
    assert read(source).text == text


LONG = "<p>" + "A long text of the page itself. " * 5 + "</p>"


@pytest.mark.parametrize(
    "heading",
    [
        "<p><b>CHAPTER I</b></p>",
        "<p><b>Of lamps</b></p>",
        "<center><b>Of lamps</b></center>",
        "<p align=center><strong>Of lamps</strong></p>",
        "<p><font size=+2>Of lamps</font></p>",
        "<font size=5><b>Of lamps</b></font><br><br>",
        "<p style='font-weight: bold'>Of lamps</p>",
        "<p>Chapter 3. Of lamps</p>",
        "<center>OF LAMPS</center>",
        "<p class=ph2>Of lamps</p>",
        "<p class='chapter-title'>Of lamps</p>",
        "<div role=heading aria-level=2>Of lamps</div>",
    ],
)
def test_a_heading_is_recognised_by_its_look(heading: str) -> None:
    """A short block that is emphatic, and stands alone, is a heading."""
    document = read(f"{LONG}{heading}{LONG}")
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph", "heading", "paragraph"]
    assert document.blocks[1].is_guess == ("ph2" not in heading and "role" not in heading)


@pytest.mark.parametrize(
    "text",
    [
        "<p>A <b>bold sentence</b> in a paragraph</p>",
        "<p><b>Note.</b> A lead-in.</p>",
        "<p><b>A bold sentence stands alone.</b></p>",
        "<p><b>JANE:</b></p>",
        "<p><b>and so on</b></p>",
        "<p>Of lamps</p>",
        "<ul><li><b>Of lamps</b></ul>",
        "<p><b>1871</b></p>",
    ],
)
def test_other_emphatic_text_is_no_heading(text: str) -> None:
    """Sentences, lead-ins, speakers and items remain text."""
    document = read(f"{LONG}{text}{LONG}")
    assert "heading" not in dict(kinds_and_texts(document))


def test_emphasis_that_is_usual_means_nothing() -> None:
    """On a page in bold, short lines are no headings, except those of chapters."""
    lines = "".join(f"<p>Line {number} of the lamp" for number in range(9))
    document = read(f"<b><p>Chapter 1</p>{lines}</b>")
    assert [kind for kind, _ in kinds_and_texts(document)] == ["heading"] + ["paragraph"] * 9


def test_the_last_block_is_no_heading() -> None:
    """A signature in bold is text."""
    document = read(f"{LONG}<p><b>Jane Vane</b></p>")
    assert [kind for kind, _ in kinds_and_texts(document)] == ["paragraph", "paragraph"]


def test_a_list_of_chapters_is_no_row_of_headings() -> None:
    """Only the last of many headings that follow each other can have text below it."""
    lines = "".join(f"<p>Chapter {number}" for number in (1, 2, 3, 4, 1))
    document = read(lines + LONG)
    kinds = [kind for kind, _ in kinds_and_texts(document)]
    assert kinds == ["paragraph"] * 4 + ["heading", "paragraph"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<nav><a href=a>x</a></nav>", Reason.NAVIGATION),
        ("<div class=menu><a href=a>x</a> <a href=b>y</a></div>", Reason.NAVIGATION),
        ("<footer>x</footer>", Reason.PAGE_FOOTER),
        ("<div class=cookie-banner>x</div>", Reason.CONTROL),
        ("<noscript>x needs JavaScript.</noscript>", Reason.HIDDEN),
    ],
)
def test_boilerplate_has_a_reason(source: str, reason: Reason) -> None:
    """The level of a block of boilerplate is the reason for which it is one."""
    assert read(LONG + source).blocks[1].level == reason
    assert read("<header><a href=a>x</a></header>" + LONG).blocks[0].level == Reason.PAGE_HEADER


def test_guessed_headings_are_below_the_others() -> None:
    """The level of a guessed heading depends on the heading above it."""
    document = read(f"<h3>Lamps</h3>{LONG}<p><b>Of oil</b>{LONG}")
    assert [block.level for block in document.blocks] == [3, 0, 4, 0]


def test_a_page_of_project_gutenberg() -> None:
    """Header and licence are boilerplate, and the marks of its books are recognised."""
    document = read(
        "<section class=pgheader><h2>The Project Gutenberg eBook of The Lamp</h2>"
        "<div><span>*** START OF THE PROJECT GUTENBERG EBOOK THE LAMP ***</span></div></section>"
        "<h1>THE LAMP</h1><h2 id=I><span class=pagenum><a id=Page_1>[Pg 1]</a></span>CHAPTER I.<br>"
        "OF LAMPS</h2><p class=drop><img alt=T class=drop>he lamp was <span class=pagenum "
        "id=Page_2>[Pg 2]</span>lit.<a id=FNanchor_1 href='#Footnote_1' class=fnanchor>[1]</a> It"
        " burned.</p><div class=footnote><p><a id=Footnote_1 href='#FNanchor_1' class=label>[1]</a>"
        " Or so.</p></div><div class=figcenter><img alt='A lamp'><p class=caption>A lamp</p></div>"
        "<section class=pgfooter><span>*** END OF THE PROJECT GUTENBERG EBOOK THE LAMP ***</span>"
        "<p>Updated editions will replace it.</section>"
    )
    assert [each for each in kinds_and_texts(document) if each[0] != "boilerplate"] == [
        ("heading", "THE LAMP"),
        ("page", "[Pg 1]"),
        ("heading", "CHAPTER I.\nOF LAMPS"),
        ("paragraph", "The lamp was [Pg 2]lit.[1] It burned."),
        ("note", "[1] Or so."),
        ("caption", "A lamp"),
    ]
    assert sorted(marks_of(document)) == [
        ("page", "[Pg 2]"),
        ("reference", "[1]"),
        ("reference", "[1]"),
    ]
    assert [page.label for page in document.pages] == ["1", "2"]


def test_preformatted_text_has_headings() -> None:
    """A plain text in a web page is read like one, unless it is a program."""
    source = (
        "<pre>CHAPTER I\n\nThe lamp was lit in the morning\nat the harbour.\n\n"
        "CHAPTER II\n\n# It went out.</pre>"
    )
    kinds = [kind for kind, _ in kinds_and_texts(read(source))]
    assert kinds == ["heading", "paragraph", "heading", "paragraph"]
    source = source.replace("<pre>", "<pre><code>")
    assert {kind for kind, _ in kinds_and_texts(read(source))} == {"paragraph"}


def test_marks_in_preformatted_text() -> None:
    """Page numbers and anchors hold from their exact place in it."""
    document = read("<pre>one  two <span class=pagenum id=p3>[3]</span> three\n\nfour</pre>")
    assert document.text == "one  two [3] three\n\nfour"
    assert marks_of(document) == [("page", "[3]")]
    assert document.text[document.pages[0].start :].startswith("[3] three")
    assert document.text[document.anchors[0].start :].startswith("[3] three")


@pytest.mark.parametrize(
    "source", ["<p>10<sup>7</sup> men", "<p>1<sup>er</sup> mai", "<p>km<sup>2</sup> of land"]
)
def test_other_superscripts_are_text(source: str) -> None:
    """Powers and ordinals remain part of the text."""
    assert [kind for kind, _ in kinds_and_texts(read(source))] == ["paragraph"]


def anchor_of(document: Document, block: Block) -> str:
    """Return the nearest anchor at or before the start of a block."""
    names = [anchor.name for anchor in document.anchors if anchor.start <= block.span.start]
    return names[-1] if names else ""


def test_an_anchor_holds_from_its_place_on() -> None:
    """Within a block, too."""
    document = read(
        '<p>a<a name="015"></a><p><a name=016></a>b<p>c<i id=z>d</i><p>e<div id=f><p>g</div>'
    )
    assert [(anchor.name, document.text[anchor.start :]) for anchor in document.anchors] == [
        ("015", "\n\nb\n\ncd\n\ne\n\ng"),
        ("016", "b\n\ncd\n\ne\n\ng"),
        ("z", "d\n\ne\n\ng"),
        ("f", "g"),
    ]


def test_an_anchor_in_a_heading_belongs_to_the_heading() -> None:
    """An anchor after the words of a heading is its anchor, unless one precedes them."""
    document = read(
        '<h2 id=a>A</h2><h2>Sub <a name="sub"></a></h2><p>x<h2 id=b>B<a name=c></a></h2><p>y'
    )
    assert [anchor_of(document, block) for block in document.blocks] == [
        "a",
        "sub",
        "sub",
        "b",
        "c",
    ]


@pytest.mark.parametrize(
    "tag", ["div class=footnote", "aside", "p class=note", "div class=menu", "footer"]
)
def test_the_anchors_of_a_note_end_with_it(tag: str) -> None:
    """Text after a note or a region has the anchor that was valid before it."""
    name = tag.split(maxsplit=1)[0]
    document = read(
        f"<h2 id=a>A</h2><p>x</p><{tag} id=fn1><a name=fn2></a>1. Note.</{name}><p>y<p id=z>w"
    )
    anchors = {
        block.span.of(document.text): anchor_of(document, block) for block in document.blocks
    }
    assert (anchors["y"], anchors["w"]) == ("a", "z")
    assert anchors["1. Note."] == "fn2"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>The Mill</title>", "", "The Mill"),
        ("<title>The Mill - Old Books</title>", "<h1>The Mill</h1>", "The Mill"),
        ("<title>Old Books | The Mill</title>", "<h1>The Mill</h1>", "The Mill"),
        ("<title>War - and Peace</title>", "", "War - and Peace"),
        ('<title>Mill — OB</title><meta property="og:site_name" content="OB">', "", "Mill"),
        ('<title>Untitled</title><meta name="DC.Title" content="Mill">', "<h1>x</h1>", "Mill"),
        ("<title>Mill - A. Voss</title>", "<h1>Mill</h1>", "Mill - A. Voss"),
        ("<title>Ada de la Voss: x</title>", "<h1>x</h1>", "Ada de la Voss: x"),
        ("<title>Mill | The Guardian</title>", "<h1>Mill</h1>", "Mill"),
        ("<title>Mill - Ada Voss</title><meta name=author content=AV>", "<h1>Mill</h1>", "Mill"),
        (
            '<title>Mill - Ada Voss</title><meta property="og:site_name" content="Ada Voss">',
            "<h1>Mill</h1>",
            "Mill",
        ),
        ('<script type="application/ld+json">{"@type":"Article","headline":"A"}</script>', "", "A"),
        ("", "<h1>The <i>Mill</i></h1>", "The Mill"),
        ("", "<p>x", ""),
    ],
)
def test_the_title(head: str, body: str, title: str) -> None:
    """The name of the site is removed from the title where the page shows that it is one."""
    assert read(f"<html><head>{head}</head><body>{body}<p>Text.").title == title


def test_metadata() -> None:
    """Author, date, source and language come from meta elements and info lines."""
    document = read(
        '<html lang="EN-gb"><head><meta name=author content="Ann Bo">'
        '<meta name="DC.Date" content="c. 1848"><link rel=canonical href="http://x.y/z"></head>'
        "<p class=info>Written: 1847;<br>Translated: C. D.</p><p>Text."
    )
    assert document.language == "en"
    assert dict(document.metadata) == {
        "author": "Ann Bo",
        "date": "c. 1848",
        "source": "http://x.y/z",
        "translator": "C. D.",
    }


@pytest.mark.parametrize("prefix", ["", "dc.", "DCTERMS."])
@pytest.mark.parametrize("name", ["publisher", "source", "subject", "description"])
def test_metadata_under_plain_and_dublin_core_names(prefix: str, name: str) -> None:
    """A meta element may have the name of the field, also with the prefix of Dublin Core."""
    assert dict(read(f'<meta name="{prefix}{name}" content="Oak"><p>x').metadata) == {name: "Oak"}


def test_the_date_of_a_page_is_not_that_of_its_text() -> None:
    """Both are fields; a printed text without another date has that of its first printing."""
    published = '<meta property="article:published_time" content="2017-03-04T10:00:00Z">'
    written = "<p class=info>Written: 1847; </p>"
    printed = "<p class=info>First Published: 1849; </p>"
    expected = {"published": "2017-03-04T10:00:00Z"}
    assert dict(read(f"{published}<p>x").metadata) == expected
    assert dict(read(f"{published}{written}<p>x").metadata) == {**expected, "date": "1847"}
    assert dict(read(f"{written}{printed}<p>x").metadata) == {"date": "1847", "published": "1849"}
    assert dict(read(f"{printed}<p>x").metadata) == {"date": "1849", "published": "1849"}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (
            '{"@type":"NewsArticle","author":{"name":"J. Vane"},"datePublished":"2017-03-04"}',
            {"author": "J. Vane", "published": "2017-03-04"},
        ),
        (
            """{"@graph": [{"@type": "WebSite", "name": "S", "author": "No"},
            {"@type": ["Article", "x"], "author": [{"@id": "#p"}, "Ben Orr"]},
            {"@type": "Person", "@id": "#p", "name": "Ada Voss"}]}""",
            {"author": "Ada Voss; Ben Orr"},
        ),
        (
            """[{"@type": "WebPage", "datePublished": "2020", "author": "Webmaster"},
            {"@type": "https://schema.org/Book", "author": "Ada", "dateCreated": 1911}]""",
            {"author": "Ada", "date": "1911", "published": "2020"},
        ),
        ('<!-- {"@type":"Report","publisher":{"name":"P"}} -->', {"publisher": "P"}),
        ('{"@type":"BreadcrumbList","name":"x","author":"No"}', {}),
        ('{"@type":"Article","author":"Ada",}', {}),
        ('{"@type":"Article","author":7,"datePublished":[null,{}]}', {"author": "7"}),
        ("[" * 9000, {}),
        (" " * 300_000 + "{", {}),
        ("", {}),
    ],
)
def test_json_ld(statements: str, expected: dict[str, str]) -> None:
    """Statements about the text or its page are read; those about the site are not."""
    document = read(f'<script type="application/LD+json">{statements}</script><p>x')
    assert document.text == "x"
    assert dict(document.metadata) == expected


@pytest.mark.parametrize(
    ("body", "published"),
    [
        ("<h1>T</h1><time datetime=2017-03-04>4 March</time><p>x", "2017-03-04"),
        ("<p><time datetime=2017-03-04>4 March</time> by Ada<p>x", "2017-03-04"),
        ("<p>On <time datetime=1911-05-04>4 May</time> the weir burst.", None),
        ("<p><time datetime=1911>A</time> x<p><time datetime=1912>B</time> y", None),
        ("<p>x <time datetime=1911>A</time>, <time pubdate datetime=2017>B</time>", "2017"),
        ('<p>x <time itemprop="datePublished" datetime=2017>B</time>', "2017"),
        ('<meta itemprop="datePublished" content="2017"><p>x', "2017"),
        ("<p><time>1911</time> x", None),
    ],
)
def test_times(body: str, published: str | None) -> None:
    """A time at the head of a page is that of its publication; times within the text are not."""
    assert dict(read(body).metadata).get("published") == published


def test_an_address_is_an_author_only_without_a_name() -> None:
    """Networks put the address of a profile where the author belongs."""
    address = '<meta property="article:author" content="https://example.org/voss">'
    name = '<meta name=author content="Ada Voss">'
    json_ld = '<script type="application/ld+json">{"@type":"Article","author":"Ada"}</script>'
    assert dict(read(f"{address}{name}<p>x").metadata)["author"] == "Ada Voss"
    assert dict(read(f"{address}{json_ld}<p>x").metadata)["author"] == "Ada"
    assert dict(read(f"{address}<p>x").metadata)["author"] == "https://example.org/voss"


@pytest.mark.parametrize(
    "source",
    [
        b'<meta charset="iso-8859-1"><p>\x93caf\xe9\x94',
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
            b"<p>\x93caf\xe9\x94"
        ),
        b'<?xml version="1.0" encoding="utf-8"?><p>\xe2\x80\x9ccaf\xc3\xa9\xe2\x80\x9d',
        b'<meta charset="utf-8"><p>\x93caf\xe9\x94 de la gare',
        "\ufeff<p>“café”".encode("utf-16-le"),
    ],
)
def test_the_encoding(source: bytes) -> None:
    """The declared encoding is used as in browsers; where it is wrong, the bytes decide."""
    assert read(source).text.startswith("“café”")


def test_entities_without_a_character_are_replaced() -> None:
    """No entity produces a lone surrogate."""
    assert read("<p>a&#xD800;b&#0;c").text == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("tag", ["div", "span", "i", "blockquote", "ul", "font", "table"])
def test_deep_nesting_loses_no_text(tag: str) -> None:
    """Thousands of nested elements are read, and so is the text after them."""
    document = read(f"<p>first<{tag}>" + f"<{tag}>x" * 12_000 + f"</{tag}>" * 12_001 + "<p>last")
    assert document.text.count("x") == 12_000
    assert document.text.startswith("first")
    assert document.text.endswith("last")
    assert document.warnings == ()


def test_text_inside_deep_nesting_is_read() -> None:
    """Text inside tens of thousands of otherwise empty elements is found."""
    n = 60_000
    assert read("<div>" * n + "inside" + "</div>" * n + "<p>after").text == "inside\n\nafter"


def test_an_unclosed_comment_is_reported() -> None:
    """Text after an unclosed comment is lost, and the warning says so."""
    document = read("<p>a</p>" + "<!--" * 50_000 + "b")
    assert document.text == "a"
    assert "a comment that is never closed" in document.warnings[0]


def test_an_unclosed_annotation_hides_no_title() -> None:
    """The title is found even inside an unclosed ruby annotation."""
    assert read("<ruby><rt>x<title>Mill</title><p>one").title == "Mill"


def test_a_page_within_the_page_is_read() -> None:
    """A browser renders the attribute `srcdoc` in a frame, unless that is hidden."""
    inner = "&lt;p&gt;Inside &amp;amp; out.&lt;/p&gt;"
    page = f'<p>Before.</p><iframe srcdoc="{inner}">old</iframe><p>After.</p>'
    assert read(page).text.split() == ["Before.", "Inside", "&", "out.", "After."]
    hidden = page.replace("<iframe", "<iframe hidden")
    assert read(hidden).text.split() == ["Before.", "After."]


@pytest.mark.parametrize("inner", ["", " ", "<i> </i>"])
def test_a_mark_without_text_leaves_nothing_behind(inner: str) -> None:
    """A button without a text is no mark of the block after it."""
    document = read(f"<button>{inner}</button><div><a name='n'>The mill</a> and the quay</div>")
    assert document.text == "The mill and the quay"
    assert document.marks == ()
