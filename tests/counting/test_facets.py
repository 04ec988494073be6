"""Counts by facet, against the same counts by queries and in plain Python."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.stores import ask_each_store
from excerpt import dates
from excerpt.counting.facets import FACETS, FacetColumns, Facets, ValueCount, count_facets
from excerpt.counting.filters import Filters, filter_trees, with_filters
from excerpt.engines import Engine
from excerpt.errors import QueryError
from excerpt.indexing.pipeline import build
from excerpt.model import Key
from excerpt.query.ast import And, DateRange, Field, FirstPassage, MatchAll, Node, Not, Or
from excerpt.query.field_values import field_values, folders_of
from excerpt.search.index import Index
from strategies import Corpus, corpora, trees

N_EXAMPLES = max(1, settings().max_examples // 3)
"""Examples of the test that asks each engine dozens of queries."""
NAMES = (*FACETS, "Place", "nothing")
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "author": st.lists(st.sampled_from(("Rosa War", "the Party", "War", "")), max_size=2),
        "folder": st.lists(st.sampled_from(("a", "b", "a/b", "")), max_size=2),
        "lang": st.lists(st.sampled_from(("en", "de", "")), max_size=2),
        "year": st.lists(
            st.sampled_from(("1848", "1840..1849", "..1900", "-0043", "")), max_size=2
        ),
    },
)


def counts_of(
    engine: Engine, tree: Node, filters: Filters, step: int, limit: int | None = None
) -> Facets:
    """Return the facets of a query on an engine."""
    matches = engine.execute(tree)
    return count_facets(
        matches.passages_by_document(),
        FacetColumns(engine.document_fields),
        occurrences=matches.lines().by_document(),
        names=NAMES,
        filters=filters,
        limit=limit,
        step=step,
    )


def values_of(engine: Engine, name: str) -> list[list[str]]:
    """Return the values of a facet in each document, in plain Python."""
    fields = engine.document_fields
    simple = {"lang": fields.languages, "format": fields.formats}
    if name in simple:
        return [[value] for value in simple[name]]
    if name == "folder":
        return [folders_of(paths) or [""] for paths in fields.paths]
    return [field_values(name, pairs) or [""] for pairs in fields.metadata]


@settings(max_examples=N_EXAMPLES)
@given(
    corpus=corpora(),
    tree=trees(),
    filters=FILTERS,
    step=st.sampled_from((1, 10, 7)),
)
def test_each_count_is_that_of_the_query_with_this_value(
    corpus: Corpus, tree: Node, filters: Filters, step: int
) -> None:
    """Counts equal the totals of trees: those of the other filters, and of the value itself."""

    def check(engine: Engine) -> Facets:
        def total(*nodes: Node) -> tuple[int, int, int]:
            matches = engine.execute(And((tree, *nodes)))
            keys = list(matches)
            return len(keys), len({key.document for key in keys}), len(matches.lines())

        found = counts_of(engine, tree, filters, step)
        by_name = filter_trees(filters)
        all_counts = (found.passages, found.documents, found.occurrences)
        assert all_counts == total(*by_name.values())
        for name in NAMES:
            others = [node for other, node in by_name.items() if other != name]
            everything = sorted({value for values in values_of(engine, name) for value in values})
            expected = [
                ValueCount(value, *total(*others, *filter_trees({name: [value]}).values()))
                for value in everything
            ]
            expected = [each for each in expected if each.passages]
            expected.sort(key=lambda each: -each.passages)
            assert list(found.values[name]) == expected
            assert found.n_values[name] == len(expected)
        others = [node for other, node in by_name.items() if other != "year"]
        for period in found.periods:
            assert period.first % step == 0
            assert period.last == period.first + step - 1
            years = filter_trees({"year": [period.value]})
            counts = (period.passages, period.documents, period.occurrences)
            assert counts == total(*others, *years.values())
        undated = total(*others, Not(DateRange("date", "", "")))
        assert found.undated == ValueCount("", *undated)
        return found

    answers = ask_each_store(corpus, check)
    assert len({str(answer) for answer in answers.values()}) == 1


@given(corpus=corpora(), tree=trees(), step=st.sampled_from((1, 10)))
def test_periods_are_counted_as_in_plain_python(corpus: Corpus, tree: Node, step: int) -> None:
    """A document counts in each period that its date overlaps, as far as dates are known."""

    def check(engine: Engine) -> None:
        n_of = Counter(key.document for key in engine.execute(tree))
        days = {
            document.id: dates.date_from_metadata(document.metadata)
            for document, _ in corpus
            if n_of[document.id]
        }
        spans = {id_: tuple(map(year_of, both)) for id_, both in days.items() if both}
        known = [year for span in spans.values() for year in span if year is not None]
        expected: Counter[int] = Counter()
        for id_, (first, last) in spans.items():
            if known:
                start = min(known) if first is None else first
                end = max(known) if last is None else last
                for period in range(start // step, end // step + 1):
                    expected[period * step] += n_of[id_]
        found = counts_of(engine, tree, {}, step)
        assert {each.first: each.passages for each in found.periods} == dict(expected)

    ask_each_store(corpus, check)


def year_of(day: int) -> int | None:
    """Return the year of a day, None if it is an open end."""
    if abs(day) >= dates.FOREVER:
        return None
    return int(dates.iso_date(day).rsplit("-", 2)[0])


@given(corpus=corpora(), filters=FILTERS)
def test_filters_are_conditions_on_documents(corpus: Corpus, filters: Filters) -> None:
    """Each document meets a filter with all its passages or with none, on every engine."""
    tree = with_filters(MatchAll(), filters)

    def keys(engine: Engine) -> list[Key]:
        found = list(engine.execute(tree))
        assert engine.execute(FirstPassage(tree)).total == len({key.document for key in found})
        return found

    answers = ask_each_store(corpus, keys)
    assert len({str(each) for each in answers.values()}) == 1
    n_passages = {document.id: len(passages) for document, passages in corpus}
    matching = Counter(key.document for key in answers["memory"])
    set_apart = {
        document.id: sum(each.is_set_apart for each in passages) for document, passages in corpus
    }
    for id_, n in matching.items():
        assert n == n_passages[id_] - set_apart[id_]


FILES = {
    "letters/1848/a.txt": "The strike of the weavers.",
    "letters/1849/b.txt": "A strike, and another strike.",
    "minutes/[x].txt": "The strike was lost.",
    "c.md": "---\nauthor: Ann Lee\n---\n\nNo strike here.\n\n# Second\n\nA strike there.\n",
    "metadata.csv": 'path,date,author\nletters/1848/a.txt,1848,"Marx, Karl; Ann Lee"\n'
    "letters/1849/b.txt,c. 1850,Ann  Lee Jr.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return the index of some letters and minutes."""
    folder = tmp_path_factory.mktemp("facets")
    for name, text in FILES.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build(folder / "corpus", folder / "index", processes=1)
    with Index(folder / "index") as opened:
        yield opened


