"""Tests of wiki markup: its blocks, and the markup in them, which words go on across."""

from typing import Any

import pytest

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.reading_rules import FormatRules, Rule
from excerpt.ingest.formats.text_rules import apply_rules
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts, words_of


def read(source: str) -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document("a.wiki", source.encode())
    check_blocks(document)
    check_passages(document)
    return document


def test_blocks_of_all_kinds() -> None:
    """Headings, items, tables, quotations, pictures, galleries and rules are recognised."""
    source = (
        "'''A''' ferry\non.\n\n== H ==[edit]\n* i\n** ii\n# 1\n; t\n: d\n\n"
        "{{quote|The sea\n\nis wide.|author=Hale}}\n\n"
        '{| class="x"\n|+ T\n|-\n! a !! b\n|-\n| align=left | c || d|e\nf\n|}\n'
        "[[File:Q.jpg|thumb|A quay]]\n<gallery>\nA.jpg|Caption\nB.jpg\n</gallery>\n----\nEnd."
    )
    assert kinds_and_texts(read(source)) == [
        ("paragraph", "'''A''' ferry\non."),
        ("heading", "== H ==[edit]"),
        ("item", "* i"),
        ("item", "** ii"),
        ("item", "# 1"),
        ("item", "; t"),
        ("item", ": d"),
        ("quote", "{{quote|The sea\n\nis wide.|author=Hale}}"),
        ("markup", '{| class="x"'),
        ("caption", "|+ T"),
        ("markup", "|-"),
        ("cell", "! a"),
        ("cell", "!! b"),
        ("markup", "|-"),
        ("cell", "| align=left | c"),
        ("cell", "|| d|e"),
        ("cell", "f"),
        ("markup", "|}"),
        ("caption", "[[File:Q.jpg|thumb|A quay]]"),
        ("markup", "<gallery>"),
        ("caption", "A.jpg|Caption"),
        ("link", "B.jpg"),
        ("markup", "</gallery>"),
        ("boilerplate", "----"),
        ("paragraph", "End."),
    ]


def test_a_box_has_cells() -> None:
    """The values of an information box are cells; names, pictures and sizes are not text."""
    source = "{{Infobox ship\n| name = ''Vane''\n| image = x.jpg\n| owner = [[A|B]]\n}}\nText."
    assert kinds_and_texts(read(source)) == [
        ("markup", "{{Infobox ship"),
        ("cell", "| name = ''Vane''"),
        ("markup", "| image = x.jpg"),
        ("cell", "| owner = [[A|B]]\n}}"),
        ("paragraph", "Text."),
    ]
    assert words_of(read(source)) == "Vane B Text"


def test_notes_at_the_end_are_notes() -> None:
    """Each note of a list of notes is a block of its own."""
    source = (
        "A.<ref name=b/>\n\n== Notes ==\n<references>\n<ref name=b>One.</ref>\n<ref>Two.</ref>\n"
        "</references>"
    )
    document = read(source)
    assert kinds_and_texts(document)[2:] == [
        ("note", "<references>\n<ref name=b>One.</ref>"),
        ("note", "<ref>Two.</ref>\n</references>"),
    ]
    assert words_of(document, kind="note") == "Notes One Two"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a [[Norway|Norwegian]]s and [[quay]]s", "a Norwegians and quays"),
        ("'''V'''ane and ''it''s '''''b'''''", "Vane and its b"),
        ("12&nbsp;m, 3{{nbsp}}m, f&uuml;r", "12 m 3 m für"),
        ('a company<ref>A report.</ref> bought<ref name="x" /> it', "a company bought it A report"),
        ("H<sub>2</sub>O one<br />two <!-- no\n\nno -->on", "H2O one two on"),
        ("see [https://example.org the site] and [https://example.org]", "see the site and"),
        ("a {{lang|fr|bon}}jour {{nowrap|b c}} {{abbr|d|e}}", "a bonjour b c d"),
        ("a {{convert|12|km|mi}} b {{unknown|x|y=z}} c", "a 12 km b x c"),
        ("a [[File:A.jpg|thumb|B [[c|d]]]] e", "a e B d"),
        ("a [[Image:A.jpg|left]] e", "a e"),
        ("a {{efn|A ''note''}} e{{sfn|Vane|1931}}", "a e A note Vane 1931"),
        ("a<math>x^2</math> <nowiki>[[b]] &amp;</nowiki> c__TOC__", "a b c"),
        ("a {{ b [[ c ]] d", "a b c d"),
        ("a [[ b\n\nc ]] d }} e </ref> f", "a b c d e f"),
        ("#REDIRECT [[Mill]]\n[[Category:Mills|x]]\n[[fr:Moulin]]", "Mill"),
        ("a {{cn|date=May 1911}} b {{rp|12}} {{{1|x}}} c", "a b c"),
        (
            "== A ''b'' [[c|d]] ==\ne {{cite book|last=Vane|url=http://x.y|title=T}}",
            "A b d e Vane T",
        ),
        ("{{Short description|x}}\n<poem>\na\nb\n</poem>", "a b"),
        ("a {{odd|x|b c d e f g h}} i", "a x b c d e f g h i"),
        ("{{main|Mill}}\nText. {{transl|ar|ALA|b}} [[A:b|]]", "Mill Text b"),
        ("[[File:A.jpg|b [http://x.example c]]]", "b c"),
        (
            "in {{circa|1850}}, {{HMS|Vane|1912|6}}, {{ship|SS|Vane}}",
            "in 1850 HMS Vane 1912 SS Vane",
        ),
        ("{{birth date|1850|3|4|df=y}} {{val|3.5|u=km}}", "1850 3 4 3 5 km"),
        ("{{formatnum:12345}} {{lc:B}} {{USD|1=300}} {{as of|2010}}", "12345 B 300 as of 2010"),
        ("a {{zh|c=Vane|links=no}} {{math|''x'' + 1}} b", "a Vane x 1 b"),
        ("{{drop initial|T|3em}}HE {{SIC|teh|the}} {{left margin|2em|b c}}", "THE teh b c"),
        ("a {{hws|com|common}}\n{{hwe|mon|common}} b", "a common b"),
        ("{{hwe|mon|common}} b", "common b"),
        ("bro{{pagenum|13}}ken {{ruby|b|c}} {{flag icon|d}}", "broken b"),
        ("a {{when|date=x}} b {{clarify|reason=c d e f g h i}} {{#if:x|y}}", "a b"),
        ("{{c|{{larger|THE TITLE}}}}", "THE TITLE"),
        ("a {{efn|name=x|group=y|A note}} b", "a b A note"),
        ("see [[Media:D.pdf|Doc]] and [[:File:A.jpg|it]]", "see Doc and it"),
        ("a <ref>b", "a b"),
        ("a <!-- b", "a b"),
    ],
)
def test_words_go_on_across_markup(source: str, words: str) -> None:
    """The words of the running text are those that a reader sees; notes and captions follow."""
    assert words_of(read(f"{source}\n")) == words


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("a [[Norway|b]]", "link", "Norway"),
        ("a<ref>Report, p. 4.</ref> b", "note", "Report p 4"),
        ("a<ref>{{cite book\n| last = Vane\n| title = Ferries\n}}</ref> b", "note", "Vane Ferries"),
        ("a<ref name=x/> b", "reference", "ref name x"),
        ("a [[File:A.jpg|thumb|A <ref>no</ref> quay]] b", "caption", "A quay"),
        ("a [[File:A.jpg|thumb|A <ref>no</ref> quay]] b", "note", "no"),
        ("a {{unknown|b=d}} <!-- c -->", "markup", "unknown b d c"),
        ("a {{clarify|b}}", "markup", "clarify b"),
        ("a {{ruby|漢|kan}}", "gloss", "kan"),
        ("a {{page|12}} b", "page", "page 12"),
        ("a [[Category:Mills|x]]", "markup", "Category Mills x"),
    ],
)
def test_markup_is_found_by_its_kind(source: str, kind: str, words: str) -> None:
    """Targets, notes, captions, templates and tags are in passages of their own."""
    found = words_of(read(source), kind=kind).split()
    assert [word for word in words.split() if word not in found] == []


