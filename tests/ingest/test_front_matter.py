"""Tests of statements at the top of a text: YAML, TOML, JSON and title blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.plain.front_matter import FrontMatter, read_front_matter
from extracted import check_blocks, check_passages, kinds_and_texts


def pairs(source: str) -> dict[str, str]:
    """Return the names and values in a Markdown text."""
    return dict(read_front_matter(source, is_markdown=True).pairs)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("# a comment\ntitle: The Weir # another\n", {"title": "The Weir"}),
        ("_build: none\ntitle: The Weir", {"_build": "none", "title": "The Weir"}),
        ('title: "War: a word"\nlang: de-AT', {"title": "War: a word", "lang": "de-AT"}),
        ("title: 'It''s \"so\"'", {"title": 'It\'s "so"'}),
        ("title: >\n  A long\n  title\ndate: 1911", {"title": "A long title", "date": "1911"}),
        ("abstract: |\n  One.\n  Two.", {"abstract": "One. Two."}),
        ("title: A title\n  over two lines", {"title": "A title over two lines"}),
        ("author:\n  - name: Ada Voss\n    url: http://x",
         {"author": "Ada Voss", "author.url": "http://x"}),
        ("author:\n- name: Ada Voss\n- Ben Orr", {"author": "Ada Voss; Ben Orr"}),
        ("author: [Ada Voss, 'Orr, Ben']", {"author": "Ada Voss; Orr, Ben"}),
        ("author: {given: Ada, family: Voss, orcid: 7}",
         {"author": "Ada Voss", "author.orcid": "7"}),
        ("author: {name: {literal: Ada Voss}}", {"author": "Ada Voss"}),
        ("authors:\n  - Ada Voss", {"author": "Ada Voss"}),
        ("authors: Two\nauthor: Ada", {"authors": "Two", "author": "Ada"}),
        ("params:\n  series:\n    name: Letters\n    no: 07",
         {"params.series": "Letters", "params.series.no": "07"}),
        ("date: 1911-05-04\nflag: no\nn: 1_000\nt: 12:30",
         {"date": "1911-05-04", "flag": "no", "n": "1_000", "t": "12:30"}),
        ("title: ~\nsubtitle:\nnote: null\ndate: 'null'", {"date": "null"}),
        ("Titel: Das Wehr\nAutor: Ada Voss", {"titel": "Das Wehr", "autor": "Ada Voss"}),
        ("publishDate: 2004-03-01\ndate: 1911", {"published": "2004-03-01", "date": "1911"}),
        ("dc:title: The Weir\nfirst (UK): 1911", {"dc:title": "The Weir", "first (uk)": "1911"}),
        ("<<: {lang: de}\ntitle: The Weir", {"lang": "de", "title": "The Weir"}),
        ("base: &b {name: Ada}\nauthor: *b", {"base": "Ada", "author": "Ada"}),
    ],
)  # fmt: skip
def test_yaml_is_read_as_written(yaml: str, expected: dict[str, str]) -> None:
    """Comments, quotes, blocks, lists and mappings are understood; scalars are not converted."""
    assert pairs(f"---\n{yaml}\n---\n\nText.\n") == expected
    assert pairs(f"---\n{yaml}\n...\nText.\n") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('+++\ntitle = "The Weir"\ndate = 1913-04-02\nauthors = ["Ada"]\n+++\n',
         {"title": "The Weir", "date": "1913-04-02", "author": "Ada"}),
        ("+++\ntitle = '''\nTwo\nlines'''\nn = 1.10\nb = true\n[params]\nseries = 'L'\n+++\nText",
         {"title": "Two lines", "n": "1.10", "b": "true", "params.series": "L"}),
        ('{\n "title": "The Weir", "n": 1.10, "x": null,\n "author": [{"name": "Ada"}]\n}\n\nText.',
         {"title": "The Weir", "n": "1.10", "author": "Ada"}),
        ("% The Weir\n  at Lindow\n% Ada Voss; Ben Orr\n% May 4, 1911\n\nText.",
         {"title": "The Weir at Lindow", "author": "Ada Voss; Ben Orr", "date": "May 4, 1911"}),
        ("% The Weir\n%\n% 1911\n\nText.", {"title": "The Weir", "date": "1911"}),
        ("% The Weir\n", {"title": "The Weir"}),
        ("%\n% Ada Voss\n  Ben Orr\n\nText.", {"author": "Ada Voss; Ben Orr"}),
    ],
)  # fmt: skip
def test_other_kinds_of_front_matter(source: str, expected: dict[str, str]) -> None:
    """TOML, JSON and title blocks give the same names as YAML."""
    assert pairs(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "---\n\nTo the reader: a copy made by hand.\n\nMore.\n\n---\n\nText.",
        "---\nJust a line.\n---\nText.",
        "---\n- one\n- two\n---\nText.",
        "---\nNote: this is a copy made by hand.\n---\nText.",
        "---\nTHE KEEPER: Who lit the lamp tonight?\nTHE MAID: Nobody has seen it lit.\n---\nText.",
        "---\nDear Sir: the boats are\nlost, and we are too.\n---\nText.",
        "---\nAt noon: {a brace\n---\nText.",
        "+++\nnothing here\n+++\nText.",
        "+++\ntitle = 'X'\nText.",
        "{braces} and text",
        '{"a": 1} and text on the same line',
        "% one\n% two\n% three\n% four\n\nText.",
        "% of respondents\nagreed.\n\nText.",
        "%%% a rule\n\nText.",
    ],
)
def test_what_is_no_mapping_is_text(source: str) -> None:
    """Rules around prose, lists and prose with a colon are text, without a warning."""
    assert read_front_matter(source, is_markdown=True) == FrontMatter()
    document = read_document("a.md", source.encode())
    check_blocks(document)
    assert document.metadata == () == document.warnings


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("---\ntitle: The Weir: a tale\n---\nText.",
         "not valid YAML (mapping values are not allowed here, line 2). Put values"),
        ("---\ntitle: X\n\tdate: 1911\n---\nText.", "not valid YAML (found character '\\t'"),
        ("---\ntitle: X\ntitle: Y\n---\nText.",
         "not valid YAML (the name title occurs twice, line 3)"),
        (f"---\ntitle: {'[' * 5000}\n---\nText.", "not valid YAML (it has too many levels)"),
        (f"---\ntitle: &a [{'x,' * 99}]\nb: &b [{'*a,' * 99}]\nc: [{'*b,' * 99}]\n---\n",
         "not valid YAML (it has too many levels or values)"),
        ("---\ntitle: &a [*a]\n---\nText.", "not valid YAML (it has too many levels or values)"),
        ("---\ntitle: a\x07b\n---\nText.",
         "not valid YAML (it contains a character that is not allowed)"),
        ("+++\n\ntitle = The Weir\n+++\nText.",
         "not valid TOML (invalid value (at line 3, column 9))"),
        ('{\n"title": "The Weir",\n}\n\nText.', "not valid JSON ("),
    ],
)  # fmt: skip
def test_invalid_front_matter_is_text_and_reported(source: str, reason: str) -> None:
    """The warning names the fault and its line; no value is guessed."""
    document = read_document("a.md", source.encode())
    check_blocks(document)
    (warning,) = document.warnings
    assert warning.startswith(f"front matter read as text: it is {reason}")
    assert dict(document.metadata).keys() <= {"title"}
    assert "boilerplate" not in [
        kind for kind, text in kinds_and_texts(document) if "title" in text
    ]


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("---\ntitle: The Weir\ndate: 1911\n\nText.\n", "no line with --- ends it"),
        ("---\n\ntitle: The Weir\n---\n\nText.\n", "a blank line follows ---"),
        ("---\ntitle: The Weir: a tale\n---\n\nText.\n", "mapping values are not allowed"),
        (f"---\nx: {'[' * 5000}\n---\n\nText.\n", "too many levels"),
    ],
)
def test_front_matter_that_fails_is_reported_and_no_heading(
    name: str, source: str, reason: str
) -> None:
    """The lines of a block that cannot be read are text: neither a title nor a heading."""
    document = read_document(name, source.encode())
    check_blocks(document)
    assert reason in document.warnings[0]
    assert document.title == ""
    assert "heading" not in {kind for kind, _ in kinds_and_texts(document)}


def test_notes_and_pages_of_sites_are_described_by_what_is_about_the_text() -> None:
    """Links lose their brackets; neither `created` nor a switch is a date."""
    source = '---\nauthor: "[[Jane Hale]]"\npublished: true\ncreated: 2021-03-04\n---\nText.\n'
    assert pairs(source) == {"author": "Jane Hale", "date_created": "2021-03-04"}
    assert pairs('---\nauthor: "[[people/jane|Jane]]"\n---\n') == {"author": "Jane"}


def test_a_title_has_a_limit() -> None:
    """A title is shown with every hit, so that one without an end is cut at a word."""
    document = read_document("a.md", f"---\ntitle: {'word ' * 900}\n---\nText.\n".encode())
    assert document.title.endswith("word…")
    assert len(document.title) <= 301


def test_front_matter_is_set_apart_but_a_title_block_is_text() -> None:
    """Lines of YAML are boilerplate; those of a title block are found by a plain search."""
    yaml = read_document("a.md", b"---\ntitle: The Weir\n---\n\n# One\n\nText.\n")
    assert kinds_and_texts(yaml)[:2] == [
        ("boilerplate", "---\ntitle: The Weir\n---"),
        ("heading", "# One"),
    ]
    block = read_document("a.md", b"% The Weir\n%\n% 1911\n\nText.\n")
    check_passages(block)
    assert kinds_and_texts(block) == [
        ("paragraph", "% The Weir"),
        ("boilerplate", "%"),
        ("paragraph", "% 1911"),
        ("paragraph", "Text."),
    ]
    assert block.title == "The Weir"


@pytest.mark.parametrize("name", ["a.txt", "a.wiki"])
def test_front_matter_of_other_texts(name: str) -> None:
    """Plain text and wiki markup may begin with YAML or TOML too, but not with JSON."""
    document = read_document(name, b"---\ntitle: The Weir\nlang: de\n---\n\nEin Wort.\n")
    check_blocks(document)
    assert (document.title, document.language) == ("The Weir", "de")
    assert {kind for kind, text in kinds_and_texts(document) if "title" in text} == {"boilerplate"}
    assert read_document(name, b'+++\ntitle = "Weir"\n+++\nText.').title == "Weir"
    assert read_document(name, b'{\n"title": "Weir"\n}\nText.').title != "Weir"


@given(st.sampled_from(["---\n", "+++\n", "{", "% "]), st.text(max_size=60))
def test_any_text_is_read(start: str, rest: str) -> None:
    """No text raises an error, and none is lost."""
    document = read_document("a.md", f"{start}{rest}\n---\nmore".encode())
    check_blocks(document)
    assert "more" in document.text
