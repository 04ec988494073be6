"""The words of web pages and their order, compared with those that a browser would show.

html5lib builds the tree of a page as browsers do, from the same standard; the reader here knows
nothing of the one that it checks.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.ingest.formats import read_document


def names(listed: str) -> list[str]:
    """Return the names of elements in `listed`."""
    return listed.split()


HIDDEN = names(
    "head title script style template option select iframe noembed object audio video canvas "
    "annotation"
)
INLINE = names(
    "a abbr acronym b bdi bdo big blink cite code del dfn em embed font i ins kbd label mark math "
    "mi mn mo nobr q rb rp rt ruby s samp small span strike strong sub sup time tt u unknown var "
    "wbr"
)
WORD = re.compile(r"\w+")

PAGES = [
    "<p>one<p>two <b>bold <i>both</b> italic</i> end",
    "<table>stray<tr><td>a<td>b<tr><td>c</table>after",
    "<ul><li>a<li>b<ul><li>c</ul><li>d</ul><dl><dt>e<dd>f<dt>g</dl>h",
    "<p>a<div>b</div>c<p>d<section>e<article>f</article></section>g",
    "<a href=x>one<a href=y>two</a> three",
    "<p>a</br>b</p>c</p>d <div>e</p>f</div>g</div>h",
    "<ruby>漢<rt>かん</ruby>字 <ruby><rb>a<rb>b<rt>c</ruby> <ruby>d<rp>(</rp><rt>e</rt></ruby>",
    "<frameset cols=1><frame src=a><noframes><p>one <b>two</b></noframes></frameset>",
    "<html><frameset><noframes><body><h1>one</h1><p>two</body></noframes></frameset></html>",
    "<b><p>one</p>two</b>three <i>a<table><tr><td>b</i>c</table>d",
    "<pre>\na\n  b</pre>c<textarea>\nx <b>y</textarea>d<listing>e</listing>f<xmp>g <i>h</i></xmp>i",
    "<p>x<plaintext>a <b>b</b></plaintext>",
    "a<!-- x -- y -->b <!>c<?pi x>d",
    "<p title='a > b'>x</p><p title=\"y\">z<p a=b'c>d",
    "<p>&amp;&lt;x&gt; &copyright caf&eacute; &#65;&#x42 &bogus; &notit; so&shy;cial",
    "<table><caption>c<thead><tr><th>h<tbody><tr><td>d</table>",
    "<form>f<label>l</label> <fieldset><legend>g</legend>h</fieldset></form>",
    "<details><summary>s</summary>d</details>e<marquee>m</marquee>n<center>o</center>p",
    "<p>Energy <math><mi>E</mi><mo>=</mo><mi>m</mi><annotation>no</annotation></math> x",
    "<script>'</p>no'</script>a<style>no</style>b<title>no</title>",
    "<p>x<address>y</address>z<nobr>q</nobr><unknown>r</unknown>s",
    "<li>a<p>b<li>c</li>d<dd>e<hr>f<wbr>g",
    "<font size=7>O</font>nce <p><b>b<p>c</b>d",
    "<p>a<embed src=x>b<p>c<embed src=y hidden>d",
    "<video><source src=x><track src=y>no</video>a <audio>no</audio>b",
    "<td>a<table><tr><td>b<td>c</table>d",
    "<p hidden>no</p>a<select><option>no</select>b",
    "<noscript><p>a lamp</noscript><p>b",
    "<form>a</form>b <b>e<b>f<b>g</b>h",
    "<P CLASS=x ID=y>UPPER</P><DIV>q</DIV><p<b>x</b>y",
    "<p>1<sup>2</sup>3<sub>4</sub> H<sub>2</sub>O <q>quoted</q>",
    "<div><span>a<div>b</div>c</span>d</div><blockquote>e<footer>f</footer></blockquote>g",
    "<main><h1>a<small>b</small></h1><hgroup><h2>c</h2><p>d</hgroup></main><nav>e</nav>",
    "<ol><li><p>a</p><p>b</p></li></ol><menu><li>c</menu><dir><li>d</dir>",
]
TAGS = names("p div b i em span a li ul blockquote h2 section font center")
PIECES = st.sampled_from(
    [f"<{slash}{tag}>" for tag in TAGS for slash in ("", "/")]
    + ["one ", "two", " three", "\n", "<br>", "<hr>", "</br>", "&nbsp;", "<!-- x -->", "<wbr>"]
)


def text_of(element: Element) -> Iterator[str]:
    """Yield the strings that a browser shows of `element`, with white space around its blocks."""
    name = element.tag
    is_shown = isinstance(name, str) and name not in HIDDEN and "hidden" not in element.attrib
    if is_shown and name == "noframes":
        yield f" {' '.join(shown_words(element.text or ''))} "
    elif is_shown:
        separator = "" if name in INLINE else " "
        yield separator + (element.text or "")
        for child in element:
            yield from text_of(child)
        yield separator
    yield element.tail or ""


def shown_words(source: str) -> list[str]:
    """Return the words that a browser shows of a page."""
    tree = html5lib.parse(source, namespaceHTMLElements=False)
    for element in tree.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return WORD.findall("".join(text_of(tree)))


def read_words(source: str) -> list[str]:
    """Return the words of the document in a page."""
    return WORD.findall(read_document("a.html", source.encode()).text)


@pytest.mark.parametrize("page", PAGES)
def test_words_and_their_order_are_those_of_a_browser(page: str) -> None:
    """Correct and careless markup, old and new, is read as a browser renders it."""
    assert shown_words(page)
    assert read_words(page) == shown_words(page)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_the_words_of_any_tags_are_those_of_a_browser(source: str) -> None:
    """Tags may open and close in any order."""
    page = f"<p>Lamp {source}"
    assert read_words(page) == shown_words(page)
