"""BibTeX, RIS and CSL-JSON: read back by independent parsers, and checked against the schema."""

import json
import re
from typing import Any

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import BibliographyData, Person, parse_string

from cited import DIGEST, PASSAGE, cited, stored
from excerpt.citing import Citation, format_citations
from excerpt.citing.bibtex import escape_tex, protect_capitals
from excerpt.citing.work_types import find_work_type
from excerpt.model import Page, Span

CHECK = f"excerpt {PASSAGE}; blake2b-128 {DIGEST}; read 2026-11-27"
LETTER = {
    "type": "letter",
    "author": "Müller, Franz; The Union",
    "recipient": "Voss, Anna",
    "date": "c. 1848-02",
    "collection": "Papers & Letters",
    "publisher": "50 % Press",
    "publisher-place": "Leeds",
    "shelfmark": "MS_12#3",
    "repository": "City Archives",
    "url": "https://example.org/a_b?c=%20d&e#f",
}
NASTY = st.text(
    st.sampled_from("aB é{}\\$&#%_^~\"'@,=-*;\n\r\t\x00\x1b\u2028ſ漢\ud800"), max_size=30
)
TYPES = ["letter", "speech", "newspaper", "journal article", "book", "chapter", "thesis", "report"]


def entry(citation: Citation) -> Any:
    """Return the only entry of a citation, as pybtex reads it."""
    data: BibliographyData = parse_string(format_citations([citation], "bibtex"), "bibtex")
    ((key, found),) = data.entries.items()
    assert key == f"excerpt-{PASSAGE}"
    return found


def untex(text: str) -> str:
    """Return what TeX prints for an escaped text."""
    names = {"textbackslash": "\\", "textbraceleft": "\0{", "textbraceright": "\0}"}
    names |= {"textasciicircum": "^", "textasciitilde": "~"}
    text = re.sub(r"\\(text\w+)\{\}", lambda match: names[match[1]], text)
    text = re.sub(r"\\([$&#%_])", r"\1", text)
    return re.sub(r"(?<!\0)[{}]", "", text).replace("\0", "")


def test_bibtex_has_every_fact() -> None:
    """An entry has the facts of the work, the place, and the check line; an address is as it is."""
    found = entry(cited(LETTER))
    assert found.type == "misc"
    assert [str(person) for person in found.persons["author"]] == ["Müller, Franz", "{The Union}"]
    assert dict(found.fields) == {
        "title": "The {Strike}",
        "series": r"Papers \& Letters",
        "publisher": r"50 \% Press",
        "address": "Leeds",
        "type": "letter",
        "date": "1848-02~",
        "year": "ca. 1848",
        "month": "February",
        "howpublished": r"MS\_12\#3, City Archives",
        "url": "https://example.org/a_b?c=%20d&e#f",
        "urldate": "2026-11-27",
        "langid": "english",
        "note": f"to Anna Voss; {CHECK}",
    }


@pytest.mark.parametrize(
    ("date", "expected", "year"),
    [
        ("1848-02-24", "1848-02-24", "1848"),
        ("1917..1921", "1917/1921", "1917--1921"),
        ("44 BC", "-0043", "44 BC"),
        ("before 1848", None, "before 1848"),
    ],
)
def test_bibtex_has_dates_for_both_programs(date: str, expected: str | None, year: str) -> None:
    """BibLaTeX gets a date in EDTF, BibTeX a year as it is printed."""
    fields = entry(cited({"date": date})).fields
    assert (fields.get("date"), fields["year"]) == (expected, year)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Die Lage der arbeitenden Klasse", "Die {Lage} der arbeitenden {Klasse}"),
        ("USA: a history", "{USA}: a history"),
        ("On the I.W.W. and L’Humanité", "On the {I.W.W.} and {L’Humanité}"),
        ("élan Über alles", "élan {Über} alles"),
        ("Plain words", "Plain words"),
    ],
)
def test_capitals_in_titles_are_protected(title: str, expected: str) -> None:
    """Each word with a capital is in braces, except for the capital at the start."""
    assert protect_capitals(title) == expected


@given(NASTY)
def test_escaped_text_means_the_text(text: str) -> None:
    """TeX prints an escaped text as it was, on one line and without control characters."""
    plain = " ".join(re.sub("[\x00\x1b\ud800]", "", text).split())
    assert untex(escape_tex(text)) == plain
    assert escape_tex(text).count("{") == escape_tex(text).count("}")
    assert untex(protect_capitals(text)) == plain