def pairs(counts: tuple[ValueCount, ...]) -> list[tuple[str, int, int]]:
    """Return values with their numbers of passages and documents."""
    return [(each.value, each.passages, each.documents) for each in counts]


def test_values_are_listed_by_frequency(index: Index) -> None:
    """Authors are separated at semicolons, folders count with all below them."""
    found = index.facets("strike")
    assert (found.passages, found.documents) == (5, 4)
    assert pairs(found.values["author"]) == [
        ("Ann Lee", 3, 2),
        ("", 1, 1),
        ("Ann Lee Jr.", 1, 1),
        ("Marx, Karl", 1, 1),
    ]
    assert pairs(found.values["folder"]) == [
        ("", 2, 1),
        ("letters", 2, 2),
        ("letters/1848", 1, 1),
        ("letters/1849", 1, 1),
        ("minutes", 1, 1),
    ]
    assert pairs(found.values["format"]) == [("text", 3, 3), ("markdown", 2, 1)]
    years = {each.first: (each.passages, each.documents) for each in found.periods}
    assert years[1848] == (2, 2)
    assert years[1855] == (1, 1)
    assert pairs((found.undated,)) == [("", 3, 2)]
    (decades,) = [each for each in index.facets("strike", step=10).periods if each.first == 1840]
    assert (decades.last, decades.passages) == (1849, 2)


def test_occurrences_are_counted_on_request(index: Index) -> None:
    """They are the lines of the concordance."""
    assert index.facets("strike").occurrences is None
    found = index.facets("strike", occurrences=True)
    assert found.occurrences == index.count_occurrences("strike") == 6
    letters = {each.value: each.occurrences for each in found.values["folder"]}
    assert letters == {"": 2, "letters": 3, "letters/1848": 1, "letters/1849": 2, "minutes": 1}


