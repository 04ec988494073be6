"""`dates`: the days that vague dates mean, and the documents that a date query finds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.catalog.metadata import merge_metadata
from excerpt.dates import (
    EXAMPLES,
    FOREVER,
    date_from_metadata,
    day_number,
    day_range,
    iso_date,
    overlaps,
    parse_date,
)
from excerpt.engines.memory import MemoryEngine
from excerpt.ingest.path_dates import metadata_of_path
from excerpt.model import Block, BlockKind, Document, Passage, Span
from excerpt.query.parser import parse
from excerpt.search.suggest import notices
from excerpt.text.document_tokens import tokenize_document

DAY = ("1848-02-24", "1848-02-24")
FEBRUARY = ("1848-02-01", "1848-02-29")
YEAR = ("1848-01-01", "1848-12-31")
ABOUT = ("1843-01-01", "1853-12-31")
FORTIES = ("1840-01-01", "1849-12-31")
WAR = ("1917-01-01", "1921-12-31")


@given(st.dates())
def test_days_are_those_of_the_calendar(day: date) -> None:
    """Days have the numbers and the ISO form that the standard library gives them."""
    assert day_number(day.year, day.month, day.day) == day.toordinal()
    assert iso_date(day.toordinal()) == day.isoformat()


@given(st.integers(-3_000_000, 3_000_000))
def test_every_day_is_parsed_as_it_is_written(number: int) -> None:
    """Each day, before our era too, has a form that means it alone."""
    assert day_range(iso_date(number), iso_date(number)) == (number, number)
    assert (iso_date(number) < iso_date(number + 1)) == (number > 0) or number < 366


@pytest.mark.parametrize("form", EXAMPLES.split(", "))
def test_the_examples_in_messages_are_dates(form: str) -> None:
    """Each form that messages recommend is a date."""
    assert parse_date(form)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1848", YEAR),
        ("[1848]", YEAR),
        ("1848?", YEAR),
        ("AD 1848", YEAR),
        ("1848-02", FEBRUARY),
        ("February 1848", FEBRUARY),
        ("Feb. 1848", FEBRUARY),
        ("1848-02-24", DAY),
        ("1848-02-24T10:30:00Z", DAY),
        ("18480224", DAY),
        ("24 February 1848", DAY),
        ("24th of February, 1848", DAY),
        ("Thursday, 24 February 1848", DAY),
        ("February 24, 1848", DAY),
        ("24.2.1848", DAY),
        ("24. 2. 1848", DAY),
        ("24. Februar 1848", DAY),
        ("le 24 février 1848", DAY),
        ("24 февраля 1848", DAY),
        ("c. 1848", ABOUT),
        ("ca. 1848", ABOUT),
        ("circa 1848", ABOUT),
        ("1848~", ABOUT),
        ("[ca. 1848?]", ABOUT),
        ("c. 1848-02-24", ("1848-01-24", "1848-03-26")),
        ("184X", FORTIES),
        ("1840s", FORTIES),
        ("18XX", ("1800-01-01", "1899-12-31")),
        ("19th century", ("1801-01-01", "1900-12-31")),
        ("1917..1921", WAR),
        ("1917/1921", WAR),
        ("1917-1921", WAR),
        ("1917–1921", WAR),
        ("from 1917 to 1921", WAR),
        ("1848-02/1848-03-02", ("1848-02-01", "1848-03-02")),
        ("1848/..", ("1848-01-01", "")),
        ("../1848", ("", "1848-12-31")),
        ("before 1848", ("", "1847-12-31")),
        ("after 1848", ("1849-01-01", "")),
        ("44 BC", ("-0043-01-01", "-0043-12-31")),
        ("-0043-03-15", ("-0043-03-15", "-0043-03-15")),
        ("300–250 BC", None),
        ("London, the summer of 1848", YEAR),
        ("1904-02-29", ("1904-02-29", "1904-02-29")),
        ("1848-13", None),
        ("1900-02-29", None),
        ("1848 and 1849", None),
        ("1921..1917", None),
        ("12", None),
        ("3,1848", None),
        ("n.d.", None),
        ("soon", None),
        ("..", None),
        ("", None),
    ],
)
def test_dates(text: str, days: tuple[str, str] | None) -> None:
    """A date means every day that it can be; text without a certain year is not a date."""
    found = parse_date(text)
    assert (found and (iso_date(found[0]), iso_date(found[1]))) == days


@given(st.text("0123456789 -/.~?XcaBCs[]–T:february", max_size=20))
def test_any_text_is_a_date_or_none(text: str) -> None:
    """No text raises an error, and no date ends before it begins."""
    found = parse_date(text)
    assert found is None or -FOREVER <= found[0] <= found[1] <= FOREVER


def test_a_day_range_needs_days() -> None:
    """A day range accepts open ends, and raises an error for anything but days."""
    assert day_range("", "") == (-FOREVER, FOREVER)
    with pytest.raises(ValueError, match="not a day"):
        day_range("soon", "")


@pytest.mark.parametrize(
    ("metadata", "year"),
    [
        ((("date", "1848"),), 1848),
        ((("Year", "1848"),), 1848),
        ((("year", "1850"), ("date", "1848")), 1848),
        ((("year", "1848"), ("date", "unknown")), 1848),
        ((("author", "1848"),), None),
        ((), None),
    ],
)
def test_the_date_of_a_document(metadata: tuple[tuple[str, str], ...], year: int | None) -> None:
    """The date of a document is its field `date`, or else its field `year`."""
    days = date_from_metadata(metadata)
    assert days == (year and day_range(f"{year}-01-01", f"{year}-12-31"))


@pytest.mark.parametrize(
    ("path", "when"),
    [
        ("speeches/1863-11-19-gettysburg.txt", "1863-11-19"),
        ("1848.02.24.txt", "1848-02-24"),
        ("marx/1848/manifesto.htm", "1848"),
        ("Session 63 - 2008/a.txt", "2008"),
        ("b/USA_63_2008.txt", "2008"),
        ("letters (1848).txt", "1848"),
        ("1848/1849-05-a.txt", "1849-05"),
        ("1990/1917-1921.txt", "1917..1921"),
        ("1914-1918/war.txt", "1914..1918"),
        ("1921-1917/a.txt", ""),
        ("1917 to 1921 and 1930.txt", ""),
        ("IMG_20210304_1200.txt", "2021-03-04"),
        ("18480224.txt", "1848-02-24"),
        ("18480231.txt", ""),
        ("24.02.1848 brief.txt", "1848-02-24"),
        ("4.5.1911.txt", "1911-05-04"),
        ("1848/02/24/x.txt", "1848-02-24"),
        ("1848/02/24.txt", "1848-02-24"),
        ("1848/02/x.txt", "1848"),
        ("May 1911.txt", "May 1911"),
        ("4 Mai 1911.txt", "4 Mai 1911"),
        ("letter_4_May_1911.txt", "4 May 1911"),
        ("May 4, 1911.txt", "May 4, 1911"),
        ("1850s/a.txt", "1850s"),
        ("18th century/a.txt", "18th century"),
        ("18th-century/1789.txt", "1789"),
        ("scan1848.txt", ""),
        ("no1848b/18480224.txt", "1848-02-24"),
        ("3000/999.txt", ""),
        ("USA_63_123456.txt", ""),
    ],
)
def test_the_date_in_a_path(path: str, when: str) -> None:
    """A separate year in the name, or in the nearest folder with one, dates a document."""
    assert metadata_of_path(path) == ((("date", when),) if when else ())


def test_the_year_of_a_text_overrides_the_date_of_its_path() -> None:
    """`year` and `date` are one thing: the better source of either overrides the others."""
    assert merge_metadata((("year", "1848"),), (("date", "1990"),), ()) == (("year", "1848"),)
    assert merge_metadata((("date", "1848"),), (("date", "1990"),), (("year", "1850"),)) == (
        ("year", "1850"),
    )


def engine(*written: str) -> MemoryEngine:
    """Return an engine with a document for each of the dates that are `written`."""
    readings = []
    for number, when in enumerate(written, 1):
        block = Block(Span(0, 3), BlockKind.PARAGRAPH)
        metadata = (("date", when),) if when else ()
        document = Document(
            "war", (block,), "text", metadata=metadata, id=number, paths=(f"{number}.txt",)
        )
        readings.append(tokenize_document(document, [Passage(0, block.span, (block,))]))
    return MemoryEngine(readings)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("year:1848", [1, 2, 3]),
        ("date:1848-03", [1, 3]),
        ("year:1843", [3]),
        ("date:..1848-02-24", [1, 2, 3, 5]),
        ("date:>1848", [3, 4]),
        ("year:-43", [5]),
        ('date:"44 BC"', [5]),
        ("date:1840s", [1, 2, 3]),
        ("-year:1848", [4, 5, 6, 7]),
        ("war year:1917..1919", [4]),
        ("year:1500..1600", []),
    ],
)
def test_a_date_query_finds_what_overlaps_it(query: str, found: list[int]) -> None:
    """A document matches if its date overlaps the query's; without a date, only under NOT."""
    searched = engine("1848", "1848-02-24", "c. 1848", "1918/..", "44 BC", "", "soon")
    assert [key.document for key in searched.execute(parse(query).checked().tree)] == found


