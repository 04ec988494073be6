"""The tree of a web page: Beautiful Soup's own, without the links in it."""

import gc
import weakref

import pytest
from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, PageElement, PreformattedString, Tag
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.ingest.formats.html_tree import Element, Node, Text, descendants, parse
from mutations import TOKENS

PIECES = st.sampled_from(
    [
        *(token for token in TOKENS["html"] if token not in {"&#xd800;", "\0"}),
        *(
            "one ",
            "two\n",
            " ",
            "\n\n",
            "\u00a0",
            "</div>",
            "</table>",
            "<b>",
            "</b>",
            "<a href='#x' class='a b'>",
        ),
        *(
            "</a>",
            "<p {x}id=a {x}id=b>",
            "<template>",
            "</template>",
            "<textarea>",
            "</pre>",
            "<rt>",
            "<svg:a xml:id=q>",
        ),
        *(
            "<P ID=a Id=b>",
            "<p class>",
            "<?php x ?>",
            "</p/>",
            "<html lang=de>",
            "<body id=c>",
            "<noscript>",
        ),
    ]
)


def shape(nodes: list[PageElement]) -> list[object]:
    """All that is kept of `nodes`: names, attributes, strings and their order."""
    found: list[object] = []
    for node in nodes:
        if isinstance(node, Tag):
            found.append((node.name, dict(node.attrs), shape(node.contents)))
        else:
            kind = type(node).__name__ if isinstance(node, PreformattedString) else ""
            found.append((kind, str(node)))
    return found


@example("<pre>  <b>\t\n</b> x</pre>  <b> \n </b><textarea> \n\n </textarea>")
@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_tree_is_the_one_beautiful_soup_makes(source: str) -> None:
    """Elements, attributes, strings and comments are the same, in the same order, whatever the markup."""
    markup = f"<p>{source}"  # what looks like the name of a file is warned of
    soup = BeautifulSoup(markup, "lxml", multi_valued_attributes=None)
    assert shape(parse(markup)) == shape(soup.contents)


@pytest.mark.parametrize(
    "source", ["<p>one <b>two</b><!-- three --> four<p>five", "<pre> <pre> </pre></pre>" * 3]
)
def test_no_garbage_is_left_to_search_for(source: str) -> None:
    """A tree is gone with the last that holds it, as nothing in it knows what it is in."""
    gc.collect()
    gc.disable()
    try:
        contents = parse(source)
        node = next(node for node in contents if isinstance(node, Element))
        held = weakref.ref(node)
        del node, contents
        assert held() is None
    finally:
        gc.enable()


def test_what_is_inside_is_met_in_its_order_and_up_to_a_limit() -> None:
    """Elements come before what is in them, strings and comments among them."""

    def seen(limit: int) -> list[str]:
        return [
            node.name if isinstance(node, Element) else str(node)
            for node in descendants(element, limit)
        ]

    (element,) = (
        node
        for node in parse("<p>one <b>two<i>three</i></b><!--x-->four")
        if isinstance(node, Element)
    )
    assert seen(99) == ["body", "p", "one ", "b", "two", "i", "three", "x", "four"]
    assert seen(3) == ["body", "p", "one "]
    assert seen(0) == []


def test_strings_are_text_and_comments_are_not() -> None:
    """Only what may be shown is `Text`."""
    (element,) = (node for node in parse("<p>one<!--two-->") if isinstance(node, Element))
    strings: list[Node] = [
        node for node in descendants(element, 99) if isinstance(node, NavigableString)
    ]
    assert [isinstance(node, Text) for node in strings] == [True, False]
    assert isinstance(strings[1], Comment)


def test_thousands_of_levels_are_let_go_of() -> None:
    """However deep a page is nested, taking its tree apart does not end in a crash."""
    contents = parse("<i>" * 50_000 + "x")
    del contents