def test_years_that_no_query_can_name_are_not_counted(tmp_path: Path) -> None:
    """A date of ten thousand years ago is neither undated nor in a period."""
    (tmp_path / "corpus").mkdir()
    for number, date in enumerate(("-12000", "-9999", "../1848", "-10020..-9990")):
        text = f"---\ndate: '{date}'\n---\n\nA strike.\n"
        (tmp_path / "corpus" / f"{number}.md").write_text(text, encoding="utf-8")
    build(tmp_path / "corpus", tmp_path / "index", processes=1)
    with Index(tmp_path / "index") as index:
        found = index.facets("strike", step=1000)
        assert (found.passages, found.undated.passages) == (4, 0)
        for period in (found.periods[0], found.periods[-1]):
            wanted = index.count("strike", filters={"year": [period.value]})
            assert period.passages == wanted
        assert found.periods[0].passages == 3


def test_a_filter_does_not_affect_its_own_facet(index: Index) -> None:
    """The other facets, the totals and the years count only the remaining documents."""
    found = index.facets("strike", filters={"author": ["Ann Lee"]}, limit=2)
    assert (found.passages, found.documents) == (3, 2)
    assert pairs(found.values["author"]) == [("Ann Lee", 3, 2), ("", 1, 1)]
    assert found.n_values == {"author": 4, "folder": 3, "lang": 1, "format": 2}
    assert pairs(found.values["folder"]) == [("", 2, 1), ("letters", 1, 1)]
    assert [each.first for each in found.periods] == [1848]
    years = index.facets("strike", filters={"year": ["1848"]})
    assert years.passages == 2
    assert len(years.periods) > 1
    assert years.undated.passages == 3


def test_every_method_accepts_filters(index: Index) -> None:
    """A value is exact: neither part of another one nor a pattern."""
    ann: dict[str, Any] = {"filters": {"author": ["Ann Lee"]}}
    assert index.search("strike", **ann).total == 3
    assert index.search("strike", filters={"author": ["Lee"]}).total == 0
    assert index.search("author:Lee strike").total == 4
    assert index.count("strike", **ann) == 3
    assert index.count_documents("strike", **ann) == 2
    assert list(index.paths("strike", **ann)) == ["c.md", "letters/1848/a.txt"]
    assert len(list(index.concordance("strike", sort="right", **ann))) == 3
    assert index.count("strike", filters={"folder": ["letters/184*"]}) == 0
    assert index.count("strike", filters={"folder": ["letters"], "year": ["1855", ""]}) == 1
    assert index.count("strike", filters={"year": [""]}) == 3
    assert index.count("strike", filters={"lang": [], "year": ()}) == 5
    assert index.parse("strike", **ann).source == "strike"


def test_some_of_the_words_are_found_within_the_filters(index: Index) -> None:
    """The best passages with some of the words meet the filters too."""
    found = index.search("weavers lost", filters={"folder": ["letters"]})
    assert found.total == 0
    assert [hit.path for hit in found.partial] == ["letters/1848/a.txt"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": ["kind"]}, "kind is not a facet"),
        ({"filters": {"path": ["a"]}}, "path is not a facet"),
        ({"limit": -1}, "limit counts from 0"),
        ({"step": 0}, "step from 1"),
    ],
)
def test_bad_arguments_are_errors(index: Index, arguments: dict[str, Any], message: str) -> None:
    """The error names the fault."""
    with pytest.raises(ValueError, match=message):
        index.facets("strike", **arguments)


def test_a_bad_year_is_an_error_in_the_value(index: Index) -> None:
    """The error points into the value of the filter, not into the query."""
    for method in (index.facets, index.count):
        with pytest.raises(QueryError, match="18x8") as caught:
            method("strike", filters={"year": ["18x8"]})
        assert caught.value.source == "18x8"


def test_filters_become_trees() -> None:
    """Several values of a facet are alternatives."""
    assert filter_trees({"lang": ["en"], "folder": ["a", "b"], "format": []}) == {
        "lang": Field("lang", "en", is_exact=True),
        "folder": Or(
            (Field("path", "a", is_exact=True), Field("path", "b", is_exact=True)),
        ),
    }
    assert with_filters(MatchAll(), {}) == MatchAll()
