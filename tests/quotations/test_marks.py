"""Quotation marks of many languages, apostrophes, nesting and paragraphs that go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.quotations.marks import scan_marks

MARKS = "“”„‟«»‹›\"'‘’‚「」()[] \n.,sa"


def quoted(text: str) -> list[str]:
    """Return the outermost quotations in `text`."""
    return [text[span.start : span.end] for span in scan_marks(text).spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“one” and “two”", ["one", "two"]),
        ('He said "one two" and "three".', ["one two", "three"]),
        ('("one")—"two"', ["one", "two"]),
        ('„eins“ und „zwei” und „drei"', ["eins", "zwei", "drei"]),
        ("„Das ist „gut“ so“, sagte er.", ["Das ist „gut“ so"]),
        ("« un » et «deux»", [" un ", "deux"]),
        ("«Il dit «oui» et part»", ["Il dit «oui» et part"]),
        ("»Wir sind »viele« hier«", ["Wir sind »viele« hier"]),
        ("»Eins« und »zwei«", ["Eins", "zwei"]),
        ("Hän sanoi ”yksi” ja ”kaksi”", ["yksi", "kaksi"]),
        ("「一二三」と『四』", ["一二三", "四"]),
        ("“outer ‘inner words here too’ more”", ["outer ‘inner words here too’ more"]),
        ("‘four words of text’ here", ["four words of text"]),
        ("‘three words only’ here", []),
        ("'four words of text' here", ["four words of text"]),
        ("‹quatre mots de texte›", ["quatre mots de texte"]),
        ("‚vier Wörter von hier‘ und", ["vier Wörter von hier"]),
        ("‘to the workers’ state belongs all’, he said", ["to the workers’ state belongs all"]),
        ("‘the big one is here’ and the workers’ union", ["the big one is here"]),
        ("the workers’ own and the miners’ union of old", []),
        ("'tis the season of the year's end, the workers' day", []),
        ("It’s the ’90s and don't you know it isn't", []),
        ('a 5" pipe and "a quote" and 6" more', ["a quote"]),
        ("“A (“nested”) b”", ["A (“nested”) b"]),
        ("“so“ and more", ["so"]),
        ("no marks at all", []),
        ("”", []),
        ("“", []),
    ],
)
def test_the_outermost_quotations_are_found(text: str, expected: list[str]) -> None:
    """Each pair of marks encloses a quotation, whatever the language; apostrophes do not."""
    assert quoted(text) == expected


def test_a_mark_that_is_still_open_is_reported() -> None:
    """The first mark without an end is reported, and closed quotations before it are found."""
    scan = scan_marks("“one” and “two goes on")
    assert [span.start for span in scan.spans] == [1]
    assert scan.unclosed is not None
    assert (scan.unclosed.start, scan.unclosed.mark) == (11, "“")


def test_a_paragraph_may_close_the_quotation_of_the_one_before() -> None:
    """A paragraph with an open quotation ends it where the marks say, nested ones left out."""
    scan = scan_marks("goes “deep” on” and “next”", "“")
    assert scan.closed == 14
    assert [(span.start, span.end) for span in scan.spans] == [(21, 25)]
    assert scan_marks("goes on", "“").closed is None


@given(st.text(MARKS, max_size=80), st.sampled_from(["", "“", '"', "«", "„"]))
def test_quotations_are_disjoint_parts_of_any_text(text: str, is_open: str) -> None:
    """Whatever the marks, spans ascend, do not overlap, and lie within the text."""
    scan = scan_marks(text, is_open)
    end = 0
    for span in scan.spans:
        assert end <= span.start <= span.end <= len(text)
        end = span.end
    assert scan.closed is None or scan.closed < len(text)
    assert scan_marks(text, is_open) == scan


def test_many_marks_take_no_more_work_than_their_number() -> None:
    """A hostile paragraph of apostrophes and marks is scanned in one go."""
    for unit in ("'a ", "“a ", "‘a b ", '"', "»«", "‘s’ "):
        assert len(scan_marks(unit * 20_000).spans) <= 20_000


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Er sagte: »Ja, «Ann» kommt.« Dann", ["Ja, «Ann» kommt."]),
        ("Er sagte: «Ja, »Ann« kommt.» Dann", ["Ja, »Ann« kommt."]),
        ("Il dit : « Oui », puis « non ».", [" Oui ", " non "]),
        (
            "Il dit : «\u00a0Oui\u00a0» et «\u00a0non\u00a0».",
            ["\u00a0Oui\u00a0", "\u00a0non\u00a0"],
        ),
        ("»Ja«, «nein» und »doch«.", ["Ja", "nein", "doch"]),
        ("«Ja» – »nein«–«doch»", ["Ja", "nein", "doch"]),
    ],
)
def test_guillemets_within_guillemets(text: str, quoted: list[str]) -> None:
    """A quotation in a quotation has guillemets that point the other way."""
    assert [text[span.start : span.end] for span in scan_marks(text).spans] == quoted
