"""Tests of the inline markup of Markdown: it is set apart, and words go on across it."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, check_passages, words_of


def read(source: str) -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document("a.md", source.encode())
    check_blocks(document)
    check_passages(document)
    return document


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a **ver**y _plain_ house", "a very plain house"),
        ("*em **strong** em* and ***both***s", "em strong em and boths"),
        ("H~2~O, H<sub>2</sub>O, x^2^ and ~~gone~~s", "H2O H2O x2 and gones"),
        ("a foot<b>bridge</b>s<!-- no -->ide", "a footbridgeside"),
        ("one<br>two<br/>three", "one two three"),
        ("the [mill](a_b*c.md 'Tool tip')s", "the mills"),
        ("[mill][m]s, [Mill][]s and [mill]s\n\n[mill]: a.md\n[m]: b.md", "mills Mills and mills"),
        ("the [[Miller#Family|miller]]s and [[Quay]]s", "the millers and Quays"),
        ("[a [b](c) d](e), [x](<a b>) y", "a b d x y"),
        ("[a](b(c)d) e [f](g\\)h) i", "a e f i"),
        ("f&uuml;r caf&eacute;s&nbsp;no R&#38;D", "für cafés no R D"),
        ("`code *x* &amp;` and ``a ` b``", "code x amp and a b"),
        ("\\*no\\* em\\_ph", "no em ph"),
        ("snake_case 2*3*4 a * b * c", "snake case 2 3 4 a b c"),
        ("see <https://example.org/a> or <me@example.org>.", "see or"),
        ("a < b and <name> > c", "a b and name c"),
        ("treaty<sup>2</sup> of 3 km<sup>2</sup>", "treaty of 3 km2"),
        ("Treaty^1^ was bar^[\\[2\\]](#fn2)^ and\\[3\\] km^2^", "Treaty was bar and km2"),
        ("War<sup>2</sup> of 3 mi<sup>2</sup>\\[a\\] ^4^", "War of 3 mi2 a 4"),
        ("treaty[^1] of[^x] peace\n\n[^x]: A note.", "treaty of peace A note"),
        ("treaty [1](#fn1)of [peace](#war)", "treaty of peace"),
        ("as [@smith2004, p. 3] says", "as says"),
        ("[small]{.caps}er {{< x >}} {% raw %}text", "smaller text"),
        ("![T](t.png)he mill", "The mill"),
        ("a [not a link] and ] and [", "a not a link and and"),
        ("the treaty² and `area²` of 1911.[12] It", "the treaty and area² of 1911 It"),
        ("- [ ] one\n- [x] two", "one two"),
        ("> [!NOTE]\n> revolu-\n> tion", "revolution"),
        ("A sen-\n  tence  \nends\\\nhere", "A sentence ends here"),
        ("text ==marked==s ++ a==b", "text marked s a b"),
        ('<a href="x" title="a > b">link</a>s', "links"),
        ("a <!-- not closed", "a not closed"),
        ("a `tick and b", "a tick and b"),
        ("## Head [edit](w?action=edit) {#id}", "Head"),
        ("## Head of C# [edit]\n\nA [edit].", "Head of C A edit"),
        ("## Head[edit | edit source]", "Head"),
    ],
)
def test_words_go_on_across_markup(source: str, words: str) -> None:
    """The words of the running text are those that a reader sees."""
    found = words_of(read(source))
    assert found.replace(" s ", "s ") == words.replace(" s ", "s ")


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("[mill](http://mill.example/c 'Tip')", "link", "http mill example c Tip"),
        ("a <http://mill.example>", "link", "http mill example"),
        ("a [m]\n\n[m]: http://mill.example\n  'Tip'", "link", "http mill example Tip"),
        ("a[^12]", "reference", "12"),
        ("a <b id=x>c</b> <!-- d -->", "markup", "b id x b d"),
        ("a ^[It *is* so.]b", "note", "It is so"),
        ("a ![a *fine* picture](p.png) b", "caption", "a fine picture"),
        ('a <img src="p.png" alt="a picture"> b', "caption", "a picture"),
        ("![a picture](p.png)", "caption", "a picture"),
        ("```python\nx = 1\n```", "markup", "python"),
        ("<script>x</script>", "markup", "script x script"),
    ],
)
def test_markup_is_found_by_its_kind(source: str, kind: str, words: str) -> None:
    """Targets, notes, captions and tags are in passages of their own."""
    document = read(source)
    found = words_of(document, kind=kind).split()
    assert [word for word in words.split() if word not in found] == []


def test_entities_are_replaced_in_the_text_and_lines_stay() -> None:
    """The text has the characters, except in code; line numbers are those of the file."""
    document = read(
        "&nbsp;\n\n&lt;b&gt; caf&eacute; &amp;lt; &#10;x &unknown; &notit;\n\n    &amp;\n"
    )
    assert document.text == "\xa0\n\n<b> café &lt;  x &unknown; &notit;\n\n    &amp;\n"
    assert [passage.lines for passage in check_passages(document)] == [(3, 5)]
    assert document.marks == ()
