"""Queries in the syntax of other programs have notices that say how to write them here."""

from typing import Any

import pytest

from excerpt.query.ast import Field, Form, Fuzzy, Phrase, Query, Word
from excerpt.query.parser import parse

FIELDS = ("author", "place")
REMEDIES = {
    "NEAR(wage labour, 5)": "Write wage NEAR/5 labour.",
    'NEAR("wage labour" strike)': 'Write "wage labour" NEAR/5 strike.',
    "ONEAR(wage, labour, 3)": "Write wage BEFORE/3 labour.",
    "wage AROUND(3) labour": "Write NEAR/3 between two words.",
    "wage NEAR(3) labour": "Write NEAR/3 between two words.",
    "wage N5 labour": "Write NEAR/5.",
    "wage /3 labour": "Write NEAR/3.",
    '"wage labour" ~3': 'For a phrase with a distance, write "mass party"~3.',
    "wage ANDNOT labour": "Write NOT.",
    "wage BUT NOT labour": "Write NOT.",
    "wage[ti]": "Write title:wage.",
    "marx[au]": "Write author:marx.",
    "wag[ei]": "Write /wag[ei]/.",
    "wag(e|es)": "Write /wag(e|es)/.",
    "since:1900": "Write year:1900.. instead.",
    "wage W5 labour": "Write BEFORE/5.",
    "wage ONEAR/5 labour": "Write BEFORE/5.",
    "wage adj5 labour": "Write BEFORE/5.",
    "church NOT FOLLOWED BY street": "Write NOT BEFORE/0.",
    "church PRECEDED BY street": "Write AFTER/0.",
    "church NOT PRECEDED BY/2 street": "Write NOT AFTER/2.",
    "wage WITHIN 5 WORDS OF labour": "Write NEAR/5.",
    "wage within/3 labour": "Write NEAR/3.",
    '"peace NEAR/5 war"': "Write peace NEAR/5 war.",
    '"church street NOT BEFORE/0 war"': 'Write "church street" NOT BEFORE/0 war.',
    '"War AND Peace"': "Write War AND Peace.",
    "sentence (wage labour)": "Write sentence(wage labour).",
    "Paragraph(wage labour)": "Write paragraph(wage labour).",
    "year:": "Write the value directly after the colon, as in year:1904..1910.",
    "wage author:": "Write the value directly after the colon",
    "title: (wage labour)": "To search the field, remove the space.",
    "strik?": "For one letter, write /strik./; for any number of letters, strik*.",
    "strik?? OR lockout": "For 2 letters, write /strik../;",
    "wage w/s labour": "Write sentence(wage labour).",
    "wage /p labour": "Write paragraph(wage labour).",
    "year:[1900 TO 1910]": "Write year:1900..1910.",
    "date:{1900 TO 1910}": "Write year:1900..1910.",
    "[bread TO butter]": "For the beginning of a word, write soci*; for dates, year:1900..1910.",
    "wage%": "Write wage*.",
    "%wage%": "Write *wage*.",
    "wage$": "Write wage*.",
    "labo$r": "Write labo*r.",
    r"wage\*": "To search for words as they are, whatever they look like, use --literal.",
    r"\"wage": "To search for words as they are, whatever they look like, use --literal.",
    "+wage": 'For exactly this form, write "wage".',
    "~wage": "For similar spellings, write wage~.",
    "/wage/i": "Write /wage/.",
    "year>1900": "Write year:>1900.",
    "author=Marx": "Write author:Marx.",
    "TI=capital": "Write title:capital.",
    "wage XOR labour": "Write (wage OR labour) NOT (wage labour).",
    "site:example.org": "Write path:example.org.",
    "filetype:pdf": "Write format:pdf.",
    "intitle:capital": "Write title:capital.",
    "la:en": "Write lang:en.",
    "before:1900": "Write year:..1900.",
    "after:1900": "Write year:1900.. instead.",
    "ti:capital": "Write title:capital.",
    "au:marx": "Write author:marx.",
    '"C++"': "Only letters and digits are searched: C++ finds C.",
    '".NET"': "Only letters and digits are searched: .NET finds NET.",
    "=.NET": "Only letters and digits are searched: .NET finds NET.",
    '="in C# and"': "Only letters and digits are searched: C# finds C.",
    '"general (strike OR came)"': "Write the operator outside of the quotation marks.",
    "#strike": "Only letters and digits are searched: #strike finds strike.",
    '"100% cotton"': "Only letters and digits are searched: 100% finds 100.",
}
"""Query → a part of its notices."""
ORDINARY = (
    "what is socialism?",
    "Why? Because",
    '"WAR AND PEACE"',
    '"war and peace"',
    "sentence of death (1793)",
    "within the walls",
    "5 % of wages",
    "AT&T",
    "1900-1910",
    "[sic]",
    "f(x)",
    "c. 1900",
    "wage/labour",
    "§12(3)(a)",
    "London N5",
    "comrade[s]",
    "wage - 3",
    "the year 1900",
    "wage NEAR/5 labour",
    "(wage OR labour) year:1900..1910",
    "wage~",
    '"near(wage labour)"',
    "/wage$/",
    "rock'n'roll",
    "wage - labour",
    "author:Marx title:capital",
    "https://example.org/a+b?c=d%20e",
    "what is 3 < 4?",
)


