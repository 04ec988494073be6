"""Tests of CSS selectors on the tree of a web page."""

import re
from itertools import count

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from excerpt.ingest.formats.html.selectors import SelectorError, parse_selector, select
from excerpt.ingest.formats.html.tree import Element, Text, descendants, parse

PAGE = """<html><body><div class="a b" id=x><p lang=en-GB data-n="1 2">one <a name=p1><b>25</b></a>
</p><p>two <A HREF="x.html#n" class=note>3</A></p></div><p class=b><b>four</b></p></body></html>"""
COMPOUNDS = st.sampled_from(["b", "p", "i", "*", ".x", ".y", "#k", "p.x", "i[a]", "[a=v]", "b.x.y"])
COMBINATORS = st.sampled_from([" ", ">", " > ", ",", " , "])
SELECTORS = st.builds(
    lambda first, rest: first + "".join(sign + compound for sign, compound in rest),
    COMPOUNDS,
    st.lists(st.tuples(COMBINATORS, COMPOUNDS), max_size=4),
)
TAGS = st.sampled_from(["<b>", "<i>", "<i a=v>", '<b class="x y">', "<i id=k>", "<b a=w class=x>"])
PAGES = st.recursive(
    st.just(""),
    lambda inner: st.builds(
        "".join,
        st.lists(st.builds(lambda tag, text: f"{tag}{text}</{tag[1]}>", TAGS, inner), max_size=3),
    ),
    max_leaves=12,
)


def selected(source: str, *selectors: str) -> list[tuple[str, int]]:
    """Return the markup that is selected in `source`, with the index of the selector."""
    found = select(parse(source), [parse_selector(selector) for selector in selectors])
    return [(words_of(element), index) for element, index in found]


def words_of(element: Element) -> str:
    """Return the name of an element and the words in it."""
    texts = (node for node in descendants(element.contents, 100) if isinstance(node, Text))
    return f"{element.name} {' '.join(''.join(texts).split())}"


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("b", ["b 25", "b four"]),
        ("a[name] > b", ["b 25"]),
        ("div b", ["b 25"]),
        ("body>p", ["p four"]),
        (".note, .b > b", ["a 3", "b four"]),
        ("#x .note", ["a 3"]),
        ("div.a.b p[lang|=en]", ["p one 25"]),
        ("[data-n~='2']", ["p one 25"]),
        ('a[href^="x."][href$=n][href*="#"]', ["a 3"]),
        ("A.note", ["a 3"]),
        ("p[lang|=e], [data-n~=''], [href^=''], [lang=en], i", []),
        ("* > * > div > *", ["p one 25", "p two 3"]),
    ],
)
def test_elements_are_selected(selector: str, expected: list[str]) -> None:
    """Names, classes, ids, attributes, descendants, children and lists have the meaning of CSS."""
    assert selected(PAGE, selector) == [(words, 0) for words in expected]


def test_several_selectors_at_once() -> None:
    """Elements come in document order, each with the index of its selector."""
    assert selected(PAGE, ".note", "b", "a, b") == [
        ("a 25", 2),
        ("b 25", 1),
        ("b 25", 2),
        ("a 3", 0),
        ("a 3", 2),
        ("b four", 1),
        ("b four", 2),
    ]
    assert selected(PAGE) == []


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("", "the selector is empty"),
        ("p >", "'p >' ends too early"),
        ("p,", "'p,' ends too early"),
        ("p:first-child b", ":first-child is not supported in 'p:first-child b'"),
        ("p + b", "+ is not supported in 'p + b'"),
        ("p ~ b", "~ is not supported in 'p ~ b'"),
        ("p[lang", "'p[lang' cannot be read from '[lang' on"),
        ("> p", "'> p' cannot be read from '> p' on"),
        ("p..x", "'p..x' cannot be read from '..x' on"),
    ],
)
def test_other_selectors_are_refused(selector: str, message: str) -> None:
    """The message names the part that is not supported, and the remedy those that are."""
    with pytest.raises(SelectorError) as caught:
        parse_selector(selector)
    assert caught.value.message == message
    assert "Use names of elements" in caught.value.remedy


@given(PAGES, SELECTORS)
def test_selection_agrees_with_beautiful_soup(page: str, selector: str) -> None:
    """On generated pages, an independent implementation selects the same elements."""
    numbers = count()
    page = re.sub("<([bi])", lambda tag: f"<{tag[1]} n={next(numbers)}", f"<body>{page}</body>")
    expected = [each.attrs.get("n") for each in BeautifulSoup(page, "lxml").select(selector)]
    found = select(parse(page), [parse_selector(selector)])
    assert [element.attrs.get("n") for element, _ in found] == expected


def test_deep_pages_take_linear_time() -> None:
    """The conditions on outer elements are not looked up again for each element."""
    page = "<div>" * 20_000 + "<b>x</b>"
    assert selected(page, "div div div > div b") == [("b x", 0)]