def test_items_in_cells_and_after_signs_are_no_notes() -> None:
    """The bar of an empty cell is no rule above notes, and the sign of an item no reference."""
    document = read("{|\n|\n* i\n* j\n|}\n\nA.\n\n:* k\n\n----\n* Note.")
    found = [each for each in kinds_and_texts(document) if each[0] in {"item", "note"}]
    assert found[:3] == [("item", "* i"), ("item", "* j"), ("item", ":* k")]
    assert words_of(document, kind="reference") == ""


def test_values_of_a_citation_are_highlighted_without_names() -> None:
    """Between two values, the bar remains and keeps them apart."""
    source = "a<ref>{{cite book|last=Doe|first=Jane\n| title = Mills}}</ref> b"
    document = read(source)
    marks = [mark.span for mark in document.marks if mark.kind != "note"]
    covered = {offset for span in marks for offset in range(span.start, span.end)}
    shown = "".join(sign for offset, sign in enumerate(source) if offset not in covered)
    assert shown == "aDoe|Jane\n Mills b"


def test_page_templates_number_pages() -> None:
    """A template for a page mark begins a page, within a word or in a line of its own."""
    document = read(
        "One.\n\n{{page|12}}\n\nTwo bro{{Pagenum|13}}ken, {{page|A.djvu/15|num=xiv}} x."
    )
    assert [page.label for page in document.pages] == ["12", "13", "xiv"]
    assert words_of(document) == "One Two broken x"


def test_lines_and_anchors() -> None:
    """Line numbers are those of the file, and headings have the anchors of MediaWiki."""
    document = read(
        "= A =\n{{x\n| y = z\n}}\n\n== The ''first'' years ==\nText.\n\n== The first years ==\nEnd."
    )
    assert document.title == "A"
    names = [anchor.name for anchor in document.anchors]
    assert names == ["A", "The_first_years", "The_first_years_2"]
    assert [(p.lines, p.anchor) for p in check_passages(document)][-1] == ((9, 10), names[2])


def test_text_without_markup_is_read_as_plain_text() -> None:
    """A page with headings only, as encyclopedias are saved, keeps its facts and items."""
    document = read("= A =\n\n- Kind: Almanac\n- Place: Port\n\n== B ==\n* i\n\nText.")
    assert dict(document.metadata) == {"kind": "Almanac", "place": "Port"}
    assert [passage.headings for passage in check_passages(document)] == [("A",), ("A", "B")]


@pytest.mark.parametrize(
    "pattern",
    ["A report", "report.</ref> b", "<ref>A report.</ref>", "a<ref>A", "{{odd[|]c}}", "."],
)
@pytest.mark.parametrize("name", ["note", "boilerplate", "note_reference"])
def test_rules_of_a_collection_may_cut_marks(name: str, pattern: str) -> None:
    """Wherever a rule cuts notes and templates, the document remains valid and loses no word."""
    document = read("a<ref>A report.</ref> b {{odd|c}} [[File:A.jpg|d]] e")
    rules: dict[str, Any] = {name: (Rule(pattern=pattern),)}
    changed = apply_rules(document, FormatRules(**rules))
    check_blocks(changed)
    check_passages(changed)
    assert changed.text == document.text