def notices_of(query: Query) -> str:
    """Return all notices of a query."""
    return " ".join(f"{each.message} {each.remedy}" for each in query.problems)


@pytest.mark.parametrize("query", REMEDIES)
def test_foreign_syntax_has_a_remedy(query: str) -> None:
    """A notice, not an error: the query is searched as it stands."""
    parsed = parse(query, fields=FIELDS).checked()
    assert REMEDIES[query] in notices_of(parsed)


@pytest.mark.parametrize("query", REMEDIES)
def test_each_notice_names_its_place(query: str) -> None:
    """The span is not empty and lies in the query."""
    for problem in parse(query, fields=FIELDS).problems:
        assert 0 <= problem.span.start < problem.span.end <= len(query)


@pytest.mark.parametrize("query", ["C++ and Java", "use .NET", "100%"])
@pytest.mark.parametrize("options", [{"literal": True}, {"exact": True}, {"any_word": True}])
def test_dropped_signs_are_named_with_all_options(query: str, options: dict[str, Any]) -> None:
    """Whatever else is literal, signs are not searched."""
    assert "Only letters and digits are searched" in notices_of(parse(query, **options))


@pytest.mark.parametrize("query", ORDINARY)
def test_ordinary_queries_have_no_notice(query: str) -> None:
    """Signs that are punctuation, or used as excerpt defines them, need no comment."""
    assert notices_of(parse(query, fields=FIELDS).checked()) == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("=.NET", Form("NET")),
        ("§12(3)(a)", Phrase((Word("12"), Word("3"), Word("a")))),
        ("12(3)-(a)", Phrase((Word("12"), Word("3"), Word("a")))),
        ("f(x)(y)", Phrase((Word("f"), Word("x"), Word("y")))),
        ("lang:German", Field("lang", "de")),
        ("lang:en-GB", Field("lang", "en")),
        ("lang:ukrainian", Field("lang", "uk")),
        ("format:.pdf", Field("format", "pdf")),
        ("ab~", Fuzzy("ab")),
    ],
)
def test_signs_belong_to_their_words(query: str, expected: object) -> None:
    """Brackets and signs at a word are read with it, and values of fields as they are meant."""
    tree = parse(query).checked().tree
    assert getattr(tree, "node", tree) == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("author:/Mar./", "The field author cannot contain a pattern."),
        ("author:Marks~", "The field author cannot contain a fuzzy word."),
        ("author:Marks~2", "The field author cannot contain a fuzzy word."),
        ("lang:/e./", "The field lang cannot contain a pattern."),
        ("東~", "A tilde cannot follow a character of a script without spaces."),
        ("a~", "a~ would match every short word."),
        ("ab~2", "ab~ would match every short word."),
    ],
)
def test_what_cannot_be_searched_is_an_error(query: str, message: str) -> None:
    """Otherwise, these would silently find nothing, or everything."""
    (problem,) = parse(query, fields=FIELDS).problems
    assert problem.is_error
    assert problem.message == message
    assert problem.remedy


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("from:ada", "Write author:ada."),
        ("to:ada", "Write recipient:ada."),
        ("from:1900", "Write year:1900.."),
        ("to:1900", "Write year:..1900."),
    ],
)
def test_from_and_to_name_people_or_years(query: str, remedy: str) -> None:
    """They are fields of mail in other programs, and the ends of periods in others."""
    fields = frozenset({"author", "recipient", "year", "title"})
    assert remedy in notices_of(parse(query, fields=fields).checked())