def test_undated_documents_are_counted() -> None:
    """A notice counts documents that only lack a date, and those that are shown without one."""
    some = engine("1848", "", "soon", "1849")

    def notices_of(query: str, *, is_by_date: bool = False) -> tuple[str, ...]:
        tree = parse(query).checked().tree
        return notices(parse(query), some.execute(tree), some, is_by_date=is_by_date)

    missed = ("2 documents match the rest of the query, but have no date.",)
    shown = "2 of 3 matching documents have no date"
    assert notices_of("war year:1848") == notices_of("year:1848..1900") == missed
    assert notices_of("(year:1848 OR year:1849) war -peace") == missed
    assert notices_of("war -year:1848") == (f"{shown}.",)
    assert notices_of("war -year:1848", is_by_date=True) == (f"{shown}: they come last.",)
    assert notices_of("war", is_by_date=True) == (
        "2 of 4 matching documents have no date: they come last.",
    )
    assert notices_of("war") == ()
    dated = engine("1848")
    for query in ("year:1848", "year:1849", "war"):
        found = notices(parse(query), dated.execute(parse(query).tree), dated, is_by_date=True)
        assert found == ()


def test_intervals_overlap_in_a_day() -> None:
    """Two intervals overlap if they have at least one day in common."""
    assert overlaps((1, 5), (5, 9))
    assert overlaps((5, 9), (1, 5))
    assert not overlaps((1, 4), (5, 9))