@given(NASTY, NASTY, NASTY, st.sampled_from(TYPES))
def test_any_metadata_makes_records_that_can_be_read(
    title: str, author: str, value: str, kind: str
) -> None:
    """Whatever characters the metadata hold, each parser finds one record with the same title."""
    metadata = tuple(
        (name, value) for name in ("collection", "publisher", "shelfmark", "repository", "date")
    )
    passage = stored(title=title, metadata=(("author", author), ("type", kind), *metadata))
    citation = cited(passage=passage)
    fields = entry(citation).fields
    assert untex(fields["title"]) == untex(escape_tex(citation.title))
    assert CHECK in fields["note"]
    (record,) = rispy.loads(format_citations([citation], "ris"))
    assert record["id"] == PASSAGE
    (item,) = json.loads(format_citations([citation], "csl"))
    check_csl(item)


def check_csl(item: dict[str, Any]) -> None:
    """Check an item against the schema of CSL-JSON, as far as excerpt uses it."""
    texts = "id type title container-title publisher publisher-place archive archive_location URL "
    texts += "language page locator annote note"
    names, dates = {"author", "editor", "translator", "recipient"}, {"issued", "accessed"}
    assert set(item) <= {*texts.split(), *names, *dates}
    assert {"id", "type"} <= set(item)
    assert item["type"] == find_work_type(item["type"]).csl
    assert all(isinstance(item[key], str) and item[key] for key in texts.split() if key in item)
    for key in names & set(item):
        for name in item[key]:
            assert set(name) in ({"literal"}, {"family", "given"}, {"family", "given", "suffix"})
            assert all(isinstance(part, str) and part for part in name.values())
    for key in dates & set(item):
        date = item[key]
        assert set(date) in ({"literal"}, {"date-parts"}, {"date-parts", "circa"})
        assert date.get("circa", True) is True
        for parts in date.get("date-parts", [[1]]):
            assert 1 <= len(parts) <= 3
            assert all(type(part) is int for part in parts)
            assert 0 not in parts
        assert len(date.get("date-parts", [[1]])) <= 2


def test_csl_has_every_fact() -> None:
    """An item has the facts under the names of the schema; the check line is its note."""
    (item,) = json.loads(format_citations([cited(LETTER)], "csl"))
    check_csl(item)
    assert item == {
        "id": PASSAGE,
        "type": "personal_communication",
        "title": "The Strike",
        "author": [{"family": "Müller", "given": "Franz"}, {"literal": "The Union"}],
        "recipient": [{"family": "Voss", "given": "Anna"}],
        "issued": {"date-parts": [[1848, 2]], "circa": True},
        "accessed": {"date-parts": [[2026, 11, 27]]},
        "container-title": "Papers & Letters",
        "publisher": "50 % Press",
        "publisher-place": "Leeds",
        "archive": "City Archives",
        "archive_location": "MS_12#3",
        "URL": "https://example.org/a_b?c=%20d&e#f",
        "language": "en",
        "note": CHECK,
    }


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1848", {"date-parts": [[1848]]}),
        ("24 February 1848", {"date-parts": [[1848, 2, 24]]}),
        ("1917/1921", {"date-parts": [[1917], [1921]]}),
        ("1840s", {"date-parts": [[1840], [1849]]}),
        ("ca. 1917–ca. 1921", {"date-parts": [[1917], [1921]], "circa": True}),
        ("1848?", {"date-parts": [[1848]], "circa": True}),
        ("44 BC", {"date-parts": [[-44]]}),
        ("after 1848", {"literal": "after 1848"}),
        ("Michaelmas", {"literal": "Michaelmas"}),
        ("[undated]", None),
    ],
)
def test_csl_dates(date: str, expected: dict[str, Any] | None) -> None:
    """Dates have parts, intervals two of them, and approximate ones say so."""
    (item,) = json.loads(format_citations([cited({"date": date})], "csl"))
    assert item.get("issued") == expected


def test_csl_has_pages_and_lines_as_a_locator() -> None:
    """The page and the lines are also in the locator, and a quotation in the annotation."""
    passage = stored("One two.\n\nThree.", lines=(7, 9), page="iv", pages=(Page(10, "v"),))
    (item,) = json.loads(format_citations([cited(passage=passage, span=Span(4, 15))], "csl"))
    assert item["page"] == "iv-v"
    assert item["locator"] == "pp. iv–v, lines 7–9"
    assert item["annote"] == "two. Three"
    assert item["archive_location"] == "papers/strike.txt"


