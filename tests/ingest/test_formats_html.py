"""Tests of web pages: the text that a reader of the page would see, and its structure."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Block, Document
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
        ("<aside>x</aside>", "note"),
        ("<p class=enote>x", "note"),
        ("<div class='footnotes'><ol><li>x</ol></div>", "note"),
        ("<p id=fn1>x", "note"),
        ("<section role=doc-endnotes><p>x</section>", "note"),
        ("<nav>x</nav>", "boilerplate"),
        ("<footer>x</footer>", "boilerplate"),
        ("<div class=nav-bar>x</div>", "boilerplate"),
        ("<p class=footer>x", "boilerplate"),
        ("<div id='main-menu'><a href=a>x</a></div>", "boilerplate"),
        ("<article><footer>x</footer></article>", "paragraph"),
        ("<p class=navy>x", "paragraph"),
        ("<p class=footer-note>x", "note"),
        ("<p class='small footnote-text'>x", "note"),
        ("<section id=social-democracy><p>x</section>", "paragraph"),
        ("<section id=share-cropping><p>x</section>", "paragraph"),
        ("<div id=search-for-work><p>x</div>", "paragraph"),
        ("<div class=menu-of-the-poor><p>x</div>", "paragraph"),
        ("<div class='cookie-banner'>x</div>", "boilerplate"),
        ("<div class='breadcrumbs'><a href=a>x</a></div>", "boilerplate"),
        ("<div id=site_nav>x</div>", "boilerplate"),
        ("<div role=navigation>x</div>", "boilerplate"),
        (f"<div class=social><p>x {'word ' * 50}</div>", "paragraph"),
        (f"<div role=navigation>x {'word ' * 50}</div>", "boilerplate"),
        (f"<div class=sidebar>{'word ' * 50}<nav>x</nav></div>", "boilerplate"),
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
    kinds = kinds_and_texts(read("<header><h1>Mill</h1><p>A site</header><p>Text."))
    assert kinds == [("heading", "Mill"), ("boilerplate", "A site"), ("paragraph", "Text.")]
    kinds = kinds_and_texts(read("<header><h1>Site</h1></header><h1>Mill</h1><p>Text."))
    assert kinds[:2] == [("boilerplate", "Site"), ("heading", "Mill")]


def test_a_group_of_headings_is_one_heading() -> None:
    """A number and a title in an hgroup are one heading."""
    document = read("<hgroup><h2>IV</h2> <p>Of the mill</p></hgroup><p>Text.")
    assert check_passages(document)[0].headings == ("IV Of the mill",)


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="#n7"><sup>7</sup></a>',
        '<sup><a href="#n7">7</a></sup>',
        '<a epub:type="noteref" href="e.xhtml#n7">7</a>',
        '<sup class="footnote-ref">[7]</sup>',
        "<sup>7</sup>",
        '<span class="pagenum">[7]</span>',
    ],
)
def test_a_mark_does_not_interrupt_a_sentence(mark: str) -> None:
    """A note mark or page mark is a block of its own, and the sentence continues after it."""
    document = read(f"<p>impossible{mark} Thus it went.")
    kinds = [kind for kind, _ in kinds_and_texts(document)]
    assert kinds == ["paragraph", "boilerplate", "paragraph"]
    assert kinds_and_texts(document)[0][1] == "impossible"
    assert document.blocks[2].is_continuation
    assert document.text.replace("[7]", "7") == "impossible7 Thus it went."
    assert [page.label for page in document.pages] == (["7"] if "pagenum" in mark else [])


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


def test_the_anchor_of_a_block() -> None:
    """A block has its own anchor, or the first one within it, or the nearest before it."""
    document = read(
        '<p>a<a name="015"></a><p><a name=016></a>b<p>c<i id=z>d</i><p>e<div id=f><p>g</div>'
    )
    assert [
        (block.span.of(document.text), anchor_of(document, block)) for block in document.blocks
    ] == [
        ("a", "015"),
        ("b", "016"),
        ("cd", "z"),
        ("e", "z"),
        ("g", "f"),
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
    assert anchors["1. Note."] == ("a" if tag == "footer" else "fn2")


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
            {"author": "Ada Voss, Ben Orr"},
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
