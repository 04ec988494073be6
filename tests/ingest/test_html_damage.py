"""Tests of the warnings about markup that swallows text."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.html.damage import find_swallowed


@pytest.mark.parametrize(
    ("page", "warning"),
    [
        (
            '<p class="x>Two words.</p><p id="y">Four.</p>',
            "a quotation mark is not closed",
        ),
        ("<p>One.</p><p class='x>Two.</p><p id='y'>Four.", "a quotation mark is not closed"),
        ('<p>One.</p><a href="x>the rest of the page</a>', "a quotation mark is not closed"),
        (
            '<p>Start <a href="x>link</a> text</p><p>lost ocelot</p><p>She "said" so.</p>',
            "a quotation mark is not closed",
        ),
        (
            '<p>Start <a href="x>link</a> text</p><p>lost</p><p>She said 5 " here.</p>',
            "a quotation mark is not closed",
        ),
        ("<p>a<b then the okapi wins and c>d</p>", "a sign < is taken for the start of a tag"),
        ("<p>One <i when the okapi came home.</p>", "a sign < is taken for the start of a tag"),
        ("<p>One <b class=x two three", "truncated at a tag that is never closed: the last 20 "),
        ("<p>One</p><script>var x; <p>the rest", "truncated at <script>, which is never closed"),
        ("<p>One</p><style>p {} <p>the rest", "truncated at <style>, which is never closed"),
        ("<title>never closed <p>the rest", "truncated at <title>, which is never closed"),
    ],
)
def test_swallowed_text_is_reported(page: str, warning: str) -> None:
    """A warning says how much of the page is not read."""
    warnings = read_document("a.html", page.encode()).warnings
    assert [each for each in warnings if each.startswith(warning)]


@pytest.mark.parametrize(
    "page",
    [
        '<p title="5 > 3">One.</p><p class="a">Two.</p>',
        '<p data-html="<b>x</b>">One.</p>',
        "<p onclick=\"if (a > b) x('<b>')\">One.</p>",
        "<script>if (a < b) c = '>';</script><p>One.",
        "<title>One</title><style>p > a {}</style><p>Two.",
        '<p>He wrote a="b> and <i>c="</i>.</p>',
        '<p><img alt="a > b" title="c"> He said "<b>no</b>" and "yes".</p>',
        "<video controls autoplay loop muted></video><td nowrap><p>One.",
        "<!-- a<b then the okapi wins and c>d --><p>One.",
        '<script src="a.js"/><p>One.',
        "<script>if (a <b && c || d > e) {}</script><p>One.",
        "<p>5 < 6",
        "<p>One.</p><",
        "<!-- <script> --><p>One.",
        "<p>One.<scripts>",
    ],
)
def test_intact_pages_are_not_reported(page: str) -> None:
    """Signs in values, scripts and text are no damage."""
    assert find_swallowed(page) == []


@pytest.mark.parametrize(
    "unit", ['="', "='>", '="><a ', "<a ", "<script", "<!--", '="x><a b="', "<b x y z>", "<b x y "]
)
def test_long_damage_is_found_in_time(unit: str) -> None:
    """Repeated damage gives a few warnings, soon."""
    assert len(find_swallowed(unit * 20_000)) < 4