def test_ris_has_every_fact() -> None:
    """A record has the facts under their tags, with the date in its four parts."""
    written = format_citations([cited(LETTER)], "ris")
    assert written.split("\r\n") == [
        "TY  - PCOMM",
        f"ID  - {PASSAGE}",
        "AU  - Müller, Franz",
        "AU  - The Union",
        "TI  - The Strike",
        "M3  - letter",
        "T2  - Papers & Letters",
        "PY  - 1848",
        "DA  - 1848/02//c. 1848-02",
        "PB  - 50 % Press",
        "CY  - Leeds",
        "DP  - City Archives",
        "AV  - MS_12#3",
        "LA  - en",
        "UR  - https://example.org/a_b?c=%20d&e#f",
        "Y2  - 2026/11/27/",
        "N1  - To Anna Voss",
        f"N1  - {CHECK}",
        "ER  - ",
        "",
    ]


@given(st.lists(NASTY, min_size=1, max_size=3))
def test_ris_lines_follow_the_rules(titles: list[str]) -> None:
    """Every line has a tag, two spaces, a hyphen, a space, and a value on this line."""
    citations = [
        cited(passage=stored(title=title, metadata=(("author", title),))) for title in titles
    ]
    written = format_citations(citations, "ris")
    lines = written.split("\r\n")
    assert not re.search("[\r\n\x00-\x1f\u2028]", "".join(lines))
    assert all(re.fullmatch(r"(?:[A-Z][A-Z0-9]  - .*)?", line) for line in lines)
    assert [line[:2] for line in lines].count("TY") == len(titles)
    assert len(rispy.loads(written)) == len(titles)
    assert not any("*" in line for line in lines if line.startswith("AU"))


@pytest.mark.parametrize(
    ("kind", "bibtex", "ris", "csl"),
    [
        ("Zeitung", "article", "NEWS", "article-newspaper"),
        ("web page", "misc", "ELEC", "webpage"),
        ("discours", "misc", "GEN", "speech"),
        ("thesis", "phdthesis", "THES", "thesis"),
        ("MANUSCRIPT", "unpublished", "UNPB", "manuscript"),
        ("almanac", "misc", "GEN", "document"),
    ],
)
def test_every_format_has_the_kind_of_work(kind: str, bibtex: str, ris: str, csl: str) -> None:
    """The kind of work comes from the field `type` in several languages."""
    citation = cited({"type": kind})
    assert entry(citation).type == bibtex
    assert format_citations([citation], "ris").startswith(f"TY  - {ris}\r\n")
    assert json.loads(format_citations([citation], "csl"))[0]["type"] == csl


def test_names_of_two_words_with_and_stay_one_name() -> None:
    """A body whose name contains "and" is one author, in all formats."""
    citation = cited({"author": "Trade and Labour Council; Smith and Sons, Ltd."})
    persons: list[Person] = entry(citation).persons["author"]
    assert [str(person) for person in persons] == [
        "{Trade and Labour Council}",
        "{Smith and Sons, Ltd.}",
    ]


def test_several_citations_are_one_bibliography() -> None:
    """Records follow each other in each format; CSL-JSON is one array."""
    citations = [cited(), cited(passage=stored(title="Other"))._replace(id="0" * 16)]
    written = format_citations(citations, "bibtex")
    assert len(parse_string(written, "bibtex").entries) == 2
    assert len(json.loads(format_citations(citations, "csl"))) == 2
    assert format_citations([], "csl") == "[]\n"


def test_an_unknown_format_is_an_error() -> None:
    """The message names the formats."""
    with pytest.raises(ValueError, match="chicago, bibtex, ris, csl, html"):
        format_citations([cited()], "mla")  # type: ignore[arg-type]


def test_html_is_escaped() -> None:
    """Nothing in a title, a text, a path or an address can be markup or a script."""
    passage = stored(
        '<script>alert("1")</script> & more',
        title="<b>Bold</b>",
        path='a"><i>.txt',
        metadata=(("type", "book"), ("author", "<Ann>"), ("url", 'https://x.org/"><script>')),
    )
    written = format_citations([cited(passage=passage)], "html")
    assert set(re.findall(r"</?(\w+)", written)) == {"blockquote", "p", "br", "small", "cite"}
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more" in written
    assert "<cite>&lt;b&gt;Bold&lt;/b&gt;</cite>" in written
    assert 'cite="https://x.org/&quot;&gt;&lt;script&gt;"' in written


def test_volume_and_issue_are_in_every_format() -> None:
    """Each format has the volume and the issue of a journal in fields of its own."""
    citation = cited({"type": "journal article", "journal": "Past", "volume": "12", "issue": "3"})
    assert "  volume = {12},\n  number = {3},\n" in format_citations([citation], "bibtex")
    assert "\r\nVL  - 12\r\nIS  - 3\r\n" in format_citations([citation], "ris")
    (item,) = json.loads(format_citations([citation], "csl"))
    assert (item["volume"], item["issue"]) == ("12", "3")
    assert "<cite>Past</cite> 12, no. 3 (n.d.)" in format_citations([citation], "html")
