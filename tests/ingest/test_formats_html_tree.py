"""Tests of the tree of a web page, which is that of Beautiful Soup without links."""

import gc
import weakref
from collections.abc import Sequence

import pytest
from bs4 import BeautifulSoup
from bs4.element import Comment, PageElement, PreformattedString, Tag
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.ingest.formats.html.tree import Element, Node, Text, descendants, parse, repair
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


def shape(nodes: Sequence[Node | PageElement]) -> list[object]:
    """Return the names, attributes, strings and comments of `nodes`, in order."""
    found: list[object] = []
    for node in nodes:
        if isinstance(node, Tag | Element):
            found.append((node.name, dict(node.attrs), shape(node.contents)))
        else:
            kind = type(node).__name__ if isinstance(node, PreformattedString) else ""
            found.append((kind, str(node)))
    return found


@example("<pre>  <b>\t\n</b> x</pre>  <b> \n </b><textarea> \n\n </textarea>")
@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_tree_equals_that_of_beautiful_soup(source: str) -> None:
    """Elements, attributes, strings and comments are the same for any markup."""
    markup = (
        f"<p>{source}"  # without it, Beautiful Soup warns of sources that look like a file name
    )
    soup = BeautifulSoup(markup, "lxml", multi_valued_attributes=None)
    assert shape(parse(markup)) == shape(soup.contents)


@pytest.mark.parametrize(
    "source", ["<p>one <b>two</b><!-- three --> four<p>five", "<pre> <pre> </pre></pre>" * 3]
)
def test_a_tree_is_freed_without_the_garbage_collector(source: str) -> None:
    """A tree contains no reference cycle."""
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


@pytest.mark.parametrize(
    ("source", "repaired"),
    [
        ("a</br>b</BR />c", "a<br>b<br>c"),
        ("<div>a</p>b</P> c</p></div>", "<div>a</p><p></p>b</p><p></p> c</p></div>"),
        ("<p>a</p><p>b</p>\n<p>c</param>d", "<p>a</p><p>b</p>\n<p>c</param>d"),
    ],
)
def test_ends_without_a_start_are_repaired(source: str, repaired: str) -> None:
    """They break a line or a paragraph, as in browsers."""
    assert repair(source) == repaired


def test_descendants_are_in_document_order_up_to_a_limit() -> None:
    """An element precedes its contents, strings and comments included."""

    def seen(limit: int) -> list[str]:
        return [
            node.name if isinstance(node, Element) else str(node)
            for node in descendants(element.contents, limit)
        ]

    (element,) = (
        node
        for node in parse("<p>one <b>two<i>three</i></b><!--x-->four")
        if isinstance(node, Element)
    )
    assert seen(99) == ["body", "p", "one ", "b", "two", "i", "three", "x", "four"]
    assert seen(3) == ["body", "p", "one "]
    assert seen(0) == []


def test_strings_are_text_but_comments_are_not() -> None:
    """Only strings that may be shown are `Text`."""
    (element,) = (node for node in parse("<p>one<!--two-->") if isinstance(node, Element))
    strings: list[Node] = [
        node for node in descendants(element.contents, 99) if isinstance(node, str)
    ]
    assert [isinstance(node, Text) for node in strings] == [True, False]
    assert isinstance(strings[1], Comment)


@pytest.mark.parametrize("source", ["<?xml version='1.0' ><p>one", "notes.txt"])
def test_the_parser_does_not_warn(source: str, recwarn: pytest.WarningsRecorder) -> None:
    """Markup that looks like XML, or like the name of a file, is parsed without a warning."""
    assert parse(source)
    assert not recwarn.list


def test_a_deep_tree_is_freed() -> None:
    """Freeing a tree of any depth does not crash Python."""
    contents = parse("<i>" * 50_000 + "x")
    outermost = weakref.ref(next(iter(contents)))
    del contents
    assert outermost() is None
